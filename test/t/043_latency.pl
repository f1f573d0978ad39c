# Latencies and errors on their way from the hooks through snapshots, sealing and roll-up to the views.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('latency');
value($node, 'CREATE DATABASE shop');
as_app($node, 'shop', 'CREATE TABLE t (id int PRIMARY KEY)');
snapshot($node);

my $shop = "datname = 'shop' AND rolname = 'app'";
my $calls = "SELECT sum(calls) = sum(almanac.calls(latency)) AND sum(calls) > 0 FROM almanac.statement_history WHERE $shop";

as_app($node, 'shop', "SELECT id FROM t WHERE id = $_") for 1 .. 5;
as_app($node, 'shop', 'SELECT pg_sleep(0.02)');
snapshot($node);
is(value($node, $calls), 't', 'every call of pg_stat_statements has a latency');
is( value($node, "SELECT h.calls, h.p50_ms >= 19.4, h.p50_ms = h.p99_ms FROM almanac.statement_history h JOIN almanac.statements s USING (series_id) WHERE s.query LIKE 'SELECT pg_sleep%'"),
	'1|t|t', 'a known latency is what the percentiles say');

# Failures: of a statement that sometimes succeeds, of one that never does, by time, by somebody.
as_app($node, 'shop', 'INSERT INTO t VALUES (1)');
for my $sql ('INSERT INTO t VALUES (1)', "SELECT 1 / (id - 1) FROM t", "SET statement_timeout = '20ms'; SELECT pg_sleep(60)")
{
	$node->psql('shop', $sql, extra_params => [ '-U', 'app' ]) for 1 .. 3;
}
snapshot($node);
is( value($node, "SELECT sum(errors), sum(cancels), sum(timeouts) FROM almanac.statement_history WHERE $shop"), '6|0|3', 'failures are recorded, each once');
is(value($node, "SELECT count(*) FROM almanac.statement_history WHERE $shop AND errors > 0 AND calls = 0"), 1, 'also of what never succeeded');
is(value($node, "SELECT sum(errors), sum(timeouts) FROM almanac.latency_history WHERE datname = 'shop'"), '6|3', 'of the database together');
is(value($node, "SELECT sum(errors) FROM almanac.top_statements(n => NULL) WHERE datname = 'shop'"), 6, 'and in top_statements()');

# Nothing is counted twice: not by a snapshot that fails, not by another worker.
value($node, <<'SQL');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON almanac.recorder FOR EACH ROW EXECUTE FUNCTION refuse();
SQL
as_app($node, 'shop', "SELECT id FROM t WHERE id = $_") for 1 .. 7;
$node->psql('postgres', 'SELECT almanac.take_snapshot()') for 1 .. 2;
value($node, 'DROP TRIGGER refuse ON almanac.recorder; DROP FUNCTION refuse()');
snapshot($node);
is(value($node, $calls), 't', 'a snapshot that failed has lost nothing and counts nothing twice');
my $pid = wait_for_worker($node);
as_app($node, 'shop', 'SELECT id FROM t WHERE id = 1');
value($node, "SELECT pg_terminate_backend($pid)");
wait_for_worker($node, $pid);
snapshot($node);
is(value($node, $calls), 't', 'nor does another worker');

# The same after sealing and roll-up.
my $all = "SELECT s.query, sum(h.calls), sum(h.errors), almanac.merge(h.latency)::text FROM almanac.statement_history h"
  . " JOIN almanac.statements s USING (series_id) WHERE h.datname = 'shop' AND h.rolname = 'app' GROUP BY 1, h.series_id ORDER BY 1, 2";
# Totals, and windows: the same histograms, whatever part of them is sealed.
my $together = join ' UNION ALL ', map { "SELECT series_id, $_" } (
	"calls, latency::text FROM almanac.statements WHERE $shop AND calls > 0",
	"sum(calls), almanac.merge(latency)::text FROM almanac.statement_history WHERE $shop GROUP BY 1 HAVING sum(calls) > 0");
$together = "SELECT count(*), bool_and(n = 2) FROM (SELECT series_id, count(*) AS n FROM ($together) s GROUP BY series_id, calls, latency) s";
is(value($node, $together), '5|t', 'totals have the sum of all histograms');
is( value($node, "SELECT count(*), bool_and(p50_ms = almanac.quantile(latency, 0.5) AND p99_ms = almanac.quantile(latency, 0.99) AND almanac.calls(latency) = calls) FROM almanac.statements WHERE $shop AND calls > 0"),
	'5|t', 'and percentiles of it');
my $windows = "'-infinity', 'infinity', n => NULL) WHERE datname = 'shop' AND rolname = 'app' AND calls > 0";
is(value($node, "SELECT count(*), bool_and(almanac.calls(latency) = calls) FROM almanac.top_statements($windows"), '5|t', 'so has top_statements()');
is( value($node, <<'SQL'), '5|t|t', 'and compare(), of each window');
SELECT count(*), bool_and(calls1 IS NULL AND latency1 IS NULL AND p50_ms1 IS NULL), bool_and(almanac.calls(latency2) = calls2
	AND p50_ms2 = almanac.quantile(latency2, 0.5) AND p95_ms2 = almanac.quantile(latency2, 0.95) AND p99_ms2 = almanac.quantile(latency2, 0.99))
FROM almanac.compare(now() - interval '2 days', now() - interval '1 day', now() - interval '1 day', now() + interval '1 minute')
WHERE datname = 'shop' AND rolname = 'app' AND calls2 > 0
SQL
is( value($node, "SELECT sum(calls) = sum(almanac.calls(latency)), count(DISTINCT \"time\") > 1 FROM almanac.server_latency_history"), 't|t', 'and the server as a whole');
my $before = value($node, $all);
cmp_ok(length $before, '>', 100, 'there is something to compare');
seal($node);
is(value($node, $all), $before, 'sealed');
is(value($node, $together), '5|t', 'sealed, totals have them');
is(value($node, "SELECT count(*) FROM almanac.totals WHERE histograms IS NOT NULL"), 1, 'in one row, of the one stream that has histograms');
value($node, "SELECT almanac.purge(now() + interval '2 days')");
is(value($node, $all), $before, 'rolled up');
for my $grain (qw(10min 1h 1d))
{
	is(value($node, "SET pg_almanac.grain = '$grain'; $all"), $before, "read at grain $grain");
}
is( value($node, "SET pg_almanac.grain = '1d'; SELECT count(DISTINCT \"time\") <= 2 FROM almanac.statement_history WHERE $shop"), 't', 'which is one sample a day');

# What is not captured is not there.
value($node, 'ALTER SYSTEM SET pg_almanac.capture = off; SELECT pg_reload_conf()');
$node->poll_query_until('postgres', "SELECT setting = 'off' FROM pg_settings WHERE name = 'pg_almanac.capture'");
as_app($node, 'shop', 'SELECT id AS uncaptured FROM t');
snapshot($node);
my $uncaptured = "FROM almanac.statement_history h JOIN almanac.statement_names s USING (series_id) WHERE s.query LIKE '%uncaptured%'";
is(value($node, "SELECT h.calls, h.latency IS NULL, h.p95_ms IS NULL, almanac.flag_names(h.flags) $uncaptured"),
	'1|t|t|{first,latency_partial}', 'switched off, there are calls without latencies, and the sample says so');
is(value($node, 'SELECT latency_coverage FROM almanac.status'), 0, 'so does the status');
value($node, 'ALTER SYSTEM RESET pg_almanac.capture; SELECT pg_reload_conf()');
$node->poll_query_until('postgres', "SELECT setting = 'on' FROM pg_settings WHERE name = 'pg_almanac.capture'");
as_app($node, 'shop', 'SELECT id AS uncaptured FROM t; SELECT id AS uncaptured FROM t');
as_app($node, 'shop', 'SET pg_almanac.capture = off; SELECT id AS uncaptured FROM t');
snapshot($node);
is( value($node, "SELECT h.calls, almanac.calls(h.latency), almanac.flag_names(h.flags) $uncaptured ORDER BY h.\"time\" DESC LIMIT 1"),
	'3|2|{latency_partial}', 'switched off by a session, a part of the calls has latencies');
is(value($node, q{SELECT latency_coverage > 0.5 AND latency_coverage < 1 FROM almanac.status}), 't', 'so many of all calls');
as_app($node, 'shop', 'SELECT id AS uncaptured FROM t');
snapshot($node);
is( value($node, "SELECT h.calls, almanac.calls(h.latency), almanac.flag_names(h.flags) $uncaptured ORDER BY h.\"time\" DESC LIMIT 1"), '1|1|{}', 'captured again, all have');
is(value($node, 'SELECT latency_coverage FROM almanac.status'), 1, 'all of all calls');
is( value($node, "SELECT sum(calls) - sum(calls_with_latency) FROM almanac.snapshots WHERE stream = 'statement'"), 2, 'the ledger knows how many have none');
seal($node);
value($node, "SELECT almanac.purge(now() + interval '4 days')");
is( value($node, "SET pg_almanac.grain = '1d'; SELECT sum(h.calls), bool_or('latency_partial' = ANY (almanac.flag_names(h.flags))) $uncaptured"), '5|t', 'rolled up, the flag stays');

# Statements for which there is no room.
$node->append_conf('postgresql.conf', "pg_almanac.max_statements = 100\npg_almanac.enabled = off\n");
$node->restart;
value($node, 'SELECT pg_sleep(1)') until value($node, "SELECT state = 'disabled' FROM almanac.worker_status()") eq 't';
snapshot($node);
my @columns = map { "c$_" } 0 .. 19;
as_app($node, 'shop', 'CREATE TABLE wide (' . join(', ', map { "$_ int" } @columns) . ')');
as_app($node, 'shop', join ';', map { my $one = $_; map { "SELECT $one, $_ FROM wide" } @columns } @columns);
snapshot($node);
my ($samples, $without, $partial) = split /\|/, value($node, <<'SQL');
SELECT count(*), count(*) FILTER (WHERE h.calls > COALESCE(almanac.calls(h.latency), 0)), count(*) FILTER (WHERE 'latency_partial' = ANY (almanac.flag_names(h.flags)))
FROM almanac.statement_history h JOIN almanac.statement_names s USING (series_id)
WHERE s.query LIKE 'SELECT c%FROM wide'
SQL
is($samples, 400, 'all statements are recorded');
cmp_ok($without, '>', 0, 'some without their latency, for want of room');
is($partial, $without, 'those are flagged, no other');
my ($coverage, $slots, $used, $room) = split /\|/, value($node, <<'SQL');
SELECT latency_coverage > 0 AND latency_coverage < 1, capture_slots, capture_used <= capture_slots,
	(capture_unplaced > 0 OR capture_reclaimed > 0) AND capture_other_calls >= capture_unplaced FROM almanac.status
SQL
is("$coverage|$slots|$used|$room", 't|100|t|t', 'the status tells of the room, and how many calls it was too little for');

$node->stop;
done_testing();
