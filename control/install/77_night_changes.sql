-- What changed most since the evening and is no regression (yet): one night is too short to tell chance from change, and long enough to have a look.

-- Three statements, three tables and three databases at most, those that matter: a statement that took a thousandth of the time of a CPU more, and half as
-- much again; what grew by 64 MB and a hundredth of its size, and half as much again as before.
-- With the rights of the owner, for the dictionaries; no text of a statement is in what it tells.
CREATE FUNCTION almanac.night_changes(since timestamptz, until timestamptz DEFAULT now(), OUT "time" timestamptz, OUT kind text, OUT what text)
	RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	seconds CONSTANT double precision := extract(epoch FROM until)::float8 - extract(epoch FROM since)::float8;
	-- As long and at the same hours, on the day before, or for what is longer than a day on the same days of the week.
	back CONSTANT interval := CASE WHEN seconds <= 86400 THEN '1 day' ELSE '7 days' END;
	before CONSTANT text := CASE WHEN seconds <= 86400 THEN 'the day before' ELSE 'the week before' END;
	one record;
BEGIN
	-- What was recorded in part only before would make everything look larger; what is longer than a week is no night, and takes longer to sum up.
	IF (seconds > 0 AND seconds <= 604800) IS NOT TRUE
			OR (SELECT COALESCE(sum(extract(epoch FROM s.duration)), 0) FROM almanac.snapshots s WHERE s.stream = 'database' AND s."time" > since - back AND s."time" <= until - back) < 0.9 * seconds THEN
		RETURN;
	END IF;
	RETURN QUERY
	WITH statement AS (
		SELECT n.series_id, n.calls, n.total_exec_ms AS ms, n.last_time, b.calls AS calls_before, COALESCE(b.total_exec_ms, 0) AS ms_before
		FROM almanac.sums('statement', since, until) AS n (series_id integer, calls bigint, total_exec_ms double precision, last_time timestamptz)
		LEFT JOIN almanac.sums('statement', since - back, until - back) AS b (series_id integer, calls bigint, total_exec_ms double precision) ON b.series_id = n.series_id
		WHERE n.total_exec_ms - COALESCE(b.total_exec_ms, 0) >= seconds AND n.total_exec_ms >= 1.5 * COALESCE(b.total_exec_ms, 0)
		ORDER BY n.total_exec_ms - COALESCE(b.total_exec_ms, 0) DESC, n.series_id LIMIT 20
	)
	SELECT s.last_time, 'statement took more',
		format('statement %s%s took %s', k.queryid, COALESCE(' of database ' || k.datname, ''), almanac.seconds_text(s.ms / 1000))
			|| format(', %s calls of %s ms; ', s.calls, round((s.ms / greatest(s.calls, 1))::numeric, 2)) || before
			|| CASE WHEN s.calls_before IS NULL THEN ' it did not run' ELSE format(' %s, %s calls of %s ms', almanac.seconds_text(s.ms_before / 1000), s.calls_before, round((s.ms_before / greatest(s.calls_before, 1))::numeric, 2)) END
	FROM statement s JOIN almanac.statement_names k ON k.series_id = s.series_id
	WHERE k.toplevel AND k.queryid IS NOT NULL
		AND s.series_id NOT IN (SELECT m.series_id FROM almanac.regressions r JOIN almanac.regression_members m ON m.id = r.id
			WHERE r.started >= since - back AND r.state IN ('open', 'watch', 'resolved') AND m.stream = 'statement')
	ORDER BY s.ms - s.ms_before DESC, s.series_id LIMIT 3;
	FOR one IN VALUES ('table', 'total_bytes'), ('database', 'size_bytes') LOOP
		RETURN QUERY EXECUTE format($grown$
			WITH latest AS MATERIALIZED (
				SELECT n.series_id, n.last_time, n.%1$I AS bytes, m.first_seen FROM almanac.sums(%2$L, $1, $2) AS n (series_id integer, last_time timestamptz, %1$I bigint)
				JOIN almanac.%3$I m ON m.series_id = n.series_id
				WHERE n.%1$I >= 67108864 AND m.server_id = 0 AND m.dbid <> 0
			), grown AS MATERIALIZED (
				SELECT l.series_id, l.last_time, l.bytes, l.bytes - COALESCE(b.%1$I, 0) AS growth, b.%1$I IS NULL AS is_new
				FROM latest l LEFT JOIN almanac.sums(%2$L, $1 - '60 days'::interval, $1, ARRAY(SELECT c.series_id FROM latest c)) AS b (series_id integer, %1$I bigint) ON b.series_id = l.series_id
				-- Of what is not known it may just be that nobody looked so far back.
				WHERE l.bytes - COALESCE(b.%1$I, 0) >= greatest(67108864, 0.01 * l.bytes) AND (b.%1$I IS NOT NULL OR l.first_seen >= $1)
				ORDER BY 4 DESC, 1 LIMIT 20
			), usual AS MATERIALIZED (
				SELECT g.*, e.%1$I - b.%1$I AS growth_before
				FROM grown g LEFT JOIN almanac.sums(%2$L, $1 - $3 - '60 days'::interval, $2 - $3, ARRAY(SELECT c.series_id FROM grown c)) AS e (series_id integer, %1$I bigint) ON e.series_id = g.series_id
				LEFT JOIN almanac.sums(%2$L, $1 - $3 - '60 days'::interval, $1 - $3, ARRAY(SELECT c.series_id FROM grown c)) AS b (series_id integer, %1$I bigint) ON b.series_id = g.series_id
			)
			SELECT u.last_time, %2$L || ' grew', format(CASE WHEN u.is_new THEN '%2$s %%s%%s is new, with %%s' ELSE '%2$s %%s%%s grew by %%s to %%s' END, %4$s, pg_size_pretty(u.growth), pg_size_pretty(u.bytes))
				|| CASE WHEN u.growth_before IS NULL THEN '' WHEN u.growth_before > 0 THEN format('; %%s by %%s', $4, pg_size_pretty(u.growth_before)) ELSE format('; %%s it did not', $4) END
			FROM usual u JOIN almanac.series_names k ON k.stream = %2$L AND k.series_id = u.series_id
			WHERE u.growth >= 1.5 * COALESCE(u.growth_before, 0) ORDER BY u.growth DESC, u.series_id LIMIT 3
			$grown$, one.column2, one.column1, one.column1 || '_keys',
			CASE one.column1 WHEN 'table' THEN $name$concat_ws('.', k.schemaname, k.relname), COALESCE(' of database ' || k.datname, '')$name$ ELSE $name$k.datname, ''$name$ END)
			USING since, until, back, before;
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.night_changes(timestamptz, timestamptz) IS 'statements, tables and databases that changed most since then, against as long a time a day or a week before, and that are no regressions';
