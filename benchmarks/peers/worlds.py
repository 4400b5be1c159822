"""Made-up listings around real towns, as columns: the same every time, and a million in seconds."""

import csv
import gzip
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.vocabulary import keys
from mapsvc.resources import resource

Array = NDArray[Any]

SEED = 20261122
SMALLEST_TOWN = 1_000
COUNTRIES = (
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "TR", "UA"),
)
SPOKEN = {
    **{"AT": "de", "BE": "fr", "BG": "bg", "CH": "de", "CY": "el", "CZ": "cs", "DE": "de", "DK": "da"},
    **{"EE": "et", "ES": "es", "FI": "fi", "FR": "fr", "GB": "en", "GR": "el", "HR": "hr", "HU": "hu"},
    **{"IE": "en", "IT": "it", "LT": "lt", "LU": "fr", "LV": "lv", "MT": "mt", "NL": "nl", "NO": "no"},
    **{"PL": "pl", "PT": "pt", "RO": "ro", "RS": "sr", "SE": "sv", "SI": "sl", "SK": "sk", "TR": "tr"},
    **{"UA": "uk"},
}
LANGUAGES = tuple(sorted({*SPOKEN.values()}))
SECTORS = tuple(keys("sectors"))
FIELDS = tuple(key for key in keys("fields") if len(key) == 4)
KINDS = ("host", "alumni", "kit")
KIND_SHARES = (0.93, 0.05, 0.02)
LODGING = ("provided", "helped", "none")
LODGING_SHARES = (0.15, 0.25, 0.2)  # the rest says nothing
ROWS_A_SITE = (0.85, 0.11, 0.04)  # 1.19 on average
NEAR_SHARE, NEAR_DEG, FAR_DEG = 0.8, 0.05, 0.25
FIRST_DAY, LAST_DAY = date(2026, 1, 5), date(2099, 12, 18)
OVER = date(2020, 6, 26)
SEATS_SHARES = (0.5, 0.22, 0.14, 0.08, 0.04, 0.02)  # none still open, then 1 to 5
MIN_AGES = (-1, 16, 18)  # -1 where none is said
MIN_AGE_SHARES = (0.7, 0.15, 0.15)
MAX_LATITUDE = 85.0511287798066
CELL_BITS = 24  # cells of 64 pixels at zoom 22


@dataclass(frozen=True, slots=True)
class Towns:
    """Towns of Europe: names, countries (numbers in COUNTRIES), regions, positions in degrees, people."""

    names: tuple[str, ...]
    countries: Array
    regions: Array
    region_names: tuple[str, ...]
    lon: Array
    lat: Array
    people: Array


@dataclass(frozen=True, eq=False)
class World:
    """Listings, one place of each array a row; ids count from 1, the rows of a site are adjacent.

    `sectors` and `languages` are bits by place in SECTORS and LANGUAGES, `lodging` a bit of LODGING
    or 0; `fields` has two columns, places in FIELDS or -1; `seats` is what is still open, 0 for
    none. lon and lat are degrees of WGS 84, rounded to 1e-6.
    """

    towns: Towns
    site: Array
    town: Array
    lon: Array
    lat: Array
    kind: Array
    sectors: Array
    languages: Array
    lodging: Array
    wheelchair: Array
    fields: Array
    seats: Array
    over: Array
    min_age: Array

    def __len__(self) -> int:
        return len(self.site)

    @property
    def ids(self) -> Array:
        """The ids of the rows."""
        return np.arange(1, len(self) + 1)

    @property
    def country(self) -> Array:
        """The country of each row, as its place in COUNTRIES."""
        return self.towns.countries[self.town]

    @property
    def region(self) -> Array:
        """The region of each row, as its place in towns.region_names."""
        return self.towns.regions[self.town]

    @cached_property
    def cells(self) -> tuple[Array, Array]:
        """The column and row of each row's cell of 64 pixels at zoom 22; shifted, those of lower zooms."""
        return cells_of(self.lon, self.lat)

    @cached_property
    def along_curve(self) -> Array:
        """The rows in Morton order, so that neighbours on the map lie near each other on a disk."""
        column, row = self.cells
        return np.argsort(_spread(column) | (_spread(row) << np.uint64(1)), kind="stable")

    def title(self, row: int) -> str:
        """The title of a row: that of its site."""
        site = int(self.site[row])
        return f"{SECTORS[site % len(SECTORS)].replace('_', ' ').capitalize()} {self.place(row)} {site}"

    def place(self, row: int) -> str:
        """The name of the town of a row."""
        return self.towns.names[int(self.town[row])]


def make_world(rows: int) -> World:
    """A world of exactly so many rows."""
    chance = np.random.default_rng(SEED)
    towns = _towns()
    per_site = chance.choice([1, 2, 3], rows, p=ROWS_A_SITE)
    site = np.repeat(np.arange(rows), per_site)[:rows].astype(np.int32)
    sites = int(site[-1]) + 1
    town = chance.choice(len(towns.people), sites, p=towns.people / towns.people.sum()).astype(np.int32)
    wide = np.where(chance.random(sites) < NEAR_SHARE, NEAR_DEG, FAR_DEG)
    lon = np.round(towns.lon[town] + chance.normal(size=sites) * wide, 6)
    lat = np.round(towns.lat[town] + chance.normal(size=sites) * wide, 6)
    kind = chance.choice(len(KINDS), sites, p=KIND_SHARES).astype(np.int16)
    seats = chance.choice(len(SEATS_SHARES), rows, p=SEATS_SHARES).astype(np.int16)
    lodging = chance.choice(4, rows, p=(*LODGING_SHARES, 1 - sum(LODGING_SHARES)))
    return World(
        towns=towns,
        site=site,
        town=town[site],
        lon=lon[site],
        lat=lat[site],
        kind=kind[site],
        sectors=_some_bits(chance, len(SECTORS), rows, second=0.35),
        languages=_languages(chance, towns.countries[town[site]]),
        lodging=np.where(lodging < len(LODGING), 1 << lodging, 0).astype(np.int16),
        wheelchair=chance.random(rows) < 0.25,
        fields=_fields(chance, rows),
        seats=seats,
        over=(seats == 0) & (chance.random(rows) < 0.3),
        min_age=chance.choice(MIN_AGES, rows, p=MIN_AGE_SHARES).astype(np.int16),
    )


def cells_of(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Columns from the west and rows from the north of the web mercator world in 2 ** CELL_BITS steps."""
    across = 1 << CELL_BITS
    north = np.radians(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE))
    x, y = lon / 360 + 0.5, 0.5 - np.arcsinh(np.tan(north)) / (2 * np.pi)
    column, row = (np.clip((axis * across).astype(np.int64), 0, across - 1) for axis in (x, y))
    return column, row


def _towns() -> Towns:
    with gzip.open(str(resource("data/gazetteer/places.csv.gz")), "rt", encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["country"] in COUNTRIES
            and int(row["population"]) >= SMALLEST_TOWN
            and -25 < float(row["lon"]) < 45  # what lies in other oceans has too few to matter
            and float(row["lat"]) > 27
        ]
    regions = sorted({_region(row) for row in rows} - {""})
    place = {name: number for number, name in enumerate(["", *regions], -1)}
    return Towns(
        names=tuple(row["name"] for row in rows),
        countries=np.array([COUNTRIES.index(row["country"]) for row in rows], dtype=np.int16),
        regions=np.array([place[_region(row)] for row in rows], dtype=np.int16),
        region_names=tuple(regions),
        lon=np.array([float(row["lon"]) for row in rows]),
        lat=np.array([float(row["lat"]) for row in rows]),
        people=np.array([float(row["population"]) for row in rows]),
    )


def _region(town: dict[str, str]) -> str:
    """A region as listings hold it; empty where the gazetteer has none."""
    return f"{town['country']}-{town['region']}"[:40] if town["region"] else ""


def _some_bits(chance: np.random.Generator, count: int, rows: int, *, second: float) -> Array:
    """One bit of `count`, the first the likeliest, and with the chance `second` another one."""
    shares = 1 / np.arange(3, count + 3)
    first, other = (chance.choice(count, rows, p=shares / shares.sum()) for _ in range(2))
    bits = np.left_shift(np.int64(1), first)
    return np.where(chance.random(rows) < second, bits | np.left_shift(np.int64(1), other), bits)


def _languages(chance: np.random.Generator, country: Array) -> Array:
    """The country's own language, English in half of the rows, and another in a fifth."""
    own = np.array([1 << LANGUAGES.index(SPOKEN[code]) for code in COUNTRIES], dtype=np.int64)[country]
    english = np.where(chance.random(len(country)) < 0.5, 1 << LANGUAGES.index("en"), 0)
    other = np.left_shift(np.int64(1), chance.integers(0, len(LANGUAGES), len(country)))
    return own | english | np.where(chance.random(len(country)) < 0.2, other, 0)


def _fields(chance: np.random.Generator, rows: int) -> Array:
    fields = chance.integers(0, len(FIELDS), (rows, 2)).astype(np.int16)
    fields[chance.random(rows) < 0.2, 0] = -1
    fields[(chance.random(rows) < 0.6) | (fields[:, 0] < 0) | (fields[:, 0] == fields[:, 1]), 1] = -1
    return fields


def _spread(values: Array) -> Array:
    """The bits of whole numbers with a gap after each."""
    spread = values.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        spread = (spread | (spread << np.uint64(shift))) & np.uint64(mask)
    return spread
