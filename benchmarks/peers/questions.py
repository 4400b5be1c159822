"""What is asked: circles, nearest sites and map windows, around places where people live, with filters."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.peers.worlds import CELL_BITS, COUNTRIES, FIELDS, LANGUAGES, LODGING, SECTORS, Array, World
from mapsvc.directory.searches import Box, Filters

AWAY_DEG = 0.05
WIDE, HIGH = 16, 12  # cells of 64 pixels: a window of 1024 x 768
NEAREST = 20
AS_MANY_KM, MILLION = 50, 1_000_000  # a circle of this radius among so many rows
MEDIUM = (0.007, 0.02)  # the share of rows that medium filters leave
SELECTIVE = (2, 28)  # the rows that very selective ones leave
SAMPLE = 50_000  # rows on which the share of a medium filter is judged
TRIES = 500
HAIR_DEG = 1e-9  # keeps the edges of a window off the next cells


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that one row must meet together, as places in the lists of `worlds`; empty means any."""

    sectors: tuple[int, ...] = ()
    languages: tuple[int, ...] = ()
    lodging: tuple[int, ...] = ()
    fields: tuple[int, ...] = ()
    countries: tuple[int, ...] = ()
    seats: int = 0

    def __bool__(self) -> bool:
        return self != Filter()

    @property
    def sector_bits(self) -> int:
        """The sectors as bits; 0 means any."""
        return sum(1 << place for place in self.sectors)

    @property
    def language_bits(self) -> int:
        """The languages as bits; 0 means any."""
        return sum(1 << place for place in self.languages)

    @property
    def lodging_bits(self) -> int:
        """The accommodation as bits; 0 means any."""
        return sum(1 << place for place in self.lodging)

    @property
    def named(self) -> dict[str, list[str]]:
        """The values by the name of their parameter, as addresses have them."""
        lists = {
            "sector": [SECTORS[place] for place in self.sectors],
            "language": [LANGUAGES[place] for place in self.languages],
            "accommodation": [LODGING[place] for place in self.lodging],
            "field": [FIELDS[place] for place in self.fields],
            "country": [COUNTRIES[place] for place in self.countries],
            "seats": [str(self.seats)] if self.seats else [],
        }
        return {name: values for name, values in lists.items() if values}

    @property
    def filters(self) -> Filters:
        """The same for the directory."""
        named = self.named
        return Filters(
            sectors=tuple(named.get("sector", ())),
            languages=tuple(named.get("language", ())),
            accommodation=tuple(named.get("accommodation", ())),
            fields=tuple(named.get("field", ())),
            countries=tuple(named.get("country", ())),
            seats=self.seats or None,
        )

    def rows(self, world: World, among: slice = slice(None)) -> Array:
        """Which rows meet it."""
        mask = world.seats[among] >= self.seats
        for bits, wanted in (
            (world.sectors, self.sector_bits),
            (world.languages, self.language_bits),
            (world.lodging, self.lodging_bits),
        ):
            if wanted:
                mask &= (bits[among] & wanted) != 0
        if self.fields:
            mask &= np.isin(world.fields[among], self.fields).any(axis=1)
        if self.countries:
            mask &= np.isin(world.country[among], self.countries)
        return mask


@dataclass(frozen=True, slots=True)
class Circle:
    """The sites within radius_km: their number, the NEAREST with metres, and how many of each facet."""

    lon: float
    lat: float
    radius_km: float
    filter: Filter


@dataclass(frozen=True, slots=True)
class Nearest:
    """The k nearest sites with metres."""

    lon: float
    lat: float
    k: int
    filter: Filter


@dataclass(frozen=True, slots=True)
class Window:
    """The sites in WIDE x HIGH cells from column and row on: number and mean position in each cell."""

    zoom: int
    column: int
    row: int
    filter: Filter

    @property
    def shift(self) -> int:
        """How many bits the cells of `World.cells` lose at this zoom."""
        return CELL_BITS - 2 - self.zoom

    @property
    def box(self) -> Box:
        """The window in degrees, a hair inside its edges."""
        across = 1 << (self.zoom + 2)
        west, east = (360 * (column / across - 0.5) for column in (self.column, self.column + WIDE))
        north, south = (_latitude(row / across) for row in (self.row, self.row + HIGH))
        return Box(west + HAIR_DEG, south + HAIR_DEG, east - HAIR_DEG, north - HAIR_DEG)

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """First and last column, first and last row of the window among the cells of `World.cells`."""
        first, top = self.column << self.shift, self.row << self.shift
        return first, first + (WIDE << self.shift) - 1, top, top + (HIGH << self.shift) - 1


Question = Circle | Nearest | Window
Maker = Callable[["Chance", World], Question]


class Chance:
    """Draws places and filters; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def place(self, world: World) -> tuple[float, float]:
        """Somewhere near a listing, longitude first."""
        row = int(self.random.integers(len(world)))
        east, north = self.random.normal(size=2) * AWAY_DEG
        return round(float(world.lon[row] + east), 6), round(float(world.lat[row] + north), 6)

    def medium(self, world: World) -> Filter:
        """Two sectors, two languages and seats that MEDIUM of the rows meet, or nearly so."""
        among = slice(0, SAMPLE)
        best, distance = Filter(), math.inf
        for _try in range(TRIES):
            found = Filter(
                sectors=self._two(len(SECTORS)),
                languages=self._two(len(LANGUAGES)),
                seats=int(self.random.integers(1, 4)),
            )
            share = float(found.rows(world, among).mean())
            if MEDIUM[0] <= share <= MEDIUM[1]:
                return found
            if abs(share - MEDIUM[0]) < distance:
                best, distance = found, abs(share - MEDIUM[0])
        return best

    def selective(self, world: World) -> Filter:
        """What some row says of itself, in as many facets as leave SELECTIVE rows."""
        for _try in range(TRIES):
            row = int(self.random.integers(len(world)))
            for found in _narrower(world, row):
                if SELECTIVE[0] <= int(found.rows(world).sum()) <= SELECTIVE[1]:
                    return found
        raise RuntimeError("No row of this world is rare enough.")

    def _two(self, count: int) -> tuple[int, ...]:
        return tuple(sorted(map(int, self.random.choice(count, 2, replace=False))))


def _narrower(world: World, row: int) -> Iterator[Filter]:
    """Filters that a row meets, from five facets down to two."""
    field, country = int(world.fields[row, 0]), int(world.country[row])
    sector = (int(world.sectors[row]).bit_length() - 1,)
    language = (int(world.languages[row]).bit_length() - 1,)
    lodging = (int(world.lodging[row]).bit_length() - 1,) if world.lodging[row] else ()
    fields = (field,) if field >= 0 else ()
    yield Filter(sector, language, lodging, fields, (country,), int(world.seats[row]))
    yield Filter(sector, language, lodging, fields, (country,))
    yield Filter(sector, language, fields=fields, countries=(country,))
    yield Filter(sector, fields=fields, countries=(country,))
    yield Filter(sector, countries=(country,))


def _circle(radius_km: float, *, filtered: bool = False) -> Maker:
    def made(chance: Chance, world: World) -> Circle:
        lon, lat = chance.place(world)
        return Circle(lon, lat, radius_km, chance.medium(world) if filtered else Filter())

    return made


def _as_many(chance: "Chance", world: World) -> Circle:
    """A circle that holds about as many sites whatever the number of rows: 50 km among a million."""
    lon, lat = chance.place(world)
    return Circle(lon, lat, AS_MANY_KM * math.sqrt(MILLION / len(world)), Filter())


def _nearest(draw: Callable[[Chance, World], Filter]) -> Maker:
    def made(chance: Chance, world: World) -> Nearest:
        lon, lat = chance.place(world)
        return Nearest(lon, lat, NEAREST, draw(chance, world))

    return made


def _window(zoom: int, *, filtered: bool = False) -> Maker:
    def made(chance: Chance, world: World) -> Window:
        lon, lat = chance.place(world)
        return window_around(lon, lat, zoom, chance.medium(world) if filtered else Filter())

    return made


def window_around(lon: float, lat: float, zoom: int, filter_: Filter) -> Window:
    """The window with a place in its middle, moved where it would leave the square world."""
    across = 1 << (zoom + 2)
    y = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    column, row = int((lon / 360 + 0.5) * across) - WIDE // 2, int(y * across) - HIGH // 2
    return Window(zoom, min(max(column, 0), across - WIDE), min(max(row, 0), across - HIGH), filter_)


def window_in(west: float, north: float, zoom: int, filter_: Filter) -> Window:
    """The window whose box begins a hair from this corner."""
    across = 1 << (zoom + 2)
    y = 0.5 - math.asinh(math.tan(math.radians(north))) / (2 * math.pi)
    return Window(zoom, round((west / 360 + 0.5) * across), round(y * across), filter_)


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


CLASSES: dict[str, Maker] = {
    "10 km": _circle(10),
    "50 km": _circle(50),
    "50 km, filters": _circle(50, filtered=True),
    "as many answers": _as_many,
    "200 km": _circle(200),
    "200 km, filters": _circle(200, filtered=True),
    "k = 20": _nearest(lambda _chance, _world: Filter()),
    "k = 20, filters": _nearest(Chance.medium),
    "k = 20, very selective": _nearest(Chance.selective),
    "window z4": _window(4),
    "window z4, filters": _window(4, filtered=True),
    "window z6": _window(6),
    "window z6, filters": _window(6, filtered=True),
    "window z9": _window(9),
    "window z9, filters": _window(9, filtered=True),
    "window z12": _window(12),
    "window z12, filters": _window(12, filtered=True),
}
