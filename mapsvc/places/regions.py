"""The regions of Europe: which one a point lies in, and what it is called.

The outlines are Natural Earth's admin-1 units, simplified to about 2 km and partly dissolved
(data/regions). They are not the statistical regions of the European Union.
"""

import gzip
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.places.region_finding import Finder
from mapsvc.resources import resource

NAMES, OUTLINES = "regions.json.gz", "regions.geojson.gz"  # the same regions in the same order


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
    def _finder(self) -> Finder:
        regions, outlines = [one for one, _ in self._finest], [outline for _, outline in self._finest]
        return Finder([one.id for one in regions], [one.country for one in regions], outlines)

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
        return [self._finest[index] for index in self._finder.touching(within)]

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
        return self._finder.keys_at(lons, lats, countries)


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
