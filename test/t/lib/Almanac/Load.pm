# A bit of everything that the server counts: tables with indexes and TOAST, writes of all kinds, temporary files,
# rollbacks, nested statements.
package Almanac::Load;

use strict;
use warnings;

use Almanac::Server;
use Exporter 'import';

our @EXPORT = qw(prepare_load load);

my $round = 0;

# Makes what load() needs in some databases.
sub prepare_load
{
	my ($node, @databases) = @_;
	for my $database (@databases)
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
	return;
}

# Another round, not the same in any two databases.
sub load
{
	my ($node, @databases) = @_;
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

1;
