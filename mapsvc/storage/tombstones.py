"""The tombstones of what was erased, and the word of the database they stand in."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from mapsvc.domain.tombstones import Erased, Lineage, Tombstone
from mapsvc.storage.listings import chunks


class Grave(NamedTuple):
    """A tombstone as a plain value: what was erased, its number, when."""

    noun: str
    row_id: int
    at: datetime


def lineage_of(session: Session) -> str:
    """The word of this database, which its copies share."""
    return session.scalars(select(Lineage.word)).one()


def count_tombstones(session: Session) -> int:
    """How many tombstones there are."""
    return session.scalar(select(func.count()).select_from(Tombstone)) or 0


def last_tombstone(session: Session) -> int:
    """The number of the tombstone that was written last; 0 where nothing was erased."""
    return session.scalar(select(func.max(Tombstone.id))) or 0


def tombstones(session: Session) -> list[Grave]:
    """All tombstones, by noun and number."""
    columns = (Tombstone.noun, Tombstone.row_id, Tombstone.at)
    rows = session.execute(select(*columns).order_by(Tombstone.noun, Tombstone.row_id))
    return [Grave(*row) for row in rows]


def without_tombstone(session: Session, noun: Erased, ids: Collection[int]) -> list[int]:
    """Those of the numbers that have no tombstone yet, in order."""
    known: set[int] = set()
    for chunk in chunks(sorted(ids)):
        query = select(Tombstone.row_id).where(Tombstone.noun == noun, Tombstone.row_id.in_(chunk))
        known.update(session.scalars(query))
    return sorted(set(ids) - known)


def add_tombstones(session: Session, graves: Iterable[Grave]) -> None:
    """Writes tombstones that are not there yet; the caller commits."""
    if rows := [grave._asdict() for grave in graves]:
        session.execute(insert(Tombstone), rows)
