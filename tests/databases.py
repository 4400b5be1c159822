"""PostGIS databases that are emptied after a test and lent to the next one."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from tests.postgis import PostgisCluster

MOST_ROWS = 2_000  # deleted rows stay in the files of their tables: after so many, a new database is quicker
ALONE_WITHIN_S = 0.5

CATALOGUES = (
    *("pg_attrdef", "pg_attribute", "pg_class", "pg_constraint", "pg_default_acl", "pg_event_trigger"),
    *("pg_extension", "pg_index", "pg_namespace", "pg_policy", "pg_proc", "pg_rewrite", "pg_trigger"),
    *("pg_type", "pg_db_role_setting", "spatial_ref_sys"),
)
# Whoever changes a definition or a right writes a row of a newer transaction, or leaves one less.
DEFINITIONS = " UNION ALL ".join(
    [
        "SELECT datname, 1, xmin::text::bigint FROM pg_database WHERE datname = current_database()",
        *(f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}" for name in CATALOGUES),
    ]
)
TABLES = """
SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') ORDER BY 1, 2
"""
SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences
"""
PUT_BACK = "SELECT setval(%s::text::regclass, %s, %s)"
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class LentDatabase:
    """One database, and how it was when it was new."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._deleted = 0
        with self._connection() as connection:
            self._definitions = connection.execute(DEFINITIONS).fetchall()
            tables = [Identifier(*names) for names in connection.execute(TABLES)]
            self._clear = SQL("; ").join(SQL("DELETE FROM {}").format(table) for table in tables)
            self._rows = [(table, rows) for table in tables if (rows := _rows_of(connection, table))]
            self._sequences = connection.execute(SEQUENCES).fetchall()

    def reset(self) -> bool:
        """Makes it as it was; False where that cannot be, or costs more than a new one."""
        try:
            with self._connection() as connection:
                if not _alone(connection) or connection.execute(DEFINITIONS).fetchall() != self._definitions:
                    return False
                # No trigger keeps a row of the audit log, and no key asks for an order.
                connection.execute("SET session_replication_role = replica")
                self._deleted += _deleted(connection, self._clear)
                for table, rows in self._rows:
                    with connection.cursor().copy(SQL("COPY {} FROM STDIN").format(table)) as into:
                        into.write(rows)
                moved = set(self._sequences) - set(connection.execute(SEQUENCES))
                for sequence in moved:
                    connection.execute(PUT_BACK, sequence)
        except psycopg.Error:
            return False
        return self._deleted < MOST_ROWS

    def _connection(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.url.replace("+psycopg", ""))


class LentDatabases:
    """Copies of one template. To make one takes some 0.15 s of CPU; to empty it, a tenth of that."""

    def __init__(self, cluster: PostgisCluster, template: str) -> None:
        self._cluster, self._template = cluster, template
        self._free: list[LentDatabase] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database like the template, for one test.

        Where the test changed a definition or a right, or left somebody connected, nobody gets it again.
        """
        url = self._cluster.fresh_database(template=self._template) if not self._free else ""
        database = LentDatabase(url) if url else self._free.pop()
        yield database.url
        if database.reset():
            self._free.append(database)
        else:
            self._cluster.drop(database.url)


def _rows_of(connection: "psycopg.Connection[Any]", table: Identifier) -> bytes:
    with connection.cursor().copy(SQL("COPY {} TO STDOUT").format(table)) as out:
        return b"".join(out)


def _alone(connection: "psycopg.Connection[Any]") -> bool:
    """Whether nobody else is connected; those who have just gone are waited for."""
    deadline = time.monotonic() + ALONE_WITHIN_S
    while connection.execute(OTHERS).fetchone() != (0,):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _deleted(connection: "psycopg.Connection[Any]", statements: Composed) -> int:
    cursor = connection.execute(statements)
    count = cursor.rowcount
    while cursor.nextset():
        count += cursor.rowcount
    return count
