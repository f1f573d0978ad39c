# Servers to test with, and what tests ask of them again and again.
package Almanac::Server;

use strict;
use warnings;

use Exporter 'import';
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes;

our @EXPORT = qw(
  almanac_server configure create_extensions wait_for_worker snapshot seal as_app value log_position log_count
  wait_for_quiet moment
);

# A poll of a server that is down may find psql gone before it has read the query. That is one more "not yet".
{
	no warnings 'redefine';
	my $poll = \&PostgreSQL::Test::Cluster::poll_query_until;
	*PostgreSQL::Test::Cluster::poll_query_until = sub {
		my @arguments = @_;
		for my $attempt (1 .. 100)
		{
			my $result;
			return $result if eval { $result = $poll->(@arguments); 1 };
			die $@ if $@ !~ /Broken pipe/;
			Time::HiRes::sleep(0.1);
		}
		die $@;
	};
}

# Of every server but those that are copies.
my $common = <<'CONF';
autovacuum = off
jit = off
max_worker_processes = 16
track_io_timing = on
log_line_prefix = '%m [%p] %b '
log_statement = none
CONF

# A server that is running, with both extensions in database postgres, and where nothing happens by itself: no snapshot
# is due within a day. Statements of the superuser who looks on are not tracked; load is the work of role app.
#   conf        more settings
#   preload     libraries
#   extensions  0: create none
#   init        arguments of PostgreSQL::Test::Cluster::init
sub almanac_server
{
	my ($name, %options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ], %{ $options{init} // {} });
	my $preload = $options{preload} // 'pg_stat_statements, pg_almanac';
	my $conf = "shared_preload_libraries = '$preload'\n$common";
	$conf .= "pg_stat_statements.track = all\n" if $preload =~ /statements/;
	$conf .= "pg_almanac.interval = 1d\npg_almanac.relation_interval = 1d\npg_almanac.max_cpu_percent = 0\npg_almanac.analysis_interval = 0\n" if $preload =~ /almanac/;
	$node->append_conf('postgresql.conf', $conf . ($options{conf} // ''));
	$node->start;
	$node->safe_psql('postgres', 'CREATE ROLE app LOGIN SUPERUSER');
	$node->safe_psql('postgres', "ALTER ROLE CURRENT_USER SET pg_stat_statements.track = 'none'")
	  if $preload =~ /statements/;
	if ($options{extensions} // 1)
	{
		create_extensions($node);
		wait_for_worker($node) if $preload =~ /almanac/;
	}
	return $node;
}

# Adds settings and has the server read them.
sub configure
{
	my ($node, %settings) = @_;
	$node->append_conf('postgresql.conf', join('', map { "$_ = $settings{$_}\n" } sort keys %settings));
	$node->reload;
	return;
}

sub create_extensions
{
	my ($node) = @_;
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_stat_statements');
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_almanac');
	return;
}

# Waits until a repository worker, of another pid than the one given, serves the extension and recording has begun.
# Returns its pid.
sub wait_for_worker
{
	my ($node, $former) = @_;
	$former ||= 0;
	$node->poll_query_until('postgres', <<"SQL") or die 'no worker starts';
SELECT w.worker_pid <> $former AND (w.state = 'disabled'
	OR w.state IN ('idle', 'busy') AND EXISTS (SELECT FROM almanac.recorder WHERE snapshot_id > 0))
FROM almanac.worker_status() w
SQL
	return value($node, 'SELECT worker_pid FROM almanac.worker_status()');
}

# Waits until no client is connected but the one who asks and those of the given pids, so that all they did is counted.
sub wait_for_quiet
{
	my ($node, @but) = @_;
	my $known = join(',', -1, @but);
	$node->poll_query_until('postgres', <<"SQL") or die 'clients do not leave';
SELECT count(*) = 0 FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND pid NOT IN ($known)
	AND (backend_type = 'client backend' OR backend_type = 'pg_almanac database worker')
SQL
	return;
}

# What a query in database postgres says.
sub value
{
	my ($node, $sql) = @_;
	return $node->safe_psql('postgres', $sql);
}

sub snapshot { return value($_[0], 'SELECT almanac.take_snapshot()'); }

sub seal { return value($_[0], 'SELECT almanac.seal()'); }

# Runs SQL as role app.
sub as_app
{
	my ($node, $database, $sql) = @_;
	return $node->safe_psql($database, $sql, extra_params => [ '--username', 'app' ]);
}

# Now, as the server's clock has it.
sub moment
{
	my ($seconds, $us) = Time::HiRes::gettimeofday();
	return POSIX::strftime('%F %T', gmtime $seconds) . sprintf '.%06d+00', $us;
}

# Where the log ends now.
sub log_position { return -s $_[0]->logfile; }

# How many lines of the log match, from a position on.
sub log_count
{
	my ($node, $pattern, $from) = @_;
	return scalar grep { /$pattern/ } split /\n/, slurp_file($node->logfile, $from // 0);
}

1;
