# pg_dump takes along what was configured; the history only on request, and then all of it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('source');
value($node, 'CREATE DATABASE one');
prepare_load($node, qw(postgres one));
load($node, qw(postgres one));
snapshot($node);
load($node, qw(postgres one));
seal($node);
load($node, 'one');
snapshot($node);
value($node, q(SELECT almanac.mark('version 1'), almanac.set_baseline('first', now() - interval '1 hour', now()), almanac.set_baseline_cut('restart', true)));
value($node, <<'SQL');
SELECT almanac.set_alert_rule('transaction_ids', 1, 0, '0');
SELECT almanac.evaluate_alerts();
SELECT almanac.mute_alert(alert_id, 'infinity') FROM almanac.alerts WHERE cause = 'transaction_ids one';
SQL
my $alerts = q(SELECT string_agg(concat_ws(' ', time, event, severity, cause, muted), ', ' ORDER BY time) FROM almanac.alert_history WHERE cause = 'transaction_ids one');
my $raised = value($node, $alerts);
like($raised, qr/raised P1 transaction_ids one t/, 'there are alerts');
my %sums = sums($node);
cmp_ok($sums{statement}, '>', 0, 'there is a history');

# Every sample with its keys and names, as one number per stream: no ids, which may differ, and without the flag that
# says that a sample was imported.
sub sums
{
	my ($server) = @_;
	my %views = (
		statement => 'datname, rolname, queryid, toplevel, "time", duration, calls, rows, total_exec_ms, stddev_exec_ms, wal_bytes, flags & ~512',
		table => 'datname, schemaname, relname, "time", duration, total_bytes, n_live_tup, n_tup_ins, idx_scan, last_vacuum, flags & ~512',
		index => 'datname, schemaname, indexrelname, "time", duration, size_bytes, idx_scan, flags & ~512',
		database => 'datname, "time", duration, size_bytes, xact_commit, session_ms, flags & ~512',
		system => '"time", duration, wal_bytes, connections, flags & ~512',
		snapshots => '"time", snapshot_id, stream, datname, array_remove(flags, \'imported\'), coverage, entries, samples, cpu_ms',
	);
	my %found;
	for my $view (keys %views)
	{
		my $name = $view eq 'snapshots' ? $view : "${view}_history";
		$found{$view} = value($server, "SELECT count(*) || ' ' || sum(hashtextextended(ROW($views{$view})::text, 0)) FROM almanac.$name");
	}
	$found{texts} = value($server, "SELECT count(*) || ' ' || sum(hashtextextended(query, 0)) FROM almanac.query_texts");
	$found{totals} = value($server, 'SELECT sum(calls), sum(round(total_exec_ms * 1000)), count(DISTINCT query) FROM almanac.statements');
	return %found;
}

my $file = $node->basedir . '/dump';
my @into = ('--no-sync', '--file', $file, '--format', 'custom', '--dbname', $node->connstr('postgres'));

# A target without the worker, so that nothing but the restored is there.
my $target = almanac_server('target', extensions => 0, conf => "pg_almanac.enabled = off\n");

# Without history.
command_ok([ 'pg_dump', @into ], 'dump without history');
command_ok([ 'pg_restore', '--exit-on-error', '--dbname', $target->connstr('postgres'), $file ], 'restored');
is( value($target, <<'SQL'), '0|0|0|0', 'with the extension, and nothing in it');
SELECT (SELECT count(*) FROM almanac.statement_history), (SELECT count(*) FROM almanac.statement_keys),
	(SELECT count(*) FROM almanac.query_texts), (SELECT count(*) FROM almanac.journal)
SQL
is(value($target, 'SELECT count(*), max(snapshot_id) FROM almanac.recorder'), '1|0', 'ready to record');

is( value($target, <<'SQL'), 'version 1|first|restart|t', 'with what people noted and pinned');
SELECT (SELECT label FROM almanac.events WHERE source = 'people'), (SELECT name FROM almanac.baselines WHERE name <> 'rolling'),
	(SELECT kind FROM almanac.baseline_cuts), almanac.mark('next') > (SELECT event_id FROM almanac.events WHERE label = 'version 1')
SQL
is( value($target, <<'SQL'), 'transaction_ids|transaction_ids one 1|0', 'with rules of alerts and what is muted');
SELECT (SELECT name FROM almanac.alert_rules WHERE NOT is_default), (SELECT cause || ' ' || severity FROM almanac.alert_mutes WHERE until = 'infinity'), (SELECT count(*) FROM almanac.alerts)
SQL

# With history, into another database.
value($target, 'DROP EXTENSION pg_almanac; DROP EXTENSION pg_stat_statements; DROP OWNED BY app; DROP SCHEMA public CASCADE; CREATE SCHEMA public');
{
	local $ENV{PGOPTIONS} = '-c pg_almanac.dump_history=on';
	command_ok([ 'pg_dump', '--include-foreign-data=almanac', @into ], 'dump with history');
}
command_ok([ 'pg_restore', '--exit-on-error', '--dbname', $target->connstr('postgres'), $file ], 'restored');
is_deeply({ sums($target) }, \%sums, 'with all of the history');
is(value($target, $alerts), $raised, 'alerts among it');

# Recording goes on beside it.
as_app($target, 'postgres', 'SELECT count(*) FROM t');
snapshot($target);
as_app($target, 'postgres', 'SELECT count(*) FROM t') for 1 .. 3;
wait_for_quiet($target);
snapshot($target);
cmp_ok(value($target, q(SELECT sum(calls) FROM almanac.statements WHERE query = 'SELECT count(*) FROM t')), '>=', 3,
	'recording goes on in the new place');
my %after = sums($target);
my $before = (split / /, $sums{statement})[0];
cmp_ok((split / /, $after{statement})[0], '>', $before, 'beside what was restored');

# And what was restored can be dumped again by the plain format too.
{
	local $ENV{PGOPTIONS} = '-c pg_almanac.dump_history=on';
	command_ok([ 'pg_dump', '--include-foreign-data=almanac', '--no-sync', '--file', "$file.sql", '--dbname', $target->connstr('postgres') ],
		'plain dump with history');
}
like(slurp_file("$file.sql"), qr/COPY almanac\.statement_samples/, 'is as expected');

$_->stop for $node, $target;
done_testing();
