"""What moderators see of conversations: that some were reported, and those, each reading written down."""

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.alumni import PinStatus
from mapsvc.domain.asking import Conversation
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.hiding_pins import turn
from mapsvc.services.installations import Installation
from mapsvc.storage import conversations as stored
from mapsvc.storage.listings import take_turn

LARGEST_ID = 2**31 - 1


def reported_conversations(session: Session, viewer: Viewer) -> list[tuple[int, str]]:
    """The number of each conversation that waits for a moderator and which side reported it, no text.

    The first reported first.
    """
    require(viewer, Action.MODERATE)
    return [(one.id, str(one.reported_by)) for one in stored.reported(session)]


def read_reported(session: Session, viewer: Viewer, id_: int) -> Conversation:
    """A reported conversation with its messages; writes down who read it. Commits.

    Raises NotFound for one that nobody reported, as for one that does not exist.
    """
    found = _known(session, viewer, id_)
    note(session, viewer, "read", "conversation", found.id)
    session.commit()
    return found


def settle(session: Session, viewer: Viewer, id_: int, *, show_pin: bool, installation: Installation) -> None:
    """Erases a reported conversation that a moderator has dealt with. Commits.

    show_pin puts the pin on the map again where reports hid it, and tells its person. Raises NotFound.
    """
    take_turn(session)
    found = _known(session, viewer, id_)
    if show_pin and found.pin is not None:
        turn(session, viewer, found.pin, PinStatus.PUBLISHED, installation=installation)
    note(session, viewer, "settled", "conversation", found.id)
    stored.drop(session, [found])
    session.commit()


def _known(session: Session, viewer: Viewer, id_: int) -> Conversation:
    found = session.get(Conversation, id_) if 0 < id_ <= LARGEST_ID else None
    if found is None:
        require(viewer, Action.MODERATE)
        raise NotFound
    require(viewer, Action.READ_REPORTED, found)
    return found
