# Whatever fails in, behind or around the hooks: the user's statement fails only for that, the counts are right, and the
# table of statements goes on.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Capture;
use Almanac::Server;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $directory = PostgreSQL::Test::Utils::tempdir();
chomp(my $headers = `@{[ $ENV{PG_CONFIG} // 'pg_config' ]} --includedir-server`);

sub build
{
	my ($name, @options) = @_;
	system('cc', '-shared', '-fPIC', '-O1', '-w', @options, '-o', "$directory/$name.so", "$FindBin::RealBin/lib/$name.c", '-ldl') == 0 or die "cannot build $name";
	return;
}
build('thrower', "-I$headers");
build('memory');
my $faults = "$directory/faults";
chmod 0755, $directory;

my $libraries = "pg_stat_statements, pg_almanac, \"$directory/thrower\"";
my $node;
{
	local $ENV{LD_PRELOAD} = "$directory/memory.so";
	local $ENV{ALMANAC_FAULTS} = $faults;
	$node = almanac_server('faults', preload => $libraries, conf => "pg_stat_statements.max = 30000\n");
}
prepare_matrix($node);

my $number = 0;

# Calls of the statements whose text matches, those nested among them counted apart.
sub calls
{
	my ($pattern) = @_;
	return value($node, <<"SQL");
SELECT COALESCE(sum(c.calls) FILTER (WHERE c.toplevel), 0), COALESCE(sum(c.calls) FILTER (WHERE NOT c.toplevel), 0)
FROM almanac.capture() c JOIN (SELECT DISTINCT queryid FROM pg_stat_statements WHERE query ~ '$pattern') s USING (queryid)
SQL
}

# Errors of the load: top-level, nested.
sub errors
{
	return value($node, <<'SQL');
SELECT COALESCE(sum(errors) FILTER (WHERE toplevel), 0), COALESCE(sum(errors) FILTER (WHERE NOT toplevel), 0)
FROM almanac.capture() WHERE userid = 'app'::regrole
SQL
}

# What has been added since.
sub more
{
	my ($now, $before) = @_;
	my @before = split /\|/, $before;
	return join '|', map { $_ - shift @before } split /\|/, $now;
}

# An error behind each hook, before and after the work: it arrives as it was, is counted once, and the next statement is a
# top-level one again.
my %query = (utility => 'CREATE TEMP TABLE %s (thrown int)', finish => 'INSERT INTO log SELECT 1 AS %s /* thrown */');
my $next = 'SELECT count(*) AS afterwards FROM t';
as_app($node, 'postgres', $next);
for my $place (map { my $hook = $_; ("before $hook", $hook eq 'end' ? () : "after $hook") } qw(planner start run finish end utility))
{
	my ($hook) = $place =~ /(\w+)$/;
	my $text = sprintf $query{$hook} // 'SELECT 1 AS %s, count(*) AS thrown FROM t', 'x' . ++$number;
	my $drop = $hook eq 'utility' ? "; DROP TABLE x$number" : '';
	as_app($node, 'postgres', "$text$drop");
	wait_for_quiet($node);
	my ($calls, $errors, $afterwards) = (calls('thrown'), errors(), calls('AS afterwards'));
	my ($result, $out, $error) = $node->psql('postgres', "SET thrower.at = '$place';\n" . ("$text;\n" x 3) . "$next;", extra_params => [ '-U', 'app' ], on_error_stop => 0);
	is(scalar(() = $error =~ /ERROR:  thrown at $place/g), 3, "$place: the error is the user's, as it was");
	wait_for_quiet($node);
	my @expected = $hook eq 'end' ? ('3|0', '0|0') : ('0|0', '3|0');
	is_deeply([ more(calls('thrown'), $calls), more(errors(), $errors) ], \@expected, "$place: counted once" . ($hook eq 'end' ? ', as it had ended' : ''));
	is(more(calls('AS afterwards'), $afterwards), '1|0', "$place: the next statement counts as ever");
	($errors, $afterwards) = (errors(), calls('AS afterwards'));
	as_app($node, 'postgres', <<"SQL");
DO \$\$ BEGIN SET thrower.at = '$place'; FOR i IN 1 .. 3 LOOP BEGIN EXECUTE '$text /* thrown */'; EXCEPTION WHEN external_routine_exception THEN NULL; END; END LOOP;
	SET thrower.at = ''; END \$\$;
$next;
SQL
	wait_for_quiet($node);
	is(more(errors(), $errors), $hook eq 'end' ? '0|0' : '0|3', "$place: nested and caught, the nested statement has failed");
	is(more(calls('AS afterwards'), $afterwards), '1|0', "$place: and the next one counts as ever");
}

# No memory, at any place.
sub short_of_memory
{
	my ($name) = @_;
	my $position = log_position($node);
	my $errors = 0;
	for my $every (100, 30, 10, 4)
	{
		append_to_file("$faults.new", $every);
		rename "$faults.new", $faults or die $!;
		eval { run_matrix($node) } for 1 .. 5;  # a session may not even begin
		run_matrix_together($node, 4);
	}
	unlink $faults or die $!;
	cmp_ok(log_count($node, qr/out of memory/, $position), '>', 20, "$name: memory was short");
	is(log_count($node, qr/PANIC|terminated by signal|terminating any other|stack is corrupted/, $position), 0, "$name: nothing crashed");
	wait_for_quiet($node);
	return;
}
short_of_memory('beside pg_stat_statements');
begin_anew($node);
run_matrix($node);
agrees($node, 'afterwards');
configure($node, shared_preload_libraries => "'pg_almanac'");
{
	local $ENV{LD_PRELOAD} = "$directory/memory.so";
	local $ENV{ALMANAC_FAULTS} = $faults;
	$node->restart;
}
short_of_memory('alone');
my $calls = "SELECT sum(calls) FROM almanac.capture() WHERE userid = 'app'::regrole AND toplevel";
my $before = value($node, $calls);
as_app($node, 'postgres', 'SELECT nested(1)') for 1 .. 5;
wait_for_quiet($node);
is(value($node, $calls) - $before, 5, 'alone: counts are right again');

# Cancelled and terminated at any moment, while there is no room and slots are taken away all the time.
configure($node, shared_preload_libraries => "'pg_stat_statements, pg_almanac'", 'pg_almanac.max_statements' => 100);
$node->restart;
value($node, 'SELECT pg_stat_statements_reset()');
$node->restart;
snapshot($node);
my $cancelled = 'SELECT COALESCE(sum(cancels), 0), COALESCE(sum(errors), 0) FROM';
my ($history_before, $slots_before) = map { value($node, "$cancelled almanac.$_") } ('statement_history', 'capture()');
as_app($node, 'postgres', 'CREATE TABLE wide (' . join(', ', map { "c$_ int" } 0 .. 29) . ')');
my $script = "$directory/shapes.sql";
append_to_file($script, join '', map { my $i = $_; ("SELECT pg_sleep(0.02);\n", map { "SELECT c$i, c$_, nested(1) FROM wide;\n" } 0 .. 29) } 0 .. 29);
my $seconds = 6;
my $again = sprintf 'end=$((SECONDS + %d)); while [ $SECONDS -lt $end ]; do psql -XAtq -U app -h %s -p %d -d postgres -f %s; done >/dev/null 2>&1; true',
  $seconds, $node->host, $node->port, $script;
my @clients = map { IPC::Run::start([ 'bash', '-c', $again ]) } 1 .. 6;
my $stop = time + $seconds;
my $ended = 0;
srand(4);
while (time < $stop)
{
	$ended += value($node, sprintf <<'SQL', rand() < 0.2 ? 'terminate' : 'cancel');
SELECT count(*) FROM pg_stat_activity WHERE CASE WHEN usename = 'app' AND random() < 0.5 THEN pg_%s_backend(pid) END
SQL
	usleep(rand 5000);
}
$_->finish for @clients;
wait_for_quiet($node);
cmp_ok($ended, '>', 50, 'many were cancelled or terminated');
is( value($node, <<'SQL'), '0', 'all in all the calls are those of pg_stat_statements');
SELECT (SELECT sum(calls) FROM almanac.capture()) - (SELECT sum(calls) FROM pg_stat_statements)
SQL
my $failed = more(value($node, "$cancelled almanac.capture()"), $slots_before);
my ($cancels) = split /\|/, $failed;
snapshot($node);
is(more(value($node, "$cancelled almanac.statement_history"), $history_before), $failed,
	'what was cancelled, and failed, is in the history, whether its statement kept its slot or not');
my ($used, $reclaimed) = split /\|/, value($node, 'SELECT used, reclaimed FROM almanac.capture_status()');
note("ended $ended, used $used, reclaimed $reclaimed, cancels $cancels");
cmp_ok($cancels, '>', 0, 'some were counted as cancelled');
cmp_ok($reclaimed, '>', 0, 'slots were taken away');
cmp_ok($used, '<', 100, 'and can be: nobody is left in a section');
as_app($node, 'postgres', "SELECT 'new', 1, 2, 3, 4, 5, 6");
wait_for_quiet($node);
is(value($node, "SELECT c.calls FROM almanac.capture() c JOIN pg_stat_statements s USING (queryid, userid) WHERE s.query LIKE 'SELECT \$1, \$2, \$3, \$4, \$5, \$6, \$7'"),
	1, 'a new statement finds room');

$node->stop;
done_testing();
