# The queries of docs/tutorial.md, one after the other, on a shop like that of the demo.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Grafana;
use Almanac::Server;
use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = dirname(dirname($FindBin::RealBin));
my $node = almanac_server('tutorial', conf => "pg_almanac.interval = 1s\npg_almanac.relation_interval = 2s\nmax_connections = 30\n");
value($node, 'CREATE DATABASE shop');
system_or_bail('pgbench', '-i', '-q', '-h', $node->host, '-p', $node->port, '-U', 'app', 'shop');
as_app($node, 'shop', slurp_file("$root/test/demo/shop.sql"));

sub load
{
	my ($transactions) = @_;
	my %weights = (browse => 12, buy => 6, past => 3, sales => 1);
	system_or_bail('pgbench', '-n', '-c', 2, '-t', $transactions, '-R', 100, '-M', 'prepared', '-U', 'app', (map { ('-f', "$root/test/demo/load/$_.sql\@$weights{$_}") } sort keys %weights),
		'-h', $node->host, '-p', $node->port, 'shop');
	value($node, 'SELECT almanac.take_snapshot()');
	return;
}
load(600);
as_app($node, 'shop', 'DROP INDEX orders_account_idx');
load(300);
$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM almanac.events WHERE kind = 'index_dropped'") or die 'no event';
value($node, 'SELECT almanac.measure_capacity()');
wait_for_quiet($node);
value($node, 'SELECT almanac.take_snapshot()');

my @queries = map { { sql => $_ } } slurp_file("$root/docs/tutorial.md") =~ /^```sql\n(.*?)^```$/msg;
cmp_ok(scalar(@queries), '>=', 14, 'the tutorial has queries');
run_queries($node, 'postgres', @queries);
# What depends on how fast the machine was: whether something got slower for good, whether anybody waited when somebody looked.
my $may_be_empty = qr/almanac\.(regressions|top_waits|plan_changes)\b/;
for my $query (@queries)
{
	my ($name) = $query->{sql} =~ /^(.{1,60})/;
	is($query->{error}, '', "runs: $name");
	cmp_ok(scalar(@{ $query->{rows} }), '>', 0, 'and tells something') if $query->{sql} !~ $may_be_empty;
}
my ($sums) = grep { $_->{sql} =~ /AS pg_stat_statements/ } @queries;
is($sums->{rows}[0][0], $sums->{rows}[0][1], 'it adds up');
my ($growth) = grep { $_->{sql} =~ /AS growth/ } @queries;
is($growth->{rows}[0][0], 'orders', 'the table that grows is the first');

$node->stop;
done_testing();
