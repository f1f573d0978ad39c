# The history adds up also when several things happen between two looks, or while nobody looks.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('combinations', extensions => 0);
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, 'CREATE DATABASE one');
my @all = qw(postgres one);
prepare_load($node, @all);
as_app($node, 'one', <<'SQL');
CREATE TABLE parent (id int, part int) PARTITION BY LIST (part);
CREATE TABLE child PARTITION OF parent FOR VALUES IN (1);
CREATE UNLOGGED TABLE light (id int);
SQL
load($node, @all) for 1 .. 3;
my $account = Almanac::Account->begins($node, 'one');
load($node, @all);
$account->is_exact('to begin with');

sub another_worker
{
	my $pid = wait_for_worker($node);
	value($node, "SELECT pg_terminate_backend($pid)");
	wait_for_worker($node, $pid);
	return;
}

# An index that takes over name and counters of another, seen by a worker that did not know the other.
my $pid = wait_for_worker($node);
configure($node, 'pg_almanac.enabled' => 'off');
$account->loses(
	sub {
		as_app($node, 'one', 'REINDEX INDEX CONCURRENTLY t_n');
		value($node, "SELECT pg_terminate_backend($pid)");
		wait_for_worker($node, $pid);
	},
	heirs => 1);
configure($node, 'pg_almanac.enabled' => 'on');
load($node, 'one');
$account->is_exact('REINDEX CONCURRENTLY while the worker was away');
another_worker();
load($node, 'one');
$account->is_exact('and after another restart of the worker');

# The same name, but not the same counters.
$account->loses(sub { as_app($node, 'one', 'DROP INDEX t_n; CREATE INDEX t_n ON t (n)') });
load($node, 'one');
$account->is_exact('index dropped and created again');
$account->loses(
	sub {
		as_app($node, 'one', "DROP INDEX t_n; SELECT pg_stat_reset_single_table_counters('t'::regclass), pg_stat_reset_single_table_counters('t_pkey'::regclass)");
	});
as_app($node, 'one', 'CREATE INDEX t_n ON t (n)');
load($node, 'one');
$account->is_exact('index dropped and table reset');
load($node, 'one');
$account->loses(
	sub { as_app($node, 'one', "SELECT pg_stat_reset_single_table_counters('t_pkey'::regclass)"); as_app($node, 'one', 'REINDEX INDEX CONCURRENTLY t_n') },
	heirs => 1);
load($node, 'one');
$account->is_exact('an index reset while the other was taken over');
$account->loses(sub { as_app($node, 'one', 'ALTER INDEX t_n RENAME TO other; ALTER INDEX t_pkey RENAME TO t_n; ALTER INDEX other RENAME TO t_pkey') });
load($node, 'one');
$account->is_exact('two indexes exchanged their names');

# What a table has stored out of line gets another place.
as_app($node, 'one', 'SELECT count(long) FROM side') for 1 .. 10;
$account->loses(sub { as_app($node, 'one', 'VACUUM FULL side') });
load($node, 'one');
$account->is_exact('VACUUM FULL of a table with values out of line');

# Partitions, unlogged and temporary tables.
as_app($node, 'one', 'INSERT INTO parent SELECT i, 1 FROM generate_series(1, 50) i; INSERT INTO light VALUES (1); SELECT count(*) FROM parent; CREATE TEMP TABLE brief AS SELECT 1; SELECT * FROM brief');
$account->is_exact('tables of other kinds');
is($account->sum('table', 'n_tup_ins', "k.relname = 'child'"), 50, 'a partition is recorded');
is(value($node, "SELECT count(*) FROM almanac.table_keys WHERE relname IN ('parent', 'brief')"), 0, 'what has no storage or no name of its own is not');

# Counters of one session that end up in two.
my $session = $node->background_psql('one', extra_params => [ '--username', 'app' ]);
$session->query_safe('INSERT INTO light SELECT generate_series(1, 10)');
$session->query_safe('BEGIN; INSERT INTO light SELECT generate_series(1, 20)');
snapshot($node);
$session->query_safe('COMMIT');
$session->quit;
$account->is_exact('a transaction across a snapshot');

# Nobody looks for a while.
configure($node, 'pg_almanac.enabled' => 'off');
$node->poll_query_until('postgres', "SELECT state = 'disabled' FROM almanac.status");
load($node, @all);
configure($node, 'pg_almanac.enabled' => 'on');
load($node, 'one');
$account->is_exact('switched off meanwhile');
$account->disconnect;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_stat_statements'\n");
$node->restart;
load($node, @all);
wait_for_quiet($node);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_stat_statements, pg_almanac'\n");
$node->restart;
wait_for_worker($node);
$account->connect;
load($node, 'one');
$account->is_exact('the server ran without the library meanwhile');

# A database that is left out and wanted again.
configure($node, 'pg_almanac.exclude_databases' => "'one'");
load($node, @all);
snapshot($node);
load($node, @all);
snapshot($node);
is(value($node, 'SELECT count(*) FROM almanac.snapshots WHERE datname = \'one\' AND snapshot_id = (SELECT snapshot_id FROM almanac.recorder)'), 0, 'a database is left out');
another_worker();
snapshot($node);
configure($node, 'pg_almanac.exclude_databases' => "''");
load($node, @all);
$account->is_exact('a database was left out for a while');
configure($node, 'pg_almanac.exclude_databases' => "'one'");
$account->counted(sub { return $_[0] eq 'statement' });
value($node, 'SELECT pg_stat_statements_reset()');
snapshot($node);
load($node, 'one');
snapshot($node);
configure($node, 'pg_almanac.exclude_databases' => "''");
load($node, @all);
$account->is_exact('and statements were reset meanwhile');

# The two libraries lose their counters apart from each other.
$account->counted(sub { return $_[0] eq 'statement' });
$account->disconnect;
$node->append_conf('postgresql.conf', "pg_stat_statements.save = off\n");
$node->restart;
wait_for_worker($node);
$account->connect;
load($node, @all);
$account->is_exact('restarted, and pg_stat_statements does not keep its counters');

# Everything is reset at once, and sealed in between.
my $dbid = value($node, "SELECT oid FROM pg_database WHERE datname = 'one'");
$account->counted(sub { my ($stream, $row) = @_; return $stream eq 'statement' || $row->{key} =~ m{^$dbid(/|$)} });
$account->disconnect('one');
seal($node);
as_app($node, 'one', 'SELECT pg_stat_reset()');
value($node, 'SELECT pg_stat_statements_reset()');
$account->connect('one');
snapshot($node);
seal($node);
load($node, @all);
$account->is_exact('everything reset, and sealed before and after');

# A database that goes, and one of the same name.
$account->counted(sub { my ($stream, $row) = @_; return $stream ne 'statement' && $row->{key} =~ m{^$dbid(/|$)} });
$account->disconnect('one');
as_app($node, 'postgres', 'DROP DATABASE one');
as_app($node, 'postgres', 'CREATE DATABASE one');
prepare_load($node, 'one');
load($node, 'one');
$account->connect('one');
$account->is_exact('database dropped and created again');
$account->sums_agree('after all this');

$account->disconnect;
$node->stop;
done_testing();
