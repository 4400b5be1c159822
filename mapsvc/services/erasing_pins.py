"""Erases pins of people, at once and from everywhere."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.access.pin_projections import pin_key
from mapsvc.domain.alumni import WORDS, Pin, PinSubmission
from mapsvc.domain.base import now
from mapsvc.domain.consents import Consent
from mapsvc.domain.pin_values import flags_of
from mapsvc.domain.tombstones import Erased
from mapsvc.services.auditing import note
from mapsvc.services.forgetting_conversations import forget_conversations_of_pins
from mapsvc.services.publishing import publish_pins
from mapsvc.services.tombstones import mark
from mapsvc.storage.listings import chunks
from mapsvc.storage.pins import forget_links, forget_words_handed_in
from mapsvc.storage.reports import drop_reports
from mapsvc.storage.submissions import submissions_of


def erase_pins(session: Session, pins: Sequence[Pin], *, by: Viewer) -> int:
    """Erases pins with all that is kept of them; the caller took its turn and commits.

    That is their words, consents, links, public rows, what visitors reported of them, and the
    conversations that nobody reported.

    Everything that erases a pin for good comes through here. What stays is its number, in a
    line of the audit log and a tombstone. Returns how many pins there were.
    """
    ids = [pin.id for pin in pins]
    forget_words_handed_in(session, ids)
    forget_links(session, {pin.account.email for pin in pins if pin.account is not None}, ids)
    forget_conversations_of_pins(session, ids)
    mark(session, Erased.PIN, ids)
    gone = [pin_key(pin) for pin in pins]
    for keys in chunks(gone):
        drop_reports(session, keys)
    for pin in pins:
        note(session, by, "erased", "pin", pin.id)
        session.delete(pin)
    publish_pins(session, [], gone=gone)
    return len(gone)


def forget_word(session: Session, pin: Pin, name: str) -> None:
    """Takes away what a pin says in one of WORDS, and what is remembered of it."""
    setattr(pin, name, "")
    for words in submissions_of(session, PinSubmission, pin.id):
        words.proposed = {**words.proposed, name: ""}
        words.flags = flags_of(words.proposed)
        if words.before is not None:
            words.before = {**words.before, name: ""}


def take_back(session: Session, consents: Sequence[Consent]) -> int:
    """Ends consents of pins that are still there, with the words that they allowed; the caller took its
    turn and commits. How many there were.
    """
    live = [one for one in consents if one.withdrawn is None]
    pins = {one.pin_id: session.get_one(Pin, one.pin_id) for one in live}
    for one in live:
        one.withdrawn = now()
        if one.kind in WORDS:
            forget_word(session, pins[one.pin_id], one.kind)
    publish_pins(session, pins.values())
    return len(live)
