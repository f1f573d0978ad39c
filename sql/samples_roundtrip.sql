-- What goes into the foreign tables of samples comes out again, for every stream, column and extreme.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;

-- A row for each of `series` series of a stream in its dictionary.
CREATE FUNCTION make_keys(stream text, series int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	names text;
	vals text;
BEGIN
	SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
		string_agg(CASE atttypid::regtype::text WHEN 'boolean' THEN 'true' WHEN 'text' THEN '''k'' || n' WHEN 'name' THEN '''k'' || n'
			ELSE 'n::bigint' || CASE atttypid::regtype::text WHEN 'oid' THEN '::oid' ELSE '' END END, ', ' ORDER BY attnum)
		INTO names, vals
		FROM pg_attribute WHERE attrelid = format('almanac.%I', stream || '_keys')::regclass AND attnum > 0 AND NOT attisdropped
			AND attname NOT IN ('series_id', 'server_id', 'first_seen', 'fingerprint');
	EXECUTE format('INSERT INTO almanac.%I (series_id%s) SELECT n%s FROM generate_series(1, %s) n',
		stream || '_keys', ', ' || names, ', ' || vals, series);
EXCEPTION WHEN syntax_error THEN -- no key columns: one series
	EXECUTE format('INSERT INTO almanac.%I (series_id) VALUES (1)', stream || '_keys');
END
$$;

-- The same samples in an ordinary table and in the archive, compared. Deviations are kept to 12 bits.
CREATE FUNCTION round_trip(stream text, series int, ticks int) RETURNS TABLE (written bigint, missing bigint, extra bigint, wrong_deviations bigint)
LANGUAGE plpgsql AS $$
DECLARE
	exact text;
	deviations text;
	expressions text;
BEGIN
	SELECT string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal) FILTER (WHERE c.kind <> 'deviation'),
		coalesce(string_agg(format('abs(g.%1$I - e.%1$I) > e.%1$I / 4096 OR (g.%1$I IS NULL) <> (e.%1$I IS NULL)', c.column_name), ' OR ')
			FILTER (WHERE c.kind = 'deviation'), 'false'),
		string_agg(format(CASE c.kind
			WHEN 'deviation' THEN 'CASE WHEN n %% 3 = 0 THEN NULL ELSE n * %s * 0.25 END AS %I'
			WHEN 'instant' THEN 'CASE WHEN n %% 3 = 0 THEN NULL ELSE timestamptz ''2020-02-02'' + n * %s * interval ''1.000001 s'' END AS %I'
			WHEN 'gauge' THEN 'CASE (n + %1$s) %% 7 WHEN 0 THEN NULL WHEN 1 THEN -n WHEN 2 THEN 9223372036854775807 - n ELSE n * 1000003 %% 65537 END AS %2$I'
			WHEN 'counter' THEN 'CASE (n + %1$s) %% 11 WHEN 0 THEN NULL WHEN 1 THEN 9223372036854775807 - n WHEN 2 THEN n ELSE 0 END AS %2$I'
			ELSE 'CASE (n + %1$s) %% 11 WHEN 0 THEN NULL WHEN 1 THEN n * 0.125 WHEN 2 THEN 0.001 ELSE 0 END AS %2$I' END, c.ordinal, c.column_name), ', ' ORDER BY c.ordinal)
		INTO exact, deviations, expressions
		FROM almanac.stream_columns() c WHERE c.stream = round_trip.stream;
	PERFORM make_keys(stream, series);
	-- Calls must not be NULL where there is a deviation.
	expressions := replace(expressions, 'ELSE 0 END AS calls', 'ELSE n END AS calls');
	expressions := replace(expressions, 'ELSE 0 END AS plans', 'ELSE n END AS plans');
	EXECUTE format($q$CREATE TEMP TABLE expected AS
		SELECT 0 AS server_id, s AS series_id,
			timestamptz '2023-12-31 23:00' + t * interval '1 min' AS "time",
			CASE WHEN n %% 5 = 0 THEN NULL ELSE n * interval '1 us' END AS duration, 512 | CASE WHEN n %% 4 = 0 THEN 2 ELSE 0 END AS flags, %s
		FROM generate_series(1, %s) s, generate_series(1, %s) t, LATERAL (SELECT (s * 1000 + t)::bigint AS n) x
		WHERE (s + t) %% 4 <> 0$q$, expressions, series, ticks);
	IF stream = 'statement' THEN
		UPDATE expected SET stddev_exec_ms = NULL WHERE calls IS NULL;
		UPDATE expected SET stddev_plan_ms = NULL WHERE plans IS NULL;
	END IF;
	EXECUTE format('INSERT INTO almanac.%I SELECT * FROM expected ORDER BY random()', stream || '_samples');
	GET DIAGNOSTICS written = ROW_COUNT;
	EXECUTE format('SELECT count(*) FROM (SELECT server_id, series_id, "time", duration, flags, %1$s FROM expected EXCEPT ALL SELECT server_id, series_id, "time", duration, flags, %1$s FROM almanac.%2$I) x',
		exact, stream || '_samples') INTO missing;
	EXECUTE format('SELECT count(*) FROM (SELECT server_id, series_id, "time", duration, flags, %1$s FROM almanac.%2$I EXCEPT ALL SELECT server_id, series_id, "time", duration, flags, %1$s FROM expected) x',
		exact, stream || '_samples') INTO extra;
	EXECUTE format('SELECT count(*) FROM almanac.%I g JOIN expected e USING (series_id, "time") WHERE %s', stream || '_samples', deviations)
		INTO wrong_deviations;
	DROP TABLE expected;
	RETURN NEXT;
END
$$;

SELECT stream, r.* FROM (VALUES ('statement', 200, 180), ('table', 70, 150), ('index', 70, 150), ('database', 3, 2000), ('system', 1, 3000),
	('io', 65, 100), ('replication', 2, 50), ('snapshot', 130, 50), ('metric', 70, 150)) AS v (stream, series, ticks), round_trip(stream, series, ticks) r;

-- Segments are bounded, hold one group of series and one day each, and say what they hold.
SELECT bool_and(samples BETWEEN 1 AND 2048) AS bounded, bool_and(date_trunc('day', first_time) = date_trunc('day', last_time)) AS one_day,
	bool_and(members <> 0) AS members, count(DISTINCT tableoid) AS partitions, sum(samples) AS samples
	FROM almanac.statement_raw;

-- Partitions belong to the extension and to its owner, keep values uncompressed, and have the index.
SELECT c.relname, d.deptype, c.relowner = e.extowner AS owner, a.attstorage, c.reloptions,
	(SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid) AS indexes
	FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_extension'::regclass
	JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'pg_almanac'
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'data'
	WHERE c.relname LIKE 'statement\_raw\_p%' ORDER BY 1;

-- The first and the last moment that can be stored; the same moment twice; two lengths at one moment; no length at all.
INSERT INTO almanac.replication_samples (series_id, "time", duration, active) VALUES
	(1, '1970-01-01 00:00:00+00', NULL, 1), (2, '2199-12-31 23:59:59.999999+00', '200 years', 2),
	(1, '2000-01-01 00:00:00+00', '1 min', 3), (1, '2000-01-01 00:00:00+00', '1 min', 4), (1, '2000-01-01 00:00:00+00', '2 min', 5),
	(1, '1999-12-31 23:59:59.999999+00', '0', 6), (2, '2000-02-29 12:00:00+00', '1 mon 1 day 00:00:01', 7);
SELECT series_id, "time", duration, flags, active FROM almanac.replication_samples
	WHERE "time" < '2020-01-01' OR "time" > '2100-01-01' ORDER BY "time", active;
SELECT relname FROM pg_class WHERE relname LIKE 'replication\_raw\_p%' AND relkind = 'r' ORDER BY 1;

-- COPY out and in.
COPY (SELECT "time", series_id, duration, flags, active FROM almanac.replication_samples WHERE "time" < '2020-01-01' ORDER BY 1) TO STDOUT (FORMAT csv);
COPY almanac.replication_samples ("time", series_id, duration, flags, active) FROM STDIN (FORMAT csv);
2001-01-01 00:00:00+00,1,00:01:00,4,8
2001-01-01 00:01:00+00,1,,0,
\.
SELECT "time", series_id, duration, almanac.flag_names(flags) AS flags, active FROM almanac.replication_samples
	WHERE "time" BETWEEN '2001-01-01' AND '2001-01-02' ORDER BY "time";

-- RETURNING tells what was stored.
INSERT INTO almanac.replication_samples (series_id, "time", retained_bytes) VALUES (2, '2001-02-03', 17)
	RETURNING server_id, series_id, "time", duration, flags, retained_bytes, active;
WITH added AS (INSERT INTO almanac.replication_samples (series_id, "time", retained_bytes)
	SELECT 2, '2001-02-03'::timestamptz + n * interval '1 hour', n FROM generate_series(1, 100) n RETURNING *)
	SELECT count(*), sum(retained_bytes) FROM added;
SELECT count(*), sum(retained_bytes) FROM almanac.replication_samples WHERE "time" BETWEEN '2001-02-01' AND '2001-03-01';

-- A table may show a part of the columns, in another order, and a statement may read the table it writes.
CREATE FOREIGN TABLE part ("time" timestamptz, active bigint, series_id int) SERVER almanac OPTIONS (stream 'replication');
INSERT INTO part SELECT "time" + interval '1 year', active + 100, series_id FROM part WHERE "time" BETWEEN '2001-01-01' AND '2001-01-02';
SELECT * FROM part WHERE "time" BETWEEN '2001-01-01' AND '2002-01-02' AND active IS NOT NULL ORDER BY "time";
ALTER FOREIGN TABLE part DROP COLUMN active;
ALTER FOREIGN TABLE part ADD COLUMN flags int;
SELECT * FROM part WHERE "time" BETWEEN '2002-01-01' AND '2002-01-02' ORDER BY "time";
SELECT count(part) FROM part WHERE "time" BETWEEN '2002-01-01' AND '2002-01-02';
DROP FOREIGN TABLE part;

-- Large statements are written bit by bit.
INSERT INTO almanac.system_samples (series_id, "time", wal_records, wal_bytes)
	SELECT 1, '2010-01-01'::timestamptz + n * interval '1 s', n, n * 100 FROM generate_series(1, 700000) n;
SELECT count(*), sum(wal_records), sum(wal_bytes) FROM almanac.system_samples WHERE "time" >= '2010-01-01' AND "time" < '2011-01-01';
SELECT wal_records, samples FROM almanac.sums('system', '2010-01-01', '2011-01-01') AS s (wal_records bigint, samples bigint);

DROP FUNCTION round_trip(text, int, int);
DROP FUNCTION make_keys(text, int);
DROP EXTENSION pg_almanac;
