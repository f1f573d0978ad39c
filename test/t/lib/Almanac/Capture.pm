# All kinds of statements, and whether they are counted as in pg_stat_statements.
package Almanac::Capture;

use strict;
use warnings;

use Almanac::Server;
use Exporter 'import';
use Test::More;

use IPC::Run;

our @EXPORT = qw(prepare_matrix run_matrix run_matrix_together agrees begin_anew);

# Both begin to count from nothing.
sub begin_anew
{
	my ($server) = @_;
	$server->safe_psql('postgres', 'SELECT pg_stat_statements_reset()');
	$server->restart;
	return;
}

# Statements whose calls here and in pg_stat_statements differ, or whose times do: utility statements are timed twice, with
# a little code between, all others share a timer.
sub differences
{
	my ($server, $slack_ms) = @_;
	wait_for_quiet($server);
	return $server->safe_psql('postgres', <<"SQL");
SELECT c.calls, p.calls, c.toplevel, c.total_ms, p.total_exec_time, p.query
FROM (SELECT * FROM almanac.capture() WHERE calls > 0) c
	FULL JOIN pg_stat_statements p USING (dbid, userid, queryid, toplevel)
WHERE c.calls IS DISTINCT FROM p.calls OR abs(c.total_ms - p.total_exec_time) > $slack_ms * p.calls
	OR p.query ~ '^(UPDATE|INSERT|DELETE)' AND abs(c.total_ms - p.total_exec_time) > 1e-5 * p.calls
	OR almanac.calls(c.latency) <> c.calls
SQL
}

sub agrees
{
	my ($server, $name, %options) = @_;
	is(differences($server, $options{slack_ms} // 5), '', "$name: calls and times agree with pg_stat_statements");
	return;
}

# Makes what run_matrix() needs.
sub prepare_matrix
{
	my ($server) = @_;
	$server->safe_psql('postgres', <<'SQL');
ALTER SYSTEM SET log_error_verbosity = terse;
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE log (id int, what text);
CREATE TABLE child (id int REFERENCES t DEFERRABLE INITIALLY DEFERRED);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO public.log VALUES (NEW.id, TG_OP); RETURN NULL; END $$;
CREATE TRIGGER noted AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
CREATE FUNCTION nested(k int) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
	RETURN (SELECT count(*) FROM t WHERE n = k); END $$;
CREATE FUNCTION plain(k int) RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT count(*) FROM t WHERE n > k';
CREATE FUNCTION deep(k int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
	IF k > 0 THEN PERFORM deep(k - 1); END IF; RETURN k; END $$;
CREATE FUNCTION divide(k int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 100 / k; END $$;
CREATE FUNCTION caught() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
	BEGIN PERFORM divide(0) FROM t LIMIT 1; EXCEPTION WHEN division_by_zero THEN NULL; END;
	PERFORM count(*) FROM t; RETURN 1; END $$;
CREATE FUNCTION as_owner() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
	RETURN (SELECT count(*) FROM pg_class); END $$;
CREATE PROCEDURE work(k int) LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO log SELECT k, 'work'; COMMIT; UPDATE log SET what = 'x' WHERE id = k; ROLLBACK;
	CREATE TEMP TABLE w (a int); DROP TABLE w; END $$;
CREATE ROLE plain_user LOGIN;
SQL
	return;
}

# Each kind of statement that executors and utility hooks see in another way.
my $matrix = <<'SQL';
INSERT INTO t SELECT i, i % 10 FROM generate_series(1, 500) i;
UPDATE t SET n = n + 1 WHERE id < 50;
DELETE FROM t WHERE id > 490;
WITH gone AS (DELETE FROM log WHERE id = 3 RETURNING *) SELECT count(*) FROM gone;
SELECT nested(3), plain(4), deep(5), caught(), as_owner();
SELECT sum(nested(id % 10)) FROM t;
DO $$ BEGIN PERFORM count(*) FROM t; EXECUTE 'SELECT max(id) FROM t'; FOR i IN 1..3 LOOP ANALYZE t; END LOOP; END $$;
CALL work(7);
BEGIN; DECLARE c CURSOR FOR SELECT * FROM t ORDER BY id; FETCH 5 FROM c; FETCH 5 FROM c; MOVE 5 IN c; CLOSE c; COMMIT;
BEGIN; DECLARE c CURSOR FOR SELECT nested(n) FROM t; FETCH 5 FROM c; COMMIT;
BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT n FROM t; FETCH 5 FROM c; COMMIT; FETCH ALL FROM c; CLOSE c;
BEGIN; DECLARE c CURSOR FOR SELECT * FROM t; FETCH 1 FROM c; ROLLBACK;
COPY (SELECT nested(n) FROM t) TO STDOUT;
CREATE TEMP TABLE made AS SELECT nested(n) FROM t LIMIT 10;
SELECT * INTO TEMP also_made FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT n, count(*) FROM t GROUP BY n; REFRESH MATERIALIZED VIEW mv; DROP MATERIALIZED VIEW mv;
EXPLAIN SELECT nested(1) FROM t;
EXPLAIN (ANALYZE, TIMING off, SUMMARY off, COSTS off) SELECT nested(1) FROM t LIMIT 1;
PREPARE p (int) AS SELECT count(*) FROM t WHERE n = $1; EXECUTE p (1); EXECUTE p (2); EXPLAIN EXECUTE p (3);
CREATE TEMP TABLE by_execute AS EXECUTE p (4); DEALLOCATE p; DEALLOCATE ALL;
CREATE SCHEMA parts CREATE TABLE a (id int) CREATE VIEW b AS SELECT * FROM a; DROP SCHEMA parts CASCADE;
BEGIN; SAVEPOINT s; INSERT INTO t VALUES (1000, 1); ROLLBACK TO s; RELEASE s; COMMIT;
SET ROLE app; SELECT 1; RESET ROLE; SHOW work_mem;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
SELECT count(*) FROM pg_class a, pg_class b;
RESET ALL;
VACUUM ANALYZE t; TRUNCATE log; LISTEN x; NOTIFY x; CHECKPOINT;
SELECT 1/0; SELECT divide(0); SELECT 1/(n - n) FROM t; INSERT INTO t VALUES (1, 1); SELECT nothing;
BEGIN; INSERT INTO child VALUES (77777); COMMIT;
BEGIN; SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO child VALUES (77777); ROLLBACK;
COPY t FROM '/nonexistent'; EXECUTE p (1); DO $$ BEGIN RAISE EXCEPTION SQLSTATE 'ZZ123'; END $$;
SET statement_timeout = '20ms'; SELECT pg_sleep(20); SELECT deep(3), pg_sleep(20); DO $$ BEGIN PERFORM pg_sleep(20); END $$; RESET statement_timeout;
DELETE FROM t;
SQL

# As role app, and a little as plain_user, who may read none of the tables.
sub run_matrix
{
	my ($server) = @_;
	$server->psql('postgres', $matrix, extra_params => [ '--username', 'app' ], on_error_stop => 0);
	$server->psql('postgres', "SELECT count(*) FROM t; SELECT as_owner(); SET search_path = public;",
		extra_params => [ '--username', 'plain_user' ], on_error_stop => 0);
	return;
}

# By many clients at a time, who get into each other's way.
sub run_matrix_together
{
	my ($server, $clients) = @_;
	my @runs = map {
		my ($in, $out, $error) = ($matrix);  # IPC::Run consumes it
		IPC::Run::start([ 'psql', '-XAtq', '-U', 'app', '-h', $server->host, '-p', $server->port, 'postgres' ], \$in, \$out, \$error)
	} 1 .. $clients;
	$_->finish for @runs;
	return;
}

1;
