-- Type histogram: distributions of durations in plain SQL.
CREATE EXTENSION IF NOT EXISTS pg_almanac;
SET search_path = public, almanac;
SET extra_float_digits = 0;

-- What is raised, without its place in the source.
CREATE FUNCTION histogram_error(statement text) RETURNS TABLE (state text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	state := 'done';
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END
$$;

-- Text. Buckets are named by their lower bounds in milliseconds; any duration of a bucket names it on input.
SELECT '{}'::histogram, '{5:100,20:3}'::histogram, ' { 20 : 1, 5:40, 5 : 60, 20:2, 7:0 }'::histogram, '{0:1,1e-3:1,1e10:2}'::histogram;
SELECT h::text::histogram = h AS round_trip FROM (SELECT histogram_agg(exp(n / 50.0 - 10)) AS h FROM generate_series(0, 1500) n) s;
SELECT t.text, e.* FROM unnest(ARRAY['', '{5}', '{5:x}', '{5:-1}', '{5:1} x', '{nan:1}', '{-5:1}', '{inf:1}', '{1e400:1}', '{1:9223372036854775808}',
		'{1:9223372036854775807,2:1}']) AS t (text), histogram_error(format('SELECT %L::almanac.histogram', t.text)) e;

-- Binary
SELECT '{5:100,20:3}'::histogram::bytea, '{}'::histogram::bytea, '\x1f'::bytea::histogram, histogram_send('{5:1}'::histogram)::histogram;
SELECT b.bytes, e.* FROM unnest(ARRAY['', '\x10', '\x2f', '\x1808', '\x1fff', '\x1001ff']) AS b (bytes),
	histogram_error(format('SELECT %L::bytea::almanac.histogram', b.bytes)) e;
CREATE TEMP TABLE histograms (id int, h histogram);
INSERT INTO histograms SELECT g, histogram_agg(exp(sin(g * n) * 3)) FROM generate_series(1, 40) g, generate_series(1, 200) n GROUP BY g;
INSERT INTO histograms VALUES (41, NULL), (42, '{}');

SELECT current_setting('data_directory') || '/histograms.copy' AS file \gset
COPY histograms TO :'file' (FORMAT binary);
CREATE TEMP TABLE copied (LIKE histograms);
COPY copied FROM :'file' (FORMAT binary);
SELECT count(*), count(*) FILTER (WHERE c.h IS NOT DISTINCT FROM h.h) AS same FROM copied c JOIN histograms h USING (id);
COPY (SELECT 1, '\x1313ff'::bytea) TO :'file' (FORMAT binary);
SELECT * FROM histogram_error(format('COPY copied FROM %L (FORMAT binary)', :'file'));

-- Equality
SELECT '{5:2}'::histogram = '{5:1,5:1}'::histogram AS eq, '{5:2}'::histogram <> '{5:1}'::histogram AS ne, '{5:1}'::histogram IS DISTINCT FROM NULL AS "distinct";
SELECT count(*) FROM (SELECT h FROM histograms UNION SELECT h FROM histograms) s;
SELECT count(*) FROM histograms a JOIN histograms b ON a.h = b.h;

-- Questions
SELECT calls(h), round(total_ms(h)::numeric, 2) AS total_ms, quantile(h, 0.5), quantile(h, 1), quantiles(h, '{0,0.5,NULL,0.99,1}'), quantiles(h, '{}'),
		share_above(h, 20), share_above(h, 5), share_above(h, 0), share_above(h, 1e9)
	FROM (SELECT '{5:100,20:3}'::histogram AS h) s;
SELECT (quantile_range(h, 0.5)).*, (quantile_range(h, 0.99)).*, (share_above_range(h, 5)).* FROM (SELECT '{5:100,20:3}'::histogram AS h) s;
SELECT q, round(quantile(h, q)::numeric, 1) AS ms, r.* FROM (SELECT histogram_agg(n) AS h FROM generate_series(1, 2000) n) s,
	unnest('{0.5,0.95,0.99,0.999}'::float8[]) q, quantile_range(h, q) r;
SELECT * FROM buckets('{0:7,5:100,5.1:1,20:3,21:1,1e7:1}');
SELECT * FROM buckets('{0:7,5:100,5.1:1,20:3,21:1,1e7:1}', 1);
SELECT p, count(*), sum(calls), count(*) FILTER (WHERE upper_ms / lower_ms > 2 ^ (1.0 / p) * 1.1) AS too_wide
	FROM unnest('{1,2,4,8,16}'::int[]) p, buckets((SELECT histogram_agg(exp(n / 50.0 - 6)) FROM generate_series(0, 700) n), p) GROUP BY p ORDER BY p;

-- Empty
SELECT calls(h), total_ms(h), quantile(h, 0.5), quantiles(h, '{0.5,0.9}'), quantile_range(h, 0.5), share_above(h, 1), share_above_range(h, 1),
		(SELECT count(*) FROM buckets(h)) AS buckets, h + h AS sum, h - h AS difference
	FROM (SELECT '{}'::histogram AS h) s;
SELECT histogram_agg(ms), merge(h) FROM (SELECT NULL::float8, NULL::histogram WHERE false) s (ms, h);
SELECT histogram_agg(ms), merge(h) FROM (SELECT NULL::float8, NULL::histogram) s (ms, h);
SELECT histogram_agg(ms), merge(h) FROM (VALUES (NULL::float8, NULL::histogram), (0, '{}')) s (ms, h);

-- The promise: at most 3.03 % off the value at the same rank, over the whole range.
CREATE TEMP TABLE durations AS SELECT n, n % 7 AS part, 0.001024 * exp(22.18::float8 * ((n * 7919) % 100003) / 100003) AS ms FROM generate_series(1, 100000) n;
SELECT count(*), max(abs(quantile(h, q) - truth) / truth) <= 1.0 / 33 * 1.000001 AS kept
	FROM (SELECT histogram_agg(ms) AS h FROM durations) s,
		(SELECT unnest(f) AS q, unnest(percentile_disc(f) WITHIN GROUP (ORDER BY ms)) AS truth
			FROM durations, (SELECT array_agg(i / 500.0::float8) AS f FROM generate_series(0, 500) i) g GROUP BY f) t;
SELECT max(abs(total_ms(h) - truth) / truth) <= 1.0 / 33 AS kept FROM (SELECT histogram_agg(ms) AS h, sum(ms) AS truth FROM durations GROUP BY part) s;

-- Merging and subtracting lose nothing.
SELECT (SELECT merge(h) FROM (SELECT histogram_agg(ms) AS h FROM durations GROUP BY part, n % 100) s) = (SELECT histogram_agg(ms) FROM durations) AS merged;
SELECT a + b - a = b AS "a + b - a = b", a + b = b + a AS commutes FROM (SELECT histogram_agg(ms) FILTER (WHERE part = 1) AS a, histogram_agg(ms) FILTER (WHERE part > 3) AS b FROM durations) s;
WITH d AS MATERIALIZED (SELECT n, ms FROM durations WHERE n <= 300)
SELECT count(*), count(*) FILTER (WHERE moving = (SELECT histogram_agg(d.ms) FROM d WHERE d.n BETWEEN w.n - 9 AND w.n)) AS same
	FROM (SELECT n, histogram_agg(ms) OVER (ORDER BY n ROWS 9 PRECEDING) AS moving FROM d) w;
SELECT count(*), count(*) FILTER (WHERE moving = (SELECT merge(i.h) FROM histograms i WHERE i.id BETWEEN w.id - 4 AND w.id)) AS same
	FROM (SELECT id, merge(h) OVER (ORDER BY id ROWS 4 PRECEDING) AS moving FROM histograms) w;
SELECT merge(h) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES (1, '{5:1}'::histogram), (2, NULL), (3, NULL), (4, '{}')) s (id, h);

-- In parallel
CREATE TABLE many_durations AS SELECT n % 3 AS part, exp(n % 1000 / 100.0) AS ms, ('{' || n % 50 || ':1}')::histogram AS h FROM generate_series(1, 20000) n;
ANALYZE many_durations;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT histogram_agg(ms), merge(h) FROM many_durations;
CREATE TEMP TABLE in_parallel AS SELECT histogram_agg(ms) AS agg, merge(h) AS merged, histogram_agg(ms) FILTER (WHERE part > 5) AS none FROM many_durations;
SET max_parallel_workers_per_gather = 0;
SELECT agg = histogram_agg(ms) AS agg, merged = merge(h) AS merged, none FROM in_parallel, many_durations GROUP BY agg, merged, none;
RESET max_parallel_workers_per_gather;
DROP TABLE many_durations;

-- Spilled to disk, compressed, out of line
SET work_mem = '64kB';
SET enable_sort = off;
SELECT count(*), sum(calls(h)) FROM (SELECT n % 5000 AS k, histogram_agg(exp(n % 13)) AS h FROM generate_series(1, 50000) n GROUP BY 1) s;
RESET work_mem;
RESET enable_sort;
INSERT INTO histograms SELECT 100, histogram_agg(ms * (1 + n % 3)) + histogram_agg(n) FROM durations;
SELECT calls(h), pg_column_size(h) < 1500 AS small FROM histograms WHERE id = 100;

-- Refused
SELECT s.statement, e.* FROM unnest(ARRAY[
		'histogram_agg(''NaN'')', 'histogram_agg(''Infinity'')', 'histogram_agg(''-Infinity'')', 'histogram_agg(-1)',
		'quantile(''{1:1}'', 95)', 'quantile(''{1:1}'', -0.1)', 'quantile(''{1:1}'', ''NaN'')', 'quantiles(''{1:1}'', ''{0.5,1.5}'')', 'quantiles(''{1:1}'', ''{{0.5}}'')',
		'quantile_range(''{1:1}'', 2)', 'share_above(''{1:1}'', ''NaN'')', 'share_above(''{1:1}'', ''Infinity'')', 'share_above(''{1:1}'', -1)',
		'buckets(''{1:1}'', 3)', 'buckets(''{1:1}'', 0)', 'buckets(''{1:1}'', 32)', '''{1:1}''::histogram - ''{1:2}''', '''{1:1}''::histogram - ''{2:1}''',
		'''{1:9223372036854775807}''::histogram + ''{2:1}''', 'merge(h) FROM (VALUES (''{1:9223372036854775807}''::histogram), (''{2:1}'')) v (h)'
	]) AS s (statement), histogram_error('SELECT ' || s.statement) e;

-- Damaged values are told from whole ones, and nothing worse happens.
CREATE FUNCTION forged(bytea) RETURNS histogram LANGUAGE internal IMMUTABLE STRICT AS 'byteasend';
SELECT e.* FROM unnest(ARRAY['', '\x10', '\x2f', '\x1808']) AS b (bytes), histogram_error(format('SELECT almanac.quantile(forged(%L), 0.5)', b.bytes)) e;
SELECT CASE state WHEN 'XX001' THEN 'damaged' ELSE state END AS outcome, count(*) > 50 AS often FROM generate_series(1, 400) n, substr(sha512(n::text::bytea), 1, n % 20) AS r (bytes),
	histogram_error(format('SELECT h::text, h + h, merge(h) OVER (), almanac.buckets(h), almanac.quantile_range(h, 0.9), almanac.share_above(h, 3), almanac.calls(h) FROM (SELECT forged(%L)) s (h)',
		set_byte('\x10'::bytea || bytes, 0, 16 + n % 16))) GROUP BY 1 ORDER BY 1;

-- Every object says what it is for.
SELECT d.* FROM (
		SELECT pg_describe_object(classid, objid, objsubid) AS object, obj_description(objid, classid::regclass::name) AS comment
		FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pg_almanac') AND deptype = 'e'
	) d WHERE object LIKE '%histogram%' AND object NOT LIKE 'type %[]' AND comment IS NULL ORDER BY 1;

DROP FUNCTION histogram_error(text), forged(bytea);
