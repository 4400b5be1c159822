"""Sets of regions by which hosts are counted: the one that ships, and the NUTS of an installation."""

import gzip
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapsvc.places import region_files
from mapsvc.places.region_files import NutsSet
from mapsvc.places.region_finding import Finder
from mapsvc.places.region_units import COUNTRIES, Unit, drawn, names_of_country
from mapsvc.places.regions import shipped_regions
from mapsvc.resources import resource

__all__ = ("RegionSet", "RegionSets", "Unit", "nuts_set", "region_sets", "shipped_set")

SHIPPED = "shipped"
PACKED = "outlines-{}.json.gz"  # what ships of each level
MOST_SETS = 8  # that a process keeps


class RegionSet:
    """Units of some levels, each but the countries part of one of a level above.

    key is "shipped", or the edition such as "nuts-2024"; attribution is what must be shown wherever
    the set is drawn, "" where nothing must. Outlines are read when they are asked for.
    """

    def __init__(
        self,
        key: str,
        units: Iterable[Unit],
        *,
        name: str,
        finest: Callable[[Sequence[str]], Sequence[BaseGeometry]],
        outlines: Callable[[int], bytes],
        attribution: str = "",
        year: int | None = None,
    ) -> None:
        """With finest, which gives the outlines of units by id, and outlines, which gives a level packed."""
        self.key, self.name, self.attribution, self.year = key, name, attribution, year
        self._units = {unit.id: unit for unit in sorted(units, key=lambda unit: unit.id)}
        self._finest_of, self._packed_of = finest, outlines
        self._children: dict[str, list[str]] = {}
        for unit in self._units.values():
            if unit.parent is not None:
                self._children.setdefault(unit.parent, []).append(unit.id)
        self._packed: dict[int, tuple[str, bytes]] = {}

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """The levels that there are, from that of the countries (0) to the finest."""
        return tuple(sorted({unit.level for unit in self._units.values()}))

    def units(self, level: int) -> list[Unit]:
        """The units drawn at a level, by id; empty where the set has no such level.

        They share out the whole set: a unit of a coarser level that has no parts stands for
        itself. So each finest unit lies in exactly one of them, as `within` says.
        """
        return drawn(self._units.values(), level) if level in self.levels else []

    def unit(self, key: str) -> Unit | None:
        """The unit with this id, None when there is none."""
        return self._units.get(key)

    def unit_name(self, key: str, language: str) -> str:
        """What a unit is called in a language such as "fr", else where it lies; an unknown id itself."""
        unit = self._units.get(key)
        return unit.names.get(language.replace("_", "-").split("-")[0].lower(), unit.name) if unit else key

    def children(self, key: str) -> list[Unit]:
        """The units that a unit is made of, by id; empty when it is one of the finest, or unknown."""
        return [self._units[child] for child in self._children.get(key, ())]

    def ancestors(self, key: str) -> tuple[str, ...]:
        """The ids of a unit and of all that it is part of, itself first, its country last.

        Empty for an unknown id.
        """
        found: list[str] = []
        unit = self._units.get(key)
        while unit:
            found.append(unit.id)
            unit = self._units.get(unit.parent) if unit.parent is not None else None
        return tuple(found)

    def within(self, key: str, level: int) -> str | None:
        """The id of the unit drawn at a level in which a unit lies, itself where it is drawn.

        None where the unit is unknown or made of several that are drawn.
        """
        if level not in self.levels:
            return None
        known = map(self._units.__getitem__, self.ancestors(key))
        first = next((unit for unit in known if unit.level <= level), None)
        if first is None or (first.level < level and first.id in self._children):
            return None
        return first.id

    def finest_at(
        self,
        lons: Sequence[float] | NDArray[np.floating],
        lats: Sequence[float] | NDArray[np.floating],
        countries: Sequence[str | None] | None = None,
    ) -> list[str | None]:
        """The ids of the finest units at many points in WGS 84 degrees, in the same order.

        The rules are those of `Finder.keys_at`: 20 km off the coast, 5 km across a border where the
        country (ISO) is known, None elsewhere and for what is not on the globe. None too where the
        country is one of which only other sets have regions: nobody in Newry is counted in Ireland
        because an edition of NUTS ends at that border.
        """
        found = self._finder.keys_at(lons, lats, countries)
        if countries is None:
            return found
        foreign = _countries_that_ship() - {unit.country for unit in self._units.values()}
        pairs = zip(found, countries, strict=True)
        return [None if country in foreign else key for key, country in pairs]

    @cached_property
    def _finder(self) -> Finder:
        finest = [unit for unit in self._units.values() if unit.id not in self._children]
        keys = [unit.id for unit in finest]
        return Finder(keys, [unit.country for unit in finest], self._finest_of(keys))

    def outlines(self, level: int) -> bytes:
        """The outlines of `units(level)`, packed for the browser as `region_packing.packed` says.

        Raises KeyError for a level that the set does not have.
        """
        return self._with_digest(level)[1]

    def outlines_digest(self, level: int) -> str:
        """Twelve hexadecimal digits that change with the packed outlines of a level; as outlines."""
        return self._with_digest(level)[0]

    def outlines_name(self, level: int) -> str:
        """The last part of the address of the packed outlines of a level; as outlines."""
        return f"{level}-{self.outlines_digest(level)}.json"

    def outlines_named(self, name: str) -> bytes | None:
        """The packed outlines whose address ends in a name, None when no level has that name now."""
        level = next((level for level in self.levels if name.startswith(f"{level}-")), None)
        if level is None or name != self.outlines_name(level):
            return None
        return self.outlines(level)

    def _with_digest(self, level: int) -> tuple[str, bytes]:
        if level not in self.levels:
            raise KeyError(level)
        if level not in self._packed:
            body = self._packed_of(level)
            self._packed[level] = (hashlib.sha256(body).hexdigest()[:12], body)
        return self._packed[level]


@dataclass(frozen=True, slots=True)
class RegionSets:
    """The sets of an installation: what was imported, the newest first, then what ships."""

    _sets: tuple[RegionSet, ...]

    def all(self) -> list[RegionSet]:
        """Every set, the default one first."""
        return list(self._sets)

    def get(self, key: str) -> RegionSet | None:
        """The set with this key, None when there is none."""
        return next((one for one in self._sets if one.key == key), None)

    def default(self) -> RegionSet:
        """The newest set that was imported, else the one that ships."""
        return self._sets[0]


def region_sets(folder: Path) -> RegionSets:
    """The sets of the installation with this instance folder, as its files are now.

    A file is read again only when it was written anew. One that cannot be read is left out.
    """
    found = (_imported(path, stamp) for path, stamp in region_files.stamped(folder))
    imported = sorted((one for one in found if one), key=lambda one: one.year or 0, reverse=True)
    return RegionSets((*imported, shipped_set()))


@lru_cache(MOST_SETS)
def _imported(path: Path, stamp: tuple[int, int, int]) -> RegionSet | None:
    """The set in a file as it was at a stamp, None where it cannot be read."""
    held = region_files.read(path)
    return nuts_set(held) if held else None


def nuts_set(held: NutsSet) -> RegionSet:
    """The regions of a file of the instance folder as a set."""
    return RegionSet(
        held.key,
        held.units,
        name=f"NUTS {held.year}",
        finest=held.shapes,
        outlines=held.packed,
        attribution=f"NUTS {held.year}: Eurostat, © EuroGeographics for the administrative boundaries",
        year=held.year,
    )


@cache
def shipped_set() -> RegionSet:
    """The regions that ship with the program, below their countries."""
    regions = shipped_regions()
    countries = sorted({region.country for region in regions.all()})
    units = [
        Unit(code, names_of_country(code)["en"], code, COUNTRIES, None, names_of_country(code))
        for code in countries
    ] + [
        Unit(one.id, one.name, one.country, one.level, one.parent or one.country, one.names)
        for one in regions.all()
    ]
    return RegionSet(
        SHIPPED,
        units,
        name="Natural Earth",
        finest=lambda keys: [outline for key in keys if (outline := regions.outline(key)) is not None],
        outlines=_shipped_outlines,
    )


@cache
def _countries_that_ship() -> frozenset[str]:
    return frozenset(region.country for region in shipped_regions().all())


def _shipped_outlines(level: int) -> bytes:
    """What `make data` packed of the regions that ship."""
    return gzip.decompress(resource(f"data/regions/{PACKED.format(level)}").read_bytes())
