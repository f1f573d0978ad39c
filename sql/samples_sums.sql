-- Sums over windows and over everything: the same as adding up the samples.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;

SELECT * FROM almanac.stream_columns() WHERE stream = 'replication' OR column_name LIKE 'stddev%' ORDER BY stream, ordinal;
SELECT almanac.flag_names(0), almanac.flag_names(1 | 8 | 512), almanac.flag_names(4095), almanac.flag_names(-1), almanac.flag_names(NULL);

INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) SELECT n, 1, 1, n, true FROM generate_series(1, 300) n;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, stddev_exec_ms, min_exec_ms, max_exec_ms, plans)
	SELECT s, '2024-08-01'::timestamptz + t * interval '7 min', '7 min', CASE WHEN t % 13 <> 0 THEN s + t END, CASE WHEN s <> 3 THEN 0 END, (s * t) / 8.0,
		CASE WHEN t % 13 <> 0 THEN 0.5 END, CASE WHEN t % 5 = 0 THEN t / 4.0 END, CASE WHEN t % 3 = 0 THEN t / 2.0 END, 0
	FROM generate_series(1, 300) s, generate_series(1, 400) t WHERE (s + t) % 7 <> 0;
INSERT INTO almanac.table_keys (series_id, dbid, relid, schemaname, relname) SELECT n, 1, n, 's', 't' FROM generate_series(1, 20) n;
INSERT INTO almanac.table_samples (series_id, "time", total_bytes, seq_scan, last_vacuum)
	SELECT s, '2024-08-01'::timestamptz + t * interval '7 min', CASE WHEN t % 10 <> 0 THEN s * t END, 1, CASE WHEN t % 100 = 0 THEN '2024-08-01'::timestamptz + t * interval '1 min' END
	FROM generate_series(1, 20) s, generate_series(1, 400) t ORDER BY t;

-- Windows include their end and not their start.
CREATE FUNCTION differences("from" timestamptz, "to" timestamptz) RETURNS TABLE (series bigint, statement_differences bigint, table_differences bigint) LANGUAGE sql AS $$
	WITH whole AS (SELECT * FROM almanac.sums('statement', "from", "to") AS s (series_id int, calls bigint, rows bigint, total_exec_ms float8, min_exec_ms float8,
			max_exec_ms float8, plans bigint, samples bigint, first_time timestamptz, last_time timestamptz, duration interval)),
		parts AS (SELECT series_id, sum(calls)::bigint, sum(rows)::bigint, sum(total_exec_ms), min(min_exec_ms), max(max_exec_ms), sum(plans)::bigint, count(*), min("time"),
			max("time"), sum(duration) FROM almanac.statement_samples WHERE "time" > coalesce("from", '-infinity') AND "time" <= coalesce("to", 'infinity') GROUP BY 1),
		tables AS (SELECT * FROM almanac.sums('table', "from", "to") AS s (series_id int, seq_scan bigint, last_vacuum timestamptz, total_bytes bigint)),
		table_parts AS (SELECT series_id, sum(seq_scan)::bigint, (array_agg(last_vacuum ORDER BY "time" DESC) FILTER (WHERE last_vacuum IS NOT NULL))[1],
			(array_agg(total_bytes ORDER BY "time" DESC) FILTER (WHERE total_bytes IS NOT NULL))[1]
			FROM almanac.table_samples WHERE "time" > coalesce("from", '-infinity') AND "time" <= coalesce("to", 'infinity') GROUP BY 1)
	SELECT (SELECT count(*) FROM whole), (SELECT count(*) FROM ((TABLE whole EXCEPT TABLE parts) UNION ALL (TABLE parts EXCEPT TABLE whole)) d),
		(SELECT count(*) FROM ((TABLE tables EXCEPT TABLE table_parts) UNION ALL (TABLE table_parts EXCEPT TABLE tables)) d)
$$;
SELECT f, t, d.* FROM (VALUES (NULL::timestamptz, NULL::timestamptz), ('2024-08-01', '2024-08-02'), ('2024-08-01 00:07', '2024-08-01 00:14'), ('2024-08-01 00:06:59.999999', '2024-08-01 00:07'),
	('2024-08-02 12:00', NULL), (NULL, '2024-08-01 12:00'), ('2024-08-02', '2024-08-01'), ('infinity', 'infinity'), ('-infinity', 'infinity'), ('2020-01-01', '2021-01-01')) v (f, t), differences(f, t) d;

-- Steps of all series together, or of groups of them: the same as adding up the samples of each step.
CREATE FUNCTION step_differences("from" timestamptz, "to" timestamptz, step interval, series int[], groups int[]) RETURNS TABLE (steps bigint, differences bigint) LANGUAGE sql AS $$
	WITH whole AS (SELECT * FROM almanac.step_sums('statement', "from", "to", step, series, groups) AS s (step_start timestamptz, group_id int, calls bigint, rows bigint, total_exec_ms float8,
			min_exec_ms float8, max_exec_ms float8, samples bigint, latency almanac.histogram)),
		parts AS (SELECT date_bin(step, "time" - '1 us'::interval, "from"), COALESCE(g.group_id, 0), sum(calls)::bigint, sum(rows)::bigint, sum(total_exec_ms), min(min_exec_ms), max(max_exec_ms), count(*),
				almanac.merge(latency)
			FROM almanac.statement_samples t LEFT JOIN (SELECT DISTINCT * FROM unnest(series, groups)) AS g (series_id, group_id) ON g.series_id = t.series_id
			WHERE "time" > "from" AND "time" <= "to" AND (series IS NULL OR t.series_id = ANY (series)) GROUP BY 1, 2)
	SELECT (SELECT count(*) FROM whole), (SELECT count(*) FROM ((TABLE whole EXCEPT TABLE parts) UNION ALL (TABLE parts EXCEPT TABLE whole)) d)
$$;
SELECT f, t, step, d.* FROM (VALUES ('2024-08-01'::timestamptz, '2024-08-03'::timestamptz, '1 hour'::interval, NULL::int[], NULL::int[]), ('2024-08-01 00:03', '2024-08-02', '7 min', NULL, NULL),
	('2024-08-01', '2024-08-02', '1 day', NULL, NULL), ('2024-08-01', '2024-08-02', '5 hours', '{7,3,300,9999,64}', '{2,0,2,1,5}'), ('2024-08-01', '2024-08-02', '1 hour', '{}', NULL),
	('2024-08-01', '2024-08-02', '1 hour', '{5,5,1}', NULL), ('2020-01-01', '2020-01-02', '1 hour', NULL, NULL), ('2024-08-01 00:06:59.999999', '2024-08-01 00:07', '1 us', NULL, NULL)) v (f, t, step, series, groups),
	step_differences(f, t, step, series, groups) d;
DO $$
DECLARE
	call text;
	message text;
	hint text;
BEGIN
	FOREACH call IN ARRAY ARRAY[$q$('table', '2024-08-01', '2024-08-02', '1 h') AS s (total_bytes bigint)$q$, $q$('statement', '2024-08-01', '2024-08-02', '1 h') AS s (series_id int)$q$,
			$q$('statement', '2024-08-01', 'infinity', '1 h') AS s (calls bigint)$q$, $q$('statement', '2024-08-01', '2024-08-01', '1 h') AS s (calls bigint)$q$,
			$q$('statement', '2024-08-01', '2024-08-02', '0') AS s (calls bigint)$q$, $q$('statement', '2024-08-01', '2024-08-02', '-1 h') AS s (calls bigint)$q$,
			$q$('statement', '2024-08-01', '2024-08-02', '1 ms') AS s (calls bigint)$q$, $q$('statement', '2024-08-01', '2024-08-02', '1 h', '{1}', '{1000000000}') AS s (calls bigint)$q$,
			$q$('statement', '2024-08-01', '2024-08-02', '1 h', '{1,2}', '{1}') AS s (calls bigint)$q$, $q$('statement', '2024-08-01', '2024-08-02', '1 h', '{1,1}', '{1,2}') AS s (calls bigint)$q$,
			$q$('statement', '2024-08-01', '2024-08-02', '1 h', '{1}', '{-1}') AS s (calls bigint)$q$, $q$('statement', '2024-08-01', '2024-08-02', '1 h', '{NULL}', '{1}') AS s (calls bigint)$q$,
			$q$('statement', NULL, '2024-08-02', '1 h') AS s (calls bigint)$q$] LOOP
		BEGIN
			EXECUTE 'SELECT FROM almanac.step_sums' || call;
			RAISE NOTICE '%: no error', call;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
			RAISE NOTICE '% % %', SQLSTATE, message, hint;
		END;
	END LOOP;
END $$;

-- The standard deviation of all calls together, from those of the intervals.
CREATE TABLE calls AS SELECT i, (i * 37 % 11 + i % 4 * n * 0.001) AS ms FROM generate_series(1, 4) i, generate_series(1, 50) n;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, stddev_exec_ms)
	SELECT 300, '2024-09-01'::timestamptz + i * interval '1 min', '1 min', count(*), sum(ms), stddev_pop(ms) FROM calls GROUP BY i;
SELECT s.calls, round(s.stddev_exec_ms::numeric, 2) AS merged, round(d.whole::numeric, 2) AS whole
	FROM almanac.sums('statement', '2024-09-01', NULL) AS s (calls bigint, stddev_exec_ms float8), (SELECT stddev_pop(ms) AS whole FROM calls) d;
-- Unknown for one interval with calls: unknown for all. Without calls it does not matter.
INSERT INTO almanac.statement_samples (series_id, "time", calls, total_exec_ms) VALUES (300, '2024-09-02', 0, 0), (300, '2024-09-03', NULL, NULL);
SELECT round(stddev_exec_ms::numeric, 2) FROM almanac.sums('statement', '2024-09-01', NULL) AS s (stddev_exec_ms float8);
INSERT INTO almanac.statement_samples (series_id, "time", calls, total_exec_ms) VALUES (300, '2024-09-04', 1, 0);
SELECT round(stddev_exec_ms::numeric, 2) FROM almanac.sums('statement', '2024-09-01', NULL) AS s (stddev_exec_ms float8);
SELECT round(stddev_exec_ms::numeric, 2) FROM almanac.sums('statement', '2024-09-01', '2024-09-03') AS s (stddev_exec_ms float8);
DROP TABLE calls;

-- Totals: the same over everything, after any number of insertions, in any order.
INSERT INTO almanac.table_samples (series_id, "time", total_bytes, seq_scan) VALUES (1, '2024-01-01', 5, 1), (2, '2024-10-01', 5, 1), (2, '2024-10-02', NULL, 1);
WITH total AS (SELECT * FROM almanac.totals('statement') AS s (series_id int, calls bigint, rows bigint, total_exec_ms float8, min_exec_ms float8,
		max_exec_ms float8, plans bigint, samples bigint, first_time timestamptz, last_time timestamptz, duration interval)),
	whole AS (SELECT * FROM almanac.sums('statement', NULL, NULL) AS s (series_id int, calls bigint, rows bigint, total_exec_ms float8, min_exec_ms float8,
		max_exec_ms float8, plans bigint, samples bigint, first_time timestamptz, last_time timestamptz, duration interval))
	SELECT (SELECT count(*) FROM total), (SELECT count(*) FROM ((TABLE whole EXCEPT TABLE total) UNION ALL (TABLE total EXCEPT TABLE whole)) d) AS differences;
WITH total AS (SELECT * FROM almanac.totals('table') AS s (series_id int, seq_scan bigint, total_bytes bigint, last_vacuum timestamptz, samples bigint, first_time timestamptz, last_time timestamptz)),
	whole AS (SELECT * FROM almanac.sums('table', NULL, NULL) AS s (series_id int, seq_scan bigint, total_bytes bigint, last_vacuum timestamptz, samples bigint, first_time timestamptz, last_time timestamptz))
	SELECT (SELECT count(*) FROM total), (SELECT count(*) FROM ((TABLE whole EXCEPT TABLE total) UNION ALL (TABLE total EXCEPT TABLE whole)) d) AS differences;
SELECT series_id, round(stddev_exec_ms::numeric, 2) AS stddev, samples FROM almanac.totals('statement') AS t (series_id int, stddev_exec_ms float8, samples bigint) WHERE series_id IN (1, 300) ORDER BY 1;
-- They outlive the history.
BEGIN;
DELETE FROM almanac.statement_raw;
SELECT count(*) FROM almanac.statement_samples;
SELECT count(*), sum(calls) FROM almanac.totals('statement') AS t (series_id int, calls bigint);
ROLLBACK;

-- Columns that do not exist, of the wrong type, or not named at all.
SELECT * FROM almanac.sums('statement', NULL, NULL) AS s (series_id int, callz bigint);
SELECT * FROM almanac.sums('statement', NULL, NULL) AS s (series_id bigint);
SELECT * FROM almanac.totals('statement') AS s (series_id int, calls int);
SELECT * FROM almanac.totals('statement') AS s (total_exec_ms bigint);
SELECT * FROM almanac.totals('statement') AS s (first_time timestamp);
SELECT * FROM almanac.sums('nonsense', NULL, NULL) AS s (series_id int);
SELECT * FROM almanac.sums(NULL, NULL, NULL) AS s (series_id int);
SELECT * FROM almanac.sums('statement', NULL, NULL);
SELECT almanac.sums('statement', NULL, NULL);
SELECT count(*) FROM almanac.totals(NULL) AS s (series_id int);
-- The same column twice is no mistake.
SELECT a, a_again FROM almanac.sums('table', '2024-09-30', '2024-10-01') AS s (seq_scan bigint, total_bytes bigint) , LATERAL (SELECT seq_scan AS a, seq_scan AS a_again) x;
-- Called again and again in a join.
SELECT d.n, count(*) > 0 AS found FROM generate_series(1, 3) AS d (n), LATERAL almanac.sums('table',
	'2024-09-26'::timestamptz + d.n * interval '1 day', NULL) AS w (series_id integer, seq_scan bigint) GROUP BY 1 ORDER BY 1;

DROP FUNCTION differences(timestamptz, timestamptz);
DROP EXTENSION pg_almanac;
