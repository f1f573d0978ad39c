-- Sections of reports about statements: those that took most, those that are new, and what got slower or faster.

-- Statements of a report with what is compared: of the window and of the period before.
CREATE FUNCTION almanac.report_statements(context jsonb, ids integer[]) RETURNS TABLE (series_id integer, "row" jsonb)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET pg_almanac.grain = 'raw' SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	"from" CONSTANT timestamptz := context ->> 'from';
	"to" CONSTANT timestamptz := context ->> 'to';
	before_from CONSTANT timestamptz := context ->> 'before_from';
	before_to CONSTANT timestamptz := context ->> 'before_to';
	seconds CONSTANT double precision := extract(epoch FROM "to" - "from") / 86400;
	texts CONSTANT boolean := (context ->> 'texts')::boolean;
	before jsonb := '{}';
BEGIN
	IF before_from < before_to THEN
		PERFORM set_config('pg_almanac.grain', almanac.report_grain(before_from, before_to), true);
		before := COALESCE((SELECT jsonb_object_agg(s.series_id, s.total_exec_ms / s.calls)
			FROM almanac.sums('statement', before_from, before_to, ids) AS s (series_id integer, calls bigint, total_exec_ms double precision) WHERE s.calls > 0), '{}');
	END IF;
	PERFORM set_config('pg_almanac.grain', almanac.report_grain("from", "to"), true);
	RETURN QUERY
		SELECT s.series_id, jsonb_strip_nulls(jsonb_build_object('calls_per_day', s.calls / seconds, 'seconds_per_day', s.total_exec_ms / 1000 / seconds,
				'share', s.total_exec_ms / 1000 / seconds / NULLIF((context #>> '{totals,exec_seconds_per_day}')::float8, 0),
				'mean_ms', s.total_exec_ms / NULLIF(s.calls, 0), 'p95_ms', almanac.quantile(s.latency, 0.95), 'mean_before_ms', before -> s.series_id::text,
				'mean_change', s.total_exec_ms / NULLIF(s.calls, 0) / NULLIF((before ->> s.series_id::text)::float8, 0) - 1,
				'datname', n.datname, 'rolname', n.rolname, 'queryid', n.queryid::text, 'first_seen', n.first_seen, 'query', almanac.report_statement(n.query, texts)))
		FROM almanac.sums('statement', "from", "to", ids) AS s (series_id integer, calls bigint, total_exec_ms double precision, latency almanac.histogram)
		JOIN almanac.statement_names n ON n.series_id = s.series_id;
END
$$;
COMMENT ON FUNCTION almanac.report_statements(jsonb, integer[]) IS 'statements as rows of a report';

CREATE FUNCTION almanac.report_top(context jsonb, n integer, new_only boolean) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET pg_almanac.grain = 'raw' SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	"from" CONSTANT timestamptz := context ->> 'from';
	"to" CONSTANT timestamptz := context ->> 'to';
	ids integer[];
BEGIN
	PERFORM set_config('pg_almanac.grain', almanac.report_grain("from", "to"), true);
	ids := ARRAY(SELECT s.series_id FROM almanac.sums('statement', "from", "to") AS s (series_id integer, total_exec_ms double precision)
		JOIN almanac.statement_names k ON k.series_id = s.series_id AND k.toplevel
		WHERE NOT new_only OR k.first_seen > "from" AND k.first_seen <= "to" ORDER BY s.total_exec_ms DESC NULLS LAST, s.series_id LIMIT n);
	RETURN COALESCE((SELECT jsonb_agg(s."row" ORDER BY array_position(ids, s.series_id)) FROM almanac.report_statements(context, ids) s), '[]');
END
$$;
COMMENT ON FUNCTION almanac.report_top(jsonb, integer, boolean) IS 'the statements that took most time, of all or of those that are new, as rows of a report';

-- What got slower (worse) or faster, and was still so at the end of the window or came up in it.
CREATE FUNCTION almanac.report_stories(context jsonb, worse boolean, n integer) RETURNS TABLE (started timestamptz, is_new boolean, is_over boolean, seconds_per_day double precision, "row" jsonb)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.started, s.started > (context ->> 'from')::timestamptz, COALESCE(s.ended <= (context ->> 'to')::timestamptz, false), s.seconds_per_day,
		jsonb_strip_nulls(jsonb_build_object('id', s.id, 'state', CASE WHEN s.ended <= (context ->> 'to')::timestamptz THEN 'over' WHEN s.started > (context ->> 'from')::timestamptz THEN 'new' ELSE 'still' END,
			'started', s.started, 'ended', CASE WHEN s.ended <= (context ->> 'to')::timestamptz THEN s.ended END, 'metric', m.title, 'value_before', s.value_before, 'value_after', s.value_after,
			'unit', CASE s.unit WHEN 'ms' THEN 'ms' WHEN 'bytes' THEN 'bytes' ELSE 'number' END, 'change', s.change, 'seconds_per_day', s.seconds_per_day, 'members', s.members,
			'cause', NULLIF(s.cause, 'unknown'), 'datname', s.datname, 'rolname', s.rolname, 'queryid', s.queryid::text,
			'query', CASE WHEN s.stream = 'statement' THEN almanac.report_statement(s.query, (context ->> 'texts')::boolean) ELSE s.query END))
	FROM (SELECT r.id, r.state, r.started, r.resolved AS ended, r.metric, r.value_before, r.value_after, r.unit, r.change, r.seconds_per_day, r.members, r.cause, r.datname, r.rolname, r.queryid, r.query, r.stream
			FROM almanac.regressions r WHERE worse
		UNION ALL SELECT i.id, i.state, i.started, i.ended, i.metric, i.value_before, i.value_after, i.unit, i.change, i.seconds_saved_per_day, i.members, i.cause, i.datname, i.rolname, i.queryid, i.query, i.stream
			FROM almanac.improvements i WHERE NOT worse) s
	LEFT JOIN almanac.watched_metrics() m ON m.stream = s.stream AND m.metric = s.metric
	WHERE s.state <> 'minor' AND s.started <= (context ->> 'to')::timestamptz AND (s.ended IS NULL OR s.ended > (context ->> 'from')::timestamptz)
		AND (worse OR s.started > (context ->> 'from')::timestamptz)
	ORDER BY (s.ended <= (context ->> 'to')::timestamptz) IS TRUE, s.seconds_per_day DESC NULLS LAST, s.started, s.id LIMIT n
$$;
COMMENT ON FUNCTION almanac.report_stories(jsonb, boolean, integer) IS 'regressions that were there in the window of a report, or improvements that began in it';

CREATE FUNCTION almanac.report_section_statements(context jsonb) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	columns CONSTANT text := $c$
		seconds_per_day|time a day|seconds
		share|share|share
		calls_per_day|calls a day|number
		mean_ms|mean|ms
		p95_ms|p95|ms
		mean_change|mean changed|change
		datname|database|text|below
		rolname|role|text|below
		queryid|queryid|code|below
		query|statement|code|below$c$;
	-- Of a record that begins in the period all statements would be new.
	tells_new CONSTANT boolean := (context ->> 'record_begin')::timestamptz < (context ->> 'from')::timestamptz;
BEGIN
	RETURN almanac.report_blocks(
		almanac.report_table('Slower', $c$
			state|state|text
			metric|what|text
			value_before|before|unit
			value_after|since|unit
			change|change|change
			seconds_per_day|costs a day|seconds
			started|since|time
			datname|database|text|below
			rolname|role|text|below
			queryid|queryid|code|below
			cause|cause|text|below
			query|statement|code|below$c$, COALESCE((SELECT jsonb_agg(s."row") FROM almanac.report_stories(context, true, 6) s), '[]'),
			'SELECT almanac.explain_regression(id) tells each with its plans.'),
		almanac.report_table('Faster', $c$
			metric|what|text
			value_before|before|unit
			value_after|since|unit
			change|change|change
			seconds_per_day|saves a day|seconds
			started|since|time
			datname|database|text|below
			rolname|role|text|below
			queryid|queryid|code|below
			cause|cause|text|below
			query|statement|code|below$c$, COALESCE((SELECT jsonb_agg(s."row") FROM almanac.report_stories(context, false, 4) s), '[]')),
		almanac.report_table('Most time', columns, almanac.report_top(context, 8, false), CASE WHEN context ? 'before' THEN 'Changes are those of the mean on the period before.' END),
		CASE WHEN tells_new THEN almanac.report_table('New, by time', columns, almanac.report_top(context, 4, true)) END);
END
$$;
COMMENT ON FUNCTION almanac.report_section_statements(jsonb) IS 'section of reports';
