"""Instructions per query, by callgrind. Started by test/bench/hooks."""

import glob
import os
import re
import signal
import subprocess
import sys
import time

SETTINGS = """
listen_addresses = ''
fsync = off
autovacuum = off
jit = off
shared_buffers = 256MB
max_connections = 20
checkpoint_timeout = 1h
authentication_timeout = 10min
pg_stat_statements.max = 20000
pg_almanac.max_statements = 10000
pg_almanac.interval = 1d
pg_almanac.relation_interval = 1d
"""
SHAPES = 5000
ACCOUNT = "\\set aid random(1, 100000)\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"


def shapes(rounds):
    """A statement of each shape, `rounds` times: no two select the same pair of columns."""
    columns = [f"c{i}" for i in range(100)]
    one = "".join(f"SELECT {columns[i % 100]}, {columns[i // 100]} AS x FROM wide;\n" for i in range(SHAPES))
    return one * rounds


class Bench:
    def __init__(self, programs, directory):
        self.programs, self.directory = programs, directory
        self.data = f"{directory}/data"
        self.environment = {**os.environ, "PGHOST": directory, "PGUSER": "postgres", "PGDATABASE": "postgres"}
        self.call("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync")
        with open(f"{self.data}/postgresql.conf", "a") as file:
            file.write(SETTINGS + f"unix_socket_directories = '{directory}'\n")
        self.postmaster = None

    def call(self, program, *arguments, script=None):
        done = subprocess.run([f"{self.programs}/{program}", *arguments], input=script, text=True, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}")

    def start(self, libraries, counted):
        command = [f"{self.programs}/postgres", "-D", self.data, "-c", f"shared_preload_libraries={libraries}"]
        if counted:
            command = ["valgrind", "-q", "--tool=callgrind", "--trace-children=yes",
                       f"--callgrind-out-file={self.directory}/out.%p"] + command
        with open(f"{self.directory}/log", "a") as log:
            self.postmaster = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment)
        for _ in range(600):
            try:
                self.call("psql", "-Xqc", "SELECT 1")
                return
            except RuntimeError:
                time.sleep(0.5)
        raise RuntimeError("the server does not start")

    def stop(self):
        self.postmaster.send_signal(signal.SIGINT)
        self.postmaster.wait()

    def outputs(self):
        return set(glob.glob(f"{self.directory}/out.*"))

    def instructions(self, work):
        """Of the sessions that `work` makes."""
        before = self.outputs()
        work()
        for _ in range(100):  # they are written after the client has gone
            time.sleep(0.3)
            new = [path for path in self.outputs() - before if self.total(path)]
            if new:
                break
        time.sleep(1)
        return max(self.total(path) for path in self.outputs() - before)

    @staticmethod
    def total(path):
        with open(path, errors="replace") as file:
            found = re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M)
        return int(found.group(1)) if found else 0

    def pgbench(self, mode, queries, text):
        path = f"{self.directory}/query.sql"
        with open(path, "w") as file:
            file.write(text)
        return self.instructions(
            lambda: self.call("pgbench", "-n", "-c1", "-M", mode, "-t", str(queries), "--random-seed=1", "-f", path))

    @staticmethod
    def per_query(count, few, many):
        return (count(many) - count(few)) / (many - few)

    def measure(self):
        yield "SELECT 1, prepared", self.per_query(lambda n: self.pgbench("prepared", n, "SELECT 1;\n"), 1000, 4000)
        yield "pgbench -S, prepared", self.per_query(lambda n: self.pgbench("prepared", n, ACCOUNT), 1000, 4000)
        yield "pgbench -S, simple", self.per_query(lambda n: self.pgbench("simple", n, ACCOUNT), 500, 1500)
        yield f"{SHAPES} shapes, simple", self.per_query(
            lambda n: self.instructions(lambda: self.call("psql", "-Xqo", "/dev/null", script=shapes(n))), 1, 2) / SHAPES


def main():
    """Measures each choice of libraries, and prints what it adds to the one before."""
    programs, directory, *libraries = sys.argv[1:]
    libraries = libraries or ["", "pg_stat_statements", "pg_stat_statements, pg_almanac"]
    bench = Bench(programs, directory)
    bench.start("", False)
    bench.call("pgbench", "-i", "-q", "-s1")
    bench.call("psql", "-Xqc", f"CREATE TABLE wide ({', '.join(f'c{i} int' for i in range(100))})")
    bench.stop()
    table = {}
    for library in libraries:
        bench.start(library, True)
        for name, value in bench.measure():
            table.setdefault(name, []).append(value)
            print(f"{library or 'bare':40} {name:24} {value:12.0f}", flush=True)
        bench.stop()
    print()
    for name, values in table.items():
        print(f"{name:24}" + "".join(f"{value:10.0f}" for value in values) +
              "   added:" + "".join(f"{b - a:+8.0f}" for a, b in zip(values, values[1:])))


main()
