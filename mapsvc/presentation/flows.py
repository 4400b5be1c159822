"""A plan of stays in the reader's words: arrows, matrix, table, whether it adds up, and the same as files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, gettext

from mapsvc.domain.flat_tables import Column, ColumnKind, FlatTable
from mapsvc.domain.flow_plans import FlowPlan
from mapsvc.domain.mobility_rules import activities
from mapsvc.params.flows import FlowsQuery
from mapsvc.places.area_words import AreaWords
from mapsvc.places.folding import fold
from mapsvc.planning.flows import (
    Arrow,
    Balance,
    Flow,
    FlowKind,
    FlowMatrix,
    arrows,
    balance,
    matrix,
    moved,
    of_years,
)
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.public_tables import flat
from mapsvc.services.flow_plans import flows_of

MOST_ARROWS = 60  # on the map: with more, nobody sees where they go
MOST_PARTS = 8  # that a sentence names one by one
# As `mapsvc.intake.flow_tables` knows them.
COLUMNS = ("from", "to", "number", "year", "kind", "days", "activity")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Whether a plan adds up, in words."""

    text: str
    adds_up: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Two places of the table, and the stays between them."""

    origin: str
    destination: str
    arrow: Arrow


@dataclass(frozen=True, slots=True)
class FlowsView:
    """A plan as its page shows it; drawn is what the map reads, beside how many arrows there are."""

    lines: Sequence[Line]
    matrix: FlowMatrix
    origins: Sequence[str]
    destinations: Sequence[str]
    drawn: Sequence[dict[str, Any]]
    arrows: int
    years: Sequence[int]
    sentences: Sequence[Sentence]
    planned: int
    realised: int


@dataclass(frozen=True, slots=True)
class Names:
    """What countries and regions are called in a language."""

    words: AreaWords
    language: str

    def of(self, key: str) -> str:
        """The name of a country or region, its id where it has none."""
        region = self.words.regions.get(key)
        return self.words.regions.name(key, self.language) if region else country_label(key, self.language)

    def to_type(self, key: str) -> str:
        """The words that are read as this place again: its name, with its country where it needs that."""
        name = self.of(key)
        tries = (name, f"{name} ({self.words.country_of(key)})")
        return next((one for one in tries if self.words.read(one) == key), key)


def flows_view(plan: FlowPlan, query: FlowsQuery, names: Names) -> FlowsView:
    """A plan as a query looks at it."""
    flows = flows_of(plan)
    years = sorted({flow.year for flow in flows})
    seen = of_years(flows, [query.year] if query.year else [])
    if query.by == "country":
        seen = moved(seen, names.words.country_of)
    found = arrows(seen)
    table = matrix(found, query.kind, lambda key: fold(names.of(key)))
    shown = [one for one in found if one.number(query.kind)]
    shown.sort(key=lambda one: -one.number(query.kind))
    return FlowsView(
        lines=[Line(names.of(one.origin), names.of(one.destination), one) for one in found],
        matrix=table,
        origins=[names.of(key) for key in table.origins],
        destinations=[names.of(key) for key in table.destinations],
        drawn=list(_drawn(shown[:MOST_ARROWS], query.kind, names)),
        arrows=len(shown),
        years=years,
        sentences=sentences(plan, flows),
        planned=sum(one.planned for one in found),
        realised=sum(one.realised for one in found),
    )


def sentences(plan: FlowPlan, flows: Iterable[Flow] | None = None) -> list[Sentence]:
    """Whether what is planned and what is realised adds up to the stated wholes, as far as there are any."""
    told = list(flows_of(plan) if flows is None else flows)
    stated = ((FlowKind.PLANNED, plan.announced), (FlowKind.REALISED, plan.reported))
    found = ((kind, balance(told, kind, whole)) for kind, whole in stated)
    return [_sentence(kind, one) for kind, one in found if one is not None]


def flow_lines(plan: FlowPlan, names: Names) -> str:
    """The rows of a plan as a text that is read as the same rows again, headings first."""
    rows = _rows(plan, names)
    return "\n".join("; ".join("" if cell is None else str(cell) for cell in row) for row in rows)


def flow_table(plan: FlowPlan, names: Names, **about: Any) -> FlatTable:
    """The rows of a plan as a flat table, whose columns, headings and words are read again."""
    heads, *rows = _rows(plan, names)
    whole = ("number", "year", "days")
    columns = [
        Column(key, str(head), ColumnKind.WHOLE if key in whole else ColumnKind.TEXT)
        for key, head in zip(COLUMNS, heads, strict=False)  # the last two only where a line says them
    ]
    return flat("stays", plan.name, columns, rows, language=names.language, **about)


def _sentence(kind: FlowKind, found: Balance) -> Sentence:
    number = format_decimal
    parts = " + ".join(map(number, found.parts)) if found.parts else number(0)
    if len(found.parts) > MOST_PARTS:
        parts = gettext(
            "%(total)s in %(count)s parts", total=number(found.total), count=number(len(found.parts))
        )
    values = {
        "whole": number(found.whole),
        "parts": parts,
        "missing": number(found.missing),
        "more": number(found.too_many),
    }
    planned = kind is FlowKind.PLANNED
    if found.missing:
        text = (
            gettext("%(whole)s announced; %(parts)s planned: %(missing)s missing.", **values)
            if planned
            else gettext("%(whole)s reported; %(parts)s realised: %(missing)s missing.", **values)
        )
    elif found.too_many:
        text = (
            gettext("%(whole)s announced; %(parts)s planned: %(more)s too many.", **values)
            if planned
            else gettext("%(whole)s reported; %(parts)s realised: %(more)s too many.", **values)
        )
    else:
        text = (
            gettext("%(whole)s announced; %(parts)s planned: it adds up.", **values)
            if planned
            else gettext("%(whole)s reported; %(parts)s realised: it adds up.", **values)
        )
    return Sentence(text, not found.missing and not found.too_many)


def kind_label(kind: FlowKind) -> str:
    """The word for a kind, which is read as it again."""
    return str(gettext("planned") if kind is FlowKind.PLANNED else gettext("realised"))


def _drawn(shown: Sequence[Arrow], kind: FlowKind, names: Names) -> Iterable[dict[str, Any]]:
    """The arrows as the map draws them; those without a known place are in the table alone."""
    for one in shown:
        begin, end = names.words.spot(one.origin), names.words.spot(one.destination)
        if begin and end:
            number = one.number(kind)
            yield {
                "from": begin,
                "to": end,
                "number": number,
                "label": format_decimal(number),
                "title": f"{names.of(one.origin)} → {names.of(one.destination)}",
                "text": f"{format_decimal(number)} {kind_label(kind)}",
            }


def _rows(plan: FlowPlan, names: Names) -> list[list[str | int | None]]:
    """The headings, and the rows of a plan; days and activity only where a row says either."""
    flows, known = flows_of(plan), activities()
    heads = [
        gettext("Where from"),
        gettext("Where to"),
        gettext("Number"),
        gettext("Year"),
        gettext("Kind"),
    ]
    more = any(flow.days or flow.activity for flow in flows)
    rows: list[list[str | int | None]] = [[*heads, gettext("Days"), gettext("Activity")] if more else heads]
    for flow in flows:
        ends = (names.to_type(flow.origin), names.to_type(flow.destination))
        said = known.get(flow.activity or "")
        activity = said.name(names.language) if said else flow.activity
        done = (flow.days, activity) if more else ()
        rows.append([*ends, flow.number, flow.year, kind_label(flow.kind), *done])
    return rows
