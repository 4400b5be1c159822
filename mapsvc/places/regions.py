"""The regions of Europe: which one a point lies in, and what it is called.

The outlines are Natural Earth's admin-1 units, simplified to about 2 km and partly dissolved
(data/regions). They are not the statistical regions of the European Union.
"""

import gzip
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import orjson
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from mapsvc.resources import resource

NAMES, OUTLINES = "regions.json.gz", "regions.geojson.gz"  # the same regions in the same order
OFF_COAST_M = 20_000.0
ACROSS_BORDER_M = 5_000.0
METRES_PER_DEGREE = 110_500.0  # of latitude, the least there is: boxes come out a little too large
GLOBE = np.array([180.0, 90.0])  # the largest longitude and latitude
LARGEST_STRETCH = 50.0  # of a degree of longitude against one of latitude, near the poles
WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its id (ISO 3166-2, or our own such as LV-~latgale), what it is called there,
    its country (ISO 3166-1 alpha-2), the id of the larger region it is part of (None when it is
    of the larger level itself) and its names by language.
    """

    id: str
    name: str
    country: str
    parent: str | None
    names: Mapping[str, str]

    @property
    def level(self) -> int:
        """1 for the larger regions (and those of countries with one level), 2 for the finer."""
        return 2 if self.parent else 1


class Regions:
    """All regions with their outlines. A point lies in the finest one there is.

    The outlines are read when the first point is looked for: they take some 40 MB, and most
    processes ask for names alone.
    """

    def __init__(self, regions: Iterable[Region], outlines: Callable[[], Sequence[BaseGeometry]]) -> None:
        self._given = list(regions)
        self._read = outlines
        self._by_id = {region.id: region for region in sorted(self._given, key=lambda region: region.id)}
        self._children: dict[str, list[Region]] = {}
        for region in self._by_id.values():
            if region.parent:
                self._children.setdefault(region.parent, []).append(region)

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """The regions that ship with the program, or those of another folder of the same form.

        Raises FileNotFoundError when there are none.
        """
        home = folder or resource("data/regions")
        told = orjson.loads(_unpacked(home / NAMES))
        return cls(map(_region, told), lambda: _shapes(_unpacked(home / OUTLINES)))

    @cached_property
    def _outlines(self) -> dict[str, BaseGeometry]:
        outlines = dict(zip((region.id for region in self._given), self._read(), strict=True))
        return {key: outlines[key] for key in self._by_id}

    @cached_property
    def _finest(self) -> list[tuple[Region, BaseGeometry]]:
        return [
            (self._by_id[key], outline)
            for key, outline in self._outlines.items()
            if key not in self._children
        ]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree([outline for _, outline in self._finest])

    def all(self) -> list[Region]:
        """Every region of both levels, in order of id."""
        return list(self._by_id.values())

    def get(self, key: str) -> Region | None:
        """The region with this id, None when there is none."""
        return self._by_id.get(key)

    def children(self, key: str) -> list[Region]:
        """The finer regions that make up a larger one, in order of id; empty when it has none."""
        return list(self._children.get(key, ()))

    def outline(self, key: str) -> BaseGeometry | None:
        """The outline of a region of either level in degrees of WGS 84, None for an unknown id."""
        return self._outlines.get(key)

    def outlines(self, within: BaseGeometry | None = None) -> list[tuple[Region, BaseGeometry]]:
        """The finest regions, those that touch a shape where one is given, with their outlines, by id."""
        if within is None:
            return list(self._finest)
        return [self._finest[index] for index in sorted(self._tree.query(within, predicate="intersects"))]

    def name(self, key: str, language: str) -> str:
        """What a region is called in a language such as "fr" or "fr-BE".

        Where that is not known it is the local name; an unknown id stands for itself, since a
        row may be older than the regions.
        """
        region = self._by_id.get(key)
        if region is None:
            return key
        return region.names.get(language.replace("_", "-").split("-")[0].lower(), region.name)

    def region_at(self, lon: float, lat: float, *, country: str | None = None) -> Region | None:
        """The finest region at a point in WGS 84 degrees.

        Off the coast it is the nearest one within 20 km on the ellipsoid, None beyond. When
        the country is known, a region of it within 5 km comes before one of a neighbour that
        covers the point: outlines are simplified, and towns lie on borders. None too for
        coordinates that are not on the globe.
        """
        key = self.regions_at([lon], [lat], [country])[0]
        return self._by_id[key] if key else None

    def regions_at(
        self,
        lons: Sequence[float] | np.ndarray,
        lats: Sequence[float] | np.ndarray,
        countries: Sequence[str | None] | None = None,
    ) -> list[str | None]:
        """The ids of the regions at many points, as region_at finds them, in the same order.

        lons, lats and countries, when given, have one length; ValueError when not.
        """
        lonlat = np.array([lons, lats], dtype=float).T.reshape(-1, 2)
        given = countries if countries is not None else [None] * len(lonlat)
        if len(given) != len(lonlat):
            raise ValueError("countries must be as many as points")
        with np.errstate(invalid="ignore"):
            real = np.flatnonzero((np.abs(lonlat) <= GLOBE).all(axis=1))
        found: list[Region | None] = [None] * len(lonlat)
        points, outlines = self._tree.query(shapely.points(lonlat[real]), predicate="intersects")
        for point, outline in sorted(
            zip(real[points].tolist(), outlines.tolist(), strict=True), reverse=True
        ):
            region = self._finest[outline][0]
            if found[point] is None or region.country == given[point]:
                found[point] = region
        for point in real.tolist():
            found[point] = self._settled(found[point], lonlat[point, 0], lonlat[point, 1], given[point])
        return [region.id if region else None for region in found]

    def _settled(self, covering: Region | None, lon: float, lat: float, country: str | None) -> Region | None:
        """The region of a point whose covering region is known, looking around where need be."""
        if covering and country in (None, covering.country):
            return covering
        reach = ACROSS_BORDER_M if covering else OFF_COAST_M
        near = [(metres, region) for metres, region in self._around(lon, lat, reach) if metres <= reach]
        own = [(m, region) for m, region in near if region.country == country and m <= ACROSS_BORDER_M]
        if covering and not own:
            return covering
        return min(own or near, key=lambda pair: (pair[0], pair[1].id), default=(0.0, None))[1]

    def _around(self, lon: float, lat: float, reach_m: float) -> Iterable[tuple[float, Region]]:
        """The finest regions that may lie within a distance, each with its own in metres.

        The nearest point of an outline is looked for on a local plane, and then measured on
        the ellipsoid. A region that covers the point is 0 m away.
        """
        stretch = min(1.0 / max(math.cos(math.radians(lat)), 1e-9), LARGEST_STRETCH)
        half = reach_m / METRES_PER_DEGREE * 1.05
        window = (lon - half * stretch, lat - half, lon + half * stretch, lat + half)
        here = shapely.Point(lon / stretch, lat)
        for index in sorted(self._tree.query(shapely.box(*window)).tolist()):
            region, outline = self._finest[index]
            part = shapely.clip_by_rect(outline, *window)
            if part.is_empty:
                continue
            plane = shapely.transform(part, lambda xy: xy / np.array([stretch, 1.0]))
            nearest = shapely.get_coordinates(shapely.shortest_line(plane, here))[0]
            yield float(WGS84.inv(lon, lat, nearest[0] * stretch, nearest[1])[2]), region


def _unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def _shapes(geojson: bytes) -> list[BaseGeometry]:
    return list(shapely.get_parts(shapely.from_geojson(geojson)))


def _region(told: dict[str, Any]) -> Region:
    """A region from the properties of its feature."""
    names = {key.removeprefix("name_"): name for key, name in told.items() if key.startswith("name_")}
    return Region(told["id"], told["name"], told["country"], told.get("parent"), MappingProxyType(names))


@cache
def shipped_regions() -> Regions:
    """The regions that ship with the program, read once and kept for the life of the process."""
    return Regions.load()
