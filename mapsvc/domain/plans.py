"""Plans of hosts for a stay: dates, names to put into papers, what is done, who is reminded by mail."""

from datetime import date, datetime, timedelta

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now

LONGEST_NAME = 80
KEPT_FOR = timedelta(days=90)  # after the departure
NETWORKS_KEPT = timedelta(days=1)  # so long is counted who makes many plans
NAMES = ("learner", "host", "tutor", "referent", "town")  # that papers are filled in with


class HostPlan(Base):
    """A stay that a host prepares; no account is needed.

    Its addresses are made of its number and the key of the installation (services/plan_links.py), and stand
    nowhere: whoever reads the database alone opens no plan.
    """

    __tablename__ = "host_plans"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    timeline: Mapped[str] = mapped_column(String(60))  # its slug
    arrival: Mapped[date] = mapped_column(Date)
    departure: Mapped[date] = mapped_column(Date, index=True)
    minor: Mapped[bool] = mapped_column(Boolean)
    housing: Mapped[bool] = mapped_column(Boolean)  # whether the host provides the room
    language: Mapped[str] = mapped_column(String(5))  # of the calendar and the mails
    learner: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    host: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    tutor: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    referent: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    town: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    done: Mapped[list[str]] = mapped_column(Json, default=list)  # the keys of steps
    network_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    changed: Mapped[datetime] = mapped_column(Instant, default=now)

    mails: Mapped[list["PlanMail"]] = relationship(
        cascade="all, delete-orphan", order_by="PlanMail.id", lazy="selectin", back_populates="plan"
    )

    @property
    def kept_until(self) -> date:
        """The last day on which the plan is there."""
        return self.departure + KEPT_FOR


class PlanMail(Base):
    """An address that is reminded of the steps of a plan; it was confirmed by mail."""

    __tablename__ = "plan_mails"
    __table_args__ = (UniqueConstraint("plan_id", "email"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("host_plans.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    confirmed: Mapped[datetime] = mapped_column(Instant, default=now)
    reminded_on: Mapped[date | None] = mapped_column(Date)  # when the last mail was written

    plan: Mapped[HostPlan] = relationship(back_populates="mails", lazy="joined", innerjoin=True)
