"""Dashboards of the server as a whole, and the alert rules."""

from pieces import *
from statements import FAILED, LATENCY
from work import alerts_firing, health_stat, urgent_stat

BY_TYPE = series("wait_names", f"{CLIENTS} AND {chosen('n.dbid', 'database')} AND {chosen('n.userid', 'role')}", "n.wait_event_type")
BY_EVENT = series("wait_names", f"{CLIENTS} AND {chosen('n.dbid', 'database')} AND {chosen('n.userid', 'role')}", "concat_ws(': ', n.wait_event_type, n.wait_event)")
BACKGROUND = series("wait_names", f"NOT {CLIENTS}", "n.backend_type")
DATABASES = series("series_names", f"n.stream = 'database' AND n.dbid > 0 AND {chosen('n.dbid', 'database')}", "n.datname")


def system(title, description, metrics, unit, scale="c.value", **more):
    return timeseries(title, description, lines("system", metrics, scale=scale), unit, **more)


def overview():
    return dashboard("overview", "overview", "The server at a glance.", [
        health_stat(width=3), urgent_stat(width=3),
        stat("Recording", "State of the recorder.", "SELECT s.state AS value FROM almanac.status s", "string", width=3),
        stat("Last snapshot", "Time since history was last written.", "SELECT extract(epoch FROM s.since_last_snapshot)::float8 AS value FROM almanac.status s", "s",
             width=3, thresholds=[(300, "orange"), (900, "red")]),
        stat("Open regressions", "What got slower or dearer for good.", "SELECT count(*) AS value FROM almanac.regressions r WHERE r.state IN ('open', 'watch')", "short",
             width=3, thresholds=[(1, "orange")]),
        stat("Runs out within 90 days", "Resources whose limit may be reached by then, by the earliest date.", """
SELECT count(*) AS value FROM almanac.capacity c WHERE c.verdict LIKE '%reached' OR c.limit_earliest < now() + interval '90 days'""", "short", width=3, thresholds=[(1, "orange")]),
        stat("History", "What pg_almanac has stored.", "SELECT s.history_bytes AS value FROM almanac.status s", "bytes", width=3),
        stat("Coverage of latencies", "Share of the calls in the last snapshot that have a latency.", "SELECT s.latency_coverage AS value FROM almanac.status s", "percentunit", width=3),
        alerts_firing(),
        timeseries("Transactions", "Committed and rolled back, a second, by database.", by_label("database", "xact_commit,xact_rollback", DATABASES), "cps", stack=True),
        timeseries("Sessions at work", "Client sessions by what they wait for, on average; CPU: for nothing.", by_label("wait", "wait_ms", BY_TYPE, "c.value / 1000"), "none", "sessions", stack=True),
        timeseries("Latency", "Percentiles of the execution time of all top-level statements.", lines("statement", LATENCY, TOP_LEVEL + ", ", ", n.ids"), "ms"),
        timeseries("Failed executions", "Errors, cancellations and statement timeouts a second.", lines("statement", FAILED, TOP_LEVEL + ", ", ", n.ids"), "cps"),
        system("CPU of the machine", "CPUs in use, also by what else runs there.",
               {"cpu_user_ms": "programs", "cpu_system_ms": "kernel", "cpu_iowait_ms": "waiting for I/O", "cpu_steal_ms": "stolen"}, "none", "c.value / 1000", axis="CPUs", stack=True),
        system("Memory of the machine", "Memory that programs could get, of what there is.", {"memory_total_bytes": "total", "memory_available_bytes": "available", "swap_used_bytes": "swap in use"}, "bytes"),
        system("Connections", "Client connections at the end of each step.", {"connections": "all", "connections_active": "active", "connections_idle_in_transaction": "idle in transaction", "max_connections": "limit"}, "short", axis="connections"),
        timeseries("Size of databases", "On disk.", by_label("database", "size_bytes", DATABASES), "bytes", stack=True),
        table("Top statements", "Ten that took most time. Dashboard statements has more.", f"""
WITH {WINDOW}
SELECT t.datname AS database, t.rolname AS role, t.calls, t.total_exec_ms AS total, t.share, t.mean_exec_ms AS mean, t.p95_ms AS p95, t.errors, left(t.query, 200) AS query
FROM w, almanac.top_statements(w.since, w.until, 'total_exec_ms', 10) t""", units={"total": "ms", "share": "percentunit", "mean": "ms", "p95": "ms"}),
    ], [DATABASE, ROLE, STEP], [*events(True), ALERTS])


def waits():
    return dashboard("waits", "waits and connections", "What sessions wait for, and who is connected.", [
        timeseries("Sessions at work", "Client sessions by kind of wait, on average; CPU: for nothing.", by_label("wait", "wait_ms", BY_TYPE, "c.value / 1000"), "none", "sessions", width=24, stack=True),
        timeseries("By event", "The same by single event.", by_label("wait", "wait_ms", BY_EVENT, "c.value / 1000"), "none", "sessions", stack=True),
        timeseries("Other processes", "Autovacuum, replication, checkpointer and so on, by kind of process.", by_label("wait", "wait_ms", BACKGROUND, "c.value / 1000"), "none", "sessions", stack=True),
        table("Waits", "Longest first, each with the statement that did most of it. Of all databases and roles.", f"""
SELECT w.wait_event_type AS type, w.wait_event AS event, w.seconds, w.avg_active_sessions AS sessions, w.share, w.statements, w.top_datname AS database, w.top_share AS "its share", left(w.top_query, 200) AS query
FROM almanac.top_waits({RANGE}, 30) w""", height=10, units={"seconds": "s", "sessions": "none", "share": "percentunit", "its share": "percentunit"}),
        system("Connections", "By state, at the end of each step.", {"connections_active": "active", "connections_idle": "idle", "connections_idle_in_transaction": "idle in transaction"}, "short", axis="connections", stack=True),
        system("Waiting for a lock", "Client connections, at the end of each step.", {"connections_waiting": "waiting"}, "short", axis="connections"),
        timeseries("New sessions", "Sessions established a second, by database.", by_label("database", "sessions", DATABASES), "cps", stack=True),
        timeseries("Sessions that ended badly", "Abandoned by the client, killed, or by a fatal error, a second.", f"""
SELECT c.time, c.metric, sum(c.value) AS value FROM {DATABASES}, {chart('database', 'sessions_abandoned,sessions_fatal,sessions_killed', ', n.ids')}
GROUP BY 1, 2 ORDER BY 1, 2""", "cps"),
        timeseries("Deadlocks and conflicts", "Deadlocks, and queries cancelled by conflicts with recovery, a second.", f"""
SELECT c.time, c.metric, sum(c.value) AS value FROM {DATABASES}, {chart('database', 'deadlocks,conflicts', ', n.ids')}
GROUP BY 1, 2 ORDER BY 1, 2""", "cps"),
        timeseries("Idle in a transaction", "Sessions, on average, by database.", by_label("database", "idle_in_transaction_ms", DATABASES, "c.value / 1000"), "none", "sessions"),
        system("Oldest snapshot", "Age in transactions of the oldest snapshot of any session: what vacuum cannot remove.", {"oldest_xmin_age": "age"}, "short", axis="transactions"),
        system("Prepared transactions", "At the end of each step.", {"prepared_xacts": "prepared"}, "short", axis="transactions"),
    ], [DATABASE, ROLE, STEP], [*events(True), ALERTS])


def wal():
    slots = """SELECT date_bin('$step', r.time, '2000-01-01 00:00+00') + '$step' AS time, r.name AS metric, max({column}) AS value
FROM almanac.replication_history r WHERE $__timeFilter(r.time) AND r.kind = '{kind}' AND {column} IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"""
    return dashboard("wal", "checkpoints, WAL and replication", "What is written, and who follows.", [
        system("WAL", "Bytes a second.", {"wal_bytes": "WAL"}, "Bps"),
        system("WAL records", "Records and images of full pages a second.", {"wal_records": "records", "wal_fpi": "full page images"}, "cps"),
        system("Checkpoints", "Scheduled and requested ones an hour.", {"checkpoints_timed": "scheduled", "checkpoints_req": "requested", "restartpoints_timed": "restartpoints, scheduled", "restartpoints_req": "restartpoints, requested"},
               "short", "c.value * 3600", axis="an hour"),
        system("Time in checkpoints", "Share of the time spent writing and syncing files in checkpoints.", {"checkpoint_write_ms": "writing", "checkpoint_sync_ms": "syncing"}, "percentunit", "c.value / 1000"),
        system("Buffers written", "Buffers a second, by who wrote them.", {"buffers_checkpoint": "checkpoints", "buffers_clean": "background writer", "buffers_backend": "backends"}, "cps", stack=True),
        system("WAL writes", "Writes and syncs a second, and how often the WAL buffers were full.", {"wal_write": "writes", "wal_sync": "syncs", "wal_buffers_full": "buffers full"}, "cps"),
        system("Archiver", "WAL files archived, and failed attempts, an hour.", {"archived_count": "archived", "failed_count": "failed"}, "short", "c.value * 3600", axis="an hour"),
        timeseries("Volumes, I/O", "Bytes read and written a second, by volume.", f"""
SELECT c.time, c.label || CASE c.metric WHEN 'read_bytes' THEN ': read' ELSE ': written' END AS metric, c.value
FROM (SELECT COALESCE(array_agg(v.series_id ORDER BY v.series_id), '{{}}') AS ids, COALESCE(array_agg(v.name::text ORDER BY v.series_id), '{{}}') AS names
  FROM (SELECT DISTINCT h.series_id, h.name FROM almanac.volume_history h WHERE h.time > now() - interval '1 hour') v) n,
  {chart('volume', 'read_bytes,write_bytes', ', n.ids, n.names')}
ORDER BY 1, 2""", "Bps"),
        timeseries("Standbys, lag in bytes", "WAL that a standby has not replayed. A standby that is not connected has no line.", slots.format(column="r.replay_lag_bytes", kind="standby"), "bytes"),
        timeseries("Standbys, lag in time", "Time from flush here to replay there.", slots.format(column="r.replay_lag_us / 1e6", kind="standby"), "s"),
        timeseries("Slots, WAL kept", "WAL that is kept for each replication slot; only steps in which something changed have a point.", slots.format(column="r.retained_bytes", kind="slot"), "bytes", showPoints="always"),
        system("Slots", "Replication slots, and those that nobody reads from.", {"replication_slots": "slots", "replication_slots_inactive": "inactive"}, "short", axis="slots"),
    ], [STEP], [*events(False), ALERTS])


def rule(uid, title, sql, above, summary, waiting="5m", severity="warning"):
    """A rule on one number. Grafana does not replace dashboard variables in rules, so there are none, nor macros of time."""
    source = {"type": "grafana-postgresql-datasource", "uid": "pg_almanac"}
    expression = {"type": "__expr__", "uid": "__expr__"}
    data = [{"refId": "A", "relativeTimeRange": {"from": 600, "to": 0}, "datasourceUid": "pg_almanac",
             "model": {"refId": "A", "datasource": source, "editorMode": "code", "format": "table", "rawQuery": True, "rawSql": sql.strip(), "intervalMs": 60000, "maxDataPoints": 100}},
            {"refId": "B", "relativeTimeRange": {"from": 600, "to": 0}, "datasourceUid": "__expr__",
             "model": {"refId": "B", "datasource": expression, "type": "threshold", "expression": "A", "intervalMs": 60000, "maxDataPoints": 100,
                       "conditions": [{"type": "query", "evaluator": {"type": "gt", "params": [above]}, "operator": {"type": "and"}, "query": {"params": ["B"]}, "reducer": {"type": "last", "params": []}}]}}]
    return {"uid": f"almanac-{uid}", "title": title, "condition": "B", "data": data, "noDataState": "OK", "execErrState": "Error", "for": waiting,
            "annotations": {"summary": summary}, "labels": {"severity": severity, "source": "pg_almanac"}, "isPaused": False}


def alerts():
    return {"apiVersion": 1, "groups": [{"orgId": 1, "name": "pg_almanac", "folder": "pg_almanac", "interval": "1m", "rules": [
        rule("silent", "No snapshot", "SELECT COALESCE(extract(epoch FROM s.since_last_snapshot) / extract(epoch FROM s.snapshot_interval), 100)::float8 AS value FROM almanac.status s", 5,
             "Nothing was recorded for five intervals: see almanac.status, columns state and last_error.", "1m", "critical"),
        rule("regression", "A statement got slower", "SELECT count(*)::float8 AS value FROM almanac.regressions r WHERE r.state = 'open' AND r.found > now() - interval '1 day'", 0,
             "New within a day in almanac.regressions.", "0s"),
        rule("limit", "A limit may be reached within two weeks", """
SELECT count(*)::float8 AS value FROM almanac.capacity c WHERE c.verdict = 'limit reached' OR c.limit_earliest < now() + interval '14 days'""", 0, "See almanac.capacity.", "10m", "critical"),
        rule("threshold", "A resource is short", "SELECT count(*)::float8 AS value FROM almanac.capacity c WHERE c.verdict IN ('threshold reached', 'limit reached')", 0, "See almanac.capacity.", "10m"),
        rule("findings", "Urgent findings", "SELECT count(*)::float8 AS value FROM almanac.findings f WHERE f.state = 'open' AND f.severity IN ('P0', 'P1')", 0, "Findings of severity P0 or P1: see almanac.findings.", "0s"),
        rule("alert", "pg_almanac raised an alert", "SELECT count(*)::float8 AS value FROM almanac.alerts a WHERE a.state = 'firing' AND a.severity IN ('P0', 'P1')", 0,
             "Alerts of severity P0 or P1 that nobody muted: see almanac.alerts, and what to do about noise in docs/alerts.md.", "0s", "critical"),
        rule("metric", "A metric is not what it must be", "SELECT count(*)::float8 AS value FROM almanac.metrics m WHERE NOT m.holds", 0, "See almanac.metrics, column holds."),
        rule("errors", "Many statements fail", """
SELECT COALESCE(sum(l.errors)::float8 / NULLIF(sum(l.calls) + sum(l.errors), 0), 0)::float8 AS value FROM almanac.server_latency_history l WHERE l.time > now() - interval '10 minutes'""", 0.05,
             "More than 5 % of all executions of the last ten minutes failed."),
        rule("locks", "Sessions wait for locks", """
SELECT COALESCE(sum(w.wait_ms), 0)::float8 / 600000 AS value FROM almanac.wait_history w
WHERE w.time > now() - interval '10 minutes' AND w.wait_event_type = 'Lock' AND w.backend_type = 'client backend'""", 5, "More than five sessions on average waited for locks in the last ten minutes."),
        rule("archiver", "WAL is not archived", "SELECT COALESCE(sum(s.failed_count), 0)::float8 AS value FROM almanac.system_history s WHERE s.time > now() - interval '10 minutes'", 0,
             "archive_command or archive_library failed in the last ten minutes."),
    ]}]}
