# A volume that fills: from when it is half full, the day on which it will be full is known to a tenth of the time that is left,
# and a day; where hardly anything is written at weekends, and a weekend. The clock is ahead by another day after each snapshot;
# the volume is really filled, to the last byte, and the day on which that happens is what predictions are held against.
#
#   ALMANAC_SOAK_DISK  an empty directory on a volume of its own that the server's user may write to, 30 MB or more: a loop device
#                      (truncate -s 256M disk; mkfs.ext4 disk; mount -o loop disk /mnt; install -d -o USER /mnt/space)
#
# Without it, the volume is a tmpfs in a namespace of its own; where none can be mounted the test is skipped.
use strict;
use warnings;

# In a mount namespace of its own, as the same user because the server refuses root. Before the test's output is redirected.
BEGIN
{
	if (!defined $ENV{ALMANAC_SOAK_DISK} && !defined $ENV{ALMANAC_MAY_MOUNT})
	{
		my @unshare = ('unshare', '--user', '--mount', '--map-current-user', '--keep-caps');
		$ENV{ALMANAC_MAY_MOUNT} = system("@unshare mount -t tmpfs -o size=1m none /tmp >/dev/null 2>&1") == 0 ? 1 : 0;
		exec @unshare, $^X, (map { "-I$_" } @INC), $0 or die "unshare: $!" if $ENV{ALMANAC_MAY_MOUNT};
	}
}

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Server;
use POSIX qw(floor);
use PostgreSQL::Test::Utils;
use Test::More;

use constant DAY => 86400;

plan skip_all => 'no ALMANAC_SOAK_DISK, and a tmpfs cannot be mounted: unshare(1) is missing or may not' if !defined $ENV{ALMANAC_SOAK_DISK} && !$ENV{ALMANAC_MAY_MOUNT};

my $disk = $ENV{ALMANAC_SOAK_DISK};
if (!defined $disk)
{
	$disk = PostgreSQL::Test::Utils::tempdir();
	system('mount', '-t', 'tmpfs', '-o', 'size=128m,mode=0700', 'none', $disk) == 0 or die 'mount failed';
}
note("on $disk, " . (split ' ', `stat -f -c %T $disk`)[0]);

my $directory = PostgreSQL::Test::Utils::tempdir();
my $clock = "$directory/clock";
system('cc', '-shared', '-fPIC', '-O1', '-o', "$directory/clock.so", "$FindBin::RealBin/../t/lib/clock.c", '-ldl') == 0 or die 'cannot build the clock';
$ENV{ALMANAC_TEST_CLOCK} = $clock;
set_clock(0);

# Each round on a server of its own. The pace varies from day to day by a fifth to either side, always in the same way.
fills('steadily', 40);
fills('slowly', 150);
fills('steadily, with a purge and a bulk load', 60, { 12 => -0.08, 20 => 0.1 });
fills('with the week', 56, { slack => 3 }, sub { return $_[0] % 7 >= 5 ? 0.2 : 1.3 });
done_testing();

sub set_clock
{
	my ($days) = @_;
	open my $file, '>', "$clock.new" or die "$clock.new: $!";
	print $file $days * DAY;
	close $file;
	rename "$clock.new", $clock or die "$clock: $!";
	return;
}

# From -0.5 to 0.5, always the same of a day.
sub noise
{
	my ($day) = @_;
	my $x = sin($day * 12.9898) * 43758.5453;
	return $x - floor($x) - 0.5;
}

# Free bytes.
sub room
{
	my ($block, $available) = split ' ', `stat -f -c '%S %a' $disk`;
	return $block * $available;
}

# Adds to the ballast, or takes away. False if the volume is full.
sub change
{
	my ($bytes) = @_;
	if ($bytes < 0)
	{
		truncate("$disk/ballast", (-s "$disk/ballast") + $bytes) or die "truncate: $!";
		return 1;
	}
	open my $file, '>>', "$disk/ballast" or die "$disk/ballast: $!";
	binmode $file;
	for (my $left = int $bytes; $left > 0;)
	{
		my $written = syswrite($file, 'x' x ($left > 65536 ? 65536 : $left));
		return 0 if !$written;
		$left -= $written;
	}
	return close($file) ? 1 : 0;
}

sub fills
{
	my ($what, $days, $events, $rhythm) = @_;
	my $slack = delete $events->{slack} // 1;
	(my $name = $what) =~ s/\W+/_/g;
	set_clock(0);
	mkdir "$disk/$name" or die "$disk/$name: $!";
	my $node;
	{
		local $ENV{LD_PRELOAD} = "$directory/clock.so";
		$node = almanac_server("fill_$name", conf => "pg_almanac.min_free_space = 0\n");
	}
	value($node, "CREATE TABLESPACE filling LOCATION '$disk/$name'");
	open my $ballast, '>', "$disk/ballast" or die "$disk/ballast: $!";
	close $ballast;
	my $all = room();
	my $a_day = $all / $days;
	my $half;
	my @predicted;
	my $day = 0;
	for (;;)
	{
		value($node, 'SELECT almanac.take_snapshot()');
		$half //= $day if room() < $all / 2;
		if (defined $half)
		{
			value($node, 'SELECT almanac.measure_capacity()');
			my ($verdict, $left, $early, $late) = split /\|/, value($node, <<'SQL');
SELECT verdict, extract(epoch FROM limit_likely - now()) / 86400, extract(epoch FROM limit_earliest - now()) / 86400, extract(epoch FROM limit_latest - now()) / 86400
	FROM almanac.capacity WHERE resource = 'disk' AND name = 'tablespace filling'
SQL
			push @predicted, { day => $day, verdict => $verdict, left => $left, early => $early, late => $late };
		}
		set_clock(++$day);
		change($all * $events->{$day}) or die 'an event fills the volume' if $events->{$day};
		last if !change($a_day * (1 + 0.4 * noise($day)) * ($rhythm ? $rhythm->($day) : 1));
		die 'the volume does not fill' if $day > 3 * $days;
	}
	# It was full in the course of the last day.
	my $end = $day - 0.5;
	my (@wrong, @outside);
	for my $one (@predicted)
	{
		my $left = $end - $one->{day};
		my $error = defined $one->{left} && $one->{left} ne '' ? abs($one->{left} - $left) : 1e9;
		push @wrong, $one if $error > 0.1 * $left + $slack;
		push @outside, $one if $one->{early} eq '' || $one->{early} > $left + 1 || $one->{late} ne '' && $one->{late} < $left - 1;
		note(sprintf '%s: day %d, left %.1f, predicted %s (%s to %s): %s', $what, $one->{day}, $left, map { $_ // '' } @$one{qw(left early late verdict)});
	}
	cmp_ok(scalar @predicted, '>=', $days / 4, "$what: half full on day $half, full on day $day");
	is(scalar @wrong, 0, "$what: from then on the day is known to a tenth of what is left, and $slack");
	cmp_ok(scalar @outside, '<=', 0.2 * @predicted, "$what: and the bounds hold it");
	$node->stop;
	unlink "$disk/ballast";
	return;
}
