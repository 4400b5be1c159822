"""The best placing of a problem, with the proof that none is better.

Columns are made while they are worth more than what the seats they need are worth elsewhere, which the
duals of the linear programme tell. The same duals bound every placing; whole numbers that reach the bound
are the best, and else only columns that could close the gap are looked at.

Source of the method: Desaulniers, Desrosiers and Solomon (eds.), "Column Generation", 2005,
doi:10.1007/b135457.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.models import Closed, Columns, Relaxed, closed, columns_of, relaxed
from mapsvc.planning.problems import PAIR_POINTS, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Places = Mapping[tuple[int, int], int]

FIRST_COLUMNS = 12  # of each group, to begin with
MORE_COLUMNS = 12  # of each group, in a turn
LEAST_GAIN = 1e-4  # points; below is rounding
NEARLY = 1e-6


@dataclass(frozen=True)
class Optimum:
    """How many of each group go to each offer, what that is worth, and what no placing exceeds.

    gains is what each place gives beyond what its limits are worth elsewhere, groups by offers.
    """

    places: Places
    value: int
    bound: int
    gains: Floats


def value_of(problem: Problem, places: Places) -> int:
    """What a placing is worth in whole points, one more learner being worth more than all points."""
    total = sum((problem.place_points + int(problem.worth[at])) * count for at, count in places.items())
    at_site: Counter[int] = Counter()
    for (_group, offer), count in places.items():
        at_site[int(problem.site[offer])] += count
    last = len(problem.slots) - 1
    for site, count in at_site.items():
        before = int(problem.at_site[site])
        total -= sum(
            problem.slots[0] - problem.slots[min(place, last)] for place in range(before, before + count)
        )
    where = dict(places.keys())
    met = [
        pair
        for pair in problem.pairs
        if pair.one in where and pair.other in where and problem.near[where[pair.one], where[pair.other]]
    ]
    return total + PAIR_POINTS * len(met)


def proved(problem: Problem) -> Optimum:
    """The best placing of a problem without pairs."""
    possible = problem.worth >= 0
    if not possible.any():
        return Optimum({}, 0, 0, np.full(possible.shape, -np.inf))
    chosen = first_columns(problem, possible)
    best, gains, bound = turns(problem, chosen, possible)
    places = _whole(best, chosen)
    if places is not None and (value := value_of(problem, places)) == whole(bound):
        return Optimum(places, value, value, gains)
    while True:
        columns = columns_of(problem, chosen)
        places = placed(columns, closed(columns))
        value = value_of(problem, places)
        better = worthy(gains, bound, value)
        if value == whole(bound) or not (better & ~chosen).any():
            return Optimum(places, value, value, gains)
        chosen = with_places(better, places)


def whole(bound: float) -> int:
    """The most whole points under a bound, with room for rounding."""
    return math.floor(bound + 0.01)


def worthy(gains: Floats, bound: float, value: int) -> Mask:
    """The places that a placing better than `value` could have; any other place costs it too much."""
    found: Mask = gains + bound >= value + 1 - LEAST_GAIN
    return found


def with_places(chosen: Mask, places: Places) -> Mask:
    """The chosen pairs and those of a placing."""
    found = chosen.copy()
    for at in places:
        found[at] = True
    return found


def turns(problem: Problem, chosen: Mask, possible: Mask) -> tuple[Relaxed, Floats, float]:
    """The best in broken numbers, over all columns: adds to chosen those that it needs.

    Also what each place gains over its limits' worth, -inf where it is not possible, and the bound.
    """
    while True:
        columns = columns_of(problem, chosen)
        best = relaxed(columns)
        gains, bound = _priced(problem, columns, best.duals, possible)
        missing = best_of_each(np.where(chosen, -np.inf, gains), problem.sizes, MORE_COLUMNS)
        if not missing.any():
            return best, gains, bound
        chosen |= missing


def _priced(problem: Problem, columns: Columns, duals: Floats, possible: Mask) -> tuple[Floats, float]:
    """What each place gains over its limits' worth, and what no placing exceeds.

    Any prices of 0 or more give a true bound (weak duality), so it does not rest on the solver's accuracy.
    """
    groups, rows = len(problem.groups), len(problem.row_seats)
    sites = len(problem.at_site) if problem.slots[0] else 0
    prices = duals.copy()
    at_sites = prices[groups + rows : groups + rows + sites]
    np.minimum(at_sites, problem.slots[0], out=at_sites)
    paid = np.flatnonzero(prices[groups : groups + rows] > 0)
    taken = np.zeros((len(problem.site), problem.in_row.shape[1]))
    np.add.at(taken, problem.row_offer[paid], problem.in_row[paid] * prices[groups + paid, None])
    gains = problem.place_points + problem.worth - prices[:groups, None] - taken.T[problem.stays]
    if sites:
        gains -= at_sites[problem.site]
    beyond = groups + rows + sites
    extra = columns.rows[beyond:].T @ prices[beyond:]
    places = len(columns.groups)
    gains[columns.groups, columns.offers] -= extra[:places]
    gains[~possible] = -np.inf
    others = columns.worth[places:] - columns.rows[:, places:].T @ prices
    most = np.where(np.isinf(columns.most[places:]), 0, columns.most[places:])
    bound = (
        prices @ columns.most_of_row
        + np.maximum(0, others) @ most
        + problem.sizes @ np.maximum(0, gains.max(axis=1, initial=0))
    )
    return gains, float(bound)


def first_columns(problem: Problem, possible: Mask) -> Mask:
    """The columns to begin with: the best of each group, of equals others for each group."""
    groups, offers = problem.worth.shape
    turn = (np.arange(offers)[None, :] * 7919 + np.arange(groups)[:, None] * 7907) % offers
    keen = np.where(possible, problem.worth + (turn + 1) / (offers + 1), -np.inf)
    return best_of_each(keen, problem.sizes, FIRST_COLUMNS)


def best_of_each(gains: Floats, sizes: Integers, count: int) -> Mask:
    """The `count` best of each row, or twice as many as the group has learners, that gain at all."""
    chosen = np.zeros(gains.shape, dtype=np.bool_)
    for row, size in enumerate(sizes.tolist()):
        many = max(count, 2 * size)
        here = np.flatnonzero(gains[row] > LEAST_GAIN)
        if len(here) > many:
            here = here[np.argsort(-gains[row, here], kind="stable")[:many]]
        chosen[row, here] = True
    return chosen


def _whole(best: Relaxed, chosen: Mask) -> Places | None:
    """The places of broken numbers that are whole, None where one is not."""
    groups, offers = np.nonzero(chosen)
    values = best.values[: len(groups)]
    rounded = np.rint(values)
    if np.abs(values - rounded).max(initial=0) > NEARLY:
        return None
    return _counted(groups, offers, rounded.astype(np.int64))


def placed(columns: Columns, found: Closed) -> Places:
    """The places of whole numbers. Raises ArithmeticError where there are none."""
    if found.values is None:
        raise ArithmeticError("no whole numbers were found")
    return _counted(columns.groups, columns.offers, found.values)


def _counted(groups: Integers, offers: Integers, values: Integers) -> Places:
    used = np.flatnonzero(values)
    return {
        (int(group), int(offer)): int(count)
        for group, offer, count in zip(groups[used], offers[used], values[used], strict=True)
    }
