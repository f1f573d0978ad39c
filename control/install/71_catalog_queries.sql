-- What is asked of the catalogs of a database: a query for each kind of finding, of columns (key, objid, relid, data). They run in
-- databases without this extension, with pg_catalog alone on the search path, and read catalogs, counters and progress, never a table of
-- a user: they wait for nobody who works on one. {name} is a threshold, {user} a condition on namespace n, {size} the size of a page, {scans} what scanned_tables() says.

-- The expressions of an index are compared as they are stored, but for where they stood in the command: to print them would take a lock
-- on the table.
CREATE FUNCTION almanac.catalog_queries() RETURNS TABLE (kind text, query text)
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $function$
VALUES
-- Indexes that nothing but speed speaks for. Those of partitions cannot be dropped by
-- themselves, only that of the partitioned table, which counts for all of them; and those that a foreign key needs are
-- used by deletes in the referenced table, seldom and when it matters.
('index_unused', $$
	SELECT format('%I.%I', x.nspname, x.relname), x.oid, x.indrelid, jsonb_strip_nulls(jsonb_build_object('schema', x.nspname, 'table', x.table_name, 'index', x.relname,
		'bytes', x.pages * {size}, 'expressions', x.expressions, 'partial', x.partial, 'parts', x.parts))
	FROM (SELECT c.oid, i.indrelid, n.nspname, c.relname, t.relname AS table_name, i.indexprs IS NOT NULL AS expressions, i.indpred IS NOT NULL AS partial, COALESCE(l.pages, c.relpages) AS pages, l.parts
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN LATERAL (WITH RECURSIVE p AS (SELECT c.oid AS id UNION ALL SELECT h.inhrelid FROM p JOIN pg_inherits h ON h.inhparent = p.id)
			SELECT sum(l.relpages)::bigint AS pages, jsonb_agg(l.oid) AS parts FROM p JOIN pg_class l ON l.oid = p.id AND l.relkind = 'i') l ON c.relkind = 'I'
		WHERE {user} AND c.relkind IN ('i', 'I') AND c.relpersistence <> 't' AND NOT c.relispartition AND i.indisvalid AND i.indislive
			AND NOT i.indisunique AND NOT i.indisexclusion AND NOT i.indisreplident AND NOT i.indisclustered
			AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)
			AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f'
				AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)) x
	WHERE x.pages * {size} >= {index_min_bytes}
	ORDER BY x.pages DESC, x.oid LIMIT 5000$$),
('index_duplicate', $$
	WITH x AS MATERIALIZED (
		SELECT i.indexrelid, i.indrelid, n.nspname, c.relname, c.relkind, c.relam, CASE c.relkind WHEN 'I' THEN (WITH RECURSIVE p AS (SELECT c.oid AS id UNION ALL SELECT h.inhrelid FROM p JOIN pg_inherits h ON h.inhparent = p.id)
				SELECT COALESCE(sum(l.relpages), 0)::bigint FROM p JOIN pg_class l ON l.oid = p.id) ELSE c.relpages END AS relpages,
			i.indnkeyatts, i.indnatts, i.indisunique, i.indisreplident OR i.indisclustered AS marked,
			i.indkey::int2[] AS keys, i.indclass::oid[] AS classes, i.indcollation::oid[] AS collations, i.indoption::int2[] AS options,
			COALESCE(regexp_replace(i.indexprs::text, ':location -?\d+', '', 'g'), '') AS expressions,
			COALESCE(regexp_replace(i.indpred::text, ':location -?\d+', '', 'g'), '') AS predicate,
			EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) AS constrained
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE {user} AND c.relkind IN ('i', 'I') AND c.relpersistence <> 't' AND NOT c.relispartition AND i.indisvalid AND i.indislive
	)
	SELECT format('%I.%I', d.nspname, d.relname), d.indexrelid, d.indrelid, jsonb_strip_nulls(jsonb_build_object('schema', d.nspname, 'table', t.relname, 'index', d.relname,
		'bytes', d.relpages * {size}, 'parts', d.relkind = 'I' OR NULL, 'other', d.other, 'other_schema', d.other_schema, 'other_constraint', d.other_constrained))
	FROM (SELECT DISTINCT ON (a.indexrelid) a.*, b.relname AS other, b.nspname AS other_schema, b.constrained AS other_constrained
		FROM x a JOIN x b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.relam = a.relam AND b.indnkeyatts = a.indnkeyatts AND b.indnatts = a.indnatts
			AND b.keys = a.keys AND b.classes = a.classes AND b.collations = a.collations AND b.options = a.options
			AND b.expressions = a.expressions AND b.predicate = a.predicate
		WHERE NOT a.constrained AND NOT a.marked AND a.relpages * {size} >= {index_min_bytes} AND (b.indisunique OR NOT a.indisunique)
			AND (b.constrained, b.indisunique, b.marked, -b.indexrelid::bigint) > (a.constrained, a.indisunique, a.marked, -a.indexrelid::bigint)
		ORDER BY a.indexrelid, b.constrained DESC, b.indisunique DESC, b.marked DESC, b.indexrelid) d
	JOIN pg_class t ON t.oid = d.indrelid
	ORDER BY d.relpages DESC, d.indexrelid LIMIT 5000$$),
-- The first columns of another, in the same order, with the same operators; not what is unique, partial in another way, or has columns to
-- return with it.
('index_redundant', $$
	WITH x AS MATERIALIZED (
		SELECT i.indexrelid, i.indrelid, n.nspname, c.relname, c.relkind, c.relam, CASE c.relkind WHEN 'I' THEN (WITH RECURSIVE p AS (SELECT c.oid AS id UNION ALL SELECT h.inhrelid FROM p JOIN pg_inherits h ON h.inhparent = p.id)
				SELECT COALESCE(sum(l.relpages), 0)::bigint FROM p JOIN pg_class l ON l.oid = p.id) ELSE c.relpages END AS relpages,
			i.indnkeyatts AS width, i.indnatts, i.indisunique, i.indexprs IS NULL AS plain,
			i.indisreplident OR i.indisclustered AS marked, i.indkey::int2[] AS keys, i.indclass::oid[] AS classes, i.indcollation::oid[] AS collations,
			i.indoption::int2[] AS options, COALESCE(regexp_replace(i.indpred::text, ':location -?\d+', '', 'g'), '') AS predicate,
			EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) AS constrained
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE {user} AND c.relkind IN ('i', 'I') AND c.relpersistence <> 't' AND NOT c.relispartition AND i.indisvalid AND i.indislive
			AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
	)
	SELECT format('%I.%I', d.nspname, d.relname), d.indexrelid, d.indrelid, jsonb_strip_nulls(jsonb_build_object('schema', d.nspname, 'table', t.relname, 'index', d.relname,
		'bytes', d.relpages * {size}, 'parts', d.relkind = 'I' OR NULL, 'other', d.other, 'other_schema', d.other_schema, 'other_bytes', d.other_pages * {size}))
	FROM (SELECT DISTINCT ON (a.indexrelid) a.*, b.relname AS other, b.nspname AS other_schema, b.relpages AS other_pages
		FROM x a JOIN x b ON b.indrelid = a.indrelid AND b.width > a.width AND b.predicate = a.predicate
			AND (b.keys)[0:a.width - 1] = (a.keys)[0:a.width - 1] AND (b.classes)[0:a.width - 1] = (a.classes)[0:a.width - 1]
			AND (b.collations)[0:a.width - 1] = (a.collations)[0:a.width - 1] AND (b.options)[0:a.width - 1] = (a.options)[0:a.width - 1]
		WHERE a.plain AND NOT a.indisunique AND NOT a.constrained AND NOT a.marked AND a.width = a.indnatts
			AND a.relpages * {size} >= {index_min_bytes} AND b.relpages <= {redundant_size_ratio} * a.relpages
		ORDER BY a.indexrelid, b.constrained DESC, b.width, b.indexrelid) d
	JOIN pg_class t ON t.oid = d.indrelid
	ORDER BY d.relpages DESC, d.indexrelid LIMIT 5000$$),
-- Not while an index of the table is being built: that one is invalid until it is whole.
('index_invalid', $$
	SELECT format('%I.%I', n.nspname, c.relname), c.oid, t.oid, jsonb_build_object('schema', n.nspname, 'table', t.relname, 'index', c.relname,
		'bytes', c.relpages::bigint * {size}, 'unique', i.indisunique, 'left_over', c.relname ~ '_cc(new|old)\d*$')
	FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE {user} AND c.relkind = 'i' AND c.relpersistence <> 't' AND NOT i.indisvalid
		AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.relid = t.oid)
	ORDER BY c.oid LIMIT 5000$$),
-- Supported by an index that begins with the columns, in any order; a partial one only if it leaves out NULL alone. A foreign key of a
-- partitioned table is told of in none of its partitions.
('foreign_key_unindexed', $$
	SELECT format('%I.%I.%I', n.nspname, t.relname, k.conname), k.oid, t.oid, jsonb_build_object('schema', n.nspname, 'table', t.relname, 'constraint', k.conname,
		'referenced', format('%I.%I', rn.nspname, r.relname), 'referenced_id', r.oid, 'deleted', pg_stat_get_tuples_deleted(r.oid), 'pages', t.relpages,
		'columns', (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.i) FROM unnest(k.conkey) WITH ORDINALITY u (attnum, i)
			JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.attnum))
	FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
	JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
	WHERE {user} AND k.contype = 'f' AND k.conparentid = 0 AND t.relkind = 'r' AND t.relpages::bigint * {size} >= {foreign_key_min_bytes}
		AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisvalid AND i.indislive
			AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
			AND (i.indpred IS NULL OR i.indpred::text ~ '^[(]?\{NULLTEST :arg \{VAR [^{}]*\} :nulltesttype 1 [^{}]*\}[)]?$'))
	ORDER BY t.relpages DESC, k.oid LIMIT 5000$$),
-- What is scanned sequentially ({scans}, from plans in the history): how telling the columns are that are asked for, by the frequencies that
-- ANALYZE found, each value asked for as often as it is there; and which indexes there are. A partition stands for the partitioned table.
('index_missing', $$
	WITH RECURSIVE x AS MATERIALIZED (
		SELECT DISTINCT ON (c.oid) c.oid, n.nspname, c.relname, c.relkind, c.reltuples, c.relpages, t.oid AS root, t.relname AS root_name, tn.nspname AS root_schema, t.relkind = 'p' AS partitioned,
			ARRAY(SELECT jsonb_array_elements_text(q.columns)) AS columns
		FROM (SELECT a.relation, a.names, jsonb_agg(DISTINCT u.name) AS columns FROM jsonb_to_recordset({scans}) AS a (relation text, names jsonb, columns jsonb)
			CROSS JOIN LATERAL jsonb_array_elements_text(a.columns) u (name) GROUP BY 1, 2) q
		JOIN pg_class c ON c.relname = q.relation::name AND c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't' JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_class t ON t.oid = CASE WHEN c.relispartition THEN pg_partition_root(c.oid) ELSE c.oid END JOIN pg_namespace tn ON tn.oid = t.relnamespace
		WHERE {user} AND q.names ?| ARRAY[format('%I.%I', tn.nspname, t.relname), format('%I.%I', n.nspname, c.relname)]
		ORDER BY c.oid, jsonb_array_length(q.columns) DESC
	), part AS (
		SELECT DISTINCT x.root, x.root AS oid FROM x
		UNION ALL
		SELECT p.root, i.inhrelid FROM part p JOIN pg_inherits i ON i.inhparent = p.oid WHERE EXISTS (SELECT FROM x WHERE x.root = p.root AND x.partitioned)
	), whole AS (
		SELECT p.root, sum(greatest(c.reltuples, 0)) FILTER (WHERE c.relkind <> 'p') AS rows, sum(c.relpages::bigint) FILTER (WHERE c.relkind <> 'p') AS pages FROM part p JOIN pg_class c ON c.oid = p.oid GROUP BY 1
	)
	SELECT format('%I.%I', x.nspname, x.relname), x.oid, x.root, jsonb_build_object('schema', x.root_schema, 'table', x.root_name, 'name', format('%I.%I', x.root_schema, x.root_name), 'relation', x.relname,
		'partitioned', x.partitioned, 'own_rows', CASE WHEN x.relkind = 'p' THEN w.rows ELSE greatest(x.reltuples, 0) END, 'rows', w.rows, 'bytes', w.pages * {size},
		'columns', (SELECT jsonb_object_agg(a.attname, jsonb_strip_nulls(jsonb_build_object('orders', o.orders, 'varchar', a.atttypid = 'varchar'::regtype OR NULL, 'nulls', s.stanullfrac,
				'share', round(((COALESCE(m.squares, 0) + (1 - s.stanullfrac - COALESCE(m.sum, 0)) ^ 2 / greatest(1, d.different - COALESCE(m.values, 0))) / NULLIF(1 - s.stanullfrac, 0))::numeric, 9))))
			FROM pg_attribute a
			CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_opclass k JOIN pg_am am ON am.oid = k.opcmethod AND am.amname = 'btree' JOIN pg_type ty ON ty.oid = a.atttypid
				WHERE k.opcdefault AND k.opcintype IN (a.atttypid, CASE WHEN a.atttypid = 'varchar'::regtype THEN 'text'::regtype WHEN ty.typtype = 'e' THEN 'anyenum'::regtype END)) AS orders) o
			LEFT JOIN pg_statistic s ON s.starelid = x.oid AND s.staattnum = a.attnum AND s.stainherit = (x.relkind = 'p')
			LEFT JOIN LATERAL (SELECT sum(f) AS sum, sum(f ^ 2) AS squares, count(*) AS values FROM unnest(CASE 1 WHEN s.stakind1 THEN s.stanumbers1 WHEN s.stakind2 THEN s.stanumbers2
				WHEN s.stakind3 THEN s.stanumbers3 WHEN s.stakind4 THEN s.stanumbers4 WHEN s.stakind5 THEN s.stanumbers5 END) f) m ON true
			CROSS JOIN LATERAL (SELECT CASE WHEN s.stadistinct < 0 THEN -s.stadistinct * greatest(x.reltuples, 1) ELSE s.stadistinct END AS different) d
			WHERE a.attrelid = x.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY (x.columns)),
		'indexes', COALESCE((SELECT jsonb_agg(jsonb_build_object('partial', i.indpred IS NOT NULL, 'columns', (SELECT jsonb_agg(COALESCE(a.attname, '') ORDER BY k.i)
				FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY k (attnum, i) LEFT JOIN pg_attribute a ON a.attrelid = x.oid AND a.attnum = k.attnum AND k.attnum > 0)))
			FROM pg_index i WHERE i.indrelid = x.oid AND i.indisvalid AND i.indislive), '[]'))
	FROM x JOIN whole w ON w.root = x.root
	ORDER BY w.pages DESC, x.oid LIMIT 5000$$),
('table_vacuum_late', $$
	SELECT format('%I.%I', x.nspname, x.relname), x.oid, x.oid, jsonb_build_object('schema', x.nspname, 'table', x.relname, 'bytes', x.bytes,
		'dead', x.dead, 'live', x.live, 'autovacuum_at', round(x.at), 'last_vacuum', x.last_vacuum, 'enabled', x.enabled)
	FROM (SELECT n.nspname, t.relname, t.oid, t.relpages::bigint * {size} AS bytes, pg_stat_get_dead_tuples(t.oid) AS dead, pg_stat_get_live_tuples(t.oid) AS live,
			greatest(pg_stat_get_last_vacuum_time(t.oid), pg_stat_get_last_autovacuum_time(t.oid)) AS last_vacuum, o.enabled,
			least(COALESCE(o.most, NULLIF(current_setting('autovacuum_vacuum_max_threshold', true)::float8, -1), 'infinity'),
				COALESCE(o.base, current_setting('autovacuum_vacuum_threshold')::float8)
					+ COALESCE(o.scale, current_setting('autovacuum_vacuum_scale_factor')::float8) * greatest(t.reltuples, 0)) AS at
		FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
		CROSS JOIN LATERAL (SELECT max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_threshold')::float8 AS base,
				max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_scale_factor')::float8 AS scale,
				NULLIF(max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_vacuum_max_threshold')::float8, -1) AS most,
				COALESCE(bool_and(p.option_value::boolean) FILTER (WHERE p.option_name = 'autovacuum_enabled'), true) AS enabled
			FROM pg_options_to_table(t.reloptions) p) o
		WHERE {user} AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't' AND pg_stat_get_dead_tuples(t.oid) >= {vacuum_min_rows}) x
	WHERE x.dead > {vacuum_late_factor} * x.at AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum p WHERE p.relid = x.oid)
	ORDER BY x.dead DESC, x.oid LIMIT 5000$$),
('table_analyze_late', $$
	SELECT format('%I.%I', x.nspname, x.relname), x.oid, x.oid, jsonb_build_object('schema', x.nspname, 'table', x.relname,
		'changed', x.changed, 'live', x.live, 'autoanalyze_at', round(x.at), 'last_analyze', x.last_analyze, 'enabled', x.enabled)
	FROM (SELECT n.nspname, t.relname, t.oid, pg_stat_get_mod_since_analyze(t.oid) AS changed, pg_stat_get_live_tuples(t.oid) AS live,
			greatest(pg_stat_get_last_analyze_time(t.oid), pg_stat_get_last_autoanalyze_time(t.oid)) AS last_analyze, o.enabled,
			COALESCE(o.base, current_setting('autovacuum_analyze_threshold')::float8)
				+ COALESCE(o.scale, current_setting('autovacuum_analyze_scale_factor')::float8) * greatest(t.reltuples, 0) AS at
		FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
		CROSS JOIN LATERAL (SELECT max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_analyze_threshold')::float8 AS base,
				max(p.option_value) FILTER (WHERE p.option_name = 'autovacuum_analyze_scale_factor')::float8 AS scale,
				COALESCE(bool_and(p.option_value::boolean) FILTER (WHERE p.option_name = 'autovacuum_enabled'), true) AS enabled
			FROM pg_options_to_table(t.reloptions) p) o
		WHERE {user} AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't' AND pg_stat_get_mod_since_analyze(t.oid) >= {vacuum_min_rows}) x
	WHERE x.changed > {vacuum_late_factor} * x.at AND NOT EXISTS (SELECT FROM pg_stat_progress_analyze p WHERE p.relid = x.oid)
		AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum p WHERE p.relid = x.oid)
	ORDER BY x.changed DESC, x.oid LIMIT 5000$$),
-- What is not updated or deleted from leaves nothing dead.
('autovacuum_scale', $$
	SELECT format('%I.%I', n.nspname, t.relname), t.oid, t.oid, jsonb_build_object('schema', n.nspname, 'table', t.relname, 'rows', t.reltuples::bigint,
		'bytes', t.relpages::bigint * {size}, 'scale_factor', s.scale, 'waits_for', (s.scale * t.reltuples)::bigint)
	FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
	CROSS JOIN (SELECT current_setting('autovacuum_vacuum_scale_factor')::float8 AS scale, COALESCE(NULLIF(current_setting('autovacuum_vacuum_max_threshold', true)::float8, -1), 'infinity') AS most) s
	WHERE {user} AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't' AND t.reltuples >= {large_table_rows} AND least(s.most, s.scale * t.reltuples) > {large_dead_rows}
		AND pg_stat_get_tuples_updated(t.oid) + pg_stat_get_tuples_deleted(t.oid) > 0
		AND NOT EXISTS (SELECT FROM pg_options_to_table(t.reloptions) o WHERE o.option_name IN ('autovacuum_vacuum_scale_factor', 'autovacuum_vacuum_max_threshold')
			OR o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean)
	ORDER BY t.reltuples DESC, t.oid LIMIT 5000$$),
('autovacuum_off', $$
	SELECT format('%I.%I', n.nspname, t.relname), t.oid, t.oid, jsonb_build_object('schema', n.nspname, 'table', t.relname, 'bytes', t.relpages::bigint * {size},
		'dead', pg_stat_get_dead_tuples(t.oid), 'changed', pg_stat_get_tuples_updated(t.oid) + pg_stat_get_tuples_deleted(t.oid))
	FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
	WHERE {user} AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't' AND pg_stat_get_tuples_updated(t.oid) + pg_stat_get_tuples_deleted(t.oid) >= {vacuum_min_rows}
		AND EXISTS (SELECT FROM pg_options_to_table(t.reloptions) o WHERE o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean)
	ORDER BY t.relpages DESC, t.oid LIMIT 5000$$),
-- Also catalogs; for a TOAST table the table that it belongs to.
('table_xid_age', $$
	SELECT format('%I.%I', n.nspname, t.relname), t.oid, t.oid, jsonb_build_object('schema', n.nspname, 'table', t.relname, 'age', max(age(x.relfrozenxid)),
		'bytes', sum(x.relpages)::bigint * {size}, 'limit', 2147483647 - 3000000)
	FROM pg_class x JOIN pg_class t ON t.oid = x.oid AND x.relkind <> 't' OR t.reltoastrelid = x.oid AND x.relkind = 't' JOIN pg_namespace n ON n.oid = t.relnamespace
	WHERE x.relkind IN ('r', 'm', 't') AND x.relfrozenxid <> '0'::xid AND age(x.relfrozenxid) >= {xid_age} AND x.relpersistence <> 't'
	GROUP BY n.nspname, t.relname, t.oid
	ORDER BY max(age(x.relfrozenxid)) DESC, t.oid LIMIT 100$$),
-- Pages that the rows would take, packed as fillfactor says, by the widths that ANALYZE found: as of the last vacuum or analyze, whose
-- counts are compared. Columns lie behind one another, each at a multiple of its alignment; behind one of varying width half of that is
-- lost on average.
('table_bloat', $$
	WITH RECURSIVE t AS MATERIALIZED (
		SELECT c.oid, n.nspname, c.relname, c.relpages, c.reltuples,
			COALESCE((SELECT o.option_value::float8 FROM pg_options_to_table(c.reloptions) o WHERE o.option_name = 'fillfactor'), 100) / 100 AS fill
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE {user} AND c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.reltuples > 0 AND c.relpages::bigint * {size} >= {bloat_min_bytes}
			AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'heap')
		ORDER BY c.relpages DESC LIMIT 2000
	), a AS MATERIALIZED (
		SELECT t.oid, row_number() OVER (PARTITION BY t.oid ORDER BY a.attnum) AS i, a.attlen > 0 AS fixed, s.stanullfrac AS nulls, s.starelid IS NULL AS unknown,
			CASE WHEN a.attlen > 0 THEN a.attlen ELSE s.stawidth END AS width,
			CASE WHEN a.attlen < 0 AND s.stawidth < 127 THEN 1 ELSE CASE a.attalign WHEN 'd' THEN 8 WHEN 'i' THEN 4 WHEN 's' THEN 2 ELSE 1 END END AS align
		FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_statistic s ON s.starelid = t.oid AND s.staattnum = a.attnum AND NOT s.stainherit
	), walk AS (
		SELECT a.oid, a.i, a.width * (1 - a.nulls)::float8 AS bytes, a.fixed AND a.nulls = 0 AS exact FROM a WHERE a.i = 1
		UNION ALL
		SELECT a.oid, a.i, w.bytes + (1 - a.nulls) * (a.width + CASE WHEN w.exact THEN ceil(w.bytes / a.align) * a.align - w.bytes ELSE (a.align - 1) / 2.0 END),
			w.exact AND a.fixed AND a.nulls = 0
		FROM walk w JOIN a ON a.oid = w.oid AND a.i = w.i + 1
	), size AS (
		SELECT t.*, ceil(t.reltuples / greatest(1, floor(({size} - 24) * t.fill / (4 + ceil(x.head / 8.0) * 8 + CASE WHEN x.exact THEN ceil(x.bytes / 8) * 8 ELSE x.bytes + 3.5 END)))) AS pages
		FROM t JOIN (SELECT b.oid, b.nulls, b.unknown, 23 + CASE WHEN b.nulls THEN (b.columns + 7) / 8 ELSE 0 END AS head, w.bytes, w.exact
			FROM (SELECT a.oid, bool_or(a.nulls > 0) AS nulls, bool_or(a.unknown) AS unknown, count(*) AS columns FROM a GROUP BY a.oid) b
			JOIN walk w ON w.oid = b.oid AND w.i = b.columns) x ON x.oid = t.oid
		WHERE NOT x.unknown
	)
	SELECT format('%I.%I', s.nspname, s.relname), s.oid, s.oid, jsonb_build_object('schema', s.nspname, 'table', s.relname, 'pages', s.relpages, 'needed', s.pages,
		'bytes', s.relpages::bigint * {size}, 'waste', ((s.relpages - s.pages) * {size})::bigint, 'share', round((1 - s.pages / s.relpages)::numeric, 3), 'fillfactor', s.fill)
	FROM size s WHERE (s.relpages - s.pages) * {size} >= {bloat_min_bytes} AND 1 - s.pages / s.relpages >= {bloat_min_share}
	ORDER BY s.relpages - s.pages DESC, s.oid LIMIT 1000$$),
-- Large tables, for what history has to say about them.
('table_seq_scans', $$
	SELECT format('%I.%I', n.nspname, t.relname), t.oid, t.oid, '{}'::jsonb FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
	WHERE {user} AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't' AND t.relpages::bigint * {size} >= {scan_large_bytes} ORDER BY t.relpages DESC, t.oid LIMIT 5000$$),
('table_unread', $$
	SELECT format('%I.%I', n.nspname, t.relname), t.oid, t.oid, '{}'::jsonb FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace LEFT JOIN pg_class x ON x.oid = t.reltoastrelid
	WHERE {user} AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't' AND (t.relpages::bigint + COALESCE(x.relpages, 0)) * {size} >= {unread_min_bytes} ORDER BY t.relpages DESC, t.oid LIMIT 5000$$),
-- Large tables with a column by which rows came one after the other, of a time or whole numbers, and the unique keys that it is not in.
('table_partition', $$
	SELECT format('%I.%I', n.nspname, t.relname), t.oid, t.oid, jsonb_strip_nulls(jsonb_build_object('schema', n.nspname, 'table', t.relname, 'bytes', t.relpages::bigint * {size}, 'rows', greatest(t.reltuples, 0)::bigint,
		'column', a.attname, 'type', a.type, 'correlation', a.correlation, 'keys_without', (SELECT jsonb_agg(k.conname ORDER BY k.conname) FROM pg_constraint k
			WHERE k.conrelid = t.oid AND k.contype IN ('p', 'u') AND NOT a.attnum = ANY (k.conkey))))
	FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
	CROSS JOIN LATERAL (SELECT a.attnum, a.attname, a.atttypid::regtype::text AS type, round(c.correlation::numeric, 2) AS correlation
		FROM pg_attribute a JOIN pg_statistic s ON s.starelid = t.oid AND s.staattnum = a.attnum AND NOT s.stainherit
		CROSS JOIN LATERAL (SELECT (CASE 3 WHEN s.stakind1 THEN s.stanumbers1 WHEN s.stakind2 THEN s.stanumbers2 WHEN s.stakind3 THEN s.stanumbers3 WHEN s.stakind4 THEN s.stanumbers4
			WHEN s.stakind5 THEN s.stanumbers5 END)[1] AS correlation) c
		WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'int8'::regtype, 'int4'::regtype)
			AND c.correlation >= 0.9 AND s.stanullfrac <= 0.01 AND (s.stadistinct < 0 OR s.stadistinct >= 30)
		ORDER BY a.atttypid IN ('int8'::regtype, 'int4'::regtype), a.attnum LIMIT 1) a
	WHERE {user} AND t.relkind = 'r' AND t.relpersistence <> 't' AND NOT t.relispartition AND t.relpages::bigint * {size} >= {partition_min_bytes}
		AND NOT EXISTS (SELECT FROM pg_inherits h WHERE t.oid IN (h.inhrelid, h.inhparent))
	ORDER BY t.relpages DESC, t.oid LIMIT 1000$$),
-- Rows by age: bounds of equally many rows each, of a time that rows came in the order of. A date of birth is not.
-- The type is asked for where values are read, too: in which order tables are joined is for the planner to say.
('table_old_rows', $$
	SELECT format('%I.%I', n.nspname, t.relname), t.oid, t.oid, jsonb_build_object('schema', n.nspname, 'table', t.relname, 'bytes', t.relpages::bigint * {size}, 'rows', greatest(t.reltuples, 0)::bigint,
		'column', a.attname, 'share', round(a.share::numeric, 2), 'oldest', a.oldest, 'old_bytes', (a.share * t.relpages * {size})::bigint)
	FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
	CROSS JOIN LATERAL (SELECT a.attnum, a.attname, b.oldest, b.share
		FROM pg_attribute a JOIN pg_statistic s ON s.starelid = t.oid AND s.staattnum = a.attnum AND NOT s.stainherit
		CROSS JOIN LATERAL (SELECT (CASE 3 WHEN s.stakind1 THEN s.stanumbers1 WHEN s.stakind2 THEN s.stanumbers2 WHEN s.stakind3 THEN s.stanumbers3 WHEN s.stakind4 THEN s.stanumbers4
				WHEN s.stakind5 THEN s.stanumbers5 END)[1] AS correlation,
			(CASE CASE WHEN a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) THEN 2 END WHEN s.stakind1 THEN s.stavalues1::text WHEN s.stakind2 THEN s.stavalues2::text WHEN s.stakind3 THEN s.stavalues3::text WHEN s.stakind4 THEN s.stavalues4::text
				WHEN s.stakind5 THEN s.stavalues5::text END)::timestamptz[] AS bounds) c
		CROSS JOIN LATERAL (SELECT min(u.bound) AS oldest, count(*) FILTER (WHERE u.bound < now() - {old_days} * interval '1 day') / greatest(1, count(*))::float8 AS share FROM unnest(c.bounds) u (bound)) b
		WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) AND c.correlation >= 0.9
		ORDER BY a.attnum LIMIT 1) a
	WHERE {user} AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't' AND NOT t.relispartition AND t.relpages::bigint * {size} >= {old_min_bytes} AND a.share >= {old_share}
	ORDER BY t.relpages DESC, t.oid LIMIT 1000$$),
-- Of TOAST a page holds four pieces of a value, or more where they are small: what there is beyond a page for each four is empty for sure.
('toast_bloat', $$
	SELECT format('%I.%I', n.nspname, t.relname), t.oid, t.oid, jsonb_build_object('schema', n.nspname, 'table', t.relname, 'toast', x.relname, 'pages', x.relpages, 'needed', e.needed,
		'bytes', x.relpages::bigint * {size}, 'waste', ((x.relpages - e.needed) * {size})::bigint, 'share', round((1 - e.needed / x.relpages)::numeric, 3))
	FROM pg_class t JOIN pg_class x ON x.oid = t.reltoastrelid JOIN pg_namespace n ON n.oid = t.relnamespace
	CROSS JOIN LATERAL (SELECT ceil(x.reltuples / 4.0) AS needed) e
	WHERE {user} AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't' AND x.reltuples >= 0 AND x.relpages > 0
		AND (x.relpages - e.needed) * {size} >= {bloat_min_bytes} AND 1 - e.needed / x.relpages >= {bloat_min_share}
	ORDER BY x.relpages - e.needed DESC, t.oid LIMIT 1000$$),
-- B-trees: leaf pages as REINDEX would fill them. Equal keys are stored once where that can be (as nbtree does for most types), with up to
-- 130 rows each; of several columns as many different ones are taken for granted as there can be.
('index_bloat', $$
	WITH x AS MATERIALIZED (
		SELECT c.oid, i.indrelid, n.nspname, t.relname AS relname, c.relname AS indexname, c.relpages, c.reltuples, i.indisunique, i.indnatts, i.indnkeyatts, i.indkey::int2[] AS keys,
			i.indclass::oid[] AS classes,
			COALESCE(max(o.option_value) FILTER (WHERE o.option_name = 'fillfactor')::float8, 90) / 100 AS fill,
			COALESCE(bool_and(o.option_value::boolean) FILTER (WHERE o.option_name = 'deduplicate_items'), true) AND i.indnatts = i.indnkeyatts AS merged
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN LATERAL pg_options_to_table(c.reloptions) o ON true
		WHERE {user} AND c.relkind = 'i' AND c.relpersistence <> 't' AND i.indisvalid AND c.reltuples > 0 AND c.relpages::bigint * {size} >= {bloat_min_bytes}
			AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
		GROUP BY c.oid, i.indexrelid, n.nspname, t.relname
		ORDER BY c.relpages DESC LIMIT 4000
	), a AS (
		SELECT x.oid, u.i, CASE WHEN ia.attlen > 0 THEN ia.attlen ELSE s.stawidth END AS width, s.stanullfrac AS nulls, s.starelid IS NULL AS unknown,
			CASE WHEN ia.attlen < 0 AND s.stawidth < 127 THEN 1 ELSE CASE ia.attalign WHEN 'd' THEN 8 WHEN 'i' THEN 4 WHEN 's' THEN 2 ELSE 1 END END AS align,
			CASE WHEN s.stadistinct < 0 THEN -s.stadistinct * x.reltuples ELSE s.stadistinct END AS different,
			ia.atttypid IN (700, 701, 1700, 1231, 3802, 2249) AS unequal
		FROM x CROSS JOIN LATERAL unnest(x.keys) WITH ORDINALITY u (attnum, i)
		JOIN pg_attribute ia ON ia.attrelid = x.oid AND ia.attnum = u.i
		LEFT JOIN pg_statistic s ON NOT s.stainherit AND s.starelid = CASE WHEN u.attnum = 0 THEN x.oid ELSE x.indrelid END AND s.staattnum = CASE WHEN u.attnum = 0 THEN u.i ELSE u.attnum END
	), entry AS (
		SELECT x.*, 8 * ceil((CASE WHEN k.any_nulls AND x.indnatts > 1 THEN 16 ELSE 8 END + k.bytes) / 8) AS bytes, k.nulls, x.merged AND NOT x.indisunique AND NOT k.unequal AS dedup,
			greatest(1, least(x.reltuples * (1 - k.nulls), k.different)) AS different
		FROM x JOIN (SELECT a.oid, CASE WHEN count(*) = 1 THEN max(a.width) ELSE sum((1 - a.nulls) * a.width) + sum(CASE WHEN a.i > 1 AND a.align > 4 THEN (a.align - 1) / 2.0 ELSE 0 END) END AS bytes,
				CASE WHEN min(a.nulls) > 0 THEN exp(sum(ln(greatest(a.nulls, 0.000001)))) ELSE 0 END AS nulls, bool_or(a.nulls > 0) AS any_nulls, bool_or(a.unknown) AS unknown, bool_or(a.unequal) AS unequal,
				exp(least(600, sum(ln(greatest(a.different, 1))))) AS different
			FROM a GROUP BY a.oid) k ON k.oid = x.oid
		WHERE NOT k.unknown
	), leaf AS (
		SELECT e.*, CASE WHEN e.dedup AND e.reltuples > 1.5 * e.different
			THEN e.different * ceil(r.rows / e.different / 130) * (e.bytes + 4) + r.rows * 6 + e.reltuples * e.nulls * 6.2
			ELSE e.reltuples * (CASE WHEN e.dedup THEN 1 - e.nulls ELSE 1 END * (e.bytes + 4) + CASE WHEN e.dedup THEN e.nulls * 6.2 ELSE 0 END) END AS content
		FROM entry e CROSS JOIN LATERAL (SELECT e.reltuples * (1 - e.nulls) AS rows) r
	), size AS (
		SELECT l.*, 1 + ceil(l.content / (({size} - 40) * l.fill - l.bytes) * (1 + (l.bytes + 4) / (({size} - 40) * 0.7))) AS pages FROM leaf l
	)
	SELECT format('%I.%I', s.nspname, s.indexname), s.oid, s.indrelid, jsonb_build_object('schema', s.nspname, 'table', s.relname, 'index', s.indexname, 'pages', s.relpages, 'needed', s.pages,
		'bytes', s.relpages::bigint * {size}, 'waste', ((s.relpages - s.pages) * {size})::bigint, 'share', round((1 - s.pages / s.relpages)::numeric, 3), 'fillfactor', s.fill)
	FROM size s WHERE (s.relpages - s.pages) * {size} >= {bloat_min_bytes} AND 1 - s.pages / s.relpages >= {bloat_min_share}
	ORDER BY s.relpages - s.pages DESC, s.oid LIMIT 1000$$)
$function$;
COMMENT ON FUNCTION almanac.catalog_queries() IS 'what is asked of the catalogs of a database, for each kind of finding that needs them';

-- One query for all kinds, and which of the objects with findings are still there. Each row is the text of an object.
CREATE FUNCTION almanac.catalog_question(database oid) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	question text;
	one record;
BEGIN
	SELECT string_agg(format('SELECT %L::text AS kind, q.key, q.objid, q.relid, q.data FROM (%s) q (key, objid, relid, data)', c.kind, c.query), E'\nUNION ALL ' ORDER BY c.kind)
		INTO question FROM almanac.catalog_queries() c;
	FOR one IN SELECT t.name, t.value FROM almanac.finding_thresholds t LOOP
		question := replace(question, '{' || one.name || '}', format('%s::float8', quote_literal(one.value)));
	END LOOP;
	question := replace(replace(question, '{user}', $user$n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'almanac')$user$), '{size}', current_setting('block_size'));
	question := replace(question, '{scans}', quote_literal(almanac.scanned_tables(database, clock_timestamp())) || '::jsonb');
	RETURN format($q$SELECT jsonb_build_object('kind', f.kind, 'key', f.key, 'objid', f.objid, 'relid', f.relid, 'data', f.data)::text FROM (%s
		UNION ALL SELECT 'present', c.oid::text, c.oid, c.oid, '{}' FROM pg_class c WHERE c.oid = ANY (%L::oid[])) f$q$, question,
		ARRAY(SELECT DISTINCT u.id FROM almanac.finding_log l CROSS JOIN LATERAL (VALUES (l.objid), (l.relid)) u (id)
			WHERE l.dbid = catalog_question.database AND u.id IS NOT NULL AND l.state IN ('open', 'acknowledged')));
END
$$;
COMMENT ON FUNCTION almanac.catalog_question(oid) IS 'all of catalog_queries() as one query for a database, with thresholds filled in';

-- What has not changed is left alone: ON CONFLICT would lock its row, which is written to WAL. There may be many facts, though the planner takes
-- them for few.
CREATE FUNCTION almanac.note_catalog(database oid, facts text, elapsed_ms double precision) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $$
DECLARE
	noted integer;
BEGIN
	WITH new AS MATERIALIZED (
		SELECT f.* FROM jsonb_to_recordset(note_catalog.facts::jsonb) AS f (kind text, key text, objid oid, relid oid, data jsonb)
	), gone AS (
		DELETE FROM almanac.catalog_facts o WHERE o.dbid = note_catalog.database AND NOT EXISTS (SELECT FROM new f WHERE f.kind = o.kind AND f.key = o.key)
	), kept AS (
		INSERT INTO almanac.catalog_facts AS o SELECT note_catalog.database, f.kind, f.key, f.objid, f.relid, f.data
			FROM new f LEFT JOIN (SELECT * FROM almanac.catalog_facts c WHERE c.dbid = note_catalog.database) k ON k.kind = f.kind AND k.key = f.key
			WHERE k.key IS NULL OR (k.objid, k.relid, k.data) IS DISTINCT FROM (f.objid, f.relid, f.data)
			ON CONFLICT ON CONSTRAINT catalog_facts_pkey DO UPDATE SET objid = EXCLUDED.objid, relid = EXCLUDED.relid, data = EXCLUDED.data,
					noted = CASE WHEN o.objid = EXCLUDED.objid THEN o.noted ELSE EXCLUDED.noted END
	)
	SELECT count(*) INTO noted FROM new;
	INSERT INTO almanac.catalog_looks AS l (dbid, "time", elapsed_ms, facts) VALUES (note_catalog.database, clock_timestamp(), note_catalog.elapsed_ms, noted)
		ON CONFLICT ON CONSTRAINT catalog_looks_pkey DO UPDATE SET "time" = EXCLUDED."time", elapsed_ms = EXCLUDED.elapsed_ms, facts = EXCLUDED.facts, error_time = NULL, error = NULL;
END
$$;
COMMENT ON FUNCTION almanac.note_catalog(oid, text, double precision) IS 'keeps what a database answered to catalog_question(): a JSON array';

CREATE FUNCTION almanac.note_catalog_failure(database oid, message text) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO almanac.catalog_looks AS l (dbid, error_time, error) VALUES (note_catalog_failure.database, clock_timestamp(), note_catalog_failure.message)
		ON CONFLICT ON CONSTRAINT catalog_looks_pkey DO UPDATE SET error_time = EXCLUDED.error_time, error = EXCLUDED.error
$$;
COMMENT ON FUNCTION almanac.note_catalog_failure(oid, text) IS 'keeps why a database could not be asked; what it said before still holds';

CREATE FUNCTION almanac.forget_catalogs(kept oid[] DEFAULT NULL) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	DELETE FROM almanac.catalog_facts f WHERE NOT EXISTS (SELECT FROM pg_database d WHERE d.oid = f.dbid) OR NOT f.dbid = ANY (forget_catalogs.kept);
	DELETE FROM almanac.catalog_looks l WHERE NOT EXISTS (SELECT FROM pg_database d WHERE d.oid = l.dbid) OR NOT l.dbid = ANY (forget_catalogs.kept)
$$;
COMMENT ON FUNCTION almanac.forget_catalogs(oid[]) IS 'forgets what databases said that are gone, or are none of those that are asked';

-- This database, without a worker.
CREATE FUNCTION almanac.look_into_catalog() RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
	this CONSTANT oid := (SELECT d.oid FROM pg_database d WHERE d.datname = current_database());
	began CONSTANT timestamptz := clock_timestamp();
	facts text;
BEGIN
	EXECUTE format('SELECT ''['' || COALESCE(string_agg(q.row, '',''), '''') || '']'' FROM (%s) q (row)', almanac.catalog_question(this)) INTO facts;
	PERFORM almanac.note_catalog(this, facts, extract(epoch FROM clock_timestamp() - began) * 1000);
END
$$;
COMMENT ON FUNCTION almanac.look_into_catalog() IS 'asks the catalogs of this database what findings need';
