-- Findings about settings beside the storage, the WAL and the load. Each is of a server that has something to do: on others nobody would notice.

-- Storage is taken for solid-state if all devices of data say that they do not turn, or somebody has said so: virtual disks mostly say that
-- they turn, whatever they are.
CREATE FUNCTION almanac.storage_figures(at timestamptz, OUT solid_state boolean, OUT told_by text)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN almanac.finding_threshold('storage_ssd') > 0 THEN true WHEN bool_and(s.rotational = 0) THEN true END,
		CASE WHEN almanac.finding_threshold('storage_ssd') > 0 THEN 'threshold storage_ssd' WHEN bool_and(s.rotational = 0) THEN 'device ' || string_agg(DISTINCT k.device::text, ', ') END
	FROM almanac.sums('volume', storage_figures.at - '2 days'::interval, storage_figures.at) AS s (series_id integer, rotational bigint)
	JOIN almanac.volume_keys k ON k.series_id = s.series_id AND k.server_id = 0 AND k.kind IN ('data', 'tablespace')
$$;
COMMENT ON FUNCTION almanac.storage_figures(timestamptz) IS 'whether data lie on solid-state storage, NULL if that is not known';

-- Not if roles or databases have their own, nor for what others than the default was chosen.
CREATE FUNCTION almanac.find_setting_random_page_cost(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_random_page_cost.at) f CROSS JOIN almanac.storage_figures(find_setting_random_page_cost.at) v
	CROSS JOIN LATERAL almanac.setting_draft('random_page_cost', '1.1', 3,
		format('random_page_cost is %s, as for disks that turn; storage is solid-state, as %s says', almanac.server_setting('random_page_cost'), v.told_by),
		'the planner takes an index where that is faster', jsonb_build_object('told_by', v.told_by, 'data_bytes', f.data_bytes::bigint)) d
	WHERE f.recorded AND v.solid_state AND f.data_bytes >= almanac.finding_threshold('database_min_bytes')
		AND (SELECT almanac.server_setting(s.name) = s.boot_val FROM pg_settings s WHERE s.name = 'random_page_cost')
		AND NOT EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE c LIKE 'random\_page\_cost=%')
$$;
COMMENT ON FUNCTION almanac.find_setting_random_page_cost(timestamptz) IS 'costs of disks that turn, with storage that does not';

-- Read-ahead of bitmap scans. Not where it is 0, which is what systems have that cannot.
CREATE FUNCTION almanac.find_setting_effective_io_concurrency(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_effective_io_concurrency.at) f CROSS JOIN almanac.storage_figures(find_setting_effective_io_concurrency.at) v
	CROSS JOIN LATERAL almanac.setting_draft('effective_io_concurrency', '200', 3,
		format('effective_io_concurrency is %s, as for a single disk; storage is solid-state, as %s says', almanac.server_setting('effective_io_concurrency'), v.told_by),
		'bitmap scans ask for blocks before they need them', jsonb_build_object('told_by', v.told_by, 'data_bytes', f.data_bytes::bigint)) d
	WHERE f.recorded AND v.solid_state AND f.data_bytes >= almanac.finding_threshold('database_min_bytes') AND almanac.server_setting('effective_io_concurrency') = '1'
$$;
COMMENT ON FUNCTION almanac.find_setting_effective_io_concurrency(timestamptz) IS 'no read-ahead, with storage that would allow it';

-- Of a page image at most a block is known: the share is at most so much.
CREATE FUNCTION almanac.find_setting_wal_compression(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_wal_compression.at) f
	CROSS JOIN LATERAL (SELECT least(1, f.wal_fpi_per_day * current_setting('wal_block_size')::float8 / NULLIF(f.wal_bytes_per_day, 0)) AS share) x
	CROSS JOIN LATERAL almanac.setting_draft('wal_compression', CASE WHEN EXISTS (SELECT FROM pg_settings s WHERE s.name = 'wal_compression' AND 'lz4' = ANY (s.enumvals)) THEN 'lz4' ELSE 'on' END, 3,
		format('%s of WAL a day, up to %s %% of it images of whole pages, and they are not compressed', pg_size_pretty(f.wal_bytes_per_day::bigint), round(100 * x.share)),
		'less WAL is written, archived and sent, for some CPU time', jsonb_build_object('wal_bytes_per_day', f.wal_bytes_per_day::bigint, 'full_pages_per_day', round(f.wal_fpi_per_day), 'full_page_share', round(x.share::numeric, 2))) d
	WHERE f.recorded AND almanac.server_setting('wal_compression') = 'off' AND almanac.server_setting('full_page_writes') = 'on'
		AND f.wal_bytes_per_day >= almanac.finding_threshold('wal_bytes') AND x.share >= almanac.finding_threshold('full_page_share')
$$;
COMMENT ON FUNCTION almanac.find_setting_wal_compression(timestamptz) IS 'images of pages that make most of the WAL';

CREATE FUNCTION almanac.find_setting_wal_buffers(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_wal_buffers.at, 'wal_buffers') f
	CROSS JOIN LATERAL (SELECT almanac.setting_bytes('wal_buffers') AS now) x
	CROSS JOIN LATERAL almanac.setting_draft('wal_buffers', least(67108864, greatest(16777216, 4 * x.now))::bigint / 1048576 || 'MB', 3,
		format('sessions write WAL because its buffers are full, %s times a day', round(f.wal_buffers_full_per_day)), 'they wait less for it', jsonb_build_object('wal_buffers_full_per_day', round(f.wal_buffers_full_per_day))) d
	WHERE f.recorded AND f.wal_buffers_full_per_day >= almanac.finding_threshold('wal_buffers_full') AND x.now < 67108864
$$;
COMMENT ON FUNCTION almanac.find_setting_wal_buffers(timestamptz) IS 'buffers of WAL that are full time and again';

-- Checkpoints that are due soon after one another make most pages go into WAL whole, again and again. Where they are forced before they are
-- due it would not help: checkpoints_forced tells of that.
CREATE FUNCTION almanac.find_setting_checkpoint_timeout(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_checkpoint_timeout.at, 'checkpoint_timeout') f
	CROSS JOIN LATERAL (SELECT least(1, f.wal_fpi_per_day * current_setting('wal_block_size')::float8 / NULLIF(f.wal_bytes_per_day, 0)) AS share,
		(SELECT s.setting::integer FROM pg_settings s WHERE s.name = 'checkpoint_timeout') AS seconds) x
	CROSS JOIN LATERAL almanac.setting_draft('checkpoint_timeout', '15min', 3,
		format('a checkpoint every %s s; %s of WAL a day, up to %s %% of it images of whole pages, one after each checkpoint', x.seconds, pg_size_pretty(f.wal_bytes_per_day::bigint), round(100 * x.share)),
		'fewer pages are written, and fewer of them whole into WAL; recovery from a crash takes longer',
		jsonb_build_object('wal_bytes_per_day', f.wal_bytes_per_day::bigint, 'full_page_share', round(x.share::numeric, 2), 'checkpoints_per_day', round(f.checkpoints))) d
	WHERE f.recorded AND x.seconds <= 300 AND almanac.server_setting('full_page_writes') = 'on' AND f.wal_bytes_per_day >= almanac.finding_threshold('wal_bytes') AND x.share >= almanac.finding_threshold('full_page_share')
		AND f.forced < f.checkpoints * almanac.finding_threshold('forced_checkpoint_share')
$$;
COMMENT ON FUNCTION almanac.find_setting_checkpoint_timeout(timestamptz) IS 'checkpoints that are due too soon';

CREATE FUNCTION almanac.find_setting_checkpoint_target(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_checkpoint_target.at) f
	CROSS JOIN LATERAL almanac.setting_draft('checkpoint_completion_target', '0.9', 3,
		format('checkpoints write what they have to in %s %% of the time that there is, with %s of WAL a day', round(100 * almanac.server_setting('checkpoint_completion_target')::numeric), pg_size_pretty(f.wal_bytes_per_day::bigint)),
		'storage is less busy with it at any moment', jsonb_build_object('wal_bytes_per_day', f.wal_bytes_per_day::bigint)) d
	WHERE f.recorded AND almanac.server_setting('checkpoint_completion_target')::float8 < 0.8 AND f.wal_bytes_per_day >= almanac.finding_threshold('wal_bytes')
$$;
COMMENT ON FUNCTION almanac.find_setting_checkpoint_target(timestamptz) IS 'checkpoints in a rush';

-- A twentieth of the memory up to 1 GB, unless all autovacuum workers together could take an eighth of it.
CREATE FUNCTION almanac.find_setting_maintenance_work_mem(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_maintenance_work_mem.at) f
	CROSS JOIN LATERAL (SELECT floor(least(1073741824, f.memory_bytes / 20, CASE WHEN almanac.server_setting('autovacuum_work_mem') = '-1' THEN f.memory_bytes / 8 / almanac.server_setting('autovacuum_max_workers')::float8 END) / 1048576) AS megabytes,
		almanac.setting_bytes('maintenance_work_mem') AS now) x
	CROSS JOIN LATERAL almanac.setting_draft('maintenance_work_mem', x.megabytes || 'MB', 3,
		format('maintenance_work_mem is %s, with %s of memory and %s of data', almanac.server_setting('maintenance_work_mem'), pg_size_pretty(f.memory_bytes::bigint), pg_size_pretty(f.data_bytes::bigint)),
		'indexes are built faster, and vacuum goes through those of large tables once', jsonb_build_object('memory_bytes', f.memory_bytes::bigint, 'data_bytes', f.data_bytes::bigint)) d
	WHERE f.recorded AND f.memory_bytes IS NOT NULL AND f.data_bytes >= 10 * almanac.finding_threshold('database_min_bytes') AND x.now < 0.5 * x.megabytes * 1048576
$$;
COMMENT ON FUNCTION almanac.find_setting_maintenance_work_mem(timestamptz) IS 'maintenance_work_mem that is small beside memory and data';

-- Tables whose vacuum is late for a day, although autovacuum may and nothing keeps it from removing rows: it does not get through.
CREATE FUNCTION almanac.find_autovacuum_behind(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM (SELECT count(*) AS late, sum((l.evidence ->> 'dead')::float8) AS dead FROM almanac.finding_log l
		WHERE l.kind = 'table_vacuum_late' AND l.state IN ('open', 'acknowledged') AND l.opened <= find_autovacuum_behind.at - '1 day'::interval AND (l.evidence ->> 'enabled')::boolean) t
	CROSS JOIN LATERAL (SELECT CASE WHEN almanac.server_setting('autovacuum_vacuum_cost_limit')::integer > 0 THEN almanac.server_setting('autovacuum_vacuum_cost_limit')::integer ELSE almanac.server_setting('vacuum_cost_limit')::integer END AS cost) c
	CROSS JOIN LATERAL (SELECT CASE WHEN c.cost < 2000 THEN 'autovacuum_vacuum_cost_limit' ELSE 'autovacuum_max_workers' END AS name,
		CASE WHEN c.cost < 2000 THEN 2000 ELSE 2 * almanac.server_setting('autovacuum_max_workers')::integer END AS value) s
	CROSS JOIN LATERAL almanac.setting_draft(s.name, s.value::text, 2, format('vacuum of %s tables is late since a day or more; autovacuum is on, and does not get through', t.late),
		CASE WHEN c.cost < 2000 THEN 'autovacuum gets more done, and reads and writes as much more' ELSE 'more tables at a time; together they are as fast as one, if their cost limit stays' END,
		jsonb_build_object('tables', t.late, 'dead_rows', t.dead, 'cost_limit', c.cost, 'max_workers', almanac.server_setting('autovacuum_max_workers')::integer)) d
	WHERE t.late >= almanac.finding_threshold('autovacuum_tables') AND almanac.server_setting('autovacuum') = 'on' AND s.value <= 20000
		AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.backend_xmin IS NOT NULL AND a.xact_start < clock_timestamp() - '1 hour'::interval)
		AND NOT EXISTS (SELECT FROM pg_prepared_xacts p WHERE p.prepared < clock_timestamp() - '1 hour'::interval)
		AND NOT EXISTS (SELECT FROM pg_replication_slots r WHERE age(r.xmin) > 1000000 OR NOT r.active AND r.xmin IS NOT NULL)
$$;
COMMENT ON FUNCTION almanac.find_autovacuum_behind(timestamptz) IS 'autovacuum that does not get through with its work';

-- Of statements that were compiled: what is saved elsewhere cannot be known, so only if it is a large part of what they take in all.
CREATE FUNCTION almanac.find_setting_jit(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH since AS MATERIALIZED (
		SELECT greatest(find_setting_jit.at - '1 day'::interval, (SELECT max(e."time") FROM almanac.event_log e WHERE e.server_id = 0 AND e.kind = 'setting_changed' AND e.objname ~ '^jit' AND e.dbid IS NULL)) AS since
	), j AS (
		SELECT sum(x.jit_ms) / 1000 AS jit_seconds, sum(s.total_exec_ms) / 1000 AS seconds, sum(s.calls) AS calls, count(*) AS statements
		FROM almanac.sums('statement', (SELECT s.since FROM since s), find_setting_jit.at) AS s (series_id integer, calls bigint, total_exec_ms double precision, jit_functions bigint,
			jit_generation_ms double precision, jit_inlining_ms double precision, jit_optimization_ms double precision, jit_emission_ms double precision)
		JOIN almanac.statement_keys k ON k.series_id = s.series_id AND k.server_id = 0 AND k.toplevel
		CROSS JOIN LATERAL (SELECT s.jit_generation_ms + s.jit_inlining_ms + s.jit_optimization_ms + s.jit_emission_ms AS jit_ms) x
		WHERE s.jit_functions > 0
	)
	SELECT d.key, d.dbid, d.schemaname, d.relname, d.object, d.objid, d.relid, d.series_id, d.severity, x.per_day, d.bytes, d.message, d.benefit, d.sql, d.locks, d.effort, d.evidence
	FROM j CROSS JOIN almanac.recorder r
	CROSS JOIN LATERAL (SELECT j.jit_seconds / greatest(1.0 / 24, extract(epoch FROM find_setting_jit.at - greatest(r.started, (SELECT s.since FROM since s))) / 86400)::float8 AS per_day, j.jit_seconds / NULLIF(j.seconds, 0) AS share) x
	CROSS JOIN LATERAL almanac.setting_draft('jit', 'off', 3,
		format('%s s a day go into compiling statements, %s %% of all the time that these take', round(x.per_day), round(100 * x.share)),
		'that time; those that run for many seconds may take longer: a higher jit_above_cost keeps it for them',
		jsonb_build_object('jit_seconds_per_day', round(x.per_day::numeric, 1), 'share', round(x.share::numeric, 3), 'statements', j.statements, 'jit_above_cost', almanac.server_setting('jit_above_cost'))) d
	WHERE r.server_id = 0 AND r.started <= find_setting_jit.at - almanac.finding_threshold('record_hours') * '1 hour'::interval
		AND almanac.server_setting('jit') = 'on' AND x.per_day >= almanac.finding_threshold('jit_seconds') AND x.share >= almanac.finding_threshold('jit_share')
$$;
COMMENT ON FUNCTION almanac.find_setting_jit(timestamptz) IS 'statements that are compiled for longer than it can save';

-- Whether there are any is told by version 17 and later; before that only that none are asked for is certain.
CREATE FUNCTION almanac.find_setting_huge_pages(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_huge_pages.at) f
	CROSS JOIN LATERAL almanac.setting_draft('huge_pages', 'try', 3,
		format('%s of shared_buffers lie in pages of 4 kB', almanac.server_setting('shared_buffers')), 'less memory and time for tables of pages, with vm.nr_hugepages of the system set for them',
		jsonb_build_object('shared_buffers', almanac.setting_bytes('shared_buffers')::bigint, 'huge_pages_status', current_setting('huge_pages_status', true))) d
	WHERE f.recorded AND almanac.setting_bytes('shared_buffers') >= almanac.finding_threshold('huge_pages_bytes') AND almanac.server_setting('huge_pages') = 'off'
$$;
COMMENT ON FUNCTION almanac.find_setting_huge_pages(timestamptz) IS 'large shared_buffers without huge pages';

-- Each may take work_mem, and more than once. Only if they were never needed in a week or more.
CREATE FUNCTION almanac.find_setting_max_connections(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_max_connections.at) f
	CROSS JOIN (SELECT max(s.connections_max) AS most FROM almanac.system_samples s JOIN almanac.system_keys k ON k.series_id = s.series_id AND k.server_id = 0
		WHERE s."time" > find_setting_max_connections.at - '35 days'::interval AND s."time" <= find_setting_max_connections.at) u
	CROSS JOIN almanac.recorder r
	CROSS JOIN LATERAL (SELECT almanac.server_setting('max_connections')::float8 AS now, (ceil(greatest(100, 2 * u.most) / 50.0) * 50)::integer AS enough) x
	CROSS JOIN LATERAL almanac.setting_draft('max_connections', x.enough::text, 3,
		format('max_connections is %s, at most %s were used; with work_mem %s each, all of them could take %s', x.now, u.most, almanac.server_setting('work_mem'), pg_size_pretty((x.now * almanac.setting_bytes('work_mem'))::bigint)),
		'a rush of connections is turned away before it takes all memory; work_mem can be larger', jsonb_build_object('most', u.most, 'max_connections', x.now, 'memory_bytes', f.memory_bytes::bigint)) d
	WHERE f.recorded AND r.server_id = 0 AND r.started <= find_setting_max_connections.at - '7 days'::interval AND x.enough < 0.5 * x.now AND x.now >= almanac.finding_threshold('connections_many')
		AND x.now * almanac.setting_bytes('work_mem') > f.memory_bytes
$$;
COMMENT ON FUNCTION almanac.find_setting_max_connections(timestamptz) IS 'many more connections than are used, which memory would not suffice for';

-- What one wishes to have been on afterwards. Times of I/O only where a look at the clock costs next to nothing, and there is I/O; waits for
-- locks only where there are some.
CREATE FUNCTION almanac.find_setting_diagnosis(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_diagnosis.at) f
	CROSS JOIN (SELECT max(s.connections_waiting_max) AS waiting FROM almanac.system_samples s JOIN almanac.system_keys k ON k.series_id = s.series_id AND k.server_id = 0
		WHERE s."time" > find_setting_diagnosis.at - '1 day'::interval AND s."time" <= find_setting_diagnosis.at) w
	CROSS JOIN (SELECT sum(s.blks_read) * current_setting('block_size')::float8 AS read FROM almanac.sums('database', find_setting_diagnosis.at - '1 day'::interval, find_setting_diagnosis.at) AS s (blks_read bigint)) b
	CROSS JOIN (SELECT CASE WHEN pg_has_role(current_user, 'pg_read_server_files', 'MEMBER') THEN
		rtrim(pg_read_file('/sys/devices/system/clocksource/clocksource0/current_clocksource', 0, 100, true), E'\n') END AS name) clock
	CROSS JOIN LATERAL (VALUES ('track_io_timing', b.read >= almanac.finding_threshold('timing_bytes') AND clock.name IN ('tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'),
			format('how long reads take is not measured: track_io_timing is off, with %s read in a day and a clock that costs little (%s)', pg_size_pretty(b.read::bigint), clock.name),
			'statements tell how long they wait for storage', jsonb_build_object('read_bytes_per_day', b.read::bigint, 'clock', clock.name)),
		('log_lock_waits', w.waiting > 0, format('up to %s sessions at a time waited for locks in the last day; for whom is not logged: log_lock_waits is off', w.waiting),
			'the log has who waited for whom for longer than deadlock_timeout', jsonb_build_object('waiting_max', w.waiting))) AS s (name, wanted, message, benefit, evidence)
	CROSS JOIN LATERAL almanac.setting_draft(s.name, 'on', 3, s.message, s.benefit, s.evidence) d
	WHERE f.recorded AND s.wanted AND almanac.server_setting(s.name) = 'off'
$$;
COMMENT ON FUNCTION almanac.find_setting_diagnosis(timestamptz) IS 'settings without which the cause of trouble cannot be told later';
