# What happens on any healthy server, and looks like trouble: nothing of it may be told. Prints a table for docs/benchmarks.md.
#
#   ALMANAC_SCENARIO  a pattern: only scenarios whose name matches
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Scenario;
use Almanac::Server;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $server = scenario_server('near_misses', init => { allows_streaming => 1 }, conf => "pg_stat_statements.max = 100\n");
my $scenario;

my $orders = <<'SQL';
CREATE TABLE orders (id int PRIMARY KEY, customer int, total int) WITH (fillfactor = 50);
INSERT INTO orders SELECT g, g % 2000, g FROM generate_series(1, 20000) g;
CREATE INDEX orders_customer ON orders (customer);
CREATE TABLE lines (id int PRIMARY KEY, customer int, text text);
INSERT INTO lines SELECT g, g % 50, repeat('x', 100) FROM generate_series(1, 3000) g;
CREATE TABLE log (customer int, text text);
VACUUM ANALYZE orders, lines;
SQL
my %load = (
	by_customer => "\\set c random(0, 1999)\nSELECT sum(total) FROM orders WHERE customer = :c;",
	log => "\\set c random(1, 2000)\nINSERT INTO log VALUES (:c, repeat('x', 600));",
	by_id => "\\set c random(1, 20000)\nUPDATE orders SET total = total + 1 WHERE id = :c;",
	sums => "\\set c random(0, 49)\nSELECT count(*), max(length(text)) FROM lines WHERE customer = :c;");

# The load is large enough for its costs to be worth telling: a third more of the dearest statement would be told. But for days in half hours: there, what is told as
# minor counts, too.
# On a machine that others use, what they slow down is told rightly: then it is tried again, and what is told of times, then,
# is not counted.
sub near_miss
{
	my ($name, $happens, %options) = @_;
	return if !wanted($name);
	for my $last (0, 1)
	{
		$scenario = Almanac::Scenario->new($server, $name, setup => $orders, load => \%load, step => 10, calls => 800, %options);
		$happens->();
		last if $scenario->told_nothing($last);
	}
	return;
}

near_miss(
	'load doubled',
	sub {
		$scenario->elapse(48);
		$scenario->{calls} *= 2;
		$scenario->watch(30, 2);
	});

near_miss(
	'cold restart',
	sub {
		$scenario->elapse(48);
		$scenario->strike(sub { restart_server($server) });
		$scenario->watch(20, 2);
		$scenario->strike(sub { restart_server($server, 'immediate') });
		$scenario->watch(20, 2);
	});

near_miss(
	'reset of pg_stat_statements',
	sub {
		$scenario->elapse(48);
		$scenario->strike(sub { value($server, 'SELECT pg_stat_statements_reset()') });
		$scenario->watch(10, 2);
		$scenario->strike(sub { value($server, 'SELECT pg_stat_statements_reset()') });
		$scenario->watch(20, 2);
	});

# More shapes than there is room for, again and again.
near_miss(
	'eviction from pg_stat_statements',
	sub {
		$scenario->elapse(48);
		$scenario->{before} = sub {
			my ($interval) = @_;
			$scenario->psql(join '', map { 'SELECT ' . join(',', (1) x $_) . ';' } map { ($interval * 97 + $_) % 600 + 1 } 1 .. 150)->finish;
		};
		$scenario->watch(40, 2);
	});

# Four days in half hours. At night a batch writes and reads a lot, once.
near_miss(
	'a daily batch',
	sub {
		$scenario->{beside} = sub {
			my ($interval) = @_;
			return if $interval % 48 != 6;
			return $scenario->psql(<<'SQL');
DELETE FROM report;
INSERT INTO report SELECT customer, sum(o.total) FROM orders o JOIN lines l USING (customer) GROUP BY 1;
INSERT INTO report SELECT g, g FROM generate_series(1, 50000) g;
SELECT count(*) FROM report a JOIN report b USING (customer);
VACUUM report;
SQL
		};
		$scenario->elapse(48);
		$scenario->watch(144, 12);
	},
	step => 1800,
	strict => 1,
	calls => 200,
	setup => $orders . 'CREATE TABLE report (customer int, total bigint)');

near_miss(
	'a nightly backup',
	sub {
		my @server = ('-U', 'app', '-h', $server->host, '-p', $server->port);
		$scenario->{beside} = sub {
			my ($interval) = @_;
			return if $interval % 48 != 6;
			my $directory = PostgreSQL::Test::Utils::tempdir();
			return (
				IPC::Run::start([ 'pg_dump', @server, '-f', "$directory/dump", $scenario->{database} ]),
				IPC::Run::start([ 'pg_basebackup', @server, '-D', "$directory/backup", '--checkpoint=fast', '--wal-method=fetch' ], '2>', '/dev/null'));
		};
		$scenario->elapse(48);
		$scenario->watch(144, 12);
	},
	step => 1800,
	strict => 1,
	calls => 200);

# A call waits for a second and a half: a thousand times as long as the others.
near_miss(
	'one slow outlier',
	sub {
		$scenario->elapse(48);
		$scenario->{beside} = sub { $scenario->psql('BEGIN; LOCK TABLE lines; SELECT pg_sleep(1.5); COMMIT') };
		$scenario->strike;
		$scenario->{beside} = undef;
		$scenario->watch(24, 1);
	});

# A report that somebody asks for now and then, for one day or for all of them.
near_miss(
	'a rare statement',
	sub {
		my %asked = map { $_ => 1 } 7, 19, 20, 41, 58, 66, 67, 83, 99, 118;
		$scenario->{beside} = sub {
			my ($interval) = @_;
			return if !$asked{$interval};
			my $rows = 2000 * (1 + $interval % 9)**2;
			return $scenario->psql("SELECT sum(g % 13) FROM generate_series(1, $rows) g;" x (1 + $interval % 3));
		};
		$scenario->elapse(24);
		$scenario->watch(100, 4);
	});

$server->stop;
tell_near_misses($server);
done_testing();
