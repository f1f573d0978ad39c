-- Findings about space that is held and not used.

-- Since when so much is wasted that it is told of, and how fast it grows: it may have come to rest long ago, or fill the volume next month.
CREATE FUNCTION almanac.bloat_trend(fact almanac.catalog_facts, at timestamptz, OUT trend jsonb, OUT told text)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT jsonb_build_object('waste_first', x.waste_first, 'waste_since', x.since, 'growth_per_day', CASE WHEN x.days >= 1 THEN x.per_day END),
		CASE WHEN x.days < 1 THEN '' WHEN x.per_day >= 1048576 AND x.per_day * x.days >= 0.1 * x.waste THEN format('; %s a day more since %s', pg_size_pretty(x.per_day), to_char(x.since, 'YYYY-MM-DD'))
			ELSE format('; about the same since %s', to_char(x.since, 'YYYY-MM-DD')) END
	FROM (SELECT w.*, ((w.waste - w.waste_first) / greatest(1, w.days))::bigint AS per_day
		FROM (SELECT (fact.data ->> 'waste')::bigint AS waste, COALESCE((l.evidence ->> 'waste_first')::bigint, (fact.data ->> 'waste')::bigint) AS waste_first,
				COALESCE((l.evidence ->> 'waste_since')::timestamptz, bloat_trend.at) AS since, extract(epoch FROM bloat_trend.at - COALESCE((l.evidence ->> 'waste_since')::timestamptz, bloat_trend.at)) / 86400 AS days
			FROM (SELECT) one LEFT JOIN almanac.finding_log l ON l.kind = fact.kind AND l.dbid = fact.dbid AND l.key = fact.key AND l.ended IS NULL) w) x
$$;
COMMENT ON FUNCTION almanac.bloat_trend(almanac.catalog_facts, timestamptz) IS 'since when there is bloat to tell of, and how fast it grows';

CREATE FUNCTION almanac.find_index_bloat(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'index', f.objid, f.relid, NULL::integer,
		CASE WHEN (f.data ->> 'waste')::bigint >= 10737418240 THEN 2 ELSE 3 END, NULL::float8, (f.data ->> 'waste')::bigint,
		format('index %s of %s takes %s where about %s would do', f.data ->> 'index', f.data ->> 'table', pg_size_pretty((f.data ->> 'bytes')::bigint),
			pg_size_pretty((f.data ->> 'bytes')::bigint - (f.data ->> 'waste')::bigint)) || t.told,
		'frees about ' || pg_size_pretty((f.data ->> 'waste')::bigint) || ' and of the cache what it takes there', format('REINDEX INDEX CONCURRENTLY %s', f.key),
		'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on; takes the size of the new index beside the old one, and waits for transactions that use the table', 'medium',
		f.data - 'schema' - 'table' - 'index' || t.trend || '{"estimated": true}'
	FROM almanac.catalog_facts f CROSS JOIN LATERAL almanac.bloat_trend(f, find_index_bloat.at) t WHERE f.kind = 'index_bloat'
		AND NOT EXISTS (SELECT FROM almanac.catalog_facts o WHERE o.dbid = f.dbid AND o.kind IN ('index_duplicate', 'index_redundant') AND o.key = f.key)
$$;
COMMENT ON FUNCTION almanac.find_index_bloat(timestamptz) IS 'B-tree indexes that are much larger than their entries need';

CREATE FUNCTION almanac.find_table_bloat(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer,
		CASE WHEN (f.data ->> 'waste')::bigint >= 10737418240 THEN 2 ELSE 3 END, NULL::float8, (f.data ->> 'waste')::bigint,
		format('table %s takes %s where about %s would do', f.data ->> 'table', pg_size_pretty((f.data ->> 'bytes')::bigint),
			pg_size_pretty((f.data ->> 'bytes')::bigint - (f.data ->> 'waste')::bigint)) || t.told,
		'frees about ' || pg_size_pretty((f.data ->> 'waste')::bigint) || '; scans read that much less', format('VACUUM (FULL, ANALYZE) %s', f.key),
		'ACCESS EXCLUSIVE on the table while it is written anew: nobody can read it meanwhile; extension pg_repack does the same without that', 'high',
		f.data - 'schema' - 'table' || t.trend || '{"estimated": true}'
	FROM almanac.catalog_facts f CROSS JOIN LATERAL almanac.bloat_trend(f, find_table_bloat.at) t WHERE f.kind = 'table_bloat'
$$;
COMMENT ON FUNCTION almanac.find_table_bloat(timestamptz) IS 'tables that are much larger than their rows need';

CREATE FUNCTION almanac.find_toast_bloat(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT f.key, f.dbid, f.data ->> 'schema', f.data ->> 'table', f.data ->> 'table', f.objid, f.relid, NULL::integer,
		CASE WHEN (f.data ->> 'waste')::bigint >= 10737418240 THEN 2 ELSE 3 END, NULL::float8, (f.data ->> 'waste')::bigint,
		format('long values of table %s take %s in its TOAST table where %s would do at most', f.data ->> 'table', pg_size_pretty((f.data ->> 'bytes')::bigint),
			pg_size_pretty((f.data ->> 'bytes')::bigint - (f.data ->> 'waste')::bigint)) || t.told,
		'frees ' || pg_size_pretty((f.data ->> 'waste')::bigint) || ' or more', format('VACUUM (FULL, ANALYZE) %s', f.key),
		'ACCESS EXCLUSIVE on the table while it is written anew: nobody can read it meanwhile; extension pg_repack does the same without that', 'high', f.data - 'schema' - 'table' || t.trend
	FROM almanac.catalog_facts f CROSS JOIN LATERAL almanac.bloat_trend(f, find_toast_bloat.at) t WHERE f.kind = 'toast_bloat'
		AND NOT EXISTS (SELECT FROM almanac.catalog_facts o WHERE o.dbid = f.dbid AND o.kind = 'table_bloat' AND o.key = f.key)
$$;
COMMENT ON FUNCTION almanac.find_toast_bloat(timestamptz) IS 'TOAST tables with more pages than their rows can fill';
