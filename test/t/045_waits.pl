# What sessions do and wait for: seen by looking now and then, recorded with the snapshots. Looks are made until there are
# enough of them; what they stand for must fit their number, not the clock.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $interval_ms = 20;
my $node = almanac_server(
	'waits',
	init => { allows_streaming => 1 },
	conf => "pg_almanac.wait_interval = ${interval_ms}ms\nmax_parallel_workers_per_gather = 2\nmin_parallel_table_scan_size = 0\n"
	  . "parallel_setup_cost = 0\nparallel_tuple_cost = 0\ndeadlock_timeout = 10min\n");
my $database = q(we"ird 'db');
my $role = q(o"dd 'role');
value($node, 'CREATE DATABASE "we""ird \'db\'"');
value($node, 'CREATE ROLE "o""dd \'role\'" LOGIN SUPERUSER');
as_app($node, $database, 'CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT i, 0 FROM generate_series(1, 1000) i; ANALYZE t');
snapshot($node);

# Executes SQL in the background, after it said that it begins.
sub begins
{
	my ($sql, $user, $where) = @_;
	my $session = $node->background_psql($where // $database, on_error_stop => 0, extra_params => [ '-U', $user // 'app' ]);
	$session->query_until(qr/begins/, "\\echo begins\n$sql\n");
	return $session;
}

# Takes snapshots until the history has something.
sub seen
{
	my ($condition, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok($node->poll_query_until('postgres', "SELECT almanac.take_snapshot() > 0 AND EXISTS (SELECT FROM almanac.wait_history WHERE $condition)"), $name);
	return;
}

# Ends such sessions, whatever they are in.
sub ends
{
	value($node, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app' AND backend_type = 'client backend'");
	for my $session (@_)
	{
		eval { $session->quit };    # it may have noticed
	}
	wait_for_quiet($node);
	return;
}

sub history { return value($node, "SELECT $_[0] FROM almanac.wait_history WHERE $_[1]"); }

# Every look that was made is at least three quarters of the interval after the one before, and stands for that time.
my $plausible = sprintf 'bool_and(wait_ms + idle_ms >= (samples + idle_samples) * %f AND wait_ms + idle_ms <= (samples + idle_samples) * %f)',
  $interval_ms * 0.75 - 0.001, $interval_ms * 10 + 0.001;

# Locks: one holds a row and is idle, one waits for it, one waits behind that one.
my $holder = $node->background_psql($database, extra_params => [ '-U', $role ]);
$holder->query_safe('BEGIN; UPDATE t SET v = 1 WHERE id = 1');
my @waiting = map { begins('UPDATE t SET v = v + 1 WHERE id = 1;') } 1 .. 2;
seen("wait_event = 'transactionid' AND samples > 0", 'a lock that is waited for');
seen("wait_event = 'tuple' AND samples > 0", 'and one behind it');
value($node, 'SELECT almanac.take_snapshot()') while history('coalesce(sum(samples), 0)', "wait_event = 'transactionid'") < 20;
$holder->query_safe('COMMIT');
$_->quit for $holder, @waiting;
snapshot($node);
my $lock = "wait_event_type = 'Lock' AND wait_event IN ('transactionid', 'tuple')";
is( history('DISTINCT datname, rolname, backend_type, state', $lock), "$database|app|client backend|active", 'by database and role');
is( value($node, "SELECT DISTINCT s.query FROM almanac.wait_history h JOIN almanac.statements s ON s.queryid = h.queryid AND s.dbid = h.dbid WHERE h.$lock"),
	'UPDATE t SET v = v + $1 WHERE id = $2', 'and by the statement that waits');
is(history("sum(samples) >= 20, $plausible, bool_and(idle_samples = 0)", $lock), 't|t|t', 'with the time that the looks stand for');
is(history('bool_and(abs(avg_active_sessions * EXTRACT(epoch FROM duration) * 1000 - wait_ms) < 0.01)', $lock), 't', 'which is a part of each interval');
# The first look of an interval stands for the time since the last one of the interval before: in one interval that may be more
# than its length, in all of them together only by the first.
for my $event (qw(transactionid tuple))
{
	is(history(sprintf('sum(wait_ms) <= sum(EXTRACT(epoch FROM duration)) * 1000 + %d', $interval_ms * 10), "wait_event_type = 'Lock' AND wait_event = '$event'"),
		't', "one session at a time waits for a $event");
}

# Idle within a transaction is no activity, but it shows; with the statement before it.
my $idle = "state = 'idle in transaction' AND rolname = 'o\"dd ''role'''";
is(history("sum(samples), sum(wait_ms), sum(idle_samples) >= 20, $plausible", $idle), '0|0|t|t', 'idle in transaction is apart');
is(history('DISTINCT wait_event_type, wait_event, queryid IS NOT NULL', $idle), 'Client|ClientRead|t', 'and waits for its client');
my $failed = $node->background_psql($database, on_error_stop => 0, extra_params => [ '-U', 'app' ]);
$failed->query_until(qr/failed/, "BEGIN;\nSELECT 1 / 0;\n\\echo failed\n");
seen("state = 'idle in transaction (aborted)' AND idle_samples > 0 AND samples = 0", 'so is an aborted one');
$failed->quit;
my $copy = begins("COPY t FROM STDIN;");
seen("state = 'active' AND wait_event = 'ClientRead' AND idle_samples > 0 AND samples = 0 AND wait_ms = 0", 'and a statement that waits for its client');
$copy->query_until(qr/over/, "\\.\n\\echo over\n");
$copy->quit;
is(history('count(*)', "state = 'idle' OR wait_event_type = 'Activity'"), 0, 'what is idle does not show');

# Sleeping is waiting; computing is not.
my $sleeper = begins('SELECT pg_sleep(1000);');
my $busy = begins('DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$;');
seen("wait_event_type = 'Timeout' AND wait_event = 'PgSleep' AND backend_type = 'client backend' AND samples > 0 AND queryid IS NOT NULL", 'a sleep');
seen("wait_event_type = 'CPU' AND wait_event IS NULL AND rolname = 'app' AND samples > 0 AND queryid IS NOT NULL", 'a statement that computes');
ends($sleeper, $busy);

# Parallel workers work for their leader's statement.
my $parallel = begins('SELECT count(*) FROM t WHERE pg_sleep(0.05) IS NULL;');
seen("backend_type = 'parallel worker' AND wait_event = 'PgSleep' AND samples > 0", 'parallel workers');
snapshot($node);
is( history('count(DISTINCT queryid), count(DISTINCT queryid) FILTER (WHERE backend_type = \'parallel worker\'), bool_and(rolname = \'app\'), bool_and(datname IS NOT NULL)',
		"queryid IN (SELECT queryid FROM almanac.wait_history WHERE backend_type = 'parallel worker' AND wait_event = 'PgSleep')"),
	'1|1|t|t', 'with the statement, database and role of their leader');
ends($parallel);

# Nothing that is active is left out or counted twice.
snapshot($node);
my $sums = q(SELECT sum(samples), round(sum(wait_ms)::numeric, 3) FROM almanac.wait_history WHERE samples > 0 AND backend_type IN ('client backend', 'parallel worker'));
is(value($node, q(SELECT sum(samples), round(sum(seconds)::numeric * 1000, 3) FROM almanac.top_waits(NULL, NULL, NULL))), value($node, $sums), 'top_waits() has it all');
is( value($node, <<'SQL'), 't|t|t', 'as shares, by the time that was looked at');
SELECT abs(sum(w.share) - 1) < 1e-9,
	bool_and(abs(w.avg_active_sessions - w.seconds / (SELECT EXTRACT(epoch FROM sum(duration)) FROM almanac.snapshots WHERE stream = 'wait')) < 1e-6),
	bool_and(w.top_share > 0 AND w.top_share <= 1 + 1e-9) FILTER (WHERE w.wait_event = 'PgSleep')
FROM almanac.top_waits(NULL, NULL, NULL) w
SQL
is(value($node, "SELECT top_query, top_datname FROM almanac.top_waits(NULL, NULL, NULL) WHERE wait_event = 'tuple'"), "UPDATE t SET v = v + \$1 WHERE id = \$2|$database", 'with the statement that waited most');
is(value($node, 'SELECT count(*) FROM almanac.top_waits(n => 1)'), 1, 'as many as asked for');
is(value($node, q(SELECT count(*) FROM almanac.top_waits('2001-01-01', '2002-01-01'))), 0, 'of the time asked for');

# A snapshot that fails loses nothing of it.
value($node, <<'SQL');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON almanac.recorder FOR EACH ROW EXECUTE FUNCTION refuse();
SQL
my $before = history('coalesce(sum(samples), 0)', "wait_event = 'PgSleep'");
as_app($node, $database, 'SELECT pg_sleep(1)');
$node->psql('postgres', 'SELECT almanac.take_snapshot()') for 1 .. 2;
value($node, 'DROP TRIGGER refuse ON almanac.recorder; DROP FUNCTION refuse()');
snapshot($node);
cmp_ok(history('sum(samples)', "wait_event = 'PgSleep'"), '>', $before, 'a snapshot that fails loses nothing');

# Databases that are not wanted count as a whole.
value($node, 'CREATE DATABASE private');
configure($node, 'pg_almanac.exclude_databases' => 'private');
$node->poll_query_until('postgres', "SELECT setting = 'private' FROM pg_settings WHERE name = 'pg_almanac.exclude_databases'");
snapshot($node);
$sleeper = begins('SELECT pg_sleep(1000), 1 AS secret;', 'app', 'private');
seen("datname = 'private' AND wait_event = 'PgSleep'", 'a database that is not recorded');
is(history('count(*) FILTER (WHERE queryid IS NOT NULL OR rolname IS NOT NULL)', "datname = 'private'"), 0, 'counts without its statements');
ends($sleeper);

# Another worker goes on.
my $pid = wait_for_worker($node);
snapshot($node);
$before = history('sum(samples)', "wait_event = 'PgSleep'");
value($node, "SELECT pg_terminate_backend($pid)");
wait_for_worker($node, $pid);
$sleeper = begins('SELECT pg_sleep(1000);');
$node->poll_query_until('postgres', "SELECT almanac.take_snapshot() > 0 AND (SELECT sum(samples) FROM almanac.wait_history WHERE wait_event = 'PgSleep') > $before") or die;
is( history('count(*) = count(DISTINCT (datname, rolname, queryid, backend_type, state, wait_event_type, wait_event, "time"))', 'true'), 't', 'each series is one');
is(value($node, 'SELECT count(*) FROM (SELECT FROM almanac.wait_keys GROUP BY dbid, userid, queryid, backend_type, state, wait_event_type, wait_event HAVING count(*) > 1) d'), 0, 'also for another worker');
ends($sleeper);

# Who is gone keeps the name.
value($node, 'DROP ROLE "o""dd \'role\'"');
snapshot($node);
is(history('count(*) > 0', "rolname = 'o\"dd ''role''' AND idle_samples > 0"), 't', 'a role that was dropped keeps its name');

# Switched off.
configure($node, 'pg_almanac.wait_interval' => 0);
$node->poll_query_until('postgres', "SELECT setting = '0' FROM pg_settings WHERE name = 'pg_almanac.wait_interval'");
# The worker has read it too when a snapshot has no look in it any more.
ok( $node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT FROM almanac.snapshots WHERE stream = 'wait' AND snapshot_id = s) FROM almanac.take_snapshot() s"), 'off: no looks');
my $last = history('max("time")', 'true');
as_app($node, $database, 'SELECT pg_sleep(0.2)');
snapshot($node);
is(history('max("time")', 'true'), $last, 'and nothing new');

# The same on a standby, after sealing and roll-up.
my $all = "SELECT datname, rolname, queryid, backend_type, state, wait_event_type, wait_event, sum(samples), round(sum(wait_ms)::numeric, 3), sum(idle_samples)"
  . ", round(sum(idle_ms)::numeric, 3) FROM almanac.wait_history GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7";
my $top = "SELECT wait_event_type, wait_event, samples, round(seconds::numeric, 3), round(avg_active_sessions::numeric, 6), top_queryid FROM almanac.top_waits(NULL, NULL)";
my ($whole, $best) = map { value($node, $_) } $all, $top;
cmp_ok(length $whole, '>', 500, 'there is something to compare');
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
seal($node);
is(value($node, $all), $whole, 'sealed');
is(value($node, $top), $best, 'and so are sums');
value($node, "SELECT almanac.purge(now() + interval '2 days')");
for my $grain (qw(raw 10min 1h 1d))
{
	is(value($node, "SET pg_almanac.grain = '$grain'; $all"), $whole, "read at grain $grain");
}
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is(value($standby, $all), $whole, 'read on a standby');
is(value($standby, $top), $best, 'with sums');
$standby->stop;

# What is long gone is forgotten, with its keys.
value($node, "SELECT almanac.purge(now() + interval '3 years')");
is(value($node, 'SELECT count(*) FROM almanac.wait_keys'), 0, 'series that are gone are forgotten');

$node->stop;
done_testing();
