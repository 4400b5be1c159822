"""Why learners are left over, what would help, and who would have to move."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.changes import changes
from mapsvc.planning.grids import Grid
from mapsvc.planning.outcomes import LeftOver, Move, Rule

Mask = NDArray[np.bool_]
Placed = Mapping[int, int]  # learners of the grid, with their offers
MOST_MOVES = 10


def left_over(grid: Grid, placed: Placed) -> tuple[LeftOver, ...]:
    """The learners without a place, in order of code; the grid has the seats of the placed as taken."""
    ways_out = _ways_out(grid, placed)
    return tuple(
        LeftOver(
            learner=grid.learners[number].code,
            excluded=_excluded(grid, number),
            changes=changes(grid, number),
            moves=_moves(grid, number, placed, ways_out),
        )
        for number in range(len(grid.learners))
        if number not in placed
    )


def _excluded(grid: Grid, number: int) -> tuple[tuple[Rule, int], ...]:
    """How many offers each rule keeps from a learner, in order of the rules, if it keeps any."""
    counts = {rule: int(broken[number].sum()) for rule, broken in grid.broken.items()}
    counts[Rule.TAKEN] = int((grid.open[number] & ~grid.seats.room(grid.stay(number))).sum())
    return tuple((rule, counts[rule]) for rule in Rule if counts.get(rule))


def _ways_out(grid: Grid, placed: Placed) -> dict[int, int]:
    """The best other offer with a seat left, for those of the placed who have one."""
    found = {}
    for number, offer in sorted(placed.items()):
        others = grid.open[number] & grid.seats.room(grid.stay(number))
        others[offer] = False
        if others.any():
            found[number] = int(np.argmax(np.where(others, grid.base[number], -1)))
    return found


def _moves(grid: Grid, number: int, placed: Placed, ways_out: Mapping[int, int]) -> tuple[Move, ...]:
    """The moves of one learner that make room for another, the best places for the other first.

    In a best placing only those who are locked where they are stand in the way like this.
    """
    wanted = grid.open[number] & ~grid.seats.room(grid.stay(number))
    found = [
        (-int(grid.base[number, placed[mover]]), placed[mover], mover, to)
        for mover, to in ways_out.items()
        if wanted[placed[mover]]
        and grid.seats.has_room_without(grid.stay(mover), placed[mover], grid.stay(number))
    ]
    return tuple(
        Move(grid.offers[offer].key, grid.learners[mover].code, grid.offers[to].key)
        for _points, offer, mover, to in sorted(found)[:MOST_MOVES]
    )
