# On a live server: an index is dropped under load. The statements that need it are found, as one story from the moment on, with its cause.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('regressions', conf => "pg_almanac.interval = 1s\npg_almanac.relation_interval = 2s\npg_almanac.max_cpu_percent = 0\n");
value($node, 'CREATE DATABASE shop');
$node->safe_psql('shop', <<'SQL');
CREATE TABLE orders (id int PRIMARY KEY, customer int, total int);
INSERT INTO orders SELECT g, g % 2000, g FROM generate_series(1, 20000) g;
CREATE INDEX orders_customer ON orders (customer);
VACUUM ANALYZE orders;
GRANT SELECT ON orders TO app;
SQL
my $directory = PostgreSQL::Test::Utils::tempdir();
append_to_file("$directory/slow", "\\set c random(0, 1999)\n" . join("", map { "SELECT $_(total) FROM orders WHERE customer = :c;\n" } qw(sum min max)));
append_to_file("$directory/same", "\\set c random(1, 20000)\nSELECT total FROM orders WHERE id = :c;\n");
wait_for_worker($node);

sub load
{
	my ($transactions) = @_;
	my @loads = map {
		IPC::Run::start([ 'pgbench', '-U', 'app', '--no-vacuum', '--rate', 25, '--transactions', $transactions, '--file', "$directory/$_", '-h', $node->host, '-p', $node->port, 'shop' ], '>', '/dev/null',
			'2>', '/dev/null')
	} qw(slow same);
	$_->finish for @loads;
	return;
}

load(25 * 32);
my $dropped = value($node, 'SELECT clock_timestamp()');
$node->safe_psql('shop', 'DROP INDEX orders_customer');
load(25 * 12);
value($node, 'SELECT almanac.take_snapshot()');

# What else the machine does may be told, too; of the dropped index there is one story.
my $dropped_index = "cause_kind = 'index_dropped'";
my $found = "FROM (SELECT * FROM almanac.regressions ORDER BY ($dropped_index) DESC NULLS LAST, id LIMIT 1) story";
cmp_ok(value($node, "SELECT almanac.analyze('$dropped'::timestamptz - interval '60 s', clock_timestamp(), '1 second')"), '>=', 1, 'something has changed');
is(value($node, "SELECT count(*) FROM almanac.regressions WHERE $dropped_index"), 1, 'the statements without their index are one story')
  or diag(value($node, 'SELECT id, members, query, metric, cause, common, earliest, latest, causes FROM almanac.regressions'));
is(value($node, "SELECT count(DISTINCT m.queryid) FROM almanac.regression_members m WHERE m.id = (SELECT id $found) AND m.query LIKE '%FROM orders WHERE customer%'"), 3, 'of three members');
is(value($node, "SELECT earliest <= '$dropped'::timestamptz + interval '4 s' AND latest >= '$dropped'::timestamptz - interval '4 s', value_after > 3 * value_before $found"), 't|t',
	'since it was dropped, and much slower')
  or diag("dropped $dropped: " . value($node, "SELECT earliest, started, latest, value_before, value_after, members, common $found"));
is(value($node, "SELECT cause_kind $found"), 'index_dropped', 'because of that');
like(value($node, "SELECT cause $found"), qr/orders_customer/, 'which is named');
is(value($node, "SELECT string_agg(x ->> 'kind', ',') FILTER (WHERE x ->> 'kind' = 'plan_changed') FROM (SELECT jsonb_array_elements(causes) AS x $found) c"), 'plan_changed', 'its plan tells so too');
is(value($node, "SELECT count(*) > 0 FROM almanac.events WHERE kind = 'plan_changed' AND (details ->> 'queryid')::bigint = (SELECT queryid $found)"), 't', 'and is an event');
is(value($node, "SELECT count(*) FROM almanac.regression_members m WHERE m.id = (SELECT id $found) AND m.query LIKE '%FROM orders WHERE id%'"), 0, 'the other statement is none of them');

# By itself, in a process of its own that goes away.
my $position = log_position($node);
configure($node, 'pg_almanac.analysis_interval' => 2, log_min_messages => 'debug1');
$node->wait_for_log(qr/pg_almanac analysis: \d+ new changes/, $position);
configure($node, 'pg_almanac.analysis_interval' => 0);
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'pg_almanac analysis'"), 'the process ends');
is(log_count($node, 'WARNING|pg_almanac could not|PANIC|terminated by signal', $position), 0, 'without a complaint');

# It leaves when its database is wanted, and says nothing when the extension goes.
configure($node, 'pg_almanac.analysis_interval' => 1);
value($node, 'DROP EXTENSION pg_almanac; CREATE EXTENSION pg_almanac');
$node->safe_psql('shop', 'CREATE DATABASE copy TEMPLATE postgres');
is(log_count($node, 'pg_almanac could not|PANIC|terminated by signal', $position), 0, 'nor then');
$node->stop;
done_testing();
