-- Weeks and months: how much on average, at most, and by how much more than before. Of the server, of databases, and of the relations
-- that are projected. Compiling takes longer than all the rest here, hence no JIT: of how many rows functions return is only guessed.

CREATE FUNCTION almanac.growth_periods(at timestamptz DEFAULT now(), periods text[] DEFAULT '{week,month}', OUT period text, OUT starts timestamptz, OUT stream text, OUT series_id integer, OUT metric text,
		OUT days integer, OUT average double precision, OUT maximum double precision, OUT "last" double precision)
	RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	"from" CONSTANT timestamptz := date_trunc('month', at - '1 us'::interval) - '13 months'::interval;
	today CONSTANT timestamptz := date_trunc('day', at - '1 us'::interval);
	databases CONSTANT integer[] := ARRAY(SELECT k.series_id FROM almanac.database_keys k WHERE k.server_id = 0);
	one record;
BEGIN
	FOR one IN SELECT s.stream, s.metric, s.ids, s.total FROM (VALUES
			('database', 'size_bytes', databases, true), ('database', 'transactions', databases, true),
			('system', 'wal_bytes', ARRAY(SELECT k.series_id FROM almanac.system_keys k WHERE k.server_id = 0), false),
			('system', 'connections', ARRAY(SELECT k.series_id FROM almanac.system_keys k WHERE k.server_id = 0), false),
			('table', 'size_bytes', ARRAY(SELECT p.series_id FROM almanac.projected p WHERE p.stream = 'table'), false),
			('index', 'size_bytes', ARRAY(SELECT p.series_id FROM almanac.projected p WHERE p.stream = 'index'), false),
			('metric', 'value', ARRAY(SELECT p.series_id FROM almanac.projected p WHERE p.stream = 'metric' AND p.metric = 'value'), false),
			('metric', 'increase', ARRAY(SELECT p.series_id FROM almanac.projected p WHERE p.stream = 'metric' AND p.metric = 'increase'), false)) AS s (stream, metric, ids, total)
	LOOP
		RETURN QUERY
		WITH v AS MATERIALIZED (
			SELECT v.*, lead(v.step_start) OVER (PARTITION BY v.series_id ORDER BY v.step_start) AS next_start
			FROM almanac.step_values(one.stream, one.metric, one.ids, '1 day', "from", at) v WHERE v.value IS NOT NULL
		), filled AS (
			SELECT v.series_id, v.step_start AS day, v.value, COALESCE(v.peak, v.value) AS peak FROM v
			UNION ALL SELECT a.series_id, g, a.value, a.value
				FROM (SELECT v.series_id, v.step_start + '1 day'::interval AS since, v.value,
						CASE WHEN v.next_start IS NOT NULL THEN v.next_start - '1 day'::interval WHEN NOT one.total THEN today END AS until FROM v WHERE one.metric = 'size_bytes') a
				CROSS JOIN LATERAL generate_series(a.since, a.until, '1 day') g WHERE a.since <= a.until
		), everything AS (
			SELECT * FROM filled
			UNION ALL SELECT 0, f.day, sum(f.value), sum(f.value) FROM filled f WHERE one.total GROUP BY 2
		), marked AS MATERIALIZED (
			SELECT e.*, date_trunc('week', e.day) AS week, date_trunc('month', e.day) AS month, lead(e.day) OVER (PARTITION BY e.series_id ORDER BY e.day) AS next_day FROM everything e
		)
		SELECT 'week'::text, m.week, one.stream, m.series_id, one.metric, count(*)::integer, avg(m.value), max(m.peak),
			max(m.value) FILTER (WHERE (m.next_day < m.week + '7 days'::interval) IS NOT TRUE)
			FROM marked m WHERE 'week' = ANY (periods) GROUP BY 2, 4
		UNION ALL SELECT 'month', m.month, one.stream, m.series_id, one.metric, count(*)::integer, avg(m.value), max(m.peak),
			max(m.value) FILTER (WHERE (m.next_day < m.month + '1 month'::interval) IS NOT TRUE)
			FROM marked m WHERE 'month' = ANY (periods) GROUP BY 2, 4;
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.growth_periods(timestamptz, text[]) IS 'sizes, WAL, connections and transactions by week and month of the last 13 months; what stands behind views growth and monthly_growth';

CREATE VIEW almanac.growth AS
	SELECT g.period, g.starts, n.kind, n.datname, n.schemaname, n.relname, n.indexrelname, CASE g.metric WHEN 'wal_bytes' THEN 'wal_bytes_per_day' WHEN 'transactions' THEN 'transactions_per_day' WHEN 'increase' THEN 'increase_per_day' ELSE g.metric END AS metric,
		g.average, g.maximum, g."last",
		CASE WHEN g.metric = 'size_bytes' THEN g."last" - lag(g."last") OVER w ELSE g.average - lag(g.average) OVER w END AS change,
		CASE WHEN g.metric = 'size_bytes' THEN g."last" / NULLIF(lag(g."last") OVER w, 0) ELSE g.average / NULLIF(lag(g.average) OVER w, 0) END - 1 AS change_share,
		g.days, g.stream, g.series_id, n.name, n.labels
	FROM almanac.growth_periods() g JOIN almanac.series_names n ON n.stream = g.stream AND n.series_id = g.series_id
	WHERE n.kind <> 'database' OR n.datname <> ''
	WINDOW w AS (PARTITION BY g.period, g.stream, g.series_id, g.metric ORDER BY g.starts)
	ORDER BY g.period, g.starts DESC, n.kind = 'server' DESC, n.kind, g.metric, g."last" DESC, g.series_id;
COMMENT ON VIEW almanac.growth IS
	'by week and month: average, maximum, and change since the one before (of sizes at its end, else of the average) of the server, databases and the relations that are projected';

CREATE FUNCTION almanac.compare_months(at timestamptz DEFAULT now())
	RETURNS TABLE (stream text, series_id integer, metric text, this_month double precision, last_month double precision, average_3_months double precision,
		same_month_last_year double precision, month_over_month double precision, year_over_year double precision)
	LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
BEGIN ATOMIC
	SELECT g.stream, g.series_id, g.metric, m.this_month, m.last_month, m.average_3, m.last_year, m.this_month / NULLIF(m.last_month, 0) - 1, m.this_month / NULLIF(m.last_year, 0) - 1
	FROM (SELECT p.stream, p.series_id, p.metric,
			max(p.average) FILTER (WHERE p.starts = b.month) AS this_month, max(p.average) FILTER (WHERE p.starts = b.month - '1 month'::interval) AS last_month,
			avg(p.average) FILTER (WHERE p.starts BETWEEN b.month - '3 months'::interval AND b.month - '1 month'::interval) AS average_3,
			max(p.average) FILTER (WHERE p.starts = b.month - '12 months'::interval) AS last_year
		FROM almanac.growth_periods(compare_months.at, '{month}') p CROSS JOIN (SELECT date_trunc('month', compare_months.at - '1 us'::interval) AS month) b
		GROUP BY 1, 2, 3) m
	CROSS JOIN LATERAL (SELECT m.stream, m.series_id, m.metric) g (stream, series_id, metric);
END;
COMMENT ON FUNCTION almanac.compare_months(timestamptz) IS 'averages of the month of a time beside the month before, the three before, and the same month a year before';

CREATE VIEW almanac.monthly_growth AS
	SELECT n.kind, n.datname, n.schemaname, n.relname, n.indexrelname, CASE c.metric WHEN 'wal_bytes' THEN 'wal_bytes_per_day' WHEN 'transactions' THEN 'transactions_per_day' WHEN 'increase' THEN 'increase_per_day' ELSE c.metric END AS metric,
		c.this_month, c.last_month, c.average_3_months, c.same_month_last_year, c.month_over_month, c.year_over_year, c.stream, c.series_id, n.name, n.labels
	FROM almanac.compare_months() c JOIN almanac.series_names n ON n.stream = c.stream AND n.series_id = c.series_id
	WHERE n.kind <> 'database' OR n.datname <> ''
	ORDER BY n.kind = 'server' DESC, n.kind, c.metric, c.this_month DESC NULLS LAST, c.series_id;
COMMENT ON VIEW almanac.monthly_growth IS
	'averages of this month so far, last month, the three months before this, and the same month last year, with the change over a month and over a year as shares';
