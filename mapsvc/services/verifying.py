"""Asks a directory a thousand questions, and compares its answers with those of every row looked at in turn.

What is compared with is made of the listings alone, by other means than the read index: arrays of
coordinates with the geodesic of each row in doubt, sets of rows by value, and words looked for in the text.
"""

import json
import math
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from sqlalchemy import Connection

from mapsvc.directory.directory import Directory, utc_today
from mapsvc.directory.searches import Box, Filters, Near, Search
from mapsvc.domain.listings import Kind
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.storage.listings import plain_rows, texts_with_ids

QUESTIONS = 1000
MOST_ROWS_READ = 20_000  # with more rows, nothing is asked of all of them: their texts are read for words
AT_A_ROW, IN_A_CIRCLE = 0.9, 0.6  # shares of the questions
EVERYWHERE, WITH_AGE, WITH_WORDS = 10, 7, 3  # each how many-th question
AGES = (14, 16, 18)
WIDE, NARROW = 2.6, 1.5  # powers of ten of kilometres: 400, and 32 where there is much to read
KM_A_DEGREE = 110.0  # a little less than a degree of latitude is anywhere
NEAR_A_POLE = 85.0  # degrees: there, a circle is on every side
GEOD = Geod(ellps="WGS84")
PLAIN = ("kind", "country", "region")  # facets that a row has one value of
# By filter: the facet that it asks of.
FACETS = {
    "fields": "field",
    "sectors": "sector",
    "languages": "language",
    "accommodation": "accommodation",
    "countries": "country",
    "regions": "region",
    "kinds": "kind",
}

Progress = Callable[[int, int], None]
Places = NDArray[np.int64]
Numbers = NDArray[np.float64]


class Differs(MapsvcError):
    """The answers of a directory are not those of its rows."""

    message = _(
        "%(wrong)s of %(asked)s answers differ from the rows of the backup. Nothing was changed. "
        "Take another backup."
    )


@dataclass(frozen=True, slots=True)
class Within:
    """One transaction, where a directory expects an engine: it sees what is not committed yet."""

    connection: Connection

    def connect(self) -> AbstractContextManager[Connection]:
        """The connection, which stays open."""
        return nullcontext(self.connection)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The listings of one day as plain arrays; those with a value as their places in the arrays, in order."""

    ids: Places
    sites: Places
    lons: Numbers
    lats: Numbers
    ages: Places
    by_lat: Places
    with_value: dict[tuple[str, str], Places]


def verify(connection: Connection, *, progress: Progress, questions: int = QUESTIONS, seed: int = 1) -> None:
    """Nothing, when a directory over what connection sees answers every question as the rows do.

    Raises Differs with how many answers do not.
    """
    today = utc_today()
    directory = Directory(Within(connection), today=lambda: today)
    wrong = 0
    rows = _read(connection, today)
    for number, search in enumerate(_searches(connection, rows, questions, Random(seed))):  # noqa: S311
        if set(directory.listing_ids(search)) != _answer(connection, rows, search):
            wrong += 1
        progress(number + 1, questions)
    if wrong:
        raise Differs(wrong=wrong, asked=questions)


def _read(connection: Connection, today: date) -> Rows:
    numbers: dict[str, int] = {}
    ids, sites, ages, lons, lats = array("q"), array("q"), array("q"), array("d"), array("d")
    held: dict[tuple[str, str], array[int]] = defaultdict(lambda: array("q"))
    for place, row in enumerate(plain_rows(connection, today)):
        ids.append(row.id)
        sites.append(numbers.setdefault(row.site_key, len(numbers)))
        ages.append(10_000 if row.min_age is None else row.min_age)
        lons.append(row.lon)
        lats.append(row.lat)
        for value in (*_facets(row.facets), *zip(PLAIN, (row.kind, row.country, row.region), strict=True)):
            if value[1]:
                held[value].append(place)
    return Rows(
        ids=np.array(ids),
        sites=np.array(sites),
        lons=np.array(lons),
        lats=np.array(lats),
        ages=np.array(ages),
        by_lat=np.argsort(np.array(lats)),
        with_value={value: np.array(places) for value, places in held.items()},
    )


@lru_cache(maxsize=50_000)
def _facets(text: str) -> tuple[tuple[str, str], ...]:
    """The values of a row's facets; many rows share one text."""
    return tuple((name, value) for name, values in json.loads(text).items() for value in set(values))


def _searches(connection: Connection, rows: Rows, count: int, random: Random) -> Iterator[Search]:
    """Circles and boxes around rows that are there and elsewhere, with filters, ages, words, or none."""
    values = sorted(rows.with_value)
    small = 0 < len(rows.ids) <= MOST_ROWS_READ
    for number in range(count):
        place = random.randrange(len(rows.ids)) if len(rows.ids) and random.random() < AT_A_ROW else None
        search = _somewhere(rows, place, random)
        if small and number % EVERYWHERE == 0:
            search = Search()
        given: dict[str, Any] = {}
        if number % 2 and values:
            facet, value = random.choice(values)
            given |= {
                name: (Kind(value) if facet == "kind" else value,)
                for name, of in FACETS.items()
                if of == facet
            }
        if number % WITH_AGE == 0:
            given["age"] = random.choice(AGES)
        if number % WITH_WORDS == 0 and place is not None:
            given["words"] = _words(connection, int(rows.ids[place]), random)
        yield replace(search, filters=Filters(**given))


def _somewhere(rows: Rows, place: int | None, random: Random) -> Search:
    lon = random.uniform(-180, 180) if place is None else float(rows.lons[place])
    lat = random.uniform(-89, 89) if place is None else float(rows.lats[place])
    most = WIDE if len(rows.ids) <= MOST_ROWS_READ else NARROW
    radius_km = 10 ** random.uniform(0, most)
    if random.random() < IN_A_CIRCLE:
        return Search(Near(lon, lat, radius_km))
    around = radius_km / KM_A_DEGREE
    west, east = max(-180.0, lon - around), min(180.0, lon + around)
    return Search(box=Box(west, max(-90.0, lat - around), east, min(90.0, lat + around)))


def _answer(connection: Connection, rows: Rows, search: Search) -> set[int]:
    """The ids that stand for the sites found: of each the row that its words meet best, else the first."""
    found = _in_place(rows, search)
    filters = search.filters
    for attribute, facet in FACETS.items():
        if asked := getattr(filters, attribute):
            found = found[_holds(rows, facet, asked[0], found)]
    if filters.age is not None:
        found = found[rows.ages[found] <= filters.age]
    ids, sites = rows.ids[found], rows.sites[found]
    ranks = np.zeros(len(ids), dtype=np.int64)
    if filters.words:
        met = _ranked(connection, ids.tolist(), filters.words)
        kept = np.array([id_ in met for id_ in ids.tolist()], dtype=bool)
        ids, sites = ids[kept], sites[kept]
        ranks = np.array([met[id_] for id_ in ids.tolist()], dtype=np.int64)
    order = np.lexsort((ids, ranks, sites))
    _sites, first = np.unique(sites[order], return_index=True)
    return set(ids[order][first].tolist())


def _in_place(rows: Rows, search: Search) -> Places:
    """The places of the rows in a circle or a box, in order."""
    if search.near is not None and search.near.radius_km is not None:
        near, radius_km = search.near, search.near.radius_km
        around = radius_km / KM_A_DEGREE
        band = _between(rows, near.lat - around, near.lat + around)
        if abs(near.lat) + around < NEAR_A_POLE:
            aside = np.abs((rows.lons[band] - near.lon + 180) % 360 - 180)
            band = band[aside <= around / math.cos(math.radians(abs(near.lat) + around))]
        centre = (np.full(len(band), near.lon), np.full(len(band), near.lat))
        metres = np.asarray(GEOD.inv(*centre, rows.lons[band], rows.lats[band])[2] if len(band) else [])
        return np.sort(band[metres <= radius_km * 1000])
    if (box := search.box) is not None:
        band = _between(rows, box.south, box.north)
        return np.sort(band[(rows.lons[band] >= box.west) & (rows.lons[band] <= box.east)])
    return np.arange(len(rows.ids))


def _between(rows: Rows, south: float, north: float) -> Places:
    """The places of the rows between two latitudes, both included."""
    first = np.searchsorted(rows.lats, south, sorter=rows.by_lat)
    return rows.by_lat[first : np.searchsorted(rows.lats, north, side="right", sorter=rows.by_lat)]


def _holds(rows: Rows, facet: str, asked: str, found: Places) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Which of the rows have a value of a facet; a field is met by every code that begins with it."""
    met = np.zeros(len(found), dtype=bool)
    for (name, value), held in rows.with_value.items():
        if name == facet and (value == asked or (facet == "field" and value.startswith(asked))):
            at = np.minimum(np.searchsorted(held, found), len(held) - 1)
            met |= held[at] == found
    return met


def _ranked(connection: Connection, ids: list[int], words: tuple[str, ...]) -> dict[int, int]:
    """Of these listings those that hold all words: 0 in the title, 1 in title or place, 2 anywhere."""
    met: dict[int, int] = {}
    for id_, *parts in texts_with_ids(connection, ids):
        held = ""
        for rank, part in enumerate(parts):
            held += f" {fold(part)}"
            if all(f" {word}" in held for word in words):
                met[id_] = rank
                break
    return met


def _words(connection: Connection, id_: int, random: Random) -> tuple[str, ...]:
    """The beginnings of one or two words of a listing."""
    _id, *parts = next(texts_with_ids(connection, [id_]))
    words = fold(" ".join(parts)).split()
    chosen = random.sample(words, min(len(words), random.choice((1, 2))))
    return tuple(word[: random.choice((3, 5, 20))] for word in chosen)
