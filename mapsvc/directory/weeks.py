"""Which listings have seats in the weeks of a stay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.searches import Filters

WORKING_DAYS = 5  # Monday to Friday
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """The periods of all rows; first and last are days since 1 January of year 1."""

    rows: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    seats: NDArray[np.int32]

    def mask(self, filters: Filters, today: date, count: int) -> NDArray[np.bool_] | None:
        """Which of `count` rows have the seats asked for, None when neither days nor seats are asked for."""
        first = filters.first or filters.last
        if first is None and filters.seats is None:
            return None
        enough = self.seats >= (filters.seats or 1)
        if first is None:
            return self._rows(enough & (self.last >= today.toordinal()), count)
        mask = np.ones(count, dtype=np.bool_)
        for start, end in weeks_of_stay(first, filters.last or first):
            inside = enough & (self.first <= start.toordinal()) & (self.last >= end.toordinal())
            mask &= self._rows(inside, count)
        return mask

    def _rows(self, periods: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
        mask = np.zeros(count, dtype=np.bool_)
        mask[self.rows[periods]] = True
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


def periods(periods_by_row: Iterable[Iterable[list[Any]]]) -> Periods:
    """The periods of rows as columns.

    Each is [first day, last day, seats]: a day is a date or its ISO text, None leaves that end
    open; seats None means that one is sure.
    """
    rows: list[int] = []
    first: list[int] = []
    last: list[int] = []
    seats: list[int] = []
    for row, periods_of_row in enumerate(periods_by_row):
        for start, end, number in periods_of_row:
            rows.append(row)
            first.append(_ordinal(start, date.min))
            last.append(_ordinal(end, date.max))
            seats.append(1 if number is None else number)
    return Periods(*(np.array(column, dtype=np.int32) for column in (rows, first, last, seats)))


def _ordinal(day: date | str | None, absent: date) -> int:
    if day is None:
        return absent.toordinal()
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()
