-- What is counted of statements in shared memory: the functions that show it, and who may use them.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac, pg_stat_statements CASCADE;
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION pg_almanac;
CREATE ROLE almanac_counted;
GRANT CREATE ON SCHEMA public TO almanac_counted;
RESET client_min_messages;

-- Only what this role executes here is looked at. In PostgreSQL 18 the query of a cursor is another statement, whose text ends with a semicolon.
CREATE VIEW counted AS
	SELECT COALESCE(s.query, 'never succeeded') AS query, c.toplevel, c.calls, c.errors, c.cancels, c.timeouts,
		almanac.calls(c.latency) AS in_histogram, c.total_ms >= 0 AS timed, c.first_use <= c.last_use AS used
	FROM almanac.capture() c LEFT JOIN pg_stat_statements s USING (dbid, userid, queryid, toplevel)
	WHERE c.userid = (SELECT oid FROM pg_roles WHERE rolname = 'almanac_counted') AND c.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND (s.query LIKE 'DECLARE %;') IS NOT TRUE;

SET ROLE almanac_counted;
CREATE TABLE counted_rows (id int PRIMARY KEY);
INSERT INTO counted_rows VALUES (1), (2);
INSERT INTO counted_rows VALUES (3), (4);
SELECT id FROM counted_rows WHERE id = 1;
SELECT id FROM counted_rows WHERE id = 2;
SELECT id FROM counted_rows WHERE id = 3;
INSERT INTO counted_rows VALUES (1), (5);
SELECT 10 / (id - 1) AS quotient FROM counted_rows WHERE id = 1;
DO $$ BEGIN PERFORM count(*) FROM counted_rows; END $$;
DO $$ BEGIN PERFORM 10 / (id - 2) AS quotient FROM counted_rows WHERE id = 2; EXCEPTION WHEN division_by_zero THEN NULL; END $$;
DO $$ BEGIN RAISE EXCEPTION SQLSTATE 'ZZ999'; END $$;
SET statement_timeout = '20ms';
SELECT pg_sleep(60);
RESET statement_timeout;
BEGIN;
DECLARE parts CURSOR FOR SELECT id FROM counted_rows ORDER BY id;
FETCH 1 FROM parts;
FETCH 1 FROM parts;
COMMIT;
PREPARE prepared (int) AS SELECT max(id) FROM counted_rows WHERE id < $1;
EXECUTE prepared (2);
EXECUTE prepared (3);
RESET ROLE;

SELECT * FROM counted WHERE query !~ '^(RE)?SET' ORDER BY query COLLATE "C", toplevel, timeouts;
SELECT e.sqlstate_class, e.toplevel, sum(e.errors) AS errors FROM almanac.capture_errors() e
	WHERE e.userid = 'almanac_counted'::regrole GROUP BY 1, 2 ORDER BY e.sqlstate_class COLLATE "C", 2;
SELECT sum(c.errors) = (SELECT sum(e.errors) FROM almanac.capture_errors() e) AS errors_add_up FROM almanac.capture() c;

-- Nothing differs from pg_stat_statements.
SELECT s.query, s.calls, c.calls FROM pg_stat_statements s FULL JOIN (SELECT * FROM almanac.capture() WHERE calls > 0) c USING (dbid, userid, queryid, toplevel)
	WHERE userid = 'almanac_counted'::regrole AND s.calls IS DISTINCT FROM c.calls;

-- Switched off for a session, by who may.
SET pg_almanac.capture = off;
SET ROLE almanac_counted;
SELECT id AS unseen FROM counted_rows WHERE id = 1;
SET pg_almanac.capture = on;
RESET ROLE;
SELECT count(*) FROM counted WHERE query LIKE '%unseen%';
RESET pg_almanac.capture;

-- The table.
SELECT slots = current_setting('pg_almanac.max_statements')::int AS slots, used BETWEEN 1 AND slots AS used, reclaimed, unplaced, other_calls,
		shared_bytes > 4600::bigint * slots AS bytes
	FROM almanac.capture_status();
SELECT capture_slots = slots AS slots, abs(capture_used - used) < 10 AS used, capture_reclaimed, capture_unplaced, capture_other_calls
	FROM almanac.status, almanac.capture_status();
SELECT count(*) FROM almanac.capture() WHERE (queryid IS NULL) <> (userid IS NULL);

-- Who may look.
SET ROLE almanac_counted;
SELECT count(*) > 0 FROM almanac.capture();
RESET ROLE;
GRANT USAGE ON SCHEMA almanac TO almanac_counted;
SET ROLE almanac_counted;
SELECT count(*) > 0 FROM almanac.capture();
SELECT count(*) > 0 FROM almanac.capture_slots();
SELECT count(*) > 0 FROM almanac.capture_errors();
SELECT count(*) FROM almanac.capture_status();
RESET ROLE;
GRANT pg_monitor TO almanac_counted;
SET ROLE almanac_counted;
SELECT (SELECT count(*) > 0 FROM almanac.capture()) AS capture, (SELECT count(*) > 0 FROM almanac.capture_errors()) AS errors,
	(SELECT count(*) FROM almanac.capture_status()) AS status;
RESET ROLE;

DROP VIEW counted;
DROP TABLE counted_rows;
REVOKE CREATE ON SCHEMA public FROM almanac_counted;
DROP EXTENSION pg_almanac;
DROP ROLE almanac_counted;
