-- Telling of alerts: NOTIFY almanac_alerts with JSON. What was told is noted, so that nothing is lost while it cannot be, and nothing told twice.

-- Below the 8,000 bytes that NOTIFY takes, whatever names are in it: texts are shortened, by characters.
CREATE FUNCTION almanac.alert_json(alert almanac.alert_log, event text) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	length integer;
	payload text;
BEGIN
	FOREACH length IN ARRAY '{2000,1000,400,150,60,20}'::integer[] LOOP
		payload := json_build_object('version', 1, 'event', event, 'alert_id', alert.alert_id, 'severity', 'P' || alert.severity, 'kind', alert.kind, 'area', alert.area,
			'title', left(alert.title, least(length, 300)), 'message', left(alert.message, length), 'cause', left(alert.cause, least(length, 300)), 'members', alert.members,
			'times_raised', alert.times_raised, 'at', to_char((CASE event WHEN 'raised' THEN alert.raised WHEN 'cleared' THEN alert.cleared ELSE alert.last_change END) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
			'server', left(COALESCE(NULLIF(current_setting('cluster_name'), ''), (SELECT s.system_identifier::text FROM almanac.servers s WHERE s.server_id = 0)), 63),
			'truncated', length(alert.message) > length OR length(alert.title) > least(length, 300) OR length(alert.cause) > least(length, 300));
		EXIT WHEN octet_length(payload) < 7900;
	END LOOP;
	RETURN payload;
END
$$;
COMMENT ON FUNCTION almanac.alert_json(almanac.alert_log, text) IS 'an alert as NOTIFY almanac_alerts tells of it';

-- What listeners do not know yet. What was raised and cleared before they could be told is nothing to them; of what is muted they are told that it is over, if they know of it.
CREATE VIEW almanac.untold_alerts AS
	SELECT l.alert_id, CASE WHEN l.state = 'cleared' THEN 'cleared' WHEN l.told IS DISTINCT FROM 'raised' THEN 'raised' ELSE 'changed' END AS event
	FROM almanac.alert_log l
	WHERE (l.state = 'firing' OR l.told = 'raised') AND (l.state = 'cleared' OR l.told IS DISTINCT FROM 'raised' OR l.severity <> l.told_severity OR l.members >= 2 * l.told_members)
		AND (l.state = 'cleared' OR NOT EXISTS (SELECT FROM almanac.alert_mutes m WHERE m.cause = l.cause AND m.until > pg_catalog.now() AND m.severity <= l.severity));
COMMENT ON VIEW almanac.untold_alerts IS 'alerts of which nobody has been notified yet';

CREATE FUNCTION almanac.notify_alerts(most_used double precision DEFAULT 0.5) RETURNS integer
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	alert almanac.alert_log;
	one record;
	told integer := 0;
BEGIN
	FOR one IN SELECT u.* FROM almanac.untold_alerts u ORDER BY u.alert_id LIMIT 200 LOOP
		-- A full queue would fail this transaction, and everybody else's that notifies.
		IF pg_notification_queue_usage() > most_used THEN
			IF NOT EXISTS (SELECT FROM almanac.alert_failures f WHERE f.source = 'notify') THEN
				RAISE LOG USING ERRCODE = 'program_limit_exceeded', MESSAGE = 'pg_almanac does not notify of alerts: the queue of NOTIFY is filling up',
					HINT = 'A session that listens is in a transaction for very long. Listeners will be told when the queue has been read.';
				INSERT INTO almanac.alert_failures VALUES ('notify', clock_timestamp(), 'the queue of NOTIFY is filling up');
			END IF;
			RETURN told;
		END IF;
		SELECT l.* INTO alert FROM almanac.alert_log l WHERE l.alert_id = one.alert_id;
		PERFORM pg_notify('almanac_alerts', almanac.alert_json(alert, one.event));
		UPDATE almanac.alert_log l SET told = CASE WHEN one.event = 'cleared' THEN 'cleared' ELSE 'raised' END, told_severity = l.severity, told_members = l.members WHERE l.alert_id = one.alert_id;
		told := told + 1;
	END LOOP;
	IF told > 0 THEN
		DELETE FROM almanac.alert_failures f WHERE f.source = 'notify';
	END IF;
	RETURN told;
END
$$;
COMMENT ON FUNCTION almanac.notify_alerts(double precision) IS 'notifies of alerts of which nobody has been notified yet, unless more than this share of the queue of NOTIFY is in use, and returns how many';

-- The worker's: whether somebody is to be notified. It waits for nobody who evaluates alerts by hand.
CREATE FUNCTION almanac.alert_tick() RETURNS boolean
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
	BEGIN
		LOCK TABLE almanac.alert_signals IN SHARE ROW EXCLUSIVE MODE NOWAIT;
	EXCEPTION WHEN lock_not_available THEN
		RETURN false;
	END;
	PERFORM almanac.judge_signals(now());
	PERFORM almanac.judge_alerts(now());
	RETURN EXISTS (SELECT FROM almanac.untold_alerts);
END
$$;
COMMENT ON FUNCTION almanac.alert_tick() IS 'evaluates alerts for the worker, and returns whether somebody is to be notified';

CREATE FUNCTION almanac.evaluate_alerts(at timestamptz DEFAULT now()) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
	IF isfinite(at) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'time to evaluate alerts at must be finite';
	END IF;
	LOCK TABLE almanac.alert_signals IN SHARE ROW EXCLUSIVE MODE;
	PERFORM almanac.judge_signals(evaluate_alerts.at);
	PERFORM almanac.judge_alerts(evaluate_alerts.at);
	PERFORM almanac.notify_alerts();
	RETURN (SELECT count(*) FROM almanac.alerts a WHERE a.state = 'firing');
END
$$;
COMMENT ON FUNCTION almanac.evaluate_alerts(timestamptz) IS 'raises and clears alerts now, notifies of them, and returns how many fire; the worker does it after each snapshot';
