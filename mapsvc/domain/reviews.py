"""What people look at: changes of hosts, reports, revisions, vouchings, suppressions, the audit log."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Account
from mapsvc.domain.submissions import Submission, SubmissionKind


class ReportStatus(StrEnum):
    """How far a report is."""

    OPEN = "open"
    SETTLED = "settled"  # something was done
    DISMISSED = "dismissed"  # nothing was wrong


class Complaint(StrEnum):
    """What a visitor says is wrong with an entry."""

    GONE = "gone"
    WRONG = "wrong"
    UNSAFE = "unsafe"  # or not suitable for learners
    ADVERTISING = "advertising"
    OTHER = "other"


class HostSubmission(Submission):
    """A change of a host; `proposed` and `before` are states as storage.hosts.state_of gives them."""

    __tablename__ = "submissions"
    kind = SubmissionKind.CHANGES

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    account: Mapped[Account | None] = relationship(lazy="joined", foreign_keys=[account_id])

    @property
    def title(self) -> str:
        """The name of the host."""
        return self.organisation.name

    @property
    def author(self) -> Account | None:
        """Somebody who speaks for the host."""
        return self.account


class Report(Base):
    """What a visitor says is wrong with an entry; `key` is that of the site or pin it is about.

    `language` is that of an answer to `email`, which goes once it is written.
    """

    __tablename__ = "reports"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), index=True)
    slug: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5), default="en")
    network_digest: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), default=ReportStatus.OPEN, index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    decided: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    reminded: Mapped[datetime | None] = mapped_column(Instant)


class Revision(Base):
    """An organisation as it was after a change by a person; `state` is as storage.hosts.state_of gives.

    `what` says in a word what was done ("edited", "placed", "restored", ...).
    """

    __tablename__ = "revisions"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    what: Mapped[str] = mapped_column(String(20))
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant, default=now)

    author: Mapped[Account | None] = relationship(lazy="joined")


class Vouching(Base):
    """A check of a host by somebody we know; the badge says who, when and until when."""

    __tablename__ = "vouchings"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    issuer: Mapped[str] = mapped_column(Text)
    checks: Mapped[list[str]] = mapped_column(Json, default=list)
    issued: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date, index=True)
    withdrawn: Mapped[datetime | None] = mapped_column(Instant)


class Suppression(Base):
    """One mark of somebody who asked not to be listed: a keyed hash, so that the list itself names nobody.

    `entry` is a random word that all marks of one organisation share, so that they can be lifted together.
    """

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("digest", "entry"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    entry: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    created: Mapped[datetime] = mapped_column(Instant, default=now)


class AuditEntry(Base):
    """Who did what, when; the database refuses to change or delete a line.

    `account_id` and `subject_id` are numbers alone: they say nothing of a person once that row is gone.
    """

    __tablename__ = "audit_entries"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, default=now, index=True)
    account_id: Mapped[int | None] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int | None] = mapped_column(Integer)
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
