-- One regression per cause: what joins changes of several statements, and what does not.
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
CREATE FUNCTION hour(h integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN timestamptz '2020-03-01 00:00+00' + h * interval '1 hour';
-- Statements 1 to 44 read orders by customer, the first two within functions, the last four are cheap. 45 and 46 are
-- slower from the same hour on, because the server is busier. 47 and 48 read items with another plan from a later hour on, 49 reads items as before. 50 to 52 have to do with work_mem, 53 becomes
-- slower in that hour of the next day.
CREATE TABLE story (s integer, toplevel boolean, relation text, at integer, factor double precision, ms double precision, calls integer, flips boolean);
INSERT INTO story SELECT g, g > 2, 'public.orders', 300, 3, CASE WHEN g > 40 THEN 0.02 ELSE 5 + g END, 1000, true FROM generate_series(1, 44) g;
INSERT INTO story VALUES (45, true, NULL, 300, 2, 20, 1000, false), (46, true, 'public.items', 300, 2, 10, 1000, false),
	(47, true, 'public.items', 360, 2, 10, 1000, true), (48, true, 'public.items', 360, 4, 10, 1000, true), (49, true, 'public.items', NULL, 1, 10, 1000, false),
	(50, true, NULL, 410, 2, 10, 1000, false), (51, true, NULL, 410, 2, 10, 1000, false), (52, true, NULL, 410, 0.5, 10, 1000, false), (53, true, NULL, 434, 2, 10, 1000, false);
INSERT INTO almanac.database_keys (dbid, datname) VALUES (90001, 'shop');
INSERT INTO almanac.query_texts SELECT s, '2020-01-01', 'SELECT ' || s FROM story;
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) SELECT 90001, 10, s, toplevel, s FROM story ORDER BY s;
CREATE TABLE hours AS
	SELECT k.series_id, s.*, h, h >= COALESCE(s.at, 1000) AS since, (s.calls * (0.9 + 0.2 * noise(s.s, h)))::bigint AS n,
		s.ms * (0.95 + 0.1 * noise(s.s + 100, h)) * CASE WHEN h >= s.at THEN factor ELSE 1 END AS took
	FROM story s JOIN almanac.statement_keys k ON k.queryid = s.s, generate_series(0, 479) h;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, shared_blks_hit)
	SELECT series_id, hour(h + 1), '1 hour', n, n, n * took, n * 40 FROM hours;
INSERT INTO almanac.plan_texts SELECT x.id, current_date, 'plan ' || x.id, ARRAY[x.relation], x.indexes
	FROM (VALUES (1, 'public.orders', '{public.orders_customer}'::text[]), (2, 'public.orders', '{}'), (3, 'public.items', '{public.items_pkey}'), (4, 'public.items', '{}')) AS x (id, relation, indexes);
INSERT INTO almanac.plan_keys (dbid, userid, queryid, toplevel, plan_id, text_id)
	SELECT 90001, 10, s, toplevel, CASE relation WHEN 'public.orders' THEN 1 ELSE 3 END + p, CASE relation WHEN 'public.orders' THEN 1 ELSE 3 END + p
	FROM story, generate_series(0, 1) p WHERE relation IS NOT NULL;
INSERT INTO almanac.plan_samples (series_id, "time", duration, calls, total_exec_ms, measured)
	SELECT p.series_id, hour(h + 1), '1 hour', n, n * took, n
	FROM hours JOIN almanac.plan_keys p ON p.queryid = s AND p.plan_id % 2 = CASE WHEN flips AND since THEN 0 ELSE 1 END;
INSERT INTO almanac.database_samples (series_id, "time", duration, xact_commit, active_ms)
	SELECT d.series_id, hour(h + 1), '1 hour', sum(n), 1.2 * sum(n * took) FILTER (WHERE toplevel) FROM hours, almanac.database_keys d WHERE d.dbid = 90001 GROUP BY d.series_id, h;
INSERT INTO almanac.event_log ("time", kind, label, dbid, objname, relname, schemaname, source, old_value, new_value) VALUES
	(hour(300) + interval '20 minutes', 'index_dropped', 'DROP INDEX public.orders_customer ON public.orders', 90001, 'orders_customer', 'orders', 'public', 'command', NULL, NULL),
	(hour(410) + interval '10 minutes', 'setting_changed', 'work_mem: 64MB -> 1MB', 0, 'work_mem', NULL, NULL, 'comparison', '64MB', '1MB');

SELECT almanac.analyze('2020-03-01', '2020-03-21', '1 hour') > 50 AS found;
SELECT row_number() OVER (ORDER BY started, id) AS n, state, started, members, common, cause_kind, round(seconds_per_day::numeric, -2) AS seconds_per_day, stream, query, round(change::numeric, 1) AS change
FROM almanac.regressions WHERE state <> 'minor' OR members > 1 ORDER BY 1;
SELECT row_number() OVER (ORDER BY started, id) AS n, started, members, common, cause_kind, query FROM almanac.improvements WHERE state <> 'minor' ORDER BY 1;
-- Its members; the cost is that of the top level: what it calls is in it.
SELECT stream, state, count(*), round(sum(seconds_per_day)::numeric, -2) AS seconds, min(started) AS started FROM almanac.regression_members
	WHERE id = (SELECT id FROM almanac.regressions WHERE members > 10) GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) AS members_that_are_not_there FROM almanac.regressions r WHERE members <> (SELECT count(*) FROM almanac.regression_members m WHERE m.id = r.id);
SELECT regexp_replace(regexp_replace(almanac.explain_regression(id), 'found \d.*?(\n|,)', 'found ...\1'), 'Regression \d+', 'Regression N') AS explained FROM almanac.regressions WHERE members > 10 \gx
-- Plans that changed are events, for those that stay; and no cause for others.
SELECT count(*), min("time") AS first, max("time") AS last, bool_and(not_before = "time" - interval '1 hour') AS bounded, count(DISTINCT details ->> 'queryid') AS statements
	FROM almanac.events WHERE kind = 'plan_changed';
SELECT "time", datname, label, old_value, new_value, source, details FROM almanac.events WHERE kind = 'plan_changed' AND details @> '{"queryid": 47}';
SELECT count(*) FROM almanac.changes, jsonb_array_elements(causes) x WHERE x ->> 'cause' LIKE 'statement%runs with plan%';
INSERT INTO almanac.plan_samples (series_id, "time", duration, calls, total_exec_ms, measured)
	SELECT p.series_id, hour(500 + h), '1 hour', CASE WHEN h < 10 THEN CASE WHEN (h + p.plan_id) % 2 = 0 THEN 60 ELSE 40 END WHEN h = 15 AND p.plan_id = 4 THEN 0 WHEN h = 15 OR p.plan_id = 4 THEN 100 ELSE 0 END, 1, 100
	FROM almanac.plan_keys p, generate_series(0, 39) h WHERE p.queryid = 49;
SELECT almanac.note_plan_changes(hour(490), hour(545), '1 hour'), almanac.note_plan_changes(hour(490), hour(545), '1 hour');
DELETE FROM almanac.event_log WHERE kind = 'plan_changed';
SELECT almanac.note_new_plan_changes(hour(400)), almanac.note_new_plan_changes(hour(400)), almanac.note_new_plan_changes(hour(545));
-- Again: the same.
CREATE TABLE before AS SELECT change_id, part_id, incident_id, common FROM almanac.changes;
SELECT almanac.analyze('2020-03-01', '2020-03-21', '1 hour');
SELECT count(*) AS differences FROM (SELECT change_id, part_id, incident_id, common FROM almanac.changes) a FULL JOIN before b USING (change_id) WHERE a IS DISTINCT FROM b;
DROP TABLE hours, story, before;
DROP FUNCTION noise, hour;
DROP EXTENSION pg_almanac;
