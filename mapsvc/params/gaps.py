"""Reads what the page of gaps is asked for, strictly, and writes it back as one address."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from mapsvc.domain import vocabulary
from mapsvc.errors import InvalidSearch
from mapsvc.messages import mark as _
from mapsvc.params.values import Arguments, NotKnown, choice, integer, number, shown, text
from mapsvc.places.region_sets import RegionSet, RegionSets, Unit

FAR_KM = 50  # from which a kit helps no more with buses, shops and doctors
LEAST_KM, MOST_KM = 1, 1000
LONGEST_CODE = 3  # of a field that has narrower ones
ORDERS = ("name", "hosts", "holes")
SORTS = ("days", "name", "distance")
MOST_PAGES = 100_000


class NoNarrowerFields(InvalidSearch):
    """A field that is no key of the vocabulary, or has nothing below it."""

    message = _("“%(value)s” cannot be used for “%(parameter)s”: it needs a field of 2 or 3 digits.")


@dataclass(frozen=True, slots=True)
class GapsQuery:
    """What is looked at: a set of regions, one of its units (None for all), a level, a field ("" for all).

    order is that of regions, sort and page those of a list ("" for its own order).
    """

    regions: RegionSet
    unit: Unit | None = None
    level: int = 0
    field: str = ""
    km: float = FAR_KM
    order: str = "name"
    sort: str = ""
    page: int = 1

    def address(self, path: str, **changes: Any) -> str:
        """The address under a path, with some values changed; what is as usual is left out."""
        state = replace(self, **changes)
        told = {
            "set": state.regions.key,
            "within": state.unit.id if state.unit else "",
            "level": str(state.level),
            "field": state.field,
            "km": f"{state.km:g}",
            "order": state.order,
            "sort": state.sort,
            "page": str(state.page),
        }
        usual = {"km": f"{FAR_KM:g}", "order": "name", "page": "1"}
        kept = {name: value for name, value in told.items() if value and value != usual.get(name)}
        return f"{path}?{urlencode(kept)}"


def gaps_query(arguments: Arguments, sets: RegionSets) -> GapsQuery:
    """What the parameters ask for.

    A level that is not finer than the unit means the next finer one: a form sends the two by themselves.
    Raises InvalidSearch.
    """
    keys = {one.key: one for one in sets.all()}
    wanted = choice(arguments, "set", tuple(keys))
    regions = keys[wanted] if wanted else sets.default()
    unit = _unit(text(arguments, "within"), regions)
    level = integer(arguments, "level", regions.levels[0], regions.levels[-1])
    finer = [one for one in regions.levels if unit is None or one > unit.level]
    if level not in finer:
        level = finer[0] if finer else regions.levels[-1]
    km = number(arguments, "km", LEAST_KM, MOST_KM, "km")
    return GapsQuery(
        regions=regions,
        unit=unit,
        level=level,
        field=_field(text(arguments, "field")),
        km=FAR_KM if km is None else km,
        order=choice(arguments, "order", ORDERS) or "name",
        sort=choice(arguments, "sort", SORTS) or "",
        page=integer(arguments, "page", 1, MOST_PAGES) or 1,
    )


def narrower(code: str) -> tuple[str, ...]:
    """The fields of the vocabulary one step below a field; the broad ones for ""."""
    digits = len(code) + 1 if code else vocabulary.BROAD_FIELD_DIGITS
    known = vocabulary.keys(vocabulary.FIELDS)
    return tuple(one for one in known if len(one) == digits and one.startswith(code))


def _unit(wanted: str, regions: RegionSet) -> Unit | None:
    if not wanted:
        return None
    unit = regions.unit(wanted)
    if unit is None:
        raise NotKnown(parameter="within", value=shown(wanted))
    return unit


def _field(wanted: str) -> str:
    if wanted and not (vocabulary.is_known(vocabulary.FIELDS, wanted) and len(wanted) <= LONGEST_CODE):
        raise NoNarrowerFields(parameter="field", value=shown(wanted))
    return wanted
