-- What a scan of samples answers itself: times, series, columns; and how the planner uses it.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET compute_query_id = off;
SET intervalstyle = postgres;

INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel)
	SELECT n, 1, 1, 1000 + n, true FROM generate_series(1, 3000) n;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, rows)
	SELECT s, '2024-05-01'::timestamptz + t * interval '10 min', '10 min', s + t, s * 0.5, t
	FROM generate_series(1, 3000) s, generate_series(1, 300) t WHERE (s + t) % 10 = 0;
VACUUM ANALYZE almanac.statement_keys;
VACUUM almanac.statement_raw;

-- Conditions on the time: every operator, either way round, other types, parameters and stable functions.
EXPLAIN (COSTS OFF) SELECT calls FROM almanac.statement_samples WHERE "time" > '2024-05-02' AND "time" <= '2024-05-02 01:00';
EXPLAIN (COSTS OFF) SELECT calls FROM almanac.statement_samples WHERE "time" BETWEEN '2024-05-02' AND '2024-05-03' AND '2024-05-02 12:00' > "time";
EXPLAIN (COSTS OFF) SELECT calls FROM almanac.statement_samples WHERE "time" >= date '2024-05-02' AND "time" < timestamp '2024-05-02 01:00';
EXPLAIN (COSTS OFF) SELECT calls FROM almanac.statement_samples WHERE "time" > now() - interval '1 day';
SELECT count(*) FROM almanac.statement_samples WHERE "time" = (SELECT max(last_time) FROM almanac.statement_raw);
-- Not on the time: the executor's business. Volatile: not to be evaluated once.
EXPLAIN (COSTS OFF) SELECT calls FROM almanac.statement_samples WHERE "time" <> '2024-05-02' AND calls > 10 AND "time" > clock_timestamp();
-- Series.
EXPLAIN (COSTS OFF) SELECT calls FROM almanac.statement_samples WHERE series_id = 7 AND "time" > '2024-05-02';
EXPLAIN (COSTS OFF) SELECT calls FROM almanac.statement_samples WHERE series_id IN (7, 8, 2000);
EXPLAIN (COSTS OFF) SELECT calls FROM almanac.statement_samples WHERE 7::bigint = series_id AND series_id > 5;
EXPLAIN (COSTS OFF, VERBOSE) SELECT series_id, calls FROM almanac.statement_samples WHERE series_id = ANY ('{1,2}'::bigint[]) AND rows = 3;

-- The same rows as the executor would choose.
CREATE FUNCTION same(condition text) RETURNS TABLE (samples bigint, same boolean) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format($q$WITH a AS MATERIALIZED (SELECT * FROM almanac.statement_samples),
			pushed AS (SELECT series_id, "time", calls FROM almanac.statement_samples WHERE %1$s),
			plain AS (SELECT series_id, "time", calls FROM a WHERE %1$s)
		SELECT (SELECT count(*) FROM pushed), NOT EXISTS (SELECT * FROM pushed EXCEPT ALL SELECT * FROM plain)
			AND NOT EXISTS (SELECT * FROM plain EXCEPT ALL SELECT * FROM pushed)$q$, condition);
END
$$;
SELECT c, s.* FROM unnest(ARRAY[
	$$true$$,
	$$"time" > '2024-05-02' AND "time" <= '2024-05-02 01:00'$$,
	$$"time" >= '2024-05-02' AND "time" < '2024-05-02 01:00'$$,
	$$"time" = '2024-05-02 00:10'$$,
	$$"time" = '2024-05-02 00:10:01'$$,
	$$"time" < '2024-05-01 00:20'$$,
	$$"time" > '-infinity' AND "time" < 'infinity'$$,
	$$"time" < '-infinity' OR "time" > 'infinity'$$,
	$$"time" < '-infinity'$$,
	$$"time" > 'infinity'$$,
	$$"time" >= 'infinity'$$,
	$$"time" <= '-infinity'$$,
	$$"time" > '2024-05-02' AND "time" < '2024-05-01'$$,
	$$"time" > NULL$$,
	$$"time" >= date '2024-05-02' AND "time" < date '2024-05-03'$$,
	$$"time" < date '294277-01-01' AND "time" > date '4713-01-01 BC'$$,
	$$"time" >= timestamp '2024-05-02 03:00' AND "time" < timestamp '294276-12-31'$$,
	$$timestamp '2024-05-02 03:00' <= "time"$$,
	$$series_id = 7$$,
	$$series_id = 7 AND series_id = 8$$,
	$$series_id = 7::smallint$$,
	$$series_id = 70000000000$$,
	$$series_id = NULL::int$$,
	$$series_id = -1$$,
	$$series_id IN (7, 7, 8, NULL, 2999, 100000)$$,
	$$series_id = ANY (NULL::int[])$$,
	$$series_id = ANY ('{}'::int[])$$,
	$$series_id = ANY ('{{1,2},{3,4}}'::int[])$$,
	$$series_id = ANY ('{1,70000000000}'::bigint[]) AND "time" > '2024-05-02'$$,
	$$series_id = ALL ('{7}'::int[])$$,
	$$NOT series_id = ANY ('{7}'::int[]) AND series_id < 20$$,
	$$series_id BETWEEN 60 AND 70 AND "time" BETWEEN '2024-05-01 12:00' AND '2024-05-02 12:00'$$,
	$$series_id = ANY (ARRAY(SELECT generate_series(1, 3000, 100)))$$,
	$$"time" = '2024-05-02 00:10' AND calls > 1000 AND rows % 2 = 1$$
]) c, same(c) s;

-- Columns: whole rows, none at all, hidden ones.
SELECT count(*) FROM almanac.statement_samples;
SELECT (s).calls, (s)."time" FROM almanac.statement_samples s WHERE series_id = 1 ORDER BY 2 LIMIT 2;
SELECT tableoid::regclass, calls FROM almanac.statement_samples WHERE series_id = 1 ORDER BY "time" LIMIT 1;

-- Joins: a few series are looked up one by one, all of them are hashed.
EXPLAIN (COSTS OFF) SELECT k.queryid, s."time", s.calls FROM almanac.statement_keys k JOIN almanac.statement_samples s USING (series_id) WHERE k.queryid = 1007;
EXPLAIN (COSTS OFF) SELECT k.queryid, sum(s.calls) FROM almanac.statement_keys k JOIN almanac.statement_samples s USING (series_id)
	WHERE k.queryid IN (1007, 1100) AND s."time" > '2024-05-02' GROUP BY 1;
EXPLAIN (COSTS OFF) SELECT k.queryid, sum(s.calls) FROM almanac.statement_keys k JOIN almanac.statement_samples s USING (series_id) GROUP BY 1;
EXPLAIN (COSTS OFF) SELECT k.queryid, s.* FROM almanac.statement_keys k LEFT JOIN almanac.statement_samples s ON s.series_id = k.series_id AND s."time" < k.first_seen WHERE k.queryid = 1007;
SELECT k.queryid, count(*), sum(s.calls) FROM almanac.statement_keys k JOIN almanac.statement_samples s USING (series_id) WHERE k.queryid IN (1007, 1100, 1101) GROUP BY 1 ORDER BY 1;
-- A range of times per row of another table.
CREATE TABLE events (at timestamptz, name text);
INSERT INTO events VALUES ('2024-05-01 06:00', 'a'), ('2024-05-02 06:00', 'b'), (NULL, 'c');
ANALYZE events;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT name, count(*) FROM events e JOIN almanac.statement_samples s ON s."time" BETWEEN e.at - interval '1 hour' AND e.at GROUP BY 1;
SELECT name, count(*), sum(calls) FROM events e LEFT JOIN almanac.statement_samples s ON s."time" BETWEEN e.at - interval '1 hour' AND e.at GROUP BY 1 ORDER BY 1;
SELECT name, l.* FROM events e, LATERAL (SELECT count(*), min("time"), max("time") FROM almanac.statement_samples s WHERE s."time" = e.at AND s.series_id = ANY ('{10,20,30}')) l ORDER BY 1;
RESET enable_hashjoin;
RESET enable_mergejoin;
-- Rescans from both sides, and a correlated subquery.
SELECT k.series_id, (SELECT max(calls) FROM almanac.statement_samples s WHERE s.series_id = k.series_id AND s."time" <= '2024-05-02') FROM almanac.statement_keys k WHERE k.series_id <= 5 ORDER BY 1;
DROP TABLE events;

-- Prepared statements, with their own and with a general plan.
PREPARE history(int, timestamptz) AS SELECT count(*), sum(calls) FROM almanac.statement_samples WHERE series_id = $1 AND "time" > $2;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE history(7, '2024-05-02');
EXECUTE history(7, '2024-05-02');
EXECUTE history(8, '2024-05-01');
EXECUTE history(NULL, '2024-05-01');
SET plan_cache_mode = force_custom_plan;
EXECUTE history(7, '2024-05-02');
RESET plan_cache_mode;

-- What was read: of the segments in range those of the series.
CREATE FUNCTION reads(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
		IF line ~ 'Chunks|Journal' THEN
			RETURN NEXT btrim(line);
		END IF;
	END LOOP;
END
$$;
SELECT count(*) FROM almanac.statement_raw WHERE first_time <= '2024-05-02 12:00' AND last_time >= '2024-05-02 06:00' AND series_group = 1 AND members >> 36 & 1 = 1;
SELECT reads($$SELECT calls FROM almanac.statement_samples WHERE series_id = 100 AND "time" BETWEEN '2024-05-02 06:00' AND '2024-05-02 12:00'$$);
SELECT reads($$SELECT calls FROM almanac.statement_samples WHERE "time" > '2030-01-01'$$);
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) SELECT calls FROM almanac.statement_samples WHERE "time" > '2030-01-01' \g /dev/null

-- Cursors go on while the archive grows, and see what was there when they were opened.
BEGIN;
DECLARE c CURSOR FOR SELECT calls FROM almanac.statement_samples WHERE series_id = 10 ORDER BY "time";
FETCH 2 FROM c;
INSERT INTO almanac.statement_samples (series_id, "time", calls) SELECT 10, '2024-05-09'::timestamptz + n * interval '1 s', n FROM generate_series(1, 1000) n;
MOVE ALL FROM c;
FETCH BACKWARD 1 FROM c;
ROLLBACK;

-- Journal rows are read along with the archive: here one is made of a segment. Samples that only say that an entry has
-- vanished are the recorder's own.
INSERT INTO almanac.replication_keys (series_id, kind, name) VALUES (1, 'slot', 'a'), (2, 'slot', 'b'), (3, 'slot', 'c');
INSERT INTO almanac.replication_samples (series_id, "time", duration, active, retained_bytes)
	SELECT n, '2024-06-01 00:01', '1 min', n, n * 10 FROM generate_series(1, 3) n;
INSERT INTO almanac.journal (snapshot_id, "time", source, server_id, samples, stream, payload)
	SELECT 1, first_time, 0, 0, samples, 7, data FROM almanac.replication_raw;
SELECT series_id, "time", duration, active, retained_bytes FROM almanac.replication_samples ORDER BY 1;
SELECT series_id, count(*) FROM almanac.replication_samples WHERE series_id IN (2, 4) AND "time" >= '2024-06-01 00:01' GROUP BY 1;
SELECT count(*) FROM almanac.replication_samples WHERE "time" > '2024-06-01 00:01';
SELECT reads($$SELECT * FROM almanac.replication_samples$$);
DELETE FROM almanac.journal;

-- Rows of the other side can be locked.
SELECT s.calls FROM almanac.statement_keys k JOIN almanac.statement_samples s USING (series_id) WHERE k.queryid = 1007 AND s."time" < '2024-05-01 04:00' ORDER BY s."time" FOR UPDATE OF k;

DROP FUNCTION same(text);
DROP FUNCTION reads(text);
DROP EXTENSION pg_almanac;
