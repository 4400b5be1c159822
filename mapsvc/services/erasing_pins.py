"""Erases pins of people, at once and from everywhere."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.access.pin_projections import pin_key
from mapsvc.domain.alumni import Pin
from mapsvc.services.auditing import note
from mapsvc.services.publishing import publish_pins
from mapsvc.storage.pins import forget_links, submissions_of_pin


def erase_pins(session: Session, pins: Sequence[Pin], *, by: Viewer) -> int:
    """Erases pins with their words, consents, links and public rows; the caller took its turn and commits.

    Everything that erases a pin for good comes through here. What stays is a line of the audit log with
    its number. Returns how many pins there were.
    """
    for pin in pins:
        for words in submissions_of_pin(session, pin.id):
            session.delete(words)
        if pin.account is not None:
            forget_links(session, pin.account.email, [pin.id])
        note(session, by, "erased", "pin", pin.id)
    session.flush()
    gone = [pin_key(pin) for pin in pins]
    for pin in pins:
        session.delete(pin)
    publish_pins(session, [], gone=gone)
    return len(gone)
