"""Kilometres on the ellipsoid between bases, towns and offers.

Source: Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), doi:10.1007/s00190-012-0578-z,
as PROJ computes it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from mapsvc.planning.cohorts import OpenOffer, Spot

WGS84 = Geod(ellps="WGS84")
SAME_TOWN_KM = 25.0
"""So near to each other, two places count as in the same town, and a place as in the town wished for."""
MEAN_RADIUS_KM = 6371.0088
SPHERE_DOUBT = 0.01
ROUNDING = 1e-12  # of the cosine of an angle

Floats = NDArray[np.float64]


def km_between(one: Spot | OpenOffer, other: Spot | OpenOffer) -> float:
    """The geodesic between two points in kilometres."""
    return float(WGS84.inv(one.lon, one.lat, other.lon, other.lat)[2]) / 1000


def km_from(spot: Spot | OpenOffer, offers: Sequence[OpenOffer]) -> Floats:
    """Kilometres from a point to each offer, in their order."""
    lon = np.array([offer.lon for offer in offers], dtype=np.float64)
    lat = np.array([offer.lat for offer in offers], dtype=np.float64)
    metres: Floats = WGS84.inv(np.full(len(lon), spot.lon), np.full(len(lat), spot.lat), lon, lat)[2]
    return metres / 1000


def near_spots(
    spots: Sequence[Spot | OpenOffer], offers: Sequence[OpenOffer], within_km: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The pairs that are so near: numbers of the points, numbers of the offers, and kilometres."""
    here, there = _on_sphere(spots), _on_sphere(offers)
    # No geodesic is shorter than a hundredth less than the chord on the mean sphere, so no pair is lost.
    most = within_km * (1 + SPHERE_DOUBT) / MEAN_RADIUS_KM
    one, other = np.nonzero(here @ there.T >= 1 - most**2 / 2 - ROUNDING)
    ends = [[getattr(at, axis) for at in side] for side in (spots, offers) for axis in ("lon", "lat")]
    mine, theirs = np.array(ends[:2])[:, one], np.array(ends[2:])[:, other]
    km: Floats = WGS84.inv(mine[0], mine[1], theirs[0], theirs[1])[2] / 1000
    near = km <= within_km
    return one[near], other[near], km[near]


def same_towns(offers: Sequence[OpenOffer]) -> NDArray[np.bool_]:
    """Offers by offers: which two lie within 25 km of each other."""
    near = np.zeros((len(offers), len(offers)), dtype=np.bool_)
    one, other, _km = near_spots(offers, offers, SAME_TOWN_KM)
    near[one, other] = True
    return near


def _on_sphere(points: Sequence[Spot | OpenOffer]) -> Floats:
    lon = np.radians([point.lon for point in points])
    lat = np.radians([point.lat for point in points])
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
