"""Placing by trying everything, from the words of the rules alone: slow, and without the engine's code."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from pyproj import Geod

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer, Wish
from mapsvc.planning.eligibility import broken_rules

ELLIPSOID = Geod(ellps="WGS84")
Places = Mapping[str, str]  # learners' codes, with the keys of offers


def best(
    learners: Sequence[Learner],
    offers: Sequence[OpenOffer],
    demands: Demands,
    pairs: Sequence[tuple[str, str]] = (),
) -> tuple[int, int]:
    """The most learners that can be placed and, with so many, the greatest sum of scores.

    Each of the pairs that is in one town counts 500 more.
    """
    locked = dict(demands.locks)
    return max(
        (len(places), total_score(learners, offers, demands, places) + 500 * _together(offers, places, pairs))
        for places in _placings(
            [one for one in learners if one.code not in locked], learners, offers, demands, locked
        )
    )


def _together(offers: Sequence[OpenOffer], places: Places, pairs: Sequence[tuple[str, str]]) -> int:
    keys = {offer.key: offer for offer in offers}
    ends = [(keys.get(places.get(one, "")), keys.get(places.get(other, ""))) for one, other in pairs]
    return sum(1 for here, there in ends if here and there and km(here.lon, here.lat, there) <= 25)


def _placings(
    left: Sequence[Learner],
    learners: Sequence[Learner],
    offers: Sequence[OpenOffer],
    demands: Demands,
    places: dict[str, str],
) -> Iterator[dict[str, str]]:
    if not left:
        yield places
        return
    yield from _placings(left[1:], learners, offers, demands, places)
    for offer in offers:
        if not broken_rules(left[0], offer, demands):
            more = places | {left[0].code: offer.key}
            if all_seated(offer, [one for one in learners if more.get(one.code) == offer.key]):
                yield from _placings(left[1:], learners, offers, demands, more)


def weeks(first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """Each week of a stay with the first and last working day there; days one by one."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    working = [day for day in days if day.isoweekday() <= 5] or days
    for week in dict.fromkeys(day.strftime("%G-%V") for day in working):
        inside = [day for day in working if day.strftime("%G-%V") == week]
        yield week, inside[0], inside[-1]


def choices(offer: OpenOffer, learner: Learner) -> Iterator[tuple[str, int]]:
    """For each week of a stay how many seats there are to choose from."""
    for week, first, last in weeks(learner.first, learner.last):
        seats = [number for start, end, number in offer.periods if start <= first and end >= last]
        yield week, max(seats, default=0)


def all_seated(offer: OpenOffer, there: Sequence[Learner]) -> bool:
    """Whether everybody there has a seat in each week, served in order of how few they can choose from."""
    by_week: dict[str, list[int]] = {}
    for learner in there:
        for week, seats in choices(offer, learner):
            by_week.setdefault(week, []).append(seats)
    return all(number < most for those in by_week.values() for number, most in enumerate(sorted(those)))


def total_score(
    learners: Sequence[Learner], offers: Sequence[OpenOffer], demands: Demands, places: Places
) -> int:
    """The sum of all scores of a placing, without counting its learners."""
    keys = {offer.key: offer for offer in offers}
    wish, distance, freshness, _spread = _most(demands)
    steps = slots(demands)
    total = 0
    for learner in learners:
        if learner.code in places:
            offer = keys[places[learner.code]]
            total += _wish(learner, offer, wish) + _distance(learner, offer, demands, distance)
            total += _freshness(offer, demands, freshness)
    for count in Counter(keys[key].site_key for key in places.values()).values():
        total += sum(steps[min(place, 4)] for place in range(count))
    return total


def slots(demands: Demands) -> list[int]:
    """The points for the first learner at a site, the second and so on; the last for all after."""
    return [_most(demands)[3] * share // 100 for share in (100, 75, 50, 25, 0)]


def _most(demands: Demands) -> list[int]:
    weights = demands.weights
    shares = [weights.wish, weights.distance, weights.freshness, weights.spread]
    sums = [sum(shares[:number]) for number in range(5)]
    if not sums[-1]:
        return [0, 0, 0, 0]
    return [1000 * sums[number + 1] // sums[-1] - 1000 * sums[number] // sums[-1] for number in range(4)]


def km(lon: float, lat: float, offer: OpenOffer) -> float:
    return _km(lon, lat, offer.lon, offer.lat)


@cache
def _km(*ends: float) -> float:
    return ELLIPSOID.inv(*ends)[2] / 1000


def _met(wish: Wish, offer: OpenOffer) -> bool:
    if wish.kind == "town":
        return wish.spot is not None and km(wish.spot.lon, wish.spot.lat, offer) <= 25
    return wish.key in (offer.regions if wish.kind == "region" else [offer.country])


def _wish(learner: Learner, offer: OpenOffer, most: int) -> int:
    if not learner.wishes:
        return most // 2
    ranks = [rank for rank, wish in enumerate(learner.wishes) if _met(wish, offer)]
    return most * [100, 80, 60, 40, 20][min(ranks[0], 4)] // 100 if ranks else 0


def _distance(learner: Learner, offer: OpenOffer, demands: Demands, most: int) -> int:
    spots = [wish.spot for wish in learner.wishes if wish.spot]
    spot = demands.base or (spots[0] if spots else None)
    return int(most * 100 / (100 + km(spot.lon, spot.lat, offer))) if spot else most // 2


def _freshness(offer: OpenOffer, demands: Demands, most: int) -> int:
    if offer.confirmed_on is None:
        return 0
    age = (demands.today - offer.confirmed_on).days
    return most * max(0, min(700, 730 - age)) // 700
