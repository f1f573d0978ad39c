-- Looking back: how noisy alerts are, and what happened since yesterday evening.

CREATE VIEW almanac.alert_history AS
	SELECT c."time", c.event, 'P' || c.severity AS severity, l.kind, c.title, c.members, c.minutes, l.cause, l.area, c.alert_id, l.acknowledged_by, m.cause IS NOT NULL AS muted
	FROM almanac.alert_changes c JOIN almanac.alert_log l ON l.alert_id = c.alert_id
	LEFT JOIN almanac.alert_mutes m ON m.cause = l.cause AND m.until > pg_catalog.now() AND m.severity <= c.severity
	ORDER BY c."time" DESC, c.alert_id DESC;
COMMENT ON VIEW almanac.alert_history IS 'when alerts were raised, cleared, acknowledged, or changed their severity; the latest first';

CREATE VIEW almanac.alert_noise AS
	WITH counted AS (
		SELECT date_trunc('week', c."time", 'UTC') AS week, c.event, c.minutes, l.cause, l.kind, l.alert_id, l.acknowledged IS NOT NULL AS acknowledged
		FROM almanac.alert_changes c JOIN almanac.alert_log l ON l.alert_id = c.alert_id
	), cause AS (
		SELECT c.week, c.cause, c.kind, count(*) AS raised FROM counted c WHERE c.event = 'raised' GROUP BY 1, 2, 3
	)
	SELECT c.week, count(*) FILTER (WHERE c.event = 'raised') AS raised, count(*) FILTER (WHERE c.event = 'cleared') AS cleared,
		count(DISTINCT c.alert_id) FILTER (WHERE c.event = 'raised' AND c.acknowledged) AS acknowledged,
		count(DISTINCT c.alert_id) FILTER (WHERE c.event = 'raised' AND c.acknowledged)::float8 / NULLIF(count(DISTINCT c.alert_id) FILTER (WHERE c.event = 'raised'), 0) AS acknowledged_share,
		(SELECT count(*) FROM cause o WHERE o.week = c.week AND o.raised >= 3) AS flapping,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY c.minutes) FILTER (WHERE c.event = 'cleared') AS median_minutes,
		count(*) FILTER (WHERE c.event = 'cleared' AND c.minutes < 5) AS short,
		count(DISTINCT c.alert_id) FILTER (WHERE c.event = 'raised') AS alerts,
		(SELECT o.kind || ': ' || sum(o.raised) FROM cause o WHERE o.week = c.week GROUP BY o.kind ORDER BY sum(o.raised) DESC, o.kind LIMIT 1) AS noisiest
	FROM counted c WHERE c.event <> 'acknowledged' GROUP BY c.week ORDER BY c.week DESC;
COMMENT ON VIEW almanac.alert_noise IS 'how many alerts there were in each week, who cared, and which came and went';

-- Begin of last night: yesterday 18:00, by the session's time zone; on Monday that of Friday.
CREATE FUNCTION almanac.last_evening() RETURNS timestamptz
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	RETURN CURRENT_DATE - CASE WHEN extract(isodow FROM CURRENT_DATE) = 1 THEN 3 ELSE 1 END + '18:00'::time;
COMMENT ON FUNCTION almanac.last_evening() IS 'yesterday 18:00, on Monday that of Friday: what overnight() begins with';

CREATE FUNCTION almanac.overnight(since timestamptz DEFAULT NULL, OUT "time" timestamptz, OUT kind text, OUT severity text, OUT what text)
	RETURNS SETOF record LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH span AS MATERIALIZED (SELECT COALESCE(overnight.since, almanac.last_evening()) AS begins)
	SELECT h."time", h.kind, h.severity, h.what FROM (
		SELECT a."time", 'alert ' || a.event AS kind, a.severity, a.title || CASE WHEN a.event = 'cleared' THEN format(', after %s', almanac.seconds_text(a.minutes * 60)) WHEN a.members > 1 AND a.title !~ ' more$' THEN format(' (%s members)', a.members) ELSE '' END AS what
		FROM almanac.alert_history a CROSS JOIN span s WHERE a."time" >= s.begins AND a.event IN ('raised', 'cleared') AND NOT a.muted
		UNION ALL
		SELECT r.started, 'regression began', CASE WHEN r.seconds_per_day >= 8640 THEN 'P1' WHEN r.seconds_per_day >= 864 THEN 'P2' ELSE 'P3' END,
			format('%s of %s rose from %s to %s %s%s; regression %s', r.metric, COALESCE('statement ' || r.queryid, r.datname, 'server'), round(r.value_before::numeric, 3), round(r.value_after::numeric, 3), r.unit,
				COALESCE(': ' || NULLIF(r.cause, 'unknown'), ''), r.id)
		FROM almanac.regressions r CROSS JOIN span s WHERE r.started >= s.begins AND r.state IN ('open', 'watch', 'resolved')
		UNION ALL
		SELECT r.resolved, 'regression ended', NULL, format('%s of %s; regression %s', r.metric, COALESCE('statement ' || r.queryid, r.datname, 'server'), r.id)
		FROM almanac.regressions r CROSS JOIN span s WHERE r.resolved >= s.begins AND r.state = 'resolved'
		UNION ALL
		SELECT e."time", e.kind, CASE WHEN e.kind IN ('crash', 'failover', 'server_replaced') THEN 'P1' WHEN e.kind IN ('restart', 'version_changed') THEN 'P2' END, e.label
		FROM almanac.events e CROSS JOIN span s
		WHERE e."time" >= s.begins AND e.server_id = 0 AND (e.source = 'people' OR e.kind IN ('crash', 'restart', 'failover', 'server_replaced', 'version_changed', 'setting_changed', 'database_dropped', 'extension_updated', 'index_dropped', 'table_dropped'))
			AND e.kind NOT IN ('vacuum', 'analyze', 'autovacuum', 'autoanalyze', 'large_load', 'large_delete')
		UNION ALL
		SELECT g."time", 'gap', 'P2', format('nothing was recorded for %s', almanac.seconds_text(extract(epoch FROM g.duration)::float8))
		FROM almanac.snapshots g CROSS JOIN span s CROSS JOIN almanac.worker_status() w
		WHERE g."time" >= s.begins AND g.stream = 'database' AND w.preloaded AND g.duration > greatest('00:05', 3 * make_interval(secs => w.snapshot_interval))
		UNION ALL
		SELECT y."time", 'archiving failed', 'P1', format('%s attempts to archive WAL failed, the last then', y.failed)
		FROM (SELECT max(y."time") AS "time", sum(y.failed_count) AS failed FROM almanac.system_history y CROSS JOIN span s WHERE y."time" >= s.begins AND y.failed_count > 0) y WHERE y.failed > 0
		UNION ALL
		SELECT n."time", n.kind, 'P3', n.what FROM span s CROSS JOIN LATERAL almanac.night_changes(s.begins) n
		UNION ALL
		-- What note_backup() was told is among the events.
		SELECT b."time", 'backup', NULL, format(CASE b.told_by WHEN 'replication' THEN '%s was connected' ELSE 'role %s ended a backup' END, b.label)
		FROM almanac.last_backups() b CROSS JOIN span s WHERE b."time" >= s.begins AND b.told_by <> 'note_backup()'
	) h ORDER BY h."time", h.kind, h.what;
END;
COMMENT ON FUNCTION almanac.overnight(timestamptz) IS 'what happened since then (NULL: yesterday 18:00, on Monday that of Friday), in the order of time';

-- With the rights of the owner, for the tables below the views: health asks for it every time.
CREATE FUNCTION almanac.overnight_summary(since timestamptz DEFAULT NULL) RETURNS text
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT COALESCE((SELECT string_agg(format('%s %s%s', w.number, CASE w.number WHEN 1 THEN w.one ELSE w.many END, w.rest), ', ' ORDER BY w.ordinal)
			FROM (VALUES (1, n.raised, 'alert', 'alerts', ' raised'), (2, n.cleared, 'alert', 'alerts', ' cleared'), (3, n.began, 'regression', 'regressions', ' began'), (4, n.ended, 'regression', 'regressions', ' ended'),
				(5, n.crashes, 'crash', 'crashes', ''), (6, n.restarts, 'restart', 'restarts', ''), (7, n.marks, 'deployment or other mark', 'deployments and other marks', '')) AS w (ordinal, number, one, many, rest)
			WHERE w.number > 0), 'nothing happened') || ' since ' || to_char(COALESCE(overnight_summary.since, almanac.last_evening()), 'Dy HH24:MI')
	FROM (SELECT (SELECT count(*) FROM almanac.alert_history a WHERE a."time" >= b.begins AND a.event = 'raised' AND NOT a.muted) AS raised,
			(SELECT count(*) FROM almanac.alert_history a WHERE a."time" >= b.begins AND a.event = 'cleared' AND NOT a.muted) AS cleared,
			(SELECT count(DISTINCT c.incident_id) FROM almanac.changes c WHERE c.worse AND NOT c.minor AND c.status IN ('open', 'resolved') AND c.started >= b.begins) AS began,
			(SELECT count(DISTINCT c.incident_id) FROM almanac.changes c WHERE c.worse AND NOT c.minor AND c.status = 'resolved' AND c.ended >= b.begins) AS ended,
			(SELECT count(*) FROM almanac.event_log e WHERE e."time" >= b.begins AND e.kind = 'crash' AND e.server_id = 0) AS crashes,
			(SELECT count(*) FROM almanac.event_log e WHERE e."time" >= b.begins AND e.kind = 'restart' AND e.server_id = 0) AS restarts,
			(SELECT count(*) FROM almanac.marks m WHERE m."time" >= b.begins) AS marks
		FROM (SELECT COALESCE(overnight_summary.since, almanac.last_evening()) AS begins) b) n;
END;
COMMENT ON FUNCTION almanac.overnight_summary(timestamptz) IS 'what happened since then, in a line';
