"""Former participants who put a stay on the map: pins, and their words that wait for a moderator."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now
from mapsvc.domain.consents import Consent, ConsentKind
from mapsvc.domain.people import Account
from mapsvc.domain.submissions import Submission, SubmissionKind

SHOWN_FOR = timedelta(days=365)  # after its person last confirmed it
KEPT_FOR = timedelta(days=90)  # after it is no longer shown
WORDS = ("display_name", "surname", "host_name", "story")  # what a moderator reads before it is public


class PinStatus(StrEnum):
    """How far a pin is. One that nobody confirmed yet is no pin, and one that was withdrawn is gone."""

    WAITING = "waiting"  # for its first approval
    PUBLISHED = "published"
    RETURNED = "returned"  # never public so far; its person may mend it
    REJECTED = "rejected"
    HIDDEN = "hidden"  # was public; a moderator took it off


class LengthUnit(StrEnum):
    """In what the length of a stay is counted."""

    WEEKS = "weeks"
    MONTHS = "months"


class Pin(Base):
    """One stay abroad of one person, in a town; its own coordinates are never known, nor an address.

    Its words (WORDS) are those that a moderator approved. What was written since waits in a PinSubmission.
    """

    __tablename__ = "pins"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(String(30), unique=True)
    status: Mapped[str] = mapped_column(String(10), default=PinStatus.WAITING, index=True)
    place_id: Mapped[int] = mapped_column(Integer)
    area: Mapped[dict[str, Any]] = mapped_column(Json)  # that of the town, as `kept_area` gives it
    field: Mapped[str] = mapped_column(String(4))
    year: Mapped[int] = mapped_column(SmallInteger)
    length: Mapped[int] = mapped_column(SmallInteger)
    length_unit: Mapped[str] = mapped_column(String(6))
    from_country: Mapped[str] = mapped_column(String(2))
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    may_be_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    ask_about: Mapped[list[str]] = mapped_column(Json, default=list)
    display_name: Mapped[str] = mapped_column(Text, default="")
    surname: Mapped[str] = mapped_column(Text, default="")
    host_name: Mapped[str] = mapped_column(Text, default="")
    story: Mapped[str] = mapped_column(Text, default="")
    confirmed_on: Mapped[date] = mapped_column(Date, index=True)
    asked: Mapped[datetime | None] = mapped_column(Instant)
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    created: Mapped[datetime] = mapped_column(Instant, default=now)

    consents: Mapped[list[Consent]] = relationship(
        cascade="all, delete-orphan", order_by=Consent.id, lazy="selectin"
    )
    account: Mapped[Account | None] = relationship(lazy="joined")

    def agrees_to(self, kind: ConsentKind) -> bool:
        """Whether its person agreed to this and did not take it back."""
        return any(one.kind == kind and one.withdrawn is None for one in self.consents)

    @property
    def shown_until(self) -> date:
        """The last day on which it is shown, unless its person confirms it again."""
        return self.confirmed_on + SHOWN_FOR


class PinSubmission(Submission):
    """The words of a pin, by name as in WORDS; `before` are those they replaced, with the pin's status."""

    __tablename__ = "pin_submissions"
    kind = SubmissionKind.STAYS

    pin_id: Mapped[int] = mapped_column(ForeignKey("pins.id", ondelete="CASCADE"), index=True)

    pin: Mapped[Pin] = relationship(lazy="joined", innerjoin=True)

    @property
    def title(self) -> str:
        """The name that its person wants to be shown."""
        return str(self.proposed["display_name"])

    @property
    def author(self) -> Account | None:
        """Whose stay it is."""
        return self.pin.account
