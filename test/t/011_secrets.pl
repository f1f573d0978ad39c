# What is secret in a statement is stored nowhere: not in a table, not in a file of one.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('secrets', init => { allows_streaming => 'logical' });
snapshot($node);

# Each with a secret of its own, S3cr3t and two digits.
my @statements = (
	q(CREATE ROLE shop LOGIN PASSWORD '%s'),
	q(ALTER ROLE shop WITH ENCRYPTED PASSWORD '%s'),
	q(/* a comment */ alter user shop password '%s'),
	qq(ALTER\n\tROLE -- why not\n shop\nPASSWORD\n'%s'),
	q(ALTER ROLE shop PASSWORD E'%s\\n'),
	q(ALTER ROLE shop PASSWORD U&'%s'),
	q(ALTER ROLE shop PASSWORD $pw$%s$pw$),
	q(ALTER ROLE shop SET app.api_key = '%s'),
	q(CREATE FOREIGN DATA WRAPPER w OPTIONS (token '%s')),
	q(CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (password '%s')),
	q(ALTER SERVER s OPTIONS (SET password '%s')),
	q(CREATE USER MAPPING FOR shop SERVER s OPTIONS (user 'me', password '%s')),
	q(ALTER USER MAPPING FOR shop SERVER s OPTIONS (SET password '%s')),
	q(CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere password=%s' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false)),
	q(ALTER SUBSCRIPTION sub CONNECTION 'host=nowhere password=%s'),
	q(ALTER SYSTEM SET primary_conninfo = 'host=nowhere password=%s'),
	q(SET app.password = '%s'),
	q(SET LOCAL app.password TO '%s'),
	q(COPY (SELECT 1) TO PROGRAM 'cat >/dev/null # %s'),
	q(DO $$ BEGIN PERFORM 'password=%s'; END $$),
	q(CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'password=%s' $$),
	q(CREATE PROCEDURE p(text) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$ SET app.token = '%s'),
	q(CALL p('%s')),
	q(NOTIFY channel, '%s'),
	q(COMMENT ON ROLE shop IS '%s'),
	q(BEGIN; DECLARE c CURSOR FOR SELECT '%s'; COMMIT),
	q(PREPARE q AS SELECT '%s'),
	q(EXPLAIN SELECT '%s'),
	q(CREATE TABLE t AS SELECT '%s' AS word),
	q(CREATE VIEW v AS SELECT '%s' AS word),
	q(ALTER TABLE t ALTER word SET DEFAULT '%s'),
	q(SELECT '%s'),
	q(SELECT set_config('app.password', '%s', false)),
	q(INSERT INTO t VALUES ('%s')),
	q(SECURITY LABEL ON ROLE shop IS '%s'),
	q(IMPORT FOREIGN SCHEMA x FROM SERVER s INTO public OPTIONS (password '%s')),
);
my $number = 9;
my @refused;
for my $statement (@statements)
{
	my $secret = 'S3cr3t' . ++$number;
	my ($status, undef, $error) =
	  $node->psql('postgres', sprintf($statement, $secret), extra_params => [ '--username', 'app' ], on_error_stop => 1);
	push @refused, $statement if $status;
}
is_deeply([ map { /^(\w+ \w+)/ } @refused ], [ 'SECURITY LABEL', 'IMPORT FOREIGN' ], 'all but two are possible here');
wait_for_quiet($node);

# Those that pg_stat_statements itself knows are the ones that matter.
my $known = value($node, "SELECT count(*) FROM pg_stat_statements WHERE query ~ 'S3cr3t'");
cmp_ok($known, '>', 20, "pg_stat_statements has $known of them");
snapshot($node);
seal($node);
snapshot($node);
cmp_ok(value($node, "SELECT count(*) FROM almanac.statements WHERE rolname = 'app' AND query IS NOT NULL"), '>=', $known,
	'their statements have a history and a text');

my @tables = split /\n/, value($node, "SELECT oid::regclass FROM pg_class WHERE relnamespace = 'almanac'::regnamespace AND relkind IN ('r', 'v')");
my @found = grep { value($node, "SELECT count(*) FROM $_ AS t WHERE t::text ~ 'S3cr3t'") ne '0' } @tables;
is_deeply(\@found, [], 'no table has a secret');
@found = grep { value($node, "SELECT count(*) FROM $_ AS t WHERE t::text ~ encode('S3cr3t', 'hex')") ne '0' } @tables;
is_deeply(\@found, [], 'no table has one in its packed columns');
value($node, 'CHECKPOINT');
my @files = split /\n/, value($node, <<'SQL');
SELECT pg_relation_filepath(c.oid) FROM pg_class c
WHERE pg_relation_filepath(c.oid) IS NOT NULL AND (c.relnamespace = 'almanac'::regnamespace
	OR c.oid IN (SELECT reltoastrelid FROM pg_class WHERE relnamespace = 'almanac'::regnamespace))
SQL
@found = grep { slurp_file($node->data_dir . "/$_") =~ /S3cr3t/ } @files;
is_deeply(\@found, [], 'no file of a table has one');
like(slurp_file($node->data_dir . '/' . value($node, "SELECT pg_relation_filepath('almanac.query_texts')")), qr/CREATE TABLE t AS SELECT/,
	'the files are the right ones');

# What remains is of use.
is( value($node, "SELECT query FROM almanac.query_texts WHERE query LIKE 'ALTER USER MAPPING%'"),
	'ALTER USER MAPPING /* text withheld: may contain a secret */', 'the command is told');

$node->stop;
done_testing();
