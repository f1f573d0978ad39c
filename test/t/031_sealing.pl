# A run of sealing moves a range of series at a time. Whatever ends it in the middle: every sample is seen once, other
# streams are sealed, and the next run goes on where this one ended.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('sealing');
prepare_load($node, 'postgres');
load($node, 'postgres');
snapshot($node);

# As if indexes had been looked at 250 times more, before: far more samples than one transaction moves.
my $copies = 250;
value($node, <<"SQL");
INSERT INTO almanac.journal (snapshot_id, "time", duration_us, source, server_id, samples, stream, payload)
SELECT snapshot_id - 1000 * n, "time", duration_us, source, server_id, samples, stream, payload
FROM almanac.journal, generate_series(1, $copies) n WHERE stream = 3
SQL
my $journal = value($node, 'SELECT count(*), sum(samples) FROM almanac.journal WHERE stream = 3');
my ($rows, $samples) = split /\|/, $journal;
cmp_ok($samples, '>', 20000, "there are $samples samples of indexes");

my $seen = <<'SQL';
SELECT md5(string_agg(concat_ws(' ', series_id, n, bytes, scans), ',' ORDER BY series_id)), sum(n)
FROM (SELECT series_id, count(*) AS n, sum(size_bytes) AS bytes, sum(idx_scan) AS scans FROM almanac.index_samples GROUP BY 1) s
SQL
my $one = 'SELECT max(c) = min(c) FROM (SELECT count(*) AS c FROM almanac.index_samples WHERE series_id = (SELECT %s(series_id) FROM almanac.index_samples)'
	. ' UNION ALL SELECT samples FROM almanac.totals(\'index\') AS t (series_id int, samples bigint) WHERE series_id = (SELECT %1$s(series_id) FROM almanac.index_samples)) s';
my $sums = <<'SQL';
SELECT md5(string_agg(concat_ws(' ', series_id, samples, idx_scan), ',' ORDER BY series_id)), sum(samples)
FROM almanac.%s AS s (series_id int, samples bigint, idx_scan bigint)
SQL
my $totals = sprintf $sums, "totals('index')";
$sums = sprintf $sums, "sums('index', NULL, NULL)";
my %expected = map { $_ => value($node, $_) } $seen, $sums, $totals;
like($expected{$seen}, qr/\|$samples$/, 'all of them are read');

sub is_all_there
{
	my ($when) = @_;
	is(value($node, $_), $expected{$_}, "$when: seen once each, by " . ($_ eq $seen ? 'rows' : $_ eq $sums ? 'sums()' : 'totals()')) for $seen, $sums, $totals;
	is(value($node, sprintf $one, $_), 't', "$when: the $_ series too") for qw(min max);
	return;
}

# What the last piece of a run does fails.
value($node, <<'SQL');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON almanac.sealing FOR EACH ROW
	WHEN (NEW.stream = 3 AND OLD.snapshot_id IS NOT NULL AND NEW.snapshot_id IS NULL) EXECUTE FUNCTION refuse();
SQL
my ($status, undef, $error) = $node->psql('postgres', 'SELECT almanac.seal()');
like($error, qr/ERROR:  refused/, 'the last piece fails');
is(log_count($node, 'pg_almanac cannot seal stream "index": refused', 0), 1, 'which the log says');
is(value($node, 'SELECT string_agg(DISTINCT stream::text, \',\') FROM almanac.journal'), 3, 'other streams are sealed');
is(value($node, 'SELECT count(*) FROM almanac.journal'), $rows, 'rows of the journal stay');
my $done = value($node, 'SELECT sum(samples) FROM almanac.index_raw');
cmp_ok($done, '>', 0, 'some pieces are in the archive');
cmp_ok($done, '<', $samples, 'some are not');
is(value($node, 'SELECT stream, series_id > 0 FROM almanac.sealing WHERE snapshot_id IS NOT NULL'), '3|t', 'how far it came is known');
is_all_there('in the middle');

# A snapshot meanwhile is none of the run's.
my $id = snapshot($node);
my $later = value($node, "SELECT coalesce(sum(samples), 0) FROM almanac.journal WHERE stream = 3 AND snapshot_id = $id");
my $read = value($node, 'SELECT count(*) FROM almanac.index_samples');
is($read, $samples + $later, 'samples of a later snapshot are read whole');

# The run goes on in another process; nothing that has moved moves again.
my $pid = wait_for_worker($node);
value($node, "SELECT pg_terminate_backend($pid)");
wait_for_worker($node, $pid);
snapshot($node);
$later = value($node, "SELECT coalesce(sum(samples), 0) FROM almanac.journal WHERE stream = 3 AND snapshot_id >= $id");
($status, undef, $error) = $node->psql('postgres', 'SELECT almanac.seal()');
like($error, qr/ERROR:  refused/, 'it fails again');
is(value($node, 'SELECT sum(samples) FROM almanac.index_raw'), $done, 'and moves nothing twice');
value($node, 'DROP TRIGGER refuse ON almanac.sealing');
cmp_ok(seal($node), '>=', $rows, 'then it ends well, and tells all rows');
is(value($node, 'SELECT count(*) FROM almanac.journal'), 0, 'nothing is left');
is(value($node, 'SELECT count(*) FROM almanac.sealing WHERE snapshot_id IS NOT NULL'), 0, 'and no run');
is(value($node, 'SELECT count(*), (SELECT sum(samples) FROM almanac.index_raw) FROM almanac.index_samples'),
	join('|', ($samples + $later) x 2), 'every sample is there once');
is(value($node, 'SELECT sum(samples) FROM almanac.totals(\'index\') AS t (series_id int, samples bigint)'), $samples + $later, 'and in the totals');

# The state is that of the last look, though nothing of the journal is left to lead there.
$node->stop('immediate');
$node->start;
wait_for_worker($node);
$id = snapshot($node);
is(value($node, "SELECT count(*) FROM almanac.snapshots WHERE snapshot_id >= $id - 1 AND 'baseline' = ANY (flags)"), 0, 'after a crash recording goes on');

$node->stop;
done_testing();
