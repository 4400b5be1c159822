"""In which of many outlines a point lies, off the coast and beside a border too."""

import math
from collections.abc import Iterable, Sequence

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
        for point in real.tolist():
            found[point] = self._settled(found[point], lonlat[point, 0], lonlat[point, 1], given[point])
        return [None if one is None else self._keys[one] for one in found]

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

    def _settled(self, covering: int | None, lon: float, lat: float, country: str | None) -> int | None:
        """The outline of a point whose covering one is known, looking around where need be."""
        if covering is not None and country in (None, self._countries[covering]):
            return covering
        reach = OFF_COAST_M if covering is None else ACROSS_BORDER_M
        near = [(metres, one) for metres, one in self._around(lon, lat, reach) if metres <= reach]
        own = [(m, one) for m, one in near if self._countries[one] == country and m <= ACROSS_BORDER_M]
        if covering is not None and not own:
            return covering
        return min(own or near, key=lambda pair: (pair[0], self._keys[pair[1]]), default=(0.0, None))[1]

    def _around(self, lon: float, lat: float, reach_m: float) -> Iterable[tuple[float, int]]:
        """The outlines that may lie within a distance, each with its own in metres.

        The nearest point of an outline is looked for on a local plane, and then measured on
        the ellipsoid. An outline that covers the point is 0 m away.
        """
        stretch = min(1.0 / max(math.cos(math.radians(lat)), 1e-9), LARGEST_STRETCH)
        half = reach_m / METRES_PER_DEGREE * 1.05
        window = (lon - half * stretch, lat - half, lon + half * stretch, lat + half)
        here = shapely.Point(lon / stretch, lat)
        for index in sorted(self._tree.query(shapely.box(*window)).tolist()):
            part = shapely.clip_by_rect(self._outlines[index], *window)
            if part.is_empty:
                continue
            plane = shapely.transform(part, lambda xy: xy / np.array([stretch, 1.0]))
            nearest = shapely.get_coordinates(shapely.shortest_line(plane, here))[0]
            yield float(WGS84.inv(lon, lat, nearest[0] * stretch, nearest[1])[2]), index
