-- A past for the demo: two weeks and this one of a second shop, until an hour ago, laid down through the foreign tables of samples as docs/operations.md tells (Importing
-- history). Database bookshop does not exist, and none of this ever ran: it has the shapes of days and weeks, a deployment that made one
-- statement slower, one that made another faster, and a tablespace that fills up.
BEGIN;
INSERT INTO almanac.database_keys (dbid, datname) VALUES (4294900001, 'bookshop');
CREATE TEMP TABLE made_up (queryid bigint, calls double precision, ms double precision, query text);
INSERT INTO made_up VALUES
	(101, 90000, 0.06, 'SELECT title, price FROM books WHERE isbn = $1'),
	(102, 30000, 0.4, 'SELECT * FROM baskets WHERE customer = $1 ORDER BY created DESC LIMIT $2'),
	(103, 8000, 1.1, 'INSERT INTO orders (customer, isbn, pieces) VALUES ($1, $2, $3)'),
	(104, 2500, 12, 'SELECT isbn, count(*) FROM orders WHERE created > now() - $1 GROUP BY isbn ORDER BY count(*) DESC LIMIT $2'),
	(105, 40, 900, 'SELECT date_trunc($1, created), sum(pieces * price) FROM orders JOIN books USING (isbn) GROUP BY 1');
INSERT INTO almanac.query_texts (fingerprint, last_used, query) SELECT -4294900000 - queryid, current_date, query FROM made_up;
INSERT INTO almanac.statement_keys (dbid, userid, queryid, toplevel, fingerprint) SELECT 4294900001, 'postgres'::regrole, queryid, true, -4294900000 - queryid FROM made_up;

-- Half hours: much by day, little by night, half of it on weekends.
CREATE TEMP TABLE steps AS
	SELECT t AS "time", (0.15 + greatest(0, sin(pi() * (extract(hour FROM t) + extract(minute FROM t) / 60 - 6) / 16)))
		* CASE WHEN extract(isodow FROM t) > 5 THEN 0.5 ELSE 1 END * (0.95 + random() / 10) AS load
	FROM generate_series(date_trunc('week', now()) - interval '14 days', now() - interval '1 hour', interval '30 min') t WHERE t > date_trunc('week', now()) - interval '14 days';
-- When they deployed: on Wednesday and on Friday of last week.
CREATE TEMP TABLE deployed AS SELECT date_trunc('week', now()) - interval '7 days' + interval '2 days 10 hours' AS slower, date_trunc('week', now()) - interval '7 days' + interval '4 days 15 hours' AS faster;

INSERT INTO almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, shared_blks_hit, shared_blks_read, wal_bytes, latency)
	SELECT k.series_id, s."time", interval '30 min', c.calls, c.calls, c.calls * c.ms, c.calls * ceil(c.ms * 20)::bigint, (c.calls * c.ms / 10)::bigint, CASE m.queryid WHEN 103 THEN c.calls * 300 ELSE 0 END,
		format('{%s:%s,%s:%s,%s:%s}', round((c.ms * 0.8)::numeric, 4), c.calls - c.calls / 5 - c.calls / 50, round((c.ms * 1.4)::numeric, 4), c.calls / 5, round((c.ms * 4)::numeric, 4), c.calls / 50)::almanac.histogram
	FROM steps s CROSS JOIN deployed d CROSS JOIN made_up m JOIN almanac.statement_keys k ON k.dbid = 4294900001 AND k.queryid = m.queryid
	CROSS JOIN LATERAL (SELECT greatest(round(m.calls * s.load * (0.95 + random() / 10)), 1)::bigint AS calls, m.ms * (0.97 + random() * 0.06)
		* CASE WHEN m.queryid = 102 AND s."time" > d.slower THEN 4.2 WHEN m.queryid = 104 AND s."time" > d.faster THEN 0.3 ELSE 1 END AS ms) c;
INSERT INTO almanac.database_samples (series_id, "time", duration, xact_commit, xact_rollback, blks_hit, blks_read, tup_inserted, size_bytes)
	SELECT k.series_id, s."time", interval '30 min', (s.load * 120000)::bigint, (s.load * 200)::bigint, (s.load * 3000000)::bigint, (s.load * 20000)::bigint, (s.load * 8000)::bigint,
		(30e9 + sum(s.load * 8000 * 1200) OVER (ORDER BY s."time"))::bigint
	FROM steps s JOIN almanac.database_keys k ON k.dbid = 4294900001;
INSERT INTO almanac.volume_keys (kind, spcoid, name, device) VALUES ('tablespace', 4294900002, 'bookshop', 'none');
INSERT INTO almanac.volume_samples (series_id, "time", duration, total_bytes, used_bytes)
	SELECT k.series_id, s."time", interval '30 min', 40e9::bigint, (29e9 + sum(s.load * 8000 * 1200) OVER (ORDER BY s."time"))::bigint
	FROM steps s JOIN almanac.volume_keys k ON k.spcoid = 4294900002;
SELECT almanac.mark('bookshop 7.3', at => d.slower) AS mark FROM deployed d \gset
SELECT almanac.mark('bookshop 7.4: bestsellers are counted once', at => d.faster) AS mark FROM deployed d \gset
COMMIT;
