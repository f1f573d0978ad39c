"""Sealing: what it adds to the WAL of a snapshot, and how long its transactions are."""

import math
import statistics

from almanac import STREAMS
from table import numbers, print_table

AGAIN = 24  # times that the same journal is sealed, for the distribution


def percentile(values, share):
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def row(what, seals):
    """A line of the table from calls of Almanac.seal()."""
    times = [time for seal in seals for time in seal["transactions"]]
    return [what, f"{sum(seal['rows'] for seal in seals):,}", len(times), *(numbers(sum(seal[c] for seal in seals)) for c in ("cpu", "elapsed")),
            *(numbers(f) for f in (statistics.median(times), percentile(times, 0.99), max(times)))]


HEADER = ["", "journal rows", "transactions", "CPU ms", "elapsed ms", "median, elapsed ms", "99th percentile", "longest"]


class Sealing:
    """What the worker's snapshots left in the journal, sealed. The first call finds all relations new and makes the
    partitions of the day; those at the end seal the same journal again and again, each time with the references to be
    saved, as after hours of recording."""

    def __init__(self, comparison):
        self.comparison, self.almanac = comparison, comparison.almanac
        self.session = self.almanac.session
        self.options = comparison.options

    def run(self):
        o, load = self.options, self.comparison.load
        rows = [row(f"first, {o.tables * 3:,} new relations", [self.almanac.seal()])]
        self.almanac.snapshot_by_hand()
        load.round()
        self.comparison.say(f"{o.seal_rounds} snapshots of statements to seal, one a second or less")
        recording = []
        before = self.session.number("SELECT max(snapshot_id) FROM almanac.recorder")
        self.almanac.begin(1)
        while (taken := self.session.number("SELECT max(snapshot_id) FROM almanac.recorder") - before) < o.seal_rounds:
            load.round()
            cost = self.almanac.snapshot_by_clock()
            recording += [cost[2]] if cost else []
        self.almanac.end()
        reading = self.questions()
        self.session.run("CREATE SCHEMA sealing", "CREATE UNLOGGED TABLE sealing.journal AS SELECT * FROM almanac.journal")
        before = self.almanac.archived(STREAMS["statements"])
        seal = self.almanac.seal()
        size, count, segments = (a - b for a, b in zip(self.almanac.archived(STREAMS["statements"]), before))
        rows.append(row(f"{taken:,.0f} snapshots", [seal]))
        sealed_reading = self.questions()
        self.comparison.say(f"sealing them {AGAIN} times more")
        again = []
        for _ in range(AGAIN):
            self.session.run("INSERT INTO almanac.journal SELECT * FROM sealing.journal", "UPDATE almanac.reference SET snapshot_id = 0",
                             "VACUUM almanac.journal")
            again.append(self.almanac.seal())
        rows.append(row(f"the same, {AGAIN} times", again))
        print_table("Sealing", HEADER, rows)
        print(f"Bytes of WAL a snapshot: {statistics.median(recording):,.0f} for itself, {seal['wal'] / taken:,.0f} for sealing;"
              f" {statistics.median(s['wal'] for s in again) / taken:,.0f} when sealed again. Statements: {count:,} samples in {segments:,} segments, {size / max(count, 1):.1f} bytes each on disk.")
        self.almanac.report_sizes()
        print_table(f"Reading {count:,} samples of statements",
                    ["", "from the journal, CPU ms", "elapsed ms", "from the archive, CPU ms", "elapsed ms"],
                    [[what, *map(numbers, (*reading[what], *sealed_reading[what]))] for what in reading])

    def questions(self):
        """What readers pay for samples that are in the journal, or were: (CPU ms, elapsed ms)."""
        self.session.run("ANALYZE almanac.statement_keys")
        series = "SELECT series_id FROM almanac.statement_samples GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        key = self.session.value(f"SELECT queryid FROM almanac.statement_keys WHERE series_id = ({series})")
        asked = {
            "one statement": f"""SELECT "time", calls, mean_exec_ms FROM almanac.statement_history
                WHERE queryid = {key} AND "time" > now() - interval '1 day'""",
            "sums of calls, rows, time": """SELECT * FROM almanac.sums('statement', now() - interval '1 day', now())
                AS s (series_id int, calls int8, rows int8, total_exec_ms float8) ORDER BY 4 DESC LIMIT 20"""}
        costs = {}
        for what, statement in asked.items():
            self.session.run("\\o /dev/null")
            times = [self.session.timed(statement) for _ in range(9)]
            self.session.run("\\o")
            costs[what] = [statistics.median(time[i] for time in times) for i in (0, 1)]
        return costs
