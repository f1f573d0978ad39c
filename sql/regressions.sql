-- Changes of level in history: what analyze() finds, what it makes of them, and what it does not tell.
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
-- Seconds a day of all that follows: 24 * 100 calls an hour, levels in ms.
INSERT INTO almanac.query_texts SELECT g, '2020-01-01', 'SELECT ' || (ARRAY['steady', 'slower', 'slower and back', 'faster', 'daily cycle', 'one peak', 'cheap', 'fails', 'just now',
	'more blocks', 'seldom', 'louder'])[g] FROM generate_series(1, 12) g;
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) SELECT 90001, 10, g, true, g FROM generate_series(1, 12) g;
CREATE TABLE hours AS
	SELECT k.series_id, k.queryid AS s, h, timestamptz '2020-03-01' + (h + 1) * interval '1 hour' AS "time",
		(CASE WHEN k.queryid = 11 THEN CASE WHEN h % 40 = 0 THEN 1 ELSE 0 END WHEN k.queryid = 12 AND h >= 300 THEN 3000 ELSE 1000 END * (0.9 + 0.2 * noise(k.queryid, h)))::bigint AS calls,
		CASE k.queryid WHEN 7 THEN 0.01 ELSE 20 END * (0.95 + 0.1 * noise(k.queryid + 100, h)) * CASE
			WHEN k.queryid IN (2, 7, 10) AND h >= 300 THEN 1.5
			WHEN k.queryid = 3 AND h BETWEEN 200 AND 299 THEN 2
			WHEN k.queryid = 4 AND h >= 300 THEN 0.5
			WHEN k.queryid = 5 THEN 1 + 0.5 * sin(2 * pi() * h / 24)
			WHEN k.queryid = 6 AND h BETWEEN 250 AND 251 THEN 30
			WHEN k.queryid = 9 AND h >= 476 THEN 5
			ELSE 1 END AS ms,
		CASE WHEN k.queryid = 8 AND h >= 400 THEN 100 ELSE 0 END AS errors,
		CASE WHEN k.queryid = 10 AND h >= 300 THEN 400 ELSE 40 END AS blocks
	FROM almanac.statement_keys k, generate_series(0, 479) h WHERE k.dbid = 90001;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, shared_blks_hit, errors)
	SELECT series_id, "time", '1 hour', calls, calls, calls * ms, calls * blocks, errors FROM hours WHERE calls > 0;

-- What happened: one thing when it began, others long before, after, and elsewhere.
SELECT almanac.mark('release ' || v, at => t) > 0 AS marked FROM (VALUES (6, timestamptz '2020-03-12 12:00'), (7, '2020-03-13 12:20'), (8, '2020-03-13 14:00')) AS r (v, t);
INSERT INTO almanac.event_log ("time", kind, label, dbid, objname, relname, schemaname, source) VALUES
	('2020-03-09 08:30', 'index_dropped', 'DROP INDEX elsewhere', 90002, 'elsewhere', 't', 'public', 'command'),
	('2020-03-09 08:30', 'setting_changed', 'work_mem', 0, 'work_mem', NULL, NULL, 'comparison');
SELECT almanac.analyze('2020-03-01', '2020-03-21', '1 hour');
SELECT query, cause_kind, cause, causes #> '{0,time}' AS at, round((causes #>> '{0,score}')::numeric, 2) AS score, jsonb_array_length(causes) AS causes
FROM almanac.regressions WHERE stream = 'statement' AND metric = 'mean_exec_ms' AND state <> 'minor' ORDER BY query;
SELECT query, state, started, earliest, latest, resolved, metric, round(value_before::numeric) AS before, round(value_after::numeric) AS after, round(change::numeric, 2) AS change,
	round(seconds_per_day::numeric, -2) AS seconds_per_day, members, common
FROM almanac.regressions WHERE stream = 'statement' AND metric <> 'error_rate';
SELECT m.query, m.state, m.metric, round(m.change::numeric, 2) AS change, r.query AS shown_as, m.also FROM almanac.regression_members m JOIN almanac.regressions r USING (id) WHERE r.members > 1 ORDER BY m.query;
SELECT query, state, started, metric, value_before, round(value_after::numeric, 3) AS after, change, round(extra_per_day::numeric, -2) AS extra_per_day FROM almanac.regressions
	WHERE stream = 'statement' AND metric = 'error_rate';
SELECT query, state, started, ended, metric, round(value_before::numeric) AS before, round(value_after::numeric) AS after, round(seconds_saved_per_day::numeric, -2) AS seconds_saved_per_day
FROM almanac.improvements WHERE stream = 'statement';
SELECT regexp_replace(almanac.explain_regression(id), 'found \d.*?(\n|,)', 'found ...\1') AS explained FROM almanac.regressions WHERE query IN ('SELECT slower and back', 'SELECT fails') ORDER BY query \gx
SELECT almanac.explain_regression(-1);
-- Once more: nothing new, nothing different.
CREATE TABLE before AS SELECT change_id, incident_id, status, started, value_before, value_after, p_value FROM almanac.changes;
SELECT almanac.analyze('2020-03-01', '2020-03-21', '1 hour');
SELECT count(*) AS differences FROM (SELECT change_id, incident_id, status, started, value_before, value_after, p_value FROM almanac.changes) a FULL JOIN before b USING (change_id)
	WHERE a IS DISTINCT FROM b;
-- Of the server's point of view a day earlier the jump had not been there.
SELECT count(*) FROM almanac.find_changes('statement', '2020-03-01', '2020-03-20', '1 hour') f JOIN hours USING (series_id) WHERE s = 9;
-- A jump that proves to be a peak is withdrawn.
SELECT state FROM almanac.regressions WHERE query = 'SELECT just now';
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT series_id, "time" + interval '20 days', '1 hour', 1000, 20000 * (0.95 + 0.1 * noise(s, h)) FROM hours WHERE s = 9 AND h < 48;
SELECT almanac.analyze('2020-03-01', '2020-03-23', '1 hour');
SELECT count(*) FROM almanac.regressions WHERE query = 'SELECT just now';

-- The step, when none is given.
SELECT almanac.analysis_step('2020-03-01', '2020-03-01 01:00'), almanac.analysis_step('2020-03-01', '2020-03-08'), almanac.analysis_step('2020-03-01', '2021-03-01');
-- What cannot be looked at.
SELECT * FROM almanac.find_changes('table', '2020-03-01', '2020-03-21');
SELECT * FROM almanac.find_changes('statement', '2020-03-21', '2020-03-01');
SELECT * FROM almanac.find_changes('statement', '-infinity', 'infinity');
SELECT * FROM almanac.find_changes('statement', '2020-03-01', '2020-03-21', '7 minutes');
SELECT * FROM almanac.find_changes('statement', '2020-03-01', '2020-03-21', '1 second');
SELECT * FROM almanac.find_changes('statement', '2020-03-01', '2020-03-01 00:30', '1 hour');
SELECT * FROM almanac.find_changes('statement', '1990-01-01', '1990-01-21');
SELECT * FROM almanac.watched_metrics();

DROP TABLE hours, before;
DROP FUNCTION noise;
