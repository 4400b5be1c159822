"""Makes backups: the whole database in one state, and the files of the instance that nothing else holds.

What can be made again stays out: the read index, the gazetteer, the scripts of the maps. Lists that wait to
be imported and mails that wait to be sent are rows, and so in the database.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from sqlalchemy import Engine

from mapsvc import __version__
from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.register import OWN
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.services.secrets import keyed_digest
from mapsvc.storage.backups import archives, ciphers, erasures, names
from mapsvc.storage.backups.copies import Facts, copy_database, erasures_of, state_of
from mapsvc.storage.backups.manifests import DATABASE, ERASED, FORMAT, REGISTER, SECRET, Manifest
from mapsvc.storage.engine import reading
from mapsvc.storage.tombstones import lineage_of

KEPT_FOR = timedelta(days=35)
LIST_RENEWED = timedelta(hours=1)  # so that the list says until when it is complete
WORK = ".mapsvc-backup-"

Progress = Callable[[int, int], None]


class AlreadyBackingUp(MapsvcError):
    """Two backups at once."""

    message = _("Another backup is under way. Wait until it is done.")


def quiet(done: int, of_all: int) -> None:
    """Shows no progress."""


def back_up(
    engine: Engine, settings: Settings, *, to: Path | None = None, progress: Progress = quiet
) -> Path:
    """Writes a backup into a folder, by default that of the settings; the file, which only its owner reads.

    It has its name once it is whole and on the disk. Where a recipient is set it is encrypted, and what is
    not stays in the instance folder, and there no longer than this takes.

    Raises AlreadyBackingUp, and what age, GnuPG or PostgreSQL's programs cannot do as MapsvcError.
    """
    folder = settings.backups_in if to is None else to.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _workplace(settings.folder) as work:
        at = now()
        names.drop_unfinished(folder, at=at)
        files = {DATABASE: work / DATABASE, ERASED: work / ERASED}
        facts = copy_database(engine, files[DATABASE])
        files[ERASED].write_text(erasures.spelt(facts.erasures), "utf-8")
        files |= {
            name: file
            for name, file in ((SECRET, settings.folder / "secret"), (REGISTER, settings.folder / OWN))
            if file.exists()
        }
        manifest = _manifest(engine, settings, facts, files, at)
        file = _free(folder, at, ciphers.ending_for(settings.backup_recipient))
        _write(file, manifest, files, settings.backup_recipient, progress)
    for place in {settings.folder, folder}:
        erasures.keep(place, facts.erasures)
    return file


def keep_list(engine: Engine, settings: Settings) -> None:
    """Brings the files that tell what was erased up to date, where something was, or an hour has passed."""
    folders = [folder for folder in (settings.folder, settings.backups_in) if folder.is_dir()]
    begun = datetime.now(UTC)
    with reading(engine) as session:
        lineage, state = lineage_of(session), state_of(session)
        heads = [erasures.head_of(erasures.file_in(folder, lineage)) for folder in folders]
        if all(head and head[1] == state and now() - head[0] < LIST_RENEWED for head in heads):
            return
        known = erasures_of(session.connection(), until=begun)
    for folder in folders:
        erasures.keep(folder, known)


def drop_old(settings: Settings, *, at: datetime) -> int:
    """Removes the backups that are older than KEPT_FOR, whatever their number. How many they were."""
    return names.drop_before(settings.backups_in, at - KEPT_FOR)


def last_backup(settings: Settings) -> datetime | None:
    """When the newest backup in the folder of the settings was begun, None where there is none."""
    found = names.backups_in(settings.backups_in)
    return names.moment_of(found[-1]) if found else None


def key_check(key: str) -> str:
    """What tells that a secret is the same, and does not tell the secret."""
    return keyed_digest(key, "backup")


def _manifest(
    engine: Engine, settings: Settings, facts: Facts, files: dict[str, Path], at: datetime
) -> Manifest:
    return Manifest(
        format=FORMAT,
        program=__version__,
        database=engine.dialect.name,
        lineage=facts.erasures.lineage,
        revision=facts.revision,
        at=at,
        rows=facts.rows,
        counters=facts.counters,
        key_check=key_check(settings.secret),
        parts={name: archives.part_of(file) for name, file in files.items()},
    )


def _write(
    file: Path, manifest: Manifest, files: dict[str, Path], recipient: str, progress: Progress
) -> None:
    part = file.with_name(file.name + names.UNFINISHED)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as into:
            with ciphers.encrypted(recipient, into) as content:
                archives.pack(content, manifest, files, progress)
            into.flush()
            os.fsync(into.fileno())
        part.rename(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    erasures.sync_folder(file.parent)


def _free(folder: Path, at: datetime, ending: str) -> Path:
    """A name that no file has: the moment, or the first second after it."""
    while (file := folder / names.name_at(at, ending)).exists():
        at += timedelta(seconds=1)
    return file


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder to work in, for one backup at a time; what a process that was ended left there is removed."""
    with (folder / "backup.lock").open("ab") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except OSError:
            raise AlreadyBackingUp from None
        for left in folder.glob(f"{WORK}*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=WORK, dir=folder) as work:
            yield Path(work)
