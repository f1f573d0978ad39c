-- ends: what it means that something is found no more.
--   dropped  applied if the object is gone, else it passed: an unused index was used
--   changed  applied, unless the table is gone
--   indexed  applied if there is an index now that begins with the columns of the finding, else it passed
--   set      applied if the setting has another value, else it passed: there is less to do
--   eased    applied if it goes on at less than half of its measure, else it passed: it runs no more, or less often
--   left     applied if the sessions are gone, else it passed: they went on
--   slot     applied if the replication slot is gone, else it passed
--   story    applied if the regression is resolved, else it passed: it was withdrawn
--   passes   it passed by itself
-- measure and harm are metrics, less being better, that tell what became of it, of what it is about or of all (see measure_finding); 'found'
-- if that it does not come back is all that can be told.
CREATE VIEW almanac.finding_kinds AS
	SELECT d.kind, d.area, d.title, d.ends, d.measure, d.harm, q.kind IS NOT NULL AS reads_catalogs, 'find_' || d.kind AS finder,
		c."time" AS last_checked, c.elapsed_ms, c.found, c.error
	FROM (VALUES
		(1, 'index_unused', 'indexes', 'index is not used', 'dropped', 'table.index_bytes', 'table.seq_tup_read'),
		(1.1, 'index_never_used', 'indexes', 'index was never used', 'dropped', 'table.index_bytes', 'table.seq_tup_read'),
		(2, 'index_duplicate', 'indexes', 'index is there twice', 'dropped', 'table.index_bytes', 'table.seq_tup_read'),
		(3, 'index_redundant', 'indexes', 'index is the beginning of another', 'dropped', 'table.index_bytes', 'table.seq_tup_read'),
		(4, 'index_invalid', 'indexes', 'index is invalid', 'changed', 'table.index_bytes', NULL),
		(5, 'index_bloat', 'indexes', 'index has much empty space', 'changed', 'index.size_bytes', NULL),
		(5.1, 'index_missing', 'indexes', 'index is missing', 'indexed', 'statement.blocks_per_call', NULL),
		(6, 'foreign_key_unindexed', 'indexes', 'foreign key without index', 'changed', 'table.seq_tup_read', NULL),
		(7, 'table_bloat', 'tables', 'table has much empty space', 'changed', 'table.table_bytes', NULL),
		(7.1, 'toast_bloat', 'tables', 'TOAST has much empty space', 'changed', 'table.toast_bytes', NULL),
		(8, 'table_vacuum_late', 'tables', 'vacuum is late', 'changed', 'table.n_dead_tup', NULL),
		(9, 'table_analyze_late', 'tables', 'analyze is late', 'changed', 'table.n_mod_since_analyze', NULL),
		(10, 'table_xid_age', 'tables', 'old rows are not frozen', 'changed', 'table.xid_age', NULL),
		(11, 'autovacuum_scale', 'tables', 'autovacuum waits for too many dead rows', 'changed', 'table.n_dead_tup', NULL),
		(12, 'autovacuum_off', 'tables', 'autovacuum is off', 'changed', 'table.n_dead_tup', NULL),
		(12.1, 'table_seq_scans', 'tables', 'is read whole often', 'eased', 'table.seq_tup_read', NULL),
		(12.2, 'table_partition', 'tables', 'could be partitioned', 'passes', NULL, NULL),
		(12.3, 'table_unread', 'tables', 'is hardly read', 'dropped', 'found', NULL),
		(12.4, 'table_old_rows', 'tables', 'has many old rows', 'passes', NULL, NULL),
		(41, 'statement_top', 'statements', 'takes a large share of the time', 'eased', 'statement.mean_exec_ms', NULL),
		(42, 'statement_new', 'statements', 'is new, and takes time', 'eased', 'statement.mean_exec_ms', NULL),
		(43, 'statement_spills', 'statements', 'writes temporary files', 'eased', 'statement.temp_bytes_per_call', NULL),
		(44, 'statement_cache_misses', 'statements', 'reads much that is not cached', 'eased', 'statement.read_bytes_per_call', NULL),
		(45, 'statement_variance', 'statements', 'some calls take very much longer', 'eased', 'statement.p99_ms', NULL),
		(46, 'statement_n_plus_one', 'statements', 'is called once for each row', 'eased', 'statement.share_of_calls', NULL),
		(47, 'statement_offset', 'statements', 'pages with OFFSET', 'eased', 'statement.blocks_per_call', NULL),
		(48, 'statement_errors', 'statements', 'fails often', 'eased', 'statement.share_failed', NULL),
		(49, 'plan_unstable', 'statements', 'has plans of very different speed', 'eased', 'statement.mean_exec_ms', NULL),
		(50, 'regression', 'statements', 'got slower or dearer', 'story', 'statement.mean_exec_ms', NULL),
		(61, 'setting_shared_buffers', 'server', 'shared_buffers is small', 'set', 'database.blks_read/blks_hit', NULL),
		(62, 'setting_effective_cache_size', 'server', 'effective_cache_size is small', 'set', 'statement.mean_exec_ms', NULL),
		(63, 'setting_work_mem', 'server', 'work_mem is small', 'set', 'database.temp_bytes/xact_commit', NULL),
		(64, 'setting_unsafe', 'server', 'setting risks data', 'set', 'found', NULL),
		(65, 'setting_autovacuum', 'server', 'autovacuum is off', 'set', 'found', NULL),
		(66, 'checkpoints_forced', 'server', 'checkpoints are forced', 'set', 'system.checkpoints_req', NULL),
		(67, 'statements_evicted', 'server', 'pg_stat_statements is too small', 'set', 'snapshot.evicted', NULL),
		(68, 'idle_in_transaction', 'server', 'session idle in a transaction', 'left', 'system.oldest_transaction_seconds', NULL),
		(69, 'prepared_transaction', 'server', 'transaction prepared and left', 'changed', 'system.prepared_xacts', NULL),
		(70, 'deadlocks', 'server', 'deadlocks', 'eased', 'database.deadlocks/xact_commit', NULL),
		(71, 'archiver_failing', 'server', 'WAL is not archived', 'changed', 'system.failed_count', NULL),
		(72, 'slot_unused', 'server', 'replication slot keeps WAL', 'slot', 'replication.retained_bytes', NULL),
		(73, 'setting_random_page_cost', 'server', 'random_page_cost is that of a disk', 'set', 'statement.mean_exec_ms', NULL),
		(74, 'setting_effective_io_concurrency', 'server', 'no read-ahead', 'set', 'statement.mean_exec_ms', NULL),
		(75, 'setting_wal_compression', 'server', 'WAL has many whole pages', 'set', 'system.wal_bytes', NULL),
		(76, 'setting_wal_buffers', 'server', 'wal_buffers are full', 'set', 'system.wal_buffers_full', NULL),
		(77, 'setting_checkpoint_timeout', 'server', 'checkpoints follow one another', 'set', 'system.wal_bytes', NULL),
		(78, 'setting_checkpoint_target', 'server', 'checkpoints are in a rush', 'set', 'found', NULL),
		(79, 'setting_maintenance_work_mem', 'server', 'maintenance_work_mem is small', 'set', 'found', NULL),
		(80, 'autovacuum_behind', 'server', 'autovacuum does not get through', 'set', 'found', NULL),
		(81, 'setting_jit', 'server', 'compiling takes more than it saves', 'set', 'statement.jit_ms_per_call', NULL),
		(82, 'setting_huge_pages', 'server', 'huge_pages is off', 'set', 'found', NULL),
		(83, 'setting_max_connections', 'server', 'max_connections is large', 'set', 'found', NULL),
		(84, 'setting_diagnosis', 'server', 'cause of trouble cannot be told', 'set', 'found', NULL),
		(85, 'idle_connections', 'server', 'connections are not used', 'left', 'system.connections_idle', NULL),
		(86, 'pool_pressure', 'server', 'connections are nearly used up', 'passes', NULL, NULL),
		(87, 'connections_short', 'server', 'connections are short', 'eased', 'database.sessions/xact_commit', NULL),
		(88, 'replication_lag', 'server', 'standby is behind', 'passes', NULL, NULL),
		(89, 'standby_gone', 'server', 'standby is not connected', 'passes', NULL, NULL),
		(90, 'backup_missing', 'server', 'backup is old', 'changed', 'found', NULL),
		(91, 'checksum_failures', 'server', 'pages are damaged', 'passes', NULL, NULL),
		(99, 'capacity', 'capacity', 'runs short', 'passes', NULL, NULL),
		(100, 'objective', 'objectives', 'is missed or burns fast', 'passes', NULL, NULL)) AS d (ordinal, kind, area, title, ends, measure, harm)
	LEFT JOIN (SELECT q.kind FROM almanac.catalog_queries() q) q ON q.kind = d.kind
	LEFT JOIN almanac.finding_checks c ON c.kind = d.kind
	ORDER BY d.ordinal;
COMMENT ON VIEW almanac.finding_kinds IS 'kinds of findings, when each was last looked for, and what failed';

CREATE VIEW almanac.findings AS
	SELECT l.finding_id, 'P' || l.severity AS severity, round((CASE l.severity WHEN 0 THEN 90 WHEN 1 THEN 65 WHEN 2 THEN 40 ELSE 15 END + least(12, 3 * log(1 + COALESCE(l.seconds_per_day, 0)))
			+ least(12, 3 * log(1 + COALESCE(l.bytes, 0) / 1048576.0::float8)) - CASE l.effort WHEN 'low' THEN 0 WHEN 'medium' THEN 5 ELSE 10 END)::numeric)::integer AS priority,
		k.area, l.kind, CASE WHEN l.state IN ('open', 'acknowledged') AND l.muted_until > now() THEN 'muted' ELSE l.state END AS state,
		COALESCE(NULLIF(d.datname, ''), p.datname) AS datname, l.schemaname, l.relname, l.object, l.message, l.seconds_per_day, l.bytes, l.benefit, l.sql, l.locks, l.effort,
		l.first_seen, CASE WHEN l.ended IS NULL THEN greatest(l.last_seen, c.succeeded) ELSE l.last_seen END AS last_seen, l.ended, l.verdict, l.measure, l.value_before, l.value_after, l.evidence, s.query, l.times_opened, l.acknowledged, l.acknowledged_by, l.muted_until, l.muted_by,
		l.validated, l.dbid, l.objid, l.relid, l.series_id
	FROM almanac.finding_log l
	LEFT JOIN almanac.finding_kinds k ON k.kind = l.kind
	LEFT JOIN almanac.finding_checks c ON c.kind = l.kind
	LEFT JOIN almanac.database_keys d ON d.dbid = l.dbid AND d.server_id = 0 AND l.dbid <> 0
	LEFT JOIN pg_catalog.pg_database p ON p.oid = l.dbid
	LEFT JOIN almanac.statement_names s ON s.series_id = l.series_id
	ORDER BY array_position('{open,acknowledged,muted,applied,validated,resolved}'::text[], CASE WHEN l.state IN ('open', 'acknowledged') AND l.muted_until > now() THEN 'muted' ELSE l.state END),
		3 DESC, l.severity, l.finding_id;
COMMENT ON VIEW almanac.findings IS 'what to act on: what it is, what it costs, what to run, and what became of it; the most urgent first, what has ended last';

CREATE FUNCTION almanac.acknowledge_finding(id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE almanac.finding_log l SET state = 'acknowledged', acknowledged = clock_timestamp(), acknowledged_by = session_user
		WHERE l.finding_id = acknowledge_finding.id AND l.state IN ('open', 'acknowledged');
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no open finding %s', COALESCE(id::text, 'NULL')), HINT = 'See view almanac.findings.';
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.acknowledge_finding(bigint) IS 'notes that somebody takes care of a finding';

CREATE FUNCTION almanac.mute_finding(id bigint, until timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE almanac.finding_log l SET muted_until = mute_finding.until, muted_by = CASE WHEN mute_finding.until IS NOT NULL THEN session_user END WHERE l.finding_id = mute_finding.id;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no finding %s', COALESCE(id::text, 'NULL')), HINT = 'See view almanac.findings.';
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.mute_finding(bigint, timestamptz) IS 'leaves a finding out of health until a time, infinity for ever; also when it is found again; NULL: no longer';

-- What was found of a kind becomes rows. A row is written if it says something new: figures that moved by less than a tenth are not, nor when it
-- was seen, which the last look for its kind tells. What a threshold hides is not done. What is gone together with its table or database is not,
-- either, nor what goes by another name.
CREATE FUNCTION almanac.keep_findings(kind text, ends text, measure text, drafts almanac.finding_drafts[], at timestamptz, last_look timestamptz) RETURNS void
	LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
	WITH draft AS MATERIALIZED (
		SELECT DISTINCT ON (d.dbid, d.key) d.key, d.dbid, d.schemaname, d.relname, d.object, d.objid, d.relid, d.series_id, d.severity, d.seconds_per_day, d.bytes, d.message, d.benefit,
			d.sql || ';' AS sql, CASE WHEN d.sql IS NOT NULL THEN d.locks END AS locks, d.effort, jsonb_strip_nulls(d.evidence) AS evidence
		FROM unnest(keep_findings.drafts) d ORDER BY d.dbid, d.key
	), kept AS (
		INSERT INTO almanac.finding_log AS l (kind, dbid, key, state, severity, schemaname, relname, object, objid, relid, series_id, seconds_per_day, bytes, message, benefit, sql, locks,
				effort, evidence, first_seen, opened, last_seen)
			SELECT keep_findings.kind, d.dbid, d.key, 'open', d.severity, d.schemaname, d.relname, d.object, d.objid, d.relid, d.series_id, d.seconds_per_day, d.bytes, d.message, d.benefit,
				d.sql, d.locks, d.effort, d.evidence, keep_findings.at, keep_findings.at, keep_findings.at
			FROM draft d LEFT JOIN (SELECT * FROM almanac.finding_log f WHERE f.kind = keep_findings.kind) o ON o.dbid = d.dbid AND o.key = d.key
			WHERE o.finding_id IS NULL OR o.ended IS NOT NULL
				OR (o.severity, o.schemaname, o.relname, o.object, o.objid, o.relid, o.series_id, o.sql, o.locks, o.effort)
					IS DISTINCT FROM (d.severity, d.schemaname, d.relname, d.object, d.objid, d.relid, d.series_id, d.sql, d.locks, d.effort)
				OR o.message <> d.message AND regexp_replace(o.message, '[0-9.]+', '', 'g') <> regexp_replace(d.message, '[0-9.]+', '', 'g')
				OR o.seconds_per_day IS DISTINCT FROM d.seconds_per_day AND (abs(o.seconds_per_day - d.seconds_per_day) <= 0.1 * greatest(o.seconds_per_day, d.seconds_per_day)) IS NOT TRUE
				OR o.bytes IS DISTINCT FROM d.bytes AND (abs(o.bytes - d.bytes) <= 0.1 * greatest(o.bytes, d.bytes)) IS NOT TRUE
				OR o.evidence <> d.evidence AND EXISTS (SELECT FROM jsonb_each(o.evidence) a FULL JOIN jsonb_each(d.evidence) b ON b.key = a.key
					WHERE a.value IS DISTINCT FROM b.value AND NOT CASE WHEN jsonb_typeof(a.value) = 'number' AND jsonb_typeof(b.value) = 'number'
						THEN abs(a.value::float8 - b.value::float8) <= 0.1 * greatest(abs(a.value::float8), abs(b.value::float8)) ELSE false END)
			ON CONFLICT ON CONSTRAINT finding_log_kind_dbid_key_key DO UPDATE SET severity = EXCLUDED.severity, schemaname = EXCLUDED.schemaname, relname = EXCLUDED.relname,
				object = EXCLUDED.object, objid = EXCLUDED.objid, relid = EXCLUDED.relid, series_id = EXCLUDED.series_id, seconds_per_day = EXCLUDED.seconds_per_day,
				bytes = EXCLUDED.bytes, message = EXCLUDED.message, benefit = EXCLUDED.benefit, sql = EXCLUDED.sql, locks = EXCLUDED.locks, effort = EXCLUDED.effort,
				evidence = EXCLUDED.evidence, last_seen = EXCLUDED.last_seen,
				state = CASE WHEN l.ended IS NULL THEN l.state ELSE 'open' END, opened = CASE WHEN l.ended IS NULL THEN l.opened ELSE EXCLUDED.opened END,
				times_opened = l.times_opened + CASE WHEN l.ended IS NULL THEN 0 ELSE 1 END, ended = NULL, validated = NULL, verdict = NULL, measure = NULL, value_before = NULL,
				value_after = NULL, acknowledged = CASE WHEN l.ended IS NULL THEN l.acknowledged END, acknowledged_by = CASE WHEN l.ended IS NULL THEN l.acknowledged_by END
	)
	UPDATE almanac.finding_log l SET ended = keep_findings.at, last_seen = greatest(l.last_seen, keep_findings.last_look), state = CASE
			WHEN EXISTS (SELECT FROM almanac.finding_threshold_settings s JOIN almanac.finding_thresholds t ON t.name = s.name
				WHERE s.changed > greatest(l.last_seen, keep_findings.last_look) AND (t.what ~ ('\m' || keep_findings.kind || '\M') OR t.what LIKE 'statement kinds%' AND keep_findings.kind LIKE 'statement%')) THEN 'resolved'
			WHEN l.dbid <> 0 AND NOT EXISTS (SELECT FROM pg_database d WHERE d.oid = l.dbid) THEN 'resolved'
			WHEN l.relid IS NOT NULL AND NOT EXISTS (SELECT FROM almanac.catalog_facts f WHERE f.dbid = l.dbid AND f.kind = 'present' AND f.key = l.relid::text) THEN 'resolved'
			WHEN EXISTS (SELECT FROM draft o WHERE o.dbid = l.dbid AND o.objid = l.objid) THEN 'resolved'
			WHEN CASE keep_findings.ends WHEN 'changed' THEN true
				WHEN 'dropped' THEN NOT EXISTS (SELECT FROM almanac.catalog_facts f WHERE f.dbid = l.dbid AND f.kind = 'present' AND f.key = l.objid::text)
				WHEN 'set' THEN almanac.server_setting(l.evidence ->> 'setting') IS DISTINCT FROM l.evidence ->> 'value'
				WHEN 'eased' THEN almanac.finding_eased(keep_findings.measure, l, keep_findings.at)
				WHEN 'left' THEN NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid IN (SELECT e.value::integer FROM jsonb_array_elements_text(l.evidence -> 'pids') e))
				WHEN 'indexed' THEN EXISTS (SELECT FROM almanac.catalog_facts f, jsonb_array_elements(f.data -> 'indexes') i
					WHERE f.dbid = l.dbid AND f.kind = 'index_missing' AND f.relid = l.relid AND i @> '{"partial": false}'
						AND (SELECT jsonb_agg(c.name) FROM jsonb_array_elements(i -> 'columns') WITH ORDINALITY c (name, i) WHERE c.i <= jsonb_array_length(l.evidence -> 'columns')) @> (l.evidence -> 'columns'))
				WHEN 'slot' THEN NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.slot_name = l.key)
				WHEN 'story' THEN EXISTS (SELECT FROM almanac.regressions r WHERE r.id::text = l.key AND r.state = 'resolved') END THEN 'applied'
			ELSE 'resolved' END
		WHERE l.kind = keep_findings.kind AND l.state IN ('open', 'acknowledged') AND NOT EXISTS (SELECT FROM draft d WHERE d.dbid = l.dbid AND d.key = l.key)
$$;
COMMENT ON FUNCTION almanac.keep_findings(text, text, text, almanac.finding_drafts[], timestamptz, timestamptz) IS 'makes rows of what was found of a kind, and ends what was not';

-- Looks for all kinds, each by itself: what fails in one is told in finding_kinds, and what it had found stays as it is. Facts may be a moment old,
-- and the planner takes them for few.
CREATE FUNCTION almanac.judge_findings(at timestamptz DEFAULT now()) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off SET enable_nestloop = off
AS $$
DECLARE
	k record;
	began timestamptz;
	drafts almanac.finding_drafts[];
BEGIN
	LOCK TABLE almanac.finding_checks IN SHARE ROW EXCLUSIVE MODE;
	FOR k IN SELECT f.kind, f.ends, f.measure, f.finder, c.succeeded FROM almanac.finding_kinds f LEFT JOIN almanac.finding_checks c ON c.kind = f.kind LOOP
		began := clock_timestamp();
		BEGIN
			EXECUTE format('SELECT array_agg(d::almanac.finding_drafts) FROM almanac.%I($1) d', k.finder) INTO drafts USING at;
			PERFORM almanac.keep_findings(k.kind, k.ends, k.measure, drafts, at, k.succeeded);
			INSERT INTO almanac.finding_checks AS c (kind, "time", elapsed_ms, found, succeeded) VALUES (k.kind, at, extract(epoch FROM clock_timestamp() - began) * 1000, COALESCE(cardinality(drafts), 0), at)
				ON CONFLICT ON CONSTRAINT finding_checks_pkey DO UPDATE SET "time" = EXCLUDED."time", elapsed_ms = EXCLUDED.elapsed_ms, found = EXCLUDED.found, error = NULL, succeeded = EXCLUDED.succeeded;
		EXCEPTION WHEN OTHERS THEN
			INSERT INTO almanac.finding_checks AS c (kind, "time", elapsed_ms, error) VALUES (k.kind, at, extract(epoch FROM clock_timestamp() - began) * 1000, SQLERRM)
				ON CONFLICT ON CONSTRAINT finding_checks_pkey DO UPDATE SET "time" = EXCLUDED."time", elapsed_ms = EXCLUDED.elapsed_ms, found = NULL, error = EXCLUDED.error;
		END;
	END LOOP;
	PERFORM almanac.validate_findings(at);
	PERFORM almanac.measure_optimizations(at);
	DELETE FROM almanac.finding_log l WHERE l.ended < at - '400 days'::interval AND (l.muted_until > at) IS NOT TRUE;
	RETURN (SELECT count(*) FROM almanac.finding_log l WHERE l.state IN ('open', 'acknowledged'));
END
$$;
COMMENT ON FUNCTION almanac.judge_findings(timestamptz) IS 'makes findings from history and from what catalogs said at the last look';

CREATE FUNCTION almanac.find_findings(at timestamptz DEFAULT now()) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
	LOCK TABLE almanac.finding_checks IN SHARE ROW EXCLUSIVE MODE;
	PERFORM almanac.forget_catalogs();
	PERFORM almanac.look_into_catalog();
	RETURN almanac.judge_findings(find_findings.at);
END
$$;
COMMENT ON FUNCTION almanac.find_findings(timestamptz) IS 'looks for findings now, in the catalogs of this database and in all history, and returns how many there are; the worker does it for all databases';
