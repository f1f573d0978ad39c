-- The best statements of a window: the same as adding up their history, whatever ranks them. And sums of some series only.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac, pg_stat_statements CASCADE;
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET pg_stat_statements.track = none;

-- A past in several groups of series and on two days: statements that are always there, seldom, without calls, and without what
-- most have; many share their rank.
INSERT INTO almanac.database_keys (dbid, datname) VALUES (1001, 'shop');
INSERT INTO almanac.roles (server_id, userid, rolname) VALUES (0, 2001, 'web');
INSERT INTO almanac.query_texts (fingerprint, last_used, query) SELECT n, '2024-01-01', 'SELECT ' || n FROM generate_series(1, 400) n;
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel, fingerprint)
	SELECT n, 1001, 2001, n * 7919 % 1009, n % 2 = 0, n FROM generate_series(10001, 10400) n;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, stddev_exec_ms, shared_blks_hit, shared_blks_read,
		shared_blks_dirtied, temp_blks_written, wal_bytes)
	SELECT 10000 + s, '2024-05-01'::timestamptz + t * interval '17 min', '17 min', CASE WHEN s % 10 <> 0 THEN (s * t) % 23 + 1 WHEN s % 20 = 0 THEN 0 END,
		s % 5, CASE WHEN s % 37 <> 0 THEN (s * s * t) % 4001 / 8.0 END, CASE WHEN s % 10 <> 0 AND (s % 11 <> 0 OR t % 3 = 0) THEN (s * t) % 101 / 16.0 + 0.01 END, s / 50,
		CASE WHEN s % 4 = 0 THEN s * t END, CASE WHEN t % 2 = 0 THEN 1 ELSE 0 END, 0, (1::bigint << 40) + s
	FROM generate_series(1, 400) s, generate_series(1, 150) t WHERE s % 3 = 0 OR (s * 31 + t) % 29 = 0;

-- Of some series: the rows that there would be without. NULLs and what is not there count for nothing, and nothing twice.
SELECT * FROM almanac.sums('statement', '2024-05-01', '2024-05-02', '{10003, 10399, NULL, 7, 10003, -1, 10064}')
	AS s (series_id int, samples bigint, calls bigint, total_exec_ms float8);
SELECT count(*) FROM almanac.sums('statement', NULL, NULL, '{}') AS s (series_id int);
SELECT count(*) FROM almanac.sums('statement', NULL, NULL, ARRAY[NULL, NULL]::int[]) AS s (series_id int);
SELECT count(*) FROM almanac.sums('statement', NULL, NULL, '{1, -5, 2147483647, -2147483648, 9999, 10401}') AS s (series_id int);
SELECT count(*) FROM almanac.sums('statement', NULL, NULL, NULL) AS s (series_id int);
SELECT count(*) FROM almanac.sums('statement', NULL, NULL) AS s (series_id int);
SELECT count(*) FROM almanac.sums('statement', NULL, NULL, series => '[5:6]={10001,10003}') AS s (series_id int);
SELECT count(*) FROM almanac.sums('statement', NULL, NULL, '{{10001,10002},{10003,10004}}') AS s (series_id int);
CREATE FUNCTION some_and_all("from" timestamptz, "to" timestamptz, wanted int[], OUT some_rows bigint, OUT differences bigint) LANGUAGE sql AS $$
	WITH part AS (SELECT * FROM almanac.sums('statement', "from", "to", wanted) AS s (series_id int, samples bigint, first_time timestamptz, last_time timestamptz,
			duration interval, calls bigint, rows bigint, total_exec_ms float8, shared_blks_read bigint, shared_blks_dirtied bigint, wal_bytes bigint)),
		whole AS (SELECT * FROM almanac.sums('statement', "from", "to") AS s (series_id int, samples bigint, first_time timestamptz, last_time timestamptz,
			duration interval, calls bigint, rows bigint, total_exec_ms float8, shared_blks_read bigint, shared_blks_dirtied bigint, wal_bytes bigint)
			WHERE series_id = ANY (wanted))
	SELECT (SELECT count(*) FROM part), (SELECT count(*) FROM ((TABLE part EXCEPT TABLE whole) UNION ALL (TABLE whole EXCEPT TABLE part)) d)
$$;
SELECT w.f, w.t, s.what, d.* FROM (VALUES (1, NULL::timestamptz, NULL::timestamptz), (2, '2024-05-01 10:00', '2024-05-02 03:00'), (3, '2024-05-02', '2024-05-01')) w (i, f, t),
	(VALUES (1, 'one', '{10200}'::int[]), (2, 'few', '{10063,10064,10065,10300}'), (3, 'each tenth', ARRAY(SELECT generate_series(10001, 10400, 10))),
		(4, 'all', ARRAY(SELECT generate_series(10400, 1, -1)))) s (i, what, wanted), some_and_all(f, t, wanted) d ORDER BY w.i, s.i;

-- The planner is told how many.
CREATE FUNCTION estimated(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	EXECUTE 'EXPLAIN ' || query INTO line;
	RETURN substring(line FROM 'rows=\d+');
END $$;
ANALYZE almanac.statement_keys;
SELECT estimated($$SELECT * FROM almanac.sums('statement', NULL, NULL, '{1,2,3}') AS s (series_id int)$$) AS three,
	estimated($$SELECT * FROM almanac.sums('statement', NULL, NULL, ARRAY(SELECT 1)) AS s (series_id int)$$) AS later,
	estimated($$SELECT * FROM almanac.sums('statement', NULL, NULL, ARRAY[1, pg_backend_pid()]) AS s (series_id int)$$) AS two,
	estimated($$SELECT * FROM almanac.sums('statement', NULL, NULL, '{}') AS s (series_id int)$$) AS none,
	estimated($$SELECT * FROM almanac.sums('statement', NULL, NULL) AS s (series_id int)$$) AS everything,
	estimated($$SELECT * FROM almanac.totals('statement') AS s (series_id int)$$) AS totals,
	estimated($$SELECT * FROM almanac.sums('nonsense', NULL, NULL) AS s (series_id int)$$) AS nonsense,
	estimated($$SELECT * FROM almanac.sums((SELECT text 'statement'), NULL, NULL) AS s (series_id int)$$) AS named_later;

-- What plain SQL says. Ties go to the series that came first.
CREATE FUNCTION plain_top("from" timestamptz, "to" timestamptz, order_by text, n int)
	RETURNS TABLE (place bigint, queryid bigint, toplevel boolean, datname name, rolname name, calls bigint, rows bigint, total_exec_ms numeric,
		mean_exec_ms numeric, stddev_exec_ms numeric, share numeric, shared_blks_hit bigint, shared_blks_read bigint, shared_blks_dirtied bigint,
		temp_blks_written bigint, wal_bytes bigint, query text)
	LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY EXECUTE format($q$
		WITH h AS (SELECT * FROM almanac.statement_history WHERE ("time" > $1 OR $1 IS NULL) AND ("time" <= $2 OR $2 IS NULL)),
		means AS (SELECT series_id, sum(total_exec_ms) / sum(calls) AS mean FROM h WHERE calls > 0 GROUP BY 1),
		s AS (
			SELECT series_id, sum(calls)::bigint AS calls, sum(rows)::bigint AS rows, round(sum(total_exec_ms)::numeric, 3) AS total_exec_ms,
				CASE WHEN NOT bool_or(calls > 0 AND (stddev_exec_ms IS NULL OR total_exec_ms IS NULL)) AND sum(calls) > 0 THEN
					round(sqrt((sum(calls * stddev_exec_ms ^ 2) + sum(calls * (total_exec_ms / nullif(calls, 0) - mean) ^ 2)) / sum(calls))::numeric, 6)
				END AS stddev_exec_ms,
				sum(shared_blks_hit)::bigint AS shared_blks_hit, sum(shared_blks_read)::bigint AS shared_blks_read, sum(shared_blks_dirtied)::bigint AS shared_blks_dirtied,
				sum(temp_blks_written)::bigint AS temp_blks_written, sum(wal_bytes)::bigint AS wal_bytes
			FROM h LEFT JOIN means USING (series_id) GROUP BY 1),
		b AS (SELECT *, round(total_exec_ms / nullif(calls, 0), 9) AS mean_exec_ms, round(total_exec_ms / nullif(sum(total_exec_ms) OVER (), 0), 9) AS share FROM s)
		SELECT row_number() OVER (ORDER BY %1$I DESC NULLS LAST, series_id), k.queryid, k.toplevel, k.datname, k.rolname, b.calls, b.rows, b.total_exec_ms, b.mean_exec_ms,
			b.stddev_exec_ms, b.share, b.shared_blks_hit, b.shared_blks_read, b.shared_blks_dirtied, b.temp_blks_written, b.wal_bytes, k.query
		FROM b JOIN almanac.statement_names k USING (series_id) ORDER BY 1 LIMIT $3 $q$, order_by) USING "from", "to", n;
END $$;
CREATE FUNCTION top_differences("from" timestamptz, "to" timestamptz, order_by text, n int, OUT top_rows bigint, OUT differences bigint) LANGUAGE sql AS $$
	WITH plain AS (SELECT * FROM plain_top("from", "to", order_by, n)),
	top AS (SELECT ordinality, queryid, toplevel, datname, rolname, calls, rows, total_exec_ms::numeric, round(mean_exec_ms::numeric, 9), round(stddev_exec_ms::numeric, 6),
		round(share::numeric, 9), shared_blks_hit, shared_blks_read, shared_blks_dirtied, temp_blks_written, wal_bytes, query
		FROM almanac.top_statements("from", "to", order_by, n) WITH ORDINALITY)
	SELECT (SELECT count(*) FROM top), (SELECT count(*) FROM ((TABLE plain EXCEPT TABLE top) UNION ALL (TABLE top EXCEPT TABLE plain)) d)
$$;
CREATE VIEW orders AS SELECT * FROM unnest(ARRAY['total_exec_ms', 'mean_exec_ms', 'calls', 'rows', 'shared_blks_hit', 'shared_blks_read', 'shared_blks_dirtied',
	'temp_blks_written', 'wal_bytes', 'stddev_exec_ms']) WITH ORDINALITY AS o (order_by, i);
SELECT order_by, sum(top_rows) AS rows, sum(differences) AS differences
	FROM orders, unnest(ARRAY[0, 1, 2, 20, 64, 399, 400, 100000, NULL]) n, LATERAL top_differences('2024-05-01', '2024-05-03', order_by, n) GROUP BY i, order_by ORDER BY i;
SELECT f, t, sum(top_rows) AS rows, sum(differences) AS differences
	FROM (VALUES (NULL::timestamptz, NULL::timestamptz), ('2024-05-01 10:00', '2024-05-01 10:17'), ('2024-05-01 09:00', '2024-05-02 05:00'), (NULL, '2024-05-01 01:00'),
		('2024-05-02 12:00', NULL), ('2024-05-02', '2024-05-01'), ('-infinity', 'infinity'), ('infinity', NULL)) w (f, t),
	orders, unnest(ARRAY[7, NULL]) n, LATERAL top_differences(f, t, order_by, n) GROUP BY f, t ORDER BY 1 NULLS FIRST, 2;

-- The journal too: with a snapshot that is not sealed, half of the window there, and then all of it in the archive.
SELECT pg_stat_statements_reset() IS NOT NULL;
SELECT almanac.take_snapshot();
SET pg_stat_statements.track = top;
SELECT count(*) > 0 FROM pg_class;
SELECT count(*) > 0 FROM pg_class;
SELECT count(*) > 0 FROM pg_attribute;
SET pg_stat_statements.track = none;
SELECT almanac.take_snapshot();
INSERT INTO almanac.statement_samples (series_id, "time", calls, rows, total_exec_ms, stddev_exec_ms, wal_bytes)
	SELECT series_id, now() - interval '1 hour', 10, 10, 1000, 5, 1 FROM almanac.statement_keys WHERE series_id < 10000;
CREATE VIEW touching AS SELECT samples IS NOT NULL AS journal, sum(top_rows) > 50 AS rows, sum(differences) AS differences
	FROM (SELECT sum(samples) AS samples FROM almanac.journal WHERE stream = 1) j, orders, unnest(ARRAY[2, 50, NULL]) n,
		LATERAL top_differences(now() - interval '1 day', NULL, order_by, n) GROUP BY 1;
SELECT * FROM touching;
SELECT calls, rows, query FROM almanac.top_statements(now() - interval '1 day', order_by => 'calls', n => 1);
SELECT almanac.seal() > 0;
SELECT * FROM touching;

-- No statement has calls: no mean, no share, and an order all the same.
INSERT INTO almanac.statement_samples (series_id, "time", total_exec_ms, rows) SELECT 10000 + s, '2024-06-01', 0, NULLIF(s, 3) FROM generate_series(1, 5) s;
SELECT calls, rows, total_exec_ms, mean_exec_ms, share, query FROM almanac.top_statements('2024-05-31', '2024-06-01', 'mean_exec_ms', 2);
SELECT rows, query FROM almanac.top_statements('2024-05-31', '2024-06-01', 'rows');

DROP VIEW touching, orders;
DROP FUNCTION top_differences, plain_top, estimated, some_and_all;
DROP EXTENSION pg_almanac, pg_stat_statements;
