-- Missing indexes: what costly statements scan sequentially, and which columns they ask for, from the texts of their plans.

-- Scans of plans that ran in the last day: with a row of the scanned table for each. A statement is told of from a tenth of what would
-- make a finding, because others may want the same index. Empty while less than record_hours was recorded.
CREATE FUNCTION almanac.scanned_statements(at timestamptz, database oid DEFAULT NULL)
	RETURNS TABLE (dbid oid, userid oid, queryid bigint, plan_id bigint, series_id integer, relations text[], relation text, whole boolean, tests jsonb,
		calls_per_day double precision, seconds_per_day double precision, rows_per_call double precision)
	LANGUAGE sql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$
	WITH plan AS MATERIALIZED (
		SELECT k.dbid, k.userid, k.queryid, k.toplevel, k.plan_id, t.plan, t.relations, s.calls / d.days AS calls_per_day, s.total_exec_ms / 1000 / d.days AS seconds_per_day
		FROM (SELECT greatest(1.0 / 24, least(1, extract(epoch FROM scanned_statements.at - r.started) / 86400))::float8 AS days FROM almanac.recorder r
			WHERE r.server_id = 0 AND r.started <= scanned_statements.at - almanac.finding_threshold('record_hours') * '1 hour'::interval) d
		CROSS JOIN almanac.sums('plan', scanned_statements.at - '1 day'::interval, scanned_statements.at,
			ARRAY(SELECT k.series_id FROM almanac.plan_texts t JOIN almanac.plan_keys k ON k.text_id = t.text_id AND k.server_id = 0
				WHERE t.plan LIKE '%Seq Scan on %' AND k.dbid = COALESCE(scanned_statements.database, k.dbid))) AS s (series_id integer, calls bigint, total_exec_ms double precision)
		JOIN almanac.plan_keys k ON k.series_id = s.series_id AND k.server_id = 0
		JOIN almanac.plan_texts t ON t.text_id = k.text_id
		WHERE s.total_exec_ms / 1000 / d.days >= 0.1 * almanac.finding_threshold('scan_min_seconds')
	), statement AS MATERIALIZED (
		SELECT k.dbid, k.userid, k.queryid, k.toplevel, k.series_id FROM almanac.statement_keys k
		WHERE k.server_id = 0 AND (k.dbid, k.userid, k.queryid, k.toplevel) IN (SELECT p.dbid, p.userid, p.queryid, p.toplevel FROM plan p)
	), returned AS (
		SELECT s.series_id, s.rows / NULLIF(s.calls, 0)::float8 AS rows_per_call
		FROM almanac.sums('statement', scanned_statements.at - '1 day'::interval, scanned_statements.at, ARRAY(SELECT t.series_id FROM statement t)) AS s (series_id integer, calls bigint, rows bigint)
	)
	SELECT p.dbid, p.userid, p.queryid, p.plan_id, t.series_id, p.relations, c.relation, c.whole, c.tests, p.calls_per_day, p.seconds_per_day, r.rows_per_call
	FROM plan p
	CROSS JOIN LATERAL (SELECT a.relation, bool_and(a.whole) AS whole, COALESCE(jsonb_agg(jsonb_build_object('column', a."column", 'test', a.test, 'cast', a."cast") ORDER BY a."column", a.test) FILTER (WHERE a.test IS NOT NULL), '[]') AS tests
		FROM almanac.plan_scans(p.plan) a GROUP BY a.scan, a.relation) c
	LEFT JOIN statement t ON t.dbid = p.dbid AND t.userid = p.userid AND t.queryid = p.queryid AND t.toplevel = p.toplevel
	LEFT JOIN returned r ON r.series_id = t.series_id
$$;
COMMENT ON FUNCTION almanac.scanned_statements(timestamptz, oid) IS 'sequential scans of the statements of the last day, and what they ask of columns';

-- Of which tables, and columns, the catalogs of a database are to tell: those that are scanned, and those that an index is missing for.
CREATE FUNCTION almanac.scanned_tables(database oid, at timestamptz) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT COALESCE(jsonb_agg(jsonb_build_object('relation', x.relation, 'names', x.names, 'columns', x.columns)), '[]')
	FROM (SELECT a.relation, to_jsonb(a.relations) AS names, (SELECT jsonb_agg(DISTINCT c ->> 'column') FROM jsonb_array_elements(a.tests) c WHERE c ->> 'column' IS NOT NULL) AS columns
		FROM (SELECT DISTINCT s.relation, s.relations, s.tests FROM almanac.scanned_statements(scanned_tables.at, scanned_tables.database) s
			WHERE jsonb_path_exists(s.tests, '$[*] ? (@.column != null)') LIMIT 2000) a
		UNION
		SELECT l.relname, jsonb_build_array(format('%I.%I', l.schemaname, l.relname)), l.evidence -> 'columns' FROM almanac.finding_log l
		WHERE l.kind = 'index_missing' AND l.dbid = scanned_tables.database AND l.state IN ('open', 'acknowledged')) x
$$;
COMMENT ON FUNCTION almanac.scanned_tables(oid, timestamptz) IS 'tables and columns of a database that find_index_missing() has to know more of';

-- Which columns an index should have, in which order, and the share of the rows that it would find: columns that are compared with one
-- value, the most telling first, until few rows are left; then one that is compared with a range. measured is the share of the rows that
-- the statement got, where that tells of the scan. Columns are seldom independent: of each further one less counts.
CREATE FUNCTION almanac.index_columns(tests jsonb, columns jsonb, rows double precision, measured double precision, OUT names text[], OUT kept double precision)
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	one record;
	range_of text;
	usable integer;
BEGIN
	names := '{}';
	kept := 1;
	FOR one IN
		SELECT t.name, min(CASE t.test WHEN 'null' THEN (c.info ->> 'nulls')::float8 WHEN 'any' THEN least(1, 10 * (c.info ->> 'share')::float8) ELSE (c.info ->> 'share')::float8 END) AS share
		FROM (SELECT e ->> 'column' AS name, e ->> 'test' AS test, e ->> 'cast' AS type FROM jsonb_array_elements(index_columns.tests) e) t
		CROSS JOIN LATERAL (SELECT index_columns.columns -> t.name AS info) c
		WHERE t.test IN ('=', 'any', 'null') AND c.info @> '{"orders": true}' AND (t.type IS NULL OR t.type = 'text' AND c.info @> '{"varchar": true}')
		GROUP BY t.name ORDER BY 2 NULLS LAST, 1
	LOOP
		EXIT WHEN cardinality(names) = 3 OR cardinality(names) > 0 AND kept * rows <= 10;
		CONTINUE WHEN cardinality(names) > 0 AND COALESCE(one.share, 1) > 0.5;
		kept := kept * COALESCE(one.share, 1) ^ (0.5 ^ cardinality(names));
		names := names || one.name;
	END LOOP;
	SELECT t.name INTO range_of
		FROM (SELECT e ->> 'column' AS name, e ->> 'test' AS test, e ->> 'cast' AS type FROM jsonb_array_elements(index_columns.tests) e) t
		WHERE t.test IN ('<', '>') AND t.name <> ALL (names) AND index_columns.columns -> t.name @> '{"orders": true}'
			AND (t.type IS NULL OR t.type = 'text' AND index_columns.columns -> t.name @> '{"varchar": true}')
		GROUP BY t.name ORDER BY count(DISTINCT t.test) DESC, t.name LIMIT 1;
	IF range_of IS NOT NULL AND kept * rows > 100 THEN
		names := names || range_of;
	END IF;
	-- What the statement got is less than what the index finds if there is more to the filter than the index.
	SELECT count(DISTINCT COALESCE(e ->> 'column', 'other')) INTO usable FROM jsonb_array_elements(index_columns.tests) e;
	kept := CASE WHEN cardinality(names) = 0 THEN NULL WHEN usable = cardinality(names) THEN COALESCE(measured, kept) ELSE greatest(measured, kept) END;
END
$$;
COMMENT ON FUNCTION almanac.index_columns(jsonb, jsonb, double precision, double precision) IS 'the columns of an index that serves the conditions of a scan, and the share of the rows that it would find';

-- Not where an index begins with the most telling of the columns already: the planner has it and prefers the scan.
CREATE FUNCTION almanac.find_index_missing(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH scan AS (
		SELECT s.dbid, f.relid, s.queryid, s.series_id, s.plan_id, s.whole, s.tests, s.calls_per_day, s.seconds_per_day, s.rows_per_call, sum((f.data ->> 'own_rows')::float8) AS scanned,
			(array_agg(f.data ORDER BY (f.data ->> 'own_rows')::float8 DESC))[1] AS data
		FROM almanac.scanned_statements(find_index_missing.at) s
		JOIN almanac.catalog_facts f ON f.dbid = s.dbid AND f.kind = 'index_missing' AND f.data ->> 'relation' = s.relation AND f.data ->> 'name' = ANY (s.relations)
		WHERE (f.data ->> 'bytes')::float8 >= almanac.finding_threshold('scan_min_bytes')
		GROUP BY s.dbid, f.relid, s.userid, s.queryid, s.series_id, s.plan_id, s.whole, s.tests, s.calls_per_day, s.seconds_per_day, s.rows_per_call
	), wish AS MATERIALIZED (
		SELECT s.*, i.names, i.kept * s.scanned AS kept_rows
		FROM scan s CROSS JOIN LATERAL almanac.index_columns(s.tests, s.data -> 'columns', s.scanned, CASE WHEN s.whole THEN least(1, s.rows_per_call / NULLIF(s.scanned, 0)) END) i
		WHERE i.kept <= almanac.finding_threshold('scan_kept_share')
			AND NOT EXISTS (SELECT FROM jsonb_array_elements(s.data -> 'indexes') x, LATERAL (SELECT ARRAY(SELECT jsonb_array_elements_text(x -> 'columns'))) c (names)
				WHERE x @> '{"partial": false}' AND i.names[1] = ANY (c.names) AND (c.names)[1:array_position(c.names, i.names[1])] <@ ARRAY(SELECT e ->> 'column' FROM jsonb_array_elements(s.tests) e))
	), longest AS (
		SELECT w.*, (SELECT o.names FROM wish o WHERE o.dbid = w.dbid AND o.relid = w.relid AND o.names[1:cardinality(w.names)] = w.names ORDER BY cardinality(o.names) DESC, o.names LIMIT 1) AS index_names
		FROM wish w
	), statement AS (
		SELECT l.dbid, l.relid, l.index_names, l.queryid, max(l.series_id) AS series_id, sum(l.calls_per_day) AS calls, sum(l.seconds_per_day) AS seconds, max(l.kept_rows) AS kept_rows, max(l.scanned) AS scanned,
			(array_agg(l.data ORDER BY l.seconds_per_day DESC))[1] AS data
		FROM (SELECT DISTINCT ON (l.dbid, l.relid, l.index_names, l.series_id, l.plan_id) l.* FROM longest l ORDER BY l.dbid, l.relid, l.index_names, l.series_id, l.plan_id, l.kept_rows DESC) l GROUP BY 1, 2, 3, 4
	), found AS (
		SELECT s.dbid, s.relid, s.index_names, sum(s.seconds) AS seconds, sum(s.calls) AS calls, count(*) AS statements, max(s.kept_rows) AS kept_rows, max(s.scanned) AS scanned,
			(array_agg(s.series_id ORDER BY s.seconds DESC))[1] AS series_id, (array_agg(s.queryid ORDER BY s.seconds DESC))[1:5] AS queryids, (array_agg(s.data ORDER BY s.seconds DESC))[1] AS data
		FROM statement s GROUP BY 1, 2, 3
	)
	SELECT format('%s (%s)', f.data ->> 'name', c.list), f.dbid, f.data ->> 'schema', f.data ->> 'table', format('%s (%s)', f.data ->> 'table', c.list), NULL::oid, f.relid, f.series_id,
		CASE WHEN f.seconds >= 864 THEN 2 ELSE 3 END, f.seconds, NULL::bigint,
		format('%s all %s rows of %s, %s times a day, for about %s each; no index begins with %s', CASE f.statements WHEN 1 THEN 'a statement reads' ELSE f.statements || ' statements read' END,
				round(f.scanned), f.data ->> 'table', round(f.calls), ceil(f.kept_rows), quote_ident(f.index_names[1]))
			|| CASE WHEN w.per_day > 10 * f.calls THEN format('; each of %s writes a day will have to keep it up', round(w.per_day)) ELSE '' END,
		format('may save up to %s s a day', round(f.seconds::numeric, CASE WHEN f.seconds < 100 THEN 1 ELSE 0 END))
			|| CASE WHEN h.what_if @> '{"used": true}' THEN format('; HypoPG: cost of the dearest statement %s instead of %s', h.what_if ->> 'cost_after', h.what_if ->> 'cost_before')
				WHEN h.what_if @> '{"used": false}' THEN '; HypoPG: for unknown values the dearest statement would not use it' ELSE '' END, format('CREATE INDEX %sON %s (%s)', CASE WHEN f.data @> '{"partitioned": true}' THEN '' ELSE 'CONCURRENTLY ' END, f.data ->> 'name', c.list),
		CASE WHEN f.data @> '{"partitioned": true}' THEN 'SHARE on the table and all its partitions: nobody can write until it is whole; CREATE INDEX ON ONLY it, CONCURRENTLY on each partition and ALTER INDEX ATTACH PARTITION avoid that'
			ELSE 'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on; reads the table twice and waits for transactions that use it' END,
		CASE WHEN f.data @> '{"partitioned": true}' THEN 'medium' ELSE 'low' END,
		jsonb_build_object('columns', f.index_names, 'statements', f.statements, 'queryids', f.queryids, 'calls_per_day', round(f.calls), 'seconds_per_day', round(f.seconds::numeric, 1),
			'rows', round(f.scanned), 'rows_kept', ceil(f.kept_rows), 'bytes', f.data -> 'bytes', 'writes_per_day', round(COALESCE(w.per_day, 0)), 'what_if', h.what_if)
	FROM found f
	CROSS JOIN LATERAL (SELECT string_agg(quote_ident(n.name), ', ' ORDER BY n.i) AS list FROM unnest(f.index_names) WITH ORDINALITY n (name, i)) c
	LEFT JOIN almanac.table_writes(find_index_missing.at) w ON w.dbid = f.dbid AND w.relid = f.relid
	LEFT JOIN LATERAL (SELECT o.evidence -> 'what_if' AS what_if FROM almanac.finding_log o WHERE o.kind = 'index_missing' AND o.dbid = f.dbid AND o.key = format('%s (%s)', f.data ->> 'name', c.list) AND o.ended IS NULL) h ON true
	WHERE f.seconds >= almanac.finding_threshold('scan_min_seconds') AND f.calls >= almanac.finding_threshold('scan_min_calls')
$$;
COMMENT ON FUNCTION almanac.find_index_missing(timestamptz) IS 'indexes that would spare statements long scans of tables';
