# Many more statements than there is room for: slots are taken from those that are idle, and the sum stays exact.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $shapes = 20000;
my $clients = 4;
my $slots = 400;
my $node = almanac_server('evicted', conf => "pg_almanac.enabled = off\npg_almanac.capture = off\npg_almanac.max_statements = $slots\npg_stat_statements.max = 100\n");
snapshot($node);  # the first: what is counted from now on is recorded with the next one
value($node, 'ALTER SYSTEM SET pg_almanac.capture = on');
$node->reload;
$node->poll_query_until('postgres', 'SHOW pg_almanac.capture', 'on');
value($node, 'CREATE DATABASE two');
for my $database (qw(postgres two))
{
	as_app($node, $database, 'CREATE TABLE wide (' . join(', ', map { "c$_ int" } 0 .. 199) . ')');
}

# Each client executes all shapes in another order, and one of them again and again.
sub queries
{
	my ($client) = @_;
	my $step = (7, 11, 13, 17)[$client];
	return join '', map {
		my $shape = ($_ * $step + 4999 * $client) % $shapes;
		"SELECT c" . ($shape % 200) . ", c" . int($shape / 200) . " FROM wide;\n" . ($_ % 10 ? '' : "SELECT 'often';\n")
	} 0 .. $shapes - 1;
}

my $before = value($node, 'SELECT sum(calls) FROM almanac.capture()');
my $memory = value($node, 'SELECT shared_bytes FROM almanac.capture_status()');
my @runs;
for my $client (0 .. $clients - 1)
{
	my $file = "$PostgreSQL::Test::Utils::tmp_check/client$client.sql";
	append_to_file($file, queries($client));
	push @runs, IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'app', '-h', $node->host, '-p', $node->port,
			'-d', $client % 2 ? 'two' : 'postgres', '-o', '/dev/null', '-f', $file ]);
}
# Looking on disturbs nobody.
my $looks = 0;
while (grep { $_->pumpable } @runs)
{
	value($node, 'SELECT count(*) FROM almanac.capture()');
	++$looks;
	$_->pump_nb for grep { $_->pumpable } @runs;
	select undef, undef, undef, 0.1;
}
ok($_->finish, 'a client has done its work') for @runs;
wait_for_quiet($node);

my $executed = $clients * $shapes * 1.1;
is(value($node, 'SELECT sum(calls) FROM almanac.capture()') - $before, $executed, 'nothing is lost, nothing counted twice');
my ($used, $reclaimed, $unplaced, $others) = split /\|/,
  value($node, 'SELECT used, reclaimed, unplaced, other_calls FROM almanac.capture_status()');
note "looks $looks, used $used, reclaimed $reclaimed, unplaced $unplaced, other calls $others";
cmp_ok($used, '<=', $slots, 'no more slots than there are');
cmp_ok($reclaimed, '>', 0, 'slots were taken away');
cmp_ok($others, '>', 0, 'what they had counted is with the others');
is( value($node, <<'SQL'), 'postgres,two', 'of each database');
SELECT string_agg(datname, ',' ORDER BY datname) FROM almanac.capture() JOIN pg_database d ON d.oid = dbid
WHERE queryid IS NULL AND calls > 10000 AND toplevel
SQL
is(value($node, 'SELECT shared_bytes FROM almanac.capture_status()'), $memory, 'memory is what it was');

# The worker makes room when it is asked for anything, and new statements find it. What had no slot is in the history too.
my $counted = value($node, "SELECT sum(calls) FROM almanac.capture() JOIN pg_database d ON d.oid = dbid WHERE datname = 'two'");
snapshot($node);
is(value($node, "SELECT sum(almanac.calls(latency)) FROM almanac.statement_history WHERE datname = 'two'"), $counted,
	'the latencies of all calls are in the history');
is( value($node, "SELECT query, rolname, calls, almanac.calls(latency) > 10000 FROM almanac.statements WHERE queryid = 0 AND toplevel AND datname = 'two'"),
	'<statements without a slot>||0|t', 'and are told so');
as_app($node, 'two', "SELECT 'new', 1, 2, 3, 4");
wait_for_quiet($node);
is( value($node, 'SELECT count(*) FROM almanac.capture() c WHERE c.last_use = (SELECT max(last_use) FROM almanac.capture()) AND queryid IS NOT NULL'),
	1, 'a new statement finds room');
snapshot($node);
is( value($node, "SELECT sum(almanac.calls(h.latency)) FROM almanac.statement_history h JOIN almanac.statements s USING (series_id) WHERE s.query LIKE 'SELECT \$1, \$2, \$3, \$4, \$5'"),
	1, 'and its latency is recorded');

$node->stop;
done_testing();
