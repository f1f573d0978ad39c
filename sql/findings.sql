-- Findings: what is found in this database, what people do about them, and who may.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac, pg_stat_statements CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
\set SHOW_CONTEXT never
SET timezone = 'UTC';

-- Kinds, and that each has what it says: a function, a query where it needs one, thresholds that are named in the right places.
SELECT kind, area, title, ends, measure, harm, reads_catalogs FROM almanac.finding_kinds;
SELECT k.kind FROM almanac.finding_kinds k WHERE to_regprocedure(format('almanac.%I(timestamptz)', k.finder)) IS NULL;
SELECT q.kind FROM almanac.catalog_queries() q WHERE NOT EXISTS (SELECT FROM almanac.finding_kinds k WHERE k.kind = q.kind);
SELECT count(almanac.measure_finding(m.metric, NULL::almanac.finding_log, now() - interval '1 day', now())) > 0 AS measured
	FROM almanac.finding_kinds k, unnest(ARRAY[k.measure, k.harm]) AS m (metric) WHERE m.metric <> 'found';
SELECT k.kind FROM almanac.finding_kinds k WHERE k.measure IS NULL AND k.ends <> 'passes';
SELECT almanac.measure_finding('statement.no_such_measure', NULL::almanac.finding_log, now(), now());
\echo :SQLSTATE
SELECT almanac.measure_finding('database.temp_bytes/no_such_column', NULL::almanac.finding_log, now(), now());
\echo :SQLSTATE
SELECT u.name FROM (SELECT DISTINCT (regexp_matches(q.query, '\{([a-z_]+)\}', 'g'))[1] AS name FROM almanac.catalog_queries() q) u
	WHERE u.name NOT IN ('user', 'size', 'scans') AND NOT EXISTS (SELECT FROM almanac.finding_thresholds t WHERE t.name = u.name);
SELECT t.name FROM almanac.finding_thresholds t WHERE NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = 'almanac'::regnamespace
	AND (p.prosrc ~ ('finding_threshold\(''' || t.name || '''\)') OR p.prosrc LIKE '%{' || t.name || '}%'));

SELECT name, value, unit, what FROM almanac.finding_thresholds;
SELECT almanac.set_finding_threshold('index_min_bytes', 8192);
SELECT name, value, default_value FROM almanac.finding_thresholds WHERE value <> default_value;
SELECT almanac.set_finding_threshold('no_such_threshold', 1);
\echo :SQLSTATE
SELECT almanac.set_finding_threshold(NULL, 1);
\echo :SQLSTATE
SELECT almanac.set_finding_threshold('xid_age', -1);
\echo :SQLSTATE
SELECT almanac.set_finding_threshold('xid_age', 'NaN');
\echo :SQLSTATE
SELECT almanac.set_finding_threshold('xid_age', 'infinity');
\echo :SQLSTATE

-- Names of every sort end up in commands that run.
CREATE SCHEMA "odd "" schema";
CREATE TABLE "odd "" schema"."Ta'ble" (id int, "or""der" int);
INSERT INTO "odd "" schema"."Ta'ble" SELECT g, g FROM generate_series(1, 2000) g;
CREATE INDEX "First" ON "odd "" schema"."Ta'ble" ("or""der");
CREATE INDEX "se""cond" ON "odd "" schema"."Ta'ble" ("or""der");
CREATE INDEX third ON "odd "" schema"."Ta'ble" ("or""der");
SELECT almanac.find_findings() > 0 AS found;
SELECT finding_id AS first FROM almanac.findings WHERE kind = 'index_duplicate' AND object = 'se"cond' \gset
SELECT severity, priority, area, state, datname = current_database() AS here, schemaname, relname, object, bytes, message, benefit, sql, locks, effort, evidence, times_opened
	FROM almanac.findings WHERE kind = 'index_duplicate' ORDER BY object;
SELECT kind, error FROM almanac.finding_kinds WHERE error IS NOT NULL OR last_checked IS NULL;

-- Their life.
SELECT almanac.acknowledge_finding(:first);
SELECT state, acknowledged_by = current_user AS by_me, muted_by FROM almanac.findings WHERE finding_id = :first;
SELECT almanac.mute_finding(:first, 'infinity');
SELECT state, acknowledged_by = current_user AS by_me, muted_by = current_user AS muted_by_me FROM almanac.findings WHERE finding_id = :first;
SELECT almanac.mute_finding(:first, now() - interval '1 day');
SELECT state FROM almanac.findings WHERE finding_id = :first;
SELECT almanac.mute_finding(:first, NULL);
SELECT almanac.find_findings() > 0 AS found;
SELECT state, times_opened, last_seen > first_seen AS seen_again FROM almanac.findings WHERE finding_id = :first;
SELECT sql FROM almanac.findings WHERE finding_id = :first \gset
:sql
SELECT almanac.find_findings() > 0 AS found;
SELECT object, state, ended > opened AS over FROM almanac.findings WHERE kind = 'index_duplicate' ORDER BY object;
SELECT almanac.acknowledge_finding(:first);
\echo :SQLSTATE
SELECT almanac.acknowledge_finding(NULL);
\echo :SQLSTATE
SELECT almanac.mute_finding(-1, 'infinity');
\echo :SQLSTATE

-- What says nothing new is not written again, and yet known to have been seen.
SELECT l.finding_id AS third, l.last_seen AS seen, l.evidence FROM almanac.findings l WHERE l.kind = 'index_duplicate' AND l.object = 'third' \gset
SELECT l.ctid AS place, l.xmax AS locked FROM almanac.finding_log l WHERE l.finding_id = :third \gset
SELECT almanac.find_findings() > 0 AS found;
SELECT l.ctid = :'place' AND l.xmax = :'locked' AS untouched, f.last_seen > :'seen' AS seen_again, f.last_seen = (SELECT last_checked FROM almanac.finding_kinds k WHERE k.kind = f.kind) AS just_now
	FROM almanac.finding_log l JOIN almanac.findings f USING (finding_id) WHERE l.finding_id = :third;
-- By up to a tenth, by more.
UPDATE almanac.catalog_facts SET data = data || jsonb_build_object('bytes', round((data ->> 'bytes')::bigint * 1.09)) WHERE kind = 'index_duplicate';
SELECT almanac.judge_findings() > 0 AS found;
SELECT count(*) FROM almanac.finding_kinds WHERE error IS NOT NULL;
SELECT l.ctid = :'place' AS untouched FROM almanac.finding_log l WHERE l.finding_id = :third;
UPDATE almanac.catalog_facts SET data = data || jsonb_build_object('bytes', round((data ->> 'bytes')::bigint * 1.1)) WHERE kind = 'index_duplicate';
SELECT almanac.judge_findings() > 0 AS found;
SELECT l.ctid = :'place' AS untouched, l.evidence ->> 'bytes' <> :'evidence'::jsonb ->> 'bytes' AS renewed FROM almanac.finding_log l WHERE l.finding_id = :third;

-- A kind that cannot be looked for is told, and takes no other with it; what it had found stays.
UPDATE almanac.catalog_facts SET data = data || '{"bytes": "many"}' WHERE kind = 'index_duplicate';
SELECT almanac.judge_findings() > 0 AS found;
SELECT kind, error FROM almanac.finding_kinds WHERE error IS NOT NULL;
SELECT status, reason LIKE '%could not look for index_duplicate%' AS told FROM almanac.health WHERE area = 'recording';
SELECT state FROM almanac.findings WHERE finding_id = :third;
SELECT almanac.find_findings() > 0 AS found;
SELECT count(*) FROM almanac.finding_kinds WHERE error IS NOT NULL;

-- Backups: the last that left a trace.
SELECT almanac.note_backup('full', now() - interval '20 days') > 0 AS noted;
SELECT almanac.note_backup(at => now() - interval '9 days') > 0 AS noted;
SELECT told_by, label, date_trunc('day', now() - "time") AS age FROM almanac.last_backups();
SELECT severity, object, split_part(message, ', at', 1) AS message, sql, evidence ->> 'told_by' AS told_by FROM almanac.find_backup_missing(now());
SELECT severity FROM almanac.find_backup_missing(now() - interval '2 days');
SELECT almanac.note_backup('') > 0;
\echo :SQLSTATE
SELECT almanac.note_backup() > 0 AS noted;
SELECT severity FROM almanac.find_backup_missing(now());

-- Health is the worst of it.
SELECT area, findings, status, reason FROM almanac.health WHERE area = 'indexes';
UPDATE almanac.finding_log SET severity = 0 WHERE finding_id = :third;
SELECT status, reason LIKE '%indexes: index third of%' AS told FROM almanac.health_status();
SELECT almanac.mute_finding(:third, now() + interval '1 hour');
SELECT status FROM almanac.health WHERE area = 'indexes';

-- Who may: nobody, pg_monitor to read, the owner and whom it grants.
CREATE ROLE almanac_anybody;
CREATE ROLE almanac_monitor;
GRANT pg_monitor TO almanac_monitor;
SET ROLE almanac_anybody;
SELECT count(*) FROM almanac.findings;
SET ROLE almanac_monitor;
SELECT count(*) > 0 AS seen FROM almanac.findings;
SELECT count(*) > 0 AS seen FROM almanac.finding_kinds;
SELECT count(*) FROM almanac.health;
SELECT count(*) FROM almanac.health_status();
SELECT count(*) > 0 AS seen FROM almanac.finding_thresholds;
SELECT almanac.find_findings();
SELECT almanac.acknowledge_finding(1);
SELECT almanac.mute_finding(1, NULL);
SELECT almanac.set_finding_threshold('xid_age', 1);
SELECT count(*) FROM almanac.finding_log;
RESET ROLE;
GRANT EXECUTE ON FUNCTION almanac.find_findings(timestamptz), almanac.mute_finding(bigint, timestamptz) TO almanac_monitor;
SET ROLE almanac_monitor;
SELECT almanac.find_findings() > 0 AS found;
SELECT almanac.mute_finding(:third, NULL);
RESET ROLE;

-- Only reads are done in catalogs: in a transaction that may not write, the question is answered.
SELECT almanac.catalog_question((SELECT oid FROM pg_database WHERE datname = current_database())) AS question \gset
BEGIN READ ONLY;
SELECT count(*) > 0 AS answered FROM (:question) q;
SELECT DISTINCT l.mode FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' ORDER BY 1;
COMMIT;

DROP SCHEMA "odd "" schema" CASCADE;
DROP EXTENSION pg_almanac;
DROP ROLE almanac_anybody, almanac_monitor;
