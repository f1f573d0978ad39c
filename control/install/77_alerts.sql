-- The life of alerts. A signal is what is beyond the level of its rule:
--
--            over                over for `lasting`               under                 under for `lasting`
--   (none) --------> rising ------------------------> firing ------------> falling ------------------------> (none)
--                      | not over: (none)                ^   not under        |
--                                                        +--------------------+
--   over: at raise_at or beyond; under: below clear_at, gone, or turned off. Between the two nothing changes.
--
-- An alert fires while a signal of its cause that raises fires or falls. One that comes back within the window of flapping goes on in its row; one
-- that has come back too often is cleared only after it was quiet for that window. All of it is in tables, so that nothing is forgotten or told twice
-- after a restart. Where the clock went back, what had begun later has begun now.

-- How it stands with everything; a source that fails is left out and noted, and what it had said stays.
CREATE FUNCTION almanac.current_signals(at timestamptz, OUT signals almanac.alert_drafts[], OUT failed text[])
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	source text;
	part almanac.alert_drafts[];
BEGIN
	signals := '{}';
	failed := '{}';
	FOREACH source IN ARRAY '{recording,volume,session,database,replication,finding}'::text[] LOOP
		BEGIN
			-- Each a statement of its own, so that its plan is kept.
			IF source = 'recording' THEN part := ARRAY(SELECT s FROM almanac.recording_signals(at) s);
			ELSIF source = 'volume' THEN part := ARRAY(SELECT s FROM almanac.volume_signals(at) s);
			ELSIF source = 'session' THEN part := ARRAY(SELECT s FROM almanac.session_signals(at) s);
			ELSIF source = 'database' THEN part := ARRAY(SELECT s FROM almanac.database_signals(at) s);
			ELSIF source = 'replication' THEN part := ARRAY(SELECT s FROM almanac.replication_signals(at) s);
			ELSE part := ARRAY(SELECT s FROM almanac.finding_signals(at) s);
			END IF;
			signals := signals || part;
		EXCEPTION WHEN OTHERS THEN
			failed := failed || source;
			INSERT INTO almanac.alert_failures AS f VALUES (source, at, SQLERRM)
				ON CONFLICT ON CONSTRAINT alert_failures_pkey DO UPDATE SET "time" = EXCLUDED."time", error = EXCLUDED.error WHERE f.error <> EXCLUDED.error;
		END;
	END LOOP;
	DELETE FROM almanac.alert_failures f WHERE f.source <> 'notify' AND NOT f.source = ANY (failed);
END
$$;
COMMENT ON FUNCTION almanac.current_signals(timestamptz) IS 'how it stands with everything that has a rule, and the sources that could not be looked at';

CREATE FUNCTION almanac.judge_signals(at timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	now_seen record;
	one record;
	next text;
	began timestamptz;
BEGIN
	SELECT * INTO now_seen FROM almanac.current_signals(at);
	FOR one IN
		WITH level AS (
			SELECT d.name, d.source, COALESCE(s.enabled, true) AS enabled, COALESCE(s.severity, d.severity) AS severity, COALESCE(s.raise_at, d.raise_at) AS raise_at, COALESCE(s.clear_at, d.clear_at) AS clear_at,
				COALESCE(s.urgent_at, d.urgent_at) AS urgent_at, COALESCE(s.lasting, d.lasting) AS lasting
			FROM almanac.alert_rule_defaults d LEFT JOIN almanac.alert_rule_settings s ON s.name = d.name
		), compared AS (
			SELECT COALESCE(n.rule, o.rule) AS rule, COALESCE(n.key, o.key) AS key, n.value, n.cause, n.area, n.raises, n.title, n.message, n.finding_id, n.evidence,
				o.rule IS NOT NULL AS known, o.state, o.since, o.cause AS old_cause, o.severity AS old_severity, o.value AS old_value, o.message AS old_message, o.raises AS old_raises,
				COALESCE(l.source, 'finding') AS source, COALESCE(n.severity, CASE WHEN n.value >= l.urgent_at THEN 0 ELSE l.severity END) AS severity, l.urgent_at IS NOT NULL AS sticky,
				COALESCE(l.enabled AND n.value >= l.raise_at, l.name IS NULL AND n.rule IS NOT NULL) AS over, COALESCE(NOT l.enabled OR n.value < l.clear_at, n.rule IS NULL) AS under,
				CASE WHEN NOT l.enabled THEN '0' ELSE COALESCE(l.lasting, f.lasting, e.lasting, '0') END AS lasting
			FROM unnest(now_seen.signals) n FULL JOIN almanac.alert_signals o ON o.rule = n.rule AND o.key = n.key
			LEFT JOIN level l ON l.name = COALESCE(n.rule, o.rule)
			LEFT JOIN almanac.alert_rule_settings f ON l.name IS NULL AND f.name = COALESCE(n.rule, o.rule)
			LEFT JOIN almanac.alert_rule_settings e ON l.name IS NULL AND e.name = 'finding'
		)
		SELECT * FROM compared c WHERE (c.known OR c.over) AND NOT c.source = ANY (now_seen.failed) ORDER BY c.rule, c.key
	LOOP
		began := least(one.since, at);
		next := CASE
			WHEN NOT one.known AND one.lasting > '0' THEN 'rising'
			WHEN NOT one.known THEN 'firing'
			WHEN one.state = 'rising' AND NOT one.over THEN NULL
			WHEN one.state = 'rising' AND at - began < one.lasting THEN 'rising'
			WHEN one.state = 'rising' OR NOT one.under THEN 'firing'
			WHEN one.lasting = '0' THEN NULL
			WHEN one.state = 'firing' THEN 'falling'
			WHEN at - began < one.lasting THEN 'falling' END;
		IF next IS NULL THEN
			DELETE FROM almanac.alert_signals s WHERE s.rule = one.rule AND s.key = one.key;
		ELSIF NOT one.known THEN
			INSERT INTO almanac.alert_signals VALUES (one.rule, one.key, next, at, one.cause, one.area, one.raises, one.severity, one.value, one.title, one.message, one.finding_id, one.evidence)
				ON CONFLICT DO NOTHING;
		ELSIF one.title IS NULL THEN  -- gone, and falls
			UPDATE almanac.alert_signals s SET state = next, since = CASE WHEN next = one.state THEN began ELSE at END
				WHERE s.rule = one.rule AND s.key = one.key AND (one.state <> next OR one.since <> began);
		ELSIF next <> one.state OR began <> one.since OR one.raises <> one.old_raises OR one.severity < one.old_severity OR one.severity > one.old_severity AND NOT one.sticky
				OR one.finding_id IS NOT NULL AND one.message <> one.old_message OR abs(one.value - one.old_value) > 0.05 * abs(one.old_value) OR one.state = 'rising' AND one.cause <> one.old_cause THEN
			-- Urgent stays urgent, and the cause what it was when it fired.
			UPDATE almanac.alert_signals s SET state = next, since = CASE WHEN next = one.state THEN began ELSE at END, raises = one.raises,
					severity = CASE WHEN one.sticky AND one.state <> 'rising' THEN least(one.severity, one.old_severity) ELSE one.severity END,
					cause = CASE WHEN one.state = 'rising' THEN one.cause ELSE s.cause END, value = one.value, title = one.title, message = one.message, finding_id = one.finding_id, evidence = one.evidence
				WHERE s.rule = one.rule AND s.key = one.key;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.judge_signals(timestamptz) IS 'notes what went beyond the levels of rules, and what came back';

CREATE FUNCTION almanac.note_alert_change(alert almanac.alert_log, event text, at timestamptz, minutes double precision DEFAULT NULL) RETURNS void
	LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	INSERT INTO almanac.alert_changes VALUES (note_alert_change.alert.alert_id, note_alert_change.at, note_alert_change.event, note_alert_change.alert.severity, note_alert_change.alert.members,
		note_alert_change.alert.title, note_alert_change.minutes);
END;
COMMENT ON FUNCTION almanac.note_alert_change(almanac.alert_log, text, timestamptz, double precision) IS 'notes when an alert was raised, cleared, changed or acknowledged';

-- Raises and clears alerts by what signals there are.
CREATE FUNCTION almanac.judge_alerts(at timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	flapping record;
	one record;
	alert almanac.alert_log;
	former bigint;
	anything boolean := false;
BEGIN
	FOR one IN
		WITH grouped AS (
			SELECT s.cause, count(*)::integer AS members, min(s.severity) FILTER (WHERE s.raises) AS severity,
				(array_agg(s ORDER BY NOT s.raises, s.severity, s.finding_id IS NOT NULL, s.rule, s.key))[1] AS lead,
				COALESCE(array_agg(s.finding_id ORDER BY s.finding_id) FILTER (WHERE s.finding_id IS NOT NULL), '{}') AS finding_ids,
				array_agg(s.title ORDER BY NOT s.raises, s.severity, s.finding_id IS NOT NULL, s.rule, s.key) AS titles, count(DISTINCT s.rule) = 1 AS alike
			FROM almanac.alert_signals s WHERE s.state <> 'rising' GROUP BY s.cause HAVING bool_or(s.raises)
		)
		SELECT g.cause, a.alert_id, g.members, g.severity::smallint AS severity, (g.lead).area AS area, regexp_replace((g.lead).rule, '^finding\.', '') AS kind, g.finding_ids,
			(g.lead).title || CASE WHEN g.members > 1 AND g.alike THEN format(' and %s more', g.members - 1) ELSE '' END AS title,
			(g.lead).message || CASE WHEN g.members > 1 THEN '; also: ' || array_to_string(g.titles[2:4], '; ') || CASE WHEN g.members > 4 THEN format('; and %s more', g.members - 4) ELSE '' END ELSE '' END AS message,
			(g.lead).evidence || CASE WHEN g.members > 1 THEN jsonb_build_object('members', to_jsonb(g.titles[1:20])) ELSE '{}' END AS evidence
		FROM grouped g FULL JOIN (SELECT * FROM almanac.alert_log l WHERE l.state = 'firing') a ON a.cause = g.cause
		WHERE a.alert_id IS NULL OR g.cause IS NULL OR (a.severity, a.members, a.quiet_since) IS DISTINCT FROM (g.severity, g.members, NULL::timestamptz) OR a.finding_ids <> g.finding_ids
			OR left(a.message, length((g.lead).message)) <> (g.lead).message
		ORDER BY g.severity, g.cause, a.alert_id
	LOOP
		IF flapping IS NULL THEN
			SELECT COALESCE(s.enabled, true) AS enabled, COALESCE(s.raise_at, 3) AS times, COALESCE(s.lasting, '1 hour') AS lasting INTO flapping
				FROM (SELECT) x LEFT JOIN almanac.alert_rule_settings s ON s.name = 'flapping';
		END IF;
		anything := true;
		SELECT l.* INTO alert FROM almanac.alert_log l WHERE l.alert_id = one.alert_id;
		IF one.cause IS NULL THEN
			IF flapping.enabled AND alert.times_raised >= flapping.times AND at - least(COALESCE(alert.quiet_since, at), at) < flapping.lasting
					AND NOT EXISTS (SELECT FROM almanac.alert_rule_settings s WHERE s.name IN ('finding', 'finding.' || alert.kind, alert.kind) AND NOT s.enabled)
					AND NOT EXISTS (SELECT FROM almanac.finding_log f WHERE f.finding_id = ANY (alert.finding_ids) AND f.muted_until > at) THEN
				UPDATE almanac.alert_log l SET quiet_since = least(COALESCE(l.quiet_since, at), at) WHERE l.alert_id = alert.alert_id AND l.quiet_since IS DISTINCT FROM least(COALESCE(l.quiet_since, at), at);
			ELSE
				UPDATE almanac.alert_log l SET state = 'cleared', cleared = greatest(at, l.raised), last_change = greatest(at, l.raised), quiet_since = NULL WHERE l.alert_id = alert.alert_id;
				PERFORM almanac.note_alert_change(alert, 'cleared', at, greatest(extract(epoch FROM COALESCE(alert.quiet_since, at) - alert.raised), 0)::float8 / 60);
			END IF;
		ELSIF one.alert_id IS NOT NULL THEN
			UPDATE almanac.alert_log l SET severity = one.severity, kind = one.kind, area = one.area, title = one.title, message = one.message, members = one.members, finding_ids = one.finding_ids,
					evidence = one.evidence, quiet_since = NULL, times_raised = l.times_raised + (l.quiet_since IS NOT NULL)::integer,
					last_change = CASE WHEN (l.severity, l.members) = (one.severity, one.members) THEN l.last_change ELSE at END
				WHERE l.alert_id = alert.alert_id RETURNING l.* INTO alert;
			IF alert.severity <> alert.told_severity THEN
				PERFORM almanac.note_alert_change(alert, 'changed', at);
			END IF;
		ELSE
			former := NULL;
			IF flapping.enabled THEN
				SELECT l.alert_id INTO former FROM almanac.alert_log l WHERE l.cause = one.cause AND l.cleared > at - flapping.lasting ORDER BY l.cleared DESC LIMIT 1;
			END IF;
			IF former IS NOT NULL THEN
				UPDATE almanac.alert_log l SET state = 'firing', severity = one.severity, kind = one.kind, area = one.area, title = one.title, message = one.message, members = one.members,
						raised = at, cleared = NULL, last_change = at, times_raised = l.times_raised + 1, finding_ids = one.finding_ids, evidence = one.evidence
					WHERE l.alert_id = former RETURNING l.* INTO alert;
			ELSE
				INSERT INTO almanac.alert_log AS l (cause, kind, area, state, severity, title, message, members, first_raised, raised, last_change, finding_ids, evidence)
					VALUES (one.cause, one.kind, one.area, 'firing', one.severity, one.title, one.message, one.members, at, at, at, one.finding_ids, one.evidence) RETURNING l.* INTO alert;
			END IF;
			PERFORM almanac.note_alert_change(alert, 'raised', at);
		END IF;
	END LOOP;
	IF anything THEN
		DELETE FROM almanac.alert_log l WHERE l.cleared < least(at, (SELECT a.settled FROM almanac.age a)) - '400 days'::interval;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.judge_alerts(timestamptz) IS 'raises, changes and clears alerts by what signals there are';
