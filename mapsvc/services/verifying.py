"""Asks a directory a thousand questions, and compares its answers with those of every row looked at in turn.

What is compared with is made of the listings alone, by other means than the read index: arrays of
coordinates with the geodesic of each row in doubt, sets of rows by value, and words looked for in the text.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any

import numpy as np
from pyproj import Geod
from sqlalchemy import Connection, Engine

from mapsvc.directory.directory import Directory, utc_today
from mapsvc.directory.searches import Box, Filters, Near, Search
from mapsvc.domain.listings import Kind
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.storage.listings import ListingRow, all_rows, rows_with_ids

QUESTIONS = 1000
MOST_ROWS_READ = 20_000  # with more rows, nothing is asked of all of them: their texts are read for words
AT_A_ROW, IN_A_CIRCLE = 0.9, 0.6  # shares of the questions
EVERYWHERE, WITH_AGE, WITH_WORDS = 10, 7, 3  # each how many-th question
AGES = (14, 16, 18)
WIDE, NARROW = 2.6, 1.5  # powers of ten of kilometres: 400, and 32 where there is much to read
KM_A_DEGREE = 110.0  # a little less than a degree of latitude is anywhere
GEOD = Geod(ellps="WGS84")
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


class Differs(MapsvcError):
    """The answers of a directory are not those of its rows."""

    message = _(
        "%(wrong)s of %(asked)s answers differ from the rows that were restored. The restore is not complete."
    )


@dataclass(slots=True)
class Rows:
    """The listings of one day, as plain arrays and sets."""

    ids: list[int] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    lons: "array[float]" = field(default_factory=lambda: array("d"))
    lats: "array[float]" = field(default_factory=lambda: array("d"))
    ages: "array[int]" = field(default_factory=lambda: array("i"))
    with_value: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, row: ListingRow) -> None:
        """Takes a listing in."""
        place = len(self.ids)
        self.ids.append(row.id)
        self.sites.append(row.site_key)
        self.lons.append(row.lon)
        self.lats.append(row.lat)
        self.ages.append(10_000 if row.min_age is None else row.min_age)
        plain = {"kind": [row.kind], "country": [row.country], "region": [row.region]}
        for name, values in {**row.facets, **plain}.items():
            for value in values:
                if value:
                    self.with_value[name, value].add(place)


def verify(public: Engine, *, progress: Progress, questions: int = QUESTIONS, seed: int = 1) -> None:
    """Nothing, when a directory over these public tables answers every question as its rows do.

    Raises Differs with how many answers do not.
    """
    today = utc_today()
    directory = Directory(public, today=lambda: today)
    wrong = 0
    with public.connect() as connection:
        rows = _read(connection, today)
        for number, search in enumerate(_searches(connection, rows, questions, Random(seed))):  # noqa: S311
            if set(directory.listing_ids(search)) != _answer(connection, rows, search):
                wrong += 1
            progress(number + 1, questions)
    if wrong:
        raise Differs(wrong=wrong, asked=questions)


def _read(connection: Connection, today: date) -> Rows:
    rows = Rows()
    for row in all_rows(connection):
        if (row.visible_from or today) <= today <= (row.visible_until or today):
            rows.add(row)
    return rows


def _searches(connection: Connection, rows: Rows, count: int, random: Random) -> Iterator[Search]:
    """Circles and boxes around rows that are there and elsewhere, with filters, ages, words, or none."""
    values = sorted(rows.with_value)
    small = 0 < len(rows.ids) <= MOST_ROWS_READ
    for number in range(count):
        place = random.randrange(len(rows.ids)) if rows.ids and random.random() < AT_A_ROW else None
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
            given["words"] = _words(connection, rows.ids[place], random)
        yield replace(search, filters=Filters(**given))


def _somewhere(rows: Rows, place: int | None, random: Random) -> Search:
    lon = random.uniform(-180, 180) if place is None else rows.lons[place]
    lat = random.uniform(-89, 89) if place is None else rows.lats[place]
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
            sets = _with(rows, facet, asked[0])
            found = {place for place in found if any(place in one for one in sets)}
    if filters.age is not None:
        found = {place for place in found if rows.ages[place] <= filters.age}
    ranks = dict.fromkeys(found, 0)
    if filters.words:
        met = _ranked(connection, [rows.ids[place] for place in found], filters.words)
        ranks = {place: met[rows.ids[place]] for place in found if rows.ids[place] in met}
    best: dict[str, tuple[int, int]] = {}
    for place, rank in ranks.items():
        one = (rank, rows.ids[place])
        best[rows.sites[place]] = min(best.get(rows.sites[place], one), one)
    return {id_ for _rank, id_ in best.values()}


def _in_place(rows: Rows, search: Search) -> set[int]:
    lons, lats = np.asarray(rows.lons), np.asarray(rows.lats)
    inside = np.ones(len(lons), dtype=bool)
    if search.near is not None and search.near.radius_km is not None:
        near, radius_km = search.near, search.near.radius_km
        inside &= np.abs(lats - near.lat) <= radius_km / KM_A_DEGREE
        doubtful = np.flatnonzero(inside)
        count = len(doubtful)
        centre = (np.full(count, near.lon), np.full(count, near.lat))
        metres = GEOD.inv(*centre, lons[doubtful], lats[doubtful])[2] if count else np.zeros(0)
        inside[doubtful] = np.asarray(metres) <= radius_km * 1000
    if (box := search.box) is not None:
        inside &= (lats >= box.south) & (lats <= box.north) & (lons >= box.west) & (lons <= box.east)
    return set(np.flatnonzero(inside).tolist())


def _with(rows: Rows, facet: str, asked: str) -> list[set[int]]:
    """The rows with a value of a facet, in sets; a field is met by every code that begins with it."""
    if facet != "field":
        return [rows.with_value[facet, asked]]
    return [
        held for (name, code), held in rows.with_value.items() if name == facet and code.startswith(asked)
    ]


def _ranked(connection: Connection, ids: list[int], words: tuple[str, ...]) -> dict[int, int]:
    """Of these listings those that hold all words: 0 in the title, 1 in title or place, 2 anywhere."""
    met: dict[int, int] = {}
    for row in rows_with_ids(connection, ids):
        held = ""
        for rank, part in enumerate((row.title, row.place, row.search_text)):
            held += f" {fold(part)}"
            if all(f" {word}" in held for word in words):
                met[row.id] = rank
                break
    return met


def _words(connection: Connection, id_: int, random: Random) -> tuple[str, ...]:
    """The beginnings of one or two words of a listing."""
    row = rows_with_ids(connection, [id_])[0]
    words = fold(f"{row.title} {row.place} {row.search_text}").split()
    chosen = random.sample(words, min(len(words), random.choice((1, 2))))
    return tuple(word[: random.choice((3, 5, 20))] for word in chosen)
