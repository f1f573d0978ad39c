# The disk that holds the history is full: the server stays up, users do not notice, and when there is room again history goes on where
# it was and is exact. The disk is a small tmpfs with a tablespace; where none can be mounted the test is skipped.
use strict;
use warnings;

# In a mount namespace of its own, as the same user because the server refuses root. Before the test's output is redirected.
BEGIN
{
	if (!defined $ENV{ALMANAC_MAY_MOUNT})
	{
		my @unshare = ('unshare', '--user', '--mount', '--map-current-user', '--keep-caps');
		$ENV{ALMANAC_MAY_MOUNT} = system("@unshare mount -t tmpfs -o size=1m none /tmp >/dev/null 2>&1") == 0 ? 1 : 0;
		exec @unshare, $^X, (map { "-I$_" } @INC), $0 or die "unshare: $!" if $ENV{ALMANAC_MAY_MOUNT};
	}
}

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'a tmpfs cannot be mounted: unshare(1) is missing or may not' if !$ENV{ALMANAC_MAY_MOUNT};

my $disk = PostgreSQL::Test::Utils::tempdir();
system('mount', '-t', 'tmpfs', '-o', 'size=32m,mode=0700', 'none', $disk) == 0 or die 'mount failed';
mkdir "$disk/space" or die "$disk/space: $!";

my $node = almanac_server('full_disk', extensions => 0, conf => "restart_after_crash = on\npg_almanac.max_size = 1GB\npg_almanac.min_free_space = 0\n");
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, 'CREATE DATABASE one');
prepare_load($node, 'one');
value($node, "CREATE TABLESPACE small LOCATION '$disk/space'");
my $account = Almanac::Account->begins($node, 'one');
# All that is stored, and partitions that will be made: those take the place of their root.
value($node, <<'SQL');
DO $$ DECLARE r record; BEGIN
	FOR r IN SELECT oid::regclass AS name, relkind FROM pg_class WHERE relnamespace = 'almanac'::regnamespace AND relkind IN ('r', 'p', 'i', 'I') ORDER BY relkind DESC LOOP
		EXECUTE format('ALTER %s %s SET TABLESPACE small', CASE WHEN r.relkind IN ('r', 'p') THEN 'TABLE' ELSE 'INDEX' END, r.name);
	END LOOP;
END $$
SQL
my $worker = wait_for_worker($node);
my $postmaster = slurp_file($node->data_dir . '/postmaster.pid');
load($node, 'one') for 1 .. 3;
$account->is_exact('before');
seal($node);

sub fill
{
	open my $file, '>', "$disk/ballast" or die "$disk/ballast: $!";
	binmode $file;
	my $written = 0;
	for my $size (65536, 4096, 1)
	{
		1 while syswrite($file, 'x' x $size) and $written += $size;
	}
	close $file;
	return $written;
}

# Runs SQL, and says how it failed.
sub attempt
{
	my ($sql) = @_;
	my (undef, undef, $error) = $node->psql('postgres', $sql);
	return $error =~ /ERROR:\s+(.*)/ ? $1 : '';
}

value($node, "INSERT INTO almanac.servers (server_id, name) VALUES (1, 'laid down');
INSERT INTO almanac.statement_keys (series_id, server_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE SELECT 70000 + g, 1, 1, 1, g, true FROM generate_series(0, 99) g");
my $past = <<'SQL';
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows) SELECT 70000 + s, date_trunc('day', now()) - interval '3 days' + m * interval '1 min', '1 min', hashint4(s * 7000 + m) & 65535, hashint4(m * 100 + s) & 65535
FROM generate_series(0, 99) s, generate_series(0, 2879) m
SQL
my $calls = "SELECT count(*), sum(calls) FROM almanac.statement_samples WHERE series_id >= 70000";
my $known = "SELECT sum(samples), sum(calls) FROM almanac.%s AS s (series_id int, samples bigint, calls bigint) WHERE series_id >= 70000";

for my $round (1 .. 3)
{
	value($node, $past) if $round == 2;    # something to roll up
	my $before = value($node, $calls);
	note('ballast: ' . fill() . ' bytes');
	my %failed;
	for my $i (1 .. 12)
	{
		load($node, 'one');
		is(value($node, $calls), $before, "history is read, round $round") if $i == 6;
		for my $action ('SELECT almanac.take_snapshot()', 'SELECT almanac.seal()', 'SELECT almanac.purge()', $past, "SELECT almanac.purge(now() + interval '2 days')")
		{
			my $error = attempt($action);
			next if !$error;
			$error =~ s/"pg_tblspc.*?"/.../;
			++$failed{$error};
			fail("$action fails for want of room, if it fails: $error") if $error !~ /No space left on device/;
		}
	}
	note("$failed{$_} times: $_") for sort keys %failed;
	cmp_ok(scalar keys %failed, '>', 0, "the disk was full, round $round");
	is(value($node, $calls), $before, "nothing was half done, round $round");
	is(as_app($node, 'one', 'SELECT count(*) FROM t WHERE id = 77'), 1, 'users do not notice');
	is(slurp_file($node->data_dir . '/postmaster.pid'), $postmaster, 'the server stays up');
	is(wait_for_worker($node), $worker, 'and the worker');
	unlink "$disk/ballast" or die "$disk/ballast: $!";
	cmp_ok(snapshot($node), '>', 0, "with room again snapshots are taken, round $round");
	seal($node);
	value($node, 'SELECT almanac.purge()');
	$account->is_exact("after the disk was full, round $round");
	is(value($node, $calls), $before, "no sample is lost or there twice, round $round");
	is(value($node, sprintf $known, $_), $before, "$_ says the same, round $round") for $round > 1 ? ("sums('statement', NULL, NULL)", "totals('statement')") : ();
	is(value($node, "SET pg_almanac.grain = '1d'; SELECT sum(calls) FROM almanac.statement_samples WHERE series_id >= 70000"), (split /\|/, $before)[1], "and coarser tiers, round $round") if $round > 1;
}
$account->sums_agree('in the end');
is(log_count($node, qr/PANIC|terminated by signal|corrupt|damaged/, 0), 0, 'nothing is damaged');

# And after a crash.
$account->disconnect;
my $before = value($node, $calls);
$node->stop('immediate');
$node->start;
wait_for_worker($node, $worker);
is(value($node, $calls), $before, 'nor after a crash');

$node->stop;
done_testing();
