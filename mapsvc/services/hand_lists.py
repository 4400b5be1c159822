"""The lists that hosts are added to by hand: one a sending organisation, and the operator's own."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.sources import Source
from mapsvc.errors import NotFound

BY_HAND = "Added by hand"


def list_of(session: Session, viewer: Viewer, sending_id: int | None) -> Source:
    """The list that a viewer adds hosts to, made when it is missing; the caller commits.

    sending_id is the sending organisation that keeps it, None the viewer's first, or the operator's
    own list for an administrator who is no referent.

    Raises NotFound for a sending organisation that the viewer is no referent of.
    """
    if sending_id is None and viewer.sending_ids:
        sending_id = min(viewer.sending_ids)
    if sending_id is None:
        if not may(viewer, Action.ADMINISTER):
            raise NotFound
        return _source(session, BY_HAND, None)
    sending = session.get(SendingOrganisation, sending_id)
    if sending is None or sending_id not in viewer.sending_ids:
        raise NotFound
    return _source(session, sending.name, sending_id)


def _source(session: Session, name: str, owner_id: int | None) -> Source:
    """The list of this name and owner; where somebody else has one of that name, it says how it came."""
    for wanted in (
        name,
        f"{name[:150]} ({BY_HAND.lower()})",
        f"{name[:150]} ({BY_HAND.lower()}, {owner_id})",
    ):
        found = session.scalar(select(Source).where(Source.name == wanted))
        if found is None:
            found = Source(name=wanted, owner_id=owner_id)
            session.add(found)
            session.flush()
        if found.owner_id == owner_id:
            return found
    raise NotFound
