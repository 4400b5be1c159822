"""What waits at the desk: sites without a point, rows to mend, hosts that look like one, stale hosts.

`owners` are the sending organisations whose lists count, None for every list.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, update
from sqlalchemy.orm import Session, joinedload

from mapsvc.domain.hosts import HostStatus, Offer, Organisation, Site
from mapsvc.domain.reviews import AuditEntry
from mapsvc.domain.sources import Import, Source
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.storage.listings import chunks

Owners = Sequence[int] | None
Query = Select[*tuple[Any, ...]]
AT_WORK = (HostStatus.LISTED, HostStatus.HELD)  # the others were taken off the map by a person


class LocatedHost(NamedTuple):
    """A site on the map with what two of them are compared by."""

    id: int
    slug: str
    name: str
    folded_name: str
    status: str
    source_id: int
    source: str
    owner_id: int | None
    lon: float
    lat: float
    precision: str | None


class Unplaced(NamedTuple):
    """A site without a point, and what its list says of where it is."""

    id: int
    address: str | None
    postcode: str | None
    town: str | None
    country: str | None
    name: str


class Waiting(NamedTuple):
    """An organisation that nobody has confirmed for long, and when that was last done."""

    id: int
    name: str
    confirmed: datetime | None
    offers_confirmed: date | None
    updated: datetime


def located_hosts(session: Session) -> list[LocatedHost]:
    """The sites with a point, of hosts that are shown or could be, by organisation."""
    query = (
        select(
            Organisation.id,
            Organisation.slug,
            Organisation.name,
            Organisation.folded_name,
            Organisation.status,
            Source.id,
            Source.name,
            Source.owner_id,
            Site.lon,
            Site.lat,
            Site.precision,
        )
        .join(Site.organisation)
        .join(Source, Organisation.source_id == Source.id)
        .where(
            Site.lon.is_not(None),
            Organisation.merged_into_id.is_(None),
            Organisation.status != HostStatus.REMOVED,
        )
        .order_by(Organisation.id, Site.id)
    )
    return [LocatedHost(*tuple(row)) for row in session.execute(query)]


def unplaced_sites(session: Session, owners: Owners) -> list[Unplaced]:
    """The sites without a point, by town and name of their host."""
    query = _unplaced(
        select(Site.id, Site.address, Site.postcode, Site.town, Site.country, Organisation.name), owners
    )
    query = query.order_by(Site.country, Site.town, Organisation.name, Site.id)
    return [Unplaced(*row) for row in session.execute(query)]


def count_unplaced(session: Session, owners: Owners) -> int:
    """How many sites have no point."""
    return session.scalar(_unplaced(select(func.count(Site.id)), owners)) or 0


def site_with_id(session: Session, number: int) -> Site | None:
    """A site with its organisation, None when there is none."""
    return session.scalar(select(Site).where(Site.id == number).options(joinedload(Site.organisation)))


def rows_to_mend(
    session: Session, owners: Owners, *, ids: Sequence[int] | None = None
) -> list[tuple[QuarantinedRow, Import, Source]]:
    """The rows that wait to be mended with their import and its list, the newest import first.

    ids limits them to these.
    """
    query = _to_mend(select(QuarantinedRow, Import, Source), owners)
    order = (Import.id.desc(), QuarantinedRow.line, QuarantinedRow.id)
    if ids is None:
        return [(row, record, source) for row, record, source in session.execute(query.order_by(*order))]
    return [
        (row, record, source)
        for chunk in chunks(sorted(ids))
        for row, record, source in session.execute(query.where(QuarantinedRow.id.in_(chunk)).order_by(*order))
    ]


def count_to_mend(session: Session, owners: Owners) -> int:
    """How many rows wait to be mended."""
    return session.scalar(_to_mend(select(func.count(QuarantinedRow.id)), owners)) or 0


def set_settled(session: Session, ids: Sequence[int], at: datetime | None) -> None:
    """Says when rows were settled; None has them wait again."""
    for chunk in chunks(ids):
        session.execute(update(QuarantinedRow).where(QuarantinedRow.id.in_(chunk)).values(settled=at))


def waiting_hosts(session: Session, owners: Owners, *, before: datetime) -> list[Waiting]:
    """The hosts on the map that nobody confirmed since a moment, by number."""
    newest = func.max(Offer.confirmed_on)
    query = (
        _on_the_map(
            select(Organisation.id, Organisation.name, Organisation.confirmed, newest, Organisation.updated),
            owners,
        )
        .outerjoin(Site, Site.organisation_id == Organisation.id)
        .outerjoin(Offer, Offer.site_id == Site.id)
        .group_by(Organisation.id)
        .having(_not_since(newest, before))
        .order_by(Organisation.id)
    )
    return [Waiting(*row) for row in session.execute(query)]


def count_waiting(session: Session, owners: Owners, *, before: datetime) -> int:
    """How many hosts on the map nobody confirmed since a moment."""
    newest = (
        select(func.max(Offer.confirmed_on))
        .join(Site, Offer.site_id == Site.id)
        .where(Site.organisation_id == Organisation.id)
        .scalar_subquery()
    )
    query = _on_the_map(select(func.count(Organisation.id)), owners).where(_not_since(newest, before))
    return session.scalar(query) or 0


def count_lists(session: Session, owners: Owners) -> int:
    """How many lists there are that hold a host."""
    query = select(func.count(Source.id)).where(
        _kept_by(owners), select(Organisation.id).where(Organisation.source_id == Source.id).exists()
    )
    return session.scalar(query) or 0


def audit_entry(session: Session, number: int) -> AuditEntry | None:
    """A line of the audit log."""
    return session.get(AuditEntry, number)


def last_entry(session: Session, action: str, account_id: int | None) -> int:
    """The number of the last line of the audit log that tells of this action by this account; 0 for none."""
    query = select(func.max(AuditEntry.id)).where(
        AuditEntry.action == action, AuditEntry.account_id == account_id
    )
    return session.scalar(query) or 0


def _unplaced(query: Query, owners: Owners) -> Query:
    return (
        query.select_from(Site)
        .join(Site.organisation)
        .join(Source, Organisation.source_id == Source.id)
        .where(
            Site.lon.is_(None),
            Organisation.merged_into_id.is_(None),
            Organisation.status.in_(AT_WORK),
            _kept_by(owners),
        )
    )


def _to_mend(query: Query, owners: Owners) -> Query:
    return (
        query.select_from(QuarantinedRow)
        .join(Import, QuarantinedRow.import_id == Import.id)
        .join(Source, Import.source_id == Source.id)
        .where(QuarantinedRow.settled.is_(None), Import.undone.is_(None), _kept_by(owners))
    )


def _on_the_map(query: Query, owners: Owners) -> Query:
    return (
        query.select_from(Organisation)
        .join(Source, Organisation.source_id == Source.id)
        .where(
            Organisation.status == HostStatus.LISTED,
            Organisation.merged_into_id.is_(None),
            Organisation.sample.is_(False),
            _kept_by(owners),
        )
    )


def _not_since(newest: Any, before: datetime) -> ColumnElement[bool]:
    """Whether neither the host nor an offer was confirmed since; where none ever was, its last change counts.

    So does the change of a host that a person keeps.
    """
    never = and_(Organisation.confirmed.is_(None), newest.is_(None))
    return and_(
        or_(Organisation.confirmed.is_(None), Organisation.confirmed < before),
        or_(newest.is_(None), newest < before.date()),
        or_(~or_(never, Organisation.kept_by_hand), Organisation.updated < before),
    )


def _kept_by(owners: Owners) -> ColumnElement[bool]:
    return true() if owners is None else Source.owner_id.in_(owners)
