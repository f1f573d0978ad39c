# What the history must add up to: for every statement, table, index and database and each of its counters, what the
# statistics views say now minus what they said when recording began, plus what they had said before counters were lost.
#
#   my $account = Almanac::Account->begins($node, 'one', 'two');  # creates the extension
#   ... load ...
#   $account->is_exact('after load');                            # takes a snapshot
#   $account->counted(sub { my ($stream, $row) = @_; ... });     # these counters are about to be lost: all they say
#   $account->loses(sub { ... });                                # or what they say less afterwards
#   $account->crashed($moment);                                  # or everything since the last snapshot
#
# Looking changes counters too. In the databases named to begins() it does not, because one session in each looks from
# within a transaction that never ends. In the repository's database the catalogs, the extension's own tables, and the
# database as a whole are in motion all the time; there history must lie between what the views said before and after
# the snapshot.
package Almanac::Account;

use strict;
use warnings;

use Almanac::Server;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my @streams = qw(statement table index database);

# The views, as one JSON object per row with the key of the series.
my %views = (
	statement => <<'SQL',
SELECT to_jsonb(s) || jsonb_build_object('stream', 'statement', 'key', concat_ws('/', dbid, userid, queryid, toplevel::int))
FROM pg_stat_statements(false) s WHERE queryid IS NOT NULL
SQL
	table => <<'SQL',
SELECT to_jsonb(s) || to_jsonb(io) || jsonb_build_object('stream', 'table', 'key', concat_ws('/', CASE WHEN c.relisshared THEN 0 ELSE d.oid END, c.oid))
FROM pg_stat_all_tables s JOIN pg_statio_all_tables io ON io.relid = s.relid JOIN pg_class c ON c.oid = s.relid
	JOIN pg_database d ON d.datname = current_database()
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND (NOT c.relisshared OR d.datname = 'postgres')
SQL
	index => <<'SQL',
SELECT to_jsonb(s) || to_jsonb(io) || jsonb_build_object('stream', 'index', 'key', concat_ws('/', CASE WHEN c.relisshared THEN 0 ELSE d.oid END, c.oid))
FROM pg_stat_all_indexes s JOIN pg_statio_all_indexes io ON io.indexrelid = s.indexrelid JOIN pg_class c ON c.oid = s.indexrelid
	JOIN pg_class t ON t.oid = s.relid JOIN pg_database d ON d.datname = current_database()
WHERE t.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND (NOT c.relisshared OR d.datname = 'postgres')
SQL
	database => q(SELECT to_jsonb(s) || jsonb_build_object('stream', 'database', 'key', datid::text) FROM pg_stat_database s),
);

# Series of the history by the same key.
my %keys = (
	statement => q(concat_ws('/', k.dbid, k.userid, k.queryid, k.toplevel::int)),
	table => q(concat_ws('/', k.dbid, k.relid)),
	index => q(concat_ws('/', k.dbid, k.indexrelid)),
	database => q(k.dbid::text),
);

# begins(NODE, DATABASE...): recording begins now, in a server that has pg_stat_statements and is quiet.
sub begins
{
	my ($class, $node, @databases) = @_;
	my $self = bless { node => $node, databases => [@databases], sessions => {} }, $class;
	$self->connect;
	$self->begin_anew;
	return $self;
}

# Creates the extension, after dropping it where it exists.
sub begin_anew
{
	my ($self) = @_;
	my $node = $self->{node};
	$self->{repository} = value($node, "SELECT oid FROM pg_database WHERE datname = 'postgres'");
	value($node, 'DROP EXTENSION IF EXISTS pg_almanac');
	$self->_quiet;
	$self->{low} = $self->_look;    # what the counters were at least, and at most
	value($node, 'CREATE EXTENSION pg_almanac');
	wait_for_worker($node);
	snapshot($node);
	$self->{columns} = $self->_columns;
	$self->_quiet;
	$self->{high} = $self->_look;
	$self->{lost} = {};
	return;
}

# Opens sessions where there are none: in the databases given, else in all.
sub connect
{
	my ($self, @databases) = @_;
	@databases = ('postgres', @{ $self->{databases} }) if !@databases;
	for my $database (@databases)
	{
		next if $self->{sessions}{$database};
		my $session = $self->{node}->background_psql($database);
		$self->{sessions}{$database} = $session;
		$self->{pids}{$database} = $session->query_safe('SELECT pg_backend_pid()');
		$session->query_safe('SELECT pg_stat_force_next_flush()');
		$session->query_safe('BEGIN') if $database ne 'postgres';
	}
	return;
}

# Ends them. What they looked at is counted then.
sub disconnect
{
	my ($self, @databases) = @_;
	@databases = keys %{ $self->{sessions} } if !@databases;
	for my $database (@databases)
	{
		my $session = delete $self->{sessions}{$database} or next;
		delete $self->{pids}{$database};
		eval { $session->quit };    # may be dead
	}
	return;
}

sub renamed
{
	my ($self, $from, $to) = @_;
	$_ = $_ eq $from ? $to : $_ for @{ $self->{databases} };
	return;
}

# The counters that `lost` chooses (stream, row of the view) are about to be lost; what they say now has to be in the
# history for ever. Takes a snapshot.
sub counted
{
	my ($self, $lost) = @_;
	$self->_quiet;
	my $before = $self->_look;
	snapshot($self->{node});
	my $after = $self->_look;
	for my $stream (@streams)
	{
		for my $key (keys %{ $after->{$stream} })
		{
			my $row = $after->{$stream}{$key};
			next if !$lost->($stream, $row);
			for my $column (keys %{ $self->{columns}{$stream} })
			{
				my $sum = $self->{lost}{$stream}{$key}{$column} //= [ 0, 0 ];
				my $source = $self->{columns}{$stream}{$column};
				my $range = $self->_range($stream, $key, $source, $before, $after);
				$sum->[$_] += $range->[$_] for 0, 1;
			}
			delete $self->{$_}{$stream}{$key} for qw(low high);
		}
	}
	return;
}

# All counters were lost at a moment (of pg_catalog.now()): what the history says of the time before remains.
sub crashed
{
	my ($self, $moment) = @_;
	my $history = $self->_history($moment);
	$self->{lost} = {};
	for my $stream (@streams)
	{
		for my $key (keys %{ $history->{$stream} })
		{
			$self->{lost}{$stream}{$key}{$_} = [ ($history->{$stream}{$key}{$_} // 0) x 2 ] for keys %{ $self->{columns}{$stream} };
		}
	}
	delete $self->{$_} for qw(low high);
	return;
}

# What tables and indexes in schema public say less after an action than before it has to be in the history for ever. The
# action must not count anything itself. With `heirs`, an index that takes over name and counters of another one goes on
# where that one was.
sub loses
{
	my ($self, $action, %options) = @_;
	$self->_quiet;
	snapshot($self->{node});
	my $before = $self->_look;
	$action->();
	$self->_quiet;
	my $after = $self->_look;
	my %heirs;
	for my $stream (qw(table index))
	{
		for my $key (keys %{ $before->{$stream} })
		{
			my $row = $before->{$stream}{$key};
			next if $row->{schemaname} ne 'public';
			my $left = $after->{$stream}{$key};
			$heirs{ _index_name($row) } = $key if !$left && $stream eq 'index';
			for my $column (keys %{ $self->{columns}{$stream} })
			{
				my $source = $self->{columns}{$stream}{$column};
				my $fall = ($row->{$source} // 0) - ($left ? $left->{$source} // 0 : 0);
				next if $fall <= 0;
				my $sum = $self->{lost}{$stream}{$key}{$column} //= [ 0, 0 ];
				$sum->[$_] += $fall for 0, 1;
			}
			# A series that ends has counted since it began.
			next if $left;
			my $began = delete $self->{high}{$stream}{$key};
			for my $column ($began ? keys %{ $self->{columns}{$stream} } : ())
			{
				my $sum = $self->{lost}{$stream}{$key}{$column} //= [ 0, 0 ];
				$sum->[$_] -= $began->{ $self->{columns}{$stream}{$column} } // 0 for 0, 1;
			}
		}
	}
	return if !$options{heirs};
	for my $key (grep { !$before->{index}{$_} } keys %{ $after->{index} })
	{
		my $predecessor = $heirs{ _index_name($after->{index}{$key}) } or next;
		$self->{high}{index}{$key} = $before->{index}{$predecessor};
	}
	return;
}

sub _index_name { return join '/', (split m{/}, $_[0]{key})[0], map { $_[0]{$_} } qw(schemaname relname indexrelname); }

# Takes a snapshot and compares every cell. A look at another database may not have ended when the databases are read:
# tried three times.
sub is_exact
{
	my ($self, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($wrong, $cells);
	for my $attempt (1 .. 3)
	{
		$self->_quiet;
		my $before = $self->_look;
		snapshot($self->{node});
		my $after = $self->_look;
		($wrong, $cells) = $self->_compare($before, $after, $self->_history);
		last if !@$wrong;
		note "attempt $attempt: $_" for @$wrong > 10 ? @$wrong[ 0 .. 9 ] : @$wrong;
	}
	push @$wrong, "only $cells cells were compared" if $cells < 1000;
	ok(!@$wrong, "history is exact: $name") or diag(join "\n", @$wrong > 20 ? (@$wrong[ 0 .. 19 ], '...') : @$wrong);
	return;
}

# Sum of one column of the history of one series, by a condition on its keys.
sub sum
{
	my ($self, $stream, $column, $condition) = @_;
	return value($self->{node}, <<"SQL");
SELECT coalesce(sum(s.$column), 0) FROM almanac.${stream}_samples s JOIN almanac.${stream}_keys k USING (series_id) WHERE $condition
SQL
}

# Counters that both have: column of the history => column of the view.
sub _columns
{
	my ($self) = @_;
	my %columns;
	for my $stream (@streams)
	{
		my $row = (values %{ $self->_rows('postgres', $stream)->{$stream} })[0];
		my @names = split /\n/, value($self->{node}, <<"SQL");
SELECT column_name FROM almanac.stream_columns() WHERE stream = '$stream' AND kind IN ('counter', 'duration')
SQL
		for my $name (@names)
		{
			(my $source = $name) =~ s/_ms$/_time/;
			$source =~ s/^shared_blk_/blk_/ if !exists $row->{$source};
			$columns{$stream}{$name} = $source if exists $row->{$source};
		}
	}
	return \%columns;
}

sub _quiet
{
	my ($self) = @_;
	wait_for_quiet($self->{node}, values %{ $self->{pids} });
	return;
}

# Rows of some views in one database, by stream and key. Times are whole microseconds.
sub _rows
{
	my ($self, $database, @wanted) = @_;
	my %rows;
	for my $row ($self->_query($database, 'SELECT pg_stat_clear_snapshot()', map { $views{$_} } @wanted))
	{
		$row->{$_} = int($row->{$_} * 1000 + 0.5) for grep { /_time$/ && ($row->{$_} // '') =~ /^[0-9.e+-]+$/ } keys %$row;
		$rows{ $row->{stream} }{ $row->{key} } = $row;
	}
	return \%rows;
}

# The rows, each a JSON object, that some queries return. Through files: what a session is told and says is noted in the
# log of the test.
sub _query
{
	my ($self, $database, @queries) = @_;
	my ($in, $out) = map { $self->{node}->basedir . "/$_" } qw(queries.sql rows.json);
	open my $file, '>', $in or die "$in: $!";
	print $file join(";\n", @queries), ";\n";
	close $file;
	$self->{sessions}{$database}->query_safe("\\o $out\n\\i $in\n\\o");
	return map { decode_json($_) } grep { /^\{/ } split /\n/, slurp_file($out);
}

sub _look
{
	my ($self) = @_;
	my $look = $self->_rows('postgres', @streams);
	for my $database (@{ $self->{databases} })
	{
		my $rows = $self->_rows($database, qw(table index));
		for my $stream (keys %$rows)
		{
			$look->{$stream}{$_} = $rows->{$stream}{$_} for keys %{ $rows->{$stream} };
		}
	}
	return $look;
}

sub _history
{
	my ($self, $until) = @_;
	my $condition = $until ? "AND s.time <= '$until'" : '';
	my @queries;
	for my $stream (@streams)
	{
		my $sums = join ', ', map { (/_ms$/ ? "round(sum(round(s.$_ * 1000)))::bigint" : "sum(s.$_)::bigint") . " AS $_" }
		  sort keys %{ $self->{columns}{$stream} };
		push @queries, <<"SQL";
SELECT to_jsonb(t) FROM (SELECT '$stream' AS stream, $keys{$stream} AS key, $sums
	FROM almanac.${stream}_samples s JOIN almanac.${stream}_keys k USING (series_id) WHERE k.server_id = 0 $condition GROUP BY k.series_id) t
SQL
	}
	my %history;
	for my $row ($self->_query('postgres', @queries))
	{
		die "$row->{stream} $row->{key} has two series" if $history{ $row->{stream} }{ $row->{key} };
		$history{ $row->{stream} }{ $row->{key} } = $row;
	}
	return \%history;
}

# Whether somebody uses it all the time.
sub _in_motion
{
	my ($self, $stream, $row) = @_;
	return 0 if $stream eq 'statement';
	my ($database) = split m{/}, $row->{key};
	return 0 if $database != 0 && $database != $self->{repository};
	return 1 if $stream eq 'database';
	return $row->{schemaname} ne 'public';
}

# By how much a counter has grown since recording began: least and most.
sub _range
{
	my ($self, $stream, $key, $source, $before, $after) = @_;
	my $grown = ($after->{$stream}{$key}{$source} // 0) - ($self->{high}{$stream}{$key}{$source} // 0);
	return [ $grown, $grown ] if !$self->_in_motion($stream, $after->{$stream}{$key});
	my $least = ($before->{$stream}{$key}{$source} // 0) - ($self->{high}{$stream}{$key}{$source} // 0);
	my $most = ($after->{$stream}{$key}{$source} // 0) - ($self->{low}{$stream}{$key}{$source} // 0);
	return [ $least, $most ];
}

sub _compare
{
	my ($self, $before, $after, $history) = @_;
	my @wrong;
	my $cells = 0;
	# Its own partitions are dropped by the extension, and their counters with them.
	my %own = map { $_ => 1 } split /\n/, value($self->{node}, <<'SQL');
SELECT 'table ' || concat_ws('/', dbid, relid) FROM almanac.table_keys WHERE schemaname = 'almanac'
UNION ALL SELECT 'index ' || concat_ws('/', dbid, indexrelid) FROM almanac.index_keys WHERE schemaname = 'almanac'
SQL
	for my $stream (@streams)
	{
		my %keys = map { $_ => 1 } map { keys %{ $_->{$stream} // {} } } $after, $history, $self->{lost};
		for my $key (sort keys %keys)
		{
			next if !$after->{$stream}{$key} && $own{"$stream $key"};
			for my $column (sort keys %{ $self->{columns}{$stream} })
			{
				my $lost = $self->{lost}{$stream}{$key}{$column} // [ 0, 0 ];
				my $range = $after->{$stream}{$key}
				  ? $self->_range($stream, $key, $self->{columns}{$stream}{$column}, $before, $after)
				  : [ 0, 0 ];
				my ($least, $most) = map { $lost->[$_] + $range->[$_] } 0, 1;
				my $found = $history->{$stream}{$key}{$column} // 0;
				++$cells;
				next if $found >= $least && $found <= $most;
				my $row = $after->{$stream}{$key} // {};
				my $name = $row->{indexrelname} // $row->{relname} // $row->{datname} // '';
				push @wrong, "$stream $key $name $column: history has $found, expected "
				  . ($least == $most ? $least : "$least to $most");
			}
		}
	}
	return (\@wrong, $cells);
}

# Samples, sums() and totals() must tell the same.
sub sums_agree
{
	my ($self, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my (@names, @queries);
	for my $stream (@streams)
	{
		my @columns = sort keys %{ $self->{columns}{$stream} };
		my $types = join ', ', 'series_id int', map { "$_ " . (/_ms$/ ? 'float8' : 'bigint') } @columns;
		my $whole = join ', ', 'series_id', map { /_ms$/ ? "round(coalesce($_, 0) * 1000)" : "coalesce($_, 0)" } @columns;
		my $sums = join ', ', 'series_id',
		  map { /_ms$/ ? "round(sum(round(coalesce($_, 0) * 1000)))" : "sum(coalesce($_, 0))" } @columns;
		my $samples = "SELECT $sums FROM almanac.${stream}_samples GROUP BY series_id";
		for my $function ('totals(%s)', 'sums(%s, NULL, NULL)')
		{
			my $call = sprintf "almanac.$function", "'$stream'";
			my $others = "SELECT $whole FROM $call AS t ($types)";
			push @names, $call;
			push @queries, "SELECT jsonb_build_object('rows', count(*)) FROM"
			  . " (($samples EXCEPT $others) UNION ALL ($others EXCEPT $samples)) d";
		}
	}
	my @differences = map { $_->{rows} } $self->_query('postgres', @queries);
	my @wrong = map { "$names[$_] differs from the samples in $differences[$_] rows" } grep { $differences[$_] } 0 .. $#names;
	ok(@differences == @names && !@wrong, "samples, sums() and totals() agree: $name") or diag(join "\n", @wrong);
	return;
}

1;
