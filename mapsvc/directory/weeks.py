"""Which listings have seats in the weeks of a stay."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.columns import Columns, Integers, Mask, Rows
from mapsvc.directory.searches import Filters
from mapsvc.planning.weeks import weeks_of_stay

MOST_COUNTED = 65_535  # seats, by which a row is told from others where no dates are asked for


def has_seats(columns: Columns, rows: Rows, filters: Filters, today: date) -> Mask:
    """Which of the rows have the seats that the filters ask for."""
    wanted = filters.seats or 1
    if filters.first is None and filters.last is None and wanted <= MOST_COUNTED:
        found: Mask = open_seats(columns, today)[rows] >= wanted
        return found
    periods = list(_periods(columns, rows, wanted))
    mask = np.ones(len(rows), dtype=np.bool_)
    for start, end in _wanted(filters, today):
        met = np.zeros(len(rows), dtype=np.bool_)
        for holders, first_day, last_day in periods:
            met[holders[(first_day <= start) & (last_day >= end)]] = True
        mask &= met
    return mask


def open_seats(columns: Columns, today: date) -> NDArray[np.uint16]:
    """For each row the most seats of a period that is not over, 0 without any; kept for the day."""
    found = columns.kept_of_day.get(today)
    if found is None:
        found = np.zeros(len(columns), dtype=np.uint16)
        begins = columns.period_starts[:-1]
        holders = np.flatnonzero(begins < columns.period_starts[1:])
        if len(holders):
            seats = np.where(columns.last >= today.toordinal(), columns.seats, 0).clip(0, MOST_COUNTED)
            found[holders] = np.maximum.reduceat(seats, begins[holders])
        columns.kept_of_day.clear()
        columns.kept_of_day[today] = found
    return found


def _periods(columns: Columns, rows: Rows, seats: int) -> Iterator[tuple[Integers, Rows, Rows]]:
    """The first period of each row, the second of each, and so on, of those with enough seats: whose it is
    (places in rows), its first and its last day.
    """
    places, ends = columns.period_starts[rows], columns.period_starts[rows + 1]
    holders = np.flatnonzero(places < ends)
    while len(holders):
        here = places[holders]
        enough = columns.seats[here] >= seats
        yield holders[enough], columns.first[here[enough]], columns.last[here[enough]]
        places = places + 1
        holders = holders[here + 1 < ends[holders]]


def _wanted(filters: Filters, today: date) -> Iterator[tuple[int, int]]:
    """For each period that is needed: by which day it has to have begun, and the day that it has to reach."""
    first = filters.first or filters.last
    if first is None:
        yield date.max.toordinal(), today.toordinal()
        return
    for start, end in weeks_of_stay(first, filters.last or first):
        yield start.toordinal(), end.toordinal()
