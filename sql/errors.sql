-- What is asked wrongly is refused, with a SQLSTATE and mostly a hint, and nothing half done.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac, pg_stat_statements CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
\set SHOW_CONTEXT never

SELECT * FROM almanac.top_statements(order_by => 'speed');
\echo :SQLSTATE
SELECT * FROM almanac.top_statements(order_by => NULL);
\echo :SQLSTATE
SELECT * FROM almanac.top_statements(n => -1);
\echo :SQLSTATE
SELECT * FROM almanac.compare('2024-01-02', '2024-01-01', '2024-01-03', '2024-01-04');
\echo :SQLSTATE
SELECT * FROM almanac.compare('2024-01-01', '2024-01-02', '2024-01-03', 'infinity');
\echo :SQLSTATE
SELECT * FROM almanac.compare(NULL, '2024-01-02', '2024-01-03', '2024-01-04');
\echo :SQLSTATE
SELECT * FROM almanac.sums('no_such_stream', NULL, NULL) AS s (series_id int);
\echo :SQLSTATE
SELECT * FROM almanac.sums(NULL, NULL, NULL) AS s (series_id int);
\echo :SQLSTATE
SELECT * FROM almanac.sums('statement', NULL, NULL) AS s (no_such_column int);
\echo :SQLSTATE
SELECT * FROM almanac.sums('statement', NULL, NULL) AS s (calls int);
\echo :SQLSTATE
SELECT * FROM almanac.sums('statement', NULL, NULL);
\echo :SQLSTATE
SELECT almanac.sums('statement', NULL, NULL);
\echo :SQLSTATE
SELECT * FROM almanac.totals('Statement') AS s (series_id int);
\echo :SQLSTATE
SELECT almanac.samples_handler();
\echo :SQLSTATE
CREATE SERVER other FOREIGN DATA WRAPPER almanac OPTIONS (host 'nowhere');
\echo :SQLSTATE
CREATE FOREIGN TABLE other (x int) SERVER almanac OPTIONS (stream 'no_such_stream');
\echo :SQLSTATE

-- Only superusers can make it, and it is made in its own schema.
CREATE ROLE almanac_anybody;
SET ROLE almanac_anybody;
DROP EXTENSION pg_almanac;
\echo :SQLSTATE
RESET ROLE;
ALTER EXTENSION pg_almanac SET SCHEMA public;
\echo :SQLSTATE

-- Nothing of a snapshot remains that is rolled back.
BEGIN;
SELECT almanac.take_snapshot();
\echo :SQLSTATE
SELECT count(*) > 0 FROM almanac.journal;
ROLLBACK;
SELECT count(*) FROM almanac.journal;
SELECT count(*) FROM almanac.table_keys;
SELECT snapshot_id FROM almanac.recorder;

-- Nor where only reading is allowed.
BEGIN READ ONLY;
SELECT almanac.take_snapshot();
\echo :SQLSTATE
ROLLBACK;
BEGIN READ ONLY;
SELECT almanac.seal();
\echo :SQLSTATE
ROLLBACK;

-- A snapshot that was cancelled. The session and the next snapshot are as good as new.
CREATE FUNCTION endless() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_catalog.pg_sleep(100); RETURN NEW; END $$;
CREATE TRIGGER endless BEFORE UPDATE ON almanac.recorder FOR EACH ROW EXECUTE FUNCTION endless();
SET statement_timeout = '300ms';
SELECT almanac.take_snapshot();
\echo :SQLSTATE
RESET statement_timeout;
DROP TRIGGER endless ON almanac.recorder;
SELECT almanac.take_snapshot();
\echo :SQLSTATE

-- One that fails from within.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	RAISE EXCEPTION USING ERRCODE = 'P0009', MESSAGE = 'refused', DETAIL = 'in detail', HINT = 'Ask again.'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON almanac.recorder FOR EACH ROW EXECUTE FUNCTION refuse();
SELECT almanac.take_snapshot();
\echo :SQLSTATE
DROP TRIGGER refuse ON almanac.recorder;
-- A source that fails is left out, and said.
CREATE FUNCTION refuse_tables() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.stream = 2 THEN RAISE 'no such thing is wanted'; END IF; RETURN NEW; END $$;
SELECT pg_stat_force_next_flush();
CREATE TRIGGER refuse BEFORE INSERT ON almanac.journal FOR EACH ROW EXECUTE FUNCTION refuse_tables();
SELECT almanac.take_snapshot();
\echo :SQLSTATE
DROP TRIGGER refuse ON almanac.journal;
SELECT stream, flags, errors FROM almanac.snapshots WHERE snapshot_id = (SELECT max(snapshot_id) FROM almanac.snapshots) AND errors > 0 ORDER BY stream;
SELECT errors, sqlstate, message FROM almanac.source_errors WHERE stream = 2;
SELECT source_errors > 0 AS errors, last_error IS NOT NULL AS last FROM almanac.status;

-- The state is gone.
DELETE FROM almanac.recorder;
SELECT almanac.take_snapshot();
\echo :SQLSTATE
SELECT almanac.seal();
\echo :SQLSTATE

DROP FUNCTION endless(), refuse(), refuse_tables() CASCADE;
DROP ROLE almanac_anybody;
DROP EXTENSION pg_almanac;
