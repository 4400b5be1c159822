"""Submissions: what waits for a moderator before it is public, whatever it is about."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now
from mapsvc.domain.people import Account


class SubmissionStatus(StrEnum):
    """How far a submission is."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"  # its author may mend it and send it again
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by its author, or replaced by a newer one


UNDECIDED = (SubmissionStatus.WAITING, SubmissionStatus.RETURNED)  # its author may still change it
DECIDED = (SubmissionStatus.APPROVED, SubmissionStatus.RETURNED, SubmissionStatus.REJECTED)


class SubmissionKind(StrEnum):
    """What a submission is about, as addresses name it."""

    CHANGES = "changes"  # of hosts
    STAYS = "stays"  # of people
    FACTS = "facts"  # corrections of them


class Submission(Base):
    """What somebody handed in and nobody sees before a moderator approves it; one table for each kind.

    `proposed` is what would be, `before` what was at the moment of an approval, so that it can be undone.
    `flags` names what deserves a look: [flag, text].
    """

    __abstract__ = True
    __table_args__ = NO_ID_TWICE
    kind: ClassVar[SubmissionKind]

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    proposed: Mapped[dict[str, Any]] = mapped_column(Json)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    flags: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    status: Mapped[str] = mapped_column(String(10), default=SubmissionStatus.WAITING, index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    decided: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    reminded: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def title(self) -> str:
        """What it is called in lists."""
        raise NotImplementedError

    @property
    def author(self) -> Account | None:
        """Who handed it in; None where the account is gone."""
        raise NotImplementedError
