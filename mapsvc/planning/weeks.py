"""The weeks of a stay, and the seats that an offer has in them."""

from collections.abc import Iterator
from datetime import date, timedelta

from mapsvc.planning.cohorts import OpenOffer

WORKING_DAYS = 5  # Monday to Friday
WEEK = timedelta(days=7)


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


def week_of(day: date) -> tuple[int, int]:
    """The ISO year and week of a day."""
    year, week, _day = day.isocalendar()
    return year, week


def weeks_of(first: date, last: date) -> tuple[tuple[int, int], ...]:
    """The ISO years and weeks in which a stay takes a seat, in order; none where it ends before it begins."""
    return tuple(week_of(start) for start, _end in weeks_of_stay(first, last))


def seats_of(offer: OpenOffer, start: date, end: date) -> int:
    """The seats of the largest period that holds all these days; 0 without one."""
    return max((seats for first, last, seats in offer.periods if first <= start and last >= end), default=0)


def free_seats(offer: OpenOffer, first: date, last: date) -> int:
    """The seats that an offer has in every week of a stay, before anybody is placed."""
    return min((seats_of(offer, start, end) for start, end in weeks_of_stay(first, last)), default=0)
