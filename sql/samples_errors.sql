-- Wrong input to the foreign tables of samples: a clear error, and nothing half-written.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
\set VERBOSITY verbose
\set SHOW_CONTEXT never

INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) SELECT n, 1, 1, n, true FROM generate_series(1, 100) n;
INSERT INTO almanac.table_keys (series_id, dbid, relid, schemaname, relname) VALUES (1, 1, 1, 's', 't');

-- The message without its place in the source.
CREATE FUNCTION attempt(statement text) RETURNS TABLE (state text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	state := 'done';
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END
$$;
\x on
SELECT s AS statement, a.* FROM unnest(ARRAY[
	$$INSERT INTO almanac.statement_samples (series_id, calls) VALUES (1, 1)$$,
	$$INSERT INTO almanac.statement_samples ("time", calls) VALUES ('2024-01-01', 1)$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time") VALUES (1, 'infinity')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time") VALUES (1, '-infinity')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time") VALUES (1, '1969-12-31 23:59:59.999999+00')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time") VALUES (1, '2200-01-01 00:00:00+00')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (1, '2024-01-01', -1)$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", total_exec_ms) VALUES (1, '2024-01-01', -0.001)$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", total_exec_ms) VALUES (1, '2024-01-01', 'NaN')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", max_exec_ms) VALUES (1, '2024-01-01', 'infinity')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", total_exec_ms) VALUES (1, '2024-01-01', 1e300)$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", stddev_exec_ms) VALUES (1, '2024-01-01', 1)$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", calls, stddev_exec_ms) VALUES (1, '2024-01-01', 1, 'NaN')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", duration) VALUES (1, '2024-01-01', '-1 s')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", duration) VALUES (1, '2024-01-01', '170000000 years')$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", flags) VALUES (1, '2024-01-01', -1)$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", flags) VALUES (1, '2024-01-01', 2048)$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", server_id) VALUES (1, '2024-01-01', 3)$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (1, '2024-01-01', 1), (777, '2024-01-01', 1)$$,
	$$INSERT INTO almanac.table_samples (series_id, "time", total_bytes) VALUES (1, '2024-01-01', -9223372036854775808)$$,
	$$INSERT INTO almanac.table_samples (series_id, "time", last_vacuum) VALUES (1, '2024-01-01', 'infinity')$$,
	$$UPDATE almanac.statement_samples SET calls = 1$$,
	$$DELETE FROM almanac.statement_samples$$,
	$$TRUNCATE almanac.statement_samples$$,
	$$INSERT INTO almanac.statement_samples (series_id, "time") VALUES (1, '2024-01-01') ON CONFLICT (series_id) DO UPDATE SET calls = 1$$,
	$$CREATE FOREIGN TABLE bad (calls bigint) SERVER almanac$$,
	$$CREATE FOREIGN TABLE bad (calls bigint) SERVER almanac OPTIONS (stream 'nonsense')$$,
	$$CREATE FOREIGN TABLE bad (calls bigint) SERVER almanac OPTIONS (stream 'statement', compression 'none')$$,
	$$CREATE FOREIGN TABLE bad (callz bigint) SERVER almanac OPTIONS (stream 'statement'); SELECT * FROM bad$$,
	$$CREATE FOREIGN TABLE bad (calls int) SERVER almanac OPTIONS (stream 'statement'); SELECT * FROM bad$$,
	$$CREATE FOREIGN TABLE bad (calls bigint) SERVER almanac OPTIONS (stream 'statement'); INSERT INTO bad VALUES (1)$$,
	$$ALTER FOREIGN TABLE almanac.statement_samples OPTIONS (DROP stream)$$,
	$$ALTER SERVER almanac OPTIONS (ADD stream 'statement')$$,
	$$IMPORT FOREIGN SCHEMA nonsense FROM SERVER almanac INTO public$$
]) s, attempt(s) a;
\x off

-- Nothing of it is there, not even partitions.
SELECT count(*) FROM almanac.statement_samples;
SELECT count(*) FROM almanac.totals;
SELECT count(*) FROM pg_class WHERE relname LIKE '%\_raw\_p%';

-- An error in the middle of a large statement, after parts of it have been written; and in COPY.
SELECT state, message FROM attempt($$INSERT INTO almanac.statement_samples (series_id, "time", calls, rows)
	SELECT n % 100 + 1, '2024-01-01'::timestamptz + n * interval '1 s', CASE WHEN n = 999999 THEN -1 ELSE n END, n FROM generate_series(1, 1000000) n$$);
SELECT count(*) FROM almanac.statement_samples;
SELECT count(*) FROM pg_class WHERE relname LIKE '%\_raw\_p%';
\set VERBOSITY terse
COPY almanac.statement_samples (series_id, "time", calls) FROM STDIN;
1	2024-01-01 00:00:00+00	1
2	2024-01-01 00:00:00+00	-7
\.
COPY almanac.statement_samples (series_id, "time", calls) FROM STDIN;
1	2024-01-01 00:00:00+00	1
400	2024-01-01 00:00:00+00	7
\.
SELECT count(*) FROM almanac.statement_samples;

-- Rolled back: statement, subtransaction, transaction.
BEGIN;
INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (1, '2024-01-01', 1);
SAVEPOINT s;
INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (2, '2024-01-02', 2);
SELECT sum(calls) FROM almanac.statement_samples;
SELECT series_id, calls FROM almanac.totals('statement') AS t (series_id int, calls bigint) ORDER BY 1;
ROLLBACK TO s;
INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (999, '2024-01-03', 3);
ROLLBACK TO s;
SELECT sum(calls) FROM almanac.statement_samples;
SELECT series_id, calls FROM almanac.totals('statement') AS t (series_id int, calls bigint) ORDER BY 1;
SELECT relname FROM pg_class WHERE relname LIKE 'statement\_raw\_p%' AND relkind = 'r' ORDER BY 1;
ROLLBACK;
SELECT count(*) FROM almanac.statement_samples;
SELECT count(*) FROM almanac.totals('statement') AS t (series_id int);
SELECT count(*) FROM pg_class WHERE relname LIKE '%\_raw\_p%';

-- A table of a partition's name is not taken for it.
CREATE TABLE almanac.statement_raw_p20240107 (x int);
SELECT * FROM attempt($$INSERT INTO almanac.statement_samples (series_id, "time") VALUES (1, '2024-01-07 01:00+00')$$);
DROP TABLE almanac.statement_raw_p20240107;
-- Settings of the session do not reach partitions.
SET default_table_access_method = 'heap';
SET default_tablespace = 'pg_default';
SET search_path = almanac;
INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (1, '2024-01-07 01:00+00', 5);
SHOW search_path;
RESET search_path;
RESET default_tablespace;

-- Reading in a read-only transaction, and what it says to writing.
BEGIN READ ONLY;
SELECT series_id, "time", calls FROM almanac.statement_samples;
SELECT series_id, calls FROM almanac.totals('statement') AS t (series_id int, calls bigint);
SELECT series_id, calls FROM almanac.sums('statement', NULL, NULL) AS t (series_id int, calls bigint);
INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (1, '2024-01-07 02:00+00', 5);
ROLLBACK;
BEGIN READ ONLY;
COPY almanac.statement_samples (series_id, "time", calls) FROM STDIN;
1	2024-01-01 00:00:00+00	1
\.
ROLLBACK;

-- The rights on the foreign table decide; the tables behind it are the owner's.
CREATE ROLE regress_almanac_writer;
GRANT USAGE ON SCHEMA almanac TO regress_almanac_writer;
SET ROLE regress_almanac_writer;
SELECT count(*) FROM almanac.statement_samples;
RESET ROLE;
GRANT SELECT, INSERT ON almanac.statement_samples TO regress_almanac_writer;
SET ROLE regress_almanac_writer;
INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (1, '2024-01-08 01:00+00', 6);
SELECT current_user, sum(calls) FROM almanac.statement_samples;
SELECT state, message FROM attempt($$INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (1000, '2024-01-09 01:00+00', 6)$$);
SELECT current_user;
SELECT count(*) FROM almanac.statement_raw;
INSERT INTO almanac.table_samples (series_id, "time") VALUES (1, '2024-01-08 01:00+00');
RESET ROLE;
SELECT relname, pg_get_userbyid(relowner) = (SELECT pg_get_userbyid(extowner) FROM pg_extension WHERE extname = 'pg_almanac') AS owner
	FROM pg_class WHERE relname LIKE 'statement\_raw\_p%' AND relkind = 'r' ORDER BY 1;
REVOKE ALL ON almanac.statement_samples FROM regress_almanac_writer;
REVOKE ALL ON SCHEMA almanac FROM regress_almanac_writer;
DROP ROLE regress_almanac_writer;
DROP FUNCTION attempt(text);
DROP EXTENSION pg_almanac;
