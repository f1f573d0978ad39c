-- What got slower and what got better: changes of level in history, kept with their size and start.

CREATE FUNCTION almanac.watched_metrics(OUT stream text, OUT metric text, OUT title text, OUT unit text, OUT cost text)
	RETURNS SETOF record LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 19 AS 'MODULE_PATHNAME', 'almanac_watched_metrics';
COMMENT ON FUNCTION almanac.watched_metrics() IS 'the quantities that analyze() looks at for changes; cost tells what more of it takes: time, blocks, bytes, a count of something bad, something that only its users know (value), or nothing';

CREATE FUNCTION almanac.find_changes(stream text, "from" timestamptz, until timestamptz, step interval DEFAULT '1 hour', first_series integer DEFAULT NULL,
		last_series integer DEFAULT NULL, series integer[] DEFAULT NULL)
	RETURNS TABLE (series_id integer, metric text, provisional boolean, started timestamptz, earliest timestamptz, latest timestamptz, ended timestamptz,
		value_before double precision, value_after double precision, p_value double precision, calls_per_day double precision)
	LANGUAGE C STABLE COST 1000000 ROWS 100 SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'almanac_find_changes';
COMMENT ON FUNCTION almanac.find_changes(text, timestamptz, timestamptz, interval, integer, integer, integer[]) IS
	'changes of level of all watched metrics of a stream within a window, in steps of one length, for all or some series; only reads';

-- From the least step that makes no more than 1,000 of the window, and is not shorter than snapshots are apart.
CREATE FUNCTION almanac.analysis_step("from" timestamptz, until timestamptz) RETURNS interval
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	RETURN (SELECT s.step FROM unnest('{1s,2s,5s,10s,15s,30s,1min,2min,5min,10min,15min,30min,1h,2h,3h,6h,12h,1d}'::interval[]) AS s (step)
		WHERE s.step * 1000 >= until - "from" AND s.step >= pg_catalog.current_setting('pg_almanac.interval')::interval OR s.step = '1d'
		ORDER BY 1 LIMIT 1);
COMMENT ON FUNCTION almanac.analysis_step(timestamptz, timestamptz) IS 'the step in which analyze() looks at a window, if it is told none';

-- What a change of a metric costs: how much more there is of it in a day, that much in seconds of execution, and that in
-- multiples of what is worth telling: less than 1 is minor. A 95th percentile says nothing of the calls below it: only those above are reckoned.
CREATE FUNCTION almanac.change_cost(metric text, cost text, value_before double precision, value_after double precision, calls_per_day double precision,
		exec_seconds_per_day double precision, OUT extra_per_day double precision, OUT seconds_per_day double precision, OUT worth double precision)
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT e.extra, e.seconds, CASE cost
			WHEN 'time' THEN abs(e.seconds) / greatest(60, 0.001 * COALESCE(exec_seconds_per_day, 0))
			WHEN 'blocks' THEN abs(e.extra) / 1e6
			WHEN 'bytes' THEN abs(e.extra) / 1e9
			WHEN 'count' THEN abs(e.extra) / 100
			WHEN 'value' THEN 1
			ELSE 0 END
		FROM (SELECT x.extra, CASE WHEN cost = 'time' THEN x.extra / 1000 * CASE WHEN metric = 'p95_ms' THEN 0.05 ELSE 1 END END AS seconds
			FROM (SELECT (value_after - value_before) * COALESCE(calls_per_day, 24) AS extra) x) e;
END;
COMMENT ON FUNCTION almanac.change_cost(text, text, double precision, double precision, double precision, double precision) IS
	'what a change of level adds in a day, in the metric''s unit and in seconds of execution, and in multiples of what is worth telling';

CREATE FUNCTION almanac.exec_seconds_per_day("from" timestamptz, until timestamptz) RETURNS double precision
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT sum(s.total_exec_ms) / 1000 / extract(epoch FROM least('1 day', exec_seconds_per_day.until - exec_seconds_per_day."from")) * 86400
		FROM almanac.sums('statement', greatest(exec_seconds_per_day."from", exec_seconds_per_day.until - '1 day'::interval), exec_seconds_per_day.until) AS s (total_exec_ms double precision);
END;
COMMENT ON FUNCTION almanac.exec_seconds_per_day(timestamptz, timestamptz) IS 'what all statements took in the last day of a window, in seconds';

-- Whether more is worse: of all that is watched, but for metrics of users, who say. NULL: neither, or the metric is gone.
CREATE FUNCTION almanac.more_is_worse(stream text, series_id integer) RETURNS boolean
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN stream = 'metric' THEN (SELECT CASE d.direction WHEN 'lower_is_better' THEN true WHEN 'higher_is_better' THEN false END
		FROM almanac.metric_keys k JOIN almanac.metric_definitions d ON d.name = k.metric WHERE k.series_id = more_is_worse.series_id) ELSE true END;
COMMENT ON FUNCTION almanac.more_is_worse(text, integer) IS 'whether a higher value of what is watched is a regression; NULL if it is neither that nor an improvement';

CREATE FUNCTION almanac.analyze_stream(stream text, "from" timestamptz, until timestamptz, step interval, first_series integer, last_series integer,
		series integer[] DEFAULT NULL, exec_seconds_per_day double precision DEFAULT NULL) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	now_time CONSTANT timestamptz := clock_timestamp();
	all_seconds CONSTANT double precision := COALESCE(exec_seconds_per_day, almanac.exec_seconds_per_day(analyze_stream."from", analyze_stream.until));
	found record;
	known almanac.changes;
	seen bigint[] := '{}';
	new_changes integer := 0;
BEGIN
	FOR found IN
		SELECT f.*, (f.value_after > f.value_before) = COALESCE(w.more, true) AS worse, c.extra_per_day, c.seconds_per_day, CASE WHEN w.more IS NULL THEN 0 ELSE c.worth END AS worth,
			c.worth < 1 OR w.more IS NULL AS minor,
			CASE WHEN f.provisional THEN 'watch' WHEN f.ended IS NULL THEN 'open' ELSE 'resolved' END AS status
		FROM almanac.find_changes(analyze_stream.stream, analyze_stream."from", analyze_stream.until, analyze_stream.step, analyze_stream.first_series,
			analyze_stream.last_series, analyze_stream.series) f
		JOIN almanac.watched_metrics() m ON m.stream = analyze_stream.stream AND m.metric = f.metric
		CROSS JOIN LATERAL almanac.change_cost(f.metric, m.cost, f.value_before, f.value_after, f.calls_per_day, all_seconds) c
		CROSS JOIN LATERAL almanac.more_is_worse(analyze_stream.stream, f.series_id) w (more)
		ORDER BY f.series_id, f.metric, f.started
	LOOP
		CONTINUE WHEN almanac.is_load(analyze_stream.stream, found.series_id, found.metric, found.value_before, found.value_after, found.earliest, found.latest, found.ended,
			analyze_stream.step, analyze_stream.until);
		-- What brought a regression to its end is no improvement of its own.
		CONTINUE WHEN NOT found.worse AND EXISTS (SELECT FROM almanac.changes c WHERE c.stream = analyze_stream.stream AND c.series_id = found.series_id
			AND c.metric = found.metric AND c.worse AND c.status = 'resolved' AND c.ended BETWEEN found.earliest - analyze_stream.step AND found.latest + analyze_stream.step);
		SELECT c.* INTO known FROM almanac.changes c
			WHERE c.stream = analyze_stream.stream AND c.series_id = found.series_id AND c.metric = found.metric AND c.worse = found.worse
				AND c.earliest <= found.latest + 2 * greatest(c.step, analyze_stream.step) AND c.latest >= found.earliest - 2 * greatest(c.step, analyze_stream.step)
			ORDER BY abs(extract(epoch FROM c.started - found.started)), c.change_id LIMIT 1;
		IF known.change_id IS NULL THEN
			INSERT INTO almanac.changes (stream, series_id, metric, worse, status, minor, worth, started, earliest, latest, ended, value_before, value_after, p_value, calls_per_day,
					extra_per_day, seconds_per_day, step, analyzed_from, analyzed_until, first_found, last_found)
				VALUES (analyze_stream.stream, found.series_id, found.metric, found.worse, found.status, found.minor, found.worth, found.started, found.earliest, found.latest, found.ended,
					found.value_before, found.value_after, found.p_value, found.calls_per_day, found.extra_per_day, found.seconds_per_day, analyze_stream.step,
					analyze_stream."from", analyze_stream.until, now_time, now_time)
				RETURNING change_id INTO known.change_id;
			new_changes := new_changes + 1;
		ELSIF NOT (found.provisional AND known.status IN ('open', 'resolved')) THEN
			UPDATE almanac.changes c SET status = found.status, minor = found.minor, worth = found.worth, ended = found.ended, value_before = found.value_before, value_after = found.value_after,
					p_value = found.p_value, calls_per_day = found.calls_per_day, extra_per_day = found.extra_per_day, seconds_per_day = found.seconds_per_day,
					started = CASE WHEN analyze_stream.step <= c.step THEN found.started ELSE c.started END,
					earliest = CASE WHEN analyze_stream.step <= c.step THEN found.earliest ELSE c.earliest END,
					latest = CASE WHEN analyze_stream.step <= c.step THEN found.latest ELSE c.latest END,
					step = least(c.step, analyze_stream.step), missed = 0,
					causes = CASE WHEN analyze_stream.step <= c.step AND found.started <> c.started THEN NULL ELSE c.causes END,
					analyzed_from = analyze_stream."from", analyzed_until = analyze_stream.until, last_found = now_time
				WHERE c.change_id = known.change_id;
		END IF;
		seen := seen || known.change_id;
	END LOOP;
	-- What is not found any more where it should be: doubtful at once if it was, else after the second time.
	UPDATE almanac.changes c SET missed = c.missed + 1, status = CASE WHEN c.status = 'watch' OR c.missed >= 1 THEN 'withdrawn' ELSE c.status END
		WHERE c.stream = analyze_stream.stream AND c.series_id BETWEEN analyze_stream.first_series AND analyze_stream.last_series AND c.step = analyze_stream.step
			AND (analyze_stream.series IS NULL OR c.series_id = ANY (analyze_stream.series))
			AND c.started BETWEEN analyze_stream."from" + 48 * analyze_stream.step AND analyze_stream.until AND c.analyzed_until <= analyze_stream.until
			AND c.status IN ('watch', 'open') AND NOT c.change_id = ANY (seen);
	RETURN new_changes;
END
$$;
COMMENT ON FUNCTION almanac.analyze_stream(text, timestamptz, timestamptz, interval, integer, integer, integer[], double precision) IS
	'what analyze() does, for some series of one stream';

-- What the worker looks at: only series of which something was recorded since it looked at their group. The others have not changed, nor has what is known of
-- them. The group that was looked at longest ago comes first, so that all have their turn if time is short.
CREATE FUNCTION almanac.series_to_analyze(stream text, until timestamptz) RETURNS TABLE (series_group integer, series integer[])
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT g.series_group, g.series
	FROM (SELECT t.series_id / 64 AS series_group, array_agg(t.series_id ORDER BY t.series_id) AS series, a.analyzed_until
		FROM almanac.totals(series_to_analyze.stream) AS t (series_id integer, last_time timestamptz)
		LEFT JOIN almanac.analysis_state a ON a.stream = series_to_analyze.stream AND a.series_group = t.series_id / 64
		WHERE t.last_time > COALESCE(a.analyzed_until, series_to_analyze.until - interval '35 days') AND COALESCE(a.analyzed_until < series_to_analyze.until, true)
		GROUP BY t.series_id / 64, a.analyzed_until) g
	ORDER BY g.analyzed_until NULLS FIRST, g.series_group
$$;
COMMENT ON FUNCTION almanac.series_to_analyze(text, timestamptz) IS 'series of which something was recorded since the worker looked at them, by groups';

CREATE FUNCTION almanac.analyze_group(stream text, series_group integer, series integer[], until timestamptz, exec_seconds_per_day double precision) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	new_changes CONSTANT integer := almanac.analyze_stream(analyze_group.stream, analyze_group.until - interval '35 days', analyze_group.until, interval '1 hour', 64 * analyze_group.series_group,
		64 * analyze_group.series_group + 63, analyze_group.series, analyze_group.exec_seconds_per_day);
BEGIN
	INSERT INTO almanac.analysis_state AS a VALUES (analyze_group.stream, analyze_group.series_group, analyze_group.until)
		ON CONFLICT ON CONSTRAINT analysis_state_pkey DO UPDATE SET analyzed_until = EXCLUDED.analyzed_until;
	RETURN new_changes;
END
$$;
COMMENT ON FUNCTION almanac.analyze_group(text, integer, integer[], timestamptz, double precision) IS
	'looks at some series of a group in hours, and notes that it has';

-- Events of kind plan_changed. A flip counts if the new plan has most calls of two steps and had less than a fifth of those of 24 steps before, so that
-- statements which take turns make none; and if both steps are over, so that looking again finds the same.
CREATE FUNCTION almanac.note_plan_changes("from" timestamptz, until timestamptz, step interval) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	noted integer;
BEGIN
	WITH used AS MATERIALIZED (
		SELECT k.server_id, k.dbid, k.userid, k.queryid, k.toplevel, k.plan_id, date_bin(note_plan_changes.step, s."time" - interval '1 microsecond', '2000-01-01 00:00:00+00') AS at,
			sum(s.calls) AS calls, min(s."time") AS first_used, min(s."time" - s.duration) AS not_before
		FROM almanac.plan_samples s JOIN almanac.plan_keys k ON k.series_id = s.series_id
		WHERE s."time" > note_plan_changes."from" - 24 * note_plan_changes.step AND s."time" <= note_plan_changes.until AND s.calls > 0
		GROUP BY 1, 2, 3, 4, 5, 6, 7
	), main AS (
		SELECT DISTINCT ON (u.server_id, u.dbid, u.userid, u.queryid, u.toplevel, u.at) u.*
		FROM used u ORDER BY u.server_id, u.dbid, u.userid, u.queryid, u.toplevel, u.at, u.calls DESC, u.plan_id
	), flip AS (
		SELECT m.*, lag(m.plan_id) OVER (PARTITION BY m.server_id, m.dbid, m.userid, m.queryid, m.toplevel ORDER BY m.at) AS old_plan_id FROM main m
	), lasting AS (
		SELECT f.*, n.share_before, n.share_after
		FROM flip f CROSS JOIN LATERAL (
			SELECT sum(u.calls) FILTER (WHERE u.plan_id = f.plan_id AND u.at < f.at) / NULLIF(sum(u.calls) FILTER (WHERE u.at < f.at), 0) AS share_before,
				sum(u.calls) FILTER (WHERE u.plan_id = f.plan_id AND u.at >= f.at) / NULLIF(sum(u.calls) FILTER (WHERE u.at >= f.at), 0) AS share_after,
				sum(u.calls) FILTER (WHERE u.at >= f.at) AS calls_after
			FROM used u WHERE u.server_id = f.server_id AND u.dbid = f.dbid AND u.userid = f.userid AND u.queryid = f.queryid AND u.toplevel = f.toplevel
				AND u.at >= f.at - 24 * note_plan_changes.step AND u.at <= f.at + note_plan_changes.step) n
		WHERE f.old_plan_id <> f.plan_id AND f.first_used > note_plan_changes."from" AND f.at + 2 * note_plan_changes.step <= note_plan_changes.until
			AND n.share_after > 0.5 AND COALESCE(n.share_before, 0) < 0.2 AND n.calls_after >= 5
	)
	INSERT INTO almanac.event_log (server_id, "time", not_before, kind, label, dbid, datname, old_value, new_value, source, details)
		SELECT l.server_id, l.first_used, l.not_before, 'plan_changed', format('statement %s runs with plan %s instead of %s', l.queryid, l.plan_id, l.old_plan_id), l.dbid, NULLIF(d.datname, ''),
			l.old_plan_id::text, l.plan_id::text, 'history', jsonb_build_object('queryid', l.queryid, 'userid', l.userid, 'toplevel', l.toplevel,
				'share_before', round(COALESCE(l.share_before, 0), 2), 'share_after', round(l.share_after, 2))
		FROM lasting l LEFT JOIN almanac.database_keys d ON d.dbid = l.dbid AND d.server_id = l.server_id
		WHERE NOT EXISTS (SELECT FROM almanac.event_log e WHERE e.kind = 'plan_changed' AND e."time" BETWEEN l.first_used - 2 * note_plan_changes.step AND l.first_used + 2 * note_plan_changes.step
			AND e.server_id = l.server_id AND e.dbid = l.dbid AND e.new_value = l.plan_id::text
			AND e.details @> jsonb_build_object('queryid', l.queryid, 'userid', l.userid, 'toplevel', l.toplevel))
		ORDER BY l.first_used, l.queryid, l.dbid, l.userid, l.toplevel LIMIT 1000;
	GET DIAGNOSTICS noted = ROW_COUNT;
	RETURN noted;
END
$$;
COMMENT ON FUNCTION almanac.note_plan_changes(timestamptz, timestamptz, interval) IS 'notes statements that began to run with another plan within a window as events; returns how many it had not known';

CREATE FUNCTION almanac.note_new_plan_changes(until timestamptz) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known CONSTANT timestamptz := (SELECT a.analyzed_until FROM almanac.analysis_state a WHERE a.stream = 'plan' AND a.series_group = 0);
	noted CONSTANT integer := almanac.note_plan_changes(greatest(known - interval '3 hours', note_new_plan_changes.until - interval '7 days'), note_new_plan_changes.until, '1 hour');
BEGIN
	INSERT INTO almanac.analysis_state AS a VALUES ('plan', 0, note_new_plan_changes.until)
		ON CONFLICT ON CONSTRAINT analysis_state_pkey DO UPDATE SET analyzed_until = EXCLUDED.analyzed_until;
	RETURN noted;
END
$$;
COMMENT ON FUNCTION almanac.note_new_plan_changes(timestamptz) IS 'the same for what is new since the worker looked last, in hours';

CREATE FUNCTION almanac.analyze("from" timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, step interval DEFAULT NULL) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	until_time CONSTANT timestamptz := COALESCE("analyze".until, clock_timestamp());
	from_time CONSTANT timestamptz := COALESCE("analyze"."from", until_time - COALESCE("analyze".step * 1000, '35 days'::interval));
	step_length CONSTANT interval := COALESCE("analyze".step, CASE WHEN "analyze"."from" IS NULL THEN '1 hour'::interval END, almanac.analysis_step(from_time, until_time));
	begun CONSTANT timestamptz := clock_timestamp();
	stream text;
	new_changes integer := 0;
BEGIN
	FOREACH stream IN ARRAY '{statement,database,system,metric}'::text[] LOOP
		new_changes := new_changes + almanac.analyze_stream(stream, from_time, until_time, step_length, 0, 2147483647);
	END LOOP;
	PERFORM almanac.note_plan_changes(from_time, until_time, step_length);
	PERFORM almanac.group_changes();
	PERFORM almanac.note_causes(begun);
	PERFORM almanac.join_changes(from_time);
	RETURN new_changes;
END
$$;
COMMENT ON FUNCTION almanac.analyze(timestamptz, timestamptz, interval) IS
	'looks for changes in a window of history (default: the last 35 days in hours), stores them and returns the number of new ones; the worker does it by itself';

-- What may have caused a change of a statement: events near its start, and what else changed in the statement and on its tables. The score is how telling that is by
-- itself, less for each step that it lies before the start may be, and less if such events happen all the time anyway.
CREATE FUNCTION almanac.find_causes(change_id bigint) RETURNS TABLE (score double precision, kind text, cause text, "time" timestamptz, evidence jsonb)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH c AS MATERIALIZED (
		SELECT c.*, k.dbid, k.userid, k.queryid, k.toplevel, k.server_id, c.earliest - c.step AS reach_from, c.latest + c.step AS reach_to,
			c.started - 24 * c.step AS before_from, least(c.started + 24 * c.step, c.analyzed_until, COALESCE(c.ended, 'infinity')) AS after_to
		FROM almanac.changes c
		LEFT JOIN almanac.statement_keys k ON c.stream = 'statement' AND k.series_id = c.series_id
		WHERE c.change_id = find_causes.change_id
	), plan AS MATERIALIZED (  -- shares of calls before and after the start
		SELECT k.plan_id, t.indexes, t.relations, sum(s.calls) FILTER (WHERE s."time" <= c.started) / NULLIF(sum(sum(s.calls) FILTER (WHERE s."time" <= c.started)) OVER (), 0) AS share_before,
			sum(s.calls) FILTER (WHERE s."time" > c.latest + c.step) / NULLIF(sum(sum(s.calls) FILTER (WHERE s."time" > c.latest + c.step)) OVER (), 0) AS share_after,
			min(s."time") FILTER (WHERE s."time" > c.earliest) AS first_used
		FROM c JOIN almanac.plan_keys k ON k.dbid = c.dbid AND k.userid = c.userid AND k.queryid = c.queryid AND k.toplevel = c.toplevel AND k.server_id = c.server_id
		JOIN almanac.plan_samples s ON s.series_id = k.series_id AND s."time" > c.before_from AND s."time" <= c.after_to
		LEFT JOIN almanac.plan_texts t ON t.text_id = k.text_id
		GROUP BY k.plan_id, t.indexes, t.relations
	), flip AS MATERIALIZED (
		SELECT n.plan_id AS new_plan, n.first_used, n.indexes AS new_indexes, o.plan_id AS old_plan, o.indexes AS old_indexes
		FROM (SELECT * FROM plan ORDER BY share_after DESC NULLS LAST, plan_id LIMIT 1) n, (SELECT * FROM plan ORDER BY share_before DESC NULLS LAST, plan_id LIMIT 1) o
		WHERE n.plan_id <> o.plan_id AND n.share_after > 0.5 AND COALESCE(n.share_before, 0) < 0.2
	), used AS MATERIALIZED (SELECT array_agg(DISTINCT r.name) AS relations FROM plan, unnest(plan.relations) AS r (name)
	), other AS MATERIALIZED (  -- what else changed in the statement, at about the same time
		SELECT o.metric, o.value_before, o.value_after, (o.value_after - o.value_before) / NULLIF(o.value_before, 0) AS change
		FROM c JOIN almanac.changes o ON o.stream = c.stream AND o.series_id = c.series_id AND o.change_id <> c.change_id AND o.status <> 'withdrawn'
			AND o.worse AND o.earliest <= c.reach_to AND o.latest >= c.reach_from - c.step
	), worse AS MATERIALIZED (SELECT o.metric FROM other o UNION SELECT c.metric FROM c WHERE c.worse
	), touched AS MATERIALIZED (  -- the tables of its plans, before and since
		SELECT k.relname, max(h.total_bytes) FILTER (WHERE h."time" <= c.started) AS bytes_before, max(h.total_bytes) FILTER (WHERE h."time" > c.started) AS bytes_after,
			max(h.n_live_tup) FILTER (WHERE h."time" <= c.started) AS rows_before, max(h.n_live_tup) FILTER (WHERE h."time" > c.started) AS rows_after,
			max(h.n_dead_tup::float8 / NULLIF(h.n_live_tup + h.n_dead_tup, 0)) FILTER (WHERE h."time" <= c.reach_from) AS dead_before,
			max(h.n_dead_tup::float8 / NULLIF(h.n_live_tup + h.n_dead_tup, 0)) FILTER (WHERE h."time" > c.started) AS dead_after,
			max(h.n_mod_since_analyze::float8 / NULLIF(h.n_live_tup, 0)) FILTER (WHERE h."time" > c.started) AS stale_after,
			-- what is inserted and analyzed in one session counts as modified since: so what was seen to change counts
			sum(h.n_tup_ins + h.n_tup_upd + h.n_tup_del) FILTER (WHERE h."time" <= c.reach_to + c.step) / NULLIF(max(h.n_live_tup), 0)::float8 AS changed,
			sum(h.analyze_count + h.autoanalyze_count) FILTER (WHERE h."time" <= c.reach_to + c.step) AS analyzed
		FROM c CROSS JOIN used
		JOIN almanac.table_keys k ON k.dbid = c.dbid AND (k.relname::text = ANY (used.relations) OR k.schemaname || '.' || k.relname = ANY (used.relations))
		JOIN almanac.table_samples h ON h.series_id = k.series_id AND h."time" > c.before_from AND h."time" <= c.after_to
		GROUP BY k.series_id, k.relname
	), event AS MATERIALIZED (
		SELECT e.kind, e.label, COALESCE(e.not_before, e."time") AS "time", e.object, e.old_value, e.new_value, e.dbid, e.source,
			e.relname IS NOT NULL AND EXISTS (SELECT FROM used, unnest(used.relations) AS r (name) WHERE r.name IN (e.relname, e.schemaname || '.' || e.relname)) AS uses_it,
			(SELECT old_indexes FROM flip) AS old_indexes,
			greatest(0, extract(epoch FROM c.reach_from - e."time") / extract(epoch FROM c.step)) AS distance,
			-- by chance: so many of the kind in a day, times the days in reach
			exp(-(SELECT count(*) FROM almanac.event_log l WHERE l.kind = e.kind AND l."time" BETWEEN c.started - interval '7 days' AND c.started + interval '1 day') / 8.0
				* extract(epoch FROM c.reach_to - c.reach_from) / 86400) AS rare
		FROM c JOIN almanac.events e ON e."time" > c.reach_from - 5 * c.step AND COALESCE(e.not_before, e."time") <= c.reach_to
		WHERE (e.dbid IS NULL OR e.dbid IN (0, c.dbid) OR c.dbid IS NULL) AND e.kind <> 'plan_changed'
	), scored AS (
		SELECT CASE
				WHEN e.kind = 'index_dropped' AND e.object::text = ANY (SELECT regexp_replace(i.name, '^.*\.', '') FROM unnest(e.old_indexes) AS i (name)) THEN 1.5
				WHEN e.source = 'people' THEN 0.7
				WHEN e.kind LIKE 'function\_%' THEN 0.75
				WHEN e.kind LIKE 'index\_%' OR e.kind LIKE 'table\_%' OR e.kind LIKE 'statistics\_%' OR e.kind LIKE 'view\_%' THEN CASE WHEN e.uses_it THEN 0.95 ELSE 0.3 END
				WHEN e.kind = 'setting_changed' AND e.object::text IN ('work_mem', 'hash_mem_multiplier') THEN CASE WHEN EXISTS (SELECT FROM worse w WHERE w.metric = 'temp_blks_per_call') THEN 1.1 ELSE 0.6 END
				WHEN e.kind = 'setting_changed' THEN 0.6
				WHEN e.kind = 'alter_system' THEN CASE WHEN EXISTS (SELECT FROM event s WHERE s.kind = 'setting_changed' AND s.object = e.object) THEN 0.1 ELSE 0.3 END  -- what takes effect is the setting's
				WHEN e.kind IN ('restart', 'crash', 'failover', 'version_changed', 'server_replaced', 'extension_updated') THEN 0.5
				WHEN e.kind IN ('large_load', 'large_delete') THEN CASE WHEN e.uses_it THEN 0.85 ELSE 0.3 END
				WHEN e.kind IN ('analyze', 'autoanalyze') AND e.uses_it AND EXISTS (SELECT FROM flip) THEN 0.6
				WHEN e.kind IN ('vacuum', 'autovacuum', 'analyze', 'autoanalyze', 'stats_reset', 'events_lost') THEN 0.1
				ELSE 0.3 END * exp(-e.distance / 2) * e.rare AS score,
			e.kind, e.label AS cause, e."time", jsonb_strip_nulls(jsonb_build_object('object', e.object, 'old_value', e.old_value, 'new_value', e.new_value, 'on_a_table_of_its_plans', NULLIF(e.uses_it, false))) AS evidence
		FROM event e
		UNION ALL
		SELECT 1.0, 'plan_changed', format('runs with another plan%s', COALESCE(' without index ' || (SELECT string_agg(i.name, ', ') FROM unnest(f.old_indexes) AS i (name) WHERE NOT i.name = ANY (f.new_indexes)), '')),
			f.first_used, jsonb_build_object('old_plan_id', f.old_plan, 'new_plan_id', f.new_plan, 'old_indexes', f.old_indexes, 'new_indexes', f.new_indexes)
		FROM flip f
		UNION ALL
		SELECT 1.05, 'waits', format('waits for %s', lower(w.wait_event_type)), c.started, jsonb_build_object('ms_per_call_before', w.before, 'ms_per_call_after', w.after)
		FROM c CROSS JOIN LATERAL (
			SELECT h.wait_event_type, sum(h.wait_ms) FILTER (WHERE h."time" <= c.started) / NULLIF(n.before, 0) AS before, sum(h.wait_ms) FILTER (WHERE h."time" > c.latest) / NULLIF(n.after, 0) AS after
			FROM almanac.wait_history h
			CROSS JOIN (SELECT sum(x.calls) FILTER (WHERE x."time" <= c.started) AS before, sum(x.calls) FILTER (WHERE x."time" > c.latest) AS after
				FROM almanac.statement_samples x WHERE x.series_id = c.series_id AND x."time" > c.before_from AND x."time" <= c.after_to) n
			WHERE h."time" > c.before_from AND h."time" <= c.after_to AND h.queryid = c.queryid AND h.dbid = c.dbid AND h.wait_event_type IN ('Lock', 'LWLock', 'IO', 'IPC', 'BufferPin')
			GROUP BY h.wait_event_type, n.before, n.after) w
		WHERE c.metric IN ('mean_exec_ms', 'p95_ms') AND w.after - COALESCE(w.before, 0) > 0.3 * abs(c.value_after - c.value_before)
		UNION ALL
		SELECT x.score, x.kind, x.cause, c.started, jsonb_build_object('before', o.value_before, 'after', o.value_after)
		FROM c, other o JOIN (VALUES ('rows_per_call', 0.65, 'more_rows', 'returns or changes more rows per call'), ('temp_blks_per_call', 0.6, 'spills', 'spills to temporary files'),
				('shared_blks_read_per_call', 0.5, 'cache_misses', 'finds fewer blocks in the buffer cache'), ('shared_blks_per_call', 0.45, 'more_blocks', 'reads more blocks per call'),
				('mean_plan_ms', 0.4, 'planning', 'is planned for longer')) AS x (metric, score, kind, cause) USING (metric)
		WHERE NOT o.metric = c.metric
		UNION ALL
		SELECT 0.8, 'table_grown', format('table %s has grown from %s to %s', t.relname, pg_size_pretty(t.bytes_before), pg_size_pretty(t.bytes_after)), c.started,
			jsonb_build_object('bytes_before', t.bytes_before, 'bytes_after', t.bytes_after, 'rows_before', t.rows_before, 'rows_after', t.rows_after)
		FROM c, touched t WHERE t.rows_after > 1.5 * t.rows_before AND t.bytes_after > 1.5 * t.bytes_before AND t.bytes_after > 1048576
		UNION ALL
		SELECT 0.9, 'dead_rows', format('table %s has %s %% dead rows', t.relname, round(100 * t.dead_after)), c.started,
			jsonb_strip_nulls(jsonb_build_object('dead_share_before', round(t.dead_before::numeric, 3), 'dead_share_after', round(t.dead_after::numeric, 3), 'bytes_before', t.bytes_before, 'bytes_after', t.bytes_after))
		FROM c, touched t WHERE t.dead_after > 0.3 AND t.dead_after > 2 * COALESCE(t.dead_before, 0) AND EXISTS (SELECT FROM worse w WHERE w.metric IN ('shared_blks_per_call', 'shared_blks_read_per_call'))
		UNION ALL
		SELECT 1.25, 'statistics_stale', format('the planner''s statistics of table %s are older than %s %% of its rows', t.relname, least(100, round(100 * t.stale_after))), c.started,
			jsonb_build_object('modified_since_analyze', round(t.stale_after::numeric, 3), 'modified_before_the_start', round(t.changed::numeric, 3))
		FROM c, touched t WHERE t.stale_after > 0.5 AND t.changed > 0.3 AND t.analyzed = 0 AND EXISTS (SELECT FROM flip)
		UNION ALL
		SELECT 0.45, 'load', format('all other statements of the server took %s times as long together', round((l.after / l.before)::numeric, 1)), c.started, jsonb_build_object('busy_share_before', l.before, 'busy_share_after', l.after)
		FROM c CROSS JOIN LATERAL (
			SELECT (SELECT sum(b.total_exec_ms) FROM almanac.sums('statement', c.before_from, c.started) AS b (series_id integer, total_exec_ms double precision) WHERE b.series_id <> c.series_id)
					/ NULLIF(extract(epoch FROM c.started - c.before_from) * 1000, 0) AS before,
				(SELECT sum(b.total_exec_ms) FROM almanac.sums('statement', c.started, c.after_to) AS b (series_id integer, total_exec_ms double precision) WHERE b.series_id <> c.series_id)
					/ NULLIF(extract(epoch FROM c.after_to - c.started) * 1000, 0) AS after) l
		WHERE c.stream = 'statement' AND l.after > 1.5 * l.before AND l.after > 0.2
		UNION ALL
		SELECT CASE WHEN p.steal_after > 0.1 THEN 0.5 ELSE 0.4 END, 'processors', CASE WHEN p.steal_after > 0.1
				THEN format('the hypervisor gave %s %% of the processors'' time to others, %s %% before', round(100 * p.steal_after), round(100 * p.steal_before))
				ELSE format('the machine''s processors were busy for %s %% of the time, %s %% before', round(100 * p.busy_after), round(100 * p.busy_before)) END, c.started,
			jsonb_build_object('busy_share_before', round(p.busy_before::numeric, 3), 'busy_share_after', round(p.busy_after::numeric, 3), 'stolen_share_before', round(p.steal_before::numeric, 3),
				'stolen_share_after', round(p.steal_after::numeric, 3))
		FROM c CROSS JOIN LATERAL (
			SELECT sum(x.busy) FILTER (WHERE x."time" <= c.started) / NULLIF(sum(x.time_all) FILTER (WHERE x."time" <= c.started), 0) AS busy_before,
				sum(x.busy) FILTER (WHERE x."time" > c.latest) / NULLIF(sum(x.time_all) FILTER (WHERE x."time" > c.latest), 0) AS busy_after,
				COALESCE(sum(x.cpu_steal_ms) FILTER (WHERE x."time" <= c.started) / NULLIF(sum(x.time_all) FILTER (WHERE x."time" <= c.started), 0), 0) AS steal_before,
				COALESCE(sum(x.cpu_steal_ms) FILTER (WHERE x."time" > c.latest) / NULLIF(sum(x.time_all) FILTER (WHERE x."time" > c.latest), 0), 0) AS steal_after
			FROM (SELECT h."time", h.cpu_steal_ms, (h.cpu_user_ms + h.cpu_system_ms + COALESCE(h.cpu_steal_ms, 0))::float8 AS busy,
					(h.cpu_user_ms + h.cpu_system_ms + COALESCE(h.cpu_iowait_ms, 0) + h.cpu_idle_ms + COALESCE(h.cpu_steal_ms, 0))::float8 AS time_all
				FROM almanac.system_history h WHERE h."time" > c.before_from AND h."time" <= c.after_to AND h.server_id = COALESCE(c.server_id, 0)) x) p
		WHERE c.metric IN ('mean_exec_ms', 'p95_ms', 'mean_plan_ms', 'active_ms_per_transaction') AND p.busy_after > 0.5 AND p.busy_after > p.busy_before + 0.2
	)
	SELECT s.score, s.kind, s.cause, s."time", s.evidence FROM scored s WHERE s.score >= 0.15 ORDER BY s.score DESC, s."time" DESC, s.kind, s.cause LIMIT 8
$$;
COMMENT ON FUNCTION almanac.find_causes(bigint) IS 'what may have caused a change of almanac.changes, the most likely first; no row: unknown';
