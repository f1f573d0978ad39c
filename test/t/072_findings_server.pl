# What is found about statements over time and about the server, each with what only looks like it, on a server that is looked at by hand;
# and what becomes of findings: applied or not, and whether that helped.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'no /proc here' if !-r '/proc/meminfo';

my $node = almanac_server('primary', init => { allows_streaming => 1 }, conf => <<'CONF');
pg_almanac.enabled = off
autovacuum = on
autovacuum_naptime = 1d
fsync = off
max_connections = 250
wal_buffers = 64kB
work_mem = 32GB
maintenance_work_mem = 1MB
checkpoint_completion_target = 0.5
huge_pages = off
track_io_timing = off
archive_mode = off
recovery_min_apply_delay = 1h
CONF
value($node, 'CREATE ROLE other LOGIN SUPERUSER');

sub threshold { my (%to) = @_; value($node, "SELECT almanac.set_finding_threshold('$_', $to{$_})") for sort keys %to; return; }

sub look { return value($node, 'SELECT almanac.find_findings()'); }

# Looks as if a day had passed since a moment: what was before it is not of the last day. What ends then ended at that moment.
sub look_a_day_after
{
	my ($moment) = @_;
	value($node, "SELECT almanac.judge_findings('$moment'::timestamptz + interval '1 day')");
	value($node, "UPDATE almanac.finding_log SET ended = '$moment' WHERE ended > now(); UPDATE almanac.finding_log SET last_seen = least(last_seen, now()); UPDATE almanac.finding_checks SET succeeded = now()");
	return;
}

sub settle { wait_for_quiet($node, @_); snapshot($node); return; }

sub found
{
	my ($kind) = @_;
	return value($node, "SELECT COALESCE(string_agg(COALESCE(query, object), E'\\n' ORDER BY object), '') FROM almanac.findings WHERE kind = '$kind' AND state = 'open'");
}

sub state_of { my ($kind) = @_; return value($node, "SELECT string_agg(concat_ws(' ', state, verdict), ',' ORDER BY object) FROM almanac.findings WHERE kind = '$kind'"); }

# What is suggested, as it is printed.
sub apply
{
	my ($kind) = @_;
	for my $sql (split /\n/, value($node, "SELECT sql FROM almanac.findings WHERE kind = '$kind' AND state = 'open' AND sql IS NOT NULL ORDER BY object"))
	{
		my ($status, undef, $error) = $node->psql('postgres', $sql);
		is($status, 0, $sql) or diag($error);
	}
	return;
}

sub session
{
	my ($name, $sql) = @_;
	my %session = (in => "$sql\n\\echo done\n", out => '');
	$session{run} = IPC::Run::start([ 'psql', '-XAtq', '-d', "host='" . $node->host . "' port=" . $node->port . " user=app dbname=postgres application_name=$name" ], '<', \$session{in}, '>', \$session{out}, '2>', '/dev/null');
	IPC::Run::pump($session{run}) until $sql =~ /-- waits/ ? $session{in} eq '' : $session{out} =~ /done/;
	return \%session;
}

sub leave { $_->{in} .= "\\q\n", $_->{run}->finish for @_; return; }

threshold(statement_min_seconds => 0.0001, new_share => 0.001, top_share => 2, spill_bytes => 1e6, n_plus_one_calls => 500, n_plus_one_share => 0.2, error_count => 5, validate_hours => 0,
	database_min_bytes => 1, storage_ssd => 1, wal_bytes => 1, full_page_share => 0, wal_buffers_full => 1, forced_checkpoints => 2, forced_checkpoint_share => 0.01, huge_pages_bytes => 1, connections_many => 1, timing_bytes => 1,
	vacuum_min_rows => 100, late_naptimes => 0, autovacuum_tables => 1, jit_seconds => 0.0001, jit_share => 0.0001, idle_minutes => 0, idle_share => 0.01, pool_share => 0.01, pool_samples => 3,
	sessions_per_second => 0.0001, session_ms => 1e9);
value($node, "SELECT almanac.set_threshold('$_', 1)") for qw(disk memory cpu history connections);

# Statements of old.
as_app($node, 'postgres', <<'SQL');
CREATE TABLE item (id int PRIMARY KEY, a int, b text);
INSERT INTO item SELECT i, i, md5(i::text) FROM generate_series(1, 30000) i;
CREATE TABLE dead (id int);
INSERT INTO dead SELECT generate_series(1, 1000);
VACUUM ANALYZE;
SELECT count(*), sum(length(pg_sleep(0.02)::text));
SQL
settle();
value($node, "UPDATE almanac.recorder SET started = started - interval '40 days'; UPDATE almanac.statement_keys SET first_seen = first_seen - interval '20 days';
	UPDATE almanac.event_log SET \"time\" = \"time\" - interval '40 days'");

# Of a week: one that is new, one that another role has begun to run, one that ran once.
as_app($node, 'postgres', 'SELECT 1 + length(pg_sleep(0.01)::text);' x 12);
$node->safe_psql('postgres', 'SELECT count(*), sum(length(pg_sleep(0.02)::text));' x 12, extra_params => [ '--username', 'other' ]);
as_app($node, 'postgres', 'SELECT 2 * length(pg_sleep(0.2)::text)');
as_app($node, 'postgres', "SET work_mem = '64kB';" . 'SELECT count(*) FROM (SELECT b FROM item ORDER BY b OFFSET 0) i;' x 3);
as_app($node, 'postgres', join('', map { "SELECT b FROM item WHERE id = $_;\n" } 1 .. 700));
$node->psql('postgres', join('', map { "SELECT 1 / (a - $_) FROM item WHERE id = $_;\n" } 1 .. 20), extra_params => [ '--username', 'app' ], on_error_stop => 0);
settle();
look();
is(value($node, "SELECT string_agg(kind || ': ' || error, '; ') FROM almanac.finding_kinds WHERE error IS NOT NULL"), '', 'every kind could be looked for');
like(found('statement_new'), qr/^SELECT \$1 \+ length/m, 'a statement that is new');
unlike(found('statement_new'), qr/count\(\*\), sum|\$1 \* length/, 'not that of another role, nor what ran once');
my %bad = map { $_ => value($node, "SELECT count(*) FROM almanac.findings WHERE kind = '$_' AND state = 'open'") } qw(statement_spills statement_n_plus_one statement_errors);
is_deeply(\%bad, { statement_spills => 1, statement_n_plus_one => 1, statement_errors => 1 }, 'statements that spill, are called for each row, fail');

# Not after an update, with which all statements may get other texts.
value($node, "INSERT INTO almanac.event_log (\"time\", kind, label, objname, source) VALUES (now() - interval '3 days', 'extension_updated', 'pg_stat_statements', 'pg_stat_statements', 'test')");
look();
is(found('statement_new'), '', 'none is new after an update of pg_stat_statements');
value($node, "DELETE FROM almanac.event_log WHERE source = 'test'");
look();
like(found('statement_new'), qr/length/, 'but for that');

# A day with half as much: what was found stays open down to half of its thresholds.
threshold(spill_bytes => 1e6);
my $spilled = value($node, "SELECT evidence ->> 'temp_bytes_per_day' FROM almanac.findings WHERE kind = 'statement_spills'");
value($node, "UPDATE almanac.finding_threshold_settings SET value = $spilled * 1.9 WHERE name = 'spill_bytes'");
look();
like(found('statement_spills'), qr/ORDER BY b/, 'what is open stays so down to half of its threshold');
threshold(spill_bytes => 1e6);
look();

# Then somebody does something about spills, mends what failed half of the time, and another statement is no longer run. What comes once more fails no more.
sleep 1;
my $mended = moment();
as_app($node, 'postgres', "SET work_mem = '64MB';" . 'SELECT count(*) FROM (SELECT b FROM item ORDER BY b OFFSET 0) i;' x 3);
as_app($node, 'postgres', 'SELECT 1 / (a - 0) FROM item WHERE id = 5;' x 20);
as_app($node, 'postgres', join('', map { "SELECT a FROM item WHERE id = $_;\n" } 1 .. 300) . 'SELECT b FROM item WHERE id = 1;');
settle();
look_a_day_after($mended);
is(state_of($_), 'applied', "$_: it goes on at less than half") for qw(statement_spills statement_errors statement_n_plus_one);
is(value($node, "SELECT state FROM almanac.findings WHERE kind = 'statement_new' AND query LIKE '%+ length%'"), 'resolved', 'what did not run again was not changed');
value($node, 'SELECT almanac.validate_findings(now())');
is(state_of($_), 'validated improved', "$_: which was for the better") for qw(statement_spills statement_errors statement_n_plus_one);
is(value($node, "SELECT value_before > 100000 AND value_after = 0 FROM almanac.findings WHERE kind = 'statement_spills'"), 't', 'by how much is told');

# Storage: what a device says, or somebody. Not what a database has of its own.
is(found('setting_random_page_cost') . found('setting_effective_io_concurrency'), 'random_page_costeffective_io_concurrency', 'settings for disks that turn');
value($node, "ALTER DATABASE postgres SET random_page_cost = 2");
threshold(storage_ssd => 1);
look();
is(found('setting_random_page_cost'), '', 'not where a database has its own');
value($node, "ALTER DATABASE postgres RESET random_page_cost");
threshold(storage_ssd => 0);
look();
my $said = value($node, "SELECT COALESCE(bool_and(s.rotational = 0), false) FROM almanac.sums('volume', NULL, NULL) AS s (series_id integer, rotational bigint) JOIN almanac.volume_keys k USING (series_id) WHERE k.kind <> 'wal'");
is(found('setting_random_page_cost'), $said eq 't' ? 'random_page_cost' : '', 'what is not known to be solid-state is left alone');
threshold(storage_ssd => 1);
look();

# WAL, checkpoints, memory, connections.
value($node, 'CHECKPOINT');
as_app($node, 'postgres', 'UPDATE item SET a = a + 1');
value($node, 'CHECKPOINT');
value($node, 'DELETE FROM dead WHERE id > 10');
as_app($node, 'postgres', 'SET jit = on; SET jit_above_cost = 0; SELECT sum(a) FROM item WHERE b > $$a$$;');
my @idle = map { session('pool', 'SELECT 1;') } 1 .. 3;
push @idle, session('alone', 'SELECT 1;');
my $holder = session('holder', 'BEGIN; LOCK TABLE dead;');
my $waiter = session('waiter', 'BEGIN; LOCK TABLE dead; -- waits');
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'") or die 'nobody waits';
snapshot($node) for 1 .. 3;
leave($holder);
$waiter->{run}->kill_kill;
threshold(forced_checkpoint_share => 1.1);
value($node, "ALTER SYSTEM SET jit = on; SELECT pg_reload_conf()");
look() for 1 .. 2;
value($node, "UPDATE almanac.finding_log SET opened = opened - interval '2 days' WHERE kind = 'table_vacuum_late'");
look();
is(found('idle_connections'), 'pool', 'connections that are idle, of those that are many');
is(found('pool_pressure'), 'connections', 'connections are nearly used up');
is(found('connections_short'), 'postgres', 'connections are short');
is(found('setting_wal_compression'), 'wal_compression', 'pages in WAL are not compressed');
is(found('setting_wal_buffers'), 'wal_buffers', 'buffers of WAL are full');
is(found('setting_checkpoint_timeout'), 'checkpoint_timeout', 'checkpoints follow one another');
is(found('setting_checkpoint_target'), 'checkpoint_completion_target', 'checkpoints are in a rush');
is(found('setting_maintenance_work_mem'), 'maintenance_work_mem', 'little memory for maintenance');
is(found('setting_huge_pages'), 'huge_pages', 'no huge pages');
is(found('setting_max_connections'), 'max_connections', 'too many connections');
is(found('autovacuum_behind'), 'autovacuum_vacuum_cost_limit', 'autovacuum does not get through');
is(found('setting_jit'), value($node, 'SELECT pg_jit_available()') eq 't' ? 'jit' : '', 'statements are compiled for nothing');
my $clock = -r '/sys/devices/system/clocksource/clocksource0/current_clocksource' ? slurp_file('/sys/devices/system/clocksource/clocksource0/current_clocksource') : '';
is(found('setting_diagnosis'), 'log_lock_waits' . ($clock =~ /^(tsc|kvm-clock|hyperv_clocksource_tsc_page|arch_sys_counter)$/ ? "\ntrack_io_timing" : ''), 'what cannot be told later');

# What looks like it: less of it, something that is there, a cause that lies elsewhere.
threshold(idle_share => 0.02, pool_samples => 1000, session_ms => 0, forced_checkpoint_share => 0);
my $old = session('old', 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;');
value($node, "INSERT INTO almanac.marks (\"time\", kind, label, rolname) VALUES (now() - interval '3 days', 'backup', 'noted', 'app')");
look();
is(found($_), '', "$_: not for that") for qw(idle_connections pool_pressure connections_short setting_checkpoint_timeout backup_missing);
threshold(idle_share => 0.01, forced_checkpoint_share => 0.01);
leave($old);
look();
is(found('checkpoints_forced'), 'max_wal_size', 'checkpoints are forced');
is(found('idle_connections'), 'pool', 'connections are idle');

# What is suggested is done, and what was before it does not speak against it.
apply($_) for qw(setting_random_page_cost setting_effective_io_concurrency setting_wal_compression setting_checkpoint_target setting_maintenance_work_mem autovacuum_behind setting_jit setting_diagnosis checkpoints_forced idle_connections);
$_->{run}->kill_kill for @idle;
settle();
look();
is(found($_), '', "$_ is over") for qw(setting_random_page_cost setting_effective_io_concurrency setting_wal_compression setting_checkpoint_target setting_maintenance_work_mem setting_diagnosis checkpoints_forced idle_connections);
is(value($node, "SELECT string_agg(DISTINCT kind, ',' ORDER BY kind) FROM almanac.findings WHERE state IN ('applied', 'validated') AND kind ~ '^(setting_(random|effective_io|wal_comp|checkpoint_tar|maint)|checkpoints|idle_)'"),
	'checkpoints_forced,idle_connections,setting_checkpoint_target,setting_effective_io_concurrency,setting_maintenance_work_mem,setting_random_page_cost,setting_wal_compression', 'and somebody did it');
snapshot($node);
look();
is(value($node, "SELECT string_agg(kind || ' ' || verdict, ',' ORDER BY kind) FROM almanac.findings WHERE state = 'validated' AND measure = 'found' AND kind ~ '^setting_(check|maint)'"),
	'setting_checkpoint_target improved,setting_maintenance_work_mem improved', 'which is all that can be told of some');

# A standby that replays nothing for an hour, and then is gone. One that is behind for a moment is not.
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming' AND replay_lsn IS NOT NULL") or die 'no standby streams';
# What comes after a commit waits for it.
as_app($node, 'postgres', 'UPDATE item SET a = a + 1') for 1 .. 2;
$node->poll_query_until('postgres', "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > 1000000 FROM pg_stat_replication") or die 'the standby is not behind';
snapshot($node) for 1 .. 2;
threshold(lag_bytes => 1e6);
look();
is(found('replication_lag'), '', 'a standby that came just now catches up');
threshold(lag_minutes => 0);
look();
is(found('replication_lag'), 'standby', 'a standby is behind');
threshold(lag_bytes => 1e12, lag_seconds => 1e6);
look();
is(found('replication_lag'), '', 'by more than is wanted');
value($node, "UPDATE almanac.replication_keys SET first_seen = first_seen - interval '2 days'");
threshold(standby_minutes => 0);
look();
is(found('standby_gone'), '', 'a standby that is there');
$standby->stop;
$node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM pg_stat_replication') or die 'the standby stays';
look();
is(found('standby_gone'), 'standby', 'a standby is gone');

# A page that is damaged.
value($node, 'CREATE TABLE damaged AS SELECT 1 AS a; CHECKPOINT');
my $file = value($node, "SELECT pg_relation_filepath('damaged')");
$node->stop;
command_ok([ 'pg_checksums', '--enable', '-D', $node->data_dir ], 'checksums');
open my $handle, '+<:raw', $node->data_dir . "/$file" or die $!;
seek($handle, 4000, 0) or die $!;
print $handle "\xff" x 16;
close $handle or die $!;
$node->start;
wait_for_worker($node);
snapshot($node);
look();
is(found('checksum_failures'), '', 'no damage that anybody has seen');
my ($status) = $node->psql('postgres', 'SELECT * FROM damaged', extra_params => [ '--username', 'app' ]);
isnt($status, 0, 'a page cannot be read');
settle();
look();
is(found('checksum_failures'), 'postgres', 'a page is damaged');
like(value($node, 'SELECT status, reason FROM almanac.health_status()'), qr/^RED\|.*checksum/, 'which is what health is about');
is(value($node, "SELECT string_agg(k.kind, ',') FROM almanac.finding_kinds k WHERE k.error IS NOT NULL"), '', 'every kind could be looked for');
$node->stop;
done_testing();
