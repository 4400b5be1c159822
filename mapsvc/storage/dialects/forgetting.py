"""Takes what was deleted out of the files of a database, while others use it.

On SQLite a deleted word stays in the full-text index until its parts are merged; the piece of a page that
its balancing left behind stays until the file is written anew, in spite of `secure_delete`; and the log
beside the file holds pages as they were until it is cut. On PostgreSQL a vacuum takes what was deleted out
of every index, but leaves its bytes in the page until others need the room; a small table is written anew.
"""

import time
from collections.abc import Collection
from contextlib import closing
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from mapsvc.domain.listings import PUBLIC_SCHEMA
from mapsvc.storage.dialects.spatialite import BUSY_MS

MERGED_AT_ONCE = 64  # pages of the full-text index: nobody waits for more
LEAST_CHANGES = 2  # of a step: one that changes less had nothing to merge
CUT_TRIES, CUT_PAUSE_S = 20, 0.5
SMALL = 32_000_000  # bytes of a table of PostgreSQL with its indexes: written anew in less than a second
LOCK_WITHIN = "500ms"
TABLES = """
SELECT format('%I.%I', nspname, relname), pg_total_relation_size(pg_class.oid)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname IN ('public', :of) AND pg_get_userbyid(relowner) = current_user
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') ORDER BY 1
"""
CUT_BUSY_MS = 100  # that the cutting of the log may wait for readers: writers wait with it


class StillRead(Exception):
    """Somebody reads what is to be written anew all the time: it could not be."""


def forget_deleted(engine: Engine) -> None:
    """Leaves nothing of what was deleted in the files of the database. Raises StillRead.

    On SQLite readers wait for nothing, and writers while the file is written anew. On PostgreSQL those wait
    who want a table of at most SMALL bytes, while it is written anew. In a larger one nothing that was
    deleted can be read any more but by whoever reads the file itself, until its place is needed.
    """
    if engine.dialect.name != "sqlite":
        _vacuum(engine)
        return
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _merge_words(cursor)
        cursor.execute("VACUUM")
        _cut_log(cursor)


def forget_deleted_in(engine: Engine, tables: Collection[str]) -> None:
    """The same for some private tables, of which rows of a few bytes were deleted. Raises StillRead.

    Such rows of SQLite are overwritten where they are: only its log has to be cut.
    """
    if engine.dialect.name != "sqlite":
        _vacuum(engine, tables)
        return
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _cut_log(cursor)


def _vacuum(engine: Engine, only: Collection[str] | None = None) -> None:
    """Vacuums tables of ours, the small ones in full. Raises StillRead where one is not given free."""
    busy = False
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_WITHIN}'"))
        sizes = connection.execute(text(TABLES), {"of": PUBLIC_SCHEMA}).all()
        # ANALYZE keeps values of the tables, and where it kept others before.
        for name, size in (*sizes, ("pg_statistic", 0)):
            if only is not None and name.removeprefix("public.") not in {*only, "pg_statistic"}:
                continue
            try:
                connection.execute(text(f"VACUUM ({'FULL, ' if size <= SMALL else ''}ANALYZE) {name}"))
            except OperationalError:
                busy = True
        connection.execute(text("RESET lock_timeout"))
    if busy:
        raise StillRead


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
