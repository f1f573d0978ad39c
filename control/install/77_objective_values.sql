-- Objectives (SLO): what the server promises to be. What the metric of one was in each interval of 5 minutes is kept as two numbers (good and
-- all events), or as a value, so that months are read in milliseconds, and stay when history gets coarser. The past before its definition is
-- evaluated in hours.

CREATE FUNCTION almanac.objective_metrics() RETURNS TABLE (metric text, unit text, counts text, scopes text, what text)
	LANGUAGE sql IMMUTABLE ROWS 11 SET search_path = pg_catalog, pg_temp
AS $$
	VALUES ('calls_under_<N>ms', 'share', 'good', 'server, database, role, queryid', 'share of the calls that took less than so many milliseconds, such as calls_under_200ms'),
		('error_rate', 'share', 'bad', 'server, database, role, queryid', 'share of executions that failed or timed out'),
		('availability', 'share', 'good', 'server', 'share of the time that the server was up and recorded'),
		('cache_hit_rate', 'share', 'good', 'server, database, role, queryid', 'share of the blocks accessed that were in shared_buffers'),
		('p50_ms', 'ms', NULL, 'server, database, role, queryid', 'median of the execution time'),
		('p95_ms', 'ms', NULL, 'server, database, role, queryid', '95th percentile of the execution time'),
		('p99_ms', 'ms', NULL, 'server, database, role, queryid', '99th percentile of the execution time'),
		('mean_exec_ms', 'ms', NULL, 'server, database, role, queryid', 'mean execution time'),
		('replication_lag_seconds', 's', NULL, 'server', 'replay lag of the standby that is last'),
		('size_bytes', 'bytes', NULL, 'server, database', 'size of the database, or of all'),
		('<name>', '', NULL, 'server', 'a metric or ratio of almanac.metrics, of a counter its increase per hour; of several series the worst')
$$;
COMMENT ON FUNCTION almanac.objective_metrics() IS 'metrics that set_objective() takes';

-- The built-in metric that a name stands for.
CREATE FUNCTION almanac.objective_metric(metric text, OUT metric text, OUT unit text, OUT counts text, OUT scopes text)
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT m.metric, m.unit, m.counts, m.scopes FROM almanac.objective_metrics() m
	WHERE m.metric = CASE WHEN objective_metric.metric ~ '^calls_under_\d{1,7}(\.\d{1,3})?ms$' THEN 'calls_under_<N>ms' WHEN objective_metric.metric NOT LIKE '%<%' THEN objective_metric.metric END
$$;
COMMENT ON FUNCTION almanac.objective_metric(text) IS 'the built-in metric that the name of one stands for';

-- Why there can be no values now; NULL if there can.
CREATE FUNCTION almanac.objective_obstacle(d almanac.objective_definitions) RETURNS text
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE
		WHEN (SELECT m.metric FROM almanac.objective_metric(d.metric) m) IS NULL AND NOT EXISTS (SELECT FROM almanac.metric_definitions m WHERE m.name = d.metric)
			THEN format('metric "%s" does not exist', d.metric)
		WHEN d.datname IS NOT NULL AND NOT EXISTS (SELECT FROM pg_database b WHERE b.datname = d.datname) THEN format('database "%s" does not exist', d.datname)
		WHEN d.rolname IS NOT NULL AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = d.rolname) THEN format('role "%s" does not exist', d.rolname)
		WHEN d.queryid IS NOT NULL AND NOT EXISTS (SELECT FROM almanac.statement_keys k WHERE k.queryid = d.queryid AND k.server_id = 0)
			THEN format('no statement with queryid %s is in the history', d.queryid)
		END
$$;
COMMENT ON FUNCTION almanac.objective_obstacle(almanac.objective_definitions) IS 'why an objective can have no values now';

-- Values in steps that end after "from", up to until.
CREATE FUNCTION almanac.objective_values(d almanac.objective_definitions, step interval, "from" timestamptz, until timestamptz)
	RETURNS TABLE ("time" timestamptz, seconds double precision, good double precision, total double precision, value double precision)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	origin CONSTANT timestamptz := '2000-01-03';
	length CONSTANT double precision := extract(epoch FROM step);
	statements CONSTANT boolean := d.metric ~ '^(calls_under_.*|error_rate|p\d\d_ms|mean_exec_ms)$' OR d.metric = 'cache_hit_rate' AND (d.rolname IS NOT NULL OR d.queryid IS NOT NULL);
	limit_ms CONSTANT text := substring(d.metric FROM '^calls_under_(.*)ms$');
	ids integer[];
	kind text;
BEGIN
	PERFORM set_config('pg_almanac.grain', CASE WHEN length >= 3600 THEN '1h' ELSE 'raw' END, true);
	IF statements THEN
		ids := ARRAY(SELECT k.series_id FROM almanac.statement_keys k
			LEFT JOIN almanac.database_keys b ON b.dbid = k.dbid AND b.server_id = k.server_id LEFT JOIN almanac.roles r ON r.userid = k.userid AND r.server_id = k.server_id
			WHERE k.server_id = 0 AND CASE WHEN d.queryid IS NULL THEN k.toplevel ELSE k.queryid = d.queryid END
				AND (d.datname IS NULL OR b.datname = d.datname) AND (d.rolname IS NULL OR r.rolname = d.rolname));
		RETURN QUERY EXECUTE format($q$
			SELECT v.stop, $4, v.good, CASE WHEN v.good IS NULL THEN $4 ELSE v.total END, v.value FROM (
				SELECT date_bin($1, s."time" - '1 us'::interval, $5) + $1 AS stop, %s
				FROM almanac.statement_samples s WHERE s."time" > $2 AND s."time" <= $3 AND s.series_id = ANY ($6) GROUP BY 1) v
			WHERE v.total > 0 $q$,
			CASE WHEN limit_ms IS NOT NULL THEN format('almanac.calls(almanac.merge(s.latency)) * (1 - almanac.share_above(almanac.merge(s.latency), %s)) AS good, almanac.calls(almanac.merge(s.latency))::float8 AS total, NULL::float8 AS value', limit_ms)
				WHEN d.metric = 'error_rate' THEN 'sum(s.calls)::float8 AS good, CASE WHEN count(s.errors) > 0 THEN (sum(s.calls) + COALESCE(sum(s.errors), 0) + COALESCE(sum(s.timeouts), 0))::float8 END AS total, NULL::float8 AS value'
				WHEN d.metric = 'cache_hit_rate' THEN 'sum(s.shared_blks_hit)::float8 AS good, (sum(s.shared_blks_hit) + sum(s.shared_blks_read))::float8 AS total, NULL::float8 AS value'
				WHEN d.metric = 'mean_exec_ms' THEN 'NULL::float8 AS good, sum(s.calls)::float8 AS total, sum(s.total_exec_ms) / NULLIF(sum(s.calls), 0)::float8 AS value'
				ELSE format('NULL::float8 AS good, almanac.calls(almanac.merge(s.latency))::float8 AS total, almanac.quantile(almanac.merge(s.latency), %s) AS value', substr(d.metric, 2, 2)::float8 / 100) END)
			USING step, "from", until, length, origin, ids;
	ELSIF d.metric = 'cache_hit_rate' THEN
		RETURN QUERY SELECT v.stop, length, v.good, v.total, NULL::float8 FROM (
				SELECT date_bin(step, s."time" - '1 us'::interval, origin) + step AS stop, sum(s.blks_hit)::float8 AS good, (sum(s.blks_hit) + sum(s.blks_read))::float8 AS total
				FROM almanac.database_samples s WHERE s."time" > "from" AND s."time" <= until
					AND s.series_id = ANY (ARRAY(SELECT k.series_id FROM almanac.database_keys k WHERE k.server_id = 0 AND (d.datname IS NULL OR k.datname = d.datname))) GROUP BY 1) v
			WHERE v.total > 0;
	ELSIF d.metric = 'replication_lag_seconds' THEN
		RETURN QUERY SELECT date_bin(step, s."time" - '1 us'::interval, origin) + step, length, NULL::float8, length, max(greatest(s.replay_lag_us, s.replay_lag_us_max)) / 1e6::float8
			FROM almanac.replication_samples s WHERE s."time" > "from" AND s."time" <= until AND s.replay_lag_us IS NOT NULL
				AND s.series_id = ANY (ARRAY(SELECT k.series_id FROM almanac.replication_keys k WHERE k.server_id = 0)) GROUP BY 1;
	ELSIF d.metric = 'size_bytes' THEN
		-- Absent means unchanged: each size holds until the next, and as long as anything is recorded.
		ids := ARRAY(SELECT k.series_id FROM almanac.database_keys k JOIN pg_database b ON b.oid = k.dbid WHERE k.server_id = 0 AND (d.datname IS NULL OR b.datname = d.datname));
		RETURN QUERY
		WITH known AS MATERIALIZED (
			SELECT s.series_id, date_bin(step, s."time" - '1 us'::interval, origin) + step AS stop, (array_agg(s.size_bytes ORDER BY s."time" DESC))[1] AS size
			FROM almanac.database_samples s WHERE s."time" > "from" AND s."time" <= until AND s.series_id = ANY (ids) AND s.size_bytes IS NOT NULL GROUP BY 1, 2
			UNION ALL
			SELECT w.series_id, '-infinity', w.size_bytes FROM almanac.sums('database', "from" - '35 days'::interval, "from", ids) AS w (series_id integer, size_bytes bigint) WHERE w.size_bytes IS NOT NULL
		), filled AS (
			SELECT g.stop, i.series_id, k.size, count(k.size) OVER (PARTITION BY i.series_id ORDER BY g.stop) AS n
			FROM (SELECT x AS stop FROM generate_series("from" + step, until, step) x UNION ALL SELECT '-infinity') g CROSS JOIN unnest(ids) AS i (series_id)
			LEFT JOIN known k ON k.series_id = i.series_id AND k.stop = g.stop
		)
		SELECT f.stop, length, NULL::float8, length, sum(f.last)::float8
			FROM (SELECT f.stop, max(f.size) OVER (PARTITION BY f.series_id, f.n) AS last FROM filled f WHERE f.n > 0) f WHERE f.stop > '-infinity' GROUP BY 1;
	ELSIF d.metric = 'availability' THEN
		-- Down from the last look before a start to the start, and while nobody looked for another reason.
		RETURN QUERY
		WITH down AS MATERIALIZED (
			SELECT e.not_before AS begun, e."time" AS ended FROM almanac.event_log e
				WHERE e.kind IN ('restart', 'crash', 'failover') AND e.server_id = 0 AND e.not_before < e."time" AND e."time" > "from" AND e.not_before < until
			UNION ALL
			SELECT s."time" - make_interval(secs => s.interval_ms / 1000), s."time"
				FROM almanac.snapshot_samples s JOIN almanac.snapshot_keys k ON k.series_id = s.series_id AND k.server_id = 0
				WHERE k.stream = 'system' AND s."time" > "from" AND s."time" <= until + '1 day'::interval AND s.flags & 64 <> 0 AND s.flags & 56 = 0 AND s.interval_ms > 0
		), merged AS (
			-- Those that overlap count once.
			SELECT greatest(w.begun, max(w.ended) OVER (ORDER BY w.begun, w.ended ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS begun, w.ended FROM down w
		), steps AS (
			SELECT greatest(g - step, r.started) AS begun, g AS stop FROM generate_series("from" + step, until, step) g
			CROSS JOIN (SELECT least(r.started, (SELECT min(s."time") FROM almanac.snapshot_samples s WHERE s."time" > "from" AND s."time" <= until)) AS started FROM almanac.recorder r WHERE r.server_id = 0) r
			WHERE g > r.started
		)
		SELECT s.stop, length, x.seconds - COALESCE((SELECT sum(extract(epoch FROM least(m.ended, s.stop) - greatest(m.begun, s.begun))) FROM merged m WHERE m.begun < s.stop AND m.ended > s.begun AND m.begun < m.ended), 0)::float8,
				x.seconds, NULL::float8
			FROM steps s CROSS JOIN LATERAL (SELECT extract(epoch FROM s.stop - s.begun)::float8 AS seconds) x WHERE x.seconds > 0;
	ELSE
		kind := (SELECT m.kind FROM almanac.metric_definitions m WHERE m.name = d.metric);
		RETURN QUERY SELECT v.stop, length, NULL::float8, COALESCE(least(max(v.covers), 86400), length), CASE WHEN d.comparison IN ('<', '<=') THEN max(v.value) ELSE min(v.value) END
			FROM (SELECT date_bin(step, s."time" - '1 us'::interval, origin) + step AS stop, extract(epoch FROM sum(s.duration))::float8 AS covers,
					CASE kind WHEN 'counter' THEN sum(s.increase) * 3600 / NULLIF(sum(extract(epoch FROM s.duration)) FILTER (WHERE s.increase IS NOT NULL), 0)::float8
						ELSE sum(s.total) / NULLIF(sum(s.weight), 0) END AS value
				FROM almanac.metric_samples s WHERE s."time" > "from" AND s."time" <= until
					AND s.series_id = ANY (ARRAY(SELECT k.series_id FROM almanac.metric_keys k WHERE k.metric = d.metric AND k.server_id = 0)) GROUP BY 1, s.series_id) v
			WHERE v.value IS NOT NULL GROUP BY 1;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.objective_values(almanac.objective_definitions, interval, timestamptz, timestamptz) IS 'what the metric of an objective was, in steps of a length';
