# A server where something is missing runs, and its log says once what to do. As soon as it is there, recording begins.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $often = "pg_almanac.interval = 1s\npg_almanac.relation_interval = 1s\n";

# Started first: that it says it once takes some seconds to see.
my $nowhere = almanac_server('nowhere', extensions => 0, conf => "pg_almanac.database = 'nowhere'\n$often");
my $bare = almanac_server('bare', extensions => 0, conf => $often);
my $full = almanac_server('full', extensions => 0, conf => "max_worker_processes = 2\n");
my $lonely = almanac_server('lonely', extensions => 0, preload => 'pg_almanac', conf => $often);
$lonely->safe_psql('postgres', 'CREATE EXTENSION pg_almanac');
$lonely->poll_query_until('postgres', 'SELECT snapshot_id > 5 FROM almanac.recorder');

# No pg_stat_statements.
is(log_count($lonely, 'cannot record stream "statement"'), 1, 'no pg_stat_statements: said once');
is(log_count($lonely, 'HINT:.*CREATE EXTENSION pg_stat_statements'), 1, 'and what to do');
is( value($lonely, "SELECT count(DISTINCT stream) FROM almanac.snapshots WHERE errors = 0 AND stream IN ('table', 'database', 'system')"),
	3, 'the other streams are recorded');
is(value($lonely, 'SELECT pg_stat_statements IS NULL FROM almanac.status'), 't', 'status says it too');
is(value($lonely, 'SELECT count(*) FROM almanac.statements'), 0, 'there are no statements');
like(value($lonely, 'SELECT string_agg(o, chr(10)) FROM almanac.overview() o'), qr/^statements +- +-$/m, 'nor in the overview, which tells the rest');
value($lonely, 'CREATE EXTENSION pg_stat_statements');
my $last = value($lonely, 'SELECT snapshot_id FROM almanac.recorder');
$lonely->poll_query_until('postgres', "SELECT snapshot_id > $last + 3 FROM almanac.recorder");
is(log_count($lonely, 'must be loaded via.*shared_preload_libraries'), 1, 'created but not loaded: said once');

# No extension.
is(log_count($bare, 'pg_almanac records nothing: the extension is not created in database "postgres"'), 1, 'no extension: said once');
is(log_count($bare, 'HINT:.*CREATE EXTENSION pg_almanac'), 1, 'and what to do');
create_extensions($bare);
wait_for_worker($bare);
is(value($bare, "SELECT count(*) > 0 FROM almanac.snapshots WHERE stream = 'statement' AND errors = 0"), 't', 'recording begins by itself');
my $from = log_position($bare);
value($bare, 'DROP EXTENSION pg_almanac');
$bare->wait_for_log(qr/records nothing: the extension is not created/, $from);
value($bare, 'CREATE EXTENSION pg_almanac');
wait_for_worker($bare);
pass('and again after it was dropped');
is(log_count($bare, 'pg_almanac could not|pg_almanac repository worker:', $from), 0, 'without a complaint');

# No free slot for a worker.
is(log_count($full, 'pg_almanac records nothing: no free slot for a background worker'), 1, 'no slot for a worker: said once');
is(log_count($full, 'HINT:.*max_worker_processes'), 1, 'and what to do');

$full->append_conf('postgresql.conf', "max_worker_processes = 3\n");
$full->restart;
create_extensions($full);
wait_for_worker($full);
value($full, 'CREATE DATABASE other');
$from = log_position($full);
snapshot($full) for 1 .. 3;
is( value($full, 'SELECT datname, flags, errors FROM almanac.snapshots WHERE errors > 0 AND snapshot_id = (SELECT snapshot_id FROM almanac.recorder)'),
	'other|{partial}|1', 'no slot for a look into another database: the others are recorded');
is(log_count($full, 'cannot record stream "table" of database.*no free slot', $from), 1, 'said once');

# No database.
is(log_count($nowhere, 'pg_almanac records nothing: database "nowhere" does not exist'), 1, 'no database: said once');
is(log_count($nowhere, 'HINT:.*pg_almanac.database'), 1, 'and what to do');
is($nowhere->safe_psql('postgres', 'SELECT 1'), 1, 'the server runs');
$nowhere->safe_psql('postgres', 'CREATE DATABASE nowhere');
$nowhere->safe_psql('nowhere', 'CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pg_almanac');
ok($nowhere->poll_query_until('nowhere', 'SELECT snapshot_id > 0 FROM almanac.recorder'), 'recording begins once it is there');
is($nowhere->safe_psql('nowhere', 'SELECT database, state IN (\'idle\', \'busy\') FROM almanac.status'), 'nowhere|t', 'there');

# Switched off, and on again.
configure($bare, 'pg_almanac.enabled' => 'off');
$bare->poll_query_until('postgres', "SELECT state = 'disabled' FROM almanac.status");
$last = snapshot($bare);
is(value($bare, 'SELECT snapshot_id FROM almanac.recorder'), $last, 'switched off: snapshots by hand only');
configure($bare, 'pg_almanac.enabled' => 'on');
ok($bare->poll_query_until('postgres', "SELECT snapshot_id > $last FROM almanac.recorder"), 'switched on again');

$_->stop for $nowhere, $bare, $full, $lonely;
done_testing();
