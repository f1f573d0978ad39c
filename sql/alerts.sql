-- Alerts: rules, levels at their edges, what comes and goes, groups by cause, what is told to whom, and a look back.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac, pg_stat_statements CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
\set SHOW_CONTEXT never
SET timezone = 'UTC';

-- Rules.
SELECT name, enabled, severity, raise_at, clear_at, urgent_at, lasting, unit, what FROM almanac.alert_rules WHERE name !~ '^finding\.';
SELECT count(*) = (SELECT count(*) FROM almanac.finding_kinds) AS every_kind FROM almanac.alert_rules WHERE name ~ '^finding\.';
SELECT to_regprocedure(format('almanac.%s_signals(timestamptz)', d.source)) IS NULL AS missing, count(*) FROM almanac.alert_rule_defaults d GROUP BY 1;
SELECT almanac.set_alert_rule('no such rule', 1);
\echo :SQLSTATE
SELECT almanac.set_alert_rule(NULL, 1);
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', 0.8);
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', 0);
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', 'NaN', 'NaN');
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', 'infinity', 1);
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', clear_at => -1);
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', urgent_at => 0.9);
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', lasting => '-1 min');
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', lasting => '31 days');
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', severity => 'P4');
\echo :SQLSTATE
SELECT almanac.set_alert_rule('finding', raise_at => 1);
\echo :SQLSTATE
SELECT almanac.set_alert_rule('flapping', severity => 'P1');
\echo :SQLSTATE
SELECT almanac.set_alert_rule('flapping', raise_at => 1);
\echo :SQLSTATE
SELECT almanac.reset_alert_rule('no such rule');
\echo :SQLSTATE
SELECT almanac.evaluate_alerts(NULL);
\echo :SQLSTATE
SELECT almanac.evaluate_alerts('infinity');
\echo :SQLSTATE
SELECT count(*) FROM almanac.alert_rule_settings;
SELECT almanac.set_alert_rule('disk', 0.8, 0.5, severity => 'P2');
SELECT almanac.set_alert_rule('disk', lasting => '1 day');
SELECT name, severity, raise_at, clear_at, urgent_at, lasting, is_default FROM almanac.alert_rules WHERE name = 'disk';
SELECT almanac.reset_alert_rule('disk');
SELECT name, severity, raise_at, clear_at, urgent_at, lasting, is_default FROM almanac.alert_rules WHERE name = 'disk';

-- From here on there is one source, of which we say how it stands: in percent, raised at 90, cleared below 80, after 5 minutes.
SELECT almanac.set_alert_rule(name, enabled => false) FROM almanac.alert_rules WHERE name !~ '^(finding|flapping|disk)' \g /dev/null
CREATE TABLE level (key text PRIMARY KEY, cause text NOT NULL, value float8, title text NOT NULL DEFAULT 'a title');
CREATE OR REPLACE FUNCTION almanac.volume_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts LANGUAGE sql AS $$
	SELECT 'disk', l.key, l.cause, 'server', true, NULL::integer, l.value, l.title, l.key || ' is at ' || l.value, NULL::bigint, '{}'::jsonb FROM public.level l
$$;
SELECT almanac.set_alert_rule('disk', 90, 80, '5 min', urgent_at => 97);
CREATE FUNCTION at(clock text, levels jsonb DEFAULT '{}') RETURNS TABLE (alert bigint, severity text, state text, title text, members integer, times integer, quiet boolean, raised text, cleared text) LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO level AS l SELECT e.key, 'disk', e.value::float8 FROM jsonb_each_text(levels) e ON CONFLICT ON CONSTRAINT level_pkey DO UPDATE SET value = EXCLUDED.value;
	PERFORM almanac.evaluate_alerts(('2026-01-05 ' || clock)::timestamptz);
	RETURN QUERY SELECT a.alert_id, a.severity, a.state, a.title, a.members, a.times_raised, a.quiet, to_char(a.raised, 'HH24:MI'), to_char(a.cleared, 'HH24:MI') FROM almanac.alerts a;
END
$$;
SELECT * FROM at('00:00', '{"a": 89.9}');
SELECT count(*) FROM almanac.alert_signals;
SELECT * FROM at('00:01', '{"a": 90}');
SELECT rule, key, state, since FROM almanac.alert_signals;
SELECT * FROM at('00:05:59');
-- Once below, all over again.
SELECT * FROM at('00:06', '{"a": 89}');
SELECT count(*) FROM almanac.alert_signals;
SELECT * FROM at('00:07', '{"a": 91}');
SELECT * FROM at('00:12');
-- Between the levels nothing changes, nor while it is below for less than that.
SELECT * FROM at('00:20', '{"a": 80}');
SELECT * FROM at('00:21', '{"a": 79.9}');
SELECT * FROM at('00:25:59');
SELECT * FROM at('00:26', '{"a": 85}');
SELECT * FROM at('00:27', '{"a": 70}');
-- Another of the same cause is no other alert; more urgent is told, and stays.
SELECT * FROM at('00:28', '{"b": 99}');
SELECT * FROM at('00:33');
SELECT * FROM at('00:34', '{"b": 92}');
SELECT severity, title, message, cause, members, kind, area, raised, last_change, evidence FROM almanac.alerts;
-- One that is gone is below.
DELETE FROM level;
SELECT * FROM at('00:40');
SELECT * FROM at('00:44:59');
SELECT * FROM at('00:45');
SELECT state, count(*) FROM almanac.alert_signals GROUP BY 1;
SELECT "time", event, severity, title, members, minutes FROM almanac.alert_history;

-- What comes back within an hour is the same alert; what was raised three times stays until it was quiet for an hour.
SELECT almanac.set_alert_rule('disk', lasting => '0');
SELECT * FROM at('01:44', '{"a": 95}');
SELECT * FROM at('01:45', '{"a": 50}');
SELECT * FROM at('01:46', '{"a": 95}');
SELECT * FROM at('01:47', '{"a": 50}');
SELECT * FROM at('02:30', '{"a": 95}');
SELECT * FROM at('02:31', '{"a": 50}');
SELECT * FROM at('03:30');
SELECT * FROM at('03:31');
-- Later it is another one.
SELECT * FROM at('04:31', '{"a": 95}');
SELECT almanac.acknowledge_alert(max(alert_id)) FROM almanac.alerts;
SELECT acknowledged IS NOT NULL AS acknowledged, acknowledged_by = session_user AS by_me FROM almanac.alerts LIMIT 1;
-- Without damping it goes at once; turned off, too.
SELECT almanac.set_alert_rule('flapping', 2);
SELECT * FROM at('04:32', '{"a": 50}');
SELECT * FROM at('04:33', '{"a": 95}') LIMIT 1;
SELECT * FROM at('04:34', '{"a": 50}') LIMIT 1;
SELECT almanac.set_alert_rule('flapping', enabled => false);
SELECT * FROM at('04:35') LIMIT 1;
SELECT almanac.reset_alert_rule('flapping');
SELECT * FROM at('06:00', '{"a": 95}') LIMIT 1;
SELECT almanac.set_alert_rule('disk', lasting => '1 h', enabled => false);
SELECT * FROM at('06:01') LIMIT 1;
SELECT almanac.acknowledge_alert(max(alert_id)) FROM almanac.alerts;
\echo :SQLSTATE
SELECT almanac.acknowledge_alert(NULL);
\echo :SQLSTATE

-- The clock goes back: what had begun later begins now, and is not told of twice.
SELECT almanac.set_alert_rule('disk', lasting => '5 min', enabled => true);
SELECT * FROM at('12:00', '{"a": 95}') LIMIT 1;
SELECT * FROM at('10:00') LIMIT 1;
SELECT since FROM almanac.alert_signals;
SELECT * FROM at('10:05') LIMIT 1;
SELECT * FROM at('08:00', '{"a": 1}') LIMIT 1;
SELECT * FROM at('08:05') LIMIT 1;

-- Findings: P0 and P1, muted ones not, of a kind and database together; what a long transaction holds back is told with it.
DELETE FROM level;
INSERT INTO almanac.finding_log (kind, dbid, key, state, severity, schemaname, relname, object, message, effort, evidence, first_seen, opened, last_seen)
	SELECT 'autovacuum_off', d.oid, 'public.t' || g, 'open', CASE g WHEN 1 THEN 0 WHEN 5 THEN 2 ELSE 1 END, 'public', 't' || g, 't' || g, 'autovacuum is off for table t' || g, 'low', '{}', now(), now(), now()
	FROM generate_series(1, 5) g, pg_database d WHERE d.datname = current_database();
INSERT INTO almanac.finding_log (kind, dbid, key, state, severity, object, message, effort, evidence, first_seen, opened, last_seen)
	VALUES ('idle_in_transaction', 0, 'shop/app/batch', 'open', 1, 'batch', 'a session of role app is idle in a transaction', 'low', '{"holds_snapshot": true}', now(), now(), now());
INSERT INTO almanac.finding_log (kind, dbid, key, state, severity, object, message, effort, evidence, first_seen, opened, last_seen)
	SELECT 'table_vacuum_late', 0, 'public.v' || g, 'open', 3, 'v' || g, 'table has dead rows', 'low', '{"oldest_snapshot_age": 2000000}', now(), now(), now() FROM generate_series(1, 50) g;
SELECT * FROM at('20:00') WHERE state = 'firing';
SELECT * FROM at('20:01') WHERE state = 'firing';
SELECT a.severity, a.kind, a.area, replace(a.title, current_database(), 'here') AS title, a.message, replace(a.cause, current_database(), 'here') AS cause, a.members, cardinality(a.finding_ids) AS findings
	FROM almanac.alerts a WHERE a.state = 'firing';
SELECT almanac.mute_finding(finding_id, 'infinity') FROM almanac.finding_log WHERE key = 'public.t1';
SELECT almanac.set_alert_rule('finding.idle_in_transaction', enabled => false);
SELECT * FROM at('20:02') WHERE cleared IS NULL OR cleared = '20:02';
SELECT almanac.set_alert_rule('finding', severity => 'P3', lasting => '1 h');
SELECT almanac.set_alert_rule('finding.table_vacuum_late', lasting => '0');
SELECT * FROM at('20:03') WHERE state = 'firing';
UPDATE almanac.finding_log SET state = 'resolved', ended = now();
SELECT * FROM at('20:04') WHERE state = 'firing';
SELECT * FROM at('21:04') WHERE state = 'firing';

-- A source that fails takes no other with it, and what it had said stays; health tells.
SELECT * FROM at('22:00', '{"a": 95}') WHERE state = 'firing';
SELECT * FROM at('22:05') WHERE state = 'firing';
CREATE OR REPLACE FUNCTION almanac.volume_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts LANGUAGE sql AS $$ SELECT (a.*)::almanac.alert_drafts FROM almanac.alert_drafts a WHERE 1 / length('') = 1 $$;
SELECT * FROM at('22:30') WHERE state = 'firing';
SELECT source, error FROM almanac.alert_failures;
SELECT reason LIKE '%alerts do not work: volume: division by zero%' AS told FROM almanac.health WHERE area = 'recording';
SELECT status, reason FROM almanac.health WHERE area = 'alerts';
CREATE OR REPLACE FUNCTION almanac.volume_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts LANGUAGE sql AS $$
	SELECT 'disk', l.key, l.cause, 'server', true, NULL::integer, l.value, l.title, l.title || l.title, NULL::bigint, '{}'::jsonb FROM public.level l
$$;
SELECT * FROM at('22:31') WHERE state = 'firing';
SELECT count(*) FROM almanac.alert_failures;

-- Nobody is told while the queue of NOTIFY is filling up; then what is still news.
SELECT almanac.set_alert_rule('disk', lasting => '0');
DELETE FROM level;
SELECT almanac.judge_signals('2026-01-05 23:30'), almanac.judge_alerts('2026-01-05 23:30');
SELECT almanac.notify_alerts(-1);
SELECT source, error FROM almanac.alert_failures;
SELECT event FROM almanac.untold_alerts;
SELECT almanac.notify_alerts();
SELECT count(*) FROM almanac.alert_failures;
INSERT INTO level VALUES ('quick', 'disk', 95);
SELECT almanac.judge_signals('2026-01-05 23:40'), almanac.judge_alerts('2026-01-05 23:40'), almanac.notify_alerts(-1);
DELETE FROM level;
SELECT almanac.judge_signals('2026-01-05 23:41'), almanac.judge_alerts('2026-01-05 23:41'), almanac.notify_alerts();

-- Muted: nobody is told that it was raised, or has more members, nor does it count; that it is over is told to who knew, and that it became more urgent to everybody.
SELECT almanac.mute_alert(-1, 'infinity');
\echo :SQLSTATE
SELECT almanac.mute_alert(NULL, 'infinity');
\echo :SQLSTATE
CREATE FUNCTION told(clock text, value float8) RETURNS TABLE (state text, severity text, muted_until timestamptz, by_me boolean, quiet boolean, untold text, firing integer, health text) LANGUAGE plpgsql AS $$
DECLARE
	before text;
BEGIN
	DELETE FROM level;
	INSERT INTO level SELECT 'x' || g, 'known trouble', told.value FROM generate_series(1, CASE WHEN told.value = 96 THEN 5 ELSE 1 END) g;
	PERFORM almanac.judge_signals(('2026-01-05 ' || clock)::timestamptz), almanac.judge_alerts(('2026-01-05 ' || clock)::timestamptz);
	before := (SELECT string_agg(u.event, ' ') FROM almanac.untold_alerts u);
	RETURN QUERY SELECT a.state, a.severity, a.muted_until, a.muted_by = session_user, a.quiet, before, almanac.evaluate_alerts(('2026-01-05 ' || clock)::timestamptz), (SELECT h.status || ' ' || h.reason FROM almanac.health h WHERE h.area = 'alerts')
		FROM almanac.alerts a WHERE a.cause = 'known trouble';
END
$$;
SELECT * FROM told('23:42', 91);
SELECT almanac.mute_alert(alert_id, 'infinity') FROM almanac.alerts WHERE cause = 'known trouble';
SELECT * FROM told('23:43', 92);
SELECT * FROM told('23:44', 96);
SELECT * FROM told('23:45', 50);
SELECT * FROM told('23:46', 91);
SELECT "time", kind, what FROM almanac.overnight('2026-01-05 23:42') WHERE kind ~ '^alert' AND "time" < '2026-01-06';
SELECT "time", event, muted FROM almanac.alert_history WHERE cause = 'known trouble';
SELECT * FROM told('23:47', 98);
SELECT almanac.mute_alert(alert_id, now() + '1 hour') FROM almanac.alerts WHERE cause = 'known trouble';
SELECT state, severity, muted_until > now() AS for_an_hour FROM almanac.alerts WHERE cause = 'known trouble';
SELECT almanac.mute_alert(alert_id, now() - '1 hour'::interval) FROM almanac.alerts WHERE cause = 'known trouble';
SELECT state, severity, muted_until, muted_by FROM almanac.alerts WHERE cause = 'known trouble';
SELECT almanac.set_alert_rule('flapping', enabled => false);
SELECT * FROM told('23:48', 50);
-- What is raised anew is another alert, of the same cause: as muted as the one before, and told of when it no longer is.
SELECT almanac.mute_alert(alert_id, 'infinity') FROM almanac.alerts WHERE cause = 'known trouble' AND state = 'cleared';
SELECT * FROM told('23:49', 91);
SELECT almanac.mute_alert(alert_id, NULL) FROM almanac.alerts WHERE cause = 'known trouble' AND state = 'muted';
SELECT count(*) FROM almanac.alert_mutes;
SELECT * FROM told('23:50', 91);
SELECT * FROM told('23:51', 50);
SELECT almanac.reset_alert_rule('flapping');
DELETE FROM level;

-- Names of every sort: always JSON, always below 8000 bytes, cut between characters.
INSERT INTO level SELECT 'hostile' || g, repeat(c, n), 99, repeat(c, n) FROM (VALUES (1, chr(128512), 63), (2, chr(128512), 4000), (3, chr(1), 4000), (4, '"', 4000), (5, '\', 4000), (6, '</script>''%s', 500), (7, E'\n', 4000), (8, chr(8364) || 'a', 1500)) AS x (g, c, n);
SELECT almanac.judge_signals('2026-01-06 00:00'), almanac.judge_alerts('2026-01-06 00:00');
SELECT s.key, octet_length(j.payload) < 8000 AS fits, j.payload::json ->> 'severity' AS severity, (j.payload::json ->> 'truncated')::boolean AS truncated, starts_with(l.title, j.payload::jsonb ->> 'title') AS begins,
		length(j.payload::jsonb ->> 'title') AS title, length(j.payload::jsonb ->> 'message') AS message, (SELECT string_agg(k, ' ') FROM json_object_keys(j.payload::json) k) AS keys
	FROM almanac.alert_log l JOIN almanac.alert_signals s ON s.cause = l.cause CROSS JOIN LATERAL (SELECT almanac.alert_json(l, 'raised') AS payload) j WHERE l.state = 'firing' ORDER BY s.key;
SELECT almanac.notify_alerts();

-- The look back.
SELECT * FROM almanac.alert_noise;
SELECT * FROM almanac.overnight('2026-01-05 22:00') WHERE "time" < '2026-01-06';
SELECT almanac.mark('release 7', 'deployment', '2026-01-05 22:10');
INSERT INTO almanac.event_log ("time", kind, label, source) VALUES ('2026-01-05 22:20', 'crash', 'the server crashed', 'recorder'), ('2026-01-05 22:21', 'autovacuum', 'of no interest', 'recorder');
INSERT INTO almanac.changes (stream, series_id, metric, worse, status, minor, worth, part_id, incident_id, started, earliest, latest, ended, value_before, value_after, seconds_per_day, step, analyzed_from, analyzed_until,
		first_found, last_found)
	VALUES ('system', 1, 'wal_bytes_per_hour', true, 'resolved', false, 5, 1, 1, '2026-01-05 22:30', '2026-01-05 22:30', '2026-01-05 22:30', '2026-01-05 22:50', 1000, 3000, NULL, '1 hour', now(), now(), now(), now());
SELECT "time", kind, severity, what FROM almanac.overnight('2026-01-05 22:00') WHERE kind !~ 'alert';
SELECT almanac.overnight_summary('2026-01-05 22:00');
-- History is kept for 400 days.
SELECT count(*) > 5 AS many FROM almanac.alerts WHERE state = 'cleared';
DELETE FROM level;
UPDATE almanac.age SET settled = '2027-06-01';
SELECT almanac.judge_signals('2027-06-01'), almanac.judge_alerts('2027-06-01');
SELECT count(*), min(cleared) FROM almanac.alerts;

-- pg_monitor reads; the owner does.
CREATE ROLE regress_almanac_reader IN ROLE pg_monitor;
CREATE ROLE regress_almanac_nobody;
SET ROLE regress_almanac_reader;
SELECT count(*) >= 0 AS ok FROM almanac.alerts;
SELECT count(*) > 0 AS ok FROM almanac.alert_rules;
SELECT count(*) >= 0 AS ok FROM almanac.alert_history;
SELECT count(*) >= 0 AS ok FROM almanac.alert_noise;
SELECT count(*) >= 0 AS ok FROM almanac.overnight();
SELECT count(*) > 0 AS ok FROM almanac.health;
SELECT almanac.evaluate_alerts();
\echo :SQLSTATE
SELECT almanac.acknowledge_alert(1);
\echo :SQLSTATE
SELECT almanac.mute_alert(1, 'infinity');
\echo :SQLSTATE
SELECT almanac.set_alert_rule('disk', 1);
\echo :SQLSTATE
SET ROLE regress_almanac_nobody;
SELECT count(*) FROM almanac.alerts;
\echo :SQLSTATE
RESET ROLE;
DROP ROLE regress_almanac_reader, regress_almanac_nobody;
DROP TABLE level CASCADE;
DROP FUNCTION at, told;
