"""Where hosts are looked for and not found: counted without knowing who searched, and told from 5 on."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.demand_visitors import Sought, visitor_code
from mapsvc.domain.demands import MONTHS_KEPT, Wanted
from mapsvc.places.region_sets import region_sets
from mapsvc.storage import demands
from mapsvc.storage.dialects.forgetting import StillRead, forget_deleted_in
from mapsvc.storage.engine import reading, writing, writing_soon

TABLES = ("demand_visits", "demand_salts")

Finder = Callable[[Sequence[float], Sequence[float], Sequence[str | None]], list[str | None]]
Finders = Mapping[str, Finder]  # by key of a set of regions: the finest region at each of many points


def finders(folder: Path) -> Finders:
    """Those of all sets of regions that the installation with an instance folder has."""
    return {one.key: one.finest_at for one in region_sets(folder).all()}


def demand(
    session: Session | Connection, *, set_key: str, months: Collection[date]
) -> dict[tuple[str, str], int]:
    """How many visitors found few hosts or none, by (region id, broad field) of a set of regions.

    months are the first days of months; a visitor counts once a day for each region and field. The field
    is "" where a search named none. A month of a region and field with fewer than LEAST_SHOWN visitors is
    left out, as if nobody had searched.
    """
    found: Counter[tuple[str, str]] = Counter()
    for count in demands.counts(session, set_key, months):
        found[count.region, count.field] += count.visitors
    return dict(found)


def monthly(
    session: Session, viewer: Viewer, *, set_key: str, months: Collection[date]
) -> list[demands.Count]:
    """The same month by month, for who has a desk: by month, region and field. Raises NotFound for others."""
    require(viewer, Action.USE_DESK)
    return demands.counts(session, set_key, months)


def record(engine: Engine, sought: Sequence[Sought], *, finders: Finders, at: datetime) -> int:
    """Counts searches that found too little, in every set of regions; how much was counted anew.

    All count for the day (UTC) and month of at. What lies in no region of a set is not counted there.
    """
    if not (wanted := _wanted(sought, finders)):
        return 0
    with writing_soon(engine) as session:
        salt = demands.salt_of(session, at.date())
        visits = [(visitor_code(salt, one.address, one.agent), what) for one, what in wanted]
        added = demands.add_visits(session, at.date(), visits)
        session.commit()
    return added


def _wanted(sought: Sequence[Sought], finders: Finders) -> list[tuple[Sought, Wanted]]:
    lons, lats = [one.lon for one in sought], [one.lat for one in sought]
    countries = [one.country for one in sought]
    return [
        (one, Wanted(key, region, field))
        for key, find in finders.items()
        for one, region in zip(sought, find(lons, lats, countries), strict=True)
        if region
        for field in one.fields
    ]


def forget_visitors(engine: Engine, *, at: datetime) -> bool:
    """Drops the codes and salts of days that are over, and counts older than MONTHS_KEPT months.

    Whether there was anything to drop. Nothing of the codes is left in the files of the database, where
    nobody reads them at that moment.
    """
    day, month = at.date(), months_before(at.date(), MONTHS_KEPT)
    with reading(engine) as session:
        if not demands.is_to_forget(session, day=day, month=month):
            return False
    with writing(engine) as session:
        demands.forget_before(session, day=day, month=month)
        session.commit()
    with suppress(StillRead):  # what is left cannot be read through the database, and is written over
        forget_deleted_in(engine, TABLES)
    return True


def months_before(day: date, count: int) -> date:
    """The first day of the month that lies so many months before that of a day."""
    years, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(years, month + 1, 1)


def last_months(day: date, count: int) -> tuple[date, ...]:
    """The first days of so many months up to that of a day, the oldest first."""
    return tuple(months_before(day, back) for back in range(count - 1, -1, -1))
