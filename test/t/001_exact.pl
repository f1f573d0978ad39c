# The history adds up to what the statistics views say, whatever happens to the server, its counters and the worker.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Account;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('exact');
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(one two);

# A bit of everything that is counted: tables with indexes and TOAST, writes of all kinds, temporary files, rollbacks,
# nested statements. Different in each database.
for my $database (qw(postgres one two))
{
	as_app($node, $database, <<'SQL');
CREATE TABLE t (id int PRIMARY KEY, n int, word text);
CREATE INDEX t_n ON t (n);
CREATE TABLE side (id int, long text);
ALTER TABLE side ALTER COLUMN long SET STORAGE EXTERNAL;
CREATE MATERIALIZED VIEW summary AS SELECT n, count(*) FROM t GROUP BY n;
CREATE FUNCTION nested(k int) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
	RETURN (SELECT count(*) FROM t WHERE n = k); END $$;
INSERT INTO t SELECT i, i % 50, 'word ' || i FROM generate_series(1, 2000) i;
SQL
}

my $round = 0;

sub work
{
	my @databases = @_ ? @_ : qw(postgres one two);
	++$round;
	for my $database (@databases)
	{
		my $n = 10 * length($database) + $round;
		as_app($node, $database, <<"SQL");
SET work_mem = '64kB';
INSERT INTO t SELECT 10000 * $round + i, i, 'more' FROM generate_series(1, $n) i;
UPDATE t SET n = n + 1 WHERE id % 10 = $round % 10;
DELETE FROM t WHERE id = $round;
INSERT INTO side SELECT $round, repeat('x', 5000) FROM generate_series(1, 5);
SELECT count(long) FROM side;
SELECT count(*) FROM (SELECT * FROM t ORDER BY word LIMIT 100000) s;
SET enable_seqscan = off; SET enable_bitmapscan = off;
SELECT word FROM t WHERE id = 77;
SELECT count(*) FROM t WHERE n = 7;
SET enable_indexscan = off; SET enable_bitmapscan = on;
SELECT nested($round);
BEGIN; DELETE FROM side; ROLLBACK;
REFRESH MATERIALIZED VIEW summary;
VACUUM ANALYZE t;
SQL
	}
	return;
}

sub every { return 1; }

sub of_table
{
	my ($name) = @_;
	return sub { my ($stream, $row) = @_; return $stream =~ /table|index/ && $row->{schemaname} eq 'public' && $row->{relname} eq $name; };
}

sub is_statement { return $_[0] eq 'statement'; }

work();
$node->safe_psql('postgres', 'DROP EXTENSION pg_almanac');
$node->safe_psql('postgres', 'CREATE EXTENSION pg_almanac');
wait_for_worker($node);
my $account = Almanac::Account->open($node, qw(one two));
$account->is_exact('nothing happened');

work();
$account->is_exact('load in three databases');
work('one');
work('two');
seal($node);
work();
$account->is_exact('sealed in between');
is(value($node, 'SELECT count(*) FROM almanac.journal WHERE snapshot_id < (SELECT snapshot_id - 3 FROM almanac.recorder)'),
	0, 'the journal was sealed');

# The server.
for my $mode (qw(smart fast))
{
	work();
	$account->disconnect;
	$node->stop($mode);
	$node->start;
	wait_for_worker($node);
	$account->connect;
	work('one');
	$account->is_exact("$mode restart");
}

# Counters that are reset.
$account->counted(\&is_statement);
value($node, 'SELECT pg_stat_statements_reset()');
work();
$account->is_exact('pg_stat_statements_reset()');

my ($userid, $dbid, $queryid) = split /\|/, value($node, <<'SQL');
SELECT userid, dbid, queryid FROM pg_stat_statements WHERE query LIKE 'UPDATE t SET n%' ORDER BY dbid LIMIT 1
SQL
$account->counted(sub { return is_statement(@_) && $_[1]{queryid} == $queryid && $_[1]{dbid} == $dbid; });
value($node, "SELECT pg_stat_statements_reset($userid, $dbid, $queryid)");
$account->is_exact('one statement was reset');
work();
$account->is_exact('one statement was reset and executed again');

my $one = value($node, "SELECT oid FROM pg_database WHERE datname = 'one'");
$account->counted(sub { my ($stream, $row) = @_; return $stream ne 'statement' && $row->{key} =~ m{^$one(/|$)}; });
$account->disconnect('one');
as_app($node, 'one', 'SELECT pg_stat_reset()');
$account->connect('one');
work('two');
$account->is_exact('pg_stat_reset()');
work();
$account->is_exact('load after pg_stat_reset()');

$account->counted(sub { my ($stream, $row) = @_; return $stream eq 'table' && of_table('t')->(@_) && $row->{key} =~ m{^$one/}; });
as_app($node, 'one', "SELECT pg_stat_reset_single_table_counters('t'::regclass)");
work();
$account->is_exact('pg_stat_reset_single_table_counters() of a table');

# Relations that come and go.
$account->counted(of_table('side'));
as_app($node, 'two', 'DROP TABLE side; CREATE TABLE side (id int PRIMARY KEY, long text)');
as_app($node, $_, 'DROP TABLE side; CREATE TABLE side (id int, long text)') for qw(postgres one);
as_app($node, 'two', 'ALTER TABLE side DROP CONSTRAINT side_pkey');
work();
$account->is_exact('dropped and re-created table');

done_testing();
$account->disconnect;
$node->stop;
