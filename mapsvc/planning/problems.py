"""What is left to decide once locks are kept, in numbers: equal learners, offers, seats and sites."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.distances import same_towns
from mapsvc.planning.grids import Grid
from mapsvc.planning.outcomes import Part
from mapsvc.planning.scores import spread_points
from mapsvc.planning.seats import Seats, Stay, Week
from mapsvc.planning.weeks import week_of, weeks_of_stay

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
PAIR_POINTS = 500
"""What it counts that two learners who asked for the same town are in one: half of the best place."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups of one learner each, the first with the smaller code."""

    one: int
    other: int


@dataclass(frozen=True)
class Problem:
    """Which groups of equal learners go to which offers.

    groups are the numbers of their learners in the grid. worth is groups by offers: the points of a place
    (with those of the spread for the first at a site, and those for being near a locked partner), -1 where a
    rule forbids it. stays gives each group's stay, in_row tells (rows by stays) who takes a seat in which
    row of seats; a row belongs to row_offer and has row_seats left. Rows come in order of offer. site is each
    offer's site; at_site is how many are locked there. slots are the points for the first, second, ...
    learner at a site. pairs are those wishes of which both are still to be placed; near tells of two offers
    whether they are in the same town, where there are pairs.
    """

    groups: tuple[tuple[int, ...], ...]
    worth: Integers
    stays: Integers
    in_row: Mask
    row_offer: Integers
    row_seats: Integers
    site: Integers
    at_site: Integers
    slots: tuple[int, ...]
    pairs: tuple[Pair, ...]
    near: Mask

    @cached_property
    def sizes(self) -> Integers:
        """How many learners are in each group."""
        return np.array([len(group) for group in self.groups], dtype=np.int64)

    @cached_property
    def place_points(self) -> int:
        """What counts more than all points together: one more learner placed."""
        most = np.maximum(self.worth.max(axis=1, initial=0), 0)
        return int(self.sizes @ most) + PAIR_POINTS * len(self.pairs) + 1


def problem_of(grid: Grid, locked: Mapping[int, int], wished: Sequence[tuple[int, int]]) -> Problem:
    """The problem that is left: locked are learners with their offers, whose seats the grid has as taken.

    wished are pairs of learners who would like to be in the same town.
    """
    everybody = range(len(grid.learners))
    sites = {key: number for number, key in enumerate(dict.fromkeys(offer.site_key for offer in grid.offers))}
    site = np.array([sites[offer.site_key] for offer in grid.offers], dtype=np.int64)
    at_site = np.zeros(len(sites), dtype=np.int64)
    for offer in locked.values():
        at_site[site[offer]] += 1
    slots = spread_points(grid.scores.points[Part.SPREAD])
    near = same_towns(grid.offers) if wished else np.zeros((0, 0), dtype=np.bool_)
    worth = np.where(grid.open, grid.base + slots[0], -1)
    for one, other in wished:
        for free, fixed in ((one, other), (other, one)):
            if fixed in locked and free not in locked:
                worth[free] += PAIR_POINTS * (grid.open[free] & near[locked[fixed]])
    stays = {stay: number for number, stay in enumerate(dict.fromkeys(map(grid.stay, everybody)))}
    stay_of = [stays[grid.stay(number)] for number in everybody]
    alone = {number for pair in wished if not locked.keys() & set(pair) for number in pair}
    groups = _groups(worth, stay_of, [number for number in everybody if number not in locked], alone)
    place = {number: group for group, members in enumerate(groups) for number in members}
    firsts = [members[0] for members in groups]
    return Problem(
        groups=groups,
        worth=worth[firsts],
        stays=np.array([stay_of[number] for number in firsts], dtype=np.int64),
        **_rows(grid.seats, list(stays), len(grid.offers)),
        site=site,
        at_site=at_site,
        slots=slots,
        pairs=tuple(
            Pair(place[one], place[other]) for one, other in wished if not locked.keys() & {one, other}
        ),
        near=near,
    )


def _groups(
    worth: Integers, stay_of: Sequence[int], free: Sequence[int], alone: Collection[int]
) -> tuple[tuple[int, ...], ...]:
    """Learners for whom every offer is worth the same, with the same days; those in alone by themselves."""
    found: dict[Hashable, list[int]] = {}
    for number in free:
        own = number if number in alone else -1
        found.setdefault((own, stay_of[number], worth[number].tobytes()), []).append(number)
    return tuple(map(tuple, found.values()))


def _rows(seats: Seats, stays: Sequence[Stay], offers: int) -> dict[str, Any]:
    """The rows of seats: for each offer and week who takes one, without rows that say nothing new."""
    weeks: dict[Week, dict[Stay, int]] = {}
    for number, stay in enumerate(stays):
        for days in weeks_of_stay(*stay):
            parts = weeks.setdefault(week_of(days[0]), {})
            parts[days] = parts.get(days, 0) | 1 << number
    named = [(week, days, who) for week, parts in weeks.items() for days, who in parts.items()]
    caps = np.array([seats.of_days(*days) for _week, days, _who in named], dtype=np.int64)
    caps = caps.reshape(len(named), offers)
    open_to = [(seats.of_stay(stay) >= 1) for stay in stays]
    kept: dict[Hashable, list[tuple[int, int]]] = {}
    rows: list[tuple[int, int, int]] = []
    for offer in range(offers):
        taken = {week: tuple(sorted(others)) for week in weeks if (others := seats.taken(offer, week))}
        key = (caps[:, offer].tobytes(), tuple(taken.items()))
        if key not in kept:
            who = sum(1 << number for number in range(len(stays)) if open_to[number][offer])
            by_week: dict[Week, list[tuple[int, int]]] = {}
            for (week, _days, mask), cap in zip(named, caps[:, offer].tolist(), strict=True):
                if mask & who:
                    by_week.setdefault(week, []).append((cap, mask & who))
            kept[key] = _tightest(
                row for week, parts in by_week.items() for row in _bounds(parts, taken.get(week, ()))
            )
        rows += [(offer, mask, bound) for mask, bound in kept[key]]
    in_row = np.array([[mask >> n & 1 for n in range(len(stays))] for _o, mask, _b in rows], dtype=np.bool_)
    return {
        "in_row": in_row.reshape(len(rows), len(stays)),
        "row_offer": np.array([offer for offer, _mask, _bound in rows], dtype=np.int64),
        "row_seats": np.array([bound for _offer, _mask, bound in rows], dtype=np.int64),
    }


def _bounds(parts: Sequence[tuple[int, int]], taken: Sequence[int]) -> Iterator[tuple[int, int]]:
    """For a week, stays (as bits) of which at most so many can be there: the law of Seats, for each bound."""
    for bound in {cap for cap, _who in parts} | {cap for cap in taken if cap > min(parts)[0]}:
        who = 0
        for cap, mask in parts:
            who |= mask if cap <= bound else 0
        yield who, max(0, bound - sum(other <= bound for other in taken))


def _tightest(rows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The rows that no other implies by having as many stays or more, and as few seats or fewer."""
    least: dict[int, int] = {}
    for who, bound in rows:
        least[who] = min(bound, least.get(who, bound))
    return [
        (who, bound)
        for who, bound in least.items()
        if not any(
            who & other == who and most <= bound and (other, most) != (who, bound)
            for other, most in least.items()
        )
    ]
