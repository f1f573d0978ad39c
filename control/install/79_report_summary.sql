-- What a report begins with: the verdict in a line, what changed, what it costs, what to do.

CREATE FUNCTION almanac.report_plural(n bigint, one text, many text DEFAULT NULL) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN n = 1 THEN '1 ' || one ELSE almanac.report_number(n::double precision) || ' ' || COALESCE(many, one || 's') END;
COMMENT ON FUNCTION almanac.report_plural(bigint, text, text) IS 'a number of something in words';

CREATE FUNCTION almanac.report_unit(period text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE period WHEN 'daily' THEN 'day' WHEN 'weekly' THEN 'week' WHEN 'monthly' THEN 'month' ELSE 'quarter' END;
COMMENT ON FUNCTION almanac.report_unit(text) IS 'what a daily, weekly ... report is of';

-- A statement in a sentence: its text, if it may be shown and is there, or its number.
CREATE FUNCTION almanac.report_mention("row" jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN concat_ws(' ', COALESCE('statement ' || ("row" ->> 'queryid'), CASE WHEN "row" ? 'datname' THEN 'database' WHEN "row" ? 'query' THEN 'metric ' || ("row" ->> 'query') ELSE 'the server' END),
		CASE WHEN "row" ? 'queryid' AND "row" ? 'datname' THEN 'in' END, "row" ->> 'datname',
		CASE WHEN "row" ? 'queryid' AND "row" ->> 'query' <> '<insufficient privilege>' THEN '(' || left("row" ->> 'query', 60) || CASE WHEN length("row" ->> 'query') > 60 THEN ' ...' ELSE '' END || ')' END);
COMMENT ON FUNCTION almanac.report_mention(jsonb) IS 'whose a regression is, in a sentence';

CREATE FUNCTION almanac.report_changed(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
	WITH metric AS (
		SELECT m.n, m.title, m.unit, (context #>> ARRAY['totals', m.key])::float8 AS now, (context #>> ARRAY['before', m.key])::float8 AS before, (context #>> ARRAY['baseline', m.key])::float8 AS baseline
		FROM (VALUES (1, 'exec_seconds_per_day', 'execution time a day', 'seconds', 0.1), (2, 'calls_per_day', 'calls a day', 'number', 0.1), (3, 'p95_ms', '95th percentile', 'ms', 0.1),
			(4, 'errors_per_day', 'errors a day', 'number', 0.5), (5, 'transactions_per_day', 'transactions a day', 'number', 0.1), (6, 'wal_bytes_per_day', 'WAL a day', 'bytes', 0.2),
			(7, 'temp_bytes_per_day', 'temporary files a day', 'bytes', 0.5), (8, 'size_bytes', 'size of all databases', 'bytes', 0.02)) AS m (n, key, title, unit, least)
		WHERE abs((context #>> ARRAY['totals', m.key])::float8 / NULLIF((context #>> ARRAY['before', m.key])::float8, 0) - 1) >= m.least
	), worse AS MATERIALIZED (
		SELECT s.*, row_number() OVER () AS n FROM almanac.report_stories(context, true, 1000) s WHERE s.is_new
	), better AS MATERIALIZED (
		SELECT s.*, row_number() OVER () AS n FROM almanac.report_stories(context, false, 1000) s
	), event AS (
		SELECT e."time", e.kind, e.label, count(*) OVER () AS of FROM almanac.events e
		WHERE e."time" > (context ->> 'from')::timestamptz AND e."time" <= (context ->> 'to')::timestamptz
			AND (e.source = 'people' OR e.kind IN ('setting_changed', 'restart', 'crash', 'failover', 'server_replaced', 'version_changed', 'index_dropped', 'table_dropped', 'database_created', 'database_dropped',
				'extension_created', 'extension_updated', 'extension_dropped', 'events_lost'))
		ORDER BY e.source = 'people' OR e.kind IN ('crash', 'failover', 'server_replaced', 'version_changed', 'restart') DESC, e."time" DESC LIMIT 6
	)
	SELECT COALESCE(jsonb_agg(jsonb_build_object('text', i.line) ORDER BY i.place, i.n), '[]') FROM (
		SELECT 1 AS place, m.n::bigint AS n, format('%s: %s, %s on the %s before%s', m.title, almanac.report_value(to_jsonb(m.now), m.unit), almanac.report_change(m.now / m.before - 1), almanac.report_unit(context ->> 'period'),
			COALESCE(format(' (%s on the baseline)', almanac.report_change(m.now / NULLIF(m.baseline, 0) - 1)), '')) AS line FROM metric m
		UNION ALL
		SELECT 2, w.n, format('slower: %s of %s, %s to %s%s, since %s%s', w."row" ->> 'metric', almanac.report_mention(w."row"), almanac.report_value(w."row" -> 'value_before', w."row" ->> 'unit'),
				almanac.report_value(w."row" -> 'value_after', w."row" ->> 'unit'), COALESCE(format(' (%s)', almanac.report_value(w."row" -> 'change', 'change')), ''), almanac.report_value(w."row" -> 'started', 'time'),
				CASE WHEN w.is_over THEN ', over' ELSE '' END || COALESCE('; ' || (w."row" ->> 'cause'), ''))
			FROM worse w WHERE w.n <= 3
		UNION ALL SELECT 3, 0, format('and %s more', almanac.report_plural(count(*), 'regression')) FROM worse w WHERE w.n > 3 HAVING count(*) > 0
		UNION ALL
		SELECT 4, b.n, format('faster: %s of %s, %s to %s%s%s', b."row" ->> 'metric', almanac.report_mention(b."row"), almanac.report_value(b."row" -> 'value_before', b."row" ->> 'unit'),
				almanac.report_value(b."row" -> 'value_after', b."row" ->> 'unit'), COALESCE(format(' (%s)', almanac.report_value(b."row" -> 'change', 'change')), ''), COALESCE('; ' || (b."row" ->> 'cause'), ''))
			FROM better b WHERE b.n <= 2
		UNION ALL SELECT 5, 0, format('and %s more', almanac.report_plural(count(*), 'improvement')) FROM better b WHERE b.n > 2 HAVING count(*) > 0
		UNION ALL SELECT 6, -extract(epoch FROM e."time")::bigint, format('%s %s: %s', almanac.report_value(to_jsonb(e."time"), 'time'), e.kind, e.label) FROM event e
		UNION ALL SELECT 7, 0, format('and %s more in almanac.events', almanac.report_plural(max(e.of) - 6, 'event')) FROM event e HAVING max(e.of) > 6) i
$$;
COMMENT ON FUNCTION almanac.report_changed(jsonb) IS 'what changed in the window of a report, as items of a list';

CREATE FUNCTION almanac.report_costs(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH worse AS MATERIALIZED (SELECT * FROM almanac.report_stories(context, true, 1000) s WHERE NOT s.is_over),
	better AS MATERIALIZED (SELECT * FROM almanac.report_stories(context, false, 1000) s WHERE NOT s.is_over),
	total AS (SELECT NULLIF((context #>> '{totals,exec_seconds_per_day}')::float8, 0) AS seconds),
	f AS MATERIALIZED (SELECT * FROM almanac.report_findings(context))
	SELECT COALESCE(jsonb_agg(jsonb_build_object('text', i.line) ORDER BY i.place), '[]') FROM (
		SELECT 1 AS place, (SELECT format('what got slower: %s of execution a day%s%s', almanac.report_time(1000 * sum(w.seconds_per_day)),
			COALESCE(format(', %s of all', almanac.report_value(to_jsonb(sum(w.seconds_per_day) / t.seconds), 'share')), ''), CASE WHEN bool_and(w.is_new) THEN ', all of it new' WHEN bool_or(w.is_new) THEN format(', %s of it new', almanac.report_time(1000 * sum(w.seconds_per_day) FILTER (WHERE w.is_new))) ELSE ', none of it new' END)
			FROM worse w HAVING sum(w.seconds_per_day) > 0) AS line FROM total t
		UNION ALL SELECT 2, (SELECT format('what got faster saves %s of execution a day', almanac.report_time(1000 * sum(b.seconds_per_day))) FROM better b HAVING sum(b.seconds_per_day) > 0)
		UNION ALL SELECT 3, (SELECT format('space that findings say is wasted: %s', almanac.report_bytes(sum((f."row" ->> 'bytes')::float8))) FROM f
			WHERE f."row" ->> 'kind' IN ('index_unused', 'index_duplicate', 'index_redundant', 'index_bloat', 'table_bloat') HAVING sum((f."row" ->> 'bytes')::float8) > 0)
		UNION ALL SELECT 4, (SELECT format('growth: %s in this time', almanac.report_bytes(g.grown)) FROM (SELECT (context #>> '{totals,size_bytes}')::float8 - (context #>> '{before,size_bytes}')::float8 AS grown) g WHERE g.grown > 0)) i
	WHERE i.line IS NOT NULL
$$;
COMMENT ON FUNCTION almanac.report_costs(jsonb) IS 'what it costs, as items of a list';

CREATE FUNCTION almanac.report_todo(context jsonb) RETURNS jsonb
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('text', format('%s %s: %s%s', f.severity, f."row" ->> 'object', f."row" ->> 'message', COALESCE(' [' || (f."row" ->> 'datname') || ']', '')),
		'code', f."row" -> 'sql', 'id', f."row" -> 'id')) ORDER BY f.n), '[]')
	FROM (SELECT * FROM almanac.report_findings(context) f WHERE f.severity <> 'P3' ORDER BY f.n LIMIT 5) f
$$;
COMMENT ON FUNCTION almanac.report_todo(jsonb) IS 'what to do first, as items of a list';

-- The verdict: RED if something has to be done now, YELLOW if this week or if something new costs a hundredth of all execution time, else GREEN; NONE without a record.
CREATE FUNCTION almanac.report_verdict(context jsonb, OUT status text, OUT verdict text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	unit CONSTANT text := almanac.report_unit(context ->> 'period');
	now_count bigint;
	week_count bigint;
	slower bigint;
	seconds double precision;
	share double precision;
	change double precision;
	change_p95 double precision;
	parts text[] := '{}';
BEGIN
	IF (context ->> 'empty')::boolean THEN
		status := 'NONE';
		verdict := CASE WHEN context ? 'record_begin' AND context -> 'record_begin' <> 'null' THEN format('Nothing was recorded in this %s: the record begins at %s.', unit, almanac.report_value(context -> 'record_begin', 'time'))
			ELSE 'Nothing has been recorded yet.' END;
		RETURN;
	END IF;
	SELECT count(*) FILTER (WHERE f.severity = 'P0'), count(*) FILTER (WHERE f.severity = 'P1') INTO now_count, week_count FROM almanac.report_findings(context) f;
	SELECT count(*), sum(s.seconds_per_day) INTO slower, seconds FROM almanac.report_stories(context, true, 1000) s WHERE s.is_new AND NOT s.is_over;
	share := seconds / NULLIF((context #>> '{totals,exec_seconds_per_day}')::float8, 0);
	status := CASE WHEN now_count > 0 THEN 'RED' WHEN week_count > 0 OR share >= 0.01 THEN 'YELLOW' ELSE 'GREEN' END;
	parts := parts || CASE WHEN now_count > 0 THEN almanac.report_plural(now_count, 'finding') || ' to act on now' || CASE WHEN week_count > 0 THEN format(', %s this week', week_count) ELSE '' END
		WHEN week_count > 0 THEN almanac.report_plural(week_count, 'finding') || ' to act on this week' WHEN slower = 0 THEN 'nothing urgent' END;
	parts := array_remove(parts, NULL);
	parts := parts || CASE WHEN slower = 0 THEN 'nothing got slower for good' ELSE almanac.report_plural(slower, 'regression') || CASE WHEN seconds > 0 THEN format(' that cost%s %s of execution a day', CASE slower WHEN 1 THEN 's' ELSE '' END, almanac.report_time(1000 * seconds))
			|| COALESCE(format(' (%s of all)', almanac.report_value(to_jsonb(share), 'share')), '') ELSE '' END END;
	change := (context #>> '{totals,exec_seconds_per_day}')::float8 / NULLIF((context #>> '{before,exec_seconds_per_day}')::float8, 0) - 1;
	change_p95 := (context #>> '{totals,p95_ms}')::float8 / NULLIF((context #>> '{before,p95_ms}')::float8, 0) - 1;
	IF change IS NOT NULL THEN
		parts := parts || format('execution time %s%s on the %s before', almanac.report_change(change), COALESCE(', 95th percentile ' || almanac.report_change(change_p95), ''), unit);
	END IF;
	verdict := upper(left(parts[1], 1)) || substr(array_to_string(parts, '; '), 2) || '.';
END
$$;
COMMENT ON FUNCTION almanac.report_verdict(jsonb) IS 'the verdict of a report in a line';

CREATE FUNCTION almanac.report_section_summary(context jsonb) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	unit CONSTANT text := almanac.report_unit(context ->> 'period');
	v record;
BEGIN
	SELECT * INTO v FROM almanac.report_verdict(context);
	RETURN jsonb_build_array(jsonb_build_object('kind', 'verdict', 'status', v.status, 'text', v.verdict)) || CASE WHEN (context ->> 'empty')::boolean THEN
			almanac.report_blocks(almanac.report_paragraph('A snapshot is taken every pg_almanac.interval by the worker, or by take_snapshot(); view almanac.status tells how recording does.'))
		ELSE almanac.report_blocks(
			almanac.report_paragraph(CASE
				WHEN (context ->> 'running')::boolean THEN format('The record is younger than a whole %s: this report is of the time from %s to %s.%s', unit, almanac.report_moment(context -> 'from', context -> 'from', context -> 'to'),
					almanac.report_moment(context -> 'to', context -> 'from', context -> 'to'), CASE WHEN (context ->> 'to')::timestamptz - (context ->> 'from')::timestamptz < '1 day'::interval
						THEN ' What is told per day is what it would be if the day went on like that.' ELSE '' END)
				WHEN NOT (context ->> 'complete')::boolean THEN format('The record begins within this %s: this report is of the time from %s on.', unit, almanac.report_moment(context -> 'from', context -> 'from', context -> 'to')) END),
			almanac.report_list('What changed', COALESCE(NULLIF(almanac.report_changed(context), '[]'), jsonb_build_array(jsonb_build_object('text', 'nothing worth telling')))),
			almanac.report_list('What it costs', almanac.report_costs(context)),
			almanac.report_list('What to do', COALESCE(NULLIF(almanac.report_todo(context), '[]'), jsonb_build_array(jsonb_build_object('text', 'nothing that cannot wait'))))) END;
END
$$;
COMMENT ON FUNCTION almanac.report_section_summary(jsonb) IS 'section of reports';
