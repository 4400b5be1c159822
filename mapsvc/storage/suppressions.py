"""The marks of those who asked not to be listed: found, counted, lifted."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapsvc.domain.reviews import Suppression
from mapsvc.storage.listings import chunks

MANY = 5000  # beyond, all that are kept are read at once


def is_empty(session: Session) -> bool:
    """Whether nobody asked not to be listed."""
    return session.scalar(select(Suppression.id).limit(1)) is None


def kept_digests(session: Session, digests: Collection[str]) -> set[str]:
    """Those of the digests that are kept."""
    if len(digests) > MANY:
        return set(session.scalars(select(Suppression.digest))) & set(digests)
    return {
        found
        for chunk in chunks(sorted(digests))
        for found in session.scalars(select(Suppression.digest).where(Suppression.digest.in_(chunk)))
    }


def entries_with(session: Session, digests: Collection[str]) -> set[str]:
    """The entries that hold one of these digests."""
    return {
        found
        for chunk in chunks(sorted(digests))
        for found in session.scalars(select(Suppression.entry).where(Suppression.digest.in_(chunk)))
    }


def lift_entries(session: Session, entries: Collection[str]) -> None:
    """Forgets the marks of these entries."""
    for chunk in chunks(sorted(entries)):
        session.execute(delete(Suppression).where(Suppression.entry.in_(chunk)))


def entries_by_day(session: Session) -> list[tuple[date, int]]:
    """How many asked on each day, the last day first."""
    days: dict[date, set[str]] = {}
    for entry, created in session.execute(select(Suppression.entry, Suppression.created)):
        days.setdefault(created.date(), set()).add(entry)
    return [(day, len(days[day])) for day in sorted(days, reverse=True)]
