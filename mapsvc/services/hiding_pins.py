"""Takes a stay that a visitor reported off the map, and shows it again."""

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.reviews import Report
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.moderating import LARGEST_ID
from mapsvc.services.publishing import publish_pins
from mapsvc.storage.listings import take_turn
from mapsvc.storage.reports import pin_reported


def reported_pin(session: Session, viewer: Viewer, report_id: int) -> Pin | None:
    """The stay that a report is about; None where it is gone, or where the report is about a host."""
    require(viewer, Action.MODERATE)
    report = session.get(Report, report_id) if 0 < report_id <= LARGEST_ID else None
    return pin_reported(session, report) if report else None


def hide_pin(session: Session, viewer: Viewer, report_id: int) -> Pin:
    """Takes the stay of a report off the map; its person still has it. Commits. Raises NotFound."""
    return _turn(session, viewer, report_id, PinStatus.PUBLISHED, PinStatus.HIDDEN, done="hidden")


def show_pin(session: Session, viewer: Viewer, report_id: int) -> Pin:
    """Puts the hidden stay of a report on the map again. Commits. Raises NotFound."""
    return _turn(session, viewer, report_id, PinStatus.HIDDEN, PinStatus.PUBLISHED, done="shown")


def _turn(
    session: Session, viewer: Viewer, report_id: int, frm: PinStatus, to: PinStatus, *, done: str
) -> Pin:
    take_turn(session)
    pin = reported_pin(session, viewer, report_id)
    if pin is None:
        raise NotFound
    if pin.status == frm:
        pin.status = to
        publish_pins(session, [pin])
        note(session, viewer, done, "pin", pin.id)
    session.commit()
    return pin
