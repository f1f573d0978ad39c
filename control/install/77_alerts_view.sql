-- Alerts as people see them, and what they say to them.

CREATE VIEW almanac.alerts AS
	SELECT l.alert_id, 'P' || l.severity AS severity, l.kind, l.area, CASE WHEN l.state = 'firing' AND m.cause IS NOT NULL THEN 'muted' ELSE l.state END AS state, l.title, l.message, l.cause, l.members, l.raised, l.cleared,
		l.last_change, l.times_raised, l.acknowledged, l.acknowledged_by, l.finding_ids, l.evidence, l.first_raised, l.state = 'firing' AND l.quiet_since IS NOT NULL AS quiet, m.until AS muted_until, m.muted_by
	FROM almanac.alert_log l LEFT JOIN almanac.alert_mutes m ON m.cause = l.cause AND m.until > now() AND m.severity <= l.severity
	ORDER BY l.state <> 'firing', l.state = 'firing' AND m.cause IS NOT NULL, CASE WHEN l.state = 'firing' THEN l.severity END, l.last_change DESC, l.alert_id DESC;
COMMENT ON VIEW almanac.alerts IS 'what fires, the most urgent first, then what does but is muted, then what has been cleared, the latest first; one row per cause';

CREATE FUNCTION almanac.acknowledge_alert(id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	alert almanac.alert_log;
BEGIN
	UPDATE almanac.alert_log l SET acknowledged = clock_timestamp(), acknowledged_by = session_user WHERE l.alert_id = acknowledge_alert.id AND l.state = 'firing' RETURNING l.* INTO alert;
	IF alert.alert_id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('no alert %s fires', COALESCE(id::text, 'NULL')), HINT = 'See view almanac.alerts.';
	END IF;
	PERFORM almanac.note_alert_change(alert, 'acknowledged', alert.acknowledged);
END
$$;
COMMENT ON FUNCTION almanac.acknowledge_alert(bigint) IS 'notes that somebody takes care of an alert, until it is cleared and does not come back soon';

CREATE FUNCTION almanac.mute_alert(id bigint, until timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	alert almanac.alert_log;
BEGIN
	SELECT l.* INTO alert FROM almanac.alert_log l WHERE l.alert_id = mute_alert.id;
	IF alert.alert_id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no alert %s', COALESCE(id::text, 'NULL')), HINT = 'See view almanac.alerts.';
	END IF;
	DELETE FROM almanac.alert_mutes m WHERE m.cause = alert.cause OR m.until <= now();
	IF mute_alert.until > now() THEN
		INSERT INTO almanac.alert_mutes AS m VALUES (alert.cause, alert.severity, mute_alert.until, session_user)
			ON CONFLICT ON CONSTRAINT alert_mutes_pkey DO UPDATE SET severity = EXCLUDED.severity, until = EXCLUDED.until, muted_by = EXCLUDED.muted_by;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.mute_alert(bigint, timestamptz) IS
	'leaves an alert, and others of its cause, out of NOTIFY, health and overnight until a time, infinity for ever, unless it becomes more urgent; NULL: no longer';
