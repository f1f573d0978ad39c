"""pg_almanac in the comparison: what its worker's snapshots cost, and how long reading its history takes."""

import re
from datetime import datetime, timezone

from server import cpu_ms, ended_children_cpu_ms, wait_until

# The ledger's streams as the comparison has them.
STREAMS = {"statements": "statement", "tables": "table", "indexes": "index"}


class Almanac:
    name = "pg_almanac"

    def __init__(self, server):
        self.server = server
        self.session = server.session()
        self.session.run("CREATE EXTENSION pg_stat_statements", "CREATE EXTENSION pg_almanac")
        wait_until(lambda: self.session.value("SELECT state FROM almanac.worker_status()") == "disabled", 30, "the worker")
        self.session.run("SELECT almanac.take_snapshot()")
        self.pid = int(self.session.value("SELECT worker_pid FROM almanac.worker_status()"))

    def set(self, **settings):
        self.session.run(*(f"ALTER SYSTEM SET pg_almanac.{name} = '{value}'" for name, value in settings.items()),
                         "SELECT pg_reload_conf()")

    def begin(self, interval):
        """Snapshots by the clock, of statements only."""
        self.interval = interval
        self.set(interval=f"{interval}s", relation_interval="1d", max_cpu_percent=0, enabled="on")
        self.await_turn()

    def end(self):
        """Snapshots by hand only."""
        self.set(enabled="off")
        self.await_quiet()

    def turns(self):
        """Changes when the worker has ended a turn. Reads shared memory only: looking costs the worker nothing."""
        return self.session.value("SELECT worker_cpu_ms FROM almanac.worker_status()")

    def lsn(self):
        return int(self.session.value("SELECT pg_current_wal_insert_lsn() - '0/0'"))

    def await_turn(self):
        before = self.turns()
        wait_until(lambda: self.turns() != before, self.interval * 3 + 30, "a snapshot")
        self.last = self.turns()

    def await_quiet(self):
        def quiet():
            before = cpu_ms(self.pid)
            self.session.run("SELECT pg_sleep(0.1)")
            return cpu_ms(self.pid) == before
        wait_until(quiet, 60, "the worker to come to rest")

    def snapshot_by_clock(self):
        """The worker's next turn: (CPU ms, None, WAL bytes), or nothing if one came while others were being measured."""
        if self.turns() != self.last:
            self.await_turn()
            return None
        lsn, cpu = self.lsn(), cpu_ms(self.pid)
        self.await_turn()
        return cpu_ms(self.pid) - cpu, None, self.lsn() - lsn

    def snapshot_by_hand(self):
        """A snapshot with relations: (CPU ms, elapsed ms, WAL bytes), without the processes that look into databases."""
        lsn, cpu = self.lsn(), cpu_ms(self.pid)
        elapsed = self.session.timed("SELECT almanac.take_snapshot()")[1]
        return cpu_ms(self.pid) - cpu, elapsed, self.lsn() - lsn

    def helpers_cpu_ms(self):
        """CPU time of processes that looked into other databases so far, from their start to their end."""
        return ended_children_cpu_ms(self.server.pid)

    def seal(self):
        """Seals all that is in the journal: CPU ms, elapsed ms, journal rows, WAL bytes, and the elapsed ms of each transaction;
        the log tells when each was committed."""
        cpu, lsn = cpu_ms(self.pid), self.session.value("SELECT pg_current_wal_insert_lsn()")
        begun = float(self.session.value("SELECT extract(epoch FROM clock_timestamp())"))
        lines = self.session.run("\\timing on", "SELECT almanac.seal()", "\\timing off")
        cpu = cpu_ms(self.pid) - cpu
        wal = int(self.session.value(f"SELECT pg_current_wal_insert_lsn() - '{lsn}'"))
        end = self.session.value("SELECT pg_current_wal_flush_lsn() FROM pg_switch_wal()")
        log = self.server.run("pg_waldump", "-p", f"{self.server.data}/pg_wal", "-r", "Transaction", "-s", lsn, "-e", end)
        commits = [datetime.strptime(time, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=timezone.utc).timestamp()
                   for time in re.findall(r"COMMIT (\S+ \S+) UTC", log)]
        times = [(after - before) * 1000 for before, after in zip([begun, *commits], commits)]
        return {"cpu": cpu, "elapsed": float(lines[1][0].split()[1]), "rows": int(lines[0][0]), "wal": wal, "transactions": times}

    def ledger(self, after):
        """Median cost of each source since snapshot number `after`, as rows of text. Tables and indexes share an entry."""
        return self.session.run(f"""
            SELECT CASE WHEN stream = 'table' THEN 'relations of ' || coalesce(datname, 'all databases') ELSE stream END,
                count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY samples),
                round((percentile_cont(0.5) WITHIN GROUP (ORDER BY cpu_ms))::numeric, 2),
                round((percentile_cont(0.5) WITHIN GROUP (ORDER BY elapsed_ms))::numeric, 2),
                percentile_disc(0.5) WITHIN GROUP (ORDER BY wal_bytes), percentile_disc(0.5) WITHIN GROUP (ORDER BY bytes)
            FROM almanac.snapshots WHERE snapshot_id > {after} GROUP BY 1 HAVING count(*) > 1 ORDER BY 4 DESC""")

    def learn_plans(self, load, statements):
        """Executes all statements until nearly every plan has its text, of which no more than 20 are made in a second. Returns how
        many there are, and how many have none."""
        while True:
            for first in range(0, statements, 60):
                load.run(range(first, min(first + 60, statements)))
                self.session.run("SELECT almanac.take_snapshot()")
            plans, without = map(int, self.session.run("SELECT count(*), count(*) FILTER (WHERE text_id IS NULL) FROM almanac.plan_keys")[0])
            if without <= plans // 100:
                self.session.run("SELECT almanac.seal()")
                self.since = self.session.value("SELECT clock_timestamp()")
                return plans, without

    def last_snapshot(self):
        return int(self.session.value("SELECT max(snapshot_id) FROM almanac.snapshots"))

    def archived(self, stream):
        """(bytes on disk, samples, segments) of the archive of a stream."""
        size = self.session.number(f"SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('almanac.{stream}_raw')")
        samples, segments = self.session.run(f"SELECT coalesce(sum(samples), 0), count(*) FROM almanac.{stream}_raw")[0]
        return size, int(samples), int(segments)

    def report_sizes(self):
        """What there is beside the archive."""
        size = lambda *tables: sum(self.session.number(f"SELECT pg_total_relation_size('almanac.{t}')") for t in tables) / 1e6
        print(f"Beside the archive pg_almanac has: journal {size('journal'):.1f} MB, reference {size('reference'):.1f} MB, totals"
              f" {size('totals'):.1f} MB, names and texts {size('statement_keys', 'query_texts', 'table_keys', 'index_keys'):.1f} MB.")

    def top(self):
        return f"SELECT * FROM almanac.top_statements('{self.since}', 'infinity')"

    def prepare_timeline(self):
        """Segments have an index."""

    def timeline(self, queryid):
        return f'SELECT "time", calls, total_exec_ms FROM almanac.statement_history WHERE queryid = {queryid} AND "time" > \'{self.since}\' ORDER BY 1'
