"""Placings in which some learners would like to be in the same town.

Such wishes tie places together, and the best is found for few of them only. So a few pairs at a time are
placed anew as well as can be, with all others where they are or near to it, until that gives nothing more;
then the rest of the time goes into a proof. How far from the best it may be is always known.

Source of the method: Shaw, "Using constraint programming and local search methods to solve vehicle
routing problems", 1998, doi:10.1007/3-540-49481-2_30.
"""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.models import closed, columns_of
from mapsvc.planning.optima import (
    Optimum,
    best_of_each,
    first_columns,
    placed,
    proved,
    turns,
    value_of,
    whole,
    with_places,
    worthy,
)
from mapsvc.planning.problems import PAIR_POINTS, Problem

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WITHIN_S = 20.0
FIRST_S = 10.0  # of these for placing few pairs at a time
TURN_S = 4.0
AT_A_TIME = 8  # learners of pairs who are placed anew together
PAIRED_COLUMNS = 25  # of each of them
OTHER_COLUMNS = 4  # of each group without pairs
MOST_PROVED = 20_000  # places, up to which a proof is tried


def optimum(problem: Problem) -> Optimum:
    """The best placing; with pairs the best that is found within 20 s, and the bound says how good it is."""
    if not problem.pairs:
        return proved(problem)
    alone = replace(problem, pairs=())
    plain = proved(alone)
    lost = problem.place_points - alone.place_points  # a learner counts more where pairs do
    together = PAIR_POINTS * len(problem.pairs)
    bound = plain.value + lost * sum(plain.places.values()) + together
    found = replace(plain, value=value_of(problem, plain.places), bound=bound)
    begun = time.monotonic()
    found = _improved(problem, found, begun + FIRST_S)
    return _closer(problem, found, begun + WITHIN_S)


def _improved(problem: Problem, found: Optimum, until: float) -> Optimum:
    """A placing as good or better, until no few pairs can be placed better or the time is over."""
    batches = _batches(problem)
    keen = _keen(problem, found.gains)
    paired = {group for batch in batches for group in batch}
    others = best_of_each(
        found.gains - found.gains.min(initial=0, where=problem.worth >= 0) + 1, problem.sizes, OTHER_COLUMNS
    )
    others[sorted(paired)] = False
    better = True
    while better:
        better = False
        for batch in batches:
            if found.value >= found.bound or (left_s := until - time.monotonic()) <= 0:
                return found
            chosen = with_places(others, found.places)
            chosen[batch] |= keen[batch]
            columns = columns_of(problem, chosen)
            answer = closed(columns, within_s=min(left_s, TURN_S))
            if answer.values is not None:
                places = placed(columns, answer)
                if (value := value_of(problem, places)) > found.value:
                    found = replace(found, places=places, value=value)
                    better = True
    return found


def _closer(problem: Problem, found: Optimum, until: float) -> Optimum:
    """The same or a better placing with a closer bound, if there is time for it."""
    possible = problem.worth >= 0
    paired = sorted({group for pair in problem.pairs for group in (pair.one, pair.other)})
    if found.value >= found.bound or possible[paired].sum() > MOST_PROVED:
        return found
    chosen = with_places(first_columns(problem, possible), found.places)
    chosen[paired] = possible[paired]
    _best, gains, bound = turns(problem, chosen, possible)
    found = replace(found, bound=max(found.value, min(found.bound, whole(bound))))
    left_s = until - time.monotonic()
    if found.value >= found.bound or left_s <= 0:
        return found
    chosen = with_places(worthy(gains, bound, found.value), found.places)
    if chosen.sum() > MOST_PROVED:
        return found
    columns = columns_of(problem, chosen)
    answer = closed(columns, within_s=left_s)
    if answer.values is not None:
        places = placed(columns, answer)
        if (value := value_of(problem, places)) > found.value:
            found = replace(found, places=places, value=value)
    if np.isfinite(answer.bound):
        found = replace(found, bound=max(found.value, min(found.bound, whole(answer.bound))))
    return found


def _batches(problem: Problem) -> list[list[int]]:
    """Groups in pairs, a few at a time, each after one that it is tied to; then the same cut elsewhere."""
    tied: dict[int, list[int]] = {}
    for pair in problem.pairs:
        tied.setdefault(pair.one, []).append(pair.other)
        tied.setdefault(pair.other, []).append(pair.one)
    order: dict[int, None] = {}
    for first in sorted(tied):
        waiting = [first]
        while waiting:
            group = waiting.pop()
            if group not in order:
                order[group] = None
                waiting += sorted(tied[group], reverse=True)
    groups = list(order)
    cuts = (0, AT_A_TIME // 2) if len(groups) > AT_A_TIME else (0,)
    return [
        batch
        for cut in cuts
        for start in range(cut - AT_A_TIME, len(groups), AT_A_TIME)
        if (batch := groups[max(0, start) : max(0, start + AT_A_TIME)])
    ]


def _keen(problem: Problem, gains: Floats) -> Mask:
    """For groups in pairs the places that are best for them together, and those best for each alone."""
    sizes = np.ones(len(problem.groups), dtype=np.int64)
    lowest = gains.min(initial=0, where=problem.worth >= 0)
    alone = best_of_each(gains - lowest + 1, sizes, PAIRED_COLUMNS)
    one, other = np.nonzero(problem.near)
    starts = np.searchsorted(one, np.arange(len(problem.near)))
    found = alone
    for pair in problem.pairs:
        for mine, theirs in ((pair.one, pair.other), (pair.other, pair.one)):
            both = gains[mine] + np.maximum.reduceat(gains[theirs][other], starts)
            best = np.argsort(-both, kind="stable")[:PAIRED_COLUMNS]
            found[mine, best[np.isfinite(both[best])]] = True
    return found
