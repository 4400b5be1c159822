"""What referents type of a year of stays, where nothing that is kept here tells it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, now

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_TYPED = 100_000


class YearNumbers(Base):
    """How many stays of a year of one sending organisation something is true of; None where nobody said.

    kind is one of `mapsvc.planning.years.YearKind`, begins the year in which it begins.
    """

    __tablename__ = "year_numbers"
    __table_args__ = (UniqueConstraint("sending_id", "kind", "begins"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sending_id: Mapped[int] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(8))
    begins: Mapped[int] = mapped_column(SmallInteger)
    green: Mapped[int | None] = mapped_column(Integer)  # travelled by train, bus, bicycle, shared car
    fewer: Mapped[int | None] = mapped_column(Integer)  # had fewer opportunities
    changed: Mapped[datetime] = mapped_column(Instant, default=now)
