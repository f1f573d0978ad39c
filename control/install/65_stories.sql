-- One regression per cause: changes put together to parts (one statement, one start) and parts to incidents (one cause), and what people read of them.

-- Changes in the same direction of one statement (or database, or server) whose starts may be the same.
CREATE FUNCTION almanac.group_changes() RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE almanac.changes c SET part_id = g.part_id, incident_id = COALESCE(c.incident_id, g.part_id)
		FROM (SELECT c.change_id, min(c.change_id) OVER (PARTITION BY c.stream, c.series_id, c.worse, c.part) AS part_id
			FROM (SELECT c.*, count(*) FILTER (WHERE c.apart) OVER (PARTITION BY c.stream, c.series_id, c.worse ORDER BY c.started, c.change_id) AS part
				FROM (SELECT c.*, c.earliest - c.step > max(c.latest + c.step) OVER (PARTITION BY c.stream, c.series_id, c.worse ORDER BY c.started, c.change_id
						ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS apart
					FROM almanac.changes c WHERE c.status <> 'withdrawn') c) c) g
		WHERE c.change_id = g.change_id AND (c.part_id IS DISTINCT FROM g.part_id OR c.incident_id IS NULL);
END
$$;
COMMENT ON FUNCTION almanac.group_changes() IS 'puts changes of one series that may have one cause together';

-- The change of each part, and of each incident, that tells most: time first, then what costs most.
CREATE VIEW almanac.incident_changes AS
	SELECT c.*, (c.value_after - c.value_before) / NULLIF(abs(c.value_before), 0) AS change, m.title, m.unit, m.cost,
		row_number() OVER (PARTITION BY c.incident_id ORDER BY c.minor, c.stream <> 'statement', m.metric <> 'mean_exec_ms', m.cost <> 'time', abs(c.extra_per_day) DESC, c.change_id) AS rank,
		row_number() OVER (PARTITION BY c.incident_id, c.part_id ORDER BY c.minor, m.metric <> 'mean_exec_ms', m.cost <> 'time', abs(c.extra_per_day) DESC, c.change_id) AS part_rank,
		max(c.worth) OVER (PARTITION BY c.incident_id, c.part_id) AS part_worth
	FROM almanac.changes c JOIN almanac.watched_metrics() m USING (stream, metric)
	WHERE c.status <> 'withdrawn';
COMMENT ON VIEW almanac.incident_changes IS 'changes that were not withdrawn; those of an incident, and of a series in it, in the order of what they tell';

CREATE VIEW almanac.incident_parts AS
	SELECT c.*, COALESCE(k.dbid, d.dbid) AS dbid, k.toplevel, k.userid, k.queryid, COALESCE(k.server_id, d.server_id, 0) AS server_id
	FROM almanac.incident_changes c
	LEFT JOIN almanac.statement_keys k ON c.stream = 'statement' AND k.series_id = c.series_id
	LEFT JOIN almanac.database_keys d ON c.stream = 'database' AND d.series_id = c.series_id
	WHERE c.part_rank = 1;
COMMENT ON VIEW almanac.incident_parts IS 'for each series of an incident the change that tells most';

-- Causes of what is minor are of interest only where many of the kind come at once: what a dropped index does to 40 statements. Unless asked again, what
-- is known stays, once the evidence is complete (24 steps since the start) and nobody has noted anything at that time since.
CREATE FUNCTION almanac.changes_to_explain(since timestamptz, again boolean) RETURNS TABLE (change_id bigint)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	WITH part AS MATERIALIZED (
		SELECT p.change_id, p.stream, p.worse, p.dbid, p.started, p.earliest, p.latest, p.step, p.minor, p.part_worth, p.last_found, p.analyzed_until, p.causes, p.causes_until FROM almanac.incident_parts p
	)
	SELECT p.change_id FROM part p
	WHERE p.last_found >= changes_to_explain.since
		AND (NOT p.minor OR p.part_worth > 0 AND (SELECT sum(o.part_worth) FROM part o
			WHERE o.stream = p.stream AND o.worse = p.worse AND o.dbid = p.dbid AND o.started BETWEEN p.started - 2 * p.step AND p.started + 2 * p.step) >= 1)
		AND (changes_to_explain.again OR p.causes IS NULL OR COALESCE(p.causes_until < least(p.analyzed_until, p.started + 24 * p.step), true)
			OR EXISTS (SELECT FROM almanac.marks m WHERE m."time" BETWEEN p.earliest - 6 * p.step AND p.latest + p.step
				AND NOT p.causes @> jsonb_build_array(jsonb_build_object('kind', m.kind, 'cause', m.label))))
	ORDER BY p.part_worth DESC, p.change_id LIMIT 500
$$;
COMMENT ON FUNCTION almanac.changes_to_explain(timestamptz, boolean) IS 'changes found since whose causes are to be looked for, at most 500, what costs most first';

CREATE FUNCTION almanac.note_cause(change_id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
	UPDATE almanac.changes c SET causes_until = c.analyzed_until,
			causes = COALESCE((SELECT jsonb_agg(to_jsonb(f) ORDER BY f.score DESC, f."time" DESC, f.kind, f.cause) FROM almanac.find_causes(c.change_id) f), '[]')
		WHERE c.change_id = note_cause.change_id;
END
$$;
COMMENT ON FUNCTION almanac.note_cause(bigint) IS 'finds the causes of a change, and keeps them';

CREATE FUNCTION almanac.note_causes(since timestamptz) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT almanac.note_cause(c.change_id) FROM almanac.changes_to_explain(note_causes.since, true) c
$$;
COMMENT ON FUNCTION almanac.note_causes(timestamptz) IS 'finds the causes of what was found since, of 500 changes at most, and keeps them';

-- Parts with one cause become one incident. What makes it one:
--   an event that is a likely cause of each (a dropped index, a setting, a deployment, a restart), and no evidence tells more of something else;
--   else the same evidence (another plan, a table that has grown, waits for locks ...) in statements that use the same table, all from the same steps on;
--   else that other statements took more time (a noisy neighbour) and nothing tells more, from the same steps on;
--   of a database or the server, that at least half of its change is that of the statements of an incident which began with it.
-- Nothing else joins statements: that they became slower in the same hour is chance, on a server that has many.
CREATE FUNCTION almanac.join_changes(since timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
	WITH part AS MATERIALIZED (
		SELECT * FROM almanac.incident_parts p WHERE p.started > join_changes.since - interval '2 days'
	), cause AS MATERIALIZED (
		SELECT p.part_id, x.kind, x.cause, x."time", x.score,
			x.kind <> 'plan_changed' AND (x.kind = ANY (almanac.event_kinds()) OR EXISTS (SELECT FROM almanac.marks m WHERE m.kind = x.kind AND m."time" = x."time")) AS is_event
		FROM part p CROSS JOIN LATERAL jsonb_to_recordset(p.causes) AS x (kind text, cause text, "time" timestamptz, score double precision)
		WHERE x.score >= 0.4
	), by_event AS MATERIALIZED (
		SELECT DISTINCT ON (c.part_id) c.part_id, format('%s: %s', c.kind, c.cause) AS common, c."time"
		FROM cause c
		WHERE c.is_event AND NOT EXISTS (SELECT FROM cause o WHERE o.part_id = c.part_id AND o.score > c.score AND o.kind IN ('statistics_stale', 'dead_rows', 'table_grown', 'waits'))  -- then it is by chance
		ORDER BY c.part_id, c.score DESC, c."time" DESC, c.cause
	), used AS MATERIALIZED (
		SELECT DISTINCT p.part_id, r.name
		FROM part p JOIN almanac.plan_keys k ON k.queryid = p.queryid AND k.dbid = p.dbid AND k.userid = p.userid AND k.toplevel = p.toplevel AND k.server_id = p.server_id
		JOIN almanac.plan_texts t ON t.text_id = k.text_id, unnest(t.relations) AS r (name)
		WHERE p.stream = 'statement' AND p.part_id IN (SELECT c.part_id FROM cause c)
	), evidence AS (
		SELECT p.part_id, p.worse, p.server_id, p.dbid, p.started, p.step, CASE c.kind WHEN 'waits' THEN c.cause ELSE c.kind END AS kind, u.name
		FROM part p JOIN cause c ON c.part_id = p.part_id AND NOT c.is_event LEFT JOIN used u ON u.part_id = p.part_id AND c.kind <> 'load'
		WHERE p.stream = 'statement' AND NOT EXISTS (SELECT FROM by_event e WHERE e.part_id = p.part_id)
			AND CASE c.kind WHEN 'load' THEN NOT EXISTS (SELECT FROM cause o WHERE o.part_id = c.part_id AND o.score > c.score) ELSE u.name IS NOT NULL END
	), together AS (
		SELECT e.*, count(*) FILTER (WHERE e.apart) OVER w AS number
		FROM (SELECT e.*, e.started - lag(e.started) OVER (PARTITION BY e.worse, e.server_id, e.dbid, e.kind, e.name ORDER BY e.started, e.part_id) > 2 * e.step AS apart FROM evidence e) e
		WINDOW w AS (PARTITION BY e.worse, e.server_id, e.dbid, e.kind, e.name ORDER BY e.started, e.part_id)
	), by_evidence AS (
		SELECT DISTINCT ON (t.part_id) t.part_id, CASE WHEN t.name IS NULL THEN t.kind ELSE format('%s, on %s', t.kind, t.name) END AS common, t.first_started AS "time", t.server_id, t.dbid
		FROM (SELECT t.*, count(*) OVER w AS parts, min(t.started) OVER w AS first_started FROM together t
			WINDOW w AS (PARTITION BY t.worse, t.server_id, t.dbid, t.kind, t.name, t.number)) t
		WHERE t.parts > 1 ORDER BY t.part_id, t.parts DESC, t.kind, t.name
	), story AS MATERIALIZED (
		SELECT s.*, min(s.part_id) OVER (PARTITION BY s.key) AS joined
		FROM (SELECT p.*, COALESCE(e.common, v.common) AS joined_by,
				CASE WHEN e.part_id IS NOT NULL THEN format('%s %s %s', p.worse, e."time", e.common) WHEN v.part_id IS NOT NULL THEN format('%s %s %s %s', p.worse, v."time", v.dbid, v.common)
					ELSE p.part_id::text END AS key
			FROM part p LEFT JOIN by_event e ON e.part_id = p.part_id LEFT JOIN by_evidence v ON v.part_id = p.part_id) s
	), likeness (stream, metric, of_statements, factor) AS (
		VALUES ('database', 'active_ms_per_transaction', 'mean_exec_ms', 1), ('database', 'rollback_rate', 'error_rate', 1), ('database', 'blks_read_per_transaction', 'shared_blks_read_per_call', 1),
			('database', 'temp_bytes_per_hour', 'temp_blks_per_call', 8192), ('system', 'wal_bytes_per_hour', 'wal_bytes_per_call', 1)
	), under AS (  -- what is seen of the database, under the incident of the statements that make most of it
		SELECT DISTINCT ON (d.part_id) d.part_id, i.joined, i.joined_by
		FROM story d JOIN likeness l ON l.stream = d.stream AND l.metric = d.metric
		JOIN LATERAL (
			SELECT s.joined, min(s.joined_by) AS joined_by, sum(o.extra_per_day) * l.factor AS extra
			FROM story s JOIN almanac.changes o ON o.part_id = s.part_id AND o.metric = l.of_statements AND o.status <> 'withdrawn'
			WHERE s.stream = 'statement' AND s.worse = d.worse AND (d.stream = 'system' OR s.dbid = d.dbid) AND s.server_id = d.server_id
				AND s.started BETWEEN d.started - 2 * d.step AND d.started + 2 * d.step
			GROUP BY s.joined) i ON abs(i.extra) >= 0.5 * abs(d.extra_per_day)
		WHERE d.stream <> 'statement' AND NOT EXISTS (SELECT FROM by_event e WHERE e.part_id = d.part_id)
		ORDER BY d.part_id, abs(i.extra) DESC, i.joined
	)
	UPDATE almanac.changes c SET incident_id = s.incident_id, common = s.common
		FROM (SELECT s.part_id, COALESCE(u.joined, s.joined) AS incident_id, COALESCE(u.joined_by, s.joined_by) AS common FROM story s LEFT JOIN under u ON u.part_id = s.part_id) s
		WHERE c.part_id = s.part_id AND c.status <> 'withdrawn' AND c.started > join_changes.since AND (c.incident_id IS DISTINCT FROM s.incident_id OR c.common IS DISTINCT FROM s.common);
END
$$;
COMMENT ON FUNCTION almanac.join_changes(timestamptz) IS 'puts changes since a time, of several series, that have one cause together to incidents';

-- What was withdrawn is kept for as long as it may be found again.
CREATE FUNCTION almanac.forget_changes(until timestamptz) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	DELETE FROM almanac.changes c WHERE c.last_found < forget_changes.until - CASE WHEN c.status = 'withdrawn' THEN interval '35 days' ELSE interval '400 days' END
$$;
COMMENT ON FUNCTION almanac.forget_changes(timestamptz) IS 'removes changes that have not been found for 400 days, or 35 days if they were withdrawn';

CREATE VIEW almanac.regression_members AS
	SELECT c.incident_id AS id, CASE WHEN c.minor THEN 'minor' ELSE c.status END AS state, c.started, c.ended, c.stream,
		COALESCE(n.datname, NULLIF(d.datname, '')) AS datname, n.rolname, c.queryid, n.query, c.metric, c.value_before, c.value_after, c.unit, c.change, c.seconds_per_day, c.extra_per_day,
		c.calls_per_day, (SELECT string_agg(format('%s %s', o.title, COALESCE(to_char(100 * o.change, 'FMSG999990') || ' %', 'from 0')), ', ' ORDER BY o.part_rank)
			FROM almanac.incident_changes o WHERE o.incident_id = c.incident_id AND o.part_id = c.part_id AND o.part_rank > 1) AS also,
		c.causes -> 0 ->> 'kind' AS cause_kind, c.causes -> 0 ->> 'cause' AS cause, c.series_id, c.change_id
	FROM almanac.incident_parts c
	LEFT JOIN almanac.statement_names n ON c.stream = 'statement' AND n.series_id = c.series_id
	LEFT JOIN almanac.database_keys d ON c.stream = 'database' AND d.series_id = c.series_id
	ORDER BY c.incident_id, c.rank;
COMMENT ON VIEW almanac.regression_members IS 'the statements and databases of each row of views regressions and improvements, the one that tells most first';

-- The cost is that of all members, the start that of the first statement among those that are not minor. What is nested in other statements is in their time already, and in that of the database.
CREATE VIEW almanac.change_stories AS
	SELECT c.incident_id AS id, c.worse, CASE WHEN a.worth < 1 AND a.all_minor THEN 'minor' ELSE a.status END AS state, a.started, a.earliest, a.latest,
		CASE WHEN a.status = 'resolved' THEN a.ended END AS resolved,
		CASE c.stream WHEN 'statement' THEN n.datname WHEN 'database' THEN d.datname WHEN 'metric' THEN u.datname END AS datname, n.rolname, n.queryid,
		CASE WHEN c.stream = 'metric' THEN k.metric || CASE WHEN k.labels <> '{}' THEN ' ' || k.labels ELSE '' END ELSE n.query END AS query,
		c.metric, c.value_before, c.value_after, CASE WHEN c.stream = 'metric' THEN COALESCE(u.unit, '') ELSE c.unit END AS unit, c.change,
		CASE WHEN a.members = 1 THEN c.seconds_per_day ELSE a.seconds_per_day END AS seconds_per_day,
		CASE WHEN a.members = 1 THEN c.extra_per_day ELSE (SELECT sum(o.extra_per_day) FROM almanac.incident_changes o
			WHERE o.incident_id = c.incident_id AND o.stream = c.stream AND o.metric = c.metric) END AS extra_per_day,
		CASE WHEN a.members = 1 THEN c.calls_per_day ELSE (SELECT sum(o.calls_per_day) FROM almanac.incident_changes o
			WHERE o.incident_id = c.incident_id AND o.stream = c.stream AND o.metric = c.metric) END AS calls_per_day,
		(SELECT string_agg(format('%s %s%s', o.title, CASE WHEN o.change IS NULL THEN 'from 0' ELSE to_char(100 * o.change, 'FMSG999990') || ' %' END,
				CASE WHEN o.minor THEN ' (minor)' ELSE '' END), ', ' ORDER BY o.rank)
			FROM almanac.incident_changes o WHERE o.incident_id = c.incident_id AND o.part_id = c.part_id AND o.rank > 1) AS also,
		c.causes -> 0 ->> 'kind' AS cause_kind, CASE WHEN c.causes IS NOT NULL THEN COALESCE(c.causes -> 0 ->> 'cause', 'unknown') END AS cause, c.causes,
		c.p_value, a.found, c.stream, c.series_id, c.change_id, c.step, a.members, CASE WHEN a.members > 1 THEN c.common END AS common
	FROM almanac.incident_changes c
	JOIN (SELECT p.incident_id, count(*)::integer AS members, bool_and(p.minor) AS all_minor,
			COALESCE(greatest(sum(p.part_worth) FILTER (WHERE p.toplevel), sum(p.part_worth) FILTER (WHERE NOT p.toplevel)), sum(p.part_worth)) AS worth,
			(array_agg(p.started ORDER BY p.minor, p.stream <> 'statement', p.started, p.rank))[1] AS started,
			(array_agg(p.earliest ORDER BY p.minor, p.stream <> 'statement', p.started, p.rank))[1] AS earliest,
			(array_agg(p.latest ORDER BY p.minor, p.stream <> 'statement', p.started, p.rank))[1] AS latest,
			CASE WHEN bool_or(p.status = 'open') FILTER (WHERE NOT p.minor) THEN 'open' WHEN bool_or(p.status = 'watch') FILTER (WHERE NOT p.minor) THEN 'watch'
				WHEN bool_or(NOT p.minor) THEN 'resolved' WHEN bool_or(p.status = 'open') THEN 'open' WHEN bool_or(p.status = 'watch') THEN 'watch' ELSE 'resolved' END AS status,
			COALESCE(max(p.ended) FILTER (WHERE NOT p.minor), max(p.ended)) AS ended,
			CASE WHEN bool_or(p.worse) THEN 1 ELSE -1 END * COALESCE(greatest(abs(sum(p.seconds_per_day) FILTER (WHERE p.toplevel)), abs(sum(p.seconds_per_day) FILTER (WHERE NOT p.toplevel))),
				abs(sum(p.seconds_per_day))) AS seconds_per_day,
			min(p.first_found) AS found
		FROM almanac.incident_parts p GROUP BY p.incident_id) a ON a.incident_id = c.incident_id
	LEFT JOIN almanac.statement_names n ON c.stream = 'statement' AND n.series_id = c.series_id
	LEFT JOIN almanac.database_keys d ON c.stream = 'database' AND d.series_id = c.series_id
	LEFT JOIN almanac.metric_keys k ON c.stream = 'metric' AND k.series_id = c.series_id
	LEFT JOIN almanac.metric_definitions u ON u.name = k.metric
	WHERE c.rank = 1;
COMMENT ON VIEW almanac.change_stories IS 'one row per incident, with the change that tells most; views regressions and improvements are its halves';

CREATE VIEW almanac.regressions AS
	SELECT s.id, s.state, s.started, s.earliest, s.latest, s.resolved, s.datname, s.rolname, s.queryid, s.query, s.metric, s.value_before, s.value_after, s.unit, s.change,
		s.seconds_per_day, s.cause_kind, s.cause, s.causes, s.extra_per_day, s.calls_per_day, s.also, s.p_value, s.found, s.stream, s.series_id, s.change_id, s.members, s.common
	FROM almanac.change_stories s WHERE s.worse
	ORDER BY s.state = 'minor', s.state = 'resolved', s.seconds_per_day DESC NULLS LAST, s.started DESC;
COMMENT ON VIEW almanac.regressions IS 'what got slower or dearer, since when, by how much and what that costs in seconds of execution a day; the costliest first';

CREATE VIEW almanac.improvements AS
	SELECT s.id, s.state, s.started, s.earliest, s.latest, s.resolved AS ended, s.datname, s.rolname, s.queryid, s.query, s.metric, s.value_before, s.value_after, s.unit, s.change,
		-s.seconds_per_day AS seconds_saved_per_day, -s.extra_per_day AS saved_per_day, s.cause_kind, s.cause, s.causes, s.calls_per_day, s.also, s.p_value, s.found, s.stream, s.series_id, s.change_id, s.members, s.common
	FROM almanac.change_stories s WHERE NOT s.worse
	ORDER BY s.state = 'minor', s.state = 'resolved', s.seconds_per_day, s.started DESC;
COMMENT ON VIEW almanac.improvements IS 'what got faster or cheaper, as view regressions';

-- The time line has at most 56 parts of a step or more, from as long before the start as there is after it, but at least 24 steps.
CREATE FUNCTION almanac.explain_regression(id bigint) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	story almanac.change_stories;
	since timestamptz;
	until timestamptz;
	parts integer;
	part interval;
	line text;
	mark integer;
	told text;
	c record;
BEGIN
	SELECT s.* INTO story FROM almanac.change_stories s WHERE s.id = explain_regression.id;
	IF story.id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no regression %s', COALESCE(explain_regression.id::text, 'NULL')),
			HINT = 'Views regressions and improvements have the ids; those that were withdrawn are gone.';
	END IF;
	told := format('%s %s (%s): %s %s -> %s %s(%s)', CASE WHEN story.worse THEN 'Regression' ELSE 'Improvement' END, story.id, story.state,
		(SELECT m.title || CASE WHEN story.stream = 'metric' THEN ' of ' || story.query ELSE '' END FROM almanac.watched_metrics() m WHERE m.stream = story.stream AND m.metric = story.metric),
		to_char(story.value_before, 'FM999999999990.00'), to_char(story.value_after, 'FM999999999990.00'), CASE WHEN story.unit <> '' THEN story.unit || ' ' ELSE '' END,
		COALESCE(to_char(100 * story.change, 'FMSG9999999990') || ' %', 'from nothing'));
	told := told || format(E'\n  since %s (%s to %s), found %s', date_trunc('second', story.started), story.earliest::time(0), story.latest::time(0), date_trunc('second', story.found))
		|| CASE WHEN story.resolved IS NULL THEN '' ELSE format(', over since %s', date_trunc('second', story.resolved)) END
		|| CASE WHEN story.datname IS NULL THEN '' ELSE format(E'\n  database %s', story.datname) END
		|| COALESCE(', role ' || story.rolname, '') || COALESCE(', queryid ' || story.queryid, '')
		|| CASE WHEN story.seconds_per_day IS NULL THEN '' ELSE format(E'\n  %s %s s of execution a day', CASE WHEN story.worse THEN 'costs' ELSE 'saves' END, round(abs(story.seconds_per_day))) END
		|| CASE WHEN story.calls_per_day IS NULL THEN '' ELSE format(' at %s calls a day', round(story.calls_per_day)) END || CASE WHEN story.members = 1 THEN '' ELSE ', together' END
		|| COALESCE(E'\n  also: ' || story.also, '')
		|| CASE WHEN story.members = 1 THEN '' ELSE format(E'\n  %s members, of which this tells most; what joins them: %s', story.members, COALESCE(story.common, 'the statements are most of what the database shows')) END
		|| E'\n';
	IF story.stream = 'statement' THEN
		until := least(clock_timestamp(), greatest(story.started + 24 * story.step, (SELECT max(h."time") FROM almanac.statement_history h WHERE h.series_id = story.series_id AND h."time" > story.started)));
		since := story.started - greatest(24 * story.step, until - story.started);
		parts := greatest(1, least(56, ceil(extract(epoch FROM until - since) / extract(epoch FROM story.step))))::integer;
		part := (until - since) / parts;
		SELECT almanac.sparkline(array_agg(v.value ORDER BY p)) INTO line
			FROM generate_series(0, parts - 1) p LEFT JOIN (
				SELECT least(parts - 1, floor(extract(epoch FROM h."time" - since) / extract(epoch FROM part)))::integer AS p, sum(h.total_exec_ms) / NULLIF(sum(h.calls), 0) AS value
				FROM almanac.statement_history h WHERE h.series_id = story.series_id AND h."time" > since AND h."time" <= until GROUP BY 1) v USING (p);
		mark := floor(extract(epoch FROM story.started - since) / extract(epoch FROM part))::integer;
		told := told || format(E'\n  %s   mean execution time, %s to %s\n  %s^ %s\n', line, date_trunc('second', since), date_trunc('second', until), repeat(' ', mark),
			date_trunc('second', story.started));
	END IF;
	told := told || E'\n' || CASE WHEN story.causes IS NULL THEN E'  nobody has looked for causes\n' WHEN jsonb_array_length(story.causes) = 0 THEN E'  the cause is unknown\n' ELSE '' END;
	FOR c IN SELECT x ->> 'kind' AS kind, x ->> 'cause' AS cause, (x ->> 'time')::timestamptz AS "time", (x ->> 'score')::numeric AS score FROM jsonb_array_elements(story.causes) x LOOP
		told := told || format(E'  %s  %s: %s (%s)\n', to_char(c.score, 'FM0.00'), c.kind, c.cause, date_trunc('second', c."time"));
	END LOOP;
	IF story.members > 1 THEN
		told := told || E'\n  s/day  ' || rpad('change', 12) || E'since                   member\n';
		FOR c IN SELECT m.*, row_number() OVER (ORDER BY abs(m.seconds_per_day) DESC NULLS LAST, m.change_id) AS line FROM almanac.regression_members m WHERE m.id = story.id ORDER BY line LIMIT 20 LOOP
			told := told || format(E'%s  %s%s  %s\n', lpad(COALESCE(round(abs(c.seconds_per_day))::text, ''), 7), rpad(COALESCE(to_char(100 * c.change, 'FMSG9999999990') || ' %', 'from nothing'), 12),
				date_trunc('second', c.started), COALESCE(CASE c.stream WHEN 'statement' THEN COALESCE(left(regexp_replace(c.query, '\s+', ' ', 'g'), 80), 'queryid ' || c.queryid)
					WHEN 'database' THEN 'database ' || c.datname ELSE 'the server' END, 'statement'));
		END LOOP;
		told := told || CASE WHEN story.members > 20 THEN format(E'         and %s more: see view regression_members\n', story.members - 20) ELSE '' END;
	END IF;
	told := told || CASE WHEN story.stream = 'metric' THEN '' ELSE COALESCE(E'\n' || story.query || E'\n', '') END;
	FOR c IN SELECT CASE k.ordinality WHEN 1 THEN 'Plan before' ELSE 'Plan since' END AS title, p.plan
			FROM jsonb_array_elements(story.causes) x, jsonb_array_elements(jsonb_build_array(x #> '{evidence,old_plan_id}', x #> '{evidence,new_plan_id}')) WITH ORDINALITY k (plan_id, ordinality)
			JOIN almanac.plans p ON p.queryid = story.queryid AND p.plan_id = (k.plan_id #>> '{}')::bigint AND p.datname IS NOT DISTINCT FROM story.datname AND p.rolname IS NOT DISTINCT FROM story.rolname
			WHERE x ->> 'kind' = 'plan_changed' ORDER BY k.ordinality LOOP
		told := told || format(E'\n%s:\n%s\n', c.title, COALESCE(c.plan, 'no text'));
	END LOOP;
	RETURN told;
END
$$;
COMMENT ON FUNCTION almanac.explain_regression(bigint) IS 'a regression or improvement as a text: what, since when, a time line, what it costs, why, and the plans before and since';
