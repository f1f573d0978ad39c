# Tables and indexes: the history of every relation adds up to what the statistics views say, sizes are those on disk, and
# looking into other databases is in nobody's way.
use strict;
use warnings;
use utf8;
use Encode qw(encode);
use Time::HiRes qw(time);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $spc = PostgreSQL::Test::Utils::tempdir();
my $node = PostgreSQL::Test::Cluster->new('relations');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'pg_stat_statements, pg_almanac'
pg_almanac.enabled = off
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
log_min_messages = log
timezone = 'UTC'
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pg_almanac');
$node->safe_psql('postgres', "CREATE TABLESPACE almanac_test LOCATION '$spc'");
$node->safe_psql('postgres', "CREATE DATABASE $_") for 'app', 'idle', 'copied', 'doomed', 'closed';
$node->safe_psql('postgres', 'ALTER DATABASE closed ALLOW_CONNECTIONS false');

# A name of 63 bytes with about everything in it.
my $odd = "tä\"b'le\n%s\\ " . ('ü' x 25);
$odd .= 'x' x (63 - length(encode('UTF-8', $odd)));
(my $odd_quoted = $odd) =~ s/"/""/g;
$odd_quoted = encode('UTF-8', "\"$odd_quoted\"");

# Counters are handed in when a session ends: wait for the last one.
sub settle
{
	$node->poll_query_until('postgres',
		"SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'client backend'")
	  or die 'a session does not end';
}

sub app
{
	my ($sql) = @_;
	$node->safe_psql('app', $sql);
	settle();
}

sub snapshot
{
	return $node->safe_psql('postgres', 'SELECT almanac.take_snapshot()');
}

# What the views say of the tables and indexes of users in app: one row per relation and column.
my $views = <<'SQL';
WITH relations AS (
	SELECT 'table' AS stream, c.oid, to_jsonb(s) || to_jsonb(i) || jsonb_build_object(
		'total_bytes', pg_total_relation_size(c.oid), 'index_bytes', pg_indexes_size(c.oid),
		'table_bytes', pg_table_size(c.oid) - coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0),
		'toast_bytes', coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0),
		'reltuples', c.reltuples, 'relpages', c.relpages, 'relallvisible', c.relallvisible,
		'relfrozenxid', c.relfrozenxid, 'relminmxid', c.relminmxid) AS cells
	FROM pg_class c JOIN pg_stat_all_tables s ON s.relid = c.oid JOIN pg_statio_all_tables i ON i.relid = c.oid
	WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm')
	UNION ALL
	SELECT 'index', c.oid, to_jsonb(s) || to_jsonb(i) || jsonb_build_object(
		'size_bytes', pg_total_relation_size(c.oid), 'reltuples', c.reltuples, 'relpages', c.relpages)
	FROM pg_class c JOIN pg_stat_all_indexes s ON s.indexrelid = c.oid JOIN pg_statio_all_indexes i ON i.indexrelid = c.oid
	JOIN pg_class t ON t.oid = s.relid
	WHERE c.oid >= 16384 AND t.relkind IN ('r', 'm') AND c.relkind = 'i'
)
SELECT r.stream, r.oid, j.key, CASE WHEN j.key LIKE 'last\_%' THEN (floor(extract(epoch FROM j.value::timestamptz)) * 1e6)::bigint::text
	ELSE j.value END
FROM relations r, jsonb_each_text(r.cells) j
WHERE j.key NOT IN ('relid', 'indexrelid', 'schemaname', 'relname', 'indexrelname')
SQL

# Takes them over into a table of the repository's database.
sub keep_views
{
	my ($table) = @_;
	my $file = "${PostgreSQL::Test::Utils::tmp_check}/$table.copy";
	$node->safe_psql('app', "\\copy ($views) TO '$file'" =~ s/\n/ /gr);
	$node->safe_psql('postgres', <<SQL . "\\copy $table FROM '$file'");
DROP TABLE IF EXISTS $table;
CREATE TABLE $table (stream text, oid oid, "column" text, value numeric, PRIMARY KEY (stream, oid, "column"));
SQL
	settle();
}

# The history of app in the same shape: counters and durations summed, of the others the last value.
my $history = <<'SQL';
CREATE FUNCTION pg_temp.history() RETURNS TABLE (stream text, oid oid, "column" text, kind text, value numeric)
LANGUAGE plpgsql AS $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT * FROM almanac.stream_columns() WHERE stream_columns.stream IN ('table', 'index') LOOP
		RETURN QUERY EXECUTE format(
			'SELECT %1$L::text, k.%2$I, %3$L::text, %4$L::text, %5$s FROM almanac.%6$I k JOIN almanac.%7$I s USING (series_id)
			 JOIN almanac.database_keys d ON d.dbid = k.dbid WHERE d.datname = ''app'' AND k.%2$I >= 16384 GROUP BY k.%2$I',
			c.stream, CASE c.stream WHEN 'table' THEN 'relid' ELSE 'indexrelid' END, c.column_name, c.kind,
			CASE WHEN c.kind IN ('counter', 'loose') THEN format('sum(s.%I)::numeric', c.column_name)
				WHEN c.kind = 'duration' THEN format('sum(s.%I)::numeric', c.column_name)
				WHEN c.kind = 'instant' THEN format('(array_agg((extract(epoch FROM s.%I) * 1e6)::bigint ORDER BY s."time" DESC))[1]::numeric', c.column_name)
				ELSE format('(array_agg(s.%I ORDER BY s."time" DESC))[1]::numeric', c.column_name) END,
			c.stream || '_keys', c.stream || '_samples');
	END LOOP;
END $$;
SQL

# Where history and views differ, given what the views said at the start; relations in @without are left out.
sub differences
{
	my ($start, $now, $without) = @_;
	my $names = join ', ', map { "'$_'" } @{ $without // [] };
	my $left_out = $names eq '' ? '' : "AND k.name NOT IN ($names)";
	return $node->safe_psql('postgres', <<SQL);
$history
SELECT k.name, h.stream, h."column", h.kind, h.value AS history, n.value - coalesce(s.value, 0) AS views
FROM pg_temp.history() h
JOIN $now n USING (stream, oid, "column")
LEFT JOIN $start s ON s.stream = h.stream AND s.oid = h.oid AND s."column" = h."column" AND h.kind IN ('counter', 'loose', 'duration')
JOIN (SELECT 'table' AS stream, relid AS oid, relname::text AS name FROM almanac.table_keys
	UNION ALL SELECT 'index', indexrelid, indexrelname::text FROM almanac.index_keys) k ON k.stream = h.stream AND k.oid = h.oid
WHERE coalesce(h.value, 0) <> coalesce(n.value - coalesce(s.value, 0), 0) $left_out
ORDER BY 1, 2, 3
SQL
}

app(<<SQL);
CREATE TABLE plain (id int PRIMARY KEY, a int, t text);
CREATE INDEX plain_a ON plain (a);
CREATE TABLE no_index (a int);
CREATE TABLE toasted (id int PRIMARY KEY, t text);
ALTER TABLE toasted ALTER t SET STORAGE EXTERNAL;
CREATE TABLE parted (id int, t text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (1000) TO (2000) TABLESPACE almanac_test;
CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY);
CREATE TABLE elsewhere (id int PRIMARY KEY USING INDEX TABLESPACE almanac_test, t text) TABLESPACE almanac_test;
CREATE TABLE $odd_quoted (id int PRIMARY KEY);
INSERT INTO plain SELECT g, g % 10, 'x' FROM generate_series(1, 1000) g;
CREATE MATERIALIZED VIEW materialized AS SELECT a, repeat('m', 3000) AS t FROM plain;
CREATE INDEX ON materialized (a);
SQL
keep_views('start');
snapshot();

# Load, in two intervals, with all that moves a counter.
my $load = <<SQL;
INSERT INTO plain SELECT g, g % 10, 'x' FROM generate_series((SELECT max(id) + 1 FROM plain), (SELECT max(id) + 500 FROM plain)) g;
UPDATE plain SET t = 'y' WHERE id % 5 = 0;
UPDATE plain SET a = a + 1 WHERE id % 7 = 0;
DELETE FROM plain WHERE id % 11 = 0;
INSERT INTO no_index SELECT generate_series(1, 5000);
SELECT count(*) FROM no_index;
INSERT INTO toasted SELECT g, repeat('t', 20000) FROM generate_series((SELECT coalesce(max(id), 0) + 1 FROM toasted), (SELECT coalesce(max(id), 0) + 50 FROM toasted)) g;
SELECT sum(length(t)) FROM toasted;
INSERT INTO parted SELECT g, repeat('p', 2500) FROM generate_series(0, 1999) g ON CONFLICT DO NOTHING;
INSERT INTO unlogged SELECT generate_series(1, 100) ON CONFLICT DO NOTHING;
INSERT INTO elsewhere SELECT g, repeat('e', 100) FROM generate_series((SELECT coalesce(max(id), 0) + 1 FROM elsewhere), (SELECT coalesce(max(id), 0) + 300 FROM elsewhere)) g;
INSERT INTO $odd_quoted SELECT generate_series(1, 10) ON CONFLICT DO NOTHING;
REFRESH MATERIALIZED VIEW materialized;
BEGIN; INSERT INTO no_index SELECT generate_series(1, 100); ROLLBACK;
SET enable_seqscan = off;
SELECT count(t) FROM plain WHERE id < 100;
SET enable_indexscan = off; SET enable_indexonlyscan = off;
SELECT count(t) FROM plain WHERE a = 3;
CREATE TEMPORARY TABLE passing (id int PRIMARY KEY);
VACUUM plain;
ANALYZE plain, toasted;
SQL
app($load);
snapshot();
app($load);
$node->safe_psql('postgres', 'SELECT almanac.seal()');
app('VACUUM ANALYZE');
keep_views('finish');
snapshot();

is(differences('start', 'finish'), '', 'history of tables and indexes is what the views say, to the last count');
is( $node->safe_psql('postgres', <<'SQL'),
SELECT count(*) > 5 FROM start JOIN finish USING (stream, oid, "column") WHERE start.value <> finish.value AND "column" ~ '^(n_tup|idx|toast|tidx|seq)'
SQL
	't', 'and that is not nothing');
is( $node->safe_psql('postgres', <<'SQL'),
SELECT count(*) FROM finish f WHERE NOT EXISTS (SELECT FROM almanac.table_keys k WHERE f.oid = k.relid)
	AND NOT EXISTS (SELECT FROM almanac.index_keys k WHERE f.oid = k.indexrelid)
SQL
	'0', 'no relation is missing');
is( $node->safe_psql('postgres', "SELECT count(*) FROM almanac.table_keys k WHERE relname IN ('parted', 'passing') OR schemaname ~ '^pg_(toast|temp)'"),
	'0', 'none is there that has no files, is temporary, or is part of another');
is( $node->safe_psql('postgres', "SELECT count(DISTINCT relname) FROM almanac.table_history WHERE datname = 'app' AND relname = \$x\$" . encode('UTF-8', $odd) . '$x$'),
	'1', 'a name may hold anything');
is( $node->safe_psql('postgres', <<'SQL'),
SELECT count(*) FROM almanac.table_keys WHERE dbid = 0 AND relname IN ('pg_database', 'pg_authid')
SQL
	'2', 'shared catalogs are there once');

# Sizes of databases, those that refuse connections included.
$node->safe_psql('postgres', 'CHECKPOINT');
snapshot();
is( $node->safe_psql('postgres', <<'SQL'),
SELECT string_agg(d.datname, ',') FROM pg_database d
WHERE d.datname <> current_database() AND pg_database_size(d.oid) IS DISTINCT FROM (SELECT h.size_bytes FROM almanac.database_size_history h
	WHERE h.datname = d.datname ORDER BY "timestamp" DESC LIMIT 1)
SQL
	'', 'sizes of databases are those of pg_database_size()');

# Sizes, in one look after whatever changes one.
sub wrong_sizes
{
	keep_views('now');
	return join ' ', grep { /_bytes\|/ } split /\n/, differences('start', 'now');
}
app('CREATE TABLE sized (id int, t text); INSERT INTO sized VALUES (1); CREATE TABLE quiet (id int); INSERT INTO quiet VALUES (1)');
snapshot() for 1 .. 3;
foreach my $sql (
	'INSERT INTO sized SELECT g, repeat(\'s\', 100) FROM generate_series(1, 20000) g',
	'CREATE INDEX sized_id ON sized (id)',
	'UPDATE sized SET id = id + 1',
	'DELETE FROM sized WHERE id > 1000; VACUUM sized',
	'REINDEX TABLE sized',
	'DELETE FROM sized; VACUUM sized',
	'ALTER TABLE sized ALTER t SET STORAGE EXTERNAL; INSERT INTO sized SELECT g, repeat(\'t\', 9000) FROM generate_series(1, 300) g',
	'VACUUM FULL sized',
	'TRUNCATE sized',
	'ALTER TABLE sized SET TABLESPACE almanac_test',
	'INSERT INTO sized SELECT g, repeat(\'s\', 100) FROM generate_series(1, 2000) g',
	'DROP INDEX sized_id')
{
	app($_) for split /; /, $sql;    # VACUUM wants to be alone
	snapshot();
	is(wrong_sizes(), '', "sizes are those on disk after: $sql");
}

# A transaction that goes on counts nothing until it ends, and how it fills the disk shows all the same.
my $size = 'SELECT total_bytes FROM almanac.table_history WHERE relname = \'quiet\' ORDER BY "time" DESC LIMIT 1';
my $writer = $node->background_psql('app');
my $grow = sub {
	$writer->query_safe('INSERT INTO quiet SELECT generate_series(1, 10000)');
	return $node->safe_psql('app', 'SELECT pg_total_relation_size(\'quiet\')');
};
$writer->query_safe('BEGIN');
my $grown = $grow->();
my $looks = 0;
do { snapshot(); ++$looks } until $node->safe_psql('postgres', $size) == $grown || $looks == 6;
is($node->safe_psql('postgres', $size), $grown, 'a table that grows unseen by the statistics is measured within six looks');
$grown = $grow->();
snapshot();
is($node->safe_psql('postgres', $size), $grown, 'and from then on at every look');
$writer->query_safe('COMMIT');
$writer->quit;
settle();

# Nobody would know that we were there.
settle();
my $footprint = "SELECT xact_commit, xact_rollback, tup_returned, tup_fetched, blks_hit, blks_read FROM pg_stat_database WHERE datname = 'idle'";
my $before = $node->safe_psql('postgres', $footprint);
snapshot();
snapshot();
is($node->safe_psql('postgres', $footprint), $before, 'looking into a database leaves no trace in its statistics');

# Locks of others.
my $holder = $node->background_psql('app');
$holder->query_safe('BEGIN; LOCK plain, toasted IN ACCESS EXCLUSIVE MODE');
my $began = time();
snapshot();
cmp_ok(time() - $began, '<', 2, 'a table held in ACCESS EXCLUSIVE mode does not stall a snapshot');
is($node->safe_psql('postgres', "SELECT count(*) FROM almanac.source_errors"), '0', 'and is no error');
$holder->query_safe('COMMIT');
$holder->query_safe('BEGIN; LOCK pg_class IN ACCESS EXCLUSIVE MODE');
$began = time();
snapshot();
cmp_ok(time() - $began, '<', 8, 'neither does somebody who rewrites pg_class, for long');
is( $node->safe_psql('postgres', "SELECT e.sqlstate FROM almanac.source_errors e JOIN almanac.database_keys d ON d.dbid = e.source WHERE d.datname = 'app'"),
	'55P03', 'but then it is an error of that database alone');
$holder->query_safe('COMMIT');
$holder->quit;
settle();

# What falls without a reset. From here on "start" is now.
$node->safe_psql('postgres', 'CREATE TABLE extra AS SELECT 1');    # the views and the history part ways for what is dropped
app('CREATE INDEX plain_gone ON plain (t); SET enable_seqscan = off; SELECT count(*) FROM plain WHERE t = \'y\'; SELECT count(*) FROM plain WHERE id < 10');
snapshot();
app('DROP INDEX plain_gone; ALTER TABLE toasted ALTER t TYPE varchar(100000)');
snapshot();
keep_views('finish');
my @fell = grep { !/\|idx_|\|t?idx_blks|\|toast_blks/ } split /\n/, differences('start', 'finish');
is("@fell", '', 'an index dropped and a table rewritten are not counted as a reset of the table');

my $scans = 'SELECT coalesce(sum(h.idx_scan), 0) FROM almanac.index_history h WHERE h.indexrelname = \'plain_pkey\'';
my $table_scans = 'SELECT coalesce(sum(h.idx_scan), 0) FROM almanac.table_history h WHERE h.relname = \'plain\'';
my ($scans_before, $table_scans_before) = ($node->safe_psql('postgres', $scans), $node->safe_psql('postgres', $table_scans));
cmp_ok($scans_before, '>', 0, 'the index was used');
app('REINDEX INDEX CONCURRENTLY plain_pkey');
snapshot();
is($node->safe_psql('postgres', $scans), $scans_before, 'an index rebuilt concurrently does not count its past again');
is($node->safe_psql('postgres', $table_scans), $table_scans_before, 'neither does its table');

# Resets.
my $ins = "SELECT sum(n_tup_ins) FROM almanac.table_history WHERE datname = 'app' AND relname = ";
my ($plain_before, $no_index_before) = map { $node->safe_psql('postgres', "$ins '$_'") } 'plain', 'no_index';
app("SELECT pg_stat_reset_single_table_counters('plain'::regclass)");
app('INSERT INTO plain SELECT g FROM generate_series(100001, 100007) g; INSERT INTO no_index VALUES (1)');
snapshot();
is($node->safe_psql('postgres', "$ins 'plain'"), $plain_before + 7, 'a table whose counters were reset goes on');
is($node->safe_psql('postgres', "$ins 'no_index'"), $no_index_before + 1, 'and the others are not taken for reset');
app('SELECT pg_stat_reset()');
app('INSERT INTO plain SELECT g FROM generate_series(200001, 200003) g; INSERT INTO no_index VALUES (1), (2)');
snapshot();
is($node->safe_psql('postgres', "$ins 'plain'"), $plain_before + 10, 'after a reset of the database, too');
is($node->safe_psql('postgres', "$ins 'no_index'"), $no_index_before + 3, 'of any table');

my $shared = "SELECT sum(s.idx_scan) FROM almanac.table_samples s JOIN almanac.table_keys k USING (series_id) WHERE k.dbid = 0";
my $shared_before = $node->safe_psql('postgres', $shared);
my $shared_life = $node->safe_psql('postgres', "SELECT sum(idx_scan) FROM pg_stat_all_tables WHERE relid IN (SELECT oid FROM pg_class WHERE relisshared)");
$node->safe_psql('postgres', 'SELECT pg_stat_reset()');
settle();
snapshot();
cmp_ok($node->safe_psql('postgres', $shared) - $shared_before, '<', $shared_life / 2,
	'shared catalogs are not reset with the database that they are seen in');

# A table dropped and created again is another one.
app('DROP TABLE no_index; CREATE TABLE no_index (a int); INSERT INTO no_index SELECT generate_series(1, 4)');
snapshot();
is($node->safe_psql('postgres', "$ins 'no_index'"), $no_index_before + 7, 'a table that was made anew counts on under its name');

# Databases that are dropped, copied and renamed while they are looked into all the time.
$node->append_conf('postgresql.conf', "pg_almanac.enabled = on\npg_almanac.interval = 1s\npg_almanac.relation_interval = 1s\n");
$node->reload;
my $slowest = 0;
foreach my $i (1 .. 10)
{
	foreach my $sql ("CREATE DATABASE copy_$i TEMPLATE copied", "ALTER DATABASE copy_$i RENAME TO moved_$i", "DROP DATABASE moved_$i")
	{
		my $start = time();
		my ($status, undef, $stderr) = $node->psql('postgres', $sql);
		is($status, 0, $sql) or diag $stderr;
		my $took = time() - $start;
		$slowest = $took if $took > $slowest;
		$node->safe_psql('postgres', 'SELECT almanac.take_snapshot()') if $i % 3 == 0;
	}
}
cmp_ok($slowest, '<', 4, 'nobody had to wait for us');
$node->safe_psql('postgres', 'DROP DATABASE doomed');
snapshot();
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_almanac database%' AND state_change < now() - interval '5 s'"),
	'0', 'no worker is left behind');
$node->stop('fast');
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal/, 'and nothing crashed');

done_testing();
