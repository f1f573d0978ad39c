-- Objectives: what is refused, figures against history that is laid down here, budgets and burn rates, what is gone, findings.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
\set VERBOSITY default
\set SHOW_CONTEXT never
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;

SELECT metric, unit, counts, scopes, what FROM almanac.objective_metrics();

-- 40 days until 2024-03-31, in hours: statement 11 with 100 calls an hour, of which one is slow (50 ms beside 5), from March 21 on three; it
-- fails twice in 1000. Statement 12, of another role, takes 200 ms. Hits are 99 of 100 blocks. The last two hours are in minutes, all slow from 23:30.
INSERT INTO almanac.database_keys (series_id, dbid, datname) SELECT 1000, oid, datname FROM pg_database WHERE datname = current_database() ON CONFLICT DO NOTHING;
INSERT INTO almanac.roles (server_id, userid, rolname) SELECT 0, oid, rolname FROM pg_roles WHERE rolname IN (current_user, 'pg_monitor') ON CONFLICT DO NOTHING;
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) SELECT n, d.oid, r.oid, n, true
	FROM pg_database d, (VALUES (11, current_user::name), (12, 'pg_monitor')) AS s (n, rolname) JOIN pg_roles r USING (rolname) WHERE d.datname = current_database();
INSERT INTO almanac.statement_samples (series_id, "time", duration, flags, calls, total_exec_ms, shared_blks_hit, shared_blks_read, errors, timeouts, latency)
	SELECT 11, t, interval '1 hour', 0, 500, 2725, 990, 10, 1, 0, (SELECT almanac.histogram_agg(CASE WHEN g % 100 < CASE WHEN t > '2024-03-21' THEN 3 ELSE 1 END THEN 50 ELSE 5 END) FROM generate_series(1, 500) g)
		FROM generate_series('2024-02-20 00:30+00'::timestamptz, '2024-03-30 21:30+00', '1 hour') t
	UNION ALL SELECT 12, t, '1 hour', 0, 10, 2000, 0, 0, 0, 0, (SELECT almanac.histogram_agg(200 + 0 * g) FROM generate_series(1, 10) g)
		FROM generate_series('2024-02-20 00:30+00'::timestamptz, '2024-03-30 21:30+00', '1 hour') t
	UNION ALL SELECT 11, t, '1 min', 0, 10, 50, 99, 1, 0, 0, (SELECT almanac.histogram_agg(CASE WHEN t > '2024-03-30 23:30+00' AND g > 0 THEN 50 ELSE 5 END) FROM generate_series(1, 10) g)
		FROM generate_series('2024-03-30 22:00:30+00'::timestamptz, '2024-03-31 00:03:30+00', '1 min') t;
INSERT INTO almanac.database_samples (series_id, "time", duration, flags, blks_hit, blks_read, size_bytes)
	SELECT k.series_id, t, '1 hour', 0, 990, 10, CASE WHEN extract(hour FROM t) = 0 THEN 1e9 + 1e7 * extract(epoch FROM t - '2024-02-20') / 86400 END
	FROM generate_series('2024-02-20 00:30+00'::timestamptz, '2024-03-30 23:30+00', '1 hour') t, almanac.database_keys k WHERE k.datname = current_database();
SELECT almanac.add_metric('queue', unit => 'jobs'), almanac.add_metric('orders', kind => 'counter');
INSERT INTO almanac.metric_keys (series_id, metric, labels) VALUES (1, 'queue', '{"q": "a"}'), (2, 'queue', '{"q": "b"}'), (3, 'orders', '{}');
INSERT INTO almanac.metric_samples (series_id, "time", duration, flags, value, total, weight)
	SELECT s, t, '10 min', 0, v, v, 1 FROM generate_series('2024-03-28 00:05+00'::timestamptz, '2024-03-30 23:55+00', '10 min') t, generate_series(1, 2) s,
		LATERAL (SELECT CASE WHEN s = 2 AND t > '2024-03-30 23:00+00' THEN 50 ELSE s END) AS x (v);
INSERT INTO almanac.metric_samples (series_id, "time", duration, flags, value, increase)
	SELECT 3, t, '10 min', 0, 100, 100 FROM generate_series('2024-03-28 00:05+00'::timestamptz, '2024-03-30 23:55+00', '10 min') t;

-- Recorded since March 25; down for 12 minutes, and not looked at for half an hour, of which 6 minutes are the same.
UPDATE almanac.recorder SET started = '2024-03-25';
INSERT INTO almanac.event_log (server_id, "time", not_before, kind, label, source) VALUES (0, '2024-03-27 10:13+00', '2024-03-27 10:01+00', 'crash', 'x', 'test'), (0, '2024-03-28 10:13+00', '2024-03-28 10:01+00', 'setting_changed', 'x', 'test');
INSERT INTO almanac.snapshot_keys (stream, dbid) VALUES ('system', 0) ON CONFLICT DO NOTHING;
INSERT INTO almanac.snapshot_samples (series_id, "time", flags, snapshot_id, interval_ms)
	SELECT k.series_id, s.t, s.flags, 1, s.ms FROM almanac.snapshot_keys k, (VALUES (timestamptz '2024-03-27 10:14+00', 16 + 64, 780000), ('2024-03-27 10:37+00', 64, 1800000), ('2024-03-28 10:00+00', 0, 60000)) AS s (t, flags, ms)
	WHERE k.stream = 'system' AND k.dbid = 0 AND k.server_id = 0;
INSERT INTO almanac.replication_keys (series_id, kind, name) VALUES (1, 'standby', 'east'), (2, 'standby', 'west');
INSERT INTO almanac.replication_samples (series_id, "time", duration, flags, replay_lag_us)
	SELECT s, t, interval '10 min', 0, s * 1e6 * CASE WHEN t > '2024-03-30 23:00+00' THEN 4 ELSE 1 END FROM generate_series('2024-03-30 00:05+00'::timestamptz, '2024-03-30 23:55+00', '10 min') t, generate_series(1, 2) s;

SELECT almanac.set_objective('up', 'availability', '>=', 0.999);
SELECT almanac.set_objective('fast calls', 'calls_under_20ms', '>=', 0.98, queryid => 11);
SELECT almanac.set_objective('all calls', 'calls_under_20ms', '>=', 0.9);
SELECT almanac.set_objective('errors', 'error_rate', '<=', 0.001, database => current_database());
SELECT almanac.set_objective('hits', 'cache_hit_rate', '>', 0.9899, '7 days');
SELECT almanac.set_objective('hits of a statement', 'cache_hit_rate', '>=', 0.999, '7 days', queryid => 11);
SELECT almanac.set_objective('p95', 'p95_ms', '<=', 20, role => current_user, may_miss => 0.001);
SELECT almanac.set_objective('mean of the other', 'mean_exec_ms', '<', 300, '40 days', role => 'pg_monitor');
SELECT almanac.set_objective('size', 'size_bytes', '<=', 1.2e9, database => current_database(), may_miss => 0.5);
SELECT almanac.set_objective('queue', 'queue', '<=', 10, '2 days', may_miss => 0.05, comment => 'of the mail');
SELECT almanac.set_objective('orders', 'orders', '>=', 550, '2 days');
SELECT almanac.set_objective('lag', 'replication_lag_seconds', '<=', 5);
SELECT almanac.set_objective('perfect', 'calls_under_20ms', '>=', 1);
-- As of the end of March 2024.
CREATE FUNCTION as_of(at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	pieces bigint := 1;
BEGIN
	DELETE FROM almanac.objective_steps;
	UPDATE almanac.objective_definitions SET created = at;
	UPDATE almanac.objective_state SET evaluated_until = NULL, next_run = '-infinity', since = NULL, met = NULL;
	WHILE almanac.evaluate_objectives(at) LOOP
		pieces := pieces + 1;
	END LOOP;
	RETURN pieces;
END
$$;
SELECT as_of('2024-03-31 00:02+00') > 5 AS in_pieces;
SELECT name, state, comparison AS is, target, round(actual::numeric, 4) AS actual, round(margin::numeric, 4) AS margin, unit, "window", met, budget_share AS budget, round(budget_left_share::numeric, 3) AS "left",
	round(burn_rate::numeric, 2) AS burn, since, evaluated_until FROM almanac.objectives;
SELECT name, reason, good, total, bad, burning, round(burn_5m::numeric, 1) AS "5m", round(burn_30m::numeric, 1) AS "30m", round(burn_1h::numeric, 1) AS "1h", round(burn_6h::numeric, 1) AS "6h", round(burn_3d::numeric, 1) AS "3d",
	measured_from FROM almanac.objectives;
-- What is counted is what there was, call by call.
SELECT o.name, o.total - s.calls AS total_off, round(o.good - s.good) AS good_off FROM almanac.objectives o
	CROSS JOIN LATERAL (SELECT sum(s.calls) AS calls, sum(almanac.calls(s.latency) * (1 - almanac.share_above(s.latency, 20))) AS good FROM almanac.statement_samples s
		WHERE s."time" > timestamptz '2024-03-01 00:00+00' AND s."time" <= '2024-03-31 00:00+00' AND (o.queryid IS NULL OR s.series_id = o.queryid)) s
	WHERE o.metric = 'calls_under_20ms';
-- Values that miss are as many as the view says.
SELECT o.name, o.met, o.bad / o.total <= o.budget_share AS few_enough FROM almanac.objectives o WHERE o.met <> (o.bad / o.total <= o.budget_share);

-- In minutes or in hours, it is the same.
CREATE TEMP TABLE was AS SELECT * FROM almanac.objectives;
SELECT as_of('2024-03-30 12:00+00') > 1 AS earlier;
UPDATE almanac.objective_definitions SET created = '2024-03-31 00:02+00';
UPDATE almanac.objective_state SET next_run = '-infinity';
DO $$ BEGIN WHILE almanac.evaluate_objectives('2024-03-31 00:02+00') LOOP END LOOP; END $$;
SELECT w.name FROM was w JOIN almanac.objectives o USING (name) WHERE o.unit = 'share' AND (w.met, round(w.total), round(w.good)) IS DISTINCT FROM (o.met, round(o.total), round(o.good));

SELECT "time", round(value::numeric, 4) AS value, target, good, total, round(bad_share::numeric, 4) AS bad_share, round(burn_rate::numeric, 2) AS burn, round(budget_left_share::numeric, 4) AS "left"
	FROM almanac.objective_history('fast calls', '2024-03-18', '2024-03-31', '1 day');
SELECT "time", value, round(budget_left_share::numeric, 4) AS "left" FROM almanac.objective_history('p95', '2024-03-30 23:15+00', '2024-03-31', '1 min');
-- The last of it is what the view says.
SELECT o.name FROM almanac.objectives o CROSS JOIN LATERAL (SELECT h.budget_left_share FROM almanac.objective_history(o.name, o.evaluated_until - interval '1 day', o.evaluated_until, '5 min') h ORDER BY h."time" DESC LIMIT 1) h
	WHERE abs(h.budget_left_share - o.budget_left_share) > 1e-6;

-- Findings.
SELECT f.object, f.severity, f.message FROM almanac.find_objective('2024-03-31 00:02+00') f ORDER BY f.object;
SELECT f.object, f.severity FROM almanac.find_objective('2024-03-31 12:00+00') f ORDER BY f.object;
SELECT almanac.set_finding_threshold('objective_min_bad', 1e6), almanac.set_finding_threshold('objective_fast_burn', 1e6), almanac.set_finding_threshold('objective_slow_burn', 1e6);
SELECT f.object, f.severity FROM almanac.find_objective('2024-03-31 00:02+00') f ORDER BY f.object;
SELECT almanac.set_finding_threshold(name, NULL) FROM almanac.finding_thresholds WHERE name LIKE 'objective%';

-- Another target is another look at the same past; another metric begins anew.
SELECT almanac.set_objective('fast calls', 'calls_under_20ms', '>=', 0.95, queryid => 11);
SELECT as_of('2024-03-31 00:02+00') > 5 AS in_pieces;
SELECT name, state, target, round(actual::numeric, 4) AS actual, met FROM almanac.objectives WHERE name = 'fast calls';
SELECT almanac.set_objective('fast calls', 'calls_under_10ms', '>=', 0.95, queryid => 11);
SELECT name, state, reason FROM almanac.objectives WHERE name = 'fast calls';
DELETE FROM almanac.objective_steps;
UPDATE almanac.objective_definitions SET created = '2024-03-31 00:02+00';
UPDATE almanac.objective_state SET evaluated_until = NULL, next_run = '-infinity', since = NULL, met = NULL;
SELECT almanac.evaluate_objectives('2024-03-31 00:02+00') AS more;
SELECT name, state, reason FROM almanac.objectives WHERE name = 'fast calls';

-- What is gone.
SELECT almanac.drop_metric('queue');
UPDATE almanac.objective_definitions SET datname = 'gone' WHERE name = 'errors';
UPDATE almanac.objective_definitions SET rolname = 'gone' WHERE name = 'mean of the other';
UPDATE almanac.objective_definitions SET queryid = 13 WHERE name = 'fast calls';
UPDATE almanac.objective_state SET next_run = '-infinity';
SELECT almanac.evaluate_objectives('2024-04-01');
SELECT name, state, reason FROM almanac.objectives WHERE name IN ('queue', 'errors', 'mean of the other', 'fast calls', 'lag');

SELECT almanac.drop_objective('fast calls');
SELECT count(*) FROM almanac.objective_steps s WHERE NOT EXISTS (SELECT FROM almanac.objective_definitions d WHERE d.objective_id = s.objective_id);

-- What is refused.
SELECT almanac.drop_objective('fast calls');
SELECT almanac.drop_objective(NULL);
SELECT almanac.set_objective(NULL, 'p95_ms', '<=', 1);
SELECT almanac.set_objective(' ', 'p95_ms', '<=', 1);
SELECT almanac.set_objective('x', 'p96_ms', '<=', 1);
SELECT almanac.set_objective('x', 'calls_under_<N>ms', '>=', 0.5);
SELECT almanac.set_objective('x', 'calls_under_-1ms', '>=', 0.5);
SELECT almanac.set_objective('x', '<name>', '>=', 0.5);
SELECT almanac.set_objective('x', NULL, '<=', 1);
SELECT almanac.set_objective('x', 'p95_ms', '=', 1);
SELECT almanac.set_objective('x', 'p95_ms', NULL, 1);
SELECT almanac.set_objective('x', 'p95_ms', '<=', 'NaN');
SELECT almanac.set_objective('x', 'p95_ms', '<=', 'infinity');
SELECT almanac.set_objective('x', 'p95_ms', '<=', NULL);
SELECT almanac.set_objective('x', 'p95_ms', '<=', -1);
SELECT almanac.set_objective('x', 'error_rate', '<=', 2);
SELECT almanac.set_objective('x', 'error_rate', '>=', 0.5);
SELECT almanac.set_objective('x', 'availability', '<=', 0.5);
SELECT almanac.set_objective('x', 'availability', '>=', 0.5, database => 'postgres');
SELECT almanac.set_objective('x', 'availability', '>=', 0.5, may_miss => 0.5);
SELECT almanac.set_objective('x', 'size_bytes', '<=', 1, role => 'pg_monitor');
SELECT almanac.set_objective('x', 'orders', '<=', 1, queryid => 11);
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, may_miss => 1);
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, may_miss => 'NaN');
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, '1 month');
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, '1 min');
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, '1000 days');
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, NULL);
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, database => 'nowhere');
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, role => 'nobody');
SELECT almanac.set_objective('x', 'p95_ms', '<=', 1, queryid => 4711);
SELECT * FROM almanac.objective_history('nothing');
SELECT * FROM almanac.objective_history('p95', 'infinity');
SELECT * FROM almanac.objective_history('p95', step => '1 month');
SELECT * FROM almanac.objective_history('p95', step => NULL);
SELECT count(*) FROM almanac.objectives WHERE name = 'x';
DROP FUNCTION as_of;
DROP EXTENSION pg_almanac CASCADE;
