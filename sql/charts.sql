-- Series ready to be drawn, from history laid down here: steps, rates, levels, labels, means; and what is refused.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
\set VERBOSITY terse
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;

INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 1, true), (2, 1, 1, 2, true), (3, 1, 1, 3, false);
INSERT INTO almanac.database_keys (series_id, dbid, datname) OVERRIDING SYSTEM VALUE VALUES (1, 1, 'a'), (2, 2, 'b');
INSERT INTO almanac.snapshot_keys (series_id, stream, dbid) OVERRIDING SYSTEM VALUE VALUES (1, 'statement', 0), (2, 'database', 0);
-- Looks every minute for half an hour, but for ten minutes in which the server was down. Statement 1 is called 60 times a minute, 2 in every fifth.
INSERT INTO almanac.snapshot_samples (series_id, "time", duration)
	SELECT s, '2020-03-01 00:00:00.5'::timestamptz + m * interval '1 min', CASE m WHEN 20 THEN '11 min'::interval ELSE '1 min' END FROM generate_series(0, 29) m, generate_series(1, 2) s WHERE m NOT BETWEEN 10 AND 19;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, rows, latency)
	SELECT s, '2020-03-01 00:00:00.5'::timestamptz + m * interval '1 min', CASE m WHEN 20 THEN '11 min'::interval ELSE '1 min' END, 60, 60 * s, 120, format('{%s:57,%s:3}', s, 50 * s)::almanac.histogram
	FROM generate_series(0, 29) m, generate_series(1, 3) s WHERE m NOT BETWEEN 10 AND 19 AND (s <> 2 OR m % 5 = 0);
INSERT INTO almanac.database_samples (series_id, "time", duration, size_bytes, xact_commit)
	SELECT s, '2020-03-01 00:00:00.5'::timestamptz + m * interval '1 min', CASE m WHEN 20 THEN '11 min'::interval ELSE '1 min' END, CASE WHEN m % 6 = 0 THEN 1000 * s + m END, 60 * s
	FROM generate_series(0, 29) m, generate_series(1, 2) s WHERE m NOT BETWEEN 10 AND 19;

-- A step is what was counted in it by the time that was looked at: the ten minutes have no row, what came after them is an average.
SELECT time, label, metric, round(value::numeric, 3) AS value FROM almanac.chart_data('statement', '{calls,rows}', '2020-03-01', '2020-03-01 00:30', '5 min', '{1}');
-- Absent is zero; together and apart.
SELECT time, label, round(value::numeric, 3) AS value FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-01 00:05', '1 min', '{2}');
SELECT time, label, round(value::numeric, 3) AS value FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-01 00:03', '1 min', '{1,2,3}', '{one,other,other}');
SELECT time, label, round(value::numeric, 3) AS value FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-01 00:03', '1 min');
-- Means and percentiles are of all calls; without any there is no row.
SELECT time, label, metric, round(value::numeric, 2) AS value FROM almanac.chart_data('statement', '{mean_exec_ms,p50_ms,p99_ms,rows_per_call}', '2020-03-01', '2020-03-01 00:02', '1 min', '{1,2}', ARRAY[NULL, 'b']);
-- Levels are those at the end, and go on; those of several are added up.
SELECT time, label, value FROM almanac.chart_data('database', '{size_bytes}', '2020-03-01', '2020-03-01 00:30', '5 min', '{1,2}', '{a,b}');
SELECT time, metric, round(value::numeric, 1) AS value FROM almanac.chart_data('database', '{size_bytes,xact_commit}', '2020-03-01', '2020-03-01 00:10', '5 min');
-- The same from history that was rolled up.
CREATE TEMP TABLE before AS SELECT time, label, metric, round(value::numeric, 6) AS value FROM almanac.chart_data('statement', '{calls,p95_ms,mean_exec_ms}', '2020-03-01', '2020-03-01 00:30', '10 min', '{1,2}', '{1,2}');
SELECT almanac.purge('2020-03-03');
SELECT count(*), count(DISTINCT time) FROM before;
SELECT tier FROM almanac.retention WHERE stream = 'statement' AND complete_until >= '2020-03-02';
SELECT time, label, metric, round(value::numeric, 6) FROM almanac.chart_data('statement', '{calls,p95_ms,mean_exec_ms}', '2020-03-01', '2020-03-01 00:30', '10 min', '{1,2}', '{1,2}')
	EXCEPT SELECT * FROM before;
-- Imported history without looks: its steps are whole.
DELETE FROM almanac.snapshot_keys;
SELECT time, round(value::numeric, 3) AS value FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-01 00:30', '10 min', '{1}');
-- Nothing.
SELECT count(*) FROM almanac.chart_data('statement', '{calls,p95_ms}', '2019-03-01', '2019-03-02', '1 h');
SELECT count(*) FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-02', '1 h', '{}', '{}');

SELECT time, lower_ms, upper_ms, calls FROM almanac.latency_heatmap('2020-03-01', '2020-03-01 00:10', '10 min', '{1}');
SELECT time, sum(calls) FROM almanac.latency_heatmap('2020-03-01', '2020-03-01 00:30', '10 min') GROUP BY 1 ORDER BY 1;

-- Steps are multiples of what history is kept in, and not too many.
SELECT almanac.chart_step('statement', '2020-03-01', '2020-03-02', '90 s');
SELECT almanac.chart_step('statement', '2020-03-01', '2030-03-01', '1 s') > '10 hours';
INSERT INTO almanac.tier_state (stream, rolled_until, since_raw, since_10min) SELECT DISTINCT stream_id, '2020-03-05'::timestamptz, '2020-03-03'::timestamptz, '2020-03-02'::timestamptz FROM almanac.stream_columns() WHERE stream = 'statement'
	ON CONFLICT (stream) DO UPDATE SET rolled_until = EXCLUDED.rolled_until, since_raw = EXCLUDED.since_raw, since_10min = EXCLUDED.since_10min;
SELECT f, almanac.chart_step('statement', f, '2020-03-06', '15 min') FROM unnest('{2020-03-01,2020-03-02,2020-03-03}'::timestamptz[]) f;
SELECT s, almanac.chart_grain(s) FROM unnest('{1 s,10 min,15 min,1 h,90 min,1 d,7 d}'::interval[]) s;

-- What is refused.
SELECT * FROM almanac.chart_data('nothing', '{calls}', '2020-03-01', '2020-03-02', '1 h');
SELECT * FROM almanac.chart_data('statement', '{"calls; drop"}', '2020-03-01', '2020-03-02', '1 h');
SELECT * FROM almanac.chart_data('database', '{p95_ms}', '2020-03-01', '2020-03-02', '1 h');
SELECT * FROM almanac.chart_data('system', '{last_archived_time}', '2020-03-01', '2020-03-02', '1 h');
SELECT * FROM almanac.chart_data('statement', '{}', '2020-03-01', '2020-03-02', '1 h');
SELECT * FROM almanac.chart_data('statement', NULL, '2020-03-01', '2020-03-02', '1 h');
SELECT * FROM almanac.chart_data('statement', '{calls}', '2020-03-02', '2020-03-01', '1 h');
SELECT * FROM almanac.chart_data('statement', '{calls}', '-infinity', '2020-03-01', '1 h');
SELECT * FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-02', '0');
SELECT * FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-02', '1 month');
SELECT * FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-02', NULL);
SELECT * FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-02', '1 h', '{1}', '{a,b}');
SELECT * FROM almanac.chart_data('statement', '{calls}', '2020-03-01', '2020-03-02', '1 h', NULL, '{a}');
SELECT * FROM almanac.latency_heatmap('2020-03-01', NULL, '1 h');
SELECT * FROM almanac.projection_chart('database', 0, 'nothing', '2020-03-01', '2020-03-02');
SELECT * FROM almanac.projection_chart('database', 0, 'size_bytes', '2020-03-02', '2020-03-01');
SELECT almanac.create_reader('');
SELECT almanac.create_reader(NULL);
SELECT almanac.create_reader('public');
