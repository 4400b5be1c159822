"""Puts an unpacked backup in the place of a database: on SQLite by a rename, on PostgreSQL by a transaction.

On SQLite all work is done on a file beside, and what is in use is changed at the very end. On PostgreSQL
there is nothing beside: a mark in the instance folder keeps the service from starting until all is done.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.messages import mark as _
from mapsvc.services.backups import Progress
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.mending_copies import end_visits, keep_marks
from mapsvc.services.publishing import republish
from mapsvc.services.verifying import verify
from mapsvc.storage import in_use, schema
from mapsvc.storage.backups import names
from mapsvc.storage.backups.copies import advance, counters_of, erasures_of
from mapsvc.storage.backups.erasures import Erasures, graves_of, sync_folder
from mapsvc.storage.backups.manifests import DATABASE
from mapsvc.storage.dialects import dumps, spatialite
from mapsvc.storage.engine import private_engine, public_engine, writing
from mapsvc.storage.listings import take_turn

Show = Callable[[str], Progress]


@dataclass(frozen=True, slots=True)
class Asking:
    """How many answers are compared, and what shows how far that is."""

    questions: int
    show: Show


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
    aside: Path | None


class Place(Protocol):
    """Where a database is."""

    @property
    def dialect(self) -> str:
        """The kind of database, as SQLAlchemy names it."""

    def there(self) -> There | None:
        """What is there now, None where nothing is, or nothing that can be read."""

    def put(self, known: Erasures, counters: Mapping[str, int], *, key: str, keep: bool, ask: Asking) -> Done:
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

    def put(self, known: Erasures, counters: Mapping[str, int], *, key: str, keep: bool, ask: Asking) -> Done:
        """Works on the unpacked file, and gives it the name of the other at the end."""
        unreadable = self._file.exists() and self.there() is None
        file = self.staging / DATABASE
        here = Settings(**(self.settings.model_dump() | {"database_url": f"sqlite:///{file}"}))
        erasures, erased, changed = _worked_on(here, known, counters, key)
        spatialite.forget_deleted(file)
        _verified(here, ask)
        spatialite.end_log(file)
        aside = self._swap(file)
        if aside is not None and not keep and not unreadable:
            for left in (aside, *_beside(aside)):
                left.unlink(missing_ok=True)
            aside = None
        return Done(erasures, erased, changed, aside)

    def _swap(self, file: Path) -> Path | None:
        """Has the new file in place of the old one, which gets another name; at no moment there is none."""
        if not self._file.exists():
            file.replace(self._file)
            sync_folder(self._file.parent)
            return None
        aside = self._file.with_name(f"{self._file.name}.before-{names.name_at(now(), '')}")
        aside.hardlink_to(self._file)
        before = self._file.stat()
        file.chmod(before.st_mode & 0o777)
        with suppress(PermissionError):
            os.chown(file, before.st_uid, before.st_gid)  # where root restores, another user serves
        # A log that belongs to the old file must not be taken for one of the new file.
        for left, kept in zip(_beside(self._file), _beside(aside), strict=True):
            if left.exists():
                left.replace(kept)
        file.replace(self._file)
        sync_folder(self._file.parent)
        return aside

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

    def put(self, known: Erasures, counters: Mapping[str, int], *, key: str, keep: bool, ask: Asking) -> Done:
        """Dumps what is there, puts the other in its place, and then works on it."""
        aside = self._put_aside()
        with in_use.unfinished(self.settings.folder) as mark:
            engine = private_engine(self.settings)
            try:
                with engine.connect() as connection:
                    dumps.put_in_place(connection, self.staging / DATABASE)
            except BaseException:
                mark.unlink(missing_ok=True)  # nothing was changed
                if aside is not None:
                    aside.unlink()
                raise
            finally:
                engine.dispose()
            erasures, erased, changed = _worked_on(self.settings, known, counters, key)
            _verified(self.settings, ask)
        if aside is not None and not keep:
            aside.unlink()
            aside = None
        return Done(erasures, erased, changed, aside)

    def _put_aside(self) -> Path | None:
        """A dump of what is there, None where nothing is."""
        if self.there() is None:
            return None
        aside = self.settings.folder / f"before-{names.name_at(now(), '.dump')}"
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT, 0o600))
        engine = private_engine(self.settings)
        try:
            with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
                dumps.dump(connection, aside)
        except BaseException:
            aside.unlink()
            raise
        finally:
            engine.dispose()
        return aside


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


def _worked_on(
    settings: Settings, known: Erasures, counters: Mapping[str, int], key: str
) -> tuple[Erasures, int, int]:
    """Brings a restored database to this version and up to what was erased since, in one transaction."""
    engine = private_engine(settings)
    try:
        schema.migrate(engine, public_url=settings.public_database)
        with writing(engine) as session:
            take_turn(session)
            advance(session.connection(), counters)
            erased = erase_again(session, graves_of(known), key=key)
            keep_marks(session, known.marks)
            end_visits(session)
            changed = republish(session)
            session.commit()
            return erasures_of(session.connection(), until=datetime.now(UTC)), erased, changed
    finally:
        engine.dispose()


def _verified(settings: Settings, ask: Asking) -> None:
    public = public_engine(settings)
    try:
        verify(public, progress=ask.show(_("Comparing answers")), questions=ask.questions)
    finally:
        public.dispose()


def _beside(file: Path) -> list[Path]:
    return [file.with_name(file.name + end) for end in ("-wal", "-shm")]
