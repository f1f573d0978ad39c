# With which plans statements ran: from the hooks through the history to the views.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Capture;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('plans', conf => "pg_stat_statements.max = 30000\n");
value($node, <<'SQL');
CREATE TABLE item (id int PRIMARY KEY, a int, pad text);
INSERT INTO item SELECT i, i % 1000, repeat('x', 200) FROM generate_series(1, 20000) i;
CREATE INDEX item_a ON item (a);
CREATE TABLE parted (k int, v int) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE parted_2 (v int, gone int, k int);
ALTER TABLE parted_2 DROP COLUMN gone;
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (100) TO (200);
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (200) TO (1000) PARTITION BY RANGE (k);
CREATE TABLE parted_31 PARTITION OF parted_3 FOR VALUES FROM (200) TO (300);
CREATE TABLE parted_32 PARTITION OF parted_3 FOR VALUES FROM (300) TO (1000);
CREATE INDEX parted_k ON parted (k);
INSERT INTO parted SELECT i % 1000, i FROM generate_series(1, 20000) i;
CREATE TABLE skewed (n int);
INSERT INTO skewed SELECT CASE WHEN i % 1000 = 0 THEN i ELSE 0 END FROM generate_series(1, 20000) i;
CREATE INDEX skewed_n ON skewed (n);
VACUUM ANALYZE;
SQL
snapshot($node);

# Rows of view plans for the statements whose text matches, as an expression over them.
sub plans
{
	my ($text, $what) = @_;
	return value($node, "SELECT $what FROM almanac.plans p WHERE query LIKE '$text' AND rolname = 'app'");
}

# An index goes: the plan flips.
my $lookup = 'SELECT pad FROM item WHERE a = %d AND id > 4711';
as_app($node, 'postgres', join ';', map { sprintf $lookup, $_ } 1 .. 12);
snapshot($node);
my $before = value($node, 'SELECT clock_timestamp()');
value($node, 'DROP INDEX item_a');
as_app($node, 'postgres', join ';', map { sprintf $lookup, $_ } 1 .. 7);
snapshot($node);
my $of_lookup = 'SELECT pad FROM item WHERE a = $1%';
is(plans($of_lookup, "string_agg(concat_ws(' ', calls, sampled, mean_exec_ms > 0, indexes), ',' ORDER BY calls DESC)"), '12 f t {public.item_a},7 f t {}', 'two plans, each with its calls');
is(plans($of_lookup, 'string_agg(DISTINCT relations::text, $$ $$)'), '{public.item}', 'and the table');
like(plans("$of_lookup", "string_agg(plan, E'\\n' ORDER BY calls)"), qr/^Seq Scan on item\n.*item_a/s, 'and the text');
is(plans('%', "count(*) FILTER (WHERE plan ~ '4711|xxxx|\\m12\\M')"), 0, 'no constant is in a text');
is( value($node, "SELECT queryid IS NOT NULL, old_calls, new_calls, new_plan ~ '^Seq', old_plan ~ 'item_a' FROM almanac.plan_changes('$before')"),
	't|12|7|t|t', 'plan_changes() tells');
is(value($node, "SELECT count(*) FROM almanac.plan_changes('-infinity', '$before')"), 0, 'and when');
is( value($node, "SELECT count(DISTINCT h.time), sum(h.calls), bool_and(h.mean_exec_ms > 0), bool_or(h.sampled) FROM almanac.plan_history h JOIN almanac.plans p USING (series_id) WHERE p.query LIKE '$of_lookup'"),
	'2|19|t|f', 'per interval too');
is(value($node, "SELECT sum(calls) FROM almanac.statements WHERE query LIKE '$of_lookup'"), 19, 'as many as of the statement');

# Texts are for whom query texts are for.
value($node, <<'SQL');
CREATE ROLE watcher LOGIN;
GRANT USAGE ON SCHEMA almanac TO watcher;
GRANT SELECT ON almanac.plans TO watcher;
GRANT EXECUTE ON FUNCTION almanac.totals(text), almanac.visible_query(oid, text) TO watcher;
CREATE ROLE monitor LOGIN IN ROLE pg_monitor;
SQL
sub as_role { return $node->safe_psql('postgres', $_[1], extra_params => [ '-U', $_[0] ]); }
is(as_role('watcher', 'SELECT string_agg(DISTINCT plan, $$|$$), string_agg(DISTINCT query, $$|$$) FROM almanac.plans WHERE plan IS NOT NULL'),
	'<insufficient privilege>|<insufficient privilege>', 'texts of others are hidden');
like(as_role('monitor', "SELECT plan FROM almanac.plans WHERE query LIKE '$of_lookup'"), qr/Seq Scan on item/, 'not from who may read all statistics');
value($node, 'ALTER ROLE watcher SET plan_cache_mode = auto; GRANT SELECT ON item TO watcher');
as_role('watcher', 'SELECT count(*) AS own FROM item');
snapshot($node);
like(as_role('watcher', "SELECT plan FROM almanac.plans WHERE query LIKE '%AS own%'"), qr/Scan .*on item/, 'nor those of ones own');

# What is hot is sampled.
as_app($node, 'postgres', join ';', map { "SELECT id FROM item WHERE id = $_" } 1 .. 5000);
snapshot($node);
my ($calls, $sampled, $time) = split /\|/, plans('SELECT id FROM item WHERE id = $1', 'calls, sampled, total_exec_ms');
cmp_ok(abs($calls - 5000), '<=', 16, 'the number of calls is estimated well');
is($sampled, 't', 'and said to be an estimate');
my $exact = value($node, q{SELECT total_exec_ms FROM almanac.statements WHERE query = 'SELECT id FROM item WHERE id = $1'});
cmp_ok($time, '<', 5 * $exact, 'so is the time');
cmp_ok($time, '>', $exact / 5, 'more or less');

# Partitions, whichever and however many are left, whenever they are pruned.
my $index_only = 'SET enable_seqscan = off; SET enable_bitmapscan = off;';
my @ranges = map { "BETWEEN $_" } '5 AND 7', '105 AND 107', '250 AND 251', '90 AND 110', '50 AND 350', '0 AND 999';
as_app($node, 'postgres', join ';', $index_only, map { "SELECT count(v) FROM parted WHERE k $_" } @ranges);
as_app($node, 'postgres', join ';', $index_only, 'SET plan_cache_mode = force_generic_plan',
	'PREPARE p AS SELECT sum(v) FROM parted WHERE k = $1', map { "EXECUTE p($_)" } 5, 105, 205, 305, 5000);
as_app($node, 'postgres', join ';', $index_only, 'SET plan_cache_mode = force_custom_plan',
	'PREPARE p AS SELECT sum(v) FROM parted WHERE k = $1', map { "EXECUTE p($_)" } 5, 105, 205, 305);
as_app($node, 'postgres', join ';', $index_only, map { "UPDATE parted SET v = v WHERE k = $_" } 5, 105, 205);
as_app($node, 'postgres', 'INSERT INTO parted VALUES (1, 1), (101, 1); SELECT count(*) FROM parted_2 WHERE k > 0');
snapshot($node);
is(plans('SELECT count(v) FROM parted%', "concat_ws(' ', count(*), sum(calls), min(relations::text), min(indexes::text))"), '1 6 {public.parted} {public.parted_k}',
	'partitions pruned while planning make no other shape');
is(plans('%SELECT sum(v) FROM parted%', "concat_ws(' ', count(*), sum(calls))"), '1 9', 'nor do those pruned while executing');
is(plans('UPDATE parted%', "concat_ws(' ', count(*), sum(calls), min(relations::text))"), '1 3 {public.parted}', 'nor in changes');
is(plans('SELECT count(*) FROM parted_2%', 'relations'), '{public.parted_2}', 'a partition that is named is itself');

# Generic and custom plans.
as_app($node, 'postgres', join ';', 'PREPARE s AS SELECT count(n) FROM skewed WHERE n = $1', 'SET plan_cache_mode = force_custom_plan',
	'EXECUTE s(0)', 'EXECUTE s(0)', 'EXECUTE s(5000)', 'SET plan_cache_mode = force_generic_plan', 'EXECUTE s(0)', 'EXECUTE s(6000)', 'EXECUTE s(7000)');
snapshot($node);
is(plans('%SELECT count(n) FROM skewed%', "string_agg(calls::text, ' ' ORDER BY calls)"), '2 4', 'a generic plan has the shape of a custom plan or not');

# Joins, kinds of nodes, the same table twice.
my $join = 'SELECT count(*) FROM item x JOIN item y ON x.id = y.a';
as_app($node, 'postgres', join ';', map { my $kind = $_; ((map { "SET enable_$_ = " . ($_ eq $kind ? 'on' : 'off') } qw(hashjoin mergejoin nestloop)), $join) } qw(hashjoin mergejoin nestloop hashjoin));
as_app($node, 'postgres', 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
	SELECT max(pad) FROM item; SET max_parallel_workers_per_gather = 1; SELECT max(pad) FROM item; SET max_parallel_workers_per_gather = 0; SELECT max(pad) FROM item');
snapshot($node);
is(plans('SELECT count(*) FROM item x%', "string_agg(calls::text, ' ' ORDER BY calls)"), '1 1 2', 'each kind of join is a shape');
is(plans('SELECT max(pad)%', "string_agg(concat(calls, plan ~ 'Gather'), ' ' ORDER BY calls)"), '1f 2t', 'with or without workers, not with how many');

# What holds a secret has no text; what is only explained has not run.
as_app($node, 'postgres', q{SELECT count(*) AS hidden FROM item WHERE pad = 'password=topsecret'; EXPLAIN SELECT count(pad) AS explained FROM item});
snapshot($node);
is(value($node, q{SELECT count(*) FROM almanac.plan_texts t WHERE t::text ~ 'topsecret'}), 0, 'no secret is stored');
is(value($node, q{SELECT count(*) FROM almanac.plan_keys k JOIN pg_stat_statements s USING (queryid) WHERE s.query ~ 'AS hidden' AND k.text_id IS NULL}), 1, 'the plan is counted');
is(value($node, q{SELECT count(*) FROM almanac.capture_plans() k JOIN pg_stat_statements s USING (queryid) WHERE s.query ~ 'AS explained'}), 0, 'EXPLAIN is no execution');

# Nothing is counted twice, or lost, by a snapshot that fails, or by sealing.
value($node, <<'SQL');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON almanac.recorder FOR EACH ROW EXECUTE FUNCTION refuse();
SQL
as_app($node, 'postgres', 'SELECT 1 AS again, id FROM item WHERE id = 1');
$node->psql('postgres', 'SELECT almanac.take_snapshot()') for 1 .. 2;
value($node, 'DROP TRIGGER refuse ON almanac.recorder; DROP FUNCTION refuse()');
snapshot($node);
is(plans('%AS again%', "concat(calls, plan ~ 'item_pkey')"), '1t', 'a snapshot that fails loses nothing');
my $all = 'SELECT plan_id, queryid, calls, total_exec_ms, plan, relations, indexes FROM almanac.plans ORDER BY 1, 2, 3';
my $plans = value($node, $all);
seal($node);
is(value($node, $all), $plans, 'sealed: the same');
is(value($node, 'SELECT sum(calls) FROM almanac.plan_history'), value($node, 'SELECT sum(calls) FROM almanac.plans'), 'history adds up');

# Every execution of whatever kind of statement has a plan; in the end the text is there too. With another library that
# explains, before and after ours.
sub differences
{
	return value($node, <<'SQL');
SELECT c.calls, p.calls, c.toplevel, s.query FROM almanac.capture() c
	JOIN (SELECT dbid, userid, queryid, toplevel, sum(calls) AS calls, sum(measured) AS measured FROM almanac.capture_plans() GROUP BY 1, 2, 3, 4) p
	USING (dbid, userid, queryid, toplevel)
	LEFT JOIN pg_stat_statements s USING (dbid, userid, queryid, toplevel)
WHERE s.query !~* '^(explain|prepare)' AND c.calls <> p.calls AND p.calls = p.measured OR c.calls < p.measured
SQL
}
sub kinds { return value($node, 'SELECT count(DISTINCT queryid) > 20, bool_or(toplevel), bool_or(NOT toplevel) FROM almanac.capture_plans()'); }
prepare_matrix($node);
for my $libraries ('pg_stat_statements, pg_almanac', 'auto_explain, pg_almanac, pg_stat_statements', 'pg_stat_statements, pg_almanac, auto_explain')
{
	configure($node, shared_preload_libraries => "'$libraries'", 'auto_explain.log_min_duration' => 0,
		'auto_explain.log_analyze' => 'on', 'auto_explain.log_nested_statements' => 'on');
	begin_anew($node);
	wait_for_worker($node);
	run_matrix($node);
	wait_for_quiet($node);
	is(differences(), '', "$libraries: every call has a plan");
	is(kinds(), 't|t|t', 'of many statements, nested ones too');
	agrees($node, $libraries);
}

# Cancelled, failed.
as_app($node, 'postgres', 'SELECT pg_sleep(0), id AS slow FROM item WHERE id = 1');
$node->psql('postgres', "SET statement_timeout = '20ms'; SELECT pg_sleep(60), id AS slow FROM item WHERE id = 1", extra_params => [ '-U', 'app' ]);
$node->psql('postgres', 'SELECT 1 / (id - 1), id AS failing FROM item WHERE id = 1', extra_params => [ '-U', 'app' ]);
snapshot($node);
is(plans('%AS slow%', 'calls'), 1, 'what is cancelled does not count');
is(plans('%AS failing%', 'count(*)'), 0, 'nor does what failed');

# The mailbox is full: texts are tried again later.
my $status = sub { return value($node, "SELECT $_[0] FROM almanac.capture_plans_status()"); };
my @columns = map { 'SELECT id' . ', id' x $_ . ' FROM item WHERE id = 1' } 1 .. 60;
for (1 .. 3)
{
	as_app($node, 'postgres', join ';', @columns);
	sleep 1;
}
cmp_ok($status->('texts_dropped'), '>', 0, 'texts are dropped');
cmp_ok($status->('texts_deferred'), '>', 0, 'or deferred');
for my $attempt (1 .. 20)
{
	snapshot($node);
	last if plans('SELECT id, id%', 'count(*) = 60 AND bool_and(plan IS NOT NULL)') eq 't';
	as_app($node, 'postgres', join ';', @columns);
	sleep 1;
}
is(plans('SELECT id, id%', "concat_ws(' ', count(DISTINCT queryid), bool_and(plan ~ 'item_pkey'))"), '60 t', 'in the end all are there');

# Texts can be left out.
{
	local $ENV{PGOPTIONS} = '-c pg_almanac.plan_texts=off';
	as_app($node, 'postgres', 'SELECT a, id AS untold FROM item WHERE id = 1');
	snapshot($node);
}
is(plans('%AS untold%', 'concat(calls, plan)'), '1', 'pg_almanac.plan_texts = off');

# The table is full: what was not used for longest makes room.
configure($node, 'pg_almanac.max_plans' => 20);
$node->restart;
wait_for_worker($node);
as_app($node, 'postgres', join ';', @columns);
is($status->('slots, used'), '20|20', 'the table is full');
cmp_ok($status->('unplaced'), '>=', 40, 'the rest is not counted');
snapshot($node);
is($status->('reclaimed > 0, used <= 15'), 't|t', 'a snapshot makes room');
as_app($node, 'postgres', 'SELECT pad, id AS late FROM item WHERE id = 1');
snapshot($node);
is(plans('%AS late%', 'calls'), 1, 'for what comes then');

configure($node, 'pg_almanac.max_plans' => 0);
$node->restart;
wait_for_worker($node);
as_app($node, 'postgres', join ';', @columns);
snapshot($node);
is($status->('*'), '0|0|0|0|0|0|0|0', 'pg_almanac.max_plans = 0');
is(value($node, 'SELECT count(*) FROM almanac.capture_plans()'), 0, 'then nothing is counted');
is(plans('%AS late%', 'calls'), 1, 'history remains');
is(value($node, "SELECT count(*) FROM almanac.source_errors"), 0, 'no errors anywhere');
$node->stop;

done_testing();
