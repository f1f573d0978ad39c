# A schema of known defects, each kind at least once, with what only looks like one beside each: exactly the expected findings, from the
# worker, in a database without the extension. What is suggested runs as it is printed, and ends its finding.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use IPC::Run ();
use Time::HiRes ();
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'no /proc here' if !-r '/proc/meminfo';

my $node = almanac_server('findings', conf => <<'CONF');
pg_stat_statements.max = 100
effective_cache_size = 1MB
shared_buffers = 1MB
work_mem = 1MB
maintenance_work_mem = 1GB
log_lock_waits = on
wal_buffers = 1MB
max_connections = 30
max_prepared_transactions = 5
deadlock_timeout = 10ms
archive_mode = on
archive_command = 'true'
wal_level = replica
CONF
value($node, 'CREATE DATABASE shop');

sub shop { return $node->safe_psql('shop', $_[0]); }

# Statistics of a session are known when it has gone.
sub settle { wait_for_quiet($node, @_); return; }

# A session that goes on.
sub session
{
	my ($sql, @more) = @_;
	my %session = (in => '', out => '', err => '');
	$session{run} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=0', '-U', 'app', '-h', $node->host, '-p', $node->port, @more, 'shop' ], '<', \$session{in}, '>', \$session{out}, '2>', \$session{err});
	say_to(\%session, $sql);
	return \%session;
}

sub say_to
{
	my ($session, $sql) = @_;
	$session->{in} .= "$sql;\n\\echo done\n";
	my $before = () = $session->{out} =~ /^done$/mg;
	IPC::Run::pump($session->{run}) until ($session->{out} =~ tr/\n// && (() = $session->{out} =~ /^done$/mg) > $before);
	return;
}

sub leave { $_[0]->{in} .= "\\q\n"; $_[0]->{run}->finish; return; }

# Waits for the worker, which is woken up now and then: nothing is due for it otherwise.
sub until_so
{
	my ($condition) = @_;
	for (1 .. 600)
	{
		return if value($node, "SELECT $condition") eq 't';
		seal($node);
		Time::HiRes::usleep(200_000);
	}
	die "never so: $condition\n" . value($node, 'TABLE almanac.catalog_looks');
}

# What the worker finds, in a whole round that began from now on.
sub look
{
	my $since = value($node, 'SELECT clock_timestamp()');
	configure($node, 'pg_almanac.analysis_interval' => 1);
	until_so("(SELECT count(*) >= 2 AND min(\"time\") > '$since' FROM almanac.catalog_looks)");
	my $first = value($node, 'SELECT max("time") FROM almanac.catalog_looks');
	until_so("(SELECT min(l.\"time\") > '$first' AND max(l.\"time\") < (SELECT min(c.\"time\") FROM almanac.finding_checks c) FROM almanac.catalog_looks l)");
	configure($node, 'pg_almanac.analysis_interval' => 0);
	return;
}

sub found
{
	my ($where) = @_;
	return value($node, "SELECT COALESCE(string_agg(kind || ' ' || object, E'\\n' ORDER BY kind COLLATE \"C\", object COLLATE \"C\"), '') FROM almanac.findings WHERE $where");
}

sub state_of
{
	my ($kind, $object) = @_;
	return value($node, "SELECT state FROM almanac.findings WHERE kind = '$kind' AND object = '$object'");
}

my $hypopg = value($node, "SELECT count(*) FROM pg_available_extensions WHERE name = 'hypopg'");
shop('CREATE EXTENSION hypopg') if $hypopg;

# Small things count here.
my %thresholds = (index_min_bytes => 50000, foreign_key_min_bytes => 50000, bloat_min_bytes => 1000000, large_table_rows => 25000, large_dead_rows => 3000, xid_age => 1e8,
	statement_min_seconds => 0.0001, scan_min_seconds => 0.0001, scan_min_calls => 3, hypothetical => 1, top_share => 0.4, spill_bytes => 1e6, miss_bytes => 1e6, variance_ratio => 30, n_plus_one_calls => 500, n_plus_one_share => 0.2,
	offset_blocks => 50, error_count => 10, database_min_bytes => 1e6, temp_bytes => 1e6, forced_checkpoints => 3, forced_checkpoint_share => 0.1, deadlocks => 1, slot_bytes => 0, evictions => 1,
	validate_hours => 0, wal_buffers_full => 1e9);
value($node, "SELECT almanac.set_finding_threshold('$_', $thresholds{$_})") for sort keys %thresholds;
# The machine that this runs on may be short of anything.
value($node, "SELECT almanac.set_threshold('$_', 1)") for qw(disk memory cpu history);

# Indexes by use. Each table has one index of another kind; all but the first are there for a reason.
shop(<<'SQL');
CREATE TABLE unused (id int PRIMARY KEY, a int, b text, c int, d int, parent int, e int, period int4range);
INSERT INTO unused SELECT i, i, md5(i::text), i, i, i % 100, i, int4range(i, i + 1) FROM generate_series(1, 20000) i;
CREATE INDEX unused_a ON unused (a);
CREATE INDEX unused_used ON unused (b);
CREATE UNIQUE INDEX unused_unique ON unused (c);
CREATE INDEX unused_small ON unused (d) WHERE d < 10;
CREATE TABLE parent (id int PRIMARY KEY);
INSERT INTO parent SELECT generate_series(0, 99);
CREATE INDEX unused_for_key ON unused (parent);
ALTER TABLE unused ADD FOREIGN KEY (parent) REFERENCES parent;
CREATE INDEX unused_cluster ON unused (e);
ALTER TABLE unused CLUSTER ON unused_cluster;
CREATE INDEX unused_range ON unused USING gist (period);
ALTER TABLE unused ADD EXCLUDE USING gist (period WITH &&);
DROP INDEX unused_range;
CREATE TABLE parts (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100000);
INSERT INTO parts SELECT i, i FROM generate_series(1, 20000) i;
CREATE INDEX parts_a ON parts (a);
CREATE INDEX parts_used ON parts (id);
VACUUM ANALYZE;
SQL
settle();
snapshot($node);
as_app($node, 'shop', "SET enable_seqscan = off; SELECT count(*) FROM unused WHERE b = 'x'; SELECT count(*) FROM parts WHERE id = 5");
settle();
snapshot($node);
# A reset of the statistics makes nothing unused that was used before.
shop("SELECT pg_stat_reset()");
settle();
snapshot($node);
look();
is(found("kind = 'index_unused'"), '', 'no index is unused while the record is young');
is(found("area = 'statements'"), '', 'nor is there a finding about statements');

# Forty days later.
value($node, "UPDATE almanac.recorder SET started = started - interval '40 days'; UPDATE almanac.index_keys SET first_seen = first_seen - interval '40 days'");
shop(<<'SQL');
-- Young as they are, none of these is unused.
CREATE TABLE same (id int PRIMARY KEY, a int, b text, c text COLLATE "C", d int, e int, f int, g int, h int, k int, m text);
INSERT INTO same SELECT i, i, md5(i::text), md5(i::text), i, i, i, i, i, i, repeat(md5(i::text), 8) FROM generate_series(1, 10000) i;
CREATE INDEX same_a_1 ON same (a);
CREATE INDEX same_a_2 ON same (a);
CREATE INDEX same_b_1 ON same (b);
CREATE INDEX same_b_operators ON same (b text_pattern_ops);
CREATE INDEX same_b_hash ON same USING hash (b);
CREATE INDEX same_c_1 ON same (c);
CREATE INDEX same_c_collation ON same (c COLLATE "POSIX");
CREATE INDEX same_d_some ON same (d) WHERE d > 10;
CREATE INDEX same_d_all ON same (d);
CREATE INDEX same_e ON same (e);
ALTER TABLE same ADD CONSTRAINT same_e_unique UNIQUE (e);
CREATE INDEX same_f_expression_1 ON same ((f + 1));
CREATE INDEX same_f_expression_2 ON same ((f + 2));
CREATE INDEX same_f_expression_3 ON same ((f + 2));
CREATE TABLE prefix (id int PRIMARY KEY, a int, b int, c int, d int, e int, f int, g text);
INSERT INTO prefix SELECT i, i, i, i, i, i, i, repeat(md5(i::text), 10) FROM generate_series(1, 10000) i;
CREATE INDEX prefix_a ON prefix (a);
CREATE INDEX prefix_a_b ON prefix (a, b);
CREATE UNIQUE INDEX prefix_b_unique ON prefix (b);
CREATE INDEX prefix_b_c ON prefix (b, c);
CREATE INDEX prefix_c_down ON prefix (c DESC);
CREATE INDEX prefix_c_d ON prefix (c, d);
CREATE INDEX prefix_d_include ON prefix (d) INCLUDE (e);
CREATE INDEX prefix_d_a ON prefix (d, a);
CREATE INDEX prefix_e_some ON prefix (e) WHERE e > 5;
CREATE INDEX prefix_e_a ON prefix (e, a);
CREATE INDEX prefix_f_narrow ON prefix (f);
CREATE INDEX prefix_f_wide ON prefix (f, g);
CREATE TABLE invalid (a int, b int, c int);
INSERT INTO invalid SELECT i % 5000, i, i FROM generate_series(1, 10000) i;
CREATE INDEX invalid_b_ccnew ON invalid (b);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'invalid_b_ccnew'::regclass;
-- Foreign keys: deletes in child_of.
CREATE TABLE child_of (id int PRIMARY KEY, a int, b int, UNIQUE (a, b));
INSERT INTO child_of SELECT i, i, i FROM generate_series(1, 1000) i;
CREATE TABLE kept (id int PRIMARY KEY);
INSERT INTO kept SELECT generate_series(1, 1000);
CREATE TABLE child (id int, one int REFERENCES child_of, two int REFERENCES kept, three int REFERENCES child_of, four int REFERENCES child_of, x int, y int,
	CONSTRAINT child_both FOREIGN KEY (x, y) REFERENCES child_of (a, b));
INSERT INTO child SELECT i, i % 900 + 1, i % 900 + 1, i % 900 + 1, i % 900 + 1, i % 900 + 1, i % 900 + 1 FROM generate_series(1, 5000) i;
CREATE INDEX child_three ON child (three, id);
CREATE INDEX child_four ON child (four) WHERE four IS NOT NULL;
CREATE INDEX child_both_index ON child (y, x);
CREATE TABLE child_small (one int REFERENCES child_of);
CREATE TABLE child_parts (id int, one int REFERENCES child_of) PARTITION BY RANGE (id);
CREATE TABLE child_part PARTITION OF child_parts FOR VALUES FROM (0) TO (100000);
INSERT INTO child_parts SELECT i, i % 900 + 1 FROM generate_series(1, 5000) i;
-- Vacuum and analyze.
CREATE TABLE dead (id int);
INSERT INTO dead SELECT generate_series(1, 20000);
CREATE TABLE dead_small (id int);
INSERT INTO dead_small SELECT generate_series(1, 500);
CREATE TABLE dead_due (id int) WITH (autovacuum_vacuum_scale_factor = 0.8, autovacuum_analyze_scale_factor = 0.8);
INSERT INTO dead_due SELECT generate_series(1, 20000);
CREATE TABLE large (id int, a int);
INSERT INTO large SELECT i, i FROM generate_series(1, 30000) i;
CREATE TABLE large_written_once (id int, a int);
INSERT INTO large_written_once SELECT i, i FROM generate_series(1, 30000) i;
CREATE TABLE large_set (id int, a int) WITH (autovacuum_vacuum_scale_factor = 0.01);
INSERT INTO large_set SELECT i, i FROM generate_series(1, 30000) i;
CREATE TABLE no_vacuum (id int) WITH (autovacuum_enabled = off);
INSERT INTO no_vacuum SELECT generate_series(1, 15000);
CREATE TABLE no_vacuum_read (id int) WITH (autovacuum_enabled = off);
INSERT INTO no_vacuum_read SELECT generate_series(1, 15000);
-- Space.
CREATE TABLE bloated (id int PRIMARY KEY, a text);
INSERT INTO bloated SELECT i, md5(i::text) FROM generate_series(1, 100000) i;
CREATE TABLE filled (id int, a text) WITH (fillfactor = 40);
INSERT INTO filled SELECT i, md5(i::text) FROM generate_series(1, 40000) i;
CREATE TABLE no_stats (id int, a text);
INSERT INTO no_stats SELECT i, md5(i::text) FROM generate_series(1, 5000) i;
-- Scanned sequentially.
CREATE TABLE scanned (id int PRIMARY KEY, a int, status text, email varchar(50), note text, few int, recent timestamptz, indexed int, seldom int, day date, guarded int);
INSERT INTO scanned SELECT i, i % 2000, 'done', 'u' || i, md5(i::text), i % 5, now() - i * interval '1 hour', i, i, date '2020-01-01' + i % 2000, i FROM generate_series(1, 20000) i;
CREATE FUNCTION who() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = pg_backend_pid() AND a.backend_type LIKE 'pg\_almanac%') THEN
		RAISE EXCEPTION 'planned by %, session of %', current_user, session_user;
	END IF;
	RETURN true;
END $$;
CREATE TABLE scanned_of (id int PRIMARY KEY);
INSERT INTO scanned_of SELECT generate_series(0, 2100);
ALTER TABLE scanned ADD FOREIGN KEY (a) REFERENCES scanned_of;
CREATE INDEX scanned_indexed ON scanned (indexed);
CREATE TABLE scanned_small (a int);
INSERT INTO scanned_small SELECT generate_series(1, 2000);
CREATE TABLE scanned_parts (id int, "A b" int, note text) PARTITION BY RANGE (id);
CREATE TABLE scanned_parts_1 PARTITION OF scanned_parts FOR VALUES FROM (0) TO (10000);
CREATE TABLE scanned_parts_2 PARTITION OF scanned_parts FOR VALUES FROM (10000) TO (100000);
CREATE INDEX scanned_parts_id ON scanned_parts (id);
CREATE INDEX scanned_parts_again ON scanned_parts (id);
INSERT INTO scanned_parts SELECT i, i % 2000, md5(i::text) FROM generate_series(1, 20000) i;
-- For statements.
CREATE TABLE item (id int PRIMARY KEY, a int, b text);
INSERT INTO item SELECT i, i, md5(i::text) FROM generate_series(1, 30000) i;
GRANT ALL ON ALL TABLES IN SCHEMA public TO app;
VACUUM ANALYZE;
SQL
$node->psql('shop', 'CREATE UNIQUE INDEX CONCURRENTLY invalid_a ON invalid (a)');
settle();
shop('DELETE FROM child_of WHERE id > 950; DELETE FROM scanned_of WHERE id > 2098; DELETE FROM bloated WHERE id % 10 <> 0; UPDATE no_vacuum SET id = id + 1; UPDATE large SET a = 0 WHERE id = 1; UPDATE large_set SET a = 0 WHERE id = 1');
settle();
shop('VACUUM ANALYZE');
settle();
shop('DELETE FROM dead WHERE id > 8000; DELETE FROM dead_small; DELETE FROM dead_due WHERE id > 8000; CREATE TABLE changed (id int); INSERT INTO changed SELECT generate_series(1, 20000)');
settle();

# What reads whole tables: for few rows of columns without an index, and for a reason.
as_app($node, 'shop', join('', ($_) x 4)) for split /\n/, <<'SQL';
SELECT note FROM scanned WHERE a = 17;
SELECT count(*) FROM scanned WHERE a = 18 AND status = 'done' AND few = 1;
SELECT note FROM scanned WHERE email = 'u700';
DELETE FROM scanned_parts WHERE "A b" = -1;
SELECT note FROM scanned WHERE recent > now() - interval '5 hours' ORDER BY recent;
SELECT note FROM scanned WHERE guarded = 7 AND who();
SELECT count(*) FROM scanned WHERE status = 'done';
SELECT note FROM scanned WHERE few = 3;
SELECT count(*) FROM scanned WHERE day > '2023-01-01';
SELECT note FROM scanned WHERE day > '2021-01-01';
SELECT note FROM scanned WHERE note LIKE '%cafe';
SELECT note FROM scanned WHERE lower(note) = 'x';
SELECT note FROM scanned WHERE seldom = 1 OR few = 7;
SELECT note FROM scanned WHERE id + seldom = 5;
SELECT * FROM scanned_small WHERE a = 7;
SET enable_indexscan = off; SET enable_bitmapscan = off; SELECT note FROM scanned WHERE indexed = 5;
SQL
as_app($node, 'shop', 'SELECT note FROM scanned WHERE seldom = 12');
settle();

# An index that is being built is not invalid for long.
my $holder = session('BEGIN; LOCK TABLE filled IN ROW EXCLUSIVE MODE');
my $builder = IPC::Run::start([ 'psql', '-Xq', '-h', $node->host, '-p', $node->port, '-c', 'CREATE INDEX CONCURRENTLY being_built ON filled (a)', 'shop' ]);
$node->poll_query_until('shop', "SELECT count(*) = 1 FROM pg_index WHERE indexrelid = to_regclass('being_built') AND NOT indisvalid AND EXISTS (SELECT FROM pg_stat_progress_create_index)") or die 'no index is built';
snapshot($node);
look();
is(found("area IN ('indexes', 'tables')"), <<'TEXT' =~ s/\n\z//r, 'exactly the defects of indexes and tables');
autovacuum_off no_vacuum
autovacuum_scale large
foreign_key_unindexed child_one_fkey
index_bloat bloated_pkey
index_duplicate same_a_2
index_duplicate same_e
index_duplicate same_f_expression_3
index_duplicate scanned_parts_again
index_invalid invalid_a
index_invalid invalid_b_ccnew
index_missing scanned (a)
index_missing scanned (email)
index_missing scanned (guarded)
index_missing scanned (recent)
index_missing scanned_parts ("A b")
index_redundant prefix_a
index_unused parts_a
index_unused unused_a
table_analyze_late changed
table_bloat bloated
table_vacuum_late dead
TEXT
is(found("kind = 'idle_in_transaction'"), '', 'a transaction that began just now is not idle');
leave($holder);
$builder->finish;
is(value($node, "SELECT count(*) FROM almanac.catalog_looks WHERE error IS NOT NULL"), 0, 'every database could be asked');
is(value($node, "SELECT string_agg(kind || ': ' || error, '; ') FROM almanac.finding_kinds WHERE error IS NOT NULL"), '', 'every kind could be looked for');

is(value($node, "SELECT evidence ->> 'statements', evidence ->> 'rows', query ~ 'FROM scanned WHERE a = ', message LIKE '2 statements read all 20000 rows of scanned, 8 times a day, for about 10 each; no index begins with a%' FROM almanac.findings WHERE object = 'scanned (a)'"),
	'2|20000|t|t', 'statements that want the same index are told of together') or diag(value($node, "SELECT message, evidence FROM almanac.findings WHERE kind = 'index_missing'"));

is(value($node, "SELECT sql FROM almanac.findings WHERE object = 'parts_a'"), 'DROP INDEX public.parts_a;', 'the index of a partitioned table goes with those of partitions');
value($node, "UPDATE almanac.finding_log SET evidence = evidence || '{\"waste_first\": 1000000}' WHERE kind = 'table_bloat'");
is(value($node, "SELECT t.told ~ '^; [0-9]+ kB a day more since 20', t.trend ->> 'waste_first' FROM almanac.catalog_facts f, almanac.bloat_trend(f, now() + interval '2 days') t WHERE f.kind = 'table_bloat'"),
	't|1000000', 'how fast bloat grew');

# What HypoPG makes of them; planning executes what is somebody's, and nobody else does that for him.
configure($node, 'pg_almanac.analysis_interval' => 1);
until_so("(SELECT count(*) = 4 FROM almanac.findings WHERE relname = 'scanned' AND kind = 'index_missing' AND evidence ? 'what_if')");
configure($node, 'pg_almanac.analysis_interval' => 0);
if ($hypopg)
{
	is(value($node, "SELECT string_agg(object, ',' ORDER BY object) FROM almanac.findings WHERE object <> 'scanned (recent)' AND evidence @> '{\"what_if\": {\"used\": true}}' AND (evidence -> 'what_if' ->> 'cost_after')::float8 < 0.5 * (evidence -> 'what_if' ->> 'cost_before')::float8"),
		'scanned (a),scanned (email)', 'HypoPG says what indexes would do') or diag(value($node, "SELECT object, evidence -> 'what_if' FROM almanac.findings WHERE kind = 'index_missing'"));
	is(value($node, "SELECT evidence -> 'what_if' ->> 'error' FROM almanac.findings WHERE object = 'scanned (guarded)'"), 'planned by app, session of app', 'nothing is planned for a role but by itself');
}
else
{
	is(value($node, "SELECT DISTINCT evidence -> 'what_if' ->> 'error' FROM almanac.findings WHERE relname = 'scanned' AND kind = 'index_missing'"), 'extension hypopg is not there', 'HypoPG is not there');
}

# What is suggested, as it is printed.
shop('DELETE FROM invalid WHERE ctid NOT IN (SELECT min(ctid) FROM invalid GROUP BY a)');
my @suggested = split /\n/, value($node, "SELECT sql FROM almanac.findings WHERE area IN ('indexes', 'tables') AND state = 'open' AND kind NOT IN ('table_bloat', 'index_bloat') ORDER BY finding_id");
is(scalar(@suggested), 19, 'there is something to run for each');
for my $sql (@suggested)
{
	my ($status, undef, $error) = $node->psql('shop', $sql);
	is($status, 0, $sql) or diag($error);
}
settle();
is(value($node, "SELECT sql FROM almanac.findings WHERE kind = 'index_bloat'"), 'REINDEX INDEX CONCURRENTLY public.bloated_pkey;', 'an index is built anew');
$node->psql('shop', $_) for 'REINDEX INDEX CONCURRENTLY public.bloated_pkey;', value($node, "SELECT sql FROM almanac.findings WHERE kind = 'table_bloat'");
settle();
look();
is(found("area IN ('indexes', 'tables') AND state NOT IN ('applied', 'validated')"), '', 'all of it is seen to be done');
as_app($node, 'shop', $_) for split /\n/, <<'SQL';
SELECT note FROM scanned WHERE a = 17;
SELECT count(*) FROM scanned WHERE a = 18 AND status = 'done' AND few = 1;
SELECT note FROM scanned WHERE email = 'u700';
DELETE FROM scanned_parts WHERE "A b" = -1;
SELECT note FROM scanned WHERE recent > now() - interval '5 hours' ORDER BY recent;
SELECT note FROM scanned WHERE guarded = 7 AND who();
SQL
settle();
snapshot($node);
look();
is(value($node, "SELECT string_agg(DISTINCT verdict, ',') FROM almanac.findings WHERE kind IN ('index_unused', 'index_duplicate', 'index_redundant', 'index_bloat', 'table_bloat', 'table_vacuum_late', 'table_analyze_late', 'index_missing') AND state = 'validated' AND object !~ '^(parts|scanned_parts)_'"),
	'improved', 'and to have helped') or diag(value($node, "SELECT kind, object, verdict, measure, value_before, value_after FROM almanac.findings WHERE state = 'validated' AND verdict <> 'improved'"));
is(value($node, "SELECT value_after < value_before / 2 FROM almanac.findings WHERE kind = 'table_bloat'"), 't', 'by how much is told');

is(value($node, "SELECT count(*), bool_and(value_after < 0.2 * value_before) FROM almanac.findings WHERE kind = 'index_missing' AND state = 'validated'"), '5|t', 'indexes spare statements most of the blocks');

# Large tables, by how they are read.
shop(<<'SQL');
CREATE FUNCTION filled(name text, columns text, rows int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I AS SELECT i AS id, repeat(''x'', 1200) AS note%s FROM generate_series(1, %s) i', name, columns, rows);
END $$;
SELECT filled('big_scanned', '', 10000), filled('big_read', '', 10000), filled('big_seldom', '', 10000), filled('big_wanted', ', i % 5000 AS a', 10000),
	filled('big_log', $$, now() - (20000 - i) * interval '2 hours' AS at, date '1950-01-01' + i * 7919 % 10000 AS born$$, 20000),
	filled('big_random', $$, i * 7919 % 20000 AS a, now() - (i * 7919 % 20000) * interval '2 hours' AS at$$, 20000);
ALTER TABLE big_random DROP COLUMN id;
CREATE INDEX big_random_a ON big_random (a);
CREATE INDEX big_read_new ON big_read (id);
CREATE UNIQUE INDEX big_seldom_new ON big_seldom (id);
CREATE TABLE big_part (LIKE big_log) PARTITION BY RANGE (at);
CREATE TABLE big_part_1 PARTITION OF big_part DEFAULT;
INSERT INTO big_part SELECT i, repeat('x', 1200), now() - (20000 - i) * interval '2 hours' FROM generate_series(1, 20000) i;
CREATE TABLE toast_empty (id int, a text);
ALTER TABLE toast_empty ALTER a SET STORAGE EXTERNAL;
CREATE TABLE toast_full (LIKE toast_empty INCLUDING ALL);
INSERT INTO toast_empty SELECT i, repeat('x', 6000) FROM generate_series(1, 1000) i;
INSERT INTO toast_full TABLE toast_empty;
DELETE FROM toast_empty WHERE id % 10 <> 0;
GRANT ALL ON ALL TABLES IN SCHEMA public TO app;
VACUUM ANALYZE;
SQL
$node->safe_psql('shop', "VACUUM ANALYZE $_") for qw(big_scanned big_read big_seldom big_wanted big_log big_random big_part_1 toast_empty toast_full);
as_app($node, 'shop', 'SELECT count(*) FROM big_random WHERE a = 5; SELECT count(*) FROM big_part WHERE id < 0;' . join('', map { <<"SQL" } 1 .. 5));
SELECT id FROM big_scanned WHERE note LIKE '%$_%';
SELECT sum(length(note)) + $_ FROM big_read;
SELECT count(*) FROM big_wanted WHERE a = $_;
SELECT note FROM big_seldom WHERE id = $_;
SQL
settle();
snapshot($node);
value($node, "UPDATE almanac.table_keys SET first_seen = first_seen - interval '40 days' WHERE relname LIKE 'big%'; UPDATE almanac.index_keys SET first_seen = now() - interval '10 days' WHERE relname LIKE 'big%'");
my %large = (scan_large_bytes => 12e6, scan_large_times => 4, partition_min_bytes => 2e7, unread_min_bytes => 2e7, unread_scans => 0, old_min_bytes => 2e7);
value($node, "SELECT almanac.set_finding_threshold('$_', $large{$_})") for sort keys %large;
look();
is(found("area IN ('indexes', 'tables') AND state = 'open'"), <<'TEXT' =~ s/\n\z//r, 'what is wrong with large tables, and nothing else');
index_missing big_wanted (a)
index_never_used big_read_new
table_old_rows big_log
table_partition big_log
table_seq_scans big_scanned
table_unread big_log
toast_bloat toast_empty
TEXT
is(value($node, "SELECT evidence ->> 'column', evidence ->> 'share' FROM almanac.findings WHERE kind = 'table_old_rows'"), 'at|0.56', 'how much of a table is old');
is(value($node, "SELECT query LIKE 'SELECT id FROM big_scanned%', evidence ->> 'times_per_day' FROM almanac.findings WHERE kind = 'table_seq_scans'"), 't|5', 'who reads all of a table');
shop($_) for split /\n/, value($node, "SELECT sql FROM almanac.findings WHERE area IN ('indexes', 'tables') AND state = 'open' AND sql IS NOT NULL ORDER BY finding_id");
shop('DROP TABLE big_log');
value($node, "SELECT almanac.set_finding_threshold('scan_large_times', 1000)");
settle();
look();
is(found("area IN ('indexes', 'tables') AND state = 'open'"), '', 'all of that is over');
is(found("kind IN ('table_unread', 'index_never_used', 'toast_bloat', 'index_missing') AND state NOT IN ('applied', 'validated')"), '', 'and somebody did it');
value($node, "SELECT almanac.set_finding_threshold('$_', NULL)") for sort keys %large;
shop('DROP TABLE big_scanned, big_read, big_seldom, big_wanted, big_random, big_part, toast_empty, toast_full');

# It comes back: the same finding, open again. Gone with its table it is not done.
shop('CREATE INDEX same_a_2 ON same (a)');
look();
is(value($node, "SELECT state, times_opened, verdict IS NULL FROM almanac.findings WHERE kind = 'index_duplicate' AND object = 'same_a_2'"), 'open|2|t', 'what comes back is open again');
shop('DROP TABLE same');
look();
is(state_of('index_duplicate', 'same_a_2'), 'resolved', 'what goes with its table was not done');

# Under another name it is another finding, and the one before is not done.
shop("CREATE TABLE moved (a int); CREATE INDEX moved_1 ON moved (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'moved_1'::regclass");
look();
is(state_of('index_invalid', 'moved_1'), 'open', 'an invalid index');
shop('ALTER INDEX moved_1 RENAME TO moved_2');
look();
is(state_of('index_invalid', 'moved_1') . ' ' . state_of('index_invalid', 'moved_2'), 'resolved open', 'that is renamed');
shop('DROP TABLE moved');

# Catalogs are read while somebody has tables for himself, which no one would come to.
my $owner = session('BEGIN; LOCK TABLE unused, prefix, child, child_of, bloated IN ACCESS EXCLUSIVE MODE');
look();
leave($owner);
is(value($node, 'SELECT count(*) FROM almanac.catalog_looks WHERE error IS NOT NULL'), 0, 'no lock is waited for');

# A database is given up at once, while it is asked over and over.
configure($node, 'pg_almanac.analysis_interval' => 1);
my $refused = 0;
for my $turn (1 .. 5)
{
	seal($node);
	my ($status) = $node->psql('postgres', "CREATE DATABASE doomed TEMPLATE shop");
	$refused += $status != 0;
	seal($node);
	($status) = $node->psql('postgres', 'DROP DATABASE IF EXISTS doomed');
	$refused += $status != 0;
}
configure($node, 'pg_almanac.analysis_interval' => 0);
is($refused, 0, 'databases are copied and dropped meanwhile');
value($node, "SELECT almanac.forget_catalogs()");

# An index that is used after all; one that a threshold hides.
value($node, "SELECT almanac.set_finding_threshold('index_min_bytes', 0)");
look();
is(found("kind = 'index_unused' AND state = 'open'"), 'index_unused unused_small', 'a smaller index counts if it is told to');
as_app($node, 'shop', 'SET enable_seqscan = off; SELECT count(*) FROM unused WHERE d < 10');
settle();
snapshot($node);
look();
is(state_of('index_unused', 'unused_small'), 'resolved', 'an index that is used is not unused');
shop('CREATE INDEX kept_1 ON kept (id)');
look();
is(state_of('index_duplicate', 'kept_1'), 'open', 'another duplicate');
value($node, "SELECT almanac.set_finding_threshold('index_min_bytes', 1e6)");
look();
is(state_of('index_duplicate', 'kept_1'), 'resolved', 'what a threshold hides was not done');

# A table that was not frozen for long.
shop('CREATE TABLE ancient (id int); INSERT INTO ancient VALUES (1)');
shop('DO $$ BEGIN FOR i IN 1..4000 LOOP BEGIN INSERT INTO ancient VALUES (i); EXCEPTION WHEN unique_violation THEN NULL; END; END LOOP; END $$');
for my $database ('postgres', 'shop')
{
	my $tables = $node->safe_psql($database, "SELECT format('VACUUM (FREEZE) %s;', oid::regclass) FROM pg_class WHERE relkind IN ('r', 'm') AND relname <> 'ancient' AND relpersistence = 'p'");
	$node->safe_psql($database, $tables);
}
value($node, "SELECT almanac.set_finding_threshold('xid_age', 3000)");
look();
is(found("kind = 'table_xid_age' AND state = 'open'"), 'table_xid_age ancient', 'a table with old rows');
shop(value($node, "SELECT sql FROM almanac.findings WHERE kind = 'table_xid_age'"));
look();
is(state_of('table_xid_age', 'ancient'), 'applied', 'they are frozen');
value($node, "SELECT almanac.set_finding_threshold('xid_age', NULL)");

# Statements.
my $many = join('', map { 'SELECT 2 + length(pg_sleep(' . ($_ % 60 == 0 ? '0.05' : '0.00') . ")::text);\n" } 1 .. 1100);
as_app($node, 'shop', $many);
as_app($node, 'shop', join('', map { "SELECT b FROM item WHERE id = $_;\n" } 1 .. 700));
as_app($node, 'shop', 'SELECT pg_sleep(6)');
as_app($node, 'shop', "SET work_mem = '64MB'; " . 'SELECT id, b FROM item ORDER BY b, id OFFSET 25000 LIMIT 1');
as_app($node, 'shop', "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT b FROM item ORDER BY b OFFSET 0) i");
$node->psql('shop', join('', map { "SELECT 1 / (id - " . ($_ % 5 == 0 ? 0 : $_) . ") FROM item WHERE id = $_;\n" } 1 .. 25), extra_params => [ '--username', 'app' ], on_error_stop => 0);
as_app($node, 'shop', join('', map { "SELECT a FROM item WHERE id BETWEEN $_ AND $_ + 1;\n" } 1 .. 20));
as_app($node, 'shop', 'SET enable_indexscan = off; SET enable_bitmapscan = off;' . join('', map { "SELECT a FROM item WHERE id BETWEEN $_ AND $_ + 1;\n" } 1 .. 20));
as_app($node, 'shop', 'SELECT count(*) FROM bloated; SELECT count(*) FROM large_written_once, (VALUES (1), (2)) v');
settle();
snapshot($node);
look();
my $all = found("area = 'statements' AND state = 'open'");
for my $expected ([ 'statement_top', 'SELECT pg_sleep($1)' ], [ 'statement_variance', 'SELECT $1 + length(%' ], [ 'statement_n_plus_one', 'SELECT b FROM item WHERE id = $1' ],
	[ 'statement_offset', '%OFFSET $1 LIMIT $2' ], [ 'statement_spills', 'SELECT count(*) FROM (SELECT b%' ], [ 'statement_errors', 'SELECT $1 / (id%' ], [ 'plan_unstable', 'SELECT a FROM item WHERE id BETWEEN%' ])
{
	my ($kind, $query) = @$expected;
	is(value($node, "SELECT count(*), bool_and(query LIKE '$query') FROM almanac.findings WHERE kind = '$kind' AND state = 'open'"), '1|t', "$kind and nothing else")
	  or diag(value($node, "SELECT kind, query, message FROM almanac.findings WHERE area = 'statements'"));
}
my $spill = value($node, "SELECT sql FROM almanac.findings WHERE kind = 'statement_spills'");
like($spill, qr/^ALTER ROLE app IN DATABASE shop SET work_mem = '\d+MB';$/, 'more memory for the role');
shop($spill);

# The server. It archives nothing, keeps WAL for nobody, and its settings are small for it.
value($node, "SELECT pg_create_physical_replication_slot('left_over', true)");
value($node, 'CHECKPOINT') for 1 .. 4;
configure($node, archive_command => "'false'");
value($node, 'SELECT pg_switch_wal()');
$node->poll_query_until('postgres', 'SELECT failed_count > 0 FROM pg_stat_archiver') or die 'the archiver does not fail';
as_app($node, 'shop', "BEGIN; INSERT INTO item VALUES (0, 0, ''); PREPARE TRANSACTION 'forgotten'");
# Each of two sessions takes its lock, waits until the other has taken his, and wants that.
my $cross = "DO \$\$ BEGIN PERFORM pg_advisory_xact_lock(%d); WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = %d) LOOP PERFORM pg_sleep(0.01); END LOOP; PERFORM pg_advisory_xact_lock(%d); END \$\$";
my @crossing = map { IPC::Run::start([ 'psql', '-Xq', '-U', 'app', '-h', $node->host, '-p', $node->port, '-c', sprintf($cross, @$_), 'shop' ], '2>', '/dev/null') } [ 1, 2, 2 ], [ 2, 1, 1 ];
$_->finish for @crossing;
as_app($node, 'shop', join('', map { 'SELECT ' . join(', ', (1) x $_) . ";\n" } 1 .. 180));
settle();
snapshot($node);
as_app($node, 'shop', join('', map { 'SELECT true, ' . join(', ', (1) x $_) . ";\n" } 1 .. 180));
settle();
snapshot($node);
my $idle = session("SET application_name = 'idler'; BEGIN; SELECT count(*) FROM item");
value($node, "SELECT almanac.set_finding_threshold('idle_transaction_minutes', 0), almanac.set_threshold('connections', 0.01)");
value($node, 'SELECT almanac.measure_capacity()');
look();
is(found("(area = 'server' OR object = 'connections') AND state = 'open'"), <<'TEXT' =~ s/\n\z//r, 'what is wrong with the server');
archiver_failing archiver
backup_missing backup
capacity connections
checkpoints_forced max_wal_size
deadlocks shop
idle_in_transaction idler
prepared_transaction forgotten
setting_autovacuum autovacuum
setting_effective_cache_size effective_cache_size
setting_shared_buffers shared_buffers
setting_unsafe fsync
setting_work_mem work_mem
slot_unused left_over
statements_evicted pg_stat_statements.max
TEXT
is(value($node, "SELECT status FROM almanac.health WHERE area = 'server'"), 'YELLOW', 'which health tells');
for my $finding (split /\n/, value($node, "SELECT COALESCE(datname, 'postgres'), sql FROM almanac.findings WHERE area = 'server' AND state = 'open' AND sql IS NOT NULL ORDER BY finding_id"))
{
	my ($database, $sql) = split /\|/, $finding, 2;
	my ($status, undef, $error) = $node->psql($database, $sql);
	is($status, 0, $sql) or diag($error);
}
$idle->{run}->kill_kill;
configure($node, archive_command => "'true'");
$node->poll_query_until('postgres', 'SELECT last_archived_time > last_failed_time FROM pg_stat_archiver') or die 'the archiver goes on failing';
value($node, 'SELECT almanac.note_backup()');
settle();
look();
is(value($node, "SELECT bool_and(message LIKE '%waits for a restart') FROM almanac.findings WHERE kind IN ('setting_shared_buffers', 'statements_evicted') AND state = 'open'"), 't', 'some settings wait for a restart');
$node->restart;
wait_for_worker($node);
snapshot($node);
# What a day brought is past when it is over.
value($node, "SELECT almanac.set_finding_threshold('forced_checkpoints', 1e6), almanac.set_finding_threshold('evictions', NULL), almanac.set_finding_threshold('deadlocks', NULL), almanac.set_finding_threshold('temp_bytes', NULL)");
look();
is(found("area = 'server' AND state NOT IN ('applied', 'validated', 'resolved')"), '', 'all of it is over');
is(found("area = 'server' AND state IN ('applied', 'validated') AND kind !~ 'evicted|work_mem|forced'"), <<'TEXT' =~ s/\n\z//r, 'and what somebody did is known');
archiver_failing archiver
backup_missing backup
idle_in_transaction idler
prepared_transaction forgotten
setting_autovacuum autovacuum
setting_effective_cache_size effective_cache_size
setting_shared_buffers shared_buffers
setting_unsafe fsync
slot_unused left_over
TEXT

# After a restart nothing is cached.
as_app($node, 'shop', 'SELECT count(*) FROM filled');
value($node, "INSERT INTO almanac.changes (stream, series_id, metric, worse, status, minor, worth, started, earliest, latest, value_before, value_after, seconds_per_day, step, analyzed_from, analyzed_until, first_found, last_found)
	SELECT 'statement', series_id, 'mean_exec_ms', true, 'open', false, 5, now(), now(), now(), 1, 20, 1000, '1 hour', now(), now(), now(), now() FROM almanac.statement_names WHERE query LIKE 'SELECT b FROM item WHERE id%'");
value($node, 'SELECT almanac.group_changes()');
# A queue that was long for the last hour.
value($node, "SELECT almanac.add_metric('queue')");
value($node, "SELECT almanac.record_metric('queue', 100, at => now() - m * interval '1 minute') FROM generate_series(5, 55, 5) m");
value($node, 'SELECT almanac.store_metric_values()');
value($node, "SELECT almanac.set_objective('short queue', 'queue', '<=', 10, '2 hours'), almanac.set_objective('queue', 'queue', '<=', 100, '2 hours')");
settle();
snapshot($node);
look();
is(value($node, "SELECT count(*) FILTER (WHERE query LIKE '%FROM filled'), count(*) FILTER (WHERE query LIKE '%WHERE id = %') FROM almanac.findings WHERE kind = 'statement_cache_misses' AND state = 'open'"), '1|0', 'a statement that reads from disk')
  or diag(value($node, "SELECT query, message FROM almanac.findings WHERE kind = 'statement_cache_misses'"));
is(value($node, "SELECT severity, seconds_per_day, query LIKE 'SELECT b FROM item%' FROM almanac.findings WHERE kind = 'regression' AND state = 'open'"), 'P2|1000|t', 'a regression is a finding');
is(value($node, "SELECT string_agg(severity || ' ' || state || ' ' || object, ',') FROM almanac.findings WHERE kind = 'objective'"), 'P1 open short queue', 'and an objective that burns');
is(value($node, "SELECT status FROM almanac.health WHERE area = 'objectives'"), 'YELLOW', 'so that health is not green');
value($node, "SELECT almanac.set_objective('short queue', 'queue', '<=', 1000, '2 hours')");
value($node, "UPDATE almanac.changes SET status = 'resolved', ended = now()");
look();
is(state_of('objective', 'short queue'), 'resolved', 'and so is the objective');
like(value($node, "SELECT state FROM almanac.findings WHERE kind = 'regression'"), qr/^(applied|validated)$/, 'until it is over');

# Once a kind was looked for in every way, every kind has been found, but for those of 072_findings_server.pl.
is(value($node, "SELECT string_agg(k.kind, ',') FROM almanac.finding_kinds k WHERE NOT EXISTS (SELECT FROM almanac.findings f WHERE f.kind = k.kind)
	AND k.kind !~ '^setting_(random|effective_io|wal|checkpoint|maintenance|jit|huge|max_c|diag)|^(statement_new|autovacuum_behind|idle_connections|pool_pressure|connections_short|replication_lag|standby_gone|checksum_failures)\$'"), '', 'every kind was found once');
is(value($node, "SELECT count(*) FROM almanac.findings WHERE message IS NULL OR benefit IS NULL OR sql IS NOT NULL AND locks IS NULL OR area IS NULL OR evidence = '{}'"), 0, 'with all that belongs to it');
is(log_count($node, 'pg_almanac could not|PANIC|terminated by signal'), 0, 'nothing failed');

# A database that is not asked any more has no findings in its catalogs, and nothing was done about them.
shop("CREATE TABLE moved (a int); CREATE INDEX moved_1 ON moved (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'moved_1'::regclass");
look();
is(state_of('index_invalid', 'moved_1'), 'open', 'a finding in a database');
configure($node, 'pg_almanac.exclude_databases' => "'shop'", 'pg_almanac.analysis_interval' => 1);
until_so("(SELECT state = 'resolved' FROM almanac.findings WHERE kind = 'index_invalid' AND object = 'moved_1')");
is(value($node, 'SELECT count(*) FROM almanac.catalog_looks'), 1, 'a database that is excluded is forgotten');
$node->stop;

# A new server, with nothing to do, is well.
my $new = almanac_server('new', conf => "fsync = on\nautovacuum = on\nautovacuum_naptime = '1d'\n");
value($new, "SELECT almanac.set_threshold('$_', 1)") for qw(disk memory cpu history);
value($new, "SELECT almanac.set_alert_rule('disk', enabled => false)");
like(value($new, 'SELECT * FROM almanac.health_status()'), qr/^GREEN\|/, 'health of a new server');
snapshot($new);
value($new, 'SELECT almanac.measure_capacity(), almanac.find_findings()');
like(value($new, 'SELECT * FROM almanac.health_status()'), qr/^GREEN\|/, 'also when somebody has looked') or diag(value($new, 'SELECT * FROM almanac.findings'));
# After a load autovacuum gets its turn before anything is late.
value($new, 'CREATE TABLE loaded (a int)');
value($new, 'INSERT INTO loaded SELECT generate_series(1, 30000)');
wait_for_quiet($new);
value($new, 'SELECT almanac.find_findings()') for 1 .. 2;
is(value($new, "SELECT count(*) FROM almanac.findings WHERE relname = 'loaded'"), 0, 'a load is not late at once');
value($new, "UPDATE almanac.catalog_facts SET noted = noted - interval '4 days'");
value($new, 'SELECT almanac.find_findings()');
is(value($new, "SELECT kind, state FROM almanac.findings WHERE relname = 'loaded'"), 'table_analyze_late|open', 'but when the turn of autovacuum has come');
$new->stop;

# Nothing preloaded: what there is is found by hand, and what is missing is said.
my $bare = almanac_server('bare', preload => '', conf => "fsync = on\nautovacuum = on\n");
value($bare, 'DROP EXTENSION pg_stat_statements; CREATE TABLE twice (a int); INSERT INTO twice SELECT generate_series(1, 20000); CREATE INDEX twice_1 ON twice (a); CREATE INDEX twice_2 ON twice (a)');
value($bare, "SELECT almanac.set_finding_threshold('index_min_bytes', 0)");
value($bare, 'SELECT almanac.take_snapshot()');
value($bare, 'SELECT almanac.find_findings()');
is(value($bare, "SELECT status, reason LIKE '%not in shared_preload_libraries%pg_stat_statements is missing%' FROM almanac.health WHERE area = 'recording'"), 'YELLOW|t', 'health says what is missing');
is(value($bare, "SELECT datname, object, sql FROM almanac.findings WHERE kind = 'index_duplicate'"), 'postgres|twice_2|DROP INDEX CONCURRENTLY public.twice_2;', 'defects of this database are found');
$bare->stop;
done_testing();
