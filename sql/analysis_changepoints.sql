-- Change points and sparklines of series that are made here.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET extra_float_digits = 0;

-- What is raised, without its place in the source.
CREATE FUNCTION analysis_error(statement text) RETURNS TABLE (state text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	state := 'done';
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END
$$;
-- Noise of 1, in steps of a quarter, that is the same everywhere: the sum of three hashes.
CREATE FUNCTION noise(seed int, n int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT (sum(get_byte(sha256(int4send(seed) || int4send(n)), i)) - 6 * 127.5) / 181 FROM generate_series(0, 5) i
$$;

-- A query that takes 10 ms, with 5 % of noise, and half as much again from the 61st hour on.
CREATE TABLE slower AS SELECT n, 10 * exp(0.05 * noise(1, n)) * CASE WHEN n > 60 THEN 1.5 ELSE 1 END AS ms FROM generate_series(1, 100) n;
SELECT at, earliest <= 61 AND latest >= 61 AS certain, latest - earliest < 3 AS close, round(level_before::numeric) AS before,
	round(level_after::numeric) AS after, round(change::numeric, 1) AS change, p_value < 1e-20 AS sure
FROM almanac.changepoints((SELECT array_agg(ms ORDER BY n) FROM slower));
-- The unit does not matter.
SELECT count(*) FROM (SELECT at, earliest, latest, round(change::numeric, 6) FROM almanac.changepoints((SELECT array_agg(ms ORDER BY n) FROM slower))
	EXCEPT SELECT at, earliest, latest, round(change::numeric, 6) FROM almanac.changepoints((SELECT array_agg(ms * 1e6 ORDER BY n) FROM slower))) d;
-- Gaps and elements without calls count in positions, and in nothing else.
SELECT at FROM almanac.changepoints((SELECT array_agg(CASE WHEN n % 5 = 0 THEN NULL ELSE ms END ORDER BY n) FROM slower));
SELECT at FROM almanac.changepoints((SELECT array_agg(CASE WHEN n BETWEEN 50 AND 59 THEN 1e9 ELSE ms END ORDER BY n) FROM slower),
	(SELECT array_agg(CASE WHEN n BETWEEN 50 AND 59 THEN 0 WHEN n < 3 THEN NULL ELSE 40 END ORDER BY n) FROM slower));
-- Few calls prove nothing.
SELECT at FROM almanac.changepoints((SELECT array_agg(ms ORDER BY n) FROM slower), (SELECT array_agg(0.5 ORDER BY n) FROM slower));
-- Changes that are too small for the caller; NULL is the default.
SELECT at FROM almanac.changepoints((SELECT array_agg(ms ORDER BY n) FROM slower), min_effect => 0.6);
SELECT at FROM almanac.changepoints((SELECT array_agg(ms ORDER BY n) FROM slower), NULL, NULL, NULL, NULL);
-- What does not last is no change: a spike, an excursion of an hour or ten. What is over is two.
SELECT t.from, t.to, (SELECT array_agg((c.at, round(c.change::numeric, 1)) ORDER BY c.at)
		FROM almanac.changepoints((SELECT array_agg(exp(0.05 * noise(2, n)) * CASE WHEN n BETWEEN t.from AND t.to THEN 3 ELSE 1 END ORDER BY n)
			FROM generate_series(1, 120) n)) c) AS changes
FROM (VALUES (60, 60), (60, 69), (50, 79), (119, 120), (101, 120)) AS t ("from", "to");

-- The hour of the day: 30 % more at noon than at midnight, and 15 % more in all from the 200th hour on. With the period, and when it is looked for.
CREATE TABLE daily AS SELECT n, exp(0.05 * noise(3, n) + 0.3 * sin(n * 2 * pi() / 24) + CASE WHEN n >= 200 THEN 0.14 ELSE 0 END) AS ms
	FROM generate_series(1, 336) n;
SELECT p.period, (SELECT array_agg(abs(c.at - 200) <= 3 AND 200 BETWEEN c.earliest AND c.latest AND abs(c.change - 0.15) < 0.03)
	FROM almanac.changepoints((SELECT array_agg(ms ORDER BY n) FROM daily), period => p.period) c) AS right
FROM (VALUES (24), (NULL), (1), (0)) AS p (period);

-- Differences instead of ratios, where values may be negative.
SELECT at, round(level_before::numeric, 1) AS before, round(level_after::numeric, 1) AS after, round(change::numeric, 1) AS change
FROM almanac.changepoints((SELECT array_agg(CASE WHEN n > 40 THEN 6 ELSE -3 END + noise(4, n) ORDER BY n) FROM generate_series(1, 80) n),
	log => false);
-- A change from 0 is no ratio.
SELECT at, level_before, level_after, change FROM almanac.changepoints(array_fill(0::float8, ARRAY[30]) || array_fill(5::float8, ARRAY[30]), log => false);
SELECT at, round(level_before::numeric, 6) AS before, round(level_after::numeric, 6) AS after, round(change::numeric, 6) AS change FROM almanac.changepoints(array_fill(3::float8, ARRAY[30]) || array_fill(6::float8, ARRAY[30]));

-- Nothing to tell.
SELECT s.name, (SELECT count(*) FROM almanac.changepoints(s.series)), (SELECT count(*) FROM almanac.changepoints(s.series, log => false)) FROM (VALUES
	('empty', '{}'), ('one', '{1}'), ('eleven', '{1,1,1,1,1,9,9,9,9,9,9}'), ('one of many', array_fill(NULL::float8, ARRAY[500]) || 1.0::float8),
	('all gaps', array_fill(NULL::float8, ARRAY[500])), ('constant', array_fill(7::float8, ARRAY[500])), ('zeros', array_fill(0::float8, ARRAY[500])),
	('largest', array_fill(1.7e308::float8, ARRAY[50])), ('least', array_fill(5e-324::float8, ARRAY[50])), ('null', NULL)) AS s (name, series);
SELECT count(*) FROM almanac.changepoints(array_fill(-1.7e308::float8, ARRAY[50]) || array_fill(1.7e308::float8, ARRAY[50]), log => false);
SELECT count(*) FROM almanac.changepoints((SELECT array_agg(exp(0.05 * (n::bigint * n % 101) / 101)) FROM generate_series(1, 100000) n));
-- The same each time, in parallel plans too.
SELECT count(DISTINCT c.result) FROM (SELECT (SELECT string_agg(c::text, ' ') FROM almanac.changepoints((SELECT array_agg(ms ORDER BY n) FROM daily)) c) AS result
	FROM generate_series(1, 20)) c;
SELECT proname, provolatile, proparallel, proisstrict FROM pg_proc WHERE proname IN ('changepoints', 'sparkline') AND pronamespace = 'almanac'::regnamespace;

-- Asked wrongly.
SELECT e.* FROM unnest(ARRAY[
	$$SELECT almanac.changepoints('{1,2,NaN}')$$,
	$$SELECT almanac.changepoints('{1,NULL,Infinity}')$$,
	$$SELECT almanac.changepoints('{1,-Infinity}', log => false)$$,
	$$SELECT almanac.changepoints('{1,2,-3}')$$,
	$$SELECT almanac.changepoints('{1,2,-3}', log => false)$$,
	$$SELECT almanac.changepoints('{1,2,3}', '{1,2}')$$,
	$$SELECT almanac.changepoints('{1,2,3}', '{1,2,-2}')$$,
	$$SELECT almanac.changepoints('{1,2,3}', '{1,2,NaN}')$$,
	$$SELECT almanac.changepoints('{1,2,3}', period => -1)$$,
	$$SELECT almanac.changepoints('{1,2,3}', period => 2147483647)$$,
	$$SELECT almanac.changepoints('{1,2,3}', min_effect => -0.1)$$,
	$$SELECT almanac.changepoints('{1,2,3}', min_effect => 'NaN')$$,
	$$SELECT almanac.changepoints('{1,2,3}', min_effect => 'Infinity')$$,
	$$SELECT almanac.changepoints('{{1,2},{3,4}}')$$,
	$$SELECT almanac.changepoints(array_fill(1::float8, ARRAY[100001]))$$,
	$$SELECT almanac.changepoints('{1}', array_fill(1::float8, ARRAY[100001]))$$,
	$$SELECT almanac.sparkline('{1,NaN}')$$,
	$$SELECT almanac.sparkline(array_fill(NULL::float8, ARRAY[100001]))$$]) AS s (statement), analysis_error(s.statement) e;

-- Sparklines
SELECT almanac.sparkline('{1,2,3,4,5,6,7,8}'), almanac.sparkline('{0,10,NULL,10,0}') || '|' AS gap, almanac.sparkline('{5,5,5}') AS constant,
	almanac.sparkline('{}') = '' AS empty, almanac.sparkline('{NULL,NULL}') || '|' AS gaps, almanac.sparkline(NULL) IS NULL AS "null",
	almanac.sparkline('{-1.7e308,0,1.7e308}') AS wide;
SELECT almanac.sparkline((SELECT array_agg(round(ms) ORDER BY n) FROM slower WHERE n > 50 AND n <= 70));

-- For whoever monitors the server, and nobody else.
CREATE ROLE analysis_monitor;
GRANT pg_monitor TO analysis_monitor;
CREATE ROLE analysis_anybody;
SET ROLE analysis_monitor;
SELECT count(*) FROM almanac.changepoints('{1}');
SET ROLE analysis_anybody;
SELECT almanac.sparkline('{1}');
RESET ROLE;
DROP ROLE analysis_monitor, analysis_anybody;
DROP TABLE slower, daily;
DROP FUNCTION analysis_error, noise;
