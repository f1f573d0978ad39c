"""CPU time of a look at what sessions do. Started by test/bench/waits."""

import resource
import subprocess
import sys
import time

from server import Server, cpu_ms

CONNECTIONS = (10, 200, 1000)
SECONDS = 20
INTERVAL_MS = 20
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


def worker_cpu(session, seconds):
    pid = int(session.value("SELECT worker_pid FROM almanac.worker_status()"))
    before, begun = cpu_ms(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_ms(pid) - before) / (time.monotonic() - begun)


def measure(server, connections, seconds):
    """Microseconds of CPU time that a look takes with so many sessions, each in a statement of its own."""
    clients = subprocess.Popen(
        [f"{server.programs}/pgbench", "-n", "-c", str(connections), "-T", "3600", "-f", f"{server.directory}/sleep.sql",
         "-h", server.directory, "-U", "postgres", "postgres"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    session = server.session()
    try:
        while int(session.value(SLEEPING)) < connections:
            if clients.poll() is not None:
                raise RuntimeError("pgbench ended")
            time.sleep(0.2)
        rates = []
        for interval in (0, INTERVAL_MS):
            session.run(f"ALTER SYSTEM SET pg_almanac.wait_interval = {interval}", "SELECT pg_reload_conf()")
            time.sleep(2)
            session.run("SELECT almanac.take_snapshot()")
            time.sleep(1)
            rates.append(worker_cpu(session, seconds))
        session.run("SELECT almanac.take_snapshot()")
        seen = session.run("SELECT sum(samples), EXTRACT(epoch FROM max(duration)) FROM almanac.wait_history"
                           " WHERE wait_event = 'PgSleep' AND \"time\" = (SELECT max(\"time\") FROM almanac.wait_history)")[0]
        looks = float(seen[0]) / connections / float(seen[1])
        return (rates[1] - rates[0]) * 1000 / looks, looks
    finally:
        clients.terminate()
        clients.wait()
        session.run("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        while int(session.value(SLEEPING)) > 0:
            time.sleep(0.2)


def main():
    programs, directory = sys.argv[1:3]
    numbers = [int(n) for n in sys.argv[3:]] or CONNECTIONS
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Server(programs, directory)
    server.create({"max_connections": str(max(numbers) + 20), "pg_almanac.interval": "1d",
                   "pg_almanac.relation_interval": "1d", "pg_almanac.max_cpu_percent": "0"})
    with open(f"{directory}/sleep.sql", "w") as file:
        file.write("SELECT pg_sleep(1000), :client_id;\n")
    server.start()
    try:
        session = server.session()
        session.run("CREATE EXTENSION pg_stat_statements", "CREATE EXTENSION pg_almanac")
        while session.value("SELECT worker_pid IS NOT NULL AND state = 'idle' FROM almanac.worker_status()") != "t":
            time.sleep(0.2)
        print(f"max_connections = {max(numbers) + 20}")
        print("connections  us per look  looks per second  of a core at one look per second")
        for number in numbers:
            us, looks = measure(server, number, SECONDS)
            print(f"{number:11}  {us:11.1f}  {looks:16.1f}  {us / 1e6:.4%}", flush=True)
    finally:
        server.stop()


main()
