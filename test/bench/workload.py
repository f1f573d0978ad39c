"""The load: many tables with two indexes each, many statements over them, few of which run between two snapshots."""

import random

COLUMNS = ("account", "amount", "state", "note", "changed")


class Workload:
    """`active` of `statements` statements run in a round: three fifths of them always the same, up to 40 times each, the
    others at random, once. `writes` is the share of the statements that write."""

    def __init__(self, server, statements, tables, active, writes):
        self.tables = tables
        self.random = random.Random(11)
        self.writers = set(self.random.sample(range(statements), int(statements * writes)))
        order = self.random.sample(range(statements), statements)
        self.hot, self.cold = order[:active * 3 // 5], order[active * 3 // 5:]
        self.active = active
        self.server = server
        admin = server.session()
        admin.run("CREATE DATABASE app")
        admin.close()
        self.session = server.session("app")
        self.create_tables()
        self.session.run("SET pg_stat_statements.track = 'top'", "SET enable_seqscan = off", "\\o /dev/null")
        self.run(range(statements))

    def create_tables(self):
        self.session.run("CREATE SCHEMA shop")
        for first in range(0, self.tables, 200):  # so that locks do not run out
            self.session.run(f"""
                DO $$ BEGIN
                    FOR i IN {first}..{min(first + 200, self.tables) - 1} LOOP
                        EXECUTE format('CREATE TABLE shop.orders_%s (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                            account int, amount int, state int, note varchar(20), changed timestamptz)', i);
                        EXECUTE format('CREATE INDEX ON shop.orders_%s (account)', i);
                        EXECUTE format('INSERT INTO shop.orders_%s (account, amount, state, note, changed)
                            SELECT g, g, g %% 3, ''note '' || g, now() FROM generate_series(1, 40) g', i);
                    END LOOP;
                END $$""")
        self.session.run("VACUUM ANALYZE")

    def statement(self, n):
        """Text of statement `n`; constants differ from call to call."""
        table, form = f"shop.orders_{n % self.tables}", n // self.tables
        row, other = self.random.randint(1, 40), self.random.randint(1, 1000)
        if n in self.writers:
            return (f"UPDATE {table} SET amount = amount + {other}, changed = now() WHERE id = {row}",
                    f"UPDATE {table} SET account = {other} WHERE id = {row}",
                    f"INSERT INTO {table} (account, amount, state, note, changed) VALUES ({row}, {other}, 0, 'new', now())",
                    f"DELETE FROM {table} WHERE id = {40 + other}")[form % 4]
        listed = ", ".join(f"o.{COLUMNS[(form + i) % 5]} AS reported_{COLUMNS[(form + i) % 5]}_of_the_order" for i in range(3))
        where = (f"o.id = {row}", f"o.account BETWEEN {row} AND {row + 5}")[form % 2]
        return f"SELECT {listed} FROM {table} AS o WHERE {where} AND o.state <> {3 + other} ORDER BY o.{COLUMNS[form % 5]} LIMIT 10"

    def round(self):
        """One interval's worth of executions."""
        chosen = []
        for rank, n in enumerate(self.hot):
            chosen += [n] * max(1, round(40 / (rank + 1) ** 0.5))
        chosen += self.random.sample(self.cold, self.active - len(self.hot))
        self.run(chosen)

    def run(self, chosen):
        self.session.run(*(self.statement(n) for n in chosen))
        self.session.run("SELECT pg_stat_force_next_flush()")
