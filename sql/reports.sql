-- Reports of history laid down here: what is in them, in which window, in every format; names that nobody would choose; and what is refused.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;
\set SHOW_CONTEXT never
\pset tuples_only on
\pset format unaligned

-- Nothing is recorded: every report says so.
SELECT p, f, count(*) > 3 AS lines, count(*) FILTER (WHERE line ~ 'Nothing has been recorded yet|record begins') > 0 AS told
FROM unnest('{daily,weekly,monthly,quarterly}'::text[]) p, unnest('{text,markdown,html,json}'::text[]) f, almanac.report(p, f, '2020-03-18') AS line GROUP BY 1, 2 ORDER BY 1, 2;

-- Periods are those of the calendar where the session is: days of 23 hours too.
SELECT p, r.* FROM unnest('{daily,weekly,monthly,quarterly}'::text[]) p, almanac.report_period(p, '2020-03-18 12:00') r;
SET timezone = 'Europe/Berlin';
SELECT p, r."from", r."to", r."to" - r."from" FROM unnest('{daily,weekly}'::text[]) p, almanac.report_period(p, '2020-03-30 12:00') r;
SELECT almanac.report_grain(r."from", r."to") FROM almanac.report_period('daily', '2020-03-30 12:00') r;
SET timezone = 'Asia/Kolkata';
SELECT almanac.report_grain(r."from", r."to") FROM almanac.report_period('daily', '2020-03-30 12:00') r;
SET timezone = 'Asia/Kathmandu';
SELECT almanac.report_grain(r."from", r."to") FROM almanac.report_period('daily', '2020-03-30 12:00') r;
SET timezone = 'UTC';
SELECT almanac.report_grain(r."from", r."to") FROM almanac.report_period('daily', '2020-03-30 12:00') r;
SELECT almanac.report('hourly');
SELECT almanac.report(NULL);
SELECT almanac.report('daily', 'pdf');
SELECT almanac.report('daily', NULL);
SELECT almanac.report('daily', 'text', 'infinity');
SELECT almanac.report('daily', 'text', NULL);

-- Nine weeks in hours. Statement 2 is six times as slow from March 12 on, 4 is new since the 10th.
INSERT INTO almanac.roles (userid, rolname, server_id) VALUES (7, 'app', 0);
INSERT INTO almanac.database_keys (series_id, dbid, datname) OVERRIDING SYSTEM VALUE VALUES (1, 101, 'shop');
INSERT INTO almanac.system_keys (series_id) OVERRIDING SYSTEM VALUE VALUES (1);
INSERT INTO almanac.query_texts (fingerprint, last_used, query) SELECT s, now(), format(E'SELECT %s\n  FROM orders', s) FROM generate_series(1, 4) s;
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel, fingerprint, first_seen) OVERRIDING SYSTEM VALUE
	SELECT s, 101, 7, s * 1000, true, s, CASE s WHEN 4 THEN '2020-03-10'::timestamptz ELSE '2020-01-15' END FROM generate_series(1, 4) s;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, rows, errors, timeouts, latency)
	SELECT s, t + interval '0.5 s', '1 h', 1000, 1000 * m, 1000, 0, 0, format('{%s:950,%s:50}', 0.9 * m, 3 * m)::almanac.histogram
	FROM (SELECT s, t, s * CASE WHEN s = 2 AND t > '2020-03-12' THEN 6 ELSE 1 END * (1 + 0.02 * sin(extract(epoch FROM t)::float8 / 7000)) AS m
		FROM generate_series('2020-01-15 01:00'::timestamptz, '2020-03-18 00:00', '1 h') t, generate_series(1, 4) s WHERE s < 4 OR t > '2020-03-10') x;
INSERT INTO almanac.database_samples (series_id, "time", duration, size_bytes, xact_commit, xact_rollback, blks_hit, blks_read, temp_bytes, deadlocks)
	SELECT 1, t + interval '0.5 s', '1 h', 1e9 + extract(epoch FROM t - '2020-01-15') * 100, 36000, 36, 99000, 1000, 0, 0 FROM generate_series('2020-01-15 01:00'::timestamptz, '2020-03-18 00:00', '1 h') t;
INSERT INTO almanac.system_samples (series_id, "time", duration, wal_bytes, checkpoints_timed, checkpoints_req, connections)
	SELECT 1, t + interval '0.5 s', '1 h', 1e6, 12, 0, 10 FROM generate_series('2020-01-15 01:00'::timestamptz, '2020-03-18 00:00', '1 h') t;
SELECT almanac.add_metric('queue', unit => 'jobs'), almanac.add_metric('orders', kind => 'counter');
INSERT INTO almanac.metric_keys (series_id, metric, labels) OVERRIDING SYSTEM VALUE VALUES (1, 'queue', '{"q": "a"}'), (2, 'orders', '{}');
INSERT INTO almanac.metric_samples (series_id, "time", duration, flags, value, total, weight) SELECT 1, t + interval '0.5 s', '1 h', 0, 5, CASE WHEN t > '2020-03-09' THEN 7 ELSE 5 END, 1 FROM generate_series('2020-02-01'::timestamptz, '2020-03-18', '1 h') t;
INSERT INTO almanac.metric_samples (series_id, "time", duration, flags, value, increase) SELECT 2, t + interval '0.5 s', '1 h', 0, 5, 10 FROM generate_series('2020-03-01'::timestamptz, '2020-03-18', '1 h') t;
SELECT almanac.mark('shop 4.2', 'deployment', '2020-03-11 23:30') > 0;
SELECT almanac.analyze('2020-02-12', '2020-03-18', '1 h') > 0;
INSERT INTO almanac.finding_log (kind, dbid, key, severity, state, object, message, benefit, sql, locks, effort, evidence, first_seen, opened, last_seen, bytes)
	VALUES ('index_unused', 101, '1', 2, 'open', 'orders_by_year', 'index orders_by_year was not used for 40 days', '1 GB', 'DROP INDEX CONCURRENTLY public.orders_by_year;', 'nothing that is waited for', 'low', '{}',
		'2020-03-13', '2020-03-13', '2020-03-17', 1073741824);
INSERT INTO almanac.optimization_log (title, state, origin, started, finished, set_by, mean_before_ms, mean_after_ms, verdict, saved_seconds_per_day, saved_seconds_total, effort_hours, bytes_before, bytes_after)
	VALUES ('index for the list of orders', 'finished', 'manual', '2020-02-20', '2020-03-10', 'anna', 3, 1, 'improved', 48, 200, 2, NULL, NULL),
		('fewer columns', 'running', 'manual', '2020-03-14', NULL, 'anna', 2, 2, 'too early', NULL, NULL, NULL, NULL, NULL),
		('long ago', 'finished', 'manual', '2020-01-20', '2020-01-21', 'anna', 3, 1, 'improved', 60, 200, 2, NULL, NULL),
		('next week', 'running', 'manual', '2020-03-16 12:00', NULL, 'anna', 2, 2, 'too early', NULL, NULL, NULL, NULL, NULL);
INSERT INTO almanac.alert_log (cause, kind, area, state, severity, title, message, members, first_raised, raised, cleared, last_change, times_raised, acknowledged, acknowledged_by, finding_ids, evidence)
	VALUES ('waits', 'lock_wait', 'server', 'cleared', 1, 'somebody waits for a lock', '', 1, '2020-03-11', '2020-03-12', '2020-03-12 00:03', '2020-03-12 00:03', 3, '2020-03-12 00:01', 'anna', '{}', '{}'),
		('disk', 'capacity', 'capacity', 'firing', 0, 'the disk is full in 3 days', '', 1, '2020-03-15', '2020-03-15', NULL, '2020-03-15', 1, NULL, NULL, '{}', '{}');
INSERT INTO almanac.alert_changes (alert_id, "time", event, severity, members, title, minutes)
	SELECT l.alert_id, c."time", c.event, l.severity, 1, l.title, c.minutes FROM almanac.alert_log l JOIN (VALUES ('waits', '2020-03-11 10:00'::timestamptz, 'raised', NULL::float8), ('waits', '2020-03-11 10:02', 'cleared', 2),
		('waits', '2020-03-11 11:00', 'raised', NULL), ('waits', '2020-03-11 11:30', 'cleared', 30), ('waits', '2020-03-12', 'raised', NULL), ('waits', '2020-03-12 00:01', 'acknowledged', NULL),
		('waits', '2020-03-12 00:03', 'cleared', 3), ('disk', '2020-03-15', 'raised', NULL), ('disk', '2020-03-16 10:00', 'changed', NULL)) AS c (cause, "time", event, minutes) ON c.cause = l.cause;

CREATE FUNCTION pg_temp.weekly(format text, appendix boolean DEFAULT false) RETURNS SETOF text LANGUAGE sql AS
$$ SELECT regexp_replace(l, 'PostgreSQL [0-9][^<"]*', 'PostgreSQL', 'g') FROM almanac.report('weekly', format, '2020-03-17 08:00', appendix) l WHERE l !~ 'shared_preload_libraries' $$;
SELECT pg_temp.weekly('text');
SELECT pg_temp.weekly('markdown');
SELECT l FROM pg_temp.weekly('html') l WHERE l !~ '<style>|<path' LIMIT 40;
SELECT jsonb_pretty(s -> 'blocks' -> 0) FROM jsonb_array_elements((SELECT string_agg(l, E'\n') FROM pg_temp.weekly('json') l)::jsonb -> 'sections') s WHERE s ->> 'name' IN ('summary', 'statements');
-- The same numbers are what the views say of the same window.
SELECT round((j #>> '{totals,calls_per_day}')::numeric) = round(c / 7.0) FROM (SELECT string_agg(l, '')::jsonb AS j FROM almanac.report('weekly', 'json', '2020-03-17 08:00') l) r,
	(SELECT sum(calls) AS c FROM almanac.statement_history WHERE time > '2020-03-09' AND time <= '2020-03-16') h;
-- Rolled up history gives the same report.
CREATE TEMP TABLE before AS SELECT l FROM pg_temp.weekly('text', true) l;
SELECT almanac.purge('2020-03-18 12:00') >= 0;
SELECT count(*) FROM almanac.retention WHERE stream = 'statement' AND tier = '1h' AND complete_until >= '2020-03-17';
(SELECT l FROM pg_temp.weekly('text', true) l EXCEPT ALL SELECT l FROM before) UNION ALL (SELECT l FROM before EXCEPT ALL SELECT l FROM pg_temp.weekly('text', true) l);
-- A record that is younger than the period, and one that begins within it.
SELECT l FROM almanac.report('monthly', 'text', '2020-02-03') l WHERE l ~ 'record begins|younger';
SELECT l FROM almanac.report('quarterly', 'text', '2020-03-03') l WHERE l ~ 'record|younger' LIMIT 2;
-- A pinned baseline is what is compared with.
SELECT almanac.set_baseline('good "old" <times>', '2020-02-01', '2020-02-08');
UPDATE almanac.pinned_baselines SET valid_from = '2020-02-10';
SELECT l FROM pg_temp.weekly('text') l WHERE l ~ '^Before|Baseline|times';
-- A year before, if that was recorded.
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, rows) SELECT 1, t + interval '0.5 s', '1 h', 500, 250, 0 FROM generate_series('2019-03-01'::timestamptz, '2019-03-31', '1 h') t;
INSERT INTO almanac.database_samples (series_id, "time", duration, xact_commit, xact_rollback) SELECT 1, t + interval '0.5 s', '1 h', 18000, 0 FROM generate_series('2019-03-01'::timestamptz, '2019-03-31', '1 h') t;
SELECT l FROM pg_temp.weekly('text') l WHERE l ~ '^ +period|^(calls|mean|transactions|size)|Year';
SELECT almanac.report_value(j -> 'year_from', 'date'), almanac.report_value(j -> 'year_to', 'date') FROM (SELECT string_agg(l, '')::jsonb AS j FROM almanac.report('weekly', 'json', '2020-03-17 08:00') l) r;

-- Sections come one after the other: who takes the first lines does not wait for the others.
CREATE FUNCTION pg_temp.sections_made() RETURNS text LANGUAGE sql AS
$$ SELECT string_agg(s.name, ' ' ORDER BY s.n) FROM almanac.report_sections('{"empty": false}') s JOIN pg_stat_xact_user_functions f ON f.funcname = 'report_section_' || s.name AND f.calls > 0 $$;
BEGIN;
SET LOCAL track_functions = 'all';
DECLARE c CURSOR FOR SELECT almanac.report('weekly', 'text', '2020-03-17 08:00');
FETCH 1 FROM c;
SELECT pg_temp.sections_made();
MOVE 30 FROM c;
SELECT pg_temp.sections_made();
MOVE ALL FROM c;
SELECT pg_temp.sections_made();
ROLLBACK;

-- Names that nobody would choose, in every format.
CREATE FUNCTION pg_temp.hostile() RETURNS text LANGUAGE sql AS $$ SELECT U&'"\0027><script>x()</script>|`*_[a](b)\001B[31m\202Egnp\000Ab\0007\009B\6771\4EAC&amp;\005C' $$;
UPDATE almanac.database_keys SET datname = left(pg_temp.hostile(), 40);
UPDATE almanac.roles SET rolname = left(pg_temp.hostile(), 40);
UPDATE almanac.query_texts SET query = '/* ' || pg_temp.hostile() || ' */ SELECT ' || fingerprint || repeat(' x', 300);
UPDATE almanac.finding_log SET message = pg_temp.hostile(), object = pg_temp.hostile(), sql = 'DROP INDEX ' || quote_ident(pg_temp.hostile()), severity = 1;
UPDATE almanac.metric_definitions SET name = left(pg_temp.hostile(), 30), unit = pg_temp.hostile() WHERE name = 'queue';
UPDATE almanac.metric_keys SET metric = left(pg_temp.hostile(), 30) WHERE series_id = 1;
UPDATE almanac.alert_changes SET title = pg_temp.hostile();
UPDATE almanac.optimization_log SET title = pg_temp.hostile();
SELECT almanac.mark(pg_temp.hostile(), 'deployment', '2020-03-12 12:00') > 0;
CREATE TEMP TABLE hostile AS SELECT f, a, l, n FROM unnest('{text,markdown,html,json}'::text[]) f, unnest('{f,t}'::boolean[]) a, LATERAL almanac.report('weekly', f, '2020-03-17 08:00', a) WITH ORDINALITY AS r (l, n);
SELECT f, count(*) > 10 AS lines, count(*) FILTER (WHERE l ~ E'[\\x01-\\x1f\\x7f\\u0080-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]' AND l !~ '<style>') AS obeyed, count(*) FILTER (WHERE CASE f WHEN 'html' THEN l WHEN 'markdown' THEN regexp_replace(l, '\\<|`[^`]*`', '', 'g') END ~ '<script') AS tags,
	count(*) FILTER (WHERE l ~ 'could not be made') AS failed FROM hostile GROUP BY 1 ORDER BY 1;
SELECT max(almanac.text_width(l)) <= 100 FROM hostile WHERE f = 'text';
-- JSON says the same as what is stored.
SELECT DISTINCT m = to_jsonb(pg_temp.hostile()) FROM (SELECT jsonb_path_query(string_agg(l, '' ORDER BY n)::jsonb, '$.sections[*].blocks[*].rows[*].message') AS m FROM hostile WHERE f = 'json' AND a) r;
-- How it is written.
SELECT f, almanac.plain_text(l) FROM hostile WHERE NOT a AND l ~ 'DROP INDEX' ORDER BY f, n;
SELECT almanac.report_markdown(x), almanac.report_markdown(x, true), almanac.report_html(x), almanac.plain_text(x) FROM unnest(ARRAY['a|b', 'a\|b`', '- no list', '12. no list', '# no title', 'a_b *c*', E'tab\tline\n', '<b>&amp;', '$x$', '']) x;

-- Who may see texts sees them, others do not.
CREATE ROLE almanac_report_reader;
SELECT almanac.create_reader('almanac_report_reader');
UPDATE almanac.query_texts SET query = 'SELECT secret';
SET ROLE almanac_report_reader;
SELECT f, count(*) > 10, count(*) FILTER (WHERE l ~ 'secret') FROM unnest('{text,markdown,html,json}'::text[]) f, LATERAL almanac.report('weekly', f, '2020-03-17 08:00', true) l GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM almanac.report('weekly', 'text', '2020-03-17 08:00', true) l WHERE l ~ 'could not be made';
RESET ROLE;
GRANT pg_monitor TO almanac_report_reader;
SET ROLE almanac_report_reader;
SELECT count(*) FILTER (WHERE l ~ 'secret') > 0 FROM almanac.report('weekly', 'text', '2020-03-17 08:00') l;
RESET ROLE;
DROP OWNED BY almanac_report_reader;
DROP ROLE almanac_report_reader;

-- Reports that are made when their period is over.
SELECT almanac.schedule_report('hourly');
SELECT almanac.schedule_report('weekly', 'pdf');
SELECT almanac.schedule_report('weekly', keep => '1 hour');
SELECT almanac.schedule_report('weekly', keep => NULL);
SELECT almanac.schedule_report('weekly', time_zone => 'Atlantis');
SELECT almanac.schedule_report('weekly', 'text', '30 days', 'Europe/Berlin'), almanac.schedule_report('daily', 'json', texts => true), almanac.schedule_report('monthly', 'html');
SELECT period, format, time_zone, keep, appendix, texts, made_until, failures, error FROM almanac.scheduled_reports;
SELECT count(*) FROM almanac.due_reports('2020-03-18 00:30');
-- One cannot be made; the others are.
UPDATE almanac.report_schedules SET time_zone = 'Atlantis' WHERE period = 'monthly';
SELECT almanac.make_reports('2020-03-18 00:30');
UPDATE almanac.report_schedules SET time_zone = 'UTC' WHERE period = 'monthly';
SELECT count(*) FROM almanac.due_reports('2020-03-18 00:30');
SELECT almanac.make_reports('2020-03-18 00:30');
SELECT period, format, "from", "to", time_zone, status, texts, body = (SELECT string_agg(l, E'\n') FROM almanac.report(period, format, '2020-03-18 00:30') l) AS as_by_hand, body ~ 'secret' AS texts_in_it FROM almanac.reports ORDER BY report_id;
SELECT period, format, made_until, last_made > now() - interval '1 hour' AS made, failures, error FROM almanac.scheduled_reports;
-- Each period once; what it has to be tried for too often is given up.
SELECT almanac.make_reports('2020-03-18 12:00');
UPDATE almanac.report_schedules SET made_until = '2020-03-01', time_zone = 'Atlantis' WHERE period = 'daily';
SELECT almanac.note_report_failure(schedule_id, 'failed', '2020-03-18 12:00') FROM almanac.report_schedules WHERE period = 'weekly';
SELECT count(*) FROM almanac.due_reports('2020-03-25 12:30');
SELECT almanac.note_report_failure(schedule_id, 'failed again', '2020-03-25 12:00') FROM almanac.report_schedules, generate_series(1, 4) WHERE period = 'weekly';
SELECT period, made_until, failures, error FROM almanac.scheduled_reports WHERE period = 'weekly';
-- What is older than it is to be kept goes when the next is made.
UPDATE almanac.report_log SET made = now() - interval '31 days' WHERE period IN ('weekly', 'monthly');
UPDATE almanac.report_schedules SET made_until = '2020-02-01' WHERE period IN ('weekly', 'monthly');
UPDATE almanac.report_schedules SET made_until = 'infinity' WHERE period = 'daily';
SELECT almanac.make_reports('2020-03-17 12:00');
SELECT period, count(*) FROM almanac.reports GROUP BY 1 ORDER BY 1;
-- Those with texts are for who may see texts.
CREATE ROLE almanac_report_reader;
SELECT almanac.create_reader('almanac_report_reader');
SET ROLE almanac_report_reader;
SELECT DISTINCT period, texts, body IS NULL AS hidden FROM almanac.reports ORDER BY 1;
SELECT almanac.schedule_report('daily');
SELECT almanac.make_report(1);
SELECT body FROM almanac.report_log;
RESET ROLE;
DROP OWNED BY almanac_report_reader;
DROP ROLE almanac_report_reader;
SELECT almanac.unschedule_report('daily', 'json');
SELECT almanac.unschedule_report('daily', 'json');
SELECT period FROM almanac.scheduled_reports;

-- Numbers for people.
SELECT string_agg(almanac.report_number(v), '; ') FROM unnest('{0,1,-1,0.5,12.34,999,1234.5,99949,123456,1e6,12345678,1e9}'::float8[]) v;
SELECT string_agg(almanac.report_time(v), '; ') FROM unnest('{0,0.0123,0.5,1.5,12.34,999.4,1500,59999,60000,3600000,86400000,864000000,-1500}'::float8[]) v;
SELECT string_agg(almanac.report_bytes(v), '; ') FROM unnest('{0,1023,1024,1500000,1e9,1e12,1e15,-1e6}'::float8[]) v;
SELECT string_agg(almanac.report_change(v), '; ') FROM unnest('{0,0.0001,0.05,-0.05,0.5,-0.5,2,9.99,10,100}'::float8[]) v;
SELECT string_agg(almanac.report_value(to_jsonb(v), 'share'), '; ') FROM unnest('{0,0.0001,0.05,0.5,1}'::float8[]) v;
DROP EXTENSION pg_almanac;
