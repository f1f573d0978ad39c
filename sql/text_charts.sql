-- Charts in characters, and the server on one screen.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;
SET client_encoding = 'UTF8';
SET timezone = 'UTC';
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE v AS SELECT '2020-03-01'::timestamptz + i * interval '10 min' AS t, CASE WHEN i % 40 <> 20 THEN 10 + 8 * sin(i / 12.0) END AS y FROM generate_series(0, 144) i;

SELECT almanac.chart(array_agg(t ORDER BY t), array_agg(y ORDER BY t), 'sine', 'ms') FROM v;
SELECT almanac.chart(array_agg(t ORDER BY t), array_agg(y ORDER BY t), 'sine', 'ms', style => 'braille', height => 5, width => 60) FROM v;
SELECT almanac.chart(array_agg(t ORDER BY t), array_agg(1e6 * y ORDER BY t), unit => 'bytes/s', style => 'ascii', height => 5, event_times => '{2020-03-01 06:00,2020-03-01 18:00,2020-03-03}',
	event_labels => ARRAY[E'shop\n\t4.2 \033[31m red \u202E turned', 'shop 4.3', 'too late']) FROM v;
-- A forecast in the time zone of the session, where a night is an hour shorter.
SET timezone = 'Europe/Berlin';
SELECT almanac.chart(array_agg(t ORDER BY t), array_agg(y ORDER BY t), 'disk', 'bytes', height => 6, lower => array_agg(y - f ORDER BY t), upper => array_agg(y + f ORDER BY t), forecast_from => '2020-03-29')
	FROM (SELECT '2020-03-28'::timestamptz + i * interval '1 h' AS t, 1e9 + i * 1e7 AS y, CASE WHEN i > 24 THEN (i - 24) * 2e6 END AS f FROM generate_series(0, 72) i) h;
SET timezone = 'UTC';
-- Colour on request: without its sequences it is the same.
SELECT bool_and(regexp_replace(c, E'\033\\[[0-9;]*m', '', 'g') = p), bool_or(c LIKE E'%\033%') FROM (
	SELECT unnest(almanac.draw_chart(array_agg(t ORDER BY t), array_agg(y ORDER BY t), 'sine', 'ms', color => true)) AS c,
		unnest(almanac.draw_chart(array_agg(t ORDER BY t), array_agg(y ORDER BY t), 'sine', 'ms')) AS p FROM v) x;
-- A client that has no block elements gets ASCII.
SET client_encoding = 'LATIN1';
SELECT almanac.chart(array_agg(t ORDER BY t), array_agg(y ORDER BY t), height => 3) FROM v;
SELECT almanac.sparkline('{1,2,3}');
RESET client_encoding;
-- From days to years, and nothing at all.
SELECT split_part(line, chr(10), 1) FROM (SELECT (almanac.draw_chart(ARRAY['2020-03-01', '2020-03-01'::timestamptz + s], '{1,2}', height => 2))[5] AS line
	FROM unnest('{10 s,1 min,1 h,1 d,7 d,60 d,1 y,10 y,200 y}'::interval[]) WITH ORDINALITY s (s, n) ORDER BY n) l;
SELECT almanac.chart('{}'::timestamptz[], '{}', height => 2);
SELECT almanac.chart('{2020-01-01}'::timestamptz[], '{5}', height => 2);
SELECT almanac.chart('{2020-01-01,2020-01-02}'::timestamptz[], '{NULL,NaN}', height => 2);

SELECT almanac.screen_line(E'  a\n\tb \x1b[1m  \u202Ec\u2066 d\u009B ', 40) || '|', almanac.screen_line('abcdef', 3), almanac.screen_line(U&'\4E2D\6587\5B57', 5), almanac.screen_line('abc', 0) || '|';
SELECT almanac.screen_number(v, u) FROM (VALUES (0, 'bytes'), (1536, 'bytes'), (0.0123, 'ms'), (99999, 's/day'), (0.5, 'share'), (12345, ''), (7, 'orders'), ('NaN', ''), ('-Infinity', 'ms'), (1e300, 'bytes')) n (v, u);
\pset format aligned
\pset tuples_only off

-- What it refuses.
\set VERBOSITY sqlstate
SELECT almanac.chart(NULL::timestamptz[], '{1}');
SELECT almanac.chart('{2020-01-01}'::timestamptz[], '{1,2}');
SELECT almanac.chart('{2020-01-01,infinity}'::timestamptz[], '{1,2}');
SELECT almanac.chart('{2020-01-02,2020-01-01}'::timestamptz[], '{1,2}');
SELECT almanac.chart('{2020-01-01}'::timestamptz[], '{1}', width => 19);
SELECT almanac.chart('{2020-01-01}'::timestamptz[], '{1}', height => 201);
SELECT almanac.chart('{2020-01-01}'::timestamptz[], '{1}', style => 'pretty');
SELECT almanac.chart('{2020-01-01}'::timestamptz[], '{1}', "from" => '2020-01-02', "to" => '2020-01-01');
SELECT almanac.chart('{2020-01-01}'::timestamptz[], '{1}', lower => '{1,2}');
SELECT almanac.chart('{2020-01-01}'::timestamptz[], '{1}', event_times => '{2020-01-01}');
SELECT almanac.chart('nothing', 'calls');
SELECT almanac.chart('statement', 'nothing');
SELECT almanac.chart('database', 'xact_commit', 'no such database');
SELECT almanac.chart('system', 'wal_bytes', 'name');
SELECT almanac.chart('database', 'xact_commit', "to" => now() + interval '1 day');
SELECT almanac.chart('table', 'total_bytes', "to" => now() + interval '1 day');
SELECT almanac.chart('database', 'xact_commit', "from" => now(), "to" => now());
\set VERBOSITY default

-- By name, of history that is laid down.
BEGIN;
INSERT INTO almanac.database_keys (dbid, datname) VALUES (4000000001, 'chart "one"') RETURNING series_id \gset
INSERT INTO almanac.database_samples (series_id, "time", duration, xact_commit, size_bytes)
	SELECT :series_id, date_trunc('day', now()) - i * interval '1 day', interval '1 day', 86400, 2e9 - i * 1e7 FROM generate_series(0, 59) i;
\pset format unaligned
\pset tuples_only on
SELECT regexp_replace(c, '; .*', '') FROM almanac.chart('database', 'size_bytes', 'chart "one"', date_trunc('day', now()) - interval '60 days', date_trunc('day', now()), height => 4, events => false) c LIMIT 6;
SELECT count(*), bool_or(c LIKE '%░%'), bool_or(c LIKE '%forecast%') FROM almanac.chart('database', 'size_bytes', 'chart "one"', date_trunc('day', now()) - interval '60 days', now() + interval '30 days', events => false) c;
SELECT regexp_replace(c, '; .*', '') FROM almanac.chart('database', 'xact_commit', 'chart "one"', date_trunc('day', now()) - interval '60 days', date_trunc('day', now()), height => 2, events => false) c LIMIT 3;
ROLLBACK;

-- The server on one screen: at most 40 lines of 100 characters, whoever asks.
SELECT count(*) BETWEEN 10 AND 40, max(length(l)) <= 100, bool_or(l LIKE '%transactions%') FROM almanac.overview() l;
SELECT bool_or(l LIKE E'%\033%') FROM almanac.overview(color => true) l;
SET ROLE pg_monitor;
SELECT count(*) BETWEEN 10 AND 40 FROM almanac.overview() l;
SELECT count(*) FROM almanac.chart('statement', 'calls', height => 3, events => false);
RESET ROLE;
