-- What compare() calls significant, and what it does not.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET extra_float_digits = 0;
CREATE FUNCTION noise(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
	RETURN (hashint8extended(a * 1000003 + b, 7) & 1048575) / 1048576.0::double precision;
-- Two days in ten minutes. Only the second, third and fourth differ; of the fifth a single interval is wild, the sixth ran in one interval of each
-- day, the seventh on one day only, the eighth differs by less than anything tells, the ninth is up one hour in two. The last thirty are steady.
INSERT INTO almanac.query_texts SELECT g, '2020-01-01', 'SELECT ' || (ARRAY['steady', 'slower', 'faster', 'noisy and slower', 'one wild interval', 'one interval', 'one day',
	'a tiny difference', 'up and down'])[g] FROM generate_series(1, 9) g;
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) SELECT 90001, 10, g, true, g FROM generate_series(1, 39) g;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT k.series_id, timestamptz '2020-03-01' + (i + 1) * interval '10 minutes', '10 minutes', 50, 50 * 10 * (0.9 + 0.2 * noise(s, i)) * CASE
		WHEN s = 2 AND i >= 144 THEN 1.1 WHEN s = 3 AND i >= 144 THEN 0.7 WHEN s = 4 THEN (0.5 + noise(s + 50, i)) * CASE WHEN i >= 144 THEN 1.5 ELSE 1 END
		WHEN s = 5 AND i = 200 THEN 300 WHEN s IN (6, 7) AND i >= 144 THEN 5 WHEN s = 8 AND i >= 144 THEN 1.005 WHEN s = 9 AND i / 6 % 2 = 0 THEN 3 ELSE 1 END
	FROM almanac.statement_keys k, LATERAL (SELECT k.queryid) q (s), generate_series(0, 287) i
	WHERE CASE s WHEN 6 THEN i IN (10, 160) WHEN 7 THEN i >= 144 ELSE true END;
CREATE VIEW compared AS SELECT queryid, query, calls1, calls2, round(mean_change::numeric, 2) AS mean_change, CASE WHEN p_value < 0.001 THEN '< 0.001' ELSE '> 0.001' END AS p, significant
	FROM almanac.compare('2020-03-01', '2020-03-02', '2020-03-02', '2020-03-03');
SELECT query, calls1, calls2, mean_change, CASE WHEN significant THEN p END AS p, significant FROM compared WHERE queryid < 10 ORDER BY queryid;
SELECT significant, count(*) FROM compared WHERE queryid >= 10 GROUP BY 1;
SELECT count(*), min(steps1), max(steps1), min(steps2), bool_and(p_value IS NULL) FILTER (WHERE steps1 = 1) AS one_step_tells_nothing
	FROM almanac.compare_levels('2020-03-01', '2020-03-02', '2020-03-02', '2020-03-03');
-- The same window twice, windows that are too short or empty, and the other way round.
SELECT min(p_value), max(p_value) FROM almanac.compare_levels('2020-03-01', '2020-03-02', '2020-03-01', '2020-03-02');
SELECT count(*), count(p_value) FROM almanac.compare_levels('2020-03-01', '2020-03-01 01:00', '2020-03-02', '2020-03-02 01:00');
SELECT count(*) FROM almanac.compare_levels('2020-03-01', '2020-03-02', '2021-03-01', '2021-03-02');
SELECT round(max(abs(a.p_value - b.p_value))::numeric, 6) AS difference FROM almanac.compare_levels('2020-03-01', '2020-03-02', '2020-03-02', '2020-03-03') a
	JOIN almanac.compare_levels('2020-03-02', '2020-03-03', '2020-03-01', '2020-03-02') b USING (series_id);
SELECT count(*) FROM almanac.compare_levels('2020-03-01', '2020-03-02', NULL, '2020-03-03');
SELECT count(*), count(p_value) FROM almanac.compare_levels('1990-01-01', '2020-03-02', '2020-03-02', '2020-03-03');
SELECT count(*) FROM almanac.compare_levels('-infinity', '2020-03-02', '2020-03-02', '2020-03-03');
SELECT count(*) FROM almanac.compare_levels('2020-03-02', '2020-03-02', '2020-03-02', '2020-03-03');
DROP VIEW compared;
DROP FUNCTION noise;
DROP EXTENSION pg_almanac;
