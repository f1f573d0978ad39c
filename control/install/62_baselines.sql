-- What is normal: pinned windows, and a rolling one. The mathematics is src/core/baseline.hpp.

CREATE FUNCTION almanac.expected(times timestamptz[], series double precision[], at timestamptz, weights double precision[] DEFAULT NULL,
		log boolean DEFAULT true)
	RETURNS TABLE (expected double precision, lower double precision, upper double precision, spread double precision, grain text, points integer)
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 1 AS 'MODULE_PATHNAME', 'almanac_expected';
COMMENT ON FUNCTION almanac.expected(timestamptz[], double precision[], timestamptz, double precision[], boolean) IS
	'what a series of means per hour is expected to be at a time, by what it was at the same hour of the week, or of the day, or at all';

CREATE FUNCTION almanac.cuts_baseline(kind text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	RETURN COALESCE((SELECT c.cuts FROM almanac.baseline_cuts c WHERE c.kind OPERATOR(pg_catalog.=) cuts_baseline.kind),
		cuts_baseline.kind OPERATOR(pg_catalog.=) ANY (ARRAY['deployment', 'version_changed', 'server_replaced']));
COMMENT ON FUNCTION almanac.cuts_baseline(text) IS 'whether events of a kind begin a new rolling baseline';

-- Where the rolling baseline of a time begins, and why there.
CREATE FUNCTION almanac.rolling_baseline(at timestamptz, OUT "from" timestamptz, OUT reason text)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c."time", c.reason
	FROM (SELECT at - interval '28 days' AS "time", '4 weeks' AS reason
		UNION ALL
		(SELECT e."time", e.kind || ': ' || e.label FROM almanac.event_log e
			WHERE e."time" > at - interval '28 days' AND e."time" <= at AND almanac.cuts_baseline(e.kind) ORDER BY e."time" DESC LIMIT 1)
		UNION ALL
		(SELECT m."time", m.kind || ': ' || m.label FROM almanac.marks m
			WHERE m."time" > at - interval '28 days' AND m."time" <= at AND almanac.cuts_baseline(m.kind) ORDER BY m."time" DESC LIMIT 1)) c
	ORDER BY c."time" DESC LIMIT 1
$$;
COMMENT ON FUNCTION almanac.rolling_baseline(timestamptz) IS 'where the rolling baseline of a time begins: 4 weeks before, or at the last event that cuts it';

CREATE VIEW almanac.baselines AS
	SELECT b.name, b.from_time AS "from", b.to_time AS "to", b.comment, b.rolname, b.valid_from, b.valid_to, b.valid_to IS NULL AS current
	FROM almanac.pinned_baselines b
	UNION ALL
	SELECT 'rolling', r."from", now(), 'begins with ' || r.reason, NULL, r."from", NULL, true
	FROM almanac.rolling_baseline(now()) r;
COMMENT ON VIEW almanac.baselines IS 'windows of time that are compared with: pinned ones, those they replaced (valid_to), and the rolling one';

CREATE FUNCTION almanac.set_baseline(name text, "from" timestamptz, "to" timestamptz, comment text DEFAULT NULL) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF name IS NULL OR btrim(name) = '' OR length(name) > 100 OR name = 'rolling' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('baseline cannot be called %s', COALESCE(quote_literal(name), 'NULL')),
			HINT = 'A name has 1 to 100 characters; "rolling" is the one that moves by itself.';
	END IF;
	IF (isfinite("from") AND isfinite("to") AND "from" < "to" AND "to" <= clock_timestamp()) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a baseline must be finite, begin before it ends, and have ended',
			HINT = 'Call almanac.set_baseline(name, from, to) with from < to <= now().';
	END IF;
	IF NOT EXISTS (SELECT FROM almanac.statement_samples s WHERE s."time" > "from" AND s."time" <= "to")
		AND NOT EXISTS (SELECT FROM almanac.database_samples s WHERE s."time" > "from" AND s."time" <= "to") THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('nothing was recorded between %s and %s', "from", "to"),
			HINT = 'almanac.snapshots and almanac.retention tell what there is.';
	END IF;
	UPDATE almanac.pinned_baselines b SET valid_to = clock_timestamp() WHERE b.name = set_baseline.name AND b.valid_to IS NULL;
	INSERT INTO almanac.pinned_baselines (name, from_time, to_time, comment, rolname) VALUES (name, "from", "to", comment, session_user);
END
$$;
COMMENT ON FUNCTION almanac.set_baseline(text, timestamptz, timestamptz, text) IS 'pins a window of time as a baseline; one of that name before is archived';

CREATE FUNCTION almanac.drop_baseline(name text) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE almanac.pinned_baselines b SET valid_to = clock_timestamp() WHERE b.name = drop_baseline.name AND b.valid_to IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no baseline %s', COALESCE(quote_literal(name), 'NULL')),
			HINT = 'See almanac.baselines WHERE current; "rolling" cannot be dropped.';
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.drop_baseline(text) IS 'ends a pinned baseline; it stays in view baselines with its valid_to';

CREATE FUNCTION almanac.set_baseline_cut(kind text, cuts boolean) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (kind ~ '^[a-z][a-z0-9_]{0,62}$') IS NOT TRUE OR kind IN ('vacuum', 'autovacuum', 'analyze', 'autoanalyze', 'large_load', 'large_delete') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('events of kind %s cannot cut baselines', COALESCE(quote_literal(kind), 'NULL')),
			HINT = 'Use a kind of almanac.event_kinds() that concerns more than one table, or one that people note.';
	END IF;
	IF cuts IS NULL THEN
		DELETE FROM almanac.baseline_cuts c WHERE c.kind = set_baseline_cut.kind;
	ELSE
		INSERT INTO almanac.baseline_cuts AS c VALUES (set_baseline_cut.kind, set_baseline_cut.cuts)
			ON CONFLICT ON CONSTRAINT baseline_cuts_pkey DO UPDATE SET cuts = EXCLUDED.cuts;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.set_baseline_cut(text, boolean) IS
	'sets whether events of a kind begin a new rolling baseline; NULL: as by default (deployment, version_changed and server_replaced do)';

-- Samples that are not whole tell nothing of what is normal: restart, crash, failover, gap, partial, baseline.
CREATE FUNCTION almanac.baseline(stream text, series_id integer, metric text, at timestamptz DEFAULT now(), name text DEFAULT 'rolling')
	RETURNS TABLE (expected double precision, lower double precision, upper double precision, spread double precision, grain text, points integer,
		"from" timestamptz, "to" timestamptz)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET pg_almanac.grain = '1h'
AS $$
DECLARE
	value text;
	weight text := 'count(*)';
	counter text := regexp_replace(metric, '_per_call$', '');
	kind text := (SELECT c.kind FROM almanac.stream_columns() c WHERE c.stream = baseline.stream AND c.column_name = regexp_replace(metric, '_per_call$', ''));
	times timestamptz[];
	series double precision[];
	weights double precision[];
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.stream_columns() c WHERE c.stream = baseline.stream) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('stream %s does not exist', COALESCE(quote_literal(stream), 'NULL')),
			HINT = (SELECT 'Streams are ' || string_agg(DISTINCT c.stream, ', ') || '.' FROM almanac.stream_columns() c);
	END IF;
	IF isfinite(at) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'time of a baseline must be finite';
	END IF;
	value := CASE
		WHEN stream = 'statement' AND metric = 'mean_exec_ms' THEN 'sum(s.total_exec_ms) / NULLIF(sum(s.calls), 0)::float8'
		WHEN stream = 'statement' AND metric = 'mean_plan_ms' THEN 'sum(s.total_plan_ms) / NULLIF(sum(s.plans), 0)::float8'
		WHEN stream = 'statement' AND metric IN ('p50_ms', 'p95_ms', 'p99_ms') THEN
			format('almanac.quantile(almanac.merge(s.latency), %s)', substr(metric, 2, 2)::float8 / 100)
		WHEN stream = 'statement' AND metric LIKE '%\_per\_call' AND kind IN ('counter', 'duration') THEN
			format('sum(s.%I)::float8 / NULLIF(sum(s.calls), 0)::float8', counter)
		WHEN metric <> counter THEN NULL
		WHEN stream = 'metric' AND metric = 'value' THEN 'sum(s.total) / NULLIF(sum(s.weight), 0)'
		WHEN kind IN ('counter', 'duration', 'loose', 'amount') THEN
			format('sum(s.%I)::float8 / NULLIF(EXTRACT(epoch FROM sum(s.duration)), 0)::float8', counter)
		WHEN kind = 'gauge' THEN format('avg(s.%I)::float8', counter)
		END;
	IF value IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('stream %s has no baseline of %s', quote_literal(stream), COALESCE(quote_literal(metric), 'NULL')),
			HINT = 'Metrics are the counters, times and levels of almanac.stream_columns(); of statements also mean_exec_ms, mean_plan_ms, p50_ms, p95_ms, p99_ms, and counters with _per_call.';
	END IF;
	IF stream = 'statement' AND (metric LIKE 'mean%' OR metric LIKE 'p__\_ms' OR metric <> counter) THEN
		weight := 'sum(s.calls)';
	END IF;
	IF name = 'rolling' THEN
		SELECT r."from", at INTO "from", "to" FROM almanac.rolling_baseline(at) r;
	ELSE
		SELECT b.from_time, b.to_time INTO "from", "to" FROM almanac.pinned_baselines b WHERE b.name = baseline.name AND b.valid_to IS NULL;
		IF NOT FOUND THEN
			RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no baseline %s', COALESCE(quote_literal(name), 'NULL')),
				HINT = 'See almanac.baselines WHERE current.';
		END IF;
	END IF;
	EXECUTE format($query$
		SELECT array_agg(h.hour ORDER BY h.hour), array_agg(h.value ORDER BY h.hour), array_agg(h.weight ORDER BY h.hour)
		FROM (SELECT date_bin('1 hour', s."time" - interval '1 microsecond', '2000-01-01 00:00:00+00') AS hour, %s AS value, %s::float8 AS weight
			FROM almanac.%I s WHERE s.series_id = $1 AND s."time" > $2 AND s."time" <= $3 AND s.flags & 1400 = 0 GROUP BY 1) h
		$query$, value, weight, stream || '_samples') INTO times, series, weights USING series_id, "from", "to";
	RETURN QUERY SELECT e.expected, e.lower, e.upper, e.spread, e.grain, e.points, baseline."from", baseline."to"
		FROM almanac.expected(times, series, at, weights, COALESCE(kind, '') NOT IN ('gauge', 'real')) e;
END
$$;
COMMENT ON FUNCTION almanac.baseline(text, integer, text, timestamptz, text) IS
	'what a metric of a series is expected to be at a time, and how far from that is normal, by the rolling or a pinned baseline';

-- A workload is another every day; what a fixed mix of calls takes is comparable. A day counts as better if the calls of that day
-- took at least a tenth less than the same calls would have in the baseline. Scopes: statements; each database; the server, which is
-- its databases in the mix of the day.
CREATE FUNCTION almanac.suggest_baseline(at timestamptz DEFAULT now(), min_days integer DEFAULT 3, min_change double precision DEFAULT 0.1)
	RETURNS TABLE (baseline text, metric text, before double precision, after double precision, change double precision, days integer,
		"from" timestamptz, "to" timestamptz, statements integer, reason text, evidence jsonb, scope text, datname name)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET pg_almanac.grain = '1h' SET jit = off
AS $$
DECLARE
	pinned record;
	today timestamptz := date_bin('1 day', at, '2000-01-01 00:00:00+00');
BEGIN
	IF (isfinite(at) AND min_days BETWEEN 1 AND 28 AND min_change > 0 AND min_change < 1) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'suggest_baseline() needs a finite time, 1 to 28 days, and a change between 0 and 1',
			HINT = 'Call almanac.suggest_baseline(now(), 3, 0.1) for 3 days that are at least 10 % better.';
	END IF;
	FOR pinned IN SELECT b.* FROM almanac.pinned_baselines b WHERE b.valid_to IS NULL ORDER BY b.name LOOP
		RETURN QUERY
		WITH base AS MATERIALIZED (
			SELECT w.series_id, w.calls, w.total_exec_ms / w.calls AS exec_ms, (w.shared_blks_hit + w.shared_blks_read)::float8 / w.calls AS blks, almanac.quantile(w.latency, 0.95) AS p95
			FROM almanac.sums('statement', pinned.from_time, pinned.to_time) AS w (series_id integer, calls bigint, total_exec_ms double precision,
				shared_blks_hit bigint, shared_blks_read bigint, latency almanac.histogram) WHERE w.calls >= 30
		), daily AS MATERIALIZED (
			SELECT d.n, w.series_id, w.calls, w.total_exec_ms, w.shared_blks_hit, w.shared_blks_read, CASE WHEN w.calls >= 30 THEN almanac.quantile(w.latency, 0.95) END AS p95
			FROM generate_series(1, 28) AS d (n), LATERAL almanac.sums('statement', today - d.n * interval '1 day', today - (d.n - 1) * interval '1 day')
				AS w (series_id integer, calls bigint, total_exec_ms double precision, shared_blks_hit bigint, shared_blks_read bigint, latency almanac.histogram)
			WHERE today - d.n * interval '1 day' >= pinned.to_time AND w.calls > 0
		), database_base AS MATERIALIZED (
			SELECT w.series_id, w.active_ms / (w.xact_commit + COALESCE(w.xact_rollback, 0)) AS active_ms, w.blks_read::float8 / (w.xact_commit + COALESCE(w.xact_rollback, 0)) AS blks
			FROM almanac.sums('database', pinned.from_time, pinned.to_time) AS w (series_id integer, xact_commit bigint, xact_rollback bigint, active_ms double precision, blks_read bigint)
			WHERE w.xact_commit + COALESCE(w.xact_rollback, 0) >= 30
		), database_daily AS MATERIALIZED (
			SELECT d.n, w.series_id, w.xact_commit + COALESCE(w.xact_rollback, 0) AS calls, w.active_ms, w.blks_read
			FROM generate_series(1, 28) AS d (n), LATERAL almanac.sums('database', today - d.n * interval '1 day', today - (d.n - 1) * interval '1 day')
				AS w (series_id integer, xact_commit bigint, xact_rollback bigint, active_ms double precision, blks_read bigint)
			WHERE today - d.n * interval '1 day' >= pinned.to_time AND w.xact_commit + COALESCE(w.xact_rollback, 0) > 0
		), matched AS MATERIALIZED (
			SELECT 'statements' AS scope, NULL::name AS datname, d.n, d.series_id, d.calls, m.metric, m.was, m.took
			FROM daily d JOIN base b ON b.series_id = d.series_id,
			LATERAL (VALUES ('exec_ms', d.calls * b.exec_ms, d.total_exec_ms), ('shared_blks', d.calls * b.blks, (d.shared_blks_hit + d.shared_blks_read)::float8),
				('p95_ms', d.calls * b.p95, d.calls * d.p95)) AS m (metric, was, took)
			WHERE m.was IS NOT NULL AND m.took IS NOT NULL
			UNION ALL
			SELECT x.scope, CASE x.scope WHEN 'database' THEN k.datname END, d.n, d.series_id, d.calls, m.metric, m.was, m.took
			FROM database_daily d JOIN database_base b ON b.series_id = d.series_id JOIN almanac.database_keys k ON k.series_id = d.series_id
			CROSS JOIN (VALUES ('database'), ('server')) AS x (scope),
			LATERAL (VALUES ('active_ms_per_transaction', d.calls * b.active_ms, d.active_ms), ('blks_read_per_transaction', d.calls * b.blks, d.blks_read::float8)) AS m (metric, was, took)
			WHERE m.was IS NOT NULL AND m.took IS NOT NULL AND k.datname <> ''
		), by_day AS (
			SELECT m.scope, m.datname, m.n, m.metric, sum(m.took) / NULLIF(sum(m.was), 0) AS ratio,
				CASE m.scope WHEN 'statements' THEN sum(m.took) FILTER (WHERE m.metric = 'exec_ms') / NULLIF((SELECT sum(d.total_exec_ms) FROM daily d WHERE d.n = m.n), 0) ELSE 1 END AS share
			FROM matched m GROUP BY m.scope, m.datname, m.n, m.metric
		), streak AS (
			SELECT x.scope, x.datname, x.metric, COALESCE(min(g.n) FILTER (WHERE (y.ratio <= 1 - min_change) IS NOT TRUE), 29) - 1 AS length
			FROM generate_series(1, 28) AS g (n) CROSS JOIN (SELECT DISTINCT b.scope, b.datname, b.metric FROM by_day b) x
			LEFT JOIN by_day y ON y.n = g.n AND y.scope = x.scope AND y.datname IS NOT DISTINCT FROM x.datname AND y.metric = x.metric
			GROUP BY x.scope, x.datname, x.metric
		), better AS (
			SELECT s.scope, s.datname, s.metric, s.length::integer AS length FROM streak s WHERE s.length >= min_days
				-- Nothing else became worse meanwhile, and the statements compared are most of the work.
				AND NOT EXISTS (SELECT FROM by_day w WHERE w.n <= s.length AND w.scope = s.scope AND w.datname IS NOT DISTINCT FROM s.datname GROUP BY w.metric HAVING avg(w.ratio) > 1 + min_change)
				AND (SELECT avg(w.share) FROM by_day w WHERE w.n <= s.length AND w.scope = s.scope AND w.datname IS NOT DISTINCT FROM s.datname AND w.share IS NOT NULL) >= 0.5
		)
		SELECT pinned.name, s.metric, t.was / t.calls, t.took / t.calls, t.took / t.was - 1, s.length, today - s.length * interval '1 day', today,
			CASE s.scope WHEN 'statements' THEN t.members END,
			format('on each of the last %s days the same %s took at least %s %% less %s than in baseline %s, together %s %% less', s.length,
				CASE s.scope WHEN 'statements' THEN 'calls' WHEN 'database' THEN format('number of transactions of database %s', quote_ident(s.datname)) ELSE 'transactions of all databases' END,
				round((min_change * 100)::numeric), CASE s.metric WHEN 'exec_ms' THEN 'execution time' WHEN 'p95_ms' THEN 'time in the slowest 5 % of calls (95th percentiles)'
					WHEN 'shared_blks' THEN 'blocks of shared buffers' WHEN 'active_ms_per_transaction' THEN 'time active' ELSE 'blocks from outside shared buffers' END,
				quote_literal(pinned.name), round((100 * (1 - t.took / t.was))::numeric))
				|| COALESCE('; when that began: ' || (SELECT string_agg(e.kind || ' ' || e.label, ', ' ORDER BY e."time", e.kind, e.label) FROM (
					SELECT DISTINCT e."time", e.kind, e.label FROM (
						SELECT l."time", l.kind, l.label, l.datname FROM almanac.event_log l
						UNION ALL SELECT m."time", m.kind, m.label, NULL FROM almanac.marks m) e
					WHERE e."time" > today - (s.length + 1) * interval '1 day' AND e."time" <= today - (s.length - 1) * interval '1 day'
						AND (s.datname IS NULL OR e.datname IS NULL OR e.datname = s.datname)
						AND (e.kind IN ('index_created', 'index_rebuilt', 'setting_changed', 'version_changed', 'extension_updated', 'statistics_created', 'table_rewritten', 'function_replaced',
							'server_replaced') OR NOT e.kind = ANY (almanac.event_kinds()))
					ORDER BY e."time", e.kind, e.label LIMIT 5) e), ''),
			t.evidence, s.scope, s.datname
		FROM better s, LATERAL (
			SELECT sum(q.was) AS was, sum(q.took) AS took, sum(q.calls)::float8 AS calls, count(*)::integer AS members,
				to_jsonb((array_agg(jsonb_build_object('series_id', q.series_id, 'calls', q.calls, 'before', round((q.was / q.calls)::numeric, 3),
					'after', round((q.took / q.calls)::numeric, 3)) ORDER BY q.was - q.took DESC, q.series_id))[1:5]) AS evidence
			FROM (SELECT m.series_id, sum(m.calls) AS calls, sum(m.was) AS was, sum(m.took) AS took FROM matched m
				WHERE m.scope = s.scope AND m.datname IS NOT DISTINCT FROM s.datname AND m.metric = s.metric AND m.n <= s.length GROUP BY m.series_id) q) t
		ORDER BY s.scope DESC, s.datname, s.metric;
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.suggest_baseline(timestamptz, integer, double precision) IS
	'pinned baselines that should move, because the same calls or transactions have taken at least a tenth less for days; why, and which show it';
