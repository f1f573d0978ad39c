# Statements that pg_stat_statements has no room for: the history never says more than what was executed, and says that
# something is missing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $shapes = 400;
my $node = almanac_server('eviction', conf => "pg_stat_statements.max = 100\npg_stat_statements.track = top\n");
as_app($node, 'postgres', 'CREATE TABLE wide (' . join(', ', map { "c$_ int" } 1 .. $shapes) . ')');
as_app($node, 'postgres', 'INSERT INTO wide (c1) SELECT i FROM generate_series(1, 10000) i');
as_app($node, 'postgres', 'VACUUM ANALYZE wide');

# Executes statements of shapes, each as often as it says, and returns what the ledger says of the time.
my %executed;
my $counted = 0;

sub execute
{
	my (@order) = @_;
	my $sql = '';
	for my $shape (@order)
	{
		my $calls = $shape <= 20 ? 5 : 1 + $shape % 3;
		$sql .= "SELECT count(c$shape) FROM wide;\n" x $calls;
		$executed{$shape} += $calls;
		$counted += $calls;
	}
	as_app($node, 'postgres', $sql);
	wait_for_quiet($node);
	my $id = snapshot($node);
	my ($evicted, $coverage) = split /\|/, value($node, <<"SQL");
SELECT evicted, coverage FROM almanac.snapshots WHERE snapshot_id = $id AND stream = 'statement'
SQL
	return ($evicted, $coverage);
}

snapshot($node);
# Often enough that what the server does beside it (vacuum, a new backend's catalogs) is little of the whole.
my ($evicted, $coverage) = execute((1 .. 20) x 20);
is($evicted, 0, 'nothing is evicted while there is room');
cmp_ok($coverage, '>', 0.9, 'and the statements explain what the server did');

# Twenty are used a lot, so that they stay; the others come and go; looked at now and then.
srand(7);
my ($all_evicted, $least_coverage) = (0, 1);
for my $round (1 .. 3)
{
	my @order = sort { $a->[0] <=> $b->[0] } map { [ rand, $_ ] } 21 .. $shapes;
	while (my @some = splice @order, 0, 10 + int rand 200)
	{
		($evicted, $coverage) = execute((1 .. 20), map { $_->[1] } @some);
		$all_evicted += $evicted;
		$least_coverage = $coverage if $coverage < $least_coverage;
		seal($node) if rand() < 0.3;
	}
}

my %recorded;
my $unknown = 0;
for my $line (split /\n/, value($node, <<'SQL'))
SELECT substring(k.query FROM 'count\(c([0-9]+)\) FROM wide'), s.calls
FROM almanac.statement_names k JOIN (SELECT series_id, sum(calls) AS calls FROM almanac.statement_samples GROUP BY series_id) s
	USING (series_id)
WHERE k.rolname = 'app' AND (k.query IS NULL OR k.query LIKE '%FROM wide')
SQL
{
	my ($shape, $calls) = split /\|/, $line;
	$shape eq '' ? ($unknown += $calls) : ($recorded{$shape} += $calls);
}
my @more = grep { $recorded{$_} > ($executed{$_} // 0) } keys %recorded;
is_deeply([ map { "shape $_: $recorded{$_} of $executed{$_}" } @more ], [], 'no statement has more calls than it was executed');
is($unknown, 0, 'every statement that pg_stat_statements tells of has its text');
my $sum = 0;
$sum += $_ for values %recorded;
cmp_ok($sum, '<', $counted, "something is missing: $sum of $counted calls were recorded");
cmp_ok($sum, '>', $counted / 4, 'but not all');
is_deeply([ grep { ($recorded{$_} // 0) != $executed{$_} } 1 .. 20 ], [], 'statements that were not evicted are exact');
cmp_ok($all_evicted, '>', 100, "the ledger says that statements were evicted: $all_evicted");
cmp_ok($least_coverage, '<', 0.7, "and that not all is covered: $least_coverage");
cmp_ok(value($node, "SELECT count(*) FROM almanac.statement_history WHERE 'returned' = ANY (almanac.flag_names(flags))"),
	'>', 10, 'statements that came back are marked');

$node->stop;
done_testing();
