-- Findings about the server: settings beside the machine and the load, sessions, checkpoints, archive, slots, and what runs out.

-- The load is that of the last day, or since the setting was changed: what was before it tells nothing of its value now.
CREATE FUNCTION almanac.server_figures(at timestamptz, setting text DEFAULT NULL, OUT memory_bytes double precision, OUT data_bytes double precision, OUT temp_bytes_per_day double precision,
		OUT checkpoints double precision, OUT forced double precision, OUT evicted_per_day double precision, OUT wal_bytes_per_day double precision, OUT wal_fpi_per_day double precision,
		OUT wal_buffers_full_per_day double precision, OUT recorded boolean)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	started CONSTANT timestamptz := (SELECT r.started FROM almanac.recorder r WHERE r.server_id = 0);
	since CONSTANT timestamptz := greatest(at - '1 day'::interval, (SELECT max(e."time") FROM almanac.event_log e
		WHERE e.server_id = 0 AND e.kind = 'setting_changed' AND e.objname = server_figures.setting AND e.dbid IS NULL AND e."time" <= at));
	days CONSTANT double precision := greatest(1.0 / 24, extract(epoch FROM at - greatest(started, since)) / 86400);
BEGIN
	recorded := started <= at - almanac.finding_threshold('record_hours') * '1 hour'::interval;
	SELECT least(s.memory_total_bytes, s.cgroup_memory_limit_bytes) INTO memory_bytes
		FROM almanac.sums('system', at - '2 days'::interval, at) AS s (series_id integer, memory_total_bytes bigint, cgroup_memory_limit_bytes bigint)
		JOIN almanac.system_keys k ON k.series_id = s.series_id AND k.server_id = 0;
	SELECT (s.checkpoints_timed + s.checkpoints_req) / days, s.checkpoints_req / days, s.wal_bytes / days, s.wal_fpi / days, s.wal_buffers_full / days
		INTO checkpoints, forced, wal_bytes_per_day, wal_fpi_per_day, wal_buffers_full_per_day
		FROM almanac.sums('system', since, at) AS s (series_id integer, checkpoints_timed bigint, checkpoints_req bigint, wal_bytes bigint, wal_fpi bigint, wal_buffers_full bigint)
		JOIN almanac.system_keys k ON k.series_id = s.series_id AND k.server_id = 0;
	SELECT sum(s.size_bytes) INTO data_bytes
		FROM almanac.sums('database', at - '35 days'::interval, at) AS s (series_id integer, size_bytes bigint) JOIN almanac.database_keys k ON k.series_id = s.series_id AND k.server_id = 0;
	SELECT sum(s.temp_bytes) / days INTO temp_bytes_per_day
		FROM almanac.sums('database', since, at) AS s (series_id integer, temp_bytes bigint) JOIN almanac.database_keys k ON k.series_id = s.series_id AND k.server_id = 0;
	SELECT sum(s.evicted) / days INTO evicted_per_day
		FROM almanac.sums('snapshot', since, at) AS s (series_id integer, evicted bigint) JOIN almanac.snapshot_keys k ON k.series_id = s.series_id AND k.server_id = 0
		WHERE k.stream = 'statement';
END
$$;
COMMENT ON FUNCTION almanac.server_figures(timestamptz, text) IS 'the machine, the data and the load, for the functions that look for findings';

-- A draft about a setting. What needs a restart keeps being found until then.
CREATE FUNCTION almanac.setting_draft(setting text, value text, severity integer, message text, benefit text, evidence jsonb) RETURNS almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT setting_draft.setting, 0::oid, NULL::name, NULL::name, setting_draft.setting, NULL::oid, NULL::oid, NULL::integer, setting_draft.severity, NULL::float8, NULL::bigint, setting_draft.message
			|| CASE WHEN s.pending_restart THEN '; it was changed, and waits for a restart' ELSE '' END, setting_draft.benefit,
		format('ALTER SYSTEM SET %I = %L; SELECT pg_reload_conf()', setting_draft.setting, setting_draft.value),
		CASE WHEN s.context = 'postmaster' THEN 'none; takes effect with the next restart of the server' ELSE 'none' END, CASE WHEN s.context = 'postmaster' THEN 'medium' ELSE 'low' END,
		setting_draft.evidence || jsonb_build_object('setting', setting_draft.setting, 'value', almanac.server_setting(setting_draft.setting), 'suggested', setting_draft.value, 'pending_restart', s.pending_restart)
	FROM pg_settings s WHERE s.name = setting_draft.setting
$$;
COMMENT ON FUNCTION almanac.setting_draft(text, text, integer, text, text, jsonb) IS 'a finding about a setting';

-- A quarter of the memory, but no more than there is to keep in it.
CREATE FUNCTION almanac.find_setting_shared_buffers(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_shared_buffers.at) f
	CROSS JOIN LATERAL (SELECT floor(least(f.memory_bytes / 4, f.data_bytes) / 1048576) AS megabytes, almanac.setting_bytes('shared_buffers') AS now) x
	CROSS JOIN LATERAL almanac.setting_draft('shared_buffers', x.megabytes || 'MB', 3,
		format('shared_buffers is %s, with %s of memory and %s of data', almanac.server_setting('shared_buffers'), pg_size_pretty(f.memory_bytes::bigint), pg_size_pretty(f.data_bytes::bigint)),
		'fewer blocks are read anew', jsonb_build_object('memory_bytes', f.memory_bytes::bigint, 'data_bytes', f.data_bytes::bigint)) d
	WHERE f.recorded AND f.memory_bytes IS NOT NULL AND f.data_bytes >= almanac.finding_threshold('database_min_bytes') AND x.now < 0.5 * x.megabytes * 1048576
$$;
COMMENT ON FUNCTION almanac.find_setting_shared_buffers(timestamptz) IS 'shared_buffers that are small beside memory and data';

CREATE FUNCTION almanac.find_setting_effective_cache_size(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_effective_cache_size.at) f
	CROSS JOIN LATERAL (SELECT floor(f.memory_bytes * 0.7 / 1048576) AS megabytes, almanac.setting_bytes('effective_cache_size') AS now) x
	CROSS JOIN LATERAL almanac.setting_draft('effective_cache_size', x.megabytes || 'MB', 3,
		format('effective_cache_size is %s, with %s of memory', almanac.server_setting('effective_cache_size'), pg_size_pretty(f.memory_bytes::bigint)),
		'the planner knows that indexes stay in memory', jsonb_build_object('memory_bytes', f.memory_bytes::bigint)) d
	WHERE f.recorded AND f.memory_bytes IS NOT NULL AND f.data_bytes >= almanac.finding_threshold('database_min_bytes') AND x.now < 0.5 * x.megabytes * 1048576
$$;
COMMENT ON FUNCTION almanac.find_setting_effective_cache_size(timestamptz) IS 'effective_cache_size that is small beside the memory';

-- Four times as much, if all connections may take it at once and leave three quarters of the memory.
CREATE FUNCTION almanac.find_setting_work_mem(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_setting_work_mem.at, 'work_mem') f
	CROSS JOIN LATERAL (SELECT almanac.setting_bytes('work_mem') AS now) n
	CROSS JOIN LATERAL (SELECT floor(least(4 * n.now, 268435456, f.memory_bytes / 4 / almanac.server_setting('max_connections')::float8) / 1048576) AS megabytes) x
	CROSS JOIN LATERAL almanac.setting_draft('work_mem', x.megabytes || 'MB', 3,
		format('statements write %s of temporary files a day, with work_mem %s', pg_size_pretty(f.temp_bytes_per_day::bigint), almanac.server_setting('work_mem')),
		'sorts and hashes in memory', jsonb_build_object('temp_bytes_per_day', f.temp_bytes_per_day::bigint, 'memory_bytes', f.memory_bytes::bigint)) d
	WHERE f.recorded AND f.memory_bytes IS NOT NULL AND f.temp_bytes_per_day >= almanac.finding_threshold('temp_bytes') AND x.megabytes * 1048576 >= 1.5 * n.now
$$;
COMMENT ON FUNCTION almanac.find_setting_work_mem(timestamptz) IS 'work_mem that is small beside what is written to temporary files';

CREATE FUNCTION almanac.find_setting_unsafe(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM (VALUES ('fsync'), ('full_page_writes')) AS s (name)
	CROSS JOIN LATERAL almanac.setting_draft(s.name, 'on', 1, format('%s is off: a crash of the machine may leave the database corrupt', s.name), 'data survive crashes', '{}') d
	WHERE almanac.server_setting(s.name) = 'off'
$$;
COMMENT ON FUNCTION almanac.find_setting_unsafe(timestamptz) IS 'settings with which a crash may lose the database';

CREATE FUNCTION almanac.find_setting_autovacuum(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM (VALUES ('autovacuum'), ('track_counts')) AS s (name)
	CROSS JOIN LATERAL almanac.setting_draft(s.name, 'on', 1, format('%s is off: nothing is vacuumed or analyzed by itself', s.name), 'dead rows are removed and statistics kept up', '{}') d
	WHERE almanac.server_setting(s.name) = 'off'
$$;
COMMENT ON FUNCTION almanac.find_setting_autovacuum(timestamptz) IS 'autovacuum that is turned off';

CREATE FUNCTION almanac.find_checkpoints_forced(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_checkpoints_forced.at, 'max_wal_size') f
	CROSS JOIN LATERAL almanac.setting_draft('max_wal_size', 2 * floor(almanac.setting_bytes('max_wal_size') / 1048576) || 'MB', 3,
		format('%s of %s checkpoints a day come before checkpoint_timeout is over', round(f.forced), round(f.checkpoints)),
		'fewer pages are written, and fewer of them whole into WAL; recovery from a crash takes longer', jsonb_build_object('checkpoints_per_day', round(f.checkpoints), 'forced_per_day', round(f.forced))) d
	WHERE f.recorded AND f.forced >= almanac.finding_threshold('forced_checkpoints') AND f.forced >= f.checkpoints * almanac.finding_threshold('forced_checkpoint_share')
$$;
COMMENT ON FUNCTION almanac.find_checkpoints_forced(timestamptz) IS 'checkpoints that were not due';

CREATE FUNCTION almanac.find_statements_evicted(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.* FROM almanac.server_figures(find_statements_evicted.at, 'pg_stat_statements.max') f
	CROSS JOIN LATERAL almanac.setting_draft('pg_stat_statements.max', (2 * almanac.server_setting('pg_stat_statements.max')::bigint)::text, 3,
		format('pg_stat_statements forgets %s statements a day to make room for others', round(f.evicted_per_day::numeric)),
		'the history of statements has fewer gaps; statements that differ in their text alone, such as IN lists of many lengths, are better made one',
		jsonb_build_object('evicted_per_day', round(f.evicted_per_day::numeric))) d
	WHERE f.recorded AND f.evicted_per_day >= almanac.finding_threshold('evictions') AND almanac.server_setting('pg_stat_statements.max') IS NOT NULL
$$;
COMMENT ON FUNCTION almanac.find_statements_evicted(timestamptz) IS 'pg_stat_statements that is too small for the statements there are';

-- Of one application together: what it does tomorrow goes on in the same finding.
CREATE FUNCTION almanac.find_idle_in_transaction(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('%s/%s/%s', a.datname, a.usename, a.application_name), a.datid, NULL::name, NULL::name, COALESCE(NULLIF(a.application_name, ''), a.usename::text), NULL::oid, NULL::oid, NULL::integer,
		CASE WHEN a.longest >= '1 hour' AND a.holds THEN 1 ELSE 2 END, NULL::float8, NULL::bigint,
		format('%s of role %s in database %s %s idle in a transaction, for %s', CASE a.sessions WHEN 1 THEN 'a session' ELSE a.sessions || ' sessions' END, a.usename, a.datname,
			CASE a.sessions WHEN 1 THEN 'is' ELSE 'are' END, date_trunc('second', a.longest)) || CASE WHEN a.holds THEN '; vacuum cannot remove rows that died since' ELSE '' END,
		'locks are given back, and vacuum can do its work', format('SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a WHERE a.pid = ANY (%L) AND a.state ~ ''^idle in transaction''', a.pids::text),
		'none; ends the sessions, and what they had not committed', 'low', jsonb_build_object('pids', a.pids, 'seconds', round(extract(epoch FROM a.longest)), 'holds_snapshot', a.holds)
	FROM (SELECT a.datid, a.datname, a.usename, a.application_name, count(*) AS sessions, array_agg(a.pid ORDER BY a.pid) AS pids, max(clock_timestamp() - a.state_change) AS longest,
			bool_or(a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL) AS holds
		FROM pg_stat_activity a WHERE a.datid IS NOT NULL AND a.state ~ '^idle in transaction' AND a.state_change <= clock_timestamp() - almanac.finding_threshold('idle_transaction_minutes') * '1 minute'::interval
		GROUP BY 1, 2, 3, 4) a
$$;
COMMENT ON FUNCTION almanac.find_idle_in_transaction(timestamptz) IS 'sessions that leave a transaction open and do nothing';

CREATE FUNCTION almanac.find_prepared_transaction(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT p.gid, d.oid, NULL::name, NULL::name, p.gid, NULL::oid, NULL::oid, NULL::integer, CASE WHEN p.prepared <= clock_timestamp() - '1 day'::interval THEN 1 ELSE 2 END, NULL::float8, NULL::bigint,
		format('transaction %s of role %s in database %s is prepared since %s; it keeps its locks, and vacuum from its work', p.gid, p.owner, p.database, to_char(p.prepared, 'YYYY-MM-DD HH24:MI')),
		'locks are given back, and vacuum can do its work', format('ROLLBACK PREPARED %L', p.gid), 'none; in database ' || p.database || '; ask its transaction manager first', 'medium',
		jsonb_build_object('prepared', p.prepared, 'age', age(p.transaction))
	FROM pg_prepared_xacts p JOIN pg_database d ON d.datname = p.database
	WHERE p.prepared <= clock_timestamp() - almanac.finding_threshold('idle_transaction_minutes') * '1 minute'::interval
$$;
COMMENT ON FUNCTION almanac.find_prepared_transaction(timestamptz) IS 'transactions that were prepared and not ended';

CREATE FUNCTION almanac.find_deadlocks(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 'deadlocks', k.dbid, NULL::name, NULL::name, k.datname::text, NULL::oid, NULL::oid, NULL::integer, 3, NULL::float8, NULL::bigint,
		format('%s deadlocks in database %s in a day', s.deadlocks, k.datname), 'no transaction is cancelled for it; take locks in the same order everywhere', NULL::text, NULL::text, 'high',
		jsonb_build_object('deadlocks_per_day', s.deadlocks)
	FROM almanac.sums('database', find_deadlocks.at - '1 day'::interval, find_deadlocks.at) AS s (series_id integer, deadlocks bigint)
	JOIN almanac.database_keys k ON k.series_id = s.series_id AND k.server_id = 0
	WHERE s.deadlocks >= almanac.finding_threshold('deadlocks') * CASE WHEN EXISTS (SELECT FROM almanac.finding_log l WHERE l.kind = 'deadlocks' AND l.dbid = k.dbid AND l.state IN ('open', 'acknowledged')) THEN 0.5 ELSE 1 END
$$;
COMMENT ON FUNCTION almanac.find_deadlocks(timestamptz) IS 'databases with deadlocks';

CREATE FUNCTION almanac.find_archiver_failing(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 'archiver', 0::oid, NULL::name, NULL::name, 'archiver', NULL::oid, NULL::oid, NULL::integer, 1, NULL::float8, NULL::bigint,
		format('archiving of %s fails; the last that succeeded was %s', a.last_failed_wal, COALESCE('at ' || to_char(a.last_archived_time, 'YYYY-MM-DD HH24:MI'), 'none so far')),
		'backups can be restored up to now, and WAL does not fill its volume', NULL::text, NULL::text, 'medium',
		jsonb_build_object('failed_count', a.failed_count, 'last_failed_wal', a.last_failed_wal, 'last_failed_time', a.last_failed_time, 'last_archived_time', a.last_archived_time)
	FROM pg_stat_archiver a WHERE almanac.server_setting('archive_mode') <> 'off' AND a.last_failed_time > COALESCE(a.last_archived_time, '-infinity')
$$;
COMMENT ON FUNCTION almanac.find_archiver_failing(timestamptz) IS 'an archive command that fails, and has not succeeded since';

CREATE FUNCTION almanac.find_slot_unused(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.slot_name::text, 0::oid, NULL::name, NULL::name, s.slot_name::text, NULL::oid, NULL::oid, NULL::integer, CASE WHEN x.kept >= 10 * almanac.finding_threshold('slot_bytes') THEN 1 ELSE 2 END,
		NULL::float8, x.kept::bigint, format('nobody reads from replication slot %s; the server keeps %s of WAL for it', s.slot_name, pg_size_pretty(x.kept)),
		'frees ' || pg_size_pretty(x.kept) || ' where WAL lies', format('SELECT pg_drop_replication_slot(%L)', s.slot_name), 'none; a standby that comes back for it must be made anew', 'low',
		jsonb_build_object('slot_type', s.slot_type, 'wal_status', s.wal_status, 'max_slot_wal_keep_size', almanac.server_setting('max_slot_wal_keep_size'))
	FROM pg_replication_slots s CROSS JOIN LATERAL (SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn) AS kept) x
	WHERE NOT s.active AND NOT s.temporary AND x.kept >= almanac.finding_threshold('slot_bytes')
$$;
COMMENT ON FUNCTION almanac.find_slot_unused(timestamptz) IS 'replication slots that nobody reads from, for which WAL is kept';

-- CPU and memory in full use are no outage, and what a server does in its first hours tells little of them.
CREATE FUNCTION almanac.find_capacity(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c.resource || '/' || c.name, 0::oid, NULL::name, NULL::name, c.name, NULL::oid, NULL::oid, NULL::integer,
		CASE WHEN c.resource IN ('cpu', 'memory') THEN 2 WHEN c.verdict = 'limit reached' OR c.limit_likely <= find_capacity.at + '7 days'::interval THEN 0 WHEN c.verdict = 'threshold reached' OR c.limit_likely <= find_capacity.at + '30 days'::interval THEN 1 ELSE 2 END,
		NULL::float8, CASE WHEN c.unit = 'bytes' THEN (c."limit" - c.used)::bigint END,
		format('%s: %s %% of %s %s in use', replace(c.resource, '_', ' '), round(100 * c.used_share::numeric, 1), CASE WHEN c.unit = 'bytes' THEN pg_size_pretty(c."limit"::bigint) ELSE round(c."limit"::numeric)::text || ' ' || c.unit END,
				CASE WHEN c.name = replace(c.resource, '_', ' ') THEN '' ELSE 'of ' || c.name END)
			|| COALESCE('; all of it likely on ' || to_char(c.limit_likely, 'YYYY-MM-DD'), ''),
		'see view capacity', NULL::text, NULL::text, 'high',
		jsonb_build_object('resource', c.resource, 'used', c.used, 'limit', c."limit", 'share', c.used_share, 'threshold', c.threshold, 'verdict', c.verdict, 'limit_earliest', c.limit_earliest,
			'limit_likely', c.limit_likely, 'limit_latest', c.limit_latest)
	FROM almanac.capacity c CROSS JOIN almanac.recorder r
	WHERE r.server_id = 0 AND (c.verdict IN ('limit reached', 'threshold reached') OR c.limit_likely <= find_capacity.at + almanac.finding_threshold('capacity_days') * '1 day'::interval)
		AND (c.resource NOT IN ('cpu', 'memory') OR r.started <= find_capacity.at - almanac.finding_threshold('record_hours') * '1 hour'::interval)
$$;
COMMENT ON FUNCTION almanac.find_capacity(timestamptz) IS 'what view capacity says runs short';
