# Calls, errors and latencies of statements, counted in shared memory: the same calls as pg_stat_statements, whatever kind
# of statement it is and however it ends.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Capture;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

# Who looks on is not counted: tracking is off for that role.
my $node = almanac_server('capture', conf => "pg_stat_statements.max = 30000\n");

# Failures of the statement that a text begins with: errors, cancels, timeouts.
sub failures
{
	my ($server, $text) = @_;
	return $server->safe_psql('postgres', <<"SQL");
SELECT sum(c.errors), sum(c.cancels), sum(c.timeouts)
FROM almanac.capture() c JOIN (SELECT DISTINCT queryid FROM pg_stat_statements WHERE query LIKE '$text%') s USING (queryid)
WHERE c.toplevel
SQL
}

prepare_matrix($node);
begin_anew($node);
for my $track (qw(all top none))
{
	configure($node, 'pg_stat_statements.track' => $track);
	run_matrix($node);
	agrees($node, "track = $track");
}
configure($node, 'pg_stat_statements.track' => 'all', 'pg_stat_statements.track_utility' => 'off');
run_matrix($node);
agrees($node, 'track_utility = off');
configure($node, 'pg_stat_statements.track_utility' => 'on');
cmp_ok(value($node, 'SELECT count(*) FROM almanac.capture() WHERE NOT toplevel AND calls > 0'), '>', 10, 'nested ones are among them');

# Errors.
is( value($node, <<'SQL'), '22,23,42,58,??', 'errors by class');
SELECT string_agg(DISTINCT sqlstate_class, ',' ORDER BY sqlstate_class) FROM almanac.capture_errors()
SQL
is( value($node, "SELECT sum(errors) FROM almanac.capture_errors()"),
	value($node, 'SELECT sum(errors) FROM almanac.capture()'), 'classes add up to all errors');
is( value($node, <<'SQL'), '3|t', 'a statement that may not begin fails too');
SELECT sum(errors), bool_and(calls = 0) FROM almanac.capture()
WHERE userid = 'plain_user'::regrole AND toplevel AND errors > 0
SQL
cmp_ok(value($node, 'SELECT sum(timeouts) FROM almanac.capture()'), '>', 0, 'timeouts are counted');
is(value($node, 'SELECT sum(cancels) FROM almanac.capture()'), 0, 'and are no cancels');

# One statement and what becomes of it, exactly.
as_app($node, 'postgres', 'INSERT INTO t SELECT i, i FROM generate_series(0, 9) i');
for my $k (1, 0, 0, 2, 0)
{
	$node->psql('postgres', "SELECT 7 / n AS quotient FROM t WHERE n = $k", extra_params => [ '--username', 'app' ]);
}
is(failures($node, 'SELECT $1 / n AS quotient'), '3|0|0', 'three of five calls failed');

# Cancelled and terminated.
sub background
{
	my ($sql) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0, extra_params => [ '--username', 'app' ]);
	my $pid = $session->query('SELECT pg_backend_pid()');
	$session->query_until(qr/started/, "\\echo started\n$sql;\n");
	$node->poll_query_until('postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid")
	  or die 'the statement does not begin';
	return ($session, $pid);
}
as_app($node, 'postgres', 'SELECT pg_sleep(0), 4711');
my $sleep = 'SELECT pg_sleep($1), $2';
for my $how (qw(cancel cancel terminate))
{
	my ($session, $pid) = background('SELECT pg_sleep(600), 4712');
	value($node, "SELECT pg_${how}_backend($pid)");
	if ($how eq 'terminate') { eval { $session->quit }; }
	else { $session->query('SELECT 1'); $session->quit; }
}
is(failures($node, $sleep), '0|2|0', 'cancels are counted apart');
agrees($node, 'cancelled and terminated');

# What is switched off is not counted; the worker is not.
my $calls = value($node, 'SELECT sum(calls) FROM almanac.capture()');
{
	local $ENV{PGOPTIONS} = '-c pg_almanac.capture=off';
	as_app($node, 'postgres', 'SELECT 1; SELECT nested(1)');
}
is(value($node, 'SELECT sum(calls) FROM almanac.capture()'), $calls, 'pg_almanac.capture = off');
snapshot($node);
is(value($node, 'SELECT sum(calls) FROM almanac.capture()'), $calls, 'a snapshot of the worker is not counted');
isnt($node->psql('postgres', 'SET pg_almanac.capture = off', extra_params => [ '--username', 'plain_user' ]), 0,
	'who is no superuser cannot switch it off');

# A distribution that is known: the histogram knows it too. Sleeping takes a little longer than asked for, on a busy
# machine at times much longer: the bounds above are wide, those below are exact.
as_app($node, 'postgres', join ';', (map { "SELECT pg_sleep($_ / 1000.0) AS mixture" } ((10) x 90, (100) x 9, 300)));
my ($n, $p50, $p95, $p100) = split /\|/, value($node, <<'SQL');
SELECT c.calls, almanac.quantile(c.latency, 0.5), almanac.quantile(c.latency, 0.95), almanac.quantile(c.latency, 1)
FROM almanac.capture() c JOIN pg_stat_statements s USING (queryid, userid, dbid, toplevel) WHERE s.query LIKE '%AS mixture'
SQL
is($n, 100, 'calls of the mixture');
cmp_ok($p50, '>=', 10 / 1.0304, 'median not below its true value');
cmp_ok($p50, '<', 100 / 1.0304, 'median is of the short ones');
cmp_ok($p95, '>=', 100 / 1.0304, 'p95 not below its true value');
cmp_ok($p95, '<', 300 / 1.0304, 'p95 is of the longer ones');
cmp_ok($p100, '>=', 300 / 1.0304, 'the longest is in it');

# Many clients, all kinds of statements: some wait for each other, some fail for that.
begin_anew($node);
value($node, "ALTER ROLE app SET lock_timeout = '300ms'; ALTER ROLE app SET deadlock_timeout = '50ms'");
run_matrix_together($node, 16);
agrees($node, '16 clients, all kinds of statements', slack_ms => 50);
cmp_ok(value($node, 'SELECT sum(errors) FROM almanac.capture()'), '>', 16 * 8, 'many of them failed');
value($node, 'ALTER ROLE app RESET ALL');

# Many clients, all protocols.
begin_anew($node);
$node->command_ok([ 'pgbench', '-i', '-q', '-n', '-s', '1', '-U', 'app', '-p', $node->port, '-h', $node->host, 'postgres' ], 'pgbench -i');
for my $mode (qw(simple extended prepared))
{
	$node->command_ok([ 'pgbench', '-n', '-c', '16', '-j', '2', '-t', '60', '-M', $mode, '-U', 'app', '-h', $node->host, '-p', $node->port, 'postgres' ],
		"pgbench -M $mode");
	agrees($node, "pgbench -c 16 -M $mode");
}
is( value($node, q{SELECT sum(c.calls) FROM almanac.capture() c JOIN pg_stat_statements s USING (queryid, userid, dbid, toplevel) WHERE s.query LIKE 'UPDATE pgbench_branches%'}),
	3 * 16 * 60, 'and with what pgbench says');
$node->stop;

done_testing();
