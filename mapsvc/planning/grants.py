"""What a journey is paid, by its distance: the travel grant of the Erasmus+ programme.

The bands of the programme are whole kilometres ("10 to 99", "100 to 499"), and it does not say what happens
between them. Our rule: only a full kilometre counts. Who has 99.6 km to go has not reached 100 km, and is in
the band of 10 to 99; below 10 full kilometres nothing is paid. The distance is measured to the metre, and
what is shown with one decimal is cut, not rounded, so that it never says more than the band.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapsvc.domain.grant_calls import Band, Call
from mapsvc.planning.results import km_between

METRES_PER_KM = 1000


@dataclass(frozen=True, slots=True)
class TravelGrant:
    """What one participant is paid for the round trip, by the distance one way.

    distance_m is the geodesic in whole metres. band is None below the least distance of the call: then
    standard and green are 0. green is None where the call has no amount of its own for green travel.
    """

    call: Call
    distance_m: int
    band: Band | None

    @property
    def distance_km(self) -> float:
        """The distance in kilometres, to the metre."""
        return self.distance_m / METRES_PER_KM

    @property
    def shown_km(self) -> float:
        """The distance in kilometres, cut after one decimal."""
        return self.distance_m // 100 / 10

    @property
    def standard(self) -> int:
        """Euro for travel of any kind."""
        return self.band.standard if self.band else 0

    @property
    def green(self) -> int | None:
        """Euro for green travel, None where the call has no amount of its own."""
        return self.band.green if self.band else 0

    def paid(self, *, green: bool) -> int:
        """Euro for travel, green or not; the standard amount where the call has none for green travel."""
        return self.green if green and self.green is not None else self.standard

    def answer(self) -> Mapping[str, object]:
        """The same for programs: distance_km, band (None for none), travel, source."""
        return {
            "distance_km": self.distance_km,
            "band": self.band.key if self.band else None,
            "travel": {"standard": self.standard, "green": self.green},
            "source": self.call.source,
        }


def travel_grant(call: Call, *, home: tuple[float, float], host: tuple[float, float]) -> TravelGrant:
    """What the journey from home to a host is paid in a call; both are longitude and latitude in WGS 84.

    Source of the distance: Karney, "Algorithms for geodesics", J. Geodesy 87 (2013),
    doi:10.1007/s00190-012-0578-z, as PROJ computes it. Source of the amounts: `call.source`.
    """
    metres = round(km_between(*home, *host) * METRES_PER_KM)
    return TravelGrant(call, metres, band_at(call.bands, metres))


def band_at(bands: Sequence[Band], distance_m: int) -> Band | None:
    """The band of a distance in metres, by its full kilometres; None below the first."""
    full_km = distance_m // METRES_PER_KM
    return next((band for band in reversed(bands) if full_km >= band.from_km), None)
