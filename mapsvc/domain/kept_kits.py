"""How often a kit was kept on some device: a number a kit and month, without who kept it."""

from datetime import date

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import Base

LONGEST_SLUG = 50
MONTHS_KEPT = 24  # and the current one


class KeptKit(Base):
    """How often a kit was kept in a month (UTC), on whichever devices."""

    __tablename__ = "kept_kits"

    kit: Mapped[str] = mapped_column(String(LONGEST_SLUG), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    times: Mapped[int] = mapped_column(Integer)
