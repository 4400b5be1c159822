"""Two or three scenarios of a cohort side by side: what they ask, how many they place, and who changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from mapsvc.planning.results import Result
from mapsvc.presentation.cohorts import LEAST_GAP, asked_words


@dataclass(frozen=True, slots=True)
class Column:
    """A scenario in figures; mean_km is None without a base, gap in percent, None where it is the best."""

    name: str
    asked: str
    placed: int
    left: int
    score: int
    gap: float | None
    first_wishes: int
    mean_km: float | None
    pairs_met: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a learner is in one scenario: "" for a learner without a place."""

    host: str
    town: str
    there: bool  # whether the scenario had the learner at all


@dataclass(frozen=True, slots=True)
class Line:
    """A learner in all scenarios, and whether they differ."""

    code: str
    cells: tuple[Cell, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scenarios side by side; best_score and most_placed say which figures stand out."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    most_placed: int
    best_score: int

    @property
    def changed(self) -> int:
        """How many learners are not at the same host in all scenarios."""
        return sum(line.changed for line in self.lines)


def comparison(results: Sequence[Result], language: str) -> Comparison:
    """The scenarios in the order given, and their learners, those who change first, then by code."""
    columns = tuple(_column(one, language) for one in results)
    codes = sorted({learner.code for one in results for learner in one.learners})
    at = [{stay.learner.code: stay for stay in one.stays()} for one in results]
    lines = []
    for code in codes:
        stays = [stays.get(code) for stays in at]
        cells = tuple(
            Cell(stay.offer.host if stay else "", stay.offer.town if stay else "", code in result.by_code)
            for stay, result in zip(stays, results, strict=True)
        )
        keys = {stay.offer.key if stay else None for stay in stays}
        lines.append(Line(code, cells, len(keys) > 1))
    return Comparison(
        columns,
        tuple(sorted(lines, key=lambda line: (not line.changed, line.code))),
        max(column.placed for column in columns),
        max(column.score for column in columns),
    )


def _column(result: Result, language: str) -> Column:
    outcome = result.outcome
    distances = [one.distance_km for one in outcome.placements if one.distance_km is not None]
    return Column(
        name=result.scenario,
        asked=asked_words(result.demands, language),
        placed=len(outcome.placements),
        left=len(outcome.left_over),
        score=outcome.score,
        gap=None if outcome.gap < LEAST_GAP else 100 * outcome.gap,
        first_wishes=sum(one.wish == 1 for one in outcome.placements),
        mean_km=sum(distances) / len(distances) if distances else None,
        pairs_met=sum(one.met for one in outcome.pairs),
        pairs=len(outcome.pairs),
    )
