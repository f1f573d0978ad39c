# The worker keeps to its share of CPU time by looking less often, says so, and comes back; it records nothing when disk
# space is short, says so, and makes up for it afterwards.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('budget', extensions => 0);
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, "CREATE DATABASE one");
prepare_load($node, qw(postgres one));
my $account = Almanac::Account->begins($node, 'one');
load($node, qw(postgres one));

# What looking costs is told: by source, other processes' share included, and of upkeep.
my $id = snapshot($node);
is( value($node, <<"SQL"), 't|t|t', 'what a snapshot of another database cost is told');
SELECT cpu_ms > 1, elapsed_ms >= cpu_ms / 2, blks_hit + blks_read > 50 FROM almanac.snapshots WHERE snapshot_id = $id AND datname = 'one'
SQL
is( value($node, "SELECT count(*) > 5 FROM almanac.snapshots WHERE snapshot_id = $id AND blks_read >= 0 AND blks_written >= 0 AND wal_bytes >= 0"),
	't', 'blocks of all sources are');
my $upkeep = value($node, 'SELECT upkeep_cpu_ms FROM almanac.status');
seal($node);
is( value($node, "SELECT upkeep_cpu_ms > $upkeep AND upkeep_wal_bytes > 0 FROM almanac.status"), 't', 'and what sealing cost');

# Within the budget.
my $in_use = 'SELECT extract(epoch FROM snapshot_interval)::int, extract(epoch FROM relation_interval)::int FROM almanac.status';
my $from = log_position($node);
configure($node, 'pg_almanac.interval' => '1s', 'pg_almanac.relation_interval' => '2s');
ok($node->poll_query_until('postgres', "SELECT snapshot_id > $id + 4 FROM almanac.recorder"), 'snapshots every second');
is(value($node, $in_use), '1|2', 'without a limit the intervals are those that are set');
is(value($node, 'SELECT cpu_percent > 0 FROM almanac.status'), 't', 'what is used is told');

# No snapshot of two databases fits into a hundred-thousandth of a core.
configure($node, 'pg_almanac.max_cpu_percent' => '0.001');
ok($node->poll_query_until('postgres', "SELECT relation_interval = '32 s' AND snapshot_interval = '16 s' FROM almanac.status"),
	'intervals are stretched, up to a bound');
is(log_count($node, 'stretches its intervals', $from), 1, 'which is said once');
my $moment = value($node, 'SELECT now()');
snapshot($node);
snapshot($node);
is( value($node, "SELECT count(DISTINCT snapshot_id) >= 2 FROM almanac.snapshots WHERE \"time\" >= '$moment' AND stream = 'table'"),
	't', 'snapshots by hand are not stretched');
is(value($node, $in_use), '16|32', 'nor do they change anything');
$from = log_position($node);
configure($node, 'pg_almanac.max_cpu_percent' => '100');
ok($node->poll_query_until('postgres', "SELECT relation_interval = '2 s' AND snapshot_interval = '1 s' FROM almanac.status"), 'with room they come back');
is(log_count($node, 'at the intervals that are set again', $from), 1, 'which is said once');
$id = value($node, 'SELECT snapshot_id FROM almanac.recorder');
ok($node->poll_query_until('postgres', "SELECT snapshot_id > $id + 3 FROM almanac.recorder"), 'and snapshots are taken again');
is(value($node, "SELECT count(*) FROM almanac.snapshots WHERE 'gap' = ANY (flags) AND \"time\" >= '$moment'"), 0, 'no interval was a gap');


# Short of space: a floor higher than the volume.
configure($node, 'pg_almanac.interval' => '1d', 'pg_almanac.relation_interval' => '1d', 'pg_almanac.max_cpu_percent' => 0);
value($node, <<'SQL');
INSERT INTO almanac.system_samples (series_id, "time", duration, wal_bytes)
SELECT (SELECT series_id FROM almanac.system_keys), '2020-03-01 00:00'::timestamptz + m * interval '1 min', '1 min', 8192 FROM generate_series(1, 1439) m
SQL
value($node, "SELECT almanac.purge('2020-03-02 00:00')");
load($node, qw(postgres one));
$account->is_exact('before space is short');
configure($node, 'pg_almanac.interval' => '1s');
$from = log_position($node);
configure($node, 'pg_almanac.min_free_space' => "'2147483647MB'");
ok($node->poll_query_until('postgres', "SELECT state = 'no space' FROM almanac.status"), 'the state says that there is no space');
is(log_count($node, 'pg_almanac records nothing: only .* MB are free', $from), 1, 'and the log');
is(value($node, 'SELECT free_bytes > 0 FROM almanac.status'), 't', 'how much there is can be seen');
$id = value($node, 'SELECT snapshot_id FROM almanac.recorder');
my $journal = value($node, 'SELECT count(*), sum(samples) FROM almanac.journal');
for my $function (qw(take_snapshot seal))
{
	my (undef, undef, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT almanac.$function()");
	like($error, qr/53100.*only \d+ MB are free.*HINT: +Free space/s, "$function() fails and says why");
}
load($node, qw(postgres one));
# Three intervals and more must pass for a gap.
value($node, 'SELECT pg_sleep(4)');
is(value($node, 'SELECT snapshot_id FROM almanac.recorder'), $id, 'no snapshot is taken');
is(value($node, 'SELECT count(*), sum(samples) FROM almanac.journal'), $journal, 'nothing is sealed');
$from = log_position($node);
configure($node, 'pg_almanac.min_free_space' => '0');
ok($node->poll_query_until('postgres', "SELECT state IN ('idle', 'busy') AND last_snapshot_id > $id FROM almanac.status"), 'with enough space it goes on');
is(log_count($node, 'records again: there is enough free space', $from), 1, 'which is said once');
is(value($node, "SELECT 'gap' = ANY (flags) FROM almanac.snapshots WHERE snapshot_id = $id + 1 AND stream = 'statement'"), 't', 'the interval says that there was a gap');
configure($node, 'pg_almanac.interval' => '1d');
$account->is_exact('after space was short');

# Dropping goes on without space: a worker that is started then does that first.
my $drops = "SELECT count(*) FROM almanac.drops WHERE stream = 'system' AND tier = 'raw'";
is(value($node, $drops), 0, 'nothing has been dropped so far');
$from = log_position($node);
configure($node, 'pg_almanac.min_free_space' => "'2147483647MB'");
ok($node->poll_query_until('postgres', "SELECT state = 'no space' FROM almanac.status"), 'space is short again');
wait_for_worker_without_space($node);
ok($node->poll_query_until('postgres', "SELECT 1 = ($drops)"), 'what has expired is dropped all the same');
is(value($node, 'SELECT almanac.purge()'), 0, 'and nothing else');
is(log_count($node, 'pg_almanac records nothing: only', $from), 2, 'each worker says once that space is short');
is(value($node, "SELECT sum(wal_bytes) FROM almanac.system_samples WHERE \"time\" < '2020-04-01'"), 1439 * 8192, 'and is still told by the coarsest tier');
is(value($node, 'SELECT count(*) FROM almanac.source_errors'), 0, 'there was no error');

$account->disconnect;
$node->stop;

# Without a worker too.
my $bare = almanac_server('bare', preload => 'pg_stat_statements', extensions => 0);
value($bare, 'CREATE EXTENSION pg_stat_statements');
value($bare, 'CREATE EXTENSION pg_almanac');
configure($bare, 'pg_almanac.min_free_space' => "'2147483647MB'");
my (undef, undef, $error) = $bare->psql('postgres', "\\set VERBOSITY verbose\nSELECT almanac.take_snapshot()");
like($error, qr/53100.*HINT: +Free space/s, 'by hand there is no snapshot without space');
configure($bare, 'pg_almanac.min_free_space' => 0);
is(snapshot($bare), 1, 'with space there is');
$bare->stop;
done_testing();

# Ends the worker and waits for the next to find out.
sub wait_for_worker_without_space
{
	my ($server) = @_;
	my $former = value($server, 'SELECT worker_pid FROM almanac.worker_status()');
	value($server, "SELECT pg_terminate_backend($former)");
	$server->poll_query_until('postgres', "SELECT worker_pid <> $former AND state = 'no space' FROM almanac.worker_status()")
	  or die 'no worker starts';
	return;
}
