-- With which plans statements run.
CREATE VIEW almanac.plans AS
	SELECT NULLIF(d.datname, '') AS datname, r.rolname, k.queryid, k.toplevel, k.plan_id, almanac.visible_query(k.userid, p.plan) AS plan,
		p.relations, p.indexes, k.first_seen, s.last_time AS last_seen, COALESCE(s.calls, 0) AS calls,
		COALESCE(s.total_exec_ms, 0) AS total_exec_ms, s.total_exec_ms / NULLIF(s.calls, 0) AS mean_exec_ms,
		COALESCE(s.measured < s.calls, false) AS sampled, almanac.visible_query(k.userid, t.query) AS query,
		k.dbid, k.userid, k.series_id, k.server_id
	FROM almanac.plan_keys k
	LEFT JOIN almanac.plan_texts p ON p.text_id = k.text_id
	LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id
	LEFT JOIN almanac.roles r ON r.userid = k.userid AND r.server_id = k.server_id
	LEFT JOIN almanac.statement_keys q ON q.queryid = k.queryid AND q.dbid = k.dbid AND q.userid = k.userid AND q.toplevel = k.toplevel
		AND q.server_id = k.server_id
	LEFT JOIN almanac.query_texts t ON t.fingerprint = q.fingerprint
	LEFT JOIN almanac.totals('plan') AS s (series_id integer, last_time timestamptz, calls bigint, total_exec_ms double precision,
		measured bigint) ON s.series_id = k.series_id;
COMMENT ON VIEW almanac.plans IS 'every plan that a statement was seen to run with, with its totals since recording began';
COMMENT ON COLUMN almanac.plans.plan_id IS 'hash of the shape of the plan, without constants, costs and estimates; partitions count as the partitioned table';
COMMENT ON COLUMN almanac.plans.plan IS 'EXPLAIN (COSTS OFF) of one execution, without constants; NULL until there is one';
COMMENT ON COLUMN almanac.plans.relations IS 'tables in the plan, partitioned ones in place of their partitions';
COMMENT ON COLUMN almanac.plans.indexes IS 'indexes in the plan, partitioned ones in place of those of partitions';
COMMENT ON COLUMN almanac.plans.sampled IS 'not all executions were measured: calls and times are estimates';

CREATE VIEW almanac.plan_history AS
	SELECT s."time", s.duration, NULLIF(d.datname, '') AS datname, r.rolname, k.queryid, k.toplevel, k.plan_id, s.calls, s.total_exec_ms,
		s.total_exec_ms / NULLIF(s.calls, 0) AS mean_exec_ms, s.measured < s.calls AS sampled, k.dbid, k.userid, s.flags, s.series_id,
		k.server_id
	FROM almanac.plan_samples s JOIN almanac.plan_keys k ON k.series_id = s.series_id
	LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id
	LEFT JOIN almanac.roles r ON r.userid = k.userid AND r.server_id = k.server_id;
COMMENT ON VIEW almanac.plan_history IS 'what each statement did with each of its plans, per interval';
COMMENT ON COLUMN almanac.plan_history.plan_id IS 'hash of the shape of the plan, see view plans';
COMMENT ON COLUMN almanac.plan_history.sampled IS 'not all executions were measured: calls and times are estimates';

-- The plan of an interval is the one that the statement ran with most often.
CREATE FUNCTION almanac.plan_changes("from" timestamptz DEFAULT now() - interval '1 day', "to" timestamptz DEFAULT now())
	RETURNS TABLE ("time" timestamptz, datname name, rolname name, queryid bigint, toplevel boolean, old_plan_id bigint, new_plan_id bigint,
		old_mean_ms double precision, new_mean_ms double precision, mean_change double precision, old_calls bigint, new_calls bigint,
		query text, old_plan text, new_plan text, dbid oid, userid oid)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH s AS MATERIALIZED (
		SELECT x.server_id, x.dbid, x.userid, x.queryid, x.toplevel, x.plan_id, x.series_id, x."time", x.calls, x.total_exec_ms
		FROM almanac.plan_history x
		WHERE x."time" > plan_changes."from" - interval '1 day' AND x."time" <= plan_changes."to" AND x.calls > 0
	), main AS (
		SELECT DISTINCT ON (s.server_id, s.dbid, s.userid, s.queryid, s.toplevel, s."time") s.*
		FROM s
		ORDER BY s.server_id, s.dbid, s.userid, s.queryid, s.toplevel, s."time", s.calls DESC, s.total_exec_ms DESC, s.plan_id
	), change AS (
		SELECT m.*, lag(m.series_id) OVER w AS old_series, lag(m.plan_id) OVER w AS old_plan_id
		FROM main m WINDOW w AS (PARTITION BY m.server_id, m.dbid, m.userid, m.queryid, m.toplevel ORDER BY m."time")
	)
	SELECT c."time", n.datname, n.rolname, c.queryid, c.toplevel, c.old_plan_id, c.plan_id, o.mean_ms, a.mean_ms,
		a.mean_ms / NULLIF(o.mean_ms, 0) - 1, o.calls, a.calls, n.query, b.plan, n.plan, c.dbid, c.userid
	FROM change c
	JOIN almanac.plans n ON n.series_id = c.series_id
	JOIN almanac.plans b ON b.series_id = c.old_series
	CROSS JOIN LATERAL (SELECT sum(s.calls)::bigint AS calls, sum(s.total_exec_ms) / NULLIF(sum(s.calls), 0)::float8 AS mean_ms
		FROM s WHERE s.series_id = c.old_series AND s."time" < c."time") o
	CROSS JOIN LATERAL (SELECT sum(s.calls)::bigint AS calls, sum(s.total_exec_ms) / NULLIF(sum(s.calls), 0)::float8 AS mean_ms
		FROM s WHERE s.series_id = c.series_id AND s."time" >= c."time") a
	WHERE c."time" > plan_changes."from" AND c.old_plan_id <> c.plan_id
	ORDER BY c."time", c.queryid, c.dbid, c.userid, c.toplevel
$$;
COMMENT ON FUNCTION almanac.plan_changes(timestamptz, timestamptz) IS
	'statements that began to run mostly with another plan within a window of time, with means of the old plan before and of the new one since';

CREATE FUNCTION almanac.capture_plans(OUT dbid oid, OUT userid oid, OUT queryid bigint, OUT toplevel boolean, OUT plan_id bigint,
		OUT calls bigint, OUT total_ms double precision, OUT measured bigint, OUT first_use timestamptz, OUT last_use timestamptz)
	RETURNS SETOF record LANGUAGE C STRICT VOLATILE AS 'MODULE_PATHNAME', 'almanac_capture_plans';
COMMENT ON FUNCTION almanac.capture_plans() IS 'what is counted now of each statement with each of its plans; estimated where measured is less than calls';

CREATE FUNCTION almanac.capture_plans_status(OUT slots integer, OUT used integer, OUT reclaimed bigint, OUT unplaced bigint,
		OUT texts_sent bigint, OUT texts_dropped bigint, OUT texts_deferred bigint, OUT shared_bytes bigint)
	RETURNS SETOF record LANGUAGE C STRICT VOLATILE ROWS 1 AS 'MODULE_PATHNAME', 'almanac_capture_plans_status';
COMMENT ON FUNCTION almanac.capture_plans_status() IS 'the table that plans are counted in, and the way of their texts';

CREATE FUNCTION almanac.plan_scans(plan text, OUT scan integer, OUT relation text, OUT whole boolean, OUT "column" text, OUT test text, OUT "cast" text)
	RETURNS SETOF record LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'almanac_plan_scans';
COMMENT ON FUNCTION almanac.plan_scans(text) IS
	'what the sequential scans in the text of a plan ask of columns: =, any, <, >, null, or other; NULL for a scan without a filter';
