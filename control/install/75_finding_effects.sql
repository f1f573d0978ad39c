-- What became of what was done: the measures of finding_kinds, before and after. Less is better.

-- Of a statement, or of all. What it does a call, not what it does a day: on Sunday there are fewer calls, and nobody did anything.
CREATE FUNCTION almanac.measure_statement(metric text, series_id integer, "from" timestamptz, until timestamptz) RETURNS double precision
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wanted CONSTANT integer[] := CASE WHEN series_id IS NULL THEN ARRAY(SELECT k.series_id FROM almanac.statement_keys k WHERE k.server_id = 0 AND k.toplevel) ELSE ARRAY[series_id] END;
	block CONSTANT double precision := current_setting('block_size');
	value double precision;
BEGIN
	IF metric = 'p99_ms' THEN
		SELECT almanac.quantile(almanac.merge(s.latency), 0.99) INTO value FROM almanac.sums('statement', "from", until, wanted) AS s (series_id integer, latency almanac.histogram);
	ELSIF metric = 'share_of_calls' THEN
		SELECT sum(s.calls) FILTER (WHERE s.series_id = measure_statement.series_id) / NULLIF(sum(s.calls), 0) INTO value
			FROM almanac.statement_keys k JOIN almanac.statement_keys o ON o.server_id = 0 AND o.dbid = k.dbid AND o.userid = k.userid AND o.toplevel
			JOIN almanac.sums('statement', "from", until) AS s (series_id integer, calls bigint) ON s.series_id = o.series_id
			WHERE k.series_id = measure_statement.series_id;
	ELSIF metric IN ('mean_exec_ms', 'temp_bytes_per_call', 'read_bytes_per_call', 'blocks_per_call', 'jit_ms_per_call', 'share_failed') THEN
		SELECT CASE metric WHEN 'mean_exec_ms' THEN t.ms / t.calls WHEN 'temp_bytes_per_call' THEN t.temp * block / t.calls WHEN 'read_bytes_per_call' THEN t.read * block / t.calls
				WHEN 'blocks_per_call' THEN (t.hit + t.read) / t.calls WHEN 'jit_ms_per_call' THEN t.jit / t.calls ELSE t.failed / NULLIF(COALESCE(t.calls, 0) + t.failed, 0) END INTO value
			FROM (SELECT NULLIF(sum(s.calls), 0)::float8 AS calls, sum(s.total_exec_ms) AS ms, sum(s.temp_blks_written)::float8 AS temp, sum(s.shared_blks_hit)::float8 AS hit,
					sum(s.shared_blks_read)::float8 AS read, sum(s.jit_generation_ms + s.jit_inlining_ms + s.jit_optimization_ms + s.jit_emission_ms) AS jit,
					COALESCE(sum(s.errors + s.timeouts), 0)::float8 AS failed
				FROM almanac.sums('statement', "from", until, wanted) AS s (calls bigint, total_exec_ms double precision, temp_blks_written bigint, shared_blks_hit bigint, shared_blks_read bigint,
					jit_generation_ms double precision, jit_inlining_ms double precision, jit_optimization_ms double precision, jit_emission_ms double precision, errors bigint, timeouts bigint)) t;
	ELSE
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no measure %s of statements', quote_literal(metric));
	END IF;
	RETURN value;
END
$$;
COMMENT ON FUNCTION almanac.measure_statement(text, integer, timestamptz, timestamptz) IS 'what a statement, or NULL: all of them, did a call';

-- A metric within a time: of what adds up, how much an hour; a/b, how much of a for each of b; of a level, the last. Of the table, index,
-- statement or database that the finding is about, else of all. An index that was rebuilt goes by the same name, and may be another series.
CREATE FUNCTION almanac.measure_finding(metric text, finding almanac.finding_log, "from" timestamptz, until timestamptz) RETURNS double precision
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	source CONSTANT text := split_part(metric, '.', 1);
	name CONSTANT text := split_part(split_part(metric, '.', 2), '/', 1);
	divisor CONSTANT text := NULLIF(split_part(metric, '/', 2), '');
	recorded CONSTANT timestamptz := (SELECT r.started FROM almanac.recorder r WHERE r.server_id = 0);
	column_of record;
	series integer[];
	value double precision;
BEGIN
	IF source = 'statement' THEN
		RETURN almanac.measure_statement(name, finding.series_id, "from", until);
	ELSIF metric = 'replication.retained_bytes' AND until > finding.ended THEN
		RETURN COALESCE((SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn) FROM pg_replication_slots s WHERE s.slot_name = finding.key), 0);
	ELSIF metric = 'system.oldest_transaction_seconds' THEN
		SELECT extract(epoch FROM s."time" - s.oldest_xact_start) INTO value FROM almanac.system_samples s JOIN almanac.system_keys k ON k.series_id = s.series_id AND k.server_id = 0
			WHERE s."time" > until - '1 day'::interval AND s."time" <= until ORDER BY s."time" DESC LIMIT 1;
		RETURN COALESCE(value, 0);
	ELSIF metric = 'table.xid_age' THEN
		SELECT CASE WHEN until <= finding.last_seen THEN (finding.evidence ->> 'age')::float8 ELSE (n.next_xid - t.relfrozenxid) & 4294967295 END INTO value
			FROM almanac.sums('system', until - '2 days'::interval, until) AS n (series_id integer, next_xid bigint) JOIN almanac.system_keys s ON s.series_id = n.series_id AND s.server_id = 0
			CROSS JOIN almanac.sums('table', until - '400 days'::interval, until,
				ARRAY(SELECT k.series_id FROM almanac.table_keys k WHERE k.server_id = 0 AND k.dbid = finding.dbid AND k.relid = finding.relid)) AS t (last_time timestamptz, relfrozenxid bigint)
			ORDER BY t.last_time DESC LIMIT 1;
		RETURN value;
	END IF;
	SELECT c.stream, c.column_name, c.kind IN ('gauge', 'instant') AS level, CASE WHEN c.kind = 'duration' THEN 'double precision' ELSE 'bigint' END AS type
		INTO column_of FROM almanac.stream_columns() c WHERE c.stream = source AND c.column_name = name;
	IF NOT FOUND OR divisor IS NOT NULL AND NOT EXISTS (SELECT FROM almanac.stream_columns() c WHERE c.stream = source AND c.column_name = divisor AND c.kind = 'counter') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no measure %s', quote_literal(metric));
	END IF;
	series := CASE source
		WHEN 'table' THEN ARRAY(SELECT k.series_id FROM almanac.table_keys k WHERE k.server_id = 0 AND k.dbid = finding.dbid AND k.relid = finding.relid)
		WHEN 'index' THEN ARRAY(SELECT k.series_id FROM almanac.index_keys k WHERE k.server_id = 0 AND k.dbid = finding.dbid AND k.schemaname = finding.schemaname AND k.indexrelname = finding.object)
		WHEN 'database' THEN ARRAY(SELECT k.series_id FROM almanac.database_keys k WHERE k.server_id = 0 AND (finding.dbid = 0 OR k.dbid = finding.dbid))
		WHEN 'snapshot' THEN ARRAY(SELECT k.series_id FROM almanac.snapshot_keys k WHERE k.server_id = 0 AND k.stream = 'statement')
		WHEN 'replication' THEN ARRAY(SELECT k.series_id FROM almanac.replication_keys k WHERE k.server_id = 0 AND k.name = finding.key)
		ELSE ARRAY(SELECT k.series_id FROM almanac.system_keys k WHERE k.server_id = 0) END;
	IF column_of.level THEN
		EXECUTE format('SELECT s.%1$I FROM almanac.sums($1, $2, $3, $4) AS s (series_id integer, last_time timestamptz, %1$I %2$s) WHERE s.%1$I IS NOT NULL ORDER BY s.last_time DESC LIMIT 1',
			name, column_of.type) INTO value USING source, until - '400 days'::interval, until, series;
	ELSIF divisor IS NOT NULL THEN
		EXECUTE format('SELECT sum(s.%1$I) / NULLIF(sum(s.%3$I), 0)::float8 FROM almanac.sums($1, $2, $3, $4) AS s (series_id integer, %1$I %2$s, %3$I bigint)', name, column_of.type, divisor)
			INTO value USING source, "from", until, series;
	ELSE
		EXECUTE format('SELECT COALESCE(sum(s.%1$I), 0) FROM almanac.sums($1, $2, $3, $4) AS s (series_id integer, %1$I %2$s)', name, column_of.type)
			INTO value USING source, "from", until, series;
		value := value * 3600 / NULLIF(extract(epoch FROM until - greatest("from", recorded)), 0);
	END IF;
	RETURN value;
END
$$;
COMMENT ON FUNCTION almanac.measure_finding(text, almanac.finding_log, timestamptz, timestamptz) IS 'a metric that tells what became of a finding';

-- From when to when history tells of what was wrong. What is counted by the day is over some time after somebody mended it: of that the day
-- before it was found counts, or what has passed since it began. Else the last day, or as long as it is over now.
CREATE FUNCTION almanac.time_before_finding_ended(finding almanac.finding_log, ends text, at timestamptz, OUT "from" timestamptz, OUT until timestamptz)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN ends IN ('eased', 'story') THEN COALESCE((finding.evidence ->> 'started')::timestamptz, finding.opened - '1 day'::interval)
			ELSE finding.last_seen - greatest('1 day'::interval, at - finding.ended) END,
		CASE WHEN ends IN ('eased', 'story') THEN finding.opened ELSE finding.last_seen END
$$;
COMMENT ON FUNCTION almanac.time_before_finding_ended(almanac.finding_log, text, timestamptz) IS 'the time to compare with what came after a finding';

-- It still runs, and takes less than half of what it took: somebody did something about it. In half the calls, nobody did.
CREATE FUNCTION almanac.finding_eased(measure text, finding almanac.finding_log, at timestamptz) RETURNS boolean
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT COALESCE(almanac.measure_finding(measure, finding, at - '1 day'::interval, at) < 0.5 * almanac.measure_finding(measure, finding, b."from", b.until), false)
	FROM almanac.time_before_finding_ended(finding, 'eased', at) b
$$;
COMMENT ON FUNCTION almanac.finding_eased(text, almanac.finding_log, timestamptz) IS 'whether what is found no more goes on, at less than half';

-- Whether what was done about findings helped: once enough time is over, and the table or server was looked at since. Of what has no metric
-- it counts that it did not come back.
CREATE FUNCTION almanac.validate_findings(at timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	one almanac.finding_log;
	k record;
	b record;
	before double precision;
	after double precision;
	harm_before double precision;
	harm_after double precision;
	expected double precision;
BEGIN
	FOR one IN SELECT l.* FROM almanac.finding_log l WHERE l.state = 'applied' AND l.ended <= at - almanac.finding_threshold('validate_hours') * '1 hour'::interval ORDER BY l.finding_id LOOP
		SELECT f.measure, f.harm, f.ends INTO k FROM almanac.finding_kinds f WHERE f.kind = one.kind AND f.measure IS NOT NULL
			AND (f.measure = 'found' OR EXISTS (SELECT FROM almanac.sources s WHERE s.server_id = 0 AND s."time" > one.ended
				AND s.stream = (SELECT DISTINCT c.stream_id FROM almanac.stream_columns() c WHERE c.stream = replace(split_part(f.measure, '.', 1), 'snapshot', 'statement'))
				AND (s.source = one.dbid OR f.measure !~ '^(table|index)\.')));
		CONTINUE WHEN NOT FOUND;
		b := almanac.time_before_finding_ended(one, k.ends, at);
		before := CASE WHEN k.measure = 'found' THEN 1 ELSE almanac.measure_finding(k.measure, one, b."from", b.until) END;
		after := CASE WHEN k.measure = 'found' THEN 0 ELSE almanac.measure_finding(k.measure, one, one.ended, at) END;
		harm_before := CASE WHEN k.harm IS NOT NULL THEN almanac.measure_finding(k.harm, one, b."from", b.until) END;
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
