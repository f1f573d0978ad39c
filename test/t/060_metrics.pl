# Metrics of users on a live server. Their queries run in processes of their own, as whoever defined them: whatever they do,
# it is contained, told by view metrics, and nobody else is affected.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('metrics');
value($node, <<'SQL');
CREATE DATABASE shop;
CREATE ROLE alice LOGIN;
CREATE ROLE team ROLE alice;
GRANT USAGE ON SCHEMA almanac TO alice;
GRANT EXECUTE ON FUNCTION almanac.add_metric, almanac.alter_metric, almanac.drop_metric, almanac.run_metric, almanac.record_metric, almanac.add_ratio TO alice, team;
SQL
$node->safe_psql('shop', <<'SQL');
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY, region text, amount float8);
INSERT INTO orders (region, amount) SELECT CASE WHEN g % 2 = 0 THEN 'eu' ELSE 'us' END, g FROM generate_series(1, 10) g;
CREATE TABLE secrets (secret text);
CREATE SEQUENCE numbers;
CREATE SCHEMA own AUTHORIZATION alice;
GRANT ALL ON orders, numbers TO alice;
GRANT TEMPORARY ON DATABASE shop TO alice;
SQL
$node->safe_psql('shop', <<'SQL', extra_params => [ '--username', 'alice' ]);
CREATE FUNCTION own.who() RETURNS text LANGUAGE sql AS $$SELECT concat_ws(' ', current_user, session_user, current_setting('search_path'), current_setting('transaction_read_only'))$$;
CREATE FUNCTION own.try(statement text) RETURNS int LANGUAGE plpgsql AS $$BEGIN EXECUTE statement; RETURN 1; END$$;
CREATE FUNCTION own.endless() RETURNS int LANGUAGE plpgsql AS $$BEGIN LOOP BEGIN PERFORM pg_sleep(1000); EXCEPTION WHEN query_canceled THEN END; END LOOP; END$$;
CREATE FUNCTION own.chatter() RETURNS int LANGUAGE plpgsql AS $$BEGIN FOR i IN 1 .. 100 LOOP RAISE WARNING 'chatter'; RAISE LOG 'chatter'; END LOOP; RETURN 1; END$$;
CREATE FUNCTION own.swallow() RETURNS int LANGUAGE plpgsql AS $$BEGIN BEGIN RESET ROLE; EXCEPTION WHEN OTHERS THEN END; INSERT INTO public.secrets VALUES ('x'); RETURN 1; END$$;
SQL

my $number = 0;

# Adds a metric as alice, runs it, and returns its last values or its error.
sub try_metric
{
	my ($sql, %options) = @_;
	my $name = 'm' . ++$number;
	my $more = join '', map { ", $_ => $options{$_}" } sort keys %options;
	my ($status, $out, $err) = $node->psql('postgres', "SELECT almanac.add_metric('$name', \$m\$$sql\$m\$, every => '7 days', database => 'shop'$more); SELECT almanac.run_metric('$name')",
		extra_params => [ '--username', 'alice' ]);
	value($node, 'SELECT almanac.store_metric_values()');
	my $told = value($node, "SELECT coalesce(sqlstate || ' ' || error, last_values || ' ' || coalesce(last_value::text, '')) FROM almanac.metrics WHERE name = '$name'");
	value($node, "SELECT almanac.drop_metric('$name')");
	return $told;
}

# The worker does not run them as well for the time being.
my $position = log_position($node);
configure($node, 'pg_almanac.enabled' => 'off');
$node->poll_query_until('postgres', "SELECT state = 'disabled' FROM almanac.worker_status()") or die 'the worker does not stop';
is(try_metric('SELECT count(*) FROM public.orders'), '1 10', 'a query of one value');
is(try_metric('SELECT region, sum(amount) AS value FROM public.orders GROUP BY 1'), '2 ', 'a query of values with labels');
is(try_metric('SELECT own.who() AS who, 1 AS value'), '1 1', 'a query that tells who runs it');
is(value($node, "SELECT labels ->> 'who' FROM almanac.metric_history WHERE labels ? 'who'"), 'alice alice pg_catalog, pg_temp on', 'that is the definer, read only, with a fixed search_path');
is(try_metric('SELECT true'), '1 1', 'truth is a number');
is(try_metric('SELECT 1.5::numeric'), '1 1.5', 'so is numeric');

# What is no value.
like(try_metric('SELECT 1 FROM public.orders WHERE false'), qr/^0 $/, 'no rows, no values');
is(try_metric('SELECT NULL::int'), '0 ', 'NULL is no value');
like(try_metric(q(SELECT 'NaN'::float8)), qr/^22003 .*finite/, 'NaN');
like(try_metric(q(SELECT 'infinity'::numeric)), qr/^22003 /, 'infinity');
like(try_metric(q(SELECT 'a'::text)), qr/^42804 .*type text/, 'a text');
like(try_metric('SELECT 1 AS a, 2 AS b'), qr/^42703 .*"value"/, 'no column of that name');
like(try_metric('SELECT 1 AS value, 2 AS b UNION ALL SELECT 3, 2'), qr/^21000 /, 'the same labels twice');
like(try_metric('SELECT g AS value, g AS n FROM generate_series(1, 1000000) g'), qr/^54000 .*more than 100 rows/, 'a million rows');
like(try_metric(q(SELECT 1 AS value, repeat('x', 100000000) AS label)), qr/^54000 .*labels/, 'a label of 100 MB');

# What fails.
like(try_metric('SELECT 1/0'), qr/^22012 /, 'an error');
like(try_metric('SELEC 1'), qr/^42601 /, 'no SQL');
like(try_metric(qq(SELECT 1 FROM "\x{c3}\x{a4}" WHERE '\x{c3}\x{a4}'::text = 1)), qr/^42P01 .*\x{c3}\x{a4}/, 'a message that is not ASCII');
like(try_metric("SELECT (repeat('x', $_) || repeat(U&'\\00e4', 300))::int"), qr/^22P02 .*\x{c3}\x{a4}$/, 'a message that is cut off') for 1, 2;
like(try_metric('SELECT * FROM public.secrets'), qr/^42501 /, 'a table of others');
like(try_metric('SELECT count(*) FROM orders'), qr/^42P01 /, 'a name without a schema');
like(try_metric('SELECT 1; SELECT 2'), qr/^42P11 .*multi-query/, 'two statements');
like(try_metric('COMMIT'), qr/^42P11 /, 'COMMIT');
like(try_metric('INSERT INTO public.orders (amount) VALUES (1) RETURNING 1'), qr/^(25006|0A000) /, 'INSERT');
like(try_metric('WITH d AS (DELETE FROM public.orders RETURNING 1) SELECT count(*) FROM d'), qr/^(25006|0A000) /, 'DELETE within SELECT');
like(try_metric(q(SELECT nextval('public.numbers'))), qr/^25006 /, 'nextval');
for my $statement ('INSERT INTO public.orders (amount) VALUES (1)', 'CREATE TABLE own.t (a int)', q(SELECT set_config('transaction_read_only', 'off', true)),
	'SET TRANSACTION READ WRITE', 'COMMIT', 'RESET ROLE', 'SET ROLE postgres', 'SET ROLE team', 'SET SESSION AUTHORIZATION postgres', 'RESET SESSION AUTHORIZATION',
	'CREATE TEMPORARY TABLE t (a int)', 'LISTEN x', q(SELECT set_config('role', 'postgres', false)), 'VACUUM public.orders')
{
	like(try_metric("SELECT own.try(\$t\$$statement\$t\$)"), qr/^(25006|25001|0A000|2D000|42501|25P02) /, "a function that tries $statement");
}
like(try_metric('SELECT own.swallow()'), qr/^(25006|42501) /, 'a function that goes on after an error');
is(value($node, 'SELECT count(*) FROM almanac.metrics'), 0, 'no metric is left');
is($node->safe_psql('shop', 'SELECT count(*) FROM orders'), 10, 'nothing was written');
is($node->safe_psql('shop', 'SELECT count(*) FROM secrets'), 0, 'nowhere');
is($node->safe_psql('shop', 'SELECT is_called FROM numbers'), 'f', 'not even a number was taken');

# What does not end, and what waits for a lock.
like(try_metric('SELECT pg_sleep(1000), 1 AS value', statement_timeout => q('300 ms')), qr/^57014 /, 'a query that never ends');
like(try_metric('SELECT own.endless()', statement_timeout => q('300 ms')), qr/^57014 .*did not end/, 'one that catches its cancellation');
is(value($node, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_almanac metric'"), 0, 'both have gone');
$node->safe_psql('shop', 'CREATE TABLE locked (a int); GRANT SELECT ON locked TO alice');
my ($in, $out) = ('', '');
my $session = IPC::Run::start([ 'psql', '-XAtq', '-h', $node->host, '-p', $node->port, '-d', 'shop' ], '<', \$in, '>', \$out, IPC::Run::timer(180));
$in .= "BEGIN; LOCK TABLE locked; SELECT 'held';\n";
$session->pump until $out =~ /held/;
like(try_metric('SELECT count(*) FROM public.locked', lock_timeout => q('100 ms')), qr/^55P03 /, 'a query that waits for a lock');
$in .= "COMMIT;\n\\q\n";
$session->finish;

# What one leaves behind the next one does not find.
is(try_metric('SELECT pg_advisory_lock(1), set_config(\'work_mem\', \'1GB\', false), 1 AS value'), '1 1', 'a session lock is taken');
is(try_metric(q(SELECT pg_try_advisory_lock(1)::int + (current_setting('work_mem') = '1GB')::int)), '1 1', 'the next one has a session of its own');

# Nothing of all that reached the log but what failed, once.
is(try_metric('SELECT own.chatter()'), '1 1', 'a query that warns');
is(log_count($node, 'chatter', $position), 0, 'its warnings are not in the log');
is(log_count($node, 'PANIC|terminated by signal|could not take a snapshot|could not run metrics', $position), 0, 'no harm done');

configure($node, 'pg_almanac.enabled' => 'on');

# By itself: the worker runs them when they are due, two at a time, and goes on with its own work meanwhile.
value($node, <<'SQL');
SELECT almanac.add_metric('sleeps', 'SELECT pg_sleep(1000), 1 AS value', every => '10 s', statement_timeout => '4 s');
SELECT almanac.add_metric('fails', 'SELECT 1/0', every => '10 s');
SELECT almanac.add_metric('counts', 'SELECT count(*) FROM public.orders', every => '10 s', database => 'shop', expected => 10);
SELECT almanac.add_metric('holds', 'SELECT count(*) FROM public.secrets', every => '10 s', database => 'shop', expected => 0);
SELECT almanac.add_metric('pushed', kind => 'counter', unit => 'messages');
SELECT almanac.record_metric('pushed', 5, at => now() - interval '2 min');
SELECT almanac.record_metric('pushed', 8, at => now() - interval '1 min');
SQL
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pg_almanac metric' AND query LIKE '%pg_sleep%'") or die 'the metric that sleeps does not run';
my $before = value($node, 'SELECT max(snapshot_id) FROM almanac.snapshots');
snapshot($node);
is(value($node, "SELECT max(snapshot_id) > $before FROM almanac.snapshots"), 't', 'snapshots are taken meanwhile');
$node->poll_query_until('postgres', "SELECT bool_and(runs >= 2) FROM almanac.metrics WHERE name IN ('fails', 'counts', 'holds')") or die 'metrics are not run again';
$node->poll_query_until('postgres', "SELECT count(*) >= 2 FROM almanac.metric_history WHERE metric = 'counts'") or die 'values are not stored';
is(value($node, "SELECT DISTINCT value FROM almanac.metric_history WHERE metric = 'counts'"), 10, 'values are in the history');
is(value($node, "SELECT increase FROM almanac.metric_history WHERE metric = 'pushed' ORDER BY time DESC LIMIT 1"), 3, 'those that were pushed too');
is(value($node, "SELECT string_agg(name || ' ' || state || ' ' || coalesce(sqlstate, ''), ', ' ORDER BY name) FROM almanac.metrics WHERE name <> 'sleeps'"), 'counts ok , fails failing 22012, holds ok , pushed pushed ',
	'and view metrics tells');
$node->poll_query_until('postgres', "SELECT state = 'failing' AND sqlstate = '57014' FROM almanac.metrics WHERE name = 'sleeps'") or die 'the metric that sleeps does not fail';
$node->poll_query_until('postgres', "SELECT failures >= 3 AND next_run > last_run + interval '15 s' FROM almanac.metrics WHERE name = 'fails'") or die 'what fails does not run again, later';
is(log_count($node, 'metric "fails" failed', $position), 1, 'a failure is logged once');

# Many push at once, and values are taken away meanwhile: none is lost, none is there twice, nobody waits.
value($node, "SELECT almanac.add_metric('hits')");
my $directory = PostgreSQL::Test::Utils::tempdir();
append_to_file("$directory/push", "SET lock_timeout = '20 s';\nSELECT almanac.record_metric('hits', 1, '{\"client\": :client_id}');\n");
my $push = IPC::Run::start([ 'pgbench', '--no-vacuum', '-c', 4, '-t', 500, '--file', "$directory/push", '-h', $node->host, '-p', $node->port, 'postgres' ], '>', '/dev/null', '2>', "$directory/errors");
value($node, 'SELECT almanac.store_metric_values()') for 1 .. 20;
$push->finish;
is(slurp_file("$directory/errors") =~ /ERROR|aborted/ ? 1 : 0, 0, 'no push fails');
($in, $out) = ('', '');
$session = IPC::Run::start([ 'psql', '-XAtq', '-h', $node->host, '-p', $node->port, '-d', 'postgres' ], '<', \$in, '>', \$out, IPC::Run::timer(180));
$in .= "BEGIN; SELECT almanac.store_metric_values(); SELECT 'stored';\n";
$session->pump until $out =~ /stored/;
value($node, "SET lock_timeout = '20 s'; SELECT almanac.record_metric('hits', 1, '{\"client\": 0}')");
pass('nor while values are being stored');
$in .= "COMMIT;\n\\q\n";
$session->finish;
value($node, 'SELECT almanac.store_metric_values()');
is(value($node, "SELECT sum(weight) || ' ' || sum(total) || ' ' || count(DISTINCT series_id) FROM almanac.metric_history WHERE metric = 'hits'"), '2001 2001 4', 'each value is in the history once');

# An integrity check that does not hold any more.
$node->safe_psql('shop', "INSERT INTO secrets VALUES ('orphan')");
$node->poll_query_until('postgres', "SELECT state = 'violated' AND NOT holds AND last_value = 1 FROM almanac.metrics WHERE name = 'holds'") or die 'a violation is not seen';
is(value($node, "SELECT holds FROM almanac.metrics WHERE name = 'counts'"), 't', 'the other one holds');

# The world changes under them.
value($node, 'CREATE DATABASE other');
$node->safe_psql('postgres', "SELECT almanac.add_metric('orphan', 'SELECT 1', every => '7 days', database => 'other')", extra_params => [ '--username', 'alice' ]);
sub fails_with
{
	my ($what, $pattern, $name) = @_;
	my ($status, $stdout, $stderr) = $node->psql('postgres', "SELECT almanac.run_metric('orphan')");
	is($status, 0, "$name: is no error");
	like($stderr, $pattern, "$name: is told");
	like(value($node, "SELECT state || ' ' || sqlstate || ' ' || error FROM almanac.metrics WHERE name = 'orphan'"), $pattern, "$name: in view metrics as well");
	return;
}
is(value($node, "SELECT almanac.run_metric('orphan')"), 1, 'a metric of another database');
value($node, 'REVOKE CONNECT ON DATABASE other FROM public');
fails_with('rights', qr/permission denied for database/, 'the definer may not connect any more');
value($node, 'GRANT CONNECT ON DATABASE other TO public; ALTER DATABASE other RENAME TO another');
fails_with('rename', qr/database "other" does not exist/, 'the database has another name');
value($node, 'ALTER DATABASE another RENAME TO other; ALTER DATABASE other ALLOW_CONNECTIONS false');
fails_with('closed', qr/not currently accepting connections/, 'the database is closed');
value($node, 'ALTER DATABASE other ALLOW_CONNECTIONS true');
is(value($node, "SELECT almanac.run_metric('orphan')"), 1, 'all is well again');
value($node, 'DROP DATABASE other');
fails_with('drop', qr/database "other" does not exist/, 'the database is gone');
value($node, 'CREATE DATABASE other');
$node->safe_psql('shop', 'DROP OWNED BY alice');
value($node, 'DROP OWNED BY alice; DROP ROLE alice');
fails_with('owner', qr/role with OID \d+ does not exist/, 'the definer is gone');

# The process that runs them is terminated: what it runs ends with it, and all goes on.
value($node, "SELECT almanac.add_metric('long', 'SELECT pg_sleep(1000), 1 AS value', every => '10 s', statement_timeout => '5 min')");
my $long = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_almanac metric' AND query LIKE '%1 AS value'";
$node->poll_query_until('postgres', "SELECT ($long) = 1") or die 'the long metric does not run';
my $runs = value($node, "SELECT runs FROM almanac.metrics WHERE name = 'counts'");
my $pid = value($node, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_almanac metric' AND query LIKE '%1 AS value'");
value($node, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'pg_almanac metrics'");
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid") or die 'the long metric does not end';
$node->poll_query_until('postgres', "SELECT runs > $runs FROM almanac.metrics WHERE name = 'counts'") or die 'metrics do not go on';
value($node, "SELECT almanac.drop_metric('long'), almanac.drop_metric('sleeps')");

# A database that is wanted is left, though a metric runs there.
value($node, "SELECT almanac.add_metric('stays', 'SELECT pg_sleep(1000), 1 AS value', every => '7 days', database => 'other', statement_timeout => '5 min')");
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pg_almanac metric' AND datname = 'other'") or die 'the metric that stays does not run';
$node->safe_psql('postgres', 'DROP DATABASE other');
$node->poll_query_until('postgres', "SELECT runs > 0 AND state = 'failing' FROM almanac.metrics WHERE name = 'stays'") or die 'what was interrupted is not told';
pass('the database could be dropped');

is(log_count($node, 'PANIC|terminated by signal|could not take a snapshot|could not run metrics', $position), 0, 'no harm done');
value($node, 'DROP EXTENSION pg_almanac; CREATE EXTENSION pg_almanac');
wait_for_worker($node);
is(value($node, 'SELECT count(*) FROM almanac.metrics'), 0, 'all gone with the extension');
$node->stop;
done_testing();
