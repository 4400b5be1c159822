"""The areas in which people are shown, as the gazetteer's file holds them."""

import csv
import gzip
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapsvc.places.areas import Level

AREA_FILES = ("areas.csv.gz", "towns.csv.gz")
AREA_SCHEMA = """
CREATE TABLE shown_area (
    id INTEGER PRIMARY KEY, key TEXT UNIQUE, level TEXT, country TEXT, region TEXT, label INTEGER,
    inhabitants INTEGER, places INTEGER, lon REAL, lat REAL, cut INTEGER
);
CREATE TABLE area_of_place (place INTEGER PRIMARY KEY, area INTEGER);
"""

_COLUMNS = "key, level, shown_area.country, shown_area.region, label, name, inhabitants, places"
_COLUMNS += ", shown_area.lon, shown_area.lat, cut"
_AREAS = f"SELECT {_COLUMNS} FROM shown_area JOIN place ON place.id = shown_area.label"  # noqa: S608 # nosec B608
LONGEST_KEY = 40  # characters; no key is longer


@dataclass(frozen=True, slots=True)
class Area:
    """What somebody is shown in, instead of a town: the same for all towns of the area.

    `key` is that of `mapsvc.places.areas.cell_key`. `label_id` and `label` are the GeoNames id and the
    name of its largest town. `region` is None where its towns lie in several regions. `lon` and `lat`
    are where its marker stands, in degrees of WGS 84, on land of its country where it can.
    `inhabitants` and `places` are those of its towns. `cut` says that its square is drawn without the
    land of other countries.
    """

    key: str
    level: Level
    country: str
    region: str | None
    label_id: int
    label: str
    inhabitants: int
    places: int
    lon: float
    lat: float
    cut: bool


def area_of_town(connection: sqlite3.Connection, place_id: int) -> Area | None:
    """The area of the place with that id, at most 64 bits; None when it has none."""
    query = f"{_AREAS} JOIN area_of_place ON area_of_place.area = shown_area.id WHERE area_of_place.place = ?"
    return _area(connection.execute(query, (place_id,)).fetchone())


def area_with_key(connection: sqlite3.Connection, key: str) -> Area | None:
    """The area with that key, None when there is none."""
    if len(key) > LONGEST_KEY or not key.isascii():
        return None
    return _area(connection.execute(f"{_AREAS} WHERE key = ?", (key,)).fetchone())


def fill_areas(connection: sqlite3.Connection, folder: Path) -> None:
    """Writes the tables of AREA_SCHEMA from the shipped ones in folder.

    Raises OSError when one is missing.
    """
    areas = list(_rows(folder / AREA_FILES[0]))
    numbers = {row["key"]: number for number, row in enumerate(areas, 1)}
    connection.executemany(
        "INSERT INTO shown_area VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((number, *_values(row)) for number, row in enumerate(areas, 1)),
    )
    towns = _rows(folder / AREA_FILES[1])
    connection.executemany(
        "INSERT INTO area_of_place VALUES (?, ?)", ((int(row["id"]), numbers[row["area"]]) for row in towns)
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _values(row: dict[str, str]) -> tuple[object, ...]:
    """The columns of an area after its number, in the order of the table."""
    named = (row["key"], row["level"], row["country"], row["region"] or None)
    counts = (int(row["label"]), int(row["inhabitants"]), int(row["places"]))
    return (*named, *counts, float(row["lon"]), float(row["lat"]), int(row["cut"]))


def _area(row: tuple[Any, ...] | None) -> Area | None:
    if row is None:
        return None
    key, level, country, region, label_id, label, inhabitants, places, lon, lat, cut = row
    return Area(
        key,
        Level(level),
        country,
        region,
        label_id,
        label,
        inhabitants=inhabitants,
        places=places,
        lon=lon,
        lat=lat,
        cut=bool(cut),
    )
