# Scenarios: something happens on a real server under a real load, and what does the extension tell of it?
#
# Statements are executed, sampled and measured as anywhere; only the time between is not waited for. A preloaded clock (lib/leap.c)
# takes server and extension from the end of one interval's load to the begin of the next one, so an hour passes in half a minute.
#
#   my $server = scenario_server('faults');
#   my $scenario = Almanac::Scenario->new($server, 'index dropped', load => { lookup => 'SELECT ...' });
#   $scenario->elapse(48);                        # intervals with a snapshot at the end of each
#   $scenario->strike(sub { ... });             # at the begin of the next
#   $scenario->watch(16);                       # and what is told, looked for again and again
#   $scenario->told_as(qr/index_dropped/);
package Almanac::Scenario;

use strict;
use warnings;

use Almanac::Server;
use Exporter 'import';
use FindBin;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes;

our @EXPORT = qw(scenario_server restart_server wanted tell_faults tell_near_misses);

my ($library, $leap_file);
my $leapt = 0;    # nanoseconds
my $number = 0;

my $configuration = <<'CONF';
pg_almanac.wait_interval = 20ms
pg_almanac.analysis_interval = 0
pg_almanac.min_free_space = 0
shared_buffers = 64MB
timezone = UTC
CONF

# A server whose clock leaps, as almanac_server() makes them.
sub scenario_server
{
	my ($name, %options) = @_;
	if (!$library)
	{
		my $directory = PostgreSQL::Test::Utils::tempdir();
		my ($source) = grep { -e } map { "$_/leap.c" } "$FindBin::RealBin/lib", "$FindBin::RealBin/../t/lib";
		$library = "$directory/leap.so";
		system('cc', '-shared', '-fPIC', '-O1', '-o', $library, $source, '-ldl') == 0 or die 'cannot build the clock';
		$leap_file = "$directory/leap";
		_write_leap();
		$ENV{ALMANAC_TEST_LEAP} = $leap_file;
	}
	local $ENV{LD_PRELOAD} = $library;
	return almanac_server($name, %options, conf => $configuration . ($options{conf} // ''));
}

# With the clock as it is.
sub restart_server
{
	my ($node, $mode) = @_;
	local $ENV{LD_PRELOAD} = $library;
	$node->stop($mode // 'fast');
	$node->start;
	wait_for_worker($node);
	return;
}

# Whether ALMANAC_SCENARIO asks for it.
sub wanted { return !$ENV{ALMANAC_SCENARIO} || $_[0] =~ /$ENV{ALMANAC_SCENARIO}/; }

sub tell_faults
{
	my ($node) = @_;
	_tell([ 'fault', 'found after intervals', 'start off by', 'what', 'first cause' ], [ '---', '---:', '---:', '---', '---' ], @{ $node->{fault_rows} // [] });
	return;
}

sub tell_near_misses
{
	my ($node) = @_;
	_tell([ 'near miss', 'intervals', 'told', 'as `minor`', 'others running', 'times told because of them' ], [ '---', '---:', '---:', '---:', '---:', '---:' ], @{ $node->{miss_rows} // [] });
	return;
}

sub _tell
{
	note('| ' . join(' | ', @$_) . ' |') for @_;
	return;
}

# Begins in a database of its own, with the history of now on.
#   setup  SQL
#   load   name => script of pgbench, or an array of its name and a number: run so much more often than others
#   step   seconds of an interval (default 60)
#   calls  transactions in an interval (default 200)
#   before called with the number of each interval before its load
#   beside called with the number of each interval when its load is to begin; returns what psql() or pgbench() has started
sub new
{
	my ($class, $node, $name, %options) = @_;
	my $self = bless {
		node => $node,
		name => $name,
		step => 60,
		calls => 200,
		database => 'scenario' . ++$number,
		directory => PostgreSQL::Test::Utils::tempdir(),
		intervals => 0,
		told => {},
		%options
	}, $class;
	note("$name ...");
	$self->{began} = Time::HiRes::time();
	value($node, "CREATE DATABASE $self->{database}");
	$self->sql($self->{setup}) if $self->{setup};
	$self->load(%{ $self->{load} // {} });
	$self->_leap;
	snapshot($self->{node});
	$self->{from} = $self->now;
	return $self;
}

# SQL in its database, by the one who looks on.
sub sql { return $_[0]{node}->safe_psql($_[0]{database}, $_[1]); }

# Asks the extension.
sub ask { return value($_[0]{node}, $_[1]); }

sub now { return $_[0]->ask('SELECT clock_timestamp()'); }

# What is run from now on in each interval.
sub load
{
	my ($self, %scripts) = @_;
	$self->{scripts} = [];
	for my $name (sort keys %scripts)
	{
		my ($script, $weight) = ref $scripts{$name} ? @{ $scripts{$name} } : ($scripts{$name}, 1);
		push @{ $self->{scripts} }, '--file', $self->file($name, $script) . "\@$weight";
	}
	return;
}

# Intervals pass.
sub elapse
{
	my ($self, $intervals) = @_;
	for (1 .. $intervals)
	{
		$self->_leap;
		$self->_interval;
	}
	return;
}

# At the begin of the next interval something happens.
sub strike
{
	my ($self, $action) = @_;
	$self->_leap;
	$self->{struck} = $self->now;
	$self->{struck_after} = $self->{intervals};
	$action->() if $action;
	$self->_interval;
	return;
}

# Intervals pass, and history is searched after each `every` of them.
sub watch
{
	my ($self, $intervals, $every) = @_;
	for my $i (1 .. $intervals)
	{
		$self->elapse(1);
		$self->look if $i % ($every // 1) == 0;
	}
	return;
}

# Starts psql with a script, or pgbench, beside the load; to be returned by `beside`.
sub psql
{
	my ($self, $sql) = @_;
	my $node = $self->{node};
	return IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-U', 'app', '-h', $node->host, '-p', $node->port, '-d', $self->{database} ], '<', \$sql, '>', '/dev/null');
}

sub pgbench
{
	my ($self, $database, @arguments) = @_;
	my $node = $self->{node};
	return IPC::Run::start([ 'pgbench', '--username', 'app', '--no-vacuum', @arguments, '--host', $node->host, '--port', $node->port, $database ], '>', '/dev/null', '2>', '/dev/null');
}

# A file with a script.
sub file
{
	my ($self, $name, $script) = @_;
	my $file = "$self->{directory}/$name";
	unlink $file;
	append_to_file($file, "$script\n");
	return $file;
}

# Searches what there is, as the worker does every hour, and keeps what was told. All is told but what is still under watch.
sub look
{
	my ($self) = @_;
	$self->ask("SELECT almanac.analyze('$self->{from}', clock_timestamp(), '$self->{step} s')");
	my @stories = split /\n/, $self->ask(<<"SQL");
SELECT concat_ws('|', r.id, r.state, r.stream, r.metric, round(r.value_before::numeric, 3), round(r.value_after::numeric, 3), r.cause_kind,
	left(regexp_replace(r.query, '\\s+', ' ', 'g'), 60))
FROM almanac.regressions r JOIN almanac.changes c USING (change_id)
WHERE c.status IN ('open', 'resolved') AND r.started >= '$self->{from}' AND (r.datname = '$self->{database}' OR r.datname IS NULL)
SQL
	for my $story (@stories)
	{
		my ($id, $state) = split /\|/, $story;
		$self->{told}{$id}{story} = $story if !$self->{told}{$id}{after};
		$self->{told}{$id}{after} //= $self->{intervals} if $state ne 'minor';
	}
	return;
}

# What the fault did to the statement that matches was told: since when, how large, and why.
sub told_as
{
	my ($self, $statement, $kinds, %options) = @_;
	my $metric = $options{metric} // 'mean_exec_ms';
	my $sql = <<"SQL";
SELECT concat_ws('~', id, state, round(extract(epoch FROM started - '$self->{struck}') / $self->{step}, 1) + 0, round(value_before::numeric, 3), round(value_after::numeric, 3), metric,
	COALESCE(cause_kind, 'unknown'), cause, COALESCE(seconds_per_day::int::text, ''), (SELECT string_agg((x ->> 'kind') || ' ' || round((x ->> 'score')::numeric, 2), ', ') FROM jsonb_array_elements(causes) x))
FROM almanac.regressions WHERE started >= '$self->{from}' AND datname = '$self->{database}' AND query ~ '$statement' AND state IN ('open', 'resolved')
ORDER BY metric <> '$metric', abs(extract(epoch FROM started - '$self->{struck}')) LIMIT 1
SQL
	my ($id, $state, $error, $before, $after, $what, $kind, $cause, $cost, $all) = split /~/, $self->ask($sql);
	$self->end;
	my $name = $self->{name};
	my $found = ok(defined $id, "$name: found");
	my $near = ok($found && abs($error) <= 2, "$name: start within two intervals");
	my $right = ok($found && $kind =~ /^(?:$kinds)$/, "$name: cause");
	if ($options{also})
	{
		like($all // '', $options{also}, "$name: other causes");
	}
	my @row = ($name);
	if ($found)
	{
		push @row, $self->{told}{$id}{after} - $self->{struck_after}, sprintf('%+.1f', $error), "$what $before -> $after", ($right ? '' : 'WRONG: ') . "$kind: $cause";
	}
	else
	{
		push @row, 'NOT FOUND', '', '', '';
	}
	note(join ' | ', @row);
	note("causes: " . ($all // 'none'));
	note("told: $_->{story}") for grep { $_->{after} } values %{ $self->{told} };
	push @{ $self->{node}{fault_rows} }, \@row;
	return;
}

# Nothing was told of anything at any time, or so it is to be tried again because others were busy on the machine: returns false.
sub told_nothing
{
	my ($self, $last) = @_;
	$self->end;
	my @told = grep { $_->{story} } values %{ $self->{told} };
	my @main = grep { $_->{after} } @told;
	my $others = 0;
	$others += $_ / @{ $self->{others} } for @{ $self->{others} };
	note(($_->{after} ? "told after $_->{after}: " : 'minor: ') . $_->{story}) for @told;
	note(sprintf '%.2f others were running', $others);
	return 0 if ($self->{strict} ? @told : @main) && !$last && $others > 0.1;
	my @rightly = grep { $others > 0.5 && $_->{story} =~ /_ms(?:_per_transaction)?\|/ } @main;
	my $wrongly = @main - @rightly;
	is($wrongly, 0, "$self->{name}: silent");
	push @{ $self->{node}{miss_rows} }, [ $self->{name}, $self->{intervals}, $wrongly, @told - @main, sprintf('%.1f', $others), scalar @rightly ];
	return 1;
}

# How many processes of others want a processor just now.
sub _others
{
	my ($running) = -r '/proc/stat' ? slurp_file('/proc/stat') =~ /^procs_running (\d+)/m : ();
	return $running ? $running - 1 : 0;
}

sub end
{
	my ($self) = @_;
	note(sprintf '%s: %d intervals of %d s in %.0f s', $self->{name}, $self->{intervals}, $self->{step}, Time::HiRes::time() - $self->{began});
	return;
}

sub _interval
{
	my ($self) = @_;
	++$self->{intervals};
	my @runs;
	push @{ $self->{others} }, _others();
	$self->{before}->($self->{intervals}) if $self->{before};
	push @runs, $self->{beside}->($self->{intervals}) if $self->{beside};
	push @runs, $self->pgbench($self->{database}, '--transactions', $self->{calls}, @{ $self->{scripts} }) if @{ $self->{scripts} };
	for my $run (@runs)
	{
		$run->finish or die 'load fails';
	}
	snapshot($self->{node});
	return;
}

# The clock goes to the begin of the next interval, for server and extension.
sub _leap
{
	my ($self) = @_;
	my $now = int(Time::HiRes::clock_gettime(Time::HiRes::CLOCK_REALTIME()) * 1e6) * 1000 + $leapt;
	my $step = $self->{step} * 1_000_000_000;
	my $next = $now - $now % $step + $step + 5_000_000;
	$leapt += $next - $now;
	_write_leap();
	# There would have been one, but the checkpointer sleeps in time that passes.
	value($self->{node}, 'CHECKPOINT') if $self->{step} >= 300;
	return;
}

sub _write_leap
{
	open my $file, -e $leap_file ? '+<' : '>', $leap_file or die "$leap_file: $!";
	binmode $file;
	syswrite($file, pack('q', $leapt)) == 8 or die "$leap_file: $!";
	close $file;
	return;
}

1;
