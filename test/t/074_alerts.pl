# Alerts of a real server: what the worker raises and clears after snapshots, what listeners receive through the example that forwards, over a
# restart, without space, and without preloading.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use IPC::Run ();
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('alerts', conf => <<'CONF');
archive_mode = on
archive_command = 'false'
wal_level = replica
max_replication_slots = 2
CONF
value($node, 'CREATE ROLE watcher LOGIN IN ROLE pg_monitor; CREATE DATABASE shop');
# The machine that this runs on may be short of anything, and what is not asked for is left alone.
value($node, "SELECT almanac.set_alert_rule(name, enabled => false) FROM almanac.alert_rules WHERE name !~ '^(finding|flapping|lock_waits|long_tr)'");
value($node, "SELECT almanac.set_alert_rule('lock_waits', 1, 0.5), almanac.set_alert_rule('long_transaction', 1, 0.5, severity => 'P1')");

my $received = $node->basedir . '/received';
append_to_file($received, '');
my ($out, $err) = ('', '');
my $forwarder;
END { local $?; $forwarder->kill_kill if $forwarder; }

# The example of the documentation.
sub listen_now
{
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGUSER => 'watcher', PGDATABASE => 'postgres', ALERTS_POLL_SECONDS => 0.1);
	$forwarder = IPC::Run::start([ "$FindBin::RealBin/../../docs/examples/forward-alerts", 'sh', '-c', "cat >> '$received'" ], '<', \undef, '>', \$out, '2>', \$err);
	listening();
	return;
}

# Until it asks again, which it does after it has begun to listen.
sub listening
{
	$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'forward-alerts' AND query LIKE 'SELECT WHERE false%'") or die 'nobody listens';
	return;
}

# What has come, as hashes.
sub received { return map { decode_json($_) } grep { /\S/ } split /\n/, slurp_file($received); }

# Waits for an event of an alert.
sub wait_for
{
	my ($event, $id) = @_;
	for (1 .. 1800)
	{
		my ($one) = grep { $_->{event} eq $event && $_->{alert_id} == $id } received();
		return $one if $one;
		select undef, undef, undef, 0.1;
	}
	diag("forwarder: $out$err");
	return {};
}

sub alert { return value($node, "SELECT $_[0] FROM almanac.alerts WHERE state = 'firing'" . ($_[1] // '')); }

snapshot($node);
is(alert('count(*)'), 0, 'nothing fires on a quiet server');
listen_now();

# A transaction that others wait for: one alert.
my $blocker = $node->background_psql('shop');
$blocker->query_safe("SET application_name = 'batch'; CREATE TABLE busy (a int)");
$blocker->query_safe('BEGIN; LOCK TABLE busy');
my @waiting = map { $node->background_psql('shop') } 1, 2;
$_->query_until(qr/started/, "\\echo started\nSELECT * FROM busy;\n") for @waiting;
$node->poll_query_until('postgres', "SELECT count(*) = 2 FROM pg_locks WHERE NOT granted AND waitstart < clock_timestamp() - interval '1.5 s'") or die 'nobody waits';
snapshot($node);
my ($id, $severity, $members, $cause) = split /\|/, alert('alert_id, severity, members, cause');
is("$severity $members $cause", "P1 2 transaction shop/" . value($node, 'SELECT current_user') . '/batch', 'a transaction and who waits for it are one alert');
like(alert('message'), qr/2 sessions wait for a lock.*session \d+ is in the way: batch, role .* in database shop, idle in transaction; also: long transaction of batch/, 'which tells who is in the way');
my $told = wait_for('raised', $id);
is("$told->{version} $told->{severity} $told->{members} $told->{server}", "1 P1 2 alerts", 'a listener is told');
is(value($node, "SELECT status FROM almanac.health WHERE area = 'alerts'"), 'YELLOW', 'and health');
my $at = alert('last_change');
snapshot($node);
is(alert('alert_id, times_raised, last_change'), "$id|1|$at", 'it is told of once');

# Whoever looks at it for long keeps nobody from recording.
my $other = $node->background_psql('postgres');
$other->query_safe('BEGIN');
$other->query_safe('SELECT almanac.evaluate_alerts()');
snapshot($node);
ok(value($node, "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = 'postgres'"), 'a snapshot is taken while somebody evaluates alerts');
$other->query_safe('ROLLBACK');
$other->quit;

value($node, "SELECT almanac.acknowledge_alert($id)");
$blocker->query_safe('COMMIT');
$_->quit for @waiting, $blocker;
wait_for_quiet($node, value($node, "SELECT COALESCE(string_agg(pid::text, ','), '0') FROM pg_stat_activity WHERE usename = 'watcher'"));
snapshot($node);
is(alert('count(*)'), 0, 'when it has ended nothing fires');
is(wait_for('cleared', $id)->{alert_id}, $id, 'which is told, too');
is(value($node, "SELECT string_agg(event, ' ' ORDER BY \"time\") FROM almanac.alert_history WHERE alert_id = $id"), 'raised acknowledged cleared', 'history has it');

# The archive, and a slot that nobody reads from, with its finding. Both survive a restart, and nobody is told twice.
value($node, "SELECT almanac.set_alert_rule('archiver_failing', enabled => true, lasting => '0'), almanac.set_alert_rule('slot_retained', 1, 1, enabled => true, lasting => '0')");
value($node, "SELECT almanac.set_finding_threshold('slot_bytes', 1), almanac.set_alert_rule('finding.slot_unused', severity => 'P2'), almanac.set_alert_rule('finding', severity => 'P0')");
value($node, "SELECT pg_create_physical_replication_slot('gone', true)");
value($node, 'CREATE TABLE more AS SELECT generate_series(1, 1000) a; SELECT pg_switch_wal()');
$node->poll_query_until('postgres', 'SELECT failed_count > 0 FROM pg_stat_archiver') or die 'nothing is archived';
value($node, 'SELECT almanac.find_findings()');
snapshot($node);
my @archive = split /\|/, alert('alert_id, severity, members, title', " AND cause = 'archiver'");
is("@archive[1 .. 3]", 'P1 1 WAL is not archived', 'an archive that fails');
my @slot = split /\|/, alert('alert_id, severity, members', " AND cause = 'replication gone'");
is("@slot[1 .. 2]", 'P1 2', 'a slot and the finding about it are one alert');
wait_for('raised', $_) for $archive[0], $slot[0];
$node->restart;
wait_for_worker($node);
snapshot($node);
is(alert('string_agg(alert_id::text, \' \' ORDER BY alert_id), max(times_raised)'), join(' ', sort { $a <=> $b } $archive[0], $slot[0]) . '|1', 'they go on after a restart');
is(scalar(keys %{ wait_for('firing', $slot[0]) }) > 5, 1, 'a listener that comes back learns what fires');
listening();
is(scalar(grep { $_->{event} eq 'raised' && $_->{alert_id} == $slot[0] } received()), 1, 'nothing is told twice');
configure($node, archive_command => "'true'");
$node->poll_query_until('postgres', 'SELECT last_archived_time > last_failed_time FROM pg_stat_archiver') or die 'nothing is archived';
value($node, "SELECT pg_drop_replication_slot('gone')");
value($node, 'SELECT almanac.find_findings()');
snapshot($node);
is(alert('count(*)'), 0, 'both are over');
is(wait_for('cleared', $_)->{alert_id}, $_, "alert $_ is cleared") for $archive[0], $slot[0];

# Too little space: nothing is recorded, but that is told.
value($node, "SELECT almanac.set_alert_rule('no_space', enabled => true)");
configure($node, 'pg_almanac.min_free_space' => "'1000TB'");
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM almanac.alerts WHERE state = 'firing'") or die 'no alert';
is(alert('severity, kind'), 'P0|no_space', 'an alert says so');
is(value($node, 'SELECT status FROM almanac.health_status()'), 'RED', 'and health');
configure($node, 'pg_almanac.min_free_space' => 0);
$node->poll_query_until('postgres', "SELECT state = 'idle' FROM almanac.worker_status()") or die 'still no space';
snapshot($node);
is(alert('count(*)'), 0, 'until there is space again');
like(value($node, "SELECT string_agg(kind, ' ') FROM almanac.overnight(now() - interval '1 hour')"), qr/alert raised.*restart.*alert cleared/, 'all of it is in overnight()');
is(log_count($node, 'pg_almanac could not evaluate|PANIC|terminated by signal'), 0, 'nothing failed');
my @wrong = grep { $_->{event} !~ /^(raised|cleared|changed|firing)$/ } received();
is(scalar(@wrong), 0, 'listeners are told what is documented');
$node->stop;

# Nothing preloaded: by hand.
my $bare = almanac_server('bare', preload => '');
value($bare, "SELECT almanac.set_alert_rule(name, enabled => false) FROM almanac.alert_rules WHERE name !~ '^(finding|flapping|disk)'");
value($bare, "SELECT almanac.set_alert_rule('disk', 1e-9, 1e-10, '0', urgent_at => 10)");
is(value($bare, 'SELECT almanac.evaluate_alerts()'), 1, 'alerts are evaluated by hand');
is(value($bare, "SELECT title ~ '^disk of .* nearly full', members >= 2 FROM almanac.alerts WHERE state = 'firing'"), 't|t', 'directories on one disk are one alert');
value($bare, "SELECT almanac.reset_alert_rule('disk'), almanac.set_alert_rule('disk', enabled => false)");
is(value($bare, 'SELECT almanac.evaluate_alerts()'), 0, 'and cleared');
is(value($bare, 'SELECT count(*) FROM almanac.alert_failures'), 0, 'nothing failed there');
$bare->stop;
done_testing();
