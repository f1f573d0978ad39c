"""Dashboards of what to do, and of the user's own numbers."""

from pieces import *

HEALTH = [{"type": "value", "options": {status: {"color": color, "index": index} for index, (status, color) in
                                        enumerate((("GREEN", "green"), ("YELLOW", "orange"), ("RED", "red")))}}]
OF_DATABASE = f"(f.dbid IS NULL OR f.dbid = 0 OR {chosen('f.dbid', 'database')})"
METRIC = query_variable("metric", "Metric", "SELECT m.name AS __text, m.name AS __value FROM almanac.metrics m ORDER BY 1", multiple=False)
# One line for each set of labels; a step has the mean of its intervals.
OF_METRIC = """
SELECT date_bin('$step', h.time - interval '1 us', '2000-01-01 00:00+00') + '$step' AS time, COALESCE(NULLIF(h.labels::text, '{{}}'), h.metric) AS metric, avg(h.{column}) AS value
FROM almanac.metric_history h WHERE $__timeFilter(h.time) AND h.metric = '$metric' AND h.{column} IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"""


def health_stat(**more):
    return stat("Health", "GREEN, YELLOW or RED, of all areas together.", "SELECT h.status AS value FROM almanac.health_status() h", "string", mappings=HEALTH, **more)


def urgent_stat(**more):
    return stat("Urgent findings", "Open findings of severity P0 or P1.", "SELECT count(*) AS value FROM almanac.findings f WHERE f.state = 'open' AND f.severity IN ('P0', 'P1')", "short",
                thresholds=[(1, "red")], **more)


def alerts_firing():
    return table("Alerts", "What fires now, the most urgent first. Those that are muted come last.", """
SELECT a.severity, a.state || CASE WHEN a.quiet THEN ', quiet' ELSE '' END AS state, a.area, a.title, a.message, a.members, a.raised, a.times_raised AS "times raised", a.acknowledged_by AS "acknowledged by",
  NULLIF(a.muted_until, 'infinity') AS "muted until", a.alert_id AS "#"
FROM almanac.alerts a WHERE a.state <> 'cleared'""", height=6, wide={"severity": 80, "state": 110, "area": 110, "title": 280, "message": 420, "members": 90, "times raised": 110, "#": 60})


def findings():
    return dashboard("findings", "findings and health", "What to do, in what order, and what it brought.", [
        health_stat(width=6), urgent_stat(width=6),
        stat("Open findings", "Of all severities.", "SELECT count(*) AS value FROM almanac.findings f WHERE f.state = 'open'", "short", width=6),
        stat("Applied", "Findings of the last 30 days that somebody acted on.", "SELECT count(*) AS value FROM almanac.findings f WHERE f.state IN ('applied', 'validated') AND f.ended > now() - interval '30 days'", "short",
             width=6),
        table("Areas", "Health by area, with the reason.", "SELECT h.area, h.status, h.reason, h.findings FROM almanac.health h", height=7, wide={"area": 120, "status": 100, "findings": 100}),
        table("Work list", "What comes first costs most for the least effort. Nothing is ever applied by itself.", f"""
SELECT f.finding_id AS "#", f.severity, f.priority, replace(f.kind, '_', ' ') AS kind, f.datname AS database, f.object, f.message, f.seconds_per_day AS "a day", f.bytes, f.benefit, f.sql, f.locks, f.effort, f.state,
  f.first_seen AS since
FROM almanac.findings f WHERE f.state IN ('open', 'acknowledged') AND {OF_DATABASE} ORDER BY f.severity, f.priority DESC, f.finding_id LIMIT 200""",
              height=14, units={"a day": "s", "bytes": "bytes"}, wide={"#": 60, "severity": 80, "priority": 80, "message": 400, "sql": 400}),
        table("What became of them", "The last ones that ended: what somebody did about them, and whether it helped.", f"""
SELECT f.ended, f.finding_id AS "#", replace(f.kind, '_', ' ') AS kind, f.datname AS database, f.object, f.state, f.verdict, f.measure, f.value_before AS before, f.value_after AS after
FROM almanac.findings f WHERE f.ended IS NOT NULL AND {OF_DATABASE} ORDER BY f.ended DESC, f.finding_id LIMIT 100""", wide={"#": 60}),
        alerts_firing(),
        table("Alert history", "When alerts were raised, cleared, acknowledged or changed their severity, within the window.", """
SELECT a.time, a.event, a.severity, replace(a.kind, '_', ' ') AS kind, a.title, a.members, a.minutes * 60 AS lasted, a.muted, a.acknowledged_by AS "acknowledged by", a.cause, a.alert_id AS "#"
FROM almanac.alert_history a WHERE $__timeFilter(a.time) ORDER BY a.time DESC, a.alert_id DESC LIMIT 500""", height=10, units={"lasted": "s"},
              wide={"event": 110, "severity": 80, "title": 320, "members": 90, "muted": 80, "#": 60}),
        table("Noise of alerts", "Week by week: an alert that nobody acts on teaches everybody to look away.", """
SELECT n.week, n.alerts, n.raised, n.cleared, n.acknowledged, n.acknowledged_share AS "acknowledged share", n.flapping, n.short, n.median_minutes * 60 AS "lasted, median", n.noisiest
FROM almanac.alert_noise n ORDER BY n.week DESC LIMIT 53""", width=12, units={"acknowledged share": "percentunit", "lasted, median": "s"}, wide={"noisiest": 200}),
        table("Overnight", "What happened since yesterday 18:00 by the time zone of the server, on Monday since Friday.", """
SELECT o.time, o.kind, o.severity, o.what FROM almanac.overnight() o ORDER BY o.time, o.kind, o.what LIMIT 500""", width=12, wide={"kind": 150, "severity": 80, "what": 500}),
    ], [DATABASE])


def metrics():
    return dashboard("metrics", "your own metrics", "Queries, pushed values and ratios, as they were added.", [
        table("Metrics", "State of each: whether its last run was well, and what is expected holds.", """
SELECT m.name, m.kind, m.state, m.holds, m.last_value AS value, m.unit, m.last_time AS time, m.series, m.failures, m.error FROM almanac.metrics m ORDER BY m.name""", height=10, wide={"error": 400}),
        timeseries("Value", "Of the chosen metric, a line for each set of labels.", OF_METRIC.format(column="value"), "short", axis="unit of the metric", width=24, height=10, minimum=None),
        timeseries("Growth a second", "Of a counter.", OF_METRIC.format(column="per_second"), "short", axis="a second", width=24),
    ], [METRIC, STEP], events(False))


OBJECTIVES = """
SELECT h.time, o.name AS metric, h.{column} AS value
FROM almanac.objectives o CROSS JOIN LATERAL almanac.objective_history(o.name, $__timeFrom(), $__timeTo(), '$step') h
WHERE h.{column} < 'infinity' ORDER BY 1, 2"""


def objectives():
    return dashboard("objectives", "objectives and optimizations", "What the server promises to be, and what was done to make it faster.", [
        table("Objectives", "Whether each is met, and how much of what may miss is left.", """
SELECT o.name, o.state, o.metric, o.comparison AS is, o.target, o.actual, o.unit, o.budget_left_share AS "budget left", o.burn_rate AS "burn rate", o."window"::text AS "window", o.since, o.reason
FROM almanac.objectives o ORDER BY o.name""", height=8, units={"budget left": "percentunit"}, wide={"reason": 300}),
        timeseries("Error budget left", "Of the window of each objective that ended then; below 0 it was missed.", OBJECTIVES.format(column="budget_left_share"), "percentunit", width=12, minimum=None),
        timeseries("Burn rate", "1 uses up the budget in exactly the window.", OBJECTIVES.format(column="burn_rate"), "short", axis="times too fast", width=12),
        table("Optimizations", "Before and after, whether that is more than chance, and what was saved so far.", """
SELECT z.id AS "#", z.title, z.state, z.verdict, z.origin, z.finished, z.mean_before_ms AS "mean before", z.mean_after_ms AS "mean after", z.p_value AS "p", z.saved_seconds_per_day AS "saved a day",
  z.saved_seconds_total AS "saved so far", z.saved_bytes AS "saved bytes", z.note
FROM almanac.optimizations z ORDER BY z.id DESC LIMIT 200""", height=10, units={"mean before": "ms", "mean after": "ms", "saved a day": "s", "saved so far": "s", "saved bytes": "bytes"},
              wide={"#": 60, "title": 300, "note": 300}),
    ], [STEP], events(False), start="now-7d")
