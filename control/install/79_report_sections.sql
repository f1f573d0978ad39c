-- Sections of reports: metrics, time lines, growth and capacity, findings, what the report stands on. Each takes the context and returns blocks; without any it is left out.

-- Metrics of users: means, and of counters growth a day.
CREATE FUNCTION almanac.report_own_metrics(window_from timestamptz, window_to timestamptz) RETURNS TABLE (series_id integer, metric text, labels jsonb, unit text, value double precision)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET pg_almanac.grain = 'raw'
AS $$
BEGIN
	PERFORM set_config('pg_almanac.grain', almanac.report_grain(window_from, window_to), true);
	RETURN QUERY SELECT h.series_id, h.metric, h.labels, CASE WHEN h.kind = 'counter' THEN concat_ws(' ', NULLIF(h.unit, ''), 'a day') ELSE h.unit END,
			CASE WHEN h.kind = 'counter' THEN sum(h.increase) / NULLIF(extract(epoch FROM sum(h.duration) FILTER (WHERE h.increase IS NOT NULL)) / 86400, 0)::float8 ELSE sum(h.total) / NULLIF(sum(h.weight), 0) END
		FROM almanac.metric_history h WHERE h."time" > window_from AND h."time" <= window_to AND h.kind IS NOT NULL GROUP BY h.series_id, h.metric, h.labels, h.kind, h.unit;
END
$$;
COMMENT ON FUNCTION almanac.report_own_metrics(timestamptz, timestamptz) IS 'what metrics of users were in a window of time';

CREATE FUNCTION almanac.report_metrics_table(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT almanac.report_table(NULL, 'title||text' || E'\nnow|' || CASE WHEN (context ->> 'running')::boolean THEN 'so far' ELSE 'period' END || '|unit'
		|| CASE WHEN context ? 'before' THEN E'\nbefore|before|unit\nchange|change|change' ELSE '' END
		|| CASE WHEN context ? 'baseline' THEN E'\nbaseline|baseline|unit\nbaseline_change|change|change' ELSE '' END
		|| CASE WHEN context ? 'year' THEN E'\nyear|year before|unit\nyear_change|change|change' ELSE '' END,
		COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('metric', v.key, 'title', v.title, 'unit', v.unit, 'now', v.now, 'before', v.before, 'change', v.now / NULLIF(v.before, 0) - 1,
			'baseline', v.baseline, 'baseline_change', v.now / NULLIF(v.baseline, 0) - 1, 'year', v.year, 'year_change', v.now / NULLIF(v.year, 0) - 1)) ORDER BY v.n), '[]'),
		NULLIF(concat_ws(' ', CASE WHEN context ? 'before' THEN format('Before: %s to %s.', almanac.report_value(context -> 'before_from', 'time'), almanac.report_value(context -> 'before_to', 'time')) END,
			CASE WHEN context ? 'baseline' THEN format('Baseline%s: %s to %s.', CASE WHEN context ->> 'baseline_name' <> 'rolling' THEN ' "' || (context ->> 'baseline_name') || '"' ELSE '' END,
				almanac.report_value(context -> 'baseline_from', 'time'), almanac.report_value(context -> 'baseline_to', 'time')) END,
			CASE WHEN context ? 'year' THEN format('Year before: from %s.', almanac.report_value(context -> 'year_from', 'date')) END), ''))
	FROM (SELECT m.*, (context #>> ARRAY['totals', m.key])::float8 AS now, (context #>> ARRAY['before', m.key])::float8 AS before, (context #>> ARRAY['baseline', m.key])::float8 AS baseline,
			(context #>> ARRAY['year', m.key])::float8 AS year
		FROM (VALUES (1, 'exec_seconds_per_day', 'execution time a day', 'seconds'), (2, 'calls_per_day', 'calls a day', 'number'), (3, 'mean_ms', 'mean time of a call', 'ms'), (4, 'p50_ms', 'median', 'ms'),
			(5, 'p95_ms', '95th percentile', 'ms'), (6, 'p99_ms', '99th percentile', 'ms'), (7, 'errors_per_day', 'errors a day', 'number'), (8, 'transactions_per_day', 'transactions a day', 'number'),
			(9, 'rollback_share', 'rolled back', 'share'), (10, 'deadlocks_per_day', 'deadlocks a day', 'number'), (11, 'cache_hit_share', 'found in cache', 'share'),
			(12, 'temp_bytes_per_day', 'temporary files a day', 'bytes'), (13, 'wal_bytes_per_day', 'WAL a day', 'bytes'), (14, 'forced_checkpoints_per_day', 'forced checkpoints a day', 'number'),
			(15, 'connections_max', 'most connections', 'number'), (16, 'cpu_share', 'processors busy', 'share'), (17, 'size_bytes', 'size of all databases', 'bytes')) AS m (n, key, title, unit)) v
	WHERE v.now IS NOT NULL AND (v.now <> 0 OR v.before <> 0 OR v.baseline <> 0)
$$;
COMMENT ON FUNCTION almanac.report_metrics_table(jsonb) IS 'metrics of the server as a table of a report';

CREATE FUNCTION almanac.report_own_table(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT almanac.report_table('Your own', E'name||text\nnow|' || CASE WHEN (context ->> 'running')::boolean THEN 'so far' ELSE 'period' END || '|unit'
		|| CASE WHEN context ? 'before' THEN E'\nbefore|before|unit\nchange|change|change' ELSE '' END || CASE WHEN context ? 'baseline' THEN E'\nbaseline|baseline|unit\nbaseline_change|change|change' ELSE '' END
		|| E'\nof|unit|text',
		COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', o.metric || CASE WHEN o.labels <> '{}' THEN ' ' || o.labels::text ELSE '' END, 'metric', o.metric, 'labels', o.labels, 'of', NULLIF(CASE WHEN o.shown = 'number' THEN o.unit END, ''),
			'unit', o.shown, 'now', o.value, 'before', o.before, 'change', o.value / NULLIF(o.before, 0) - 1, 'baseline', o.baseline, 'baseline_change', o.value / NULLIF(o.baseline, 0) - 1)) ORDER BY o.metric, o.labels), '[]'))
	FROM (SELECT n.*, b.value AS before, l.value AS baseline, CASE WHEN n.unit IN ('ms', 'bytes', 'share', 'seconds') THEN n.unit ELSE 'number' END AS shown
		FROM almanac.report_own_metrics((context ->> 'from')::timestamptz, (context ->> 'to')::timestamptz) n
		LEFT JOIN almanac.report_own_metrics((context ->> 'before_from')::timestamptz, (context ->> 'before_to')::timestamptz) b ON b.series_id = n.series_id
		LEFT JOIN almanac.report_own_metrics((context ->> 'baseline_from')::timestamptz, (context ->> 'baseline_to')::timestamptz) l ON l.series_id = n.series_id
		WHERE n.value IS NOT NULL ORDER BY n.metric, n.labels LIMIT 20) o
$$;
COMMENT ON FUNCTION almanac.report_own_table(jsonb) IS 'metrics of users as a table of a report';

CREATE FUNCTION almanac.report_section_metrics(context jsonb) RETURNS jsonb LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	RETURN almanac.report_blocks(almanac.report_metrics_table(context), almanac.report_own_table(context));
COMMENT ON FUNCTION almanac.report_section_metrics(jsonb) IS 'section of reports';

-- Time lines in some 50 steps, with the period before underneath. A row of charts: "title", "type", "metrics" that are added up, "factor". Those of one stream are read at once.
CREATE FUNCTION almanac.report_charts(context jsonb, stream text, charts jsonb, series integer[] DEFAULT NULL) RETURNS SETOF jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
	"from" CONSTANT timestamptz := context ->> 'from';
	"to" CONSTANT timestamptz := context ->> 'to';
	shift CONSTANT interval := "from" - (context ->> 'before_from')::timestamptz;
	wish CONSTANT interval := (SELECT s FROM unnest('{1 second,5 seconds,10 seconds,30 seconds,1 minute,2 minutes,5 minutes,10 minutes,30 minutes,1 hour,3 hours,1 day}'::interval[]) AS s
		ORDER BY s >= ("to" - "from") / 62 DESC, CASE WHEN s >= ("to" - "from") / 62 THEN s END, s DESC LIMIT 1);
	step CONSTANT interval := almanac.chart_step(stream, "from", "to", wish);
	metrics CONSTANT text[] := ARRAY(SELECT DISTINCT m FROM jsonb_array_elements(charts) AS c, jsonb_array_elements_text(c -> 'metrics') AS m);
BEGIN
	RETURN QUERY
	WITH v AS MATERIALIZED (
		SELECT false AS earlier, c."time", c.metric, c.value FROM almanac.chart_data(stream, metrics, "from", "to", step, series) c
		UNION ALL SELECT true, c."time" + shift, c.metric, c.value FROM almanac.chart_data(stream, metrics, "from" - shift, "to" - shift, step, series) c WHERE shift IS NOT NULL
	), p AS MATERIALIZED (
		SELECT c.n, v.earlier, v."time", sum(v.value) * COALESCE((c.chart ->> 'factor')::float8, 1) AS value
		FROM jsonb_array_elements(charts) WITH ORDINALITY AS c (chart, n) JOIN v ON c.chart -> 'metrics' ? v.metric GROUP BY c.n, c.chart, v.earlier, v."time"
	), line AS (
		SELECT p.n, p.earlier, jsonb_agg(jsonb_build_array(p."time", p.value) ORDER BY p."time") AS points FROM p GROUP BY p.n, p.earlier HAVING count(p.value) > 1
	)
	SELECT jsonb_strip_nulls(jsonb_build_object('title', c.chart -> 'title', 'type', c.chart -> 'type', 'from', "from", 'to', "to", 'step_seconds', extract(epoch FROM step)))
			|| jsonb_build_object('points', l.points) || COALESCE((SELECT jsonb_build_object('before', b.points) FROM line b WHERE b.n = c.n AND b.earlier), '{}')
		FROM jsonb_array_elements(charts) WITH ORDINALITY AS c (chart, n) JOIN line l ON l.n = c.n AND NOT l.earlier ORDER BY c.n;
END
$$;
COMMENT ON FUNCTION almanac.report_charts(jsonb, text, jsonb, integer[]) IS 'time lines of a report: those that have two points';

CREATE FUNCTION almanac.report_section_charts(context jsonb) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	nested CONSTANT boolean := EXISTS (SELECT FROM almanac.statement_names n WHERE NOT n.toplevel);
	toplevel CONSTANT integer[] := CASE WHEN nested THEN ARRAY(SELECT n.series_id FROM almanac.statement_names n WHERE n.toplevel) END;
	charts jsonb[];
BEGIN
	charts := ARRAY(SELECT almanac.report_charts(context, 'statement', '[{"title": "Statements executing", "type": "number", "metrics": ["total_exec_ms"], "factor": 0.001},
			{"title": "95th percentile of execution", "type": "ms", "metrics": ["p95_ms"]}]', toplevel))
		|| ARRAY(SELECT almanac.report_charts(context, 'database', '[{"title": "Transactions per second", "type": "number", "metrics": ["xact_commit", "xact_rollback"]}]'))
		|| ARRAY(SELECT almanac.report_charts(context, 'system', '[{"title": "WAL per second", "type": "bytes", "metrics": ["wal_bytes"]}, {"title": "Connections", "type": "number", "metrics": ["connections"]}]'))
		|| ARRAY(SELECT almanac.report_charts(context, 'database', '[{"title": "Size of all databases", "type": "bytes", "metrics": ["size_bytes"]}]'));
	RETURN CASE WHEN cardinality(charts) = 0 THEN '[]' ELSE jsonb_build_array(jsonb_build_object('kind', 'charts', 'charts', to_jsonb(charts),
		'marks', COALESCE((SELECT jsonb_agg(jsonb_build_object('time', e."time", 'label', e.label) ORDER BY e."time")
			FROM (SELECT e."time", e.kind || ': ' || e.label AS label FROM almanac.events e WHERE e.source = 'people' AND e."time" > (context ->> 'from')::timestamptz AND e."time" <= (context ->> 'to')::timestamptz
				ORDER BY e."time" DESC LIMIT 12) e), '[]'))) END;
END
$$;
COMMENT ON FUNCTION almanac.report_section_charts(jsonb) IS 'section of reports';

CREATE FUNCTION almanac.report_section_growth(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
	SELECT almanac.report_blocks(
		almanac.report_table('Time to capacity', $c$
			resource|resource|text
			name|name|text
			used_share|in use|share
			threshold|short from|share
			verdict|verdict|text
			limit_earliest|full: earliest|date
			limit_likely|likely|date$c$,
			COALESCE((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('resource', c.resource, 'name', c.name, 'used', c.used, 'limit', c."limit", 'unit', c.unit, 'used_share', c.used_share,
					'threshold', c.threshold, 'verdict', c.verdict, 'threshold_likely', c.threshold_likely, 'limit_earliest', c.limit_earliest, 'limit_likely', c.limit_likely, 'limit_latest', c.limit_latest)) ORDER BY c.n)
				FROM (SELECT c.*, row_number() OVER () AS n FROM almanac.capacity c) c WHERE c.verdict NOT IN ('not growing', 'not enough history', 'not within two years') OR c.used_share >= c.threshold / 2 OR c.n <= 1), '[]'),
			'As measured last, for now; bounds hold in 80 of 100 cases.'),
		almanac.report_table('Growth', $c$
			name|what|text
			now|now|bytes
			growth_per_day|a day|bytes
			in_3_months|in 3 months|bytes
			in_12_months|in 12 months|bytes
			in_12_months_lower_80|at least|bytes
			in_12_months_upper_80|at most|bytes$c$,
			COALESCE((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', g.kind, 'name', g.name, 'now', g."now", 'growth_per_day', g.growth_per_day, 'in_3_months', g.in_3_months, 'in_12_months', g.in_12_months,
					'in_12_months_lower_80', g.in_12_months_lower_80, 'in_12_months_upper_80', g.in_12_months_upper_80, 'verdict', g.verdict)) ORDER BY g.place, g.growth_per_day DESC NULLS LAST, g.name)
				FROM (SELECT p.kind, p."now", p.growth_per_day, p.in_3_months, p.in_12_months, p.in_12_months_lower_80, p.in_12_months_upper_80, p.verdict, CASE p.kind WHEN 'server' THEN 1 WHEN 'database' THEN 2 ELSE 3 END AS place,
						CASE p.kind WHEN 'server' THEN 'all databases' ELSE concat_ws('.', p.datname, p.schemaname, COALESCE(p.indexrelname, p.relname)) END AS name,
						row_number() OVER (PARTITION BY p.kind ORDER BY p.growth_per_day DESC NULLS LAST) AS n
					FROM almanac.projections p WHERE p.metric = 'size_bytes' AND p.kind IN ('server', 'database', 'table')) g
				WHERE g.kind = 'server' OR g.growth_per_day > 0 AND g.n <= CASE g.kind WHEN 'database' THEN 3 ELSE 5 END), '[]'),
			(SELECT 'As projected on ' || to_char(max(p.computed_at), 'YYYY-MM-DD') || '; at least and at most hold in 80 of 100 cases.' FROM almanac.projections p)))
$$;
COMMENT ON FUNCTION almanac.report_section_growth(jsonb) IS 'section of reports';

-- Findings that were open at the end of the window.
CREATE FUNCTION almanac.report_findings(context jsonb) RETURNS TABLE (n bigint, severity text, is_new boolean, "row" jsonb)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT row_number() OVER (ORDER BY f.severity, f.priority DESC, f.finding_id), f.severity, f.first_seen > (context ->> 'from')::timestamptz,
		jsonb_strip_nulls(jsonb_build_object('id', f.finding_id, 'severity', f.severity, 'priority', f.priority, 'kind', f.kind, 'state', f.state, 'new', CASE WHEN f.first_seen > (context ->> 'from')::timestamptz THEN 'new' END,
			'datname', f.datname, 'object', CASE WHEN f.area = 'statements' THEN 'statement ' || f.object ELSE concat_ws('.', f.schemaname, f.object) END,
			'message', f.message, 'benefit', f.benefit, 'seconds_per_day', f.seconds_per_day, 'bytes', f.bytes, 'sql', f.sql, 'locks', f.locks, 'first_seen', f.first_seen,
			'query', almanac.report_statement(f.query, (context ->> 'texts')::boolean)))
	FROM almanac.findings f
	WHERE f.first_seen <= (context ->> 'to')::timestamptz AND (f.ended IS NULL OR f.ended > (context ->> 'to')::timestamptz) AND f.state <> 'muted'
$$;
COMMENT ON FUNCTION almanac.report_findings(jsonb) IS 'findings as rows of a report, the most urgent first';

CREATE FUNCTION almanac.report_section_findings(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH f AS MATERIALIZED (SELECT * FROM almanac.report_findings(context)),
	ended AS MATERIALIZED (
		SELECT e.* FROM almanac.findings e WHERE e.ended > (context ->> 'from')::timestamptz AND e.ended <= (context ->> 'to')::timestamptz)
	SELECT almanac.report_blocks(
		almanac.report_paragraph((SELECT CASE WHEN count(*) = 0 THEN CASE WHEN EXISTS (SELECT FROM almanac.finding_kinds k WHERE k.last_checked IS NOT NULL) THEN 'Nothing is open.' ELSE 'Nobody has looked for findings yet; find_findings() does.' END
				ELSE format('%s open: %s; %s new.', count(*), (SELECT string_agg(s.severity || ' ' || s.number, ', ' ORDER BY s.severity) FROM (SELECT x.severity, count(*) AS number FROM f x GROUP BY 1) s),
					count(*) FILTER (WHERE f.is_new)) END FROM f)
			|| COALESCE((SELECT format(' %s ended%s.', count(*), COALESCE(', of these ' || NULLIF(count(*) FILTER (WHERE e.verdict = 'improved'), 0) || ' helped as measured', '')) FROM ended e HAVING count(*) > 0), '')),
		almanac.report_table(NULL, $c$
			severity|severity|text
			new|new|text
			seconds_per_day|costs a day|seconds
			bytes|bytes|bytes
			datname|database|text
			object|object|text
			message|what|text|below
			sql|run|code|below$c$, COALESCE((SELECT jsonb_agg(f."row" ORDER BY f.n) FROM f WHERE f.n <= 8), '[]'),
			(SELECT format('%s more are in almanac.findings.', count(*)) FROM f WHERE f.n > 8 HAVING count(*) > 0)))
$$;
COMMENT ON FUNCTION almanac.report_section_findings(jsonb) IS 'section of reports';

CREATE FUNCTION almanac.report_section_objectives(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT almanac.report_blocks(almanac.report_table(NULL, $c$
		name|objective|text
		state|state|text
		metric|metric|text
		window|over|text
		actual|was|unit
		goal|should be|text
		budget_left_share|budget left|share
		burn_rate|burn rate|number$c$, COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', o.name, 'state', o.state,
				'metric', o.metric, 'window', o."window", 'actual', o.actual, 'goal', o.comparison || ' ' || almanac.report_value(to_jsonb(o.target), u.unit), 'comparison', o.comparison,
				'target', o.target, 'unit', u.unit,
				'met', o.met, 'margin', o.margin, 'budget_left_share', o.budget_left_share, 'burn_rate', o.burn_rate, 'since', o.since, 'reason', o.reason))
			ORDER BY o.met NULLS LAST, o.budget_left_share, o.name), '[]'),
		format('As they are now, each over its own window; evaluated until %s. A burn rate of 1 uses the budget up exactly in the window.', to_char(max(o.evaluated_until), 'YYYY-MM-DD HH24:MI'))))
	FROM almanac.objectives o CROSS JOIN LATERAL (SELECT CASE WHEN o.unit IN ('ms', 'bytes', 'share') THEN o.unit WHEN o.unit = 's' THEN 'seconds' ELSE 'number' END AS unit) u
$$;
COMMENT ON FUNCTION almanac.report_section_objectives(jsonb) IS 'section of reports';

CREATE FUNCTION almanac.report_section_about(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
	SELECT almanac.report_blocks(almanac.report_list(NULL, COALESCE(jsonb_agg(jsonb_build_object('text', i.line) ORDER BY i.n), '[]')))
	FROM (VALUES
		(1, format('Times are those of time zone %s.%s', context ->> 'time_zone', COALESCE(' The record begins at ' || NULLIF(almanac.report_value(context -> 'record_begin', 'time'), '') || '.', ''))),
		(2, CASE WHEN NOT (context ->> 'preloaded')::boolean THEN 'pg_almanac is not in shared_preload_libraries: nothing is recorded by itself, and there are no percentiles, waits or plans.' END),
		(3, CASE WHEN NOT (context ->> 'statements_recorded')::boolean THEN 'Extension pg_stat_statements is missing in this database: no statements are recorded.' END),
		(4, CASE WHEN (context #>> '{totals,recorded_share}')::float8 < 0.95 THEN format('%s of the time were recorded; the server was down, or recording was off, for the rest. Rates are those of the whole time.',
			almanac.report_value(context #> '{totals,recorded_share}', 'share')) END),
		(5, CASE WHEN NOT (context ->> 'empty')::boolean THEN (SELECT format('pg_stat_statements evicted %s statements before or after they were read: what they did in between is in no row of this report.', almanac.report_number(sum(s.evicted)::float8))
			FROM almanac.snapshots s WHERE s.stream = 'statement' AND s."time" > (context ->> 'from')::timestamptz AND s."time" <= (context ->> 'to')::timestamptz HAVING sum(s.evicted) > 0) END),
		(6, CASE WHEN NOT (context ->> 'texts')::boolean THEN 'Made without the texts of statements; view almanac.statement_names has them by queryid, for whoever may see them.' END)) AS i (n, line)
	WHERE i.line IS NOT NULL
$$;
COMMENT ON FUNCTION almanac.report_section_about(jsonb) IS 'section of reports';
