"""Puts hosts into a test's directory by the same service that lists go through."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.listings import Listing
from mapsvc.services.lists import bring_up_to_date
from tests import make


def publish(
    session: Session, *drafts: OrganisationDraft, source: str = "a list", held: bool = False
) -> dict[str, int]:
    """Brings drafts into the directory and commits; the id of the last listing of each title."""
    of = make.source(session, source)
    bring_up_to_date(session, of, drafts, record=make.record(session, of), held=held)
    session.commit()
    titles = session.execute(select(Listing.title, Listing.id).order_by(Listing.id))
    return {row.title: row.id for row in titles}
