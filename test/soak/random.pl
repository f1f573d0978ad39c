# Whatever happens in whatever order, the history adds up. ALMANAC_SEED chooses the order, ALMANAC_STEPS how much of it.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{ALMANAC_SEED} // time;
my $steps = $ENV{ALMANAC_STEPS} // 150;
srand($seed);
note("ALMANAC_SEED=$seed");

my $node = almanac_server('random', extensions => 0, conf => "restart_after_crash = on\n");
value($node, 'CREATE EXTENSION pg_stat_statements');
my @all = qw(one two);
value($node, "CREATE DATABASE $_") for @all;
prepare_load($node, @all);
load($node, @all);
my $account = Almanac::Account->begins($node, @all);
my %index = map { $_ => 1 } @all;    # whether t_n is there

sub any { return $_[ rand @_ ]; }

sub pid { return value($node, 'SELECT worker_pid FROM almanac.worker_status()'); }

# `crash` returns when it happened.
sub crash
{
	my ($crash) = @_;
	my $former = pid();
	$account->disconnect;
	my $moment = $crash->($former);
	$node->poll_query_until('postgres', "SELECT worker_pid <> $former FROM almanac.worker_status()");
	wait_for_worker($node, $former);
	$account->connect;
	$account->crashed($moment);
	return;
}

# A reset that is not looked at before the counters are back where they were cannot be noticed.
sub loses_and_looks
{
	my ($database, $sql) = @_;
	$account->loses(sub { as_app($node, $database, $sql) });
	snapshot($node);
	return;
}

sub forgets
{
	my ($chosen, $database, $sql) = @_;
	$account->counted($chosen);
	$account->disconnect($database) if $database ne 'postgres';
	as_app($node, $database, $sql);
	$account->connect;
	return;
}

my %actions = (
	'load' => [ 30, sub { load($node, any(@all)) } ],
	'snapshot' => [ 15, sub { snapshot($node) } ],
	'seal' => [ 8, sub { seal($node) } ],
	'terminate the worker' => [ 8, sub { my $pid = pid(); value($node, "SELECT pg_terminate_backend($pid)"); wait_for_worker($node, $pid) } ],
	'terminate the worker at once after a request' => [
		4,
		sub {
			my $pid = pid();
			$node->psql('postgres', "SELECT pg_terminate_backend($pid); SELECT almanac.take_snapshot()", on_error_stop => 0);
			wait_for_worker($node, $pid);
		}
	],
	'restart' => [ 4, sub { $account->disconnect; $node->restart; wait_for_worker($node); $account->connect } ],
	'kill the worker' => [ 3, sub { crash(sub { kill 'KILL', $_[0]; return moment() }) } ],
	'immediate stop' => [ 2, sub { crash(sub { $node->stop('immediate'); my $moment = moment(); $node->start; return $moment }) } ],
	'drop or create an index' => [
		5,
		sub {
			my $database = any(@all);
			my $sql = ($index{$database} = !$index{$database}) ? 'CREATE INDEX t_n ON t (n)' : 'DROP INDEX t_n';
			$account->loses(sub { as_app($node, $database, $sql) });
		}
	],
	'reindex' => [ 5, sub { my $d = any(@all); $account->loses(sub { as_app($node, $d, 'REINDEX TABLE CONCURRENTLY t') }, heirs => 1) } ],
	'rewrite' => [ 4, sub { my $d = any(@all); $account->loses(sub { as_app($node, $d, 'VACUUM FULL ' . any(qw(t side))) }) } ],
	'reset a table' => [ 4, sub { loses_and_looks(any(@all), "SELECT pg_stat_reset_single_table_counters('" . any(qw(t side)) . "'::regclass)") } ],
	'reset an index' => [ 4, sub { loses_and_looks(any(@all), "SELECT pg_stat_reset_single_table_counters('t_pkey'::regclass)") } ],
	'make a table anew' => [ 4, sub { my $d = any(@all); $account->loses(sub { as_app($node, $d, 'DROP TABLE side; CREATE TABLE side (id int, long text)') }) } ],
	'reset statements' => [ 3, sub { forgets(sub { $_[0] eq 'statement' }, 'postgres', 'SELECT pg_stat_statements_reset()') } ],
	'reset a database' => [
		3,
		sub {
			my $database = any(@all);
			load($node, $database) for 1 .. 2;
			my $oid = value($node, "SELECT oid FROM pg_database WHERE datname = '$database'");
			forgets(sub { $_[0] ne 'statement' && $_[1]{key} =~ m{^$oid(/|$)} }, $database, 'SELECT pg_stat_reset()');
			snapshot($node);
		}
	],
	'leave out' => [ 3, sub { configure($node, 'pg_almanac.exclude_databases' => "'" . any(@all, '', '') . "'") } ],
	'look' => [ 8, sub { configure($node, 'pg_almanac.exclude_databases' => "''"); $account->is_exact($_[0]) } ],
);

my @choice = map { ($_) x $actions{$_}[0] } sort keys %actions;
my @done;
for my $step (1 .. $steps)
{
	my $action = any(@choice);
	push @done, $action;
	note("step $step: $action");
	# Whoever is left out is not looked at, so that what is about to be lost would be.
	configure($node, 'pg_almanac.exclude_databases' => "''") if $action =~ /drop|reindex|rewrite|reset|anew/;
	$actions{$action}[1]->(join ', ', @done);
	@done = () if $action eq 'look';
	last if !Test::More->builder->is_passing;
}
configure($node, 'pg_almanac.exclude_databases' => "''");
$account->is_exact(join ', ', @done);
$account->sums_agree('at the end');

$account->disconnect;
$node->stop;
done_testing();
