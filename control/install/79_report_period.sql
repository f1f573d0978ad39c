-- What a report is of: windows of time, and what all statements, databases and the server did in them.

-- Periods are those of the calendar in the session's time zone; weeks begin on Monday. year_from is the same period of the year before; of a week, 52 weeks before.
CREATE FUNCTION almanac.report_period(period text, at timestamptz, OUT "from" timestamptz, OUT "to" timestamptz, OUT before_from timestamptz, OUT year_from timestamptz, OUT year_to timestamptz)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	field CONSTANT text := CASE period WHEN 'daily' THEN 'day' WHEN 'weekly' THEN 'week' WHEN 'monthly' THEN 'month' WHEN 'quarterly' THEN 'quarter' END;
	length CONSTANT interval := CASE period WHEN 'daily' THEN '1 day' WHEN 'weekly' THEN '7 days' WHEN 'monthly' THEN '1 month' WHEN 'quarterly' THEN '3 months' END;
	year CONSTANT interval := CASE WHEN period IN ('daily', 'weekly') THEN '364 days' ELSE '1 year' END;
	-- Of local time, so that days are as long as clocks say.
	stop CONSTANT timestamp := date_trunc(field, at::timestamp);
BEGIN
	IF field IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no %s report', COALESCE(quote_literal(period), 'NULL')),
			HINT = 'Use daily, weekly, monthly or quarterly.';
	END IF;
	IF isfinite(at) IS NOT TRUE OR at NOT BETWEEN '1990-01-01' AND '2200-01-01' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a report cannot be made at %s', COALESCE(quote_literal(at), 'NULL'));
	END IF;
	"from" := (stop - length)::timestamptz;
	"to" := stop::timestamptz;
	before_from := (stop - length - length)::timestamptz;
	year_from := (stop - length - year)::timestamptz;
	year_to := (stop - year)::timestamptz;
END
$$;
COMMENT ON FUNCTION almanac.report_period(text, timestamptz) IS 'the last whole day, week, month or quarter before a time, and where the one before it and that of a year before begin';

-- The coarsest resolution that a window can be read in without another result.
CREATE FUNCTION almanac.report_grain("from" timestamptz, "to" timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN (SELECT CASE WHEN bool_and(mod(s.seconds, 86400) = 0) THEN '1d' WHEN bool_and(mod(s.seconds, 3600) = 0) THEN '1h' WHEN bool_and(mod(s.seconds, 600) = 0) THEN '10min' ELSE 'raw' END
		FROM (VALUES (extract(epoch FROM "from")), (extract(epoch FROM "to"))) AS s (seconds));
COMMENT ON FUNCTION almanac.report_grain(timestamptz, timestamptz) IS 'the coarsest setting of pg_almanac.grain that a window can be read with and adds up to the same';

-- What is compared: rates per day, so that windows of any length are alike.
CREATE FUNCTION almanac.report_totals("from" timestamptz, "to" timestamptz) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	days CONSTANT double precision := extract(epoch FROM "to" - "from") / 86400;
	statements jsonb;
	databases jsonb;
	server jsonb;
	connections bigint;
	size double precision;
BEGIN
	IF days > 0 IS NOT TRUE THEN
		RETURN NULL;
	END IF;
	PERFORM set_config('pg_almanac.grain', almanac.report_grain("from", "to"), true);
	SELECT jsonb_build_object('exec_seconds_per_day', sum(s.total_exec_ms) / 1000 / days, 'calls_per_day', sum(s.calls) / days, 'mean_ms', sum(s.total_exec_ms) / NULLIF(sum(s.calls), 0)::float8,
			'p50_ms', almanac.quantile(almanac.merge(s.latency), 0.5), 'p95_ms', almanac.quantile(almanac.merge(s.latency), 0.95), 'p99_ms', almanac.quantile(almanac.merge(s.latency), 0.99),
			'errors_per_day', (sum(s.errors) + COALESCE(sum(s.timeouts), 0)) / days, 'statements', count(*) FILTER (WHERE s.calls > 0))
		INTO statements
		FROM almanac.sums('statement', "from", "to") AS s (series_id integer, calls bigint, total_exec_ms double precision, errors bigint, timeouts bigint, latency almanac.histogram)
		JOIN almanac.statement_names n ON n.series_id = s.series_id AND n.toplevel;
	SELECT jsonb_build_object('transactions_per_day', sum(s.xact_commit + s.xact_rollback) / days, 'rollback_share', sum(s.xact_rollback) / NULLIF(sum(s.xact_commit + s.xact_rollback), 0)::float8,
			'cache_hit_share', sum(s.blks_hit) / NULLIF(sum(s.blks_hit + s.blks_read), 0)::float8, 'temp_bytes_per_day', sum(s.temp_bytes) / days, 'deadlocks_per_day', sum(s.deadlocks) / days)
		INTO databases
		FROM almanac.sums('database', "from", "to") AS s (series_id integer, xact_commit bigint, xact_rollback bigint, blks_hit bigint, blks_read bigint, temp_bytes bigint, deadlocks bigint);
	SELECT jsonb_build_object('wal_bytes_per_day', sum(s.wal_bytes) / days, 'forced_checkpoints_per_day', sum(s.checkpoints_req) / days,
			'cpu_share', sum(s.cpu_user_ms + s.cpu_system_ms) / NULLIF(sum(s.cpu_user_ms + s.cpu_system_ms + s.cpu_iowait_ms + s.cpu_idle_ms + s.cpu_steal_ms), 0)::float8,
			'recorded_share', least(1, extract(epoch FROM max(s.duration)) / 86400 / days))
		INTO server
		FROM almanac.sums('system', "from", "to") AS s (series_id integer, wal_bytes bigint, checkpoints_req bigint, cpu_user_ms bigint, cpu_system_ms bigint, cpu_iowait_ms bigint, cpu_idle_ms bigint,
			cpu_steal_ms bigint, duration interval);
	SELECT max(COALESCE(h.connections_max, h.connections)) INTO connections FROM almanac.system_history h WHERE h."time" > "from" AND h."time" <= "to";
	-- Sizes are levels: a database that did not change has no sample, but for once a day.
	PERFORM set_config('pg_almanac.grain', '1d', true);
	SELECT sum(s.size_bytes) INTO size FROM almanac.sums('database', "to" - interval '3 days', "to") AS s (series_id integer, size_bytes bigint);
	RETURN jsonb_strip_nulls(statements || databases || server || jsonb_build_object('connections_max', connections, 'size_bytes', size));
END
$$;
COMMENT ON FUNCTION almanac.report_totals(timestamptz, timestamptz) IS 'what all statements, databases and the server did in a window of time, per day';

-- When the record begins, as far as can be told cheaply: imported history counts.
CREATE FUNCTION almanac.report_record_begin(until timestamptz) RETURNS timestamptz
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET pg_almanac.grain = 'raw'
AS $$
	SELECT min(b.first) FROM (
		SELECT min(s.first_time) AS first FROM almanac.sums('database', NULL, until) AS s (series_id integer, first_time timestamptz)
		UNION ALL SELECT min(s.first_time) FROM almanac.sums('system', NULL, until) AS s (series_id integer, first_time timestamptz)
		UNION ALL SELECT min(n.first_seen) FROM almanac.statement_names n WHERE n.first_seen <= until) b
$$;
COMMENT ON FUNCTION almanac.report_record_begin(timestamptz) IS 'the first thing that was recorded before a time';

-- All that sections need to know. The times are those of the report; "complete" is whether the period was recorded from its begin and has ended.
CREATE FUNCTION almanac.report_context(period text, at timestamptz, appendix boolean, texts boolean) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
	p record;
	begins CONSTANT timestamptz := almanac.report_record_begin(at);
	from_time timestamptz;
	to_time timestamptz;
	base_name text;
	base_from timestamptz;
	base_to timestamptz;
	running boolean := false;
	context jsonb;
BEGIN
	SELECT * INTO p FROM almanac.report_period(period, at);
	from_time := p."from";
	to_time := p."to";
	context := jsonb_build_object('version', 1, 'period', period, 'at', at, 'period_from', p."from", 'period_to', p."to", 'time_zone', current_setting('TimeZone'), 'appendix', COALESCE(appendix, false),
		'texts', COALESCE(texts, true), 'record_begin', begins, 'database', current_database(), 'server_version', current_setting('server_version'), 'cluster_name', current_setting('cluster_name'),
		'preloaded', (SELECT w.preloaded FROM almanac.worker_status() w), 'statements_recorded', EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_stat_statements'));
	IF begins IS NULL OR begins >= at THEN
		RETURN context || jsonb_build_object('from', from_time, 'to', to_time, 'empty', true, 'complete', false);
	END IF;
	-- A record that is younger than the last whole period: then what there is since.
	IF begins >= to_time THEN
		running := true;
		from_time := to_time;
		to_time := at;
	END IF;
	from_time := greatest(from_time, begins);
	-- The baseline: what was pinned, else the four weeks before.
	SELECT b.name, b."from", b."to" INTO base_name, base_from, base_to FROM almanac.baselines b
		WHERE b.name <> 'rolling' AND b.valid_from <= to_time AND (b.valid_to IS NULL OR b.valid_to > to_time) ORDER BY b.valid_from DESC LIMIT 1;
	IF base_name IS NULL THEN
		base_name := 'rolling';
		base_from := date_trunc('day', greatest((SELECT r."from" FROM almanac.rolling_baseline(from_time) r), begins) - interval '1 us', 'UTC') + interval '1 day';
		base_to := date_trunc('day', from_time, 'UTC');
	END IF;
	RETURN context || jsonb_build_object('from', from_time, 'to', to_time, 'empty', false, 'running', running, 'complete', NOT running AND begins <= p."from",
		'totals', almanac.report_totals(from_time, to_time))
		|| CASE WHEN NOT running AND begins < p."from" THEN jsonb_build_object('before_from', greatest(p.before_from, begins), 'before_to', p."from",
			'before', almanac.report_totals(greatest(p.before_from, begins), p."from")) ELSE '{}' END
		|| CASE WHEN NOT running AND begins <= p.year_from THEN jsonb_build_object('year_from', p.year_from, 'year_to', p.year_to, 'year', almanac.report_totals(p.year_from, p.year_to)) ELSE '{}' END
		|| CASE WHEN base_from < base_to THEN jsonb_build_object('baseline_name', base_name, 'baseline_from', base_from, 'baseline_to', base_to, 'baseline', almanac.report_totals(base_from, base_to))
			ELSE '{}' END;
END
$$;
COMMENT ON FUNCTION almanac.report_context(text, timestamptz, boolean, boolean) IS 'what a report is of: its times, what it is compared with, and the totals of each';
