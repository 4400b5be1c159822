"""Copies of the whole database in one state, and the counters that must never go back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from alembic.migration import MigrationContext
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    PrimaryKeyConstraint,
    UniqueConstraint,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from mapsvc.domain.listings import ChangeCounter
from mapsvc.domain.reviews import Suppression
from mapsvc.storage.backups.erasures import Erasures, Mark
from mapsvc.storage.dialects import dumps, spatialite
from mapsvc.storage.listings import last_change
from mapsvc.storage.tables import METADATA
from mapsvc.storage.tombstones import count_tombstones, lineage_of, tombstones

CHANGES = "change_counter"
OF_TODAY = ("demand_salts", "demand_visits")  # what is dropped within a day is in no backup
Unique = PrimaryKeyConstraint | UniqueConstraint
_SEQUENCES = {
    "sqlite": "SELECT name, seq FROM sqlite_sequence",
    "postgresql": "SELECT regexp_replace(sequencename, '_id_seq$', ''), coalesce(last_value, 0) "
    "FROM pg_sequences WHERE schemaname IN ('public', 'directory')",
}


class Facts(NamedTuple):
    """What is counted of a copy: rows and last numbers by table, which revision, what was erased."""

    rows: dict[str, int]
    counters: dict[str, int]
    revision: str
    erasures: Erasures


def copy_database(engine: Engine, file: Path) -> Facts:
    """Writes the database as it is in one moment into a new file; nobody who writes waits for it.

    On SQLite the copy holds nothing of what was deleted. Raises dumps.NoClient or dumps.ProgramFailed.
    """
    begun = datetime.now(UTC)
    if engine.dialect.name == "sqlite":
        spatialite.copy_to(engine, file)
        spatialite.forget_deleted(file, without=OF_TODAY)
        copy = spatialite.private_engine(f"sqlite:///{file}")
        try:
            with copy.execution_options(reading=True).connect() as connection:
                facts = facts_of(connection, until=begun)
        finally:
            copy.dispose()
        spatialite.end_log(file)
        return facts
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        facts = facts_of(connection, until=begun)
        dumps.dump(connection, file, without=OF_TODAY)
    return facts._replace(rows={**facts.rows, **dict.fromkeys(OF_TODAY, 0)})


def facts_of(connection: Connection, *, until: datetime) -> Facts:
    """What is counted of a database, in the transaction of connection, which began after until."""
    tables = {table.name: table for table in METADATA.sorted_tables}
    rows = {
        name: connection.scalar(select(func.count()).select_from(table)) or 0
        for name, table in tables.items()
    }
    revision = MigrationContext.configure(connection).get_current_revision() or ""
    return Facts(rows, counters_of(connection), revision, erasures_of(connection, until=until))


def erasures_of(connection: Connection, *, until: datetime) -> Erasures:
    """What was erased from a database; until is a moment before its transaction began."""
    session = Session(connection)
    graves = {(grave.noun, grave.row_id): grave.at for grave in tombstones(session)}
    columns = (Suppression.digest, Suppression.entry, Suppression.kind, Suppression.created)
    marks: frozenset[Mark] = frozenset(
        (digest, entry, kind, created.isoformat())
        for digest, entry, kind, created in session.execute(select(*columns))
    )
    return Erasures(lineage_of(session), until, graves, marks, state_of(session))


def state_of(session: Session) -> tuple[int, ...]:
    """What differs, with next to no work, once something more is erased or may be listed again."""
    last = session.scalar(select(func.max(Suppression.id))) or 0
    marks = session.scalar(select(func.count()).select_from(Suppression)) or 0
    return count_tombstones(session), last, marks


def counters_of(connection: Connection) -> dict[str, int]:
    """The last number given in each table, and that of the last change."""
    rows = connection.execute(text(_SEQUENCES[connection.dialect.name]))
    return {**{str(name): int(last) for name, last in rows}, CHANGES: last_change(connection)}


@contextmanager
def references_indexed(connection: Connection) -> Iterator[None]:
    """Has each row that names another be found by an index meanwhile, for the time when many rows go.

    For each of them the database looks through every table that may name it.
    """
    columns = [key.parent for table in METADATA.sorted_tables for key in table.foreign_keys]
    names = [f"{column.table.name} ({column.name})" for column in columns if not _is_indexed(column)]
    for number, name in enumerate(names):
        connection.execute(text(f"CREATE INDEX ix_meanwhile_{number} ON {name}"))
    yield
    for number in range(len(names)):
        connection.execute(text(f"DROP INDEX ix_meanwhile_{number}"))


def _is_indexed(column: Column[Any]) -> bool:
    """Whether a column is the first of an index or of a key, or its table is one of the public ones."""
    indexes = [index.columns.values() for index in column.table.indexes]
    keys = [one.columns.values() for one in column.table.constraints if isinstance(one, Unique)]
    firsts = [columns[0] for columns in (*indexes, *keys) if columns]
    return column.table.schema is not None or column in firsts


def advance(connection: Connection, counters: Mapping[str, int]) -> None:
    """Has no number given again that may have been given before; the caller commits."""
    known = {table.name for table in METADATA.tables.values()}
    number = counters.get(CHANGES, 0)
    connection.execute(update(ChangeCounter).where(ChangeCounter.number < number).values(number=number))
    for name, last in counters.items():
        if name == CHANGES or name not in known:
            continue
        values = {"name": name, "last": last}
        if connection.dialect.name == "postgresql":
            statement = (
                "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, :last) FROM pg_sequences "
                "WHERE sequencename = :name || '_id_seq' AND coalesce(last_value, 0) < :last"
            )
            connection.execute(text(statement), values)
            continue
        there = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), values)
        if there is None:
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)
        elif there < last:
            connection.execute(text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name"), values)
