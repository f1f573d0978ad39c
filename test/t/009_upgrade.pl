# pg_upgrade takes the history along and is not disturbed by workers; recording goes on in the new cluster.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = almanac_server('old', conf => "pg_almanac.interval = 1s\npg_almanac.relation_interval = 1s\n");
value($old, 'CREATE DATABASE one');
prepare_load($old, qw(postgres one));
load($old, qw(postgres one));
snapshot($old);
seal($old);
load($old, 'one');
wait_for_quiet($old);
snapshot($old);
my @queries = (
	'SELECT sum(calls), sum(total_exec_ms) FROM almanac.statement_history WHERE "time" <= \'%s\'',
	'SELECT sum(n_tup_ins), count(DISTINCT relid) FROM almanac.table_history WHERE "time" <= \'%s\'',
	'SELECT count(*), count(fingerprint) FROM almanac.statement_keys WHERE first_seen <= \'%s\'');
my $end = value($old, 'SELECT now()');
my @before = map { value($old, sprintf $_, $end) } @queries;
$old->stop;

my $new = PostgreSQL::Test::Cluster->new('new');
$new->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$new->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'pg_stat_statements, pg_almanac'
autovacuum = off
log_line_prefix = '%m [%p] %b '
pg_almanac.interval = 1s
pg_almanac.relation_interval = 1s
CONF

# It writes files into the directory where it runs.
chdir PostgreSQL::Test::Utils::tempdir() or die;
my $bin = $new->config_data('--bindir');
command_ok(
	[
		'pg_upgrade', '--no-sync', '--old-datadir', $old->data_dir, '--new-datadir', $new->data_dir, '--old-bindir', $bin,
		'--new-bindir', $bin, '--socketdir', $new->host, '--old-port', $old->port, '--new-port', $new->port
	],
	'pg_upgrade');
is_deeply([ mentions($old), mentions($new) ], [], 'no worker was started meanwhile');

my $from = -e $new->logfile ? log_position($new) : 0;
$new->start;
wait_for_worker($new);
is_deeply([ map { value($new, sprintf $_, $end) } @queries ], \@before, 'the history is there');
my $last = value($new, 'SELECT snapshot_id FROM almanac.recorder');
$new->poll_query_until('postgres', "SELECT snapshot_id > $last FROM almanac.recorder");
is( value($new, "SELECT count(*) FROM almanac.snapshots WHERE \"time\" > '$end' AND 'baseline' = ANY (flags) AND stream = 'statement'"),
	1, 'recording began anew once');
is(log_count($new, '(ERROR|WARNING):.*almanac|pg_almanac could not', $from), 0, 'without a complaint');
value($new, "ALTER SYSTEM SET pg_almanac.interval = '1d'; ALTER SYSTEM SET pg_almanac.relation_interval = '1d'");
$new->reload;
as_app($new, 'one', 'INSERT INTO t SELECT 200000 + i FROM generate_series(1, 33) i');
wait_for_quiet($new);
snapshot($new);
is( value($new, "SELECT sum(n_tup_ins) FROM almanac.table_history WHERE relname = 't' AND datname = 'one' AND \"time\" > '$end'"),
	33, 'and goes on');

$new->stop;
done_testing();

# Lines about our workers in what pg_upgrade logged.
sub mentions
{
	my ($node) = @_;
	return map { grep { /pg_almanac (launcher|repository|database worker)/ } split /\n/, slurp_file($_) }
	  map { glob $_ } $node->data_dir . '/pg_upgrade_output.d/*/log/*.log', $node->data_dir . '/pg_upgrade_output.d/log/*.log';
}
