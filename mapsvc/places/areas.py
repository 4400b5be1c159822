"""The areas in which people are shown: which one each town belongs to.

An area stands for towns of one country that have 5,000 inhabitants together. Nobody is shown closer
than that, also not by who knows this rule: the areas share out the towns, so that whatever is
subtracted from an area leaves towns of other areas whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LEAST_INHABITANTS = 5_000
SQUARE_KM = {"10km": 10, "50km": 50, "100km": 100}
GRID_EPSG = 3035  # the reference grid of the European Union, Lambert's azimuthal equal-area projection
GRID_KM = 10_000  # beyond which no square can be written with four digits


class Level(StrEnum):
    """How large an area is, the finest first."""

    SQUARE_10 = "10km"
    SQUARE_50 = "50km"
    SQUARE_100 = "100km"
    REGION = "region"
    COUNTRY = "country"


LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Town:
    """What the rule must know of a place of the gazetteer.

    east_m and north_m are metres of EPSG:3035. country is the gazetteer's code; region is the id of
    the region of that country that it lies in, None where there is none.
    """

    id: int
    east_m: float
    north_m: float
    population: int
    country: str
    region: str | None


def cell_key(town: Town, level: Level) -> str | None:
    """The key that an area of a level has if it holds the town, None where the level has none there.

    A square is named by its side, the kilometres of its south-western corner, and the country whose
    part of it is meant: "10kmE4320N3210-FR". Overseas, where the grid does not reach, is no square. A
    region and a country are named by their codes.
    """
    if level is Level.COUNTRY:
        return town.country
    if level is Level.REGION:
        return town.region
    side = SQUARE_KM[level]
    east, north = (int(metres // (side * 1_000)) * side for metres in (town.east_m, town.north_m))
    if not (0 <= east < GRID_KM and 0 <= north < GRID_KM):
        return None
    return f"{level}E{east:04}N{north:04}-{town.country}"


def partition(towns: Iterable[Town], *, least: int = LEAST_INHABITANTS) -> dict[int, str]:
    """The key of the area of each town, by the town's id, in order of id.

    A town's area is the finest whose towns that are not already shown finer have `least` inhabitants
    together. Where the rest of a country has fewer, one area is given up for it: of the coarsest
    level that the country has, the one with the fewest inhabitants, then the first by key. Its towns
    and the rest are shown as the country. The towns of a country that has fewer in all are left out.

    The order of the towns does not matter. ValueError when two have one id, or a population is
    below 0.
    """
    left = sorted(towns, key=lambda town: town.id)
    if len({town.id for town in left}) < len(left) or any(town.population < 0 for town in left):
        raise ValueError("towns need ids of their own and at least 0 inhabitants")
    areas: dict[str, list[Town]] = {}
    levels: dict[str, Level] = {}
    for level in LEVELS:
        found = {key: its for key, its in _by_key(left, level).items() if inhabitants(its) >= least}
        areas |= found
        levels |= dict.fromkeys(found, level)
        shown = {town.id for its in found.values() for town in its}
        left = [town for town in left if town.id not in shown]
    for country, rest in _by_key(left, Level.COUNTRY).items():
        if given_up := _least_missed(country, areas, levels):
            areas[country] = rest + areas.pop(given_up)
    return dict(sorted((town.id, key) for key, its in areas.items() for town in its))


def faults(towns: Iterable[Town], table: Mapping[int, str], *, least: int = LEAST_INHABITANTS) -> list[str]:
    """What would let somebody be found too closely, in words; empty for a table that keeps the law.

    Looks at the table alone, not at how it was made. Each town is in one area that it lies in, or in
    none where its country has fewer than `least` inhabitants; and the towns of each area have `least`
    together. That is enough: an area less all finer ones still holds its own towns.
    """
    there = {town.id: town for town in towns}
    whole = {country: inhabitants(its) for country, its in _by_key(there.values(), Level.COUNTRY).items()}
    told = [f"{id_} is no town" for id_ in sorted(table.keys() - there.keys())]
    sums: dict[str, int] = defaultdict(int)
    for id_, town in sorted(there.items()):
        shown = table.get(id_)
        if shown is not None:
            sums[shown] += town.population
            if shown not in {cell_key(town, level) for level in LEVELS}:
                told.append(f"{id_} is not in {shown}")
        elif whole[town.country] >= least:
            told.append(f"{id_} has no area")
    return told + [f"{key} has {count} inhabitants" for key, count in sorted(sums.items()) if count < least]


def narrowed(
    before: Mapping[int, str],
    after: Mapping[int, str],
    population: Mapping[int, int],
    *,
    least: int = LEAST_INHABITANTS,
) -> list[tuple[str, str]]:
    """The pairs of an old and a new area that have some towns in common, but with too few inhabitants.

    Somebody shown first in the one and then in the other is found closer than in either. population
    is by town; a town that only one of the tables knows is nobody's.
    """
    common: dict[tuple[str, str], int] = defaultdict(int)
    for id_ in before.keys() & after.keys():
        common[before[id_], after[id_]] += population.get(id_, 0)
    return sorted(pair for pair, count in common.items() if count < least)


def inhabitants(towns: Iterable[Town]) -> int:
    """How many people live in the towns, as far as the gazetteer knows."""
    return sum(town.population for town in towns)


def _by_key(towns: Iterable[Town], level: Level) -> dict[str, list[Town]]:
    """The towns by their cell of a level; those without one are left out."""
    found: dict[str, list[Town]] = defaultdict(list)
    for town in towns:
        if (key := cell_key(town, level)) is not None:
            found[key].append(town)
    return found


def _least_missed(country: str, areas: Mapping[str, list[Town]], levels: Mapping[str, Level]) -> str | None:
    """The area of a country that is given up for its rest, None when it has none."""
    own = [
        (-LEVELS.index(levels[key]), inhabitants(its), key)
        for key, its in areas.items()
        if its[0].country == country
    ]
    return min(own)[2] if own else None
