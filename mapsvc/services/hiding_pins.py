"""Takes stays that were reported off the map and shows them again; their persons are told."""

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.reviews import Report
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.decision_letters import tell_of_turn
from mapsvc.services.installations import Installation
from mapsvc.services.moderating import LARGEST_ID
from mapsvc.services.publishing import publish_pins
from mapsvc.storage.listings import take_turn
from mapsvc.storage.reports import pin_reported

FRM = {PinStatus.HIDDEN: PinStatus.PUBLISHED, PinStatus.PUBLISHED: PinStatus.HIDDEN}
DONE = {PinStatus.HIDDEN: "hidden", PinStatus.PUBLISHED: "shown"}


def reported_pin(session: Session, viewer: Viewer, report_id: int) -> Pin | None:
    """The stay that a report is about; None where it is gone, or where the report is about a host."""
    require(viewer, Action.MODERATE)
    report = session.get(Report, report_id) if 0 < report_id <= LARGEST_ID else None
    return pin_reported(session, report) if report else None


def turn_reported(
    session: Session, viewer: Viewer, report_id: int, to: PinStatus, *, installation: Installation
) -> Pin:
    """Hides the stay of a report, or publishes it again. Commits. Raises NotFound."""
    take_turn(session)
    pin = reported_pin(session, viewer, report_id)
    if pin is None:
        raise NotFound
    turn(session, viewer, pin, to, installation=installation)
    session.commit()
    return pin


def turn(
    session: Session, by: Viewer, pin: Pin, to: PinStatus, *, installation: Installation, **detail: int
) -> None:
    """Hides a stay that is shown, or publishes one that is hidden; its person gets a mail.

    Nothing, where that is so already, or where it was never public. The caller took its turn and commits.
    """
    if pin.status != FRM[to]:
        return
    pin.status = to
    publish_pins(session, [pin])
    note(session, by, DONE[to], "pin", pin.id, **detail)
    tell_of_turn(session, pin, installation=installation)
