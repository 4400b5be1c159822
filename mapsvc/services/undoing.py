"""Takes an import back."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapsvc.access.projections import site_key
from mapsvc.domain.base import now
from mapsvc.domain.hosts import Organisation, Site, SitePoint
from mapsvc.domain.sources import Import, ImportedRow
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.duplicates import apply_decisions, show_again
from mapsvc.services.publishing import publish_sites
from mapsvc.services.quarantine import forget_quarantined_of
from mapsvc.storage.hosts import restore
from mapsvc.storage.listings import take_turn
from mapsvc.storage.points import place_sites


class UnknownImport(NotFound):
    """There is no import of this number."""

    message = _("There is no import %(number)s. See the numbers with: mapsvc imports")


class AlreadyUndone(MapsvcError):
    """The import was taken back before."""

    message = _("Import %(number)s was undone already.")


class LaterImport(MapsvcError):
    """Another import changed some of the same hosts since."""

    message = _("Import %(later)s changed some of the same hosts later. Undo import %(later)s first.")


def undo_import(session: Session, number: int) -> int:
    """Brings every host back to what it was before an import; hosts that it added go.

    What a person decided on duplicates stays decided.

    Commits. Returns the number of organisations that were brought back or removed.

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
    show_again(session, [row.organisation_id for row in rows if row.before is None])
    gone: list[str] = []
    touched: list[Site] = []
    for row in rows:
        organisation = session.get(Organisation, row.organisation_id)
        if organisation is None:
            continue
        kept = {site["id"] for site in row.before["sites"]} if row.before else set()
        dropped = [site for site in organisation.sites if site.id not in kept]
        gone += map(site_key, dropped)
        session.execute(delete(SitePoint).where(SitePoint.site_id.in_([site.id for site in dropped])))
        if row.before is None:
            session.delete(organisation)
        else:
            restore(organisation, row.before)
            touched += organisation.sites
    session.flush()
    place_sites(session, [site.id for site in touched])
    publish_sites(session, touched, gone=gone)
    apply_decisions(session)
    forget_quarantined_of(session, number)
    record.undone = now()
    session.commit()
    return len(rows)


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
