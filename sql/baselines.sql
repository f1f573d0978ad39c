-- Baselines: pinned and rolling, what cuts them, what they expect, and when one should move.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;
\set SHOW_CONTEXT never

-- Six weeks of ten statements, every hour: slower by day; from the fifth week's end on faster by 30 %.
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE
	SELECT 7000 + g, 1, 1, g, true FROM generate_series(0, 9) g;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, shared_blks_hit, latency)
	SELECT 7000 + s, '2020-03-02'::timestamptz + h * interval '1 hour', '1 hour', 100, 200 + s, 100 * l.ms, 1000,
		(SELECT almanac.histogram_agg(l.ms + 0 * g) FROM generate_series(1, 100) g)
	FROM generate_series(0, 9) s, generate_series(1, 24 * 42) h,
		LATERAL (SELECT (1 + s) * CASE WHEN (h - 1) % 24 BETWEEN 8 AND 17 THEN 2 ELSE 1 END * CASE WHEN h > 35 * 24 THEN 0.7 ELSE 1 END AS ms) l;
INSERT INTO almanac.database_keys (series_id, dbid, datname) OVERRIDING SYSTEM VALUE VALUES (7000, 77, 'shop');
INSERT INTO almanac.database_samples (series_id, "time", duration, xact_commit, numbackends)
	SELECT 7000, '2020-03-02'::timestamptz + h * interval '1 hour', '1 hour', 3600 * CASE WHEN (h - 1) % 24 BETWEEN 8 AND 17 THEN 20 ELSE 5 END, 10
	FROM generate_series(1, 24 * 42) h;

-- Pinned.
SELECT almanac.set_baseline('march', '2020-03-02', '2020-03-09', 'the first week');
SELECT almanac.set_baseline('march', '2020-03-02', '2020-03-30');
SELECT name, "from", "to", comment, rolname = session_user AS mine, current, valid_to > valid_from AS was_valid FROM almanac.baselines
	WHERE name <> 'rolling' ORDER BY valid_from;
SELECT almanac.drop_baseline('march');
SELECT name, current FROM almanac.baselines WHERE name <> 'rolling';
SELECT almanac.set_baseline('march', '2020-03-02', '2020-03-30', 'again');
SELECT name, "to" - "from" AS length, comment, current FROM almanac.baselines WHERE name = 'rolling';

-- What is expected: by the hour of the week, of the day, or at all.
SELECT round(expected::numeric, 3) AS expected, round(lower::numeric, 3) AS lower, round(upper::numeric, 3) AS upper, grain, points, "from", "to"
	FROM almanac.baseline('statement', 7002, 'mean_exec_ms', '2020-03-25 09:30');
SELECT round(expected::numeric, 3) AS expected, grain, points, "from" FROM almanac.baseline('statement', 7002, 'mean_exec_ms', '2020-03-25 03:30');
SELECT round(expected::numeric, 3) AS expected, grain, points, "from" FROM almanac.baseline('statement', 7002, 'mean_exec_ms', '2020-03-08 03:30');
SELECT round(expected::numeric, 3) AS expected, grain, points, "from" FROM almanac.baseline('statement', 7002, 'mean_exec_ms', '2020-03-02 20:30');
SELECT expected, grain, points, "from" FROM almanac.baseline('statement', 7002, 'mean_exec_ms', '2020-03-02 03:30');
SELECT expected, grain FROM almanac.baseline('statement', 1, 'mean_exec_ms', '2020-03-25 03:30');
SELECT round(expected::numeric, 3) AS expected, grain, points, "from", "to" FROM almanac.baseline('statement', 7002, 'mean_exec_ms', '2020-04-12 03:30', 'march');
SELECT round(expected::numeric, 2) AS expected FROM almanac.baseline('statement', 7002, 'p95_ms', '2020-03-25 03:30');
SELECT expected FROM almanac.baseline('statement', 7002, 'rows_per_call', '2020-03-25 03:30');
SELECT expected, grain FROM almanac.baseline('database', 7000, 'xact_commit', '2020-03-25 09:30');
SELECT expected, grain FROM almanac.baseline('database', 7000, 'numbackends', '2020-03-25 09:30');

-- Deployments cut it, and what else is wanted.
SELECT almanac.mark('v2', at => '2020-03-24 00:00');
SELECT "from", reason FROM almanac.rolling_baseline('2020-03-25 09:30');
SELECT "from", reason FROM almanac.rolling_baseline('2020-03-23 09:30');
SELECT round(expected::numeric, 3) AS expected, grain, points, "from" FROM almanac.baseline('statement', 7002, 'mean_exec_ms', '2020-03-25 09:30');
INSERT INTO almanac.event_log ("time", kind, label, source) VALUES ('2020-03-24 12:00', 'restart', 'server started', 'comparison');
SELECT "from" FROM almanac.rolling_baseline('2020-03-25 09:30');
SELECT almanac.set_baseline_cut('restart', true), almanac.set_baseline_cut('deployment', false);
SELECT "from", reason FROM almanac.rolling_baseline('2020-03-25 09:30');
SELECT almanac.set_baseline_cut('restart', NULL), almanac.set_baseline_cut('deployment', NULL);
SELECT "from" FROM almanac.rolling_baseline('2020-03-25 09:30');

-- When a baseline should move. The database does not tell of it, unless it is active for less time per transaction.
SELECT baseline, scope, datname, metric, round(before::numeric, 2) AS before, round(after::numeric, 2) AS after, round(change::numeric, 3) AS change, days, "from", "to", statements, reason FROM almanac.suggest_baseline('2020-04-13 05:00');
SELECT jsonb_array_length(evidence), evidence -> 0 FROM almanac.suggest_baseline('2020-04-13 05:00') WHERE metric = 'exec_ms';
SELECT almanac.mark('v3: caches', at => '2020-04-06 00:30') > 0 AS marked;
INSERT INTO almanac.event_log ("time", kind, label, source) VALUES ('2020-04-05 23:00', 'index_created', 'CREATE INDEX i ON t', 'command'), ('2020-04-05 23:00', 'autovacuum', 'autovacuum of t', 'comparison');
SELECT metric, substr(reason, position('; when' IN reason)) AS why FROM almanac.suggest_baseline('2020-04-13 05:00') ORDER BY 1;
SELECT count(*) FROM almanac.suggest_baseline('2020-04-08 05:00');
SELECT days, metric FROM almanac.suggest_baseline('2020-04-08 05:00', 2);
SELECT count(*) FROM almanac.suggest_baseline('2020-04-13 05:00', 3, 0.4);
-- Better for an hour of each day, or for one day in between, is not.
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE SELECT 7200 + g, 1, 1, 200 + g, true FROM generate_series(0, 1) g;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, latency)
	SELECT 7200, t.t, '1 hour', 10000, 10000 * l.ms, (SELECT almanac.histogram_agg(l.ms + 0 * g) FROM generate_series(1, 100) g)
	FROM generate_series('2020-04-14 01:00'::timestamptz, '2020-05-12', '1 hour') AS t (t), LATERAL (SELECT CASE WHEN t >= '2020-04-28' AND extract(hour FROM t.t) = 3 THEN 1 ELSE 10 END AS ms) l;
SELECT almanac.set_baseline('april', '2020-04-14', '2020-04-28');
SELECT count(*) FROM almanac.suggest_baseline('2020-05-12 05:00') WHERE baseline = 'april';
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT 7201, t, '1 hour', 10000, 1000000 * CASE WHEN t > '2020-05-08' AND t <= '2020-05-09' OR t > '2020-05-10' THEN 0.5 ELSE 1 END FROM generate_series('2020-04-14 01:00'::timestamptz, '2020-05-12', '1 hour') AS t;
SELECT count(*) FROM almanac.suggest_baseline('2020-05-12 05:00') WHERE baseline = 'april';
SELECT days, metric FROM almanac.suggest_baseline('2020-05-12 05:00', 2) WHERE baseline = 'april';
-- A database whose transactions take less; the server's do not, because the other's take more.
INSERT INTO almanac.database_keys (series_id, dbid, datname) OVERRIDING SYSTEM VALUE VALUES (7001, 78, 'fast'), (7002, 79, 'slow');
INSERT INTO almanac.database_samples (series_id, "time", duration, xact_commit, active_ms, blks_read)
	SELECT 7001 + g, t, '1 hour', 1000, 10000 * CASE WHEN t <= '2020-04-28' THEN 1 WHEN g = 0 THEN 0.6 ELSE 1.4 END, 1000 FROM generate_series('2020-04-14 01:00'::timestamptz, '2020-05-12', '1 hour') AS t, generate_series(0, 1) g;
SELECT scope, datname, metric, before, after, days, statements, reason FROM almanac.suggest_baseline('2020-05-12 05:00') WHERE baseline = 'april';
DELETE FROM almanac.pinned_baselines WHERE name = 'april';
-- Not if what is compared is little of the work.
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE VALUES (7100, 1, 1, 100, true);
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT 7100, '2020-04-06'::timestamptz + h * interval '1 hour', '1 hour', 10, 1000000 FROM generate_series(1, 24 * 7) h;
SELECT count(*) FROM almanac.suggest_baseline('2020-04-13 05:00');

-- The mathematics, for anybody's series.
SELECT * FROM almanac.expected(ARRAY(SELECT '2020-01-01'::timestamptz + h * interval '1 hour' FROM generate_series(0, 167) h),
	ARRAY(SELECT 10 + h % 24 FROM generate_series(0, 167) h), '2020-01-09 05:00', log => false);
SELECT * FROM almanac.expected('{}', '{}', '2020-01-09 05:00');
SELECT * FROM almanac.expected(NULL, NULL, '2020-01-09 05:00');
SELECT * FROM almanac.expected('{2020-01-01}', '{1,2}', '2020-01-09 05:00');
SELECT * FROM almanac.expected('{2020-01-01}', '{NaN}', '2020-01-09 05:00');
SELECT * FROM almanac.expected('{2020-01-01}', '{1}', 'infinity');

-- Mistakes.
SELECT almanac.set_baseline('rolling', '2020-03-02', '2020-03-09');
SELECT almanac.set_baseline('', '2020-03-02', '2020-03-09');
SELECT almanac.set_baseline('x', '2020-03-09', '2020-03-02');
SELECT almanac.set_baseline('x', '-infinity', '2020-03-02');
SELECT almanac.set_baseline('x', now(), now() + interval '1 hour');
SELECT almanac.set_baseline('x', '2019-03-02', '2019-03-09');
SELECT almanac.drop_baseline('rolling');
SELECT almanac.set_baseline_cut('autovacuum', true);
SELECT almanac.baseline('nothing', 1, 'calls');
SELECT almanac.baseline('statement', 1, 'nothing');
SELECT almanac.baseline('statement', 1, 'calls_per_second');
SELECT almanac.baseline('database', 1, 'xact_commit_per_call');
SELECT almanac.baseline('statement', 1, 'calls', name => 'nothing');
SELECT almanac.suggest_baseline(now(), 0);
\set VERBOSITY sqlstate
SELECT almanac.set_baseline('x', '2020-03-09', '2020-03-02');
SELECT almanac.drop_baseline('x');
SELECT almanac.baseline('statement', 1, 'calls', name => 'nothing');
DROP EXTENSION pg_almanac;
