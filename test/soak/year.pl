# A year of a busy server, laid down day by day and maintained as of each day's end: it stays within pg_almanac.max_size, and at
# every grain all of it adds up to what was put in. Then the worker itself rolls up days and drops years.
#
#   ALMANAC_SOAK_DAYS    days to lay down (default 365)
#   ALMANAC_SOAK_WORKER  days that the worker has to roll up (default 5)
#
# 5,000 statements of which 500 are active in a minute, 300 always the same; 2,000 tables of which 200 change in five minutes, 100
# always the same; 3 databases; the cluster.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib";

use Almanac::Server;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $days = $ENV{ALMANAC_SOAK_DAYS} // 365;
my $worker_days = $ENV{ALMANAC_SOAK_WORKER} // 5;
my $first = '2020-01-01';

my $node = almanac_server('year', conf => <<'CONF');
pg_almanac.enabled = off
autovacuum = on
autovacuum_naptime = 10s
fsync = off
full_page_writes = off
synchronous_commit = off
shared_buffers = 256MB
max_wal_size = 4GB
log_min_messages = debug1
timezone = UTC
track_io_timing = off
CONF

value($node, <<'SQL');
INSERT INTO almanac.query_texts SELECT g, '2020-01-01', 'SELECT ' || repeat('column_' || g || ', ', 20) || 'id FROM relation_' || g FROM generate_series(1, 5000) g;
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) SELECT 90001 + g % 3, 10, g, true, g FROM generate_series(1, 5000) g;
INSERT INTO almanac.table_keys (dbid, relid, schemaname, relname) SELECT 90001 + g % 3, 100000 + g, 'public', 'relation_' || g FROM generate_series(1, 2000) g;
INSERT INTO almanac.servers (server_id, name) VALUES (1, 'year');
INSERT INTO almanac.database_keys (dbid, server_id, datname) SELECT 90000 + g, 1, 'year' || g FROM generate_series(1, 3) g;
INSERT INTO almanac.system_keys (server_id) VALUES (1);

-- From 0 to n - 1, at random but always the same.
CREATE FUNCTION noise(a bigint, b bigint, n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (hashint8extended(a * 1000003 + b, 7) & 1073741823) % n;

-- Latencies of so many calls of a statement at one of 8 levels, in 8 variants: around the level, one of 50 far above.
CREATE TABLE latencies AS SELECT level::int, calls, variant, almanac.histogram_agg(0.01 * 2 ^ level * (1 + (i * 37 + variant * 11 + level) % 20 / 10.0) * CASE WHEN (i + variant * 13) % 50 = 0 THEN 15 ELSE 1 END) AS latency
	FROM generate_series(0, 7) level, generate_series(1::bigint, 41) calls, generate_series(0::bigint, 7) variant, generate_series(1::bigint, calls) i GROUP BY 1, 2, 3;
ALTER TABLE latencies ADD PRIMARY KEY (level, calls, variant);
ANALYZE latencies;

-- What is put in, of one day at a time, and what it adds up to.
CREATE UNLOGGED TABLE statement_input (series_id int, "time" timestamptz, calls bigint, rows bigint, us bigint, min_us bigint, max_us bigint, hit bigint, read bigint,
	wal_records bigint, wal_bytes bigint, latency almanac.histogram);
CREATE UNLOGGED TABLE table_input (series_id int, "time" timestamptz, total_bytes bigint, n_live_tup bigint, n_dead_tup bigint, seq_scan bigint, idx_scan bigint, n_tup_ins bigint,
	n_tup_upd bigint, heap_blks_hit bigint);
CREATE UNLOGGED TABLE database_input (series_id int, "time" timestamptz, size_bytes bigint, xact_commit bigint, blks_hit bigint, tup_returned bigint);
CREATE UNLOGGED TABLE system_input (series_id int, "time" timestamptz, wal_bytes bigint, connections bigint);
CREATE TABLE statement_expected (series_id int PRIMARY KEY, samples bigint, calls numeric, rows numeric, us numeric, min_us bigint, max_us bigint, hit numeric, read numeric, wal_records numeric,
	wal_bytes numeric, latency almanac.histogram);
CREATE TABLE table_expected (series_id int, day date, total_bytes bigint, dead_min bigint, dead_max bigint, dead_last bigint, seq_scan numeric, idx_scan numeric, n_tup_ins numeric,
	n_tup_upd numeric, heap_blks_hit numeric, PRIMARY KEY (series_id, day));
CREATE TABLE database_expected (series_id int, day date, size_last bigint, size_min bigint, xact_commit numeric, blks_hit numeric, tup_returned numeric);
CREATE TABLE system_expected (series_id int, day date, wal_bytes numeric, least bigint, greatest bigint, last bigint);

CREATE PROCEDURE lay_down(day date) LANGUAGE plpgsql AS $$
DECLARE
	number bigint := (day - date '2020-01-01') * 1440;
BEGIN
	TRUNCATE statement_input, table_input, database_input, system_input;
	INSERT INTO statement_input SELECT s, t, c, c * noise(s, 1, 20), c * (noise(s, 2, 5000) + 20) + noise(s, m, 1000),
			CASE WHEN noise(s, m + 5, 50) = 0 THEN noise(s, 2, 5000) / 2 + 1 END, CASE WHEN noise(s, m + 6, 50) = 0 THEN (noise(s, 2, 5000) + 20) * (2 + noise(s, m, 9)) END,
			c * (noise(s, 3, 50) + 3), CASE WHEN s % 7 = 0 THEN noise(s, m + 1, 30) ELSE 0 END, CASE WHEN s % 5 = 0 THEN c * 2 ELSE 0 END,
			CASE WHEN s % 5 = 0 THEN c * 180 + noise(s, m + 2, 100) ELSE 0 END, l.latency
		FROM (
			SELECT m, day::timestamptz + (m - number) * interval '1 min' + interval '0.5 s' AS t, k + 1 AS s, 1 + noise(k, m, 1 + noise(k, 0, 40)) AS c
				FROM generate_series(number, number + 1439) m, generate_series(0::bigint, 299) k
			UNION ALL
			SELECT m, day::timestamptz + (m - number) * interval '1 min' + interval '0.5 s', 301 + (m * 7919 + k * 23) % 4700, 1
				FROM generate_series(number, number + 1439) m, generate_series(0::bigint, 199) k) x
		JOIN latencies l ON l.level = floor(ln((noise(s, 2, 5000) + 20) / 20.0::float8) / ln(2.0::float8))::int AND l.calls = c AND l.variant = noise(s, m + 3, 8);
	INSERT INTO table_input SELECT s, t, 8192 * (100 + s * 50 + m / 300), 10000 + s * 1000 + m / 10, (m * 13 + s * 17) % 5000, noise(s, m, 3), noise(s, m + 1, 500), 1 + noise(s, m + 2, 100),
			noise(s, m + 3, 60), noise(s, m + 4, 9000)
		FROM (
			SELECT m, day::timestamptz + (m - number) * interval '1 min' + interval '0.5 s' AS t, k + 1 AS s FROM generate_series(number, number + 1439, 5) m, generate_series(0::bigint, 99) k
			UNION ALL
			SELECT m, day::timestamptz + (m - number) * interval '1 min' + interval '0.5 s', 101 + (m * 7919 + k * 17) % 1900
				FROM generate_series(number, number + 1439, 5) m, generate_series(0::bigint, 99) k) x;
	INSERT INTO database_input SELECT s, day::timestamptz + (m - number) * interval '1 min' + interval '0.5 s', 1000000000::bigint * s + 8192 * (m / 3), 300 + noise(s, m, 300), 40000 + noise(s, m + 1, 9999),
			100000 + noise(s, m + 2, 99999)
		FROM generate_series(number, number + 1439) m, generate_series(1, 3) s;
	INSERT INTO system_input SELECT 1, day::timestamptz + (m - number) * interval '1 min' + interval '0.5 s', 8192 * noise(1, m, 1000), 10 + noise(2, m, 80) FROM generate_series(number, number + 1439) m;
	INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, min_exec_ms, max_exec_ms, shared_blks_hit, shared_blks_read, wal_records, wal_bytes, latency)
		SELECT series_id, "time", '1 min', calls, rows, us / 1000.0, min_us / 1000.0, max_us / 1000.0, hit, read, wal_records, wal_bytes, latency FROM statement_input;
	INSERT INTO almanac.table_samples (series_id, "time", duration, total_bytes, table_bytes, index_bytes, toast_bytes, n_live_tup, n_dead_tup, seq_scan, idx_scan, n_tup_ins, n_tup_upd, heap_blks_hit)
		SELECT series_id, "time", '5 min', total_bytes, total_bytes / 2, total_bytes - total_bytes / 2, 0, n_live_tup, n_dead_tup, seq_scan, idx_scan, n_tup_ins, n_tup_upd, heap_blks_hit FROM table_input;
	INSERT INTO almanac.database_samples (series_id, "time", duration, size_bytes, xact_commit, blks_hit, tup_returned) SELECT series_id, "time", '1 min', size_bytes, xact_commit, blks_hit, tup_returned
		FROM database_input;
	INSERT INTO almanac.system_samples (series_id, "time", duration, wal_bytes, connections) SELECT series_id, "time", '1 min', wal_bytes, connections FROM system_input;
	INSERT INTO statement_expected AS e SELECT series_id, count(*), sum(calls), sum(rows), sum(us), min(min_us), max(max_us), sum(hit), sum(read), sum(wal_records), sum(wal_bytes), almanac.merge(latency)
		FROM statement_input GROUP BY 1
		ON CONFLICT (series_id) DO UPDATE SET samples = e.samples + excluded.samples, calls = e.calls + excluded.calls, rows = e.rows + excluded.rows, us = e.us + excluded.us,
			min_us = least(e.min_us, excluded.min_us), max_us = greatest(e.max_us, excluded.max_us), hit = e.hit + excluded.hit, read = e.read + excluded.read,
			wal_records = e.wal_records + excluded.wal_records, wal_bytes = e.wal_bytes + excluded.wal_bytes, latency = e.latency OPERATOR(almanac.+) excluded.latency;
	INSERT INTO table_expected SELECT series_id, day, max(total_bytes), min(n_dead_tup), max(n_dead_tup), (array_agg(n_dead_tup ORDER BY "time" DESC))[1], sum(seq_scan), sum(idx_scan), sum(n_tup_ins),
			sum(n_tup_upd), sum(heap_blks_hit) FROM table_input GROUP BY 1;
	INSERT INTO database_expected SELECT series_id, day, max(size_bytes), min(size_bytes), sum(xact_commit), sum(blks_hit), sum(tup_returned) FROM database_input GROUP BY 1;
	INSERT INTO system_expected SELECT series_id, day, sum(wal_bytes), min(connections), max(connections), (array_agg(connections ORDER BY "time" DESC))[1] FROM system_input GROUP BY 1;
END
$$;
SQL

# Queries that return the rows in which what is read differs from what was put in, by what they read.
my $sums = 'series_id, samples, calls::numeric, rows::numeric, round(total_exec_ms * 1000)::numeric AS us, round(min_exec_ms * 1000)::bigint AS min_us,'
  . ' round(max_exec_ms * 1000)::bigint AS max_us, shared_blks_hit::numeric AS hit, shared_blks_read::numeric AS read, wal_records::numeric, wal_bytes::numeric';
my $types = 'series_id int, samples bigint, calls bigint, rows bigint, total_exec_ms float8, min_exec_ms float8, max_exec_ms float8, shared_blks_hit bigint, shared_blks_read bigint,'
  . ' wal_records bigint, wal_bytes bigint';
my $samples = 'SELECT series_id, count(*) AS samples, sum(calls) AS calls, sum(rows) AS rows, sum(round(total_exec_ms * 1000)) / 1000 AS total_exec_ms, min(min_exec_ms) AS min_exec_ms,'
  . ' max(max_exec_ms) AS max_exec_ms, sum(shared_blks_hit) AS shared_blks_hit, sum(shared_blks_read) AS shared_blks_read, sum(wal_records) AS wal_records, sum(wal_bytes) AS wal_bytes';
my $merged = "$samples, almanac.merge(latency) AS latency";

# Samples are counted in totals only, as coarser tiers have fewer; latencies are kept everywhere else. Equal distributions have
# equal quantiles.
sub statements_differ
{
	my ($from, $of_totals) = @_;
	my ($last, $columns) = $of_totals ? ('samples', $sums) : ('latency', "$sums, latency");
	return <<"SQL";
SELECT count(*) FROM (SELECT $columns FROM $from WHERE series_id <= 5000) a FULL JOIN statement_expected e USING (series_id)
WHERE (a.calls, a.rows, a.us, a.min_us, a.max_us, a.hit, a.read, a.wal_records, a.wal_bytes, a.$last)
	IS DISTINCT FROM (e.calls, e.rows, e.us, e.min_us, e.max_us, e.hit, e.read, e.wal_records, e.wal_bytes, e.$last)
SQL
}

sub last_of { return "(array_agg($_[0] ORDER BY \"time\" DESC))[1]"; }

my %differences = (
	'statement_samples' => statements_differ("($merged FROM almanac.statement_samples GROUP BY 1) s"),
	'sums()' => statements_differ("almanac.sums('statement', NULL, NULL) AS s ($types, latency almanac.histogram)"),
	'totals()' => statements_differ("almanac.totals('statement') AS s ($types)", 1),
	'statement_history' => <<'SQL',
SELECT count(*) FROM (SELECT queryid AS series_id, sum(calls) AS calls, sum(round(total_exec_ms * 1000)::numeric) AS us FROM almanac.statement_history WHERE queryid <= 5000 AND queryid > 0 GROUP BY 1) a
FULL JOIN statement_expected e USING (series_id) WHERE (a.calls, a.us) IS DISTINCT FROM (e.calls, e.us)
SQL
	'table_samples by day' => <<"SQL",
SELECT count(*) FROM (SELECT series_id, date_trunc('day', "time")::date AS day, max(total_bytes) AS total_bytes, min(least(n_dead_tup, n_dead_tup_min)) AS dead_min,
		max(greatest(n_dead_tup, n_dead_tup_max)) AS dead_max, ${\last_of('n_dead_tup')} AS dead_last, sum(seq_scan) AS seq_scan, sum(idx_scan) AS idx_scan, sum(n_tup_ins) AS n_tup_ins,
		sum(n_tup_upd) AS n_tup_upd, sum(heap_blks_hit) AS heap_blks_hit
	FROM almanac.table_samples WHERE series_id <= 2000 GROUP BY 1, 2) a
FULL JOIN table_expected e USING (series_id, day) WHERE a IS DISTINCT FROM e
SQL
	'database_samples by day' => <<"SQL",
SELECT count(*) FROM (SELECT series_id, date_trunc('day', "time")::date AS day, ${\last_of('size_bytes')} AS size_last, min(least(size_bytes, size_bytes_min)) AS size_min, sum(xact_commit) AS xact_commit,
		sum(blks_hit) AS blks_hit, sum(tup_returned) AS tup_returned FROM almanac.database_samples WHERE series_id <= 3 GROUP BY 1, 2) a
FULL JOIN database_expected e USING (series_id, day) WHERE a IS DISTINCT FROM e
SQL
	'system_samples by day' => <<"SQL",
SELECT count(*) FROM (SELECT series_id, date_trunc('day', "time")::date AS day, sum(wal_bytes) AS wal_bytes, min(least(connections, connections_min)) AS least, max(greatest(connections, connections_max)) AS greatest,
		${\last_of('connections')} AS last FROM almanac.system_samples WHERE series_id = 1 GROUP BY 1, 2) a
FULL JOIN system_expected e USING (series_id, day) WHERE a IS DISTINCT FROM e
SQL
);

sub adds_up
{
	my ($when) = @_;
	for my $grain (qw(raw 10min 1h 1d))
	{
		for my $what (sort keys %differences)
		{
			next if $what eq 'totals()' && $grain ne 'raw';
			is(value($node, "SET search_path = public, almanac; SET pg_almanac.grain = '$grain'; SET work_mem = '64MB'; $differences{$what}"), 0, "$when, grain $grain: $what is what was put in");
		}
	}
	return;
}

sub stored { return value($node, "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'almanac'::regnamespace AND relkind = 'r'"); }

my $limit = value($node, "SELECT pg_size_bytes(current_setting('pg_almanac.max_size'))");
my ($largest, $laid_down, $purged) = (0, 0, 0);

sub lay_down
{
	my ($day, $purge) = @_;
	my $began = time;
	value($node, "CALL lay_down(date '$first' + $day)");
	$laid_down += time - $began;
	return if !$purge;
	$began = time;
	value($node, "SELECT almanac.purge(date '$first' + $day + 1)");
	$purged += time - $began;
	my $stored = stored();
	$largest = $stored if $stored > $largest;
	note(sprintf '%d days: %d MB', $day + 1, $stored >> 20) if $day % 30 == 29;
	return;
}

lay_down($_, 1) for 0 .. $days - 1;
note(sprintf 'laid down in %.0f s, maintained in %.0f s', $laid_down, $purged);
cmp_ok($largest, '<=', $limit, "$days days stay within pg_almanac.max_size");
note("at most $largest of $limit bytes");
is(value($node, "SELECT count(*) FROM almanac.drops WHERE reason <> 'retention' AND tier = '1d'"), 0, 'the coarsest tier was not touched for want of room');

sub note_query
{
	my ($title, $sql) = @_;
	note($title);
	note($node->safe_psql('postgres', $sql, extra_params => [ '-P', 'format=aligned', '-P', 'tuples_only=off', '-P', 'footer=off' ]));
	return;
}

value($node, <<'SQL');
CREATE FUNCTION stored_samples(stream text, tier text) RETURNS TABLE (samples bigint, segments bigint, days numeric) LANGUAGE plpgsql AS $$ BEGIN
	RETURN QUERY EXECUTE format('SELECT sum(samples)::bigint, count(*), (extract(epoch FROM max(last_time) - min(first_time)) / 86400)::numeric FROM almanac.%I', stream || '_' || tier);
END $$;
VACUUM;
SQL
note_query('By stream and tier:', <<'SQL');
SELECT r.stream, r.tier, round(s.days, 1) AS days, r.partitions, s.samples, s.segments, r.bytes, round(r.bytes / s.samples::numeric, 1) AS bytes_per_sample, round(r.bytes / NULLIF(s.days, 0)) AS bytes_per_day
FROM (SELECT * FROM almanac.retention WHERE stream <> 'event') r, stored_samples(r.stream, r.tier) s WHERE r.tier <> 'series' AND s.samples > 0
SQL
note_query('The largest tables but for the archive:', <<'SQL');
SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class WHERE relnamespace = 'almanac'::regnamespace AND relkind = 'r' AND NOT relispartition ORDER BY 2 DESC LIMIT 8
SQL

# Times, as the client sees them: the least of several.
sub note_time
{
	my ($name, $grain, $sql) = @_;
	my $output = $node->safe_psql('postgres', "SET max_parallel_workers_per_gather = 0; SET pg_almanac.grain = '$grain';\n\\timing on\n" . "$sql;\n" x 5);
	my @ms = sort { $a <=> $b } $output =~ /Time: ([0-9.]+) ms/g;
	note(sprintf '%-70s %8.2f ms, median %8.2f ms', $name, $ms[0], $ms[ @ms / 2 ]);
	return;
}
my $end = value($node, "SELECT (date '$first' + $days)::timestamptz");
my $series = 'series_id = (SELECT series_id FROM almanac.statement_keys WHERE queryid = %d AND userid = 10)';
for my $statement (7, 2500)
{
	my $of = sprintf $series, $statement;
	my $kind = $statement < 300 ? 'always active' : 'seldom active';
	for my $span (1, 14, 90, 365)
	{
		my $range = qq("time" >= '$end'::timestamptz - interval '$span days' AND "time" < '$end');
		note_time("timeline of a statement $kind, $span days, grain $_", $_, "SELECT count(*), sum(calls), sum(total_exec_ms) FROM almanac.statement_samples WHERE $of AND $range")
		  for $span >= 90 ? qw(raw 10min 1h) : 'raw';
	}
	note(value($node, "EXPLAIN (ANALYZE, COSTS OFF) SELECT count(*), sum(calls), sum(total_exec_ms) FROM almanac.statement_samples WHERE $of AND \"time\" >= '$end'::timestamptz - interval '90 days'"));
}
for my $grain (qw(raw 10min 1h 1d))
{
	note_time("top_statements() over 30 days, grain $grain", $grain, "SELECT sum(calls) FROM almanac.top_statements('$end'::timestamptz - interval '30 days', '$end')");
}

adds_up("after $days days");

# A scan streams: what it needs does not grow with what it reads.
{
	my $session = $node->background_psql('postgres');
	my $pid = $session->query_safe('SELECT pg_backend_pid()');
	my $private = sub {
		my (undef, $resident, $shared) = split / /, slurp_file("/proc/$pid/statm");
		return ($resident - $shared) * 4096;
	};
	my $read = 'SELECT count(*), sum(calls), max(max_exec_ms) FROM almanac.statement_samples';
	$session->query_safe("$read WHERE \"time\" >= '$end'::timestamptz - interval '1 day'");
	my $before = $private->();
	my $count = $session->query_safe($read);
	my $after = $private->();
	note("memory of a backend: $before bytes, $after after $count");
	cmp_ok($after, '<', $before + 6 * 1024 * 1024, "memory is flat while $days days are read");
	$session->query_safe("BEGIN; DECLARE c CURSOR FOR SELECT * FROM almanac.statement_samples; MOVE 1000 c");
	$before = $private->();
	$session->query_safe('MOVE ALL c');
	$after = $private->();
	note("through a cursor: $before bytes, then $after");
	cmp_ok($after, '<', $before + 6 * 1024 * 1024, 'and while a cursor goes through them');
	$session->quit;
}

# The worker's own pieces: days that nobody has rolled up, and all that is expired by now.
lay_down($_, 0) for $days .. $days + $worker_days - 1;
configure($node, 'pg_almanac.enabled' => 'on');
my $position = log_position($node);
my $began = time;
my $dropped = value($node, 'SELECT almanac.purge()');
note(sprintf 'the worker rolled up %d days and dropped %d partitions in %.1f s', $worker_days, $dropped, time - $began);
cmp_ok($dropped, '>', 0, 'the worker has dropped what is expired');
is(value($node, "SELECT count(*) FROM almanac.retention WHERE tier = 'raw' AND dropped_until < date '$first' + $days + $worker_days AND stream IN ('statement', 'table', 'database', 'system')"), 0,
	'all that was laid down');
my %us;
for (split /\n/, slurp_file($node->logfile, $position))
{
	push @{ $us{$1} }, $2 if /pg_almanac maintenance, (.*?)(?: of \S+)?: (\d+) us/;
}
ok($us{'roll-up'} && $us{drop}, 'the log tells what took how long');
for my $piece (sort keys %us)
{
	my @sorted = sort { $a <=> $b } @{ $us{$piece} };
	note(sprintf '%-20s %5d transactions: median %.1f ms, 99th percentile %.1f ms, longest %.1f ms', $piece, scalar @sorted,
		map { $_ / 1000 } $sorted[ @sorted / 2 ], $sorted[ int($#sorted * 0.99 + 0.5) ], $sorted[-1]);
}
adds_up("after $worker_days days more, by the worker");
is(log_count($node, qr/terminated by signal|PANIC|could not maintain/), 0, 'nothing failed');

$node->stop;
done_testing();
