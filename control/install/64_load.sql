-- Whether a change is one of the load: more work, or other work, but none that got dearer.

CREATE FUNCTION almanac.transactions_per_second(dbid oid, "from" timestamptz, until timestamptz) RETURNS double precision
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT sum(s.xact_commit + s.xact_rollback) / NULLIF(extract(epoch FROM transactions_per_second.until - transactions_per_second."from"), 0)::double precision
		FROM almanac.sums('database', transactions_per_second."from", transactions_per_second.until) AS s (series_id integer, xact_commit bigint, xact_rollback bigint)
		JOIN almanac.database_keys k ON k.series_id = s.series_id
		WHERE k.server_id = 0 AND (transactions_per_second.dbid IS NULL OR k.dbid = transactions_per_second.dbid);
END;
COMMENT ON FUNCTION almanac.transactions_per_second(oid, timestamptz, timestamptz) IS 'transactions of a database (NULL: of all) within a window of time';

-- How much of a database's work is other work than before, and how much slower the statements became that ran before and since. Counted by transaction, so that work
-- that left no trace in pg_stat_statements counts as other work.
CREATE FUNCTION almanac.work_difference(dbid oid, from_1 timestamptz, until_1 timestamptz, from_2 timestamptz, until_2 timestamptz, OUT distance double precision,
		OUT slower_ms double precision)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT sum(abs(COALESCE(b.calls / t.after, 0) - COALESCE(a.calls / t.before, 0))) / NULLIF(sum(a.calls / t.before), 0),
		COALESCE(sum(b.calls / t.after * (b.total_exec_ms / b.calls - a.total_exec_ms / a.calls)), 0)
		FROM (SELECT almanac.transactions_per_second(work_difference.dbid, work_difference.from_1, work_difference.until_1)
					* extract(epoch FROM work_difference.until_1 - work_difference.from_1)::double precision AS before,
				almanac.transactions_per_second(work_difference.dbid, work_difference.from_2, work_difference.until_2)
					* extract(epoch FROM work_difference.until_2 - work_difference.from_2)::double precision AS after) t
		CROSS JOIN ((SELECT k.series_id, s.calls, s.total_exec_ms
				FROM almanac.sums('statement', work_difference.from_1, work_difference.until_1) AS s (series_id integer, calls bigint, total_exec_ms double precision)
				JOIN almanac.statement_keys k ON k.series_id = s.series_id WHERE k.server_id = 0 AND k.dbid = work_difference.dbid AND k.toplevel AND s.calls > 0) a
			FULL JOIN (SELECT k.series_id, s.calls, s.total_exec_ms
				FROM almanac.sums('statement', work_difference.from_2, work_difference.until_2) AS s (series_id integer, calls bigint, total_exec_ms double precision)
				JOIN almanac.statement_keys k ON k.series_id = s.series_id WHERE k.server_id = 0 AND k.dbid = work_difference.dbid AND k.toplevel AND s.calls > 0) b
			ON b.series_id = a.series_id)
		WHERE t.before > 0 AND t.after > 0;
END;
COMMENT ON FUNCTION almanac.work_difference(oid, timestamptz, timestamptz, timestamptz, timestamptz) IS
	'how different the work of a database''s transactions is in two windows of time, from 0 on, and by how much the statements of both became slower, in milliseconds per transaction';

-- Whole pages that are logged for the first time since a checkpoint, per call of a statement, or in all if it is NULL.
CREATE FUNCTION almanac.page_images(series_id integer, "from" timestamptz, until timestamptz) RETURNS double precision
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT CASE WHEN page_images.series_id IS NOT NULL
		THEN (SELECT sum(s.wal_fpi) / NULLIF(sum(s.calls), 0)::double precision
			FROM almanac.sums('statement', page_images."from", page_images.until, ARRAY[page_images.series_id]) AS s (series_id integer, wal_fpi bigint, calls bigint))
		ELSE (SELECT sum(s.wal_fpi) / extract(epoch FROM page_images.until - page_images."from")::double precision * 3600
			FROM almanac.sums('system', page_images."from", page_images.until) AS s (series_id integer, wal_fpi bigint)) END;
END;
COMMENT ON FUNCTION almanac.page_images(integer, timestamptz, timestamptz) IS 'images of pages in the WAL: per call of a statement, or of the server per hour';

-- What is counted by the hour follows the number of transactions; what is a mean of all transactions follows what they are made of; and within the time from one
-- checkpoint to the next, WAL is mostly images of pages. The windows that are compared are 24 steps on both sides of the start, at most.
CREATE FUNCTION almanac.is_load(stream text, series_id integer, metric text, value_before double precision, value_after double precision, earliest timestamptz,
		latest timestamptz, ended timestamptz, step interval, until timestamptz) RETURNS boolean
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	before_from CONSTANT timestamptz := earliest - 24 * step;
	after_from CONSTANT timestamptz := latest;
	after_until CONSTANT timestamptz := least(latest + 24 * step, ended, is_load.until);
	dbid CONSTANT oid := (SELECT k.dbid FROM almanac.database_keys k WHERE is_load.stream = 'database' AND k.series_id = is_load.series_id);
	change CONSTANT double precision := value_after - value_before;
	load double precision;
	work record;
BEGIN
	IF after_until <= after_from THEN
		RETURN false;
	END IF;
	IF metric IN ('wal_bytes_per_call', 'wal_bytes_per_hour') AND step < 2 * pg_catalog.current_setting('checkpoint_timeout')::interval THEN
		series_id := CASE WHEN stream = 'statement' THEN series_id END;
		IF 8192 * (almanac.page_images(series_id, after_from, after_until) - almanac.page_images(series_id, before_from, earliest)) / change > 0.5 THEN
			RETURN true;
		END IF;
	END IF;
	IF stream IN ('database', 'system') AND metric LIKE '%\_per\_hour' AND value_before > 0 AND value_after > 0 THEN
		load := ln(almanac.transactions_per_second(dbid, after_from, after_until) / NULLIF(almanac.transactions_per_second(dbid, before_from, earliest), 0));
		RETURN COALESCE(sign(load) = sign(change) AND abs(ln(value_after / value_before)) <= abs(load) + ln(1.2::double precision), false);
	ELSIF stream = 'database' AND metric LIKE '%\_per\_transaction' THEN
		SELECT w.distance, w.slower_ms INTO work FROM almanac.work_difference(dbid, before_from, earliest, after_from, after_until) w;
		RETURN COALESCE(work.distance > 0.1 AND NOT (metric = 'active_ms_per_transaction' AND work.slower_ms / change > 0.5), false);
	END IF;
	RETURN false;
END
$$;
COMMENT ON FUNCTION almanac.is_load(text, integer, text, double precision, double precision, timestamptz, timestamptz, timestamptz, interval, timestamptz) IS
	'whether a change is more or other work, or where checkpoints happened to be, and so nothing to be told';
