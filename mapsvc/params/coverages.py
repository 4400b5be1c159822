"""From a query string to what a map of regions shows, and back to one canonical address."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from mapsvc.domain.vocabulary import FIELDS, keys
from mapsvc.errors import InvalidSearch
from mapsvc.messages import mark as _
from mapsvc.params.values import Arguments, NotKnown, choice, integer, one, shown
from mapsvc.places.region_sets import RegionSet, RegionSets, Unit
from mapsvc.planning.classes import LEAST_CLASSES, MOST_CLASSES, USUAL_CLASSES, Method
from mapsvc.services.coverages import Measure, Wanted

PARAMETERS = ("set", "within", "level", "measure", "field", "month", "method", "classes", "sort")
MONTHS = 24  # that can be chosen, from this one on
SORTS = ("name", "-name", "value", "-value")
USUAL_SORT, USUAL_METHOD = "-value", Method.QUANTILE
FIELD = re.compile(r"[0-9]{2,4}")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


class NotAMonth(InvalidSearch):
    """A month that is not in the calendar, or cannot be chosen."""

    message = _(
        "“%(value)s” cannot be used for “%(parameter)s”: it needs a month between %(least)s and %(most)s."
    )


class NoSuchLevel(InvalidSearch):
    """A level that the regions do not have, or that is not finer than the region looked into."""

    message = _("“%(value)s” cannot be used for “%(parameter)s”: these regions have %(known)s here.")


@dataclass(frozen=True, slots=True)
class CoverageState:
    """What a map of regions shows: the regions of a set that are looked at, and what is counted.

    level is one of the set's; within is the region whose parts alone are shown, None for all.
    usual_level is the level that is taken where none is given.
    """

    regions: RegionSet
    usual_set: str
    level: int
    usual_level: int
    within: Unit | None
    wanted: Wanted
    method: Method
    classes: int
    sort: str

    def parameters(self) -> dict[str, Any]:
        """What the canonical query string holds, by name; what is as usual is left out."""
        found = {
            "set": self.regions.key if self.regions.key != self.usual_set else None,
            "within": self.within and self.within.id,
            "level": self.level if self.level != self.usual_level else None,
            "measure": self.wanted.measure.value if self.wanted.measure is not Measure.SITES else None,
            "field": self.wanted.field,
            "month": self.wanted.month and f"{self.wanted.month:%Y-%m}",
            "method": self.method.value if self.method is not USUAL_METHOD else None,
            "classes": self.classes if self.classes != USUAL_CLASSES else None,
            "sort": self.sort if self.sort != USUAL_SORT else None,
        }
        return {name: value for name, value in found.items() if value is not None}


def coverage_state(
    arguments: Arguments, sets: RegionSets, *, today: date, fields: Collection[str]
) -> CoverageState:
    """What a query string asks for; parameters that are not of this page are ignored.

    Without a level it is that of countries, or the next finer one than the region looked into. fields are the
    codes that can be counted beside those of the vocabulary; the first one counts where none is given.

    Raises a sub-class of InvalidSearch whose values hold `parameter`.
    """
    usual = sets.default()
    key = choice(arguments, "set", [one.key for one in sets.all()])
    regions = usual if key is None else sets.get(key) or usual
    within = _within(arguments, regions)
    levels = levels_below(regions, within)
    level = integer(arguments, "level", 0, 9)
    if level is not None and level not in levels:
        known = ", ".join(map(str, levels)) or "-"
        raise NoSuchLevel(parameter="level", value=level, known=known)
    usual_level = levels[0] if levels else regions.levels[-1]
    return CoverageState(
        regions=regions,
        usual_set=usual.key,
        level=usual_level if level is None else level,
        usual_level=usual_level,
        within=within,
        wanted=_wanted(arguments, today, fields),
        method=Method(choice(arguments, "method", list(Method)) or USUAL_METHOD),
        classes=integer(arguments, "classes", LEAST_CLASSES, MOST_CLASSES) or USUAL_CLASSES,
        sort=choice(arguments, "sort", SORTS) or USUAL_SORT,
    )


def levels_below(regions: RegionSet, within: Unit | None) -> tuple[int, ...]:
    """The levels at which the parts of a region can be shown, those of everything for None."""
    if within is None:
        return tuple(regions.levels)
    found: set[int] = set()
    here = regions.children(within.id)
    while here:
        found.update(unit.level for unit in here)
        here = [part for unit in here for part in regions.children(unit.id)]
    return tuple(sorted(found))


def months(today: date) -> list[date]:
    """The first days of the months that can be chosen, this month first."""
    begin = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(begin, begin + MONTHS)]


def coverage_url(state: CoverageState, path: str = "/coverage", /, **changes: Any) -> str:
    """The canonical address of a map of regions with some parameters changed; None takes one away."""
    found = state.parameters() | changes
    pairs = [(name, str(found[name])) for name in PARAMETERS if found.get(name) is not None]
    return f"{path}?{urlencode(pairs, quote_via=quote, safe='~')}" if pairs else path


def _within(arguments: Arguments, regions: RegionSet) -> Unit | None:
    key = one(arguments, "within")
    if key is None:
        return None
    found = regions.unit(key)
    if found is None:
        raise NotKnown(parameter="within", value=shown(key))
    return found


def _wanted(arguments: Arguments, today: date, fields: Collection[str]) -> Wanted:
    """What is counted; a field or a month that the measure does not need is read, and not kept."""
    measure = Measure(choice(arguments, "measure", list(Measure)) or Measure.SITES)
    field, month = _field(arguments, fields), _month(arguments, today)
    if measure is Measure.FIELD:
        return Wanted(measure, field=field or next(iter(sorted(fields)), keys(FIELDS)[0]))
    if measure is Measure.SEATS:
        return Wanted(measure, month=month or today.replace(day=1))
    return Wanted(measure)


def _field(arguments: Arguments, fields: Collection[str]) -> str | None:
    value = one(arguments, "field")
    if value is None or (FIELD.fullmatch(value) and (value in fields or value in keys(FIELDS))):
        return value
    raise NotKnown(parameter="field", value=shown(value))


def _month(arguments: Arguments, today: date) -> date | None:
    value = one(arguments, "month")
    if value is None:
        return None
    known = months(today)
    found = next((day for day in known if f"{day:%Y-%m}" == value), None)
    if found is None or not MONTH.fullmatch(value):
        least, most = (f"{day:%Y-%m}" for day in (known[0], known[-1]))
        raise NotAMonth(parameter="month", value=shown(value), least=least, most=most)
    return found
