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
my $before = value($node, $all);
cmp_ok(length $before, '>', 100, 'there is something to compare');
seal($node);
is(value($node, $all), $before, 'sealed');
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
is(value($node, "SELECT h.calls, h.latency IS NULL, h.p95_ms IS NULL FROM almanac.statement_history h JOIN almanac.statements s USING (series_id) WHERE s.query LIKE '%uncaptured%'"),
	'1|t|t', 'switched off, there are calls without latencies');

$node->stop;
done_testing();
