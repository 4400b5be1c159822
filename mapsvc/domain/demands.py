"""Unmet demand: searches that found few hosts or none, counted without knowing who searched."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import Base

FEW = 3  # sites: a search that finds fewer than these counts as unmet
LEAST_SHOWN = 5  # visitors of a region, a field and a month; a smaller count is shown to nobody
VISITS_KEPT = timedelta(days=1)  # at most: a day is over at midnight (UTC)
MONTHS_KEPT = 24  # and the current one
BROAD = 2  # digits of an ISCED-F 2013 code that name its broad field
ANY_FIELD = ""  # the field of a search that named none
SALT_BYTES = 32
HASH_BYTES = 16
LONGEST_SET, LONGEST_REGION = 40, 40


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """What was looked for: a region of one set of regions, and a broad field (ISCED-F 2013, 2 digits)."""

    region_set: str
    region: str
    field: str


class DemandSalt(Base):
    """What the visitors of one day (UTC) are hashed with; gone with them when the day is over.

    Without it nobody can try out addresses until one fits.
    """

    __tablename__ = "demand_salts"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(SALT_BYTES))


class DemandVisit(Base):
    """That a visitor of today was counted for this region and field, so that nobody counts twice a day."""

    __tablename__ = "demand_visits"

    day: Mapped[date] = mapped_column(primary_key=True)
    visitor: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), primary_key=True)
    region_set: Mapped[str] = mapped_column(String(LONGEST_SET), primary_key=True)
    region: Mapped[str] = mapped_column(String(LONGEST_REGION), primary_key=True)
    field: Mapped[str] = mapped_column(String(BROAD), primary_key=True)


class DemandCount(Base):
    """How many visitors looked for a field in a region in a month, each counted once a day."""

    __tablename__ = "demand_counts"

    region_set: Mapped[str] = mapped_column(String(LONGEST_SET), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    region: Mapped[str] = mapped_column(String(LONGEST_REGION), primary_key=True)
    field: Mapped[str] = mapped_column(String(BROAD), primary_key=True)
    visitors: Mapped[int]
