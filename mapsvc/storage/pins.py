"""Pins of former participants and their words that wait: found, counted, decided."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin, PinStatus, PinSubmission
from mapsvc.domain.people import Pass, Purpose
from mapsvc.domain.reviews import SubmissionStatus
from mapsvc.storage.listings import chunks

UNDECIDED = (SubmissionStatus.WAITING, SubmissionStatus.RETURNED)
DECIDED = (SubmissionStatus.APPROVED, SubmissionStatus.RETURNED, SubmissionStatus.REJECTED)


def all_pin_ids(session: Session) -> list[int]:
    """The number of every pin, in order."""
    return list(session.scalars(select(Pin.id).order_by(Pin.id)))


def pins_with_ids(session: Session, ids: Sequence[int]) -> list[Pin]:
    """The pins with these ids, in order of id; at most as many as one chunk."""
    return list(session.scalars(select(Pin).where(Pin.id.in_(ids)).order_by(Pin.id)))


def sample_pins(session: Session) -> list[Pin]:
    """The made-up pins, in order of id."""
    return list(session.scalars(select(Pin).where(Pin.sample).order_by(Pin.id)))


def pins_of(session: Session, account_id: int) -> list[Pin]:
    """The pins of an account, the first made first."""
    return list(session.scalars(select(Pin).where(Pin.account_id == account_id).order_by(Pin.id)))


def undecided_of(session: Session, pin_id: int) -> PinSubmission | None:
    """The words of a pin that wait or were sent back; None where there are none."""
    query = select(PinSubmission).where(PinSubmission.pin_id == pin_id, PinSubmission.status.in_(UNDECIDED))
    return session.scalar(query.order_by(PinSubmission.id.desc()).limit(1))


def last_submission(session: Session, pin_id: int) -> PinSubmission | None:
    """The words of a pin that were handed in last, whatever became of them."""
    query = select(PinSubmission).where(PinSubmission.pin_id == pin_id)
    return session.scalar(query.order_by(PinSubmission.id.desc()).limit(1))


def submissions_of_pin(session: Session, pin_id: int) -> list[PinSubmission]:
    """All words of a pin that were handed in, the first first."""
    query = select(PinSubmission).where(PinSubmission.pin_id == pin_id)
    return list(session.scalars(query.order_by(PinSubmission.id)))


def waiting_pins(session: Session, *, limit: int) -> list[PinSubmission]:
    """The words that wait for a moderator, the oldest first."""
    query = select(PinSubmission).where(PinSubmission.status == SubmissionStatus.WAITING)
    return list(session.scalars(query.order_by(PinSubmission.created, PinSubmission.id).limit(limit)))


def count_waiting_pins(session: Session, *, before: datetime | None = None) -> int:
    """How many pins' words wait, or wait since before a moment."""
    query = select(func.count(PinSubmission.id)).where(PinSubmission.status == SubmissionStatus.WAITING)
    return session.scalar(query if before is None else query.where(PinSubmission.created < before)) or 0


def decided_pins(session: Session, *, limit: int) -> list[PinSubmission]:
    """What was decided last, the newest decision first."""
    query = select(PinSubmission).where(
        PinSubmission.status.in_(DECIDED), PinSubmission.decided_by_id.is_not(None)
    )
    return list(
        session.scalars(query.order_by(PinSubmission.decided.desc(), PinSubmission.id.desc()).limit(limit))
    )


def decide_pin(
    session: Session,
    id_: int,
    status: SubmissionStatus,
    *,
    frm: SubmissionStatus,
    at: datetime | None,
    by: int | None,
    reason: str = "",
) -> bool:
    """Gives the words of a pin another status; False when somebody else was first."""
    done = session.execute(
        update(PinSubmission)
        .where(PinSubmission.id == id_, PinSubmission.status == frm)
        .values(status=status, decided=at, decided_by_id=by, reason=reason)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def pins_ending(
    session: Session, *, confirmed_after: date, confirmed_until: date, asked_before: datetime, limit: int
) -> list[Pin]:
    """Published pins of people that were confirmed in some days, and not asked about since a moment."""
    query = select(Pin).where(
        Pin.status == PinStatus.PUBLISHED,
        ~Pin.sample,
        Pin.account_id.is_not(None),
        Pin.confirmed_on > confirmed_after,
        Pin.confirmed_on <= confirmed_until,
        Pin.asked.is_(None) | (Pin.asked < asked_before),
    )
    return list(session.scalars(query.order_by(Pin.confirmed_on, Pin.id).limit(limit)))


def pins_confirmed_before(session: Session, day: date) -> list[Pin]:
    """The pins of people that nobody confirmed since before a day."""
    query = select(Pin).where(Pin.confirmed_on < day, ~Pin.sample)
    return list(session.scalars(query.order_by(Pin.id)))


def forget_links(session: Session, email: str, pin_ids: Sequence[int]) -> None:
    """Drops what mailed links of an address still hold of a pin, or of one that was never confirmed."""
    kept = (Purpose.PIN, Purpose.PIN_STILL_TRUE)
    links = session.scalars(select(Pass).where(Pass.email == email, Pass.purpose.in_(kept)))
    gone = [one.id for one in links if one.data.get("pin_id") in pin_ids]
    for chunk in chunks(gone):
        session.execute(delete(Pass).where(Pass.id.in_(chunk)))
