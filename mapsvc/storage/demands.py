"""Counts of searches that found few hosts: written once a visitor and day, read from 5 on."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from secrets import token_bytes
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.orm import Session

from mapsvc.domain.demands import (
    LEAST_SHOWN,
    SALT_BYTES,
    DemandCount,
    DemandSalt,
    DemandVisit,
    Wanted,
)
from mapsvc.storage.dialects.inserting import insert_into

KEY = ("region_set", "month", "region", "field")
SALTS, VISITS, COUNTS = (cast(Table, noun.__table__) for noun in (DemandSalt, DemandVisit, DemandCount))


class Count(NamedTuple):
    """So many visitors of a month looked for a field in a region; never fewer than LEAST_SHOWN."""

    month: date
    region: str
    field: str
    visitors: int


def salt_of(session: Session, day: date) -> bytes:
    """What visitors of a day are hashed with: made by whoever asks first; the caller commits."""
    query = select(DemandSalt.salt).where(DemandSalt.day == day)
    if (salt := session.scalar(query)) is None:
        fresh = {"day": day, "salt": token_bytes(SALT_BYTES)}
        session.execute(insert_into(session, SALTS).values(fresh).on_conflict_do_nothing())
        salt = session.scalars(query).one()
    return salt


def add_visits(session: Session, day: date, visits: Iterable[tuple[bytes, Wanted]]) -> int:
    """Counts each visitor once a day for what was wanted; how many were counted anew. The caller commits.

    Rows are written in one order, so that two who write at once wait for each other and never both.
    """
    rows = [{"day": day, "visitor": visitor, **_columns(wanted)} for visitor, wanted in sorted(set(visits))]
    if not rows:
        return 0
    fresh = insert_into(session, VISITS).on_conflict_do_nothing()
    names = (VISITS.c.region_set, VISITS.c.region, VISITS.c.field)
    added = Counter(Wanted(*row) for row in session.execute(fresh.returning(*names), rows))
    _add(session, day.replace(day=1), added)
    return added.total()


def _add(session: Session, month: date, added: Counter[Wanted]) -> None:
    if not added:
        return
    insert = insert_into(session, COUNTS)
    more = COUNTS.c.visitors + insert.excluded.visitors
    statement = insert.on_conflict_do_update(index_elements=KEY, set_={"visitors": more})
    rows = [
        {"month": month, "visitors": count, **_columns(wanted)} for wanted, count in sorted(added.items())
    ]
    session.execute(statement, rows)


def counts(session: Session | Connection, region_set: str, months: Collection[date]) -> list[Count]:
    """What was counted in some months (their first days), by month, region and field.

    The only way out of the table: what is below LEAST_SHOWN in a region, a field and a month is left out
    here, before anything is added up. So no sum and no difference of sums tells of fewer.
    """
    columns = (COUNTS.c.month, COUNTS.c.region, COUNTS.c.field, COUNTS.c.visitors)
    query = (
        select(*columns)
        .where(COUNTS.c.region_set == region_set, COUNTS.c.month.in_(sorted(months)))
        .where(COUNTS.c.visitors >= LEAST_SHOWN)
        .order_by(COUNTS.c.month, COUNTS.c.region, COUNTS.c.field)
    )
    return [Count(*row) for row in session.execute(query)]


def is_to_forget(session: Session, *, day: date, month: date) -> bool:
    """Whether codes or salts from before a day are there, or counts from before a month."""
    return any(session.execute(select(1).where(old).limit(1)).first() for _, old in _old(day, month))


def forget_before(session: Session, *, day: date, month: date) -> None:
    """Drops codes and salts from before a day, and counts from before a month; the caller commits."""
    for table, old in _old(day, month):
        session.execute(delete(table).where(old))


def _old(day: date, month: date) -> tuple[tuple[Table, Any], ...]:
    return (VISITS, VISITS.c.day < day), (SALTS, SALTS.c.day < day), (COUNTS, COUNTS.c.month < month)


def _columns(wanted: Wanted) -> dict[str, str]:
    return {"region_set": wanted.region_set, "region": wanted.region, "field": wanted.field}
