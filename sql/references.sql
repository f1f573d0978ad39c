-- What changes are judged by: a pinned baseline where there is one, and not what was before a deployment.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;
CREATE FUNCTION noise(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
	RETURN (hashint8extended(a * 1000003 + b, 7) & 1048575) / 1048576.0::double precision;
CREATE FUNCTION hour(h integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN timestamptz '2020-03-01 00:00+00' + h * interval '1 hour';
-- Levels of ms from hours on. The first week is what gets pinned.
CREATE TABLE level (s integer, name text, since integer[], ms double precision[]);
INSERT INTO level VALUES
	(1, 'steady', '{0}', '{20}'),
	(2, 'slower', '{0,300}', '{20,30}'),
	(3, 'creeping', '{0,220,300,380}', '{20,21.6,23.3,25.2}'),
	(4, 'better, and as before', '{0,200,320}', '{20,12,20}'),
	(5, 'better, and worse than before', '{0,200,320}', '{20,12,40}'),
	(6, 'worse, and worse still', '{0,250,350}', '{20,40,80}'),
	(7, 'deployed, and again', '{0,300,314,328}', '{20,30,40,80}'),
	(8, 'pinned in bad times', '{0,168}', '{40,20}'),
	(9, 'new', '{200,320}', '{20,40}');
INSERT INTO almanac.query_texts SELECT s, '2020-01-01', name FROM level;
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) SELECT 90001, 10, s, true, s FROM level ORDER BY s;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT k.series_id, hour(h + 1), '1 hour', 1000, 1000 * (0.98 + 0.04 * noise(s, h)) * (SELECT ms[i] FROM generate_subscripts(since, 1) i WHERE since[i] <= h ORDER BY i DESC LIMIT 1)
	FROM level JOIN almanac.statement_keys k ON k.queryid = s, generate_series(0, 479) h WHERE h >= since[1];
CREATE VIEW told AS
	SELECT t.query, (extract(epoch FROM f.started - hour(0)) / 3600)::integer AS hour, round(f.value_before) AS before, round(f.value_after) AS after, f.ended IS NOT NULL AS ended, f.provisional AS watch
	FROM almanac.find_changes('statement', '2020-03-01', '2020-03-21', '1 hour') f JOIN almanac.statement_keys k USING (series_id) JOIN almanac.query_texts t USING (fingerprint)
	WHERE f.metric = 'mean_exec_ms' ORDER BY k.queryid, f.started;
-- By their own past.
SELECT * FROM told;
-- By the first week.
SELECT almanac.set_baseline('first week', '2020-03-01', '2020-03-08');
SELECT * FROM told;
-- The one that was pinned last counts, if it is over before the window ends, and no longer than it is pinned.
SELECT almanac.set_baseline('later', '2020-03-15', '2020-03-21');
SELECT count(*) FROM told;
SELECT almanac.set_baseline('an hour', '2020-03-01', '2020-03-01 01:00');
SELECT * FROM told WHERE query = 'creeping';
SELECT almanac.drop_baseline(name) FROM almanac.baselines WHERE current AND name <> 'rolling' ORDER BY name;
SELECT * FROM told WHERE query = 'creeping';
-- What was before a deployment is no level to compare with, but for what the deployment itself did.
SELECT * FROM told WHERE query = 'deployed, and again';
SELECT almanac.mark('v2', at => hour(300)) > 0 AS marked;
SELECT * FROM told WHERE query IN ('slower', 'deployed, and again');
SELECT almanac.set_baseline_cut('deployment', false);
SELECT * FROM told WHERE query = 'deployed, and again';
SELECT almanac.set_baseline_cut('deployment', NULL);
-- What jumps at the end of history, right after one, is still seen.
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT series_id, hour(h + 1), '1 hour', 1000, 1000 * CASE WHEN h >= 481 THEN 100 ELSE 20 END * (0.98 + 0.04 * noise(1, h)) FROM almanac.statement_keys, generate_series(480, 484) h WHERE queryid = 1;
SELECT almanac.mark('v3', at => hour(481)) > 0 AS marked;
SELECT f.provisional, f.started, round(f.value_before) AS before, round(f.value_after) AS after FROM almanac.find_changes('statement', '2020-03-01', hour(485), '1 hour') f
	JOIN almanac.statement_keys k USING (series_id) WHERE k.queryid = 1 AND metric = 'mean_exec_ms';
DROP VIEW told;
DROP TABLE level;
DROP FUNCTION noise, hour;
DROP EXTENSION pg_almanac;
