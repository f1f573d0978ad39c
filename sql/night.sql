-- What overnight() tells of the night against the one before: what took more and what grew, and what does not count.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;
CREATE FUNCTION night_at(clock text) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN ('2020-03-' || clock || '+00')::timestamptz;
-- Ten days, the night of the 9th is the one. By statement: what it took an hour in each night before, and in that one.
CREATE TABLE night_story (s integer PRIMARY KEY, what text, before float8, night float8, toplevel boolean DEFAULT true);
INSERT INTO night_story VALUES (1, 'as ever', 60000, 60000), (2, 'twice', 60000, 120000), (3, 'somewhat more', 60000, 80000), (4, 'much more, of little', 10, 900), (5, 'new', NULL, 30000), (6, 'less', 60000, 10000),
	(7, 'gone', 60000, NULL), (8, 'most', 1000, 300000), (9, 'nested', 1000, 300000), (10, 'known as a regression', 1000, 500000), (11, 'the fourth', 1000, 20000);
UPDATE night_story SET toplevel = false WHERE what = 'nested';
INSERT INTO almanac.database_keys (dbid, datname, first_seen) VALUES (90001, 'shop', night_at('01'));
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel) SELECT 90001, 10, s, toplevel FROM night_story ORDER BY s;
CREATE TABLE night_hours AS SELECT night_at('01') + h * '1 hour'::interval AS stop, night_at('01') + h * '1 hour'::interval > night_at('09 18:00') AS night FROM generate_series(1, 24 * 10) h;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT k.series_id, h.stop, '1 hour', 100, CASE WHEN h.night THEN s.night ELSE s.before END FROM night_story s JOIN almanac.statement_keys k ON k.queryid = s.s, night_hours h WHERE CASE WHEN h.night THEN s.night ELSE s.before END > 0;
-- Tables, in MB: size before, growth an hour before, and in that night.
CREATE TABLE night_sizes (t integer PRIMARY KEY, what text, size bigint, before bigint, night bigint, since timestamptz DEFAULT night_at('01'));
INSERT INTO night_sizes VALUES (1, 'steady', 1000, 20, 20), (2, 'bulk', 1000, 1, 100), (3, 'little', 10, 0, 3), (4, 'a share of nothing', 100000, 0, 20), (5, 'made', 0, 0, 50), (6, 'still', 5000, 0, 0),
	(7, 'shrinks', 9000, 0, -100), (8, 'not known before', 100, 0, 50), (9, 'twice as fast', 1000, 20, 45);
UPDATE night_sizes SET since = night_at('10') WHERE what = 'made';
INSERT INTO almanac.table_keys (dbid, relid, schemaname, relname, first_seen) SELECT 90001, 1000 + t, 'public', what, since FROM night_sizes ORDER BY t;
INSERT INTO almanac.table_samples (series_id, "time", duration, total_bytes)
	SELECT k.series_id, h.stop, '1 hour', 1048576 * (s.size + s.before * count(*) FILTER (WHERE NOT h.night) OVER w + s.night * count(*) FILTER (WHERE h.night) OVER w)
	FROM night_sizes s JOIN almanac.table_keys k ON k.relid = 1000 + s.t::oid::bigint, night_hours h WHERE h.stop > s.since AND (s.t <> 8 OR h.night) AND (s.t <> 6 OR h.stop = night_at('01 01:00'))
	WINDOW w AS (PARTITION BY s.t ORDER BY h.stop);
INSERT INTO almanac.database_samples (series_id, "time", duration, size_bytes)
	SELECT k.series_id, h.stop, '1 hour', 1048576 * (20000 + 100 * count(*) FILTER (WHERE h.night) OVER (ORDER BY h.stop)) FROM almanac.database_keys k, night_hours h WHERE k.dbid = 90001;

-- Nothing to compare with: nobody looked.
SELECT count(*) FROM almanac.night_changes(night_at('09 18:00'), night_at('10 08:00'));
INSERT INTO almanac.snapshot_keys (stream, dbid) SELECT 'database', 0 WHERE NOT EXISTS (SELECT FROM almanac.snapshot_keys k WHERE k.stream = 'database' AND k.dbid = 0 AND k.server_id = 0);
INSERT INTO almanac.snapshot_samples (series_id, "time", flags, snapshot_id, interval_ms)
	SELECT k.series_id, h.stop, 0, row_number() OVER (ORDER BY h.stop), 3600000 FROM almanac.snapshot_keys k, night_hours h WHERE k.stream = 'database' AND h.stop >= night_at('08 20:00');
-- Or for a part of it only.
SELECT count(*) FROM almanac.night_changes(night_at('09 16:00'), night_at('10 08:00'));
SELECT * FROM almanac.night_changes(night_at('09 18:00'), night_at('10 08:00'));
-- A regression is told of by itself.
INSERT INTO almanac.changes (stream, series_id, metric, worse, status, minor, worth, part_id, incident_id, started, earliest, latest, value_before, value_after, seconds_per_day, step, analyzed_from, analyzed_until,
		first_found, last_found)
	SELECT 'statement', k.series_id, 'mean_exec_ms', true, 'open', false, 5, 1, 1, night_at('09 19:00'), night_at('09 19:00'), night_at('09 19:00'), 10, 5000, 9000, '1 hour', now(), now(), now(), now() FROM almanac.statement_keys k WHERE k.queryid = 10;
SELECT kind, what FROM almanac.night_changes(night_at('09 18:00'), night_at('10 08:00')) WHERE kind = 'statement took more';
-- Who monitors sees it as well.
SET ROLE pg_monitor;
SELECT count(*) FROM almanac.night_changes(night_at('09 18:00'), night_at('10 08:00'));
RESET ROLE;
-- More than a day is compared with the same days a week ago, of which the ledger knows nothing here; more than a week with nothing.
SELECT count(*) FROM almanac.night_changes(night_at('08 06:00'), night_at('10 08:00'));
INSERT INTO almanac.snapshot_samples (series_id, "time", flags, snapshot_id, interval_ms)
	SELECT k.series_id, h.stop, 0, 1000 + row_number() OVER (ORDER BY h.stop), 3600000 FROM almanac.snapshot_keys k, night_hours h WHERE k.stream = 'database' AND h.stop < night_at('08 20:00');
SELECT kind, what FROM almanac.night_changes(night_at('08 06:00'), night_at('10 08:00'));
SELECT count(*) FROM almanac.night_changes(night_at('02 06:00'), night_at('10 08:00'));
SELECT count(*) FROM almanac.night_changes(night_at('10 08:00'), night_at('10 08:00'));
SELECT count(*) FROM almanac.night_changes(NULL, night_at('10 08:00'));
SELECT count(*) FROM almanac.night_changes('-infinity', 'infinity');
SELECT count(*) > 0 AS ok FROM almanac.overnight('-infinity');
SELECT count(*) FROM almanac.overnight('infinity');

-- The night that is over now, by overnight(), with backups: those that were noted, and those that leave a trace.
SELECT max(h.stop) AS last FROM night_hours h \gset
UPDATE night_hours SET stop = stop + (date_trunc('hour', now()) - :'last');
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) VALUES (90001, 10, 20, true, 20), (90001, 10, 21, true, 21);
INSERT INTO almanac.query_texts VALUES (20, '2020-01-01', 'SELECT * FROM pg_backup_stop($1)');
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT k.series_id, h.stop, '1 hour', 10, CASE WHEN h.stop > now() - '8 hours'::interval THEN 300000 ELSE 1000 END FROM almanac.statement_keys k, night_hours h WHERE k.queryid = 21;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT k.series_id, now() - '3 hours'::interval, '1 hour', 1, 10 FROM almanac.statement_keys k WHERE k.queryid = 20;
INSERT INTO almanac.snapshot_samples (series_id, "time", flags, snapshot_id, interval_ms)
	SELECT k.series_id, h.stop, 0, 2000 + row_number() OVER (ORDER BY h.stop), 3600000 FROM almanac.snapshot_keys k, night_hours h WHERE k.stream = 'database';
SELECT almanac.note_backup('nightly', now() - '4 hours'::interval) > 0 AS noted;
SELECT kind, severity, replace(regexp_replace(what, '\d+ (min|s), \d+ calls', '..., ... calls', 'g'), (SELECT rolname FROM pg_roles WHERE oid = 10), 'the superuser') AS what FROM almanac.overnight(now() - '6 hours'::interval) WHERE kind ~ '^(statement|backup)';
SELECT count(*) FROM almanac.overnight(now() - '1 hour'::interval) WHERE kind = 'backup';
DROP TABLE night_story, night_sizes, night_hours;
DROP FUNCTION night_at;
DROP EXTENSION pg_almanac;
