# Something goes wrong on a real server: is it found, since when, and why? Prints a table for docs/benchmarks.md.
#
#   ALMANAC_SCENARIO  a pattern: only scenarios whose name matches
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Scenario;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $server = scenario_server('faults');
my $scenario;

my $orders = <<'SQL';
CREATE TABLE orders (id int PRIMARY KEY, customer int, total int);
INSERT INTO orders SELECT g, g % 2000, g FROM generate_series(1, 20000) g;
CREATE INDEX orders_customer ON orders (customer);
VACUUM ANALYZE orders;
SQL
my %lookups = (
	by_customer => "\\set c random(0, 1999)\nSELECT sum(total) FROM orders WHERE customer = :c;",
	by_id => "\\set c random(1, 20000)\nSELECT total FROM orders WHERE id = :c;");

sub begins
{
	my ($name, %options) = @_;
	return 0 if !wanted($name);
	$scenario = Almanac::Scenario->new($server, $name, %options);
	return 1;
}

if (begins('index dropped', setup => $orders, load => \%lookups))
{
	$scenario->elapse(48);
	$scenario->strike(sub { $scenario->sql('DROP INDEX orders_customer') });
	$scenario->watch(15);
	$scenario->told_as('FROM orders WHERE customer', 'index_dropped', also => qr/plan_changed/);
}

# Conditions that all rows meet, of which the planner knows nothing: it expects one row on either side, and chooses a nested loop.
my $parts = <<'SQL';
CREATE TABLE parts (id int, batch int, weight int, price int);
CREATE TABLE boxes (part int, batch int, size int, color int);
INSERT INTO parts SELECT g, 1, 1, 1 FROM generate_series(1, 200) g;
INSERT INTO boxes SELECT g, 1, 1, 1 FROM generate_series(1, 400) g;
VACUUM ANALYZE parts, boxes;
SQL
my $packed = 'SELECT count(*) FROM parts p JOIN boxes b ON b.part = p.id WHERE p.batch = %1$d AND p.weight = 1 AND p.price = 1 AND b.batch = %1$d AND b.size = 1 AND b.color = 1;';
if (begins('statistics deleted', setup => $orders . $parts, load => { %lookups, packed => sprintf($packed, 1) }, calls => 60))
{
	$scenario->elapse(48);
	$scenario->strike(sub { $scenario->sql("DELETE FROM pg_statistic WHERE starelid IN ('parts'::regclass, 'boxes'::regclass)") });
	$scenario->watch(15);
	$scenario->told_as('FROM parts', 'plan_changed');
}

if (begins('reload without ANALYZE', setup => $orders . $parts, load => { %lookups, packed => sprintf($packed, 1) }, calls => 60))
{
	$scenario->elapse(48);
	$scenario->strike(
		sub {
			$scenario->sql('TRUNCATE parts, boxes; INSERT INTO parts SELECT g, 2, 1, 1 FROM generate_series(1, 200) g; INSERT INTO boxes SELECT g, 2, 1, 1 FROM generate_series(1, 400) g');
			$scenario->load(%lookups, packed => sprintf($packed, 2));
		});
	$scenario->watch(15);
	$scenario->told_as('FROM parts', 'statistics_stale', also => qr/plan_changed/);
}

if (begins('work_mem cut', setup => $orders, load => { %lookups, sorted => 'SELECT count(*) FROM (SELECT id FROM orders WHERE id <= 6000 ORDER BY total % 1000, id OFFSET 0) x;' }))
{
	$scenario->elapse(48);
	$scenario->strike(sub { $scenario->sql("ALTER SYSTEM SET work_mem = '64kB'; SELECT pg_reload_conf()") });
	$scenario->watch(15);
	$scenario->told_as('FROM \(SELECT id', 'setting_changed');
	$scenario->sql('ALTER SYSTEM RESET work_mem; SELECT pg_reload_conf()');
}

my $parcels = <<'SQL';
CREATE TABLE parcels (id int PRIMARY KEY, weight int, label text);
INSERT INTO parcels SELECT g, g, repeat('x', 100) FROM generate_series(1, 1000) g;
CREATE INDEX parcels_weight ON parcels (weight);
VACUUM ANALYZE parcels;
SQL
my $scan = "\\set c random(0, 99)\nSELECT count(*) FROM parcels WHERE weight % 100 = :c;";
if (begins('table grown 20 times', setup => $orders . $parcels, load => { %lookups, scan => $scan }))
{
	$scenario->elapse(48);
	$scenario->strike(sub { $scenario->sql("INSERT INTO parcels SELECT g, g, repeat('x', 100) FROM generate_series(1001, 20000) g") });
	$scenario->watch(15);
	$scenario->told_as('FROM parcels', 'large_load|table_grown');
}

if (begins('dead tuples', setup => $orders . $parcels, load => { %lookups, scan => $scan }))
{
	$scenario->elapse(48);
	$scenario->strike(sub { $scenario->sql(join ';', ('UPDATE parcels SET weight = weight + 1') x 20) });
	$scenario->watch(15);
	$scenario->told_as('FROM parcels', 'dead_rows');
}

if (begins('lock contention', setup => "$orders CREATE TABLE counters (id int PRIMARY KEY, n int); INSERT INTO counters VALUES (1, 0)",
	load => { %lookups, count => 'UPDATE counters SET n = n + 1 WHERE id = 1;' }, calls => 60))
{
	my $holder = $scenario->file('holder', "BEGIN;\nUPDATE counters SET n = n + 100 WHERE id = 1;\n\\sleep 8 ms\nCOMMIT;");
	$scenario->elapse(48);
	$scenario->{beside} = sub { $scenario->pgbench($scenario->{database}, '--transactions', 30, '--file', $holder) };
	$scenario->strike;
	$scenario->watch(15);
	$scenario->told_as('SET n = n \+ \$1 WHERE', 'waits');
}

my $function = "CREATE OR REPLACE FUNCTION price(article int) RETURNS int LANGUAGE plpgsql AS 'BEGIN FOR i IN 1 .. %d LOOP article := article + i %% 7; END LOOP; RETURN article; END'";
for my $marked (0, 1)
{
	if (begins('slow function deployed' . ($marked ? ' and marked' : ''), setup => $orders . sprintf($function, 10), load => { %lookups, price => "\\set c random(1, 1000)\nSELECT price(:c);" }))
	{
		$scenario->elapse(48);
		$scenario->strike(
			sub {
				value($server, "SELECT almanac.mark('shop 2.0')") if $marked;
				$scenario->sql(sprintf $function, 20000);
			});
		$scenario->watch(15);
		$scenario->told_as('SELECT price', 'function_replaced', $marked ? (also => qr/deployment/) : ());
	}
}

# What is new comes last: sessions see their first five executions for it, and plan for it anew. When what is common comes first, the
# sixth execution takes the generic plan, and all that follow.
if (begins('parameters flip a generic plan', setup => "$orders CREATE TABLE jobs (id int, state text); INSERT INTO jobs SELECT g, CASE WHEN g % 400 = 0 THEN 'new' ELSE 'done' END FROM generate_series(1, 20000) g; CREATE INDEX jobs_state ON jobs (state); VACUUM ANALYZE jobs",
	load => \%lookups))
{
	my $prepare = 'PREPARE jobs(text) AS SELECT sum(total) FROM jobs JOIN orders USING (id) WHERE state = $1;';
	my $new = "EXECUTE jobs('new');" x 40;
	my $done = "EXECUTE jobs('done');" x 6;
	$scenario->{beside} = sub { $scenario->psql($prepare . $new . $done) };
	$scenario->elapse(48);
	$scenario->{beside} = sub { $scenario->psql($prepare . $done . $new) };
	$scenario->strike;
	$scenario->watch(15);
	$scenario->told_as('FROM jobs', 'plan_changed');
}

# Somebody else's statements keep the processors busy. Who needs one for milliseconds must share it; who needs it for less hardly notices.
if (begins('noisy neighbour', setup => $orders . $parcels, load => { %lookups, scan => $scan, sums => 'SELECT sum(total % 7) FROM orders, generate_series(1, 10);' }, step => 5, calls => 60))
{
	value($server, 'CREATE DATABASE neighbour');
	my $noise = $scenario->file('noise', 'SELECT sum(g % 11) FROM generate_series(1, 100000) g;');
	$scenario->elapse(48);
	$scenario->{beside} = sub { $scenario->pgbench('neighbour', '--client', 12, '--transactions', 20, '--file', $noise) };
	$scenario->strike;
	$scenario->watch(15);
	$scenario->told_as('sum\(total %', 'load');
}

$server->stop;
tell_faults($server);
done_testing();
