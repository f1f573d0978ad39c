-- Findings about the operation of the server: connections, standbys, backups, damage.

-- By application, role and database. A pool keeps some connections idle for good: only if they are a large part of what there is.
CREATE FUNCTION almanac.find_idle_connections(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('%s/%s/%s', a.datname, a.usename, a.application_name), a.datid, NULL::name, NULL::name, COALESCE(NULLIF(a.application_name, ''), a.usename::text), NULL::oid, NULL::oid, NULL::integer,
		3, NULL::float8, NULL::bigint,
		format('%s connections of role %s to database %s, of %s that the server has, are idle since more than %s', a.sessions, a.usename, a.datname, almanac.server_setting('max_connections'), t.idle),
		'connections for others, and memory; a pool that is smaller does not make them again', format('SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a WHERE a.pid = ANY (%L) AND a.state = ''idle''', a.pids::text),
		'none; ends the sessions, which a pool has to bear', 'low', jsonb_build_object('sessions', a.sessions, 'pids', a.pids, 'longest_seconds', round(extract(epoch FROM a.longest)), 'max_connections', almanac.server_setting('max_connections')::integer)
	FROM (SELECT almanac.finding_threshold('idle_minutes') * '1 minute'::interval AS idle) t
	CROSS JOIN LATERAL (SELECT a.datid, a.datname, a.usename, a.application_name, count(*) AS sessions, array_agg(a.pid ORDER BY a.pid) AS pids, max(clock_timestamp() - a.state_change) AS longest
		FROM pg_stat_activity a WHERE a.datid IS NOT NULL AND a.backend_type = 'client backend' AND a.state = 'idle' AND a.state_change <= clock_timestamp() - t.idle
		GROUP BY 1, 2, 3, 4) a
	WHERE a.sessions >= almanac.finding_threshold('idle_share') * almanac.server_setting('max_connections')::integer
$$;
COMMENT ON FUNCTION almanac.find_idle_connections(timestamptz) IS 'connections that are kept and not used';

-- Of what is left for ordinary roles, in the last day, for some time: a peak of a minute is none. What is short by view capacity is told there.
CREATE FUNCTION almanac.find_pool_pressure(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH slots AS MATERIALIZED (
		SELECT s.taken_at_most - s.reserved AS free, s.taken_at_most, s.reserved FROM (SELECT almanac.server_setting('max_connections')::integer AS taken_at_most,
			almanac.server_setting('superuser_reserved_connections')::integer + COALESCE(current_setting('reserved_connections', true)::integer, 0) AS reserved) s
	), seen AS (
		SELECT max(s.connections_max) AS most, count(*) FILTER (WHERE s.connections_max >= t.share * l.free) AS times, max(s.connections_idle_max) AS most_idle
		FROM slots l CROSS JOIN (SELECT almanac.finding_threshold('pool_share') AS share) t
		CROSS JOIN almanac.system_samples s JOIN almanac.system_keys k ON k.series_id = s.series_id AND k.server_id = 0
		WHERE s."time" > find_pool_pressure.at - '1 day'::interval AND s."time" <= find_pool_pressure.at
	)
	SELECT 'connections', 0::oid, NULL::name, NULL::name, 'connections', NULL::oid, NULL::oid, NULL::integer, CASE WHEN n.most >= 0.95 * l.free THEN 1 ELSE 2 END, NULL::float8, NULL::bigint,
		format('%s of %s connections that ordinary roles may have were taken in the last day, up to %s of them idle', n.most, l.free, n.most_idle),
		'nobody is turned away; a pool in front of the server serves more clients with fewer connections', NULL::text, NULL::text, 'medium',
		jsonb_build_object('most', n.most, 'most_idle', n.most_idle, 'samples', n.times, 'max_connections', l.taken_at_most, 'reserved', l.reserved)
	FROM slots l CROSS JOIN seen n
	WHERE n.times >= almanac.finding_threshold('pool_samples')
		AND NOT EXISTS (SELECT FROM almanac.capacity c WHERE c.resource = 'connections' AND c.verdict IN ('limit reached', 'threshold reached'))
$$;
COMMENT ON FUNCTION almanac.find_pool_pressure(timestamptz) IS 'connections that nearly all were taken';

-- Each is a process that starts, logs in and fills its caches.
CREATE FUNCTION almanac.find_connections_short(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 'sessions', k.dbid, NULL::name, NULL::name, k.datname::text, NULL::oid, NULL::oid, NULL::integer, 3, NULL::float8, NULL::bigint,
		format('%s connections a second to database %s, each for %s ms on average', round(x.per_second::numeric, 1), k.datname, round(x.mean_ms::numeric, 1)),
		'a pool that keeps connections saves the start of as many processes', NULL::text, NULL::text, 'medium',
		jsonb_build_object('sessions_per_second', round(x.per_second::numeric, 2), 'session_ms', round(x.mean_ms::numeric, 1), 'sessions', s.sessions)
	FROM almanac.sums('database', find_connections_short.at - '1 day'::interval, find_connections_short.at) AS s (series_id integer, sessions bigint, session_ms double precision)
	JOIN almanac.database_keys k ON k.series_id = s.series_id AND k.server_id = 0 AND k.dbid <> 0
	CROSS JOIN almanac.recorder r
	CROSS JOIN LATERAL (SELECT s.sessions / greatest(3600, least(86400, extract(epoch FROM find_connections_short.at - r.started)))::float8 AS per_second, s.session_ms / NULLIF(s.sessions, 0) AS mean_ms) x
	WHERE r.server_id = 0 AND r.started <= find_connections_short.at - almanac.finding_threshold('record_hours') * '1 hour'::interval
		AND x.mean_ms <= almanac.finding_threshold('session_ms')
		AND x.per_second >= almanac.finding_threshold('sessions_per_second')
			* CASE WHEN EXISTS (SELECT FROM almanac.finding_log l WHERE l.kind = 'connections_short' AND l.dbid = k.dbid AND l.state IN ('open', 'acknowledged')) THEN 0.5 ELSE 1 END
$$;
COMMENT ON FUNCTION almanac.find_connections_short(timestamptz) IS 'databases that many connect to, each for a moment';

-- Behind for all of the last while, and not just one that catches up: of those that stream now. Backups and archivers are no standbys: they
-- replay nothing. While nothing happens, no time is told: that of before is not of now.
CREATE FUNCTION almanac.find_replication_lag(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH t AS MATERIALIZED (
		SELECT almanac.finding_threshold('lag_minutes') * '1 minute'::interval AS lasting, almanac.finding_threshold('lag_bytes') AS bytes, almanac.finding_threshold('lag_seconds') AS seconds
	), now_there AS (
		SELECT r.application_name, max(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn))::float8 AS bytes, extract(epoch FROM max(r.replay_lag))::float8 AS seconds, string_agg(DISTINCT r.client_addr::text, ', ') AS client
		FROM pg_stat_replication r CROSS JOIN t WHERE r.state = 'streaming' AND r.replay_lsn IS NOT NULL AND r.backend_start <= clock_timestamp() - t.lasting
		GROUP BY 1
	), before AS (
		SELECT k.name, min(s.replay_lag_bytes_min) AS bytes, min(s.replay_lag_us_min) / 1e6 AS seconds
		FROM t CROSS JOIN almanac.replication_samples s JOIN almanac.replication_keys k ON k.series_id = s.series_id AND k.server_id = 0 AND k.kind = 'standby'
		WHERE s."time" > find_replication_lag.at - t.lasting AND s."time" <= find_replication_lag.at GROUP BY 1
	)
	SELECT n.application_name, 0::oid, NULL::name, NULL::name, n.application_name, NULL::oid, NULL::oid, NULL::integer, CASE WHEN x.bytes >= 10 * t.bytes OR x.seconds >= 10 * t.seconds THEN 1 ELSE 2 END,
		NULL::float8, NULL::bigint,
		format('standby %s is %s of WAL%s behind, since %s or longer', n.application_name, pg_size_pretty(n.bytes::bigint), COALESCE(format(' and %s s', round(n.seconds)), ''), t.lasting),
		'reads there are of now, and less is lost if it has to take over', NULL::text, NULL::text, 'high',
		jsonb_build_object('lag_bytes', n.bytes::bigint, 'lag_seconds', round(n.seconds::numeric, 1), 'client', n.client)
	FROM t CROSS JOIN now_there n LEFT JOIN before b ON b.name = n.application_name
	CROSS JOIN LATERAL (SELECT least(n.bytes, b.bytes) AS bytes, CASE WHEN n.seconds IS NOT NULL THEN least(n.seconds, b.seconds) END AS seconds) x
	WHERE x.bytes >= t.bytes OR x.seconds >= t.seconds
$$;
COMMENT ON FUNCTION almanac.find_replication_lag(timestamptz) IS 'standbys that are behind, and stay so';

-- One that was there for a day, and is no more. What is kept for it is told by slot_unused.
CREATE FUNCTION almanac.find_standby_gone(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT k.name, 0::oid, NULL::name, NULL::name, k.name, NULL::oid, NULL::oid, NULL::integer, 2, NULL::float8, NULL::bigint,
		format('standby %s was connected until %s, and is no more', k.name, to_char(s.last_time, 'YYYY-MM-DD HH24:MI')),
		'somebody can take over', NULL::text, NULL::text, 'medium', jsonb_build_object('last_seen', s.last_time, 'first_seen', k.first_seen)
	FROM almanac.sums('replication', find_standby_gone.at - '7 days'::interval, find_standby_gone.at) AS s (series_id integer, last_time timestamptz, replay_lag_bytes bigint)
	JOIN almanac.replication_keys k ON k.series_id = s.series_id AND k.server_id = 0 AND k.kind = 'standby'
	WHERE s.replay_lag_bytes IS NOT NULL AND s.last_time - k.first_seen >= '1 day'::interval
		AND s.last_time <= find_standby_gone.at - almanac.finding_threshold('standby_minutes') * '1 minute'::interval
		AND k.name NOT IN (SELECT r.application_name FROM pg_stat_replication r)
$$;
COMMENT ON FUNCTION almanac.find_standby_gone(timestamptz) IS 'standbys that are not connected any more';

CREATE FUNCTION almanac.note_backup(label text DEFAULT 'backup', at timestamptz DEFAULT now()) RETURNS bigint
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT almanac.mark(note_backup.label, 'backup', note_backup.at) $$;
COMMENT ON FUNCTION almanac.note_backup(text, timestamptz) IS 'notes that a backup has succeeded, for findings of kind backup_missing';

-- Traces that backups leave here: what note_backup() was told; pg_basebackup as a client of replication, if a snapshot came upon it; and the
-- command that ends one, which pgBackRest, Barman, WAL-G and others run. Dumps are no backups in this sense, and snapshots of storage leave none.
CREATE FUNCTION almanac.last_backups(at timestamptz DEFAULT now()) RETURNS TABLE ("time" timestamptz, told_by text, label text)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT t."time", t.told_by, t.label FROM (
		(SELECT m."time", 'note_backup()' AS told_by, m.label FROM almanac.marks m WHERE m.kind = 'backup' AND m."time" <= last_backups.at ORDER BY m."time" DESC LIMIT 1)
		UNION ALL
		(SELECT s.last_time, 'replication', k.name FROM almanac.sums('replication', NULL, last_backups.at, ARRAY(SELECT c.series_id FROM almanac.replication_keys c
				WHERE c.server_id = 0 AND c.kind = 'standby' AND c.name ~ '^(pg_basebackup|barman_.*backup)')) AS s (series_id integer, last_time timestamptz)
			JOIN almanac.replication_keys k ON k.series_id = s.series_id ORDER BY 1 DESC LIMIT 1)
		UNION ALL
		(SELECT s.last_time, 'statements', r.rolname::text FROM almanac.sums('statement', NULL, last_backups.at, ARRAY(SELECT c.series_id FROM almanac.statement_keys c
				JOIN almanac.query_texts q ON q.fingerprint = c.fingerprint WHERE c.server_id = 0 AND q.query ~* '^\s*select\M.*\mpg_(backup_stop|stop_backup)\s*\('))
				AS s (series_id integer, last_time timestamptz, calls bigint)
			JOIN almanac.statement_keys k ON k.series_id = s.series_id LEFT JOIN pg_roles r ON r.oid = k.userid
			WHERE s.calls > 0 ORDER BY 1 DESC LIMIT 1)) t
	ORDER BY 1 DESC
$$;
COMMENT ON FUNCTION almanac.last_backups(timestamptz) IS 'the last backup that each trace tells of, the latest first';

-- Only where backups were seen or WAL is archived, which is for them: elsewhere somebody may do it in a way that leaves no trace.
CREATE FUNCTION almanac.find_backup_missing(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 'backup', 0::oid, NULL::name, NULL::name, 'backup', NULL::oid, NULL::oid, NULL::integer, CASE WHEN b."time" IS NOT NULL THEN 1 ELSE 2 END, NULL::float8, NULL::bigint,
		CASE WHEN b."time" IS NOT NULL THEN format('the last backup that left a trace here was %s days ago, at %s', floor(extract(epoch FROM find_backup_missing.at - b."time") / 86400), to_char(b."time", 'YYYY-MM-DD HH24:MI'))
			ELSE format('WAL is archived, but no backup left a trace here in the %s days that are recorded', floor(extract(epoch FROM find_backup_missing.at - r.started) / 86400)) END,
		'what is lost can be restored, in little time; what does backups can tell: SELECT almanac.note_backup()', NULL::text, NULL::text, 'medium',
		jsonb_build_object('last', b."time", 'told_by', b.told_by, 'label', b.label, 'archive_mode', almanac.server_setting('archive_mode'))
	FROM almanac.recorder r CROSS JOIN (SELECT almanac.finding_threshold('backup_days') * '1 day'::interval AS days) t
	LEFT JOIN (SELECT * FROM almanac.last_backups(find_backup_missing.at) LIMIT 1) b ON true
	WHERE r.server_id = 0 AND (b."time" <= find_backup_missing.at - t.days OR b."time" IS NULL AND almanac.server_setting('archive_mode') <> 'off' AND r.started <= find_backup_missing.at - t.days)
$$;
COMMENT ON FUNCTION almanac.find_backup_missing(timestamptz) IS 'backups that have become old';

CREATE FUNCTION almanac.find_checksum_failures(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 'checksums', k.dbid, NULL::name, NULL::name, COALESCE(NULLIF(k.datname, ''), 'shared objects')::text, NULL::oid, NULL::oid, NULL::integer, 0, NULL::float8, NULL::bigint,
		format('%s pages of %s did not have the checksum they were written with, in the last week: storage or memory is damaged', s.checksum_failures, COALESCE('database ' || NULLIF(k.datname, ''), 'shared objects')),
		'what is damaged may still be restored from a backup; the log of the server has which files', NULL::text, NULL::text, 'high', jsonb_build_object('failures', s.checksum_failures)
	FROM almanac.sums('database', find_checksum_failures.at - '7 days'::interval, find_checksum_failures.at) AS s (series_id integer, checksum_failures bigint)
	JOIN almanac.database_keys k ON k.series_id = s.series_id AND k.server_id = 0
	WHERE s.checksum_failures > 0
$$;
COMMENT ON FUNCTION almanac.find_checksum_failures(timestamptz) IS 'databases with pages that are damaged';
