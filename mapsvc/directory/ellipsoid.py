"""Distances on the ellipsoid: which points lie in a circle, and which are nearest.

Whether a point is inside, and which of two is nearer, is decided by the geodesic alone. The straight
line between two points on the ellipsoid only leaves out what cannot be in doubt.

Source: Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), doi:10.1007/s00190-012-0578-z,
as PROJ computes it.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from mapsvc.directory.columns import Columns, Floats, Rows, Sites, distinct_in_order
from mapsvc.directory.searches import Near

WGS84 = Geod(ellps="WGS84")
MEAN_RADIUS_M = 6_371_008.8
ROUNDING_M = 2.0  # of positions in single precision: 0.7 m was the most in four million pairs
PER_CUBIC_METRE = 1.5e-17
"""A geodesic of d metres and the arc over its chord differ by at most 1.16e-17 d³ up to 4,000 km, and by
1.2e-17 d³ up to 10,000 km (400,000 random pairs a distance)."""
FAR_M = 10_000_000.0
FAR_DOUBT = 0.06  # of the distance beyond FAR_M; 0.037 was the most in a million pairs


def positions(lon: Any, lat: Any) -> Floats:
    """Points of the ellipsoid in metres from the centre of the earth, shape (n, 3)."""
    east, north = np.radians(lon), np.radians(lat)
    across = WGS84.a / np.sqrt(1 - WGS84.es * np.sin(north) ** 2)
    level = across * np.cos(north)
    return np.column_stack(
        (level * np.cos(east), level * np.sin(east), across * (1 - WGS84.es) * np.sin(north))
    )


def _position(lon: float, lat: float) -> tuple[float, float, float]:
    """positions() of one point, without the cost of arrays."""
    east, north = math.radians(lon), math.radians(lat)
    across = WGS84.a / math.sqrt(1 - WGS84.es * math.sin(north) ** 2)
    level = across * math.cos(north)
    return level * math.cos(east), level * math.sin(east), across * (1 - WGS84.es) * math.sin(north)


def geodesics(near: Near, columns: Columns, sites: Sites) -> Floats:
    """Metres from near to these sites, in their order."""
    centre = np.full(len(sites), near.lon), np.full(len(sites), near.lat)
    metres: Floats = WGS84.inv(*centre, columns.lon[sites], columns.lat[sites])[2]
    return metres


def squared_chords(near: Near, columns: Columns, sites: Sites | slice) -> NDArray[np.float32]:
    """Squared straight distance in square metres from near to these sites."""
    centre = np.array(_position(near.lon, near.lat), dtype=np.float32)
    between = columns.xyz[sites] - centre
    chords: NDArray[np.float32] = np.einsum("ij,ij->i", between, between)
    return chords


def sites_inside(near: Near, columns: Columns, sites: Sites) -> Sites:
    """Those of the sites that are at most near.radius_km away."""
    if near.radius_km is None:
        return sites
    radius_m = near.radius_km * 1000.0
    chords = squared_chords(near, columns, sites)
    inside = chords <= _squared_chord(radius_m - _doubt(radius_m))
    ring = np.flatnonzero(chords <= _squared_chord(radius_m + _doubt(radius_m)))
    ring = ring[~inside[ring]]
    inside[ring] = geodesics(near, columns, sites[ring]) <= radius_m
    found: Sites = sites[inside]
    return found


def nearest(near: Near, columns: Columns, rows: Rows, count: int) -> tuple[Rows, Floats]:
    """The `count` nearest of the rows, given in order, and their metres: nearest first, then by id."""
    if count < len(rows):
        rows = _candidates(near, columns, rows, count)
    sites, of_row = distinct_in_order(columns.site_of[rows])
    metres = geodesics(near, columns, sites)[of_row]
    order = np.lexsort((columns.ids[rows], metres))[:count]
    return rows[order], metres[order]


def reach_m(chords: NDArray[np.float32], count: int) -> float:
    """A distance within which at least `count` of the points lie whose squared chords these are."""
    farthest = float(np.partition(chords, count - 1)[count - 1])
    along = 2 * MEAN_RADIUS_M * math.asin(min(1.0, math.sqrt(farthest) / 2 / MEAN_RADIUS_M))
    return along + _doubt(along)


def _candidates(near: Near, columns: Columns, rows: Rows, count: int) -> Rows:
    """The rows among which the `count` nearest are for certain."""
    if count < 1:
        return rows[:0]
    chords = squared_chords(near, columns, columns.site_of[rows])
    reach = reach_m(chords, count)
    found: Rows = rows[chords <= _squared_chord(reach + _doubt(reach))]
    return found


def _doubt(metres: float) -> float:
    """By how much a geodesic of about so many metres may differ from the arc over its chord."""
    if metres > FAR_M:
        return FAR_DOUBT * metres
    return ROUNDING_M + PER_CUBIC_METRE * metres**3


def _squared_chord(metres: float) -> float:
    """The squared chord of an arc of the mean radius; -1 (nothing) below 0, infinite beyond half round."""
    if metres < 0:
        return -1.0
    angle = metres / MEAN_RADIUS_M
    return math.inf if angle >= math.pi else (2 * MEAN_RADIUS_M * math.sin(angle / 2)) ** 2
