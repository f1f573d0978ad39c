-- Findings about large tables: how they are read, and what of them is not.

-- All rows, many times a day. Whether that is a mistake the statements tell, where their plans are known: those that want most rows, or all,
-- read what they need. Where an index is missing that is told instead.
CREATE FUNCTION almanac.find_table_seq_scans(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH large AS MATERIALIZED (
		SELECT k.dbid, k.relid, k.schemaname, k.relname, format('%I.%I', k.schemaname, k.relname) AS key, s.n_live_tup AS rows, s.table_bytes AS bytes, s.seq_tup_read / d.days AS read_per_day,
			s.seq_scan / d.days AS scans_per_day, s.seq_tup_read / d.days / s.n_live_tup AS times
		FROM (SELECT greatest(1.0 / 24, least(1, extract(epoch FROM find_table_seq_scans.at - r.started) / 86400))::float8 AS days FROM almanac.recorder r
			WHERE r.server_id = 0 AND r.started <= find_table_seq_scans.at - almanac.finding_threshold('record_hours') * '1 hour'::interval) d
		CROSS JOIN almanac.sums('table', find_table_seq_scans.at - '1 day'::interval, find_table_seq_scans.at) AS s (series_id integer, seq_scan bigint, seq_tup_read bigint, n_live_tup bigint, table_bytes bigint)
		JOIN almanac.table_keys k ON k.series_id = s.series_id AND k.server_id = 0
		JOIN almanac.catalog_facts f ON f.dbid = k.dbid AND f.kind = 'table_seq_scans' AND f.objid = k.relid
		WHERE s.n_live_tup > 0 AND s.seq_tup_read / d.days >= s.n_live_tup * almanac.finding_threshold('scan_large_times')
	), known AS (
		SELECT l.dbid, l.relid, sum(s.calls_per_day) FILTER (WHERE s.tests = '[]' OR s.whole AND s.rows_per_call >= 0.2 * l.rows) AS wanted, sum(s.calls_per_day) AS calls, sum(s.seconds_per_day) AS seconds,
			(array_agg(s.series_id ORDER BY s.seconds_per_day DESC))[1] AS series_id, (array_agg(DISTINCT s.queryid))[1:5] AS queryids
		FROM large l JOIN almanac.scanned_statements(find_table_seq_scans.at) s ON s.dbid = l.dbid AND s.relation = l.relname
			AND (l.key = ANY (s.relations) OR EXISTS (SELECT FROM almanac.catalog_facts f WHERE f.dbid = l.dbid AND f.kind = 'index_missing' AND f.objid = l.relid AND f.data ->> 'name' = ANY (s.relations)))
		GROUP BY 1, 2
	)
	SELECT l.key, l.dbid, l.schemaname, l.relname, l.relname::text, NULL::oid, l.relid, k.series_id, CASE WHEN k.seconds >= 8640 THEN 2 ELSE 3 END, k.seconds, l.bytes,
		format('all of table %s, %s, is read %s times a day by sequential scans', l.relname, pg_size_pretty(l.bytes), round(l.times))
			|| CASE WHEN k.calls IS NULL THEN '; by which statements is not known' ELSE '' END,
		'statements that want few of the rows need an index; those that want all, fewer calls', NULL::text, NULL::text, 'high',
		jsonb_build_object('scans_per_day', round(l.scans_per_day), 'rows_read_per_day', round(l.read_per_day), 'rows', l.rows, 'bytes', l.bytes, 'times_per_day', round(l.times), 'queryids', k.queryids)
	FROM large l LEFT JOIN known k ON k.dbid = l.dbid AND k.relid = l.relid
	WHERE COALESCE(k.wanted, 0) < 0.5 * l.times
		AND NOT EXISTS (SELECT FROM almanac.finding_log o WHERE o.kind = 'index_missing' AND o.dbid = l.dbid AND o.state IN ('open', 'acknowledged')
			AND o.relid IN (SELECT l.relid UNION ALL SELECT f.relid FROM almanac.catalog_facts f WHERE f.dbid = l.dbid AND f.kind = 'index_missing' AND f.objid = l.relid))
$$;
COMMENT ON FUNCTION almanac.find_table_seq_scans(timestamptz) IS 'large tables that are read whole many times a day';

-- Rows that come or go in number: partitions of those that came together can be dropped together.
CREATE FUNCTION almanac.find_table_partition(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer, 3, NULL::float8, (f.data ->> 'bytes')::bigint,
		format('table %s takes %s; a day brings %s rows and removes %s: by %s it could be partitioned', f.data ->> 'table', pg_size_pretty((f.data ->> 'bytes')::bigint), round(x.came), round(x.went), quote_ident(f.data ->> 'column')),
		'old rows go with DROP TABLE of a partition, in an instant and without dead rows; vacuum, analyze and new indexes have less to do at a time', NULL::text, NULL::text, 'high',
		f.data - 'schema' - 'table' || jsonb_build_object('inserted_per_day', round(x.came), 'deleted_per_day', round(x.went))
	FROM (SELECT greatest(1, least(35, extract(epoch FROM find_table_partition.at - r.started) / 86400))::float8 AS days FROM almanac.recorder r
		WHERE r.server_id = 0 AND r.started <= find_table_partition.at - almanac.finding_threshold('record_hours') * '1 hour'::interval) d
	CROSS JOIN almanac.catalog_facts f
	JOIN almanac.table_keys k ON k.dbid = f.dbid AND k.relid = f.objid AND k.server_id = 0
	JOIN almanac.sums('table', find_table_partition.at - '35 days'::interval, find_table_partition.at) AS s (series_id integer, n_tup_ins bigint, n_tup_del bigint) ON s.series_id = k.series_id
	CROSS JOIN LATERAL (SELECT s.n_tup_ins / d.days AS came, s.n_tup_del / d.days AS went) x
	WHERE f.kind = 'table_partition' AND greatest(x.came, x.went) * 365 >= (f.data ->> 'rows')::float8 * almanac.finding_threshold('partition_change')
$$;
COMMENT ON FUNCTION almanac.find_table_partition(timestamptz) IS 'very large tables whose rows come or go in the order of a column';

-- Nothing but some backups.
CREATE FUNCTION almanac.find_table_unread(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH window_of AS MATERIALIZED (
		SELECT find_table_unread.at - t.days * '1 day'::interval AS since, t.days, r.started,
			(SELECT COALESCE(max(s.standbys_max), 0) FROM almanac.system_samples s WHERE s."time" > find_table_unread.at - '35 days'::interval AND s."time" <= find_table_unread.at) > 0 AS standbys
		FROM (SELECT almanac.finding_threshold('unused_days') AS days) t CROSS JOIN almanac.recorder r WHERE r.server_id = 0
	)
	SELECT format('%I.%I', k.schemaname, k.relname), k.dbid, k.schemaname, k.relname, k.relname::text, k.relid, NULL::oid, NULL::integer, 3, NULL::float8, n.total_bytes,
		format('table %s takes %s and was hardly read for %s days: %s sequential scans, no index scan', k.relname, pg_size_pretty(n.total_bytes), round(w.days), COALESCE(s.seq_scan, 0))
			|| CASE WHEN s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 THEN format('; %s rows were written', s.n_tup_ins + s.n_tup_upd + s.n_tup_del) ELSE '' END
			|| CASE WHEN w.standbys THEN '; whether standbys read it is not known here' ELSE '' END,
		'in an archive it takes no part in backups and vacuums: ' || pg_size_pretty(n.total_bytes), NULL::text, NULL::text, 'high',
		jsonb_build_object('bytes', n.total_bytes, 'days_recorded', floor(extract(epoch FROM find_table_unread.at - greatest(k.first_seen, w.started)) / 86400)::integer, 'seq_scans', COALESCE(s.seq_scan, 0),
			'rows_written', COALESCE(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0), 'standbys', w.standbys)
	FROM window_of w
	CROSS JOIN almanac.catalog_facts f
	JOIN almanac.table_keys k ON k.dbid = f.dbid AND k.relid = f.objid AND k.server_id = 0
	JOIN almanac.totals('table') AS n (series_id integer, total_bytes bigint) ON n.series_id = k.series_id
	LEFT JOIN almanac.sums('table', (SELECT w.since FROM window_of w), find_table_unread.at) AS s (series_id integer, seq_scan bigint, idx_scan bigint, n_tup_ins bigint, n_tup_upd bigint, n_tup_del bigint)
		ON s.series_id = n.series_id
	WHERE f.kind = 'table_unread' AND greatest(k.first_seen, w.started) <= w.since AND COALESCE(s.idx_scan, 0) = 0
		AND COALESCE(s.seq_scan, 0) <= almanac.finding_threshold('unread_scans')
$$;
COMMENT ON FUNCTION almanac.find_table_unread(timestamptz) IS 'large tables that nobody reads';

CREATE FUNCTION almanac.find_table_old_rows(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer, 3, NULL::float8, (f.data ->> 'old_bytes')::bigint,
		format('%s %% of the rows of table %s are older than %s days by %s, about %s; the oldest are of %s', round(100 * (f.data ->> 'share')::numeric), f.data ->> 'table',
			round(almanac.finding_threshold('old_days')), quote_ident(f.data ->> 'column'), pg_size_pretty((f.data ->> 'old_bytes')::bigint), left(f.data ->> 'oldest', 10)),
		'what nobody asks for any more is better kept in an archive, or in partitions of its own', NULL::text, NULL::text, 'high', f.data - 'schema' - 'table'
	FROM almanac.catalog_facts f WHERE f.kind = 'table_old_rows'
$$;
COMMENT ON FUNCTION almanac.find_table_old_rows(timestamptz) IS 'large tables of which most rows are old';
