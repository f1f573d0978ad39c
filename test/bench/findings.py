"""Looking for findings in a database of many tables. Started by test/bench/findings."""

import sys

from server import Server

ROUNDS = 5
# Half of the indexes are of no use to anybody, as far as history knows, and everything is large enough.
THRESHOLDS = {"index_min_bytes": 0, "foreign_key_min_bytes": 0, "bloat_min_bytes": 0, "vacuum_min_rows": 0}
WRITTEN = """SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables WHERE relname = 'finding_log'"""
# On what is not ours.
LOCKS = """SELECT DISTINCT l.mode FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
           LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND n.nspname IS DISTINCT FROM 'almanac' ORDER BY 1"""


def build(session, tables):
    session.run("SELECT format('CREATE TABLE t%s (id int PRIMARY KEY, a int, b text, parent int);"
                " CREATE INDEX ON t%s (a, b); INSERT INTO t%s SELECT 1, 2, ''three''', i, i, i)"
                f" FROM generate_series(1, {tables}) i \\gexec\nSELECT 1", "ANALYZE")
    session.run("CREATE EXTENSION pg_stat_statements", "CREATE EXTENSION pg_almanac")
    for name, value in THRESHOLDS.items():
        session.run(f"SELECT almanac.set_finding_threshold('{name}', {value})")
    session.run("SELECT almanac.take_snapshot()",
                "UPDATE almanac.recorder SET started = started - interval '40 days'",
                "UPDATE almanac.index_keys SET first_seen = first_seen - interval '40 days'", "ANALYZE")


def look(session):
    """CPU of asking the catalogs and of judging, in ms; rows and WAL written; modes of locks."""
    place = session.value("SELECT pg_current_wal_insert_lsn()")
    session.run("BEGIN")
    asked, _ = session.timed("SELECT almanac.look_into_catalog()")
    judged, _ = session.timed("SELECT almanac.judge_findings(clock_timestamp())")
    changed = session.number(WRITTEN)
    wal = session.number(f"SELECT pg_current_wal_insert_lsn() - '{place}'")
    modes = [row[0] for row in session.run(LOCKS)]
    session.run("COMMIT")
    return asked, judged, changed, wal, modes


def main():
    programs, directory = sys.argv[1:3]
    tables = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
    server = Server(programs, directory)
    try:
        server.create({"pg_almanac.enabled": "off", "max_locks_per_transaction": "256"})
        server.start()
        session = server.session()
        build(session, tables)
        print(f"{tables} tables, {session.value('SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 2200')} indexes")
        print(f"{'look':>6}{'catalogs':>10}{'judging':>10}{'together':>10}   ms of CPU {'rows written':>14}{'WAL kB':>9}   locks on what is not ours")
        for number in range(1, ROUNDS + 1):
            asked, judged, changed, wal, modes = look(session)
            print(f"{number:6}{asked:10.0f}{judged:10.0f}{asked + judged:10.0f}{'':12}{changed:14.0f}{wal / 1024:9.0f}   {', '.join(modes)}", flush=True)
        print(f"findings: {session.value('SELECT count(*) FROM almanac.findings')}")
        for view in ("health", "findings"):
            cpu, _ = session.timed(f"SELECT count(*) FROM almanac.{view}")
            print(f"SELECT count(*) FROM almanac.{view}: {cpu:.0f} ms of CPU")
        print("dearest kinds, ms elapsed:", ", ".join(
            f"{kind} {float(ms):.0f}" for kind, ms in session.run("SELECT kind, elapsed_ms FROM almanac.finding_kinds ORDER BY 2 DESC LIMIT 8")))
        session.close()
    finally:
        server.stop()


main()
