# What the history must add up to: for every statement, table, index and database and each of its counters, what the
# statistics views say now minus what they said when recording began, plus what they had said before counters were lost.
#
#   my $account = Almanac::Account->open($node, 'one', 'two');   # at a quiet moment; recording begins here
#   ... load ...
#   $account->is_exact('after load');                            # takes a snapshot
#   $account->counted(sub { my ($stream, $row) = @_; ... });     # these counters are about to be lost
#
# Looking changes counters too. In the databases named to open() it does not, because one session in each looks from
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
SELECT to_jsonb(s) || jsonb_build_object('key', concat_ws('/', dbid, userid, queryid, toplevel::int))
FROM pg_stat_statements(false) s WHERE queryid IS NOT NULL
SQL
	table => <<'SQL',
SELECT to_jsonb(s) || to_jsonb(io) || jsonb_build_object('key', concat_ws('/', CASE WHEN c.relisshared THEN 0 ELSE d.oid END, c.oid))
FROM pg_stat_all_tables s JOIN pg_statio_all_tables io ON io.relid = s.relid JOIN pg_class c ON c.oid = s.relid
	JOIN pg_database d ON d.datname = current_database()
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND (NOT c.relisshared OR d.datname = 'postgres')
SQL
	index => <<'SQL',
SELECT to_jsonb(s) || to_jsonb(io) || jsonb_build_object('key', concat_ws('/', CASE WHEN c.relisshared THEN 0 ELSE d.oid END, c.oid))
FROM pg_stat_all_indexes s JOIN pg_statio_all_indexes io ON io.indexrelid = s.indexrelid JOIN pg_class c ON c.oid = s.indexrelid
	JOIN pg_class t ON t.oid = s.relid JOIN pg_database d ON d.datname = current_database()
WHERE t.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND (NOT c.relisshared OR d.datname = 'postgres')
SQL
	database => q(SELECT to_jsonb(s) || jsonb_build_object('key', datid::text) FROM pg_stat_database s),
);

# Series of the history by the same key.
my %keys = (
	statement => q(concat_ws('/', k.dbid, k.userid, k.queryid, k.toplevel::int)),
	table => q(concat_ws('/', k.dbid, k.relid)),
	index => q(concat_ws('/', k.dbid, k.indexrelid)),
	database => q(k.dbid::text),
);

# Recording must have begun no earlier than with the snapshot that open() takes, or there was nothing to record before.
sub open
{
	my ($class, $node, @databases) = @_;
	my $self = bless { node => $node, databases => [@databases], sessions => {} }, $class;
	$self->connect;
	$self->begin;
	return $self;
}

# Recording begins now: whatever was recorded before is gone.
sub begin
{
	my ($self) = @_;
	$self->{columns} = $self->_columns;
	$self->{repository} = value($self->{node}, "SELECT oid FROM pg_database WHERE datname = 'postgres'");
	$self->_quiet;
	my $before = $self->_look;
	snapshot($self->{node});
	$self->{low} = $before;    # what the counters were at least, and at most
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
	push @$wrong, $self->_sums_differ;
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
		my $row = (values %{ $self->_rows('postgres', $stream) })[0];
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

# Rows of a view in one database, by key. Times are whole microseconds.
sub _rows
{
	my ($self, $database, $stream) = @_;
	my $text = $self->_query($database, "SELECT pg_stat_clear_snapshot();\n$views{$stream}");
	my %rows;
	for my $line (grep { /^\{/ } split /\n/, $text)
	{
		my $row = decode_json($line);
		$row->{$_} = int($row->{$_} * 1000 + 0.5) for grep { /_time$/ && defined $row->{$_} && $row->{$_} =~ /^[0-9]/ } keys %$row;
		$rows{ $row->{key} } = $row;
	}
	return \%rows;
}

# Output goes through a file: a session's own is noted in the log of the test.
sub _query
{
	my ($self, $database, $sql) = @_;
	my $file = $self->{node}->basedir . "/rows";
	$sql =~ s/\s+\z//;
	$self->{sessions}{$database}->query_safe("\\o $file\n$sql;\n\\o");
	return slurp_file($file);
}

sub _look
{
	my ($self) = @_;
	my %look;
	for my $stream (@streams)
	{
		$look{$stream} = $self->_rows('postgres', $stream);
		next if $stream eq 'statement' || $stream eq 'database';
		for my $database (@{ $self->{databases} })
		{
			my $rows = $self->_rows($database, $stream);
			$look{$stream}{$_} = $rows->{$_} for keys %$rows;
		}
	}
	return \%look;
}

sub _history
{
	my ($self) = @_;
	my %history;
	for my $stream (@streams)
	{
		my $sums = join ', ', map { (/_ms$/ ? "round(sum(round(s.$_ * 1000)))::bigint" : "sum(s.$_)::bigint") . " AS $_" }
		  sort keys %{ $self->{columns}{$stream} };
		my $text = $self->_query('postgres', <<"SQL");
SELECT to_jsonb(t) FROM (SELECT $keys{$stream} AS key, $sums
	FROM almanac.${stream}_samples s JOIN almanac.${stream}_keys k USING (series_id) WHERE k.server_id = 0 GROUP BY k.series_id) t
SQL
		for my $line (grep { /^\{/ } split /\n/, $text)
		{
			my $row = decode_json($line);
			die "$stream $row->{key} has two series" if $history{$stream}{ $row->{key} };
			$history{$stream}{ $row->{key} } = $row;
		}
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
	my @grown = map { ($_->{$stream}{$key}{$source} // 0) } $after, $self->{high};
	my $grown = $grown[0] - $grown[1];
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
	for my $stream (@streams)
	{
		my %keys = map { $_ => 1 } map { keys %{ $_->{$stream} // {} } } $after, $history, $self->{lost};
		for my $key (sort keys %keys)
		{
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
sub _sums_differ
{
	my ($self) = @_;
	my @wrong;
	for my $stream (@streams)
	{
		my @names = sort keys %{ $self->{columns}{$stream} };
		my $types = join ', ', 'series_id int', map { "$_ " . (/_ms$/ ? 'float8' : 'bigint') } @names;
		my $whole = join ', ', 'series_id', map { /_ms$/ ? "round(coalesce($_, 0) * 1000)" : "coalesce($_, 0)" } @names;
		my $sums = join ', ', 'series_id', map { (/_ms$/ ? "round(sum(round(coalesce($_, 0) * 1000)))" : "sum(coalesce($_, 0))") } @names;
		my $samples = "SELECT $sums FROM almanac.${stream}_samples GROUP BY series_id";
		for my $function ("almanac.totals('$stream')", "almanac.sums('$stream', NULL, NULL)")
		{
			my $others = "SELECT $whole FROM $function AS t ($types)";
			my $rows = $self->_query('postgres', <<"SQL");
SELECT count(*) FROM (($samples EXCEPT $others) UNION ALL ($others EXCEPT $samples)) d
SQL
			chomp $rows;
			push @wrong, "$function differs from the samples in $rows rows" if $rows ne '0';
		}
	}
	return @wrong;
}

1;
