-- ends: what it means that something is found no more.
--   dropped  applied if the object is gone, else it passed: an unused index was used
--   changed  applied, unless the table is gone
--   indexed  applied if there is an index now that begins with the columns of the finding, else it passed
--   slot     applied if the replication slot is gone, else it passed
--   passes   it passed by itself
-- measure and harm are metrics of streams, less being better, that tell what became of it: of the table, or of all.
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
		(5.1, 'index_missing', 'indexes', 'index is missing', 'indexed', NULL, NULL),
		(6, 'foreign_key_unindexed', 'indexes', 'foreign key without index', 'changed', 'table.seq_tup_read', NULL),
		(7, 'table_bloat', 'tables', 'table has much empty space', 'changed', 'table.table_bytes', NULL),
		(7.1, 'toast_bloat', 'tables', 'TOAST has much empty space', 'changed', 'table.toast_bytes', NULL),
		(8, 'table_vacuum_late', 'tables', 'vacuum is late', 'changed', 'table.n_dead_tup', NULL),
		(9, 'table_analyze_late', 'tables', 'analyze is late', 'changed', 'table.n_mod_since_analyze', NULL),
		(10, 'table_xid_age', 'tables', 'old rows are not frozen', 'changed', NULL, NULL),
		(11, 'autovacuum_scale', 'tables', 'autovacuum waits for too many dead rows', 'changed', 'table.n_dead_tup', NULL),
		(12, 'autovacuum_off', 'tables', 'autovacuum is off', 'changed', 'table.n_dead_tup', NULL),
		(12.1, 'table_seq_scans', 'tables', 'is read whole often', 'passes', NULL, NULL),
		(12.2, 'table_partition', 'tables', 'could be partitioned', 'passes', NULL, NULL),
		(12.3, 'table_unread', 'tables', 'is hardly read', 'dropped', NULL, NULL),
		(12.4, 'table_old_rows', 'tables', 'has many old rows', 'passes', NULL, NULL),
		(13, 'statement_top', 'statements', 'takes a large share of the time', 'passes', NULL, NULL),
		(14, 'statement_spills', 'statements', 'writes temporary files', 'passes', NULL, NULL),
		(15, 'statement_cache_misses', 'statements', 'reads much that is not cached', 'passes', NULL, NULL),
		(16, 'statement_variance', 'statements', 'some calls take very much longer', 'passes', NULL, NULL),
		(17, 'statement_n_plus_one', 'statements', 'is called once for each row', 'passes', NULL, NULL),
		(18, 'statement_offset', 'statements', 'pages with OFFSET', 'passes', NULL, NULL),
		(19, 'statement_errors', 'statements', 'fails often', 'passes', NULL, NULL),
		(20, 'plan_unstable', 'statements', 'has plans of very different speed', 'passes', NULL, NULL),
		(21, 'regression', 'statements', 'got slower or dearer', 'passes', NULL, NULL),
		(22, 'setting_shared_buffers', 'server', 'shared_buffers is small', 'changed', 'database.blks_read', NULL),
		(23, 'setting_effective_cache_size', 'server', 'effective_cache_size is small', 'changed', NULL, NULL),
		(24, 'setting_work_mem', 'server', 'work_mem is small', 'changed', 'database.temp_bytes', NULL),
		(25, 'setting_unsafe', 'server', 'setting risks data', 'changed', NULL, NULL),
		(26, 'setting_autovacuum', 'server', 'autovacuum is off', 'changed', NULL, NULL),
		(27, 'checkpoints_forced', 'server', 'checkpoints are forced', 'changed', 'system.checkpoints_req', NULL),
		(28, 'statements_evicted', 'server', 'pg_stat_statements is too small', 'changed', NULL, NULL),
		(29, 'idle_in_transaction', 'server', 'session idle in a transaction', 'passes', NULL, NULL),
		(30, 'prepared_transaction', 'server', 'transaction prepared and left', 'changed', NULL, NULL),
		(31, 'deadlocks', 'server', 'deadlocks', 'passes', NULL, NULL),
		(32, 'archiver_failing', 'server', 'WAL is not archived', 'passes', NULL, NULL),
		(33, 'slot_unused', 'server', 'replication slot keeps WAL', 'slot', NULL, NULL),
		(34, 'capacity', 'capacity', 'runs short', 'passes', NULL, NULL),
		(60, 'objective', 'objectives', 'is missed or burns fast', 'passes', NULL, NULL)) AS d (ordinal, kind, area, title, ends, measure, harm)
	LEFT JOIN (SELECT q.kind FROM almanac.catalog_queries() q) q ON q.kind = d.kind
	LEFT JOIN almanac.finding_checks c ON c.kind = d.kind
	ORDER BY d.ordinal;
COMMENT ON VIEW almanac.finding_kinds IS 'kinds of findings, when each was last looked for, and what failed';

CREATE VIEW almanac.findings AS
	SELECT l.finding_id, 'P' || l.severity AS severity, round((CASE l.severity WHEN 0 THEN 90 WHEN 1 THEN 65 WHEN 2 THEN 40 ELSE 15 END + least(12, 3 * log(1 + COALESCE(l.seconds_per_day, 0)))
			+ least(12, 3 * log(1 + COALESCE(l.bytes, 0) / 1048576.0::float8)) - CASE l.effort WHEN 'low' THEN 0 WHEN 'medium' THEN 5 ELSE 10 END)::numeric)::integer AS priority,
		k.area, l.kind, CASE WHEN l.state IN ('open', 'acknowledged') AND l.muted_until > now() THEN 'muted' ELSE l.state END AS state,
		COALESCE(NULLIF(d.datname, ''), p.datname) AS datname, l.schemaname, l.relname, l.object, l.message, l.seconds_per_day, l.bytes, l.benefit, l.sql, l.locks, l.effort,
		l.first_seen, l.last_seen, l.ended, l.verdict, l.measure, l.value_before, l.value_after, l.evidence, s.query, l.times_opened, l.acknowledged, l.acknowledged_by, l.muted_until, l.muted_by,
		l.validated, l.dbid, l.objid, l.relid, l.series_id
	FROM almanac.finding_log l
	LEFT JOIN almanac.finding_kinds k ON k.kind = l.kind
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

-- A metric of a table, index, database or of the server, within a time: of what adds up, how much an hour; of a level, the last.
-- An index that was rebuilt goes by the same name, and may be another series.
CREATE FUNCTION almanac.measure_finding(metric text, finding almanac.finding_log, "from" timestamptz, until timestamptz) RETURNS double precision
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	column_of record;
	series integer[];
	value double precision;
BEGIN
	SELECT c.stream, c.column_name, c.kind IN ('gauge', 'instant') AS level, CASE WHEN c.kind = 'duration' THEN 'double precision' ELSE 'bigint' END AS type
		INTO column_of FROM almanac.stream_columns() c WHERE c.stream || '.' || c.column_name = metric;
	series := CASE column_of.stream
		WHEN 'table' THEN ARRAY(SELECT k.series_id FROM almanac.table_keys k WHERE k.server_id = 0 AND k.dbid = finding.dbid AND k.relid = finding.relid)
		WHEN 'index' THEN ARRAY(SELECT k.series_id FROM almanac.index_keys k WHERE k.server_id = 0 AND k.dbid = finding.dbid AND k.schemaname = finding.schemaname AND k.indexrelname = finding.object)
		WHEN 'database' THEN ARRAY(SELECT k.series_id FROM almanac.database_keys k WHERE k.server_id = 0)
		ELSE ARRAY(SELECT k.series_id FROM almanac.system_keys k WHERE k.server_id = 0) END;
	IF column_of.level THEN
		EXECUTE format('SELECT s.%1$I FROM almanac.sums($1, $2, $3, $4) AS s (series_id integer, last_time timestamptz, %1$I %2$s) WHERE s.%1$I IS NOT NULL ORDER BY s.last_time DESC LIMIT 1',
			column_of.column_name, column_of.type) INTO value USING column_of.stream, until - '400 days'::interval, until, series;
	ELSE
		EXECUTE format('SELECT COALESCE(sum(s.%1$I), 0) FROM almanac.sums($1, $2, $3, $4) AS s (series_id integer, %1$I %2$s)', column_of.column_name, column_of.type)
			INTO value USING column_of.stream, "from", until, series;
		value := value * 3600 / NULLIF(extract(epoch FROM until - greatest("from", (SELECT r.started FROM almanac.recorder r WHERE r.server_id = 0))), 0);
	END IF;
	RETURN value;
END
$$;
COMMENT ON FUNCTION almanac.measure_finding(text, almanac.finding_log, timestamptz, timestamptz) IS 'a metric that tells what became of a finding';

-- Whether what was done about findings helped: once enough time is over, and the table or server was looked at since. What has no measure
-- stays 'applied'.
CREATE FUNCTION almanac.validate_findings(at timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	one almanac.finding_log;
	k record;
	before double precision;
	after double precision;
	harm_before double precision;
	harm_after double precision;
	expected double precision;
BEGIN
	FOR one IN SELECT l.* FROM almanac.finding_log l WHERE l.state = 'applied' AND l.ended <= at - almanac.finding_threshold('validate_hours') * '1 hour'::interval ORDER BY l.finding_id LOOP
		SELECT f.measure, f.harm INTO k FROM almanac.finding_kinds f WHERE f.kind = one.kind AND f.measure IS NOT NULL
			AND EXISTS (SELECT FROM almanac.sources s WHERE s.server_id = 0 AND s."time" > one.ended AND s.stream = (SELECT DISTINCT c.stream_id FROM almanac.stream_columns() c WHERE c.stream = split_part(f.measure, '.', 1))
				AND (s.source = one.dbid OR f.measure ~ '^(database|system)\.'));
		CONTINUE WHEN NOT FOUND;
		before := almanac.measure_finding(k.measure, one, one.last_seen - greatest('1 day', at - one.ended), one.last_seen);
		after := almanac.measure_finding(k.measure, one, one.ended, at);
		harm_before := CASE WHEN k.harm IS NOT NULL THEN almanac.measure_finding(k.harm, one, one.last_seen - greatest('1 day', at - one.ended), one.last_seen) END;
		harm_after := CASE WHEN k.harm IS NOT NULL THEN almanac.measure_finding(k.harm, one, one.ended, at) END;
		-- Of space half of what was promised counts, of anything else a tenth.
		expected := CASE WHEN k.measure LIKE '%\_bytes' AND one.bytes > 0 THEN 0.5 * one.bytes ELSE 0.1 * before END;
		UPDATE almanac.finding_log l SET state = 'validated', validated = at,
				measure = CASE WHEN harm_after > 2 * harm_before + 1000000 THEN k.harm ELSE k.measure END,
				value_before = CASE WHEN harm_after > 2 * harm_before + 1000000 THEN harm_before ELSE before END,
				value_after = CASE WHEN harm_after > 2 * harm_before + 1000000 THEN harm_after ELSE after END,
				verdict = CASE WHEN harm_after > 2 * harm_before + 1000000 THEN 'worse' WHEN before IS NULL OR after IS NULL THEN 'unknown'
					WHEN before - after > expected THEN 'improved' WHEN after - before > expected THEN 'worse' ELSE 'no change' END
			WHERE l.finding_id = one.finding_id;
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.validate_findings(timestamptz) IS 'compares history before and after what was done about findings';

-- Looks for all kinds, each by itself: what fails in one is told in finding_kinds, and what it had found stays as it is.
CREATE FUNCTION almanac.judge_findings(at timestamptz DEFAULT now()) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	k record;
	began timestamptz;
	found_now integer;
BEGIN
	LOCK TABLE almanac.finding_checks IN SHARE ROW EXCLUSIVE MODE;
	FOR k IN SELECT f.kind, f.ends, f.finder FROM almanac.finding_kinds f LOOP
		began := clock_timestamp();
		BEGIN
			EXECUTE format($insert$
				INSERT INTO almanac.finding_log AS l (kind, dbid, key, state, severity, schemaname, relname, object, objid, relid, series_id, seconds_per_day, bytes, message, benefit, sql, locks,
						effort, evidence, first_seen, opened, last_seen)
					SELECT DISTINCT ON (d.dbid, d.key) $1, d.dbid, d.key, 'open', d.severity, d.schemaname, d.relname, d.object, d.objid, d.relid, d.series_id, d.seconds_per_day, d.bytes, d.message, d.benefit,
						d.sql || ';', CASE WHEN d.sql IS NOT NULL THEN d.locks END, d.effort, jsonb_strip_nulls(d.evidence), $2, $2, $2
					FROM almanac.%I($2) d ORDER BY d.dbid, d.key
					ON CONFLICT ON CONSTRAINT finding_log_kind_dbid_key_key DO UPDATE SET severity = EXCLUDED.severity, schemaname = EXCLUDED.schemaname, relname = EXCLUDED.relname, object = EXCLUDED.object,
						objid = EXCLUDED.objid, relid = EXCLUDED.relid, series_id = EXCLUDED.series_id, seconds_per_day = EXCLUDED.seconds_per_day, bytes = EXCLUDED.bytes, message = EXCLUDED.message,
						benefit = EXCLUDED.benefit, sql = EXCLUDED.sql, locks = EXCLUDED.locks, effort = EXCLUDED.effort, evidence = EXCLUDED.evidence, last_seen = EXCLUDED.last_seen,
						state = CASE WHEN l.ended IS NULL THEN l.state ELSE 'open' END, opened = CASE WHEN l.ended IS NULL THEN l.opened ELSE EXCLUDED.opened END,
						times_opened = l.times_opened + CASE WHEN l.ended IS NULL THEN 0 ELSE 1 END, ended = NULL, validated = NULL, verdict = NULL, measure = NULL, value_before = NULL, value_after = NULL,
						acknowledged = CASE WHEN l.ended IS NULL THEN l.acknowledged END, acknowledged_by = CASE WHEN l.ended IS NULL THEN l.acknowledged_by END
				$insert$, k.finder) USING k.kind, at;
			GET DIAGNOSTICS found_now = ROW_COUNT;
			-- What a threshold hides is not done. What is gone together with its table or database is not, either, nor what goes by another name.
			UPDATE almanac.finding_log l SET ended = at, state = CASE
					WHEN EXISTS (SELECT FROM almanac.finding_threshold_settings s JOIN almanac.finding_thresholds t ON t.name = s.name
						WHERE s.changed > l.last_seen AND (t.what ~ ('\m' || k.kind || '\M') OR t.what LIKE 'statement kinds%' AND k.kind LIKE 'statement%')) THEN 'resolved'
					WHEN l.dbid <> 0 AND NOT EXISTS (SELECT FROM pg_database d WHERE d.oid = l.dbid) THEN 'resolved'
					WHEN l.relid IS NOT NULL AND NOT EXISTS (SELECT FROM almanac.catalog_facts f WHERE f.dbid = l.dbid AND f.kind = 'present' AND f.key = l.relid::text) THEN 'resolved'
					WHEN EXISTS (SELECT FROM almanac.finding_log o WHERE o.kind = l.kind AND o.dbid = l.dbid AND o.objid = l.objid AND o.last_seen = at) THEN 'resolved'
					WHEN k.ends = 'changed' THEN 'applied'
					WHEN k.ends = 'dropped' AND NOT EXISTS (SELECT FROM almanac.catalog_facts f WHERE f.dbid = l.dbid AND f.kind = 'present' AND f.key = l.objid::text) THEN 'applied'
					WHEN k.ends = 'indexed' AND EXISTS (SELECT FROM almanac.catalog_facts f, jsonb_array_elements(f.data -> 'indexes') i
						WHERE f.dbid = l.dbid AND f.kind = 'index_missing' AND f.relid = l.relid AND i @> '{"partial": false}'
							AND (SELECT jsonb_agg(c.name) FROM jsonb_array_elements(i -> 'columns') WITH ORDINALITY c (name, i) WHERE c.i <= jsonb_array_length(l.evidence -> 'columns')) @> (l.evidence -> 'columns')) THEN 'applied'
					WHEN k.ends = 'slot' AND NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.slot_name = l.key) THEN 'applied'
					ELSE 'resolved' END
				WHERE l.kind = k.kind AND l.state IN ('open', 'acknowledged') AND l.last_seen < at;
			INSERT INTO almanac.finding_checks AS c VALUES (k.kind, at, extract(epoch FROM clock_timestamp() - began) * 1000, found_now)
				ON CONFLICT ON CONSTRAINT finding_checks_pkey DO UPDATE SET "time" = EXCLUDED."time", elapsed_ms = EXCLUDED.elapsed_ms, found = EXCLUDED.found, error = NULL;
		EXCEPTION WHEN OTHERS THEN
			INSERT INTO almanac.finding_checks AS c VALUES (k.kind, at, extract(epoch FROM clock_timestamp() - began) * 1000, NULL, SQLERRM)
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
