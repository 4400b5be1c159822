"""Takes what was deleted out of the files of a database, while others use it.

On SQLite a deleted word stays in the full-text index until its parts are merged; the piece of a page that
its balancing left behind stays until the file is written anew, in spite of `secure_delete`; and the log
beside the file holds pages as they were until it is cut. On PostgreSQL its own vacuum sees to all of that.
"""

import time
from contextlib import closing
from typing import Any

from sqlalchemy import Engine

from mapsvc.storage.dialects.spatialite import BUSY_MS

MERGED_AT_ONCE = 64  # pages of the full-text index: nobody waits for more
LEAST_CHANGES = 2  # of a step: one that changes less had nothing to merge
CUT_TRIES, CUT_PAUSE_S = 20, 0.5
CUT_BUSY_MS = 100  # that the cutting of the log may wait for readers: writers wait with it


class StillRead(Exception):
    """Somebody reads the log beside the database all the time: it could not be cut."""


def forget_deleted(engine: Engine) -> None:
    """Leaves nothing of what was deleted in the files of the database. Raises StillRead.

    Readers wait for nothing; writers wait while the file is written anew.
    """
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _merge_words(cursor)
        cursor.execute("VACUUM")
        _cut_log(cursor)


def _merge_words(cursor: Any) -> None:
    """Merges the parts of the full-text index in small steps: the last one drops what was deleted."""
    step = "INSERT INTO listing_words (listing_words, rank) VALUES ('merge', ?)"
    cursor.execute(step, (-MERGED_AT_ONCE,))  # a negative number has all parts merged, not some
    before = -1
    while (done := _changes(cursor)) - before >= LEAST_CHANGES:
        before = done
        cursor.execute(step, (MERGED_AT_ONCE,))


def _changes(cursor: Any) -> int:
    return int(cursor.execute("SELECT total_changes()").fetchone()[0])


def _cut_log(cursor: Any) -> None:
    cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()  # most of the work; nobody waits
    cursor.execute(f"PRAGMA busy_timeout={CUT_BUSY_MS}")
    try:
        for _try in range(CUT_TRIES):
            busy, *_pages = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            time.sleep(CUT_PAUSE_S)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    raise StillRead
