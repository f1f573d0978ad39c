# Workers that are told to end, at the worst moments, come back, and nothing is lost or counted twice.

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

my $node = almanac_server('terminated', extensions => 0);
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, "CREATE DATABASE $_") for qw(one two);
my @all = qw(postgres one two);
prepare_load($node, @all);
my $account = Almanac::Account->begins($node, qw(one two));
load($node, @all);
$account->is_exact('to begin with');

# From here on a snapshot can be stopped where all of it is written but not committed.
my $gate = Almanac::Gate->new($node);

# Terminated there, it commits once it can go on.
load($node, @all);
my $pid = $gate->wait_for_worker;
value($node, "SELECT pg_terminate_backend($pid)");
$gate->open;
wait_for_worker($node, $pid);
$account->is_exact('worker terminated within a snapshot that ended well');

# Terminated there, and it cannot go on: the snapshot is rolled back.
load($node, @all);
my $last = value($node, 'SELECT snapshot_id FROM almanac.recorder');
$pid = $gate->wait_for_worker;
value($node, "SELECT pg_terminate_backend($pid)");
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid");
is(value($node, 'SELECT snapshot_id FROM almanac.recorder'), $last, 'the snapshot was rolled back');
$gate->open;
wait_for_worker($node, $pid);
$account->is_exact('worker terminated within a snapshot that was rolled back');

# A snapshot that fails, of a worker that goes on.
load($node, @all);
my $from = log_position($node);
$pid = $gate->wait_for_worker;
$node->wait_for_log(qr/pg_almanac could not take a snapshot: .*lock timeout/, $from);
$gate->open;
$account->is_exact('snapshot that failed');
is(value($node, 'SELECT worker_pid FROM almanac.worker_status()'), $pid, 'the worker went on');
$pid = $gate->wait_for_worker;
value($node, "SELECT pg_cancel_backend($pid)");
$gate->open;
load($node, 'one');
$account->is_exact('worker asked to cancel');

# A worker in another database, in the middle of its look: this look is lost, the next one tells what was missed.
load($node, @all);
$account->disconnect('one');
my $lock = $node->background_psql('one');
$lock->query_safe('BEGIN; LOCK pg_class IN ACCESS EXCLUSIVE MODE');
my $asker = $node->background_psql('postgres');
$asker->query_until(qr/asked/, "\\echo asked\nSELECT almanac.take_snapshot();\n");
terminate_one($node, 'pg_locks WHERE NOT granted');
$asker->quit;
$lock->quit;
$account->connect('one');
is(value($node, "SELECT message ~ 'terminating|lock timeout' FROM almanac.source_errors"), 't', 'the error was noted');
is( value($node, 'SELECT stream, datname, flags, errors FROM almanac.snapshots WHERE snapshot_id = (SELECT snapshot_id FROM almanac.recorder) AND errors > 0'),
	'table|one|{partial}|1', 'and stands in the ledger');
$account->is_exact('database worker terminated');

# Under load, every second: whoever works for us is terminated again and again.
$account->disconnect;
configure($node, 'pg_almanac.interval' => '1s', 'pg_almanac.relation_interval' => '1s');
my @clients = map { busy($node, $_) } @all;
for my $kind ('database worker', 'repository', 'database worker', 'database worker', 'repository', 'database worker')
{
	terminate_one($node, "pg_stat_activity WHERE backend_type = 'pg_almanac $kind'");
	seal($node) if $kind eq 'repository';
}
$_->kill_kill for @clients;
configure($node, 'pg_almanac.interval' => '1d', 'pg_almanac.relation_interval' => '1d');
wait_for_worker($node);
$account->connect;
$account->is_exact('workers terminated under load');
$account->sums_agree('workers terminated under load');

# The launcher too.
my ($launcher, $worker) = split /\|/, value($node, 'SELECT launcher_pid, worker_pid FROM almanac.worker_status()');
value($node, "SELECT pg_terminate_backend($launcher)");
wait_for_worker($node, $worker);
isnt(value($node, 'SELECT launcher_pid FROM almanac.worker_status()'), $launcher, 'another launcher');
load($node, @all);
$account->is_exact('launcher terminated');

$account->disconnect;
$node->stop;
done_testing();

# Statements of role app in a database, without a pause, until killed.
sub busy
{
	my ($server, $database) = @_;
	my $file = $server->basedir . '/busy.sql';
	PostgreSQL::Test::Utils::append_to_file($file, <<'SQL') if !-e $file;
\set id random(1, 2000)
UPDATE t SET n = n + 1 WHERE id = :id;
SELECT count(*) FROM t WHERE n = :id % 50;
INSERT INTO side VALUES (:id, 'x');
SQL
	my $out = '';
	return IPC::Run::start(
		[ 'pgbench', '-n', '-U', 'app', '-T', '600', '-R', '50', '-f', $file, '-h', $server->host, '-p', $server->port, $database ],
		'>&', \$out);
}

# Terminates a process as soon as a view shows one. Some live for milliseconds.
sub terminate_one
{
	my ($server, $from) = @_;
	$server->safe_psql('template1', <<"SQL");
DO \$\$
BEGIN
	FOR i IN 1 .. 10000 LOOP
		PERFORM pg_stat_clear_snapshot();
		IF EXISTS (SELECT pg_terminate_backend(pid) FROM $from) THEN
			RETURN;
		END IF;
		PERFORM pg_sleep(0.001);
	END LOOP;
	RAISE 'there is no such process';
END
\$\$
SQL
	return;
}
