"""What a day of a stay is paid: the rates that a national agency set, typed in by who sends learners."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, now

LONGEST_SOURCE = 200
FIRST_CALL, LAST_CALL = 2014, 2100
MOST_DAYS = 365  # of a stay
MOST_CENTS = 100_000  # a day: more was typed by mistake


class DailyRate(Base):
    """What one participant is paid for each day of a stay in a group of host countries.

    sending_id is whose rate it is, None for one of the whole installation. `activity` is a key of
    data/rules, `country_group` 1 to 3 as data/grants has them for the call. It is for the days first_day to
    last_day of a stay (from 1, both counted). `source` says where it stands. `example` marks what was
    taken over from the examples that ship, and not looked at since.
    """

    __tablename__ = "daily_rates"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sending_id: Mapped[int | None] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="CASCADE"), index=True
    )
    call_year: Mapped[int] = mapped_column(Integer)
    activity: Mapped[str] = mapped_column(String(32))
    country_group: Mapped[int] = mapped_column(Integer)
    first_day: Mapped[int] = mapped_column(Integer, default=1)
    last_day: Mapped[int] = mapped_column(Integer, default=MOST_DAYS)
    cents: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE), default="")
    example: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    changed: Mapped[datetime] = mapped_column(Instant, default=now)
