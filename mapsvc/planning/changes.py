"""The smallest change of each single rule that would find a place for somebody left over."""

import math
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.eligibility import days_of, length_fits, rank_of
from mapsvc.planning.grids import Grid
from mapsvc.planning.outcomes import Change, Rule
from mapsvc.planning.weeks import WEEK

Mask = NDArray[np.bool_]
KM_STEP = 5  # kilometres are told in steps of these
MOST_WEEKS = 8  # by which a stay is moved
MOST_DAYS = 60  # by which a stay is made longer or shorter
WHOLE_RULE = 6.0  # letting a rule go counts as much as dropping all levels of a language
KM_A_WEEK = 25.0  # so many kilometres more are as much to ask as a week's difference
DAYS_A_WEEK = 7

Sized = tuple[float, Change]  # how much is asked, in weeks or what is as much, and what


def changes(grid: Grid, number: int) -> tuple[Change, ...]:
    """For each rule the smallest change that opens an offer, if one does: the smallest first.

    An offer is opened by a change if it then breaks no rule and has a seat left in every week, with all who
    are placed where they are.
    """
    found: list[Sized] = []
    room = grid.seats.room(grid.stay(number))
    for rule, opened_by in SIMPLE.items():
        opened = np.flatnonzero(_if_not(grid, number, {rule}) & ~grid.open[number] & room)
        found += opened_by(grid, number, opened) if len(opened) else []
    found += _other_length(grid, number, _if_not(grid, number, {Rule.LENGTH, Rule.SEATS}))
    found += _other_weeks(grid, number, _if_not(grid, number, {Rule.SEATS}))
    order = list(Rule)
    return tuple(
        change for _size, change in sorted(found, key=lambda one: (one[0], order.index(one[1].rule)))
    )


def _if_not(grid: Grid, number: int, rules: Collection[Rule]) -> Mask:
    """The offers that break none but these rules."""
    kept = [broken[number] for rule, broken in grid.broken.items() if rule not in rules]
    found: Mask = ~np.logical_or.reduce(kept)
    return found


def _let_go(rule: Rule) -> Callable[[Grid, int, NDArray[np.int64]], list[Sized]]:
    def of(grid: Grid, _number: int, opened: NDArray[np.int64]) -> list[Sized]:
        return [(WHOLE_RULE, Change(rule, None, _keys(grid, opened)))]

    return of


def _keys(grid: Grid, offers: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(grid.offers[offer].key for offer in offers.tolist())


def _younger(grid: Grid, number: int, opened: NDArray[np.int64]) -> list[Sized]:
    """The least age that one of the offers asks for; a learner of unknown age might have it."""
    ages = np.array([grid.offers[offer].min_age or 0 for offer in opened.tolist()])
    least, age = int(ages.min()), grid.learners[number].age
    size = WHOLE_RULE if age is None else float(least - age)
    return [(size, Change(Rule.AGE, least, _keys(grid, opened[ages == least])))]


def _farther(grid: Grid, _number: int, opened: NDArray[np.int64]) -> list[Sized]:
    """The distance to accept, in steps of 5 km."""
    assert grid.scores.base_km is not None
    assert grid.demands.max_km is not None
    km = grid.scores.base_km[opened]
    value = math.ceil(float(km.min()) / KM_STEP) * KM_STEP
    size = (value - grid.demands.max_km) / KM_A_WEEK
    return [(size, Change(Rule.DISTANCE, float(value), _keys(grid, opened[km <= value])))]


def _less_language(grid: Grid, number: int, opened: NDArray[np.int64]) -> list[Sized]:
    """The language of which the level that the learner has is nearest to what is asked for.

    Where none of the languages is spoken, the one that most offers would have to do without.
    """
    levels = dict(grid.learners[number].languages)
    by_code: dict[str, list[tuple[float, int]]] = {}
    for offer in opened.tolist():
        for code, least in grid.offers[offer].languages:
            level = levels.get(code)
            drop = WHOLE_RULE if level is None or least is None else float(rank_of(least) - rank_of(level))
            by_code.setdefault(code, []).append((drop, offer))
    size, _many, code = min((min(asked)[0], -len(asked), code) for code, asked in by_code.items())
    offers = np.array(sorted({offer for _drop, offer in by_code[code]}), dtype=np.int64)
    return [(size, Change(Rule.LANGUAGE, levels.get(code), _keys(grid, offers), language=code))]


SIMPLE: Mapping[Rule, Callable[[Grid, int, NDArray[np.int64]], list[Sized]]] = {
    Rule.AGE: _younger,
    Rule.LANGUAGE: _less_language,
    Rule.DISTANCE: _farther,
    **{rule: _let_go(rule) for rule in (Rule.FIELD, Rule.ACCESS, Rule.ACCOMMODATION, Rule.SAFETY_COURSE)},
}


def _other_length(grid: Grid, number: int, possible: Mask) -> list[Sized]:
    """The nearest number of days, from the same first day, for which one of the offers has a seat."""
    learner = grid.learners[number]
    days = days_of(learner)
    possible = possible & grid.broken[Rule.LENGTH][number]
    if not possible.any():
        return []
    offers = [grid.offers[offer] for offer in np.flatnonzero(possible).tolist()]
    least = min(offer.min_days or 1 for offer in offers)
    most = max(offer.max_days or days + MOST_DAYS for offer in offers)
    values = range(max(1, least, days - MOST_DAYS), min(most, days + MOST_DAYS) + 1)
    for value in sorted(values, key=lambda one: (abs(one - days), one)):
        room = possible & grid.seats.room((learner.first, learner.first + timedelta(days=value - 1)))
        opened = [
            offer
            for offer in np.flatnonzero(room).tolist()
            if length_fits(value, grid.offers[offer].min_days, grid.offers[offer].max_days)
        ]
        if opened:
            size = abs(value - days) / DAYS_A_WEEK
            return [(size, Change(Rule.LENGTH, value, _keys(grid, np.array(opened))))]
    return []


def _other_weeks(grid: Grid, number: int, possible: Mask) -> list[Sized]:
    """The fewest weeks by which to move the stay; of earlier and later what opens more, then later."""
    learner = grid.learners[number]
    for weeks in range(1, MOST_WEEKS + 1):
        sides = []
        for by in (weeks, -weeks):
            stay = learner.first + by * WEEK, learner.last + by * WEEK
            opened = np.flatnonzero(possible & grid.seats.room(stay))
            if len(opened) and stay[0] >= grid.demands.today:
                sides.append((len(opened), by, opened))
        if sides:
            _many, by, opened = max(sides, key=lambda side: side[:2])
            return [(float(weeks), Change(Rule.SEATS, by, _keys(grid, opened)))]
    return []
