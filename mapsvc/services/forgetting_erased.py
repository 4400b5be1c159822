"""Leaves no trace of what was erased in any file of the installation, within a day.

What is erased is gone from every page at once. Its bytes may stay for a while where deleting does not reach
them: in the database's files, in the snapshot of the read index, in mails that were put into a folder.
"""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from mapsvc.config import Settings
from mapsvc.directory import snapshots
from mapsvc.directory.following import build
from mapsvc.services.posting import forget_files_without_letter
from mapsvc.storage.dialects.forgetting import forget_deleted
from mapsvc.storage.engine import reading
from mapsvc.storage.listings import last_change
from mapsvc.storage.tombstones import last_tombstone, lineage_of

FILE = "forgotten.json"
EVERY = timedelta(hours=20)  # looked at each hour: so nothing stays for a day


class StillBuilding(Exception):
    """Another process builds the read index, maybe from before."""


def forget_erased(engine: Engine, public_engine: Engine, settings: Settings, *, at: datetime) -> bool:
    """Takes out of all files what was erased, at most once in EVERY; whether there was anything to do.

    What could not be done is tried again the next time. Raises StillRead or StillBuilding.
    """
    mark = settings.folder / FILE
    with reading(engine) as session:
        state = [lineage_of(session), last_tombstone(session)]
    known, since = _read(mark)
    if state == known or (state[1] == 0) or (since is not None and at - since < EVERY):
        return False
    forget_deleted(engine)
    _forget_in_index(public_engine, settings.index_folder)
    forget_files_without_letter(engine, settings.folder / "mail")
    _write(mark, state, at)
    return True


def _forget_in_index(public_engine: Engine, folder: Path) -> None:
    """Has the read index hold what is public now; whoever has the former one open takes the new one over."""
    name = snapshots.newest(folder)
    if name is None:
        return
    with public_engine.connect() as connection:
        is_old = last_change(connection) != snapshots.number_of(name)
    if is_old and build(public_engine, folder) is None:
        raise StillBuilding


def _read(mark: Path) -> tuple[list[object] | None, datetime | None]:
    try:
        said = json.loads(mark.read_text("utf-8"))
        return list(said["state"]), datetime.fromisoformat(said["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, None


def _write(mark: Path, state: list[object], at: datetime) -> None:
    fresh = mark.with_suffix(f".new-{os.getpid()}")
    fresh.write_text(json.dumps({"state": state, "at": at.isoformat()}), "utf-8")
    fresh.replace(mark)
