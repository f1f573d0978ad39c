"""forecast() and time_to() on public series, scored beside other methods; test/bench/forecasts runs it."""

import argparse
import csv
import multiprocessing
import sys

from server import Server

# Data set: (distance of the measurements, what is asked of the forecasts).
DATASETS = {
    "m4_hourly": ("1 hour", "OWA <= 0.60"),
    "m4_weekly": ("7 days", "OWA <= 0.93"),
    "m3_monthly": ("1 month", "sMAPE <= 13.9"),
    "m3_other": ("1 year", ""),
    "nn5_daily": ("1 day", ""),
}
METRIC_RIVALS = {"end points": "endpoints (seed)", "least squares": "ols line", "Theil-Sen": "theil-sen line",
                 "seasonal naive": "snaive", "damped trend": "damped", "Theta": "theta"}
GROWTH_RIVALS = {"end points": "endpoints (seed)", "least squares": "ols all", "least squares, 90 d": "ols 90",
                 "Theil-Sen, 90 d": "theil-sen 90", "damped trend": "damped", "Theta": "theta"}
BEGIN = "timestamptz '2001-01-01'"


class Quality:
    def __init__(self, session, scores, baselines, directory):
        self.session, self.scores, self.baselines, self.directory = session, scores, baselines, directory
        session.run("CREATE EXTENSION pg_almanac")

    def load(self, table, columns, rows):
        path = f"{self.directory}/{table}.csv"
        with open(path, "w", newline="") as file:
            csv.writer(file).writerows(rows)
        self.session.run(f"CREATE TABLE {table} ({columns})", f"\\copy {table} FROM '{path}' (FORMAT csv)")

    def metric(self, name):
        """{series: [(value, lower_80, upper_80, lower_95, upper_95)] * horizon}"""
        step, _ = DATASETS[name]
        data = self.scores.load(name)
        self.load(name, "id text, horizon int, t int, v float8",
                  ((key, len(test), t, "" if v is None else repr(v))
                   for key, (train, test) in data.items() for t, v in enumerate(train)))
        rows = self.session.run(f"""
            SELECT s.id, f.value, f.lower_80, f.upper_80, f.lower_95, f.upper_95
            FROM (SELECT id, max(horizon) AS horizon, max(t) AS last, array_agg({BEGIN} + t * interval '{step}' ORDER BY t) AS times,
                         array_agg(v ORDER BY t) AS series FROM {name} GROUP BY id) AS s,
                 almanac.forecast(s.times, s.series, ARRAY(SELECT {BEGIN} + (last + h) * interval '{step}'
                                                           FROM generate_series(1, s.horizon) AS h)) WITH ORDINALITY AS f
            ORDER BY s.id, f.ordinality""")
        predictions = {}
        for key, *values in rows:
            predictions.setdefault(key, []).append(tuple(map(float, values)))
        return predictions

    def growth(self):
        """Forecasts {(case, origin, horizon): (value, ...)} and capacity {(case, origin): (days, earliest, latest)}"""
        cases = self.scores.growth_cases()
        self.load("growth", "id text, t int, v float8", ((k, t, repr(v)) for k, c in cases.items() for t, v in enumerate(c)))
        self.load("origins", "id text, origin int, threshold float8",
                  ((k, o, repr(self.scores.threshold(c, o))) for k, c in cases.items() for o in self.scores.origins(c)))
        history = f"""(SELECT o.id, o.origin, o.threshold, array_agg({BEGIN} + t * interval '1 day' ORDER BY t) AS times,
                              array_agg(v ORDER BY t) AS series
                       FROM origins AS o JOIN growth AS g ON g.id = o.id AND g.t <= o.origin GROUP BY 1, 2, 3)"""
        horizons = self.scores.HORIZONS
        rows = self.session.run(f"""
            SELECT s.id, s.origin, f.time::date - {BEGIN}::date - s.origin, f.value, f.lower_80, f.upper_80, f.lower_95, f.upper_95
            FROM {history} AS s, almanac.forecast(s.times, s.series, ARRAY(
                SELECT {BEGIN} + (s.origin + h) * interval '1 day' FROM unnest('{{{",".join(map(str, horizons))}}}'::int[]) AS h)) AS f""")
        forecasts = {(key, int(origin), int(h)): tuple(map(float, values)) for key, origin, h, *values in rows}
        days = "extract(epoch FROM ({} - {}))::float8 / 86400 - s.origin"
        rows = self.session.run(f"""
            SELECT s.id, s.origin, {days.format("a.likely", BEGIN)}, {days.format("a.earliest", BEGIN)}, {days.format("a.latest", BEGIN)}
            FROM {history} AS s, almanac.time_to(s.times, s.series, s.threshold) AS a""")
        number = lambda text, default: float(text) if text else default
        capacity = {(key, int(origin)): (number(likely, None), number(earliest, 1.0), number(latest, 1e9))
                    for key, origin, likely, earliest, latest in rows}
        return forecasts, capacity

    def print_metrics(self, quick, pool):
        print(f"{'':12}{'':17}{'sMAPE':>8}{'MASE':>8}{'OWA':>8}{'in 80 %':>9}{'in 95 %':>9}{'MSIS':>8}   to reach")
        season = self.scores.SEASON
        for name, (_, bar) in DATASETS.items():
            data = self.scores.load(name)
            for label, method in ({} if quick else METRIC_RIVALS).items():
                jobs = [(method, k, self.scores.fill(train), len(test), season[name]) for k, (train, test) in data.items()]
                result = pool.map(self.baselines.job, jobs, 8)
                self.print_metric(name, label, {k: p for _, k, p in result}, "")
            self.print_metric(name, "forecast()", self.metric(name), bar + ", .76-.90 and .92-.99" if bar else "")

    def print_metric(self, name, label, predictions, bar):
        r = self.scores.score_fc(name, predictions, quiet=True)
        text = f"{name:12}{label:17}{r['smape']:8.2f}{r['mase']:8.2f}{r['owa']:8.3f}"
        if r["c80"] is not None:
            text += f"{r['c80']:9.3f}{r['c95']:9.3f}{r['msis']:8.2f}   {bar}"
        print(text, flush=True)

    def print_growth(self, quick, pool):
        horizons = self.scores.HORIZONS
        print("\nerror of the growth forecast, median and mean; share in the intervals; when 1.25 times the size is reached\n"
              + f"{'':21}" + "".join(f"{h:>4} d median, mean" for h in horizons) + "  within 25 %   never  in 80 %")
        for label, method in ({} if quick else GROWTH_RIVALS).items():
            forecasts, capacity = {}, {}
            jobs = [(method, k, v) for k, v in self.scores.growth_cases().items()]
            for part, times in pool.map(self.baselines.gjob, jobs, 2):
                forecasts.update(part)
                capacity.update(times)
            self.print_growth_row(label, forecasts, capacity)
        forecasts, capacity = self.growth()
        result = self.print_growth_row("forecast(), time_to()", forecasts, capacity)
        print(f"{'to reach':21}" + "".join(f"{bar:>11}       " for bar in ("0.12", "0.17", "0.22", "0.31"))
              + "      >= .50  <= .06  >= .77")
        for share, column in ((80, 4), (95, 5)):
            print(f"in {share} %              " + "".join(f"{result[h, 'all'][column]:11.2f}       " for h in horizons)
                  + ("   .76 to .90" if share == 80 else "   >= .92 at 30 and 90 d, >= .85 at 365 d"))

    def print_growth_row(self, label, forecasts, capacity):
        result = self.scores.score_growth(forecasts, quiet=True)
        c = self.scores.score_capacity(capacity, quiet=True)
        print(f"{label:21}" + "".join(f"{result[h, 'all'][1]:11.3f}, {result[h, 'all'][2]:.3f}" for h in self.scores.HORIZONS)
              + f"{c['within']:13.2f}{c['never']:8.3f}" + (f"{c['hit']:9.2f}" if c["hit"] is not None else ""), flush=True)
        return result

    def print_speed(self):
        """10,000 series of a year in daily steps; CPU of the backend, arrays unpacked, one process."""
        self.session.run(f"""
            CREATE TABLE year AS SELECT s, array_agg({BEGIN} + n * interval '1 day' ORDER BY n) AS times,
                array_agg(1e9 * s + n * 1e6 * (1 + s % 7) + hashint4(s * 1000 + n) % 1000 * 300.0
                          + CASE WHEN n > 200 THEN s % 3 * 1e8 ELSE 0 END ORDER BY n) AS size,
                array_agg(100 + 20 * sin(n * 2 * pi() / 7 + s) + hashint4(s * 1000 + n) % 100 / 8.0 ORDER BY n) AS metric
            FROM generate_series(1, 1000) AS s, generate_series(0, 364) AS n GROUP BY s""",
                         "INSERT INTO year SELECT y.* FROM year AS y, generate_series(2, 10)")
        horizon = f"ARRAY(SELECT {BEGIN} + (364 + h) * interval '1 day' FROM unnest('{{30,90,180,365}}'::int[]) AS h)"
        print("\n10,000 series of 365 days, 4 times ahead each, s of CPU (to reach: 5):")
        for column in ("size", "metric"):
            for label, call in (("forecast()", f"almanac.forecast(times, {column}::float8[], {horizon})"),
                                ("time_to()", f"almanac.time_to(times, {column}::float8[], 1e12)")):
                cpu, _ = self.session.timed(f"SELECT count(*) FROM year, {call}")
                print(f"{label:12}{column:8}{cpu / 1000:8.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--programs", "--directory", "--folder"):
        parser.add_argument(name, required=True)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sys.path[:0] = [options.folder, f"{options.folder}/reference"]
    import baselines_forecast
    import score_forecast

    server = Server(options.programs, options.directory)
    try:
        server.create({"pg_almanac.enabled": "off", "shared_preload_libraries": "'pg_stat_statements, pg_almanac'"})
        server.start()
        session = server.session()
        quality = Quality(session, score_forecast, baselines_forecast, options.directory)
        with multiprocessing.Pool() as pool:
            quality.print_metrics(options.quick, pool)
            quality.print_growth(options.quick, pool)
        quality.print_speed()
        session.close()
    finally:
        server.stop()


main()
