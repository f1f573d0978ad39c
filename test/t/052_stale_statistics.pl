# Tables are reloaded with other values and not analyzed: the planner expects none of them, and chooses a nested loop. The statement is
# found, since then, and the stale statistics are its first cause. One of test/scenarios that are too long for here.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Scenario;
use Test::More;

my $server = scenario_server('stale');
my $packed = 'SELECT count(*) FROM parts p JOIN boxes b ON b.part = p.id WHERE p.batch = %1$d AND p.weight = 1 AND p.price = 1 AND b.batch = %1$d AND b.size = 1 AND b.color = 1;';
my $scenario = Almanac::Scenario->new(
	$server, 'reload without ANALYZE',
	setup => <<'SQL', load => { packed => sprintf($packed, 1) }, calls => 20);
CREATE TABLE parts (id int, batch int, weight int, price int);
CREATE TABLE boxes (part int, batch int, size int, color int);
INSERT INTO parts SELECT g, 1, 1, 1 FROM generate_series(1, 200) g;
INSERT INTO boxes SELECT g, 1, 1, 1 FROM generate_series(1, 400) g;
VACUUM ANALYZE parts, boxes;
SQL
$scenario->elapse(30);
$scenario->strike(
	sub {
		$scenario->sql('TRUNCATE parts, boxes; INSERT INTO parts SELECT g, 2, 1, 1 FROM generate_series(1, 200) g; INSERT INTO boxes SELECT g, 2, 1, 1 FROM generate_series(1, 400) g');
		$scenario->load(packed => sprintf($packed, 2));
	});
$scenario->watch(12, 6);
$scenario->told_as('FROM parts', 'statistics_stale', also => qr/plan_changed/);
$server->stop;
done_testing();
