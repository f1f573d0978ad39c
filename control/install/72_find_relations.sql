-- Findings about indexes and tables, from what the catalogs said and from history.

-- Writes to a table in a week, which its indexes slow down.
CREATE FUNCTION almanac.table_writes(at timestamptz) RETURNS TABLE (dbid oid, relid oid, per_day double precision)
	LANGUAGE sql STABLE ROWS 1000 SET search_path = pg_catalog, pg_temp
AS $$
	SELECT k.dbid, k.relid, (s.n_tup_ins + s.n_tup_upd + s.n_tup_del - s.n_tup_hot_upd) * 86400
			/ greatest(3600, least(7 * 86400, extract(epoch FROM table_writes.at - r.started)))::float8
		FROM almanac.sums('table', table_writes.at - '7 days'::interval, table_writes.at) AS s (series_id integer, n_tup_ins bigint, n_tup_upd bigint, n_tup_del bigint, n_tup_hot_upd bigint)
		JOIN almanac.table_keys k ON k.series_id = s.series_id AND k.server_id = 0
		CROSS JOIN (SELECT c.started FROM almanac.recorder c WHERE c.server_id = 0) r
$$;
COMMENT ON FUNCTION almanac.table_writes(timestamptz) IS 'rows a day that made entries in the indexes of each table, in the last week';

-- The index of a partitioned table goes with those of all partitions, and not without locking them.
CREATE FUNCTION almanac.drop_index(fact almanac.catalog_facts, OUT sql text, OUT locks text)
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('DROP INDEX %s%s', CASE WHEN fact.data ? 'parts' THEN '' ELSE 'CONCURRENTLY ' END, fact.key),
		CASE WHEN fact.data ? 'parts' THEN 'ACCESS EXCLUSIVE on the table and all its partitions, for an instant: waits for those who use them, and others for it; set lock_timeout before'
			ELSE 'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on; waits for transactions that use the table' END
$$;
COMMENT ON FUNCTION almanac.drop_index(almanac.catalog_facts) IS 'the command that drops an index, and what it locks';

-- Only what was recorded counts: an index is not called unused before it, and its record, are old enough. What is used once a month is used.
CREATE FUNCTION almanac.find_index_unused(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH window_of AS MATERIALIZED (
		SELECT find_index_unused.at - t.days * '1 day'::interval AS since, t.days, r.started,
			(SELECT COALESCE(max(s.standbys_max), 0) FROM almanac.system_samples s WHERE s."time" > find_index_unused.at - '35 days'::interval AND s."time" <= find_index_unused.at) > 0 AS standbys
		FROM (SELECT almanac.finding_threshold('unused_days') AS days) t CROSS JOIN almanac.recorder r WHERE r.server_id = 0
	), used AS MATERIALIZED (
		SELECT s.series_id, s.idx_scan, s.size_bytes FROM almanac.sums('index', (SELECT w.since FROM window_of w), find_index_unused.at) AS s (series_id integer, idx_scan bigint, size_bytes bigint)
	), writes AS MATERIALIZED (
		SELECT * FROM almanac.table_writes(find_index_unused.at)
	), whole AS (
		SELECT f.dbid, f.key, sum(u.idx_scan) AS idx_scan, sum(u.size_bytes)::bigint AS size_bytes, min(k.first_seen) AS first_seen, sum(w.per_day) AS per_day
		FROM (SELECT f.dbid, f.key, f.objid FROM almanac.catalog_facts f WHERE f.kind = 'index_unused'
			UNION ALL SELECT f.dbid, f.key, p.id::oid FROM almanac.catalog_facts f, jsonb_array_elements_text(f.data -> 'parts') p (id) WHERE f.kind = 'index_unused') f
		JOIN almanac.index_keys k ON k.dbid = f.dbid AND k.indexrelid = f.objid AND k.server_id = 0
		LEFT JOIN used u ON u.series_id = k.series_id LEFT JOIN writes w ON w.dbid = k.dbid AND w.relid = k.relid
		GROUP BY 1, 2
	)
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'index', f.objid, f.relid, NULL::integer,
		CASE WHEN b.bytes >= 1073741824 OR k.per_day >= 1000000 THEN 2 ELSE 3 END, NULL::float8, b.bytes,
		format('index %s of %s takes %s and was not used for %s days', f.data ->> 'index', f.data ->> 'table', pg_size_pretty(b.bytes), b.days)
			|| CASE WHEN k.per_day >= 1 THEN format('; each of %s writes a day keeps it up', round(k.per_day)) ELSE '' END
			|| CASE WHEN w.standbys THEN '; whether standbys use it is not known here' ELSE '' END,
		'frees ' || pg_size_pretty(b.bytes) || ' and makes writes cheaper', x.sql,
		x.locks, CASE WHEN w.standbys THEN 'medium' ELSE 'low' END,
		jsonb_build_object('bytes', b.bytes, 'days_recorded', b.days, 'scans', 0, 'writes_per_day', round(COALESCE(k.per_day, 0)), 'never_used', k.first_seen > w.started + '1 day'::interval OR NULL,
			'standbys', w.standbys, 'expressions', f.data -> 'expressions', 'partial', f.data -> 'partial')
	FROM window_of w CROSS JOIN almanac.catalog_facts f
	JOIN whole k ON k.dbid = f.dbid AND k.key = f.key
	CROSS JOIN LATERAL almanac.drop_index(f) x
	CROSS JOIN LATERAL (SELECT COALESCE(k.size_bytes, (f.data ->> 'bytes')::bigint) AS bytes,
		floor(extract(epoch FROM find_index_unused.at - greatest(k.first_seen, w.started)) / 86400)::integer AS days) b
	WHERE f.kind = 'index_unused' AND COALESCE(k.idx_scan, 0) = 0 AND greatest(k.first_seen, w.started) <= w.since
		AND NOT EXISTS (SELECT FROM almanac.catalog_facts o WHERE o.dbid = f.dbid AND o.kind IN ('index_duplicate', 'index_redundant') AND o.key = f.key)
$$;
COMMENT ON FUNCTION almanac.find_index_unused(timestamptz) IS 'indexes that were not used for a long time, all of it recorded';

-- Made while history was recorded, and not used since although the table was: too young to be called unused, and worth a look before
-- everybody has forgotten what it is for.
CREATE FUNCTION almanac.find_index_never_used(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH young AS MATERIALIZED (
		SELECT f.key, f.dbid, f.objid, f.relid, f.data, k.series_id, k.first_seen, x.sql, x.locks
		FROM almanac.recorder r CROSS JOIN almanac.catalog_facts f
		JOIN almanac.index_keys k ON k.dbid = f.dbid AND k.indexrelid = f.objid AND k.server_id = 0
		CROSS JOIN LATERAL almanac.drop_index(f) x
		WHERE r.server_id = 0 AND f.kind = 'index_unused' AND k.first_seen > r.started + '1 day'::interval
			AND k.first_seen <= find_index_never_used.at - almanac.finding_threshold('never_used_days') * '1 day'::interval
			AND k.first_seen > find_index_never_used.at - almanac.finding_threshold('unused_days') * '1 day'::interval
			AND NOT EXISTS (SELECT FROM almanac.catalog_facts o WHERE o.dbid = f.dbid AND o.kind IN ('index_duplicate', 'index_redundant') AND o.key = f.key)
	)
	SELECT y.key, y.dbid, y.data ->> 'schema', y.data ->> 'table', y.data ->> 'index', y.objid, y.relid, NULL::integer, 3, NULL::float8, b.bytes,
		format('index %s of %s takes %s and was not used since it was made on %s; the table was scanned %s times in the last %s days', y.data ->> 'index', y.data ->> 'table', pg_size_pretty(b.bytes),
			to_char(y.first_seen, 'YYYY-MM-DD'), t.reads, round(almanac.finding_threshold('never_used_days'))),
		'frees ' || pg_size_pretty(b.bytes) || ' and makes writes cheaper; or the statement that it was made for is yet to come', y.sql, y.locks, 'low',
		jsonb_build_object('made', y.first_seen, 'days_recorded', floor(extract(epoch FROM find_index_never_used.at - y.first_seen) / 86400)::integer, 'scans', 0, 'table_scans', t.reads)
	FROM young y
	LEFT JOIN almanac.sums('index', find_index_never_used.at - almanac.finding_threshold('unused_days') * '1 day'::interval, find_index_never_used.at, ARRAY(SELECT y.series_id FROM young y))
		AS u (series_id integer, idx_scan bigint, size_bytes bigint) ON u.series_id = y.series_id
	CROSS JOIN LATERAL (SELECT COALESCE(u.size_bytes, (y.data ->> 'bytes')::bigint) AS bytes) b
	JOIN almanac.table_keys k ON k.dbid = y.dbid AND k.relid = y.relid AND k.server_id = 0
	JOIN (SELECT s.series_id, s.seq_scan + COALESCE(s.idx_scan, 0) AS reads
		FROM almanac.sums('table', find_index_never_used.at - almanac.finding_threshold('never_used_days') * '1 day'::interval, find_index_never_used.at) AS s (series_id integer, seq_scan bigint, idx_scan bigint)) t
		ON t.series_id = k.series_id
	WHERE COALESCE(u.idx_scan, 0) = 0 AND t.reads > 0
$$;
COMMENT ON FUNCTION almanac.find_index_never_used(timestamptz) IS 'indexes that were made lately, and not used since';

CREATE FUNCTION almanac.find_index_duplicate(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'index', f.objid, f.relid, NULL::integer,
		CASE WHEN (f.data ->> 'bytes')::bigint >= 1073741824 THEN 2 ELSE 3 END, NULL::float8, (f.data ->> 'bytes')::bigint,
		format('index %s of %s is the same as %s and takes %s', f.data ->> 'index', f.data ->> 'table', f.data ->> 'other', pg_size_pretty((f.data ->> 'bytes')::bigint)),
		'frees ' || pg_size_pretty((f.data ->> 'bytes')::bigint) || ' and makes writes cheaper; no plan gets worse', x.sql,
		x.locks, 'low', f.data - 'schema' - 'table' - 'index'
	FROM almanac.catalog_facts f CROSS JOIN LATERAL almanac.drop_index(f) x WHERE f.kind = 'index_duplicate'
$$;
COMMENT ON FUNCTION almanac.find_index_duplicate(timestamptz) IS 'indexes that are there twice: the one that no constraint needs';

CREATE FUNCTION almanac.find_index_redundant(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'index', f.objid, f.relid, NULL::integer, 3, NULL::float8, (f.data ->> 'bytes')::bigint,
		format('index %s of %s (%s) is the beginning of %s (%s)', f.data ->> 'index', f.data ->> 'table', pg_size_pretty((f.data ->> 'bytes')::bigint), f.data ->> 'other',
			pg_size_pretty((f.data ->> 'other_bytes')::bigint)),
		'frees ' || pg_size_pretty((f.data ->> 'bytes')::bigint) || ' and makes writes cheaper; scans read the longer index instead', x.sql,
		x.locks, 'low', f.data - 'schema' - 'table' - 'index'
	FROM almanac.catalog_facts f CROSS JOIN LATERAL almanac.drop_index(f) x WHERE f.kind = 'index_redundant'
		AND NOT EXISTS (SELECT FROM almanac.catalog_facts o WHERE o.dbid = f.dbid AND o.kind = 'index_duplicate' AND o.key = f.key)
$$;
COMMENT ON FUNCTION almanac.find_index_redundant(timestamptz) IS 'indexes whose columns are the first of another one';

CREATE FUNCTION almanac.find_index_invalid(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'index', f.objid, f.relid, NULL::integer, 2, NULL::float8, (f.data ->> 'bytes')::bigint,
		format('index %s of %s is invalid: writes keep it up and no query uses it', f.data ->> 'index', f.data ->> 'table'),
		CASE WHEN f.data @> '{"left_over": true}' THEN 'frees what an interrupted REINDEX left over' ELSE 'makes the index usable' END,
		format(CASE WHEN f.data @> '{"left_over": true}' THEN 'DROP INDEX CONCURRENTLY %s' ELSE 'REINDEX INDEX CONCURRENTLY %s' END, f.key),
		'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on; waits for transactions that use the table', CASE WHEN f.data @> '{"left_over": true}' THEN 'low' ELSE 'medium' END,
		f.data - 'schema' - 'table' - 'index'
	FROM almanac.catalog_facts f WHERE f.kind = 'index_invalid'
$$;
COMMENT ON FUNCTION almanac.find_index_invalid(timestamptz) IS 'indexes that a build left invalid';

-- Deletes of what is referenced look for rows that refer to it, each with a scan of the whole table. Who deletes nothing there needs no index.
-- What find_index_missing() told first is not told again.
CREATE FUNCTION almanac.find_foreign_key_unindexed(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH deletes AS MATERIALIZED (
		SELECT k.dbid, k.relid, s.n_tup_del FROM almanac.sums('table', find_foreign_key_unindexed.at - '35 days'::interval, find_foreign_key_unindexed.at) AS s (series_id integer, n_tup_del bigint)
		JOIN almanac.table_keys k ON k.series_id = s.series_id AND k.server_id = 0 WHERE s.n_tup_del > 0
	)
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'constraint', f.objid, f.relid, NULL::integer,
		CASE WHEN n.deleted * (f.data ->> 'pages')::bigint >= 100000000 THEN 2 ELSE 3 END, NULL::float8, NULL::bigint,
		format('foreign key %s of %s (%s) has no index: each delete in %s reads all %s of it', f.data ->> 'constraint', f.data ->> 'table', f.data ->> 'columns', f.data ->> 'referenced',
			pg_size_pretty((f.data ->> 'pages')::bigint * current_setting('block_size')::bigint)),
		format('deletes in %s, and joins with it, find their rows at once', f.data ->> 'referenced'),
		format('CREATE INDEX CONCURRENTLY ON %I.%I (%s)', f.data ->> 'schema', f.data ->> 'table', f.data ->> 'columns'),
		'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on; reads the table twice and waits for transactions that use it', 'low',
		jsonb_build_object('columns', f.data -> 'columns', 'referenced', f.data -> 'referenced', 'pages', f.data -> 'pages', 'deleted', n.deleted)
	FROM almanac.catalog_facts f
	LEFT JOIN deletes d ON d.dbid = f.dbid AND d.relid = (f.data ->> 'referenced_id')::oid
	CROSS JOIN LATERAL (SELECT greatest((f.data ->> 'deleted')::bigint, d.n_tup_del) AS deleted) n
	WHERE f.kind = 'foreign_key_unindexed' AND n.deleted >= almanac.finding_threshold('foreign_key_min_deletes')
		AND (EXISTS (SELECT FROM almanac.finding_log o WHERE o.kind = 'foreign_key_unindexed' AND o.dbid = f.dbid AND o.key = f.key AND o.ended IS NULL)
			OR NOT EXISTS (SELECT FROM almanac.finding_log o WHERE o.kind = 'index_missing' AND o.dbid = f.dbid AND o.relid = f.relid AND o.state IN ('open', 'acknowledged')
				AND starts_with(replace(o.key, ')', ','), format('%I.%I (%s,', f.data ->> 'schema', f.data ->> 'table', f.data ->> 'columns'))))
$$;
COMMENT ON FUNCTION almanac.find_foreign_key_unindexed(timestamptz) IS 'foreign keys without an index, to tables that rows are deleted from';
