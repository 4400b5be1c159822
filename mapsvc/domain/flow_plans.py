"""How many stays a sending organisation plans and had, from where to where."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now
from mapsvc.domain.people import SendingOrganisation

LONGEST_NAME = 120
MOST_ROWS = 2_000  # of one plan
MOST_STAYS = 100_000  # of one row, or stated as a whole
MOST_DAYS = 1_000  # of a stay: more is a slip, and fewer than that are held against the rules
FIRST_YEAR, LAST_YEAR = 2000, 2100


class FlowPlan(Base):
    """A table of stays, seen by the referents of its sending organisation alone.

    `rows` are [kind, origin, destination, number, year] as `mapsvc.planning.flows.Flow` has them, with
    activity and days behind where either is said, each None where it is not; `before` are
    those of before the last change, by which it is undone; None where nothing was changed yet.
    `announced` is how many stays were announced in all, `reported` how many were reported as done; None
    where nobody said.
    """

    __tablename__ = "flow_plans"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sending_id: Mapped[int] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    announced: Mapped[int | None] = mapped_column(Integer)
    reported: Mapped[int | None] = mapped_column(Integer)
    rows: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    before: Mapped[list[list[Any]] | None] = mapped_column(Json)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    changed: Mapped[datetime] = mapped_column(Instant, default=now)

    sending: Mapped[SendingOrganisation] = relationship(lazy="joined", innerjoin=True)
