"""What learners and hosts say of the service: marks from 1 to 5, and words that only moderators read."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, now

LEAST_SHOWN = 5  # answers: an average of fewer is told to nobody, and it moves with every fifth
MARKS = range(1, 6)
LONGEST_TEXT = 1_000
NETWORKS_KEPT = timedelta(days=1)  # so long are answers counted against too many
TEXTS_KEPT = timedelta(days=730)


class Speaker(StrEnum):
    """Who answers."""

    LEARNER = "learner"
    HOST = "host"


class Question(StrEnum):
    """What is asked, for a mark from 1 (not at all) to 5 (very much); the columns of Feedback."""

    FOUND = "found"  # what one was looking for
    EASY = "easy"  # to use
    TRUE = "true_entries"  # what was read turned out to be so
    AGAIN = "again"  # would tell others to use it


class Feedback(Base):
    """One answer, of nobody in particular: a mark is None where none was given."""

    __tablename__ = "feedback"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    speaker: Mapped[str] = mapped_column(String(10))
    found: Mapped[int | None] = mapped_column(SmallInteger)
    easy: Mapped[int | None] = mapped_column(SmallInteger)
    true_entries: Mapped[int | None] = mapped_column(SmallInteger)
    again: Mapped[int | None] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5))
    network_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    created: Mapped[datetime] = mapped_column(Instant, default=now)

    @property
    def marks(self) -> Mapping[Question, int]:
        """The marks that were given, by question."""
        return {one: mark for one in Question if (mark := getattr(self, one.value)) is not None}
