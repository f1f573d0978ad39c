CREATE FUNCTION almanac.latencies("from" timestamptz DEFAULT now() - interval '1 day', "to" timestamptz DEFAULT now(),
		step interval DEFAULT '1 hour', by_database boolean DEFAULT false)
	RETURNS TABLE ("time" timestamptz, datname name, calls bigint, p50_ms double precision, p95_ms double precision, p99_ms double precision,
		latency almanac.histogram, errors bigint, cancels bigint, timeouts bigint)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT b."time", b.datname, b.calls, almanac.quantile(b.latency, 0.5), almanac.quantile(b.latency, 0.95), almanac.quantile(b.latency, 0.99),
		b.latency, b.errors, b.cancels, b.timeouts
	FROM (
		SELECT CASE WHEN $3 IS NULL THEN $2 ELSE date_bin($3, h."time" - interval '1 microsecond', timestamptz '2000-01-01 00:00+00') + $3 END AS "time",
			CASE WHEN $4 THEN h.datname END AS datname, sum(h.calls)::bigint AS calls, almanac.merge(h.latency) AS latency,
			sum(h.errors)::bigint AS errors, sum(h.cancels)::bigint AS cancels, sum(h.timeouts)::bigint AS timeouts
		FROM almanac.statement_history h
		WHERE h.toplevel AND h."time" > COALESCE($1, '-infinity') AND h."time" <= COALESCE($2, 'infinity')
		GROUP BY 1, 2
	) b
	ORDER BY 1, 2
$$;
COMMENT ON FUNCTION almanac.latencies(timestamptz, timestamptz, interval, boolean) IS
	'latencies and errors of all top-level statements together, of the server or of each database, in steps of any length; step NULL: of the whole window';
