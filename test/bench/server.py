"""A private PostgreSQL server, sessions in it, and what its processes cost."""

import os
import subprocess
import time

# Everything that would make one snapshot dearer than the next by chance is off; what that leaves out is done between
# snapshots, or told apart (see docs/benchmarks.md).
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "30",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "full_page_writes": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "warning",
    "timezone": "'UTC'",
    "shared_preload_libraries": "'pg_stat_statements, pg_almanac'",
    "pg_stat_statements.max": "10000",
    "track_io_timing": "on",
    "max_locks_per_transaction": "1024",
}


def cpu_ms(pid):
    """CPU time of a process so far; exact while it sleeps."""
    try:
        with open(f"/proc/{pid}/schedstat") as file:
            return int(file.read().split()[0]) / 1e6
    except OSError:  # a kernel that does not count that finely
        fields = stat_fields(pid)
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def ended_children_cpu_ms(pid):
    """CPU time of all children of a process that have ended; steps of 10 ms."""
    fields = stat_fields(pid)
    return (int(fields[13]) + int(fields[14])) * 1000 / os.sysconf("SC_CLK_TCK")


def stat_fields(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()


class Server:
    """A cluster in `directory`, run by the current user, reached by a socket in there."""

    def __init__(self, programs, directory, port=5432):
        self.programs, self.directory, self.port = programs, directory, port
        self.data, self.log = f"{directory}/data", f"{directory}/server.log"
        self.pid = None

    def create(self, settings):
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        lines = {**SETTINGS, **settings, "port": self.port, "unix_socket_directories": f"'{self.directory}'"}
        with open(f"{self.data}/postgresql.conf", "a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in lines.items())

    def start(self):
        self.run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.log)
        with open(f"{self.data}/postmaster.pid") as file:
            self.pid = int(file.readline())

    def stop(self):
        if self.pid:
            self.run("pg_ctl", "stop", "-m", "immediate", "-D", self.data)
            self.pid = None

    def run(self, program, *arguments):
        done = subprocess.run([f"{self.programs}/{program}", *arguments], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout or 'see ' + self.log}")
        return done.stdout

    def session(self, database="postgres"):
        return Session(self, database)


class Session:
    """A connection that pg_stat_statements does not watch."""

    def __init__(self, server, database):
        environment = {**os.environ, "PGOPTIONS": "-c client_min_messages=warning"}
        self.psql = subprocess.Popen(
            [f"{server.programs}/psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h",
             server.directory, "-p", str(server.port), "-U", "postgres", "-d", database],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        self.pid = int(self.value("SELECT pg_backend_pid()"))
        self.run("SET pg_stat_statements.track = 'none'")

    def run(self, *statements):
        """Executes statements (SQL or commands of psql); returns the rows of all as lists of strings."""
        self.psql.stdin.write("\n".join(s if s.startswith("\\") else s + ";" for s in statements) + "\n\\echo .done\n")
        self.psql.stdin.flush()
        rows = []
        for line in self.psql.stdout:
            line = line.rstrip("\n")
            if line == ".done":
                return rows
            rows.append(line.split("\t"))
        output = ["\t".join(row) for row in rows]
        errors = [line for line in output if "ERROR" in line or "FATAL" in line] or output[-5:]
        raise RuntimeError("\n".join([statements[0][:300], *errors]))

    def value(self, statement):
        return self.run(statement)[0][0]

    def number(self, statement):
        return float(self.value(statement) or 0)

    def timed(self, statement):
        """Executes a statement; returns (CPU of its backend, elapsed), both in ms."""
        before = cpu_ms(self.pid)
        lines = self.run("\\timing on", statement, "\\timing off")
        elapsed = next(float(line[0].split()[1]) for line in reversed(lines) if line[0].startswith("Time: "))
        return cpu_ms(self.pid) - before, elapsed

    def close(self):
        if self.psql.poll() is None:
            self.psql.stdin.close()
            self.psql.wait(30)


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.01)
