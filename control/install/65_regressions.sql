-- What got slower and what got better: changes of level in history, kept with their size and start.

CREATE FUNCTION almanac.watched_metrics(OUT stream text, OUT metric text, OUT title text, OUT unit text, OUT cost text)
	RETURNS SETOF record LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 17 AS 'MODULE_PATHNAME', 'almanac_watched_metrics';
COMMENT ON FUNCTION almanac.watched_metrics() IS 'the quantities that analyze() looks at for changes; cost tells what more of it takes: time, blocks, bytes, a count of something bad, or nothing';

CREATE FUNCTION almanac.find_changes(stream text, "from" timestamptz, until timestamptz, step interval DEFAULT '1 hour', first_series integer DEFAULT NULL,
		last_series integer DEFAULT NULL)
	RETURNS TABLE (series_id integer, metric text, provisional boolean, started timestamptz, earliest timestamptz, latest timestamptz, ended timestamptz,
		value_before double precision, value_after double precision, p_value double precision, calls_per_day double precision)
	LANGUAGE C STABLE COST 1000000 ROWS 100 SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'almanac_find_changes';
COMMENT ON FUNCTION almanac.find_changes(text, timestamptz, timestamptz, interval, integer, integer) IS
	'changes of level of all watched metrics of a stream within a window, in steps of one length; only reads';

-- From the least step that makes no more than 1,000 of the window, and is not shorter than snapshots are apart.
CREATE FUNCTION almanac.analysis_step("from" timestamptz, until timestamptz) RETURNS interval
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	RETURN (SELECT s.step FROM unnest('{1s,2s,5s,10s,15s,30s,1min,2min,5min,10min,15min,30min,1h,2h,3h,6h,12h,1d}'::interval[]) AS s (step)
		WHERE s.step * 1000 >= until - "from" AND s.step >= pg_catalog.current_setting('pg_almanac.interval')::interval OR s.step = '1d'
		ORDER BY 1 LIMIT 1);
COMMENT ON FUNCTION almanac.analysis_step(timestamptz, timestamptz) IS 'the step in which analyze() looks at a window, if it is told none';

-- What a change of a metric costs: how much more there is of it in a day, that much in seconds of execution, and whether it is too
-- little to be told before others. A 95th percentile says nothing of the calls below it: only those above are reckoned.
CREATE FUNCTION almanac.change_cost(metric text, cost text, value_before double precision, value_after double precision, calls_per_day double precision,
		exec_seconds_per_day double precision, OUT extra_per_day double precision, OUT seconds_per_day double precision, OUT minor boolean)
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT e.extra, e.seconds, CASE cost
			WHEN 'time' THEN abs(e.seconds) < greatest(60, 0.001 * COALESCE(exec_seconds_per_day, 0))
			WHEN 'blocks' THEN abs(e.extra) < 1000000
			WHEN 'bytes' THEN abs(e.extra) < 1e9
			WHEN 'count' THEN abs(e.extra) < 100
			ELSE true END
		FROM (SELECT x.extra, CASE WHEN cost = 'time' THEN x.extra / 1000 * CASE WHEN metric = 'p95_ms' THEN 0.05 ELSE 1 END END AS seconds
			FROM (SELECT (value_after - value_before) * COALESCE(calls_per_day, 24) AS extra) x) e;
END;
COMMENT ON FUNCTION almanac.change_cost(text, text, double precision, double precision, double precision, double precision) IS
	'what a change of level adds in a day, in the metric''s unit and in seconds of execution, and whether that is too little to be told first';

CREATE FUNCTION almanac.analyze_stream(stream text, "from" timestamptz, until timestamptz, step interval, first_series integer, last_series integer) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	now_time CONSTANT timestamptz := clock_timestamp();
	exec_seconds_per_day CONSTANT double precision := (SELECT sum(s.total_exec_ms) / 1000 / extract(epoch FROM least('1 day', analyze_stream.until - analyze_stream."from")) * 86400
		FROM almanac.sums('statement', greatest(analyze_stream."from", analyze_stream.until - '1 day'::interval), analyze_stream.until) AS s (total_exec_ms double precision));
	found record;
	known almanac.changes;
	seen bigint[] := '{}';
	new_changes integer := 0;
BEGIN
	FOR found IN
		SELECT f.*, f.value_after > f.value_before AS worse, c.extra_per_day, c.seconds_per_day, c.minor,
			CASE WHEN f.provisional THEN 'watch' WHEN f.ended IS NULL THEN 'open' ELSE 'resolved' END AS status
		FROM almanac.find_changes(analyze_stream.stream, analyze_stream."from", analyze_stream.until, analyze_stream.step, analyze_stream.first_series, analyze_stream.last_series) f
		JOIN almanac.watched_metrics() m ON m.stream = analyze_stream.stream AND m.metric = f.metric
		CROSS JOIN LATERAL almanac.change_cost(f.metric, m.cost, f.value_before, f.value_after, f.calls_per_day, exec_seconds_per_day) c
		ORDER BY f.series_id, f.metric, f.started
	LOOP
		-- What brought a regression to its end is no improvement of its own.
		CONTINUE WHEN NOT found.worse AND EXISTS (SELECT FROM almanac.changes c WHERE c.stream = analyze_stream.stream AND c.series_id = found.series_id
			AND c.metric = found.metric AND c.worse AND c.status = 'resolved' AND c.ended BETWEEN found.earliest - analyze_stream.step AND found.latest + analyze_stream.step);
		SELECT c.* INTO known FROM almanac.changes c
			WHERE c.stream = analyze_stream.stream AND c.series_id = found.series_id AND c.metric = found.metric AND c.worse = found.worse
				AND c.earliest <= found.latest + 2 * greatest(c.step, analyze_stream.step) AND c.latest >= found.earliest - 2 * greatest(c.step, analyze_stream.step)
			ORDER BY abs(extract(epoch FROM c.started - found.started)), c.change_id LIMIT 1;
		IF known.change_id IS NULL THEN
			INSERT INTO almanac.changes (stream, series_id, metric, worse, status, minor, started, earliest, latest, ended, value_before, value_after, p_value, calls_per_day,
					extra_per_day, seconds_per_day, step, analyzed_from, analyzed_until, first_found, last_found)
				VALUES (analyze_stream.stream, found.series_id, found.metric, found.worse, found.status, found.minor, found.started, found.earliest, found.latest, found.ended,
					found.value_before, found.value_after, found.p_value, found.calls_per_day, found.extra_per_day, found.seconds_per_day, analyze_stream.step,
					analyze_stream."from", analyze_stream.until, now_time, now_time)
				RETURNING change_id INTO known.change_id;
			new_changes := new_changes + 1;
		ELSIF NOT (found.provisional AND known.status IN ('open', 'resolved')) THEN
			UPDATE almanac.changes c SET status = found.status, minor = found.minor, ended = found.ended, value_before = found.value_before, value_after = found.value_after,
					p_value = found.p_value, calls_per_day = found.calls_per_day, extra_per_day = found.extra_per_day, seconds_per_day = found.seconds_per_day,
					started = CASE WHEN analyze_stream.step <= c.step THEN found.started ELSE c.started END,
					earliest = CASE WHEN analyze_stream.step <= c.step THEN found.earliest ELSE c.earliest END,
					latest = CASE WHEN analyze_stream.step <= c.step THEN found.latest ELSE c.latest END,
					step = least(c.step, analyze_stream.step), missed = 0,
					analyzed_from = analyze_stream."from", analyzed_until = analyze_stream.until, last_found = now_time
				WHERE c.change_id = known.change_id;
		END IF;
		seen := seen || known.change_id;
	END LOOP;
	-- What is not found any more where it should be: doubtful at once if it was, else after the second time.
	UPDATE almanac.changes c SET missed = c.missed + 1, status = CASE WHEN c.status = 'watch' OR c.missed >= 1 THEN 'withdrawn' ELSE c.status END
		WHERE c.stream = analyze_stream.stream AND c.series_id BETWEEN analyze_stream.first_series AND analyze_stream.last_series AND c.step = analyze_stream.step
			AND c.started BETWEEN analyze_stream."from" + 48 * analyze_stream.step AND analyze_stream.until AND c.analyzed_until <= analyze_stream.until
			AND c.status IN ('watch', 'open') AND NOT c.change_id = ANY (seen);
	RETURN new_changes;
END
$$;
COMMENT ON FUNCTION almanac.analyze_stream(text, timestamptz, timestamptz, interval, integer, integer) IS
	'what analyze() does, for some series of one stream';

-- One story per cause: changes in the same direction of one statement (or database, or server) whose starts may be the same.
CREATE FUNCTION almanac.group_changes() RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE almanac.changes c SET incident_id = g.incident_id
		FROM (SELECT c.change_id, min(c.change_id) OVER (PARTITION BY c.stream, c.series_id, c.worse, c.story) AS incident_id
			FROM (SELECT c.*, count(*) FILTER (WHERE c.apart) OVER (PARTITION BY c.stream, c.series_id, c.worse ORDER BY c.started, c.change_id) AS story
				FROM (SELECT c.*, c.earliest - c.step > max(c.latest + c.step) OVER (PARTITION BY c.stream, c.series_id, c.worse ORDER BY c.started, c.change_id
						ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS apart
					FROM almanac.changes c WHERE c.status <> 'withdrawn') c) c) g
		WHERE c.change_id = g.change_id AND c.incident_id IS DISTINCT FROM g.incident_id;
END
$$;
COMMENT ON FUNCTION almanac.group_changes() IS 'puts changes that may have one cause together to incidents';

CREATE FUNCTION almanac.analyze("from" timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, step interval DEFAULT NULL) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	until_time CONSTANT timestamptz := COALESCE("analyze".until, clock_timestamp());
	from_time CONSTANT timestamptz := COALESCE("analyze"."from", until_time - COALESCE("analyze".step * 1000, '35 days'::interval));
	step_length CONSTANT interval := COALESCE("analyze".step, CASE WHEN "analyze"."from" IS NULL THEN '1 hour'::interval END, almanac.analysis_step(from_time, until_time));
	stream text;
	new_changes integer := 0;
BEGIN
	FOREACH stream IN ARRAY '{statement,database,system}'::text[] LOOP
		new_changes := new_changes + almanac.analyze_stream(stream, from_time, until_time, step_length, 0, 2147483647);
	END LOOP;
	PERFORM almanac.group_changes();
	RETURN new_changes;
END
$$;
COMMENT ON FUNCTION almanac.analyze(timestamptz, timestamptz, interval) IS
	'looks for changes in a window of history (default: the last 35 days in hours), stores them and returns the number of new ones; the worker does it by itself';

-- The change of each incident that tells most: time first, then what costs most.
CREATE VIEW almanac.incident_changes AS
	SELECT c.*, (c.value_after - c.value_before) / NULLIF(abs(c.value_before), 0) AS change, m.title, m.unit, m.cost,
		row_number() OVER (PARTITION BY c.incident_id ORDER BY c.minor, m.metric <> 'mean_exec_ms', m.cost <> 'time', abs(c.extra_per_day) DESC, c.change_id) AS rank,
		count(*) OVER (PARTITION BY c.incident_id) AS members
	FROM almanac.changes c JOIN almanac.watched_metrics() m USING (stream, metric)
	WHERE c.status <> 'withdrawn';
COMMENT ON VIEW almanac.incident_changes IS 'changes that were not withdrawn, those of an incident in the order of what they tell';

CREATE VIEW almanac.change_stories AS
	SELECT c.incident_id AS id, c.worse, CASE WHEN c.minor THEN 'minor' ELSE c.status END AS state, c.started, c.earliest, c.latest, c.ended AS resolved,
		CASE c.stream WHEN 'statement' THEN n.datname WHEN 'database' THEN d.datname END AS datname, n.rolname, n.queryid, n.query,
		c.metric, c.value_before, c.value_after, c.unit, c.change, c.seconds_per_day, c.extra_per_day, c.calls_per_day,
		(SELECT string_agg(format('%s %s%s', o.title, CASE WHEN o.change IS NULL THEN 'from 0' ELSE to_char(100 * o.change, 'FMSG999990') || ' %' END,
				CASE WHEN o.minor THEN ' (minor)' ELSE '' END), ', ' ORDER BY o.rank)
			FROM almanac.incident_changes o WHERE o.incident_id = c.incident_id AND o.rank > 1) AS also,
		c.p_value, c.first_found AS found, c.stream, c.series_id, c.change_id, c.step
	FROM almanac.incident_changes c
	LEFT JOIN almanac.statement_names n ON c.stream = 'statement' AND n.series_id = c.series_id
	LEFT JOIN almanac.database_keys d ON c.stream = 'database' AND d.series_id = c.series_id
	WHERE c.rank = 1;
COMMENT ON VIEW almanac.change_stories IS 'one row per incident, with the change that tells most; views regressions and improvements are its halves';

CREATE VIEW almanac.regressions AS
	SELECT s.id, s.state, s.started, s.earliest, s.latest, s.resolved, s.datname, s.rolname, s.queryid, s.query, s.metric, s.value_before, s.value_after, s.unit, s.change,
		s.seconds_per_day, s.extra_per_day, s.calls_per_day, s.also, s.p_value, s.found, s.stream, s.series_id, s.change_id
	FROM almanac.change_stories s WHERE s.worse
	ORDER BY s.state = 'minor', s.state = 'resolved', s.seconds_per_day DESC NULLS LAST, s.started DESC;
COMMENT ON VIEW almanac.regressions IS 'what got slower or dearer, since when, by how much and what that costs in seconds of execution a day; the costliest first';

CREATE VIEW almanac.improvements AS
	SELECT s.id, s.state, s.started, s.earliest, s.latest, s.resolved AS ended, s.datname, s.rolname, s.queryid, s.query, s.metric, s.value_before, s.value_after, s.unit, s.change,
		-s.seconds_per_day AS seconds_saved_per_day, -s.extra_per_day AS saved_per_day, s.calls_per_day, s.also, s.p_value, s.found, s.stream, s.series_id, s.change_id
	FROM almanac.change_stories s WHERE NOT s.worse
	ORDER BY s.state = 'minor', s.state = 'resolved', s.seconds_per_day, s.started DESC;
COMMENT ON VIEW almanac.improvements IS 'what got faster or cheaper, as view regressions';
