"""Reading long histories. What the comparison recorded is laid down again and again into days of the past, an hour of
minutes at a time, so that the archive is cut about as sealing cuts it."""

import re
import statistics

from table import numbers, print_table

TIMES = 9  # each question is asked so often
DAY = "2001-01-01"  # of the questions about a day
QUARTER = "2002-01-01"  # of those about many days of minutes
COARSE = "2003-01-01"  # and of hours
BUSY = "2004-01-01"  # of a day with larger values


class Reader:
    def __init__(self, comparison):
        self.active, self.session = comparison.options.active, comparison.almanac.session
        kinds = self.session.run("SELECT column_name, kind FROM almanac.stream_columns() WHERE stream = 'statement' ORDER BY ordinal")
        self.columns = ", ".join(name for name, _ in kinds)
        # What adds up, times a factor of each sample plus something random below it, as on a busier server.
        self.busier = ", ".join({"counter": f"CASE WHEN {name} > 0 THEN {name} * factor + floor(random() * factor)::int8 ELSE {name} END",
                                 "duration": f"{name} * (factor + random())"}.get(kind, name) for name, kind in kinds)
        self.session.run("CREATE SCHEMA bench", f"""
            CREATE UNLOGGED TABLE bench.seen AS
            SELECT s.series_id, dense_rank() OVER (ORDER BY s."time")::int - 1 AS tick, {self.columns}
            FROM almanac.statement_samples s JOIN (SELECT "time" FROM almanac.statement_samples GROUP BY "time"
                HAVING count(*) BETWEEN 0.8 * {self.active} AND 1.5 * {self.active}) t USING ("time")""",
                         "CREATE INDEX ON bench.seen (tick)", "ANALYZE bench.seen")
        self.ticks = int(self.session.value("SELECT max(tick) + 1 FROM bench.seen"))

    def lay_down(self, start, ticks, minutes, batch, where="true", busy=False):
        """Samples of `ticks` moments that lie `minutes` apart, `batch` moments at a time."""
        values = self.busier if busy else self.columns
        for first in range(0, ticks, batch):
            self.session.run(f"""
                INSERT INTO almanac.statement_samples (series_id, "time", duration, {self.columns})
                SELECT s.series_id, timestamptz '{start}' + m * interval '{minutes} min', interval '{minutes} min', {values}
                FROM generate_series({first}, {min(first + batch, ticks) - 1}) AS m JOIN bench.seen s ON s.tick = m % {self.ticks},
                    LATERAL (SELECT floor(2 ^ (12 * random() + 0 * s.tick))::int8 AS factor) AS f
                WHERE {where}""")

    def bytes_of_day(self, start):
        """(samples, segments, packed bytes a sample, bytes a sample on disk) of the partition of a day."""
        return self.session.run(f"""
            SELECT sum(samples), count(*), round(sum(length(data))::numeric / sum(samples), 1),
                round(pg_total_relation_size(tableoid)::numeric / sum(samples), 1)
            FROM almanac.statement_raw WHERE first_time >= '{start}' AND first_time < timestamptz '{start}' + interval '1 day'
            GROUP BY tableoid""")[0]

    def ask(self, what, statement):
        """A row for the table: what, samples, chunks, CPU ms, elapsed ms."""
        self.session.run("\\o /dev/null")
        costs = [self.session.timed(statement) for _ in range(TIMES)]
        self.session.run("\\o")
        cpu, elapsed = (statistics.median(cost[i] for cost in costs) for i in (0, 1))
        plan = "\n".join(row[0] for row in self.session.run(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {statement}"))
        chunks = re.search(r"Chunks Read: (\d+)", plan)
        samples = re.search(r"Foreign Scan .*rows=(\d+)", plan)
        return [what, samples.group(1) if samples else "", chunks.group(1) if chunks else "", numbers(cpu), numbers(elapsed)]


HEADER = ["", "samples", "chunks read", "CPU ms", "elapsed ms"]


def day(reader, comparison):
    """Top statements of a day of minutes."""
    ticks = 1440 if not comparison.options.short else 144
    samples = ticks * reader.active
    comparison.say(f"laying down a day: about {samples:,} samples")
    reader.lay_down(DAY, ticks, 1, 60)
    reader.lay_down(BUSY, ticks, 1, 60, busy=True)
    print_table("Bytes on disk per statement sample of a day of minutes",
                ["", "samples", "segments", "packed bytes", "bytes on disk"],
                [["as recorded above", *reader.bytes_of_day(DAY)],
                 ["counts and times 1 to 4,096 times as large", *reader.bytes_of_day(BUSY)]])
    window = f"timestamptz '{DAY}', timestamptz '{DAY}' + interval '1 day'"
    rows = [reader.ask("top_statements()", f"SELECT * FROM almanac.top_statements({window})"),
            reader.ask("sums of calls, rows, time", f"""SELECT * FROM almanac.sums('statement', {window})
                AS s (series_id int, calls int8, rows int8, total_exec_ms float8) ORDER BY 4 DESC LIMIT 20"""),
            reader.ask("GROUP BY over the samples", f"""SELECT series_id, sum(calls), sum(total_exec_ms)
                FROM almanac.statement_samples WHERE "time" >= '{DAY}' AND "time" < timestamptz '{DAY}' + interval '1 day'
                GROUP BY 1 ORDER BY 3 DESC LIMIT 20""")]
    changes = comparison.rivals[1]
    changes.session.run(f"CREATE TABLE {changes.schema}.a_day AS SELECT * FROM {changes.schema}.statements LIMIT 0", f"""
        INSERT INTO {changes.schema}.a_day SELECT s.* FROM {changes.schema}.statements s, generate_series(1, {ticks // comparison.options.rounds})""",
                        f"ANALYZE {changes.schema}.a_day")
    there = int(changes.session.value(f"SELECT count(*) FROM {changes.schema}.a_day"))
    costs = [changes.session.timed(changes.top(f"{changes.schema}.a_day")) for _ in range(TIMES)]
    rows.append([f"{changes.name}: GROUP BY", f"{there}", "", *(numbers(statistics.median(c[i] for c in costs)) for i in (0, 1))])
    print_table("Top 20 statements by time over a day of minutes", HEADER, rows)
    changes.session.run(f"DROP TABLE {changes.schema}.a_day")


def timeline(reader, comparison):
    """One statement over many days."""
    days = comparison.options.days
    series = int(reader.session.value(
        "SELECT series_id FROM bench.seen GROUP BY 1 ORDER BY count(*) DESC, sum(calls) DESC LIMIT 1"))
    group = series // 64
    groups = "s.series_id / 64 IN (SELECT g FROM (SELECT DISTINCT series_id / 64 AS g FROM bench.seen) x" \
             f" ORDER BY g <> {group}, g LIMIT 8)"
    comparison.say(f"laying down {days} days of one series group in ten")
    reader.lay_down(QUARTER, days * 1440, 1, 60, groups)
    reader.lay_down(COARSE, days * 24, 60, 24, groups)
    neighbours = reader.session.value(f"""SELECT round(count(*)::numeric / {reader.ticks}, 1) FROM bench.seen
        WHERE series_id / 64 = {group}""")
    rows = []
    for start, step in ((COARSE, "hours"), (QUARTER, "minutes")):
        where = f"""queryid = {reader.session.value(f"SELECT queryid FROM almanac.statement_keys WHERE series_id = {series}")}
            AND "time" >= '{start}' AND "time" < timestamptz '{start}' + interval '{days + 1} days'"""
        rows += [reader.ask(f"{step}, as they are", f'SELECT "time", calls, mean_exec_ms FROM almanac.statement_history WHERE {where}'),
                 reader.ask(f"{step}, by day", f"""SELECT date_trunc('day', "time"), sum(calls), sum(total_exec_ms)
                     FROM almanac.statement_history WHERE {where} GROUP BY 1 ORDER BY 1""")]
    print_table(f"One statement over {days} days (active all the time; {neighbours} series of its group are, on average)", HEADER, rows)
