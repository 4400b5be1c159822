"""Places a cohort: as many learners as there are places for, and these as well as can be."""

import time
from collections.abc import Mapping, Sequence
from itertools import pairwise

from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Demands, Learner, OpenOffer
from mapsvc.planning.distances import SAME_TOWN_KM, km_between
from mapsvc.planning.grids import Grid
from mapsvc.planning.optima import Optimum
from mapsvc.planning.outcomes import Outcome, PairWish, Part, Placement
from mapsvc.planning.pairings import optimum
from mapsvc.planning.problems import Problem, problem_of
from mapsvc.planning.reasons import left_over
from mapsvc.planning.scores import spread_points

Placed = Mapping[int, int]  # learners of the grid, with their offers


def place(learners: Sequence[Learner], offers: Sequence[OpenOffer], demands: Demands) -> Outcome:
    """The best placing of a cohort: first the most learners, then the greatest sum of scores.

    Locks are kept before anything else, even where a rule speaks against one or the seats are full: who
    locked it has agreed it with the host. The order in which learners, offers and locks come has no effect.

    Raises InvalidInput where a learner is locked to two offers, or a code or key is there twice.
    """
    begun = time.monotonic()
    _check(learners, offers, demands)
    grid = Grid(learners, offers, demands)
    locked, vanished = _locked(grid)
    for learner, offer in locked.items():
        grid.seats.take(offer, grid.stay(learner))
    wished = _wished(grid.learners)
    problem = problem_of(grid, locked, wished)
    best = optimum(problem)
    placed = dict(locked)
    for learner, offer in _assigned(problem, best):
        placed[learner] = offer
        grid.seats.take(offer, grid.stay(learner))
    placements = _placements(grid, placed, locked)
    return Outcome(
        placements=placements,
        left_over=left_over(grid, placed),
        pairs=_pairs(grid, placed, wished),
        score=sum(placement.score for placement in placements),
        gap=_gap(problem, best),
        seconds=round(time.monotonic() - begun, 3),
        vanished=vanished,
    )


def _check(learners: Sequence[Learner], offers: Sequence[OpenOffer], demands: Demands) -> None:
    """Raises InvalidInput for codes, keys and locks of which there may be one only."""
    if code := _twice([learner.code for learner in learners]):
        raise InvalidInput(_("Two learners have the code “%(code)s”."), code=code)
    if key := _twice([offer.key for offer in offers]):
        raise InvalidInput(_("Two offers have the key “%(key)s”."), key=key)
    if code := _twice([code for code, _offer in set(demands.locks)]):
        raise InvalidInput(_("The learner “%(code)s” is locked to two hosts. Keep one of them."), code=code)


def _twice(words: Sequence[str]) -> str | None:
    return next((one for one, other in pairwise(sorted(words)) if one == other), None)


def _locked(grid: Grid) -> tuple[dict[int, int], tuple[tuple[str, str], ...]]:
    """The locks that can be kept, by numbers of the grid, and those whose learner or offer is gone."""
    codes = {learner.code: number for number, learner in enumerate(grid.learners)}
    keys = {offer.key: number for number, offer in enumerate(grid.offers)}
    locks = sorted(set(grid.demands.locks))
    kept = {codes[code]: keys[key] for code, key in locks if code in codes and key in keys}
    return kept, tuple((code, key) for code, key in locks if code not in codes or key not in keys)


def _wished(learners: Sequence[Learner]) -> list[tuple[int, int]]:
    """The pairs of learners of whom one asked for the other, each pair once, in order."""
    codes = {learner.code: number for number, learner in enumerate(learners)}
    pairs = {
        (min(number, codes[other]), max(number, codes[other]))
        for number, learner in enumerate(learners)
        for other in learner.together_with
        if other in codes and codes[other] != number
    }
    return sorted(pairs)


def _gap(problem: Problem, best: Optimum) -> float:
    """How many of the points that may be there are not reached; 1.0 where one more learner may be placed."""
    if best.bound <= best.value:
        return 0.0
    points = best.bound - sum(best.places.values()) * problem.place_points
    return min(1.0, (best.bound - best.value) / points)


def _assigned(problem: Problem, best: Optimum) -> list[tuple[int, int]]:
    """Learners and offers, equal learners in order of code over their offers in order of key."""
    found = []
    waiting = [list(group) for group in problem.groups]
    for (group, offer), count in sorted(best.places.items()):
        found += [(waiting[group].pop(0), offer) for _one in range(count)]
    return found


def _placements(grid: Grid, placed: Placed, locked: Placed) -> tuple[Placement, ...]:
    """The placements in order of code; at a site the first by code has the most points for the spread."""
    slots = spread_points(grid.scores.points[Part.SPREAD])
    at_site: dict[str, int] = {}
    found = []
    for number, offer in sorted(placed.items()):
        learner, there = grid.learners[number], grid.offers[offer]
        before = at_site.get(there.site_key, 0)
        at_site[there.site_key] = before + 1
        parts = {part: int(points[offer]) for part, points in grid.scores.parts(learner).items()}
        parts[Part.SPREAD] = slots[min(before, len(slots) - 1)]
        rank = int(grid.scores.ranks(learner)[offer])
        km = None if grid.scores.base_km is None else round(float(grid.scores.base_km[offer]), 3)
        found.append(
            Placement(
                learner=learner.code,
                offer=there.key,
                score=sum(parts.values()),
                parts=tuple(parts.items()),
                wish=rank or None,
                distance_km=km,
                locked=number in locked,
            )
        )
    return tuple(found)


def _pairs(grid: Grid, placed: Placed, wished: Sequence[tuple[int, int]]) -> tuple[PairWish, ...]:
    found = []
    for one, other in wished:
        both = one in placed and other in placed
        km = km_between(grid.offers[placed[one]], grid.offers[placed[other]]) if both else None
        found.append(
            PairWish(
                learner=grid.learners[one].code,
                other=grid.learners[other].code,
                met=km is not None and km <= SAME_TOWN_KM,
                distance_km=None if km is None else round(km, 3),
            )
        )
    return tuple(found)
