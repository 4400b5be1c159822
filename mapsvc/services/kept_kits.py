"""How often kits are kept on devices: counted without knowing who keeps them."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapsvc.domain.kept_kits import MONTHS_KEPT
from mapsvc.planning.years import Kept
from mapsvc.services.demands import months_before
from mapsvc.storage import kept_kits as stored
from mapsvc.storage.engine import reading, writing, writing_soon


def record(engine: Engine, times: Mapping[str, int], *, at: datetime) -> None:
    """Adds to how often kits (slugs) were kept, in the month (UTC) of at."""
    with writing_soon(engine) as session:
        stored.add_times(session, at.date().replace(day=1), times)
        session.commit()


def all_kept(session: Session) -> list[Kept]:
    """What is counted of each kit and month, to be told only as `shielded` gives it."""
    return [Kept(*row) for row in stored.times_kept(session)]


def first_month(today: date) -> date:
    """The first day of the first month that is not forgotten yet."""
    return months_before(today, MONTHS_KEPT)


def forget_old_kits(engine: Engine, *, at: datetime) -> bool:
    """Drops counts older than MONTHS_KEPT months; whether there were any."""
    month = first_month(at.date())
    with reading(engine) as session:
        if not stored.is_to_forget(session, month=month):
            return False
    with writing(engine) as session:
        stored.forget_before(session, month=month)
        session.commit()
    return True
