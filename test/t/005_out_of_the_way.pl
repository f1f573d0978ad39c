# Recording holds nobody up: commands that need a database for themselves, and those that hold on to tables.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('out_of_the_way');
as_app($node, 'template1', "CREATE DATABASE $_") for qw(model other);
as_app($node, 'model', 'CREATE TABLE t AS SELECT i FROM generate_series(1, 1000) i');
as_app($node, 'postgres', 'CREATE TABLE t AS SELECT i FROM generate_series(1, 1000) i');
my $space = PostgreSQL::Test::Utils::tempdir();
as_app($node, 'template1', "CREATE TABLESPACE elsewhere LOCATION '$space'");

# Every second, and by hand as fast as it goes.
configure($node, 'pg_almanac.interval' => '1s', 'pg_almanac.relation_interval' => '1s');
my $snapshots = endless($node, 'postgres', 'SELECT almanac.take_snapshot();');

sub refused
{
	my (@commands) = @_;
	my @refused;
	for my $command (@commands)
	{
		my ($status, undef, $error) = $node->psql('template1', $command, extra_params => [ '--username', 'app' ]);
		push @refused, "$command: $error" if $status;
	}
	return \@refused;
}

my @commands;
for my $turn (1 .. 12)
{
	push @commands, "CREATE DATABASE copy$turn TEMPLATE model", "ALTER DATABASE copy$turn RENAME TO renamed$turn",
	  "DROP DATABASE renamed$turn";
	push @commands, 'ALTER DATABASE model SET TABLESPACE ' . ($turn % 2 ? 'elsewhere' : 'pg_default');
	push @commands, "ALTER DATABASE other RENAME TO another", "ALTER DATABASE another RENAME TO other";
}
is_deeply(refused(@commands), [], 'databases are copied, renamed, moved and dropped while recording');
my $count = value($node, 'SELECT snapshot_id FROM almanac.recorder');
cmp_ok($count, '>', 5, "meanwhile there were $count snapshots");
$snapshots->kill_kill;

# The repository itself. Nobody but the worker is connected there.
$node->poll_query_until('template1', "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = 'postgres' AND backend_type = 'client backend'");
is_deeply(refused('CREATE DATABASE copy TEMPLATE postgres', 'DROP DATABASE copy', 'ALTER DATABASE postgres RENAME TO moved',
	'ALTER DATABASE moved RENAME TO postgres'), [], 'the repository is copied and renamed while recording');
my $last = value($node, 'SELECT snapshot_id FROM almanac.recorder');
ok($node->poll_query_until('postgres', "SELECT snapshot_id > $last FROM almanac.recorder"), 'and recording goes on afterwards');

# A command that fails, and one that is not allowed, leave nothing behind.
my ($status, undef, $error) = $node->psql('template1', 'CREATE DATABASE model TEMPLATE postgres');
like($error, qr/already exists/, 'a command that fails');
$node->safe_psql('template1', 'CREATE ROLE nobody LOGIN');
my $pid = wait_for_worker($node);
($status, undef, $error) = $node->psql('template1', 'DROP DATABASE postgres', extra_params => [ '--username', 'nobody' ]);
like($error, qr/must be owner/, 'a command that is not allowed');
is(wait_for_worker($node), $pid, 'which sends nobody away');

# Tables that somebody holds, in the repository and elsewhere.
configure($node, 'pg_almanac.interval' => '1d', 'pg_almanac.relation_interval' => '1d');
as_app($node, $_, 'INSERT INTO t SELECT i FROM generate_series(1, 1000) i') for qw(postgres model);
wait_for_quiet($node);
my @holders = map { $node->background_psql($_) } qw(postgres model);
$_->query_safe('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE; TRUNCATE t') for @holders;
my $id = snapshot($node);
is( value($node, "SELECT count(*), sum(errors) FROM almanac.snapshots WHERE snapshot_id = $id AND stream = 'table' AND datname IN ('postgres', 'model')"),
	'2|0', 'a snapshot beside tables that are locked');
is( value($node, "SELECT count(DISTINCT dbid), sum(n_tup_ins) FROM almanac.table_history WHERE relname = 't' AND datname IN ('postgres', 'model')"),
	'2|4000', 'which tells of them too');

# Somebody rewrites a catalog.
$holders[1]->query_safe('COMMIT');
$holders[1]->query_safe('BEGIN; LOCK TABLE pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE');
my $from = log_position($node);
$id = snapshot($node);
is( value($node, "SELECT datname, errors FROM almanac.snapshots WHERE snapshot_id = $id AND errors > 0"),
	'model|1', 'a database whose pg_class is locked is left out, the others are not');
snapshot($node);
is(log_count($node, 'cannot record stream "table"', $from), 1, 'which is said once');
$_->quit for @holders;
$id = snapshot($node);
is(value($node, "SELECT count(*), sum(errors) FROM almanac.snapshots WHERE snapshot_id = $id AND stream = 'table' AND datname = 'model'"),
	'1|0', 'and is not afterwards');

# Nothing of ours holds back what vacuum may remove.
configure($node, 'pg_almanac.interval' => '1s', 'pg_almanac.relation_interval' => '1s');
$last = value($node, 'SELECT snapshot_id FROM almanac.recorder');
$node->poll_query_until('postgres', "SELECT snapshot_id > $last + 1 FROM almanac.recorder");
is( value($node, "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_almanac%' AND xact_start < now() - interval '5 s'"),
	0, 'no old transaction');

$node->stop;
done_testing();

# One statement again and again, in a session of its own.
sub endless
{
	my ($server, $database, $sql) = @_;
	my $file = $server->basedir . '/endless.sql';
	PostgreSQL::Test::Utils::append_to_file($file, "$sql\n");
	my $out = '';
	return IPC::Run::start([ 'pgbench', '-n', '-T', '600', '-f', $file, '-h', $server->host, '-p', $server->port, $database ], '>&', \$out);
}
