-- Who may see and do what: nothing for everybody, reading for pg_monitor, the rest for the owner and whom it grants. Texts of
-- queries as in pg_stat_statements.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac, pg_stat_statements CASCADE;
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET pg_stat_statements.track = none;
\set SHOW_CONTEXT never

CREATE ROLE almanac_anybody;
CREATE ROLE almanac_monitor;
GRANT pg_monitor TO almanac_monitor;
CREATE ROLE almanac_reader;
GRANT USAGE ON SCHEMA almanac TO almanac_reader;
GRANT SELECT ON almanac.statements, almanac.statement_names TO almanac_reader;
GRANT EXECUTE ON FUNCTION almanac.top_statements(timestamptz, timestamptz, text, integer), almanac.totals(text), almanac.sums(text, timestamptz, timestamptz, integer[]), almanac.quantile(almanac.histogram, double precision),
	almanac.visible_query(oid, text) TO almanac_reader;
CREATE ROLE almanac_operator;
GRANT USAGE ON SCHEMA almanac TO almanac_operator;
GRANT EXECUTE ON FUNCTION almanac.take_snapshot(), almanac.seal() TO almanac_operator;

-- Statements of two roles.
SELECT FROM pg_stat_statements_reset();
SELECT almanac.take_snapshot();
SET pg_stat_statements.track = 'all';
SET ROLE almanac_anybody;
SELECT 'of anybody' AS who;
SET ROLE almanac_reader;
SELECT 'of the reader' AS who, 1 AS one;
RESET ROLE;
SET pg_stat_statements.track = none;
SELECT almanac.take_snapshot();

-- Everybody: nothing.
SET ROLE almanac_anybody;
SELECT * FROM almanac.statements;
SELECT almanac.take_snapshot();
SELECT almanac.seal();
SELECT count(*) FROM almanac.top_statements();
RESET ROLE;
GRANT USAGE ON SCHEMA almanac TO almanac_anybody;
SET ROLE almanac_anybody;
SELECT count(*) FROM almanac.statements;
SELECT count(*) FROM almanac.statement_samples;
SELECT count(*) FROM almanac.journal;
SELECT count(*) FROM almanac.query_texts;
SELECT almanac.take_snapshot();
SELECT almanac.seal();
SELECT almanac.flag_names(1);
SELECT count(*) FROM almanac.wait_history;
SELECT * FROM almanac.top_waits();
SELECT * FROM almanac.worker_status();
SELECT * FROM almanac.totals('statement') AS t (series_id int);
RESET ROLE;
-- To execute a function is all that it takes to read with it.
GRANT EXECUTE ON FUNCTION almanac.totals(text), almanac.sums(text, timestamptz, timestamptz, integer[]) TO almanac_anybody;
SET ROLE almanac_anybody;
SELECT * FROM almanac.totals('statement') AS t (series_id int);
SELECT * FROM almanac.sums('statement', NULL, NULL) AS t (series_id int);
RESET ROLE;
SELECT n.nspname, c.relname, a.privilege_type FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL aclexplode(c.relacl) a
	WHERE n.nspname = 'almanac' AND a.grantee = 0;
SELECT p.proname, a.privilege_type FROM pg_proc p, LATERAL aclexplode(p.proacl) a WHERE p.pronamespace = 'almanac'::regnamespace AND a.grantee = 0;
SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'almanac'::regnamespace AND p.proacl IS NULL;

-- Monitors read everything that people read, and do nothing.
SET ROLE almanac_monitor;
SELECT query, calls FROM almanac.statements WHERE rolname LIKE 'almanac%' AND query LIKE 'SELECT%' ORDER BY query COLLATE "C";
SELECT query, calls FROM almanac.top_statements('-infinity', 'infinity', 'calls') WHERE rolname LIKE 'almanac%' AND query LIKE 'SELECT%' ORDER BY query COLLATE "C";
SELECT (SELECT count(*) FROM almanac.statement_history) > 0, (SELECT count(*) FROM almanac.table_history) > 0, (SELECT count(*) FROM almanac.index_history) > 0,
	(SELECT count(*) FROM almanac.database_history) > 0, (SELECT count(*) FROM almanac.system_history) > 0, (SELECT count(*) FROM almanac.io_history) >= 0,
	(SELECT count(*) FROM almanac.replication_history) >= 0, (SELECT count(*) FROM almanac.database_size_history) > 0, (SELECT count(*) FROM almanac.snapshots) > 0,
	(SELECT count(*) FROM almanac.wait_history) >= 0, (SELECT count(*) FROM almanac.top_waits()) >= 0, (SELECT count(*) FROM almanac.latencies()) > 0,
	(SELECT count(*) FROM almanac.status) = 1, (SELECT count(*) FROM almanac.statement_names) > 0,
	(SELECT count(*) FROM almanac.compare(now() - interval '2 days', now() - interval '1 day', now() - interval '1 day', now())) > 0;
SELECT (SELECT count(*) FROM almanac.volume_history) > 0, (SELECT count(*) FROM almanac.host_sources()) > 0, (SELECT count(*) FROM almanac.projections) >= 0,
	(SELECT count(*) FROM almanac.capacity) >= 0, (SELECT count(*) FROM almanac.thresholds) > 0, (SELECT count(*) FROM almanac.growth) > 0,
	(SELECT count(*) FROM almanac.monthly_growth) > 0, (SELECT count(*) FROM almanac.series_names) > 0,
	(SELECT count(*) FROM almanac.sequence_history) >= 0;
SELECT count(*) FROM almanac.projected;
SELECT almanac.project();
SELECT almanac.measure_capacity();
SELECT almanac.set_threshold('disk', 0.5);
SELECT count(*) FROM almanac.query_texts;
SELECT count(*) FROM almanac.journal;
SELECT count(*) FROM almanac.statement_samples;
SELECT count(*) FROM almanac.wait_keys;
INSERT INTO almanac.statement_samples (series_id, "time") VALUES (1, now());
DELETE FROM almanac.journal;
SELECT almanac.take_snapshot();
SELECT almanac.seal();
RESET ROLE;

-- Who was granted a view alone sees the texts of their own statements.
SET ROLE almanac_reader;
SELECT query, calls FROM almanac.statements WHERE rolname LIKE 'almanac%' ORDER BY rolname, query COLLATE "C";
SELECT query FROM almanac.top_statements('-infinity', 'infinity', 'calls', 1000) WHERE rolname LIKE 'almanac%' ORDER BY query COLLATE "C";
-- No trick with a cheap function that is evaluated early shows more.
CREATE FUNCTION pg_temp.leak(text) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN IF $1 = 'SELECT $1 AS who' THEN RAISE NOTICE 'leaked %', $1; END IF; RETURN true; END $$;
SELECT count(*) > 0 FROM almanac.statements WHERE pg_temp.leak(query);
SELECT count(*) FROM almanac.statements WHERE query LIKE '%who%' AND rolname = 'almanac_anybody';
RESET ROLE;

-- Operators act, and read nothing.
SET ROLE almanac_operator;
SELECT almanac.take_snapshot() > 0;
SELECT almanac.seal() > 0;
SELECT count(*) FROM almanac.journal;
SELECT count(*) FROM almanac.statements;
RESET ROLE;

-- A role that is dropped keeps its name here.
SET client_min_messages = error;
DROP OWNED BY almanac_anybody, almanac_monitor, almanac_reader, almanac_operator;
DROP ROLE almanac_anybody, almanac_monitor, almanac_reader, almanac_operator;
SELECT almanac.take_snapshot() > 0;
SELECT query, rolname FROM almanac.statements WHERE rolname LIKE 'almanac\_a%' AND query LIKE 'SELECT%' ORDER BY query COLLATE "C";
DROP EXTENSION pg_almanac;
