"""Words of people's stays that wait for a moderator: how they are shown, put into place and taken back."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.access.pin_projections import project_pin
from mapsvc.access.projections import PublicRow
from mapsvc.catalogues import translate
from mapsvc.domain.alumni import WORDS, Pin, PinStatus, PinSubmission
from mapsvc.domain.consents import Consent, ConsentKind
from mapsvc.messages import mark as _
from mapsvc.services.decision_letters import OWN_STAYS
from mapsvc.services.matters import Matter
from mapsvc.services.publishing import publish_pins
from mapsvc.storage.hosts import State

NEVER_PUBLIC = frozenset({PinStatus.WAITING, PinStatus.RETURNED, PinStatus.REJECTED})


@dataclass(frozen=True, slots=True)
class PinCase:
    """Words as a moderator looks at them: what is public now, and what would be.

    Both are public rows, so that a moderator learns no more of the place than everybody; None for nothing.
    """

    now: PublicRow | None
    public: PublicRow | None


def pin_case(submission: PinSubmission) -> PinCase:
    """What will be public of a stay, and what is public now."""
    shown, public = project_pin(submission.pin), project_pin(_as_proposed(submission))
    return PinCase(shown[0] if shown else None, public[0] if public else None)


def _as_proposed(submission: PinSubmission) -> Pin:
    """The pin as it would be once its words are approved; it belongs to no session."""
    pin = submission.pin
    columns = {one.key: getattr(pin, one.key) for one in Pin.__table__.columns if one.key != "account_id"}
    agreed = [Consent(kind=kind) for kind in ConsentKind if pin.agrees_to(kind)]
    return Pin(**{**columns, **submission.proposed, "status": PinStatus.PUBLISHED, "consents": agreed})


def _state(submission: PinSubmission) -> State:
    return {name: getattr(submission.pin, name) for name in (*WORDS, "status")}


def _put(session: Session, _viewer: Viewer, submission: PinSubmission) -> None:
    _bring(session, submission.pin, {**submission.proposed, "status": PinStatus.PUBLISHED})


def _take_back(session: Session, _viewer: Viewer, submission: PinSubmission) -> None:
    state, pin = submission.before or {}, submission.pin
    # What was taken off since stays off.
    hidden = (pin.status, state.get("status")) == (PinStatus.HIDDEN, PinStatus.PUBLISHED)
    _bring(session, pin, {**state, "status": PinStatus.HIDDEN} if hidden else state)


def _bring(session: Session, pin: Pin, state: State) -> None:
    for name, value in state.items():
        setattr(pin, name, value)
    publish_pins(session, [pin])


def _keep_off(submission: PinSubmission) -> None:
    if submission.pin.status in NEVER_PUBLIC:
        submission.pin.status = PinStatus(submission.status)


def _letter(submission: PinSubmission, language: str) -> tuple[str, str]:
    return translate(language, _("the stay of %(year)s"), year=submission.pin.year), OWN_STAYS


STAYS: Matter[PinSubmission] = Matter(
    is_there=lambda _one: True,
    state=_state,
    put=_put,
    take_back=_take_back,
    keep_off=_keep_off,
    noted=lambda one: ("pin", one.pin_id, {}),
    letter=_letter,
    case=lambda _session, one: pin_case(one),
)
