"""Puts an unpacked backup in the place of a database: on SQLite by a rename, on PostgreSQL by a commit.

On SQLite all work is done on a file beside, on PostgreSQL in one transaction. Either way what is in use
changes at the very end, in one step, once the answers were compared. Whatever ends the process before
leaves all as it was.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.messages import mark as _
from mapsvc.services.backups import Progress, back_up
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.mending_copies import end_visits, follow_from_now, keep_marks
from mapsvc.services.publishing import republish
from mapsvc.services.verifying import verify
from mapsvc.storage import in_use, schema
from mapsvc.storage.backups import names
from mapsvc.storage.backups.copies import advance, counters_of, erasures_of, references_indexed
from mapsvc.storage.backups.erasures import Erasures, graves_of, sync_folder
from mapsvc.storage.backups.manifests import DATABASE
from mapsvc.storage.dialects import dumps, forgetting, spatialite
from mapsvc.storage.engine import private_engine, public_engine
from mapsvc.storage.listings import take_turn

BEFORE = "before"  # the folder for what was there, on PostgreSQL

Show = Callable[[str], Progress]


@dataclass(frozen=True, slots=True)
class How:
    """How many answers are compared, what shows how far that is, and what goes around the last step."""

    questions: int
    show: Show
    last: Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class There:
    """What is known of the database that is about to be replaced; without a lineage it is none of ours."""

    lineage: str
    erasures: Erasures | None = None
    counters: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What putting in place did, and what is erased in the database that is in use now."""

    erasures: Erasures
    erased: int
    changed: int
    aside: Path | None = None


class Place(Protocol):
    """Where a database is."""

    @property
    def dialect(self) -> str:
        """The kind of database, as SQLAlchemy names it."""

    def there(self) -> There | None:
        """What is there now, None where nothing is, or nothing that can be read."""

    def put(self, known: Erasures, counters: Mapping[str, int], *, key: str, keep: bool, how: How) -> Done:
        """Puts the unpacked database there, without what was erased, and verified."""


def place_for(settings: Settings, staging: Path) -> Place:
    """The place of the database of the settings; the unpacked one is in staging."""
    sqlite = settings.database.startswith("sqlite")
    return SqlitePlace(settings, staging) if sqlite else PostgresPlace(settings, staging)


@dataclass(frozen=True, slots=True)
class SqlitePlace:
    """A file."""

    settings: Settings
    staging: Path
    dialect: str = "sqlite"

    def there(self) -> There | None:
        """What is in the file; one that cannot be read counts as none, and is always kept aside."""
        if not self._file.exists():
            return None
        engine = private_engine(self.settings)
        try:
            return _there(engine)
        except DBAPIError:
            return None
        finally:
            engine.dispose()

    def put(self, known: Erasures, counters: Mapping[str, int], *, key: str, keep: bool, how: How) -> Done:
        """Works on the unpacked file, and gives it the name of the other at the end."""
        unreadable = self._file.exists() and self.there() is None
        file = self.staging / DATABASE
        here = Settings(**(self.settings.model_dump() | {"database_url": f"sqlite:///{file}"}))
        engine, public = private_engine(here), public_engine(here)
        try:
            schema.migrate(engine)
            with engine.begin() as connection:
                done = _worked_on(connection, known, counters, key)
            engine.dispose()
            spatialite.forget_deleted(file)
            with public.connect() as connection:
                _verified(connection, how)
        finally:
            engine.dispose()
            public.dispose()
        spatialite.end_log(file)
        if self._file.exists() and not unreadable:
            spatialite.end_log(self._file)  # else a rename could part it from its log
        with how.last():
            return replace(done, aside=self._swap(file, keep=keep or unreadable))

    def _swap(self, file: Path, *, keep: bool) -> Path | None:
        """Has the new file in place of the old one, which may keep another name; there is always one."""
        aside = self._file.with_name(f"{self._file.name}.before-{names.name_at(now(), '')}")
        if keep := keep and self._file.exists():
            aside.hardlink_to(self._file)
        if self._file.exists():
            before = self._file.stat()
            file.chmod(before.st_mode & 0o777)
            with suppress(PermissionError):
                os.chown(file, before.st_uid, before.st_gid)  # where root restores, another user serves
        # The log of a file that cannot be read, or is gone, must not be taken for one of the new file.
        for left, kept in zip(_beside(self._file), _beside(aside), strict=True):
            if left.exists():
                left.replace(kept)
        file.replace(self._file)
        sync_folder(self._file.parent)
        return aside if keep else None

    @property
    def _file(self) -> Path:
        return Path(make_url(self.settings.database).database or "").absolute()


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """A database of a PostgreSQL server: its own, with nothing but ours and PostGIS in it."""

    settings: Settings
    staging: Path
    dialect: str = "postgresql"

    def there(self) -> There | None:
        """What is in the database. Raises InUse where public pages are being served from it."""
        engine = private_engine(self.settings)
        try:
            with engine.connect() as connection:
                if dumps.is_read_by(connection, self.settings.public_database):
                    raise in_use.InUse
            return _there(engine)
        finally:
            engine.dispose()

    def put(self, known: Erasures, counters: Mapping[str, int], *, key: str, keep: bool, how: How) -> Done:
        """Does all in one transaction: until its commit, what is there stays."""
        engine = private_engine(self.settings)
        try:
            aside = back_up(engine, self.settings, to=self.settings.folder / BEFORE) if keep else None
            with engine.connect() as connection:
                dumps.put_in_place(connection, self.staging / DATABASE)
                schema.migrate_within(connection, public_url=self.settings.public_database)
                done = _worked_on(connection, known, counters, key)
                _verified(connection, how)
                with how.last():
                    connection.commit()
            if done.erased:
                with suppress(forgetting.StillRead):  # the worker tries again
                    forgetting.forget_deleted(engine)
        finally:
            engine.dispose()
        return replace(done, aside=aside)


def _there(engine: Engine) -> There | None:
    begun = datetime.now(UTC)
    with engine.execution_options(reading=True).connect() as connection:
        tables = schema.tables_in(connection)
        if not tables:
            return None
        if "lineage" not in tables:
            return There("")
        erasures = erasures_of(connection, until=begun)
        return There(erasures.lineage, erasures, counters_of(connection))


def _worked_on(connection: Connection, known: Erasures, counters: Mapping[str, int], key: str) -> Done:
    """Brings a restored database up to what was erased since, in the transaction of connection."""
    with Session(connection, expire_on_commit=False) as session:
        take_turn(session)
        advance(connection, counters)
        with references_indexed(connection):
            erased = erase_again(session, graves_of(known), key=key)
        keep_marks(session, known.marks)
        end_visits(session)
        changed = republish(session)
        follow_from_now(session)
        session.flush()
    return Done(erasures_of(connection, until=datetime.now(UTC)), erased, changed)


def _verified(connection: Connection, how: How) -> None:
    verify(connection, progress=how.show(_("Comparing answers")), questions=how.questions)


def _beside(file: Path) -> list[Path]:
    return [file.with_name(file.name + end) for end in ("-wal", "-shm")]
