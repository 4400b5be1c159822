"""Forgets conversations: the old ones, those of a pin or an address that goes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from mapsvc.domain.asking import KEPT_FOR, REPORTED_KEPT_FOR, ConversationStatus
from mapsvc.domain.base import now
from mapsvc.storage import conversations as stored


def forget_old_conversations(session: Session, *, at: datetime | None = None) -> int:
    """Erases conversations 90 days after their last message, and reported ones 180 days after that.

    Commits. Returns how many.
    """
    moment = at or now()
    old = stored.silent_since(session, moment - KEPT_FOR, reported_before=moment - REPORTED_KEPT_FOR)
    forgotten = stored.drop(session, old)
    session.commit()
    return forgotten


def forget_conversations_of_pins(session: Session, pin_ids: Sequence[int]) -> None:
    """Erases what was asked about pins that go; the caller commits.

    A reported conversation stays for the moderators, without its pin: nobody erases what they did by
    going.
    """
    found = stored.conversations_of_pins(session, pin_ids)
    stored.drop(session, [one for one in found if one.status != ConversationStatus.REPORTED])
    for one in found:
        if one.status == ConversationStatus.REPORTED:
            one.pin = None
    session.flush()


def forget_conversations_from(session: Session, emails: Sequence[str]) -> None:
    """Erases what some addresses asked, but what was reported; the caller commits."""
    stored.drop(session, stored.conversations_from(session, emails))
