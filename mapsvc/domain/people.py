"""People with an account: who they are, what they were given to do, where they are signed in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now


class Role(StrEnum):
    """What somebody may be here; access/permissions.py says what each may do."""

    VISITOR = "visitor"  # not signed in
    LEARNER = "learner"  # signed in, without anything more
    ALUMNUS = "alumnus"  # was abroad, has a pin
    HOST = "host"  # speaks for a host organisation
    PROFESSIONAL = "professional"  # exchanges immersions
    REFERENT = "referent"  # of a sending organisation, keeps its lists
    MODERATOR = "moderator"  # keeps the directory true and safe
    ADMINISTRATOR = "administrator"  # runs the installation


STAFF = frozenset({Role.REFERENT, Role.MODERATOR, Role.ADMINISTRATOR})


class Purpose(StrEnum):
    """What a pass opens."""

    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    ADDRESS = "address"  # changes the address of an account
    CLAIM = "claim"  # "this is us"
    REMOVAL = "removal"  # "remove us"
    CORRECTION = "correction"  # "correct this"
    STILL_TRUE = "still_true"  # the yearly confirmation
    PIN = "pin"  # puts a stay on the map; all that is known of it waits in the pass
    PIN_STILL_TRUE = "pin_still_true"  # the yearly confirmation of a pin
    REPORT = "report"
    QUESTION = "question"  # asks a former participant; all that is known of it waits in the pass
    PLAN_MAIL = "plan_mail"  # begins the reminders of a plan
    ALERT = "alert"  # begins the mails of a saved search


class SendingOrganisation(Base):
    """A school, a chamber, a region that sends learners abroad; its referents keep its lists of hosts."""

    __tablename__ = "sending_organisations"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created: Mapped[datetime] = mapped_column(Instant, default=now)


class Account(Base):
    """Somebody who signed in once. The address is the only thing that must be known of them."""

    __tablename__ = "accounts"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    created: Mapped[datetime] = mapped_column(Instant, default=now)

    grants: Mapped[list["Grant"]] = relationship(
        cascade="all, delete-orphan", order_by="Grant.id", lazy="selectin", foreign_keys="Grant.account_id"
    )


class Grant(Base):
    """A role that an account was given: a referent for a sending organisation, a host for its own."""

    __tablename__ = "grants"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(15))
    sending_id: Mapped[int | None] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    created: Mapped[datetime] = mapped_column(Instant, default=now)

    sending: Mapped[SendingOrganisation | None] = relationship(lazy="joined")


class SignIn(Base):
    """One browser in which somebody is signed in, known by the hash of the secret in its cookie."""

    __tablename__ = "sign_ins"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    browser: Mapped[str] = mapped_column(String(80), default="")
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    seen: Mapped[datetime] = mapped_column(Instant, default=now)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class Pass(Base):
    """A mailed secret that opens one thing once; only hashes of it are kept.

    `code_digest` belongs to the short code of the same mail, which counts only in the browser that
    asked, known by `asker_digest`. `network_digest` is a keyed hash of the asking network address, to
    count by.
    """

    __tablename__ = "passes"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(15))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str | None] = mapped_column(String(64))
    asker_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    network_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    expires: Mapped[datetime] = mapped_column(Instant)
    used: Mapped[datetime | None] = mapped_column(Instant)


class Letter(Base):
    """A mail to be sent, written in the transaction that is its reason; its text goes once it is sent."""

    __tablename__ = "letters"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    due: Mapped[datetime] = mapped_column(Instant, default=now, index=True)
    sent: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    fault: Mapped[str | None] = mapped_column(Text)
