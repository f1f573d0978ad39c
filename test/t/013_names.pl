# Names of all kinds, of databases, roles, schemas, tables, indexes and in texts of statements, also in other encodings.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use Encode qw(encode_utf8);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('names', conf => "pg_almanac.max_query_length = 100\n");
my %names = (
	quotes => q(a"b'c`d''e""f),
	newline => "line\none\r\ttwo",
	injection => q('; DROP TABLE almanac.journal; --),
	dollar => q($$ $1 %s %n \\ \\\\ {} []),
	long => encode_utf8('ü' x 31 . 'x'),    # 63 bytes
	wide => encode_utf8('日本語テーブル🐘'),
	blank => ' ',
	keyword => 'select',
	almanac => 'almanac',
);

sub quoted { my ($name) = @_; return '"' . ($name =~ s/"/""/gr) . '"'; }

sub literal { my ($name) = @_; return q(E') . ($name =~ s/(['\\])/\\$1/gr) . q('); }

my $databases = 0;
for my $kind (sort keys %names)
{
	my $name = quoted($names{$kind});
	value($node, "CREATE ROLE $name LOGIN SUPERUSER");
	value($node, "CREATE DATABASE $name");
	my $connection = $node->connstr('postgres') =~ s/dbname=\S+//r;
	++$databases;
	$node->safe_psql($names{$kind}, <<"SQL");
SET pg_stat_statements.track = 'all';
SET SESSION AUTHORIZATION $name;
CREATE SCHEMA $name;
CREATE TABLE $name.$name ($name int);
CREATE INDEX ${\ quoted(substr($names{$kind}, 0, 50) . 'i')} ON $name.$name ($name) WHERE octet_length('i') > 0;
INSERT INTO $name.$name SELECT i FROM generate_series(1, 10) i;
SELECT $name FROM $name.$name;
SQL
}
wait_for_quiet($node);
snapshot($node);
is(value($node, 'SELECT coalesce(max(message), \'none\') FROM almanac.source_errors WHERE stream IN (1, 2)'), 'none', 'all can be recorded');
for my $kind (sort keys %names)
{
	my $name = literal($names{$kind});
	is(value($node, "SELECT sum(n_tup_ins) FROM almanac.table_history WHERE datname = $name AND schemaname = $name AND relname = $name"), 10, "table: $kind");
	is(value($node, "SELECT count(*) FROM almanac.index_history WHERE datname = $name AND relname = $name"), 1, "index: $kind");
	is(value($node, "SELECT count(*) > 0 FROM almanac.database_history WHERE datname = $name"), 't', "database: $kind");
	is(value($node, "SELECT sum(calls) FROM almanac.statement_history WHERE datname = $name AND rolname = $name AND rows = 10"), 2, "statements: $kind");
}
is(value($node, 'SELECT max(octet_length(query)) <= 100 AND min(octet_length(query)) > 0 FROM almanac.query_texts'), 't', 'texts are cut');
is(value($node, "SELECT count(*) FROM almanac.query_texts WHERE query <> convert_from(convert_to(query, 'UTF8'), 'UTF8')"), 0, 'but no character is');
seal($node);
is(value($node, 'SELECT count(DISTINCT datname) FROM almanac.table_history WHERE relname = schemaname'), $databases, 'the same after sealing');

# Left out by name.
my $list = join ', ', map { quoted($_) } @names{qw(quotes injection wide)};
configure($node, 'pg_almanac.exclude_databases' => q(') . ($list =~ s/'/''/gr) . q('));
my $id = snapshot($node);
is( value($node, "SELECT count(*) FROM almanac.snapshots WHERE snapshot_id = $id AND stream = 'table' AND datname <> 'postgres'"),
	$databases - 3, 'databases are left out by any name');
configure($node, 'pg_almanac.exclude_databases' => q(''));

# Other encodings.
value($node, "CREATE DATABASE latin1 ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'");
value($node, "CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'");
as_app($node, 'latin1', encode_utf8(qq(SET client_encoding = 'UTF8'; CREATE TABLE "größe" (i int); INSERT INTO "größe" VALUES (1); SELECT i AS "maß" FROM "größe")));
wait_for_quiet($node);
snapshot($node);
is(value($node, "SELECT sum(n_tup_ins) FROM almanac.table_history WHERE datname = 'latin1' AND relname LIKE 'gr%'"), 1, 'table in LATIN1');
is(value($node, encode_utf8("SELECT count(*) FROM almanac.statements WHERE query LIKE '%maß%'")), 1, 'statement in LATIN1');

# Bytes that are no character in the encoding of the repository. pg_stat_statements itself cannot show such texts.
as_app($node, 'bytes', qq(CREATE TABLE "t\xff\xfe" (i int); INSERT INTO "t\xff\xfe" VALUES (1), (2); SELECT i AS "\xe9" FROM "t\xff\xfe"));
as_app($node, 'postgres', 'CREATE TABLE another (i int); INSERT INTO another VALUES (1), (2), (3)');
wait_for_quiet($node);
$id = snapshot($node);
is(value($node, "SELECT relname, sum(n_tup_ins) FROM almanac.table_history WHERE datname = 'bytes' AND relname LIKE 't%' GROUP BY 1"), 't??|2',
	'table whose name is no text');
is(value($node, "SELECT sum(rows) FROM almanac.statement_history WHERE datname = 'bytes'"), 4, 'statement whose text is no text');
is(value($node, "SELECT errors FROM almanac.snapshots WHERE snapshot_id = $id AND stream = 'statement'"), 0, 'it does no harm');
snapshot($node);
is(log_count($node, 'pg_almanac cannot read the texts of new statements: invalid byte sequence'), 1, 'it is said once');
value($node, 'SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = \'bytes\'))');
snapshot($node);
is(value($node, "SELECT count(*) FROM almanac.statements WHERE query LIKE 'INSERT INTO another%'"), 1, 'other texts are stored, later if need be');

$node->stop;
done_testing();
