# The worker's memory does not grow, however many snapshots it takes.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('memory');
value($node, 'CREATE DATABASE one');
prepare_load($node, 'one');

# Snapshots by the worker, with something new in each batch, and a seal after every fifth.
sub snapshots
{
	my ($count) = @_;
	for my $batch (1 .. $count / 100)
	{
		load($node, 'one');
		value($node, 'SELECT count(almanac.take_snapshot()) FROM generate_series(1, 100)');
		seal($node) if $batch % 5 == 0;
	}
	return value($node, 'SELECT worker_memory_bytes FROM almanac.status');
}

my $before = snapshots(500);
my $after = snapshots(2000);
note("memory of the worker: $before bytes, after 2,000 snapshots more $after");
cmp_ok($after, '<', $before + 2 * 1024 * 1024, 'memory is flat over 2,000 snapshots');
is(log_count($node, qr/terminated by signal|PANIC/), 0, 'nothing crashed');

done_testing();
