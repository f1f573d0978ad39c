# The worker makes projections and capacity by itself, from what it recorded and what was recorded before.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'no /proc here' if !-r '/proc/stat';

my $node = almanac_server('capacity', init => { allows_streaming => 1 });
my $space = PostgreSQL::Test::Utils::tempdir();
value($node, "CREATE TABLESPACE space LOCATION '$space'");
value($node, "SELECT pg_create_physical_replication_slot('kept', true)");
snapshot($node);

# A new server: everything there is a limit to has a row, none of them a date.
is(value($node, 'SELECT count(*) FROM almanac.projections'), 0, 'nothing is projected on the first day');
cmp_ok(value($node, 'SELECT almanac.measure_capacity()'), '>=', 8, 'resources have been measured');
is(value($node, 'SELECT string_agg(name, \',\' ORDER BY name COLLATE "C") FROM almanac.capacity WHERE resource = \'disk\''), 'data directory,pg_wal,tablespace space', 'every volume');
is(value($node, q(SELECT string_agg(DISTINCT resource, ',' ORDER BY resource) FROM almanac.capacity WHERE resource NOT IN ('disk', 'history', 'cpu'))),
	'connections,memory,multixact_ids,replication_slots,transaction_ids', 'and everything else');
is(value($node, 'SELECT count(*) FROM almanac.capacity WHERE threshold_likely > now() OR limit_likely > now()'), 0, 'without history there is no date');
is(value($node, "SELECT \"limit\" FROM almanac.capacity WHERE resource = 'connections'"), value($node, 'SHOW max_connections'), 'limit of connections');
my ($xid_age, $xid_age_now) = split /\|/, value($node, "SELECT used, (SELECT max(age(datfrozenxid)) FROM pg_database) FROM almanac.capacity WHERE resource = 'transaction_ids'");
cmp_ok($xid_age, '<=', $xid_age_now, 'age of transaction IDs: not more than it is now');
cmp_ok($xid_age, '>', $xid_age_now - 1000, 'and what it was a moment ago');
is(value($node, "SELECT used - (SELECT max(mxid_age(datminmxid)) FROM pg_database) FROM almanac.capacity WHERE resource = 'multixact_ids'"), '0', 'age of multixact IDs');

# Forty days of a volume that fills within 300 days from now, and a database that grows.
value($node, <<'SQL');
INSERT INTO almanac.volume_samples (series_id, time, duration, used_bytes, total_bytes)
	SELECT k.series_id, now() - d * interval '1 day', '1 day', v.used_bytes - d * (v.total_bytes - v.used_bytes) / 300, v.total_bytes
	FROM almanac.volume_keys k, LATERAL (SELECT h.* FROM almanac.volume_history h WHERE h.series_id = k.series_id ORDER BY time DESC LIMIT 1) v, generate_series(1, 40) d WHERE k.kind = 'data';
INSERT INTO almanac.database_samples (series_id, time, duration, size_bytes)
	SELECT k.series_id, now() - d * interval '1 day', '1 day', v.size_bytes - d * 10000 FROM almanac.database_keys k,
		LATERAL (SELECT h.* FROM almanac.database_history h WHERE h.series_id = k.series_id AND h.size_bytes IS NOT NULL ORDER BY time DESC LIMIT 1) v, generate_series(1, 40) d WHERE k.datname = 'postgres';
UPDATE almanac.recorder SET started = now() - interval '41 days';
SQL
my $before = moment($node);
$node->restart;
$node->poll_query_until('postgres', "SELECT count(*) FILTER (WHERE computed_at > '$before') > 0 AND NOT EXISTS (SELECT FROM almanac.projected WHERE computed_at IS NULL) FROM almanac.projections")
  or die 'the worker projects nothing';
$node->poll_query_until('postgres', "SELECT bool_and(computed_at > '$before') FROM almanac.capacity") or die 'the worker does not measure capacity';
is(value($node, "SELECT verdict FROM almanac.projections WHERE datname = 'postgres' AND kind = 'database'"), 'growing', 'the worker projects');
is(value($node, "SELECT abs(extract(epoch FROM limit_likely - now()) / 86400 - 300) < 30 FROM almanac.capacity WHERE resource = 'disk' AND name = 'data directory'"), 't',
	'the worker tells when the volume is full');
is(value($node, 'SELECT count(*) > 0 FROM almanac.projections WHERE kind = \'table\''), 't', 'tables are among them');
is(log_count($node, 'could not maintain'), 0, 'nothing failed');

# Once a day, however often the worker looks.
my $when = value($node, 'SELECT max(computed_at) FROM almanac.projections');
is(value($node, 'SELECT almanac.project_piece(now())'), 'f', 'nothing is left to do');
is(value($node, 'SELECT max(computed_at) FROM almanac.projections'), $when, 'and nothing is done again');
cmp_ok(value($node, "SELECT count(*) FROM almanac.growth WHERE datname = 'postgres' AND period = 'month'"), '>=', 2, 'growth by month');

$node->stop;
done_testing();
