-- The server on one screen of psql.

-- Numbers only, because it reads what its caller may not. Only steps that are over count, so that none is cut short.
CREATE FUNCTION almanac.overview_load(at timestamptz DEFAULT now(), steps integer DEFAULT 48, OUT title text, OUT unit text, OUT step interval, OUT last_hour double precision,
		OUT week_before double precision, OUT series double precision[])
	RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	begun CONSTANT timestamptz := (SELECT min(s."time" - s.duration) FROM almanac.database_samples s WHERE s."time" > at - '25 hours'::interval AND s."time" <= at);
	-- What was recorded since this morning is drawn as large as a day.
	since CONSTANT timestamptz := CASE WHEN begun > at - '12 hours'::interval THEN begun ELSE at - '1 day'::interval END;
	hour CONSTANT interval := least('1 hour'::interval, greatest(at - begun, '1 second'::interval));
	before CONSTANT timestamptz := at - '7 days'::interval;
	clients CONSTANT integer[] := ARRAY(SELECT k.series_id FROM almanac.wait_keys k WHERE k.server_id = 0 AND k.backend_type IN ('client backend', 'parallel worker'));
	server CONSTANT integer[] := ARRAY(SELECT k.series_id FROM almanac.system_keys k WHERE k.server_id = 0);
	databases CONSTANT integer[] := ARRAY(SELECT k.series_id FROM almanac.database_keys k WHERE k.server_id = 0);
	top_level CONSTANT integer[] := ARRAY(SELECT k.series_id FROM almanac.statement_keys k WHERE k.server_id = 0 AND k.toplevel);
	until timestamptz;
BEGIN
	-- In steps of about the length of a snapshot's interval some would have two, and their neighbours none.
	step := greatest(CASE WHEN begun IS NULL THEN '1 day'::interval / steps ELSE (at - since) / steps END, (SELECT least(make_interval(secs => 2 * w.snapshot_interval), '30 minutes'::interval) FROM almanac.worker_status() w));
	until := date_bin(step, at, '2000-01-01 00:00:00+00');
	PERFORM set_config('pg_almanac.grain', CASE WHEN step >= '20 minutes' THEN '10min' ELSE 'raw' END, true);
	RETURN QUERY
	WITH grid AS (
		SELECT g.n, greatest(extract(epoch FROM least(overview_load.step, until - (steps - g.n) * overview_load.step - begun))::float8, 0) AS seconds
		FROM generate_series(1, steps) AS g (n)
	), statement AS (
		SELECT steps + 1 - round(extract(epoch FROM until - s.step_start) / extract(epoch FROM overview_load.step))::integer AS n, s.calls::float8 AS calls, s.latency
		FROM almanac.step_sums('statement', until - steps * overview_load.step, until, overview_load.step, top_level) AS s (step_start timestamptz, calls bigint, latency almanac.histogram)
	), wait AS (
		SELECT steps - floor(extract(epoch FROM until - s."time") / extract(epoch FROM overview_load.step))::integer AS n, sum(s.wait_ms)::float8 / 1000 AS seconds
		FROM almanac.wait_samples s WHERE s."time" > until - steps * overview_load.step AND s."time" <= until AND s.series_id = ANY (clients) GROUP BY 1
	), of_database AS (
		SELECT s.series_id, steps - floor(extract(epoch FROM until - s."time") / extract(epoch FROM overview_load.step))::integer AS n, sum(s.xact_commit + COALESCE(s.xact_rollback, 0))::float8 AS transactions,
			sum(s.blks_hit)::float8 AS hits, sum(s.blks_read)::float8 AS reads, (array_agg(s.size_bytes ORDER BY s."time" DESC) FILTER (WHERE s.size_bytes IS NOT NULL))[1]::float8 AS bytes
		FROM almanac.database_samples s WHERE s."time" > until - steps * overview_load.step AND s."time" <= until AND s.series_id = ANY (databases) GROUP BY 1, 2
	), database AS (
		SELECT d.n, sum(d.transactions) AS transactions, sum(d.hits) AS hits, sum(d.reads) AS reads FROM of_database d GROUP BY 1
	), size AS (
		-- A size that is absent is unchanged.
		SELECT f.n, sum(f.bytes) AS bytes FROM (
			SELECT g.n, b.series_id, max(b.bytes) OVER (PARTITION BY b.series_id, b.known) AS bytes
			FROM (SELECT g.n, i.series_id, CASE WHEN g.n = 0 THEN i.size_bytes ELSE d.bytes END AS bytes,
					count(CASE WHEN g.n = 0 THEN i.size_bytes ELSE d.bytes END) OVER (PARTITION BY i.series_id ORDER BY g.n) AS known
				FROM (SELECT k.series_id, s.size_bytes FROM unnest(databases) AS k (series_id)
					LEFT JOIN almanac.sums('database', until - '60 days'::interval, until - steps * overview_load.step, databases) AS s (series_id integer, size_bytes bigint) ON s.series_id = k.series_id) i
				CROSS JOIN generate_series(0, steps) AS g (n)
				LEFT JOIN of_database d ON d.series_id = i.series_id AND d.n = g.n) b
			JOIN generate_series(1, steps) AS g (n) ON g.n = b.n) f
		GROUP BY 1
	), wal AS (
		SELECT steps - floor(extract(epoch FROM until - s."time") / extract(epoch FROM overview_load.step))::integer AS n, sum(s.wal_bytes)::float8 AS bytes
		FROM almanac.system_samples s WHERE s."time" > until - steps * overview_load.step AND s."time" <= until AND s.series_id = ANY (server) GROUP BY 1
	), lines AS (
		SELECT array_agg(s.calls / NULLIF(g.seconds, 0) ORDER BY g.n) AS calls, array_agg(almanac.quantile(s.latency, 0.95) ORDER BY g.n) AS p95,
			array_agg(d.transactions / NULLIF(g.seconds, 0) ORDER BY g.n) AS transactions, array_agg(w.seconds / NULLIF(g.seconds, 0) ORDER BY g.n) AS sessions,
			array_agg(d.hits / NULLIF(d.hits + d.reads, 0) ORDER BY g.n) AS hits, array_agg(l.bytes / NULLIF(g.seconds, 0) ORDER BY g.n) AS wal, array_agg(z.bytes ORDER BY g.n) AS size
		FROM grid g LEFT JOIN statement s ON s.n = g.n LEFT JOIN database d ON d.n = g.n LEFT JOIN wait w ON w.n = g.n LEFT JOIN wal l ON l.n = g.n LEFT JOIN size z ON z.n = g.n
	), hours AS (
		SELECT h.week, s.calls / h.seconds AS calls, s.p95, d.transactions / h.seconds AS transactions, d.hits / NULLIF(d.hits + d.reads, 0) AS hits, w.ms / 1000 / h.seconds AS sessions,
			l.bytes / h.seconds AS wal, z.bytes AS size
		FROM (SELECT 0 AS week, at - hour AS starts, at AS ends, extract(epoch FROM hour)::float8 AS seconds UNION ALL SELECT 1, before - hour, before, extract(epoch FROM hour)::float8) h
		LEFT JOIN LATERAL (SELECT sum(s.calls)::float8 AS calls, almanac.quantile(almanac.merge(s.latency), 0.95) AS p95
			FROM almanac.sums('statement', h.starts, h.ends, top_level) AS s (calls bigint, latency almanac.histogram)) s ON true
		LEFT JOIN LATERAL (SELECT sum(s.xact_commit + COALESCE(s.xact_rollback, 0))::float8 AS transactions, sum(s.blks_hit)::float8 AS hits, sum(s.blks_read)::float8 AS reads
			FROM almanac.sums('database', h.starts, h.ends, databases) AS s (xact_commit bigint, xact_rollback bigint, blks_hit bigint, blks_read bigint)) d ON true
		LEFT JOIN LATERAL (SELECT sum(s.wait_ms)::float8 AS ms FROM almanac.sums('wait', h.starts, h.ends, clients) AS s (wait_ms double precision)) w ON true
		LEFT JOIN LATERAL (SELECT sum(s.wal_bytes)::float8 AS bytes FROM almanac.sums('system', h.starts, h.ends, server) AS s (wal_bytes bigint)) l ON true
		LEFT JOIN LATERAL (SELECT sum(s.size_bytes)::float8 AS bytes FROM almanac.sums('database', h.ends - '60 days'::interval, h.ends, databases) AS s (size_bytes bigint)) z ON true
	)
	SELECT r.title, r.unit, overview_load.step, r.now, r.before, r.series
	FROM lines l, (SELECT * FROM hours WHERE week = 0) a, (SELECT * FROM hours WHERE week = 1) b,
		LATERAL (VALUES (1, 'statements', '/s', a.calls, b.calls, l.calls), (2, 'transactions', '/s', a.transactions, b.transactions, l.transactions),
			(3, '95th percentile', 'ms', a.p95, b.p95, l.p95), (4, 'sessions at work', '', a.sessions, b.sessions, l.sessions),
			(5, 'cache hits', 'share', a.hits, b.hits, l.hits), (6, 'WAL', 'bytes/s', a.wal, b.wal, l.wal), (7, 'databases', 'bytes', a.size, b.size, l.size)) AS r (ordinal, title, unit, now, before, series)
	ORDER BY r.ordinal;
END
$$;
COMMENT ON FUNCTION almanac.overview_load(timestamptz, integer) IS 'the load of overview(): of the last hour, of the same hour a week before, and over the last day';

CREATE FUNCTION almanac.overview(color boolean DEFAULT false) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
	at CONSTANT timestamptz := now();
	paint CONSTANT text[] := CASE WHEN color THEN ARRAY[E'\033[31m', E'\033[33m', E'\033[32m', E'\033[1m', E'\033[0m'] ELSE '{"","","","",""}' END;
	recording record;
	one record;
	lines text[] := '{}';
	step interval;
BEGIN
	SELECT h.status, r.started INTO recording FROM almanac.health_status() h CROSS JOIN (SELECT s.recording_since AS started FROM almanac.status s) r;
	RETURN NEXT concat(paint[4], almanac.screen_line(concat_ws(' ', NULLIF(current_setting('cluster_name'), ''), 'PostgreSQL', split_part(current_setting('server_version'), ' ', 1)), 50), paint[5],
		'   ', to_char(at, 'YYYY-MM-DD HH24:MI TZ'), CASE WHEN recording.started < at THEN to_char(recording.started, '"   recording since "YYYY-MM-DD HH24:MI') END);
	RETURN NEXT '';
	-- Worst first; those that are well share a line.
	FOR one IN SELECT h.status, string_agg(h.area, ', ' ORDER BY h.place) AS areas, CASE WHEN h.status <> 'GREEN' THEN (array_agg(h.reason ORDER BY h.place))[1] END AS reason,
			array_position('{RED,YELLOW,GREEN}'::text[], h.status) AS rank
		FROM (SELECT a.*, row_number() OVER () AS place FROM almanac.health a) h
		GROUP BY h.status, CASE WHEN h.status <> 'GREEN' THEN h.place END ORDER BY rank, min(h.place) LIMIT 6
	LOOP
		RETURN NEXT concat(paint[one.rank], rpad(one.status, 8), paint[5], almanac.screen_line(concat_ws(': ', one.areas, one.reason), 90));
	END LOOP;
	RETURN NEXT '';
	FOR one IN SELECT l.*, row_number() OVER () AS place FROM almanac.overview_load(at) l LOOP
		IF one.place = 1 THEN
			RETURN NEXT format('%s last hour   week ago    change  until now, %s each', repeat(' ', 16), almanac.screen_number(extract(epoch FROM one.step)::float8, 's'));
		END IF;
		RETURN NEXT rtrim(concat(rpad(one.title, 16), lpad(COALESCE(almanac.screen_number(one.last_hour, one.unit), '-'), 10), lpad(COALESCE(almanac.screen_number(one.week_before, one.unit), '-'), 11),
			lpad(CASE WHEN one.unit = 'share' THEN COALESCE(to_char(100 * (one.last_hour - one.week_before), 'SFM99990D0" pt"'), '')
				WHEN one.last_hour > 1000 * one.week_before THEN '> 1000x' ELSE COALESCE(to_char(100 * (one.last_hour / NULLIF(one.week_before, 0) - 1), 'SFM999990" %"'), '') END, 10),
			'  ', almanac.sparkline(one.series)));
	END LOOP;
	RETURN NEXT '';
	lines := ARRAY(
		SELECT concat(lpad(almanac.screen_number(round(t.share::numeric, 4)::float8, 'share'), 7), lpad(almanac.screen_number(t.calls / 3600.0::float8, '/s'), 10), lpad(almanac.screen_number(t.mean_exec_ms, 'ms'), 10),
			lpad(COALESCE(almanac.screen_number(t.p95_ms, 'ms'), '-'), 10), '  ', rpad(COALESCE(almanac.screen_line(t.datname::text, 10), ''), 11), almanac.screen_line(COALESCE(t.query, 'queryid ' || t.queryid), 49))
		FROM almanac.top_statements(at - '1 hour'::interval, at, n => 5) WITH ORDINALITY AS t (queryid, toplevel, datname, rolname, calls, rows, total_exec_ms, mean_exec_ms, stddev_exec_ms, share, shared_blks_hit,
			shared_blks_read, shared_blks_dirtied, temp_blks_written, wal_bytes, p50_ms, p95_ms, p99_ms, errors, query, latency, place) WHERE t.share IS NOT NULL ORDER BY t.place);
	IF lines <> '{}' THEN
		RETURN NEXT '  share     calls      mean      95 %  database   statements of the last hour';
		RETURN QUERY SELECT unnest(lines);
		RETURN NEXT '';
	END IF;
	FOR one IN
		SELECT rpad(CASE s.place WHEN 1 THEN s.section ELSE '' END, 13) AS label, s.line FROM (
			SELECT 0 AS ordinal, 'alerts' AS section, row_number() OVER () AS place, concat_ws(' ', l.severity, to_char(l.raised, 'MM-DD HH24:MI'), l.title || ':', l.message) AS line
				FROM (SELECT l.* FROM almanac.alerts l WHERE l.state = 'firing' ORDER BY l.severity, l.raised DESC LIMIT 2) l
			UNION ALL SELECT 1, 'regressions', row_number() OVER (), concat('#', r.id, ' ', to_char(r.started, 'MM-DD HH24:MI'), to_char(100 * r.change, '" "SFM9999990" % "'), r.metric, ' ',
					CASE WHEN r.seconds_per_day > 0 THEN almanac.screen_number(r.seconds_per_day, 's/day') || ' ' END, r.datname, CASE WHEN r.cause <> 'unknown' THEN ': ' || left(r.cause, 60) END,
					': ' || left(r.query, 100))
				FROM (SELECT r.* FROM almanac.regressions r WHERE r.state IN ('open', 'watch') LIMIT 3) r
			UNION ALL SELECT 2, 'capacity', row_number() OVER (), concat(CASE WHEN c.resource = 'disk' THEN 'disk ' END, c.name, ' ', almanac.screen_number(c.used_share, 'share'), ' of ', almanac.screen_number(c."limit", CASE c.unit WHEN 'bytes' THEN c.unit ELSE '' END), ': ',
					COALESCE(CASE WHEN c.verdict LIKE '%reached' THEN c.verdict END, to_char(c.limit_likely, '"limit likely "YYYY-MM-DD'), to_char(c.limit_earliest, '"limit not before "YYYY-MM-DD'), c.verdict))
				FROM (SELECT c.* FROM almanac.capacity c LIMIT 3) c
			UNION ALL SELECT 3, 'findings', row_number() OVER (), concat_ws(' ', f.severity, f.kind, concat_ws('.', f.datname, f.schemaname, COALESCE(f.object, f.relname)) || ':', f.message)
				FROM (SELECT f.* FROM almanac.findings f WHERE f.state IN ('open', 'acknowledged') LIMIT 3) f
			UNION ALL SELECT 4, 'events', row_number() OVER (ORDER BY e."time" DESC), concat(to_char(e."time", 'MM-DD HH24:MI'), ' ', e.kind, ': ', e.label)
				FROM (SELECT * FROM almanac.notable_events(at - '7 days'::interval, at, n => 30) e ORDER BY e."time" DESC LIMIT 3) e) s
		ORDER BY s.ordinal, s.place
	LOOP
		RETURN NEXT concat(one.label, almanac.screen_line(one.line, 86));
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.overview(boolean) IS
	'the server on one screen: health, load now, a week before and over the last day, top statements, regressions, what runs short, findings, events';
