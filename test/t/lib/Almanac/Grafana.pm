# What Grafana's PostgreSQL data source does to a query before the server gets it, and what it expects of the result. Written from its
# documentation: variables are replaced first, by the dashboard; then intervals and macros, by the data source.
package Almanac::Grafana;

use strict;
use warnings;

use Exporter 'import';
use JSON::PP ();

our @EXPORT = qw(read_json dashboards queries expand used_variables run_queries);

sub read_json
{
	my ($file) = @_;
	open my $handle, '<:raw', $file or die "cannot read $file: $!";
	local $/ = undef;
	return JSON::PP->new->utf8->decode(<$handle>);
}

# The dashboards in a folder, by uid.
sub dashboards
{
	my ($folder) = @_;
	return map { my $d = read_json($_); ($d->{uid} => $d) } sort glob "$folder/dashboards/*.json";
}

# Every query of a dashboard: { name, sql, format } with format time_series, table, annotation or variable.
sub queries
{
	my ($dashboard) = @_;
	my @found;
	push @found, map { { name => "variable $_->{name}", sql => $_->{query}, format => 'variable' } } grep { $_->{type} eq 'query' } @{ $dashboard->{templating}{list} };
	push @found, map { { name => "annotation $_->{name}", sql => $_->{target}{rawSql}, format => 'annotation' } } @{ $dashboard->{annotations}{list} };
	for my $panel (@{ $dashboard->{panels} })
	{
		push @found, map { { name => "panel $panel->{title}", sql => $_->{rawSql}, format => $_->{format}, kind => $panel->{type} } } @{ $panel->{targets} };
	}
	$_->{dashboard} = $dashboard->{uid} for @found;
	return @found;
}

my $reference = qr/\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]/;

# Names of the variables in a text; of those that Grafana itself has, none.
sub used_variables
{
	my ($text) = @_;
	my %names;
	while ($text =~ /$reference/g)
	{
		my $name = $1 // $2 // $4;
		$names{$name} = 1 if $name !~ /^(__|\d)/;
	}
	return sort keys %names;
}

sub doubled { my ($text) = @_; $text =~ s/'/''/g; return $text; }

sub literal { return "'" . doubled($_[0]) . "'"; }

# How a value is written into a query. Without a format by the data source: a variable that may have several values as a list of
# literals, any other as it is, with quotes doubled. The value that the dashboard gives to All goes in untouched.
sub formatted
{
	my ($variable, $format) = @_;
	my @values = ref $variable->{value} ? @{ $variable->{value} } : ($variable->{value});
	return $variable->{allValue} if defined $variable->{allValue} && "@values" eq '$__all';
	return join ',', map { literal($_) } @values if !$format && ($variable->{multi} || $variable->{includeAll});
	return join ',', map { doubled($_) } @values if !$format;
	return join ',', @values if $format eq 'csv' || $format eq 'raw';
	# It escapes double quotes too, which PostgreSQL takes literally: no name may be passed like this.
	return join ',', map { my $v = $_; $v =~ s/'/''/g; $v =~ s/"/\\"/g; "'$v'" } @values if $format eq 'sqlstring';
	return join ',', map { my $v = $_; $v =~ s/'/\\'/g; "'$v'" } @values if $format eq 'singlequote';
	die "no format $format";
}

my %seconds = (ms => 0.001, s => 1, m => 60, h => 3600, d => 86400, w => 604800);

sub interval_seconds
{
	my ($interval) = @_;
	$interval =~ /^(\d+)(ms|s|m|h|d|w)$/ or die "no interval: $interval";
	return $1 * $seconds{$2};
}

# One macro: $name(arguments).
sub macro
{
	my ($name, $arguments, $window, $next) = @_;
	my @argument = map { s/^ +| +$//gr } split /,/, $arguments, -1;
	my ($from, $to) = map { literal($_) } @$window{qw(from to)};
	my ($from_epoch, $to_epoch) = @$window{qw(from_epoch to_epoch)};
	my $group = sub { my ($of) = @_; my $width = interval_seconds($argument[1] =~ s/'//gr); return "floor($of/$width)*$width"; };
	# Followed by a comma, it names the column: so it did before there was an alias for that.
	$name = '__timeGroupAlias' if $name eq '__timeGroup' && $next eq ',';
	return "$argument[0] AS \"time\"" if $name eq '__time';
	return "extract(epoch from $argument[0]) as \"time\"" if $name eq '__timeEpoch';
	return "$argument[0] BETWEEN $from AND $to" if $name eq '__timeFilter';
	return $from if $name eq '__timeFrom';
	return $to if $name eq '__timeTo';
	return $group->("extract(epoch from $argument[0])") if $name eq '__timeGroup';
	return $group->("extract(epoch from $argument[0])") . ' AS "time"' if $name eq '__timeGroupAlias';
	return "$argument[0] >= $from_epoch AND $argument[0] <= $to_epoch" if $name eq '__unixEpochFilter';
	return $group->("($argument[0])") if $name eq '__unixEpochGroup';
	return $group->("($argument[0])") . ' AS "time"' if $name eq '__unixEpochGroupAlias';
	die "unknown macro $name";
}

# The query as the server gets it.
#   variables   name => { value => text or list, multi, includeAll, allValue }
#   window      from, to (RFC 3339, UTC), from_epoch, to_epoch, interval
sub expand
{
	my ($sql, $variables, $window) = @_;
	$sql =~ s/$reference/my ($all, $name, $format) = ($&, $1 \/\/ $2 \/\/ $4, $3 \/\/ $5); $variables->{$name} ? formatted($variables->{$name}, $format) : $all/ge;
	my $milliseconds = 1000 * interval_seconds($window->{interval});
	$sql =~ s/\$__interval_ms/$milliseconds/g;
	$sql =~ s/\$__interval/$window->{interval}/g;
	$sql =~ s/\$__unixEpochFrom\(\)/$window->{from_epoch}/g;
	$sql =~ s/\$__unixEpochTo\(\)/$window->{to_epoch}/g;
	$sql =~ s/\$([_a-zA-Z0-9]+)\(([^)]*)\)(?=(.?))/macro($1, $2, $window, $3)/ges;
	return $sql;
}

# Runs queries (each with sql) as a role in one session. Each gets: error (or ''), columns ([name, type]...), rows ([value...]...),
# NULL as undef.
sub run_queries
{
	my ($node, $role, @queries) = @_;
	my ($field, $record, $null) = ("\x1f", "\x1e", "\x1d");
	my $script = "\\pset format unaligned\n\\pset tuples_only on\n\\pset fieldsep '$field'\n\\pset recordsep '$record'\n\\pset null '$null'\n";
	for my $n (0 .. $#queries)
	{
		my $sql = $queries[$n]{sql} =~ s/;?\s*$//r;
		$script .= "\\echo query $n\n\\warn query $n\n$sql \\gdesc\n\\echo rows $n\n$sql\n;\n\\echo end $n\n";
	}
	my ($status, $out, $err) = $node->psql('postgres', $script, extra_params => [ '--username', $role ], on_error_stop => 0);
	for my $n (0 .. $#queries)
	{
		my $query = $queries[$n];
		my ($described, $rows) = $out =~ /^query $n\n(.*?)^rows $n\n(.*?)^end $n$/ms or die "no answer to: $query->{sql}";
		my ($error) = "$err\n" =~ /^query $n\n(.*?)(?=^query \d+\n|\z)/ms;
		$query->{error} = join "\n", grep { !/^\s*$/ } split /\n/, $error // '';
		my $split = sub {
			my ($text) = @_;
			$text =~ s/\n\z//;
			return [ map { [ map { $_ eq $null ? undef : $_ } split /$field/, $_, -1 ] } split /$record/, $text, -1 ];
		};
		$query->{columns} = $split->($described);
		$query->{rows} = $rows eq '' || $rows eq "\n" ? [] : $split->($rows);
	}
	return;
}

1;
