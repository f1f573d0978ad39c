"""What dashboards are made of: panels, variables, links, and the SQL that they share. generate.py puts them together."""

SOURCE = {"type": "grafana-postgresql-datasource", "uid": "${datasource}"}
TAG = "pg_almanac"

# Variables hold ids, never names: a name may have quotes, and is not unique over time. 0 stands for all.
RANGE = "$__timeFrom(), $__timeTo()"
# The same for functions that do not know of steps: history is read as coarse as the steps are.
WINDOW = ("w AS MATERIALIZED (SELECT $__timeFrom()::timestamptz AS since, $__timeTo()::timestamptz AS until,\n"
          "  set_config('pg_almanac.grain', almanac.chart_grain('$step'), true))")
STATEMENT = "NULLIF('$statement', '')::integer"


def chosen(column, variable):
    return f"(0::bigint IN (${variable}) OR {column}::bigint IN (${variable}))"


# The series that stand for what is chosen, with or without a name for each in the legend.
def series(view, condition, label=None):
    ids = f"COALESCE(array_agg(n.series_id ORDER BY n.series_id), '{{}}') AS ids"
    names = f", COALESCE(array_agg(({label})::text ORDER BY n.series_id), '{{}}') AS names" if label else ""
    return f"(SELECT {ids}{names} FROM almanac.{view} n WHERE {condition}) n"


TOP_LEVEL = series("statement_names", f"n.toplevel AND {chosen('n.dbid', 'database')} AND {chosen('n.userid', 'role')}")
ONE = f"(SELECT ARRAY[{STATEMENT}] AS ids WHERE {STATEMENT} IS NOT NULL) n"
CLIENTS = "n.backend_type IN ('client backend', 'parallel worker')"


def chart(stream, metrics, more=""):
    return f"almanac.chart_data('{stream}', '{{{metrics}}}', {RANGE}, '$step'{more}) c"


# One line for each metric, named in the legend; each an expression over value.
def lines(stream, metrics, source="", more="", scale="c.value"):
    names = " ".join(f"WHEN '{metric}' THEN '{name}'" for metric, name in metrics.items())
    return (f"SELECT c.time, CASE c.metric {names} END AS metric, {scale} AS value\n"
            f"FROM {source}{chart(stream, ','.join(metrics), more)}\nORDER BY 1, 2")


# One line for each label.
def by_label(stream, metric, source, scale="c.value"):
    return (f"SELECT c.time, c.label AS metric, sum({scale}) AS value\n"
            f"FROM {source},\n  {chart(stream, metric, ', n.ids, n.names')}\nGROUP BY 1, 2 ORDER BY 1, 2")


def target(sql, form, ref="A"):
    return {"refId": ref, "datasource": SOURCE, "editorMode": "code", "format": form, "rawQuery": True, "rawSql": sql.strip()}


def panel(kind, title, description, sql, unit, width, height, form, options, custom=None, overrides=(), **more):
    defaults = {"unit": unit, "custom": custom or {}}
    defaults.update(more.pop("defaults", {}))
    return {"type": kind, "title": title, "description": description, "datasource": SOURCE, "gridPos": {"w": width, "h": height},
            "targets": [target(sql, form)], "options": options,
            "fieldConfig": {"defaults": defaults, "overrides": list(overrides)}, **more}


def override(field, **properties):
    return {"matcher": {"id": "byName", "options": field},
            "properties": [{"id": key.replace("__", "."), "value": value} for key, value in properties.items()]}


# axis: what is counted, where the unit does not tell.
def timeseries(title, description, sql, unit, axis="", width=12, height=8, stack=False, overrides=(), minimum=0, **custom):
    return panel("timeseries", title, description, sql, unit, width, height, "time_series",
                 {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
                  "tooltip": {"mode": "multi", "sort": "desc"}},
                 {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 30 if stack else 0, "showPoints": "auto", "spanNulls": False,
                  "stacking": {"mode": "normal" if stack else "none", "group": "A"}, "axisLabel": axis, **custom},
                 overrides, defaults={} if minimum is None else {"min": minimum})


# units: of columns other than the panel's own; a column in links leads to another dashboard with the row's id.
def table(title, description, sql, width=24, height=9, units=None, links=None, wide=(), unit="short", hidden=()):
    overrides = [override(field, unit=value) for field, value in (units or {}).items()]
    overrides += [override(field, custom__width=value) for field, value in dict(wide).items()]
    overrides += [override(field, custom__hidden=True) for field in hidden]
    overrides += [override(field, links=[{"title": label, "url": url}]) for field, (label, url) in (links or {}).items()]
    return panel("table", title, description, sql, unit, width, height, "table",
                 {"showHeader": True, "cellHeight": "sm"}, {"align": "auto", "filterable": True}, overrides)


def stat(title, description, sql, unit, width=4, height=4, thresholds=(), mappings=()):
    steps = [{"color": "text", "value": None}] + [{"color": color, "value": value} for value, color in thresholds]
    return panel("stat", title, description, sql, unit, width, height, "table",
                 {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "/^value$/", "values": False}, "colorMode": "value",
                  "graphMode": "none", "justifyMode": "auto", "textMode": "auto", "orientation": "auto"},
                 defaults={"thresholds": {"mode": "absolute", "steps": steps}, "mappings": list(mappings)})


def heatmap(title, description, sql, width=12, height=8):
    return panel("heatmap", title, description, sql, "short", width, height, "time_series",
                 {"calculate": False, "cellGap": 1, "cellValues": {"unit": "short"}, "exemplars": {"color": "rgba(255,0,255,0.7)"},
                  "color": {"mode": "scheme", "scheme": "Oranges", "fill": "dark-orange", "scale": "exponential", "exponent": 0.5,
                            "steps": 64, "reverse": False},
                  "filterValues": {"le": 1e-9}, "legend": {"show": True}, "rowsFrame": {"layout": "le", "value": "calls"},
                  "showValue": "never", "tooltip": {"mode": "single", "yHistogram": True, "showColorScale": False},
                  "yAxis": {"axisPlacement": "left", "reverse": False, "unit": "ms"}},
                 {"scaleDistribution": {"type": "linear"}})


def query_variable(name, label, sql, multiple=True, description=""):
    variable = {"type": "query", "name": name, "label": label, "description": description, "datasource": SOURCE,
                "query": sql.strip(), "definition": sql.strip(), "refresh": 2, "sort": 0, "regex": "", "hide": 0,
                "multi": multiple, "includeAll": multiple, "options": [], "skipUrlSync": False}
    if multiple:
        variable.update({"allValue": "0", "current": {"selected": True, "text": ["All"], "value": ["$__all"]}})
    else:
        variable["current"] = {"selected": False, "text": "", "value": ""}
    return variable


DATASOURCE = {"type": "datasource", "name": "datasource", "label": "Data source", "query": "grafana-postgresql-datasource",
              "refresh": 1, "regex": "", "hide": 0, "multi": False, "includeAll": False, "options": [],
              "current": {"selected": False, "text": "", "value": ""},
              "skipUrlSync": False}
STEPS = "1m,5m,10m,30m,1h,6h,1d,7d"
STEP = {"type": "interval", "name": "step", "label": "Step", "query": STEPS, "auto": True, "auto_count": 120, "auto_min": "1m",
        "refresh": 2, "hide": 0, "skipUrlSync": False, "options": [],
        "current": {"selected": True, "text": "auto", "value": "$__auto_interval_step"}}
DATABASE = query_variable("database", "Database", """
SELECT d.datname || CASE WHEN count(*) OVER (PARTITION BY d.datname) > 1 THEN ' #' || d.dbid ELSE '' END AS __text, d.dbid::text AS __value
FROM (SELECT DISTINCT n.datname, n.dbid FROM almanac.series_names n WHERE n.stream = 'database' AND n.dbid > 0) d ORDER BY 1""")
ROLE = query_variable("role", "Role", """
SELECT r.rolname || CASE WHEN count(*) OVER (PARTITION BY r.rolname) > 1 THEN ' #' || r.userid ELSE '' END AS __text, r.userid::text AS __value
FROM (SELECT DISTINCT n.rolname, n.userid FROM almanac.statement_names n WHERE n.rolname IS NOT NULL) r ORDER BY 1""")
SEARCH = {"type": "textbox", "name": "search", "label": "Text has", "query": "", "current": {"selected": True, "text": "", "value": ""},
          "options": [], "hide": 0, "skipUrlSync": False}
# Its values are compared as plain text: no pattern, so nothing in it needs to be escaped.
FOUND = "('' = '$search' OR strpos(lower(n.query), lower('$search')) > 0)"

STATEMENTS = query_variable("statement", "Statement", f"""
WITH {WINDOW}, s AS MATERIALIZED (
  SELECT s.* FROM w, almanac.sums('statement', w.since, w.until) AS s (series_id integer, total_exec_ms double precision)
)
SELECT '#' || n.series_id || ' ' || COALESCE(left(regexp_replace(n.query, '\\s+', ' ', 'g'), 70), '(no text)') AS __text, n.series_id::text AS __value
FROM s JOIN almanac.statement_names n ON n.series_id = s.series_id
WHERE {chosen('n.dbid', 'database')} AND {chosen('n.userid', 'role')} AND {FOUND}
ORDER BY s.total_exec_ms DESC NULLS LAST, n.series_id LIMIT 200""", multiple=False,
                            description="Those that took most time in the window, at most 200")


def escaped(expression):
    """Annotations are shown as HTML."""
    return f"replace(replace({expression}, '&', '&amp;'), '<', '&lt;')"


def annotation(name, sql, color, enabled=True):
    return {"name": name, "datasource": SOURCE, "enable": enabled, "hide": False, "iconColor": color,
            "target": target(sql, "table", "Annotation")}


def event_sql(condition, database):
    where = f" AND (e.dbid IS NULL OR e.dbid = 0 OR {chosen('e.dbid', 'database')})" if database else ""
    return f"""
SELECT e.time, {escaped("left(replace(e.kind, '_', ' ') || ': ' || e.label || COALESCE(' by ' || e.rolname, ''), 300)")} AS text, e.kind AS tags
FROM almanac.events e
WHERE $__timeFilter(e.time) AND {condition}{where}
ORDER BY 1 LIMIT 500"""


UPKEEP = "('vacuum', 'analyze', 'autovacuum', 'autoanalyze', 'large_load', 'large_delete')"


def events(database):
    return [annotation("Events", event_sql(f"e.kind NOT IN {UPKEEP}", database), "orange"),
            annotation("Regressions", f"""
SELECT r.started AS time, {escaped("left('#' || r.id || ' ' || r.metric || COALESCE(', likely ' || r.cause, ''), 300)")} AS text, 'regression' AS tags
FROM almanac.regressions r WHERE $__timeFilter(r.started) AND r.state IN ('open', 'watch') ORDER BY 1 LIMIT 200""", "red")]


# Alerts are of the server: whatever is chosen, they are shown.
ALERTS = annotation("Alerts", f"""
SELECT a.time, {escaped("left(a.severity || ' ' || a.event || ': ' || a.title, 300)")} AS text, 'alert' AS tags
FROM almanac.alert_history a WHERE $__timeFilter(a.time) AND a.event IN ('raised', 'cleared') AND NOT a.muted ORDER BY 1 LIMIT 500""", "yellow")


def dashboard(uid, title, description, panels, variables=(), annotations=(), start="now-6h", end="now"):
    """Gives panels their ids and places, from left to right in rows."""
    x = y = row = 0
    for number, one in enumerate(panels, 1):
        place = one["gridPos"]
        if x + place["w"] > 24:
            x, y, row = 0, y + row, 0
        place.update(x=x, y=y)
        x, row = x + place["w"], max(row, place["h"])
        one["id"] = number
    links = [{"title": "pg_almanac", "type": "dashboards", "tags": [TAG], "asDropdown": True, "icon": "external link", "tooltip": "",
              "url": "", "targetBlank": False, "includeVars": True, "keepTime": True}]
    return {"uid": f"almanac-{uid}", "title": f"pg_almanac: {title}", "description": description, "tags": [TAG], "schemaVersion": 39,
            "version": 1, "editable": True, "graphTooltip": 1, "timezone": "browser", "refresh": "1m", "fiscalYearStartMonth": 0,
            "time": {"from": start, "to": end}, "timepicker": {}, "links": links, "panels": panels,
            "templating": {"list": [DATASOURCE, *variables]}, "annotations": {"list": list(annotations)}}


def link(uid, **variables):
    passed = "".join(f"&var-{name}={value}" for name, value in variables.items())
    return f"/d/almanac-{uid}?${{__url_time_range}}&var-datasource=${{datasource}}{passed}"
