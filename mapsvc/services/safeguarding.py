"""Passing on what a learner under 18 asks: the referent reads it first."""

from sqlalchemy.orm import Session

from mapsvc.domain.asking import ConversationStatus, Side
from mapsvc.errors import NotFound
from mapsvc.messages import mark as _
from mapsvc.services.answering import Closed
from mapsvc.services.asking import NotTaken, reach, refuse_full_week, takes_questions
from mapsvc.services.auditing import note
from mapsvc.services.conversations import seat, write_to
from mapsvc.services.installations import Installation
from mapsvc.storage import conversations as stored


def release(session: Session, secret: str, *, installation: Installation) -> None:
    """Lets a question of a sender under 18 go to who is asked, and tells the sender so. Commits.

    Raises NotFound but for the referent, Closed where it was passed on or ended already, NotTaken, or
    FullWeek.
    """
    found = seat(session, secret, installation=installation)
    conversation, pin = found.conversation, found.conversation.pin
    if found.side != Side.REFERENT:
        raise NotFound
    if conversation.status != ConversationStatus.WITH_REFERENT or pin is None:
        raise Closed
    if not takes_questions(pin) or stored.is_blocked(session, pin.account_id, conversation.sender_digest):
        raise NotTaken
    refuse_full_week(session, pin)
    note(session, found.viewer, "released", "conversation", conversation.id)
    reach(session, conversation, installation=installation)
    write_to(
        session,
        conversation,
        Side.SENDER,
        installation=installation,
        subject=_("Your question is on its way"),
        lead=_("Your referent passed your question on to %(alumnus)s, and reads every message."),
    )
    session.commit()
