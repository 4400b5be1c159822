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


def same_towns(offers: Sequence[OpenOffer]) -> NDArray[np.bool_]:
    """Offers by offers: which two lie within 25 km of each other, on the ellipsoid."""
    lon = np.radians([offer.lon for offer in offers])
    lat = np.radians([offer.lat for offer in offers])
    points = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    chord_km = MEAN_RADIUS_KM * np.sqrt(np.clip(2 - 2 * points @ points.T, 0, None))
    near: NDArray[np.bool_] = chord_km <= SAME_TOWN_KM
    # The sphere is off by less than a hundredth: those that it cannot decide are measured.
    one, other = np.nonzero(np.abs(chord_km - SAME_TOWN_KM) < SAME_TOWN_KM * SPHERE_DOUBT)
    east, north = np.degrees(lon), np.degrees(lat)
    metres = WGS84.inv(east[one], north[one], east[other], north[other])[2]
    near[one, other] = metres / 1000 <= SAME_TOWN_KM
    return near
