"""Takes an import back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapsvc.access.projections import site_key
from mapsvc.domain.base import now
from mapsvc.domain.hosts import Organisation, Site, SitePoint
from mapsvc.domain.placements import place_of, put_by_hand
from mapsvc.domain.sources import Import, ImportedRow
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.duplicates import apply_decisions, show_again
from mapsvc.services.publishing import publish_sites
from mapsvc.services.quarantine import forget_quarantined_of
from mapsvc.storage.desk import set_settled
from mapsvc.storage.hosts import State, kept_by_hand, restore, spoken_for
from mapsvc.storage.listings import take_turn
from mapsvc.storage.points import place_sites

BY_PEOPLE = ("status", "verification", "confirmed", "asked")  # what an import never changes


class UnknownImport(NotFound):
    """There is no import of this number."""

    message = _("There is no import %(number)s. See the numbers with: mapsvc imports")


class AlreadyUndone(MapsvcError):
    """The import was taken back before."""

    message = _("Import %(number)s was undone already.")


class LaterImport(MapsvcError):
    """Another import changed some of the same hosts since."""

    message = _("Import %(later)s changed some of the same hosts later. Undo import %(later)s first.")


@dataclass(frozen=True, slots=True)
class Undone:
    """How many organisations were brought back or removed, and how many stay because of what a person did."""

    changed: int
    kept: int


def undo_import(session: Session, number: int) -> Undone:
    """Brings every host back to what it was before an import; hosts that it added go.

    What a person did since stays: hosts that were changed by hand or are spoken for, points that were
    set by hand, hosts that were paused or let out, decisions on duplicates. Commits.

    Raises UnknownImport, AlreadyUndone, or LaterImport where a later import built upon this one.
    """
    take_turn(session)
    record = session.get(Import, number)
    if record is None:
        raise UnknownImport(number=number)
    if record.undone:
        raise AlreadyUndone(number=number)
    _refuse_where_built_upon(session, number)
    newest_first = ImportedRow.id.desc()
    rows = session.scalars(
        select(ImportedRow).where(ImportedRow.import_id == number).order_by(newest_first)
    ).all()
    kept = _of_people(session, rows)
    rows = [row for row in rows if row.organisation_id not in kept]
    show_again(session, [row.organisation_id for row in rows if row.before is None])
    gone: list[str] = []
    touched: list[Site] = []
    for row in rows:
        organisation = session.get(Organisation, row.organisation_id)
        if organisation is None:
            continue
        before = {site["id"] for site in row.before["sites"]} if row.before else set()
        dropped = [site for site in organisation.sites if site.id not in before]
        gone += map(site_key, dropped)
        session.execute(delete(SitePoint).where(SitePoint.site_id.in_([site.id for site in dropped])))
        if row.before is None:
            session.delete(organisation)
        else:
            _restore(organisation, row.before)
            touched += organisation.sites
    session.flush()
    place_sites(session, [site.id for site in touched])
    publish_sites(session, touched, gone=gone)
    apply_decisions(session)
    forget_quarantined_of(session, number)
    set_settled(session, record.mapping.get("mended", []), None)
    record.undone = now()
    session.commit()
    return Undone(changed=len(rows), kept=len(kept))


def _of_people(session: Session, rows: Sequence[ImportedRow]) -> set[int]:
    """The organisations that stay: changed by hand since the import, or added by it and spoken for since."""
    added = [row.organisation_id for row in rows if row.before is None]
    return spoken_for(session, added) | kept_by_hand(session, [row.organisation_id for row in rows])


def _restore(organisation: Organisation, before: State) -> None:
    """Brings an organisation back to what it was, but for what no list says of it."""
    placed = {site.id: place_of(site) for site in organisation.sites if site.placed_by_hand}
    by_person = {name: _plain(getattr(organisation, name)) for name in BY_PEOPLE}
    restore(organisation, before | by_person)
    for site in organisation.sites:
        if site.id in placed and not site.placed_by_hand:
            put_by_hand(site, placed[site.id])


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _refuse_where_built_upon(session: Session, number: int) -> None:
    mine = select(ImportedRow.organisation_id).where(ImportedRow.import_id == number)
    later = session.scalar(
        select(ImportedRow.import_id)
        .join(Import, Import.id == ImportedRow.import_id)
        .where(ImportedRow.import_id > number, Import.undone.is_(None), ImportedRow.organisation_id.in_(mine))
        .order_by(ImportedRow.import_id.desc())
        .limit(1)
    )
    if later:
        raise LaterImport(later=later)
