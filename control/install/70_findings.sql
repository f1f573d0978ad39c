-- What to act on: one list, and the life of what is in it. A kind of finding is a row of finding_kinds, with
--   finder   a function of a time that returns finding_drafts: what there is to find now, from history and from catalog_facts;
--   query    if it needs a database's own catalogs: what to ask there (catalog_queries), which leaves facts.
-- So the judging is done here, for all databases at once, and other databases need nothing of ours.

CREATE VIEW almanac.finding_thresholds AS
	SELECT d.name, COALESCE(s.value, d.value) AS value, d.value AS default_value, d.unit, d.what
	FROM (VALUES (1, 'unused_days', 35::float8, 'days', 'index_unused, table_unread: without a scan for so long, all of it recorded'),
		(2, 'index_min_bytes', 1048576, 'bytes', 'index_unused, index_never_used, index_duplicate, index_redundant: smaller indexes are not told of'),
		(3, 'redundant_size_ratio', 5, 'ratio', 'index_redundant: a longer index that is larger than so many times the shorter is no substitute'),
		(4, 'foreign_key_min_bytes', 1048576, 'bytes', 'foreign_key_unindexed: smaller tables are not told of'),
		(5, 'foreign_key_min_deletes', 1, 'rows', 'foreign_key_unindexed: rows deleted from the referenced table at least'),
		(6, 'bloat_min_bytes', 104857600, 'bytes', 'table_bloat, toast_bloat, index_bloat: less waste is not told of'),
		(7, 'bloat_min_share', 0.4, 'share', 'table_bloat, toast_bloat, index_bloat: share of the size that is waste'),
		(8, 'vacuum_min_rows', 10000, 'rows', 'table_vacuum_late, table_analyze_late, autovacuum_off: fewer dead or changed rows are not told of'),
		(9, 'vacuum_late_factor', 2, 'ratio', 'table_vacuum_late, table_analyze_late: times what autovacuum should begin at'),
		(10, 'large_table_rows', 10000000, 'rows', 'autovacuum_scale: tables from this size'),
		(11, 'large_dead_rows', 1000000, 'rows', 'autovacuum_scale: autovacuum would wait for more dead rows than these'),
		(12, 'xid_age', 1000000000, 'transactions', 'table_xid_age: age of the oldest row; 1.6 times as much is P0'),
		(12.1, 'late_naptimes', 3, 'ratio', 'table_vacuum_late, table_analyze_late: late for so many times autovacuum_naptime, so that the turn of autovacuum has come'),
		(12.2, 'scan_min_bytes', 1048576, 'bytes', 'index_missing: smaller tables are not told of'),
		(12.3, 'scan_min_seconds', 60, 'seconds a day', 'index_missing: execution time of the statements that would use it'),
		(12.4, 'scan_min_calls', 24, 'calls a day', 'index_missing: of the statements that would use it'),
		(12.5, 'scan_kept_share', 0.02, 'share', 'index_missing: share of the rows that the index would find, at most'),
		(12.51, 'hypothetical', 0, 'yes or no', 'index_missing: 1 to ask HypoPG what each index would do, in databases that have that extension'),
		(12.6, 'scan_large_bytes', 104857600, 'bytes', 'table_seq_scans: smaller tables are not told of'),
		(12.7, 'scan_large_times', 48, 'times a day', 'table_seq_scans: all rows of the table read by sequential scans'),
		(12.8, 'never_used_days', 7, 'days', 'index_never_used: since the index was made'),
		(12.81, 'partition_min_bytes', 107374182400, 'bytes', 'table_partition: smaller tables are not told of'),
		(12.82, 'partition_change', 0.5, 'share', 'table_partition: share of the rows that come or go in a year'),
		(12.83, 'unread_min_bytes', 1073741824, 'bytes', 'table_unread: smaller tables are not told of'),
		(12.84, 'unread_scans', 5, 'scans', 'table_unread: sequential scans in unused_days, as of backups, that are no use'),
		(12.85, 'old_min_bytes', 10737418240, 'bytes', 'table_old_rows: smaller tables are not told of'),
		(12.86, 'old_days', 730, 'days', 'table_old_rows: rows older than this'),
		(12.87, 'old_share', 0.5, 'share', 'table_old_rows: share of the rows that are old'),
		(13, 'record_hours', 24, 'hours', 'statement kinds, settings: not before so much was recorded'),
		(14, 'top_share', 0.25, 'share', 'statement_top: share of the execution time of the server'),
		(15, 'statement_min_seconds', 600, 'seconds a day', 'statement kinds: statements that take less are not told of'),
		(16, 'spill_bytes', 1073741824, 'bytes a day', 'statement_spills: written to temporary files'),
		(17, 'miss_share', 0.5, 'share', 'statement_cache_misses: share of the blocks that were read'),
		(18, 'miss_bytes', 10737418240, 'bytes a day', 'statement_cache_misses: read'),
		(19, 'variance_ratio', 100, 'ratio', 'statement_variance: 99th percentile by median'),
		(20, 'n_plus_one_calls', 500000, 'calls a day', 'statement_n_plus_one: calls of a statement that fetches a row'),
		(21, 'n_plus_one_share', 0.3, 'share', 'statement_n_plus_one: share of the calls of its role and database'),
		(22, 'offset_blocks', 1000, 'blocks', 'statement_offset: accessed by a call'),
		(23, 'error_share', 0.05, 'share', 'statement_errors: share of executions that failed'),
		(24, 'error_count', 100, 'errors a day', 'statement_errors: failed executions'),
		(25, 'plan_ratio', 5, 'ratio', 'plan_unstable: time of a call with the slowest plan by that with the fastest'),
		(26, 'database_min_bytes', 1073741824, 'bytes', 'setting_shared_buffers, setting_effective_cache_size: servers with less data are left alone'),
		(27, 'temp_bytes', 10737418240, 'bytes a day', 'setting_work_mem: temporary files of the server'),
		(28, 'forced_checkpoint_share', 0.5, 'share', 'checkpoints_forced: share of all checkpoints'),
		(29, 'forced_checkpoints', 10, 'checkpoints a day', 'checkpoints_forced: at least'),
		(30, 'idle_transaction_minutes', 15, 'minutes', 'idle_in_transaction, prepared_transaction: for so long'),
		(31, 'deadlocks', 5, 'deadlocks a day', 'deadlocks: at least'),
		(32, 'slot_bytes', 1073741824, 'bytes', 'slot_unused: WAL kept for a replication slot that nobody reads from'),
		(33, 'evictions', 1000, 'statements a day', 'statements_evicted: by pg_stat_statements'),
		(34, 'capacity_days', 90, 'days', 'capacity: the limit is likely to be reached within; a month is P1, a week P0'),
		(35, 'validate_hours', 24, 'hours', 'how long after a change its effect is judged'),
		(50, 'objective_fast_burn', 14.4, 'ratio', 'objective: the budget was used up so many times too fast for the last hour and 5 minutes'),
		(51, 'objective_slow_burn', 6, 'ratio', 'objective: the same for the last 6 hours and 30 minutes'),
		(52, 'objective_min_bad', 5, 'events', 'objective: fewer calls, errors or blocks that missed are no fast burn'),
		(101, 'new_share', 0.01, 'share', 'statement_new: share of the execution time of the server'),
		(102, 'new_calls', 10, 'calls a day', 'statement_new: what runs less often is somebody at work'),
		(103, 'storage_ssd', 0, 'yes or no', 'setting_random_page_cost, setting_effective_io_concurrency: 1 if storage is solid-state, whatever the machine says'),
		(104, 'wal_bytes', 10737418240, 'bytes a day', 'setting_wal_compression, setting_checkpoint_timeout, setting_checkpoint_target: WAL'),
		(105, 'full_page_share', 0.5, 'share', 'setting_wal_compression, setting_checkpoint_timeout: share of whole pages in WAL'),
		(106, 'wal_buffers_full', 100000, 'times a day', 'setting_wal_buffers: WAL was written because its buffers were full'),
		(107, 'autovacuum_tables', 5, 'tables', 'autovacuum_behind: whose vacuum is late for a day'),
		(108, 'jit_seconds', 600, 'seconds a day', 'setting_jit: time spent compiling'),
		(109, 'jit_share', 0.2, 'share', 'setting_jit: of the time of the statements that were compiled'),
		(110, 'huge_pages_bytes', 8589934592, 'bytes', 'setting_huge_pages: shared_buffers from this size'),
		(111, 'connections_many', 300, 'connections', 'setting_max_connections: max_connections from this on'),
		(112, 'timing_bytes', 10737418240, 'bytes a day', 'setting_diagnosis: read, for track_io_timing'),
		(113, 'idle_minutes', 60, 'minutes', 'idle_connections: for so long'),
		(114, 'idle_share', 0.2, 'share', 'idle_connections: of max_connections, those of an application'),
		(115, 'pool_share', 0.8, 'share', 'pool_pressure: of the connections that ordinary roles may have'),
		(116, 'pool_samples', 5, 'samples', 'pool_pressure: of a day, in which so many were taken'),
		(117, 'sessions_per_second', 5, 'connections a second', 'connections_short: to a database, on average over a day'),
		(118, 'session_ms', 1000, 'milliseconds', 'connections_short: each for no longer'),
		(119, 'lag_minutes', 15, 'minutes', 'replication_lag: for so long without a break'),
		(120, 'lag_bytes', 1073741824, 'bytes', 'replication_lag: WAL that is not replayed; ten times as much is P1'),
		(121, 'lag_seconds', 300, 'seconds', 'replication_lag: from flush here to replay there; ten times as much is P1'),
		(122, 'standby_minutes', 60, 'minutes', 'standby_gone: not connected for so long'),
		(123, 'backup_days', 8, 'days', 'backup_missing: age of the last backup')) AS d (ordinal, name, value, unit, what)
	LEFT JOIN almanac.finding_threshold_settings s ON s.name = d.name
	ORDER BY d.ordinal;
COMMENT ON VIEW almanac.finding_thresholds IS 'from where on something is a finding; change it with set_finding_threshold()';

CREATE FUNCTION almanac.finding_threshold(name text) RETURNS double precision
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT t.value FROM almanac.finding_thresholds t WHERE t.name = finding_threshold.name $$;
COMMENT ON FUNCTION almanac.finding_threshold(text) IS 'a threshold of findings, as it is set';

CREATE FUNCTION almanac.set_finding_threshold(name text, value double precision) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.finding_thresholds t WHERE t.name = set_finding_threshold.name) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('threshold %s does not exist', COALESCE(quote_literal(name), 'NULL')),
			HINT = 'See view almanac.finding_thresholds.';
	END IF;
	IF (value >= 0 AND value < 'infinity') IS FALSE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'threshold must be finite and not negative', HINT = 'NULL is for the default.';
	END IF;
	INSERT INTO almanac.finding_threshold_settings AS s VALUES (set_finding_threshold.name, set_finding_threshold.value)
		ON CONFLICT ON CONSTRAINT finding_threshold_settings_pkey DO UPDATE SET value = EXCLUDED.value, changed = EXCLUDED.changed;
END
$$;
COMMENT ON FUNCTION almanac.set_finding_threshold(text, double precision) IS 'sets a threshold of findings, from the next look on; NULL: the default';

-- The row type of what finders return. A view, so that upgrades replace it with the functions.
CREATE VIEW almanac.finding_drafts AS
	SELECT NULL::text AS key, NULL::oid AS dbid, NULL::name AS schemaname, NULL::name AS relname, NULL::text AS object, NULL::oid AS objid, NULL::oid AS relid,
		NULL::integer AS series_id, NULL::integer AS severity, NULL::double precision AS seconds_per_day, NULL::bigint AS bytes, NULL::text AS message,
		NULL::text AS benefit, NULL::text AS sql, NULL::text AS locks, NULL::text AS effort, NULL::jsonb AS evidence
	WHERE false;
COMMENT ON VIEW almanac.finding_drafts IS 'always empty: its columns are what the functions that look for findings return';
