# The worker killed, and the server stopped at once, at any moment of sealing, rolling up and dropping, under load: a past that was
# laid down is there once, at every grain; what is recorded is exact; partitions and state fit. ALMANAC_SOAK_KILLS: how many times
# (default 60); ALMANAC_SEED chooses the moments.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Account;
use Almanac::Load;
use Almanac::Server;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $kills = $ENV{ALMANAC_SOAK_KILLS} // 60;
my $seed = $ENV{ALMANAC_SEED} // 7;
srand($seed);
note("ALMANAC_SEED=$seed");

my $node = almanac_server('rollup_kills', extensions => 0, conf => <<'CONF');
restart_after_crash = on
pg_almanac.interval = 1s
pg_almanac.relation_interval = 2s
timezone = UTC
log_min_messages = debug1
CONF
value($node, 'CREATE EXTENSION pg_stat_statements');
value($node, 'CREATE DATABASE one');
prepare_load($node, 'one');
my $account = Almanac::Account->begins($node, 'one');

# Three days of a hundred statements at a time, of long ago: soon rolled up, and dropped from all tiers but the coarsest.
value($node, <<'SQL');
INSERT INTO almanac.servers (server_id, name) VALUES (1, 'laid down');
INSERT INTO almanac.statement_keys (series_id, server_id, dbid, userid, queryid, toplevel) OVERRIDING SYSTEM VALUE SELECT 70000 + g, 1, 1, 1, g, true FROM generate_series(0, 99) g;
CREATE TABLE put_in (day date, calls bigint, rows bigint);
CREATE PROCEDURE lay_down(round int) LANGUAGE plpgsql AS $$ BEGIN
	CREATE TEMP TABLE past ON COMMIT DROP AS SELECT 70000 + s AS series_id, '2020-01-01'::timestamptz + (3 * round + d) * interval '1 day' + m * interval '6 min' AS t, 1 + (s + m + round) % 13 AS calls, s AS rows
		FROM generate_series(0, 99) s, generate_series(0, 2) d, generate_series(0, 239) m;
	INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows) SELECT series_id, t, '6 min', calls, rows FROM past;
	INSERT INTO put_in SELECT t::date, sum(calls), sum(rows) FROM past GROUP BY 1;
END $$;
SQL

sub pid { return value($node, 'SELECT worker_pid FROM almanac.worker_status()'); }

my $days = <<'SQL';
SELECT count(*) FROM put_in p FULL JOIN (SELECT "time"::date AS day, sum(calls) AS calls, sum(rows) AS rows FROM almanac.statement_samples WHERE series_id >= 70000 GROUP BY 1) s USING (day)
WHERE (p.calls, p.rows) IS DISTINCT FROM (s.calls, s.rows)
SQL

sub past_is_there
{
	my ($when) = @_;
	my $put_in = value($node, 'SELECT sum(calls), sum(rows) FROM put_in');
	my @wrong;
	for my $grain (qw(raw 1d))
	{
		my $wrong = value($node, "SET pg_almanac.grain = '$grain'; $days");
		push @wrong, "$wrong days at grain $grain" if $wrong;
	}
	for my $function ("sums('statement', NULL, NULL)", "totals('statement')")
	{
		my $sum = value($node, "SELECT sum(calls), sum(rows) FROM almanac.$function AS s (series_id int, calls bigint, rows bigint) WHERE series_id >= 70000");
		push @wrong, "$function: $sum instead of $put_in" if $sum ne $put_in;
	}
	ok(!@wrong, "what was laid down is there once $when") or diag(join "\n", @wrong, value($node, 'SELECT * FROM almanac.tier_state WHERE stream = 1'));
	return;
}

# Tables of the archive that are not as they should be.
my $orphans = <<'SQL';
SELECT string_agg(c.relname, ' ') FROM pg_class c
WHERE c.relkind = 'r' AND c.relname ~ '_(raw|10min|1h|1d)_p[0-9]{8}$' AND NOT (c.relispartition AND c.relnamespace = 'almanac'::regnamespace
	AND EXISTS (SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
		WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' AND e.extname = 'pg_almanac')
	AND (pg_stat_file(pg_relation_filepath(c.oid), true)).size IS NOT NULL)
SQL
# What almanac.tier_state says that is not so: tiers that begin after what they have, days rolled up that are not in the next tier.
my $state = <<'SQL';
SELECT string_agg(r.stream || ' ' || r.tier, ', ') FROM almanac.retention r
CROSS JOIN LATERAL (SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM 'FROM \(''(.*?)''\)')::timestamptz AS begins
	FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass('almanac.' || quote_ident(r.stream || '_' || r.tier))) p
WHERE r.tier <> 'series' AND r.stream <> 'event' AND p.begins < r.dropped_until
SQL

sub is_in_order
{
	my ($when) = @_;
	value($node, 'CHECKPOINT');
	is(value($node, $orphans), '', "no orphan partition $when");
	is(value($node, $state), '', "no partition of before its tier begins $when");
	# PostgreSQL itself leaves the files of a table behind whose creation a crash interrupted.
	note('files that no relation has: ' . value($node, <<'SQL'));
SELECT count(DISTINCT f.file) FROM (SELECT substring(pg_ls_dir FROM '^[0-9]+') AS file FROM pg_ls_dir('base/' || (SELECT oid FROM pg_database WHERE datname = current_database()))) f
WHERE f.file IS NOT NULL AND NOT EXISTS (SELECT FROM pg_class c WHERE pg_relation_filenode(c.oid)::text = f.file)
SQL
	return;
}

# What goes on while it is killed.
sub start
{
	my @command = ('psql', '-XAtq', '-d', $node->connstr('postgres'), map { ('-c', $_) } @_);
	return IPC::Run::start(\@command, '<', \undef, '>', '/dev/null', '2>', '/dev/null');
}

my %struck;
for my $kill (1 .. $kills)
{
	value($node, "CALL lay_down($kill)");
	load($node, 'one');
	my $former = pid();
	$account->disconnect;
	my $position = log_position($node);
	my @running = $kill % 3 ? start(('SELECT almanac.seal()', 'SELECT almanac.purge()') x 2)
	  : (start('SELECT almanac.purge()', 'SELECT almanac.seal()'), start("SELECT almanac.purge(now() - interval '1 minute')"));
	usleep(int(rand(600_000)));
	if ($kill % 2)
	{
		kill 'KILL', $former;
	}
	else
	{
		$node->stop('immediate');
	}
	my $moment = moment();
	eval { $_->finish } for @running;    # their connections are lost
	$node->start if $kill % 2 == 0;
	my @pieces = slurp_file($node->logfile, $position) =~ /pg_almanac maintenance, (\S+)/g;
	++$struck{ @pieces ? "after a $pieces[-1]" : 'before maintenance' };
	$node->poll_query_until('postgres', "SELECT worker_pid <> $former FROM almanac.worker_status()") or die 'no worker starts';
	wait_for_worker($node, $former);
	$account->connect;
	$account->crashed($moment);
	past_is_there("after kill $kill");
	next if $kill % 10;
	$account->is_exact("after kill $kill");
	is_in_order("after kill $kill");
	$node->poll_query_until('postgres', 'SELECT almanac.purge() >= 0');
	past_is_there("after kill $kill, when all is maintained");
	is_in_order("after kill $kill, when all is maintained");
}
note("$_: $struck{$_}") for sort keys %struck;
is(value($node, "SELECT count(*) FROM almanac.statement_raw WHERE first_time < '2021-01-01'"), 0, 'all that was laid down was rolled up, and dropped from the finest tier');
cmp_ok(value($node, "SELECT count(*) FROM almanac.drops WHERE stream = 'statement' AND from_time < '2021-01-01'"), '>', 3 * $kills, 'in many drops');
is(value($node, "SELECT count(*) FROM (SELECT FROM almanac.drops GROUP BY stream, tier, from_time HAVING count(*) > 1) d"), 0, 'each once');
is(log_count($node, qr/PANIC|corrupt|exists and is not part/), 0, 'nothing is corrupt');

$node->stop;
done_testing();
