"""Distances on the ellipsoid: which points lie in a circle, and which are nearest.

Whether a point is inside, and which of two is nearer, is decided by the geodesic alone. The chord
between unit vectors only leaves out what cannot be in doubt: between the same two latitudes and
longitudes, a sphere of the mean radius and WGS 84 differ by at most 0.56 %.

Source: Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), doi:10.1007/s00190-012-0578-z,
as PROJ computes it.
"""

import math

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from mapsvc.directory.columns import Columns, Floats, Points, Rows, unit_vectors
from mapsvc.directory.searches import Near

WGS84 = Geod(ellps="WGS84")
MEAN_RADIUS_M = 6_371_008.8
DOUBT = 0.006  # of the distance, and at least:
LEAST_DOUBT_M = 2.0


def geodesics(near: Near, points: Points, places: NDArray[np.int32]) -> Floats:
    """Metres from near to the points at these places, in their order."""
    centre = np.full(len(places), near.lon), np.full(len(places), near.lat)
    metres: Floats = WGS84.inv(*centre, points.lon[places], points.lat[places])[2]
    return metres


def squared_chords(near: Near, points: Points) -> Floats:
    """Squared straight distance from near to every point, in a sphere of radius 1.

    From differences of coordinates: a product of vectors loses short distances to rounding.
    """
    centre = unit_vectors(np.array([near.lon]), np.array([near.lat]))
    difference = points.unit - centre
    chords: Floats = np.einsum("ij,ij->i", difference, difference)
    return chords


def points_inside(near: Near, points: Points, chords: Floats) -> NDArray[np.bool_]:
    """Which points are at most near.radius_km away; all of them without a radius."""
    if near.radius_km is None:
        return np.ones(len(points), dtype=np.bool_)
    radius_m = near.radius_km * 1000.0
    doubt = max(DOUBT * radius_m, LEAST_DOUBT_M)
    inside: NDArray[np.bool_] = chords <= _squared_chord(radius_m - doubt)
    ring = np.flatnonzero((chords <= _squared_chord(radius_m + doubt)) & ~inside).astype(np.int32)
    inside[ring] = geodesics(near, points, ring) <= radius_m
    return inside


def nearest(
    near: Near, columns: Columns, rows: Rows, chords: Floats, count: int | None
) -> tuple[Rows, Floats]:
    """The `count` nearest of the rows and their metres, nearest first, equal distances by id.

    All of them where count is None or more than there are.
    """
    if count is not None and count < len(rows):
        rows = _candidates(rows, chords[columns.points[rows]], count)
    places, of_row = np.unique(columns.points[rows], return_inverse=True)
    metres = geodesics(near, columns.at, places)[of_row]
    order = np.lexsort((columns.ids[rows], metres))[:count]
    return rows[order], metres[order]


def _candidates(rows: Rows, chords: Floats, count: int) -> Rows:
    """The rows among which the `count` nearest are for certain."""
    if count < 1:
        return rows[:0]
    reach = float(np.partition(chords, count - 1)[count - 1])
    reach_m = 2 * MEAN_RADIUS_M * math.asin(min(1.0, math.sqrt(reach) / 2))
    # Twice the doubt: the sphere may put the farthest wanted too near, and another too far.
    doubt = max(2.1 * DOUBT * reach_m, 2 * LEAST_DOUBT_M)
    return rows[chords <= _squared_chord(reach_m + doubt)]


def _squared_chord(metres: float) -> float:
    """The squared chord of a distance along the sphere; -1 (nothing) below 0, 5 (all) beyond half round."""
    if metres < 0:
        return -1.0
    angle = metres / MEAN_RADIUS_M
    return 5.0 if angle >= math.pi else float((2 * math.sin(angle / 2)) ** 2)
