-- How large, how much, in 3, 6 and 12 months. Forecasts of many series take too long for a view: project() leaves them in a table, and
-- the worker executes it a piece at a time, once a day.

-- Values of series in steps of a length, from history of that grain or finer. A state: the last of a step and its peak; what adds up:
-- per day, of steps at least half of which were recorded. A sample belongs to the step in which it ends, or with which it ends.
CREATE FUNCTION almanac.step_values(stream text, metric text, series integer[], step interval, "from" timestamptz, until timestamptz)
	RETURNS TABLE (series_id integer, step_start timestamptz, value double precision, peak double precision)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	gauge CONSTANT text := CASE stream || '.' || metric WHEN 'table.size_bytes' THEN 'total_bytes' WHEN 'index.size_bytes' THEN 'size_bytes'
		WHEN 'database.size_bytes' THEN 'size_bytes' WHEN 'system.connections' THEN 'connections' WHEN 'volume.used_bytes' THEN 'used_bytes'
		WHEN 'system.next_xid' THEN 'next_xid' WHEN 'system.next_mxid' THEN 'next_mxid' WHEN 'system.history_bytes' THEN 'history_bytes'
		WHEN 'replication.retained_bytes' THEN 'retained_bytes' WHEN 'sequence.last_value' THEN 'last_value' END;
	counter CONSTANT text := CASE stream || '.' || metric WHEN 'system.wal_bytes' THEN 's.wal_bytes'
		WHEN 'database.transactions' THEN 's.xact_commit + s.xact_rollback' END;
BEGIN
	IF stream = 'metric' AND metric IN ('value', 'increase') THEN
		PERFORM set_config('pg_almanac.grain', CASE WHEN step >= '1 day' THEN '1d' WHEN step >= '1 hour' THEN '1h' ELSE 'raw' END, true);
		RETURN QUERY SELECT s.series_id, date_bin(step, s."time" - '1 us'::interval, '2000-01-03'),
				CASE metric WHEN 'value' THEN sum(s.total) / NULLIF(sum(s.weight), 0) ELSE sum(s.increase) / NULLIF(sum(extract(epoch FROM s.duration)::float8), 0) * 86400 END,
				CASE metric WHEN 'value' THEN max(s.value_max) END
			FROM almanac.metric_samples s WHERE s.series_id = ANY (series) AND s."time" > "from" AND s."time" <= until GROUP BY 1, 2;
		RETURN;
	END IF;
	IF gauge IS NULL AND counter IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('stream %s has no metric %s that is projected', quote_nullable(stream), quote_nullable(metric));
	END IF;
	PERFORM set_config('pg_almanac.grain', CASE WHEN step >= '1 day' THEN '1d' WHEN step >= '1 hour' THEN '1h' ELSE 'raw' END, true);
	IF gauge IS NOT NULL THEN
		RETURN QUERY EXECUTE format($q$
			SELECT s.series_id, date_bin($2, s."time" - '1 us'::interval, '2000-01-03'), (array_agg(s.%1$I ORDER BY s."time" DESC) FILTER (WHERE s.%1$I IS NOT NULL))[1]::float8, max(s.%2$I)::float8
			FROM almanac.%3$I s WHERE s.series_id = ANY ($1) AND s."time" > $3 AND s."time" <= $4 GROUP BY 1, 2
			$q$, gauge, gauge || '_max', stream || '_samples') USING series, step, "from", until;
	ELSE
		RETURN QUERY EXECUTE format($q$
			SELECT s.series_id, date_bin($2, s."time" - '1 us'::interval, '2000-01-03'), sum(%1$s)::float8 / sum(extract(epoch FROM s.duration)::float8) * 86400, NULL::float8
			FROM almanac.%2$I s WHERE s.series_id = ANY ($1) AND s."time" > $3 AND s."time" <= $4 GROUP BY 1, 2
			HAVING sum(s.duration) >= 0.5 * $2
			$q$, counter, stream || '_samples') USING series, step, "from", until;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.step_values(text, text, integer[], interval, timestamptz, timestamptz) IS
	'values of some series in steps of a length: of a state the last and the peak, of what adds up the amount per day';

-- A series as forecast() wants it, of the last 400 steps: days if there are four weeks of them, else hours, minutes or seconds. What is
-- absent of a size or a sequence is unchanged. Series 0 of databases is all of them together.
CREATE FUNCTION almanac.series_until(stream text, metric text, series_id integer, until timestamptz, OUT times timestamptz[], OUT series double precision[])
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	ids CONSTANT integer[] := CASE WHEN stream = 'database' AND series_id = 0 THEN ARRAY(SELECT k.series_id FROM almanac.database_keys k WHERE k.server_id = 0)
		ELSE ARRAY[series_id] END;
	fills CONSTANT boolean := metric = 'size_bytes' OR stream = 'sequence';
	found record;
	step interval;
	first_step timestamptz;
	last_step timestamptz;
BEGIN
	FOREACH step IN ARRAY '{1 day,1 hour,1 minute,1 second}'::interval[] LOOP
		last_step := date_bin(step, until - '1 us'::interval, '2000-01-03');
		WITH v AS MATERIALIZED (
			SELECT v.series_id, v.step_start, CASE WHEN metric = 'connections' THEN COALESCE(v.peak, v.value) ELSE v.value END AS value
			FROM almanac.step_values(stream, metric, ids, step, last_step - 400 * step, until) v
		), bounds AS (
			SELECT v.series_id, min(v.step_start) AS first_step, CASE WHEN max(v.step_start) < last_step - '2 days'::interval AND stream = 'database' THEN max(v.step_start)
				ELSE last_step END AS last_step FROM v WHERE v.value IS NOT NULL GROUP BY 1
		), grid AS (
			SELECT b.series_id, g AS step_start, v.value, count(v.value) OVER (PARTITION BY b.series_id ORDER BY g) AS known
			FROM bounds b CROSS JOIN LATERAL generate_series(b.first_step, b.last_step, step) g LEFT JOIN v ON v.series_id = b.series_id AND v.step_start = g
		), filled AS (
			SELECT g.series_id, g.step_start, CASE WHEN fills THEN max(g.value) OVER (PARTITION BY g.series_id, g.known) ELSE g.value END AS value FROM grid g
		), total AS (
			SELECT f.step_start, sum(f.value) AS value FROM filled f GROUP BY 1
		)
		SELECT array_agg(least(t.step_start + step, until) ORDER BY t.step_start) AS times, array_agg(t.value ORDER BY t.step_start) AS series, min(t.step_start) AS first_step INTO found FROM total t;
		-- What has not changed for some hours has no finer steps.
		IF found.first_step IS NOT NULL THEN
			times := found.times;
			series := found.series;
			first_step := found.first_step;
		END IF;
		EXIT WHEN first_step <= last_step - 27 * step;
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.series_until(text, text, integer, timestamptz) IS 'a series up to a time in even steps, ready for forecast() and time_to()';

-- What is said of one series. The backtest hides the last part of the history, at most 90 steps, and forecasts it.
CREATE FUNCTION almanac.project_series(times timestamptz[], series double precision[], OUT verdict text, OUT value double precision,
		OUT growth_per_day double precision, OUT at_3_months double precision[], OUT at_6_months double precision[], OUT at_12_months double precision[],
		OUT method text, OUT backtest_days integer, OUT backtest_error double precision, OUT backtest_within_80 double precision)
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	n CONSTANT integer := COALESCE(array_length(times, 1), 0);
	last_time CONSTANT timestamptz := times[n];
	hidden CONSTANT integer := least(90, n / 3);
	margin double precision;
	level double precision;
	farthest double precision[];
BEGIN
	value := (SELECT s.v FROM unnest(series) WITH ORDINALITY AS s (v, i) WHERE s.v IS NOT NULL ORDER BY s.i DESC LIMIT 1);
	verdict := 'not enough history';
	IF value IS NULL THEN
		RETURN;
	END IF;
	SELECT max(ARRAY[f.value, f.lower_80, f.upper_80, f.lower_95, f.upper_95]) FILTER (WHERE h.i = 2 AND f.value IS NOT NULL),
			max(ARRAY[f.value, f.lower_80, f.upper_80, f.lower_95, f.upper_95]) FILTER (WHERE h.i = 3 AND f.value IS NOT NULL),
			max(ARRAY[f.value, f.lower_80, f.upper_80, f.lower_95, f.upper_95]) FILTER (WHERE h.i = 4 AND f.value IS NOT NULL),
			max((f.value - project_series.value) / 30) FILTER (WHERE h.i = 1), max(f.method) FILTER (WHERE h.i = 1 AND f.value IS NOT NULL)
		INTO at_3_months, at_6_months, at_12_months, growth_per_day, method
		FROM unnest(ARRAY[last_time + '30 days'::interval, last_time + '3 months'::interval, last_time + '6 months'::interval, last_time + '12 months'::interval]) WITH ORDINALITY AS h (at, i)
		JOIN almanac.forecast(times, series, ARRAY[last_time + '30 days'::interval, last_time + '3 months'::interval, last_time + '6 months'::interval, last_time + '12 months'::interval]) f
			ON f."time" = h.at;
	IF method IS NULL THEN
		RETURN;
	END IF;
	IF method LIKE 'growth%' THEN
		margin := greatest(abs(value), 1) * 1e-6;
		verdict := (SELECT t.verdict FROM almanac.time_to(times, series, project_series.value + margin) t);
		IF verdict IN ('not growing', 'not within two years') THEN
			verdict := (SELECT CASE WHEN t.verdict IN ('falling') OR t.verdict LIKE 'shape changed%' THEN t.verdict ELSE 'not growing' END
				FROM almanac.time_to(times, series, project_series.value - margin) t);
		END IF;
	ELSE
		-- One value of a metric says little: its level is the median of the last 30.
		level := (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY s.v) FROM (SELECT s.v FROM unnest(series) WITH ORDINALITY AS s (v, i) WHERE s.v IS NOT NULL ORDER BY s.i DESC LIMIT 30) s);
		farthest := COALESCE(at_12_months, at_6_months, at_3_months);
		verdict := CASE WHEN farthest[2] > level THEN 'growing' WHEN farthest[3] < level THEN 'falling' ELSE 'not growing' END;
		growth_per_day := CASE WHEN at_12_months IS NOT NULL THEN (at_12_months[1] - level) / 365 WHEN at_3_months IS NOT NULL THEN (at_3_months[1] - level) / 91 ELSE growth_per_day END;
	END IF;
	IF hidden >= 7 THEN
		SELECT avg(abs(f.value - a.v)) / NULLIF(avg(abs(a.v)), 0), avg((a.v BETWEEN f.lower_80 AND f.upper_80)::integer), count(*)
			INTO backtest_error, backtest_within_80, backtest_days
			FROM unnest(times[n - hidden + 1 : n], series[n - hidden + 1 : n]) AS a (at, v)
			JOIN almanac.forecast(times[1 : n - hidden], series[1 : n - hidden], times[n - hidden + 1 : n]) f ON f."time" = a.at
			WHERE a.v IS NOT NULL AND f.value IS NOT NULL;
		backtest_days := CASE WHEN backtest_days > 0 THEN ceil(extract(epoch FROM times[n] - times[n - hidden]) / 86400) END;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.project_series(timestamptz[], double precision[]) IS 'what view projections says of a series: verdict, 3, 6 and 12 months ahead, and how well its latest part would have been forecast';

-- Which series are projected: what is there, and of relations those that are largest or grow most. What was not seen for two weeks is
-- taken to be gone.
CREATE FUNCTION almanac.projection_candidates(at timestamptz) RETURNS TABLE (stream text, series_id integer, metric text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET pg_almanac.grain = '1d'
AS $$
BEGIN
	RETURN QUERY SELECT 'system'::text, k.series_id, m.metric FROM almanac.system_keys k, (VALUES ('wal_bytes'), ('connections')) AS m (metric) WHERE k.server_id = 0;
	RETURN QUERY VALUES ('database'::text, 0, 'size_bytes'::text), ('database', 0, 'transactions');
	RETURN QUERY SELECT 'database'::text, k.series_id, 'size_bytes'::text FROM almanac.sums('database', at - '14 days'::interval, at) AS s (series_id integer)
		JOIN almanac.database_keys k ON k.series_id = s.series_id WHERE k.server_id = 0 AND k.dbid <> 0;
	RETURN QUERY SELECT 'table'::text, r.series_id, 'size_bytes'::text FROM (
		SELECT n.series_id, n.total_bytes - b.total_bytes AS growth, row_number() OVER (ORDER BY n.total_bytes DESC NULLS LAST, n.series_id) AS by_size,
			row_number() OVER (ORDER BY n.total_bytes - b.total_bytes DESC NULLS LAST, n.series_id) AS by_growth
		FROM almanac.sums('table', at - '14 days'::interval, at) AS n (series_id integer, total_bytes bigint)
		JOIN almanac.table_keys k ON k.series_id = n.series_id AND k.server_id = 0
		LEFT JOIN almanac.sums('table', at - '60 days'::interval, at - '30 days'::interval) AS b (series_id integer, total_bytes bigint) ON b.series_id = n.series_id
		) r WHERE r.by_size <= 50 OR r.by_growth <= 20 AND r.growth > 0;
	RETURN QUERY SELECT 'index'::text, r.series_id, 'size_bytes'::text FROM (
		SELECT n.series_id, n.size_bytes - b.size_bytes AS growth, row_number() OVER (ORDER BY n.size_bytes DESC NULLS LAST, n.series_id) AS by_size,
			row_number() OVER (ORDER BY n.size_bytes - b.size_bytes DESC NULLS LAST, n.series_id) AS by_growth
		FROM almanac.sums('index', at - '14 days'::interval, at) AS n (series_id integer, size_bytes bigint)
		JOIN almanac.index_keys k ON k.series_id = n.series_id AND k.server_id = 0
		LEFT JOIN almanac.sums('index', at - '60 days'::interval, at - '30 days'::interval) AS b (series_id integer, size_bytes bigint) ON b.series_id = n.series_id
		) r WHERE r.by_size <= 50 OR r.by_growth <= 20 AND r.growth > 0;
	RETURN QUERY SELECT 'metric'::text, l.series_id, CASE d.kind WHEN 'counter' THEN 'increase' ELSE 'value' END
		FROM almanac.metric_definitions d JOIN almanac.metric_keys k ON k.metric = d.name AND k.server_id = 0 JOIN almanac.metric_last l ON l.series_id = k.series_id
		WHERE l."time" > at - '14 days'::interval ORDER BY d.metric_id, k.series_id LIMIT 200;
END
$$;
COMMENT ON FUNCTION almanac.projection_candidates(timestamptz) IS 'the series that project() looks at: the server, databases, the largest tables and indexes and those that grow most, metrics of users';

-- A round belongs to a UTC day. The first piece of a round chooses, each other one projects some series.
CREATE FUNCTION almanac.project_piece(at timestamptz, series integer DEFAULT 4) RETURNS boolean
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	this_round CONSTANT timestamptz := date_trunc('day', at);
	one almanac.projected;
	found_any boolean := false;
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.projected p WHERE p.round = this_round) THEN
		INSERT INTO almanac.projected AS p (stream, series_id, metric, round)
			SELECT c.stream, c.series_id, c.metric, this_round FROM almanac.projection_candidates(at) c
			ON CONFLICT ON CONSTRAINT projected_pkey DO UPDATE SET round = EXCLUDED.round;
		DELETE FROM almanac.projected p WHERE p.round <> this_round;
		RETURN true;
	END IF;
	FOR one IN SELECT * FROM almanac.projected p WHERE (p.computed_at >= p.round AND p.computed_at < p.round + '1 day'::interval) IS NOT TRUE
		ORDER BY p.stream, p.series_id, p.metric LIMIT project_piece.series
	LOOP
		UPDATE almanac.projected p SET computed_at = project_piece.at, history_days = r.history_days, verdict = r.verdict, value = r.value, growth_per_day = r.growth_per_day,
				at_3_months = r.at_3_months, at_6_months = r.at_6_months, at_12_months = r.at_12_months, method = r.method, backtest_days = r.backtest_days,
				backtest_error = r.backtest_error, backtest_within_80 = r.backtest_within_80
			FROM (SELECT ceil(extract(epoch FROM u.times[array_upper(u.times, 1)] - u.times[1]) / 86400) AS history_days, f.*
				FROM almanac.series_until(one.stream, one.metric, one.series_id, project_piece.at) u, almanac.project_series(u.times, u.series) f) r
			WHERE p.stream = one.stream AND p.series_id = one.series_id AND p.metric = one.metric;
		found_any := true;
	END LOOP;
	RETURN found_any;
END
$$;
COMMENT ON FUNCTION almanac.project_piece(timestamptz, integer) IS 'a piece of project(): what the worker does between snapshots; false if nothing is left to do for that day';

CREATE FUNCTION almanac.project(at timestamptz DEFAULT now()) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
BEGIN
	DELETE FROM almanac.projected;
	WHILE almanac.project_piece(project.at, 1000) LOOP
	END LOOP;
	PERFORM almanac.measure_capacity(project.at);
	RETURN (SELECT count(*) FROM almanac.projected);
END
$$;
COMMENT ON FUNCTION almanac.project(timestamptz) IS
	'makes views projections and capacity anew, from the history up to a time, and returns the number of series; the worker does it by itself';

-- What a series of a projection or of growth is called.
CREATE VIEW almanac.series_names AS
	SELECT 'database'::text AS stream, k.series_id, 'database'::text AS kind, k.datname, NULL::name AS schemaname, NULL::name AS relname, NULL::name AS indexrelname, k.dbid,
		NULL::text AS name, NULL::jsonb AS labels FROM almanac.database_keys k
	UNION ALL SELECT 'database', 0, 'server', NULL, NULL, NULL, NULL, NULL, NULL, NULL
	UNION ALL SELECT 'system', k.series_id, 'server', NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM almanac.system_keys k
	UNION ALL SELECT 'metric', k.series_id, 'metric', m.datname, NULL, NULL, NULL, NULL, k.metric, k.labels::jsonb FROM almanac.metric_keys k LEFT JOIN almanac.metric_definitions m ON m.name = k.metric
	UNION ALL SELECT 'table', k.series_id, 'table', d.datname, k.schemaname, k.relname, NULL, k.dbid, NULL, NULL FROM almanac.table_keys k LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id
	UNION ALL SELECT 'index', k.series_id, 'index', d.datname, k.schemaname, k.relname, k.indexrelname, k.dbid, NULL, NULL FROM almanac.index_keys k
		LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id;
COMMENT ON VIEW almanac.series_names IS 'names of databases, tables, indexes and metrics of users that have a history, by stream and series; series 0 of databases is all of them together';

CREATE VIEW almanac.projections AS
	SELECT n.kind, n.datname, n.schemaname, n.relname, n.indexrelname,
		CASE p.metric WHEN 'wal_bytes' THEN 'wal_bytes_per_day' WHEN 'transactions' THEN 'transactions_per_day' WHEN 'increase' THEN 'increase_per_day' ELSE p.metric END AS metric,
		p.verdict, p.value AS "now", p.growth_per_day,
		p.at_3_months[1] AS in_3_months, p.at_3_months[2] AS in_3_months_lower_80, p.at_3_months[3] AS in_3_months_upper_80,
		p.at_3_months[4] AS in_3_months_lower_95, p.at_3_months[5] AS in_3_months_upper_95,
		p.at_6_months[1] AS in_6_months, p.at_6_months[2] AS in_6_months_lower_80, p.at_6_months[3] AS in_6_months_upper_80,
		p.at_6_months[4] AS in_6_months_lower_95, p.at_6_months[5] AS in_6_months_upper_95,
		p.at_12_months[1] AS in_12_months, p.at_12_months[2] AS in_12_months_lower_80, p.at_12_months[3] AS in_12_months_upper_80,
		p.at_12_months[4] AS in_12_months_lower_95, p.at_12_months[5] AS in_12_months_upper_95,
		p.method, p.history_days, p.backtest_days, p.backtest_error, p.backtest_within_80, p.computed_at, p.stream, p.series_id, n.name, n.labels
	FROM almanac.projected p
	JOIN almanac.series_names n ON n.stream = p.stream AND n.series_id = p.series_id
	WHERE p.computed_at IS NOT NULL
	ORDER BY p.series_id <> 0 AND p.stream <> 'system', p.stream, p.growth_per_day DESC NULLS LAST, p.series_id, p.metric;
COMMENT ON VIEW almanac.projections IS
	'sizes, WAL, connections, transactions and metrics of users: now and in 3, 6 and 12 months, with intervals that hold it with 80 and 95 %, and how well the last part of the history would have been forecast';
