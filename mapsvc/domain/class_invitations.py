"""Invitations of a whole class or year to put their stays on the map."""

from datetime import date, datetime, timedelta

from sqlalchemy import Date, ForeignKey, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, now
from mapsvc.domain.people import SendingOrganisation

LONGEST_NAME = 80
LONGEST_LIFE = timedelta(days=365)
MOST_USES = 500


class ClassInvitation(Base):
    """A link for a class: its learners find the form of a stay with country, field and year filled in.

    The token is kept as it is, so that the sheet can be printed again: it opens a form that everybody may
    open, and tells nothing of the class. No pin and no account points here: `used` is all that is known of
    who came.
    """

    __tablename__ = "class_invitations"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sending_id: Mapped[int] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="CASCADE"), index=True
    )
    token: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))  # for its referents, and on the sheet
    from_country: Mapped[str] = mapped_column(String(2))
    field: Mapped[str] = mapped_column(String(4))
    year: Mapped[int] = mapped_column(SmallInteger)
    language: Mapped[str] = mapped_column(String(5))  # of the sheet
    ends_on: Mapped[date] = mapped_column(Date)  # the last day on which the link works
    most: Mapped[int] = mapped_column(SmallInteger)
    used: Mapped[int] = mapped_column(SmallInteger, default=0)  # confirmed stays
    revoked: Mapped[datetime | None] = mapped_column(Instant)
    created: Mapped[datetime] = mapped_column(Instant, default=now)

    sending: Mapped[SendingOrganisation] = relationship(lazy="joined", innerjoin=True)

    def has_ended(self, day: date) -> bool:
        """Whether the link does not work any more on a day, however many came."""
        return self.revoked is not None or day > self.ends_on

    @property
    def is_full(self) -> bool:
        """Whether as many stays were confirmed as it is for."""
        return self.used >= self.most
