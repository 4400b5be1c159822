"""Conversations with former participants: found, counted, forgotten."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin
from mapsvc.domain.asking import (
    Block,
    Conversation,
    ConversationLetter,
    ConversationStatus,
    Message,
    Side,
)
from mapsvc.domain.people import Letter, Pass, Purpose
from mapsvc.storage.listings import chunks

NOT_REPORTED = Conversation.status != ConversationStatus.REPORTED
OF_THE_ASKING_SIDE = (Side.SENDER, Side.REFERENT)


def pin_with_slug(session: Session, slug: str) -> Pin | None:
    """The pin of a page, None where there is none."""
    return session.scalar(select(Pin).where(Pin.slug == slug))


def reached(session: Session, account_id: int, *, since: datetime) -> list[datetime]:
    """When conversations reached an account since a moment, over all of its pins, the first first."""
    query = select(Conversation.opened).join(Pin, Conversation.pin_id == Pin.id)
    found = session.scalars(
        query.where(Pin.account_id == account_id, Conversation.opened > since).order_by(Conversation.opened)
    )
    return [one for one in found if one is not None]


def asked_by(session: Session, email: str, *, since: datetime) -> list[datetime]:
    """When questions were asked under an address since a moment, confirmed or not, the first first."""
    query = select(Pass.created).where(
        Pass.email == email, Pass.purpose == Purpose.QUESTION, Pass.created > since
    )
    return list(session.scalars(query.order_by(Pass.created)))


def confirmed_by(session: Session, email: str, *, since: datetime) -> list[datetime]:
    """When questions of an address were confirmed since a moment, the first first."""
    query = select(Pass.used).where(Pass.email == email, Pass.purpose == Purpose.QUESTION, Pass.used > since)
    return [one for one in session.scalars(query.order_by(Pass.used)) if one is not None]


def messages_since(session: Session, conversation_id: int, side: Side, *, since: datetime) -> list[datetime]:
    """When one side wrote in a conversation since a moment, the first first."""
    query = select(Message.created).where(
        Message.conversation_id == conversation_id, Message.side == side, Message.created > since
    )
    return list(session.scalars(query.order_by(Message.created)))


def is_blocked(session: Session, account_id: int | None, sender_digest: str) -> bool:
    """Whether an account does not want to hear from a sender."""
    query = select(Block.id).where(Block.account_id == account_id, Block.sender_digest == sender_digest)
    return session.scalar(query.limit(1)) is not None


def between(session: Session, account_id: int, sender_digest: str) -> list[Conversation]:
    """The conversations of an account with one sender that are open or with a referent."""
    live = (ConversationStatus.OPEN, ConversationStatus.WITH_REFERENT)
    query = select(Conversation).join(Pin, Conversation.pin_id == Pin.id)
    return list(
        session.scalars(
            query.where(
                Pin.account_id == account_id,
                Conversation.sender_digest == sender_digest,
                Conversation.status.in_(live),
            ).order_by(Conversation.id)
        )
    )


def reporters(session: Session, pin_id: int) -> int:
    """How many different senders, or referents of theirs, reported the person of a pin; settled ones not."""
    query = select(func.count(func.distinct(Conversation.sender_digest))).where(
        Conversation.pin_id == pin_id,
        Conversation.status == ConversationStatus.REPORTED,
        Conversation.reported_by.in_(OF_THE_ASKING_SIDE),
        Conversation.opened.is_not(None),
    )
    return session.scalar(query) or 0


def reported(session: Session) -> list[Conversation]:
    """The conversations that wait for a moderator, the first reported first."""
    query = select(Conversation).where(Conversation.status == ConversationStatus.REPORTED)
    return list(session.scalars(query.order_by(Conversation.reported, Conversation.id)))


def conversations_of_pins(session: Session, pin_ids: Sequence[int]) -> list[Conversation]:
    """The conversations about pins, the first first."""
    return [
        one
        for chunk in chunks(list(pin_ids))
        for one in session.scalars(
            select(Conversation).where(Conversation.pin_id.in_(chunk)).order_by(Conversation.id)
        )
    ]


def conversations_from(session: Session, emails: Sequence[str]) -> list[Conversation]:
    """The conversations that some addresses began, but those that were reported."""
    return [
        one
        for chunk in chunks(emails)
        for one in session.scalars(
            select(Conversation)
            .where(Conversation.sender_email.in_(chunk), NOT_REPORTED)
            .order_by(Conversation.id)
        )
    ]


def all_from(session: Session, email: str) -> list[Conversation]:
    """All conversations that an address began, the first first."""
    query = select(Conversation).where(Conversation.sender_email == email)
    return list(session.scalars(query.order_by(Conversation.id)))


def silent_since(session: Session, moment: datetime, *, reported_before: datetime) -> list[Conversation]:
    """The conversations without a message since a moment, and those reported before another one."""
    query = select(Conversation).where(
        (NOT_REPORTED & (Conversation.last < moment))
        | (~NOT_REPORTED & (Conversation.reported < reported_before))
    )
    return list(session.scalars(query.order_by(Conversation.id)))


def drop(session: Session, conversations: Iterable[Conversation]) -> int:
    """Deletes conversations with their messages and their mails, sent or not; how many there were."""
    gone = list(conversations)
    for conversation in gone:
        letters = select(ConversationLetter.letter_id).where(
            ConversationLetter.conversation_id == conversation.id
        )
        session.execute(
            delete(Letter).where(Letter.id.in_(letters)).execution_options(synchronize_session=False)
        )
        session.delete(conversation)
    session.flush()
    return len(gone)
