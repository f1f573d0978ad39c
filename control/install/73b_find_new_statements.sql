-- Findings about statements that were not there a week ago.

-- New by its text: an update of the server or a restored dump brings other ids, another role or database runs what is known. Not where texts
-- may have become others, with the server or pg_stat_statements, nor while the record is young; and what runs a few times is somebody at
-- work, not a new part of the load.
CREATE FUNCTION almanac.find_statement_new(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH s AS MATERIALIZED (
		SELECT s.*, CASE WHEN 'statement_new' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END AS ease FROM almanac.statement_days(find_statement_new.at) s
		WHERE s.toplevel AND s.fingerprint IS NOT NULL AND s.first_seen > find_statement_new.at - '7 days'::interval
	)
	SELECT s.series_id::text, s.dbid, NULL::name, NULL::name, s.queryid::text, NULL::oid, NULL::oid, s.series_id, CASE WHEN s.seconds_per_day >= 8640 THEN 2 ELSE 3 END, s.seconds_per_day, NULL::bigint,
		format('runs since %s only, and takes %s s a day, %s %% of the time of all', to_char(s.first_seen, 'YYYY-MM-DD HH24:MI'), round(s.seconds_per_day), round(100 * (s.evidence ->> 'share')::numeric, 1)),
		'look at it while whoever wrote it remembers', NULL::text, NULL::text, 'medium', s.evidence || jsonb_build_object('first_seen', s.first_seen)
	FROM s
	WHERE s.seconds_per_day >= s.ease * (SELECT almanac.finding_threshold('statement_min_seconds')) AND (s.evidence ->> 'share')::float8 >= s.ease * (SELECT almanac.finding_threshold('new_share'))
		AND s.calls >= (SELECT almanac.finding_threshold('new_calls')) AND (s.query ~* '^\s*(copy|create|alter|drop|reindex|refresh|cluster|vacuum|analyze|truncate)\M') IS NOT TRUE
		AND NOT EXISTS (SELECT FROM almanac.statement_keys o WHERE o.server_id = 0 AND o.fingerprint = s.fingerprint AND o.first_seen <= find_statement_new.at - '7 days'::interval)
		AND EXISTS (SELECT FROM almanac.recorder r WHERE r.server_id = 0 AND r.started <= find_statement_new.at - '14 days'::interval)
		AND NOT EXISTS (SELECT FROM almanac.event_log e WHERE e.server_id = 0 AND e."time" > find_statement_new.at - '8 days'::interval AND e."time" <= find_statement_new.at
			AND (e.kind IN ('version_changed', 'server_replaced') OR e.kind IN ('extension_created', 'extension_updated') AND e.objname = 'pg_stat_statements'))
$$;
COMMENT ON FUNCTION almanac.find_statement_new(timestamptz) IS 'statements that did not run a week ago, and take time';
