# The history under several sessions at once, and on a standby: writers that need the same new partition, readers while
# samples move from journal to archive and while history expires.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('samples', init => { allows_streaming => 1 }, conf => "pg_almanac.enabled = off\n");  # it maintains only when asked to
value($node, <<'SQL');
INSERT INTO almanac.io_keys (series_id, backend_type, object, context) SELECT n, n, 'o', 'c' FROM generate_series(1000, 1100) n
SQL

sub insert_at { return "INSERT INTO almanac.io_samples (series_id, \"time\", reads) VALUES ($_[0], '$_[1]', $_[2])"; }

my $sum = "SELECT count(*), sum(reads) FROM almanac.io_samples WHERE series_id >= 1000 AND \"time\"";
my $totals = 'SELECT sum(reads) FROM almanac.totals(\'io\') AS t (series_id int, reads bigint) WHERE series_id >= 1000';

# Waits until somebody waits for a lock.
sub wait_for_waiting
{
	return $node->poll_query_until('postgres', 'SELECT count(*) > 0 FROM pg_locks WHERE NOT granted');
}

# Two writers, one new partition. The second waits for the first to end, whichever way.
my $first = $node->background_psql('postgres');
my $second = $node->background_psql('postgres');
for my $end (qw(ROLLBACK COMMIT))
{
	$first->query_safe('BEGIN; ' . insert_at(1000, '2024-01-01 01:00+00', 1));
	$second->query_until(qr/begun/, "\\echo begun\n" . insert_at(1001, '2024-01-01 02:00+00', 10) . ";\n");
	wait_for_waiting();
	is(value($node, "$sum < '2024-01-02'"), $end eq 'ROLLBACK' ? '0|' : '1|10', 'nothing is seen before it is committed');
	$first->query_safe($end);
	$second->query_safe('SELECT 1');
}
is(value($node, "$sum < '2024-01-02'"), '3|21', 'what was committed is there');
is(value($node, $totals), 21, 'and in the totals');

# Readers: one that looks on within a transaction, one with a cursor.
$first->query_safe("BEGIN ISOLATION LEVEL REPEATABLE READ; $sum < '2024-02-01'");
$second->query_safe('BEGIN; DECLARE c CURSOR FOR SELECT reads FROM almanac.io_samples WHERE series_id >= 1000');
$second->query_safe('FETCH 1 FROM c');
value($node, insert_at(1002, '2024-01-03 01:00+00', 100));
value($node, insert_at(1002, '2024-01-01 03:00+00', 100));
is(value($node, "$sum < '2024-02-01'"), '5|221', 'readers do not hold up the making of partitions');
is($first->query_safe("$sum < '2024-02-01'"), '3|21', 'a snapshot does not see what came after it');
is($second->query_safe('FETCH ALL FROM c'), "1\n10", 'neither does a cursor');
is(value($node, "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE relname LIKE 'io\\_raw\\_p%'"),
	0, 'having read locks nothing');
$first->query_safe('COMMIT');
$second->query_safe('COMMIT');

# Samples move from the journal to the archive under a reader's eyes: seen once each.
snapshot($node);
value($node, 'CREATE TABLE t AS SELECT i FROM generate_series(1, 10000) i');
snapshot($node);
my $count = 'SELECT count(*), count(DISTINCT (series_id, "time")) FROM almanac.database_samples';
$first->query_safe("BEGIN ISOLATION LEVEL REPEATABLE READ; $count");
my $before = $first->query_safe($count);
isnt(value($node, 'SELECT count(*) FROM almanac.journal WHERE stream = 4'), 0, 'there are samples in the journal');
seal($node);
is(value($node, 'SELECT count(*) FROM almanac.journal WHERE stream = 4'), 0, 'which are sealed');
is($first->query_safe($count), $before, 'a reader from before finds the same');
is(value($node, $count), $before, 'and so does one from after');
$first->query_safe('COMMIT');

# History expires while somebody is on his way through it.
$first->query_safe("BEGIN; $sum < '2024-02-01'");
value($node, 'ALTER EXTENSION pg_almanac DROP TABLE almanac.io_raw_p20240101; DROP TABLE almanac.io_raw_p20240101');
is($first->query_safe("$sum < '2024-02-01'"), '1|100', 'what has expired is gone for readers');
$first->query_safe('COMMIT');
value($node, insert_at(1000, '2024-01-01 01:00+00', 5));
is(value($node, "$sum < '2024-02-01'"), '2|105', 'its day can be written again');

# On a standby history is read, not written.
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
value($node, insert_at(1001, '2024-01-04 01:00+00', 1000));
$node->wait_for_catchup($standby);
is(value($standby, "$sum < '2024-02-01'"), '3|1105', 'a standby reads');
is(value($standby, $totals), value($node, $totals), 'sums too');
my (undef, undef, $error) = $standby->psql('postgres', insert_at(1001, '2024-01-05 01:00+00', 1));
like($error, qr/cannot execute INSERT in a read-only transaction/, 'and does not write');

# After a crash what was committed is there.
$node->stop('immediate');
$node->start;
is(value($node, "$sum < '2024-02-01'"), '3|1105', 'history survives a crash');

$first->quit;
$second->quit;
done_testing();
