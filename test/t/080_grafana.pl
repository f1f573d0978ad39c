# What docs/grafana sends: every query of every dashboard and rule is run as the role that the documentation makes for it, as Grafana
# would send it. Grafana itself is not here.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Grafana;
use Almanac::Server;
use File::Basename;
use PostgreSQL::Test::Utils;
use POSIX ();
use Test::More;
use utf8;

my $folder = dirname(dirname($FindBin::RealBin)) . '/docs/grafana';
my %dashboards = dashboards($folder);
my $rules = read_json("$folder/provisioning/alerting/almanac.json");

# The files are what the script writes.
SKIP:
{
	skip 'no python3', 1 if system('python3 -c 1 2>/dev/null') != 0;
	my $copy = PostgreSQL::Test::Utils::tempdir();
	system('env', 'PYTHONDONTWRITEBYTECODE=1', 'python3', "$folder/generate.py", $copy) == 0 or die 'generate.py failed';
	is(join("\n", map { slurp_file($_) } sort glob "$copy/dashboards/*.json $copy/provisioning/alerting/*.json"),
		join("\n", map { slurp_file($_) } sort glob "$folder/dashboards/*.json $folder/provisioning/alerting/*.json"), 'files are as generate.py writes them');
}

# Macros and variables, beside what Grafana's documentation says.
my %window = (from => '2017-04-21T05:01:17Z', to => '2017-04-21T05:06:17Z', from_epoch => 1492750877, to_epoch => 1492751177, interval => '1m');
my %values = (one => { value => q(it's "one" \\) }, two => { value => [ 'a', q(b'c) ], multi => 1 }, all => { value => '$__all', multi => 1, includeAll => 1, allValue => '0' });
my @expansions = (
	'$__time(at)' => 'at AS "time"',
	'$__timeEpoch(at)' => 'extract(epoch from at) as "time"',
	'$__timeFilter(at)' => q(at BETWEEN '2017-04-21T05:01:17Z' AND '2017-04-21T05:06:17Z'),
	'$__timeFrom() $__timeTo()' => q('2017-04-21T05:01:17Z' '2017-04-21T05:06:17Z'),
	q($__timeGroup(at,'5m')) => 'floor(extract(epoch from at)/300)*300',
	q($__timeGroup(at, '5m'), x) => 'floor(extract(epoch from at)/300)*300 AS "time", x',
	q($__timeGroupAlias(at,'5m')) => 'floor(extract(epoch from at)/300)*300 AS "time"',
	q($__timeGroup(at,$__interval)) => 'floor(extract(epoch from at)/60)*60',
	'$__unixEpochFilter(at)' => 'at >= 1492750877 AND at <= 1492751177',
	q($__unixEpochGroup(at,'5m')) => 'floor((at)/300)*300',
	'$__interval $__interval_ms' => '1m 60000',
	q('$one' '${one}' '[[one]]') => q('it''s "one" \\' 'it''s "one" \\' 'it''s "one" \\'),
	'${one:sqlstring} ${one:singlequote} ${one:raw}' => q('it''s \\"one\\" \\' 'it\\'s "one" \\' it's "one" \\),
	'IN ($two) (${two:csv}) (${two:sqlstring})' => q(IN ('a','b''c') (a,b'c) ('a','b''c')),
	'IN ($all) $other' => 'IN (0) $other');
while (my ($text, $expected) = splice @expansions, 0, 2)
{
	is(expand($text, \%values, \%window), $expected, "expanded: $text");
}

# A server with load, a hostile database, role and statement, and imported history with a change in it.
my $node = almanac_server('grafana', init => { allows_streaming => 1 }, conf => "pg_almanac.interval = 1s\npg_almanac.relation_interval = 1s\nlog_min_messages = warning\n");
my $reader = q(graf'ana "<b>");
my $hostile = q(sh'o"p <b>%_);
my $text = qq(x'y"z \\ %_ <i>\nnext);
(my $identifier = $text) =~ s/"/""/g;
value($node, "SELECT almanac.create_reader(\$\$$reader\$\$)");

sub query_window
{
	my ($from, $to, $interval) = @_;
	my $stamp = sub { POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $_[0]) };
	return { from => $stamp->($from), to => $stamp->($to), from_epoch => $from, to_epoch => $to, interval => $interval };
}

# Runs all there is with some values of variables. Returns the queries with their results, by dashboard and name.
sub run_all
{
	my ($role, $window, %chosen) = @_;
	my $list = sub { my ($ids) = @_; return { value => $ids // '$__all', multi => 1, includeAll => 1, allValue => '0' } };
	my %variables = (database => $list->($chosen{database}), role => $list->($chosen{role}), step => { value => $window->{interval} },
		map({ ($_ => { value => $chosen{$_} // '' }) } qw(statement search volume projected metric)), order => { value => $chosen{order} // 'total_exec_ms' });
	my @queries = map { queries($dashboards{$_}) } sort keys %dashboards;
	$_->{sql} = expand($_->{sql}, \%variables, $window) for @queries;
	push @queries, map { { dashboard => 'rule', name => $_->{title}, sql => $_->{data}[0]{model}{rawSql}, format => 'rule' } } map { @{ $_->{rules} } } @{ $rules->{groups} };
	run_queries($node, $role, @queries);
	return @queries;
}

sub named { my ($dashboard, $name, @queries) = @_; return (grep { $_->{dashboard} eq "almanac-$dashboard" && $_->{name} eq $name } @queries)[0]; }

my $number = qr/^(bigint|integer|double precision|numeric)$/;

# What is wrong with the shape of a result, for what Grafana makes of it.
sub wrong
{
	my ($query) = @_;
	my @columns = @{ $query->{columns} };
	my @names = map { $_->[0] } @columns;
	my @types = map { $_->[1] } @columns;
	my $format = $query->{format};
	return $query->{error} if $query->{error} ne '';
	return 'columns of one name' if keys %{ { map { ($_ => 1) } @names } } != @names;
	return $format eq 'rule' && "@names" eq 'value' && $types[0] =~ $number && @{ $query->{rows} } == 1 ? '' : 'not one number' if $format eq 'rule';
	return "@names|@types" eq '__text __value|text text' ? '' : 'not a list of texts and values' if $format eq 'variable';
	return "@names|@types" eq 'time text tags|timestamp with time zone text text' ? '' : 'not an annotation' if $format eq 'annotation';
	return grep({ !/^(text|name|boolean|timestamp with time zone)$/ && !/$number/ } @types) ? "types @types" : '' if $format eq 'table';
	return 'no time' if $names[0] ne 'time' || $types[0] ne 'timestamp with time zone';
	my $long = @names == 3 && $names[1] eq 'metric';
	return 'metric is no text' if $long && $types[1] ne 'text';
	return "values are no numbers: @types" if grep { !/$number/ } @types[ ($long ? 2 : 1) .. $#types ];
	my ($before, %seen) = ('');
	for my $row (@{ $query->{rows} })
	{
		return 'no time in a row' if !defined $row->[0];
		return 'times are not in order' if $row->[0] lt $before;
		return "twice: $row->[0]" if $seen{ join '|', map { $_ // '' } @$row[ 0 .. ($long ? 1 : 0) ] }++;
		return 'a series without name' if $long && !defined $row->[1];
		return "not finite: @$row" if $long && ($row->[2] // '') =~ /NaN|Infinity/;
		$before = $row->[0];
	}
	return '';
}

sub all_well
{
	my ($what, @queries) = @_;
	my @bad = map { my $w = wrong($_); $w eq '' ? () : "$_->{dashboard}, $_->{name}: $w" } @queries;
	is(join("\n", @bad), '', "$what: every query runs, and its result has the shape that Grafana wants");
	return;
}

# Without history, and in a window of which there is none.
my $now = time;
all_well('no history', run_all($reader, query_window($now - 3600, $now, '1m')));
all_well('a window long ago', run_all($reader, query_window($now - 400 * 86400, $now - 300 * 86400, '1d'), statement => 1, volume => 1, metric => 'none', projected => 'database 1 size_bytes'));

(my $quoted = $hostile) =~ s/"/""/g;
value($node, qq(CREATE DATABASE shop));
value($node, qq(CREATE DATABASE "$quoted"));
value($node, qq(CREATE ROLE "$quoted" SUPERUSER LOGIN));
value($node, q(SELECT pg_create_physical_replication_slot('kept', true)));
$node->safe_psql('shop', <<'SQL');
CREATE TABLE orders (id int PRIMARY KEY, customer int, total int);
INSERT INTO orders SELECT g, g % 2000, g FROM generate_series(1, 40000) g;
CREATE INDEX orders_customer ON orders (customer);
VACUUM ANALYZE orders;
SQL
as_app($node, $hostile, qq(CREATE TABLE "$quoted" (id int PRIMARY KEY); INSERT INTO "$quoted" SELECT generate_series(1, 20000)));
value($node, qq(SELECT almanac.mark('<script>alert(1)</script> & co', 'deployment', now() - interval '5 s')));

my $directory = PostgreSQL::Test::Utils::tempdir();
append_to_file("$directory/load", "\\set c random(0, 1999)\nSELECT sum(total) FROM orders WHERE customer = :c;\nUPDATE orders SET total = total + 1 WHERE id = 1;\n");

# Some rounds of load, each of which the recorder has seen when it is over.
sub load_round
{
	system_or_bail('pgbench', '-U', 'app', '-n', '-c', 2, '-t', 150, '-f', "$directory/load", '-h', $node->host, '-p', $node->port, 'shop');
	as_app($node, $hostile, qq(SELECT count(*) AS "$identifier" FROM "$quoted"));
	$node->psql($hostile, 'SELECT 1 / 0', extra_params => [ '--username', $hostile ]);
	value($node, 'SELECT almanac.take_snapshot()');
	return;
}
# A number of the user's own, and something to do.
value($node, q(SELECT almanac.add_metric('jobs', 'SELECT 7 * extract(epoch FROM clock_timestamp())', every => '10 s', kind => 'counter')));
value($node, <<'SQL');
CREATE TABLE pairs AS SELECT g AS a FROM generate_series(1, 20000) g;
CREATE INDEX pairs_1 ON pairs (a);
CREATE INDEX pairs_2 ON pairs (a);
CREATE INDEX pairs_3 ON pairs (a);
VACUUM ANALYZE pairs;
SQL
value($node, q(SELECT almanac.set_finding_threshold('index_min_bytes', 1)));
value($node, 'SELECT almanac.run_metric($$jobs$$)');
load_round() for 1 .. 3;
value($node, 'SELECT almanac.find_findings()');
value($node, 'DROP INDEX pairs_3');
value($node, 'SELECT almanac.find_findings()');
value($node, 'SELECT almanac.run_metric($$jobs$$)');
# Sessions that wait, until one has been seen.
for my $try (1 .. 60)
{
	as_app($node, 'shop', 'SELECT pg_sleep(2)');
	value($node, 'SELECT almanac.take_snapshot()');
	last if value($node, q(SELECT count(*) FROM almanac.wait_history WHERE wait_event = 'PgSleep')) > 0;
	die 'no wait is seen' if $try == 60;
}
$node->safe_psql('shop', 'DROP INDEX orders_customer');
load_round() for 1 .. 3;

# History as of days before: a statement that got slower, another that got faster, sizes that grow.
my $id = sub { my ($like) = @_; return value($node, "SELECT min(series_id) FROM almanac.statement_names WHERE query LIKE '$like'"); };
my ($slower, $faster) = map { $id->($_) } 'SELECT sum(total)%', 'UPDATE orders%';
value($node, <<"SQL");
INSERT INTO almanac.statement_samples (series_id, time, duration, calls, total_exec_ms)
	SELECT s, date_trunc('hour', now()) - h * interval '1 hour', '1 hour', 10000 + h % 7, (10000 + h % 7) * CASE WHEN (h < 40) = (s = $slower) THEN 50 ELSE 5 END * (1 + 0.02 * (h % 5))
	FROM unnest('{$slower,$faster}'::int[]) s, generate_series(1, 160) h;
INSERT INTO almanac.database_samples (series_id, time, duration, size_bytes)
	SELECT k.series_id, now() - d * interval '1 day', '1 day', v.size_bytes - d * 10000 FROM almanac.database_keys k,
		LATERAL (SELECT h.size_bytes FROM almanac.database_history h WHERE h.series_id = k.series_id AND h.size_bytes IS NOT NULL ORDER BY time DESC LIMIT 1) v, generate_series(1, 40) d;
SELECT almanac.analyze(date_trunc('hour', now()) - interval '165 hours', date_trunc('hour', now()), '1 hour');
SELECT almanac.project();
SQL

value($node, "SELECT almanac.set_objective('mean', 'mean_exec_ms', '<=', 20, '2 days'), almanac.finish_optimization(almanac.begin_optimization('nothing'))");

# Alerts: of every database, also the hostile one, and of a slot, which somebody muted.
value($node, <<'SQL');
SELECT almanac.set_alert_rule(name, enabled => false) FROM almanac.alert_rules WHERE name NOT IN ('transaction_ids', 'slot_retained', 'flapping') AND name !~ '^finding.';
SELECT almanac.set_alert_rule('transaction_ids', 1, 0), almanac.set_alert_rule('slot_retained', 1, 0, '0');
SELECT almanac.evaluate_alerts();
SELECT almanac.mute_alert(alert_id, 'infinity') FROM almanac.alerts WHERE kind = 'slot_retained';
SQL

# Everything, with one, several and all values.
my %ids = map { split /\|/ } split /\n/, value($node, q(SELECT DISTINCT datname, dbid FROM almanac.series_names WHERE stream = 'database' AND dbid > 0));
my ($app, $other) = map { value($node, "SELECT oid FROM pg_roles WHERE rolname = \$\$$_\$\$") } 'app', $hostile;
my $volume = value($node, 'SELECT min(series_id) FROM almanac.volume_history');
my $projected = value($node, q(SELECT 'database ' || series_id || ' size_bytes' FROM almanac.projections WHERE datname = 'shop' AND kind = 'database'));
$node->poll_query_until('postgres', q(SELECT count(*) > 0 FROM almanac.metric_history WHERE metric = 'jobs' AND per_second > 0)) or die 'the metric did not grow';
my $to = time + 1;
my $recent = query_window($to - 1200, $to, '1s');
my %detail = (metric => 'jobs', statement => $slower, volume => $volume, projected => $projected);
my @everything = run_all($reader, $recent, %detail);
all_well('all values', @everything);
my @one = run_all($reader, $recent, %detail, database => [ $ids{shop} ], role => [$app], order => 'calls');
all_well('one value', @one);
all_well('several values', run_all($reader, $recent, %detail, database => [ values %ids ], role => [ $app, $other ], order => 'errors'));
all_well('all values by their id', run_all($reader, $recent, %detail, database => ['0'], role => ['0'], order => 'wal_bytes'));
all_well('a long window', run_all($reader, query_window($to - 90 * 86400, $to + 90 * 86400, '1d'), %detail));

# What can be empty here, and why.
my %empty = ('tables, annotation Vacuums' => 'autovacuum is off');
$empty{$_} = 'regressions began before the window' for map { "$_, annotation Regressions" } qw(growth indexes metrics objectives overview regressions statement statements tables waits wal);
$empty{$_} = 'no standby is connected' for map { "wal, panel Standbys, lag in $_" } qw(bytes time);
$empty{$_} = 'nothing may have happened there' for 'waits, panel Other processes';
$empty{$_} = 'all may have been in the buffer cache' for map { "$_, panel Blocks read" } qw(tables indexes);
$empty{$_} = 'nobody may have had a snapshot when somebody looked' for 'waits, panel Oldest snapshot';
$empty{$_} = 'the statement did not wait long enough to be seen' for 'statement, panel What it waits for';
$empty{$_} = 'no interval of an objective may be over' for map { "objectives, panel $_" } 'Error budget left', 'Burn rate';
my @nothing = grep { !@{ $_->{rows} } } @everything;
is(join("\n", grep { !exists $empty{$_} } map { "$_->{dashboard}, $_->{name}" =~ s/^almanac-//r } @nothing), '', 'nothing else is empty');

# Values, where they are known.
my @calls = @{ named('statement', 'panel Calls', @everything)->{rows} };
cmp_ok(scalar(@calls), '>', 1, 'calls have a line');
is(scalar(grep { $_->[2] < 0 } @calls), 0, 'that is never below zero');
my %one_database = map { ($_->[1] => 1) } @{ named('overview', 'panel Transactions', @one)->{rows} };
is(join(',', keys %one_database), 'shop', 'one database is chosen');
ok((grep { $_->[1] eq $hostile } @{ named('overview', 'panel Transactions', @everything)->{rows} }), 'a hostile name arrives as it is');
my %p95 = map { ($_->[1] => 1) } @{ named('statement', 'panel Latency', @everything)->{rows} };
is(join(',', sort keys %p95), 'mean,p50,p95,p99', 'percentiles of one statement');
my ($deployment) = grep { $_->[2] eq 'deployment' } @{ named('overview', 'annotation Events', @everything)->{rows} };
like($deployment->[1], qr/&lt;script>alert\(1\)&lt;\/script> &amp; co/, 'annotations are escaped');
is(named('regressions', 'panel Open regressions', @everything)->{rows}[0][0] > 0, 1, 'the regression is counted');
ok((grep { $_->[11] // '' eq $slower } @{ named('regressions', 'panel Regressions', @everything)->{rows} }), 'and shown');
like(join("\n", map { join '|', @$_[ 3, 5, 13 ] } @{ named('findings', 'panel Work list', @everything)->{rows} }), qr/^index duplicate\|pairs_2\|open$/m, 'what is to be done');
like(join("\n", map { join '|', @$_[ 2, 4, 5 ] } @{ named('findings', 'panel What became of them', @everything)->{rows} }), qr/^index duplicate\|pairs_3\|(applied|validated)$/m, 'and what was');
like(named('overview', 'panel Health', @everything)->{rows}[0][0], qr/^(GREEN|YELLOW|RED)$/, 'in one word');
my %fires = map { ($_->[3] => $_->[1]) } @{ named('overview', 'panel Alerts', @everything)->{rows} };
is($fires{"transaction IDs run out in database $hostile"}, 'firing', 'an alert of a hostile name fires');
is($fires{'replication slot kept keeps WAL'}, 'muted', 'and another is muted');
my @told = map { $_->[1] } @{ named('overview', 'annotation Alerts', @everything)->{rows} };
ok((grep { /^P1 raised: transaction IDs run out in database sh'o"p &lt;b>%_$/ } @told), 'alerts are annotations, escaped');
is(scalar(grep { /slot kept/ } @told), 0, 'but for those that are muted');
ok((grep { $_->[1] eq 'raised' && $_->[4] eq 'replication slot kept keeps WAL' && $_->[7] eq 't' } @{ named('findings', 'panel Alert history', @everything)->{rows} }), 'history has them all');
cmp_ok(named('findings', 'panel Noise of alerts', @everything)->{rows}[0][2], '>=', 2, 'and how many there were');
ok((grep { $_->[1] eq 'alert raised' } @{ named('findings', 'panel Overnight', @everything)->{rows} }), 'what happened overnight');
my ($rule) = grep { $_->{dashboard} eq 'rule' && $_->{name} eq 'pg_almanac raised an alert' } @everything;
cmp_ok($rule->{rows}[0][0], '>', 0, 'a rule of Grafana hears of it');
ok((grep { $_->[1] eq 'jobs' && $_->[2] > 0 } @{ named('metrics', 'panel Growth a second', @everything)->{rows} }), 'a metric grows');
my @week = run_all($reader, query_window($to - 7 * 86400, $to, '1h'), %detail);
ok((grep { $_->[1] eq 'mean' && $_->[2] > 0 } @{ named('objectives', 'panel Burn rate', @week)->{rows} }), 'an objective over time');
is(join(',', map { $_->[4] } @{ named('objectives', 'panel Optimizations', @week)->{rows} }), 'manual,finding', 'optimizations, one of them by a finding');
my ($history, $future) = (0, 0);
for my $row (@{ named('growth', 'panel All databases', run_all($reader, query_window($to - 90 * 86400, $to + 90 * 86400, '1d'), %detail))->{rows} })
{
	++$history if defined $row->[1];
	++$future if defined $row->[2] && $row->[3] <= $row->[2] && $row->[2] <= $row->[4] && $row->[5] <= $row->[3] && $row->[4] <= $row->[6];
}
cmp_ok($history, '>=', 40, 'growth: history');
cmp_ok($future, '>=', 30, 'and a forecast within its bands');

# The sum of a chart is the sum of the samples.
is(value($node, <<"SQL"), 't', 'rates add up to the calls');
SELECT abs(sum(c.value * l.seconds) - (SELECT sum(calls) FROM almanac.statement_history WHERE series_id = $slower AND time > now() - interval '1 hour')) < 0.01 * sum(c.value * l.seconds)
FROM almanac.chart_data('statement', '{calls}', now() - interval '1 hour', now(), '10 s', '{$slower}') c
JOIN (SELECT date_bin('10 s', time - interval '1 us', '2000-01-01 00:00+00') AS start, extract(epoch FROM sum(duration)) AS seconds
	FROM almanac.snapshots WHERE stream = 'statement' AND time > date_bin('10 s', now() - interval '1 hour', '2000-01-01 00:00+00') GROUP BY 1) l
	ON l.start = date_bin('10 s', c.time - interval '1 us', '2000-01-01 00:00+00')
SQL

# Texts: hidden from the reader, unless they are granted; searched as they are.
my $hidden = '<insufficient privilege>';
is_deeply([ sort keys %{ { map { ($_->[4] => 1) } @{ named('statement', 'panel Statement', @everything)->{rows} } } } ], [$hidden], 'the reader sees no text of others');
value($node, "SELECT almanac.create_reader(\$\$$reader\$\$, true)");
my ($found) = map { $_->{rows} } named('statement', 'variable statement', run_all($reader, $recent, %detail, search => $identifier));
is(scalar(@$found), 1, 'a text with quotes, backslash and newline is found');
like($found->[0][0], qr/^#\d+ SELECT count\(\*\) AS "x'y""z \\ %_ <i> next"/, 'it alone, shown in one line');
is(scalar(@{ named('statement', 'variable statement', run_all($reader, $recent, search => q(' OR 1=1 --)))->{rows} }), 0, 'and what looks like SQL is a text');
my ($shown) = map { $_->{rows}[0] } named('statement', 'panel Statement', run_all($reader, $recent, %detail));
like($shown->[4], qr/^SELECT sum\(total\)/, 'a reader of texts sees them');

# The time of a window reaches the packed history.
for my $view (qw(replication_history volume_history system_history))
{
	my $plan = $node->safe_psql('postgres', 'EXPLAIN (COSTS OFF) ' . expand("SELECT h.time FROM almanac.$view h WHERE \$__timeFilter(h.time)", {}, $recent));
	like($plan, qr/Time Range: .*>=.*<=/, "$view: bounds of time are pushed down");
}

# Least privilege.
for my $forbidden ('SELECT count(*) FROM almanac.journal', 'SELECT count(*) FROM almanac.statement_samples', 'SELECT almanac.take_snapshot()', 'SELECT almanac.mark($$x$$)',
	'CREATE TABLE almanac.t ()', 'SELECT pg_read_file($$PG_VERSION$$)')
{
	my ($status, $out, $err) = $node->psql('postgres', "SET default_transaction_read_only = off; $forbidden", extra_params => [ '--username', $reader ]);
	like($err, qr/permission denied/, "a reader may not: $forbidden");
}
like(($node->psql('postgres', 'CREATE TEMP TABLE t ()', extra_params => [ '--username', $reader ]))[2], qr/read-only transaction/, 'a reader reads');

value($node, "DROP OWNED BY \"graf'ana \"\"<b>\"\"\"; DROP ROLE \"graf'ana \"\"<b>\"\"\"");
is(value($node, q(SELECT count(*) FROM pg_roles WHERE rolname LIKE 'graf%')), 0, 'and goes as it came');

# What is used is public: documented, and open to those who monitor.
my $documentation = join '', map { slurp_file("$folder/../$_") } qw(views.md functions.md histogram.md findings.md);
my %used = map { ($_ => 1) } map { $_->{sql} =~ /\balmanac\.(\w+)/g } @everything;
is(join(' ', grep { $documentation !~ /^#+ .*\b\Q$_\E\b/m && $_ ne 'histogram' } sort keys %used), '', 'every view and function is documented');

is(log_count($node, 'PANIC|terminated by signal'), 0, 'nothing crashed');
$node->stop;
done_testing();
