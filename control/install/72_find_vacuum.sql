-- Findings about what autovacuum should have done.

-- After a bulk load tables are late for as long as autovacuum takes to come by. Where it never will there is nothing to wait for.
CREATE FUNCTION almanac.autovacuum_came(fact almanac.catalog_facts, at timestamptz) RETURNS boolean
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT current_setting('autovacuum') = 'off' OR current_setting('track_counts') = 'off' OR fact.data @> '{"enabled": false}'
		OR fact.noted <= autovacuum_came.at - almanac.finding_threshold('late_naptimes') * current_setting('autovacuum_naptime')::interval
$$;
COMMENT ON FUNCTION almanac.autovacuum_came(almanac.catalog_facts, timestamptz) IS 'whether a table is late for so long that autovacuum should have come by';

-- Who keeps vacuum from removing rows, oldest first: they stay for as long as any of these might see them.
CREATE FUNCTION almanac.snapshot_holders() RETURNS TABLE (age integer, dbid oid, holder text)
	LANGUAGE sql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $$
	SELECT h.* FROM (
		SELECT greatest(age(a.backend_xmin), age(a.backend_xid)) AS age, a.datid AS dbid, format('%s %s of role %s%s, in a transaction since %s', CASE WHEN a.backend_type = 'client backend' THEN 'session' ELSE a.backend_type END,
				a.pid, COALESCE(a.usename, '?'), COALESCE(' (' || NULLIF(a.application_name, '') || ')', ''), COALESCE(to_char(a.xact_start, 'YYYY-MM-DD HH24:MI'), '?')) AS holder
			FROM pg_stat_activity a WHERE (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL) AND a.backend_type <> 'walsender' AND a.pid <> pg_backend_pid()
		UNION ALL SELECT age(r.backend_xmin), NULL, format('standby %s, by hot_standby_feedback', COALESCE(NULLIF(r.application_name, ''), host(r.client_addr), '?')) FROM pg_stat_replication r WHERE r.backend_xmin IS NOT NULL
		UNION ALL SELECT age(s.xmin), NULL, 'replication slot ' || s.slot_name FROM pg_replication_slots s WHERE s.xmin IS NOT NULL
		UNION ALL SELECT age(p.transaction), d.oid, 'prepared transaction ' || p.gid FROM pg_prepared_xacts p JOIN pg_database d ON d.datname = p.database) h
	ORDER BY 1 DESC
$$;
COMMENT ON FUNCTION almanac.snapshot_holders() IS 'sessions, standbys, slots and prepared transactions that vacuum has to keep rows for, the oldest first';

-- A vacuum does nothing about rows that an old transaction might still see.
CREATE FUNCTION almanac.find_table_vacuum_late(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer,
		CASE WHEN (f.data ->> 'dead')::bigint > (f.data ->> 'live')::bigint THEN 2 ELSE 3 END, NULL::float8, NULL::bigint,
		format('table %s has %s dead rows beside %s; autovacuum should have begun at %s', f.data ->> 'table', f.data ->> 'dead', f.data ->> 'live', f.data ->> 'autovacuum_at')
			|| CASE WHEN x.age >= 1000000 THEN format('; rows that died in the last %s transactions are kept for %s', x.age, x.holder) ELSE '' END,
		'scans pass fewer dead rows, and new rows take their place', format('VACUUM (ANALYZE) %s', f.key), 'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on', 'low',
		f.data - 'schema' - 'table' || jsonb_build_object('oldest_snapshot_age', x.age, 'holder', x.holder)
	FROM almanac.catalog_facts f
	LEFT JOIN LATERAL (SELECT h.age, h.holder FROM almanac.snapshot_holders() h WHERE COALESCE(h.dbid, f.dbid) IN (f.dbid, 0) LIMIT 1) x ON true
	WHERE f.kind = 'table_vacuum_late' AND almanac.autovacuum_came(f, find_table_vacuum_late.at)
$$;
COMMENT ON FUNCTION almanac.find_table_vacuum_late(timestamptz) IS 'tables with more dead rows than autovacuum should have let come';

CREATE FUNCTION almanac.find_table_analyze_late(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer,
		CASE WHEN f.data ->> 'last_analyze' IS NULL THEN 2 ELSE 3 END, NULL::float8, NULL::bigint,
		format('%s rows of table %s changed since %s; autovacuum should have analyzed it at %s', f.data ->> 'changed', f.data ->> 'table',
			COALESCE('it was analyzed at ' || to_char((f.data ->> 'last_analyze')::timestamptz, 'YYYY-MM-DD HH24:MI'), 'it was made, and it was never analyzed'), f.data ->> 'autoanalyze_at'),
		'plans are made for the rows that there are', format('ANALYZE %s', f.key), 'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on', 'low', f.data - 'schema' - 'table'
	FROM almanac.catalog_facts f WHERE f.kind = 'table_analyze_late' AND almanac.autovacuum_came(f, find_table_analyze_late.at)
		AND NOT EXISTS (SELECT FROM almanac.catalog_facts o WHERE o.dbid = f.dbid AND o.kind = 'table_vacuum_late' AND o.key = f.key)
$$;
COMMENT ON FUNCTION almanac.find_table_analyze_late(timestamptz) IS 'tables that changed more since the last analyze than autovacuum should have let come';

CREATE FUNCTION almanac.find_table_xid_age(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer,
		CASE WHEN (f.data ->> 'age')::bigint >= 1.6 * almanac.finding_threshold('xid_age') THEN 0 ELSE 1 END, NULL::float8, NULL::bigint,
		format('the oldest rows of table %s are %s transactions old; at %s the server takes no more writes', f.data ->> 'table', f.data ->> 'age', f.data ->> 'limit')
			|| CASE WHEN x.age >= 0.5 * (f.data ->> 'age')::bigint THEN format('; vacuum has to leave them to %s', x.holder) ELSE '' END,
		'keeps the server writable', format('VACUUM (FREEZE) %s', f.key), 'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on', 'medium', f.data - 'schema' - 'table' || jsonb_build_object('oldest_snapshot_age', x.age, 'holder', x.holder)
	FROM almanac.catalog_facts f
	LEFT JOIN LATERAL (SELECT h.age, h.holder FROM almanac.snapshot_holders() h WHERE COALESCE(h.dbid, f.dbid) IN (f.dbid, 0) LIMIT 1) x ON true
	WHERE f.kind = 'table_xid_age'
$$;
COMMENT ON FUNCTION almanac.find_table_xid_age(timestamptz) IS 'tables whose rows should have been frozen long ago';

CREATE FUNCTION almanac.find_autovacuum_scale(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer, 3, NULL::float8, NULL::bigint,
		format('table %s has %s rows: autovacuum waits until %s of them are dead', f.data ->> 'table', f.data ->> 'rows', f.data ->> 'waits_for'),
		'vacuums come earlier, and each has less to do',
		format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = %s, autovacuum_vacuum_threshold = %s)', f.key, 0.01, least(100000, floor(almanac.finding_threshold('large_dead_rows') / 10))),
		'SHARE UPDATE EXCLUSIVE on the table, for an instant', 'low', f.data - 'schema' - 'table'
	FROM almanac.catalog_facts f WHERE f.kind = 'autovacuum_scale'
$$;
COMMENT ON FUNCTION almanac.find_autovacuum_scale(timestamptz) IS 'large tables for which a share of the rows is too many to wait for';

CREATE FUNCTION almanac.find_autovacuum_off(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer, 2, NULL::float8, NULL::bigint,
		format('autovacuum is off for table %s, of which %s rows were updated or deleted', f.data ->> 'table', f.data ->> 'changed'),
		'dead rows are removed and statistics kept up', format('ALTER TABLE %s RESET (autovacuum_enabled)', f.key), 'SHARE UPDATE EXCLUSIVE on the table, for an instant', 'low', f.data - 'schema' - 'table'
	FROM almanac.catalog_facts f WHERE f.kind = 'autovacuum_off'
$$;
COMMENT ON FUNCTION almanac.find_autovacuum_off(timestamptz) IS 'tables that are written, with autovacuum turned off';
