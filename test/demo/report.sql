-- What the demo prints at its end. Variables: begin and end of the load, and ramp, the characters of a time line from
-- the lowest to the highest value.

-- A time line: one character per element, in steps of the largest.
CREATE FUNCTION pg_temp.line("values" double precision[], ramp text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(COALESCE(substr(ramp, 1 + round((length(ramp) - 1) * v.value / greatest)::integer, 1), ' '), '' ORDER BY v.n)
	FROM (SELECT NULLIF(max(m), 0) AS greatest FROM unnest("values") m) g, unnest("values") WITH ORDINALITY v (value, n)
$$;
\set step '''2 seconds''::interval'

\echo
\echo 'The statements of the shop that took most time. The lines go from begin to end of the load, 2 seconds a character:'
\echo 'the time spent executing, and what one call took on average. Percentiles are of all calls, in milliseconds.'
\echo
WITH top AS (
	SELECT row_number() OVER () AS rank, t.* FROM almanac.top_statements(:'begin', :'end', n => 100) t
	WHERE t.datname = 'shop' AND t.query !~* '^(begin|commit|vacuum)' LIMIT 6
), slot AS (
	SELECT t.queryid, t.toplevel, s.n, sum(h.calls) AS calls, sum(h.total_exec_ms) AS exec_ms
	FROM top t
	CROSS JOIN generate_series(:'begin'::timestamptz, :'end'::timestamptz - :step, :step) WITH ORDINALITY s (start, n)
	LEFT JOIN almanac.statement_history h ON h.queryid = t.queryid AND h.toplevel = t.toplevel AND h.datname = t.datname
		AND h.time > :'begin' AND h.time <= :'end' AND h.time > s.start AND h.time <= s.start + :step
	GROUP BY 1, 2, 3
), lines AS (
	SELECT queryid, toplevel, array_agg(COALESCE(exec_ms, 0) ORDER BY n) AS spent, array_agg(exec_ms / NULLIF(calls, 0) ORDER BY n) AS mean
	FROM slot GROUP BY 1, 2
)
SELECT t.calls, round(t.total_exec_ms) AS exec_ms, to_char(100 * t.share, '990D0%') AS share, pg_temp.line(l.spent, :'ramp') AS spent,
	round(t.mean_exec_ms::numeric, 3) AS mean_ms, round(t.p50_ms::numeric, 3) AS p50, round(t.p99_ms::numeric, 3) AS p99,
	pg_temp.line(l.mean, :'ramp') AS mean, substr(regexp_replace(t.query, '\s+', ' ', 'g'), 1, 40) AS statement
FROM top t JOIN lines l USING (queryid, toplevel) ORDER BY t.rank;

\echo
\echo 'What got slower, since when and why. (Somebody dropped the index on the account of an order.)'
\echo
SELECT almanac.analyze(:'begin', :'end', '1 second') AS changes \gset
\pset format unaligned
\pset tuples_only on
SELECT almanac.explain_regression(r.id) FROM almanac.regressions r
WHERE r.datname = 'shop' AND r.stream = 'statement' AND r.state <> 'minor' ORDER BY r.cause_kind IS DISTINCT FROM 'index_dropped', r.seconds_per_day DESC LIMIT 1;
\pset format aligned
\pset tuples_only off

\echo
\echo 'Tables of the shop, in the same time: sizes with indexes, and rows inserted and updated.'
\echo
SELECT relname AS table, pg_size_pretty((array_agg(total_bytes ORDER BY time))[1]) AS at_first,
	pg_size_pretty((array_agg(total_bytes ORDER BY time DESC))[1]) AS at_last,
	pg_temp.line(array_agg(total_bytes::double precision ORDER BY time), :'ramp') AS size,
	sum(n_tup_ins) AS inserted, sum(n_tup_upd) AS updated, sum(seq_scan) AS seq_scans, sum(idx_scan) AS idx_scans
FROM almanac.table_history
WHERE datname = 'shop' AND schemaname = 'public' AND time > :'begin' AND time <= :'end'
GROUP BY relname HAVING sum(n_tup_ins) + sum(n_tup_upd) > 0 ORDER BY max(total_bytes) - min(total_bytes) DESC;

\echo
\echo 'Size of the database.'
\echo
WITH size AS (
	SELECT DISTINCT ON (date_bin('4 seconds', "timestamp", :'begin')) "timestamp", size_bytes
	FROM almanac.database_size_history WHERE datname = 'shop' AND "timestamp" > :'begin' AND "timestamp" <= :'end'
	ORDER BY date_bin('4 seconds', "timestamp", :'begin'), "timestamp" DESC
)
SELECT to_char("timestamp", 'HH24:MI:SS') AS time, pg_size_pretty(size_bytes) AS size,
	pg_size_pretty(size_bytes - lag(size_bytes) OVER (ORDER BY "timestamp")) AS growth,
	repeat('#', (60 * size_bytes / max(size_bytes) OVER ())::integer) AS " "
FROM size ORDER BY "timestamp";

\echo
\echo 'What a snapshot costs, on average, by what is looked at.'
\echo
SELECT stream, COALESCE(datname, CASE stream WHEN 'table' THEN 'shared' ELSE '' END) AS database, count(*) AS snapshots, round(avg(entries)) AS entries, round(avg(samples), 1) AS changed,
	round(avg(cpu_ms)::numeric, 2) AS cpu_ms, round(avg(elapsed_ms)::numeric, 2) AS elapsed_ms, round(avg(bytes)) AS bytes,
	round(avg(wal_bytes)) AS wal_bytes, to_char(100 * avg(coverage), '990D0%') AS coverage
FROM almanac.snapshots WHERE time > :'begin' AND time <= :'end'
GROUP BY 1, 2 ORDER BY sum(cpu_ms) DESC;

\echo
\echo 'Does it add up? Calls and time of all statements of the shop: the history against pg_stat_statements now.'
\echo
SELECT v.what, v.history, v.view AS pg_stat_statements, v.history - v.view AS difference
FROM (SELECT count(*) AS statements, sum(h.calls) AS calls, sum(h.rows) AS rows, round(sum(h.total_exec_ms)::numeric) AS exec_ms
	FROM almanac.statements h WHERE h.datname = 'shop') h,
	(SELECT count(*) AS statements, sum(s.calls) AS calls, sum(s.rows) AS rows, round(sum(s.total_exec_time)::numeric) AS exec_ms
	FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = 'shop') s,
	LATERAL (VALUES ('statements', h.statements, s.statements), ('calls', h.calls, s.calls), ('rows', h.rows, s.rows),
		('exec_ms', h.exec_ms, s.exec_ms)) v (what, history, view);

\echo
\echo 'The extension itself.'
\echo
\x on
SELECT version, state, recording_since::timestamptz(0), last_snapshot_id AS snapshots, sources, source_errors,
	(SELECT sum(samples) FROM almanac.snapshots) AS samples,
	(SELECT round(sum(bytes) / sum(samples), 1) FROM almanac.snapshots) AS bytes_per_sample,
	pg_size_pretty(history_bytes) AS history, pg_size_pretty(journal_bytes) AS of_it_journal,
	pg_size_pretty(worker_memory_bytes) AS worker_memory, round(worker_cpu_ms) AS worker_cpu_ms
FROM almanac.status;
\x off
