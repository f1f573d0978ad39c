# Events: commands with their exact time and who ran them, settings, restarts, crashes, resets, relations that came and went
# unseen. Nothing twice, nothing that was rolled back, no secret, and no storm that fills the table.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('events', init => { allows_streaming => 1 }, conf => "max_prepared_transactions = 2\n");
value($node, 'CREATE DATABASE other');
snapshot($node);

# Events since the last call, oldest first, as "kind object"; with more columns if asked for.
my $from = '2000-01-01';
sub events
{
	my ($columns, $condition) = @_;
	$columns ||= "concat_ws(' ', kind, object)";
	$condition ||= 'true';
	snapshot($node);
	my $found = value($node, <<"SQL");
SELECT $columns FROM almanac.events WHERE event_id > 0 AND event_id % 2 = 0
	AND event_id > COALESCE((SELECT max(event_id) FROM seen), 0) AND ($condition) ORDER BY "time", event_id
SQL
	value($node, 'INSERT INTO seen SELECT max(event_id) FROM almanac.event_log');
	return $found;
}
value($node, 'CREATE TABLE seen (event_id bigint)');
events();

# Commands in transactions: what is rolled back never happened.
my $before = moment();
as_app($node, 'postgres', 'CREATE TABLE orders (id serial PRIMARY KEY, at timestamptz, note text)');
my $after = moment();
is(events(), 'table_created orders', 'a table with its index and sequence is one event');
is(value($node, "SELECT rolname, datname, schemaname, relname, source, label, \"time\" BETWEEN '$before' AND '$after', not_before IS NULL FROM almanac.events WHERE object = 'orders'"),
	'app|postgres|public|orders|command|CREATE TABLE public.orders|t|t', 'with its time, and who did it');
as_app($node, 'postgres', 'BEGIN; CREATE TABLE never (a int); DROP TABLE orders; ROLLBACK');
is(events(), '', 'rolled back');
as_app($node, 'postgres', <<'SQL');
BEGIN; CREATE TABLE kept (a int); SAVEPOINT s; CREATE TABLE gone (a int); CREATE INDEX orders_gone ON orders (at); ROLLBACK TO s;
SAVEPOINT t; CREATE INDEX orders_at ON orders (at); SAVEPOINT u; ALTER TABLE orders ADD amount int; RELEASE u; RELEASE t; COMMIT
SQL
is(events(), "table_created kept\nindex_created orders_at\ntable_altered orders", 'subtransactions');
as_app($node, 'postgres', <<'SQL');
DO $$ BEGIN EXECUTE 'CREATE TABLE by_do (a int)';
	BEGIN EXECUTE 'CREATE TABLE failed (a int)'; PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END;
	BEGIN EXECUTE 'CREATE TABLE by_do (a int)'; EXCEPTION WHEN duplicate_table THEN NULL; END;
	EXECUTE 'CREATE TABLE after_failure (a int)'; END $$;
CREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE first (a int); COMMIT; CREATE TABLE second (a int); ROLLBACK; END $$;
CALL work();
SQL
is(events(), "table_created by_do\ntable_created after_failure\nfunction_created work\ntable_created first",
	'DO blocks, exceptions, procedures that commit');
isnt($node->psql('postgres', 'CREATE TABLE kept (a int); CREATE INDEX ON nothing (a)'), 0, 'commands that fail');
is(events(), '', 'are no events');
as_app($node, 'postgres', 'BEGIN; CREATE TABLE brief (a int); CREATE INDEX ON brief (a); DROP TABLE brief; COMMIT');
is(events(), '', 'what nobody else ever saw is none either');
as_app($node, 'postgres', 'CREATE TEMP TABLE t (a int PRIMARY KEY); ALTER TABLE t ADD b int; CREATE INDEX ON t (b); TRUNCATE t; ANALYZE t; DROP TABLE t; CREATE TEMP TABLE u AS SELECT 1');
is(events(), '', 'temporary tables are left out');

# Commands that commit by themselves.
as_app($node, 'postgres', 'CREATE INDEX CONCURRENTLY orders_note ON orders (note)');
is(events("concat_ws(' ', kind, object, relname, details ->> 'concurrently')"), 'index_created orders_note orders true', 'CREATE INDEX CONCURRENTLY');
as_app($node, 'postgres', 'INSERT INTO orders (note) SELECT 1 FROM generate_series(1, 2)');
isnt($node->psql('postgres', 'CREATE UNIQUE INDEX CONCURRENTLY invalid ON orders (note)'), 0, 'one that fails');
is(events("concat_ws(' ', kind, object, source)"), 'index_created invalid comparison', 'leaves an invalid index, which the next look finds');
as_app($node, 'postgres', $_) for 'DROP INDEX CONCURRENTLY invalid', 'REINDEX INDEX CONCURRENTLY orders_note', 'REINDEX TABLE CONCURRENTLY orders',
	'VACUUM orders', 'VACUUM FULL orders', 'ANALYZE orders, kept', 'CLUSTER orders USING orders_at', 'VACUUM', 'TRUNCATE orders, kept';
is(events(), join("\n", 'index_dropped invalid', 'index_rebuilt orders_note', 'index_rebuilt orders', 'vacuum orders', 'table_rewritten orders',
	'analyze orders', 'analyze kept', 'table_rewritten orders', 'vacuum', 'table_truncated orders', 'table_truncated kept'), 'maintenance');
is(value($node, "SELECT count(*) FROM almanac.events WHERE kind IN ('vacuum', 'analyze') AND source = 'history' AND relname IN ('orders', 'kept') AND object IS NOT NULL"), 1,
	'and what the history knows of them is there once: VACUUM of all came without names');

# All kinds.
as_app($node, 'postgres', $_) for 'CREATE VIEW v AS SELECT id FROM orders', 'CREATE OR REPLACE VIEW v AS SELECT id + 0 AS id FROM orders', 'CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a',
	'CREATE STATISTICS st ON id, at FROM orders', q(CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'), q(CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'),
	'ALTER FUNCTION f() COST 7', 'ALTER TABLE orders RENAME TO sales', 'ALTER TABLE sales ALTER note SET STATISTICS 10, SET (fillfactor = 70)',
	'ALTER INDEX orders_at RENAME TO sales_at', 'CREATE SCHEMA s CREATE TABLE a (i int) CREATE VIEW b AS SELECT 1 AS x', 'DROP SCHEMA s CASCADE', 'DROP TABLE sales CASCADE', 'DROP FUNCTION f';
is(join(',', sort split /\n/, events()), join(',', sort('view_created v', 'view_altered v', 'table_created mv', 'statistics_created st', 'function_created f', 'function_replaced f',
	'function_altered f', 'table_altered sales', 'table_altered sales', 'index_altered sales_at', 'table_created a', 'view_created b', 'view_dropped b', 'table_dropped a',
	'view_dropped v', 'statistics_dropped st', 'table_dropped sales', 'function_dropped f')), 'all kinds, also by cascade');
is(value($node, "SELECT label FROM almanac.events WHERE kind = 'table_altered' AND label LIKE '%STATISTICS%'"),
	'ALTER TABLE public.sales: SET STATISTICS note, SET', 'what was altered');

# Extensions: one event each, whatever is in them.
as_app($node, 'postgres', 'CREATE EXTENSION pageinspect VERSION "1.8"');
as_app($node, 'postgres', q(ALTER EXTENSION pageinspect UPDATE TO '1.9'));
as_app($node, 'postgres', q(ALTER EXTENSION pageinspect UPDATE TO '1.9'));
as_app($node, 'other', 'CREATE EXTENSION pageinspect VERSION "1.8"');
as_app($node, 'postgres', 'DROP EXTENSION pageinspect');
is(events("concat_ws(' ', kind, datname, object, old_value, new_value, rolname)"), join("\n", 'extension_created postgres pageinspect 1.8 app', 'extension_updated postgres pageinspect 1.8 1.9 app',
	'extension_created other pageinspect 1.8 app', 'extension_dropped postgres pageinspect 1.9 app'), 'extensions');

# Other databases, other roles.
value($node, 'CREATE ROLE plain LOGIN; GRANT CREATE ON SCHEMA public TO plain');
$node->safe_psql('postgres', 'CREATE TABLE mine (a int)', extra_params => [ '--username', 'plain' ]);
as_app($node, 'other', 'CREATE TABLE there (a int)');
is(events("concat_ws(' ', kind, datname, object, rolname)"), "table_created postgres mine plain\ntable_created other there app", 'other databases, other roles');

# What no command told is found by comparing.
as_app($node, 'other', 'SET pg_almanac.track_commands = off; CREATE TABLE unseen (a int PRIMARY KEY); ALTER TABLE there RENAME TO elsewhere; CREATE INDEX unseen_too ON elsewhere (a)');
is(events("concat_ws(' ', kind, datname, object, source, not_before < \"time\")", "true"), join("\n", 'table_created other unseen comparison t',
	'table_altered other elsewhere comparison t', 'index_created other unseen_too comparison t'), 'unseen commands are found by comparing');
as_app($node, 'other', 'SET pg_almanac.track_commands = off; DROP TABLE unseen; DROP INDEX unseen_too');
is(events("concat_ws(' ', kind, object, source)"), "table_dropped unseen comparison\nindex_dropped unseen_too comparison", 'also what is gone');

# Settings of databases and roles: old value, new value, when and by whom.
as_app($node, 'postgres', $_) for q(ALTER ROLE plain SET work_mem = '64MB'), q(ALTER DATABASE other SET random_page_cost = 1.1), q(ALTER ROLE plain IN DATABASE other SET jit = off);
events();
as_app($node, 'postgres', q(ALTER ROLE plain SET work_mem = '32MB'));
as_app($node, 'postgres', q(ALTER ROLE plain IN DATABASE other RESET jit));
as_app($node, 'postgres', q(SET pg_almanac.track_commands = off; ALTER DATABASE other SET random_page_cost = 2));
is(events("concat_ws(' ', kind, datname, object, old_value, new_value, rolname, source)"), join("\n", 'setting_changed work_mem 64MB 32MB app command',
	'setting_changed other jit off reset app command', 'setting_changed other random_page_cost 1.1 2 comparison'), 'settings of databases and roles');

# Of the server: at the reload, whoever did it.
as_app($node, 'postgres', q(ALTER SYSTEM SET work_mem = '8MB'));
as_app($node, 'postgres', q(ALTER SYSTEM SET random_page_cost = 1.5));
is(events("concat_ws(' ', kind, object, new_value)"), "alter_system work_mem 8MB\nalter_system random_page_cost 1.5", 'ALTER SYSTEM alone changes nothing yet');
$before = moment();
$node->reload;
$node->poll_query_until('postgres', "SELECT count(*) = 2 FROM almanac.events WHERE kind = 'setting_changed' AND \"time\" > '$before'") or die 'not noticed';
is(events("concat_ws(' ', kind, object, old_value, new_value, details ->> 'origin')"), join("\n", 'setting_changed random_page_cost 4 1.5 configuration file',
	'setting_changed work_mem 4MB 8MB configuration file'), 'a reload is noticed at once, also for what is pinned in the worker');

# No secret is stored.
as_app($node, 'postgres', q(ALTER SYSTEM SET primary_conninfo = 'host=x password=geheim1'));
as_app($node, 'postgres', q(ALTER SYSTEM SET archive_cleanup_command = 'curl https://me:geheim2@host/'));
as_app($node, 'postgres', q(ALTER ROLE plain SET app.api_token = 'geheim3'));
configure($node, 'ssl_passphrase_command' => "'echo geheim4'");
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM almanac.event_log WHERE kind = 'setting_changed' AND objname = 'primary_conninfo'") or die 'not noticed';
configure($node, 'ssl_passphrase_command' => "'echo geheim5'");
$node->poll_query_until('postgres', "SELECT count(*) = 2 FROM almanac.event_log WHERE kind = 'setting_changed' AND objname = 'ssl_passphrase_command'") or die 'not noticed';
like(events("concat_ws(' ', kind, object, old_value, new_value)"), qr/setting_changed ssl_passphrase_command \*\*\* \*\*\*/, 'that a secret changed is told');
is(value($node, "SELECT (SELECT count(*) FROM almanac.event_log e WHERE e::text LIKE '%geheim%') + (SELECT count(*) FROM almanac.facts f WHERE f::text LIKE '%geheim%')"), 0,
	'but no secret');

# Resets.
$before = moment();
value($node, 'SELECT pg_stat_reset()');
value($node, "SELECT pg_stat_reset_shared('bgwriter')");
value($node, 'SELECT pg_stat_statements_reset()');
is(events("concat_ws(' ', kind, datname, object, \"time\" >= '$before')"), join("\n", 'stats_reset postgres pg_stat_database t', 'stats_reset pg_stat_bgwriter t', 'stats_reset pg_stat_statements t'),
	'resets of statistics, with their time');

# Restart and crash.
configure($node, 'shared_buffers' => "'24MB'");
events();
$before = moment();
$node->restart;
wait_for_worker($node);
is(events("concat_ws(' ', kind, object, new_value, \"time\" >= '$before', not_before < '$before')", "object IS DISTINCT FROM 'wal_buffers'"), "restart t t\nsetting_changed shared_buffers 24MB t",
	'a restart, with the settings that it brought');
$node->stop('immediate');
$node->start;
wait_for_worker($node);
is(events(), 'crash', 'a crash');

# Prepared transactions.
as_app($node, 'postgres', "BEGIN; CREATE TABLE prepared (a int); PREPARE TRANSACTION 'p'");
as_app($node, 'postgres', "COMMIT PREPARED 'p'");
is(events("concat_ws(' ', kind, object, details ->> 'prepared')"), 'table_created prepared true', 'a prepared transaction is marked');

# A storm: bounded in rows, complete in numbers. The worker is awake before the queue is full, unless it is stopped.
as_app($node, 'postgres', 'CREATE TABLE busy (a int)');
events();
as_app($node, 'postgres', join ';', map { "CREATE TABLE storm$_ (a int)" } 1 .. 300);
as_app($node, 'postgres', join ';', ('TRUNCATE busy') x 100);
snapshot($node);
is(value($node, "SELECT sum(occurrences), count(*) <= 82 FROM almanac.event_log WHERE event_id > (SELECT max(event_id) FROM seen) AND kind = 'table_created'"), '300|t',
	'a storm of tables');
is(value($node, "SELECT sum(occurrences), count(*) <= 8, max(last_time) > min(\"time\") FROM almanac.event_log WHERE event_id > (SELECT max(event_id) FROM seen) AND kind = 'table_truncated'"),
	'100|t|t', 'the same again and again');
events();
my $pid = value($node, 'SELECT worker_pid FROM almanac.worker_status()');
kill 'STOP', $pid;
as_app($node, 'postgres', join ';', map { "CREATE VIEW many$_ AS SELECT 1 AS a" } 1 .. 600);
kill 'CONT', $pid;
snapshot($node);
is(value($node, "SELECT sum(occurrences) FROM almanac.event_log WHERE event_id > (SELECT max(event_id) FROM seen) AND kind = 'view_created'"), 512, 'a full queue');
is(value($node, "SELECT sum(occurrences) FROM almanac.event_log WHERE event_id > (SELECT max(event_id) FROM seen) AND kind = 'events_lost'"), 88, 'and what found no room is counted');
events();
as_app($node, 'postgres', 'DROP VIEW many1');
is(events(), 'view_dropped many1', 'then it goes on');

# Many objects of one command.
as_app($node, 'postgres', 'DROP TABLE ' . join ', ', map { "storm$_" } 1 .. 300);
snapshot($node);
is(value($node, "SELECT sum(occurrences), count(*) <= 82 FROM almanac.event_log WHERE event_id > (SELECT max(event_id) FROM seen) AND kind = 'table_dropped'"), '300|t', 'one command, many tables');
events();

# Nothing happens, nothing is told; what the extension does itself is no event.
value($node, 'SELECT almanac.seal()');
value($node, 'SELECT almanac.purge()');
is(events(), '', 'nothing');

# Promotion.
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 0);
$standby->append_conf('postgresql.conf', "restore_command = 'false'\n");
$standby->set_standby_mode;
$standby->start;
$node->stop;
$standby->promote;
$standby->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()') or die 'not promoted';
wait_for_worker($standby);
snapshot($standby);
is(value($standby, "SELECT kind, old_value, new_value FROM almanac.events WHERE kind = 'failover'"), 'failover|1|2', 'a promotion');
$standby->stop;

done_testing();
