"""What each region has, as a page shows it: a table, its map, the classes of both, and two sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import babel.dates
import babel.numbers
from babel.lists import format_list
from flask_babel import gettext, ngettext

from mapsvc import i18n
from mapsvc.domain.vocabulary import FIELDS, label
from mapsvc.params.coverages import CoverageState, coverage_url
from mapsvc.params.searches import query_string
from mapsvc.places.folding import fold
from mapsvc.places.region_sets import SHIPPED, Unit
from mapsvc.planning.classes import MOST_CLASSES, Classes, classed
from mapsvc.presentation.labels import country_label
from mapsvc.services.coverages import Counted, Measure

NO_DATA, NONE = "x", "0"  # the classes of what is not known, and of nothing
MOST_NAMED = 3  # regions in a sentence
KINDS = {Measure.ALUMNI: "alumni", Measure.KITS: "kit"}  # of listings, where not hosts are counted

# Which of the colours each number of classes takes, so that the steps look alike.
COLOURS = {1: (4,), 2: (2, 6), 3: (1, 4, 7), 4: (1, 3, 5, 7), 5: (1, 2, 4, 6, 7), 6: (1, 2, 3, 5, 6, 7)}


@dataclass(frozen=True, slots=True)
class Line:
    """A region in the table: value None where it is not known, shade one of "x", "0", "1" to "7".

    url leads to its parts, or to what was counted in it. country is "" where all lie in one.
    """

    id: str
    name: str
    country: str
    value: int | None
    shown: str
    share: str
    shade: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the legend: its shade, its values, and how many regions have one."""

    shade: str
    values: str
    regions: int
    count: str


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """All that a page on what regions have shows; lines are in the order that was asked for.

    unknown is what is known to lie within, and not in which region; total is the sum of it and all lines.
    """

    what: str
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    legend: tuple[Step, ...]
    unknown: int
    unknown_share: str
    total: int
    total_share: str
    crumbs: tuple[tuple[str, str], ...]

    @property
    def what_label(self) -> str:
        """What is counted, as a heading."""
        return self.what[:1].upper() + self.what[1:]

    @property
    def has_countries(self) -> bool:
        """Whether the table says in which country each region lies."""
        return any(line.country for line in self.lines)

    @property
    def drawn(self) -> dict[str, list[str]]:
        """What the map shows, by region: its shade, and its number in words."""
        return {line.id: [line.shade, line.shown] for line in self.lines}


def coverage_page(state: CoverageState, counted: Counted, *, language: str) -> CoveragePage:
    """The page of a state with what was counted for it."""
    units = shown_units(state)
    values = {unit.id: counted.value(unit.id) for unit in units}
    steps = classed([value or 0 for value in values.values()], method=state.method, count=state.classes)
    within = state.within.id if state.within else None
    total = counted.tally.of(within)
    unknown = counted.tally.outside(list(values), within=within)
    shades = {key: shade_of(value, steps) for key, value in values.items()}
    lines = [
        _line(state, unit, values[unit.id], language=language, shade=shades[unit.id], total=total)
        for unit in units
    ]
    what = measured(state, language)
    return CoveragePage(
        what=what,
        sentences=tuple(_sentences(lines, what, state, language)),
        lines=tuple(sorted_lines(lines, state.sort)),
        legend=tuple(_legend(lines, steps)),
        unknown=unknown,
        unknown_share=_share(unknown, total, language),
        total=total,
        total_share=_share(total, total, language),
        crumbs=tuple(_crumbs(state, language)),
    )


def shown_units(state: CoverageState) -> list[Unit]:
    """The regions of a state's level, those within its region alone where there is one; by id."""
    units, within = state.regions.units(state.level), state.within
    if within is None:
        return units
    return [unit for unit in units if within.id in state.regions.ancestors(unit.id)]


def measured(state: CoverageState, language: str) -> str:
    """What is counted, in words that follow "regions have"."""
    wanted = state.wanted
    if wanted.measure is Measure.SEATS and wanted.month:
        return str(gettext("seats in %(month)s", month=month_label(wanted.month, language)))
    if wanted.measure is Measure.FIELD and wanted.field:
        return str(gettext("hosts in the field “%(field)s”", field=label(FIELDS, wanted.field, language)))
    if wanted.measure is Measure.ALUMNI:
        return str(gettext("former participants"))
    return str(gettext("settling-in kits") if wanted.measure is Measure.KITS else gettext("hosts"))


def month_label(month: date, language: str) -> str:
    """A month in words: June 2027."""
    return str(babel.dates.format_skeleton("yMMMM", month, locale=language))


def sorted_lines(lines: Sequence[Line], sort: str) -> list[Line]:
    """The lines by name or by value, "-" turning the order; equal values by name, what is not known last."""
    by_name = sorted(lines, key=lambda line: (fold(line.name), line.id))
    if sort == "name":
        return by_name
    if sort == "-name":
        return by_name[::-1]
    sign = -1 if sort.startswith("-") else 1
    return sorted(by_name, key=lambda line: (line.value is None, sign * (line.value or 0)))


def _line(
    state: CoverageState, unit: Unit, value: int | None, *, language: str, shade: str, total: int
) -> Line:
    shared = state.within is not None or unit.level == 0
    return Line(
        id=unit.id,
        name=state.regions.unit_name(unit.id, language),
        country="" if shared else country_label(unit.country, language),
        value=value,
        shown=gettext("not known") if value is None else i18n.count(value),
        share="" if value is None else _share(value, total, language),
        shade=shade,
        url=_down(unit, state),
    )


def shade_of(value: float | None, steps: Classes) -> str:
    """The shade of a value: one of MOST_CLASSES colours from "1", spread over the classes that there are."""
    if value is None:
        return NO_DATA
    number = steps.of(value)
    if number == 0:
        return NONE
    colours = COLOURS.get(len(steps.bounds), range(1, MOST_CLASSES + 1))
    return str(colours[number - 1])


def _down(unit: Unit, state: CoverageState) -> str:
    """Where a region leads: to its parts; without any, to what was counted in it.

    One that is all of a larger one is gone through at once.
    """
    while len(parts := state.regions.children(unit.id)) == 1:
        unit = parts[0]
    if parts or state.regions.key != SHIPPED:
        return coverage_url(state, within=unit.id, level=None)
    kind = KINDS.get(state.wanted.measure, "host")
    place = {"region": [unit.id]} if unit.parent else {"country": [unit.id]}
    field = [state.wanted.field] if state.wanted.field else []
    return f"/?{query_string({'kind': [kind], 'field': field, **place})}"


def _crumbs(state: CoverageState, language: str) -> list[tuple[str, str]]:
    """The way back up: (words, address) of all regions together, then of each larger one."""
    found = [(str(gettext("All regions")), coverage_url(state, within=None, level=None))]
    if state.within:
        for key in reversed(state.regions.ancestors(state.within.id)):
            if key != state.within.id and len(state.regions.children(key)) == 1:
                continue  # its one part is the same region
            name = state.regions.unit_name(key, language)
            found.append((name, coverage_url(state, within=key, level=None)))
    return found


def _legend(lines: Sequence[Line], steps: Classes) -> list[Step]:
    found = []
    for step in steps.steps:
        low, high = i18n.count(step.low), i18n.count(step.high)
        values = high if low == high else f"{low} – {high}"
        found.append(_step(shade_of(int(step.high), steps), values, step.count))
    none = sum(line.shade == NONE for line in lines)
    not_known = sum(line.shade == NO_DATA for line in lines)
    found.insert(0, _step(NONE, i18n.count(0), none))
    if not_known:
        found.append(_step(NO_DATA, str(gettext("not known")), not_known))
    return found


def _step(shade: str, values: str, count: int) -> Step:
    return Step(shade, values, count, i18n.count(count))


def _sentences(lines: Sequence[Line], what: str, state: CoverageState, language: str) -> list[str]:
    """How many regions have some, and where most are."""
    if len(lines) == 1:
        (line,) = lines
        said = {"what": what[:1].upper() + what[1:], "region": line.name, "count": line.shown}
        return [str(gettext("%(what)s in %(region)s: %(count)s.", **said))]
    having = sorted_lines([line for line in lines if line.value], "-value")
    counts = {"some": i18n.count(len(having)), "all": i18n.count(len(lines)), "what": what}
    if state.level == 0:
        first = ngettext(
            "%(some)s of %(all)s countries has %(what)s.",
            "%(some)s of %(all)s countries have %(what)s.",
            len(having),
            **counts,
        )
    else:
        first = ngettext(
            "%(some)s of %(all)s regions has %(what)s.",
            "%(some)s of %(all)s regions have %(what)s.",
            len(having),
            **counts,
        )
    if not having:
        return [str(first)]
    most = _listed([f"{line.name} ({line.shown})" for line in having[:MOST_NAMED]], language)
    none = [line for line in lines if line.value == 0]
    if not none:
        return [str(first), str(gettext("Most are in %(most)s.", most=most))]
    if len(none) <= MOST_NAMED:
        named = _listed([line.name for line in sorted_lines(none, "name")], language)
        second = gettext("Most are in %(most)s; there are none in %(none)s.", most=most, none=named)
    else:
        second = gettext("Most are in %(most)s; %(none)s have none.", most=most, none=i18n.count(len(none)))
    return [str(first), str(second)]


def _listed(names: Sequence[str], language: str) -> str:
    return str(format_list(names, locale=language))


def _share(value: int, total: int, language: str) -> str:
    share = value / total if total else 0
    return str(babel.numbers.format_percent(share, "0.0 %" if language == "fr" else "0.0%", locale=language))
