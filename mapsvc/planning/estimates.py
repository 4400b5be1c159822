"""What stays would be paid: travel by distance, and each day by the rates that are known."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mapsvc.domain.grant_calls import Call
from mapsvc.planning.grants import TravelGrant, travel_grant
from mapsvc.planning.results import Stay


@dataclass(frozen=True, slots=True)
class Rate:
    """Cents a day in a country group, for the days first_day to last_day of a stay, both counted, from 1."""

    activity: str
    group: int
    first_day: int
    last_day: int
    cents: int
    example: bool


@dataclass(frozen=True, slots=True)
class Lack:
    """Days of a stay, both ends counted, for which no rate is known; group is None outside all groups."""

    group: int | None
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class DailySum:
    """What the days of a stay come to, in cents; lacking are the days without a rate, which count nothing."""

    cents: int
    lacking: tuple[Lack, ...]
    examples: bool  # whether a rate was used that is an example


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one stay would be paid; travel is None where nobody said where home is."""

    stay: Stay
    travel: TravelGrant | None
    travel_euro: int
    group: int | None
    daily: DailySum

    @property
    def cents(self) -> int:
        """Travel and days together, as far as they are known."""
        return self.travel_euro * 100 + self.daily.cents


def daily_sum(rates: Sequence[Rate], *, activity: str, group: int | None, days: int) -> DailySum:
    """What so many days come to in a country group; of several rates for a day the first counts."""
    usable = [rate for rate in rates if (rate.activity, rate.group) == (activity, group)]
    cents, examples, lacking = 0, False, list[int]()
    for day in range(1, days + 1):
        rate = next((one for one in usable if one.first_day <= day <= one.last_day), None)
        if rate is None:
            lacking.append(day)
        else:
            cents, examples = cents + rate.cents, examples or rate.example
    return DailySum(cents, tuple(Lack(group, first, last) for first, last in _runs(lacking)), examples)


def estimates(
    stays: Iterable[Stay], call: Call, rates: Sequence[Rate], *, activity: str, green: bool
) -> list[Estimate]:
    """What each stay would be paid, in their order; where the call has no green amount, the standard one."""
    return [_estimate(stay, call, rates, activity=activity, green=green) for stay in stays]


def total(found: Iterable[Estimate], part: Callable[[Estimate], int] = lambda one: one.cents) -> int:
    """The sum of a part of the estimates, of all they come to where none is given; in that part's unit."""
    return sum(part(one) for one in found)


def lacks(found: Iterable[Estimate]) -> list[Lack]:
    """The rates that are lacking: the days that any stay needs and none is known for, by group."""
    days: defaultdict[int | None, set[int]] = defaultdict(set)
    for one in found:
        for lack in one.daily.lacking:
            days[lack.group].update(range(lack.first_day, lack.last_day + 1))
    groups = sorted(days, key=lambda group: group or 0)
    return [Lack(group, first, last) for group in groups for first, last in _runs(sorted(days[group]))]


def _estimate(stay: Stay, call: Call, rates: Sequence[Rate], *, activity: str, green: bool) -> Estimate:
    start, offer = stay.learner.home or stay.start, stay.offer
    travel, paid = None, 0
    if start:
        travel = travel_grant(call, home=(start.lon, start.lat), host=(offer.lon, offer.lat))
        paid = travel.paid(green=green)
    group = call.group_of(offer.country)
    daily = daily_sum(rates, activity=activity, group=group, days=stay.days)
    return Estimate(stay, travel, paid, group, daily)


def _runs(days: Sequence[int]) -> list[tuple[int, int]]:
    """Days in order as runs of neighbours."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
