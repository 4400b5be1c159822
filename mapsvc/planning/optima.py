"""The best placing of a problem, with the proof that none is better.

Columns are made while they are worth more than what the seats they need are worth elsewhere, which the
duals of the linear programme tell. The same duals bound every placing; whole numbers that reach the bound
are the best, and else only columns that could close the gap are looked at.

Source of the method: Desaulniers, Desrosiers and Solomon (eds.), "Column Generation", 2005,
doi:10.1007/b135457.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.models import Columns, Relaxed, closed, columns_of, relaxed
from mapsvc.planning.problems import PAIR_POINTS, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Places = Mapping[tuple[int, int], int]

FIRST_COLUMNS = 12  # of each group, to begin with
MORE_COLUMNS = 12  # of each group, in a turn
LEAST_GAIN = 1e-4  # points; below is rounding
NEARLY = 1e-6
PAIRS_WITHIN_S = 20.0
MOST_PAIR_COLUMNS = 20_000


@dataclass(frozen=True)
class Optimum:
    """How many of each group go to each offer, what that is worth, and what no placing exceeds."""

    places: Places
    value: int
    bound: int


def optimum(problem: Problem) -> Optimum:
    """The best placing; with pairs the best that is found within 20 s, and the bound says how good it is."""
    plain = _proved(replace(problem, pairs=()) if problem.pairs else problem)
    if not problem.pairs:
        return plain
    return _with_pairs(problem, plain)


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


def _proved(problem: Problem) -> Optimum:
    """The best placing of a problem without pairs."""
    possible = problem.worth >= 0
    if not possible.any():
        return Optimum({}, 0, 0)
    chosen = _first(problem, possible)
    best, gains, bound = _turns(problem, chosen, possible)
    places = _whole(best, problem, chosen)
    if places is not None and (value := value_of(problem, places)) == bound:
        return Optimum(places, value, value)
    while True:
        columns = columns_of(problem, chosen)
        found = closed(columns)
        if found.values is None:
            raise ArithmeticError("no whole numbers were found")
        places = _places(columns, found.values)
        value = value_of(problem, places)
        missing = possible & ~chosen & (gains + bound >= value + 1 - LEAST_GAIN)
        if value == bound or not missing.any():
            return Optimum(places, value, value)
        chosen = missing | (chosen & (gains + bound >= value + 1 - LEAST_GAIN))
        for at in places:
            chosen[at] = True


def _turns(problem: Problem, chosen: Mask, possible: Mask) -> tuple[Relaxed, Floats, int]:
    """The best in broken numbers, over all columns: adds to chosen those that it needs.

    Also what each place gains over its limits' worth, -inf where it is not possible, and the bound.
    """
    while True:
        columns = columns_of(problem, chosen)
        best = relaxed(columns)
        gains, bound = _priced(problem, columns, best.duals, possible)
        missing = _best_of_each(np.where(chosen, -np.inf, gains), problem.sizes, MORE_COLUMNS)
        if not missing.any():
            return best, gains, int(np.floor(bound + 0.01))
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


def _first(problem: Problem, possible: Mask) -> Mask:
    """The columns to begin with: the best of each group, of equals others for each group."""
    groups, offers = problem.worth.shape
    turn = (np.arange(offers)[None, :] * 7919 + np.arange(groups)[:, None] * 7907) % offers
    keen = np.where(possible, problem.worth + (turn + 1) / (offers + 1), -np.inf)
    return _best_of_each(keen, problem.sizes, FIRST_COLUMNS)


def _best_of_each(gains: Floats, sizes: Integers, count: int) -> Mask:
    """The `count` best of each row, or twice as many as the group has learners, that gain at all."""
    chosen = np.zeros(gains.shape, dtype=np.bool_)
    for row, size in enumerate(sizes.tolist()):
        many = max(count, 2 * size)
        here = np.flatnonzero(gains[row] > LEAST_GAIN)
        if len(here) > many:
            here = here[np.argsort(-gains[row, here], kind="stable")[:many]]
        chosen[row, here] = True
    return chosen


def _whole(best: Relaxed, problem: Problem, chosen: Mask) -> Places | None:
    """The places of broken numbers that are whole, None where one is not."""
    groups, offers = np.nonzero(chosen)
    values = best.values[: len(groups)]
    whole = np.rint(values)
    if np.abs(values - whole).max(initial=0) > NEARLY:
        return None
    return _counted(groups, offers, whole.astype(np.int64))


def _places(columns: Columns, values: Integers) -> Places:
    return _counted(columns.groups, columns.offers, values)


def _counted(groups: Integers, offers: Integers, values: Integers) -> Places:
    used = np.flatnonzero(values)
    return {
        (int(group), int(offer)): int(count)
        for group, offer, count in zip(groups[used], offers[used], values[used], strict=True)
    }


def _loose_bound(problem: Problem, plain: Optimum) -> int:
    """What no placing with pairs exceeds: the best without, and every pair met."""
    placed, points = divmod(plain.value, replace(problem, pairs=()).place_points)
    return placed * problem.place_points + points + PAIR_POINTS * len(problem.pairs)


def _with_pairs(problem: Problem, plain: Optimum) -> Optimum:
    """The best found with pairs, beginning from the best without."""
    possible = problem.worth >= 0
    paired = sorted({group for pair in problem.pairs for group in (pair.one, pair.other)})
    before = value_of(problem, plain.places)
    loose = _loose_bound(problem, plain)
    if possible[paired].sum() > MOST_PAIR_COLUMNS:
        return Optimum(plain.places, before, loose)
    begun = time.monotonic()
    chosen = _first(problem, possible)
    chosen[paired] = possible[paired]
    for group, offer in plain.places:
        chosen[group, offer] = True
    _best, gains, bound = _turns(problem, chosen, possible)
    found = Optimum(plain.places, before, min(bound, loose))
    while found.value < found.bound and (left_s := PAIRS_WITHIN_S - (time.monotonic() - begun)) > 0:
        columns = columns_of(problem, chosen)
        answer = closed(columns, within_s=left_s)
        if answer.values is not None:
            places = _places(columns, answer.values)
            if (value := value_of(problem, places)) > found.value:
                found = replace(found, places=places, value=value)
        missing = possible & ~chosen & (gains + bound >= found.value + 1 - LEAST_GAIN)
        if not missing.any():
            proved = int(np.floor(answer.bound + 0.01)) if np.isfinite(answer.bound) else found.bound
            return replace(found, bound=max(found.value, min(found.bound, proved)))
        chosen |= missing
    return found
