# Damage to what the recorder stores: it says so once, gives up what is damaged, and goes on with everything else.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('damage');
value($node, 'CREATE DATABASE one');
prepare_load($node, qw(postgres one));
load($node, 'one');
snapshot($node);
my ($one) = value($node, "SELECT oid FROM pg_database WHERE datname = 'one'");

# A new worker, which has to read what is stored.
sub another_worker
{
	my $pid = wait_for_worker($node);
	my $from = log_position($node);
	value($node, "SELECT pg_terminate_backend($pid)");
	$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid");
	return $from;
}

# Does something to the reference while no worker is there to write it again.
sub with_reference
{
	my ($sql) = @_;
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_stat_statements'\n");
	$node->restart;
	value($node, $sql);
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_stat_statements, pg_almanac'\n");
	my $from = log_position($node);
	$node->restart;
	wait_for_worker($node);
	load($node, 'one');
	wait_for_quiet($node);
	return ($from, snapshot($node));
}

# Streams and databases whose recording began anew in a snapshot or the one before.
sub anew
{
	my ($id) = @_;
	return value($node, <<"SQL");
SELECT coalesce(string_agg(DISTINCT concat_ws(' ', stream, datname), ', '), 'none') FROM almanac.snapshots
WHERE snapshot_id BETWEEN $id - 1 AND $id AND 'baseline' = ANY (flags)
SQL
}

for my $damage ("set_byte(payload, length(payload) / 2, 255 - get_byte(payload, length(payload) / 2))",
	"substr(payload, 1, length(payload) - 7)", "''", "decode(repeat('ff', 1000), 'hex')", "payload || '\\x00'")
{
	my ($from, $id) = with_reference("UPDATE almanac.reference SET payload = $damage WHERE stream = 1");
	is(anew($id), 'statement', "reference damaged: $damage");
	is(log_count($node, 'reference of stream "statement" is damaged, recording begins anew', $from), 1, 'said once');
	is(value($node, "SELECT errors FROM almanac.snapshots WHERE snapshot_id = $id AND stream = 'statement'"), 0, 'and no more of it');
}
my ($from, $id) = with_reference("UPDATE almanac.reference SET payload = '' WHERE stream IN (2, 3) AND source = $one");
is(anew($id), 'table one', 'reference of the tables of one database damaged');
($from, $id) = with_reference('DELETE FROM almanac.reference');
unlike(anew($id), qr/none/, 'no reference at all');
($from, $id) = with_reference('DELETE FROM almanac.table_keys WHERE relname = \'t\'');
like(anew($id), qr/^table one, table postgres$/, 'keys of tables are missing');
is(value($node, "SELECT count(*) FROM almanac.table_keys WHERE relname = 't'"), 2, 'and are there again');

# A damaged row of the journal cannot be replayed, read or sealed. All others can.
load($node, 'one');
snapshot($node);
value($node, 'SELECT almanac.seal()');
load($node, 'one');
wait_for_quiet($node);
my $bad = snapshot($node);
load($node, 'one');
wait_for_quiet($node);
my $good = snapshot($node);
value($node, "UPDATE almanac.journal SET payload = set_byte(payload, 20, 255 - get_byte(payload, 20)) WHERE snapshot_id = $bad AND stream = 1");
my ($status, undef, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT sum(calls) FROM almanac.statement_history");
like($error, qr/ERROR:  XX001: corrupt journal row in the history of stream "statement"\nDETAIL:  Samples of 20/, 'reading it is an error that names it');
like($error, qr/HINT:  .*skip_corrupt_chunks/, 'and tells how to read the rest');
is(value($node, 'SELECT count(*) > 0 FROM almanac.table_history'), 't', 'other streams are read');
my $rows = value($node, "SET pg_almanac.skip_corrupt_chunks = on; SET client_min_messages = error; SELECT count(DISTINCT \"time\") FROM almanac.statement_history");
cmp_ok($rows, '>', 2, 'what is not damaged is read on request');
$from = log_position($node);
seal($node);
is(log_count($node, "journal row of stream \"statement\", snapshot $bad, is damaged and cannot be sealed", $from), 1, 'sealing says it');
seal($node);
snapshot($node);
seal($node);
is(log_count($node, 'is damaged and cannot be sealed', $from), 1, 'once');
is(value($node, "SELECT string_agg(snapshot_id::text, ',') FROM almanac.journal WHERE stream = 1"), $bad, 'and seals everything else');
$from = another_worker();
wait_for_worker($node);
load($node, 'one');
wait_for_quiet($node);
$id = snapshot($node);
is(anew($id), 'none', 'the state survives, because the reference is newer than the damage');
value($node, "DELETE FROM almanac.journal WHERE snapshot_id = $bad AND stream = 1");
is(value($node, 'SELECT count(*) > 0 FROM almanac.statement_history'), 't', 'deleting the row ends the trouble');

# A crash leaves journal rows to be replayed; if one of them is damaged, recording begins anew.
$id = snapshot($node);
load($node, 'one');
wait_for_quiet($node);
$bad = snapshot($node);
value($node, "UPDATE almanac.journal SET payload = substr(payload, 1, 30) WHERE snapshot_id = $bad AND stream = 1");
$from = log_position($node);
$node->stop('immediate');
$node->start;
wait_for_worker($node);
$id = snapshot($node);
is(anew($id), 'statement', 'a journal row that is needed is damaged');
is(log_count($node, 'reference of stream "statement" is damaged, recording begins anew', $from), 1, 'said once');

# Tables that somebody emptied.
value($node, 'TRUNCATE almanac.sources, almanac.reference, almanac.journal, almanac.source_errors');
$id = snapshot($node);
$from = log_position($node);
snapshot($node);
$from = another_worker();
wait_for_worker($node);
snapshot($node);
is(log_count($node, 'pg_almanac could not take a snapshot', $from), 0, 'tables were emptied: recording goes on');

$node->stop;
done_testing();
