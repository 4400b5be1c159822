"""Reads how a plan of stays is looked at: planned or realised, by country or region, in which year."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from mapsvc.domain.flow_plans import FIRST_YEAR, LAST_YEAR
from mapsvc.params.values import Arguments, choice, integer
from mapsvc.planning.flows import FlowKind

PLACES = ("country", "region")


@dataclass(frozen=True, slots=True)
class FlowsQuery:
    """How a plan is looked at; year is None for all."""

    kind: FlowKind = FlowKind.PLANNED
    by: str = "country"
    year: int | None = None

    def address(self, path: str, **changes: Any) -> str:
        """The address under a path, with some values changed."""
        state = replace(self, **changes)
        told = {"kind": state.kind.value, "by": state.by, "year": state.year}
        return f"{path}?{urlencode({name: value for name, value in told.items() if value is not None})}"


def flows_query(arguments: Arguments) -> FlowsQuery:
    """What the parameters ask for. Raises InvalidSearch."""
    return FlowsQuery(
        kind=FlowKind(choice(arguments, "kind", tuple(FlowKind)) or FlowKind.PLANNED),
        by=choice(arguments, "by", PLACES) or PLACES[0],
        year=integer(arguments, "year", FIRST_YEAR, LAST_YEAR),
    )
