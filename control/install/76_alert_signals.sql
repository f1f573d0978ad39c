-- What alerts are made of: how it stands with everything that has a rule, as of now. Nothing of it reads history, and each function looks at every view
-- at most once, since the worker asks after each snapshot. What is far from any level may be left out: it counts as below.
--   cause     alerts with the same are one: two directories on a full disk, sessions that wait for a long transaction and what cannot be vacuumed for it
--   raises    false: belongs to the alert of its cause if there is one, and makes none
--   severity  NULL: that of the rule

CREATE VIEW almanac.alert_drafts AS
	SELECT NULL::text AS rule, NULL::text AS key, NULL::text AS cause, NULL::text AS area, NULL::boolean AS raises, NULL::integer AS severity, NULL::double precision AS value,
		NULL::text AS title, NULL::text AS message, NULL::bigint AS finding_id, NULL::jsonb AS evidence
	WHERE false;
COMMENT ON VIEW almanac.alert_drafts IS 'always empty: its columns are what the functions that look for alerts return';

-- Time in words of the two largest units.
CREATE FUNCTION almanac.seconds_text(seconds double precision) RETURNS text
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN seconds < 120 THEN round(seconds)::text || ' s' WHEN seconds < 7200 THEN round(seconds / 60)::text || ' min'
		WHEN seconds < 172800 THEN round(seconds / 3600)::text || ' h' ELSE round(seconds / 86400)::text || ' days' END;
COMMENT ON FUNCTION almanac.seconds_text(double precision) IS 'a length of time in words';

CREATE FUNCTION almanac.recording_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	worker record;
	last CONSTANT timestamptz := (SELECT COALESCE(r."time", r.started) FROM almanac.recorder r WHERE r.server_id = 0);
BEGIN
	SELECT * INTO worker FROM almanac.worker_status();
	IF worker.preloaded AND worker.state NOT IN ('disabled', 'extension missing', 'outdated', 'no space') THEN
		RETURN QUERY SELECT 'recording', 'worker', 'recording', 'recording', true, NULL::integer, extract(epoch FROM clock_timestamp() - last)::float8 / greatest(worker.snapshot_interval, 60), 'no snapshots are taken',
			format('the last snapshot was taken at %s; the worker is %s', to_char(last, 'YYYY-MM-DD HH24:MI:SS'), worker.state), NULL::bigint, jsonb_build_object('last_snapshot', last, 'state', worker.state);
	END IF;
	IF worker.state = 'no space' THEN
		RETURN QUERY SELECT 'no_space', 'worker', COALESCE('disk ' || v.device, 'recording'), 'recording', true, NULL::integer, 1::float8, 'too little space to record',
			format('nothing is recorded: %s are free, less than pg_almanac.min_free_space (%s)', pg_size_pretty(worker.free_bytes), current_setting('pg_almanac.min_free_space')), NULL::bigint,
			jsonb_build_object('free_bytes', worker.free_bytes, 'min_free_space', current_setting('pg_almanac.min_free_space'))
		FROM (SELECT) x LEFT JOIN LATERAL (SELECT n.device FROM almanac.volumes_now() n ORDER BY n.total_bytes - n.used_bytes LIMIT 1) v ON true;
	END IF;
	RETURN QUERY SELECT 'source_failing', 'sources', 'recording', 'recording', true, NULL::integer, count(*)::float8, 'part of the recording fails',
		format('%s of the sources of samples cannot be read: %s', count(*), min(e.message)), NULL::bigint, jsonb_build_object('sources', count(*), 'error', min(e.message))
	FROM almanac.source_errors e LEFT JOIN almanac.sources s ON s.server_id = e.server_id AND s.stream = e.stream AND s.source = e.source
	WHERE e.server_id = 0 AND e."time" > COALESCE(s."time", '-infinity') HAVING count(*) > 0;
END
$$;
COMMENT ON FUNCTION almanac.recording_signals(timestamptz) IS 'whether recording goes on, for alerts';

CREATE FUNCTION almanac.volume_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT 'disk', v.name, 'disk ' || v.device, 'server', true, NULL::integer, v.used_bytes / NULLIF(v.total_bytes, 0)::float8, format('disk of %s nearly full', v.name),
		format('%s %% of the disk of %s are in use, %s are free', round(100.0 * v.used_bytes / NULLIF(v.total_bytes, 0), 1), v.name, pg_size_pretty(v.total_bytes - v.used_bytes)), NULL::bigint,
		jsonb_build_object('used_bytes', v.used_bytes, 'total_bytes', v.total_bytes, 'device', v.device)
	FROM (SELECT CASE n.kind WHEN 'tablespace' THEN 'tablespace ' || n.name ELSE n.name END AS name, n.device, n.used_bytes, n.total_bytes FROM almanac.volumes_now() n) v;
END
$$;
COMMENT ON FUNCTION almanac.volume_signals(timestamptz) IS 'how full volumes are, for alerts';

CREATE FUNCTION almanac.session_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	reserved CONSTANT bigint := current_setting('superuser_reserved_connections')::bigint + COALESCE(current_setting('reserved_connections', true), '0')::bigint;
	usable CONSTANT bigint := greatest(current_setting('max_connections')::bigint - reserved, 1);
	longest_wait double precision;
	waiter record;
	root integer;
	blocker integer;
	hops integer := 0;
BEGIN
	RETURN QUERY
	WITH a AS MATERIALIZED (
		SELECT s.backend_type = 'client backend' AS client, s.pid, s.backend_type, s.datid, s.usesysid, s.application_name, s.state, s.backend_xmin, s.backend_xid,
			(s.wait_event_type = 'Lock') IS TRUE AS waits, extract(epoch FROM clock_timestamp() - s.xact_start)::float8 AS seconds
		FROM pg_stat_get_activity(NULL) s WHERE s.pid <> pg_backend_pid()
	)
	SELECT 'connections', 'connections', 'connections', 'server', true, NULL::integer, count(*)::float8 / usable, 'connections nearly used up',
		format('%s of %s connections are in use, %s of them idle', count(*), usable, count(*) FILTER (WHERE a.state = 'idle')), NULL::bigint,
		jsonb_build_object('connections', count(*), 'usable', usable, 'idle', count(*) FILTER (WHERE a.state = 'idle'), 'idle_in_transaction', count(*) FILTER (WHERE a.state ~ '^idle in'))
	FROM a WHERE a.client
	UNION ALL
	-- Who waits for a lock is not the one to look for.
	SELECT 'long_transaction', x.key, 'transaction ' || x.key, 'server', true, NULL, t.seconds, 'long transaction of ' || x.who,
		format('a transaction of %s, role %s in database %s, is open for %s%s', x.who, r.rolname, d.datname, almanac.seconds_text(t.seconds),
			CASE WHEN t.holds THEN '; vacuum cannot remove rows that died since' ELSE '' END), NULL,
		jsonb_build_object('pid', t.pid, 'seconds', round(t.seconds), 'holds', t.holds, 'state', t.state, 'datname', d.datname, 'role', r.rolname, 'application_name', t.application_name)
	FROM (SELECT DISTINCT ON (a.datid, a.usesysid, a.application_name) a.datid, a.usesysid, a.application_name, a.seconds, a.pid, a.state, a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL AS holds
		FROM a WHERE a.client AND NOT a.waits AND a.seconds >= 1 ORDER BY a.datid, a.usesysid, a.application_name, a.seconds DESC) t
	LEFT JOIN pg_database d ON d.oid = t.datid LEFT JOIN pg_roles r ON r.oid = t.usesysid
	CROSS JOIN LATERAL (SELECT concat_ws('/', d.datname, r.rolname, t.application_name) AS key, COALESCE(NULLIF(t.application_name, ''), r.rolname::text) AS who) x
	UNION ALL
	SELECT 'xmin_horizon', 'horizon', COALESCE(h.cause, 'transaction ' || concat_ws('/', d.datname, r.rolname, h.application_name)), 'server', true, NULL, h.age::float8, 'vacuum is held back by ' || h.who,
		format('%s holds on to a snapshot that is %s transactions old; vacuum cannot remove rows that died since', h.who, h.age), NULL, jsonb_build_object('age', h.age, 'holder', h.who, 'holds', true)
	FROM (SELECT h.* FROM (
			SELECT CASE WHEN a.client THEN NULL WHEN a.backend_type = 'walsender' THEN 'replication ' || a.application_name ELSE a.backend_type END AS cause,
				CASE WHEN a.client THEN 'a session of ' ELSE a.backend_type || ' ' END || COALESCE(a.application_name, '') AS who, age(a.backend_xmin) AS age, a.datid, a.usesysid, a.application_name
			FROM a WHERE a.backend_xmin IS NOT NULL
			UNION ALL
			SELECT 'replication ' || s.slot_name, 'replication slot ' || s.slot_name, greatest(age(s.xmin), age(s.catalog_xmin)), NULL, NULL, NULL FROM pg_replication_slots s WHERE s.xmin IS NOT NULL OR s.catalog_xmin IS NOT NULL
			UNION ALL
			SELECT 'prepared ' || p.gid, 'prepared transaction ' || p.gid, age(p.transaction), NULL, NULL, NULL FROM pg_prepared_xacts p) h
		ORDER BY h.age DESC, h.cause, h.datid, h.usesysid, h.application_name LIMIT 1) h
	LEFT JOIN pg_database d ON d.oid = h.datid LEFT JOIN pg_roles r ON r.oid = h.usesysid;

	-- Who waits, and for whom, is known to the lock manager alone. It is asked only if somebody has waited for a while.
	longest_wait := (SELECT max(extract(epoch FROM clock_timestamp() - s.query_start)) FROM pg_stat_get_activity(NULL) s WHERE s.wait_event_type = 'Lock' AND s.backend_type = 'client backend');
	IF longest_wait >= 1 THEN
		SELECT l.pid, extract(epoch FROM clock_timestamp() - l.waitstart)::float8 AS seconds, count(*) OVER () AS waiters INTO waiter
			FROM pg_locks l WHERE NOT l.granted AND l.waitstart IS NOT NULL ORDER BY l.waitstart, l.pid LIMIT 1;
		IF waiter.seconds >= 1 THEN
			root := waiter.pid;
			LOOP
				blocker := (pg_blocking_pids(root))[1];
				EXIT WHEN blocker IS NULL OR blocker = waiter.pid OR hops >= 10;
				root := blocker;
				hops := hops + 1;
			END LOOP;
			RETURN QUERY SELECT 'lock_waits', 'locks', COALESCE('transaction ' || concat_ws('/', s.datname, s.usename, s.application_name), 'lock_waits'), 'server', true, NULL::integer, waiter.seconds, 'sessions wait for a lock',
				CASE waiter.waiters WHEN 1 THEN 'a session waits' ELSE waiter.waiters || ' sessions wait' END || format(' for a lock, the longest for %s', almanac.seconds_text(waiter.seconds)) || CASE WHEN root = waiter.pid THEN ''
					WHEN root = 0 THEN '; a prepared transaction is in the way' ELSE format('; session %s is in the way%s', root,
						COALESCE(format(': %s, role %s in database %s, %s', COALESCE(NULLIF(s.application_name, ''), s.backend_type), s.usename, s.datname, s.state), '')) END, NULL::bigint,
				jsonb_build_object('waiters', waiter.waiters, 'seconds', round(waiter.seconds), 'longest_waiter', waiter.pid, 'blocker', NULLIF(root, waiter.pid))
			FROM (SELECT) x LEFT JOIN pg_stat_activity s ON s.pid = root AND root <> waiter.pid;
		END IF;
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.session_signals(timestamptz) IS 'connections, long transactions, waits for locks, and what holds vacuum back, for alerts';

CREATE FUNCTION almanac.database_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT 'transaction_ids', d.datname::text, 'transaction_ids ' || d.datname, 'server', true, NULL::integer, d.age::float8, 'transaction IDs run out in database ' || d.datname,
		format('the oldest rows of database %s are %s %s old; at 2.1 billion the server takes no more writes', d.datname, d.age, d.unit), NULL::bigint, jsonb_build_object('datname', d.datname, 'age', d.age)
	FROM (SELECT p.datname, greatest(age(p.datfrozenxid), mxid_age(p.datminmxid)) AS age, CASE WHEN age(p.datfrozenxid) >= mxid_age(p.datminmxid) THEN 'transactions' ELSE 'multixacts' END AS unit
		FROM pg_database p WHERE p.datfrozenxid <> '0' ORDER BY 2 DESC LIMIT 20) d;
	RETURN QUERY SELECT 'checksum_failures', COALESCE(s.datname, 'shared')::text, 'checksums ' || COALESCE(s.datname, 'shared'), 'server', true, NULL::integer, s.checksum_failures::float8, 'data are corrupt in ' || COALESCE('database ' || s.datname, 'shared tables'),
		format('%s pages of %s had a wrong checksum, the last at %s', s.checksum_failures, COALESCE('database ' || s.datname, 'shared tables'), to_char(s.checksum_last_failure, 'YYYY-MM-DD HH24:MI')), NULL::bigint,
		jsonb_build_object('datname', s.datname, 'checksum_failures', s.checksum_failures, 'checksum_last_failure', s.checksum_last_failure)
	FROM pg_stat_database s WHERE s.checksum_last_failure > clock_timestamp() - '1 day'::interval;
END
$$;
COMMENT ON FUNCTION almanac.database_signals(timestamptz) IS 'ages and checksums of databases, for alerts';

-- A standby and the slot that it uses are one thing.
CREATE FUNCTION almanac.replication_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	WITH slot AS MATERIALIZED (SELECT s.slot_name::text AS name, s.active_pid, s.wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)::float8 AS retained FROM pg_replication_slots s),
	standby AS MATERIALIZED (
		SELECT COALESCE(s.name, r.application_name) AS name, max(extract(epoch FROM r.replay_lag))::float8 AS seconds, max(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn))::float8 AS bytes
		FROM pg_stat_replication r LEFT JOIN slot s ON s.active_pid = r.pid GROUP BY 1)
	SELECT 'replication_lag', s.name, 'replication ' || s.name, 'server', true, NULL::integer, s.seconds, format('standby %s lags behind', s.name),
		format('standby %s is %s behind', s.name, almanac.seconds_text(s.seconds)), NULL::bigint, jsonb_build_object('standby', s.name, 'seconds', s.seconds, 'bytes', s.bytes) FROM standby s WHERE s.seconds IS NOT NULL
	UNION ALL
	SELECT 'replication_bytes', s.name, 'replication ' || s.name, 'server', true, NULL, s.bytes, format('standby %s lags behind', s.name),
		format('standby %s has not replayed %s of WAL', s.name, pg_size_pretty(s.bytes::bigint)), NULL, jsonb_build_object('standby', s.name, 'seconds', s.seconds, 'bytes', s.bytes) FROM standby s WHERE s.bytes IS NOT NULL
	UNION ALL
	SELECT 'slot_retained', s.name, 'replication ' || s.name, 'server', true, NULL, s.retained, format('replication slot %s keeps WAL', s.name),
		format('the server keeps %s of WAL for replication slot %s, %s', pg_size_pretty(s.retained::bigint), s.name, CASE WHEN s.active_pid IS NULL THEN 'that nobody reads from' ELSE 'whose reader is behind' END),
		NULL, jsonb_build_object('slot', s.name, 'retained_bytes', s.retained, 'active', s.active_pid IS NOT NULL, 'wal_status', s.wal_status) FROM slot s WHERE s.retained IS NOT NULL
	UNION ALL
	SELECT 'archiver_failing', 'archiver', 'archiver', 'server', true, NULL, 1, 'WAL is not archived',
		format('archiving of %s fails; the last that succeeded was %s', a.last_failed_wal, COALESCE('at ' || to_char(a.last_archived_time, 'YYYY-MM-DD HH24:MI'), 'none so far')), NULL,
		jsonb_build_object('failed_count', a.failed_count, 'last_failed_wal', a.last_failed_wal, 'last_failed_time', a.last_failed_time, 'last_archived_time', a.last_archived_time)
	FROM pg_stat_archiver a WHERE current_setting('archive_mode') <> 'off' AND a.last_failed_time > COALESCE(a.last_archived_time, '-infinity');
END
$$;
COMMENT ON FUNCTION almanac.replication_signals(timestamptz) IS 'standbys, replication slots and the archive, for alerts';

-- What a finding has its cause in. Relations of a kind and database are told of together.
CREATE FUNCTION almanac.finding_cause(kind text, area text, key text, datname text, evidence jsonb, holder text, devices jsonb) RETURNS text
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
	RETURN CASE
		WHEN kind = 'capacity' THEN CASE evidence ->> 'resource' WHEN 'disk' THEN COALESCE('disk ' || (devices ->> substr(key, 6)), key) WHEN 'connections' THEN 'connections'
			WHEN 'transaction_ids' THEN 'transaction_ids ' || substr(key, 17) WHEN 'multixact_ids' THEN 'transaction_ids ' || substr(key, 15) WHEN 'replication_slots' THEN 'replication ' || substr(key, 19) ELSE key END
		WHEN kind = 'archiver_failing' THEN 'archiver'
		WHEN kind = 'slot_unused' THEN 'replication ' || key
		WHEN kind = 'idle_in_transaction' THEN 'transaction ' || key
		WHEN kind = 'prepared_transaction' THEN 'prepared ' || key
		WHEN kind = 'regression' THEN 'regression ' || key
		WHEN kind = 'table_vacuum_late' AND (evidence ->> 'oldest_snapshot_age')::bigint >= 1000000 AND holder IS NOT NULL THEN holder
		WHEN kind = 'table_xid_age' THEN CASE WHEN (evidence ->> 'oldest_snapshot')::bigint >= 0.5 * (evidence ->> 'age')::bigint AND holder IS NOT NULL THEN holder ELSE 'transaction_ids ' || COALESCE(datname, '') END
		WHEN area IN ('tables', 'indexes') THEN concat_ws(' ', kind, datname)
		ELSE concat_ws(' ', kind, datname, key) END;
COMMENT ON FUNCTION almanac.finding_cause(text, text, text, text, jsonb, text, jsonb) IS 'what a finding is told of together with';

CREATE FUNCTION almanac.finding_signals(at timestamptz) RETURNS SETOF almanac.alert_drafts
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	mildest CONSTANT integer := (SELECT COALESCE(max(greatest(COALESCE(s.severity, 1), 1)), 1) FROM almanac.alert_rule_settings s WHERE s.name ~ '^finding');
	-- The transaction that holds vacuum back, if there is an alert of it.
	holder CONSTANT text := (SELECT s.cause FROM almanac.alert_signals s WHERE s.state <> 'rising' AND (s.evidence ->> 'holds' = 'true' OR s.evidence ->> 'holds_snapshot' = 'true')
		ORDER BY s.rule <> 'xmin_horizon', (s.evidence ->> 'seconds')::float8 DESC NULLS LAST, s.cause LIMIT 1);
	devices jsonb;
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.finding_log l WHERE l.state IN ('open', 'acknowledged') AND l.severity <= mildest) AND holder IS NULL THEN
		RETURN;
	END IF;
	devices := (SELECT jsonb_object_agg(CASE v.kind WHEN 'tablespace' THEN 'tablespace ' || v.name ELSE v.name END, v.device) FROM almanac.volumes_now() v);
	RETURN QUERY
	SELECT 'finding.' || l.kind, l.dbid || '/' || l.key, almanac.finding_cause(l.kind, k.area, l.key, COALESCE(NULLIF(d.datname, ''), p.datname), l.evidence, holder, devices), k.area,
		l.severity <= COALESCE(one.severity, every.severity, 1), l.severity::integer, 1::float8,
		k.title || COALESCE(': ' || CASE WHEN l.kind = 'capacity' THEN l.evidence ->> 'resource' || ' ' ELSE '' END || l.object, ''), l.message, l.finding_id, l.evidence
	FROM (SELECT * FROM almanac.finding_log f WHERE f.state IN ('open', 'acknowledged') AND (f.muted_until > clock_timestamp()) IS NOT TRUE
			AND (f.severity <= mildest OR holder IS NOT NULL AND f.kind = 'table_vacuum_late' AND (f.evidence ->> 'oldest_snapshot_age')::bigint >= 1000000)
		ORDER BY f.severity, f.finding_id LIMIT 1000) l
	JOIN almanac.finding_kinds k ON k.kind = l.kind
	LEFT JOIN almanac.database_keys d ON d.dbid = l.dbid AND d.server_id = 0 AND l.dbid <> 0
	LEFT JOIN pg_database p ON p.oid = l.dbid
	LEFT JOIN almanac.alert_rule_settings one ON one.name = 'finding.' || l.kind
	LEFT JOIN almanac.alert_rule_settings every ON every.name = 'finding'
	WHERE COALESCE(one.enabled, every.enabled, true) AND (l.severity <= COALESCE(one.severity, every.severity, 1) OR l.kind = 'table_vacuum_late' AND holder IS NOT NULL);
END
$$;
COMMENT ON FUNCTION almanac.finding_signals(timestamptz) IS 'open findings that raise alerts, or belong to one';
