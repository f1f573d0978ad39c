# Four weeks of a healthy server in hours, 500 statements with the cycles of days and weeks, looked at every six hours of the last week
# as the worker does: who cries wolf? And what of ten statements that did become slower in that week?
#
# What is normal there: load that doubles from one week to the next, a batch at night that makes others slower every night, statements
# that run once a day or seldom, a cold restart, a single wild hour, and means over few calls.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('quiet', conf => "pg_almanac.enabled = off\nfsync = off\ntimezone = UTC\nwork_mem = 64MB\n");
value($node, <<'SQL');
CREATE FUNCTION noise(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ((hashint8extended(a * 1000003 + b, 11) & 1073741823) + 0.5) / 1073741824.0;
-- About normal, deviation 1.
CREATE FUNCTION bell(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN sqrt(-2 * ln(noise(a, b))) * cos(2 * pi() * noise(a, b + 500000));
INSERT INTO almanac.query_texts SELECT g, '2020-01-01', 'SELECT ' || g FROM generate_series(1, 500) g;
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) SELECT 5, 10, g, true, g FROM generate_series(1, 500) g;
-- 2020-06-01 is a Monday. Statements 491 to 500 are 1.3 to 2 times slower from an hour of the fourth week on.
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, shared_blks_hit, latency)
SELECT series_id, "time", '1 hour', calls, calls, calls * ms, calls * 20,
	almanac.histogram_agg(ms * CASE WHEN i % 10 = 0 THEN 4 ELSE 2 / 3.0 END) FILTER (WHERE i > 0)
FROM (
	SELECT k.series_id, timestamptz '2020-06-01' + (h + 1) * interval '1 hour' AS "time",
		CASE WHEN s % 25 = 0 THEN CASE WHEN h % 24 = 3 THEN 40 ELSE 0 END WHEN s % 25 = 1 THEN CASE WHEN noise(s, h) < 0.03 THEN 2 ELSE 0 END
			ELSE greatest(1, round(10 ^ (1 + 3 * noise(s, -1)) * busy * CASE WHEN h >= 336 AND s % 5 = 2 THEN 2 ELSE 1 END * (0.8 + 0.4 * noise(s, h + 10000)))) END::bigint AS calls,
		10 ^ (-1 + 2.5 * noise(s, -2)) * (1 + 0.15 * busy) * CASE WHEN h % 24 IN (2, 3) THEN 1.4 ELSE 1 END * CASE WHEN h BETWEEN 530 AND 531 THEN 1.5 ELSE 1 END
			* CASE WHEN noise(s, h + 20000) < 0.002 THEN 8 ELSE 1 END * exp(0.06 * bell(s, h) + 0.8 / sqrt(10 ^ (1 + 3 * noise(s, -1))) * bell(s + 1000, h))
			* CASE WHEN s > 490 AND h >= 504 + (s - 490) * 8 THEN 1 + (s - 488) / 10.0 ELSE 1 END AS ms
	FROM almanac.statement_keys k, LATERAL (SELECT k.queryid) q (s), generate_series(0, 671) h,
		LATERAL (SELECT (1 + 0.8 * sin(2 * pi() * (h % 24 - 8) / 24)) * CASE WHEN h / 24 % 7 >= 5 THEN 0.4 ELSE 1 END + 0.1 AS busy) b) x, generate_series(1, 10) i
WHERE calls > 0 GROUP BY series_id, "time", calls, ms;
SQL
my $samples = value($node, 'SELECT count(*) FROM almanac.statement_samples');
note("$samples samples");

my $seconds = 0;
for my $look (0 .. 28)
{
	my $began = time;
	value($node, "SELECT almanac.analyze_stream('statement', at - interval '35 days', at, '1 hour', 0, 2147483647)"
		  . " FROM (SELECT timestamptz '2020-06-22' + $look * interval '6 hours' AS at) l");
	value($node, 'SELECT almanac.group_changes()');
	$seconds += time - $began;
}
note("29 looks in $seconds s");

# Worse is any change of the metrics; the costliest are told first. Cheap statements count too here: minor or not.
my $told = <<'SQL';
SELECT count(DISTINCT c.series_id) FROM almanac.changes c JOIN almanac.statement_keys k USING (series_id) WHERE c.worse AND c.metric IN ('mean_exec_ms', 'p95_ms', 'error_rate', 'shared_blks_per_call')
SQL
my $false = value($node, "$told AND k.queryid <= 490 AND c.first_found IS NOT NULL AND c.status <> 'watch' AND c.started >= '2020-06-21'");
my $false_main = value($node, "$told AND k.queryid <= 490 AND NOT c.minor AND c.status NOT IN ('watch', 'withdrawn')");
my $true = value($node, "$told AND k.queryid > 490 AND c.status IN ('open', 'resolved') AND c.started BETWEEN timestamptz '2020-06-01' + (504 + (k.queryid - 490) * 8 - 3) * interval '1 hour'"
	  . " AND timestamptz '2020-06-01' + (504 + (k.queryid - 490) * 8 + 3) * interval '1 hour'");
note(value($node, 'SELECT status, minor, worse, metric, count(*) FROM almanac.changes GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4'));
note("wrongly told in the week: $false statements, of these not minor: $false_main; rightly: $true of 10");
cmp_ok($false_main, '<=', 1, 'at most one false regression in the week');
cmp_ok($true, '>=', 9, 'and those there are are found, with their start');
$node->stop;
done_testing();
