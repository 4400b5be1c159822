"""The seats of many offers in the weeks of stays, and who has taken them."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.cohorts import OpenOffer
from mapsvc.planning.weeks import week_of, weeks_of_stay

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Week = tuple[int, int]
Stay = tuple[date, date]  # its first and last day
MOST_SEATS = 1_000_000


class Seats:
    """Seats by offer and week. A stay takes a seat for whole weeks, of which it needs the working days.

    Where periods overlap, stays that need less of a week may have more seats to choose from. All stays in a
    week have a seat if, for every number, those with at most so many to choose from are not more.
    """

    def __init__(self, offers: Sequence[OpenOffer]) -> None:
        periods = [(number, period) for number, offer in enumerate(offers) for period in offer.periods]
        self._count = len(offers)
        self._owner = np.array([number for number, _period in periods], dtype=np.int64)
        self._first = np.array([period[0].toordinal() for _number, period in periods], dtype=np.int64)
        self._last = np.array([period[1].toordinal() for _number, period in periods], dtype=np.int64)
        self._seats = np.array([period[2] for _number, period in periods], dtype=np.int64)
        self._caps: dict[Stay, Integers] = {}
        self._room: dict[Stay, Mask] = {}
        self._taken: dict[Week, dict[int, list[int]]] = {}

    def of_days(self, start: date, end: date) -> Integers:
        """The seats of each offer in a period that holds all these days."""
        found = self._caps.get((start, end))
        if found is None:
            found = np.zeros(self._count, dtype=np.int64)
            held = (self._first <= start.toordinal()) & (self._last >= end.toordinal())
            np.maximum.at(found, self._owner[held], np.minimum(self._seats[held], MOST_SEATS))
            self._caps[start, end] = found
        return found

    def of_stay(self, stay: Stay) -> Integers:
        """The seats that each offer has in every week of a stay, before anybody is placed."""
        caps = [self.of_days(*days) for days in weeks_of_stay(*stay)]
        return np.minimum.reduce(caps) if caps else np.zeros(self._count, dtype=np.int64)

    def take(self, offer: int, stay: Stay) -> None:
        """Places somebody, whether there is room or not."""
        for start, end in weeks_of_stay(*stay):
            taken = self._taken.setdefault(week_of(start), {})
            taken.setdefault(offer, []).append(int(self.of_days(start, end)[offer]))
        self._room.clear()

    def taken(self, offer: int, week: Week) -> list[int]:
        """For each stay in that week how many seats it could choose from."""
        return self._taken.get(week, {}).get(offer, [])

    def room(self, stay: Stay) -> Mask:
        """The offers that have a seat left in every week of a stay."""
        rooms = [self._room_of_days(*days) for days in weeks_of_stay(*stay)]
        return np.logical_and.reduce(rooms) if rooms else np.zeros(self._count, dtype=np.bool_)

    def has_room_without(self, gone: Stay, offer: int, stay: Stay) -> bool:
        """Whether an offer has a seat in every week of a stay once somebody there for `gone` has left."""
        left = {week_of(start): int(self.of_days(start, end)[offer]) for start, end in weeks_of_stay(*gone)}
        for start, end in weeks_of_stay(*stay):
            others = list(self.taken(offer, week_of(start)))
            if week_of(start) in left:
                others.remove(left[week_of(start)])
            if not fits(int(self.of_days(start, end)[offer]), others):
                return False
        return True

    def _room_of_days(self, start: date, end: date) -> Mask:
        found = self._room.get((start, end))
        if found is None:
            caps = self.of_days(start, end)
            found = caps >= 1
            for offer, others in self._taken.get(week_of(start), {}).items():
                found[offer] = fits(int(caps[offer]), others)
            self._room[start, end] = found
        return found


def fits(seats: int, others: Sequence[int]) -> bool:
    """Whether one more finds one of `seats` in a week, with others who each have so many to choose from."""
    bounds = {seats, *(other for other in others if other > seats)}
    return seats >= 1 and all(sum(other <= bound for other in others) < bound for bound in bounds)
