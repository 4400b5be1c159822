"""Decides on the words of people's pins: approves, sends back, rejects, and takes a decision back."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.access.pin_projections import project_pin
from mapsvc.access.projections import PublicRow
from mapsvc.domain.alumni import WORDS, Pin, PinStatus, PinSubmission
from mapsvc.domain.base import now
from mapsvc.domain.consents import Consent, ConsentKind
from mapsvc.domain.reviews import SubmissionStatus
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.decision_letters import tell_author_of_pin
from mapsvc.services.installations import Installation
from mapsvc.services.moderating import UNDONE, CannotUndo, Decided, checked_reason
from mapsvc.services.publishing import publish_pins
from mapsvc.storage import pins as stored
from mapsvc.storage.listings import take_turn

LARGEST_ID = 2**31 - 1
# What is asked of a pin that was never public.
FIRST_STATUS = {
    SubmissionStatus.RETURNED: PinStatus.RETURNED,
    SubmissionStatus.REJECTED: PinStatus.REJECTED,
}
NEVER_PUBLIC = frozenset({PinStatus.WAITING, PinStatus.RETURNED, PinStatus.REJECTED})


@dataclass(frozen=True, slots=True)
class PinCase:
    """Words that wait, as a moderator looks at them: what is public now, and what would be.

    Both are public rows, so that a moderator learns no more of the place than everybody; None for nothing.
    """

    words: PinSubmission
    now: PublicRow | None
    public: PublicRow | None


def pin_queue(session: Session, viewer: Viewer, *, limit: int) -> list[PinSubmission]:
    """The words that wait, the oldest first."""
    require(viewer, Action.MODERATE)
    return stored.waiting_pins(session, limit=limit)


def decided_lately(session: Session, viewer: Viewer, *, limit: int) -> list[PinSubmission]:
    """What was decided last, the newest first."""
    require(viewer, Action.MODERATE)
    return stored.decided_pins(session, limit=limit)


def pin_case(session: Session, viewer: Viewer, id_: int) -> PinCase:
    """The words of one pin, with what is public now and what will be. Raises NotFound."""
    require(viewer, Action.MODERATE)
    words = _known(session, id_)
    shown, public = project_pin(words.pin), project_pin(_as_proposed(words))
    return PinCase(words, shown[0] if shown else None, public[0] if public else None)


def approve_pin(session: Session, viewer: Viewer, id_: int, *, installation: Installation) -> PinSubmission:
    """Makes the words of a pin public, mails its person. Commits. Raises NotFound, or Decided."""
    require(viewer, Action.MODERATE)
    take_turn(session)
    words = _known(session, id_)
    pin = words.pin
    before = {**{name: getattr(pin, name) for name in WORDS}, "status": pin.status}
    _decide(session, viewer, words, SubmissionStatus.APPROVED)
    words.before = before
    for name in WORDS:
        setattr(pin, name, words.proposed[name])
    pin.status = PinStatus.PUBLISHED
    publish_pins(session, [pin])
    tell_author_of_pin(session, words, SubmissionStatus.APPROVED, installation=installation)
    session.commit()
    return words


def send_pin_back(
    session: Session, viewer: Viewer, id_: int, *, reason: str, installation: Installation
) -> PinSubmission:
    """Asks its person to mend the words, and says why. Commits.

    Raises NotFound, InvalidInput without a reason, or Decided.
    """
    return _refuse(session, viewer, id_, SubmissionStatus.RETURNED, reason=reason, installation=installation)


def reject_pin(
    session: Session, viewer: Viewer, id_: int, *, reason: str, installation: Installation
) -> PinSubmission:
    """Refuses words for good, and says why. Commits.

    Raises NotFound, InvalidInput without a reason, or Decided.
    """
    return _refuse(session, viewer, id_, SubmissionStatus.REJECTED, reason=reason, installation=installation)


def undo_pin(session: Session, viewer: Viewer, id_: int, *, installation: Installation) -> PinSubmission:
    """Takes a decision back: the words wait again, and what an approval made public is as it was. Commits.

    Raises NotFound, or CannotUndo where its person wrote something newer since.
    """
    require(viewer, Action.MODERATE)
    take_turn(session)
    words = _known(session, id_)
    frm, pin = SubmissionStatus(words.status), words.pin
    newest = stored.last_submission(session, pin.id)
    changed = frm == SubmissionStatus.APPROVED and (
        words.before is None or any(getattr(pin, name) != words.proposed[name] for name in WORDS)
    )
    if frm not in stored.DECIDED or newest is not words or changed:
        raise CannotUndo(title=_title(words))
    if not stored.decide_pin(session, id_, SubmissionStatus.WAITING, frm=frm, at=None, by=None):
        raise CannotUndo(title=_title(words))
    session.refresh(words)
    if frm == SubmissionStatus.APPROVED and words.before is not None:
        for name in (*WORDS, "status"):
            setattr(pin, name, words.before[name])
    elif pin.status in NEVER_PUBLIC:
        pin.status = PinStatus.WAITING
    publish_pins(session, [pin])
    note(session, viewer, UNDONE, "pin", pin.id, decision=frm)
    tell_author_of_pin(session, words, UNDONE, installation=installation)
    session.commit()
    return words


def _refuse(
    session: Session,
    viewer: Viewer,
    id_: int,
    status: SubmissionStatus,
    *,
    reason: str,
    installation: Installation,
) -> PinSubmission:
    require(viewer, Action.MODERATE)
    said = checked_reason(reason)
    take_turn(session)
    words = _known(session, id_)
    _decide(session, viewer, words, status, reason=said)
    if words.pin.status in NEVER_PUBLIC:
        words.pin.status = FIRST_STATUS[status]
    tell_author_of_pin(session, words, status, installation=installation)
    session.commit()
    return words


def _decide(
    session: Session, viewer: Viewer, words: PinSubmission, status: SubmissionStatus, *, reason: str = ""
) -> None:
    waits = SubmissionStatus.WAITING
    if not stored.decide_pin(
        session, words.id, status, frm=waits, at=now(), by=viewer.account_id, reason=reason
    ):
        raise Decided(title=_title(words))
    session.refresh(words)
    note(session, viewer, status, "pin", words.pin_id)


def _known(session: Session, id_: int) -> PinSubmission:
    words = session.get(PinSubmission, id_) if 0 < id_ <= LARGEST_ID else None
    if words is None:
        raise NotFound
    return words


def _title(words: PinSubmission) -> str:
    return str(words.proposed["display_name"])


def _as_proposed(words: PinSubmission) -> Pin:
    """The pin as it would be once its words are approved; it belongs to no session."""
    pin = words.pin
    columns = {one.key: getattr(pin, one.key) for one in Pin.__table__.columns if one.key != "account_id"}
    agreed = [Consent(kind=kind) for kind in ConsentKind if pin.agrees_to(kind)]
    return Pin(**{**columns, **words.proposed, "status": PinStatus.PUBLISHED, "consents": agreed})
