# The documentation, read by tests: its examples, and what it has entries for.
package Almanac::Docs;

use strict;
use warnings;

use Exporter 'import';
use IPC::Run ();
use PostgreSQL::Test::Utils;

our @EXPORT = qw(documentation examples run_examples headers entries inside signatures mentions);

# All pages, by their paths from the top.
sub documentation
{
	my ($root) = @_;
	return map { s{^\Q$root\E/}{}r } "$root/README.md", sort(glob "$root/docs/*.md"), "$root/docs/grafana/README.md";
}

# The SQL of a page, block by block: line, sql, output (as printed, '' if none is) and, where a comment says why a block cannot
# be run, not_run.
sub examples
{
	my ($path) = @_;
	my @examples;
	my ($in, $line, $text, $reason, $after) = ('', 0, '', undef, 0);
	for my $row (split /\n/, slurp_file($path))
	{
		++$line;
		if (!$in && $row =~ /^\s*```(\w*)/)
		{
			$in = $1 || 'output';
			$text = '';
			push @examples, { line => $line, sql => '', output => '', not_run => $reason } if $in eq 'sql';
			next;
		}
		if ($in && $row =~ /^\s*```\s*$/)
		{
			$examples[-1]{sql} = $text if $in eq 'sql';
			# What follows an example at once is what it prints.
			$examples[-1]{output} = $text if $in eq 'output' && $after;
			($after, $reason, $in) = ($in eq 'sql', undef, '');
			next;
		}
		if ($in)
		{
			$text .= "$row\n";
			next;
		}
		next if $row =~ /^\s*$/;
		$after = 0;
		$reason = $row =~ /^<!-- not run: (.+) -->$/ ? $1 : undef;
	}
	return @examples;
}

# Runs examples one after the other in one session of psql, as a reader would, and adds to each what it printed and what it complained of.
sub run_examples
{
	my ($node, @examples) = @_;
	my $script = join '', map { "\\echo ~~~\n\\warn ~~~\n$_->{sql}\n" } @examples;
	my ($printed, $errors) = ('', '');
	IPC::Run::run([ 'psql', '-X', '-q', '-P', 'pager=off', '-P', 'footer=off', '-d', $node->connstr('postgres'), '-f', '-' ], '<', \$script, '>', \$printed, '2>', \$errors);
	my (undef, @printed) = split /^~~~$/m, $printed, -1;
	my (undef, @errors) = split /^~~~$/m, $errors, -1;
	for my $i (0 .. $#examples)
	{
		$examples[$i]{printed} = $printed[$i];
		# Notices are none, hints without an error neither.
		$examples[$i]{error} = join "\n", grep { /(ERROR|FATAL|error|unterminated|invalid)/ } split /\n/, $errors[$i] // 'FATAL: psql did not come to it';
	}
	return;
}

# The names of columns above each table of what psql printed.
sub headers
{
	my ($printed) = @_;
	my @rows = split /\n/, $printed;
	return map { join '|', map { s/^\s+|\s+$//gr } split /\|/, $rows[$_ - 1], -1 } grep { $rows[$_] =~ /^-[-+]*$/ && $rows[$_ - 1] =~ /\S/ } 1 .. $#rows;
}

# What the pages have entries for: names in headings, in first cells of tables, and before what is told of them in lists.
sub entries
{
	my %entries;
	for my $path (@_)
	{
		for my $row (split /\n/, slurp_file($path))
		{
			my $entry = $row =~ /^#+ (.*)/ ? "`$1`" : $row =~ /^\| (?:(?!\| ).)+/ ? $& : $row =~ /^\* `[^`]+`/ ? $& : next;
			$entries{$1} = 1 while $entry =~ /([a-z][a-z0-9_.]*)(?=[^`]*`(?:[^`]*`[^`]*`)*[^`]*$)/g;
		}
	}
	return \%entries;
}

# What the section "Inside" of a page lists as nobody's business: a pattern of names.
sub inside
{
	my ($path) = @_;
	my ($section) = slurp_file($path) =~ /^## Inside\n(.*)\z/ms or die "$path has no section Inside";
	my @parts = map { /^_/ ? "\\w+$_" : /_$/ ? "$_\\w+" : $_ } $section =~ /`([a-z_0-9]+)`/g;
	return qr/^(?:@{[ join '|', @parts ]})$/;
}

# Signatures of functions, as pages have them in blocks of their own: for each name the lists of what is passed in, as words "name type", with
# " =" after those that may be left out.
sub signatures
{
	my %signatures;
	for my $path (@_)
	{
		my $page = slurp_file($path);
		while ($page =~ /^```\n(almanac\..*?)^```$/msg)
		{
			my $block = $1;
			while ($block =~ /^almanac\.(\w+)(\((?:[^()]|(?2))*\))/msg)
			{
				my ($name, $list) = ($1, substr $2, 1, -1);
				push @{ $signatures{$name} }, join ', ', map { plain_parameter($_) } grep { !/^\s*OUT / } split_list($list);
			}
		}
	}
	return \%signatures;
}

# At commas outside of parentheses, brackets and quotes.
sub split_list
{
	my ($list) = @_;
	my @parts;
	push @parts, $1 while $list =~ /\G\s*((?:'[^']*'|\((?:[^()']|'[^']*'|\([^()]*\))*\)|\[[^\]]*\]|[^,'(\[])+)(?:,|$)/gs;
	return @parts;
}

sub plain_parameter
{
	my ($parameter) = @_;
	$parameter =~ s/\s+/ /g;
	$parameter =~ s/^ | $//g;
	my $optional = $parameter =~ s/ (?:DEFAULT|=) .*//i ? ' =' : '';
	$parameter =~ tr/"//d;
	$parameter =~ s/timestamp with time zone/timestamptz/g;
	$parameter =~ s/double precision/float8/g;
	return $parameter . $optional;
}

# Objects of the schema that the pages mention by their full name.
sub mentions
{
	my %mentions;
	for my $path (@_)
	{
		my $page = slurp_file($path);
		$mentions{$1} //= $path while $page =~ /(?<![\w.\/-])almanac\.([a-z_0-9]+)\b(?!\.(?:sql|json|md))/g;
	}
	return \%mentions;
}

1;
