-- Series ready to be drawn: even steps, rates, levels carried on, the resolution that the steps need and no finer one. Dashboards stand on
-- these (docs/grafana); anything else that draws lines can.

-- No step is shorter than what its history is made of, nor lies across it: else some would hold two samples and their neighbours one.
CREATE FUNCTION almanac.chart_step(stream text, "from" timestamptz, "to" timestamptz, step interval) RETURNS interval
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
	seconds double precision := extract(epoch FROM step);
	unit double precision;
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.stream_columns() c WHERE c.stream = chart_step.stream) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('stream %s does not exist', COALESCE(quote_literal(stream), 'NULL')),
			HINT = (SELECT 'Streams are ' || string_agg(DISTINCT c.stream, ', ') || '.' FROM almanac.stream_columns() c);
	END IF;
	IF (isfinite("from") AND isfinite("to") AND "from" < "to") IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the window of a chart must be finite and begin before it ends';
	END IF;
	IF (seconds > 0 AND extract(year FROM step) = 0 AND extract(month FROM step) = 0) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('step of a chart cannot be %s', COALESCE(quote_literal(step), 'NULL')),
			HINT = 'Use a positive interval without months or years, such as 10 minutes.';
	END IF;
	unit := (SELECT CASE WHEN "from" < t.since_1h THEN 86400 WHEN "from" < t.since_10min THEN 3600 WHEN "from" < t.since_raw THEN 600 END
		FROM almanac.tier_state t JOIN (SELECT DISTINCT c.stream_id FROM almanac.stream_columns() c WHERE c.stream = chart_step.stream) c ON c.stream_id = t.stream);
	unit := greatest(unit, (SELECT CASE WHEN stream IN ('table', 'index') THEN w.relation_interval ELSE w.snapshot_interval END FROM almanac.worker_status() w), 1);
	-- A window of years in steps of a second is nobody's wish.
	seconds := greatest(seconds, extract(epoch FROM "to" - "from") / 5000);
	RETURN make_interval(secs => ceil(seconds / unit - 1e-9) * unit);
END
$$;
COMMENT ON FUNCTION almanac.chart_step(text, timestamptz, timestamptz, interval) IS
	'the step that charts of a window are drawn in: the one that is asked for, or the next longer one that the history is fine enough for';

-- The coarsest resolution that steps of a length can be made of.
CREATE FUNCTION almanac.chart_grain(step interval) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (SELECT CASE WHEN pg_catalog.mod(s.seconds, 86400) OPERATOR(pg_catalog.=) 0 THEN '1d' WHEN pg_catalog.mod(s.seconds, 3600) OPERATOR(pg_catalog.=) 0 THEN '1h'
		WHEN pg_catalog.mod(s.seconds, 600) OPERATOR(pg_catalog.=) 0 THEN '10min' ELSE 'raw' END FROM (SELECT EXTRACT(epoch FROM step) AS seconds) s);
COMMENT ON FUNCTION almanac.chart_grain(interval) IS 'the coarsest setting of pg_almanac.grain that steps of this length can be made of';

CREATE FUNCTION almanac.chart_data(stream text, metrics text[], "from" timestamptz, "to" timestamptz, step interval, series integer[] DEFAULT NULL,
		labels text[] DEFAULT NULL)
	RETURNS TABLE ("time" timestamptz, label text, metric text, value double precision)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	origin CONSTANT timestamptz := '2000-01-01 00:00:00+00';
	width CONSTANT interval := almanac.chart_step(stream, "from", "to", step);
	first_start CONSTANT timestamptz := date_bin(width, "from", origin);
	-- Levels are of one series each, so they are added up in a second step.
	per_series boolean := false;
	means boolean := false;
	metric_name text;
	counter text;
	kind text;
	expression text;
	how text;
	inner_list text := '';
	outer_list text := '';
	numbers integer := 0;
	-- What adds up over series is read as sums of steps, by these columns and groups, which takes a third of the time.
	columns text[] := '{}';
	members integer[] := series;
	groups integer[];
	source text;
BEGIN
	IF COALESCE(cardinality(metrics), 0) = 0 OR array_position(metrics, NULL) IS NOT NULL OR array_ndims(metrics) > 1 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a chart needs the names of its metrics';
	END IF;
	FOREACH metric_name IN ARRAY metrics LOOP
		counter := regexp_replace(metric_name, '_per_call$', '');
		kind := (SELECT c.kind FROM almanac.stream_columns() c WHERE c.stream = chart_data.stream AND c.column_name = counter);
		how := 'value';
		expression := CASE
			WHEN stream = 'statement' AND metric_name = 'mean_exec_ms' THEN 'sum(s.total_exec_ms) / NULLIF(sum(s.calls), 0)::float8'
			WHEN stream = 'statement' AND metric_name = 'mean_plan_ms' THEN 'sum(s.total_plan_ms) / NULLIF(sum(s.plans), 0)::float8'
			WHEN stream = 'statement' AND metric_name IN ('p50_ms', 'p95_ms', 'p99_ms') THEN
				format('almanac.quantile(almanac.merge(s.latency), %s)', substr(metric_name, 2, 2)::float8 / 100)
			WHEN stream = 'statement' AND metric_name <> counter AND kind IN ('counter', 'duration', 'loose') THEN
				format('sum(s.%I)::float8 / NULLIF(sum(s.calls), 0)::float8', counter)
			WHEN metric_name <> counter THEN NULL
			WHEN kind IN ('counter', 'duration', 'loose') THEN format('sum(s.%I)::float8', counter)
			WHEN kind = 'gauge' THEN format('(array_agg(s.%1$I ORDER BY s."time" DESC) FILTER (WHERE s.%1$I IS NOT NULL))[1]::float8', counter)
			END;
		IF expression IS NULL THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('stream %s has no chart of %s', quote_literal(stream), quote_literal(metric_name)),
				HINT = 'Metrics are the counters, times and levels of almanac.stream_columns(); of statements also mean_exec_ms, mean_plan_ms, p50_ms, p95_ms, p99_ms, and counters with _per_call.';
		END IF;
		IF metric_name = counter AND kind IN ('counter', 'duration', 'loose') THEN
			how := 'rate';
		ELSIF metric_name = counter AND kind = 'gauge' THEN
			how := 'level';
			per_series := true;
		ELSE
			means := true;
		END IF;
		columns := columns || CASE
			WHEN metric_name IN ('mean_exec_ms', 'mean_plan_ms') THEN ARRAY['calls bigint', 'plans bigint', 'total_exec_ms double precision', 'total_plan_ms double precision']
			WHEN kind IS NULL THEN ARRAY['latency almanac.histogram']
			ELSE ARRAY[format('%I %s', counter, CASE WHEN kind = 'counter' THEN 'bigint' ELSE 'double precision' END)] || CASE WHEN metric_name <> counter THEN 'calls bigint' END END;
		numbers := numbers + 1;
		inner_list := inner_list || format(', %s AS v%s', expression, numbers);
		outer_list := outer_list || format('%s(%s, %L, %L::text, g.v%s)', CASE WHEN numbers > 1 THEN ', ' ELSE '' END, numbers, metric_name, how, numbers);
	END LOOP;
	IF per_series AND means THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'means and percentiles cannot be drawn together with levels', HINT = 'Call almanac.chart_data() once for each.';
	END IF;
	IF labels IS NOT NULL AND cardinality(labels) IS DISTINCT FROM cardinality(series) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a chart needs as many labels as series';
	END IF;
	IF per_series OR EXISTS (SELECT FROM unnest(series) AS n (series_id) GROUP BY n.series_id HAVING count(*) > 1) THEN
		source := format($source$
			SELECT %s AS label, %s AS series_id, date_bin($1, s."time" - '1 us'::interval, $2) AS begun%s
			FROM almanac.%I s %s WHERE s."time" > $3 AND s."time" <= $4 %s GROUP BY 1, 2, 3
			$source$, CASE WHEN labels IS NULL THEN 'NULL::text' ELSE 'n.label' END, CASE WHEN per_series THEN 's.series_id' ELSE '0' END, inner_list, stream || '_samples',
			CASE WHEN labels IS NULL THEN '' ELSE 'JOIN unnest($5, $7) AS n (series_id, label) ON n.series_id = s.series_id' END,
			CASE WHEN series IS NULL THEN '' ELSE 'AND s.series_id = ANY ($5)' END);
	ELSE
		IF labels IS NOT NULL THEN
			SELECT array_agg(n.series_id), array_agg(array_position(labels, n.label) - 1) INTO members, groups FROM unnest(series, labels) AS n (series_id, label) WHERE n.series_id IS NOT NULL;
			members := COALESCE(members, '{}');
		END IF;
		source := format('SELECT ($7)[s.group_id + 1] AS label, 0 AS series_id, s.step_start AS begun%s FROM almanac.step_sums($8, $3, $4, $1, $9, $10) AS s (step_start timestamptz, group_id integer, %s) GROUP BY 1, 2, 3',
			inner_list, (SELECT string_agg(DISTINCT c, ', ') FROM unnest(columns) AS c));
	END IF;
	PERFORM set_config('pg_almanac.grain', almanac.chart_grain(width), true);
	RETURN QUERY EXECUTE format($query$
		WITH v AS MATERIALIZED (%s), looks AS (
			-- When anybody looked, and how long since the look before: what is absent then did not happen, what was not looked at is not known.
			SELECT l.begun, max(l.last_look) AS last_look, max(l.seconds) AS seconds FROM (
				SELECT s.series_id, date_bin($1, s."time" - '1 us'::interval, $2) AS begun, max(s."time") AS last_look, extract(epoch FROM sum(s.duration))::float8 AS seconds
				FROM almanac.snapshot_samples s JOIN almanac.snapshot_keys k ON k.series_id = s.series_id
				WHERE k.stream = $6 AND s."time" > $3 AND s."time" <= $4 GROUP BY 1, 2) l
			GROUP BY 1
		), steps AS MATERIALIZED (
			-- Imported history has no looks: each of its steps is whole.
			SELECT COALESCE(l.begun, i.begun) AS start, CASE WHEN max(l.begun) OVER () = l.begun AND l.last_look > l.begun THEN least(l.begun + $1, l.last_look) ELSE COALESCE(l.begun, i.begun) + $1 END AS stop,
				CASE WHEN l.begun IS NULL THEN extract(epoch FROM $1)::float8 ELSE l.seconds END AS seconds
			FROM looks l FULL JOIN (SELECT DISTINCT v.begun FROM v) i ON i.begun = l.begun
		), keys AS (
			SELECT DISTINCT v.label, v.series_id FROM v
		), long AS (
			SELECT k.label, k.series_id, t.start, t.stop, t.seconds, m.n, m.metric, m.how, m.v, count(m.v) OVER (PARTITION BY k.label, k.series_id, m.n ORDER BY t.start) AS known
			FROM keys k CROSS JOIN steps t
			LEFT JOIN v g ON g.label IS NOT DISTINCT FROM k.label AND g.series_id = k.series_id AND g.begun = t.start
			CROSS JOIN LATERAL (VALUES %s) AS m (n, metric, how, v)
		), filled AS (
			SELECT l.label, l.start, l.stop, l.n, l.metric, CASE l.how WHEN 'rate' THEN COALESCE(l.v, 0) / NULLIF(l.seconds, 0)
				WHEN 'level' THEN max(l.v) OVER (PARTITION BY l.label, l.series_id, l.n, l.known) ELSE l.v END AS value
			FROM long l
		)
		SELECT f.stop, f.label, f.metric, sum(f.value) FROM filled f WHERE f.value IS NOT NULL GROUP BY f.start, f.stop, f.label, f.n, f.metric ORDER BY f.stop, f.label, f.n
		$query$, source, outer_list)
		USING width, origin, first_start, "to", series, CASE stream WHEN 'index' THEN 'table' ELSE stream END, labels, stream, members, groups;
END
$$;
COMMENT ON FUNCTION almanac.chart_data(text, text[], timestamptz, timestamptz, interval, integer[], text[]) IS
	'metrics of a stream over time, ready to be drawn: increases per second, levels, means and percentiles, in even steps, of all series together or by label';

CREATE FUNCTION almanac.latency_heatmap("from" timestamptz, "to" timestamptz, step interval, series integer[] DEFAULT NULL, per_octave integer DEFAULT 1)
	RETURNS TABLE ("time" timestamptz, lower_ms double precision, upper_ms double precision, calls bigint)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	origin CONSTANT timestamptz := '2000-01-01 00:00:00+00';
	width CONSTANT interval := almanac.chart_step('statement', "from", "to", step);
BEGIN
	PERFORM set_config('pg_almanac.grain', almanac.chart_grain(width), true);
	RETURN QUERY SELECT l.step_start + width, b.lower_ms, b.upper_ms, b.calls
		FROM almanac.step_sums('statement', date_bin(width, "from", origin), "to", width, COALESCE(series, ARRAY(SELECT k.series_id FROM almanac.statement_keys k WHERE k.toplevel)))
			AS l (step_start timestamptz, latency almanac.histogram) CROSS JOIN LATERAL almanac.buckets(l.latency, per_octave) b
		ORDER BY 1, 2;
END
$$;
COMMENT ON FUNCTION almanac.latency_heatmap(timestamptz, timestamptz, interval, integer[], integer) IS
	'how many calls took how long, over time: rows for a heat map; of some statements, or of all top-level ones';

-- History and what follows it as one chart.
CREATE FUNCTION almanac.projection_chart(stream text, series_id integer, metric text, "from" timestamptz, "to" timestamptz)
	RETURNS TABLE ("time" timestamptz, value double precision, forecast double precision, lower_80 double precision, upper_80 double precision,
		lower_95 double precision, upper_95 double precision)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	times timestamptz[];
	series double precision[];
	last_time timestamptz;
	ahead interval;
BEGIN
	IF (isfinite("from") AND isfinite("to") AND "from" < "to") IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the window of a chart must be finite and begin before it ends';
	END IF;
	SELECT u.times, u.series INTO times, series FROM almanac.series_until(stream, regexp_replace(metric, '^(wal_bytes|transactions)_per_day$', '\1'), series_id, least("to", now())) u;
	RETURN QUERY SELECT h.t, h.v, NULL::float8, NULL::float8, NULL::float8, NULL::float8, NULL::float8 FROM unnest(times, series) AS h (t, v)
		WHERE h.t > "from" AND h.t <= "to" AND h.v IS NOT NULL ORDER BY 1;
	last_time := times[array_upper(times, 1)];
	IF "to" <= last_time OR last_time IS NULL THEN
		RETURN;
	END IF;
	-- No point nearer than history has, and some fifty of them.
	ahead := greatest(times[array_upper(times, 1)] - times[array_upper(times, 1) - 1], ("to" - last_time) / 50, '1 second'::interval);
	RETURN QUERY SELECT f."time", NULL::float8, f.value, f.lower_80, f.upper_80, f.lower_95, f.upper_95
		FROM almanac.forecast(times, series, ARRAY(SELECT g FROM generate_series(last_time + ahead, "to", ahead) g)) f
		WHERE f.value IS NOT NULL AND f."time" > "from" ORDER BY 1;
END
$$;
COMMENT ON FUNCTION almanac.projection_chart(text, integer, text, timestamptz, timestamptz) IS
	'a series of view projections, or the use of a volume, over time, and from its end on the forecast with its intervals of 80 and 95 %';

-- Grants what pg_monitor has here, not pg_monitor itself: that role may read all settings and statistics of the server, texts included.
CREATE FUNCTION almanac.create_reader(role name, texts boolean DEFAULT false) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	object record;
BEGIN
	IF COALESCE(role, '') = '' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a reader needs a name';
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role) THEN
		EXECUTE format('CREATE ROLE %I LOGIN', role);
		EXECUTE format('ALTER ROLE %I SET default_transaction_read_only = on', role);
		EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', role, '30s');
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA almanac TO %I', role);
	FOR object IN
		SELECT CASE d.classid WHEN 'pg_proc'::regclass THEN 'EXECUTE ON ROUTINE ' || d.objid::regprocedure ELSE 'SELECT ON ' || d.objid::regclass END AS privilege
		FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e' AND e.extname = 'pg_almanac'
		LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
		LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
		CROSS JOIN LATERAL aclexplode(COALESCE(c.relacl, p.proacl)) a
		WHERE a.grantee = 'pg_monitor'::regrole AND a.privilege_type IN ('SELECT', 'EXECUTE')
		ORDER BY d.classid, d.objid
	LOOP
		EXECUTE format('GRANT %s TO %I', object.privilege, role);
	END LOOP;
	IF NOT has_database_privilege(role, current_database(), 'CONNECT') THEN
		EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
	END IF;
	IF texts THEN
		EXECUTE format('GRANT pg_read_all_stats TO %I', role);
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.create_reader(name, boolean) IS
	'lets a role read the history and do nothing else, and creates it if it is not there; texts: of other roles'' statements too';
