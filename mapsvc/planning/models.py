"""A problem as rows and columns of a linear programme, of which only columns that may matter are made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from mapsvc.planning.problems import PAIR_POINTS, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Entries = tuple[Integers, Integers, int]  # of a matrix: rows, columns and the value of all of them
NOTHING: Entries = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 1)


@dataclass(frozen=True)
class Columns:
    """What a solver gets: most worth @ x with rows @ x <= most_of_row and 0 <= x <= most.

    The first columns are places, in order of group and offer; then what later learners at a site lose;
    then met pairs. The first rows are the groups, then the seats, then the sites.
    """

    groups: Integers
    offers: Integers
    worth: Floats
    rows: csr_array
    most_of_row: Floats
    most: Floats


@dataclass(frozen=True)
class Relaxed:
    """The best of a linear programme: the values of its columns, and what each row's limit is worth."""

    values: Floats
    duals: Floats


@dataclass(frozen=True)
class Closed:
    """The best whole numbers found; None where none were in time. No whole numbers give more than bound."""

    values: Integers | None
    bound: float


def columns_of(problem: Problem, chosen: Mask) -> Columns:
    """The columns for the chosen pairs of group and offer, with those that go with them."""
    groups, offers = np.nonzero(chosen)
    count = len(groups)
    seat_rows, seat_columns = _seats(problem, groups, offers)
    first_site = len(problem.groups) + len(problem.row_seats)
    loss_site, losses, loss_most = _losses(problem)
    sites = len(problem.at_site) if problem.slots[0] else 0
    entries: list[Entries] = [
        (groups, np.arange(count), 1),
        (len(problem.groups) + seat_rows, seat_columns, 1),
        (first_site + problem.site[offers], np.arange(count), 1) if sites else NOTHING,
        (first_site + loss_site, count + np.arange(len(losses)), -1),
    ]
    limits = [problem.sizes, problem.row_seats, np.where(problem.at_site[:sites] > 0, 0, 1)]
    own, of_places, met = _pairs(problem, groups, offers)
    entries += [(first_site + sites + row, count + len(losses) + column, value) for row, column, value in own]
    entries += [(first_site + sites + row, column, value) for row, column, value in of_places]
    row = np.concatenate([np.asarray(rows) for rows, _columns, _value in entries])
    column = np.concatenate([np.asarray(columns) for _rows, columns, _value in entries])
    value = np.concatenate([np.full(len(rows), value) for rows, _columns, value in entries])
    most_of_row = np.concatenate([*limits, np.zeros(2 * met)]).astype(np.float64)
    worth = problem.place_points + problem.worth[groups, offers]
    return Columns(
        groups,
        offers,
        np.concatenate([worth, -losses, np.full(met, PAIR_POINTS)]).astype(np.float64),
        csr_array(
            (value.astype(np.float64), (row, column)), shape=(len(most_of_row), count + len(losses) + met)
        ),
        most_of_row,
        np.concatenate([problem.sizes[groups], loss_most, np.ones(met)]),
    )


def _seats(problem: Problem, groups: Integers, offers: Integers) -> tuple[Integers, Integers]:
    """Which place takes a seat in which row: rows, and places."""
    starts = np.searchsorted(problem.row_offer, np.arange(len(problem.site) + 1))
    counts = starts[offers + 1] - starts[offers]
    places = np.repeat(np.arange(len(groups)), counts)
    offsets = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = starts[offers[places]] + offsets
    taken = problem.in_row[rows, problem.stays[groups[places]]]
    return rows[taken], places[taken]


def _losses(problem: Problem) -> tuple[Integers, Integers, Floats]:
    """What each later learner at a site loses against the first: sites, points, and how many lose so much."""
    if not problem.slots[0]:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    sites, points, most = [], [], []
    last = len(problem.slots)
    for site, locked in enumerate(problem.at_site.tolist()):
        for place in range(min(max(2, locked + 1), last), last + 1):
            sites.append(site)
            points.append(problem.slots[0] - problem.slots[place - 1])
            most.append(np.inf if place == last else 1.0)
    return np.array(sites), np.array(points), np.array(most)


def _pairs(problem: Problem, groups: Integers, offers: Integers) -> tuple[list[Entries], list[Entries], int]:
    """One column for each offer at which a pair can be met by its first, and two rows for each.

    It needs the first to be there, and the other in the same town. What comes back are entries of the
    columns for met pairs, entries of the places, both with rows counted from 0, and how many columns.
    """
    met = 0
    own: list[Entries] = []
    of_places: list[Entries] = []
    for pair in problem.pairs:
        mine, theirs = np.flatnonzero(groups == pair.one), np.flatnonzero(groups == pair.other)
        columns = met + np.arange(len(mine))
        at_mine, at_theirs = np.nonzero(problem.near[np.ix_(offers[mine], offers[theirs])])
        own += [(2 * columns, columns, 1), (2 * columns + 1, columns, 1)]
        of_places += [(2 * columns, mine, -1), (2 * columns[at_mine] + 1, theirs[at_theirs], -1)]
        met += len(mine)
    return own, of_places, met


def relaxed(columns: Columns) -> Relaxed:
    """The best of the columns in broken numbers; exact but for rounding."""
    found = linprog(
        -columns.worth,
        A_ub=columns.rows,
        b_ub=columns.most_of_row,
        bounds=np.column_stack((np.zeros(len(columns.most)), columns.most)),
        method="highs-ds",
    )
    if found.status != 0:
        raise ArithmeticError(found.message)
    return Relaxed(found.x, np.maximum(0.0, -found.ineqlin.marginals))


def closed(columns: Columns, *, within_s: float | None = None) -> Closed:
    """The best of the columns in whole numbers, proved so unless the time is over before."""
    places = len(columns.groups)
    limit = {} if within_s is None else {"time_limit": within_s}
    found = milp(
        -columns.worth,
        integrality=np.ones(len(columns.worth)),
        bounds=Bounds(np.zeros(len(columns.most)), columns.most),
        constraints=LinearConstraint(columns.rows, ub=columns.most_of_row),
        options={"mip_rel_gap": 0.0, **limit},
    )
    if found.status not in {0, 1}:
        raise ArithmeticError(found.message)
    bound = -found.mip_dual_bound if found.mip_dual_bound is not None else np.inf
    values = None if found.x is None else np.rint(found.x[:places]).astype(np.int64)
    return Closed(values, float(bound))
