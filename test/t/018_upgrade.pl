# ALTER EXTENSION UPDATE from each version that was released: afterwards the catalog is that of a fresh installation, what
# the older version recorded reads as it read there, recording continues where it had come to, and users keep what they
# were granted. Until then nothing is written. What the older version was and recorded is in test/upgrade.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Catalog;
use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $frozen = "$FindBin::RealBin/../upgrade";
my $node = almanac_server('upgraded', conf => "pg_almanac.enabled = off\n");
my $scripts = $node->config_data('--sharedir') . '/extension';
my $version = value($node, "SELECT extversion FROM pg_extension WHERE extname = 'pg_almanac'");
my $fresh = catalog($node);
cmp_ok(scalar keys %$fresh, '>', 1000, 'the catalog of a fresh installation has much to compare');

for my $script (glob "$frozen/pg_almanac--*.sql")
{
	my ($old) = $script =~ /--(.*)\.sql$/;
	append_to_file("$scripts/pg_almanac--$old.sql", slurp_file($script)) if !-e "$scripts/pg_almanac--$old.sql";
	upgrade_from($old);
}

# A version that the library does not know: its package was replaced by an older one.
value($node, 'CREATE EXTENSION pg_almanac');
my $from = log_position($node);
my ($newer) = $version =~ /^(\d+)/;
$newer = $newer + 1 . '.0';
my $half = "$scripts/pg_almanac--$version--$newer.sql";
append_to_file($half, "SELECT 1;\n") if !-e $half;
value($node, "ALTER EXTENSION pg_almanac UPDATE TO '$newer'");
$node->poll_query_until('postgres', "SELECT state = 'outdated' FROM almanac.worker_status()") or die 'not noticed';
is(log_count($node, "records nothing: the extension in database \"postgres\" has version $newer, newer than the library, $version", $from), 1,
	'an extension newer than the library: said once');
is(log_count($node, "HINT:.*Install version $newer of pg_almanac again and restart the server", $from), 1, 'and what to do');
refuses($node, 'SELECT almanac.take_snapshot()', qr/HINT:  Install version \Q$newer\E/, 'and takes no snapshot');

# The script of a version that the server has not loaded.
value($node, 'DROP EXTENSION pg_almanac; CREATE EXTENSION pg_almanac');
unlink $half;
append_to_file($half, slurp_file("$FindBin::RealBin/../../control/upgrade/00_begin.sql"));
refuses($node, "ALTER EXTENSION pg_almanac UPDATE TO '$newer'",
	qr/to version \Q$newer\E: the server has loaded the library of version \Q$version\E.*HINT:.*restart the server/s,
	'an update before the restart is refused');
is(value($node, "SELECT extversion FROM pg_extension WHERE extname = 'pg_almanac'"), $version, 'and changes nothing');
unlink $half;

$node->stop;
done_testing();

sub refuses
{
	my ($server, $sql, $message, $name) = @_;
	my ($status, undef, $error) = $server->psql('postgres', "\\set VERBOSITY verbose\n$sql");
	isnt($status, 0, "$name: an error");
	like($error, qr/ERROR:  55000: .*$message/s, $name);
	return;
}

# The server as it was when the older version ended, with its history.
sub install
{
	my ($old) = @_;
	value($node, 'DROP EXTENSION IF EXISTS pg_almanac CASCADE');
	value($node, "CREATE EXTENSION pg_almanac VERSION '$old'");
	$node->command_ok([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', "$frozen/history--$old.sql" ],
		"$old: history");
	return;
}

sub upgrade_from
{
	my ($old) = @_;
	my $options = 'SET TimeZone = UTC; SET DateStyle = ISO; SET IntervalStyle = postgres; SET search_path = pg_catalog; ';
	my %said = map { split /\t/ } grep { /\t/ } split /\n/, slurp_file("$frozen/sums--$old.txt");
	cmp_ok(scalar keys %said, '>', 30, "$old: it said much about its history");

	my $log = log_position($node);
	install($old);

	# With the older extension.
	$node->poll_query_until('postgres', "SELECT state = 'outdated' FROM almanac.worker_status()") or die 'not noticed';
	is(value($node, 'SELECT state, version FROM almanac.status'), "outdated|$old", "$old: status says that it is outdated");
	is(log_count($node, "pg_almanac records nothing: the extension in database \"postgres\" has version $old, older than the library", $log), 1,
		"$old: said once");
	is(log_count($node, 'HINT:.*ALTER EXTENSION pg_almanac UPDATE', $log), 1, "$old: and what to do");
	my $stored = 'SELECT count(*), max(snapshot_id), sum(length(payload)) FROM almanac.journal';
	my $before = value($node, $stored);
	refuses($node, "SELECT almanac.$_()", qr/HINT:  Run ALTER EXTENSION pg_almanac UPDATE/, "$old: $_()") for qw(take_snapshot seal);
	refuses($node, "INSERT INTO almanac.database_samples (series_id, \"time\", xact_commit) VALUES (1, '2026-11-01', 1)",
		qr/HINT:  Run ALTER EXTENSION pg_almanac UPDATE/, "$old: import");
	# Whatever the functions of the older version say, the server lives.
	$node->psql('postgres', $_) for keys %said, 'SELECT * FROM almanac.top_statements()', 'SELECT * FROM almanac.stream_columns()',
		'SELECT * FROM almanac.worker_status()', 'SELECT * FROM almanac.snapshots', 'SELECT * FROM almanac.statements';
	is(log_count($node, 'terminated by signal', $log), 0, "$old: reading does not crash");
	is(value($node, $stored), $before, "$old: and nothing is written");

	# The update, and again from the start with things of users.
	value($node, 'ALTER EXTENSION pg_almanac UPDATE');
	is(value($node, "SELECT extversion FROM pg_extension WHERE extname = 'pg_almanac'"), $version, "$old: updated");
	is_deeply(differences($fresh, catalog($node)), [], "$old: the catalog is that of a fresh installation");
	is_deeply([ map { "$_ is " . value($node, $options . $_) } sort keys %said ], [ map { "$_ is $said{$_}" } sort keys %said ],
		"$old: the history reads as it read there");
	$node->poll_query_until('postgres', "SELECT state = 'disabled' FROM almanac.worker_status()") or die 'not noticed';
	pass("$old: the worker notices");
	continues($old);
	rolls_up($old);
	keeps_grants($old);
	return;
}

# Recording goes on from the state that the older version left. This server is made to look like the one that it recorded:
# a marker statement of the history, and the counters that it had there, get the keys that they have here.
sub continues
{
	my ($old) = @_;
	my $marker = 'SELECT 41 + 1 AS marker';
	value($node, 'SELECT pg_stat_statements_reset()');
	as_app($node, 'postgres', $marker);
	wait_for_quiet($node);
	my $keys = value($node, q(SELECT dbid || ',' || userid || ',' || queryid FROM pg_stat_statements WHERE query ~ 'AS marker'));
	my $series = value($node, q(SELECT series_id FROM almanac.statements WHERE query ~ 'as marker'));
	my $calls = value($node, "SELECT sum(calls) FROM almanac.statement_samples WHERE series_id = $series AND \"time\" > '2026-11-20'");
	cmp_ok($calls, '>', 10, "$old: it recorded $calls calls of a marker statement");
	value($node, <<"SQL");
UPDATE almanac.statement_keys SET (dbid, userid, queryid) = ROW($keys) WHERE series_id = $series;
UPDATE almanac.servers SET (system_identifier, timeline) = (SELECT s.system_identifier, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c)
	WHERE server_id = 0;
UPDATE almanac.sources SET epoch[1] = s.system_identifier, epoch[2] = s.timeline FROM almanac.servers s WHERE s.server_id = 0;
UPDATE almanac.sources SET epoch[4:5] = ARRAY[(extract(epoch FROM i.stats_reset - '2000-01-01+00') * 1000000)::bigint, i.dealloc]
	FROM pg_stat_statements_info i WHERE stream = 1;
SQL
	# So many that no counter is less than it was there, as after a reset; the time neither, on a faster machine.
	my $times = 2000;
	as_app($node, 'postgres', join ';', ($marker) x ($times * $calls - 1));
	wait_for_quiet($node);
	my $last = value($node, 'SELECT max(snapshot_id) FROM almanac.journal');
	is(snapshot($node), $last + 1, "$old: snapshots are numbered on");
	is( value($node, <<"SQL"),
SELECT s.calls, array_remove(almanac.flag_names(s.flags), 'clock_jump') FROM almanac.statement_samples s
WHERE series_id = $series AND "time" = (SELECT "time" FROM almanac.journal WHERE snapshot_id = $last + 1 AND stream = 1)
SQL
		($times - 1) * $calls . '|{restart}', "$old: recording continues where it had come to");
	is( value($node, <<"SQL"), 'f', "$old: without a baseline or a gap of statements");
SELECT flags && ARRAY['baseline', 'gap', 'failover'] FROM almanac.snapshots WHERE snapshot_id = $last + 1 AND stream = 'statement'
SQL
	return;
}

# What the older version recorded is sealed, rolled up, and dropped.
sub rolls_up
{
	my ($old) = @_;
	my $sums = 'SELECT count(*), sum(calls), sum(rows), sum(round(total_exec_ms * 1000)) FROM almanac.%s AS t (series_id integer, calls bigint, rows bigint, total_exec_ms double precision)';
	my @queries = map { sprintf $sums, $_ } "totals('statement')", "sums('statement', NULL, NULL)";
	my @before = map { value($node, $_) } @queries;
	cmp_ok(seal($node), '>', 0, "$old: its journal is sealed");
	is(value($node, 'SELECT count(*) FROM almanac.journal'), 0, "$old: all of it");
	is_deeply([ map { value($node, $_) } @queries ], \@before, "$old: with the same sums");
	value($node, "SELECT almanac.purge('2026-11-15 00:00+00')");
	is( value($node, "SELECT complete_until = '2026-11-15 00:00+00' FROM almanac.retention WHERE stream = 'table' AND tier = '1h'"), 't',
		"$old: its days are rolled up");
	is_deeply([ map { value($node, $_) } @queries ], \@before, "$old: with the same sums");
	cmp_ok(value($node, "SELECT almanac.purge('2026-12-01 00:00+00')"), '>', 5, "$old: its partitions are dropped");
	is(value($node, "SELECT count(*) FROM pg_class WHERE relname ~ '_raw_p2026111'"), 0, "$old: all that are expired");
	is_deeply([ map { value($node, $_) } @queries ], \@before, "$old: with the same sums in coarser tiers");
	return;
}

# What users granted and revoked, and views of theirs.
sub keeps_grants
{
	my ($old) = @_;
	install($old);
	value($node, <<'SQL');
CREATE ROLE analyst; CREATE ROLE boss; CREATE ROLE loader; CREATE ROLE blind;
GRANT USAGE ON SCHEMA almanac TO analyst, boss, loader;
GRANT SELECT ON almanac.statements, almanac.statement_history TO analyst;
GRANT SELECT ON almanac.journal TO boss WITH GRANT OPTION;
SET ROLE boss; GRANT SELECT ON almanac.journal TO analyst; RESET ROLE;
GRANT SELECT ("time", wal_bytes) ON almanac.system_history TO PUBLIC;
GRANT INSERT ON almanac.table_samples TO loader;
GRANT SELECT ON almanac.roles TO PUBLIC;
GRANT EXECUTE ON FUNCTION almanac.sums(text, timestamptz, timestamptz), almanac.take_snapshot() TO analyst;
REVOKE SELECT ON almanac.status FROM pg_monitor;
REVOKE EXECUTE ON FUNCTION almanac.flag_names(integer) FROM pg_monitor;
CREATE SCHEMA mine;
CREATE VIEW mine.texts AS SELECT query, datname FROM almanac.statement_names;
CREATE VIEW mine.peaks WITH (security_barrier) AS SELECT * FROM almanac.system_history;
CREATE VIEW mine.busiest AS SELECT max(connections) AS connections FROM mine.peaks;
CREATE VIEW mine.calls AS SELECT series_id, calls FROM almanac.sums('statement', NULL, NULL) AS t (series_id integer, calls bigint);
CREATE MATERIALIZED VIEW mine.flags AS SELECT almanac.flag_names(513) AS names;
GRANT SELECT ON mine.peaks TO analyst;
CREATE VIEW almanac.mine AS SELECT 1; GRANT SELECT ON almanac.mine TO PUBLIC;
SQL
	my $rights = <<'SQL';
SELECT has_table_privilege('analyst', 'almanac.statements', 'SELECT'), has_table_privilege('analyst', 'almanac.statement_history', 'SELECT'),
	has_table_privilege('boss', 'almanac.journal', 'SELECT WITH GRANT OPTION'), has_table_privilege('analyst', 'almanac.journal', 'SELECT'),
	has_column_privilege('blind', 'almanac.system_history', 'wal_bytes', 'SELECT'), has_column_privilege('blind', 'almanac.system_history', 'wal_fpi', 'SELECT'),
	has_table_privilege('loader', 'almanac.table_samples', 'INSERT'), has_table_privilege('blind', 'almanac.roles', 'SELECT'),
	has_function_privilege('analyst', (SELECT oid FROM pg_proc WHERE proname = 'sums' AND pronamespace = 'almanac'::regnamespace), 'EXECUTE'),
	has_function_privilege('analyst', 'almanac.take_snapshot()', 'EXECUTE'), has_function_privilege('blind', 'almanac.take_snapshot()', 'EXECUTE'),
	has_table_privilege('pg_monitor', 'almanac.status', 'SELECT'), has_function_privilege('pg_monitor', 'almanac.flag_names(integer)', 'EXECUTE'),
	has_table_privilege('blind', 'almanac.mine', 'SELECT'), has_schema_privilege('analyst', 'almanac', 'USAGE'),
	(SELECT grantor::regrole FROM pg_class, aclexplode(relacl) WHERE oid = 'almanac.journal'::regclass AND grantee = 'analyst'::regrole)
SQL
	my $before = value($node, $rights);
	is($before, 't|t|t|t|t|f|t|t|t|t|f|f|f|t|t|boss', "$old: users were granted this and that");
	value($node, 'ALTER EXTENSION pg_almanac UPDATE');
	is(value($node, $rights), $before, "$old: and have it still");
	is( value($node, <<'SQL'), 't|t|19|{first,imported}|{security_barrier=true}|t', "$old: views of theirs work");
SELECT (SELECT ROW(count(*), count(query)) FROM mine.texts) = (SELECT ROW(count(*), count(query)) FROM almanac.statements),
	(SELECT count(*) FROM mine.peaks) = (SELECT count(*) FROM almanac.system_history), (SELECT connections FROM mine.busiest),
	(SELECT names FROM mine.flags), (SELECT reloptions FROM pg_class WHERE oid = 'mine.peaks'::regclass), has_table_privilege('analyst', 'mine.peaks', 'SELECT')
SQL
	is(value($node, 'SELECT sum(calls) FROM mine.calls'), value($node, 'SELECT sum(calls) FROM almanac.statement_history'),
		"$old: also those of functions that have other arguments now");
	my $dump = $node->basedir . '/grants.sql';
	$node->command_ok([ 'pg_dump', '--no-sync', '--schema-only', '--file', $dump, $node->connstr('postgres') ], "$old: dump");
	$dump = slurp_file($dump);
	like($dump, $_, "$old: pg_dump writes what users did: $_")
	  for qr/GRANT SELECT ON TABLE almanac\.statements TO analyst/, qr/GRANT SELECT ON TABLE almanac\.journal TO boss WITH GRANT OPTION/,
	  qr/GRANT INSERT ON TABLE almanac\.table_samples TO loader/, qr/GRANT SELECT ON TABLE almanac\.roles TO PUBLIC/,
	  qr/GRANT .* ON FUNCTION almanac\.sums\([^)]*\) TO analyst/, qr/REVOKE SELECT ON TABLE almanac\.status FROM pg_monitor/;
	unlike($dump, qr/TO pg_monitor/, "$old: and not what the extension did");
	value($node, 'DROP SCHEMA mine CASCADE; DROP VIEW almanac.mine');
	is_deeply(differences($fresh, catalog($node), qr/^(column_)?privileges/), [], "$old: what the extension granted is as in a fresh installation");
	value($node, 'DROP OWNED BY analyst, boss, loader; DROP ROLE analyst, boss, loader, blind; DROP EXTENSION pg_almanac');
	return;
}
