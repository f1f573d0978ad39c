-- What a wait's series stands for.
CREATE VIEW almanac.wait_names AS
	SELECT k.series_id, NULLIF(d.datname, '') AS datname, r.rolname, NULLIF(k.queryid, 0) AS queryid, k.backend_type, k.state, k.wait_event_type,
		NULLIF(k.wait_event, '') AS wait_event, k.first_seen, k.dbid, k.userid, k.server_id
	FROM almanac.wait_keys k
	LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id AND k.dbid <> 0
	LEFT JOIN almanac.roles r ON r.userid = k.userid AND r.server_id = k.server_id;
COMMENT ON VIEW almanac.wait_names IS 'identity and names of all that wait_history tells of';

CREATE FUNCTION almanac.top_waits("from" timestamptz DEFAULT now() - interval '1 day', "to" timestamptz DEFAULT now(),
		n integer DEFAULT 20, background boolean DEFAULT false)
	RETURNS TABLE (wait_event_type text, wait_event text, samples bigint, seconds double precision, avg_active_sessions double precision,
		share double precision, statements bigint, top_queryid bigint, top_datname name, top_share double precision, top_query text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
	IF n < 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'number of wait events must not be negative';
	END IF;
	RETURN QUERY
	WITH looked AS (
		SELECT EXTRACT(epoch FROM sum(s.duration))::double precision AS seconds
		FROM almanac.snapshots s
		WHERE s.stream = 'wait' AND ("from" IS NULL OR s."time" > "from") AND ("to" IS NULL OR s."time" <= "to")
	), w AS (
		SELECT k.wait_event_type, k.wait_event, k.queryid, k.dbid, k.datname, sum(s.active_samples)::bigint AS samples,
			sum(s.wait_ms) / 1000 AS seconds
		FROM almanac.sums('wait', "from", "to") AS s (series_id integer, active_samples bigint, wait_ms double precision)
		JOIN almanac.wait_names k ON k.series_id = s.series_id
		WHERE k.server_id = 0 AND s.active_samples > 0
			AND (k.backend_type IN ('client backend', 'parallel worker', 'other')) IS DISTINCT FROM top_waits.background
		GROUP BY k.wait_event_type, k.wait_event, k.queryid, k.dbid, k.datname
	), e AS (
		SELECT w.wait_event_type, w.wait_event, sum(w.samples)::bigint AS samples, sum(w.seconds) AS seconds,
			sum(w.seconds) / NULLIF(sum(sum(w.seconds)) OVER (), 0) AS share,
			count(DISTINCT w.queryid) AS statements
		FROM w GROUP BY w.wait_event_type, w.wait_event
		ORDER BY seconds DESC, w.wait_event_type, w.wait_event LIMIT n
	)
	SELECT e.wait_event_type, e.wait_event, e.samples, e.seconds, e.seconds / NULLIF(l.seconds, 0), e.share, e.statements,
		t.queryid, t.datname, t.seconds / NULLIF(e.seconds, 0), q.query
	FROM e CROSS JOIN looked l
	LEFT JOIN LATERAL (SELECT w.queryid, w.dbid, w.datname, w.seconds FROM w
		WHERE w.wait_event_type = e.wait_event_type AND w.wait_event IS NOT DISTINCT FROM e.wait_event AND w.queryid IS NOT NULL
		ORDER BY w.seconds DESC, w.queryid LIMIT 1) t ON true
	LEFT JOIN LATERAL (SELECT s.query FROM almanac.statement_names s
		WHERE s.queryid = t.queryid AND s.dbid = t.dbid AND s.server_id = 0
		ORDER BY s.query IS NULL, s.query = '<insufficient privilege>', s.series_id LIMIT 1) q ON true
	ORDER BY e.seconds DESC, e.wait_event_type, e.wait_event;
END
$$;
COMMENT ON FUNCTION almanac.top_waits(timestamptz, timestamptz, integer, boolean) IS
	'what active sessions waited for in a window of time, longest first, each with the statement that did most of it; background: processes without client';
