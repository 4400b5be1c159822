"""Marks what is erased for good, so that the restore of an older backup erases it again."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.tombstones import Erased
from mapsvc.storage.tombstones import Grave, add_tombstones, without_tombstone


def mark(session: Session, noun: Erased, ids: Collection[int]) -> None:
    """Writes a tombstone for each of these rows, in the transaction that erases them; the caller commits.

    A row that has one keeps it. Whoever erases something for good calls this, and names in
    `mapsvc.services.erasing_again` the verb that erases it again.
    """
    session.flush()
    at = now()
    add_tombstones(session, [Grave(noun, id_, at) for id_ in without_tombstone(session, noun, ids)])


def erase_rows(session: Session, noun: Erased, rows: Sequence[Any]) -> int:
    """Erases rows for good; what stays is their numbers in tombstones. How many; the caller commits."""
    mark(session, noun, [one.id for one in rows])
    for one in rows:
        session.delete(one)
    session.flush()
    return len(rows)
