# Statements are counted alike in whatever order libraries are loaded, with others beside, alone, and after a crash.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Capture;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('order', conf => "auto_explain.log_min_duration = 0\nauto_explain.log_analyze = on\nauto_explain.log_nested_statements = on\n");
prepare_matrix($node);

sub preload
{
	my ($libraries) = @_;
	value($node, 'SELECT pg_stat_statements_reset()') if $libraries =~ /statements/;
	configure($node, shared_preload_libraries => "'$libraries'");
	$node->restart;
	return;
}

my @orders = (
	'pg_almanac, pg_stat_statements',
	'auto_explain, pg_almanac, pg_stat_statements',
	'pg_stat_statements, pg_almanac, auto_explain');
if (value($node, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_stat_kcache'"))
{
	push @orders, 'pg_stat_statements, pg_stat_kcache, pg_almanac', 'pg_almanac, pg_stat_statements, pg_stat_kcache';
}
for my $libraries (@orders)
{
	preload($libraries);
	run_matrix($node);
	agrees($node, $libraries);
	configure($node, 'pg_stat_statements.track' => 'top');
	run_matrix($node);
	agrees($node, "$libraries, top");
	configure($node, 'pg_stat_statements.track' => 'all');
}

# A crash: both begin anew.
configure($node, restart_after_crash => 'on');
my $session = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $session->query_safe('SELECT pg_backend_pid()');
my $position = log_position($node);
kill 'KILL', $pid;
eval { $session->quit };
sleep 1 until log_count($node, 'database system is ready', $position);
wait_for_worker($node);
run_matrix($node);
agrees($node, 'after a crash');

# Alone, calls are those that the client made and the nested ones.
preload('pg_almanac');
as_app($node, 'postgres', 'SELECT nested(1)') for 1 .. 5;
wait_for_quiet($node);
is( value($node, "SELECT string_agg(toplevel || ' ' || calls, ', ' ORDER BY toplevel) FROM almanac.capture() WHERE userid = 'app'::regrole"),
	'false 5, true 5', 'without pg_stat_statements');
is(value($node, 'SELECT used > 0 AND other_calls = 0 AND shared_bytes > 20000000 FROM almanac.capture_status()'), 't', 'status');

configure($node, 'pg_almanac.max_statements' => 0);
$node->restart;
run_matrix($node);
is(value($node, 'SELECT count(*) FROM almanac.capture()'), 0, 'max_statements = 0 counts nothing');
is(value($node, 'SELECT slots, used, shared_bytes FROM almanac.capture_status()'), '0|0|0', 'and takes no memory');

$node->stop;
done_testing();
