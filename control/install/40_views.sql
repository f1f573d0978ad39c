-- History: one row per series and interval. Each view begins with what people look for first; the other columns follow
-- in the order of the stream.
DO $$
DECLARE
	rest text;
	peaks text;
	definition record;
BEGIN
	FOR definition IN SELECT * FROM (VALUES
		('statement_history', 'statement',
			's."time", s.duration, NULLIF(d.datname, '''') AS datname, r.rolname, k.queryid, k.toplevel, s.calls, s.rows, s.total_exec_ms,
			s.total_exec_ms / NULLIF(s.calls, 0) AS mean_exec_ms, s.stddev_exec_ms,
			CASE WHEN s.calls = 1 THEN s.total_exec_ms ELSE s.min_exec_ms END AS min_exec_ms,
			CASE WHEN s.calls = 1 THEN s.total_exec_ms ELSE s.max_exec_ms END AS max_exec_ms,
			almanac.quantile(s.latency, 0.5) AS p50_ms, almanac.quantile(s.latency, 0.95) AS p95_ms,
			almanac.quantile(s.latency, 0.99) AS p99_ms, s.latency, s.errors, s.cancels, s.timeouts,
			s.plans, s.total_plan_ms, s.total_plan_ms / NULLIF(s.plans, 0) AS mean_plan_ms, s.stddev_plan_ms,
			CASE WHEN s.plans = 1 THEN s.total_plan_ms ELSE s.min_plan_ms END AS min_plan_ms,
			CASE WHEN s.plans = 1 THEN s.total_plan_ms ELSE s.max_plan_ms END AS max_plan_ms',
			'LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id
			 LEFT JOIN almanac.roles r ON r.userid = k.userid AND r.server_id = k.server_id',
			', k.dbid, k.userid, k.fingerprint',
			ARRAY['calls', 'rows', 'total_exec_ms', 'stddev_exec_ms', 'min_exec_ms', 'max_exec_ms', 'plans', 'total_plan_ms',
				'stddev_plan_ms', 'min_plan_ms', 'max_plan_ms', 'errors', 'cancels', 'timeouts'],
			'what each statement did, per interval'),
		('table_history', 'table',
			's."time", s.duration, NULLIF(d.datname, '''') AS datname, k.schemaname, k.relname, s.total_bytes, s.table_bytes, s.index_bytes,
			s.toast_bytes, s.n_live_tup, s.n_dead_tup',
			'LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id',
			', k.dbid, k.relid',
			ARRAY['total_bytes', 'table_bytes', 'index_bytes', 'toast_bytes', 'n_live_tup', 'n_dead_tup'],
			'size and activity of each table and materialized view, per interval'),
		('index_history', 'index',
			's."time", s.duration, NULLIF(d.datname, '''') AS datname, k.schemaname, k.relname, k.indexrelname, s.size_bytes',
			'LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id',
			', k.dbid, k.relid, k.indexrelid',
			ARRAY['size_bytes'],
			'size and activity of each index, per interval'),
		('database_history', 'database',
			's."time", s.duration, NULLIF(k.datname, '''') AS datname, s.size_bytes',
			'', ', k.dbid', ARRAY['size_bytes'],
			'size and activity of each database, per interval; datname NULL stands for shared objects'),
		('system_history', 'system',
			's."time", s.duration', '', ', s.memory_available_bytes_min', ARRAY[]::text[],
			'the cluster: WAL, checkpoints, background writer, connections, archiver, replication, and its machine: CPU, memory, load, per interval'),
		('volume_history', 'volume',
			's."time", s.duration, k.kind, k.name, s.used_bytes, s.total_bytes, s.used_bytes::float8 / NULLIF(s.total_bytes, 0) AS used_share',
			'', ', k.device, k.spcoid', ARRAY['used_bytes', 'total_bytes'],
			'volumes that the data directory, the WAL and tablespaces lie on: use and size, and the I/O of the device, per interval'),
		('sequence_history', 'sequence',
			's."time", s.duration, NULLIF(d.datname, '''') AS datname, k.schemaname, k.sequencename, s.last_value, s.limit_value,
			greatest(pg_catalog.sign(s.increment) * (s.last_value::float8 - s.first_value) + 1, 0)
				/ NULLIF(pg_catalog.sign(s.increment) * (s.limit_value::float8 - s.first_value) + 1, 0) AS used_share,
			NULLIF(k.keyschema, '''') AS keyschema, NULLIF(k.keytable, '''') AS keytable, NULLIF(k.keycolumn, '''') AS keycolumn',
			'LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id',
			', k.dbid, k.seqrelid',
			ARRAY['last_value', 'limit_value', 'seen_on'],
			'how far sequences have come, per interval, and the column that sets the limit'),
		('io_history', 'io',
			's."time", s.duration, k.backend_type, k.object, k.context', '', '', ARRAY[]::text[],
			'I/O by backend type, object and context, per interval (version 16 and later)'),
		('replication_history', 'replication',
			's."time", s.duration, k.kind, k.name', '', '', ARRAY[]::text[],
			'replication slots and standbys, per interval'),
		('wait_history', 'wait',
			's."time", s.duration, NULLIF(d.datname, '''') AS datname, r.rolname, NULLIF(k.queryid, 0) AS queryid, k.backend_type, k.state,
			k.wait_event_type, NULLIF(k.wait_event, '''') AS wait_event, s.active_samples AS samples, s.wait_ms,
			s.wait_ms / NULLIF(EXTRACT(epoch FROM s.duration)::float8 * 1000, 0) AS avg_active_sessions',
			'LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id AND k.dbid <> 0
			 LEFT JOIN almanac.roles r ON r.userid = k.userid AND r.server_id = k.server_id',
			', k.dbid, k.userid', ARRAY['active_samples', 'wait_ms'],
			'what sessions did and waited for, by statement, per interval: time and average active sessions'),
		('snapshots', 'snapshot',
			's.snapshot_id, s."time", pg_catalog.make_interval(secs => s.interval_ms / 1000) AS duration, k.stream, NULLIF(k.dbid, 0) AS dbid, NULLIF(d.datname, '''') AS datname,
			almanac.flag_names(s.flags) AS flags, s.coverage_ppm / 1e6::float8 AS coverage',
			'LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id AND k.dbid <> 0',
			'', ARRAY['snapshot_id', 'coverage_ppm', 'interval_ms'],
			'the ledger: what each snapshot of each source cost, and how far it can be trusted')
		) AS v (view, stream, first, joins, last, shown, comment)
	LOOP
		SELECT pg_catalog.string_agg(pg_catalog.format(', s.%I', c.column_name), '' ORDER BY c.ordinal) INTO rest
		FROM almanac.stream_columns() c
		WHERE c.stream = definition.stream AND c.column_name <> ALL (definition.shown);
		-- Levels whose peaks matter.
		SELECT pg_catalog.string_agg(pg_catalog.format(', s.%I', c.column_name || '_max'), '' ORDER BY c.ordinal) INTO peaks
		FROM almanac.stream_columns() c
		WHERE c.stream = definition.stream AND c.kind = 'gauge'
			AND (c.stream IN ('system', 'replication') AND c.column_name !~ '^(cpu_count|memory_|swap_total|next_|history_|cgroup_.*(limit|cached))' OR c.column_name IN ('numbackends', 'n_dead_tup'));
		EXECUTE pg_catalog.format('CREATE VIEW almanac.%I AS SELECT %s%s%s%s%s FROM almanac.%I s JOIN almanac.%I k ON k.series_id = s.series_id %s',
			definition.view, definition.first, COALESCE(rest, ''), COALESCE(peaks, ''), definition.last,
			CASE WHEN definition.view <> 'snapshots' THEN ', s.flags, s.series_id, k.server_id' ELSE '' END,
			definition.stream || '_samples', definition.stream || '_keys', definition.joins);
		EXECUTE pg_catalog.format('COMMENT ON VIEW almanac.%I IS %L', definition.view, definition.comment);
		EXECUTE (SELECT COALESCE(pg_catalog.string_agg(pg_catalog.format('COMMENT ON COLUMN almanac.%I.%I IS %L', definition.view, a.attname,
				CASE WHEN c.column_name = a.attname THEN c.comment ELSE 'greatest value within the interval of: ' || c.comment END), ';'), 'SELECT')
			FROM pg_catalog.pg_attribute a JOIN almanac.stream_columns() c ON a.attname IN (c.column_name, c.column_name || '_max') AND c.stream = definition.stream
			WHERE a.attrelid = pg_catalog.format('almanac.%I', definition.view)::regclass AND a.attnum > 0);
	END LOOP;
END
$$;

COMMENT ON COLUMN almanac.system_history.memory_available_bytes_min IS 'least value within the interval of: memory that programs could get without swapping, in bytes';
COMMENT ON COLUMN almanac.wait_history.samples IS 'times that a session was seen active here';
COMMENT ON COLUMN almanac.wait_history.avg_active_sessions IS 'active sessions here on average: wait_ms by the length of the interval';

-- Latencies of all statements together: of each database, and of the server.
CREATE VIEW almanac.latency_history AS
	SELECT s."time", s.duration, NULLIF(d.datname, '') AS datname, pg_catalog.sum(s.calls)::bigint AS calls,
		almanac.quantile(almanac.merge(s.latency), 0.5) AS p50_ms, almanac.quantile(almanac.merge(s.latency), 0.95) AS p95_ms,
		almanac.quantile(almanac.merge(s.latency), 0.99) AS p99_ms, almanac.merge(s.latency) AS latency,
		pg_catalog.sum(s.errors)::bigint AS errors, pg_catalog.sum(s.cancels)::bigint AS cancels, pg_catalog.sum(s.timeouts)::bigint AS timeouts,
		k.dbid, k.server_id
	FROM almanac.statement_samples s JOIN almanac.statement_keys k ON k.series_id = s.series_id
	LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id
	WHERE k.toplevel
	GROUP BY s."time", s.duration, d.datname, k.dbid, k.server_id;
COMMENT ON VIEW almanac.latency_history IS 'latencies and errors of the top-level statements of each database together, per interval';

CREATE VIEW almanac.server_latency_history AS
	SELECT s."time", s.duration, pg_catalog.sum(s.calls)::bigint AS calls,
		almanac.quantile(almanac.merge(s.latency), 0.5) AS p50_ms, almanac.quantile(almanac.merge(s.latency), 0.95) AS p95_ms,
		almanac.quantile(almanac.merge(s.latency), 0.99) AS p99_ms, almanac.merge(s.latency) AS latency,
		pg_catalog.sum(s.errors)::bigint AS errors, pg_catalog.sum(s.cancels)::bigint AS cancels, pg_catalog.sum(s.timeouts)::bigint AS timeouts,
		k.server_id
	FROM almanac.statement_samples s JOIN almanac.statement_keys k ON k.series_id = s.series_id
	WHERE k.toplevel
	GROUP BY s."time", s.duration, k.server_id;
COMMENT ON VIEW almanac.server_latency_history IS 'latencies and errors of all top-level statements together, per interval';

CREATE VIEW almanac.database_size_history AS
	SELECT s."time" AS "timestamp", k.datname, s.size_bytes
	FROM almanac.database_samples s JOIN almanac.database_keys k ON k.series_id = s.series_id
	WHERE s.size_bytes IS NOT NULL AND k.dbid <> 0;
COMMENT ON VIEW almanac.database_size_history IS 'size of each database over time';

-- What a statement's series stands for; the text is for whoever may see it.
CREATE VIEW almanac.statement_names AS
	SELECT k.series_id, k.queryid, k.toplevel, NULLIF(d.datname, '') AS datname, r.rolname,
		CASE WHEN k.queryid = 0 THEN '<statements without a slot>' ELSE almanac.visible_query(k.userid, t.query) END AS query,
		k.first_seen, k.fingerprint, k.dbid, k.userid, k.server_id
	FROM almanac.statement_keys k
	LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id
	LEFT JOIN almanac.roles r ON r.userid = k.userid AND r.server_id = k.server_id
	LEFT JOIN almanac.query_texts t ON t.fingerprint = k.fingerprint;
COMMENT ON VIEW almanac.statement_names IS 'identity, names and text of every statement that has a history';

-- Histograms are read apart, and one for each series: so who does not ask for them does not pay for them, because the
-- planner leaves the join out.
CREATE VIEW almanac.statements AS
	SELECT k.queryid, k.toplevel, k.datname, k.rolname, k.query, k.first_seen, s.last_time AS last_seen,
		COALESCE(s.calls, 0) AS calls, COALESCE(s.rows, 0) AS rows, COALESCE(s.total_exec_ms, 0) AS total_exec_ms,
		s.total_exec_ms / NULLIF(s.calls, 0) AS mean_exec_ms, s.total_plan_ms,
		s.shared_blks_hit, s.shared_blks_read, s.shared_blks_dirtied, s.shared_blks_written,
		s.temp_blks_read, s.temp_blks_written, s.wal_bytes,
		k.fingerprint, k.dbid, k.userid, k.series_id, k.server_id,
		almanac.quantile(l.latency, 0.5) AS p50_ms, almanac.quantile(l.latency, 0.95) AS p95_ms,
		almanac.quantile(l.latency, 0.99) AS p99_ms, l.latency, s.errors, s.cancels, s.timeouts
	FROM almanac.statement_names k
	LEFT JOIN almanac.totals('statement') AS s (series_id integer, last_time timestamptz, calls bigint, rows bigint,
		total_exec_ms double precision, total_plan_ms double precision, shared_blks_hit bigint, shared_blks_read bigint,
		shared_blks_dirtied bigint, shared_blks_written bigint, temp_blks_read bigint, temp_blks_written bigint,
		wal_bytes bigint, errors bigint, cancels bigint, timeouts bigint) ON s.series_id = k.series_id
	LEFT JOIN (SELECT DISTINCT ON (t.series_id) t.series_id, t.latency
		FROM almanac.totals('statement') AS t (series_id integer, latency almanac.histogram)) l ON l.series_id = k.series_id;
COMMENT ON VIEW almanac.statements IS 'every statement that was ever seen, with its totals since recording began';

CREATE VIEW almanac.status AS
	SELECT e.extversion AS version, w.state, w.preloaded, w.database, w.launcher_pid, w.worker_pid, w.worker_started,
		w.worker_memory_bytes, w.worker_cpu_ms, w.cpu_percent, pg_catalog.make_interval(secs => w.snapshot_interval) AS snapshot_interval,
		pg_catalog.make_interval(secs => w.relation_interval) AS relation_interval, w.upkeep_cpu_ms, w.upkeep_wal_bytes, w.free_bytes,
		c.started AS recording_since, c.snapshot_id AS last_snapshot_id, c."time" AS last_snapshot,
		pg_catalog.clock_timestamp() - c."time" AS since_last_snapshot,
		(SELECT p.extversion FROM pg_catalog.pg_extension p WHERE p.extname = 'pg_stat_statements') AS pg_stat_statements,
		h.history_bytes, h.journal_bytes, j.journal_rows, j.journal_samples, j.journal_since,
		s.sources, x.source_errors, x.last_error, x.last_error_time,
		(SELECT pg_catalog.string_agg(o.figures || ' (' || o.source || '): ' || o.note, '; ') FROM almanac.host_sources() o WHERE o.note IS NOT NULL) AS host_notes,
		l."time" AS last_drop, l.reason AS last_drop_reason, l.stream || ' ' || l.tier AS last_drop_of,
		p.slots AS capture_slots, p.used AS capture_used, p.reclaimed AS capture_reclaimed, p.unplaced AS capture_unplaced,
		p.other_calls AS capture_other_calls, LEAST(c.calls_with_latency / NULLIF(c.calls, 0)::float8, 1) AS latency_coverage
	FROM almanac.worker_status() w
	CROSS JOIN almanac.recorder c
	CROSS JOIN almanac.capture_status() p
	CROSS JOIN (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'pg_almanac') e
	CROSS JOIN (SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(r.oid))::bigint AS history_bytes,
			pg_catalog.sum(pg_catalog.pg_total_relation_size(r.oid)) FILTER (WHERE r.relname = 'journal')::bigint AS journal_bytes
		FROM pg_catalog.pg_class r WHERE r.relnamespace = 'almanac'::regnamespace AND r.relkind = 'r') h
	CROSS JOIN (SELECT pg_catalog.count(*) AS journal_rows, COALESCE(pg_catalog.sum(samples), 0) AS journal_samples,
			pg_catalog.min("time") AS journal_since FROM almanac.journal) j
	CROSS JOIN (SELECT pg_catalog.count(*) AS sources FROM almanac.sources) s
	CROSS JOIN (SELECT COALESCE(pg_catalog.sum(errors), 0) AS source_errors,
			(pg_catalog.array_agg(message ORDER BY "time" DESC))[1] AS last_error,
			pg_catalog.max("time") AS last_error_time FROM almanac.source_errors) x
	LEFT JOIN LATERAL (SELECT d."time", d.reason, d.stream, d.tier FROM almanac.drops d ORDER BY d."time" DESC LIMIT 1) l ON true
	WHERE c.server_id = 0;
COMMENT ON VIEW almanac.status IS 'pg_almanac itself: what it does, since when, and what it takes';
