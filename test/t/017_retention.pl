# Maintenance among others: who reads, writes, locks or meddles while days are rolled up and dropped sees every moment once, and is
# not held up; what had to wait is done later. And what is forgotten, and what is not.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

# The worker maintains only when it is asked to.
my $node = almanac_server('retention', extensions => 0, conf => "pg_almanac.enabled = off\ntimezone = UTC\nlock_timeout = 10s\n");
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, 'CREATE DATABASE one');
prepare_load($node, 'one');
my $account = Almanac::Account->begins($node, 'one');

# History is exact, whatever becomes of its days.
load($node, 'one') for 1 .. 3;
seal($node);
load($node, 'one');
$account->is_exact('before');
seal($node);
cmp_ok(value($node, "SELECT almanac.purge(now() + interval '40 days')"), '>', 0, 'days are dropped, as if it were later');
is(value($node, "SELECT string_agg(tier, ',' ORDER BY tier) FROM almanac.retention WHERE stream = 'statement' AND dropped_until IS NOT NULL"), 'raw', 'of one tier');
$account->is_exact('days that were dropped are in coarser tiers');
load($node, 'one');
seal($node);
$account->is_exact('what comes for a day that was dropped is in coarser tiers, too');
$account->disconnect;

# Each piece tells what it was, to whom it may interest.
value($node, "ALTER SYSTEM SET log_min_messages = 'debug1'");
$node->reload;
$node->poll_query_until('postgres', "SELECT almanac.purge() >= 0 AND current_setting('log_min_messages') = 'debug1'") for 1 .. 2;
value($node, 'ALTER SYSTEM RESET log_min_messages');
$node->reload;
cmp_ok(log_count($node, qr/pg_almanac maintenance, nothing/), '>', 0, 'the pieces of a round are in the log, to its end');

value($node, 'CREATE TABLE seen (who text, days bigint, calls numeric, ms numeric)');
my $there = 'SELECT days, calls, ms FROM what_there_is';

# Creates the extension anew, with a past of a hundred statements: two hours of each of some days.
sub begin_anew
{
	my ($days) = @_;
	value($node, 'DROP VIEW IF EXISTS what_there_is; DROP PROCEDURE IF EXISTS lay_down; DROP EXTENSION pg_almanac; CREATE EXTENSION pg_almanac');
	wait_for_worker($node);
	snapshot($node);
	value($node, <<'SQL');
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE SELECT 7000 + g, 1, 1, g, true FROM generate_series(0, 99) g;
CREATE VIEW what_there_is AS SELECT count(DISTINCT (date_trunc('day', "time"))) AS days, sum(calls) AS calls, sum(round(total_exec_ms)) AS ms FROM almanac.statement_samples WHERE series_id >= 7000;
CREATE PROCEDURE lay_down(first timestamptz, days int) LANGUAGE sql AS $$
	INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT 7000 + s, first + d * interval '1 day' + m * interval '1 min' + interval '0.5 s', '1 min', 1 + (s + m + d) % 7, s FROM generate_series(0, 99) s, generate_series(0, days - 1) d, generate_series(0, 119) m
$$;
SQL
	value($node, "CALL lay_down('2020-03-01', $days)") if $days;
	return value($node, $there);
}

sub waits_for_a_lock
{
	my ($pid) = @_;
	$node->poll_query_until('postgres', "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $pid AND NOT granted)") or die 'nobody waits';
	return;
}

my $all = begin_anew(6);
like($all, qr/^6\|/, 'six days are laid down');

# A transaction whose snapshot is older than the roll-up and the drop.
my $old = $node->background_psql('postgres');
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
my $cursor = $node->background_psql('postgres');
$cursor->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
is(value($node, "SELECT almanac.purge('2020-03-17')"), 2, 'two days are dropped');
is($old->query_safe($there), $all, 'a snapshot from before sees every day once');
is($old->query_safe("SET LOCAL pg_almanac.grain = '1d'; $there"), $all, 'at any grain');
is($old->query_safe("SELECT sum(calls) FROM almanac.sums('statement', NULL, NULL) AS s (series_id int, calls bigint) WHERE series_id >= 7000"), (split /\|/, $all)[1], 'sums() too');
is(value($node, $there), $all, 'and so does a later one');

# A cursor that has begun, while what it has not come to yet is dropped.
$cursor->query_safe('DECLARE c CURSOR FOR SELECT "time", calls FROM almanac.statement_samples WHERE series_id >= 7000');
my $begun = $cursor->query_safe('FETCH 1 FROM c');
like($begun, qr/^2020-03-01/, 'a cursor has begun, in a coarser tier');
is(value($node, "SELECT almanac.purge('2020-03-19')"), 2, 'two more days are dropped');
my (%day, $calls);
for my $row ($begun, split /\n/, $cursor->query_safe('FETCH ALL FROM c'))
{
	my ($time, $n) = split /\|/, $row or next;
	$day{ substr $time, 0, 10 }++;
	$calls += $n;
}
is(join(',', sort keys %day), join(',', map { "2020-03-0$_" } 1 .. 6), 'it comes by all days');
is($calls, (split /\|/, $all)[1], 'and by everything in them once');
$cursor->quit;
$old->quit;

# Who comes while a drop has not been committed waits for that, and misses nothing.
my $dropper = $node->background_psql('postgres');
$dropper->query_safe("BEGIN; SELECT almanac.purge('2020-03-20')");
my $reader = $node->background_psql('postgres');
my $pid = $reader->query_safe('SELECT pg_backend_pid()');
$reader->query_until(qr/begun/, "\\echo begun\nINSERT INTO seen SELECT 'reader', * FROM what_there_is;\n");
waits_for_a_lock($pid);
$dropper->query_safe('COMMIT');
$reader->query_safe('SELECT 1');
is(value($node, "SELECT days, calls, ms FROM seen WHERE who = 'reader'"), $all, 'a reader that came in the middle of a drop sees every day once');
$reader->quit;

# An insert that has not ended: the day waits, nothing else.
$dropper->query_safe('BEGIN');
$dropper->query_safe("CALL lay_down('2020-03-06 12:00', 1)");
my ($status, undef, $error) = $node->psql('postgres', "SELECT almanac.purge('2020-04-01')");
like($error, qr/lock timeout/, 'a day that is being inserted into is not rolled up');
$dropper->query_safe('COMMIT');
my $more = value($node, $there);
isnt($more, $all, 'the insert has ended');
# And two that maintain at once, with an insert after the first.
$dropper->query_safe("BEGIN; SELECT almanac.purge('2020-04-01')");
my $second = $node->background_psql('postgres');
$second->query_safe("SET lock_timeout = '100s'");
my $second_pid = $second->query_safe('SELECT pg_backend_pid()');
$second->query_until(qr/begun/, "\\echo begun\nCALL lay_down('2020-03-06 18:00', 1);\n");
waits_for_a_lock($second_pid);
$dropper->query_safe('COMMIT');
$second->query_safe('SELECT 1');
my $last = value($node, $there);
is(value($node, "SELECT '$last'::text <> '$more'"), 't', 'an insert that waited for maintenance has ended, too');
is(value($node, "SELECT count(*) FROM almanac.statement_raw WHERE first_time < '2020-03-07'"), 0, 'the raw tier has none of it');
is(value($node, "SELECT sum(calls) FROM almanac.totals('statement') AS s (series_id int, calls bigint) WHERE series_id >= 7000"), (split /\|/, $last)[1], 'the totals and the samples are the same');
for my $grain (qw(10min 1h 1d))
{
	is(value($node, "SET pg_almanac.grain = '$grain'; $there"), $last, "at grain $grain too");
}
$second->quit;
$dropper->quit;

# The worker ends in the middle of a day, then something comes to it where there was nothing.
$all = begin_anew(0);
value($node, <<'SQL');
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE SELECT 7000 + g, 1, 1, g, true FROM generate_series(100, 299) g;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT 7000 + s, '2020-03-01'::timestamptz + m * interval '1 min', '1 min', 1, s FROM generate_series(0, 299) s, generate_series(360, 660) m;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON almanac.tier_state FOR EACH ROW WHEN (NEW.rolled_series > 7100) EXECUTE FUNCTION refuse();
SQL
my $position = log_position($node);
($status, undef, $error) = $node->psql('postgres', 'SELECT almanac.purge()');
like($error, qr/refused/, 'a roll-up ends in the middle of a day');
cmp_ok(value($node, 'SELECT rolled_series FROM almanac.tier_state WHERE stream = 1'), '>', 7000, 'some series are rolled up');
is(value($node, 'SELECT count(*) FROM almanac.statement_10min WHERE members = 0 OR series_group >= (SELECT rolled_series FROM almanac.tier_state WHERE stream = 1) / 64 + 1'), 0, 'others are not');
value($node, <<'SQL');
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT 7000 + s, '2020-03-01'::timestamptz + m * interval '1 min', '1 min', 1000, s FROM generate_series(0, 299) s, unnest('{0, 340, 655, 1200, 1439}'::int[]) m;
DROP TRIGGER refuse ON almanac.tier_state;
SQL
$all = value($node, $there);
value($node, 'SELECT almanac.purge()');
is(value($node, "SET pg_almanac.grain = '$_'; $there"), $all, "what came in the middle is at grain $_") for qw(raw 10min 1h 1d);
is(value($node, "SELECT dropped_until FROM almanac.retention WHERE stream = 'statement' AND tier = 'raw'"), '2020-03-02 00:00:00+00', 'and the day is dropped where it is old')
  or diag(value($node, "SELECT * FROM almanac.retention WHERE stream = 'statement'"));

# A reader that lingers on a partition delays its drop, and nobody else.
begin_anew(0);
value($node, "CALL lay_down(date_trunc('day', now()) - interval '20 days', 3)");
$all = value($node, $there);
my $partition = value($node, "SELECT tableoid::regclass FROM almanac.statement_raw ORDER BY first_time LIMIT 1");
my $lingerer = $node->background_psql('postgres');
$lingerer->query_safe("BEGIN; LOCK TABLE $partition IN ACCESS SHARE MODE");
$position = log_position($node);
($status, undef, $error) = $node->psql('postgres', 'SELECT almanac.purge()');
like($error, qr/lock timeout/, 'a partition that is being read is not dropped');
is(log_count($node, qr/could not maintain its history: .*lock timeout/, $position), 1, 'which the log says');
is(value($node, "SELECT to_regclass('$partition') IS NOT NULL"), 't', 'it is still there');
is(value($node, $there), $all, 'and others read it');
is(value($node, "SELECT complete_until >= now() - interval '18 days' FROM almanac.retention WHERE stream = 'statement' AND tier = '1d'"), 't', 'all days are rolled up meanwhile');
$lingerer->query_safe('COMMIT');
is(value($node, 'SELECT almanac.purge()'), 3, 'later it is dropped');
is(value($node, $there), $all, 'nothing is lost');
$lingerer->quit;

# Hands on partitions.
as_app($node, 'one', 'SELECT count(*) FROM t');
snapshot($node);
value($node, 'SELECT almanac.purge()');
my $today = value($node, "SELECT 'almanac.statement_raw_p' || to_char(now(), 'YYYYMMDD')");
my $tomorrow = value($node, "SELECT 'almanac.statement_raw_p' || to_char(now() + interval '1 day', 'YYYYMMDD')");
is(value($node, "SELECT to_regclass('$today') IS NOT NULL AND to_regclass('$tomorrow') IS NOT NULL"), 't', 'partitions are made ahead');
value($node, "ALTER EXTENSION pg_almanac DROP TABLE $_; DROP TABLE $_") for $today, $tomorrow;
value($node, 'SELECT almanac.purge()');
is(value($node, "SELECT to_regclass('$today') IS NOT NULL AND to_regclass('$tomorrow') IS NOT NULL"), 't', 'and again if somebody drops them');
my $samples = value($node, "SELECT count(*) FROM almanac.statement_samples WHERE time > now() - interval '1 day'");
cmp_ok($samples, '>', 0, 'something is recorded');
value($node, "ALTER TABLE almanac.statement_raw DETACH PARTITION $today");
($status, undef, $error) = $node->psql('postgres', 'SELECT almanac.seal()');
like($error, qr/exists and is not part of the archive/, 'one that was detached is not written to');
is(value($node, "SELECT count(*) FROM almanac.statement_samples WHERE time > now() - interval '1 day'"), $samples, 'and nothing is lost');
value($node, "ALTER EXTENSION pg_almanac DROP TABLE $today; DROP TABLE $today");
seal($node);
is(value($node, "SELECT count(*) FROM almanac.statement_samples WHERE time > now() - interval '1 day'"), $samples, 'when it is out of the way another one is made');
is(value($node, "SELECT count(*) FROM pg_class c WHERE relname ~ '_p\\d{8}\$' AND relkind = 'r' AND NOT (relispartition AND EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e'))"), 0,
	'every partition is attached, and belongs to the extension');

# The limit of size: the finest and oldest goes first, the log says so once, recording goes on.
begin_anew(0);
value($node, <<'SQL');
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms)
	SELECT 7000 + s, date_trunc('day', now()) - d * interval '1 day' + m * interval '1 min' + interval '0.5 s', '1 min', 1 + hashint4(s * 1440 + m) & 1023, hashint4(m * 100 + s) & 65535
	FROM generate_series(0, 99) s, generate_series(1, 12) d, generate_series(0, 1439) m
SQL
$all = value($node, $there);
value($node, 'SELECT almanac.purge()');
my $stored = "SELECT sum(pg_total_relation_size(oid))::bigint >> 20 FROM pg_class WHERE relnamespace = 'almanac'::regnamespace AND relkind = 'r'";
my $size = value($node, $stored);
$position = log_position($node);
for my $limit ($size - 2, $size - 4)
{
	configure($node, 'pg_almanac.max_size' => "'${limit}MB'");
	$node->poll_query_until('postgres', "SELECT setting::bigint = $limit FROM pg_settings WHERE name = 'pg_almanac.max_size'");
	value($node, 'SELECT almanac.purge()');
	cmp_ok(value($node, $stored), '<=', $limit, "no more than $limit MB are kept");
}
is(log_count($node, qr/drops history to stay within pg_almanac.max_size/, $position), 1, 'the log says it once');
is(value($node, "SELECT string_agg(DISTINCT tier || ' ' || reason, ',') FROM almanac.drops"), 'raw max_size', 'what was dropped is told');
is(value($node, "SELECT max(to_time) = (SELECT dropped_until FROM almanac.retention WHERE stream = 'statement' AND tier = 'raw') FROM almanac.drops WHERE stream = 'statement'"), 't', 'the oldest');
is(value($node, $there), $all, 'coarser tiers have it');
configure($node, 'pg_almanac.max_size' => "'1MB'");
$node->poll_query_until('postgres', "SELECT setting::bigint = 1 FROM pg_settings WHERE name = 'pg_almanac.max_size'");
value($node, 'SELECT almanac.purge()');
my $id = snapshot($node);
is(value($node, "SELECT count(*) > 0 FROM almanac.snapshots WHERE snapshot_id = $id"), 't', 'with a limit that cannot be kept recording goes on');
cmp_ok(value($node, "SELECT sum(calls) FROM almanac.totals('statement') AS s (series_id int, calls bigint) WHERE series_id >= 7000"), '==', (split /\|/, $all)[1], 'and totals outlive it all');
configure($node, 'pg_almanac.max_size' => "'2GB'");

# Statements that are gone are forgotten after their time; those that are still there are not, however idle.
begin_anew(0);
as_app($node, 'one', 'SELECT 1 AS stays; SELECT 2 AS goes, 2 AS goes_too; SELECT word FROM t WHERE id = 5');
snapshot($node);
my $key = "(SELECT k.series_id FROM almanac.statement_keys k JOIN almanac.query_texts q USING (fingerprint) WHERE q.query LIKE '%%AS %s%%')";
my ($stays, $goes) = map { value($node, 'SELECT ' . sprintf $key, $_) } qw(stays goes);
ok($stays && $goes, 'two statements are known');
value($node, "SELECT pg_stat_statements_reset(userid, dbid, queryid) FROM pg_stat_statements WHERE query LIKE '%AS goes%'");
snapshot($node);
value($node, "SELECT almanac.purge(now() + interval '390 days')");
is(value($node, "SELECT count(*) FROM almanac.statement_keys WHERE series_id IN ($stays, $goes)"), 2, 'both still are after a year');
value($node, 'SELECT almanac.seal()');
value($node, "SELECT almanac.purge(now() + interval '500 days')");
is(value($node, "SELECT string_agg(series_id::text, ',') FROM almanac.statement_keys WHERE series_id IN ($stays, $goes)"), $stays, 'the one that is gone is forgotten later');
is(value($node, "SELECT count(*) FROM almanac.query_texts WHERE query LIKE '%AS goes%'"), 0, 'with its text');
is(value($node, "SELECT string_agg(series_id::text, ',') FROM almanac.totals('statement') AS s (series_id int) WHERE series_id IN ($stays, $goes)"), $stays, 'and its totals');
as_app($node, 'one', 'SELECT 1 AS stays; SELECT 2 AS goes, 2 AS goes_too');
snapshot($node);
is(value($node, 'SELECT ' . sprintf $key, 'stays'), $stays, 'the other one is still the same');
is(value($node, "SELECT sum(calls) FROM almanac.statement_samples WHERE series_id = " . sprintf $key, 'goes'), 1, 'and the one that comes again is a new one');

is(log_count($node, qr/terminated by signal|PANIC/, 0), 0, 'nothing crashed');
$node->stop;
done_testing();
