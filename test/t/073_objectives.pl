# Objectives and optimizations on a live server: what is counted is what ran, a restart is not available time, and an index that helps is told
# from a statement that nobody touched. sql/objectives.sql and sql/optimizations.sql have the figures.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('objectives');
as_app($node, 'postgres', <<'SQL');
CREATE TABLE orders (id int, account int, filler text);
INSERT INTO orders SELECT i, i % 5000, repeat('x', 100) FROM generate_series(1, 50000) i;
CREATE TABLE small AS SELECT generate_series(1, 2000) AS i;
VACUUM ANALYZE orders, small;
SQL

my ($slow, $steady) = ('SELECT count(filler) FROM orders WHERE account = 17', 'SELECT count(*) FROM small');

# Ten calls of each, and what they took into the history.
sub work
{
	as_app($node, 'postgres', "$slow;\n$steady;\n" x 10);
	wait_for_quiet($node);
	snapshot($node);
	return;
}

sub queryid { return value($node, "SELECT queryid FROM almanac.statements WHERE query LIKE '$_[0]%' AND toplevel"); }

work() for 1 .. 15;
my ($of_slow, $of_steady) = (queryid('SELECT count(filler)'), queryid('SELECT count(*) FROM small'));

value($node, "SELECT almanac.set_objective('fast', 'calls_under_10000ms', '>=', 0.5, '1 day', queryid => $of_slow), almanac.set_objective('up', 'availability', '>=', 0.5, '1 day')");
is(value($node, "SELECT count(*) FROM almanac.objective_state WHERE next_run > now() - interval '1 minute'"), 2, 'objectives are evaluated when they are set');
value($node, "SELECT almanac.begin_optimization('index on account', '{$of_slow}', tables => '{public.orders}', effort_hours => 0.5), almanac.begin_optimization('nothing', '{$of_steady}')");
as_app($node, 'postgres', 'CREATE INDEX ON orders (account)');
value($node, 'SELECT almanac.finish_optimization(1), almanac.finish_optimization(2)');
my $rounds = 0;
do
{
	work();
	value($node, 'SELECT almanac.measure_optimizations()');
} while (++$rounds < 10 || $rounds < 200 && value($node, "SELECT bool_or(verdict = 'too early') FROM almanac.optimizations") eq 't');
is(value($node, 'SELECT state, verdict, p_value < 0.001, significant, mean_after_ms < mean_before_ms / 3, saved_seconds_total > 0, seconds_saved_per_hour_spent > 0, bytes_after > bytes_before FROM almanac.optimizations WHERE id = 1'),
	'finished|improved|t|t|t|t|t|t', 'an index that helps')
  or diag(value($node, 'SELECT to_jsonb(o) FROM almanac.optimizations o'));
is(value($node, "SELECT significant, after < before / 10 FROM almanac.optimization_effects(1) WHERE metric = 'blks_per_call'"), 't|t', 'reads fewer blocks');
# How fast the machine is may change meanwhile, what is read does not.
is(value($node, "SELECT significant, before = after, before > 0 FROM almanac.optimization_effects(2) WHERE metric = 'blks_per_call'"), 'f|t|t', 'a statement that nobody touched reads what it did')
  or diag(value($node, 'SELECT to_jsonb(o) FROM almanac.optimization_effects(2) o'));
is(value($node, "SELECT string_agg(label, ',' ORDER BY event_id) FROM almanac.events WHERE kind = 'optimization'"), 'index on account,nothing', 'both are events');
value($node, 'SELECT almanac.withdraw_optimization(2)');
is(value($node, "SELECT string_agg(label, ',' ORDER BY event_id) FROM almanac.events WHERE kind = 'optimization'"), 'index on account', 'until one is withdrawn');

# As of a time to come, so that the intervals are over.
$node->stop;
$node->start;
wait_for_worker($node);
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM almanac.events WHERE kind = 'restart'") or die 'no restart is told';
value($node, "SELECT almanac.evaluate_objectives(now() + interval '10 minutes')");
is(value($node, "SELECT total, good, actual FROM almanac.objectives WHERE name = 'fast'"), join('|', ((15 + $rounds) * 10) x 2, 1), 'every call is counted')
  or diag(value($node, "SELECT to_jsonb(o) FROM almanac.objectives o"));
is(value($node, "SELECT o.met, abs(o.bad - extract(epoch FROM e.\"time\" - e.not_before)) < 0.01, o.bad > 0 FROM almanac.objectives o, almanac.events e WHERE o.name = 'up' AND e.kind = 'restart'"), 't|t|t', 'down from the last look to the start')
  or diag(value($node, "SELECT to_jsonb(o) FROM almanac.objectives o"));

# Who may do what.
value($node, 'CREATE ROLE watcher LOGIN IN ROLE pg_monitor');
my @watcher = (extra_params => [ '--username', 'watcher' ]);
is($node->safe_psql('postgres', "SELECT (SELECT count(*) FROM almanac.objectives), (SELECT count(*) FROM almanac.optimizations), (SELECT count(*) > 0 FROM almanac.optimization_effects(1)),
	(SELECT count(*) > 0 FROM almanac.objective_history('fast', now() - interval '1 day', now() + interval '1 day')), (SELECT query LIKE 'SELECT%' FROM almanac.optimization_effects(1) WHERE metric = 'p95_ms')", @watcher), '2|2|t|t|t', 'pg_monitor reads');
for my $forbidden ("almanac.set_objective('x', 'p95_ms', '<=', 1)", "almanac.drop_objective('up')", "almanac.begin_optimization('x')", 'almanac.finish_optimization(1)', 'almanac.withdraw_optimization(1)',
	'almanac.measure_optimizations()', 'almanac.evaluate_objectives()')
{
	my ($status, $out, $err) = $node->psql('postgres', "SELECT $forbidden", @watcher);
	like($err, qr/permission denied for function/, "but not $forbidden");
}
is(log_count($node, 'PANIC|terminated by signal|could not run metrics'), 0, 'nothing failed');
$node->stop;
done_testing();
