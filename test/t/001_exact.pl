# The history adds up to what the statistics views say, whatever happens to the server, its counters and the worker.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('exact', extensions => 0);
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, "CREATE DATABASE $_") for qw(one two);
my @all = qw(postgres one two);
prepare_load($node, @all);

sub work { load($node, @_ ? @_ : @all); return; }

sub is_statement { return $_[0] eq 'statement'; }

work();
my $account = Almanac::Account->begins($node, qw(one two));
$account->is_exact('nothing happened');

work();
$account->is_exact('load in three databases');
work('one');
work('two');
seal($node);
work();
$account->is_exact('sealed in between');
$account->sums_agree('half of it sealed');
is(value($node, 'SELECT count(*) FROM almanac.journal WHERE snapshot_id < (SELECT snapshot_id - 3 FROM almanac.recorder)'),
	0, 'the journal was sealed');

# The server.
for my $mode (qw(smart fast))
{
	work();
	$account->disconnect;
	$node->stop($mode);
	$node->start;
	wait_for_worker($node);
	$account->connect;
	work('one');
	$account->is_exact("$mode restart");
}

# Counters that are reset.
$account->counted(\&is_statement);
value($node, 'SELECT pg_stat_statements_reset()');
work();
$account->is_exact('pg_stat_statements_reset()');

my ($userid, $dbid, $queryid) = split /\|/, value($node, <<'SQL');
SELECT userid, dbid, queryid FROM pg_stat_statements WHERE query LIKE 'UPDATE t SET n%' ORDER BY dbid LIMIT 1
SQL
$account->counted(sub { return is_statement(@_) && $_[1]{queryid} == $queryid && $_[1]{dbid} == $dbid; });
value($node, "SELECT pg_stat_statements_reset($userid, $dbid, $queryid)");
$account->is_exact('one statement was reset');
work();
$account->is_exact('one statement was reset and executed again');

my $one = value($node, "SELECT oid FROM pg_database WHERE datname = 'one'");
$account->counted(sub { my ($stream, $row) = @_; return $stream ne 'statement' && $row->{key} =~ m{^$one(/|$)}; });
$account->disconnect('one');
as_app($node, 'one', 'SELECT pg_stat_reset()');
$account->connect('one');
work('two');
$account->is_exact('pg_stat_reset()');
work();
$account->is_exact('load after pg_stat_reset()');

# Of a single table it can only be noticed while its counters are still below what they were.
work('one');
work('one');
$account->loses(sub { as_app($node, 'one', "SELECT pg_stat_reset_single_table_counters('t'::regclass)") });
work();
$account->is_exact('pg_stat_reset_single_table_counters() of a table');
$account->sums_agree('after resets');

# Relations that come and go.
$account->loses(sub { as_app($node, 'one', "SELECT pg_stat_reset_single_table_counters('t_n'::regclass)") });
work();
$account->is_exact('pg_stat_reset_single_table_counters() of an index');

$account->loses(sub { as_app($node, $_, 'DROP TABLE side') for qw(postgres one two) });
as_app($node, $_, 'CREATE TABLE side (id int, long text)') for qw(postgres one two);
work();
$account->is_exact('dropped and re-created table');

$account->loses(sub { as_app($node, $_, 'DROP INDEX t_n') for qw(one two) });
work();
$account->is_exact('dropped index');
as_app($node, $_, 'CREATE INDEX t_n ON t (n)') for qw(one two);
work();
$account->is_exact('index created again');

$account->loses(sub { as_app($node, 'one', 'REINDEX INDEX CONCURRENTLY t_n') }, heirs => 1);
work();
$account->is_exact('REINDEX CONCURRENTLY');
$account->loses(sub { as_app($node, 'one', 'VACUUM FULL t; TRUNCATE side') });
work();
$account->is_exact('table rewritten');
as_app($node, 'two', 'ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t; ALTER INDEX t_n RENAME TO x; ALTER INDEX t_pkey RENAME TO t_n');
work();
$account->is_exact('relations renamed');

# Databases that come and go.
$account->disconnect('two');
as_app($node, 'postgres', 'ALTER DATABASE two RENAME TO three');
$account->renamed('two', 'three');
@all = qw(postgres one three);
$account->connect('three');
work('three');
$account->is_exact('renamed database');
is( value($node, "SELECT string_agg(DISTINCT datname, ',') FROM almanac.table_history WHERE relname = 't'"),
	'one,postgres,three', 'the database has its new name');

# The worker.
my $pid = value($node, 'SELECT worker_pid FROM almanac.worker_status()');
value($node, "SELECT pg_terminate_backend($pid)");
work();
wait_for_worker($node, $pid);
$account->is_exact('worker terminated while it slept');

# Extensions.
$account->begin_anew;
work('one');
$account->is_exact('extension dropped and created again');
value($node, 'DROP EXTENSION pg_stat_statements');
work('one');
is( value($node, 'SELECT almanac.take_snapshot() > 0'), 't', 'a snapshot without pg_stat_statements');
is( value($node, "SELECT errors FROM almanac.snapshots WHERE stream = 'statement' ORDER BY snapshot_id DESC LIMIT 1"),
	1, 'the ledger says that statements could not be read');
value($node, 'CREATE SCHEMA elsewhere; CREATE EXTENSION pg_stat_statements SCHEMA elsewhere; ALTER ROLE CURRENT_USER SET search_path = public, elsewhere');
$account->disconnect('postgres');
$account->connect('postgres');
work('one');
$account->is_exact('pg_stat_statements dropped and created again in another schema');
seal($node);
$account->is_exact('all of it sealed');
$account->sums_agree('all of it sealed');

$account->disconnect;
$node->stop;
done_testing();
