# Ten million executions of 20,000 statements, with room for a tenth of them and a snapshot each second: no call is lost or
# counted twice, and memory is flat. ALMANAC_SOAK_CALLS makes it fewer.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Server;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $total = $ENV{ALMANAC_SOAK_CALLS} // 10_000_000;
my $shapes = 20_000;
my $rounds = 10;
my $clients = 4;
my $node = almanac_server('shapes', conf => <<'CONF');
pg_almanac.interval = 1s
pg_almanac.max_statements = 2000
pg_stat_statements.max = 30000
pg_stat_statements.save = off
shared_buffers = 64MB
CONF
as_app($node, 'postgres', 'CREATE TABLE wide (' . join(', ', map { "c$_ int" } 0 .. 199) . ')');

# Executes the shapes of a client in its own order, each many times at once, with plans of its own that are kept for that
# long only: a session's memory must not grow for the shapes it has seen.
as_app($node, 'postgres', <<'SQL');
CREATE PROCEDURE execute_shapes(first int, last int, step int, times int) LANGUAGE plpgsql AS $$
DECLARE
	shape int;
	name text;
BEGIN
	FOR i IN first .. last LOOP
		shape := (i * step) % 20000;
		EXECUTE format('PREPARE one AS SELECT c%s, c%s FROM wide', shape % 200, shape / 200);
		FOR j IN 1 .. times LOOP EXECUTE 'EXECUTE one'; END LOOP;
		DEALLOCATE one;
		COMMIT;
	END LOOP;
END $$;
SQL
snapshot($node);
value($node, 'SELECT pg_stat_statements_reset()');
snapshot($node);
my $worker = wait_for_worker($node);

# The memory that a process has for itself, in kB: not that of the server's shared memory which it alone has touched.
sub private_memory
{
	my ($pid) = @_;
	my ($sum, $own) = (0, 0);
	for (split /\n/, slurp_file("/proc/$pid/smaps"))
	{
		$own = $1 eq 'p' if /^[0-9a-f]+-[0-9a-f]+ ...(.) /;
		$sum += $1 if $own && /^Private_Dirty: +(\d+)/;
	}
	return $sum;
}

my $times = int($total / $shapes / $rounds) || 1;
my @sessions = map { $node->background_psql('postgres', extra_params => [ '--username', 'app' ]) } 1 .. $clients;
my @pids = map { $_->query_safe('SELECT pg_backend_pid()') } @sessions;
my $share = $shapes / $clients;
my $calls = "SELECT sum(calls) FROM pg_stat_statements WHERE query LIKE 'PREPARE one%' OR query LIKE 'SELECT c%FROM wide'";
my (@before, @after);
for my $round (1 .. $rounds)
{
	my $step = (7, 11, 13, 17, 19, 23, 29, 31, 37, 41)[ $round % 10 ];
	$sessions[$_]->query_until(qr/running/, sprintf "\\echo running\nCALL execute_shapes(%d, %d, %d, %d);\n", $_ * $share, ($_ + 1) * $share - 1, $step, $times) for 0 .. $#sessions;
	$_->query_safe('SELECT 1') for @sessions;
	my @memory = map { private_memory($_) } @pids, $worker;
	note("round $round: memory @memory kB");
	@before = @memory if $round == 3;
	@after = @memory;
}
for my $i (0 .. $#after)
{
	cmp_ok($after[$i], '<', $before[$i] + 2048, 'memory of ' . ($i < @pids ? "session $i" : 'the worker') . ' is flat');
}
$_->quit for @sessions;
wait_for_quiet($node);
snapshot($node);

my ($executed) = value($node, $calls);
note("executed $executed");
is($executed, $rounds * $shapes * $times, 'so many were executed');
my ($difference, $unplaced, $reclaimed, $others) = split /\|/, value($node, <<'SQL');
SELECT (SELECT sum(h.calls) FROM almanac.sums('statement', (SELECT stats_reset FROM pg_stat_statements_info), NULL) AS h (series_id int, calls bigint)
		JOIN almanac.statement_keys k USING (series_id) WHERE k.userid = 'app'::regrole)
	- (SELECT sum(calls) FROM pg_stat_statements WHERE userid = 'app'::regrole), unplaced, reclaimed, other_calls
FROM almanac.capture_status()
SQL
is($difference, 0, 'the history has every call of pg_stat_statements');
note("unplaced $unplaced, slots taken away $reclaimed, calls of others $others");
cmp_ok($reclaimed, '>', $shapes, 'slots were taken away again and again');
my ($history, $with, $ledger_calls, $ledger_with) = split /\|/, value($node, <<'SQL');
SELECT (SELECT sum(calls) FROM almanac.statement_history), (SELECT sum(almanac.calls(latency)) FROM almanac.statement_history),
	(SELECT sum(calls) FROM almanac.snapshots WHERE stream = 'statement'), (SELECT sum(calls_with_latency) FROM almanac.snapshots WHERE stream = 'statement')
SQL
note("history: $history calls, $with with latency; ledger: $ledger_calls, $ledger_with");
my $counted = value($node, "SELECT sum(calls) FROM almanac.capture() WHERE queryid IS NULL");
is($ledger_with, $with, 'the ledger tells how many have a latency');
is($with + $counted, $history, 'calls with a latency, and those of statements without room, are all there are');
is(log_count($node, qr/PANIC|terminated by signal/), 0, 'nothing crashed');

$node->stop;
done_testing();
