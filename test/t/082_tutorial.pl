# The documentation on a shop like that of the demo: the queries of docs/tutorial.md, one after the other, those of all other pages, the
# shortcuts of docs/psqlrc; and whether everything that users have has an entry.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Docs;
use Almanac::Grafana;
use Almanac::Server;
use File::Basename;
use POSIX ();
use PostgreSQL::Test::Utils;
use Test::More;

my $root = dirname(dirname($FindBin::RealBin));
my $node = almanac_server('tutorial', conf => "pg_almanac.interval = 1s\npg_almanac.relation_interval = 2s\nmax_connections = 30\n");
# Nobody looks while the shop is being made: a table that was half full then would have grown.
configure($node, 'pg_almanac.enabled' => 'off');
$node->poll_query_until('postgres', "SELECT state = 'disabled' FROM almanac.status") or die 'still recording';
value($node, 'CREATE DATABASE shop');
system_or_bail('pgbench', '-i', '-q', '-h', $node->host, '-p', $node->port, '-U', 'app', 'shop');
as_app($node, 'shop', slurp_file("$root/test/demo/shop.sql"));
configure($node, 'pg_almanac.enabled' => 'on');

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

# The past that the demo lays down, and what is told of it.
as_app($node, 'postgres', slurp_file("$root/test/demo/weeks.sql") =~ s/ \\gset/;/gr);
value($node, "SELECT almanac.analyze(date_trunc('week', now()) - interval '14 days', now(), '1 hour')");
value($node, 'SELECT almanac.measure_capacity()');
for my $changes ('regressions', 'improvements')
{
	is(value($node, "SELECT count(*) FROM almanac.$changes WHERE datname = 'bookshop' AND metric = 'mean_exec_ms'"), 1, "the second shop has one of $changes");
}
is(value($node, "SELECT count(*) FROM almanac.capacity WHERE name = 'tablespace bookshop' AND limit_earliest IS NOT NULL"), 1, 'its disk is projected');
my $report = value($node, "SELECT string_agg(r, chr(10)) FROM almanac.report('weekly', 'html') r");
like($report, qr/bookshop 7\.3.*<\/html>/s, 'a report tells of it');

is(value($node, 'SELECT count(*) <= 40, max(length(o)) <= 100 FROM almanac.overview() o'), 't|t', 'the overview fits on a screen');

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

# All other pages, each in a session of its own, as somebody would who tries them.
value($node, "CREATE ROLE $_") for qw(operator analyst shop grafana);
value($node, 'CREATE TABLE histograms_by_hour (hour timestamptz, page text, h almanac.histogram)');
my @pages = documentation($root);
for my $page (grep { $_ ne 'docs/tutorial.md' } @pages)
{
	my @examples = grep { !$_->{not_run} } examples("$root/$page");
	next if !@examples;
	run_examples($node, @examples);
	is(join("\n", map { "line $_->{line}: $_->{error}" } grep { $_->{error} ne '' } @examples), '', "$page: what it shows runs");
	my @missing = map {
		my $example = $_;
		my %printed = map { $_ => 1 } headers($example->{printed});
		map { "line $example->{line}: $_" } grep { !$printed{$_} } headers($example->{output});
	} @examples;
	is(join("\n", @missing), '', "$page: with the columns that it shows");
}

# Shortcuts of psql: each prints something and complains of nothing.
my ($regression) = map { $_ || 1 } value($node, 'SELECT max(id) FROM almanac.regressions');
my @shortcuts = slurp_file("$root/docs/psqlrc") =~ /^\\set (\w+) /mg;
my %arguments = (chart => ":chart 'database', 'xact_commit', 'shop' :draw", explain => ":explain $regression :draw");
my @typed = map { { sql => $arguments{$_} // ":$_", line => 0, output => '' } } grep { $_ ne 'draw' } @shortcuts;
cmp_ok(scalar(@typed), '>', 10, 'there are shortcuts');
$typed[0]{sql} = slurp_file("$root/docs/psqlrc") . $typed[0]{sql};
run_examples($node, @typed);
for my $shortcut (@typed)
{
	my ($name) = $shortcut->{sql} =~ /^(:\w.*)\z/m;
	is($shortcut->{error}, '', "shortcut $name runs");
	# Nothing got slower for good on a machine that is fast.
	like($shortcut->{printed}, qr/\w/, 'and tells something') if $name !~ /explain/;
}

# Whoever adds something for users has to tell of it.
my @paths = map { "$root/$_" } @pages;
my ($entries, $inside) = (entries(@paths), inside("$root/docs/functions.md"));
my $of_schema = q(= 'almanac'::regnamespace);
my %kinds = (
	view => "SELECT relname FROM pg_class WHERE relnamespace $of_schema AND relkind = 'v'",
	function => "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace $of_schema",
	setting => "SELECT name FROM pg_settings WHERE name LIKE 'pg\\_almanac.%'",
	table => "SELECT relname FROM pg_class c WHERE relnamespace $of_schema AND relkind = 'r' AND EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = 'pg_monitor'::regrole)");
for my $kind (sort keys %kinds)
{
	my @names = split /\n/, value($node, $kinds{$kind});
	cmp_ok(scalar(@names), '>', 0, "there is a $kind") if $kind ne 'table';
	is(join(' ', sort grep { !$entries->{$_} && $_ !~ $inside } @names), '', "each $kind has an entry in docs, or is named in the section Inside of docs/functions.md");
}
my $findings = slurp_file("$root/docs/findings.md");
for my $names ('SELECT kind FROM almanac.finding_kinds', 'SELECT name FROM almanac.finding_thresholds')
{
	is(join(' ', grep { $findings !~ /[`']\Q$_\E[`']/ } split /\n/, value($node, $names)), '', "docs/findings.md has each of: $names");
}
my ($kinds) = slurp_file("$root/README.md") =~ /over (\d+) kinds in all/;
is(10 * POSIX::floor((value($node, 'SELECT count(*) FROM almanac.finding_kinds') - 1) / 10), $kinds, 'README.md has how many kinds of findings there are, in tens');
my $runbook = slurp_file("$root/docs/runbook.md");
for my $names ('SELECT kind FROM almanac.finding_kinds', q(SELECT name FROM almanac.alert_rules WHERE name NOT LIKE 'finding.%'))
{
	is(join(' ', grep { $runbook !~ /`\Q$_\E`/ } split /\n/, value($node, $names)), '', "docs/runbook.md has each of: $names");
}
# What pages link to.
my %headings;
for my $page (@pages)
{
	my $text = slurp_file("$root/$page") =~ s/^```.*?^```//msgr;
	$headings{$page} = { map { my $h = lc $_; $h =~ s/[`*]//g; $h =~ s/[^\w\s-]//g; $h =~ s/ /-/g; ($h => 1) } $text =~ /^#+ (.*)/mg };
}
my @broken;
for my $page (@pages)
{
	my ($folder) = $page =~ m{^(.*/)?};
	my $text = slurp_file("$root/$page") =~ s/^```.*?^```//msgr;
	for my $link ($text =~ /\]\(([^()\s]+)\)/g)
	{
		next if $link =~ /^https?:/;
		my ($file, $place) = split /#/, $link, 2;
		my $target = $file eq '' ? $page : ($folder // '') . $file;
		1 while $target =~ s{[^/]+/\.\./}{};
		push @broken, "$page: $link" if !-e "$root/$target" || $place && $headings{$target} && !$headings{$target}{$place};
	}
}
is(join("\n", @broken), '', 'what pages link to is there');
my %passed;
push @{ $passed{$_->[0]} }, join ', ', map { Almanac::Docs::plain_parameter($_) } split /, /, $_->[1]
  for map { [ split /\|/, $_, 2 ] } split /\n/, value($node, <<'SQL');
SELECT p.proname || '|' || COALESCE((
	SELECT string_agg(concat_ws(' ', NULLIF(a.name, ''), format_type(a.type, NULL)) || CASE WHEN a.n > p.pronargs - p.pronargdefaults THEN ' DEFAULT x' ELSE '' END, ', ' ORDER BY a.n)
	FROM (SELECT row_number() OVER (ORDER BY o) AS n, COALESCE(p.proargnames[o], '') AS name, COALESCE(p.proallargtypes[o], p.proargtypes[o - 1]) AS type
		FROM generate_series(1, COALESCE(array_length(p.proallargtypes, 1), p.pronargs)) o WHERE COALESCE(p.proargmodes[o], 'i') IN ('i', 'b', 'v')) a), '')
FROM pg_proc p WHERE p.pronamespace = 'almanac'::regnamespace
SQL
my $signatures = signatures(@paths);
cmp_ok(scalar(keys %$signatures), '>', 60, 'docs have signatures');
for my $name (sort keys %$signatures)
{
	# More than one page may have it.
	my %told = map { $_ => 1 } @{ $signatures->{$name} };
	is_deeply([ sort keys %told ], [ sort @{ $passed{$name} // [] } ], "signature of $name") or diag(explain(\%told, $passed{$name}));
}
my %there = map { $_ => 1 } split /\n/, value($node, "SELECT relname FROM pg_class WHERE relnamespace $of_schema UNION SELECT proname FROM pg_proc WHERE pronamespace $of_schema
	UNION SELECT typname FROM pg_type WHERE typnamespace $of_schema UNION SELECT substr(name, 12) FROM pg_settings WHERE name LIKE 'pg\\_almanac.%'");
my $mentions = mentions(@paths);
is(join(' ', map { "$_ ($mentions->{$_})" } sort grep { !$there{$_} && !/_$/ } keys %$mentions), '', 'what docs name is there');

$node->stop;
done_testing();
