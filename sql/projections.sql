-- Projections and capacity, from history that is laid down here: sizes that grow by known amounts, limits that are reached at known days.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;

CREATE FUNCTION noise(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
	RETURN (hashint8extended(a * 1000003 + b, 7) & 1048575) / 1048576.0::double precision - 0.5;
INSERT INTO almanac.database_keys (series_id, dbid, datname) VALUES (1, 90001, 'shop'), (2, 90002, 'archive'), (3, 90003, 'new'), (4, 90004, 'gone');
INSERT INTO almanac.table_keys (series_id, dbid, relid, schemaname, relname) SELECT g, 90001, 1000 + g, 'public', 'table ' || g FROM generate_series(1, 80) g;
INSERT INTO almanac.index_keys (series_id, dbid, indexrelid, relid, schemaname, relname, indexrelname) VALUES (1, 90001, 2001, 1001, 'public', 'table 1', 'index 1');
INSERT INTO almanac.system_keys (series_id) VALUES (1);
INSERT INTO almanac.volume_keys (series_id, kind, spcoid, name, device) VALUES (1, 'data', 0, 'data directory', '8:1'), (2, 'wal', 0, 'pg_wal', '8:2'), (3, 'tablespace', 90100, 'room', '8:3');
INSERT INTO almanac.replication_keys (series_id, kind, name) VALUES (1, 'slot', 'lost'), (2, 'slot', 'dropped'), (3, 'standby', 'east');

-- 300 days until 2020-11-01: shop grows by 10 MB a day; archive stands still; new has three days; gone went on day 200.
INSERT INTO almanac.database_samples (series_id, "time", duration, size_bytes, xact_commit, xact_rollback, datfrozenxid, datminmxid)
	SELECT 1, timestamptz '2020-01-06' + d * interval '1 day', interval '1 day', 20e9 + 10e6 * d + 1e6 * noise(1, d), 1000000 + 1000 * d, 0, 1000000, 5 FROM generate_series(1, 300) d
	UNION ALL SELECT 2, timestamptz '2020-01-06' + d * interval '1 day', interval '1 day', 7e9, 1000, 500, 900000, 5 FROM generate_series(1, 300) d
	UNION ALL SELECT 3, timestamptz '2020-01-06' + d * interval '1 day', interval '1 day', 1e3 * d, 10, 0, 2000000, 5 FROM generate_series(298, 300) d
	UNION ALL SELECT 4, timestamptz '2020-01-06' + d * interval '1 day', interval '1 day', 3e9, 10, 0, 2000000, 5 FROM generate_series(1, 200) d;
-- Sizes of tables: by number. One grows fast and is small, one was read but has not changed, one is not seen any more.
INSERT INTO almanac.table_samples (series_id, "time", duration, total_bytes, seq_scan)
	SELECT t, timestamptz '2020-01-06' + d * interval '1 day', '1 day', CASE WHEN t = 80 THEN 1e6 + 0.5e6 * greatest(d - 200, 0) ELSE 10e9 - 100e6 * t + CASE WHEN t <= 3 THEN 1e6 * d ELSE 0 END END, 1
	FROM generate_series(1, 80) t, generate_series(1, 300) d WHERE t <> 4 OR d <= 280;
INSERT INTO almanac.index_samples (series_id, "time", duration, size_bytes, idx_scan) SELECT 1, timestamptz '2020-01-06' + d * interval '1 day', '1 day', 1e9 + 2e6 * d, 1 FROM generate_series(1, 300) d;
-- The server: 40 to 60 connections of 100, two million IDs a day, CPU that rises from 1 to 1.3 of 4, memory that stands still at half.
INSERT INTO almanac.system_samples (series_id, "time", duration, wal_bytes, connections, max_connections, next_xid, next_mxid, cpu_user_ms, cpu_system_ms, cpu_iowait_ms, cpu_idle_ms,
		cpu_steal_ms, cpu_count, memory_total_bytes, memory_available_bytes, history_bytes)
	SELECT 1, timestamptz '2020-01-06' + h * interval '1 hour', '1 hour', 100e6, 50 + round(20 * noise(2, h)), 100, 1e6 + 2e6 * h / 24, 100, 3600000 * (1 + h / 24000.0), 0, 0,
		3600000 * (3 - h / 24000.0), 0, 4, 16e9, 8e9 + 1e9 * noise(3, h), 1e6 * h / 24
	FROM generate_series(1, 7200) h;
-- Volumes of 100 GB: data 30 + 0.1 a day, so 80 on day 500 and 100 on day 700; WAL full to 85; the tablespace stands still.
INSERT INTO almanac.volume_samples (series_id, "time", duration, used_bytes, total_bytes)
	SELECT 1, timestamptz '2020-01-06' + d * interval '1 day', interval '1 day', 30e9 + 0.1e9 * d, 100e9 FROM generate_series(1, 300) d
	UNION ALL SELECT 2, timestamptz '2020-01-06' + d * interval '1 day', interval '1 day', 55e9 + 0.1e9 * d, 100e9 FROM generate_series(1, 300) d
	UNION ALL SELECT 3, timestamptz '2020-01-06' + d * interval '1 day', interval '1 day', 10e9 + 1e6 * noise(4, d), 100e9 FROM generate_series(1, 300) d;
-- A slot that nobody reads from since three days; one that was dropped.
INSERT INTO almanac.replication_samples (series_id, "time", duration, retained_bytes)
	SELECT 1, timestamptz '2020-11-01' - h * interval '1 hour', interval '1 hour', 100e6 * (72 - h) FROM generate_series(0, 71) h
	UNION ALL SELECT 2, timestamptz '2020-10-31 10:00' - h * interval '1 hour', interval '1 hour', 1e6 FROM generate_series(0, 71) h;

SELECT almanac.project('2020-11-01');
SELECT kind, datname, relname, indexrelname, metric, verdict, round("now"::numeric / 1e6) AS now, round(growth_per_day::numeric / 1e6, 1) AS growth, round(in_3_months::numeric / 1e6, -1) AS in_3,
	round(in_12_months::numeric / 1e6, -2) AS in_12, history_days, backtest_days, round(backtest_error::numeric, 2) AS error, round(backtest_within_80::numeric, 1) AS within
	FROM almanac.projections WHERE kind IN ('server', 'database', 'index') OR relname IN ('table 1', 'table 2', 'table 5', 'table 80');
SELECT kind, count(*), bool_and(in_3_months_lower_95 <= in_3_months_lower_80 AND in_3_months_lower_80 <= in_3_months AND in_3_months <= in_3_months_upper_80 AND in_3_months_upper_80 <= in_3_months_upper_95) AS ordered,
	bool_and(in_12_months_upper_80 - in_12_months_lower_80 >= in_3_months_upper_80 - in_3_months_lower_80) AS wider FROM almanac.projections GROUP BY 1 ORDER BY 1;
-- The largest that changed lately, and what grew most.
SELECT count(*), count(*) FILTER (WHERE relname = 'table 4') AS not_seen, count(*) FILTER (WHERE relname = 'table 60') AS small FROM almanac.projections WHERE kind = 'table';

SELECT resource, name, unit, round(used::numeric, 1) AS used, round("limit"::numeric) AS "limit", round(used_share::numeric, 3) AS share, threshold, verdict, round(growth_per_day::numeric, 3) AS growth
	FROM almanac.capacity ORDER BY resource, name COLLATE "C";
-- Known days: 500 and 700 days after 2020-01-06; that of the WAL's threshold has passed, its limit is 450.
SELECT resource, name, threshold_likely::date - date '2020-01-06' AS threshold_day, limit_likely::date - date '2020-01-06' AS limit_day,
	(threshold_earliest <= threshold_likely AND threshold_likely <= threshold_latest) IS NOT FALSE AS ordered FROM almanac.capacity WHERE resource = 'disk' ORDER BY name COLLATE "C";
-- IDs: 600 million are used, two million a day more; half of 2^31 less 3 million are 1072.
SELECT name, round(extract(epoch FROM threshold_likely - '2020-11-01') / 86400 / ("limit" * threshold - used)::numeric * 2e6, 2) AS as_it_is FROM almanac.capacity WHERE resource = 'transaction_ids';

-- Thresholds.
SELECT * FROM almanac.thresholds;
SELECT almanac.set_threshold('disk', 0.5);
SELECT name, threshold, verdict, threshold_likely::date - date '2020-01-06' AS threshold_day FROM almanac.capacity WHERE resource = 'disk' ORDER BY name COLLATE "C";
SELECT almanac.set_threshold('disk', NULL);
SELECT name, threshold, verdict, threshold_likely::date - date '2020-01-06' AS threshold_day FROM almanac.capacity WHERE resource = 'disk' ORDER BY name COLLATE "C";
SELECT almanac.set_threshold('desk', 0.5);
SELECT almanac.set_threshold(NULL, 0.5);
SELECT almanac.set_threshold('disk', 1.5);
SELECT almanac.set_threshold('disk', 0);
SELECT almanac.set_threshold('disk', 'NaN');

-- Weeks and months. October has shop grow from day 269 to day 300.
SELECT period, starts, kind, datname, relname, metric, days, round(average::numeric / 1e6, 1) AS average, round(maximum::numeric / 1e6, 1) AS maximum, round("last"::numeric / 1e6, 1) AS "last"
	FROM almanac.growth_periods('2020-11-01') g JOIN almanac.series_names n USING (stream, series_id)
	WHERE (datname = 'shop' AND kind = 'database' OR kind = 'server' OR relname = 'table 80') AND (period = 'month' AND starts >= '2020-09-01' OR period = 'week' AND starts >= '2020-10-19')
	ORDER BY period, kind, metric, starts;
INSERT INTO almanac.database_samples (series_id, "time", duration, size_bytes, xact_commit, xact_rollback)
	SELECT 1, timestamptz '2020-01-06' + d * interval '1 day', interval '1 day', 20e9 + 10e6 * d, 1500000, 0 FROM generate_series(340, 375) d;
SELECT kind, datname, metric, round(this_month::numeric / 1e6, 1) AS this_month, round(last_month::numeric / 1e6, 1) AS last_month, round(average_3_months::numeric / 1e6, 1) AS average_3,
	round(same_month_last_year::numeric / 1e6, 1) AS last_year, round(month_over_month::numeric, 4) AS month_over_month, round(year_over_year::numeric, 4) AS year_over_year
	FROM almanac.compare_months('2021-01-20') JOIN almanac.series_names n USING (stream, series_id) WHERE kind IN ('database', 'server') ORDER BY kind, datname, metric;
SELECT kind, datname, metric, round(this_month::numeric / 1e6, 1) AS this_month, round(last_month::numeric / 1e6, 1) AS last_month, round(average_3_months::numeric / 1e6, 1) AS average_3
	FROM almanac.compare_months('2020-11-01') JOIN almanac.series_names n USING (stream, series_id) WHERE kind IN ('database', 'server') ORDER BY kind, datname, metric;
-- As of now there is nothing of 2020.
SELECT (SELECT count(*) FROM almanac.growth) AS growth, (SELECT count(*) FROM almanac.monthly_growth) AS monthly_growth;

-- Pieces: a round a day, and what is gone is gone.
SELECT almanac.project_piece('2020-11-01 12:00');
SELECT almanac.project_piece('2020-11-02 12:00'), almanac.project_piece('2020-11-02 12:00', 1000), almanac.project_piece('2020-11-02 23:00');
SELECT count(*), min(computed_at), max(computed_at) FROM almanac.projections;
-- Volumes that fill fast, half full: told in seconds, minutes and hours, to within a tenth of what is left; a purge does not bend it.
INSERT INTO almanac.volume_keys (series_id, kind, spcoid, name, device) VALUES (11, 'tablespace', 1, 'in seconds', '8:1'), (12, 'tablespace', 2, 'in minutes', '8:1'), (13, 'tablespace', 3, 'in hours', '8:1');
INSERT INTO almanac.volume_samples (series_id, "time", duration, used_bytes, total_bytes)
	SELECT 11, timestamptz '2019-06-04 12:00' + s * interval '2 s', interval '2 s', 5e9 + 45e9 * s / 120 + 1e8 * noise(11, s), 100e9 FROM generate_series(1, 120) s
	UNION ALL SELECT 12, timestamptz '2019-06-04 09:04' + s * interval '1 min', interval '1 min', 5e9 + 45e9 * s / 180 + 1e8 * noise(12, s), 100e9 FROM generate_series(1, 180) s
	UNION ALL SELECT 13, timestamptz '2019-06-01 12:04' + s * interval '1 min', interval '1 min', 5e9 + 45e9 * s / 4320 + 1e8 * noise(13, s) + CASE WHEN s < 2000 THEN 10e9 ELSE 0 END, 100e9 FROM generate_series(1, 4320) s;
SELECT almanac.measure_capacity('2019-06-04 12:04');
SELECT c.name, verdict, round((growth_per_day / t.rate)::numeric, 1) AS growth, abs(extract(epoch FROM limit_likely - t.full_at)) < 0.1 * extract(epoch FROM t.full_at - '2019-06-04 12:04') AS close,
	limit_earliest < limit_likely AND limit_likely < limit_latest AS ordered
	FROM almanac.capacity c JOIN (VALUES ('tablespace in seconds', 45e9 / 240 * 86400, timestamptz '2019-06-04 12:08:27'), ('tablespace in minutes', 45e9 / 180 * 1440, '2019-06-04 15:24'),
		('tablespace in hours', 45e9 / 3, '2019-06-07 20:04')) AS t (name, rate, full_at) ON t.name = c.name ORDER BY t.full_at;

-- Before any history.
SELECT almanac.project('2010-01-01');
SELECT kind, metric, verdict, "now", in_3_months FROM almanac.projections;
SELECT * FROM almanac.capacity;
SELECT * FROM almanac.step_values('table', 'n_live_tup', '{1}', '1 day', '2020-01-01', '2020-02-01');
SELECT * FROM almanac.project_series('{}', '{}');

DROP FUNCTION noise;

-- In small transactions, before the extension is dropped.
CALL almanac.drop_history();
SELECT count(*) FROM pg_inherits WHERE inhparent::regclass::text LIKE 'almanac.%';
