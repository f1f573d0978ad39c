-- forecast() and time_to(): projections of anybody's own series.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET extra_float_digits = 0;

CREATE FUNCTION forecast_error(statement text) RETURNS TABLE (state text, message text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	state := 'done';
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END
$$;

-- A database that grows by 10 a day, 24 on Mondays, was purged once and loaded once; every fifth day was not measured.
CREATE TABLE sizes AS
	SELECT day, 5000 + 10 * n + 14 * ((n + 6) / 7) - CASE WHEN n > 80 THEN 2000 ELSE 0 END + CASE WHEN n > 120 THEN 3000 ELSE 0 END AS size
	FROM (SELECT n, timestamptz '2026-01-01' + n * interval '1 day' AS day FROM generate_series(0, 180) n) d;
CREATE VIEW size_series AS
	SELECT array_agg(day ORDER BY day) AS times, array_agg(CASE WHEN extract(day FROM day)::int % 5 = 3 THEN NULL ELSE size END::float8 ORDER BY day) AS series
	FROM sizes;
SELECT f.time, round(f.value::numeric, -1) AS value, f.lower_95 <= f.lower_80 AND f.lower_80 <= f.value AND f.value <= f.upper_80 AND f.upper_80 <= f.upper_95 AS ordered,
		f.method
	FROM size_series, almanac.forecast(times, series, ARRAY['2026-12-28', '2026-07-01', '2026-09-21', '2026-01-05']::timestamptz[]) f;
SELECT threshold, t.verdict, t.earliest <= t.likely AND t.likely <= t.latest AS ordered, t.likely::date
	FROM size_series, unnest('{8000,9000,10000,12000,1000000}'::float8[]) AS threshold, almanac.time_to(times, series, threshold) t ORDER BY 1;

-- A load with a daily cycle, asked for the next twelve hours.
CREATE VIEW load_series AS
	SELECT array_agg(timestamptz '2026-01-01' + n * interval '1 hour' ORDER BY n) AS times, array_agg(100 + 40 * sin(n * pi() / 12) + n % 5 ORDER BY n) AS series
	FROM generate_series(0, 24 * 14 - 1) n;
SELECT count(*), bool_and(abs(f.value - (102 + 40 * sin(h * pi() / 12))) < 6) AS close, bool_and(f.upper_80 - f.lower_80 BETWEEN 1 AND 20) AS narrow, min(left(f.method, 7)) AS method
	FROM load_series, almanac.forecast(times, series, ARRAY(SELECT timestamptz '2026-01-15' + h * interval '1 hour' FROM generate_series(0, 11) h)) WITH ORDINALITY
		AS f (time, value, lower_80, upper_80, lower_95, upper_95, method, n), LATERAL (SELECT f.n - 1 AS h) o;
SELECT k.kind, left(f.method, 6) AS method FROM load_series, unnest('{auto,growth,metric}'::text[]) AS k (kind),
	almanac.forecast(times, series, '{2026-02-01}', k.kind) f;

-- What is no forecast says why.
SELECT s.what, f.value, f.method, t.* FROM (VALUES
		('nothing', '{}'::timestamptz[], '{}'::float8[]),
		('one', '{2026-01-01}', '{5}'),
		('gaps', '{2026-01-01,2026-01-02}', '{NULL,NULL}'),
		('the same time', array_fill(timestamptz '2026-01-01', ARRAY[50]), array_fill(1::float8, ARRAY[50]))
	) AS s (what, times, series), almanac.forecast(s.times, s.series, '{2026-06-01}') f, almanac.time_to(s.times, s.series, 10) t;
WITH s AS (SELECT array_agg(timestamptz '2026-01-01' + n * interval '1 day' ORDER BY n) AS times, array_agg(n) AS n FROM generate_series(0, 99) n)
SELECT c.what, t.verdict, t.earliest::date, t.likely::date, t.latest::date FROM s, LATERAL (VALUES ('constant', array_fill(7::float8, ARRAY[100])),
		('zero', array_fill(0::float8, ARRAY[100])), ('beyond', n::float8[]), ('slow', (SELECT array_agg(1 + i / 1e6) FROM unnest(n) i)),
		('new rate', (SELECT array_agg(CASE WHEN i < 90 THEN i + i % 3 / 10.0 ELSE 90 + (i - 90) * 5 END) FROM unnest(n) i))) AS c (what, series),
	almanac.time_to(s.times, c.series, CASE c.what WHEN 'beyond' THEN 90 ELSE 200 END) t;
SELECT f.value = 1.7976931348623157e308 AS clamped, f.upper_95 = f.value AS upper FROM almanac.forecast(
	ARRAY(SELECT timestamptz '2026-01-01' + n * interval '1 day' FROM generate_series(0, 40) n),
	ARRAY(SELECT n * 4e306 FROM generate_series(0, 40) n), '{2200-01-01}') f;
SELECT count(*) FROM almanac.forecast(NULL, '{}', '{2026-01-01}');
SELECT count(*) FROM almanac.forecast('{2026-01-01}', '{1}', '{}');

-- Refused
SELECT e.* FROM unnest(ARRAY[
	$$almanac.forecast('{2026-01-01,2026-01-02}', '{1}', '{2026-02-01}')$$,
	$$almanac.forecast('{2026-01-02,2026-01-01}', '{1,2}', '{2026-02-01}')$$,
	$$almanac.forecast('{2026-01-01,NULL}', '{1,2}', '{2026-02-01}')$$,
	$$almanac.forecast('{2026-01-01,infinity}', '{1,2}', '{2026-02-01}')$$,
	$$almanac.forecast('{2026-01-01,2026-01-02}', '{1,NaN}', '{2026-02-01}')$$,
	$$almanac.forecast('{2026-01-01,2026-01-02}', '{1,-Infinity}', '{2026-02-01}')$$,
	$$almanac.forecast('{2026-01-01}', '{1}', '{2026-02-01,NULL}')$$,
	$$almanac.forecast('{2026-01-01}', '{1}', '{-infinity}')$$,
	$$almanac.forecast('{2026-01-01}', '{1}', '{2026-02-01}', 'trend')$$,
	$$almanac.forecast(array_fill(timestamptz '2026-01-01', ARRAY[100001]), array_fill(1::float8, ARRAY[100001]), '{2026-02-01}')$$,
	$$almanac.forecast('{{2026-01-01},{2026-01-02}}', '{1,2}', '{2026-02-01}')$$,
	$$almanac.time_to('{2026-01-01,2026-01-02}', '{1,NaN}', 1)$$,
	$$almanac.time_to('{2026-01-01,2026-01-02}', '{1}', 1)$$,
	$$almanac.time_to('{2026-01-01,2026-01-02}', '{1,2}', 'NaN')$$]) AS call, forecast_error('SELECT * FROM ' || call) e;
-- The most that is taken.
SELECT count(*), min(left(method, 6)) FROM almanac.forecast(ARRAY(SELECT timestamptz '2026-01-01' + n * interval '1 minute' FROM generate_series(1, 100000) n),
	ARRAY(SELECT sin(n / 100.0) FROM generate_series(1, 100000) n), ARRAY(SELECT timestamptz '2026-04-01' + n * interval '1 minute' FROM generate_series(1, 100000) n));

-- Who may
CREATE ROLE forecast_anybody;
CREATE ROLE forecast_monitor IN ROLE pg_monitor;
SELECT r.rolname, p.proname, has_function_privilege(r.oid, p.oid, 'EXECUTE') AS may, obj_description(p.oid, 'pg_proc') IS NOT NULL AS described
	FROM pg_roles r, pg_proc p WHERE r.rolname LIKE 'forecast\_%' AND p.proname IN ('forecast', 'time_to') ORDER BY 1, 2;
DROP ROLE forecast_anybody;
DROP ROLE forecast_monitor;
