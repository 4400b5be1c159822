"""What the service has reached, against what whoever runs it wants it to reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.targets import MOST, Measured, Target
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _
from mapsvc.planning.years import Told, YearKind, kits_of, shielded, year_of
from mapsvc.services.auditing import note
from mapsvc.services.demands import last_months
from mapsvc.services.kept_kits import all_kept
from mapsvc.storage import successes as stored
from mapsvc.storage.dialects.locks import one_at_a_time

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Reached:
    """How many there are today of a target; target is None where none is set.

    new has how many of them came in each of the last months, the oldest first; None where that is not known.
    """

    measured: Measured
    number: int
    target: int | None
    new: Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Success:
    """All that is measured, in order of Measured; months are the first days of those in `Reached.new`.

    kept is how often kits were kept on devices in the calendar year of today, by slug, as it may be told.
    """

    reached: Sequence[Reached]
    months: Sequence[date]
    kept: Told


def success(session: Session, viewer: Viewer, *, today: date | None = None) -> Success:
    """What the service has reached. Raises NotFound for who does not moderate."""
    require(viewer, Action.MODERATE)
    day = today or now().date()
    months = last_months(day, MONTHS)
    numbers, new = stored.numbers(session, day), stored.by_month(session, day, months)
    set_ = stored.targets(session)
    reached = [
        Reached(one, numbers[one], set_[one].number if one in set_ else None, new.get(one))
        for one in Measured
    ]
    year = year_of(day, YearKind.CALENDAR)
    return Success(reached, months, shielded(kits_of(year, all_kept(session))))


def set_targets(session: Session, viewer: Viewer, wanted: Mapping[Measured, int | None]) -> None:
    """Puts targets in place of those that were set; None takes one away. Commits.

    Raises NotFound for who does not administer, or InvalidInput.
    """
    require(viewer, Action.ADMINISTER)
    for one, number in wanted.items():
        if number is not None and not 1 <= number <= MOST:
            raise InvalidInput(_("It needs a whole number from 1 to %(most)s."), field=one.value, most=MOST)
    one_at_a_time(session, "targets")
    known = stored.targets(session)
    for one, number in wanted.items():
        if number is None:
            if one in known:
                session.delete(known[one])
        elif one in known:
            known[one].number, known[one].changed = number, now()
        else:
            session.add(Target(measured=one.value, number=number))
    note(session, viewer, "edited", "targets")
    session.commit()
