# On a standby the history is read and nothing is recorded; after promotion recording begins there.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = almanac_server('primary', init => { allows_streaming => 1 });
value($primary, 'CREATE DATABASE one');
prepare_load($primary, qw(postgres one));
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;

load($primary, qw(postgres one));
snapshot($primary);
load($primary, 'one');
seal($primary);
snapshot($primary);
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

# The history reads the same there.
for my $query ('SELECT count(*), sum(calls), sum(total_exec_ms) FROM almanac.statement_history',
	'SELECT count(*), sum(n_tup_ins) FROM almanac.table_history',
	'SELECT count(*), sum(calls) FROM almanac.statements',
	"SELECT count(*), sum(calls) FROM almanac.top_statements('-infinity', 'infinity', 'calls', 1000)",
	'SELECT last_snapshot_id, journal_rows FROM almanac.status')
{
	is(value($standby, $query), value($primary, $query), "the same on the standby: $query");
}
is(value($standby, 'SELECT state, worker_pid IS NULL FROM almanac.status'), 'down|t', 'no worker on the standby');

is(value($standby, "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_almanac%'"), 0, 'and nothing else of ours');

# The primary records the standby.
value($primary, "SELECT pg_create_physical_replication_slot('idle', true)");
snapshot($primary);
is( value($primary, "SELECT standbys, replication_slots_inactive, standby_lag_bytes >= 0 FROM almanac.system_history ORDER BY \"time\" DESC LIMIT 1"),
	'1|1|t', 'the primary tells of standbys and slots');
is( value($primary, "SELECT string_agg(DISTINCT kind || ' ' || name || ' ' || active, ', ' ORDER BY kind || ' ' || name || ' ' || active) FROM almanac.replication_history"),
	'slot idle 0, standby standby 1', 'one by one');

# Nothing can be recorded.
for my $function (qw(take_snapshot seal))
{
	my ($status, undef, $error) = $standby->psql('postgres', "\\set VERBOSITY verbose\nSELECT almanac.$function()");
	like($error, qr/ERROR:  25006: cannot .* on a standby/, "$function() is refused");
	like($error, qr/HINT: /, 'with a hint');
}
my ($status, undef, $error) = $standby->psql('postgres', "\\set VERBOSITY verbose\nINSERT INTO almanac.system_samples (series_id, \"time\") VALUES (1, now())");
like($error, qr/ERROR:  25006/, 'so is importing');

# The standby has counters of its own, of what was read there.
as_app($standby, 'one', 'SELECT count(*) FROM t') for 1 .. 5;

# Promotion.
my $calls = q(SELECT coalesce(sum(s.calls), 0) FROM almanac.statement_history s JOIN almanac.statement_names k USING (series_id) WHERE k.query = 'SELECT count(*) FROM t');
my $rows = q(SELECT coalesce(sum(n_tup_ins), 0) FROM almanac.table_history WHERE relname = 't' AND datname = 'one');
my $last = value($standby, 'SELECT snapshot_id FROM almanac.recorder');
my ($calls_before, $rows_before) = map { value($standby, $_) } $calls, $rows;
$standby->promote;
wait_for_worker($standby);
ok($standby->poll_query_until('postgres', "SELECT snapshot_id > $last FROM almanac.recorder"), 'recording begins after promotion');
is( value($standby, <<"SQL"), 'database,statement,table', 'the first snapshot says that there was a failover');
SELECT string_agg(DISTINCT stream, ',' ORDER BY stream) FROM almanac.snapshots
WHERE snapshot_id = $last + 1 AND 'failover' = ANY (flags) AND 'baseline' = ANY (flags) AND stream IN ('database', 'statement', 'table')
SQL
is(value($standby, $calls), $calls_before, 'what was read on the standby is not counted');
is(value($standby, 'SELECT timeline FROM almanac.servers WHERE server_id = 0'), 2, 'the timeline was noted');
as_app($standby, 'one', 'SELECT count(*) FROM t') for 1 .. 3;
as_app($standby, 'one', 'INSERT INTO t SELECT 100000 + i FROM generate_series(1, 70) i');
wait_for_quiet($standby);
snapshot($standby);
is(value($standby, $calls), $calls_before + 3, 'what was executed afterwards is');
is(value($standby, $rows), $rows_before + 70, 'for tables too');

$primary->stop;
$standby->stop;
done_testing();
