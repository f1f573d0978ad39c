-- One word in the morning. Findings of an area, what fires, what happened since yesterday evening, and whether recording goes on.

CREATE VIEW almanac.health AS
	WITH recording AS MATERIALIZED (
		SELECT w.*, EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'pg_stat_statements') AS statements, r."time" AS last_snapshot,
			(SELECT pg_catalog.string_agg(s.message, '; ') FROM almanac.source_errors s WHERE s."time" > pg_catalog.now() - '1 hour'::interval) AS errors,
			(SELECT pg_catalog.string_agg(f.kind || ': ' || f.error, '; ') FROM almanac.finding_checks f WHERE f.error IS NOT NULL) AS failed,
			(SELECT pg_catalog.string_agg(f.source || ': ' || f.error, '; ') FROM almanac.alert_failures f) AS unjudged,
			(SELECT pg_catalog.string_agg(d.datname || ': ' || l.error, '; ') FROM almanac.catalog_looks l JOIN pg_catalog.pg_database d ON d.oid = l.dbid
				WHERE l.error_time > COALESCE(l."time", '-infinity') + '1 day'::interval) AS unasked
		FROM almanac.worker_status() w CROSS JOIN almanac.recorder r WHERE r.server_id = 0
	), checked AS (
		SELECT pg_catalog.max(c."time") AS last FROM almanac.finding_checks c
	), live AS (
		SELECT f.area, f.severity, f.priority, f.message, f.object, f.datname, f.kind, f.finding_id FROM almanac.findings f WHERE f.state IN ('open', 'acknowledged')
	)
	SELECT h.area, h.status, h.reason, h.findings FROM (
		SELECT 1 AS ordinal, 'recording'::text AS area,
			CASE WHEN r.state = 'no space' THEN 'RED' WHEN NOT r.preloaded OR NOT r.statements OR r.state NOT IN ('idle', 'busy', 'starting') OR r.errors IS NOT NULL OR r.failed IS NOT NULL OR r.unjudged IS NOT NULL OR r.unasked IS NOT NULL
				OR r.last_snapshot < pg_catalog.now() - pg_catalog.make_interval(secs => 3 * r.snapshot_interval + 60) THEN 'YELLOW' ELSE 'GREEN' END AS status,
			COALESCE(NULLIF(pg_catalog.concat_ws('; ',
				CASE WHEN NOT r.preloaded THEN 'pg_almanac is not in shared_preload_libraries: nothing is recorded by itself, and there are no latencies, waits or plans' END,
				CASE WHEN NOT r.statements THEN 'extension pg_stat_statements is missing: statements are not recorded' END,
				CASE WHEN r.preloaded AND r.state NOT IN ('idle', 'busy', 'starting') THEN 'the worker does not record: ' || r.state END,
				CASE WHEN r.preloaded AND r.last_snapshot < pg_catalog.now() - pg_catalog.make_interval(secs => 3 * r.snapshot_interval + 60) THEN 'the last snapshot was taken at ' || pg_catalog.to_char(r.last_snapshot, 'YYYY-MM-DD HH24:MI') END,
				'in the last hour: ' || r.errors, 'could not look for ' || r.failed, 'alerts do not work: ' || r.unjudged, 'could not ask database ' || r.unasked), ''), 'recording goes on') AS reason, 0 AS findings
		FROM recording r
		UNION ALL
		SELECT 2, 'alerts', CASE f.severity WHEN 'P0' THEN 'RED' WHEN 'P1' THEN 'YELLOW' ELSE 'GREEN' END,
			COALESCE(f.title || CASE WHEN f.firing > 1 THEN pg_catalog.format(', and %s more', f.firing - 1) ELSE '' END, 'none fires') || COALESCE('; muted: ' || NULLIF(f.muted, 0), ''), 0
		FROM (SELECT pg_catalog.min(a.severity) FILTER (WHERE a.state = 'firing') AS severity, pg_catalog.count(*) FILTER (WHERE a.state = 'firing') AS firing, pg_catalog.count(*) FILTER (WHERE a.state = 'muted') AS muted,
				(pg_catalog.array_agg(a.title ORDER BY a.severity, a.raised, a.alert_id) FILTER (WHERE a.state = 'firing'))[1] AS title
			FROM almanac.alerts a WHERE a.state IN ('firing', 'muted')) f
		UNION ALL
		SELECT 3, 'overnight', 'GREEN', almanac.overnight_summary(), 0
		UNION ALL
		SELECT a.ordinal, a.area, CASE (SELECT pg_catalog.min(l.severity) FROM live l WHERE l.area = a.area) WHEN 'P0' THEN 'RED' WHEN 'P1' THEN 'YELLOW' ELSE 'GREEN' END,
			COALESCE((SELECT CASE WHEN l.severity IN ('P0', 'P1') THEN COALESCE(CASE WHEN a.area = 'statements' THEN 'statement ' || l.object || ' ' END, '') || l.message
						ELSE 'nothing urgent; first of what could be better: ' || COALESCE(CASE WHEN a.area = 'statements' THEN 'statement ' || l.object || ' ' END, '') || l.message END
					FROM live l WHERE l.area = a.area ORDER BY l.severity, l.priority DESC, l.finding_id LIMIT 1),
				CASE WHEN c.last IS NULL THEN 'nobody has looked yet; find_findings() does' ELSE 'nothing found' END),
			(SELECT pg_catalog.count(*)::integer FROM live l WHERE l.area = a.area)
		FROM (VALUES (4, 'server'), (5, 'capacity'), (6, 'statements'), (7, 'tables'), (8, 'indexes'), (9, 'objectives')) AS a (ordinal, area) CROSS JOIN checked c) h
	ORDER BY h.ordinal;
COMMENT ON VIEW almanac.health IS 'for each area GREEN, YELLOW (a finding or alert of P1: act this week) or RED (P0: act now), and why';

CREATE FUNCTION almanac.health_status(OUT status text, OUT reason text)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN bool_or(h.status = 'RED') THEN 'RED' WHEN bool_or(h.status = 'YELLOW') THEN 'YELLOW' ELSE 'GREEN' END,
		COALESCE(string_agg(h.area || ': ' || h.reason, '; ' ORDER BY h.status <> 'RED') FILTER (WHERE h.status <> 'GREEN'),
				CASE sum(h.findings) WHEN 0 THEN 'nothing found' ELSE format('nothing urgent among %s findings', sum(h.findings)) END)
			|| COALESCE('; ' || max(h.reason) FILTER (WHERE h.area = 'overnight' AND h.reason !~ '^nothing'), '')
	FROM almanac.health h
$$;
COMMENT ON FUNCTION almanac.health_status() IS 'the worst status of view health, and why';
