"""Pins of former participants: found, and what mailed links still hold of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin, PinStatus, PinSubmission
from mapsvc.domain.people import Pass, Purpose
from mapsvc.storage.listings import chunks


def all_pin_ids(session: Session) -> list[int]:
    """The number of every pin, in order."""
    return list(session.scalars(select(Pin.id).order_by(Pin.id)))


def pins_with_ids(session: Session, ids: Sequence[int]) -> list[Pin]:
    """The pins with these ids, in order of id; at most as many as one chunk."""
    return list(session.scalars(select(Pin).where(Pin.id.in_(ids)).order_by(Pin.id)))


def sample_pins(session: Session) -> list[Pin]:
    """The made-up pins, in order of id."""
    return list(session.scalars(select(Pin).where(Pin.sample).order_by(Pin.id)))


def pins_of(session: Session, *account_ids: int) -> list[Pin]:
    """The pins of an account, or of some, the first made first."""
    return list(session.scalars(select(Pin).where(Pin.account_id.in_(account_ids)).order_by(Pin.id)))


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


def forget_words_handed_in(session: Session, pin_ids: Sequence[int]) -> None:
    """Drops all words of pins that were handed in."""
    for chunk in chunks(pin_ids):
        session.execute(delete(PinSubmission).where(PinSubmission.pin_id.in_(chunk)))


def forget_links(session: Session, emails: Collection[str], pin_ids: Collection[int]) -> None:
    """Drops what mailed links of some addresses still hold of pins."""
    kept, of_pins = (Purpose.PIN, Purpose.PIN_STILL_TRUE), set(pin_ids)
    for some in chunks(sorted(emails)):
        links = session.scalars(select(Pass).where(Pass.email.in_(some), Pass.purpose.in_(kept)))
        gone = [one.id for one in links if one.data.get("pin_id") in of_pins]
        for chunk in chunks(gone):
            session.execute(delete(Pass).where(Pass.id.in_(chunk)))
