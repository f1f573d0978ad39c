# The files of docs/grafana by themselves: what Grafana's schema asks for, and what makes a dashboard easy to read.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Grafana;
use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = dirname(dirname($FindBin::RealBin)) . '/docs/grafana';
my %dashboards = dashboards($folder);
cmp_ok(scalar(keys %dashboards), '>=', 9, 'dashboards');

# Keys that an object may have and, before the bar, those that it must have.
sub keys_are
{
	my ($object, $rule) = @_;
	my ($must, $may) = map { [ split ' ', $_ ] } split /\|/, "$rule|";
	my %allowed = map { ($_ => 1) } @$must, @{ $may // [] };
	return ((map { "no $_" } grep { !exists $object->{$_} } @$must), (map { "unknown $_" } grep { !$allowed{$_} } sort keys %$object));
}

# Units that Grafana knows, of those that are used here.
my %units = map { ($_ => 1) } qw(none short string bytes Bps ms s percentunit reqps cps dateTimeAsIso);
my %options = (
	timeseries => 'legend tooltip', stat => 'reduceOptions colorMode graphMode justifyMode textMode orientation', table => 'showHeader cellHeight',
	heatmap => 'calculate cellGap cellValues color exemplars filterValues legend rowsFrame showValue tooltip yAxis');
my $source = sub { my ($s) = @_; return ref $s eq 'HASH' && $s->{type} eq 'grafana-postgresql-datasource' && $s->{uid} eq '${datasource}'; };

for my $uid (sort keys %dashboards)
{
	my $d = $dashboards{$uid};
	my @wrong = keys_are($d, 'uid title description tags schemaVersion version editable graphTooltip timezone refresh time timepicker links panels templating annotations fiscalYearStartMonth');
	push @wrong, 'uid' if $uid !~ /^almanac-[a-z]{3,30}$/;
	push @wrong, 'it has no tag to be found by' if !grep { $_ eq 'pg_almanac' } @{ $d->{tags} };
	push @wrong, 'it links to no other' if !grep { $_->{type} eq 'dashboards' && $_->{keepTime} } @{ $d->{links} };

	my %variables;
	for my $v (@{ $d->{templating}{list} })
	{
		push @wrong, "two variables $v->{name}" if $variables{ $v->{name} }++;
		push @wrong, map { "variable $v->{name}: $_" } keys_are($v, 'type name label query hide skipUrlSync current options'
			. ($v->{type} eq 'query' ? ' datasource definition refresh sort regex multi includeAll description|allValue' : '|refresh auto auto_count auto_min multi includeAll regex'));
		push @wrong, "variable $v->{name}: type" if $v->{type} !~ /^(query|datasource|interval|custom|textbox)$/;
		push @wrong, "variable $v->{name}: data source" if $v->{type} eq 'query' && !$source->($v->{datasource});
		# What may have several values goes into a list, and All must not be the list of all ids.
		push @wrong, "variable $v->{name}: All" if $v->{includeAll} && ($v->{allValue} // '') ne '0';
	}
	push @wrong, 'its first variable is not the data source' if $d->{templating}{list}[0]{type} ne 'datasource';

	my (%ids, %titles, @cells);
	for my $p (@{ $d->{panels} })
	{
		my $name = "panel $p->{title}";
		push @wrong, map { "$name: $_" } keys_are($p, 'type id title description datasource gridPos targets options fieldConfig'), keys_are($p->{gridPos}, 'x y w h'),
			keys_are($p->{fieldConfig}, 'defaults overrides'), keys_are($p->{fieldConfig}{defaults}, 'unit custom|min thresholds mappings');
		push @wrong, "$name: type" if !$options{ $p->{type} };
		push @wrong, map { "$name: options: $_" } keys_are($p->{options}, $options{ $p->{type} } // '');
		push @wrong, "$name: another has its id" if $ids{ $p->{id} }++;
		push @wrong, "$name: another has its title" if $titles{ $p->{title} }++;
		push @wrong, "$name: description" if $p->{description} !~ /^[A-Z0-9].*\.$/;
		push @wrong, "$name: data source" if !$source->($p->{datasource});
		my ($x, $y, $w, $h) = @{ $p->{gridPos} }{qw(x y w h)};
		push @wrong, "$name: place" if $x < 0 || $y < 0 || $w < 1 || $h < 2 || $x + $w > 24;
		for my $place (map { my $row = $_; map { [ $_, $row ] } $x .. $x + $w - 1 } $y .. $y + $h - 1)
		{
			push @wrong, "$name: it lies upon another" if $cells[ $place->[1] ][ $place->[0] ]++;
		}
		for my $unit ($p->{fieldConfig}{defaults}{unit}, map { $_->{value} } grep { $_->{id} eq 'unit' } map { @{ $_->{properties} } } @{ $p->{fieldConfig}{overrides} })
		{
			push @wrong, "$name: unit" if !defined $unit || !$units{$unit};
		}
		push @wrong, "$name: nothing tells what is counted" if $p->{type} eq 'timeseries' && $p->{fieldConfig}{defaults}{unit} =~ /^(none|short)$/ && $p->{fieldConfig}{defaults}{custom}{axisLabel} eq '';
		push @wrong, "$name: unit of the axis" if $p->{type} eq 'heatmap' && !$units{ $p->{options}{yAxis}{unit} // '' };
		for my $o (@{ $p->{fieldConfig}{overrides} })
		{
			push @wrong, map { "$name: override: $_" } keys_are($o, 'matcher properties'), keys_are($o->{matcher}, 'id options'), map { keys_are($_, 'id value') } @{ $o->{properties} };
			# Columns are named as in the query.
			push @wrong, "$name: no column $o->{matcher}{options}" if $p->{targets}[0]{rawSql} !~ /(?<![\w])"?\Q$o->{matcher}{options}\E"?(?!\w)/;
			for my $link (map { @{ $_->{value} } } grep { $_->{id} eq 'links' } @{ $o->{properties} })
			{
				my ($to, $passed) = $link->{url} =~ m{^/d/([\w-]+)\?\$\{__url_time_range\}((?:&var-\w+=[^&]+)*)$} or push @wrong, "$name: link $link->{url}";
				next if !$to;
				push @wrong, "$name: link to $to" if !$dashboards{$to};
				my %there = map { ($_->{name} => 1) } @{ $dashboards{$to}{templating}{list} };
				push @wrong, "$name: $to has no variable $_" for grep { !$there{$_} } $passed =~ /var-(\w+)=/g;
			}
		}
		for my $t (@{ $p->{targets} })
		{
			push @wrong, map { "$name: target: $_" } keys_are($t, 'refId datasource editorMode format rawQuery rawSql');
			push @wrong, "$name: format" if $t->{format} ne ($p->{type} =~ /^(timeseries|heatmap)$/ ? 'time_series' : 'table');
			push @wrong, "$name: data source of the query" if !$source->($t->{datasource});
		}
	}
	for my $a (@{ $d->{annotations}{list} })
	{
		push @wrong, map { "annotation $a->{name}: $_" } keys_are($a, 'name datasource enable hide iconColor target');
	}
	my $tables = join '|', qw(keys samples texts journal recorder projected);
	for my $query (queries($d))
	{
		push @wrong, map { "$query->{name}: no variable $_" } grep { !$variables{$_} } used_variables($query->{sql});
		push @wrong, "$query->{name}: reads what is not public: $1" if $query->{sql} =~ /\balmanac\.(\w*(?:$tables))\b/;
		push @wrong, "$query->{name}: reads all columns" if $query->{sql} =~ /SELECT\s+(?:\w+\.)?\*\s+FROM\s+almanac\.\w+\s+\w/i;
		# A list of values makes sense only in IN (); a single one stands in quotes, which are doubled within it.
		push @wrong, "$query->{name}: a list of values that is not in IN ()" if $query->{sql} =~ /(?<!IN \()\$(database|role)\b/;
		push @wrong, "$query->{name}: $1 is not in quotes" if $query->{sql} =~ /(?<![' ])\$(statement|search|step|order|volume|projected)\b/;
	}
	my %unused = map { ($_ => 1) } grep { $_ ne 'datasource' } keys %variables;
	delete @unused{ map { used_variables($_->{sql}) } queries($d) };
	push @wrong, "variable $_ is not used" for sort keys %unused;
	is(join("\n", @wrong), '', "$uid is well made");
}

my @rules = map { @{ $_->{rules} } } @{ read_json("$folder/provisioning/alerting/almanac.json")->{groups} };
my (@wrong, %uids);
for my $rule (@rules)
{
	push @wrong, map { "$rule->{title}: $_" } keys_are($rule, 'uid title condition data noDataState execErrState for annotations labels isPaused');
	push @wrong, "$rule->{title}: uid" if $uids{ $rule->{uid} }++ || length $rule->{uid} > 40;
	push @wrong, "$rule->{title}: a query with a variable" if $rule->{data}[0]{model}{rawSql} =~ /\$/;
	push @wrong, "$rule->{title}: data source" if $rule->{data}[0]{datasourceUid} ne 'pg_almanac' || $rule->{data}[1]{datasourceUid} ne '__expr__';
	push @wrong, "$rule->{title}: condition" if !grep { $_->{refId} eq $rule->{condition} } @{ $rule->{data} };
}
is(join("\n", @wrong), '', 'alert rules are well made');

# The source that rules name is the one that is provisioned, and every dashboard is told of.
like(slurp_file("$folder/provisioning/datasources/almanac.yaml"), qr/^ +uid: pg_almanac$/m, 'the data source has the id that rules name');
my $readme = slurp_file("$folder/README.md");
is(join(' ', grep { $readme !~ /\Q$_.json\E/ } sort keys %dashboards), '', 'every dashboard is in README.md');

done_testing();
