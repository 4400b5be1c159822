"""What can be chosen on the page on what regions have, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from mapsvc.domain.vocabulary import BROAD_FIELD_DIGITS, FIELDS, keys, label
from mapsvc.params.coverages import CoverageState, levels_below, months
from mapsvc.places.region_sets import SHIPPED, RegionSet, RegionSets
from mapsvc.planning.classes import LEAST_CLASSES, MOST_CLASSES, Method
from mapsvc.presentation.coverages import month_label
from mapsvc.presentation.region_words import set_label
from mapsvc.services.coverages import Measure

MEASURES = {
    Measure.SITES: _l("Hosts"),
    Measure.SEATS: _l("Seats in a month"),
    Measure.FIELD: _l("Hosts in one field"),
    Measure.ALUMNI: _l("Former participants"),
    Measure.KITS: _l("Settling-in kits"),
}
METHODS = {
    Method.QUANTILE: _l("Quantiles"),
    Method.EQUAL: _l("Equal widths"),
    Method.JENKS: _l("Natural breaks (Jenks)"),
}
METHODS_EXPLAINED = {
    Method.QUANTILE: _l(
        "The regions are put in order and cut into groups of about the same size. Equal numbers stay in "
        "one class, so that groups can differ."
    ),
    Method.EQUAL: _l(
        "From the lowest to the highest number, each class is as wide as the others. A class can be empty."
    ),
    Method.JENKS: _l(
        "The bounds lie where the numbers leave gaps, so that the numbers within a class are as close "
        "together as they can be (Jenks, 1967)."
    ),
}
MEASURES_EXPLAINED = {
    Measure.SITES: _l(
        "A host counts once for each of its places on the map, however many offers it has there."
    ),
    Measure.SEATS: _l(
        "The seats of all offers whose period has at least one day in this month. A period of several "
        "months counts in each of them, and one that is over does not count. A period without a number "
        "counts as one seat. Where there are hosts and none of them says when it has seats, the number "
        "is not known."
    ),
    Measure.FIELD: _l("A host counts once for each of its places that has an offer in this field."),
    Measure.ALUMNI: _l(
        "Former participants are shown in an area, not at a place. They count in the region of that area. "
        "Where it lies in several regions they count in the country alone."
    ),
    Measure.KITS: _l("A kit counts in the region of its town."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a field of the form."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What each field of the form offers."""

    sets: list[Choice]
    levels: list[Choice]
    measures: list[Choice]
    fields: list[Choice]
    months: list[Choice]
    methods: list[Choice]
    classes: list[Choice]
    measure_explained: str
    method_explained: str


def choices(
    state: CoverageState, sets: RegionSets, fields: Sequence[str], *, today: date, language: str
) -> Choices:
    """What can be chosen; fields are the codes that hosts name, offered beside all broad ones."""
    wanted = state.wanted
    codes = sorted({code for code in keys(FIELDS) if len(code) == BROAD_FIELD_DIGITS} | set(fields))
    return Choices(
        sets=[Choice(one.key, set_label(one), one.key == state.regions.key) for one in sets.all()],
        levels=[
            Choice(str(level), level_label(state.regions, level), level == state.level)
            for level in levels_below(state.regions, state.within)
        ],
        measures=[Choice(one.value, str(words), one is wanted.measure) for one, words in MEASURES.items()],
        fields=[
            Choice(code, f"{code} {label(FIELDS, code, language)}", code == wanted.field) for code in codes
        ],
        months=[
            Choice(f"{month:%Y-%m}", month_label(month, language), month == wanted.month)
            for month in months(today)
        ],
        methods=[Choice(one.value, str(words), one is state.method) for one, words in METHODS.items()],
        classes=[
            Choice(str(count), str(count), count == state.classes)
            for count in range(LEAST_CLASSES, MOST_CLASSES + 1)
        ],
        measure_explained=str(MEASURES_EXPLAINED[wanted.measure]),
        method_explained=str(METHODS_EXPLAINED[state.method]),
    )


def level_label(regions: RegionSet, level: int) -> str:
    """What a level of a set is called in a list."""
    if level == 0:
        return str(gettext("Countries"))
    if regions.key != SHIPPED:
        return f"NUTS {level}"
    return str(gettext("Larger regions") if level == 1 else gettext("Finest regions"))
