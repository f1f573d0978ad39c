"""Other ways to keep the same history. Each takes a snapshot in its own session, which does nothing else."""

import re

STATEMENT_KEY = ("userid", "dbid", "toplevel", "queryid")
NOT_SUMS = re.compile("^(n_live_tup|n_dead_tup|n_mod_since_analyze|n_ins_since_vacuum|(min|max|mean|stddev)_.*)$")

# name: (what to read it from, its key, columns that are names)
SOURCES = {
    "statements": ("pg_stat_statements(false)", STATEMENT_KEY, ("query",)),
    "tables": ("pg_stat_user_tables t JOIN pg_statio_user_tables o USING (relid, schemaname, relname)", ("relid",),
               ("schemaname", "relname")),
    "indexes": ("pg_stat_user_indexes i JOIN pg_statio_user_indexes o"
                " USING (relid, indexrelid, schemaname, relname, indexrelname)", ("indexrelid",),
                ("relid", "schemaname", "relname", "indexrelname")),
}


class Rival:
    """`sources` are those that a snapshot covers, `schema` where it keeps them. Costs are (CPU ms, elapsed ms, WAL bytes)."""
    name = ""
    database = "app"

    def __init__(self, server, sources, schema):
        self.server, self.session = server, server.session(self.database)
        self.sources, self.schema = sources, schema
        self.prepare()

    def prepare(self):
        raise NotImplementedError

    def lsn(self):
        return int(self.session.value("SELECT pg_current_wal_insert_lsn() - '0/0'"))

    def snapshot(self):
        before = self.lsn()
        cpu, elapsed = self.session.timed(self.snapshot_sql)
        return cpu, elapsed, self.lsn() - before

    def top(self):
        """The statement that finds the 20 statements of most execution time."""
        raise NotImplementedError

    def timeline(self, queryid):
        """The statement that tells calls and time of a statement of database app in each interval, oldest first."""
        raise NotImplementedError

    def prepare_timeline(self):
        """An index, without which the question would read everything. It is in neither the snapshots' cost nor the bytes."""
        self.session.run(f'CREATE INDEX ON {self.schema}.statements (queryid, "time")', f"ANALYZE {self.schema}.statements")

    def maintain(self):
        """What autovacuum would do between two snapshots."""

    def forget(self):
        """Lets go of what would be in the way of others."""

    def bytes_of(self, source):
        """Bytes on disk for one source, with TOAST and indexes."""
        return self.session.number(f"SELECT pg_total_relation_size('{self.schema}.{source}')") if source in self.sources else 0


class Everything(Rival):
    """INSERT ... SELECT * of everything, each time."""
    name = "plain SQL"

    def prepare(self):
        self.session.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", f"CREATE SCHEMA {self.schema}")
        inserts = []
        for source in self.sources:
            what = SOURCES[source][0]
            self.session.run(f'CREATE TABLE {self.schema}.{source} AS SELECT now() AS "time", * FROM {what} LIMIT 0')
            inserts.append(f"INSERT INTO {self.schema}.{source} SELECT now(), * FROM {what};")
        self.session.run(f"CREATE PROCEDURE {self.schema}.snapshot() LANGUAGE plpgsql AS $$ BEGIN {' '.join(inserts)} END $$")
        self.snapshot_sql = f"CALL {self.schema}.snapshot()"

    def top(self):
        return f"""SELECT {", ".join(STATEMENT_KEY)}, max(calls) - min(calls), max(total_exec_time) - min(total_exec_time)
            FROM {self.schema}.statements GROUP BY {", ".join(STATEMENT_KEY)} ORDER BY 6 DESC LIMIT 20"""


    def timeline(self, queryid):
        return f"""SELECT "time", calls - lag(calls) OVER w, total_exec_time - lag(total_exec_time) OVER w
            FROM {self.schema}.statements WHERE queryid = {queryid} WINDOW w AS (PARTITION BY {", ".join(STATEMENT_KEY)} ORDER BY "time")
            ORDER BY 1"""


class Changes(Rival):
    """Increases of what changed, against a table with the last values."""
    name = "changed rows"

    def prepare(self):
        self.session.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", f"CREATE SCHEMA {self.schema}")
        body = " ".join(self.prepare_source(source) for source in self.sources)
        self.session.run(f"CREATE PROCEDURE {self.schema}.snapshot() LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        self.snapshot_sql = f"CALL {self.schema}.snapshot()"
        self.session.run(self.snapshot_sql)
        for source in self.sources:
            self.session.run(f"TRUNCATE {self.schema}.{source}")

    def prepare_source(self, source):
        what, key, names = SOURCES[source]
        table, last = f"{self.schema}.{source}", f"{self.schema}.{source}_last"
        self.session.run(f"CREATE UNLOGGED TABLE {last} WITH (fillfactor = 50) AS SELECT * FROM {what} LIMIT 0",
                         f"ALTER TABLE {last} ADD PRIMARY KEY ({', '.join(key)})",
                         *(f"ALTER TABLE {last} DROP COLUMN {name}" for name in names),
                         f'CREATE TABLE {table} AS SELECT now() AS "time", * FROM {last} LIMIT 0')
        columns = [(name, type in ("int8", "float8", "numeric") and name not in key and not NOT_SUMS.match(name))
                   for name, type in self.session.run(
                       "SELECT attname, typname FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid"
                       f" WHERE attrelid = '{last}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")]
        listed = ", ".join(name for name, _ in columns)
        increases = ", ".join(f"s.{name} - coalesce(l.{name}, 0)" if sums else f"s.{name}" for name, sums in columns)
        values = [name for name, _ in columns if name not in key]
        differs = ("l.calls IS DISTINCT FROM s.calls" if source == "statements" else
                   f"({', '.join('l.' + v for v in values)}) IS DISTINCT FROM ({', '.join('s.' + v for v in values)})")
        return f"""
            WITH seen AS MATERIALIZED (SELECT {listed} FROM {what}),
                changed AS MATERIALIZED (SELECT s.* FROM seen s LEFT JOIN {last} l USING ({", ".join(key)}) WHERE {differs}),
                written AS (INSERT INTO {table} SELECT now(), {increases}
                    FROM changed s LEFT JOIN {last} l USING ({", ".join(key)}))
            INSERT INTO {last} SELECT * FROM changed ON CONFLICT ({", ".join(key)}) DO UPDATE
                SET ({", ".join(values)}) = ROW ({", ".join("excluded." + v for v in values)});"""

    def top(self, table=None):
        return f"""SELECT {", ".join(STATEMENT_KEY)}, sum(calls), sum(total_exec_time)
            FROM {table or self.schema + ".statements"} GROUP BY {", ".join(STATEMENT_KEY)} ORDER BY 6 DESC LIMIT 20"""


    def timeline(self, queryid):
        return f'SELECT "time", calls, total_exec_time FROM {self.schema}.statements WHERE queryid = {queryid} ORDER BY 1'


class Powa(Rival):
    """PoWA 4: every statement, folded into arrays each powa.coalesce snapshots. On PostgreSQL 15 it has no relations."""
    name, database = "PoWA", "powa"

    @staticmethod
    def there(session):
        return session.value("SELECT count(*) FROM pg_available_extensions WHERE name IN ('powa', 'btree_gist')") == "2"

    def __init__(self, server):
        admin = server.session()
        admin.run("CREATE DATABASE powa")
        admin.close()
        super().__init__(server, ["statements"], "public")

    def forget(self):
        self.session.close()
        admin = self.server.session()
        admin.run("DROP DATABASE powa")
        admin.close()

    def prepare(self):
        self.session.run("CREATE EXTENSION pg_stat_statements", "CREATE EXTENSION btree_gist", "CREATE EXTENSION powa")
        self.snapshot_sql = "SELECT powa_take_snapshot()"

    def maintain(self):
        self.session.run("VACUUM ANALYZE powa_statements", "VACUUM powa_statements_history_current")

    def bytes_of(self, source):
        return self.session.number("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
                                   " AND relname LIKE 'powa\\_statements\\_history%'") if source in self.sources else 0

    def top(self):
        return """
            SELECT queryid, dbid, userid, max(c1) - min(c0), max(t1) - min(t0) FROM (
                SELECT queryid, dbid, userid, (mins_in_range).calls AS c0, (maxs_in_range).calls AS c1,
                    (mins_in_range).total_exec_time AS t0, (maxs_in_range).total_exec_time AS t1
                FROM powa_statements_history WHERE srvid = 0
                UNION ALL
                SELECT queryid, dbid, userid, (record).calls, (record).calls, (record).total_exec_time, (record).total_exec_time
                FROM powa_statements_history_current WHERE srvid = 0) h
            GROUP BY 1, 2, 3 ORDER BY 5 DESC LIMIT 20"""

    def timeline(self, queryid):
        return f"""
            SELECT ts, calls - lag(calls) OVER w, total_exec_time - lag(total_exec_time) OVER w FROM (
                SELECT userid, dbid, (record).* FROM powa_statements_history, unnest(records) AS record WHERE srvid = 0 AND queryid = {queryid}
                UNION ALL
                SELECT userid, dbid, (record).* FROM powa_statements_history_current WHERE srvid = 0 AND queryid = {queryid}) h
            WINDOW w AS (PARTITION BY userid, dbid ORDER BY ts) ORDER BY 1"""

    def prepare_timeline(self):
        """It has an index."""
