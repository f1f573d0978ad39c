-- Sections of reports about what people did and were told: optimizations and what they brought, alerts and how much of them was noise.

-- What ran in the window, and what all that was finished by then brings.
CREATE FUNCTION almanac.report_section_optimizations(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH o AS MATERIALIZED (
		SELECT o.*, COALESCE(o.finished <= (context ->> 'to')::timestamptz, false) AS is_over FROM almanac.optimizations o WHERE o.started <= (context ->> 'to')::timestamptz AND o.withdrawn IS NULL
	)
	SELECT almanac.report_blocks(
		almanac.report_paragraph((SELECT format('%s so far save %s of execution a day%s, as measured.', almanac.report_plural(count(*), 'optimization'), almanac.report_time(1000 * sum(o.saved_seconds_per_day)),
			COALESCE(' and ' || almanac.report_bytes(NULLIF(sum(o.saved_bytes), 0)), '')) FROM o WHERE o.is_over AND o.verdict = 'improved' HAVING sum(o.saved_seconds_per_day) > 0)),
		almanac.report_table(NULL, $c$
			state|state|text
			verdict|verdict|text
			mean_before_ms|mean before|ms
			mean_after_ms|since|ms
			mean_change|change|change
			saved_seconds_per_day|saves a day|seconds
			saved_bytes|space|bytes
			effort_hours|hours|number
			title|what|text|below
			note|note|text|below$c$,
			COALESCE((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', o.id, 'title', o.title, 'state', CASE WHEN o.is_over THEN 'finished' ELSE 'running' END, 'verdict', o.verdict, 'hypothesis', o.hypothesis,
					'started', o.started, 'finished', o.finished, 'mean_before_ms', o.mean_before_ms, 'mean_after_ms', o.mean_after_ms, 'mean_change', o.mean_change,
					'significant', o.significant, 'saved_seconds_per_day', NULLIF(o.saved_seconds_per_day, 0), 'saved_bytes', NULLIF(o.saved_bytes, 0), 'effort_hours', o.effort_hours, 'note', o.note))
					ORDER BY o.is_over, o.saved_seconds_per_day DESC NULLS LAST, o.id)
				FROM (SELECT * FROM o WHERE NOT o.is_over OR o.finished > (context ->> 'from')::timestamptz ORDER BY o.is_over, o.saved_seconds_per_day DESC NULLS LAST, o.id LIMIT 10) o), '[]')))
$$;
COMMENT ON FUNCTION almanac.report_section_optimizations(jsonb) IS 'section of reports';

CREATE FUNCTION almanac.report_section_alerts(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH h AS MATERIALIZED (
		SELECT h.* FROM almanac.alert_history h WHERE h."time" > (context ->> 'from')::timestamptz AND h."time" <= (context ->> 'to')::timestamptz
	), one AS MATERIALIZED (
		SELECT h.alert_id, count(*) FILTER (WHERE h.event = 'raised') AS raised, min(h.severity) AS severity, max(h."time") FILTER (WHERE h.event = 'raised') AS last_raised, bool_or(h.event = 'acknowledged') AS acknowledged,
			sum(h.minutes) AS minutes, count(*) FILTER (WHERE h.minutes < 5) AS short, (array_agg(h.title ORDER BY h."time" DESC))[1] AS title, (array_agg(h.kind ORDER BY h."time" DESC))[1] AS kind,
			(array_agg(h.event ORDER BY h."time" DESC) FILTER (WHERE h.event IN ('raised', 'cleared')))[1] = 'cleared' AS is_over
		FROM h GROUP BY h.alert_id
	)
	SELECT almanac.report_blocks(
		almanac.report_paragraph((SELECT format('%s of %s, %s acknowledged. Noise: %s over in less than 5 minutes, %s came back three times or more.', almanac.report_plural(sum(o.raised)::bigint, 'alert'),
			almanac.report_plural(count(*), 'cause'), count(*) FILTER (WHERE o.acknowledged), CASE WHEN sum(o.short) = 0 THEN 'none' ELSE sum(o.short)::text END, CASE WHEN count(*) FILTER (WHERE o.raised >= 3) = 0 THEN 'none' ELSE
			(count(*) FILTER (WHERE o.raised >= 3))::text END) FROM one o WHERE o.raised > 0 HAVING count(*) > 0)),
		almanac.report_table(NULL, $c$
			severity|severity|text
			kind|kind|text
			raised|raised|number
			last_raised|last at|time
			seconds|fired for|seconds
			state|state|text
			title|what|text|below$c$,
			COALESCE((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', o.alert_id, 'severity', o.severity, 'kind', o.kind, 'raised', o.raised, 'last_raised', o.last_raised, 'seconds', 60 * o.minutes,
					'state', CASE WHEN o.is_over THEN 'cleared' ELSE 'firing' END || CASE WHEN o.acknowledged THEN ', acknowledged' ELSE '' END, 'title', o.title)) ORDER BY o.severity, o.raised DESC, o.last_raised DESC, o.alert_id)
				FROM (SELECT * FROM one o WHERE o.raised > 0 ORDER BY o.severity, o.raised DESC, o.last_raised DESC, o.alert_id LIMIT 8) o), '[]'),
			(SELECT format('%s more are in almanac.alert_history.', count(*) - 8) FROM one o WHERE o.raised > 0 HAVING count(*) > 8)))
$$;
COMMENT ON FUNCTION almanac.report_section_alerts(jsonb) IS 'section of reports';
