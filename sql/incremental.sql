-- The worker looks only at what was active since; that makes no difference to looking at everything every time.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
SET extra_float_digits = 0;
CREATE FUNCTION noise(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
	RETURN (hashint8extended(a * 1000003 + b, 7) & 1048575) / 1048576.0::double precision;
CREATE FUNCTION hour(h integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN timestamptz '2020-03-01 00:00+00' + h * interval '1 hour';
-- 200 statements of 14 days. Every tenth runs all the time, the others one day in four or less, some of them never again; one in seven becomes slower,
-- one in eleven has a peak, and comes back to what it was.
INSERT INTO almanac.query_texts SELECT g, '2020-01-01', 'SELECT ' || g FROM generate_series(1, 200) g;
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) SELECT 90001, 10, g, true, g FROM generate_series(1, 200) g;
CREATE TABLE load AS
	SELECT k.series_id, hour(h + 1) AS "time", interval '1 hour' AS duration, 1000 AS calls, 1000 * 10 * (0.95 + 0.1 * noise(s, h)) * CASE WHEN s % 7 = 0 AND h >= 200 + s % 60 THEN 1.8
		WHEN s % 11 = 0 AND h BETWEEN 260 AND 270 THEN 6 ELSE 1 END AS total_exec_ms
	FROM almanac.statement_keys k, LATERAL (SELECT k.queryid) q (s), generate_series(0, 335) h
	WHERE s % 10 = 0 OR (h < 250 OR s % 3 > 0) AND (h / 24 + s) % 4 = 0;

CREATE TABLE look (at timestamptz, series integer, everything boolean);
CREATE PROCEDURE look(at timestamptz, everything boolean) LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz := clock_timestamp();
	g record;
BEGIN
	INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
		SELECT * FROM load l WHERE NOT everything AND l."time" <= look.at AND l."time" > COALESCE((SELECT max(o.at) FROM look o), '-infinity');
	IF everything THEN
		PERFORM almanac.analyze_stream('statement', at - interval '35 days', at, '1 hour', 0, 2147483647);
		INSERT INTO look SELECT at, 200, true;
	ELSE
		FOR g IN SELECT * FROM almanac.series_to_analyze('statement', at) LOOP
			PERFORM almanac.analyze_group('statement', g.series_group, g.series, at, almanac.exec_seconds_per_day(at - interval '1 day', at));
			INSERT INTO look SELECT at, cardinality(g.series), false;
		END LOOP;
	END IF;
	PERFORM almanac.group_changes();
	PERFORM almanac.note_causes(began);
	PERFORM almanac.join_changes(at - interval '35 days');
END
$$;
CREATE VIEW seen AS SELECT series_id, metric, worse, status, minor, started, earliest, latest, ended, value_before, value_after, p_value, seconds_per_day,
	(SELECT min(o.series_id) FROM almanac.changes o WHERE o.incident_id = c.incident_id) AS with_series, (SELECT count(*) FROM almanac.changes o WHERE o.incident_id = c.incident_id) AS changes
	FROM almanac.changes c WHERE status <> 'withdrawn';
-- Every six hours, of what is there by then; and then again, of everything.
DO $$ BEGIN FOR t IN 40..55 LOOP CALL look(hour(t * 6), false); END LOOP; END $$;
CREATE TABLE by_looks AS SELECT * FROM seen;
SELECT status, count(*) FROM by_looks GROUP BY 1 ORDER BY 1;
SELECT count(*) AS looks, min(s) AS fewest, max(s) FILTER (WHERE at > hour(240)) AS most, max(s) AS the_first_time FROM (SELECT at, sum(series) AS s FROM look GROUP BY at) l;
SELECT count(*) AS nothing_new FROM almanac.series_to_analyze('statement', hour(330));
TRUNCATE almanac.changes, almanac.analysis_state;
DO $$ BEGIN FOR t IN 40..55 LOOP CALL look(hour(t * 6), true); END LOOP; END $$;
SELECT count(*) AS differences FROM (SELECT * FROM seen EXCEPT SELECT * FROM by_looks UNION ALL (SELECT * FROM by_looks EXCEPT SELECT * FROM seen)) d;
SELECT count(*) AS more FROM (SELECT almanac.analyze(hour(0), hour(330), '1 hour') AS n) a WHERE n > 0;
SELECT count(*) AS differences FROM (SELECT * FROM seen EXCEPT SELECT * FROM by_looks UNION ALL (SELECT * FROM by_looks EXCEPT SELECT * FROM seen)) d;
-- What comes later is looked at then, and only that; a group that was left out has its turn first.
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms) SELECT series_id, hour(337), '1 hour', 10, 100 FROM almanac.statement_keys WHERE queryid IN (3, 199);
TRUNCATE almanac.analysis_state;
INSERT INTO almanac.analysis_state SELECT 'statement', g, hour(336) - g * interval '1 hour' FROM generate_series(0, 3) g;
SELECT series_group, cardinality(series) < 64 AS some, EXISTS (SELECT FROM almanac.statement_keys k WHERE k.series_id = ANY (series) AND k.queryid IN (3, 199)) AS those FROM almanac.series_to_analyze('statement', hour(337));
DROP VIEW seen;
DROP TABLE load, look, by_looks;
DROP PROCEDURE look;
DROP FUNCTION noise, hour;
DROP EXTENSION pg_almanac;
