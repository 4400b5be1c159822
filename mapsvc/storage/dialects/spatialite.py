"""SQLite with SpatiaLite: how a connection is opened, and what a public one may read."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

# Loaded before SpatiaLite, which puts the system's PROJ and GEOS before all that is loaded later: a
# pyproj imported afterwards calls the wrong library and ends the process (seen: "double free").
import pyproj  # noqa: F401
import shapely  # noqa: F401
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from mapsvc.domain.listings import PUBLIC_SCHEMA, PUBLIC_TABLES
from mapsvc.errors import Misconfigured
from mapsvc.messages import mark as _

EXTENSION = "mod_spatialite"
BUSY_MS = 30_000
ONE_SCHEMA = {"schema_translate_map": {PUBLIC_SCHEMA: None}}

# The tables behind the public tables' R-tree and full-text indexes, and SpatiaLite's own metadata.
READABLE = (
    PUBLIC_TABLES
    | {f"idx_listing_points_point{part}" for part in ("", "_node", "_rowid", "_parent")}
    | {f"listing_words{part}" for part in ("_data", "_idx", "_docsize", "_config", "_content")}
    | {"spatial_ref_sys", "spatial_ref_sys_aux", "geometry_columns", "json_each"}
)


class NoExtension(Misconfigured):
    """This Python, or this machine, cannot load SpatiaLite."""

    message = _(
        "SpatiaLite cannot be loaded (%(why)s). Install libsqlite3-mod-spatialite and use a Python "
        "that loads SQLite extensions, such as Debian's /usr/bin/python3."
    )


def driver() -> ModuleType:
    """The SQLite module that can load extensions: the standard one, or pysqlite3 where it cannot.

    Raises NoExtension when neither can.
    """
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        return sqlite3
    try:
        import pysqlite3  # type: ignore[import-not-found]  # noqa: PLC0415 - only where it is needed
    except ImportError as error:
        raise NoExtension(why="this Python was built without extensions") from error
    return pysqlite3  # type: ignore[no-any-return]


def private_engine(url: str) -> Engine:
    """An engine that reads and writes the database file, with SpatiaLite loaded."""
    engine = create_engine(
        url,
        module=driver(),
        connect_args={"timeout": BUSY_MS / 1000},
        execution_options=ONE_SCHEMA,
        hide_parameters=True,  # a fault goes into the log: no address, no name with it
    )

    @event.listens_for(engine, "connect")
    def _open(connection: Any, record: object) -> None:
        connection.isolation_level = None
        _load_extension(connection)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that writes takes its lock at once: an upgrade later could fail at any line.
        options = connection.get_execution_options()
        reading = options.get("reading", False)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={options.get('patience_ms', BUSY_MS)}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def copy_to(engine: Engine, path: Path) -> None:
    """Writes what the database holds now into a new file; nobody waits for it."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        connection.close()


def forget_deleted(path: Path, *, without: Sequence[str] = ()) -> None:
    """Takes out of a file that nobody else has open what was deleted: it must hold nothing of that.

    Deleted words stay in a full-text index until its parts are merged, and pages in the log beside the file.
    The rows of the tables named in without go first.
    """
    with closing(driver().connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        for table in without:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - ours # nosec B608
        connection.execute("INSERT INTO listing_words(listing_words) VALUES ('optimize')")
    end_log(path)


def end_log(path: Path) -> None:
    """Takes the log beside a file into it, and away; nobody else may have it open."""
    with closing(driver().connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def public_engine(url: str) -> Engine:
    """An engine that reads the public tables of the database file and nothing else.

    The connection is opened read-only, and SQLite asks `may_read` before any table is read. Listing
    rows hold plain numbers, so SpatiaLite is not loaded. Nobody may call `blobopen`, `backup` or
    `serialize` on it: they pass the authorizer by.
    """
    path = make_url(url).database or ""
    engine = create_engine(
        f"sqlite:///file:{quote(path)}?mode=ro&uri=true",
        module=driver(),
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        execution_options=ONE_SCHEMA,
    )

    @event.listens_for(engine, "connect")
    def _open(connection: Any, record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA query_only=ON")
        connection.set_authorizer(may_read)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def may_read(action: int, table: str | None, column: str | None, *rest: str | None) -> int:
    """SQLite's authorizer for public connections: judges reading and attaching alone.

    Judging any other action would break virtual tables, which are prepared by writing in words.
    """
    if action == sqlite3.SQLITE_ATTACH:
        return sqlite3.SQLITE_DENY
    if action != sqlite3.SQLITE_READ or table in READABLE:
        return sqlite3.SQLITE_OK
    if table == "sqlite_master" and column == "ROWID":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _load_extension(connection: Any) -> None:
    try:
        connection.enable_load_extension(True)
        connection.load_extension(EXTENSION)
        connection.enable_load_extension(False)
    except driver().OperationalError as error:
        raise NoExtension(why=str(error)) from error
