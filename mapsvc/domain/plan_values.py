"""What each field of a plan may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from mapsvc.domain.pin_values import text_of
from mapsvc.domain.plans import KEPT_FOR, LONGEST_NAME, NAMES
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _

LONGEST_STAY = timedelta(weeks=60)
FARTHEST = timedelta(days=730)  # ahead
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A plan as somebody fills it in; the names are columns of HostPlan."""

    arrival: date
    departure: date
    minor: bool
    housing: bool
    learner: str = ""
    host: str = ""
    tutor: str = ""
    referent: str = ""
    town: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any], *, today: date) -> Self:
        """A draft from what a form says, each value checked. Raises InvalidInput, with the field."""
        arrival, departure = _day(said, "arrival"), _day(said, "departure")
        if arrival > today + FARTHEST:
            raise InvalidInput(_("Choose a day within two years."), field="arrival")
        if departure <= arrival:
            raise InvalidInput(_("The departure must be after the arrival."), field="departure")
        if departure - arrival > LONGEST_STAY:
            raise InvalidInput(_("A stay can have 60 weeks at most."), field="departure")
        if departure + KEPT_FOR <= today:
            raise InvalidInput(_("This stay is over for more than 90 days."), field="departure")
        names = {name: text_of(said, name, LONGEST_NAME) for name in NAMES}
        return cls(arrival, departure, _yes(said, "minor"), _yes(said, "housing"), **names)


def _day(said: Mapping[str, Any], name: str) -> date:
    day = said.get(name)
    if not isinstance(day, date):
        raise InvalidInput(_("Give a day like this: 2027-05-31"), field=name)
    return day


def _yes(said: Mapping[str, Any], name: str) -> bool:
    if said.get(name) not in YES_NO:
        raise InvalidInput(_("Choose one of the list."), field=name)
    return YES_NO[str(said[name])]
