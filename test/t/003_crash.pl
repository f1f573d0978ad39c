# The server loses its counters when it crashes: the history is then what the last committed snapshot had, and what the new
# counters say. Nothing twice.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Account;
use Almanac::Gate;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('crash', extensions => 0, conf => "restart_after_crash = on\n");
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, "CREATE DATABASE $_") for qw(one two);
my @all = qw(postgres one two);
prepare_load($node, @all);
load($node, @all);
my $account = Almanac::Account->begins($node, qw(one two));
load($node, @all);
$account->is_exact('to begin with');

# A backend.
load($node, @all);    # is lost
my $pid = value($node, 'SELECT worker_pid FROM almanac.worker_status()');
my $victim = $node->background_psql('one');
my $backend = $victim->query_safe('SELECT pg_backend_pid()');
survive_crash(sub { kill 'KILL', $backend });
eval { $victim->quit };
load($node, @all);
$account->is_exact('backend killed');
is( value($node, <<'SQL'), 't', 'the first snapshot after it says so');
SELECT bool_and('crash' = ANY (flags)) FROM almanac.snapshots
WHERE stream IN ('statement', 'table', 'database') AND snapshot_id = (SELECT min(snapshot_id) FROM almanac.snapshots WHERE 'restart' = ANY (flags))
SQL

# The worker, while it sleeps, with more on the new counters than there was on the old ones, and part of it sealed.
seal($node);
load($node, @all);
$pid = value($node, 'SELECT worker_pid FROM almanac.worker_status()');
survive_crash(sub { kill 'KILL', $pid });
load($node, @all) for 1 .. 4;
$account->is_exact('worker killed, and the new counters are beyond the old ones');

# The worker, where all of a snapshot is written and nothing committed.
my $gate = Almanac::Gate->new($node);
load($node, @all);
$pid = $gate->wait_for_worker;
survive_crash(sub { kill 'KILL', $pid });
$gate->open;
load($node, 'one');
$account->is_exact('worker killed within a snapshot');

# The server.
load($node, @all);
$account->disconnect;
$node->stop('immediate');
my $moment = moment();
$node->start;
wait_for_worker($node);
$account->connect;
$account->crashed($moment);
load($node, 'two');
$account->is_exact('immediate stop');

# The worker under load, every second, at any moment.
for my $turn (1 .. 2)
{
	configure($node, 'pg_almanac.interval' => '1s', 'pg_almanac.relation_interval' => '1s');
	my $last = value($node, 'SELECT snapshot_id FROM almanac.recorder');
	load($node, @all);
	$node->poll_query_until('postgres', "SELECT snapshot_id > $last + $turn FROM almanac.recorder");
	load($node, @all);
	$pid = value($node, 'SELECT worker_pid FROM almanac.worker_status()');
	$node->append_conf('postgresql.conf', "pg_almanac.interval = 1d\npg_almanac.relation_interval = 1d\n");
	survive_crash(sub { kill 'KILL', $pid });
	load($node, 'one');
	$account->is_exact("worker killed at any moment, $turn");
}
$account->sums_agree('after crashes');

$account->disconnect;
$node->stop;
done_testing();

# Does something that makes the server restart, and waits until it records again.
sub survive_crash
{
	my ($crash) = @_;
	my $former = value($node, 'SELECT worker_pid FROM almanac.worker_status()');
	$account->disconnect;
	$crash->();
	my $when = moment();
	$node->poll_query_until('postgres', "SELECT worker_pid <> $former FROM almanac.worker_status()");
	wait_for_worker($node, $former);
	$account->connect;
	$account->crashed($when);
	return;
}
