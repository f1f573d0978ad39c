-- Optimizations: a change that somebody made, or a finding that was applied, and what the statements and tables that it is about took
-- before and after. The test is that of compare() (src/core/comparison.hpp): Welch's, of the logarithms of what steps took.

-- Equally long windows before and after: of the time after, 14 days at most; before it the same hours of the same weekdays, the last
-- such that had ended when work began; where history does not go back so far the same hours of earlier days, or else what came before.
CREATE FUNCTION almanac.optimization_windows(started timestamptz, finished timestamptz, at timestamptz, since timestamptz,
		OUT before_from timestamptz, OUT before_to timestamptz, OUT after_from timestamptz, OUT after_to timestamptz)
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	span CONSTANT interval := least(at - finished, '14 days');
	seconds CONSTANT double precision := extract(epoch FROM finished + span - started);
BEGIN
	after_from := finished;
	after_to := finished + span;
	before_from := finished - make_interval(secs => 604800 * ceil(seconds / 604800));
	IF before_from < since THEN
		before_from := finished - make_interval(secs => 86400 * ceil(seconds / 86400));
	END IF;
	IF before_from < since THEN
		before_from := greatest(started - span, least(since, started));
		before_to := started;
	ELSE
		before_to := before_from + span;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.optimization_windows(timestamptz, timestamptz, timestamptz, timestamptz) IS 'what is compared with what, of an optimization and a record that goes back to a time';

-- Series of statements: those that are named; else of the tables that are named, by their plans, or of the server, the 20 that took most time.
CREATE FUNCTION almanac.optimization_statements(id bigint, "from" timestamptz, "to" timestamptz) RETURNS integer[]
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH part AS MATERIALIZED (
		SELECT p.* FROM almanac.optimization_parts p WHERE p.optimization_id = id
	), candidate AS MATERIALIZED (
		SELECT k.series_id, EXISTS (SELECT FROM part p WHERE p.queryid IS NOT NULL) AS named FROM almanac.statement_keys k
		WHERE k.server_id = 0 AND k.queryid <> 0 AND CASE
			WHEN EXISTS (SELECT FROM part p WHERE p.queryid IS NOT NULL) THEN
				EXISTS (SELECT FROM part p LEFT JOIN almanac.database_keys d ON d.datname = p.datname AND d.server_id = 0 WHERE p.queryid = k.queryid AND (p.datname IS NULL OR d.dbid = k.dbid))
			WHEN NOT EXISTS (SELECT FROM part) THEN k.toplevel
			ELSE (k.dbid, k.userid, k.queryid, k.toplevel) IN (
				SELECT n.dbid, n.userid, n.queryid, n.toplevel FROM part p JOIN almanac.database_keys d ON d.datname = p.datname AND d.server_id = 0
				JOIN almanac.plan_texts t ON t.relations && ARRAY[p.relname::text, p.schemaname || '.' || p.relname]
				JOIN almanac.plan_keys n ON n.text_id = t.text_id AND n.dbid = d.dbid AND n.server_id = 0) END
	)
	SELECT ARRAY(SELECT c.series_id FROM candidate c WHERE c.named)
		|| ARRAY(SELECT s.series_id FROM almanac.sums('statement', "from", "to", ARRAY(SELECT c.series_id FROM candidate c WHERE NOT c.named)) AS s (series_id integer, total_exec_ms double precision)
			ORDER BY s.total_exec_ms DESC LIMIT 20)
$$;
COMMENT ON FUNCTION almanac.optimization_statements(bigint, timestamptz, timestamptz) IS 'the statements that an optimization is measured by';

-- What statements took a call, in some hundred steps of two windows, as arrays for compare_series().
CREATE FUNCTION almanac.optimization_steps(ids integer[], "from" timestamptz, "to" timestamptz, step interval)
	RETURNS TABLE (series_id integer, weights double precision[], mean double precision[], cost double precision[], blocks double precision[], p95 double precision[])
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
	RETURN QUERY
	WITH s AS MATERIALIZED (
		-- 0: all of them together
		SELECT CASE WHEN grouping(t.series_id) = 1 THEN 0 ELSE t.series_id END AS series_id, date_bin(step, t."time" - '1 us'::interval, "from") AS begun, sum(t.calls)::float8 AS calls, sum(t.total_exec_ms) AS ms,
			sum(t.total_exec_ms - COALESCE(t.shared_blk_read_ms, 0) - COALESCE(t.shared_blk_write_ms, 0) - COALESCE(t.temp_blk_read_ms, 0) - COALESCE(t.temp_blk_write_ms, 0)) AS cost_ms,
			sum(t.shared_blks_hit + t.shared_blks_read)::float8 AS blks, almanac.quantile(almanac.merge(t.latency), 0.95) AS p95
		FROM almanac.statement_samples t WHERE t."time" > "from" AND t."time" <= "to" AND t.series_id = ANY (ids) AND t.calls > 0
		GROUP BY GROUPING SETS ((t.series_id, begun), (begun))
	)
	SELECT k.series_id, array_agg(s.calls ORDER BY g.begun), array_agg(s.ms / s.calls ORDER BY g.begun), array_agg(greatest(s.cost_ms, 0) / s.calls ORDER BY g.begun),
		array_agg(s.blks / s.calls ORDER BY g.begun), array_agg(s.p95 ORDER BY g.begun)
	FROM (SELECT DISTINCT s.series_id FROM s) k CROSS JOIN generate_series("from", "to" - '1 us'::interval, step) AS g (begun)
	LEFT JOIN s ON s.series_id = k.series_id AND s.begun = g.begun
	GROUP BY 1;
END
$$;
COMMENT ON FUNCTION almanac.optimization_steps(integer[], timestamptz, timestamptz, interval) IS 'what statements took in steps of a window, for tests';

-- Saved since it was finished, for a year: what the calls since then would have taken before, less what they took. A statement that was
-- rewritten has no before of its own: `instead` is that of what it replaces.
CREATE FUNCTION almanac.optimization_saved(id bigint, instead double precision, finished timestamptz, at timestamptz) RETURNS double precision
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT sum(s.calls * COALESCE(r.before, instead) - s.total_exec_ms) / 1000 FROM almanac.optimization_results r
	JOIN almanac.sums('statement', finished, least(at, finished + '365 days'::interval), ARRAY(SELECT o.series_id FROM almanac.optimization_results o WHERE o.optimization_id = id AND o.metric = 'mean_exec_ms'))
		AS s (series_id integer, calls bigint, total_exec_ms double precision) ON s.series_id = r.series_id
	WHERE r.optimization_id = id AND r.metric = 'mean_exec_ms'
$$;
COMMENT ON FUNCTION almanac.optimization_saved(bigint, double precision, timestamptz, timestamptz) IS 'seconds that an optimization has saved so far';

CREATE FUNCTION almanac.measure_optimization(id bigint, at timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	o almanac.optimization_log;
	w record;
	ids integer[];
	tables integer[];
	recorded timestamptz;
	step interval;
	days_before double precision;
	days_after double precision;
	figures record;
	together boolean;  -- no statement ran both before and after: it was rewritten
	grew double precision;
BEGIN
	SELECT l.* INTO o FROM almanac.optimization_log l WHERE l.optimization_id = id FOR UPDATE;
	IF o.state IS DISTINCT FROM 'finished' OR at <= o.finished THEN
		RETURN;
	ELSIF o.final THEN
		together := NOT EXISTS (SELECT FROM almanac.optimization_results r WHERE r.optimization_id = id AND r.metric = 'mean_exec_ms' AND r.before IS NOT NULL AND r.after IS NOT NULL);
		UPDATE almanac.optimization_log l SET measured = at, error = NULL, saved_seconds_total = CASE WHEN l.verdict IN ('improved', 'worse') AND l.mean_before_ms IS NOT NULL
			THEN almanac.optimization_saved(id, CASE WHEN together THEN l.mean_before_ms END, l.finished, measure_optimization.at) ELSE l.saved_seconds_total END WHERE l.optimization_id = id;
		RETURN;
	END IF;
	recorded := (SELECT r.started FROM almanac.recorder r WHERE r.server_id = 0);
	ids := almanac.optimization_statements(id, o.started - '14 days'::interval, o.started);
	-- Imported history goes back further than the record.
	recorded := least(recorded, (SELECT min(s.first_time - COALESCE(s.duration, '0')) FROM almanac.sums('statement', o.finished - '15 days'::interval, o.started, ids)
		AS s (series_id integer, first_time timestamptz, duration interval)));
	SELECT x.* INTO w FROM almanac.optimization_windows(o.started, o.finished, at, recorded) x;
	days_before := greatest(extract(epoch FROM w.before_to - w.before_from) / 86400, 1e-9);
	days_after := extract(epoch FROM w.after_to - w.after_from) / 86400;
	step := (SELECT make_interval(secs => max(t)) FROM unnest('{0.05,0.1,0.2,0.5,1,2,5,10,15,30,60,120,300,600,1800,3600,7200,21600,43200,86400}'::float8[]) t
		WHERE t <= greatest(0.05, 86400 * least(days_before, days_after) / 50));
	DELETE FROM almanac.optimization_results r WHERE r.optimization_id = id;
	INSERT INTO almanac.optimization_results (optimization_id, stream, series_id, metric, unit, object, datname, before, after, p_value)
		WITH b AS MATERIALIZED (
			SELECT s.*, almanac.quantile(s.latency, 0.95) AS p95 FROM almanac.sums('statement', w.before_from, w.before_to, ids) AS s (series_id integer, calls bigint, total_exec_ms double precision,
				shared_blks_hit bigint, shared_blks_read bigint, shared_blk_read_ms double precision, shared_blk_write_ms double precision, temp_blk_read_ms double precision, temp_blk_write_ms double precision,
				wal_bytes bigint, latency almanac.histogram) WHERE s.calls > 0
		), a AS MATERIALIZED (
			SELECT s.*, almanac.quantile(s.latency, 0.95) AS p95 FROM almanac.sums('statement', w.after_from, w.after_to, ids) AS s (series_id integer, calls bigint, total_exec_ms double precision,
				shared_blks_hit bigint, shared_blks_read bigint, shared_blk_read_ms double precision, shared_blk_write_ms double precision, temp_blk_read_ms double precision, temp_blk_write_ms double precision,
				wal_bytes bigint, latency almanac.histogram) WHERE s.calls > 0
		), t AS MATERIALIZED (
			SELECT x.series_id, almanac.compare_series(x.mean, x.weights, y.mean, y.weights) AS mean, almanac.compare_series(x.cost, x.weights, y.cost, y.weights) AS cost,
				almanac.compare_series(x.blocks, x.weights, y.blocks, y.weights) AS blocks, almanac.compare_series(x.p95, x.weights, y.p95, y.weights) AS p95
			FROM almanac.optimization_steps(ids, w.before_from, w.before_to, step) x JOIN almanac.optimization_steps(ids, w.after_from, w.after_to, step) y USING (series_id)
		)
		SELECT id, 'statement', COALESCE(b.series_id, a.series_id), m.metric, m.unit, COALESCE(k.queryid::text, ''), NULLIF(d.datname, ''), m.before, m.after, m.p_value
		FROM b FULL JOIN a ON a.series_id = b.series_id LEFT JOIN t ON t.series_id = a.series_id AND t.series_id = b.series_id
		JOIN almanac.statement_keys k ON k.series_id = COALESCE(b.series_id, a.series_id) LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = 0
		CROSS JOIN LATERAL (VALUES ('mean_exec_ms', 'ms', b.total_exec_ms / b.calls, a.total_exec_ms / a.calls, t.mean),
			('p95_ms', 'ms', b.p95, a.p95, t.p95),
			('calls_per_day', 'calls', b.calls / days_before, a.calls / days_after, NULL),
			('seconds_per_day', 's', b.total_exec_ms / 1000 / days_before, a.total_exec_ms / 1000 / days_after, NULL),
			('cost_ms', 'ms', greatest(b.total_exec_ms - COALESCE(b.shared_blk_read_ms, 0) - COALESCE(b.shared_blk_write_ms, 0) - COALESCE(b.temp_blk_read_ms, 0) - COALESCE(b.temp_blk_write_ms, 0), 0) / b.calls,
				greatest(a.total_exec_ms - COALESCE(a.shared_blk_read_ms, 0) - COALESCE(a.shared_blk_write_ms, 0) - COALESCE(a.temp_blk_read_ms, 0) - COALESCE(a.temp_blk_write_ms, 0), 0) / a.calls, t.cost),
			('blks_per_call', 'blocks', (b.shared_blks_hit + b.shared_blks_read)::float8 / b.calls, (a.shared_blks_hit + a.shared_blks_read)::float8 / a.calls, t.blocks),
			('wal_bytes_per_call', 'bytes', b.wal_bytes::float8 / b.calls, a.wal_bytes::float8 / a.calls, NULL)) AS m (metric, unit, before, after, p_value)
		WHERE m.before IS NOT NULL OR m.after IS NOT NULL;
	-- Benjamini and Hochberg (1995), of the tests of one metric.
	UPDATE almanac.optimization_results r SET significant = COALESCE(x.significant, false)
		FROM (SELECT p.stream, p.series_id, p.metric, p.p_value <= max(p.p_value) FILTER (WHERE p.p_value <= 0.05 * p.place / p.tests) OVER (PARTITION BY p.metric) AS significant
			FROM (SELECT q.*, rank() OVER (PARTITION BY q.metric ORDER BY q.p_value) AS place, count(*) OVER (PARTITION BY q.metric) AS tests
				FROM almanac.optimization_results q WHERE q.optimization_id = id AND q.p_value IS NOT NULL) p) x
		WHERE r.optimization_id = id AND r.stream = x.stream AND r.series_id = x.series_id AND r.metric = x.metric;
	-- Tables that were looked at since.
	tables := ARRAY(SELECT k.series_id FROM almanac.optimization_parts p JOIN almanac.database_keys d ON d.datname = p.datname AND d.server_id = 0
		JOIN almanac.table_keys k ON k.server_id = 0 AND k.dbid = d.dbid AND k.schemaname = p.schemaname AND k.relname = p.relname WHERE p.optimization_id = id);
	INSERT INTO almanac.optimization_results (optimization_id, stream, series_id, metric, unit, object, datname, before, after)
		SELECT id, 'table', k.series_id, m.metric, 'bytes', k.schemaname || '.' || k.relname, d.datname, m.before, m.after
		FROM almanac.table_keys k JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = 0
		LEFT JOIN almanac.sums('table', o.started - '400 days'::interval, o.started, tables) AS b (series_id integer, total_bytes bigint, index_bytes bigint, table_bytes bigint) ON b.series_id = k.series_id
		LEFT JOIN almanac.sums('table', o.started - '400 days'::interval, w.after_to, tables) AS a (series_id integer, total_bytes bigint, index_bytes bigint, table_bytes bigint) ON a.series_id = k.series_id
			AND EXISTS (SELECT FROM almanac.sources s WHERE s.server_id = 0 AND s.source = k.dbid AND s."time" > o.finished)
		CROSS JOIN LATERAL (VALUES ('total_bytes', b.total_bytes, a.total_bytes), ('index_bytes', b.index_bytes, a.index_bytes), ('table_bytes', b.table_bytes, a.table_bytes)) AS m (metric, before, after)
		WHERE k.series_id = ANY (tables) AND (m.before IS NOT NULL OR m.after IS NOT NULL);

	-- All together, at the mix of calls of now, so that a change of load is no change of speed.
	WITH r AS (
		SELECT m.before, m.after, m.p_value, m.significant, c.before AS calls_before, c.after AS calls_after, s.before AS seconds_before, s.after AS seconds_after
		FROM almanac.optimization_results m JOIN almanac.optimization_results c ON c.optimization_id = id AND c.metric = 'calls_per_day' AND c.series_id = m.series_id AND c.stream = m.stream
		JOIN almanac.optimization_results s ON s.optimization_id = id AND s.metric = 'seconds_per_day' AND s.series_id = m.series_id AND s.stream = m.stream
		WHERE m.optimization_id = id AND m.metric = 'mean_exec_ms'
	), tested AS (
		-- Whether anything changed at all: Simes (1986).
		SELECT min(t.p_value * t.tests / t.place) AS p_value FROM (SELECT r.p_value, count(*) OVER () AS tests, row_number() OVER (ORDER BY r.p_value) AS place FROM r WHERE r.p_value IS NOT NULL) t
	)
	SELECT count(*) FILTER (WHERE r.before IS NOT NULL AND r.after IS NOT NULL) AS matched, (SELECT t.p_value FROM tested t) AS p_value,
			sum(r.before * r.calls_after) / NULLIF(sum(r.calls_after) FILTER (WHERE r.before IS NOT NULL AND r.after IS NOT NULL), 0) AS matched_before,
			sum(r.after * r.calls_after) FILTER (WHERE r.before IS NOT NULL) / NULLIF(sum(r.calls_after) FILTER (WHERE r.before IS NOT NULL AND r.after IS NOT NULL), 0) AS matched_after,
			1000 * sum(r.seconds_before) / NULLIF(sum(r.calls_before), 0) AS mean_before, 1000 * sum(r.seconds_after) / NULLIF(sum(r.calls_after), 0) AS mean_after,
			sum(r.calls_before) AS calls_before, sum(r.calls_after) AS calls_after, sum(r.seconds_before) AS seconds_before, sum(r.seconds_after) AS seconds_after,
			sum((r.before - r.after) * r.calls_after) FILTER (WHERE r.significant) AS gained
		INTO figures FROM r;
	together := figures.matched = 0 AND figures.calls_before > 0 AND figures.calls_after > 0;
	IF together THEN
		SELECT almanac.compare_series(x.mean, x.weights, y.mean, y.weights) INTO figures.p_value
			FROM almanac.optimization_steps(ids, w.before_from, w.before_to, step) x JOIN almanac.optimization_steps(ids, w.after_from, w.after_to, step) y USING (series_id) WHERE series_id = 0;
		figures.gained := figures.mean_before - figures.mean_after;
	END IF;
	UPDATE almanac.optimization_log l SET measured = at, error = NULL, final = at >= l.finished + '15 days'::interval, before_from = w.before_from, before_to = w.before_to, after_from = w.after_from, after_to = w.after_to,
			mean_before_ms = CASE WHEN figures.matched > 0 THEN figures.matched_before ELSE figures.mean_before END, mean_after_ms = CASE WHEN figures.matched > 0 THEN figures.matched_after ELSE figures.mean_after END,
			p95_before_ms = (SELECT almanac.quantile(almanac.merge(s.latency), 0.95) FROM almanac.sums('statement', w.before_from, w.before_to, ids) AS s (series_id integer, latency almanac.histogram)),
			p95_after_ms = (SELECT almanac.quantile(almanac.merge(s.latency), 0.95) FROM almanac.sums('statement', w.after_from, w.after_to, ids) AS s (series_id integer, latency almanac.histogram)),
			calls_per_day_before = figures.calls_before, calls_per_day_after = figures.calls_after, seconds_per_day_before = figures.seconds_before, seconds_per_day_after = figures.seconds_after,
			(bytes_before, bytes_after) = (SELECT sum(r.before), sum(r.after) FROM almanac.optimization_results r WHERE r.optimization_id = id AND r.metric = 'total_bytes' AND r.before IS NOT NULL AND r.after IS NOT NULL),
			p_value = figures.p_value
		WHERE l.optimization_id = id RETURNING l.* INTO o;
	grew := o.bytes_after / NULLIF(o.bytes_before, 0) - 1;
	-- A tenth of the size counts; that it grew says nothing where statements tell what it is for.
	o.verdict := CASE WHEN o.p_value <= 0.05 AND figures.gained > 0 THEN 'improved' WHEN o.p_value <= 0.05 AND figures.gained < 0 THEN 'worse'
		WHEN grew <= -0.1 THEN 'improved' WHEN grew >= 0.1 AND o.p_value IS NULL AND o.calls_per_day_after IS NULL THEN 'worse'
		WHEN o.p_value IS NOT NULL OR grew IS NOT NULL AND o.calls_per_day_after IS NULL THEN 'no change' WHEN o.final THEN 'unknown' ELSE 'too early' END;
	UPDATE almanac.optimization_log l SET verdict = o.verdict,
			saved_seconds_per_day = CASE WHEN o.p_value <= 0.05 THEN (o.mean_before_ms - o.mean_after_ms) * (SELECT sum(c.after) FROM almanac.optimization_results c WHERE c.optimization_id = id AND c.metric = 'calls_per_day'
				AND (together OR c.before IS NOT NULL)) / 1000 WHEN o.verdict NOT IN ('too early', 'unknown') AND o.p_value IS NOT NULL THEN 0 END,
			saved_seconds_total = CASE WHEN o.p_value <= 0.05 THEN almanac.optimization_saved(id, CASE WHEN together THEN o.mean_before_ms END, o.finished, measure_optimization.at)
				WHEN o.verdict NOT IN ('too early', 'unknown') AND o.p_value IS NOT NULL THEN 0 END
		WHERE l.optimization_id = id;
END
$$;
COMMENT ON FUNCTION almanac.measure_optimization(bigint, timestamptz) IS 'compares before and after of an optimization, and keeps what comes out';

-- What findings suggested and somebody did. Not what comes and goes by itself, such as a vacuum.
CREATE FUNCTION almanac.note_applied_findings() RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	WITH noted AS (
		INSERT INTO almanac.optimization_log (title, state, origin, finding_id, hypothesis, expected, started, finished, set_by)
			SELECT k.title || ': ' || l.object || COALESCE(' on ' || l.relname, ''), 'finished', 'finding', l.finding_id, l.message, l.benefit, l.last_seen, l.ended, session_user
			FROM almanac.finding_log l JOIN almanac.finding_kinds k ON k.kind = l.kind
			WHERE l.state IN ('applied', 'validated') AND l.last_seen < l.ended AND (k.measure IS NOT NULL OR k.kind LIKE 'setting\_%') AND k.kind NOT IN ('table_vacuum_late', 'table_analyze_late', 'setting_unsafe')
				AND NOT EXISTS (SELECT FROM almanac.optimization_log o WHERE o.finding_id = l.finding_id AND o.finished = l.ended)
			ORDER BY l.finding_id RETURNING optimization_id, finding_id
	)
	INSERT INTO almanac.optimization_parts (optimization_id, queryid, datname, schemaname, relname)
		SELECT n.optimization_id, s.queryid, d.datname, CASE WHEN s.queryid IS NULL THEN l.schemaname END, CASE WHEN s.queryid IS NULL THEN COALESCE(t.relname, l.relname) END
		FROM noted n JOIN almanac.finding_log l ON l.finding_id = n.finding_id LEFT JOIN almanac.database_keys d ON d.dbid = l.dbid AND d.server_id = 0
		LEFT JOIN almanac.statement_keys s ON s.series_id = l.series_id AND l.relid IS NULL
		LEFT JOIN almanac.table_keys t ON t.dbid = l.dbid AND t.relid = l.relid AND t.server_id = 0
		WHERE l.relid IS NOT NULL OR s.queryid IS NOT NULL;
END
$$;
COMMENT ON FUNCTION almanac.note_applied_findings() IS 'makes optimizations of findings that were applied';

CREATE FUNCTION almanac.measure_optimizations(at timestamptz DEFAULT clock_timestamp()) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
	o record;
	n integer := 0;
BEGIN
	PERFORM almanac.note_applied_findings();
	FOR o IN SELECT l.optimization_id FROM almanac.optimization_log l WHERE l.state = 'finished' AND l.finished < measure_optimizations.at
			AND (NOT l.final OR l.finished > measure_optimizations.at - '366 days'::interval) ORDER BY l.optimization_id LOOP
		BEGIN
			PERFORM almanac.measure_optimization(o.optimization_id, measure_optimizations.at);
			n := n + 1;
		EXCEPTION WHEN OTHERS THEN
			UPDATE almanac.optimization_log l SET error = SQLERRM WHERE l.optimization_id = o.optimization_id;
		END;
	END LOOP;
	RETURN n;
END
$$;
COMMENT ON FUNCTION almanac.measure_optimizations(timestamptz) IS 'compares before and after of all optimizations whose figures may still change, and returns how many; the worker does it every hour';
