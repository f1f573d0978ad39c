# Recording is exact whatever the server's settings are, and its own settings take effect without a restart.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

# What a server may have that was set up for something else. The sessions of this test have it otherwise.
my %hostile = (
	array_nulls => 'off',
	bytea_output => "'escape'",
	client_min_messages => 'error',
	check_function_bodies => 'off',
	cursor_tuple_fraction => '0.0001',
	DateStyle => "'SQL, DMY'",
	default_statistics_target => 1,
	default_transaction_deferrable => 'on',
	default_transaction_isolation => "'serializable'",
	default_transaction_read_only => 'on',
	enable_seqscan => 'off',
	enable_hashjoin => 'off',
	extra_float_digits => '-15',
	idle_in_transaction_session_timeout => "'1ms'",
	IntervalStyle => "'iso_8601'",
	lock_timeout => "'1ms'",
	max_parallel_workers_per_gather => 4,
	force_parallel_mode => 'on',
	quote_all_identifiers => 'on',
	search_path => "'nowhere'",
	standard_conforming_strings => 'off',
	escape_string_warning => 'on',
	statement_timeout => "'1ms'",
	stats_fetch_consistency => "'snapshot'",
	synchronize_seqscans => 'off',
	temp_buffers => '800kB',
	TimeZone => "'Pacific/Kiritimati'",
	track_counts => 'on',
	transform_null_equals => 'on',
	work_mem => '64kB',
	xmloption => "'document'",
);
delete $hostile{stats_fetch_consistency} if `postgres --version` =~ / 14/;
if (`postgres --version` =~ / (1[6-9]|[2-9][0-9])/)
{
	$hostile{debug_parallel_query} = delete $hostile{force_parallel_mode};
}
my %usual = (
	array_nulls => 'on', client_min_messages => 'notice', DateStyle => 'ISO', default_transaction_deferrable => 'off',
	default_transaction_isolation => 'read\\ committed',
	default_transaction_read_only => 'off', extra_float_digits => 1, idle_in_transaction_session_timeout => 0, lock_timeout => 0,
	search_path => 'public', standard_conforming_strings => 'on', statement_timeout => 0, TimeZone => 'UTC', enable_seqscan => 'on',
	transform_null_equals => 'off', bytea_output => 'hex', work_mem => '4MB',
	exists $hostile{stats_fetch_consistency} ? (stats_fetch_consistency => 'cache') : (),
	map { $_ => 'off' } grep { /parallel_(mode|query)/ } keys %hostile
);
$ENV{PGOPTIONS} = join ' ', map { "-c $_=$usual{$_}" } sort keys %usual;

my $node = almanac_server('settings', extensions => 0, conf => join('', map { "$_ = $hostile{$_}\n" } sort keys %hostile));
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, "CREATE DATABASE $_") for qw(one two);
my @all = qw(postgres one two);
prepare_load($node, @all);
my $account = Almanac::Account->begins($node, qw(one two));
load($node, @all);
$account->is_exact('settings that mean no good');
seal($node);
load($node, @all);
my $pid = wait_for_worker($node);
value($node, "SELECT pg_terminate_backend($pid)");
wait_for_worker($node, $pid);
load($node, 'one');
$account->is_exact('after sealing and a restart of the worker');
$account->sums_agree('settings that mean no good');
is(value($node, 'SELECT count(*) FROM almanac.source_errors'), 0, 'there was no error');

# The same set for the database and the role that the worker has.
$account->disconnect;
value($node, "ALTER DATABASE postgres SET $_ = $hostile{$_}; ALTER ROLE CURRENT_USER IN DATABASE one SET $_ = $hostile{$_}")
  for qw(statement_timeout default_transaction_read_only search_path lock_timeout);
$pid = wait_for_worker($node);
value($node, "SELECT pg_terminate_backend($pid)");
wait_for_worker($node, $pid);
$account->connect;
load($node, @all);
$account->is_exact('the same set for databases and roles');
is(value($node, 'SELECT count(*) FROM almanac.source_errors'), 0, 'there was no error');

# Nothing that the recorder does is a statement.
is(value($node, "SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%almanac.journal%' OR query LIKE '%almanac.recorder%'"),
	0, 'what we do ourselves is not in pg_stat_statements');

# Settings of our own.
my $recorded = "SELECT string_agg(datname, ',' ORDER BY datname) FROM almanac.snapshots WHERE stream = 'table' AND datname IS NOT NULL AND snapshot_id = ";
is(value($node, $recorded . snapshot($node)), 'one,postgres,two', 'all databases are looked into');
configure($node, 'pg_almanac.include_databases' => "'two, one'");
is(value($node, $recorded . snapshot($node)), 'one,two', 'only those that are named');
configure($node, 'pg_almanac.exclude_databases' => "'two'");
is(value($node, $recorded . snapshot($node)), 'one', 'less those that are not wanted');
configure($node, 'pg_almanac.exclude_databases' => "'one,two'");
is(value($node, $recorded . snapshot($node)), '', 'may be none at all');
configure($node, 'pg_almanac.include_databases' => "''", 'pg_almanac.exclude_databases' => "'postgres'");
is(value($node, $recorded . snapshot($node)), 'one,two', 'not even the repository');
configure($node, 'pg_almanac.exclude_databases' => "''");
is(value($node, $recorded . snapshot($node)), 'one,postgres,two', 'all again');

# The interval, shortened while a long one runs.
my $last = value($node, 'SELECT snapshot_id FROM almanac.recorder');
configure($node, 'pg_almanac.interval' => '1s');
ok($node->poll_query_until('postgres', "SELECT snapshot_id > $last + 2 FROM almanac.recorder"), 'a shorter interval takes effect at once');
is( value($node, "SELECT count(*) FROM almanac.snapshots WHERE snapshot_id > $last AND stream = 'table'"), 0, 'relations keep their own');
ok( $node->poll_query_until('postgres', "SELECT min(duration) < interval '2 s' FROM almanac.database_history WHERE duration > interval '0'"),
	'and its samples say so');
configure($node, 'pg_almanac.interval' => '1d');
is(log_count($node, 'WARNING|pg_almanac could not|PANIC|terminated by signal'), 0, 'no complaint');

$account->disconnect;
$node->stop;
done_testing();
