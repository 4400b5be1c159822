"""What was erased for good: numbers alone, so that no backup brings it back."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, now


class Erased(StrEnum):
    """What was erased, and by which verb it is erased again from a backup that still holds it."""

    ACCOUNT = "account"  # deleted by its owner
    HOST = "host"  # asked to be removed, and is kept out
    DROPPED_HOST = "dropped_host"  # was taken off the map, and not brought back in time
    PIN = "pin"  # withdrawn by its person, or not confirmed
    CONSENT = "consent"  # to a surname or the name of a host, taken back
    PLAN = "plan"  # of a stay, erased by whoever made it, or 90 days after the stay
    PLAN_MAIL = "plan_mail"  # an address that is no longer reminded
    PROGRESS = "progress"  # of a course, erased by its person
    COMPLETION = "completion"  # the consent that a school sees who finished a course, taken back
    CERTIFICATE = "certificate"  # revoked: its row stays, and says so
    COHORT = "cohort"  # deleted by a referent, or on the day that they chose
    COHORT_LEARNER = "cohort_learner"  # taken out of a cohort, and out of its scenarios
    SCENARIO = "scenario"  # deleted by a referent
    ALERT = "alert"  # ended by its reader, or over
    FLOW_PLAN = "flow_plan"  # deleted by a referent
    DAILY_RATE = "daily_rate"  # deleted by a referent or the operator
    FEEDBACK_TEXT = "feedback_text"  # deleted by a moderator, or too old: its row stays, without words


class Tombstone(Base):
    """A row that was erased: which noun, which number, when; nothing tells who that was.

    A number is never given twice, and a restored backup is of the same lineage: so the number is enough.
    """

    __tablename__ = "tombstones"
    __table_args__ = (UniqueConstraint("noun", "row_id"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    noun: Mapped[str] = mapped_column(String(15))
    row_id: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant, default=now)


class Lineage(Base):
    """The one row that says which database this is: a copy has the same word, every other one another."""

    __tablename__ = "lineage"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(String(32))
