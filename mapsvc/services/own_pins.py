"""One's own stays on the map: seen as others see them, corrected, taken along, withdrawn."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.access.pin_projections import project_pin
from mapsvc.access.projections import PublicRow
from mapsvc.domain.alumni import WORDS, Pin, PinStatus, PinSubmission
from mapsvc.domain.asking import Conversation, Side
from mapsvc.domain.base import Base, now
from mapsvc.domain.consents import Channel, ConsentKind
from mapsvc.domain.pin_values import PinDraft
from mapsvc.domain.shown_areas import Areas, kept_area
from mapsvc.domain.submissions import SubmissionStatus
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.erasing_pins import erase_pins, forget_word
from mapsvc.services.pinning import agree, area_of, hand_in
from mapsvc.services.publishing import publish_pins
from mapsvc.services.tombstones import mark
from mapsvc.storage import pins as stored
from mapsvc.storage.conversations import all_from, conversations_of_pins
from mapsvc.storage.listings import take_turn
from mapsvc.storage.submissions import submissions_of

LARGEST_ID = 2**31 - 1
OF_A_NAME = {"surname": ConsentKind.SURNAME, "host_name": ConsentKind.HOST_NAME}


@dataclass(frozen=True, slots=True)
class OwnPin:
    """A pin as its person sees it: the draft as it stands, what waits, and what everybody sees, if anything.

    handed_in is what was handed in last, with what was decided on it.
    """

    pin: Pin
    draft: PinDraft
    handed_in: PinSubmission | None
    public: PublicRow | None


def own_pins(session: Session, viewer: Viewer) -> list[OwnPin]:
    """All of one's own pins, the first made first. Raises NotSignedIn."""
    require(viewer, Action.USE_ACCOUNT)
    if viewer.account_id is None:
        return []
    return [_own(session, pin) for pin in stored.pins_of(session, viewer.account_id)]


def own_pin(session: Session, viewer: Viewer, pin_id: int) -> OwnPin:
    """One of one's own pins. Raises NotFound for anybody else's."""
    return _own(session, _known(session, viewer, pin_id))


def edit_pin(
    session: Session, viewer: Viewer, pin_id: int, draft: PinDraft, *, areas: Areas, language: str
) -> OwnPin:
    """Takes over what its person changed. Commits.

    What is chosen from lists counts at once. New words wait for a moderator, and what is public stays
    meanwhile; what was taken away goes at once, with the consent that was taken back.

    Raises NotFound for anybody else's, or NoArea.
    """
    take_turn(session)
    pin = _known(session, viewer, pin_id)
    if draft.place_id != pin.place_id:
        pin.area = kept_area(area_of(draft, areas))
    for name, value in draft.facts().items():
        setattr(pin, name, value)
    agree(pin, draft, language=language, channel=Channel.FORM)
    mark(session, Erased.CONSENT, [one.id for one in pin.consents if one.withdrawn is not None])
    words, waits = draft.words(), _waiting(session, pin)
    for name in WORDS:
        if not words[name]:
            forget_word(session, pin, name)
    if waits is None or waits.status == SubmissionStatus.RETURNED or waits.proposed != words:
        if waits is not None:
            session.delete(waits)
            session.flush()
        if words != {name: getattr(pin, name) for name in WORDS}:
            hand_in(session, pin, draft)
            if pin.status in {PinStatus.RETURNED, PinStatus.REJECTED}:
                pin.status = PinStatus.WAITING
    note(session, viewer, "edited", "pin", pin.id)
    publish_pins(session, [pin])
    session.commit()
    return _own(session, pin)


def withdraw_pin(session: Session, viewer: Viewer, pin_id: int) -> None:
    """Withdraws the consent to a pin, and so erases it. Commits. Raises NotFound for anybody else's."""
    take_turn(session)
    erase_pins(session, [_known(session, viewer, pin_id)], by=viewer)
    session.commit()


def confirm_own_pin(session: Session, viewer: Viewer, pin_id: int) -> None:
    """Says that a pin of one's own is still true, for a year. Commits. Raises NotFound."""
    take_turn(session)
    confirm(session, _known(session, viewer, pin_id), by=viewer)
    session.commit()


def confirm(session: Session, pin: Pin, *, by: Viewer) -> None:
    """Shows a pin for a year from today; the caller took its turn and commits."""
    pin.confirmed_on, pin.asked = now().date(), None
    note(session, by, "confirmed", "pin", pin.id)
    publish_pins(session, [pin])


def everything_kept(session: Session, viewer: Viewer) -> dict[str, Any]:
    """All that is kept of one's pins and one's conversations, as JSON takes it.

    `draft` of each pin can be handed in again. Of a conversation there is what its page shows to this
    side: never an address, nor who reported it.
    """
    pins = own_pins(session, viewer)
    asked = [
        one for one in conversations_of_pins(session, [one.pin.id for one in pins]) if one.opened is not None
    ]
    asking = all_from(session, viewer.email) if viewer.email else []
    said = [_said(one, Side.ALUMNUS) for one in asked] + [_said(one, Side.SENDER) for one in asking]
    return {"pins": [_everything(session, one) for one in pins], "conversations": said}


def areas_kept(session: Session, viewer: Viewer) -> dict[str, Any]:
    """One's pins as GeoJSON (RFC 7946): the point of the area of each, never of the town."""
    features = []
    for one in own_pins(session, viewer):
        area = one.pin.area
        point = {"type": "Point", "coordinates": [area["lon"], area["lat"]]}
        properties = {"area": area["key"], **one.draft.kept()}
        features.append({"type": "Feature", "geometry": point, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def _known(session: Session, viewer: Viewer, pin_id: int) -> Pin:
    pin = session.get(Pin, pin_id) if 0 < pin_id <= LARGEST_ID else None
    if pin is None:
        raise NotFound
    require(viewer, Action.EDIT_PIN, pin)
    return pin


def _own(session: Session, pin: Pin) -> OwnPin:
    waits, rows = _waiting(session, pin), project_pin(pin)
    last = next(iter(submissions_of(session, PinSubmission, pin.id)), None)
    return OwnPin(pin, draft_of(pin, waits), last, rows[0] if rows else None)


def _waiting(session: Session, pin: Pin) -> PinSubmission | None:
    """The words that wait or were sent back."""
    return next(iter(submissions_of(session, PinSubmission, pin.id, undecided=True)), None)


def draft_of(pin: Pin, waits: PinSubmission | None) -> PinDraft:
    """A pin as its person would write it: with the words that wait, where some do."""
    words = waits.proposed if waits else {name: getattr(pin, name) for name in WORDS}
    names = [name for name in PinDraft.__dataclass_fields__ if name not in {*WORDS, "consents"}]
    facts = {name: getattr(pin, name) for name in names}
    facts |= {name: tuple(facts[name]) for name in ("languages", "ask_about")}
    return PinDraft(**facts, **words, consents=tuple(kind for kind in ConsentKind if pin.agrees_to(kind)))


def _everything(session: Session, one: OwnPin) -> dict[str, Any]:
    handed_in = submissions_of(session, PinSubmission, one.pin.id)
    return {
        "draft": one.draft.kept(),
        "pin": _columns(one.pin),
        "consents": [_columns(consent) for consent in one.pin.consents],
        "handed_in": [_columns(words) for words in reversed(handed_in)],
    }


def _said(conversation: Conversation, side: Side) -> dict[str, Any]:
    names = ("first_name", "trade", "starts_on", "ends_on", "questions", "created")
    return {
        "you": "asked" if side == Side.SENDER else "were asked",
        **{name: _written(getattr(conversation, name)) for name in names},
        "messages": [
            {
                "from": "you" if one.side == side else "the other side",
                "text": one.text,
                "created": _written(one.created),
            }
            for one in conversation.messages
        ],
    }


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _columns(thing: Base) -> dict[str, Any]:
    hidden = {"account_id", "decided_by_id"}
    found = {each.key: getattr(thing, each.key) for each in inspect(type(thing)).column_attrs}
    return {name: _written(value) for name, value in found.items() if name not in hidden}
