"""Dashboards of tables, indexes, growth and capacity."""

from pieces import *

NAME = "concat_ws('.', n.datname, n.schemaname, n.relname)"
INDEX = "concat_ws('.', n.datname, n.schemaname, n.indexrelname)"
NOT_CATALOG = "n.schemaname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
TEXT = {"type": "textbox", "name": "search", "label": "Name has", "query": "", "current": {"selected": True, "text": "", "value": ""},
        "options": [], "hide": 0, "skipUrlSync": False}


def chosen_relations(kind):
    column = "n.indexrelname" if kind == "index" else "n.relname"
    return f"n.stream = '{kind}' AND {chosen('n.dbid', 'database')} AND ('' = '$search' AND {NOT_CATALOG} OR '' <> '$search' AND strpos(lower({column}), lower('$search')) > 0)"


def most(kind, columns, rank, number=12):
    """The series of the relations that have most of something in the window."""
    label = INDEX if kind == "index" else NAME
    return f"""(
  SELECT COALESCE(array_agg(m.series_id ORDER BY m.series_id), '{{}}') AS ids, COALESCE(array_agg(m.name ORDER BY m.series_id), '{{}}') AS names
  FROM (SELECT n.series_id, {label} AS name FROM almanac.series_names n
    JOIN almanac.sums('{kind}', {RANGE}) AS s (series_id integer, {columns}) ON s.series_id = n.series_id
    WHERE {chosen_relations(kind)} AND {rank} > 0 ORDER BY {rank} DESC, n.series_id LIMIT {number}) m
) n"""


def top(title, description, kind, metric, unit, columns=None, rank=None, stack=False, **more):
    return timeseries(title, description, by_label(kind, metric, most(kind, columns or f"{metric} bigint", rank or f"s.{metric}")), unit, stack=stack, **more)


def tables():
    return dashboard("tables", "tables", "Sizes and use of tables. Catalogs are left out unless Name has something.", [
        top("Size", "Largest tables that changed in this window, with TOAST and indexes.", "table", "total_bytes", "bytes"),
        top("Rows changed", "Rows inserted, updated and deleted a second.", "table", "n_tup_ins,n_tup_upd,n_tup_del", "cps",
            "n_tup_ins bigint, n_tup_upd bigint, n_tup_del bigint", "s.n_tup_ins + s.n_tup_upd + s.n_tup_del"),
        top("Rows read by sequential scans", "Rows a second.", "table", "seq_tup_read", "cps"),
        top("Index scans", "Scans a second, of all indexes of a table.", "table", "idx_scan", "cps"),
        top("Dead rows", "Estimated rows that vacuum has not removed.", "table", "n_dead_tup", "short", axis="rows"),
        top("Blocks read", "Blocks of tables that were not in the buffer cache, a second.", "table", "heap_blks_read", "cps"),
        table("Tables", "As of the last look; increases are of this window.", f"""
WITH {WINDOW}, s AS MATERIALIZED (
  SELECT s.* FROM w, almanac.sums('table', w.since, w.until) AS s (series_id integer, n_tup_ins bigint, n_tup_upd bigint, n_tup_del bigint, seq_scan bigint, idx_scan bigint,
    heap_blks_hit bigint, heap_blks_read bigint)
)
SELECT n.datname AS database, n.schemaname AS schema, n.relname AS "table", t.total_bytes AS size, t.index_bytes AS indexes, t.toast_bytes AS toast, t.n_live_tup AS rows,
  t.n_dead_tup AS "dead rows", t.n_dead_tup::float8 / NULLIF(t.n_live_tup + t.n_dead_tup, 0) AS dead, s.n_tup_ins AS inserted, s.n_tup_upd AS updated, s.n_tup_del AS deleted,
  s.seq_scan AS "seq scans", s.idx_scan AS "index scans", (s.heap_blks_hit::float8 / NULLIF(s.heap_blks_hit + s.heap_blks_read, 0)) AS "cache hits",
  greatest(t.last_vacuum, t.last_autovacuum) AS vacuumed, greatest(t.last_analyze, t.last_autoanalyze) AS analyzed
FROM almanac.series_names n
JOIN almanac.totals('table') AS t (series_id integer, total_bytes bigint, index_bytes bigint, toast_bytes bigint, n_live_tup bigint, n_dead_tup bigint,
  last_vacuum timestamptz, last_autovacuum timestamptz, last_analyze timestamptz, last_autoanalyze timestamptz) ON t.series_id = n.series_id
LEFT JOIN s ON s.series_id = n.series_id
WHERE {chosen_relations('table')} ORDER BY t.total_bytes DESC NULLS LAST, n.series_id LIMIT 100""", height=14,
              units={"size": "bytes", "indexes": "bytes", "toast": "bytes", "dead": "percentunit", "cache hits": "percentunit",
                     "vacuumed": "dateTimeAsIso", "analyzed": "dateTimeAsIso"}),
    ], [DATABASE, TEXT, STEP], [
        *events(True),
        annotation("Vacuums", f"""
SELECT COALESCE(e.not_before, e.time) AS time, {escaped('left(e.label, 300)')} AS text, e.kind AS tags FROM almanac.events e
WHERE $__timeFilter(e.time) AND e.kind IN ('vacuum', 'autovacuum') AND {chosen('e.dbid', 'database')} ORDER BY 1 LIMIT 500""", "green", False),
    ], start="now-24h")


def indexes():
    return dashboard("indexes", "indexes", "Sizes and use of indexes. Those of catalogs are left out unless Name has something.", [
        top("Size", "Largest indexes that changed in this window.", "index", "size_bytes", "bytes"),
        top("Scans", "Scans a second.", "index", "idx_scan", "cps"),
        top("Entries read", "Index entries returned a second.", "index", "idx_tup_read", "cps"),
        top("Blocks read", "Blocks that were not in the buffer cache, a second.", "index", "idx_blks_read", "cps"),
        table("Indexes", "As of the last look; scans in this window and since recording began. Without scans for long: is it needed? Unique ones are, also unscanned.", f"""
WITH {WINDOW}, s AS MATERIALIZED (
  SELECT s.* FROM w, almanac.sums('index', w.since, w.until) AS s (series_id integer, idx_scan bigint, idx_tup_read bigint, idx_blks_hit bigint, idx_blks_read bigint)
)
SELECT n.datname AS database, n.schemaname AS schema, n.relname AS "table", n.indexrelname AS index, t.size_bytes AS size, COALESCE(s.idx_scan, 0) AS scans,
  t.idx_scan AS "scans ever", t.last_idx_scan AS "last scan", s.idx_tup_read::float8 / NULLIF(s.idx_scan, 0) AS "entries/scan", s.idx_blks_hit::float8 / NULLIF(s.idx_blks_hit + s.idx_blks_read, 0) AS "cache hits"
FROM almanac.series_names n
JOIN almanac.totals('index') AS t (series_id integer, size_bytes bigint, idx_scan bigint, last_idx_scan timestamptz) ON t.series_id = n.series_id
LEFT JOIN s ON s.series_id = n.series_id
WHERE {chosen_relations('index')} ORDER BY t.size_bytes DESC NULLS LAST, n.series_id LIMIT 200""", height=16,
              units={"size": "bytes", "last scan": "dateTimeAsIso", "cache hits": "percentunit"}),
    ], [DATABASE, TEXT, STEP], events(True), start="now-24h")


BANDS = [override("80 % upper", custom__fillBelowTo="80 % lower", custom__lineWidth=0, custom__fillOpacity=25, color={"mode": "fixed", "fixedColor": "blue"}),
         override("80 % lower", custom__lineWidth=0, color={"mode": "fixed", "fixedColor": "blue"}),
         override("95 % upper", custom__fillBelowTo="95 % lower", custom__lineWidth=0, custom__fillOpacity=10, color={"mode": "fixed", "fixedColor": "light-blue"}),
         override("95 % lower", custom__lineWidth=0, color={"mode": "fixed", "fixedColor": "light-blue"}),
         override("forecast", custom__lineStyle={"fill": "dash", "dash": [8, 6]}, color={"mode": "fixed", "fixedColor": "blue"}),
         override("history", color={"mode": "fixed", "fixedColor": "green"})]


def forecast(title, description, stream, series_id, metric, unit, source="", extra="", **more):
    return timeseries(title, description, f"""
SELECT f.time, f.value AS history, f.forecast, f.lower_80 AS "80 % lower", f.upper_80 AS "80 % upper", f.lower_95 AS "95 % lower", f.upper_95 AS "95 % upper"{extra}
FROM {source}almanac.projection_chart({stream}, {series_id}, {metric}, {RANGE}) f
ORDER BY 1""", unit, overrides=BANDS, **more)


PROJECTED = query_variable("projected", "Projection", """
SELECT concat_ws(' ', p.kind, concat_ws('.', p.datname, p.schemaname, COALESCE(p.indexrelname, p.relname)), p.metric, '#' || p.series_id) AS __text,
  p.stream || ' ' || p.series_id || ' ' || p.metric AS __value
FROM almanac.projections p WHERE p.metric IN ('size_bytes') AND (p.stream, p.series_id) <> ('database', 0)
ORDER BY p.growth_per_day DESC NULLS LAST LIMIT 300""", multiple=False, description="Databases, and the tables and indexes that are projected; those that grow most first")
VOLUME = query_variable("volume", "Volume", """
SELECT DISTINCT ON (v.series_id) v.kind || ': ' || v.name || ' #' || v.series_id AS __text, v.series_id::text AS __value
FROM almanac.volume_history v WHERE v.time > now() - interval '1 hour' ORDER BY v.series_id""", multiple=False)
PART = "split_part('$projected', ' ', {})"
HAS = "(SELECT WHERE '$projected' <> '') AS n, "


def growth():
    return dashboard("growth", "growth and capacity", "What grows, to what, and when something runs out. Time reaches into the future: forecasts are drawn with the ranges that hold them with 80 and 95 %.", [
        table("Capacity", "What there is a limit to, the most urgent first. Earliest and latest are bounds of 80 %.", """
SELECT c.resource, c.name, c.unit, c.used, c."limit", c.used_share AS share, c.threshold, c.verdict, c.threshold_likely AS "threshold reached",
  c.limit_earliest AS "limit, earliest", c.limit_likely AS "limit, likely", c.limit_latest AS "limit, latest" FROM almanac.capacity c""", height=9,
              units={"share": "percentunit", "threshold": "percentunit", "threshold reached": "dateTimeAsIso", "limit, earliest": "dateTimeAsIso",
                     "limit, likely": "dateTimeAsIso", "limit, latest": "dateTimeAsIso"}),
        forecast("All databases", "Size of all databases together.", "'database'", "0", "'size_bytes'", "bytes"),
        forecast("Volume", "Use of the chosen volume by anybody.", "'volume'", "NULLIF('$volume', '')::integer", "'used_bytes'", "bytes", "(SELECT WHERE '$volume' <> '') AS n, "),
        forecast("Chosen database, table or index", "Size of what is chosen under Projection.", PART.format(1), f"NULLIF({PART.format(2)}, '')::integer", PART.format(3), "bytes", HAS),
        forecast("Connections", "Most at once in a day, or in an hour or minute while history is short.", "'system'", "n.series_id", "'connections'", "short",
                 "(SELECT s.series_id FROM almanac.series_names s WHERE s.stream = 'system') n, ", axis="connections"),
        forecast("WAL", "Bytes of WAL a day.", "'system'", "n.series_id", "'wal_bytes_per_day'", "bytes",
                 "(SELECT s.series_id FROM almanac.series_names s WHERE s.stream = 'system') n, "),
        forecast("Transactions", "Transactions a day, of all databases.", "'database'", "0", "'transactions_per_day'", "short", axis="transactions"),
        table("Projections", "What grows most.", """
SELECT p.kind, p.datname AS database, p.schemaname AS schema, COALESCE(p.indexrelname, p.relname) AS name, p.metric, p.verdict, p.now, p.growth_per_day AS "growth/day", p.in_3_months AS "in 3 months",
  p.in_12_months AS "in 12 months", p.in_12_months_lower_80 AS "at least", p.in_12_months_upper_80 AS "at most", p.backtest_error AS "error before"
FROM almanac.projections p WHERE p.metric = 'size_bytes' ORDER BY p.growth_per_day DESC NULLS LAST, p.stream, p.series_id LIMIT 100""", height=10, unit="bytes",
              units={"error before": "percentunit"}),
        table("Months", "Averages of this month beside others.", """
SELECT g.kind, g.datname AS database, g.schemaname AS schema, COALESCE(g.indexrelname, g.relname) AS name, g.this_month AS "this month", g.last_month AS "last month",
  g.average_3_months AS "3 months", g.same_month_last_year AS "a year ago", g.month_over_month AS "to last month", g.year_over_year AS "to a year ago"
FROM almanac.monthly_growth g WHERE g.metric = 'size_bytes' LIMIT 100""", height=10, unit="bytes",
              units={"to last month": "percentunit", "to a year ago": "percentunit"}),
    ], [VOLUME, PROJECTED], events(False), start="now-90d", end="now+90d")
