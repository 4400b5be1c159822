"""What whoever runs the service wants it to reach."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import Base, Instant, now

MOST = 10_000_000


class Measured(StrEnum):
    """What the success of the service is measured by."""

    LEARNERS = "learners"  # accounts without any role
    HOSTS = "hosts"  # organisations on the map
    ALUMNI = "alumni"  # stays on the map
    KITS = "kits"  # kits on the map


class Target(Base):
    """How many of one of Measured there should be."""

    __tablename__ = "targets"

    measured: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    changed: Mapped[datetime] = mapped_column(Instant, default=now)
