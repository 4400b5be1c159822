"""Statements that SQLAlchemy compiled, kept for all engines of a kind.

Each test opens engines of its own and says what the others said: to compile that anew took a sixth of
the processor's time of all tests.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

MOST_KEPT = 5_000

_kept: LRUCache[Any, Any] = LRUCache(MOST_KEPT)


def keep_for_all() -> None:
    """From now on engines look first at what others compiled for the same kind of database."""
    Engine._compiled_cache = property(lambda _engine: _kept, lambda _engine, _own: None)
    for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        kind.__eq__ = _of_one_kind  # type: ignore[assignment,method-assign]
        kind.__hash__ = lambda dialect: hash(type(dialect))  # type: ignore[assignment,method-assign]


def _of_one_kind(dialect: Any, other: object) -> bool:
    return type(dialect) is type(other) and _version(dialect) == _version(other)


def _version(dialect: Any) -> Any:
    return getattr(dialect, "server_version_info", None)
