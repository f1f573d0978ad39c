# Two hundred workers terminated at any moment, under load: nothing is lost and nothing counted twice.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $node = almanac_server('kills', extensions => 0, conf => "pg_almanac.interval = 1s\npg_almanac.relation_interval = 1s\n");
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, "CREATE DATABASE $_") for qw(one two);
prepare_load($node, qw(one two));
my $account = Almanac::Account->begins($node, qw(one two));

srand(42);
for my $round (1 .. 10)
{
	my $killed = 0;
	while ($killed < 20)
	{
		load($node, $killed % 2 ? 'one' : 'two') if $killed % 5 == 0;
		usleep(int(rand(300_000)));
		$killed += value($node, <<'SQL');
SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE backend_type LIKE 'pg_almanac%' AND backend_type <> 'pg_almanac launcher'
SQL
	}
	seal($node) if $round % 3 == 0;
	$account->is_exact("after $round times 20 workers terminated");
}

done_testing();
