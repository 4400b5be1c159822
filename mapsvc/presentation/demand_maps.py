"""The same as a map: regions shaded by how many looked there, alone or for each seat, and the legend."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext

from mapsvc import i18n
from mapsvc.planning.classes import USUAL_CLASSES, Method, classed
from mapsvc.presentation.coverages import NO_DATA, Step, shade_of
from mapsvc.presentation.demands import DemandTable, Row


class Shown(StrEnum):
    """What the map shows."""

    VISITORS = "visitors"
    PER_SEAT = "per_seat"


@dataclass(frozen=True, slots=True)
class DemandMap:
    """What is drawn by region, its shade and its number in words; the legend from few to many."""

    what: str
    drawn: Mapping[str, list[str]]
    legend: tuple[Step, ...]


def demand_map(table: DemandTable, shown: Shown) -> DemandMap:
    """The map of a table: in each class about as many regions. Regions without a number are hatched."""
    values = {row.region: _value(row, shown) for row in table.rows}
    known = [value for value in values.values() if value is not None]
    steps = classed(known, method=Method.QUANTILE, count=USUAL_CLASSES)
    legend = [
        Step(shade_of(step.high, steps), _span(step.low, step.high), step.count, i18n.count(step.count))
        for step in steps.steps
    ]
    if missing := len(values) - len(known):
        legend.append(Step(NO_DATA, str(gettext("not known")), missing, i18n.count(missing)))
    drawn = {
        region: [shade_of(value, steps), gettext("not known") if value is None else i18n.count(value)]
        for region, value in values.items()
    }
    return DemandMap(what_is_shown(shown), drawn, tuple(legend))


def what_is_shown(shown: Shown) -> str:
    """What the map shows, as a heading."""
    if shown is Shown.PER_SEAT:
        return str(gettext("Visitors for each seat"))
    return str(gettext("Visitors who found few hosts"))


def _value(row: Row, shown: Shown) -> float | None:
    return row.per_seat if shown is Shown.PER_SEAT else row.total


def _span(low: float, high: float) -> str:
    return i18n.count(high) if low == high else f"{i18n.count(low)} – {i18n.count(high)}"
