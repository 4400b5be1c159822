"""Lets an import that was held back onto the map."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus
from mapsvc.domain.sources import Import, ImportedRow
from mapsvc.services.publishing import publish_sites
from mapsvc.services.undoing import AlreadyUndone, UnknownImport
from mapsvc.storage.hosts import organisations_with_ids
from mapsvc.storage.listings import chunks, take_turn


def release_import(session: Session, number: int) -> int:
    """Publishes the organisations of an import that are still held back; commits.

    Returns how many there were; none the second time.

    Raises UnknownImport or AlreadyUndone.
    """
    take_turn(session)
    record = session.get(Import, number)
    if record is None:
        raise UnknownImport(number=number)
    if record.undone:
        raise AlreadyUndone(number=number)
    ids = session.scalars(select(ImportedRow.organisation_id).where(ImportedRow.import_id == number)).all()
    released = 0
    for chunk in chunks(ids):
        held = [
            one for one in organisations_with_ids(session, chunk).values() if one.status == HostStatus.HELD
        ]
        for organisation in held:
            organisation.status = HostStatus.LISTED
            organisation.updated = now()
        publish_sites(session, [site for organisation in held for site in organisation.sites])
        released += len(held)
    record.held = False
    session.commit()
    return released
