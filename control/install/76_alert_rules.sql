-- What raises an alert: levels of what is looked at after each snapshot, and severities of findings.

-- Without what is set. source is the function <source>_signals(timestamptz) that looks.
CREATE VIEW almanac.alert_rule_defaults AS
	SELECT d.name, d.source, d.title, d.raise_at, d.clear_at, d.urgent_at, d.lasting, d.severity, d.unit, d.what, d.ordinal
	FROM (VALUES
		(1, 'recording', 'recording', 'no snapshots', 3::float8, 2::float8, NULL::float8, '0'::interval, 1, 'intervals', 'since the last snapshot, in intervals of at least a minute'),
		(2, 'no_space', 'recording', 'too little space to record', 1, 1, NULL, '0', 0, '0 or 1', 'less is free than pg_almanac.min_free_space'),
		(3, 'source_failing', 'recording', 'part of the recording fails', 1, 1, NULL, '10 min', 1, 'sources', 'sources of samples that could not be read at the last look'),
		(4, 'disk', 'volume', 'volume nearly full', 0.9, 0.87, 0.97, '1 min', 1, 'share', 'of the volume of the data directory, of WAL, or of a tablespace in use'),
		(5, 'connections', 'session', 'connections nearly used up', 0.9, 0.8, 0.98, '1 min', 1, 'share', 'of the connections that are not reserved in use'),
		(6, 'lock_waits', 'session', 'sessions wait for a lock', 60, 10, NULL, '0', 1, 'seconds', 'longest wait for a lock'),
		(7, 'long_transaction', 'session', 'long transaction', 3600, 1800, NULL, '0', 2, 'seconds', 'longest transaction of an application'),
		(8, 'xmin_horizon', 'session', 'vacuum is held back', 1e8, 5e7, 1e9, '0', 1, 'transactions', 'age of the oldest snapshot of a session, slot or prepared transaction'),
		(9, 'transaction_ids', 'database', 'transaction IDs run out', 1e9, 8e8, 1.6e9, '0', 1, 'transactions', 'age of the oldest row of a database; at 2.1 billion the server takes no more writes'),
		(10, 'checksum_failures', 'database', 'data are corrupt', 1, 1, NULL, '0', 0, 'pages', 'with wrong checksums, in a database where one was found in the last day'),
		(11, 'replication_lag', 'replication', 'standby lags behind', 300, 60, NULL, '1 min', 1, 'seconds', 'from flush here to replay on a standby'),
		(12, 'replication_bytes', 'replication', 'standby lags behind', 4294967296, 2147483648, NULL, '5 min', 1, 'bytes', 'WAL that a standby has not replayed'),
		(13, 'slot_retained', 'replication', 'replication slot keeps WAL', 10737418240, 5368709120, NULL, '5 min', 1, 'bytes', 'WAL that is kept for a replication slot'),
		(14, 'archiver_failing', 'replication', 'WAL is not archived', 1, 1, NULL, '5 min', 1, '0 or 1', 'the last attempt to archive failed')
	) AS d (ordinal, name, source, title, raise_at, clear_at, urgent_at, lasting, severity, unit, what);
COMMENT ON VIEW almanac.alert_rule_defaults IS 'rules of alerts as they are if nobody sets them';

-- What holds for a finding of some kind: what is set for it, else for all, else P1 and at once.
CREATE FUNCTION almanac.finding_rule(kind text, OUT severity integer, OUT lasting interval, OUT enabled boolean)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT COALESCE(one.severity, every.severity, 1)::integer, COALESCE(one.lasting, every.lasting, '0'::interval), COALESCE(one.enabled, every.enabled, true)
	FROM (SELECT) x LEFT JOIN almanac.alert_rule_settings one ON one.name = 'finding.' || finding_rule.kind LEFT JOIN almanac.alert_rule_settings every ON every.name = 'finding';
END;
COMMENT ON FUNCTION almanac.finding_rule(text) IS 'from which severity on, and for how long, a kind of finding raises an alert';

CREATE VIEW almanac.alert_rules AS
	SELECT r.name, r.enabled, 'P' || r.severity AS severity, r.raise_at, r.clear_at, r.urgent_at, r.lasting, r.unit, r.what, r.is_default FROM (
		SELECT d.ordinal, d.name, COALESCE(s.enabled, true) AS enabled, COALESCE(s.severity, d.severity) AS severity, COALESCE(s.raise_at, d.raise_at) AS raise_at,
			COALESCE(s.clear_at, d.clear_at) AS clear_at, COALESCE(s.urgent_at, d.urgent_at) AS urgent_at, COALESCE(s.lasting, d.lasting) AS lasting, d.unit, d.what, s.name IS NULL AS is_default
		FROM almanac.alert_rule_defaults d LEFT JOIN almanac.alert_rule_settings s ON s.name = d.name
		UNION ALL
		SELECT 100, 'flapping', COALESCE(s.enabled, true), NULL, COALESCE(s.raise_at, 3), NULL, NULL, COALESCE(s.lasting, '1 hour'), 'times',
			'an alert that comes back within so long goes on; raised so often, it stays until it was quiet for so long', s.name IS NULL
		FROM (SELECT) x LEFT JOIN almanac.alert_rule_settings s ON s.name = 'flapping'
		UNION ALL
		SELECT 101, 'finding', r.enabled, r.severity, NULL, NULL, NULL, r.lasting, NULL, 'findings of this severity or more urgent ones', s.name IS NULL
		FROM almanac.finding_rule('') r LEFT JOIN almanac.alert_rule_settings s ON s.name = 'finding'
		UNION ALL
		SELECT 101 + row_number() OVER (ORDER BY k.kind), 'finding.' || k.kind, r.enabled, r.severity, NULL, NULL, NULL, r.lasting, NULL, k.title, s.name IS NULL
		FROM almanac.finding_kinds k CROSS JOIN LATERAL almanac.finding_rule(k.kind) r LEFT JOIN almanac.alert_rule_settings s ON s.name = 'finding.' || k.kind) r
	ORDER BY r.ordinal;
COMMENT ON VIEW almanac.alert_rules IS 'what raises an alert, from where on and for how long; change it with set_alert_rule()';

CREATE FUNCTION almanac.set_alert_rule(name text, raise_at double precision DEFAULT NULL, clear_at double precision DEFAULT NULL, lasting interval DEFAULT NULL,
		severity text DEFAULT NULL, enabled boolean DEFAULT NULL, urgent_at double precision DEFAULT NULL) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rule record;
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.alert_rules r WHERE r.name = set_alert_rule.name) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('rule %s does not exist', COALESCE(quote_literal(name), 'NULL')), HINT = 'See view almanac.alert_rules.';
	END IF;
	IF severity !~ '^P[0-3]$' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('severity %s does not exist', quote_literal(severity)), HINT = 'Severities are P0, P1, P2 and P3.';
	END IF;
	IF (raise_at IS NOT NULL OR clear_at IS NOT NULL OR urgent_at IS NOT NULL) AND name ~ '^finding' OR (clear_at IS NOT NULL OR urgent_at IS NOT NULL OR severity IS NOT NULL) AND name = 'flapping' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('rule %s has no such level', quote_literal(name)),
			HINT = CASE WHEN name = 'flapping' THEN 'It has raise_at, lasting and enabled.' ELSE 'It has severity, lasting and enabled.' END;
	END IF;
	IF lasting < '0' OR lasting > '30 days' OR name = 'flapping' AND lasting > '1 day' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a rule cannot wait for %s', lasting),
			HINT = format('It can wait for 0 to %s days.', CASE WHEN name = 'flapping' THEN 1 ELSE 30 END);
	END IF;
	INSERT INTO almanac.alert_rule_settings AS s VALUES (set_alert_rule.name, set_alert_rule.raise_at, set_alert_rule.clear_at, set_alert_rule.urgent_at, set_alert_rule.lasting,
			substr(set_alert_rule.severity, 2)::smallint, set_alert_rule.enabled)
		ON CONFLICT ON CONSTRAINT alert_rule_settings_pkey DO UPDATE SET raise_at = COALESCE(EXCLUDED.raise_at, s.raise_at), clear_at = COALESCE(EXCLUDED.clear_at, s.clear_at),
			urgent_at = COALESCE(EXCLUDED.urgent_at, s.urgent_at), lasting = COALESCE(EXCLUDED.lasting, s.lasting), severity = COALESCE(EXCLUDED.severity, s.severity),
			enabled = COALESCE(EXCLUDED.enabled, s.enabled);
	SELECT r.* INTO rule FROM almanac.alert_rules r WHERE r.name = set_alert_rule.name;
	IF (rule.raise_at > 0 AND rule.raise_at < 'infinity' OR rule.raise_at IS NULL) IS NOT TRUE OR rule.clear_at < 0 OR rule.clear_at > rule.raise_at OR rule.urgent_at <= rule.raise_at
			OR rule.name = 'flapping' AND rule.raise_at < 2 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('levels of rule %s are in the wrong order: clear %s, raise %s, urgent %s', quote_literal(name),
				COALESCE(rule.clear_at::text, 'none'), COALESCE(rule.raise_at::text, 'none'), COALESCE(rule.urgent_at::text, 'none')),
			HINT = CASE WHEN name = 'flapping' THEN 'An alert that was raised once or less does not come back.' ELSE 'It is raised above 0, cleared below that level or at it, and urgent beyond it.' END;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.set_alert_rule(text, double precision, double precision, interval, text, boolean, double precision) IS
	'sets levels, time, severity of an alert, or turns it off; what is NULL stays as it is';

CREATE FUNCTION almanac.reset_alert_rule(name text) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM almanac.alert_rule_settings s WHERE s.name = reset_alert_rule.name;
	IF NOT EXISTS (SELECT FROM almanac.alert_rules r WHERE r.name = reset_alert_rule.name) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('rule %s does not exist', COALESCE(quote_literal(name), 'NULL')), HINT = 'See view almanac.alert_rules.';
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.reset_alert_rule(text) IS 'restores the defaults of an alert';
