"""Counts of kits that were kept on devices."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from mapsvc.domain.kept_kits import KeptKit
from mapsvc.storage.dialects.inserting import insert_into

KEPT = cast(Table, KeptKit.__table__)


def add_times(session: Session, month: date, times: Mapping[str, int]) -> None:
    """Adds to how often kits (slugs) were kept in a month, its first day; the caller commits.

    Rows are written in one order, so that two who write at once wait for each other and never both.
    """
    if not times:
        return
    insert = insert_into(session, KEPT)
    more = KEPT.c.times + insert.excluded.times
    statement = insert.on_conflict_do_update(index_elements=("kit", "month"), set_={"times": more})
    rows = [{"kit": kit, "month": month, "times": count} for kit, count in sorted(times.items())]
    session.execute(statement, rows)


def times_kept(session: Session) -> list[tuple[str, date, int]]:
    """All that is counted, as (slug of the kit, first day of the month, how often), by month and kit.

    Small numbers are in it: nobody may be told of them as they are.
    """
    query = select(KEPT.c.kit, KEPT.c.month, KEPT.c.times).order_by(KEPT.c.month, KEPT.c.kit)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def is_to_forget(session: Session, *, month: date) -> bool:
    """Whether counts from before a month are there."""
    return session.execute(select(1).where(KEPT.c.month < month).limit(1)).first() is not None


def forget_before(session: Session, *, month: date) -> None:
    """Drops counts from before a month; the caller commits."""
    session.execute(delete(KEPT).where(KEPT.c.month < month))
