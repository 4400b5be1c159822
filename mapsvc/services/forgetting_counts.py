"""Drops what was counted of visitors, once it is too old."""

from datetime import datetime

from sqlalchemy import Engine

from mapsvc.services.demands import forget_visitors
from mapsvc.services.kept_kits import forget_old_kits


def forget_counts(engine: Engine, *, at: datetime) -> None:
    """Drops the codes of visitors whose day is over, and old numbers of searches and of kept kits."""
    forget_visitors(engine, at=at)
    forget_old_kits(engine, at=at)
