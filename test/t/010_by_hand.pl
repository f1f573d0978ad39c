# Without the library preloaded, snapshots are taken by hand or by cron, in the session that asks and as part of its
# transaction: then the history adds up to the views in all of the database, catalogs too.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('by_hand', preload => 'pg_stat_statements', extensions => 0);
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, 'CREATE DATABASE one');
prepare_load($node, qw(postgres one));
load($node, qw(postgres one));
value($node, 'CREATE EXTENSION pg_almanac');
is(value($node, 'SELECT preloaded, state FROM almanac.status'), 'f|not preloaded', 'status says it');
wait_for_quiet($node);

# Within one transaction nothing that the session counts is seen by anybody, itself included. So what a snapshot sees
# and what the views say right after it are the same.
my $views = <<'SQL';
CREATE TEMP TABLE seen AS
	SELECT 'table' AS stream, c.oid::bigint AS id, n_tup_ins AS a, seq_tup_read AS b, coalesce(idx_scan, 0) AS c, heap_blks_hit + heap_blks_read AS d
	FROM pg_stat_all_tables s JOIN pg_statio_all_tables io USING (relid) JOIN pg_class c ON c.oid = s.relid
	WHERE c.relkind IN ('r', 'm') AND relpersistence = 'p'
	UNION ALL SELECT 'index', indexrelid::bigint, s.idx_scan, s.idx_tup_read, s.idx_tup_fetch, idx_blks_hit + idx_blks_read
	FROM pg_stat_all_indexes s JOIN pg_statio_all_indexes io USING (indexrelid) JOIN pg_class t ON t.oid = s.relid WHERE t.relkind IN ('r', 'm')
	UNION ALL SELECT 'database', datid::bigint, xact_commit + xact_rollback, blks_hit + blks_read, tup_returned, floor(session_time * 1000 + 0.5)
	FROM pg_stat_database
	UNION ALL SELECT 'statement', queryid # (dbid::bigint << 32) # toplevel::int, calls, rows, floor(total_exec_time * 1000 + 0.5), wal_bytes
	FROM pg_stat_statements WHERE queryid IS NOT NULL;
SQL
my $history = <<'SQL';
CREATE TEMP VIEW told AS
	SELECT 'table' AS stream, k.relid::bigint AS id, sum(n_tup_ins) AS a, sum(seq_tup_read) AS b, coalesce(sum(idx_scan), 0) AS c, sum(heap_blks_hit + heap_blks_read) AS d
	FROM almanac.table_samples JOIN almanac.table_keys k USING (series_id) GROUP BY k.relid
	UNION ALL SELECT 'index', k.indexrelid::bigint, sum(idx_scan), sum(idx_tup_read), sum(idx_tup_fetch), sum(idx_blks_hit + idx_blks_read)
	FROM almanac.index_samples JOIN almanac.index_keys k USING (series_id) GROUP BY k.indexrelid
	UNION ALL SELECT 'database', k.dbid::bigint, sum(xact_commit + xact_rollback), sum(blks_hit + blks_read), sum(tup_returned), round(sum(round(session_ms * 1000)))
	FROM almanac.database_samples JOIN almanac.database_keys k USING (series_id) GROUP BY k.dbid
	UNION ALL SELECT 'statement', k.queryid # (k.dbid::bigint << 32) # k.toplevel::int, sum(calls), sum(rows), round(sum(round(total_exec_ms * 1000))), sum(wal_bytes)
	FROM almanac.statement_samples JOIN almanac.statement_keys k USING (series_id) GROUP BY k.series_id;
SQL

# Takes a snapshot and remembers the views as a table.
sub look
{
	my ($name) = @_;
	my $sql = $views =~ s/TEMP TABLE seen/TABLE $name/r;
	return "BEGIN; SELECT almanac.take_snapshot(); $sql COMMIT;";
}

is(value($node, look('before')), 1, 'the first snapshot');
is(value($node, 'SELECT count(*) FROM almanac.statement_history'), 0, 'tells nothing of statements executed before');
load($node, qw(postgres one));
wait_for_quiet($node);
value($node, look('after'));
my $wrong = <<'SQL';
SELECT coalesce(string_agg(concat_ws(' ', stream, id, e), '; '), 'none') FROM (
	SELECT stream, id, ROW(coalesce(t.a, 0), coalesce(t.b, 0), coalesce(t.c, 0), coalesce(t.d, 0)) AS told,
		ROW(n.a - coalesce(o.a, 0), n.b - coalesce(o.b, 0), n.c - coalesce(o.c, 0), n.d - coalesce(o.d, 0)) AS expected
	FROM after n LEFT JOIN before o USING (stream, id) LEFT JOIN told t USING (stream, id)) d,
	LATERAL (SELECT told::text || ' expected ' || expected::text) AS text (e) WHERE told::text <> expected::text
SQL
is(value($node, "$history $wrong"), 'none', 'the history is exact');
cmp_ok(value($node, "SELECT count(*) FROM after"), '>', 250, 'of everything');
load($node, 'postgres');
value($node, 'SELECT almanac.take_snapshot()');
load($node, 'postgres');
cmp_ok(value($node, 'SELECT almanac.seal()'), '>', 0, 'sealed by hand');
load($node, 'postgres');
wait_for_quiet($node);
value($node, 'DROP TABLE after');
my $otherwise = join '', map { "SET $_;" } q(standard_conforming_strings = off), q(quote_all_identifiers = on), q(transform_null_equals = on),
  q(array_nulls = off), q(DateStyle = 'SQL, DMY'), q(extra_float_digits = -15), q(stats_fetch_consistency = 'snapshot'),
  q(search_path = 'public'), q(default_transaction_isolation = 'serializable'), q(enable_seqscan = off), q(work_mem = '64kB');
value($node, $otherwise . look('after'));
is(value($node, "$history $wrong"), 'none', 'and still is exact, sealed in between and with other settings');

# Every snapshot is taken by another process, which knows of the ones before only what was stored.
my $scans = "SELECT (SELECT sum(idx_scan) FROM almanac.index_history WHERE relname = 't'), (SELECT sum(idx_scan) FROM almanac.table_history WHERE relname = 't')";
my $scans_now = "SELECT idx_scan FROM pg_stat_all_tables WHERE relname = 't'";
my $told = value($node, $scans);
value($node, 'REINDEX INDEX CONCURRENTLY t_n');
value($node, 'SELECT almanac.take_snapshot()') for 1 .. 2;
is(value($node, $scans), $told, 'an index that takes over the counters of another is not counted again');
value($node, 'DROP INDEX t_n');
value($node, 'SELECT almanac.take_snapshot()') for 1 .. 2;
is(value($node, $scans), $told, 'an index that is dropped takes nothing along');
my $now = value($node, $scans_now);
load($node, 'postgres');
wait_for_quiet($node);
value($node, 'SELECT almanac.take_snapshot()');
$told = (split /\|/, $told)[1] + value($node, $scans_now) - $now;
is((split /\|/, value($node, $scans))[1], $told, 'the other indexes go on');

value($node, 'SELECT pg_stat_reset()');
load($node, 'postgres');
wait_for_quiet($node);
value($node, 'SELECT almanac.take_snapshot()');
load($node, 'postgres');
wait_for_quiet($node);
value($node, 'SELECT almanac.take_snapshot()');
$told += value($node, $scans_now);
is((split /\|/, value($node, $scans))[1], $told, 'after a reset too');

# A transaction that fails takes its snapshot along.
my $last = value($node, 'SELECT snapshot_id FROM almanac.recorder');
value($node, 'BEGIN; SELECT almanac.take_snapshot(); ROLLBACK');
is(value($node, 'SELECT snapshot_id FROM almanac.recorder'), $last, 'rolled back with the transaction');
is(value($node, 'BEGIN; SELECT almanac.take_snapshot(); SELECT almanac.take_snapshot(); COMMIT'), ($last + 1) . "\n" . ($last + 2), 'two in one transaction');

# One at a time.
my $first = $node->background_psql('postgres');
my $second = $node->background_psql('postgres');
$first->query_safe('BEGIN; SELECT almanac.take_snapshot()');
$second->query_until(qr/asked/, "\\echo asked\nSELECT almanac.take_snapshot();\n");
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
$first->query_safe('COMMIT');
$_->quit for $first, $second;
is(value($node, 'SELECT snapshot_id FROM almanac.recorder'), $last + 4, 'two sessions at once take turns');
$first = $node->background_psql('postgres', on_error_stop => 0);
$first->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
value($node, 'SELECT almanac.take_snapshot()');
$first->query("\\set VERBOSITY sqlstate\nSELECT almanac.take_snapshot()");
like($first->{stderr}, qr/ERROR:  40001/, 'not with an old view of what was recorded');
$first->quit;
my ($status, undef, $error) = $node->psql('postgres', "BEGIN READ ONLY;\n\\set VERBOSITY verbose\nSELECT almanac.take_snapshot()");
like($error, qr/ERROR:  25006/, 'not in a transaction that only reads');

# Neither library: tables, indexes and databases.
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''\n");
$node->restart;
load($node, 'postgres');
wait_for_quiet($node);
my $id = value($node, 'SELECT almanac.take_snapshot()');
is( value($node, "SELECT string_agg(DISTINCT stream, ',' ORDER BY stream) FROM almanac.snapshots WHERE snapshot_id = $id AND errors = 0 AND (samples > 0 OR stream = 'volume')"),
	'database,system,table,volume', 'without pg_stat_statements loaded the others are recorded');
like(value($node, 'SELECT string_agg(o, chr(10)) FROM almanac.overview() o'), qr/^YELLOW  recording: pg_almanac is not in shared_preload_libraries.*^transactions +\d/ms, 'the overview says so, and tells the rest');

$node->stop;
done_testing();
