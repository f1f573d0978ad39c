# The worker's memory does not grow, however many snapshots it takes, whatever comes and goes, and whatever fails.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('memory', conf => "pg_stat_statements.max = 500\n");
value($node, 'CREATE DATABASE one');
prepare_load($node, 'one');
as_app($node, 'one', 'CREATE TABLE wide (' . join(', ', map { "c$_ int" } 1 .. 1000) . ')');

# Tables and statements that were not there before.
my $number = 0;

sub something_new
{
	my $sql = '';
	for (1 .. 20)
	{
		++$number;
		$sql .= "CREATE TABLE t$number (id int PRIMARY KEY); INSERT INTO t$number VALUES (1);";
		$sql .= 'DROP TABLE t' . ($number - 100) . ';' if $number > 100;
		$sql .= 'SELECT c' . ($number % 1000 + 1) . ', c' . ($number * 7 % 1000 + 1) . ' FROM wide;';
	}
	as_app($node, 'one', $sql);
	return;
}

# Snapshots by the worker, with something new in each batch, and a seal after every fifth.
sub snapshots
{
	my ($count) = @_;
	for my $batch (1 .. $count / 50)
	{
		load($node, 'one');
		something_new();
		value($node, 'SELECT count(almanac.take_snapshot()) FROM generate_series(1, 50)');
		seal($node) if $batch % 5 == 0;
	}
	return value($node, 'SELECT worker_memory_bytes FROM almanac.status');
}

sub is_flat
{
	my ($before, $after, $name) = @_;
	note("memory of the worker: $before bytes, then $after");
	cmp_ok($after, '<', $before + 2 * 1024 * 1024, "memory is flat over $name");
	return;
}

my $pid = wait_for_worker($node);
my $before = snapshots(1000);
my $after = snapshots(2000);
is_flat($before, $after, '2,000 snapshots');

# A source that fails.
value($node, 'DROP EXTENSION pg_stat_statements');
$before = snapshots(100);
$after = snapshots(500);
is_flat($before, $after, '500 snapshots in which a source failed');
value($node, 'CREATE EXTENSION pg_stat_statements');

# A snapshot that fails.
value($node, <<'SQL');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON almanac.recorder FOR EACH ROW EXECUTE FUNCTION refuse();
SQL
my $fail = <<'SQL';
DO $$ BEGIN
	FOR i IN 1 .. 100 LOOP
		BEGIN
			PERFORM almanac.take_snapshot();
		EXCEPTION WHEN raise_exception THEN
			CONTINUE;
		END;
		RAISE EXCEPTION 'not refused' USING ERRCODE = 'assert_failure';
	END LOOP;
END $$
SQL
value($node, $fail);
$before = value($node, 'SELECT worker_memory_bytes FROM almanac.status');
value($node, $fail) for 1 .. 5;
$after = value($node, 'SELECT worker_memory_bytes FROM almanac.status');
is_flat($before, $after, '500 snapshots that failed');
value($node, 'DROP TRIGGER refuse ON almanac.recorder');

is(wait_for_worker($node), $pid, 'it was the same worker all the time');
is(log_count($node, qr/terminated by signal|PANIC/), 0, 'nothing crashed');

$node->stop;
done_testing();
