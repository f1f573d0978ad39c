-- The views that people read: their columns, and what they say of a known load.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac, pg_stat_statements CASCADE;
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';

-- A contract: columns may be added at the end, none goes away or changes its type.
\pset format unaligned
\pset tuples_only on
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
	WHERE c.relnamespace = 'almanac'::regnamespace AND c.relkind = 'v' AND a.attnum > 0 AND NOT a.attisdropped
	ORDER BY c.relname COLLATE "C", a.attnum;
\pset format aligned
\pset tuples_only off

-- Everything is described.
SELECT c.relname FROM pg_class c
	WHERE c.relnamespace = 'almanac'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'f') AND NOT c.relispartition
		AND obj_description(c.oid, 'pg_class') IS NULL ORDER BY 1;
SELECT p.proname FROM pg_proc p
	WHERE p.pronamespace = 'almanac'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL ORDER BY 1;

-- What is run as another user, or found by name, is found where it should be.
\a
SELECT p.proname, p.prosecdef, p.proconfig FROM pg_proc p
	WHERE p.pronamespace = 'almanac'::regnamespace AND (p.prosecdef OR p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql'))
	ORDER BY p.proname COLLATE "C";
\a

-- A load. Nothing before the first snapshot counts.
SET pg_stat_statements.track = none;
CREATE TABLE load (id int PRIMARY KEY, word text);
SELECT almanac.take_snapshot();
SET pg_stat_statements.track = 'all';
INSERT INTO load SELECT i, 'word' FROM generate_series(1, 100) i;
UPDATE load SET word = upper(word) WHERE id <= 10;
DELETE FROM load WHERE id > 90;
SELECT word FROM load WHERE id = 7;
SELECT word FROM load WHERE id = 8;
SELECT word FROM load WHERE id = 9;
DO $$ BEGIN PERFORM count(*) FROM load; END $$;
SET pg_stat_statements.track = none;
SELECT pg_stat_force_next_flush();
SELECT almanac.take_snapshot();

SELECT query, calls, rows, total_exec_ms > 0 AS timed, abs(mean_exec_ms - total_exec_ms / calls) < 1e-9 AS mean, toplevel, datname,
		rolname = CURRENT_USER AS own, first_seen <= last_seen AS seen
	FROM almanac.statements WHERE query LIKE '%load%' AND calls > 0 ORDER BY query COLLATE "C";
SELECT n.query, h.calls, h.rows, h.toplevel, h.datname, h.duration > '0' AS duration, h.min_exec_ms <= h.mean_exec_ms AS min,
		h.max_exec_ms >= h.mean_exec_ms AS max, h.stddev_exec_ms >= 0 AS stddev, almanac.flag_names(h.flags) AS flags, h.shared_blks_hit > 0 AS blocks
	FROM almanac.statement_history h JOIN almanac.statement_names n USING (series_id) WHERE n.query LIKE '%load%' ORDER BY n.query COLLATE "C";
SELECT datname, schemaname, relname, n_tup_ins, n_tup_upd, n_tup_del, idx_scan, seq_scan > 0 AS seq_scan, total_bytes = table_bytes + index_bytes + toast_bytes AS sizes,
		table_bytes > 0 AS size, n_live_tup, almanac.flag_names(flags) AS flags
	FROM almanac.table_history WHERE relname = 'load' ORDER BY "time";
SELECT datname, schemaname, relname, indexrelname, idx_scan, size_bytes > 0 AS size, almanac.flag_names(flags) AS flags
	FROM almanac.index_history WHERE relname = 'load' ORDER BY "time";
SELECT datname, tup_inserted >= 100 AS inserted, size_bytes = pg_database_size('regression') OR size_bytes > 1e6 AS size
	FROM almanac.database_history WHERE datname = 'regression' ORDER BY "time" DESC LIMIT 1;
SELECT datname, count(*), bool_and(size_bytes > 1e6) FROM almanac.database_size_history GROUP BY datname ORDER BY datname;
SELECT wal_records > 0 AS wal, connections >= 0 AS connections, max_connections > 0 AS max, oldest_xact_start IS NULL OR oldest_xact_start <= "time" AS oldest
	FROM almanac.system_history ORDER BY "time" DESC LIMIT 1;

-- The ledger and the state. Stream io is of PostgreSQL 16 and later.
SELECT snapshot_id, stream, datname, flags, entries > 0 AS entries, samples > 0 OR stream = 'volume' AS samples, errors, duration IS NULL AS no_duration, coverage BETWEEN 0 AND 1 AS covered
	FROM almanac.snapshots WHERE stream <> 'io' ORDER BY snapshot_id, stream, datname;
SELECT version = (SELECT default_version FROM pg_available_extensions WHERE name = 'pg_almanac') AS version, preloaded, last_snapshot_id,
		since_last_snapshot > '0' AS since, recording_since <= now() AS recording, history_bytes > journal_bytes AS bytes, journal_rows > 0 AS journal,
		source_errors, last_error, pg_stat_statements IS NOT NULL AS statements
	FROM almanac.status;

-- The views read the same after sealing.
CREATE TABLE before_sealing AS SELECT 's' AS what, count(*), sum(calls) FROM almanac.statement_history
	UNION ALL SELECT 't', count(*), sum(n_tup_ins) FROM almanac.table_history UNION ALL SELECT 'l', count(*), sum(entries) FROM almanac.snapshots
	UNION ALL SELECT 'all', count(*), sum(calls) FROM almanac.statements;
SELECT almanac.seal() > 0 AS sealed;
SELECT journal_rows FROM almanac.status;
SELECT * FROM before_sealing EXCEPT (SELECT 's' AS what, count(*), sum(calls) FROM almanac.statement_history
	UNION ALL SELECT 't', count(*), sum(n_tup_ins) FROM almanac.table_history UNION ALL SELECT 'l', count(*), sum(entries) FROM almanac.snapshots
	UNION ALL SELECT 'all', count(*), sum(calls) FROM almanac.statements);

-- A table that is renamed goes by its new name, also in the past.
ALTER TABLE load RENAME TO renamed;
SELECT almanac.take_snapshot();
SELECT relname, sum(n_tup_ins) FROM almanac.table_history WHERE relname IN ('load', 'renamed') GROUP BY relname;

DROP TABLE renamed, before_sealing;
DROP EXTENSION pg_almanac;
