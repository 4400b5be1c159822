"""What learners ask former participants: conversations, their messages, and who is not heard any more."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.alumni import Pin
from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now
from mapsvc.domain.people import Account, Letter

KEPT_FOR = timedelta(days=90)  # after the last message
REPORTED_KEPT_FOR = timedelta(days=180)  # after the report, where no moderator settles it before


class ConversationStatus(StrEnum):
    """How far a conversation is. One whose sender did not confirm the address is none yet."""

    WITH_REFERENT = "with_referent"  # who has not passed it on; nobody else knows of it
    OPEN = "open"
    DECLINED = "declined"
    BLOCKED = "blocked"
    REPORTED = "reported"  # waits for a moderator
    ENDED = "ended"


class Side(StrEnum):
    """Who somebody is in a conversation."""

    SENDER = "sender"  # who asks
    ALUMNUS = "alumnus"  # who is asked
    REFERENT = "referent"  # of a sender under 18


class Conversation(Base):
    """What somebody asks the person of a pin; neither side ever learns the address of the other.

    `guarded` says that the sender is under 18, and all that is kept of an age: then a referent sees every
    message. `opened` is when it reached the alumnus, None before. A report outlives the pin.
    """

    __tablename__ = "conversations"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    pin_id: Mapped[int | None] = mapped_column(ForeignKey("pins.id", ondelete="SET NULL"), index=True)
    sender_email: Mapped[str] = mapped_column(String(254), index=True)
    sender_digest: Mapped[str] = mapped_column(String(64), index=True)
    first_name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(5))
    status: Mapped[str] = mapped_column(String(15), index=True)
    guarded: Mapped[bool] = mapped_column(Boolean)
    referent_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    trade: Mapped[str] = mapped_column(String(4))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    questions: Mapped[list[str]] = mapped_column(Json, default=list)
    opened: Mapped[datetime | None] = mapped_column(Instant)
    reported: Mapped[datetime | None] = mapped_column(Instant)
    reported_by: Mapped[str | None] = mapped_column(String(10))
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    last: Mapped[datetime] = mapped_column(Instant, default=now, index=True)
    reminded: Mapped[datetime | None] = mapped_column(Instant)

    pin: Mapped[Pin | None] = relationship(lazy="joined")
    referent: Mapped[Account | None] = relationship(lazy="joined")
    messages: Mapped[list["Message"]] = relationship(
        cascade="all, delete-orphan", order_by="Message.id", lazy="selectin"
    )


class Message(Base):
    """One text of a conversation; the referent of a sender only reads."""

    __tablename__ = "messages"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Instant, default=now)


class ConversationLetter(Base):
    """That a mail of the outbox tells of a conversation, so that it goes with it."""

    __tablename__ = "conversation_letters"

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )

    letter: Mapped[Letter] = relationship()


class Block(Base):
    """That an account does not want to hear from somebody any more, known by a keyed hash of the address."""

    __tablename__ = "blocks"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    sender_digest: Mapped[str] = mapped_column(String(64), index=True)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
