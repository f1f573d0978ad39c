# Reports as people get them: of a server that just began, without pg_stat_statements, without preloading; made by the worker, kept, and told of; and the page in a browser.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";

use Almanac::Browser;
use Almanac::Server;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = almanac_server('report', conf => "pg_almanac.interval = 1s\npg_almanac.relation_interval = 2s\nmax_connections = 30\n");
my @formats = qw(text markdown html json);

# What could not be made: of every period with everything, and in every format.
sub failures
{
	my ($server) = @_;
	return $server->safe_psql('postgres', <<'SQL');
SELECT p, f, l FROM (VALUES ('daily', 'text'), ('weekly', 'markdown'), ('monthly', 'html'), ('quarterly', 'json')) AS r (p, f), LATERAL almanac.report(p, f, appendix => true) l WHERE l ~ 'could not be made'
SQL
}

# A record of some seconds is told of as what it is.
as_app($node, 'postgres', 'CREATE TABLE orders (id bigserial PRIMARY KEY, amount int)');
as_app($node, 'postgres', 'INSERT INTO orders (amount) SELECT g FROM generate_series(1, 1000) g; SELECT sum(amount) FROM orders') for 1 .. 5;
snapshot($node);
as_app($node, 'postgres', 'SELECT sum(amount) FROM orders') for 1 .. 5;
snapshot($node);
like(value($node, "SELECT string_agg(l, E'\\n') FROM almanac.report('daily') l"), qr/(younger than a whole day|begins within this day).*Most time.*sum\(amount\)/s, 'a young record: what there is');
is(failures($node), '', 'every section of every report can be made of it');

# Nine weeks in hours until now, with a statement that became slower, and a name that would be markup.
value($node, <<'SQL');
SET timezone = 'UTC';
INSERT INTO almanac.roles (userid, rolname, server_id) VALUES (7, 'app_"<b>&', 0);
INSERT INTO almanac.database_keys (series_id, dbid, datname) OVERRIDING SYSTEM VALUE VALUES (9001, 101, '<img src=x onerror=document.title=1>');
INSERT INTO almanac.query_texts (fingerprint, last_used, query) SELECT 9000 + s, now(), format('SELECT o.id, sum(i.price) AS total, %s FROM orders o JOIN items i ON i.order_id = o.id WHERE o.created > $1 AND o.region = ANY ($2) GROUP BY 1 ORDER BY total DESC', s)
	|| CASE WHEN s = 1 THEN '</code></td></tr></table><script>document.title = 2</script>' ELSE '' END FROM generate_series(1, 9) s;
INSERT INTO almanac.statement_keys (series_id, dbid, userid, queryid, toplevel, fingerprint, first_seen) OVERRIDING SYSTEM VALUE SELECT 9000 + s, 101, 7, 7000000000000000000 + s, true, 9000 + s, now() - interval '63 days' FROM generate_series(1, 9) s;
INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, total_exec_ms, rows, errors, timeouts, latency)
	SELECT s, t, '1 h', c, c * m, c, 0, 0, format('{%s:%s,%s:%s}', 0.9 * m, c * 19, 3 * m, c)::almanac.histogram
	FROM (SELECT 9000 + s AS s, t, 1000 + (800 * sin(extract(epoch FROM t) / 13751))::bigint AS c, s * CASE WHEN s = 2 AND t > date_trunc('week', now()) - interval '5 days' THEN 6 ELSE 1 END * (1 + 0.02 * sin(extract(epoch FROM t) / 7000)) AS m
		FROM generate_series(date_trunc('hour', now()) - interval '63 days', now() - interval '1 hour', '1 h') t, generate_series(1, 9) s) x;
INSERT INTO almanac.database_samples (series_id, "time", duration, size_bytes, xact_commit, xact_rollback, blks_hit, blks_read, temp_bytes, deadlocks)
	SELECT 9001, t, '1 h', 1e9 + extract(epoch FROM t - now() + interval '63 days') * 400, 36000 + 30000 * sin(extract(epoch FROM t) / 13751), 36, 99000, 1000, 0, 0
	FROM generate_series(date_trunc('hour', now()) - interval '63 days', now() - interval '1 hour', '1 h') t;
INSERT INTO almanac.system_samples (series_id, "time", duration, wal_bytes, checkpoints_timed, checkpoints_req, connections)
	SELECT (SELECT min(series_id) FROM almanac.system_keys), t, '1 h', 1e8 + 5e7 * sin(extract(epoch FROM t) / 13751), 12, 0, 10 + 4 * sin(extract(epoch FROM t) / 13751) FROM generate_series(date_trunc('hour', now()) - interval '63 days', now() - interval '1 hour', '1 h') t;
SELECT almanac.mark('shop "4.2" <release>', 'deployment', date_trunc('week', now()) - interval '5 days 10 minutes');
SELECT almanac.set_objective('answers <b>"fast"', 'p95_ms', '<=', 30, '7 days');
SELECT almanac.purge(), almanac.analyze(), almanac.project(), almanac.find_findings(), almanac.evaluate_objectives();
SQL
is(failures($node), '', 'every section of every report can be made of nine weeks');
my %lines = map { $_ => [ split /\n/, value($node, "SET timezone = 'UTC'; SELECT almanac.report('weekly', '$_')") ] } @formats;
like("@{ $lines{text} }", qr/(YELLOW|RED):.*regression.*Metrics =.*Statements =.*Findings.*Growth and capacity.*Objectives.*answers <b>/, 'text has its sections');
is(value($node, "SELECT count(*) FROM almanac.report('weekly', 'text', appendix => true) l WHERE almanac.text_width(l) > 100"), 0, 'and is no wider than a page');
is(value($node, "SELECT jsonb_typeof(string_agg(l, '' ORDER BY n)::jsonb -> 'sections') FROM almanac.report('weekly', 'json', appendix => true) WITH ORDINALITY AS r (l, n)"), 'array', 'json is JSON');

SKIP:
{
	my $browser = Almanac::Browser->new or skip 'no Chromium here: test/setup installs it where it can', 1;
	subtest 'in a browser' => sub {
		my $page = join("\n", @{ $lines{html} });
		unlike($page, qr/<script|https?:|url\(|<link|<img/, 'the page needs nothing from elsewhere, and no script');
		for my $scheme (qw(light dark))
		{
			my $all = $browser->measure($page, $scheme, 360, 1200) or do { fail("$scheme: the browser says nothing"); next; };
			for my $width (360, 1200)
			{
				my $seen = $all->{$width};
				cmp_ok($seen->{scroll_width}, '<=', $width, "$width pixels, $scheme: nothing overflows");
				is($seen->{clipped}, '', 'no text lies outside of the page, but in tables that scroll');
				is($seen->{title} =~ /^Weekly report/ ? 'as made' : $seen->{title}, 'as made', 'no name was taken for markup');
				cmp_ok($seen->{tables}, '>=', 4, 'tables are there');
				cmp_ok($seen->{drawn}, '>=', 6, 'and charts with lines of some size');
				cmp_ok($seen->{texts}, '>=', 150, 'texts were looked at');
				cmp_ok($seen->{least_contrast}, '>=', 4.5, "each with enough contrast ($seen->{least_of})");
				is($seen->{dark}, $scheme eq 'dark' ? 'true' : 'false', 'in these colours');
			}
		}
		my $shot = "${PostgreSQL::Test::Utils::tmp_check}/report.png";
		ok($browser->screenshot($page, 1200, $shot), 'a screenshot is made');
		like(slurp_file($shot), qr/^\x89PNG/, 'it is a picture');
		done_testing();
	};
}

# Made by the worker, one that fails beside one that does not; and by hand, with who listens being told.
value($node, "SELECT almanac.schedule_report('weekly', 'html', time_zone => 'UTC'), almanac.schedule_report('daily', 'text', time_zone => 'UTC')");
value($node, "UPDATE almanac.report_schedules SET time_zone = 'Atlantis' WHERE period = 'daily'");
configure($node, 'pg_almanac.analysis_interval' => '1h');
ok($node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM almanac.reports'), 'the worker makes a report');
ok($node->poll_query_until('postgres', "SELECT error ~ 'Atlantis' AND failures = 1 FROM almanac.scheduled_reports WHERE period = 'daily'"), 'and tells what failed');
is(value($node, "SELECT period, format, status IN ('YELLOW', 'RED'), body ~ 'sum\\(i.price\\)', body ~ '7000000000000000002' FROM almanac.reports"), 'weekly|html|t|f|t', 'it has no texts of statements');
value($node, "UPDATE almanac.report_schedules SET time_zone = 'UTC', failures = 0");
like(value($node, "LISTEN almanac_reports; SELECT almanac.make_reports()"), qr/^1\nAsynchronous notification "almanac_reports" with payload "\{.*"period": "daily".*\}"/m, 'who listens is told');
is(value($node, "SELECT almanac.make_reports()"), 0, 'once');

# Without pg_stat_statements, and without preloading.
my $bare = almanac_server('bare', preload => '', extensions => 0);
$bare->safe_psql('postgres', 'CREATE EXTENSION pg_almanac');
like(join(' ', map { $bare->safe_psql('postgres', "SELECT almanac.report('daily', '$_')") } @formats), qr/(Nothing has been recorded yet.*){4}/s, 'nothing is recorded: every format says so');
like($bare->safe_psql('postgres', "SELECT almanac.report('daily')"), qr/shared_preload_libraries.*pg_stat_statements is missing/s, 'and why');
$bare->safe_psql('postgres', 'SELECT almanac.take_snapshot()') for 1 .. 2;
is(failures($bare), '', 'sections can be made of what is recorded without statements');
like($bare->safe_psql('postgres', "SELECT almanac.report('daily')"), qr/(younger than a whole day|begins within this day).*transactions a day/s, 'and they have it');
$bare->stop;
$node->stop;
done_testing();
