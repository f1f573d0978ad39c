# Estimates of bloat against what pgstattuple counts: tables and B-trees of many kinds of columns and fill. The promise of
# docs/findings.md: within 10 points of the size of tables, within 12 of that of B-trees.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use Test::More;

my $node = almanac_server('bloat');
plan skip_all => 'no pgstattuple here' if value($node, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pgstattuple'") == 0;
value($node, 'CREATE EXTENSION pgstattuple');
value($node, "SELECT almanac.set_finding_threshold('bloat_min_bytes', 1), almanac.set_finding_threshold('bloat_min_share', 0)");

my %columns = (
	narrow => 'i AS id, i % 1000 AS a',
	padded => 'i AS id, i::bigint * 7 AS b, i % 7 = 0 AS c, now() AS d, (i % 100)::smallint AS e, i::bigint AS f',
	texts => "i AS id, md5(i::text) AS a, repeat('x', i % 50) AS b, i::numeric / 3 AS c",
	nulls => 'i AS id, CASE WHEN i % 3 = 0 THEN i END AS a, CASE WHEN i % 10 = 0 THEN md5(i::text) END AS b',
	wide => "i AS id, repeat(md5(i::text), 10) AS a, i % 20 AS b",
	uuids => 'i AS id, md5(i::text)::uuid AS a, i % 3 AS b',
);
my %indexes = (
	narrow => [ 'id', 'a' ],
	padded => [ 'id', 'b', 'b, e', 'd' ],
	texts => [ 'id', 'a', 'b', 'c', 'a, id' ],
	nulls => [ 'id', 'a', 'b', 'a, b' ],
	wide => [ 'id', 'b', 'lower(left(a, 20))' ],
	uuids => [ 'a', 'b', 'b, id' ],
);
my @kept = (100, 60, 25);
for my $kind (sort keys %columns)
{
	for my $kept (@kept)
	{
		my $table = "${kind}_$kept";
		value($node, "CREATE TABLE $table AS SELECT $columns{$kind} FROM generate_series(1, 30000) i");
		my $n = 0;
		value($node, "CREATE INDEX ${table}_" . ++$n . " ON $table ($_)") for @{ $indexes{$kind} };
		value($node, "DELETE FROM $table WHERE (id * 37) % 100 >= $kept");
		value($node, "VACUUM ANALYZE $table");
	}
}
value($node, 'CREATE TABLE filled (id int, a text) WITH (fillfactor = 60)');
value($node, "INSERT INTO filled SELECT i, md5(i::text) FROM generate_series(1, 30000) i");
value($node, 'CREATE INDEX filled_1 ON filled (id) WITH (fillfactor = 60)');
value($node, 'VACUUM ANALYZE filled');
value($node, 'CREATE TABLE long_values (id int, a text)');
value($node, 'ALTER TABLE long_values ALTER a SET STORAGE EXTERNAL');
value($node, "INSERT INTO long_values SELECT i, repeat(md5(i::text), 100 + i % 400) FROM generate_series(1, 3000) i");
value($node, 'DELETE FROM long_values WHERE id % 4 > 0');
value($node, 'VACUUM ANALYZE long_values');
value($node, 'SELECT almanac.look_into_catalog()');

# Of a table that is filled as fillfactor says nothing is waste, although much is free. Of a B-tree a tenth of a leaf is left free on purpose.
my $tables = value($node, <<'SQL');
SELECT string_agg(format('%s: %s instead of %s', c.relname, round(e.share::numeric, 3), round(t.share::numeric, 3)), E'\n' ORDER BY c.relname)
	FILTER (WHERE abs(e.share - t.share) > 0.1)
FROM pg_class c
CROSS JOIN LATERAL (SELECT (p.free_percent + p.dead_tuple_percent) / 100 AS share FROM pgstattuple(c.oid) p) t
CROSS JOIN LATERAL (SELECT COALESCE((SELECT (f.data ->> 'share')::float8 FROM almanac.catalog_facts f WHERE f.kind = 'table_bloat' AND f.objid = c.oid), 0) AS share) e
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'filled'
SQL
is($tables, '', 'tables are estimated well');
my $indexes = value($node, <<'SQL');
SELECT string_agg(format('%s: %s instead of %s', c.relname, round(e.share::numeric, 3), round(t.share::numeric, 3)), E'\n' ORDER BY c.relname)
	FILTER (WHERE abs(e.share - t.share) > 0.12)
FROM pg_class c
CROSS JOIN LATERAL (SELECT greatest(0, 1 - ((1 - (p.deleted_pages + p.empty_pages) / greatest(1, p.leaf_pages + p.deleted_pages + p.empty_pages + p.internal_pages)::float8)
		* p.avg_leaf_density / 90)) AS share FROM pgstatindex(c.oid) p) t
CROSS JOIN LATERAL (SELECT COALESCE((SELECT (f.data ->> 'share')::float8 FROM almanac.catalog_facts f WHERE f.kind = 'index_bloat' AND f.objid = c.oid), 0) AS share) e
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'i' AND c.relname <> 'filled_1'
SQL
is($indexes, '', 'B-trees are estimated well');
is(value($node, "SELECT string_agg(f.key || ' ' || (f.data ->> 'share'), ', ') FROM almanac.catalog_facts f WHERE f.key ~ 'filled' AND (f.data ->> 'share')::float8 > 0.05"), '', 'what fillfactor leaves free is no waste');
is(value($node, "SELECT count(*) FROM almanac.catalog_facts WHERE kind = 'table_bloat' AND key <> 'public.long_values' AND (data ->> 'share')::float8 > 0.6"), scalar(keys %columns), 'the emptiest tables are among them');
# Of TOAST what is empty at least.
my ($toast, $there) = split /\|/, value($node, <<'SQL');
SELECT f.data ->> 'share', (p.free_percent + p.dead_tuple_percent) / 100 FROM almanac.catalog_facts f CROSS JOIN pgstattuple(('pg_toast.' || (f.data ->> 'toast'))::regclass) p
	WHERE f.kind = 'toast_bloat' AND f.key = 'public.long_values'
SQL
cmp_ok($toast, '<=', $there, 'no more TOAST is called empty than is');
cmp_ok($toast, '>=', $there - 0.25, 'and not much less');
$node->stop;
done_testing();
