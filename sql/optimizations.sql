-- Optimizations: before and after against history that is laid down here, what is told apart from chance and from load, their life, what is refused.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
\set SHOW_CONTEXT never
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;
CREATE FUNCTION noise(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
	RETURN (hashint8extended(a * 1000003 + b, 7) & 1048575) / 1048576.0::double precision;

-- Three weeks in ten minutes, 7200 calls a day. On March 15: 1 falls from 10 to 3 ms; 2 is steady at 10 ms; 3 is rewritten, from 8 ms, to 4, with 4 ms; 5 gets a fifth
-- slower; 6 is called three times as often. Table t1 halves, t2 does not.
INSERT INTO almanac.database_keys (series_id, dbid, datname) SELECT 1000, oid, datname FROM pg_database WHERE datname = current_database() ON CONFLICT DO NOTHING;
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) SELECT 9000 + n, d.oid, 10, n, true FROM pg_database d, generate_series(1, 6) n WHERE d.datname = current_database();
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, shared_blks_hit, shared_blks_read, shared_blk_read_ms, latency)
	SELECT 9000 + s, timestamptz '2020-03-01' + i * interval '10 min' + '5 min', '10 min', x.calls, x.calls * x.ms, x.calls * x.blks, 0, x.calls * x.ms / 2, (SELECT almanac.histogram_agg(x.ms + 0 * g) FROM generate_series(1, 2) g)
	FROM generate_series(1, 6) s, generate_series(0, 3023) i, LATERAL (SELECT CASE WHEN s = 6 AND i >= 2016 THEN 150 ELSE 50 END AS calls, CASE WHEN s = 1 AND i < 2016 THEN 100 ELSE 10 END AS blks,
		(0.9 + 0.2 * noise(s, i)) * CASE WHEN s = 1 AND i >= 2016 THEN 3 WHEN s = 3 THEN 8 WHEN s = 4 THEN 4 WHEN s = 5 AND i >= 2016 THEN 12 ELSE 10 END AS ms) x
	WHERE CASE s WHEN 3 THEN i < 2016 WHEN 4 THEN i >= 2016 ELSE true END;
INSERT INTO almanac.table_keys (series_id, dbid, relid, schemaname, relname) SELECT 9000 + n, d.oid, 90000 + n, 'public', 't' || n FROM pg_database d, generate_series(1, 2) n WHERE d.datname = current_database();
INSERT INTO almanac.table_samples (series_id, "time", duration, total_bytes, index_bytes, table_bytes)
	SELECT 9000 + t, timestamptz '2020-03-01 01:05' + d * interval '1 day', '1 day', x.b + 1e6, 1e6, x.b FROM generate_series(1, 2) t, generate_series(0, 20) d, LATERAL (SELECT CASE WHEN t = 1 AND d >= 14 THEN 5e8 ELSE 1e9 END) AS x (b);
INSERT INTO almanac.sources (server_id, stream, source, snapshot_id, "time", epoch) SELECT DISTINCT 0, c.stream_id, d.oid, -1, now(), '{}'::bigint[] FROM almanac.stream_columns() c, pg_database d
	WHERE c.stream = 'table' AND d.datname = current_database() ON CONFLICT DO NOTHING;
INSERT INTO almanac.plan_texts (text_id, last_used, plan, relations, indexes) VALUES (1, '2020-03-01', 'Seq Scan on t1', '{t1}', '{}');
INSERT INTO almanac.plan_keys (series_id, dbid, userid, queryid, toplevel, plan_id, text_id) SELECT 9001, d.oid, 10, 1, true, 1, 1 FROM pg_database d WHERE d.datname = current_database();

SELECT almanac.begin_optimization('index for 1', '{1}', hypothesis => 'it scans all of t1', expected => 'three times faster', effort_hours => 1.5, at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('nothing about 2', '{2}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('3 rewritten to 4', '{3,4}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('hint for 5', '{5,5}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('nothing about 6', '{6}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('several', '{1,2,5}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('t1 packed', tables => '{public.t1,t1}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('t2 packed', tables => '{t2}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('settings', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('goes on', '{1}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('in vain', '{1}', at => '2020-03-14 20:00+00');
SELECT almanac.begin_optimization('of last hour', '{1}', at => '2020-03-21 22:00+00');
SELECT almanac.finish_optimization(id, '2020-03-15') FROM almanac.optimizations WHERE id < 10 OR id = 11;
SELECT almanac.finish_optimization(12, '2020-03-21 23:00+00', 0.5);
SELECT "time", label, rolname = current_user AS by_me FROM almanac.events WHERE kind = 'optimization' ORDER BY event_id;
SELECT id, title, state, verdict, effort_hours, note FROM almanac.optimizations;
SELECT almanac.withdraw_optimization(11);
SELECT count(*) FROM almanac.events WHERE kind = 'optimization' AND label = 'in vain';

-- Five days later, and in the end.
SELECT almanac.measure_optimizations('2020-03-20');
CREATE VIEW told AS SELECT id, title, state, verdict, round(mean_before_ms::numeric, 2) AS mean_before, round(mean_after_ms::numeric, 2) AS mean_after, round(p95_before_ms::numeric, 1) AS p95_before, round(p95_after_ms::numeric, 1) AS p95_after,
	CASE WHEN p_value < 0.001 THEN '< 0.001' WHEN p_value <= 0.05 THEN '< 0.05' WHEN p_value IS NOT NULL THEN '> 0.05' END AS p, significant, round(calls_per_day_before) AS calls_before, round(calls_per_day_after) AS calls_after,
	round(saved_seconds_per_day::numeric, 1) AS saved_per_day, round(saved_seconds_total::numeric) AS saved, saved_bytes, round(seconds_saved_per_hour_spent::numeric) AS per_hour FROM almanac.optimizations;
SELECT * FROM told;
SELECT id, note FROM almanac.optimizations WHERE note IS NOT NULL;
SELECT before_from, before_to, after_from, after_to, count(*) FROM almanac.optimizations WHERE state = 'finished' GROUP BY 1, 2, 3, 4 ORDER BY 3;
SELECT kind, object, metric, unit, round(before::numeric, 2) AS before, round(after::numeric, 2) AS after, round(change::numeric, 2) AS change, significant FROM almanac.optimization_effects(6) WHERE metric <> 'wal_bytes_per_call';
SELECT kind, object, metric, unit, round(before::numeric, 2) AS before, round(after::numeric, 2) AS after, significant FROM almanac.optimization_effects(7) WHERE metric ~ 'bytes|mean';
-- What is saved is what the calls since then would have taken.
SELECT round((s.calls * o.mean_before_ms - s.ms)::numeric / 1000 - o.saved_seconds_total::numeric, 3) AS off FROM almanac.optimizations o,
	(SELECT sum(calls) AS calls, sum(total_exec_ms) AS ms FROM almanac.statement_samples WHERE series_id = 9001 AND "time" > '2020-03-15' AND "time" <= '2020-03-20') s WHERE o.id = 1;
-- A step that is twice as long tells the same.
SELECT almanac.measure_optimizations('2020-03-20 12:00+00');
SELECT id, verdict, round(mean_after_ms::numeric, 1) AS mean_after, round(saved_seconds_total::numeric) AS saved FROM almanac.optimizations WHERE id IN (1, 2, 3);

-- After two weeks and a day figures are final: they stay when the history is gone.
SELECT almanac.measure_optimizations('2020-03-31');
CREATE TEMP TABLE was AS SELECT id, final, verdict, mean_before_ms, mean_after_ms, p_value, bytes_before, bytes_after, before_from, after_to FROM almanac.optimizations;
SELECT count(*) FILTER (WHERE final) AS final FROM was;
DELETE FROM almanac.sources WHERE snapshot_id = -1;
CREATE TEMP TABLE gone AS SELECT almanac.seal(), almanac.purge('2025-01-01');
SELECT almanac.measure_optimizations('2020-04-15') > 0 AS measured;
SELECT count(*) AS same FROM was w JOIN almanac.optimizations o USING (id) WHERE w.final AND (w.verdict, w.mean_before_ms, w.mean_after_ms, w.p_value, w.bytes_before, w.before_from, w.after_to)
	IS NOT DISTINCT FROM (o.verdict, o.mean_before_ms, o.mean_after_ms, o.p_value, o.bytes_before, o.before_from, o.after_to);
SELECT round(saved_seconds_total::numeric, -1) AS saved FROM almanac.optimizations WHERE id = 1;

-- What was done about findings.
INSERT INTO almanac.finding_log (kind, dbid, key, state, severity, schemaname, relname, object, relid, message, effort, evidence, first_seen, opened, last_seen, ended, benefit)
	SELECT k.kind, d.oid, k.kind, 'applied', 2, 'public', 't1', 'x', 90001, 'index is there twice', 'low', '{}', '2020-03-10', '2020-03-10', '2020-03-14 23:00+00', '2020-03-15', '1 MB less'
	FROM pg_database d, (VALUES ('index_duplicate'), ('table_vacuum_late'), ('foreign_key_unindexed')) k (kind) WHERE d.datname = current_database();
UPDATE almanac.finding_log SET state = 'resolved' WHERE kind = 'foreign_key_unindexed';
SELECT almanac.measure_optimizations('2020-03-20') > 0 AS measured;
SELECT almanac.measure_optimizations('2020-03-20') > 0 AS once_is_enough;
SELECT o.title, o.state, o.origin, o.started, o.finished, o.hypothesis, o.expected, o.verdict, f.kind FROM almanac.optimizations o JOIN almanac.findings f USING (finding_id);

-- What is refused.
SELECT almanac.begin_optimization(NULL);
SELECT almanac.begin_optimization(' ');
SELECT almanac.begin_optimization('x', '{4711}');
SELECT almanac.begin_optimization('x', '{1,NULL}');
SELECT almanac.begin_optimization('x', tables => '{nowhere}');
SELECT almanac.begin_optimization('x', tables => '{a.b.c}');
SELECT almanac.begin_optimization('x', tables => '{"a b"}');
SELECT almanac.begin_optimization('x', tables => '{NULL}');
SELECT almanac.begin_optimization('x', database => 'nowhere');
SELECT almanac.begin_optimization('x', effort_hours => -1);
SELECT almanac.begin_optimization('x', effort_hours => 'NaN');
SELECT almanac.begin_optimization('x', at => 'infinity');
SELECT almanac.begin_optimization('x', at => now() + interval '1 hour');
SELECT almanac.finish_optimization(NULL);
SELECT almanac.finish_optimization(1);
SELECT almanac.finish_optimization(10, '2020-03-14');
SELECT almanac.finish_optimization(10, effort_hours => 'infinity');
SELECT almanac.withdraw_optimization(11);
SELECT almanac.withdraw_optimization(NULL);
SELECT * FROM almanac.optimization_effects(4711);
SELECT count(*) FROM almanac.optimizations WHERE title = 'x';
SELECT almanac.compare_series('{1}', '{1,2}', '{1}', NULL);
SELECT almanac.compare_series('{-1}', NULL, '{1}', NULL);
SELECT almanac.compare_series('{NaN}', NULL, '{1}', NULL);
SELECT almanac.compare_series(NULL, NULL, '{1}', NULL), almanac.compare_series('{1,2,3}', NULL, '{1,2,3}', NULL);
SELECT almanac.compare_series(a, NULL, b, NULL) < 0.001 AS differ, almanac.compare_series(a, NULL, a, NULL) > 0.5 AS same
	FROM (SELECT array_agg(10 + noise(1, i)) AS a, array_agg(12 + noise(2, i)) AS b FROM generate_series(1, 40) i) x;
DROP VIEW told;
DROP FUNCTION noise;
DROP EXTENSION pg_almanac;
