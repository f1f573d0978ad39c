# Figures of the machine and of the volumes that the server lies on: as the kernel tells them, and left out, with a note,
# where they cannot be read.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'no /proc here' if !-r '/proc/stat' || !-r '/proc/meminfo' || !-r '/proc/loadavg';

my $node = almanac_server('host');

# The columns of the line of all CPUs in milliseconds: user, system, iowait, idle, steal.
sub cpu_times
{
	my ($all) = slurp_file('/proc/stat') =~ /^cpu +(.*)$/m;
	my $tick = 1000 / qx(getconf CLK_TCK);
	my ($user, $nice, $system, $idle, $iowait, $irq, $softirq, $steal) = map { $_ * $tick } split ' ', $all;
	return (user => $user + $nice, system => $system + $irq + $softirq, iowait => $iowait, idle => $idle, steal => $steal);
}

# What was recorded between two snapshots lies between what was read inside and outside of them.
my %before = cpu_times();
snapshot($node);
my %after_first = cpu_times();
value($node, 'SELECT count(*) FROM generate_series(1, 300000)');
my %before_second = cpu_times();
snapshot($node);
my %after = cpu_times();
for my $kind (qw(user system idle))
{
	my $recorded = value($node, "SELECT cpu_${kind}_ms FROM almanac.system_history ORDER BY time DESC LIMIT 1");
	cmp_ok($recorded, '>=', $before_second{$kind} - $after_first{$kind} - 1, "CPU time, $kind: what passed between the snapshots");
	cmp_ok($recorded, '<=', $after{$kind} - $before{$kind} + 1, "CPU time, $kind: and no more");
}

my $cpus = () = slurp_file('/proc/stat') =~ /^cpu\d+ /mg;
is(value($node, 'SELECT cpu_count FROM almanac.system_history ORDER BY time DESC LIMIT 1'), $cpus, 'CPUs');
my ($memory) = slurp_file('/proc/meminfo') =~ /^MemTotal: +(\d+) kB$/m;
is(value($node, 'SELECT memory_total_bytes FROM almanac.system_history ORDER BY time DESC LIMIT 1'), $memory * 1024, 'memory');
is(value($node, 'SELECT memory_available_bytes BETWEEN 1 AND memory_total_bytes AND swap_used_bytes <= swap_total_bytes AND load_1min_milli >= 0
	AND (cgroup_memory_limit_bytes < memory_total_bytes) IS NOT FALSE AND (cgroup_cpu_limit_milli < 1000 * cpu_count) IS NOT FALSE
	FROM almanac.system_history ORDER BY time DESC LIMIT 1'), 't', 'use is not more than there is');

# Volumes: size as df tells it.
my $space = PostgreSQL::Test::Utils::tempdir();
value($node, "CREATE TABLESPACE space LOCATION '$space'");
snapshot($node);
sub newest { return value($node, "SELECT $_[0] FROM almanac.volume_history WHERE $_[1] ORDER BY time DESC LIMIT 1"); }
for my $volume ([ 'data', $node->data_dir ], [ 'wal', $node->data_dir . '/pg_wal' ], [ 'tablespace', $space ])
{
	my ($kind, $path) = @$volume;
	my (undef, $line) = split /\n/, qx(df -B1 --output=used,avail $path);
	my ($used, $free) = split ' ', $line;
	my $total = newest('total_bytes', "kind = '$kind'");
	my $share = newest('used_share', "kind = '$kind'");
	cmp_ok(abs($total / ($used + $free) - 1), '<', 0.05, "$kind: size of the volume");
	cmp_ok(abs($share - $used / ($used + $free)), '<', 0.05, "$kind: use of the volume");
}
is(value($node, "SELECT count(*) FILTER (WHERE reads <> 0 OR writes <> 0) FROM almanac.volume_history WHERE kind = 'tablespace'"), 0,
	'what a device did before its tablespace was there is not counted');
value($node, 'ALTER TABLESPACE space RENAME TO room');
snapshot($node);
is(newest('name', "kind = 'tablespace'"), 'room', 'a tablespace is known by its name of now');

# What cannot be looked at: a note, no error.
my $oid = value($node, "SELECT oid FROM pg_tablespace WHERE spcname = 'room'");
my $link = $node->data_dir . "/pg_tblspc/$oid";
rename $link, "$link.away" or die $!;
my $id = snapshot($node);
is(value($node, "SELECT sum(errors) FROM almanac.snapshots WHERE snapshot_id = $id"), 0, 'a volume that is away is no error');
like(value($node, 'SELECT host_notes FROM almanac.status'), qr/^volume of room \(pg_tblspc\/$oid\): cannot be looked at: No such file/, 'and is noted');
is(value($node, "SELECT count(*) FROM almanac.volume_history v JOIN almanac.system_history s ON s.time < v.time
	WHERE v.kind = 'tablespace' AND s.time = (SELECT max(time) FROM almanac.system_history)"), 0, 'nothing is recorded of it');
rename "$link.away", $link or die $!;
snapshot($node);
is(value($node, "SELECT count(*) FROM almanac.host_sources() WHERE note LIKE 'cannot%'"), 0, 'it is back');
value($node, 'DROP TABLESPACE room');
$id = snapshot($node);
is(value($node, "SELECT errors FROM almanac.snapshots WHERE snapshot_id = $id AND stream = 'volume'"), 0, 'a tablespace that is dropped is no error');

$node->stop;
done_testing();
