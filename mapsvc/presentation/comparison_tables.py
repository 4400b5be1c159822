"""Scenarios side by side, as flat tables: their figures, and where each learner is in each of them."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext

from mapsvc.domain.flat_tables import Column, ColumnKind, FlatTable
from mapsvc.presentation.comparisons import Cell, Comparison
from mapsvc.presentation.placement_words import printable
from mapsvc.presentation.public_tables import LONG, TENTHS, WIDE, flat


def figures_table(view: Comparison, **about: Any) -> FlatTable:
    """A row a scenario, in their order; below_best is in percent of the score, None where none is better."""
    columns = (
        Column("scenario", gettext("Scenario"), width=WIDE),
        Column("placed", gettext("Have a place"), ColumnKind.WHOLE),
        Column("left_over", gettext("Left over"), ColumnKind.WHOLE),
        Column("score", gettext("Score"), ColumnKind.WHOLE),
        Column("below_best", gettext("At most so many percent below the best"), ColumnKind.DECIMAL),
        Column("first_wishes", gettext("First wishes met"), ColumnKind.WHOLE),
        Column("mean_km", gettext("Kilometres from the base, on average"), ColumnKind.DECIMAL),
        Column("pairs_met", gettext("Pairs in the same town"), ColumnKind.WHOLE),
        Column("pairs", gettext("Pairs who wish for the same town"), ColumnKind.WHOLE),
        Column("rules", gettext("Rules and weights"), width=LONG),
    )
    rows = [
        (
            *(printable(one.name), one.placed, one.left, one.score, _tenths(one.gap)),
            *(one.first_wishes, _tenths(one.mean_km), one.pairs_met, one.pairs, printable(one.asked)),
        )
        for one in view.columns
    ]
    return flat("scenarios-in-figures", gettext("Compare scenarios"), columns, rows, **about)


def learners_table(view: Comparison, **about: Any) -> FlatTable:
    """A row a learner, those first who change, with state, host and town in each scenario in turn."""
    columns = (
        Column("code", gettext("Learner")),
        Column("changes", gettext("Changes")),
        *(
            Column(f"{key}_{place}", f"{printable(one.name)}: {words}", width=WIDE)
            for place, one in enumerate(view.columns, start=1)
            for key, words in (
                ("state", gettext("State")),
                ("host", gettext("Host")),
                ("town", gettext("Town")),
            )
        ),
    )
    rows = [
        (
            *(printable(line.code), gettext("yes") if line.changed else ""),
            *(said for cell in line.cells for said in _cell(cell)),
        )
        for line in view.lines
    ]
    return flat("scenarios-by-learner", gettext("Who goes where"), columns, rows, **about)


def _cell(cell: Cell) -> Iterator[str]:
    """State, host and town of a learner in one scenario."""
    if cell.host:
        yield gettext("has a place")
    else:
        yield gettext("left over") if cell.there else gettext("was not in the cohort")
    yield printable(cell.host)
    yield printable(cell.town)


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, TENTHS)
