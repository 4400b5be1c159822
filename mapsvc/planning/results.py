"""A placing with all that its files and its map tell of it: learners beside their hosts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyproj import Geod

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer, Spot
from mapsvc.planning.outcomes import LeftOver, Outcome, Placement

WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Stay:
    """A learner at a host; start is where the line to the host begins, None where nobody said."""

    learner: Learner
    offer: OpenOffer
    placement: Placement
    start: Spot | None

    @property
    def days(self) -> int:
        """How many days the stay lasts, the first and the last counted."""
        return (self.learner.last - self.learner.first).days + 1

    @property
    def start_km(self) -> float | None:
        """Kilometres on the ellipsoid from where the line begins to the host, None where it does not."""
        start = self.start
        return None if start is None else km_between(start.lon, start.lat, self.offer.lon, self.offer.lat)

    @property
    def home_km(self) -> float | None:
        """Kilometres on the ellipsoid from home to the host, None where no home is said."""
        home = self.learner.home
        return None if home is None else km_between(home.lon, home.lat, self.offer.lon, self.offer.lat)


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome, the learners and offers that it names, and what was asked for.

    offers are by their key. A learner or an offer that is no longer kept leaves its placement out.
    """

    cohort: str
    scenario: str
    learners: Sequence[Learner]
    offers: Mapping[str, OpenOffer]
    demands: Demands
    outcome: Outcome

    @property
    def by_code(self) -> dict[str, Learner]:
        """The learners by their code."""
        return {learner.code: learner for learner in self.learners}

    def stays(self) -> list[Stay]:
        """Everybody who has a host, in order of code; a line begins at the base, without one at home."""
        known = self.by_code
        return [
            Stay(
                learner=known[one.learner],
                offer=self.offers[one.offer],
                placement=one,
                start=self.demands.base or known[one.learner].home,
            )
            for one in self.outcome.placements
            if one.learner in known and one.offer in self.offers
        ]

    def left_over(self) -> list[tuple[Learner, LeftOver]]:
        """Everybody who has none, in order of code."""
        known = self.by_code
        return [(known[one.learner], one) for one in self.outcome.left_over if one.learner in known]

    def by_host(self) -> list[tuple[Stay, ...]]:
        """The stays of each host, in order of its name; each in order of first day and code."""
        ordered = sorted(
            self.stays(),
            key=lambda one: (
                one.offer.host.casefold(),
                one.offer.site_key,
                one.learner.first,
                one.learner.code,
            ),
        )
        return [tuple(stays) for _site, stays in groupby(ordered, key=lambda one: one.offer.site_key)]


def km_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Kilometres between two points in degrees of WGS 84, on the ellipsoid.

    Source: Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), doi:10.1007/s00190-012-0578-z, as
    PROJ computes it.
    """
    return float(WGS84.inv(lon, lat, other_lon, other_lat)[2]) / 1000
