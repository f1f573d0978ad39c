# PostgreSQL's own regression tests give the same results with the library as without.
#
# Their source is taken from the directory ALMANAC_POSTGRES_SOURCE, or is Debian's source package of the server, fetched
# into a directory that goes away with the test's. It may be of another minor version than the server: what then fails
# without the library has to fail alike with it.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Server;
use Cwd;
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $pg_config = $ENV{PG_CONFIG} // 'pg_config';
chomp(my $libraries = `$pg_config --pkglibdir`);
chomp(my $headers = `$pg_config --includedir-server`);
my ($major) = `$pg_config --version` =~ /(\d+)/;

# The versions of the source package that there may be, newest first, fetched without touching the system's own lists.
sub fetch
{
	my $home = PostgreSQL::Test::Utils::tempdir();
	my $policy = `apt-cache policy postgresql-$major 2>/dev/null`;
	my %sources = map { $_ => 1 } $policy =~ /^ +\d+ (https?:\S+ \S+) \S+ Packages$/mg;
	return unless %sources;
	open my $list, '>', "$home/sources.list" or die $!;
	print $list map { s{/(\S+)$}{ $1}r . "\n" } map { s{^(\S+) (\S+)/}{deb-src $1 $2/}r } sort keys %sources;
	close $list;
	mkdir "$home/$_" for qw(lists cache lists/partial cache/archives);
	my $apt = "apt-get -qq -o APT::Sandbox::User= -o Dir::Etc::SourceList=$home/sources.list -o Dir::Etc::SourceParts=/dev/null"
	  . " -o Dir::State::Lists=$home/lists -o Dir::Cache=$home/cache";
	system("$apt update >>$home/log 2>&1") == 0 or return;
	for my $version ($policy =~ /^ (?:\*\*\*|   ) (\S+) \d+$/mg)
	{
		next if system("cd $home && $apt source --download-only postgresql-$major=$version >>$home/log 2>&1");
		my ($archive) = glob "$home/*.orig.tar.*";
		return $archive && !system("tar -C $home -xf $archive") ? (glob "$home/postgresql-$major*/")[0] : undef;
	}
	return;
}

my $source = $ENV{ALMANAC_POSTGRES_SOURCE} // fetch();
plan skip_all => "no source of PostgreSQL $major: name its directory in ALMANAC_POSTGRES_SOURCE" unless $source;
my $input = Cwd::abs_path($source) . '/src/test/regress';
plan skip_all => "$input has no tests" unless -f "$input/parallel_schedule";
note("tests of $source, server " . `$pg_config --version`);

# The functions in C that the tests use.
my $modules = PostgreSQL::Test::Utils::tempdir();
system("gcc -O2 -fPIC -shared -w -I$headers -o $modules/regress.so $input/regress.c") == 0 or die 'cannot build regress.so';
symlink "$libraries/$_.so", "$modules/$_.so" or die $! for qw(autoinc refint);

# Runs the tests and returns which of them failed, and the directory of their results.
sub results
{
	my ($name, $node) = @_;
	my $output = "$PostgreSQL::Test::Utils::tmp_check/$name";
	mkdir $output or die $!;
	my @command = ($ENV{PG_REGRESS}, "--inputdir=$input", "--outputdir=$output", "--dlpath=$modules", '--bindir=', '--host=' . $node->host,
		'--port=' . $node->port, '--user=postgres', '--no-locale', '--encoding=UTF8', "--schedule=$input/parallel_schedule", '--max-concurrent-tests=20');
	my $log = "$output/log";
	system(join(' ', @command) . " >$log 2>&1");
	my $said = slurp_file($log);
	my @failed = $said =~ /^(?:test|    ) +(\S+) +\.\.\. FAILED/mg, $said =~ /^not ok \d+ +[-+] (\S+)/mg;
	my $count = () = $said =~ /\.\.\. ok|^ok \d/mg;
	note("$name: $count passed, failed: " . join(' ', sort @failed));
	cmp_ok($count, '>', 150, "$name: the tests ran");
	return ("$output/results", sort @failed);
}

my %settings = (
	without => '',
	with => "shared_preload_libraries = 'pg_stat_statements, pg_almanac'\npg_stat_statements.track = all\npg_almanac.interval = 1s\n"
	  . "pg_almanac.relation_interval = 5s\npg_almanac.max_cpu_percent = 0\npg_almanac.max_statements = 2000\n");
my %directory;
my %failed;
for my $name (qw(without with))
{
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--username=postgres', '--encoding=UTF8', '--locale=C' ]);
	$node->append_conf('postgresql.conf', "compute_query_id = regress\nmax_prepared_transactions = 5\nmax_worker_processes = 24\nlog_autovacuum_min_duration = -1\n$settings{$name}");
	$node->start;
	if ($name eq 'with')
	{
		create_extensions($node);
		wait_for_worker($node);
	}
	($directory{$name}, @{ $failed{$name} }) = results($name, $node);
	if ($name eq 'with')
	{
		my ($recorded, $calls, $slots, $errors) = split /\|/, value($node, <<'SQL');
SELECT (SELECT count(*) FROM almanac.statements), (SELECT sum(calls) FROM almanac.statements), (SELECT reclaimed FROM almanac.capture_status()), source_errors
FROM almanac.status
SQL
		note("recorded $recorded statements, $calls calls, took $slots slots away, $errors errors of sources");
		cmp_ok($recorded, '>', 5000, 'the worker recorded them');
		cmp_ok($slots, '>', 0, 'and slots were taken away');
		is( value($node, <<'SQL'), 0, 'whatever was called is counted as in pg_stat_statements, as far as both have it');
SELECT count(*) FROM pg_stat_statements s JOIN (SELECT dbid, userid, queryid, toplevel, sum(calls) AS calls FROM almanac.capture() GROUP BY 1, 2, 3, 4) c
	USING (dbid, userid, queryid, toplevel) WHERE c.calls > s.calls AND s.query !~ 'almanac'
SQL
	}
	$node->stop;
	is(log_count($node, qr/PANIC|TRAP:|terminated by signal (?:4|6|8|11)/), 0, "$name: nothing crashed");
}

is("@{ $failed{with} }", "@{ $failed{without} }", 'the same tests fail, if any');
for my $test (sort keys %{ { map { $_ => 1 } map { @$_ } values %failed } })
{
	my @lines = split /^/, `diff $directory{without}/$test.out $directory{with}/$test.out`;
	is(scalar @lines, 0, "$test fails alike") or diag(@lines[0 .. ($#lines < 30 ? $#lines : 30)]);
}

done_testing();
