-- Planned anew each time, which takes half a millisecond: a plan for any number of statements looks names up one by one.
CREATE FUNCTION almanac.top_statements("from" timestamptz DEFAULT now() - interval '1 day', "to" timestamptz DEFAULT now(),
		order_by text DEFAULT 'total_exec_ms', n integer DEFAULT 20)
	RETURNS TABLE (queryid bigint, toplevel boolean, datname name, rolname name, calls bigint, rows bigint, total_exec_ms double precision,
		mean_exec_ms double precision, stddev_exec_ms double precision, share double precision, shared_blks_hit bigint,
		shared_blks_read bigint, shared_blks_dirtied bigint, temp_blks_written bigint, wal_bytes bigint,
		p50_ms double precision, p95_ms double precision, p99_ms double precision, errors bigint, query text, latency almanac.histogram)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	best integer[];
	total double precision;
BEGIN
	IF order_by IS NULL OR order_by NOT IN ('total_exec_ms', 'mean_exec_ms', 'calls', 'rows', 'shared_blks_hit', 'shared_blks_read',
			'shared_blks_dirtied', 'temp_blks_written', 'wal_bytes', 'stddev_exec_ms') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('cannot order statements by %s', COALESCE(quote_literal(order_by), 'NULL')),
			HINT = 'Use one of total_exec_ms, mean_exec_ms, stddev_exec_ms, calls, rows, shared_blks_hit, shared_blks_read, shared_blks_dirtied, temp_blks_written, wal_bytes.';
	END IF;
	IF n < 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'number of statements must not be negative';
	END IF;
	-- Most of the work is in columns that do not decide who is best: they are summed for the best only.
	EXECUTE format($rank$
		WITH s AS MATERIALIZED (
			SELECT w.series_id, w.total_exec_ms, %s AS rank
			FROM almanac.sums('statement', $1, $2) AS w (series_id integer, total_exec_ms double precision%s)
		)
		SELECT ARRAY(SELECT s.series_id FROM s ORDER BY s.rank DESC NULLS LAST, s.series_id LIMIT $3), (SELECT sum(s.total_exec_ms) FROM s)
		$rank$,
		CASE order_by WHEN 'mean_exec_ms' THEN 'w.total_exec_ms / NULLIF(w.calls, 0)' ELSE format('w.%I', order_by) END,
		CASE order_by WHEN 'total_exec_ms' THEN '' WHEN 'mean_exec_ms' THEN ', calls bigint'
			WHEN 'stddev_exec_ms' THEN ', stddev_exec_ms double precision' ELSE format(', %I bigint', order_by) END)
		INTO best, total USING "from", "to", n;
	RETURN QUERY
	SELECT k.queryid, k.toplevel, k.datname, k.rolname, b.calls, b.rows, b.total_exec_ms, b.total_exec_ms / NULLIF(b.calls, 0),
		b.stddev_exec_ms, b.total_exec_ms / NULLIF(total, 0), b.shared_blks_hit, b.shared_blks_read, b.shared_blks_dirtied,
		b.temp_blks_written, b.wal_bytes, almanac.quantile(b.latency, 0.5), almanac.quantile(b.latency, 0.95),
		almanac.quantile(b.latency, 0.99), b.errors, k.query, b.latency
	FROM almanac.sums('statement', "from", "to", best) AS b (series_id integer, calls bigint, rows bigint,
		total_exec_ms double precision, stddev_exec_ms double precision, shared_blks_hit bigint, shared_blks_read bigint,
		shared_blks_dirtied bigint, temp_blks_written bigint, wal_bytes bigint, latency almanac.histogram, errors bigint)
	JOIN almanac.statement_names k ON k.series_id = b.series_id
	ORDER BY CASE order_by WHEN 'total_exec_ms' THEN b.total_exec_ms WHEN 'mean_exec_ms' THEN b.total_exec_ms / NULLIF(b.calls, 0)
			WHEN 'stddev_exec_ms' THEN b.stddev_exec_ms END DESC NULLS LAST,
		CASE order_by WHEN 'calls' THEN b.calls WHEN 'rows' THEN b.rows WHEN 'shared_blks_hit' THEN b.shared_blks_hit
			WHEN 'shared_blks_read' THEN b.shared_blks_read WHEN 'shared_blks_dirtied' THEN b.shared_blks_dirtied
			WHEN 'temp_blks_written' THEN b.temp_blks_written WHEN 'wal_bytes' THEN b.wal_bytes END DESC NULLS LAST,
		b.series_id;
END
$$;
COMMENT ON FUNCTION almanac.top_statements(timestamptz, timestamptz, text, integer) IS
	'the statements that took most of something in a window of time; share is that of the total execution time';

CREATE FUNCTION almanac.compare_levels(from1 timestamptz, to1 timestamptz, from2 timestamptz, to2 timestamptz)
	RETURNS TABLE (series_id integer, p_value double precision, steps1 integer, steps2 integer)
	LANGUAGE C STRICT STABLE SECURITY DEFINER COST 1000000 ROWS 1000 SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'almanac_compare_levels';
COMMENT ON FUNCTION almanac.compare_levels(timestamptz, timestamptz, timestamptz, timestamptz) IS
	'how likely the mean execution times of statements differ as much by chance as they do between two windows; NULL: too few steps with calls to tell';

CREATE FUNCTION almanac.compare(from1 timestamptz, to1 timestamptz, from2 timestamptz, to2 timestamptz)
	RETURNS TABLE (queryid bigint, toplevel boolean, datname name, rolname name, calls1 bigint, calls2 bigint, mean_exec_ms1 double precision,
		mean_exec_ms2 double precision, mean_change double precision, total_exec_ms1 double precision, total_exec_ms2 double precision,
		exec_s_per_day1 double precision, exec_s_per_day2 double precision, exec_s_per_day_change double precision,
		blks_per_call1 double precision, blks_per_call2 double precision, rows_per_call1 double precision, rows_per_call2 double precision,
		query text, p50_ms1 double precision, p50_ms2 double precision, p95_ms1 double precision, p95_ms2 double precision,
		p99_ms1 double precision, p99_ms2 double precision, latency1 almanac.histogram, latency2 almanac.histogram,
		p_value double precision, significant boolean)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
	IF (isfinite(from1) AND isfinite(to1) AND isfinite(from2) AND isfinite(to2) AND from1 < to1 AND from2 < to2) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'both windows must be finite and begin before they end',
			HINT = 'Call almanac.compare(from1, to1, from2, to2) with from1 < to1 and from2 < to2.';
	END IF;
	RETURN QUERY
	WITH a AS (
		SELECT * FROM almanac.sums('statement', from1, to1) AS w (series_id integer, calls bigint, rows bigint,
			total_exec_ms double precision, shared_blks_hit bigint, shared_blks_read bigint, latency almanac.histogram)
	), b AS (
		SELECT * FROM almanac.sums('statement', from2, to2) AS w (series_id integer, calls bigint, rows bigint,
			total_exec_ms double precision, shared_blks_hit bigint, shared_blks_read bigint, latency almanac.histogram)
	), both_windows AS (
		SELECT COALESCE(a.series_id, b.series_id) AS series_id, a.calls AS calls1, b.calls AS calls2,
			a.total_exec_ms / NULLIF(a.calls, 0) AS mean1, b.total_exec_ms / NULLIF(b.calls, 0) AS mean2,
			a.total_exec_ms AS total1, b.total_exec_ms AS total2,
			a.total_exec_ms / 1000 * 86400 / EXTRACT(epoch FROM to1 - from1)::float8 AS rate1,
			b.total_exec_ms / 1000 * 86400 / EXTRACT(epoch FROM to2 - from2)::float8 AS rate2,
			(a.shared_blks_hit + a.shared_blks_read)::float8 / NULLIF(a.calls, 0) AS blks1,
			(b.shared_blks_hit + b.shared_blks_read)::float8 / NULLIF(b.calls, 0) AS blks2,
			a.rows::float8 / NULLIF(a.calls, 0) AS rows1, b.rows::float8 / NULLIF(b.calls, 0) AS rows2,
			a.latency AS latency1, b.latency AS latency2
		FROM a FULL JOIN b ON a.series_id = b.series_id
	), tested AS (
		-- Benjamini and Hochberg (1995), of the pairs of which anything can be said: of those called significant 5 % are not.
		SELECT l.series_id, l.p_value,
			l.p_value <= max(l.p_value) FILTER (WHERE l.p_value <= 0.05 * l.place / l.pairs) OVER () AS significant
		FROM (SELECT l.series_id, l.p_value, rank() OVER (ORDER BY l.p_value) AS place, count(l.p_value) OVER () AS pairs
			FROM almanac.compare_levels(from1, to1, from2, to2) l WHERE l.p_value IS NOT NULL) l
	)
	SELECT k.queryid, k.toplevel, k.datname, k.rolname, x.calls1, x.calls2, x.mean1, x.mean2, x.mean2 / NULLIF(x.mean1, 0) - 1,
		x.total1, x.total2, x.rate1, x.rate2, COALESCE(x.rate2, 0) - COALESCE(x.rate1, 0),
		x.blks1, x.blks2, x.rows1, x.rows2, k.query,
		almanac.quantile(x.latency1, 0.5), almanac.quantile(x.latency2, 0.5), almanac.quantile(x.latency1, 0.95),
		almanac.quantile(x.latency2, 0.95), almanac.quantile(x.latency1, 0.99), almanac.quantile(x.latency2, 0.99), x.latency1, x.latency2,
		t.p_value, CASE WHEN t.p_value IS NOT NULL THEN COALESCE(t.significant, false) END
	FROM both_windows x JOIN almanac.statement_names k ON k.series_id = x.series_id LEFT JOIN tested t ON t.series_id = x.series_id
	ORDER BY abs(COALESCE(x.rate2, 0) - COALESCE(x.rate1, 0)) DESC, x.series_id;
END
$$;
COMMENT ON FUNCTION almanac.compare(timestamptz, timestamptz, timestamptz, timestamptz) IS
	'statements in two windows of time side by side, largest change of execution time per day first';
