"""How many learners, hosts, former participants and kits there are, and since when."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mapsvc.domain.alumni import SHOWN_FOR, Pin, PinStatus
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.listings import Kind, Listing
from mapsvc.domain.people import Account, Grant
from mapsvc.domain.targets import Measured, Target

Query = Select[Any]


def targets(session: Session) -> dict[Measured, Target]:
    """The targets that were set."""
    return {Measured(one.measured): one for one in session.scalars(select(Target))}


def numbers(session: Session, today: date) -> dict[Measured, int]:
    """How many of each there are today; made-up ones are left out."""
    kits = select(func.count(Listing.id)).where(Listing.kind == Kind.KIT, Listing.sample.is_(False))
    found = {one: session.scalar(query(today)) or 0 for one, (query, _created) in DATED.items()}
    return {**found, Measured.KITS: session.scalar(kits) or 0}


def by_month(session: Session, today: date, months: Sequence[date]) -> Mapping[Measured, list[int]]:
    """Of those that are there today, how many came in each of some months (their first days, UTC)."""
    return {
        one: [_in_month(session, query(today), created, month) for month in months]
        for one, (query, created) in DATED.items()
    }


def _in_month(session: Session, query: Query, created: InstrumentedAttribute[datetime], month: date) -> int:
    begin = _midnight(month)
    end = _midnight(date(month.year + month.month // 12, month.month % 12 + 1, 1))
    return session.scalar(query.where(created >= begin, created < end)) or 0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _learners(today: date) -> Query:
    return select(func.count(Account.id)).where(Account.id.not_in(select(Grant.account_id)))


def _hosts(today: date) -> Query:
    return select(func.count(Organisation.id)).where(
        Organisation.status == HostStatus.LISTED,
        Organisation.merged_into_id.is_(None),
        Organisation.sample.is_(False),
    )


def _alumni(today: date) -> Query:
    return select(func.count(Pin.id)).where(
        Pin.status == PinStatus.PUBLISHED, Pin.sample.is_(False), Pin.confirmed_on >= today - SHOWN_FOR
    )


DATED: Mapping[Measured, tuple[Callable[[date], Query], InstrumentedAttribute[datetime]]] = {
    Measured.LEARNERS: (_learners, Account.created),
    Measured.HOSTS: (_hosts, Organisation.created),
    Measured.ALUMNI: (_alumni, Pin.created),
}
