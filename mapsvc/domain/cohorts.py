"""Learners whom a referent has to place, under codes, and the scenarios of where they could go."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Float,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now

LONGEST_NAME = 120
LONGEST_CODE = 80
KEPT_AFTER_DEPARTURE = timedelta(days=90)  # proposed: after the last day of the last stay
LONGEST_LIFE = timedelta(days=730)  # from the day on which the referent chooses


class ScenarioStage(StrEnum):
    """How far a scenario is; the worker acts on WAITING and WORKING."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"  # `message` says why


class Cohort(Base):
    """A group of learners of one sending organisation, seen by its referents alone.

    `faults` are what could not be used of its file: {"row", "code", "column", "value", "text",
    "values"}; `delete_on` is the day on which the worker erases all of it. `changed` is when its
    learners last changed: a scenario that began before was made with others.
    """

    __tablename__ = "cohorts"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sending_id: Mapped[int] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    file_name: Mapped[str] = mapped_column(Text, default="")
    delete_on: Mapped[date] = mapped_column(Date, index=True)
    faults: Mapped[list[Any]] = mapped_column(Json, default=list)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    changed: Mapped[datetime] = mapped_column(Instant, default=now)


class CohortLearner(Base):
    """One learner of a cohort: `said` is the plain form of `mapsvc.planning.cohorts.Learner`."""

    __tablename__ = "cohort_learners"
    __table_args__ = (UniqueConstraint("cohort_id", "code"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    said: Mapped[dict[str, Any]] = mapped_column(Json)


class Scenario(Base):
    """One placing of a cohort: what was asked, and what came of it.

    All is plain data, as `mapsvc.planning.outcome_files` writes it: `demands` asks, `learners` are
    those of the cohort when the worker began, `offers` those that the outcome names, as they were
    public then. `locks` are [code, key of an offer] that a referent chose on the result, for the next
    scenario. `tries` counts how often a worker began: one that ends the worker is given up. `message`
    is {"text": a marked sentence, "values": {...}} when it failed. carried_out tells that learners went
    where it sends them: of one scenario of a cohort at most.
    """

    __tablename__ = "scenarios"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    stage: Mapped[str] = mapped_column(String(10), default=ScenarioStage.WAITING, index=True)
    demands: Mapped[dict[str, Any]] = mapped_column(Json)
    locks: Mapped[list[Any]] = mapped_column(Json, default=list)
    learners: Mapped[list[Any]] = mapped_column(Json, default=list)
    offers: Mapped[list[Any]] = mapped_column(Json, default=list)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(Json)
    message: Mapped[dict[str, Any] | None] = mapped_column(Json)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    started: Mapped[datetime | None] = mapped_column(Instant)
    seconds: Mapped[float | None] = mapped_column(Float)
    carried_out: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
