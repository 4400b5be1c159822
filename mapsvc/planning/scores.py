"""How good a place is for a learner, in whole points from 0 to 1,000."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer, Spot, Weights, Wish, WishKind
from mapsvc.planning.distances import SAME_TOWN_KM, Floats, km_from
from mapsvc.planning.outcomes import Part

MOST_POINTS = 1000
WISH_SHARES = (
    100,
    80,
    60,
    40,
    20,
)  # per cent for the first wish, the second, and so on; the last for all after
HALF_WAY_KM = 100.0
"""At this distance half of its points are left; at twice as much a third."""
FRESH_DAYS = 30  # confirmed so lately an entry has all points of freshness,
STALE_DAYS = 730  # and none from here on
SPREAD_SHARES = (100, 75, 50, 25, 0)  # per cent for the first learner at a site, the second, and so on

Integers = NDArray[np.int64]


def points_of(weights: Weights) -> dict[Part, int]:
    """The most points of each part; they sum to 1,000, or are all 0 where no weight is set."""
    shares = {
        Part.WISH: weights.wish,
        Part.DISTANCE: weights.distance,
        Part.FRESHNESS: weights.freshness,
        Part.SPREAD: weights.spread,
    }
    total = sum(shares.values())
    points, before = {}, 0
    for part, share in shares.items():
        points[part] = _up_to(before + share, total) - _up_to(before, total)
        before += share
    return points


def _up_to(share: int, total: int) -> int:
    return MOST_POINTS * share // total if total else 0


def spread_points(most: int) -> tuple[int, ...]:
    """The points for the first learner at a site, the second, and so on; the last, 0, is for all after.

    They never rise, so that the best placing fills them in this order by itself.
    """
    return tuple(most * share // 100 for share in SPREAD_SHARES)


class Scores:
    """The points of each learner at each offer, without those for the spread, which depend on the others."""

    def __init__(self, offers: Sequence[OpenOffer], demands: Demands) -> None:
        self.points = points_of(demands.weights)
        self.base_km = None if demands.base is None else km_from(demands.base, offers)
        self.freshness = _freshness(offers, demands.today, self.points[Part.FRESHNESS])
        self._offers = offers
        self._met: dict[Wish, NDArray[np.bool_]] = {}
        self._from: dict[Spot, Integers] = {}

    def ranks(self, learner: Learner) -> Integers:
        """The rank of the first wish that each offer meets, 0 where it meets none."""
        found = np.zeros(len(self._offers), dtype=np.int64)
        for rank, wish in reversed(list(enumerate(learner.wishes, start=1))):
            found[self._meets(wish)] = rank
        return found

    def parts(self, learner: Learner) -> Mapping[Part, Integers]:
        """The points of each part but SPREAD, for each offer."""
        return {
            Part.WISH: self._wish(learner),
            Part.DISTANCE: self._distance(learner),
            Part.FRESHNESS: self.freshness,
        }

    def _wish(self, learner: Learner) -> Integers:
        most = self.points[Part.WISH]
        if not learner.wishes:
            return np.full(len(self._offers), most // 2)
        shares = [0, *(_wish_share(rank) for rank in range(len(learner.wishes)))]
        return np.array([most * share // 100 for share in shares], dtype=np.int64)[self.ranks(learner)]

    def _distance(self, learner: Learner) -> Integers:
        most = self.points[Part.DISTANCE]
        if self.base_km is not None:
            return near_points(most, self.base_km)
        spot = next((wish.spot for wish in learner.wishes if wish.spot is not None), None)
        if spot is None:
            return np.full(len(self._offers), most // 2)
        if spot not in self._from:
            self._from[spot] = near_points(most, km_from(spot, self._offers))
        return self._from[spot]

    def _meets(self, wish: Wish) -> NDArray[np.bool_]:
        if wish not in self._met:
            self._met[wish] = meets(wish, self._offers)
        return self._met[wish]


def _wish_share(place: int) -> int:
    return WISH_SHARES[min(place, len(WISH_SHARES) - 1)]


def meets(wish: Wish, offers: Sequence[OpenOffer]) -> NDArray[np.bool_]:
    """Which offers meet a wish: those in the country, in the region, or within 25 km of the town."""
    if wish.kind is WishKind.COUNTRY:
        return np.array([offer.country == wish.key for offer in offers], dtype=np.bool_)
    if wish.kind is WishKind.REGION:
        return np.array([wish.key in offer.regions for offer in offers], dtype=np.bool_)
    if wish.spot is None:
        return np.zeros(len(offers), dtype=np.bool_)
    near: NDArray[np.bool_] = km_from(wish.spot, offers) <= SAME_TOWN_KM
    return near


def near_points(most: int, km: Floats) -> Integers:
    """Whole points that fall with the distance: all at 0 km, half at 100 km."""
    return np.floor(most * HALF_WAY_KM / (HALF_WAY_KM + km)).astype(np.int64)


def _freshness(offers: Sequence[OpenOffer], today: date, most: int) -> Integers:
    ages = np.array(
        [STALE_DAYS if offer.confirmed_on is None else (today - offer.confirmed_on).days for offer in offers],
        dtype=np.int64,
    )
    left = np.clip(STALE_DAYS - ages, 0, STALE_DAYS - FRESH_DAYS)
    found: Integers = most * left // (STALE_DAYS - FRESH_DAYS)
    return found
