"""Opens the databases: the private one by its owner, the public tables by a reader."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.storage.dialects import postgis, spatialite

HASTE_MS = 100
PAGE_MS = 10_000  # that a page may wait for others to write: a thread of the service waits with it

os.environ.setdefault("SPATIALITE_LIBRARY_PATH", spatialite.EXTENSION)  # GeoAlchemy2 asks for it


def private_engine(settings: Settings) -> Engine:
    """The engine of the services and the command line: reads and writes everything."""
    url = settings.database
    return spatialite.private_engine(url) if url.startswith("sqlite") else postgis.private_engine(url)


def public_engine(settings: Settings) -> Engine:
    """The engine of every public page: reads listing rows and their log, and nothing else."""
    url = settings.public_database
    return spatialite.public_engine(url) if url.startswith("sqlite") else postgis.public_engine(url)


@contextmanager
def engine_to_try(engine: Engine, folder: Path) -> Iterator[Engine]:
    """An engine for what is tried and taken back. On SQLite it works on a copy, put into folder: so
    nobody who writes waits for as long as the trial takes.
    """
    if engine.dialect.name != "sqlite":
        yield engine
        return
    file = folder / "trial.sqlite"
    spatialite.copy_to(engine, file)
    trial = spatialite.private_engine(f"sqlite:///{file}")
    try:
        yield trial
    finally:
        trial.dispose()


def writing(engine: Engine) -> Session:
    """A session for one verb; whoever opens it commits once. On SQLite it holds the write lock."""
    return Session(engine, expire_on_commit=False)


def writing_soon(engine: Engine) -> Session:
    """A session for the verb of a page: on SQLite it fails, as overloaded, when others write for long."""
    return Session(engine.execution_options(patience_ms=PAGE_MS), expire_on_commit=False)


def hasty(engine: Engine) -> Session:
    """A session for what may as well be done later: it fails at once while somebody else writes."""
    return Session(engine.execution_options(patience_ms=HASTE_MS), expire_on_commit=False)


def reading(engine: Engine) -> Session:
    """A session that only reads, and keeps nobody from writing."""
    return Session(engine.execution_options(reading=True), expire_on_commit=False)
