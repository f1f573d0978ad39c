# A clock that is set forward by a year, back again, and back by an hour: recording goes on, every interval is as long as it
# was, and nothing is dropped.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

use constant { HOUR => 3600, DAY => 86400, YEAR => 365 * 86400 };

# Every process of the server gets the clock with its environment.
my $directory = PostgreSQL::Test::Utils::tempdir();
my $library = "$directory/clock.so";
my $file = "$directory/clock";
system('cc', '-shared', '-fPIC', '-O1', '-o', $library, "$FindBin::RealBin/lib/clock.c", '-ldl') == 0 or die 'cannot build the clock';
set_clock(0);
$ENV{ALMANAC_TEST_CLOCK} = $file;
my $node;
{
	local $ENV{LD_PRELOAD} = $library;
	$node = almanac_server('clock');
}
prepare_load($node, 'postgres');

my $started = time;
my $monotonic = Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC());
cmp_ok(abs(server_time() - $started), '<', HOUR, 'the clock is right');

# Ten days of history, all of which is kept in every tier for longer.
value($node, <<'SQL');
INSERT INTO almanac.system_samples (series_id, "time", duration, wal_bytes)
SELECT (SELECT series_id FROM almanac.system_keys), date_trunc('day', now()) - interval '10 days' + m * interval '1 hour', '1 hour', 8192
FROM generate_series(1, 9 * 24) m
SQL
value($node, 'SELECT almanac.purge()');
my $history = "SELECT count(*), sum(wal_bytes) FROM almanac.system_samples WHERE duration = '1 hour'";
is(value($node, $history), 9 * 24 . '|' . 9 * 24 * 8192, 'ten days of history');
configure($node, 'pg_almanac.interval' => '1s', 'pg_almanac.relation_interval' => '1s');
goes_on('with the right clock');
seal($node);

# A year ahead, also over a restart of worker and server.
my $mark = value($node, 'SELECT max(snapshot_id) FROM almanac.snapshots');
set_clock(YEAR);
cmp_ok(server_time() - $started, '>', YEAR - HOUR, 'the clock is a year ahead');
goes_on('a year ahead');
seal($node);
goes_on('a year ahead, sealed');
keeps_all('a year ahead');
my $pid = wait_for_worker($node);
value($node, "SELECT pg_terminate_backend($pid)");
wait_for_worker($node, $pid);
keeps_all('by another worker');
{
	local $ENV{LD_PRELOAD} = $library;
	$node->restart;
}
wait_for_worker($node);
goes_on('a year ahead, after a restart');
keeps_all('after a restart');
load($node, 'postgres');
goes_on('with load');

# And back.
set_clock(0);
cmp_ok(abs(server_time() - $started), '<', HOUR, 'the clock is right again');
goes_on('right again');
load($node, 'postgres');
seal($node);
goes_on('right again, sealed');
keeps_all('right again');
is(value($node, "SELECT settled < now() + interval '1 day' FROM almanac.age"), 't', 'history is as old as it is');

# An hour back: no interval waits for the clock to get there.
set_clock(-&HOUR);
cmp_ok(server_time() - $started, '<', 0, 'the clock is an hour late');
goes_on('an hour back');
keeps_all('an hour back');
set_clock(0);
goes_on('right at last');

# Jumps are told; lengths of intervals are what they were.
is( value($node, "SELECT count(*) >= 3 FROM almanac.snapshots WHERE stream = 'database' AND 'clock_jump' = ANY (flags) AND snapshot_id > $mark"),
	't', 'jumps are flagged');
my $passed = int(Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) - $monotonic) + 1;
is( value($node, <<"SQL"), 't|0', 'and intervals within a worker have the length that they had');
SELECT count(*) > 10, count(*) FILTER (WHERE duration > '$passed s' AND NOT 'restart' = ANY (flags) OR duration < '0')
FROM almanac.snapshots WHERE stream = 'statement' AND snapshot_id > $mark
SQL

# The history is what was counted, wherever the clock was.
configure($node, 'pg_almanac.interval' => '1d', 'pg_almanac.relation_interval' => '1d');
load($node, 'postgres');
snapshot($node);
my $sums = <<'SQL';
SELECT (SELECT sum(calls) FROM pg_stat_statements s JOIN almanac.statement_keys k USING (queryid, dbid, userid, toplevel)
		WHERE k.series_id IN (SELECT series_id FROM almanac.statement_samples WHERE flags & 1 <> 0))
	- (SELECT sum(calls) FROM almanac.statement_samples WHERE series_id IN (SELECT series_id FROM almanac.statement_samples WHERE flags & 1 <> 0)),
	(SELECT count(*) > 5 FROM almanac.statement_samples WHERE flags & 1 <> 0)
SQL
is(value($node, $sums), '0|t', 'calls add up');
is(log_count($node, 'pg_almanac could not|PANIC|terminated by signal'), 0, 'no complaint');

# Somebody who says that it is next year is believed.
cmp_ok(value($node, "SELECT almanac.purge(now() + interval '1 year')"), '>', 9, 'a year later history does expire');
is(value($node, "SELECT count(*) FROM almanac.system_samples WHERE duration = '1 hour' AND wal_bytes = 8192"), 9 * 24, 'and the coarser tiers have it');

$node->stop;
done_testing();

sub set_clock
{
	my ($offset) = @_;
	PostgreSQL::Test::Utils::append_to_file("$file.new", $offset);
	rename "$file.new", $file or die "$file: $!";
	return;
}

sub server_time { return value($node, 'SELECT extract(epoch FROM clock_timestamp())::bigint'); }

# Snapshots are taken on schedule.
sub goes_on
{
	my ($name) = @_;
	my $id = value($node, 'SELECT snapshot_id FROM almanac.recorder');
	ok($node->poll_query_until('postgres', "SELECT snapshot_id > $id + 3 FROM almanac.recorder"), "recording goes on: $name");
	return;
}

sub keeps_all
{
	my ($name) = @_;
	is(value($node, 'SELECT almanac.purge()'), 0, "nothing is dropped: $name");
	is(value($node, $history), 9 * 24 . '|' . 9 * 24 * 8192, "history is there: $name");
	return;
}
