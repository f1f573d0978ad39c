"""Compares what snapshots cost and what history takes on disk: pg_almanac, PoWA, and plain SQL in two ways, in one run.

Run by test/bench/run. All take a snapshot of the same server after each round of load, in turn, so that whatever else
the machine does hits all alike. CPU time is that of the processes that do the work; WAL is what the server wrote
meanwhile, when nothing else ran.
"""

import argparse
import math
import statistics
import time

from almanac import STREAMS, Almanac
from reading import Reader, day, timeline
from rivals import Changes, Everything, Powa
from sealing import HEADER as SEALING, Sealing, row as seal_row
from server import Server
from table import numbers, print_table
from workload import Workload

SEALED_AT = 196608, 360  # samples and snapshots in the journal that make pg_almanac's worker seal them


def parse():
    parser = argparse.ArgumentParser(prog="test/bench/run", description="Compares pg_almanac with other ways to keep history.")
    add = parser.add_argument
    add("--statements", type=int, default=5000, metavar="N", help="different statements (%(default)s)")
    add("--tables", type=int, default=2000, metavar="N", help="tables, with two indexes each (%(default)s)")
    add("--active", type=int, default=500, metavar="N", help="statements that run between two snapshots (%(default)s)")
    add("--writes", type=float, default=0.2, metavar="SHARE", help="of the statements (%(default)s)")
    add("--rounds", type=int, default=120, metavar="N", help="snapshots of statements (%(default)s)")
    add("--relation-rounds", type=int, default=60, metavar="N", help="snapshots with all relations (%(default)s)")
    add("--days", type=int, default=90, metavar="N", help="length of the timeline, in days (%(default)s; 0: no reading)")
    add("--sealing", action="store_true", help="measure sealing, of pg_almanac alone, and nothing else")
    add("--seal-rounds", type=int, default=350, metavar="N", help="snapshots of statements that are sealed then (%(default)s)")
    add("--short", action="store_true", help="a tenth of everything: a minute, to see that it works")
    add("--programs", required=True, help=argparse.SUPPRESS)
    add("--directory", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.short:
        for name in ("statements", "tables", "active", "rounds", "relation_rounds", "days", "seal_rounds"):
            setattr(options, name, max(1, getattr(options, name) // 10))
    return options


def turn(items, by):
    """The items, beginning with another one each time."""
    by %= len(items)
    return items[by:] + items[:by]


class Comparison:
    def __init__(self, options, server):
        self.options, self.server = options, server
        self.begun = time.monotonic()

    def say(self, what):
        print(f"{time.monotonic() - self.begun:5.0f} s  {what}", flush=True)

    def run(self):
        o = self.options
        self.say(f"making {o.tables} tables, {2 * o.tables} indexes, {o.statements} statements")
        self.load = Workload(self.server, o.statements, o.tables, o.active, o.writes)
        self.almanac = Almanac(self.server)
        self.say("letting it see the plan of each statement")
        print("        plans: %d, without text: %d" % self.almanac.learn_plans(self.load, o.statements))
        if o.sealing:
            return Sealing(self).run()
        powa = [Powa(self.server)] if Powa.there(self.almanac.session) else []
        self.rivals = [Everything(self.server, ["statements"], "plain"), Changes(self.server, ["statements"], "changes"), *powa]
        self.statements()
        self.relations()
        if not powa:
            print("\nPoWA is not installed (package postgresql-15-powa): left out.")
        if o.days:
            reader = Reader(self)
            day(reader, self)
            timeline(reader, self)

    def measure(self, rivals, number, costs):
        self.load.round()
        for rival in turn(rivals, number):
            cost = rival.snapshot()
            rival.maintain()
            if number > 0:  # the first fills caches
                costs[rival.name].append(cost)

    def statements(self):
        """Snapshots of statements by the worker's own clock: the load and the others fit between two of them."""
        costs = {one.name: [] for one in [*self.rivals, self.almanac]}
        begun = time.monotonic()
        self.measure(self.rivals, 0, costs)
        interval = math.ceil(1.6 * (time.monotonic() - begun) + 0.3)
        self.say(f"{self.options.rounds} snapshots of statements, every {interval} s")
        first = self.almanac.last_snapshot()
        before = {"statements": self.almanac.archived(STREAMS["statements"])}
        self.almanac.begin(interval)
        torn = unsealed = 0
        most = min(SEALED_AT[0] // self.options.active, SEALED_AT[1])
        seals = []
        for number in range(1, self.options.rounds + 1):
            self.measure(self.rivals, number, costs)
            cost = self.almanac.snapshot_by_clock()
            torn += cost is None
            costs[self.almanac.name] += [cost] if cost else []
            unsealed += 1
            if unsealed + 2 > most:
                seals.append(self.almanac.seal())
                unsealed = 0
        self.almanac.end()
        self.report(f"A snapshot of statements: {self.options.active} of {self.options.statements} active", costs)
        if torn:
            print(f"{torn} snapshots came while others were measured and are left out.")
        self.report_ledger(first)
        rounds = self.options.rounds + 1
        self.read_back(rounds * self.options.active)
        self.report_disk(["statements"], self.rivals, rounds, seals, before)

    def relations(self):
        """Snapshots of everything, by hand."""
        sources = ["statements", "tables", "indexes"]
        for one in self.rivals:
            one.forget()  # the database of PoWA would be looked into as well
        rivals = [Everything(self.server, sources, "plain_all"), Changes(self.server, sources, "changes_all")]
        costs = {one.name: [] for one in [*rivals, self.almanac]}
        self.say(f"{self.options.relation_rounds} snapshots with relations")
        first = self.almanac.last_snapshot()
        self.almanac.snapshot_by_hand()
        self.almanac.seal()
        before = {source: self.almanac.archived(STREAMS[source]) for source in sources}
        helpers = self.almanac.helpers_cpu_ms()
        for number in range(self.options.relation_rounds + 1):
            self.measure(rivals, number, costs)
            cost = self.almanac.snapshot_by_hand()
            costs[self.almanac.name] += [cost] if number else []
        helpers = (self.almanac.helpers_cpu_ms() - helpers) / (self.options.relation_rounds + 1)
        own = statistics.median(cost[0] for cost in costs[self.almanac.name])
        costs[self.almanac.name] = [(cpu + helpers, elapsed, wal) for cpu, elapsed, wal in costs[self.almanac.name]]
        self.report(f"A snapshot with all relations: {self.options.tables} tables, {2 * self.options.tables} indexes", costs)
        print(f"Of pg_almanac's CPU time {own:.1f} ms are the worker's, {helpers:.1f} ms the process that looks into database app,"
              " from its start to its end; it reads the sizes of all files too. Plain SQL would take"
              f" {self.sizes_by_sql():.1f} ms for the sizes of the tables and indexes alone.")
        self.report_ledger(first)
        self.report_disk(sources, rivals, self.options.relation_rounds + 1, [], before)

    def sizes_by_sql(self):
        session = self.server.session("app")
        sums = "SELECT sum(pg_table_size(oid)), sum(pg_indexes_size(oid)) FROM pg_class WHERE relkind = 'r'"
        return statistics.median(session.timed(sums)[0] for _ in range(5))

    def report(self, title, costs):
        rows = []
        base = [statistics.median(cost[i] for cost in costs[self.almanac.name]) for i in (0, 2)]
        for name, list_ in costs.items():
            cpu, wal = (statistics.median(cost[i] for cost in list_) for i in (0, 2))
            elapsed = [cost[1] for cost in list_ if cost[1] is not None]
            rows.append([name, len(list_), numbers(cpu),
                         " to ".join(numbers(limit(cost[0] for cost in list_)) for limit in (min, max)),
                         numbers(statistics.median(elapsed)) if elapsed else "", f"{wal:,.0f}",
                         f"{cpu / base[0]:.1f}", f"{wal / base[1]:.1f}"])
        print_table(title + " (medians)",
                    ["", "snapshots", "CPU ms", "from, to", "elapsed ms", "WAL bytes", "CPU ratio", "WAL ratio"], rows)

    def report_ledger(self, after):
        print_table("Of which, by pg_almanac's own ledger (view almanac.snapshots; medians)",
                    ["source", "snapshots", "samples", "CPU ms", "elapsed ms", "WAL bytes", "packed bytes"],
                    self.almanac.ledger(after))

    def read_back(self, samples):
        rows = []
        for one in [*self.rivals, self.almanac]:
            cpu = [one.session.timed(one.top())[0] for _ in range(7)]
            rows.append([one.name, numbers(statistics.median(cpu))])
        base = float(rows[-1][1])
        print_table(f"Top 20 statements by time over these {samples:,} samples", ["", "CPU ms", "ratio"],
                    [[*row, f"{float(row[1]) / base:.1f}"] for row in rows])

        queryid = self.almanac.session.value("""SELECT queryid FROM almanac.statement_history WHERE datname = 'app' AND queryid <> 0
            GROUP BY 1 ORDER BY count(*) DESC, sum(calls) DESC, 1 LIMIT 1""")
        rows = []
        for one in [*self.rivals, self.almanac]:
            one.prepare_timeline()
            question = one.timeline(queryid)
            intervals = one.session.value(f"SELECT count(*) FROM ({question}) x")
            rows.append([one.name, intervals, numbers(statistics.median(one.session.timed(question)[0] for _ in range(21)))])
        base = float(rows[-1][2])
        print_table("One statement, interval by interval", ["", "intervals", "CPU ms", "ratio"],
                    [[*row, f"{float(row[2]) / base:.1f}"] for row in rows])

    def report_disk(self, sources, rivals, rounds, seals, before):
        """Bytes per sample that changed. Samples are those that pg_almanac counts: a row per series and interval."""
        seals.append(self.almanac.seal())
        rows = []
        for source in sources:
            size, samples, segments = self.almanac.archived(STREAMS[source])
            size, samples, segments = (now - then for now, then in zip((size, samples, segments), before[source]))
            base = size / max(samples, 1)
            for one in rivals:
                if source in one.sources:
                    each = one.bytes_of(source) / max(samples, 1)
                    rows.append([source, one.name, "", f"{each:,.1f}", f"{each / base:.0f}" if base else ""])
            rows.append([source, self.almanac.name, f"{samples:,} in {segments:,} segments", f"{base:.1f}", "1"])
        print_table(f"Bytes on disk per sample of a series that changed, after {rounds} snapshots",
                    ["", "", "samples", "bytes", "ratio"], rows)
        self.almanac.report_sizes()
        print_table("Sealing", SEALING, [seal_row("", [seal]) for seal in seals])


def main():
    options = parse()
    server = Server(options.programs, options.directory)
    try:
        server.create({"pg_almanac.enabled": "off"})
        server.start()
        Comparison(options, server).run()
    finally:
        server.stop()


main()
