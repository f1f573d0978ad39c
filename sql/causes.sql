-- Why statements became slower: what find_causes() makes of plans, tables, settings and the machine; and what is_load() takes for a change of the load alone.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;

CREATE FUNCTION noise(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
	RETURN (hashint8extended(a * 1000003 + b, 7) & 1048575) / 1048576.0::double precision;
-- Each statement is twice as slow from an hour of its own on.
CREATE TABLE statement (s int, what text, since int);
INSERT INTO statement VALUES (1, 'stale', 300), (2, 'dead', 310), (3, 'grown', 320), (4, 'spills', 330), (5, 'busy', 400), (6, 'analyzed', 340), (7, 'costs', 310);
INSERT INTO almanac.query_texts SELECT s, '2020-01-01', 'SELECT ' || what FROM statement;
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel, fingerprint) SELECT s, 90001, 10, s, true, s FROM statement;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, shared_blks_hit, temp_blks_written)
	SELECT s, timestamptz '2020-03-01' + (h + 1) * interval '1 hour', '1 hour', 1000, 20000 * (0.95 + 0.1 * noise(s, h)) * CASE WHEN h >= since THEN 2 ELSE 1 END,
		1000 * CASE WHEN h >= since AND s IN (2, 3) THEN 500 ELSE 50 END, CASE WHEN h >= since AND s = 4 THEN 60000 ELSE 0 END
	FROM statement, generate_series(0, 479) h;
-- Plans of all; those of 1 and 6 change. 6 has been analyzed meanwhile.
INSERT INTO almanac.plan_texts SELECT 10 * s + p, '2020-01-01', 'Seq Scan', ARRAY['public.t' || s], '{}' FROM statement, generate_series(1, 2) p;
INSERT INTO almanac.plan_keys (series_id, dbid, userid, queryid, toplevel, plan_id, text_id) SELECT 10 * s + p, 90001, 10, s, true, p, 10 * s + p FROM statement, generate_series(1, 2) p;
INSERT INTO almanac.plan_samples (series_id, "time", duration, calls, total_exec_ms, measured)
	SELECT 10 * s + CASE WHEN s IN (1, 6) AND h >= since THEN 2 ELSE 1 END, timestamptz '2020-03-01' + (h + 1) * interval '1 hour', '1 hour', 1000, 20000, 1000 FROM statement, generate_series(0, 479) h;
INSERT INTO almanac.table_keys (series_id, dbid, relid, schemaname, relname) SELECT s, 90001, 1000 + s, 'public', 't' || s FROM statement;
INSERT INTO almanac.table_samples (series_id, "time", duration, total_bytes, n_live_tup, n_dead_tup, n_mod_since_analyze, n_tup_ins, n_tup_upd, n_tup_del, seq_scan, analyze_count, autoanalyze_count)
	SELECT s, timestamptz '2020-03-01' + (h + 1) * interval '1 hour', '1 hour', 2000000 * CASE WHEN h >= since AND s IN (2, 3) THEN 10 ELSE 1 END, CASE WHEN h >= since AND s = 3 THEN 50000 ELSE 5000 END,
		CASE WHEN h >= since AND s = 2 THEN 45000 ELSE 100 END, CASE WHEN h >= since AND s IN (1, 6) THEN 4000 ELSE 100 END, CASE WHEN h = since AND s IN (1, 6) THEN 4000 WHEN h = since AND s = 3 THEN 45000 ELSE 0 END,
		0, 0, 1000, CASE WHEN h = since AND s = 6 THEN 1 ELSE 0 END, 0
	FROM statement, generate_series(0, 479) h;
-- The processors are busy from hour 400 on.
INSERT INTO almanac.system_keys (server_id) SELECT 0 WHERE NOT EXISTS (SELECT FROM almanac.system_keys WHERE server_id = 0);
INSERT INTO almanac.system_samples (series_id, "time", duration, cpu_user_ms, cpu_system_ms, cpu_iowait_ms, cpu_idle_ms, cpu_steal_ms)
	SELECT (SELECT series_id FROM almanac.system_keys WHERE server_id = 0), timestamptz '2020-03-01' + (h + 1) * interval '1 hour', '1 hour', CASE WHEN h >= 400 THEN 3200 ELSE 400 END * 1000, 100000, 0,
		CASE WHEN h >= 400 THEN 300 ELSE 3100 END * 1000, 0 FROM generate_series(0, 479) h;
INSERT INTO almanac.event_log ("time", kind, label, dbid, objname, old_value, new_value, source) VALUES
	('2020-03-14 18:20', 'alter_system', 'ALTER SYSTEM: work_mem = 64kB', NULL, 'work_mem', NULL, '64kB', 'command'),
	('2020-03-14 18:20', 'setting_changed', 'work_mem: 4MB -> 64kB', NULL, 'work_mem', '4MB', '64kB', 'comparison'),
	('2020-03-13 22:20', 'setting_changed', 'random_page_cost: 4 -> 1', NULL, 'random_page_cost', '4', '1', 'comparison');
SELECT almanac.analyze('2020-03-01', '2020-03-21', '1 hour') > 0 AS found;
-- 'dead' has a cause of its own, and is no part of what the setting did.
SELECT s.what, r.metric, r.members, r.cause, x.causes
FROM almanac.regressions r JOIN statement s ON r.query = 'SELECT ' || s.what
CROSS JOIN LATERAL (SELECT string_agg((c ->> 'kind') || ' ' || round((c ->> 'score')::numeric, 2), ', ' ORDER BY (c ->> 'score')::numeric DESC, c ->> 'kind') AS causes FROM jsonb_array_elements(r.causes) c) x
WHERE r.stream = 'statement' ORDER BY s.s;

-- What is load: twice the WAL with twice the transactions, but not three times; a mean of transactions, when they do something else; not when statements became slower.
INSERT INTO almanac.database_keys (series_id, dbid, datname) SELECT d, 91000 + d, 'load' || d FROM generate_series(101, 104) d;
INSERT INTO almanac.database_samples (series_id, "time", duration, xact_commit, xact_rollback)
	SELECT d, timestamptz '2020-04-01' + (h + 1) * interval '1 hour', '1 hour', CASE WHEN d = 101 AND h >= 24 THEN 2000 ELSE 1000 END, 0 FROM generate_series(101, 104) d, generate_series(0, 47) h;
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel, fingerprint) SELECT 10 * d + p, 91000 + d, 10, 10 * d + p, true, 1 FROM generate_series(101, 104) d, generate_series(1, 2) p;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, wal_fpi, wal_bytes)
	SELECT 10 * d + p, timestamptz '2020-04-01' + (h + 1) * interval '1 hour', '1 hour', c, c * CASE WHEN d = 104 AND h >= 24 THEN 5 ELSE 1 END, CASE WHEN h >= 24 THEN c ELSE 0 END,
		CASE WHEN h >= 24 THEN 8000 * c ELSE 100 * c END
	FROM generate_series(101, 104) d, generate_series(1, 2) p, generate_series(0, 47) h,
		LATERAL (SELECT CASE WHEN p = 1 THEN CASE WHEN d IN (103, 104) AND h >= 24 THEN 700 ELSE 1000 END WHEN d IN (103, 104) AND h >= 24 THEN 300 ELSE 0 END * CASE WHEN d = 101 AND h >= 24 THEN 2 ELSE 1 END) x (c)
	WHERE c > 0;
-- From one checkpoint to the next, WAL is what pages changed for the first time: a statement in minutes.
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel, fingerprint) VALUES (2000, 91101, 10, 2000, true, 1);
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, wal_fpi, wal_bytes)
	SELECT 2000, timestamptz '2020-04-02' + m * interval '1 min', '1 min', 10, 10, CASE WHEN m > 0 THEN 10 ELSE 0 END, CASE WHEN m > 0 THEN 80000 ELSE 1000 END FROM generate_series(-30, 30) m;
SELECT c.*, almanac.is_load(c.stream, c.series, c.metric, c.before, c.after, '2020-04-02', '2020-04-02', NULL, c.step, '2020-04-03') AS is_load
FROM (VALUES ('database', 101, 'temp_bytes_per_hour', 1000::float8, 2000::float8, interval '1 hour'), ('database', 101, 'temp_bytes_per_hour', 1000, 3000, '1 hour'),
	('database', 101, 'temp_bytes_per_hour', 0, 3000, '1 hour'), ('database', 101, 'temp_bytes_per_hour', 1000, 500, '1 hour'), ('database', 101, 'active_ms_per_transaction', 1, 2, '1 hour'),
	('database', 102, 'temp_bytes_per_hour', 1000, 2000, '1 hour'), ('database', 103, 'active_ms_per_transaction', 1, 2, '1 hour'), ('database', 103, 'blks_read_per_transaction', 1, 2, '1 hour'),
	('database', 104, 'active_ms_per_transaction', 1, 5, '1 hour'), ('database', 999, 'active_ms_per_transaction', 1, 5, '1 hour'), ('statement', 1021, 'mean_exec_ms', 1, 2, '1 hour'),
	('statement', 2000, 'wal_bytes_per_call', 100, 8000, '1 hour'), ('statement', 2000, 'wal_bytes_per_call', 100, 8000, '1 minute'),
	('statement', 2000, 'wal_bytes_per_call', 100, 80000, '1 minute')) AS c (stream, series, metric, before, after, step);
SELECT round(distance::numeric, 3) AS distance, round(slower_ms::numeric, 3) AS slower_ms FROM generate_series(91101, 91104) d (dbid),
	almanac.work_difference(d.dbid::oid, '2020-04-01', '2020-04-02', '2020-04-02', '2020-04-03') ORDER BY dbid;
SELECT * FROM almanac.work_difference(1, '2020-04-01', '2020-04-02', '2020-04-02', '2020-04-03');
SELECT almanac.is_load('database', 101, 'temp_bytes_per_hour', 1, 2, '2020-04-02', '2020-04-02', '2020-04-02', '1 hour', '2020-04-03') AS over_at_once;

DROP TABLE statement;
DROP FUNCTION noise;
