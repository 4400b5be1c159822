"""Tells the quarters of a town from towns that stand alone: GeoNames lists both as places."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# All chosen by looking at the 600 homonyms that a plain rule of "near a larger place"
# reorders: with these figures Montreuil, Maia and Friedberg stay what people mean by them.
TIMES_AS_LARGE = 5
PEOPLE_PER_KM2 = 3000
FARTHEST_KM = 12.0

# A quarter counts with this part of its inhabitants where a town has the same name.
STANDING_OF_A_QUARTER = 1 / 5

_CELLS_PER_DEGREE = 20
_KM_PER_DEGREE = 111.195

_Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """What must be known of a place: its id, country, middle in WGS 84 degrees, and inhabitants."""

    id: int
    country: str
    lon: float
    lat: float
    population: int


def reach_km(population: int) -> float:
    """The radius in km of a disc that a town fills with 3,000 people a km², at most 12."""
    return min(FARTHEST_KM, math.sqrt(population / (math.pi * PEOPLE_PER_KM2)))


def towns_of_quarters(spots: Sequence[Spot]) -> dict[int, int]:
    """The id of the town of each place that is a quarter; places that stand alone are left out.

    A quarter lies within the reach of a town of its country that has at least five times
    its inhabitants and is no quarter itself; of several such towns, it belongs to the
    largest, and of equally large ones to that with the lower id.
    """
    smallest = min((spot.population for spot in spots), default=0) * TIMES_AS_LARGE
    cells: dict[_Cell, list[Spot]] = defaultdict(list)
    for spot in spots:
        cells[_cell(spot.lon, spot.lat)].append(spot)
    largest_first = sorted(spots, key=lambda spot: (-spot.population, spot.id))
    towns: dict[int, int] = {}
    for town in largest_first:
        if town.population < smallest:
            break
        if town.id not in towns:
            for quarter in _within_reach(town, cells):
                towns.setdefault(quarter.id, town.id)
    return towns


def _within_reach(town: Spot, cells: dict[_Cell, list[Spot]]) -> Iterator[Spot]:
    """The places small enough and near enough to be the town's quarters."""
    reach = reach_km(town.population)
    narrowed = max(math.cos(math.radians(town.lat)), 0.01)
    up, across = reach / _KM_PER_DEGREE, reach / _KM_PER_DEGREE / narrowed
    west, south = _cell(town.lon - across, town.lat - up)
    east, north = _cell(town.lon + across, town.lat + up)
    most = town.population / TIMES_AS_LARGE
    for column in range(west, east + 1):
        for row in range(south, north + 1):
            for spot in cells.get((column, row), ()):
                if spot.population <= most and spot.country == town.country:
                    # Flat is right to a few metres at this distance.
                    away = math.hypot((spot.lon - town.lon) * narrowed, spot.lat - town.lat)
                    if away * _KM_PER_DEGREE <= reach:
                        yield spot


def _cell(lon: float, lat: float) -> _Cell:
    return math.floor(lon * _CELLS_PER_DEGREE), math.floor(lat * _CELLS_PER_DEGREE)
