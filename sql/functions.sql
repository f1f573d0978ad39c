-- Windows, sums and the other functions, over a past that is laid down here.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac, pg_stat_statements CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;

INSERT INTO almanac.database_keys (dbid, datname) VALUES (1001, 'shop');
INSERT INTO almanac.roles (server_id, userid, rolname) VALUES (0, 2001, 'web');
INSERT INTO almanac.query_texts (fingerprint, last_used, query) VALUES
	(1, '2024-01-01', 'SELECT one'), (2, '2024-01-01', 'SELECT two'), (3, '2024-01-01', 'SELECT three');
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel, fingerprint) VALUES
	(1, 1001, 2001, 11, true, 1), (2, 1001, 2001, 22, true, 2), (3, 1001, 2001, 33, false, 3), (4, 1002, 2002, 44, true, NULL);
-- Statement 1 gets slower, 2 is called more often, 3 goes away, 4 comes.
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, shared_blks_hit, shared_blks_read, wal_bytes)
	SELECT s, t2, '1 hour', calls, calls * 2, ms, calls * 10, calls, 0 FROM (VALUES
		(1, '2024-03-01 01:00', 10, 100), (1, '2024-03-01 02:00', 10, 110), (1, '2024-03-02 01:00', 10, 400), (1, '2024-03-02 02:00', 10, 440),
		(2, '2024-03-01 01:00', 100, 50), (2, '2024-03-01 02:00', 100, 50), (2, '2024-03-02 01:00', 300, 150), (2, '2024-03-02 02:00', 300, 150),
		(3, '2024-03-01 01:00', 1, 900), (4, '2024-03-02 02:00', 2, 0.5)) AS v (s, t, calls, ms),
		LATERAL (SELECT v.t::timestamptz AS t) x (t2);

SELECT queryid, toplevel, datname, rolname, calls, rows, total_exec_ms, mean_exec_ms, round(share::numeric, 4) AS share, shared_blks_hit, query
	FROM almanac.top_statements('2024-03-01', '2024-03-02');
SELECT queryid, calls FROM almanac.top_statements('2024-03-01', '2024-03-03', 'calls', 2);
SELECT queryid, round(mean_exec_ms::numeric, 2) AS mean FROM almanac.top_statements('2024-03-01', '2024-03-03', 'mean_exec_ms');
-- The lower bound is excluded, the upper one included.
SELECT queryid, calls FROM almanac.top_statements('2024-03-01 01:00', '2024-03-01 02:00', 'calls');
SELECT count(*) FROM almanac.top_statements('2024-03-01', '2024-03-03', 'rows', 0);
SELECT count(*) FROM almanac.top_statements('2024-03-01', '2024-03-03', 'rows', NULL);
SELECT count(*) FROM almanac.top_statements('2030-01-01', '2031-01-01');
SELECT count(*) FROM almanac.top_statements('-infinity', 'infinity');
SELECT count(*) FROM almanac.top_statements(NULL, NULL);
SELECT count(*) FROM almanac.top_statements();

SELECT queryid, calls1, calls2, mean_exec_ms1 AS mean1, mean_exec_ms2 AS mean2, round(mean_change::numeric, 4) AS change,
		total_exec_ms1 AS total1, total_exec_ms2 AS total2, exec_s_per_day1 AS per_day1, exec_s_per_day2 AS per_day2,
		round(exec_s_per_day_change::numeric, 6) AS per_day_change, blks_per_call1 AS blks1, rows_per_call2 AS rows2, query
	FROM almanac.compare('2024-03-01', '2024-03-02', '2024-03-02', '2024-03-03');
-- Windows of different lengths compare by day.
SELECT queryid, exec_s_per_day1, exec_s_per_day2 FROM almanac.compare('2024-03-01', '2024-03-02', '2024-03-02', '2024-03-04') WHERE queryid = 22;

-- Sums of any columns; totals of all there is.
SELECT * FROM almanac.sums('statement', '2024-03-01', '2024-03-02') AS s (series_id int, samples bigint, first_time timestamptz, last_time timestamptz,
	duration interval, calls bigint, total_exec_ms double precision) ORDER BY 1;
SELECT * FROM almanac.sums('statement', NULL, NULL) AS s (calls bigint) ORDER BY 1;
SELECT * FROM almanac.totals('statement') AS t (series_id int, calls bigint, last_time timestamptz) ORDER BY 1;
SELECT queryid, calls, total_exec_ms, mean_exec_ms, last_seen, query FROM almanac.statements ORDER BY queryid;

-- Latencies of all statements together: of each 10 minutes, hour, database, and of any window. Nested ones are not counted again.
INSERT INTO almanac.database_keys (dbid, datname) VALUES (1003, 'depot');
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) VALUES (5, 1003, 2001, 55, true);
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, errors, cancels, timeouts, latency)
	SELECT v.series, v.t::timestamptz, '10 min', v.calls, v.errors, 1, 0, (SELECT almanac.histogram_agg(v.ms + 0 * g) FROM generate_series(1, v.calls) g)
	FROM (VALUES (1, '2024-04-01 00:10', 90, 1, 1::float8), (1, '2024-04-01 00:20', 90, 0, 4), (2, '2024-04-01 00:20', 10, 2, 64),
		(3, '2024-04-01 00:20', 500, 4, 1024), (5, '2024-04-01 01:00', 100, 8, 256), (5, '2024-04-01 01:10', 100, 0, 16)) AS v (series, t, calls, errors, ms);
SELECT "time", datname, calls, round(log(2, p50_ms::numeric)) AS p50, round(log(2, p95_ms::numeric)) AS p95, round(log(2, p99_ms::numeric)) AS p99,
		almanac.calls(latency), errors, cancels, timeouts FROM almanac.latencies('2024-04-01', '2024-04-02', '10 min');
SELECT "time", datname, calls, round(log(2, p50_ms::numeric)) AS p50, round(log(2, p99_ms::numeric)) AS p99 FROM almanac.latencies('2024-04-01', '2024-04-02');
SELECT "time", datname, calls, round(log(2, p50_ms::numeric)) AS p50, round(log(2, p99_ms::numeric)) AS p99, errors
	FROM almanac.latencies('2024-04-01', '2024-04-02', '1 day', true);
SELECT "time", datname, calls, round(log(2, p95_ms::numeric)) AS p95 FROM almanac.latencies('2024-04-01 00:10', '2024-04-01 01:00', NULL);
SELECT "time", datname, calls FROM almanac.latencies(NULL, NULL, NULL, true) WHERE latency IS NOT NULL;
SELECT count(*) FROM almanac.latencies('2024-04-01', '2024-04-02', '0');
SELECT count(*) FROM almanac.latencies('2024-04-01', '2024-04-02', '1 month');

-- Waits: an hour, of which two thirds were looked at.
INSERT INTO almanac.snapshot_keys (series_id, stream, dbid) VALUES (1, 'wait', 0), (2, 'statement', 0);
INSERT INTO almanac.snapshot_samples (series_id, "time", interval_ms) VALUES
	(1, '2024-03-01 00:30', 1800000), (1, '2024-03-01 01:00', 600000), (2, '2024-03-01 01:00', 77777777);
INSERT INTO almanac.wait_keys (series_id, dbid, userid, queryid, backend_type, state, wait_event_type, wait_event) VALUES
	(1, 1001, 2001, 11, 'client backend', 'active', 'CPU', ''), (2, 1001, 2001, 22, 'client backend', 'active', 'CPU', ''),
	(3, 1001, 2001, 22, 'parallel worker', 'active', 'CPU', ''), (4, 1001, 2001, 22, 'client backend', 'active', 'Lock', 'tuple'),
	(5, 1001, 2001, 11, 'client backend', 'idle in transaction', 'Client', 'ClientRead'), (6, 0, 0, 0, 'checkpointer', 'active', 'IO', 'DataFileWrite'),
	(7, 1001, 2001, 0, 'client backend', 'active', 'IO', 'DataFileRead'), (8, 0, 0, 0, 'other', 'active', 'other', ''),
	(9, 1001, 2001, 99, 'client backend', 'active', 'Lock', 'relation');
INSERT INTO almanac.wait_samples (series_id, "time", duration, active_samples, wait_ms, idle_samples, idle_ms) VALUES
	(1, '2024-03-01 00:30', '30min', 600, 600000, 0, 0), (1, '2024-03-01 01:00', '10min', 300, 300000, 0, 0),
	(2, '2024-03-01 01:00', '10min', 400, 400000, 0, 0), (3, '2024-03-01 01:00', '10min', 700, 700000, 0, 0),
	(4, '2024-03-01 01:00', '10min', 240, 240000, 0, 0), (5, '2024-03-01 01:00', '10min', 0, 0, 5000, 5000000),
	(6, '2024-03-01 01:00', '10min', 60, 60000, 0, 0), (7, '2024-03-01 01:00', '10min', 120, 120000, 0, 0),
	(8, '2024-03-01 01:00', '10min', 24, 24000, 0, 0), (9, '2024-03-01 01:00', '10min', 16, 16000, 0, 0);
SELECT * FROM almanac.top_waits('2024-03-01', '2024-03-02');
SELECT * FROM almanac.top_waits('2024-03-01', '2024-03-02', background => true);
SELECT wait_event_type, wait_event, seconds, avg_active_sessions, share FROM almanac.top_waits('2024-03-01 00:30', '2024-03-01 01:00', 2);
SELECT count(*) FROM almanac.top_waits('2024-03-01', '2024-03-02', NULL);
SELECT count(*) FROM almanac.top_waits('2024-03-01', '2024-03-02', 0);
SELECT count(*) FROM almanac.top_waits('2024-03-01', '2024-03-02', -1);
SELECT "time", duration, datname, rolname, queryid, backend_type, state, wait_event_type, wait_event, samples, wait_ms, avg_active_sessions, idle_samples, idle_ms
	FROM almanac.wait_history WHERE "time" > '2024-03-01 00:30' ORDER BY series_id;

-- Names of flags.
SELECT f, almanac.flag_names(f) FROM unnest(ARRAY[0, 1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4095, 65536, -1]) f;
SELECT almanac.flag_names(NULL);

-- What is recorded: names, kinds and order stand for ever.
\pset format unaligned
\pset tuples_only on
SELECT stream, ordinal, column_name, kind FROM almanac.stream_columns() ORDER BY stream COLLATE "C", ordinal;
\pset format aligned
\pset tuples_only off
SELECT count(*) FROM almanac.stream_columns() WHERE comment = '' OR comment IS NULL;

-- Sealing what is not there.
SELECT almanac.seal();
DROP EXTENSION pg_almanac;
