"""Which listings have seats in the weeks of a stay."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from mapsvc.directory.columns import Columns, Integers, Mask, Rows, parts
from mapsvc.directory.searches import Filters

WORKING_DAYS = 5  # Monday to Friday
WEEK = timedelta(days=7)


def has_seats(columns: Columns, rows: Rows, filters: Filters, today: date) -> Mask:
    """Which of the rows have the seats that the filters ask for."""
    places, lengths = parts(columns.period_starts, rows)
    owner = np.repeat(np.arange(len(rows)), lengths)
    enough = columns.seats[places] >= (filters.seats or 1)
    first_day, last_day = columns.first[places], columns.last[places]
    first = filters.first or filters.last
    if first is None:
        return _owners(owner, enough & (last_day >= today.toordinal()), len(rows))
    mask = np.ones(len(rows), dtype=np.bool_)
    for start, end in weeks_of_stay(first, filters.last or first):
        inside = enough & (first_day <= start.toordinal()) & (last_day >= end.toordinal())
        mask &= _owners(owner, inside, len(rows))
    return mask


def _owners(owner: Integers, chosen: Mask, count: int) -> Mask:
    mask = np.zeros(count, dtype=np.bool_)
    mask[owner[chosen]] = True
    return mask


def weeks_of_stay(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days to have inside a period, week by week: the stay's working days of each ISO week.

    A week of which the stay has only Saturday or Sunday is left out, as days of travel, unless the
    whole stay is such days: then they are the days asked for.
    """
    worked = False
    start = first
    while start <= last:
        monday = start - timedelta(days=start.isoweekday() - 1)
        friday = monday + timedelta(days=WORKING_DAYS - 1)
        if start <= friday:
            worked = True
            yield start, min(friday, last)
        start = monday + WEEK
    if not worked and first <= last:
        yield first, last
