-- Findings about statements, from history.

-- The last day of each statement, or what there is of it. Empty while less than record_hours was recorded. ease(kind): what is open
-- stays so until it falls below half of its thresholds, or it would come and go with the load.
CREATE FUNCTION almanac.statement_days(at timestamptz)
	RETURNS TABLE (series_id integer, dbid oid, userid oid, queryid bigint, toplevel boolean, query text, calls bigint, rows bigint, total_ms double precision,
		blks_hit bigint, blks_read bigint, temp_blks bigint, errors bigint, cancels bigint, timeouts bigint, days double precision, seconds_per_day double precision, evidence jsonb, open_kinds text[], first_seen timestamptz, fingerprint bigint)
	LANGUAGE sql STABLE ROWS 1000 SET search_path = pg_catalog, pg_temp
AS $$
	SELECT k.series_id, k.dbid, k.userid, k.queryid, k.toplevel, t.query, s.calls, s.rows, s.total_exec_ms, s.shared_blks_hit, s.shared_blks_read, s.temp_blks_written,
		s.errors, s.cancels, s.timeouts, d.days, s.total_exec_ms / 1000 / d.days,
		jsonb_build_object('queryid', k.queryid, 'calls_per_day', round(s.calls / d.days), 'mean_ms', round((s.total_exec_ms / NULLIF(s.calls, 0))::numeric, 3),
			'seconds_per_day', round((s.total_exec_ms / 1000 / d.days)::numeric, 1), 'share', round((s.total_exec_ms / NULLIF(sum(s.total_exec_ms) FILTER (WHERE k.toplevel) OVER (), 0))::numeric, 4)),
		o.kinds, k.first_seen, k.fingerprint
	FROM (SELECT greatest(1.0 / 24, least(1, extract(epoch FROM statement_days.at - r.started) / 86400))::float8 AS days FROM almanac.recorder r
		WHERE r.server_id = 0 AND r.started <= statement_days.at - almanac.finding_threshold('record_hours') * '1 hour'::interval) d
	CROSS JOIN almanac.sums('statement', statement_days.at - '1 day'::interval, statement_days.at) AS s (series_id integer, calls bigint, rows bigint, total_exec_ms double precision,
		shared_blks_hit bigint, shared_blks_read bigint, temp_blks_written bigint, errors bigint, cancels bigint, timeouts bigint)
	JOIN almanac.statement_keys k ON k.series_id = s.series_id AND k.server_id = 0 AND k.queryid <> 0
	LEFT JOIN almanac.query_texts t ON t.fingerprint = k.fingerprint
	LEFT JOIN (SELECT l.series_id, array_agg(l.kind) AS kinds FROM almanac.finding_log l WHERE l.state IN ('open', 'acknowledged') AND l.series_id IS NOT NULL GROUP BY 1) o ON o.series_id = s.series_id
$$;
COMMENT ON FUNCTION almanac.statement_days(timestamptz) IS 'what each statement did in the last day, for the functions that look for findings';

CREATE FUNCTION almanac.find_statement_top(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.series_id::text, s.dbid, NULL::name, NULL::name, s.queryid::text, NULL::oid, NULL::oid, s.series_id, 3, s.seconds_per_day, NULL::bigint,
		format('takes %s %% of the time that statements take: %s s a day, %s calls a day of %s ms', round(100 * (s.evidence ->> 'share')::numeric), round(s.seconds_per_day),
			s.evidence ->> 'calls_per_day', s.evidence ->> 'mean_ms'),
		'what is saved here is felt most', NULL::text, NULL::text, 'high', s.evidence
	FROM almanac.statement_days(find_statement_top.at) s
	CROSS JOIN LATERAL (SELECT CASE WHEN 'statement_top' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END AS ease) h
	WHERE s.toplevel AND (s.evidence ->> 'share')::float8 >= h.ease * (SELECT almanac.finding_threshold('top_share')) AND s.seconds_per_day >= h.ease * (SELECT almanac.finding_threshold('statement_min_seconds'))
$$;
COMMENT ON FUNCTION almanac.find_statement_top(timestamptz) IS 'statements that take a large share of the time';

-- What sorts or hashes on disk takes some three times the memory. Commands that make indexes and the like use maintenance_work_mem.
CREATE FUNCTION almanac.find_statement_spills(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.series_id::text, s.dbid, NULL::name, NULL::name, s.queryid::text, NULL::oid, NULL::oid, s.series_id, CASE WHEN x.per_day >= 107374182400 THEN 2 ELSE 3 END, s.seconds_per_day, x.per_day::bigint,
		format('writes %s of temporary files a day, %s a call', pg_size_pretty(x.per_day::bigint), pg_size_pretty(x.per_call::bigint)),
		'sorts and hashes in memory', CASE WHEN x.megabytes <= 1024 THEN format('ALTER ROLE %I IN DATABASE %I SET work_mem = %L', r.rolname, d.datname, x.megabytes || 'MB') END,
		'none; for new sessions of the role, each of whose sorts may then take so much', 'medium',
		s.evidence || jsonb_build_object('temp_bytes_per_day', x.per_day::bigint, 'temp_bytes_per_call', x.per_call::bigint, 'work_mem', almanac.server_setting('work_mem'))
	FROM almanac.statement_days(find_statement_spills.at) s
	JOIN pg_roles r ON r.oid = s.userid JOIN pg_database d ON d.oid = s.dbid
	CROSS JOIN LATERAL (SELECT s.temp_blks * current_setting('block_size')::float8 / s.days AS per_day, s.temp_blks * current_setting('block_size')::float8 / NULLIF(s.calls, 0) AS per_call,
		ceil(3 * s.temp_blks * current_setting('block_size')::float8 / NULLIF(s.calls, 0) / 1048576) AS megabytes) x
	CROSS JOIN LATERAL (SELECT CASE WHEN 'statement_spills' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END AS ease) h
	WHERE s.toplevel AND x.per_day >= h.ease * (SELECT almanac.finding_threshold('spill_bytes')) AND s.seconds_per_day >= h.ease * (SELECT almanac.finding_threshold('statement_min_seconds'))
		AND (s.query ~* '^\s*(create|alter|reindex|refresh|cluster|vacuum)\M') IS NOT TRUE
$$;
COMMENT ON FUNCTION almanac.find_statement_spills(timestamptz) IS 'statements that write temporary files';

CREATE FUNCTION almanac.find_statement_cache_misses(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.series_id::text, s.dbid, NULL::name, NULL::name, s.queryid::text, NULL::oid, NULL::oid, s.series_id, 3, s.seconds_per_day, x.per_day::bigint,
		format('reads %s a day, %s %% of the blocks that it accesses, from outside of shared_buffers', pg_size_pretty(x.per_day::bigint), round(100 * x.share)),
		'an index that fits, or fewer rows, would read less', NULL::text, NULL::text, 'high', s.evidence || jsonb_build_object('read_bytes_per_day', x.per_day::bigint, 'miss_share', round(x.share::numeric, 3))
	FROM almanac.statement_days(find_statement_cache_misses.at) s
	CROSS JOIN LATERAL (SELECT s.blks_read * current_setting('block_size')::float8 / s.days AS per_day, s.blks_read / NULLIF(s.blks_hit + s.blks_read, 0)::float8 AS share) x
	CROSS JOIN LATERAL (SELECT CASE WHEN 'statement_cache_misses' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END AS ease) h
	WHERE s.toplevel AND x.share >= h.ease * (SELECT almanac.finding_threshold('miss_share')) AND x.per_day >= h.ease * (SELECT almanac.finding_threshold('miss_bytes'))
		AND s.seconds_per_day >= h.ease * (SELECT almanac.finding_threshold('statement_min_seconds')) AND (s.query ~* '^\s*(copy|create|alter|reindex|refresh|cluster|vacuum|analyze)\M') IS NOT TRUE
$$;
COMMENT ON FUNCTION almanac.find_statement_cache_misses(timestamptz) IS 'statements that read much that is not in the buffer cache';

CREATE FUNCTION almanac.find_statement_variance(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH s AS MATERIALIZED (
		SELECT * FROM almanac.statement_days(find_statement_variance.at) s
		WHERE s.toplevel AND s.calls >= 1000 AND s.seconds_per_day >= CASE WHEN 'statement_variance' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END * (SELECT almanac.finding_threshold('statement_min_seconds'))
	)
	SELECT s.series_id::text, s.dbid, NULL::name, NULL::name, s.queryid::text, NULL::oid, NULL::oid, s.series_id, 3, s.seconds_per_day, NULL::bigint,
		format('one call in a hundred takes more than %s ms, half of them less than %s ms', round(q.p99::numeric, 1), round(q.p50::numeric, 3)),
		'values that meet many rows, waits for locks, or plans that fit few of the calls: worth to look at', NULL::text, NULL::text, 'medium',
		s.evidence || jsonb_build_object('p50_ms', round(q.p50::numeric, 3), 'p99_ms', round(q.p99::numeric, 3))
	FROM s JOIN almanac.sums('statement', find_statement_variance.at - '1 day'::interval, find_statement_variance.at, ARRAY(SELECT s.series_id FROM s)) AS l (series_id integer, latency almanac.histogram)
		ON l.series_id = s.series_id
	CROSS JOIN LATERAL (SELECT almanac.quantile(l.latency, 0.5) AS p50, almanac.quantile(l.latency, 0.99) AS p99) q
	CROSS JOIN LATERAL (SELECT CASE WHEN 'statement_variance' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END AS ease) h
	WHERE q.p99 >= q.p50 * h.ease * (SELECT almanac.finding_threshold('variance_ratio'))
$$;
COMMENT ON FUNCTION almanac.find_statement_variance(timestamptz) IS 'statements of which some calls take very much longer than most';

-- Many calls that fetch a row each are what a busy service does, too: only if they are much of all that its role does there.
CREATE FUNCTION almanac.find_statement_n_plus_one(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.series_id::text, s.dbid, NULL::name, NULL::name, s.queryid::text, NULL::oid, NULL::oid, s.series_id, 3, s.seconds_per_day, NULL::bigint,
		format('is called %s times a day for a row each, %s %% of all calls of its role: perhaps once for each row of another', round(s.calls / s.days), round(100 * s.share)),
		'one statement for all rows saves as many round trips', NULL::text, NULL::text, 'medium', s.evidence || jsonb_build_object('rows_per_call', round((s.rows::float8 / s.calls)::numeric, 2), 'share_of_calls', round(s.share::numeric, 3))
	FROM (SELECT d.*, d.calls / sum(d.calls) OVER (PARTITION BY d.dbid, d.userid)::float8 AS share FROM almanac.statement_days(find_statement_n_plus_one.at) d WHERE d.toplevel) s
	CROSS JOIN LATERAL (SELECT CASE WHEN 'statement_n_plus_one' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END AS ease) h
	WHERE s.calls / s.days >= h.ease * (SELECT almanac.finding_threshold('n_plus_one_calls')) AND s.rows <= 1.05 * s.calls AND s.share >= h.ease * (SELECT almanac.finding_threshold('n_plus_one_share'))
		AND s.query ~* '^\s*select\M.*\mwhere\M' AND s.query !~* '\m(for update|for share|nextval)\M'
$$;
COMMENT ON FUNCTION almanac.find_statement_n_plus_one(timestamptz) IS 'statements that are called very often for a row each';

-- OFFSET without LIMIT is no paging: it keeps the planner from merging a subquery.
CREATE FUNCTION almanac.find_statement_offset(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.series_id::text, s.dbid, NULL::name, NULL::name, s.queryid::text, NULL::oid, NULL::oid, s.series_id, 3, s.seconds_per_day, NULL::bigint,
		format('pages with OFFSET: %s blocks accessed for %s rows a call', round(x.blocks), round((s.rows::float8 / s.calls)::numeric, 1)),
		'WHERE (sort columns) > (last row of the page before) begins where the page does', NULL::text, NULL::text, 'medium', s.evidence || jsonb_build_object('blocks_per_call', round(x.blocks), 'rows_per_call', round((s.rows::float8 / s.calls)::numeric, 2))
	FROM almanac.statement_days(find_statement_offset.at) s
	CROSS JOIN LATERAL (SELECT (s.blks_hit + s.blks_read) / NULLIF(s.calls, 0)::float8 AS blocks) x
	CROSS JOIN LATERAL (SELECT CASE WHEN 'statement_offset' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END AS ease) h
	WHERE s.toplevel AND s.query ~* '\moffset\s+(\$\d+|\d+|\()' AND s.query ~* '\m(limit|fetch)\M' AND x.blocks >= h.ease * (SELECT almanac.finding_threshold('offset_blocks')) AND s.seconds_per_day >= h.ease * (SELECT almanac.finding_threshold('statement_min_seconds'))
$$;
COMMENT ON FUNCTION almanac.find_statement_offset(timestamptz) IS 'statements that read many blocks to skip rows with OFFSET';

CREATE FUNCTION almanac.find_statement_errors(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.series_id::text, s.dbid, NULL::name, NULL::name, s.queryid::text, NULL::oid, NULL::oid, s.series_id, CASE WHEN x.share >= 0.5 THEN 2 ELSE 3 END, s.seconds_per_day, NULL::bigint,
		format('failed %s times a day: %s %% of its executions', round(x.failed / s.days), round(100 * x.share)), 'what was asked for is done', NULL::text, NULL::text, 'medium',
		s.evidence || jsonb_build_object('errors_per_day', round(s.errors / s.days), 'timeouts_per_day', round(s.timeouts / s.days), 'share_failed', round(x.share::numeric, 3))
	FROM almanac.statement_days(find_statement_errors.at) s
	CROSS JOIN LATERAL (SELECT s.errors + s.timeouts AS failed, (s.errors + s.timeouts) / NULLIF(s.calls + s.errors + s.timeouts, 0)::float8 AS share) x
	CROSS JOIN LATERAL (SELECT CASE WHEN 'statement_errors' = ANY (s.open_kinds) THEN 0.5 ELSE 1 END AS ease) h
	WHERE x.share >= h.ease * (SELECT almanac.finding_threshold('error_share')) AND x.failed / s.days >= h.ease * (SELECT almanac.finding_threshold('error_count'))
$$;
COMMENT ON FUNCTION almanac.find_statement_errors(timestamptz) IS 'statements of which many executions fail; those that somebody cancelled are no failures';

-- Plans that a statement ran with in the last week, each some times: the slowest against the fastest.
CREATE FUNCTION almanac.find_plan_unstable(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH plan AS MATERIALIZED (
		SELECT k.dbid, k.userid, k.queryid, k.toplevel, k.plan_id, s.calls, s.total_exec_ms / s.calls AS mean_ms, sum(s.calls) OVER (PARTITION BY k.dbid, k.userid, k.queryid, k.toplevel) AS all_calls
		FROM almanac.sums('plan', find_plan_unstable.at - '7 days'::interval, find_plan_unstable.at) AS s (series_id integer, calls bigint, total_exec_ms double precision)
		JOIN almanac.plan_keys k ON k.series_id = s.series_id AND k.server_id = 0 WHERE s.calls >= 10
	), found AS (
		SELECT p.dbid, p.userid, p.queryid, p.toplevel, count(*) AS plans, min(p.mean_ms) AS fastest_ms, max(p.mean_ms) AS slowest_ms,
			(array_agg(p.plan_id ORDER BY p.mean_ms))[1] AS fastest, (array_agg(p.plan_id ORDER BY p.mean_ms DESC))[1] AS slowest,
			(array_agg(p.calls ORDER BY p.mean_ms DESC))[1] AS slow_calls, sum(p.calls * p.mean_ms) AS total_ms
		FROM plan p WHERE p.calls >= 0.01 * p.all_calls GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
	)
	SELECT k.series_id::text, k.dbid, NULL::name, NULL::name, k.queryid::text, NULL::oid, NULL::oid, k.series_id, 3, x.seconds, NULL::bigint,
		format('ran with %s plans in a week, of %s to %s ms a call', f.plans, round(f.fastest_ms::numeric, 3), round(f.slowest_ms::numeric, 3)),
		'with its fastest plan alone it would save so much', NULL::text, NULL::text, 'medium',
		jsonb_build_object('queryid', k.queryid, 'plans', f.plans, 'fastest_plan', f.fastest, 'slowest_plan', f.slowest, 'fastest_ms', round(f.fastest_ms::numeric, 3), 'slowest_ms', round(f.slowest_ms::numeric, 3), 'slow_calls', f.slow_calls)
	FROM found f
	JOIN almanac.statement_keys k ON k.dbid = f.dbid AND k.userid = f.userid AND k.queryid = f.queryid AND k.toplevel = f.toplevel AND k.server_id = 0
	CROSS JOIN (SELECT greatest(1.0 / 24, least(7, extract(epoch FROM find_plan_unstable.at - r.started) / 86400))::float8 AS days FROM almanac.recorder r WHERE r.server_id = 0) d
	CROSS JOIN LATERAL (SELECT f.slow_calls * (f.slowest_ms - f.fastest_ms) / 1000 / d.days AS seconds) x
	CROSS JOIN LATERAL (SELECT CASE WHEN EXISTS (SELECT FROM almanac.finding_log l WHERE l.kind = 'plan_unstable' AND l.series_id = k.series_id AND l.state IN ('open', 'acknowledged')) THEN 0.5 ELSE 1 END AS ease) h
	WHERE f.slowest_ms >= f.fastest_ms * h.ease * (SELECT almanac.finding_threshold('plan_ratio')) AND x.seconds >= h.ease * (SELECT almanac.finding_threshold('statement_min_seconds'))
$$;
COMMENT ON FUNCTION almanac.find_plan_unstable(timestamptz) IS 'statements that ran with plans of very different speed';

CREATE FUNCTION almanac.find_regression(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT r.id::text, COALESCE(d.oid, 0), NULL::name, NULL::name, COALESCE(r.queryid::text, r.datname, 'server'), NULL::oid, NULL::oid, CASE WHEN r.stream = 'statement' THEN r.series_id END,
		CASE WHEN r.seconds_per_day >= 8640 THEN 1 WHEN r.seconds_per_day >= 864 OR r.seconds_per_day IS NULL THEN 2 ELSE 3 END, r.seconds_per_day, NULL::bigint,
		format('%s rose from %s to %s %s since %s', r.metric, round(r.value_before::numeric, 3), round(r.value_after::numeric, 3), r.unit, to_char(r.started, 'YYYY-MM-DD HH24:MI'))
			|| COALESCE(': ' || NULLIF(r.cause, 'unknown'), ''),
		'as it was before', NULL::text, NULL::text, 'medium',
		jsonb_build_object('id', r.id, 'queryid', r.queryid, 'metric', r.metric, 'before', r.value_before, 'after', r.value_after, 'change', r.change, 'started', r.started, 'cause', r.cause)
	FROM almanac.regressions r LEFT JOIN pg_database d ON d.datname = r.datname WHERE r.state = 'open'
$$;
COMMENT ON FUNCTION almanac.find_regression(timestamptz) IS 'what view regressions has open';
