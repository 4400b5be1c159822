"""The towns that give a downloaded map its bearings."""

import csv
import gzip
from collections.abc import Iterable
from functools import cache

from mapsvc.resources import resource

LEAST_INHABITANTS = 20_000
COLUMNS, ROWS = 7, 12  # names stand a column or a row apart
MOST = 40
LEAST_SPAN = 1.5  # degrees; a map of one point still shows its surroundings
MARGIN = 0.25  # of the span, on each side

Town = tuple[str, float, float]
"""A town's name as its people write it, and its longitude and latitude in degrees."""


@cache
def large_towns() -> tuple[Town, ...]:
    """The gazetteer's places of LEAST_INHABITANTS and more, largest first."""
    with gzip.open(resource("data/gazetteer/places.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if int(row["population"] or 0) >= LEAST_INHABITANTS]
    rows.sort(key=lambda row: (-int(row["population"]), int(row["id"])))
    return tuple((row["name"], float(row["lon"]), float(row["lat"])) for row in rows)


def towns_around(points: Iterable[tuple[float, float]]) -> list[Town]:
    """At most MOST large towns in and around the box of the points, largest first, their names apart.

    points are pairs of longitude and latitude; without any, there are no towns.
    """
    known = list(points)
    if not known:
        return []
    west, east = spread([lon for lon, _lat in known])
    south, north = spread([lat for _lon, lat in known])
    width, height = (east - west) / COLUMNS, (north - south) / ROWS
    chosen: list[Town] = []
    for town in large_towns():
        _name, lon, lat = town
        if len(chosen) == MOST or not (west <= lon < east and south <= lat < north):
            continue
        if all(abs(lon - other[1]) > width or abs(lat - other[2]) > height for other in chosen):
            chosen.append(town)
    return chosen


def spread(values: list[float]) -> tuple[float, float]:
    """The least and the greatest value with a margin on each side, at least LEAST_SPAN apart."""
    low, high = min(values), max(values)
    margin = max((high - low) * MARGIN, (LEAST_SPAN - (high - low)) / 2)
    return low - margin, high + margin
