-- Events: what people note, and what the history of tables tells. What the recorder finds by itself is in test/t/050_events.pl.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
\set SHOW_CONTEXT never
\set VERBOSITY default

SELECT almanac.mark('version 7', at => '2020-03-02 12:00');
SELECT almanac.mark('index on orders', 'migration', '2020-03-02 11:00');
SELECT almanac.mark(E'it''s "quoted" \\ and\nin two lines', 'incident', '2020-03-02 13:00');
SELECT event_id, "time", kind, label, rolname = session_user AS mine, source FROM almanac.events WHERE source = 'people' ORDER BY "time";
SELECT count(*) FROM almanac.events WHERE kind = 'deployment';
SELECT almanac.remove_mark(3);
SELECT count(*) FROM almanac.events WHERE source = 'people';
SELECT almanac.mark('now') > 3 AS another;
SELECT "time" = now() AS within_a_transaction FROM almanac.events WHERE label = 'version 7';

-- Mistakes.
SELECT almanac.mark(NULL);
SELECT almanac.mark('  ');
SELECT almanac.mark(repeat('x', 1001));
SELECT almanac.mark('x', 'restart');
SELECT almanac.mark('x', 'With Space');
SELECT almanac.mark('x', NULL);
SELECT almanac.mark('x', at => 'infinity');
SELECT almanac.remove_mark(3);
SELECT almanac.remove_mark(NULL);
\set VERBOSITY sqlstate
SELECT almanac.mark(NULL);
SELECT almanac.remove_mark(999);
\set VERBOSITY default

-- What tables tell.
INSERT INTO almanac.table_keys (series_id, dbid, relid, schemaname, relname) OVERRIDING SYSTEM VALUE
	VALUES (7001, 1, 11, 'public', 'orders'), (7002, 1, 12, 'Shop', 'a b'), (7003, 1, 13, 'almanac', 'own');
INSERT INTO almanac.table_samples (series_id, "time", duration, n_tup_ins, n_tup_del, n_live_tup, last_autovacuum, autovacuum_count, last_analyze, analyze_count, total_autovacuum_ms) VALUES
	(7001, '2020-03-02 12:05', '5 min', 1000, 0, 1000, NULL, 0, NULL, 0, NULL),
	(7001, '2020-03-02 12:10', '5 min', 9999, 0, 10999, '2020-03-02 12:07:03', 2, NULL, 0, NULL),
	(7001, '2020-03-02 12:15', '5 min', 10000, 0, 20999, NULL, 0, '2020-03-02 12:12:00', 1, NULL),
	(7001, '2020-03-02 12:20', '5 min', 10000, 0, 200000, NULL, 0, NULL, 0, NULL),
	(7002, '2020-03-02 12:20', '5 min', 0, 50000, 100000, NULL, 0, NULL, 0, NULL),
	(7003, '2020-03-02 12:20', '5 min', 50000, 50000, 0, '2020-03-02 12:17:03', 1, '2020-03-02 12:17:03', 1, NULL);
SELECT "time", not_before, occurrences, kind, label, schemaname, relname, relid, details, source FROM almanac.events
	WHERE "time" >= '2020-03-02' AND "time" < '2020-03-03' AND source = 'history' ORDER BY "time", kind;
-- An ANALYZE that a command told about is there once.
INSERT INTO almanac.event_log ("time", kind, label, dbid, objid, relid, source) VALUES ('2020-03-02 12:12:00.5', 'analyze', 'ANALYZE public.orders', 1, 11, 11, 'command');
SELECT "time", kind, source FROM almanac.events WHERE kind = 'analyze' AND "time" < '2020-03-03' ORDER BY "time";

-- Conditions on the kind leave out what is derived, those on the time reach the history.
EXPLAIN (COSTS OFF) SELECT * FROM almanac.events WHERE kind = 'deployment';
SELECT count(*) > 0 AS pushed FROM (SELECT 1) x WHERE EXISTS (SELECT FROM almanac.events WHERE kind = 'large_load' AND "time" > '2020-03-02 12:12');

-- How long they are kept.
SELECT stream, tier, keep FROM almanac.retention WHERE stream = 'event';
SELECT almanac.set_retention('event', 'raw', '1 year');
SELECT stream, tier, keep, default_keep FROM almanac.retention WHERE stream = 'event';
SELECT almanac.set_retention('event', '1h', '1 year');
INSERT INTO almanac.event_log ("time", kind, label, source) VALUES ('2020-06-01', 'restart', 'kept', 'comparison');
SELECT almanac.purge('2021-04-01') >= 0 AS purged;
SELECT "time", kind, source FROM almanac.events WHERE "time" < '2021-01-01' AND source <> 'history' ORDER BY "time";
DROP EXTENSION pg_almanac;
