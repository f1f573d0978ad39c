-- Tiers: days are rolled up, partitions are dropped, and whoever reads does not notice but for the grain.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;

INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE
	SELECT 7000 + g, 1, 1, g, true FROM generate_series(0, 99) g;
INSERT INTO almanac.system_keys (series_id, server_id) OVERRIDING SYSTEM VALUE VALUES (7000, 7);
INSERT INTO almanac.servers (server_id, name) VALUES (7, 'tiers');

-- Two days of a hundred statements, every second of which is active in a minute; with gaps.
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, stddev_exec_ms, min_exec_ms, max_exec_ms)
	SELECT 7000 + s, '2020-03-01 00:00:00.5'::timestamptz + m * interval '1 min', '1 min', 1 + (s * 7 + m) % 13, (s + m) % 3,
		(1 + (s * 7 + m) % 13) * (1 + s % 5), 0.25 * (1 + m % 3), CASE WHEN m % 17 = s % 17 THEN 1 + s * 0.125 END,
		CASE WHEN m % 19 = s % 19 THEN 10 + m * 0.5 END
	FROM generate_series(0, 99) s, generate_series(0, 2 * 1440 - 1) m WHERE (s + m) % 2 = 0 AND m NOT BETWEEN 300 AND 420;
INSERT INTO almanac.system_samples (series_id, "time", duration, wal_bytes, connections)
	SELECT 7000, '2020-03-01 00:00:00.5'::timestamptz + m * interval '1 min', '1 min', 8192, 10 + m % 7 + m / 100
	FROM generate_series(0, 2 * 1440 - 1) m;
CREATE TEMP TABLE raw AS SELECT * FROM almanac.statement_samples WHERE series_id >= 7000;
CREATE TEMP TABLE raw_system AS SELECT * FROM almanac.system_samples WHERE series_id = 7000;

-- What the samples of a statement should be in buckets of a length.
CREATE FUNCTION pg_temp.expected(length interval) RETURNS TABLE (series_id int, "time" timestamptz, duration interval, calls bigint, rows numeric, total_exec_ms numeric,
		stddev_exec_ms numeric, min_exec_ms numeric, max_exec_ms numeric) LANGUAGE sql AS $$
	WITH b AS (SELECT *, date_bin(length, r."time", '2000-01-01') AS bucket FROM raw r),
		 t AS (SELECT bucket, max(b."time") AS "time", max(b."time") - min(b."time" - b.duration) AS duration FROM b GROUP BY 1)
	SELECT b.series_id, t."time", t.duration, sum(b.calls)::bigint, sum(b.rows), sum(b.total_exec_ms)::numeric,
		sqrt(sum(b.calls * (b.stddev_exec_ms ^ 2 + (b.total_exec_ms / b.calls) ^ 2)) / sum(b.calls) - (sum(b.total_exec_ms) / sum(b.calls)) ^ 2)::numeric,
		min(b.min_exec_ms)::numeric, max(b.max_exec_ms)::numeric
	FROM b JOIN t USING (bucket) GROUP BY b.series_id, t."time", t.duration
$$;
-- Samples that are not as expected: a deviation is kept with an error of 2^-13 of the variance.
CREATE FUNCTION pg_temp.difference(length interval) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM pg_temp.expected(length) e
	FULL JOIN (SELECT * FROM almanac.statement_samples s WHERE s.series_id >= 7000 AND s."time" < '2020-03-10') f USING (series_id, "time")
	WHERE (e.duration, e.calls, e.rows, e.total_exec_ms, e.min_exec_ms, e.max_exec_ms) IS DISTINCT FROM
		(f.duration, f.calls, f.rows, f.total_exec_ms::numeric, f.min_exec_ms::numeric, f.max_exec_ms::numeric)
		OR (abs(e.stddev_exec_ms - f.stddev_exec_ms::numeric) < 0.0002 * e.stddev_exec_ms) IS NOT TRUE
$$;

-- Nothing is rolled up before its day is over, nothing dropped before it is old.
SELECT almanac.purge('2020-03-01 23:59');
SELECT almanac.purge('2020-03-03');
SELECT tier, keep, complete_until, dropped_until, partitions > 0 AS stored FROM almanac.retention WHERE stream = 'statement';
SELECT count(*) = (SELECT count(*) FROM raw) AS unchanged FROM almanac.statement_samples WHERE series_id >= 7000;

-- Each tier is what the samples add up to.
SET pg_almanac.grain = '10min';
SELECT pg_temp.difference('10 min');
SET pg_almanac.grain = '1h';
SELECT pg_temp.difference('1 hour');
SET pg_almanac.grain = '1d';
SELECT pg_temp.difference('1 day');
SELECT "time", duration, wal_bytes, connections, connections_min, connections_max FROM almanac.system_samples WHERE series_id = 7000 ORDER BY "time";
SELECT (SELECT min(connections) FROM raw_system WHERE "time" < '2020-03-02'), (SELECT max(connections) FROM raw_system WHERE "time" < '2020-03-02');
RESET pg_almanac.grain;
SELECT connections, connections_min, connections_max FROM almanac.system_samples WHERE series_id = 7000 ORDER BY "time" LIMIT 1;

-- The first day goes: its moments are counted once.
SELECT almanac.purge('2020-03-16 00:00');
SELECT tier, complete_until, dropped_until FROM almanac.retention WHERE stream = 'statement';
SELECT stream, tier, from_time, to_time, bytes > 0 AS bytes, reason FROM almanac.drops WHERE from_time >= '2020-03-01' ORDER BY stream COLLATE "C", from_time;
SELECT "time" < '2020-03-02' AS dropped, duration, count(*), sum(calls), sum(total_exec_ms) FROM almanac.statement_samples WHERE series_id >= 7000 AND duration = '1 min' GROUP BY 1, 2 ORDER BY 1;
SELECT sum(s.calls) = (SELECT sum(calls) FROM raw) AND sum(s.total_exec_ms) = (SELECT sum(total_exec_ms) FROM raw) AS same FROM almanac.statement_samples s WHERE s.series_id >= 7000;
SELECT calls = (SELECT sum(r.calls) FROM raw r WHERE r.series_id = 7001) AS same
	FROM almanac.sums('statement', NULL, NULL) AS s (series_id int, calls bigint) WHERE series_id = 7001;
SELECT calls = (SELECT sum(r.calls) FROM raw r WHERE r.series_id = 7001) AS same
	FROM almanac.totals('statement') AS s (series_id int, calls bigint) WHERE series_id = 7001;
-- Ranges that touch the border.
SELECT count(*), min("time"), max("time"), sum(calls) FROM almanac.statement_samples WHERE series_id = 7002 AND "time" >= '2020-03-01 23:40' AND "time" < '2020-03-02 00:03';
CREATE FUNCTION read_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
		IF line ~ '^ *(Time Range|Series|Tiers|Chunks|Journal)' THEN
			RETURN NEXT btrim(line);
		END IF;
	END LOOP;
END
$$;
SELECT read_of($$SELECT * FROM almanac.statement_samples WHERE series_id = 7002 AND "time" >= '2020-03-01 23:40' AND "time" < '2020-03-02 00:03'$$);
DROP FUNCTION read_of;

-- What comes late is in all tiers that there are.
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls) VALUES (7002, '2020-03-01 12:00', '1 min', 1000000), (7002, '2020-03-02 12:00', '1 min', 1000000);
SELECT "time", duration, calls FROM almanac.statement_samples WHERE calls >= 1000000 ORDER BY 1;
SET pg_almanac.grain = '1d';
SELECT "time", duration, calls FROM almanac.statement_samples WHERE calls >= 1000000 ORDER BY 1;
RESET pg_almanac.grain;
SELECT calls - (SELECT sum(r.calls) FROM raw r WHERE r.series_id = 7002) AS late
	FROM almanac.sums('statement', NULL, NULL) AS s (series_id int, calls bigint) WHERE series_id = 7002;

-- Years later.
SELECT almanac.purge('2021-01-01');
SELECT tier, dropped_until FROM almanac.retention WHERE stream = 'statement';
SELECT almanac.purge('2023-01-01');
SELECT tier, dropped_until FROM almanac.retention WHERE stream = 'statement';
SELECT "time", duration, count(*), sum(calls) FROM almanac.statement_samples WHERE series_id >= 7000 GROUP BY 1, 2 ORDER BY 1, 2;
SELECT sum(s.calls) - (SELECT sum(calls) FROM raw) AS late FROM almanac.statement_samples s WHERE s.series_id >= 7000;
SELECT almanac.purge('2023-01-01');

-- How long: what cannot be is refused.
SELECT almanac.set_retention('statement', 'raw', '3 days');
SELECT almanac.set_retention('statement', '1d', '5 years');
SELECT tier, keep, default_keep FROM almanac.retention WHERE stream = 'statement';
SELECT almanac.set_retention('statement', 'raw', '91 days');
SELECT almanac.set_retention('statement', '10min', '2 days');
SELECT almanac.set_retention('statement', '1h', NULL);
SELECT almanac.set_retention('statement', 'raw', '23 hours');
SELECT almanac.set_retention('statement', 'raw', '-1 day');
SELECT almanac.set_retention('statement', '5min', '1 day');
SELECT almanac.set_retention('no such', 'raw', '1 day');
SELECT almanac.set_retention(NULL, 'raw', '1 day');
SELECT almanac.set_retention('statement', NULL, '1 day');
SELECT almanac.purge('infinity');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT almanac.purge('2023-01-01');
ROLLBACK;
SET pg_almanac.grain = '5min';

-- The last tier goes too, and then nothing can be added to it.
SELECT almanac.purge('2026-01-01');
SELECT count(*) FROM almanac.statement_samples WHERE series_id >= 7000;
INSERT INTO almanac.statement_samples (series_id, "time", calls) VALUES (7002, '2020-03-01 12:00', 1);
SELECT calls - (SELECT sum(r.calls) FROM raw r WHERE r.series_id = 7002) AS late
	FROM almanac.totals('statement') AS s (series_id int, calls bigint) WHERE series_id = 7002;

-- Least and greatest of a gauge, as they may be inserted.
INSERT INTO almanac.system_samples (series_id, "time", connections, connections_min, connections_max) VALUES (7000, '2030-01-01', 5, 6, 7);
INSERT INTO almanac.system_samples (series_id, "time", connections_max) VALUES (7000, '2030-01-01', 7);
INSERT INTO almanac.system_samples (series_id, "time", connections, connections_min, connections_max) VALUES (7000, '2030-01-01', 5, 5, 7);
SELECT connections, connections_min, connections_max, standbys, standbys_max FROM almanac.system_samples WHERE series_id = 7000 AND "time" = '2030-01-01';

-- In small transactions, before the extension is dropped.
CALL almanac.drop_history();
SELECT count(*) FROM pg_inherits WHERE inhparent::regclass::text LIKE 'almanac.%';
