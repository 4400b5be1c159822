"""Going on with a conversation, or not: reply, decline, block, report, end."""

from datetime import timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.asking import Block, Conversation, ConversationStatus, Message, Side
from mapsvc.domain.base import now
from mapsvc.domain.question_values import checked_words
from mapsvc.errors import MapsvcError, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.services.asking import DAY, refuse_full
from mapsvc.services.auditing import note
from mapsvc.services.conversations import Seat, is_watched, seat, write_to
from mapsvc.services.hiding_pins import turn
from mapsvc.services.installations import Installation
from mapsvc.storage import conversations as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.listings import take_turn

MOST_REPLIES = 20  # of one side in a day
HIDING = 3  # different people whose reports hide a pin
OTHER = {Side.SENDER: Side.ALUMNUS, Side.ALUMNUS: Side.SENDER}
LIVE = frozenset({ConversationStatus.OPEN, ConversationStatus.WITH_REFERENT})


class Closed(MapsvcError):
    """Nothing can be written in a conversation any more, or not yet."""

    message = _("This conversation is closed. Nothing more can be written in it.")


class WrittenEnough(TooMany):
    """One side wrote as much as one may in a day."""

    message = _("You wrote 20 messages in a day. You can write again from %(when)s on.")


def reply(session: Session, secret: str, text: str, *, installation: Installation) -> Message:
    """Passes a message on to the other side, and to the referent where there is one. Commits.

    Raises NotFound, Closed, InvalidInput, or TooMany.
    """
    found = seat(session, secret, installation=installation)
    conversation, side = found.conversation, found.side
    if side == Side.REFERENT:
        raise NotFound
    pin = conversation.pin
    if conversation.status != ConversationStatus.OPEN or pin is None or pin.status == PinStatus.HIDDEN:
        raise Closed
    if not is_watched(conversation):
        raise Closed
    words = checked_words({"text": text}, "text")
    one_at_a_time(session, f"conversation:{conversation.id}")
    times = stored.messages_since(session, conversation.id, side, since=now() - DAY)
    refuse_full(times, MOST_REPLIES, timedelta(days=1), WrittenEnough)
    message = Message(side=side, text=words)
    conversation.messages.append(message)
    conversation.last = now()
    for to in (OTHER[side], *([Side.REFERENT] if conversation.guarded else [])):
        by_sender = side == Side.SENDER
        write_to(
            session,
            conversation,
            to,
            installation=installation,
            subject=_("%(name)s wrote to %(alumnus)s") if by_sender else _("%(alumnus)s wrote to %(name)s"),
            lead=_("A new message of %(name)s:") if by_sender else _("A new message of %(alumnus)s:"),
            quoted=[words],
        )
    session.commit()
    return message


def decline(session: Session, secret: str, *, installation: Installation) -> None:
    """Says no to a question, without a reason. Commits. Raises NotFound, or Closed."""
    found = _of_who_is_asked(session, secret, installation=installation)
    _close(session, found, ConversationStatus.DECLINED, "declined", installation=installation)
    session.commit()


def block(session: Session, secret: str, *, installation: Installation) -> None:
    """Ends all that a sender asks the holder of this seat, for good; the sender is told of a no. Commits.

    Raises NotFound.
    """
    found = _of_who_is_asked(session, secret, installation=installation)
    account_id, digest = found.viewer.account_id, found.conversation.sender_digest
    if account_id is None:
        raise NotFound
    if not stored.is_blocked(session, account_id, digest):
        session.add(Block(account_id=account_id, sender_digest=digest))
    for one in stored.between(session, account_id, digest):
        each = Seat(one, found.side, found.viewer)
        _close(session, each, ConversationStatus.BLOCKED, "blocked", installation=installation)
    session.commit()


def end(session: Session, secret: str, *, installation: Installation) -> None:
    """Ends a conversation, from the side of who asks: the sender, or the referent of one under 18. Commits.

    Raises NotFound, or Closed.
    """
    found = seat(session, secret, installation=installation)
    if found.side == Side.ALUMNUS:
        raise NotFound
    _close(session, found, ConversationStatus.ENDED, "ended", installation=installation)
    session.commit()


def report(session: Session, secret: str, *, installation: Installation) -> None:
    """Keeps a conversation for the moderators, and closes it; the other side is not told. Commits.

    Once HIDING different people report the person of one pin, it is hidden until a moderator looks.
    Reporting twice changes nothing. Raises NotFound.
    """
    take_turn(session)
    found = seat(session, secret, installation=installation)
    conversation = found.conversation
    if conversation.status == ConversationStatus.REPORTED:
        return
    conversation.status = ConversationStatus.REPORTED
    conversation.reported, conversation.reported_by = now(), found.side
    note(session, found.viewer, "reported", "conversation", conversation.id, side=found.side)
    session.flush()
    if conversation.pin is not None:
        _hide_where_many_report(session, conversation.pin, installation=installation)
    session.commit()


def _hide_where_many_report(session: Session, pin: Pin, *, installation: Installation) -> None:
    if stored.reporters(session, pin.id) >= HIDING:
        turn(session, VISITOR, pin, PinStatus.HIDDEN, installation=installation, reports=HIDING)


def _of_who_is_asked(session: Session, secret: str, *, installation: Installation) -> Seat:
    found = seat(session, secret, installation=installation)
    if found.side != Side.ALUMNUS:
        raise NotFound
    return found


def _close(
    session: Session, found: Seat, status: ConversationStatus, done: str, *, installation: Installation
) -> None:
    conversation = found.conversation
    if conversation.status not in LIVE:
        raise Closed
    conversation.status = status
    note(session, found.viewer, done, "conversation", conversation.id, side=found.side)
    for side in _told(conversation, found.side):
        write_to(
            session,
            conversation,
            side,
            installation=installation,
            subject=_("The conversation of %(name)s and %(alumnus)s is over"),
            lead=_("No more messages are passed on. Nobody has to say why."),
        )


def _told(conversation: Conversation, by: Side) -> list[Side]:
    """Who hears that a conversation is over: those in it, but who ended it."""
    sides = [Side.SENDER]
    if conversation.opened is not None:
        sides.append(Side.ALUMNUS)
    if conversation.guarded:
        sides.append(Side.REFERENT)
    return [side for side in sides if side != by]
