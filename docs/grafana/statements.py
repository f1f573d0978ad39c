"""Dashboards of statements: all of them, and one of them."""

from pieces import *

FILTERS = [DATABASE, ROLE, STEP]

ORDER = {"type": "custom", "name": "order", "label": "Order by", "query": "total_exec_ms,calls,rows,shared_blks_read,temp_blks_written,wal_bytes,errors",
         "multi": False, "includeAll": False, "hide": 0, "skipUrlSync": False,
         "options": [], "current": {"selected": True, "text": "total_exec_ms", "value": "total_exec_ms"}}


def best(columns, number):
    """Sums of the statements that took most of something: what decides is summed for all, the rest for the best."""
    return f"""
{WINDOW}, best AS MATERIALIZED (
  SELECT s.series_id, CASE '$order' WHEN 'calls' THEN s.calls WHEN 'rows' THEN s.rows WHEN 'shared_blks_read' THEN s.shared_blks_read
    WHEN 'temp_blks_written' THEN s.temp_blks_written WHEN 'wal_bytes' THEN s.wal_bytes WHEN 'errors' THEN s.errors ELSE s.total_exec_ms END AS rank
  FROM {TOP_LEVEL}, w, almanac.sums('statement', w.since, w.until, n.ids) AS s (series_id integer, calls bigint, rows bigint, total_exec_ms float8,
    shared_blks_read bigint, temp_blks_written bigint, wal_bytes bigint, errors bigint)
  ORDER BY 2 DESC NULLS LAST, 1 LIMIT {number}
)""" + (f""", top AS (
  SELECT s.* FROM w, almanac.sums('statement', w.since, w.until, ARRAY(SELECT b.series_id FROM best b)) AS s (series_id integer, {columns})
)""" if columns else "")


LATENCY = {"p50_ms": "p50", "p95_ms": "p95", "p99_ms": "p99"}
FAILED = {"errors": "errors", "cancels": "cancelled", "timeouts": "timeouts"}


def top_series(title, description, metric, unit, scale="c.value", stack=True, axis=""):
    return timeseries(title, description, f"""
WITH {best('', 10).strip()},
n AS (SELECT COALESCE(array_agg(b.series_id ORDER BY b.series_id), '{{}}') AS ids, COALESCE(array_agg('#' || b.series_id ORDER BY b.series_id), '{{}}') AS names FROM best b)
SELECT c.time, c.label AS metric, {scale} AS value
FROM n, {chart('statement', metric, ', n.ids, n.names')}
ORDER BY 1, 2""", unit, axis, stack=stack)


def statements():
    return dashboard("statements", "statements", "What statements take, how long calls last, and which fail. Numbers in legends are those of column # below.", [
        timeseries("Latency", "Percentiles of the execution time of all calls together, of top-level statements.",
                   lines("statement", LATENCY, TOP_LEVEL + ", ", ", n.ids"), "ms"),
        heatmap("Latency, all calls", "How many calls took how long. Each row of cells is twice as long as the one below.", f"""
SELECT h.time, CASE WHEN h.upper_ms = 'Infinity' THEN '+Inf' ELSE round(h.upper_ms::numeric, 3)::text END AS metric, h.calls AS value
FROM {TOP_LEVEL}, almanac.latency_heatmap({RANGE}, '$step', n.ids) h
ORDER BY 1, h.upper_ms"""),
        top_series("Execution time, the ten that took most", "Statements executing at a time, on average.", "total_exec_ms", "none", "c.value / 1000", axis="sessions"),
        top_series("95th percentile, the same ten", "Of each of the ten statements that took most.", "p95_ms", "ms", stack=False),
        top_series("Calls, the same ten", "Calls a second.", "calls", "reqps"),
        timeseries("Failed executions", "Errors, cancellations and statement timeouts a second.",
                   lines("statement", FAILED, TOP_LEVEL + ", ", ", n.ids"), "cps"),
        table("Top statements", "The 50 statements that took most of what is chosen under Order by. Click a number for all about one.", f"""
WITH {best('calls bigint, rows bigint, total_exec_ms float8, shared_blks_hit bigint, shared_blks_read bigint, temp_blks_written bigint, wal_bytes bigint, errors bigint, latency almanac.histogram', 50).strip()}
SELECT t.series_id AS "#", n.datname AS database, n.rolname AS role, t.calls, t.total_exec_ms AS total, t.total_exec_ms / NULLIF(t.calls, 0) AS mean,
  almanac.quantile(t.latency, 0.5) AS p50, almanac.quantile(t.latency, 0.95) AS p95, almanac.quantile(t.latency, 0.99) AS p99,
  t.rows::float8 / NULLIF(t.calls, 0) AS "rows/call", (t.shared_blks_hit + t.shared_blks_read)::float8 / NULLIF(t.calls, 0) AS "blocks/call",
  t.temp_blks_written AS "temp blocks", t.wal_bytes AS wal, t.errors, left(n.query, 300) AS query
FROM top t JOIN best b ON b.series_id = t.series_id JOIN almanac.statement_names n ON n.series_id = t.series_id
ORDER BY b.rank DESC NULLS LAST, t.series_id""", height=14,
              units={"#": "none", "total": "ms", "mean": "ms", "p50": "ms", "p95": "ms", "p99": "ms", "wal": "bytes"},
              links={"#": ("All about it", link("statement", statement="${__value.raw}", database="0", role="0"))},
              wide={"#": 70, "query": 500}),
    ], [*FILTERS, ORDER], events(True))


OF_ONE = f"""FROM almanac.statement_names n WHERE n.series_id = {STATEMENT}"""
WAITS_OF_ONE = series("wait_names", f"EXISTS (SELECT FROM almanac.statement_names k WHERE k.series_id = {STATEMENT} AND k.queryid = n.queryid AND k.dbid = n.dbid)",
                      "concat_ws(': ', n.wait_event_type, n.wait_event)")
PLANS_OF_ONE = series("plans", f"EXISTS (SELECT FROM almanac.statement_names k WHERE k.series_id = {STATEMENT} AND (k.queryid, k.dbid, k.userid, k.toplevel) = (n.queryid, n.dbid, n.userid, n.toplevel))",
                      "n.plan_id")


def of_one(title, description, metrics, unit, **more):
    return timeseries(title, description, lines("statement", metrics, ONE + ", ", ", n.ids", more.pop("scale", "c.value")), unit, **more)


def statement():
    return dashboard("statement", "one statement", "One statement in detail: latency, errors, blocks, waits, plans.", [
        table("Statement", "Its text, as far as the data source's role may see it.", f"""
SELECT n.datname AS database, n.rolname AS role, n.queryid::text AS queryid, n.first_seen, n.query {OF_ONE}""", height=4,
              units={"queryid": "string", "first_seen": "dateTimeAsIso"}, wide={"query": 1100}),
        of_one("Latency", "Percentiles and mean of the execution time.", {**LATENCY, "mean_exec_ms": "mean"}, "ms"),
        heatmap("Latency, all calls", "How many calls took how long.", f"""
SELECT h.time, CASE WHEN h.upper_ms = 'Infinity' THEN '+Inf' ELSE round(h.upper_ms::numeric, 3)::text END AS metric, h.calls AS value
FROM {ONE}, almanac.latency_heatmap({RANGE}, '$step', n.ids, 2) h
ORDER BY 1, h.upper_ms"""),
        of_one("Calls", "Calls a second.", {"calls": "calls"}, "reqps", width=8),
        of_one("Failed executions", "Errors, cancellations and statement timeouts a second.", FAILED, "cps", width=8),
        of_one("Rows", "Rows returned or affected, per call.", {"rows_per_call": "rows"}, "short", axis="rows", width=8),
        of_one("Blocks", "Blocks per call: shared ones found in the cache and read, temporary ones written.",
               {"shared_blks_hit_per_call": "hit", "shared_blks_read_per_call": "read", "temp_blks_written_per_call": "temp written"}, "short", axis="blocks", width=8),
        of_one("I/O and planning time", "Per call, where track_io_timing and pg_stat_statements.track_planning are on.",
               {"shared_blk_read_ms_per_call": "reading", "shared_blk_write_ms_per_call": "writing", "mean_plan_ms": "planning"}, "ms", width=8),
        of_one("WAL", "Bytes of WAL a second.", {"wal_bytes": "WAL"}, "Bps", width=8),
        timeseries("What it waits for", "Sessions executing it, by what they wait for; CPU: for nothing.",
                   by_label("wait", "wait_ms", WAITS_OF_ONE, "c.value / 1000"), "none", "sessions", stack=True),
        timeseries("Plans", "Mean execution time with each of its plans.", f"""
SELECT c.time, c.label AS metric, max(c.value) FILTER (WHERE c.metric = 'total_exec_ms') / max(c.value) FILTER (WHERE c.metric = 'calls') AS value
FROM {PLANS_OF_ONE},
  {chart('plan', 'calls,total_exec_ms', ', n.ids, n.names')}
GROUP BY 1, 2 HAVING max(c.value) FILTER (WHERE c.metric = 'calls') > 0 ORDER BY 1, 2""", "ms"),
        table("Plans it ran with", "Since recording began. Times are estimates where not all executions were measured.", f"""
SELECT p.plan_id::text AS plan_id, p.first_seen, p.last_seen, p.calls, p.mean_exec_ms AS mean, p.sampled, p.plan
FROM almanac.plans p JOIN almanac.statement_names n ON (n.queryid, n.dbid, n.userid, n.toplevel) = (p.queryid, p.dbid, p.userid, p.toplevel)
WHERE n.series_id = {STATEMENT} ORDER BY p.last_seen DESC NULLS LAST LIMIT 20""", height=10,
              units={"plan_id": "string", "first_seen": "dateTimeAsIso", "last_seen": "dateTimeAsIso", "mean": "ms"}, wide={"plan": 800}),
    ], [DATABASE, ROLE, SEARCH, STATEMENTS, STEP], [
        *events(True),
        annotation("Other plan", f"""
SELECT p.time, 'plan ' || p.old_plan_id || ' -> ' || p.new_plan_id AS text, 'plan_changed' AS tags
FROM almanac.plan_changes({RANGE}) p JOIN almanac.statement_names n ON (n.queryid, n.dbid, n.userid, n.toplevel) = (p.queryid, p.dbid, p.userid, p.toplevel)
WHERE n.series_id = {STATEMENT} ORDER BY 1 LIMIT 200""", "purple"),
    ])


REGRESSION = """SELECT r.id, r.state, r.started, r.datname AS database, r.metric, r.value_before AS before, r.value_after AS after, r.change,
  {cost} AS "s/day", {cause}left(r.query, 300) AS query, CASE WHEN r.stream = 'statement' THEN r.series_id END AS "#"
FROM almanac.{view} r
WHERE r.state <> 'minor' AND (0::bigint IN ($database) OR r.datname IN (SELECT d.datname FROM almanac.series_names d WHERE d.stream = 'database' AND d.dbid::bigint IN ($database)))
ORDER BY {cost} DESC NULLS LAST, r.id LIMIT 100"""
OF_REGRESSION = {"units": {"id": "none", "#": "none", "started": "dateTimeAsIso", "change": "percentunit", "s/day": "s"},
                 "links": {"#": ("All about it", link("statement", statement="${__value.raw}", database="0", role="0"))},
                 "wide": {"id": 60, "#": 70, "state": 90}}


def regressions():
    return dashboard("regressions", "regressions and improvements", "What got slower or dearer, since when, at what cost and why; and what got better.", [
        stat("Open regressions", "Stories that are open or under watch.", "SELECT count(*) AS value FROM almanac.regressions r WHERE r.state IN ('open', 'watch')",
             "short", 6, thresholds=[(1, "orange")]),
        stat("They cost", "Seconds of execution a day, of those that are open.", "SELECT COALESCE(sum(r.seconds_per_day), 0) AS value FROM almanac.regressions r WHERE r.state = 'open'", "s", 6),
        stat("Held improvements", "Improvements that still hold.", "SELECT count(*) AS value FROM almanac.improvements r WHERE r.state = 'open'", "short", 6),
        stat("They save", "Seconds of execution a day.", "SELECT COALESCE(sum(r.seconds_saved_per_day), 0) AS value FROM almanac.improvements r WHERE r.state = 'open'", "s", 6),
        table("Regressions", "The costliest first, whenever they began. almanac.explain_regression(id) tells all about one.",
              REGRESSION.format(view="regressions", cost="r.seconds_per_day", cause="r.cause, "), height=12, **OF_REGRESSION),
        table("Improvements", "What got faster or cheaper, whenever it did.",
              REGRESSION.format(view="improvements", cost="r.seconds_saved_per_day", cause=""), height=8, **OF_REGRESSION),
        table("Statements against the window before", "This window beside one of the same length before it: the largest differences of execution time.", f"""
WITH {WINDOW}
SELECT c.datname AS database, c.rolname AS role, c.calls1 AS "calls before", c.calls2 AS calls, c.mean_exec_ms1 AS "mean before", c.mean_exec_ms2 AS mean, c.mean_change AS change,
  c.p95_ms1 AS "p95 before", c.p95_ms2 AS p95, c.exec_s_per_day_change AS "s/day more", left(c.query, 300) AS query
FROM w, almanac.compare(w.since - (w.until - w.since), w.since, w.since, w.until) c
WHERE (0::bigint IN ($database) OR c.datname IN (SELECT d.datname FROM almanac.series_names d WHERE d.stream = 'database' AND d.dbid::bigint IN ($database)))
LIMIT 50""", height=12, units={"mean before": "ms", "mean": "ms", "change": "percentunit", "p95 before": "ms", "p95": "ms", "s/day more": "s"}),
        table("Other plans", "Statements that began to run with another plan in this window.", f"""
SELECT p.time, p.datname AS database, p.rolname AS role, n.series_id AS "#", p.old_plan_id::text AS "old plan", p.new_plan_id::text AS "new plan",
  p.old_mean_ms AS "mean before", p.new_mean_ms AS mean, p.mean_change AS change, left(p.query, 300) AS query
FROM almanac.plan_changes({RANGE}) p JOIN almanac.statement_names n ON (n.queryid, n.dbid, n.userid, n.toplevel) = (p.queryid, p.dbid, p.userid, p.toplevel)
WHERE {chosen('p.dbid', 'database')} ORDER BY p.time DESC LIMIT 100""", height=8,
              units={"#": "none", "old plan": "string", "new plan": "string", "mean before": "ms", "mean": "ms", "change": "percentunit"},
              links=OF_REGRESSION["links"]),
    ], [DATABASE, STEP], events(True), start="now-24h")
