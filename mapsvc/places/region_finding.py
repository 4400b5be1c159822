"""In which of many outlines a point lies, off the coast and beside a border too."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

OFF_COAST_M = 20_000.0
ACROSS_BORDER_M = 5_000.0
METRES_PER_DEGREE = 110_500.0  # of latitude, the least there is: boxes come out a little too large
GLOBE = np.array([180.0, 90.0])  # the largest longitude and latitude
LARGEST_STRETCH = 50.0  # of a degree of longitude against one of latitude, near the poles
WGS84 = Geod(ellps="WGS84")


class Finder:
    """Outlines in degrees of WGS 84, each with its key and the country that it belongs to.

    A point that several outlines cover lies in the first of them, so the order counts.
    """

    def __init__(
        self, keys: Sequence[str], countries: Sequence[str], outlines: Sequence[BaseGeometry]
    ) -> None:
        self._keys, self._countries, self._outlines = keys, countries, outlines
        self._tree = shapely.STRtree(outlines)

    def touching(self, shape: BaseGeometry) -> list[int]:
        """The places, in the given order, of the outlines that touch a shape."""
        return sorted(self._tree.query(shape, predicate="intersects").tolist())

    def keys_at(
        self,
        lons: Sequence[float] | NDArray[np.floating],
        lats: Sequence[float] | NDArray[np.floating],
        countries: Sequence[str | None] | None = None,
    ) -> list[str | None]:
        """The keys of the outlines at many points in WGS 84 degrees, in the same order.

        Off the coast it is the nearest outline within 20 km on the ellipsoid, None beyond. Where a
        point's country is known, an outline of it within 5 km comes before one of a neighbour that
        covers the point: outlines are simplified, and towns lie on borders. None too for
        coordinates that are not on the globe. lons, lats and countries, when given, have one
        length; ValueError when not.
        """
        lonlat = np.array([lons, lats], dtype=float).T.reshape(-1, 2)
        given = countries if countries is not None else [None] * len(lonlat)
        if len(given) != len(lonlat):
            raise ValueError("countries must be as many as points")
        with np.errstate(invalid="ignore"):
            real = np.flatnonzero((np.abs(lonlat) <= GLOBE).all(axis=1))
        found = self._covering(lonlat, real, given)
        unsettled = [point for point in real.tolist() if not self._is_settled(found[point], given[point])]
        for point, near in self._near(lonlat, unsettled, found):
            lon, lat = lonlat[point].tolist()
            found[point] = self._settled(found[point], lon, lat, given[point], near)
        return [None if one is None else self._keys[one] for one in found]

    def _is_settled(self, covering: int | None, country: str | None) -> bool:
        return covering is not None and country in (None, self._countries[covering])

    def _covering(
        self, lonlat: NDArray[np.floating], real: NDArray[np.integer], given: Sequence[str | None]
    ) -> list[int | None]:
        """The outline over each point: one of its country if there is one, else the first."""
        found: list[int | None] = [None] * len(lonlat)
        points, outlines = self._tree.query(shapely.points(lonlat[real]), predicate="intersects")
        pairs = zip(real[points].tolist(), outlines.tolist(), strict=True)
        for point, outline in sorted(pairs, reverse=True):
            if found[point] is None or self._countries[outline] == given[point]:
                found[point] = outline
        return found

    def _near(
        self, lonlat: NDArray[np.floating], points: Sequence[int], covering: Sequence[int | None]
    ) -> Iterator[tuple[int, list[int]]]:
        """The points near which outlines may lie, each with these in order. All are asked for at once."""
        places = np.array(points, dtype=int)
        covered = np.array([covering[point] is not None for point in points], dtype=bool)
        windows = _windows(lonlat[places], np.where(covered, ACROSS_BORDER_M, OFF_COAST_M))
        asked, outlines = self._tree.query(shapely.box(*windows.T))
        order = np.lexsort((outlines, asked))
        pairs = zip(places[asked[order]].tolist(), outlines[order].tolist(), strict=True)
        for point, near in groupby(pairs, key=itemgetter(0)):
            yield point, [outline for _, outline in near]

    def _settled(
        self, covering: int | None, lon: float, lat: float, country: str | None, candidates: Iterable[int]
    ) -> int | None:
        """The outline of a point that no outline of its country is known to cover, of those near it."""
        reach = OFF_COAST_M if covering is None else ACROSS_BORDER_M
        if covering is not None:
            candidates = [one for one in candidates if self._countries[one] == country]
        near = [(self._metres(one, lon, lat, reach), one) for one in candidates]
        near = [(metres, one) for metres, one in near if metres <= reach]
        own = [(m, one) for m, one in near if self._countries[one] == country and m <= ACROSS_BORDER_M]
        return min(own or near, key=lambda pair: (pair[0], self._keys[pair[1]]), default=(0.0, covering))[1]

    def _metres(self, outline: int, lon: float, lat: float, reach_m: float) -> float:
        """How far an outline is, infinite when beyond the window around the point.

        Its nearest point is looked for on a local plane, and then measured on the ellipsoid. An
        outline that covers the point is 0 m away.
        """
        window = _windows(np.array([[lon, lat]]), np.array([reach_m]))[0]
        part = shapely.clip_by_rect(self._outlines[outline], *window)
        if part.is_empty:
            return math.inf
        stretch = np.array([float(_stretch(np.array(lat))), 1.0])
        plane = shapely.transform(part, lambda xy: xy / stretch)
        line = shapely.shortest_line(plane, shapely.Point([lon, lat] / stretch))
        nearest = shapely.get_coordinates(line)[0] * stretch
        return float(WGS84.inv(lon, lat, *nearest)[2])


def _stretch(lats: NDArray[np.floating]) -> NDArray[np.floating]:
    """Degrees of longitude that are as long as one of latitude, bounded near the poles."""
    cosines = np.maximum(np.cos(np.radians(lats)), 1.0 / LARGEST_STRETCH)
    return np.asarray(1.0 / cosines)


def _windows(lonlat: NDArray[np.floating], reach_m: NDArray[np.floating]) -> NDArray[np.floating]:
    """Boxes in degrees, a row each of west, south, east and north, that hold all within reach of points."""
    half = reach_m / METRES_PER_DEGREE * 1.05
    sides = np.stack([half * _stretch(lonlat[:, 1]), half], axis=1)
    return np.hstack([lonlat - sides, lonlat + sides])
