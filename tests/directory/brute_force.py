"""The same questions answered the slow way: every row, one after the other, with pyproj.Geod.

Written from the rules, not from the index, and sharing nothing with it but the words of the question.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from math import asinh, floor, pi, radians, tan
from typing import Any, NamedTuple

from pyproj import Geod

from mapsvc.directory.searches import Box, Filters, Search, Sort
from mapsvc.places.folding import fold
from mapsvc.storage.listings import ListingRow

Found = tuple[int, float | None]  # listing id, metres

GEOD = Geod(ellps="WGS84")
FACETS: dict[str, tuple[str, Callable[[ListingRow], Iterable[str]]]] = {
    "kind": ("kinds", lambda row: [row.kind]),
    "field": ("fields", lambda row: row.facets.get("field", [])),
    "sector": ("sectors", lambda row: row.facets.get("sector", [])),
    "language": ("languages", lambda row: row.facets.get("language", [])),
    "accommodation": ("accommodation", lambda row: row.facets.get("accommodation", [])),
    "access": ("access", lambda row: row.facets.get("access", [])),
    "programme": ("", lambda row: row.facets.get("programme", [])),
    "country": ("countries", lambda row: [row.country] if row.country else []),
    "region": ("regions", lambda row: [row.region] if row.region else []),
}


def distance_m(search: Search, row: ListingRow) -> float | None:
    """Metres from the centre, None without one."""
    if search.near is None:
        return None
    return geodesic_m(search.near.lon, search.near.lat, row.lon, row.lat)


@lru_cache(maxsize=100_000)  # each row is asked about once for each facet
def geodesic_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres on the ellipsoid."""
    return float(GEOD.inv(lon, lat, other_lon, other_lat)[2])


@lru_cache(maxsize=100_000)
def words_of(text: str) -> list[str]:
    """The folded words of a text."""
    return fold(text).split()


def rank(row: ListingRow, words: Iterable[str]) -> int | None:
    """0 when all words begin words of the title, 1 of title or place, 2 of anything; None otherwise."""
    title, place, text = (words_of(part) for part in (row.title, row.place, row.search_text))
    for number, held in enumerate((title, title + place, title + place + text)):
        if all(any(one.startswith(word) for one in held) for word in words):
            return number
    return None


def has_seats(row: ListingRow, filters: Filters, today: date) -> bool:
    """Whether every working week of the stay is inside one of the row's periods with seats."""
    first, last = filters.first or filters.last, filters.last or filters.first
    if first is None or last is None:
        return filters.seats is None or any(
            _seats(period) >= filters.seats and period[1] >= today.isoformat() for period in row.periods
        )
    stay = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    weeks = defaultdict(list)
    for one in stay:
        if one.isoweekday() < 6:
            weeks[one.isocalendar()[:2]].append(one.isoformat())
    if not weeks:
        weeks[(0, 0)] = [one.isoformat() for one in stay]
    return all(
        any(
            period[0] <= min(week) and max(week) <= period[1] and _seats(period) >= (filters.seats or 1)
            for period in row.periods
        )
        for week in weeks.values()
    )


def is_in_place(search: Search, row: ListingRow) -> bool:
    """Whether the row is inside the circle and the box."""
    near, box = search.near, search.box
    if near and near.radius_km is not None and (distance_m(search, row) or 0) > near.radius_km * 1000:
        return False
    if box is None:
        return True
    if not box.south <= row.lat <= box.north:
        return False
    meridians = {row.lon, -row.lon} if abs(row.lon) == 180 else {row.lon}
    if box.west <= box.east:
        return any(box.west <= lon <= box.east for lon in meridians)
    return any(lon >= box.west or lon <= box.east for lon in meridians)


def meets(search: Search, row: ListingRow, today: date, *, but: str = "") -> bool:
    """Whether a row meets everything, leaving out the facet named by `but`."""
    filters = search.filters
    if (row.visible_from and row.visible_from > today) or (row.visible_until and row.visible_until < today):
        return False
    if filters.age is not None and (row.min_age is None or row.min_age > filters.age):
        return False
    if filters.words and rank(row, filters.words) is None:
        return False
    for name, (attribute, values) in FACETS.items():
        wanted = getattr(filters, attribute) if attribute and name != but else ()
        if wanted and not any(_is(name, value, one) for value in values(row) for one in wanted):
            return False
    return has_seats(row, filters, today) and is_in_place(search, row)


def answer(
    world: list[ListingRow], search: Search, today: date
) -> tuple[list[tuple[int, float | None]], dict]:
    """All hits in order as (listing id, metres rounded to 0.1), and the counts by facet and value."""
    best = found(world, search, today)
    hits = [
        (row.id, None if search.near is None else round(distance_m(search, row) or 0.0, 1)) for row in best
    ]
    return hits, {name: _counts(world, search, today, name) for name in FACETS}


def found(world: list[ListingRow], search: Search, today: date) -> list[ListingRow]:
    """The rows that stand for the sites found, in order."""
    by_site: dict[str, list[ListingRow]] = defaultdict(list)
    for one in world:
        if meets(search, one, today):
            by_site[one.site_key].append(one)
    words = search.filters.words
    best = [min(rows, key=lambda row: (rank(row, words), row.id)) for rows in by_site.values()]
    if search.near and search.near.k is not None:
        best = sorted(best, key=lambda row: (distance_m(search, row), row.id))[: search.near.k]
    return sorted(best, key=lambda row: _order(search, row))


def rows_of_sites(world: list[ListingRow], hits: Iterable[Found], today: date) -> list[int]:
    """How many visible rows the site of each hit has."""
    sites = {row.id: row.site_key for row in world}
    seen = Counter(row.site_key for row in world if meets(Search(), row, today))
    return [seen[sites[id_]] for id_, _ in hits]


class Cells(NamedTuple):
    """Cells of a map: their level, and for each rectangle the first and last columns and rows."""

    level: int
    columns: tuple[tuple[int, int], ...]
    rows: tuple[int, int]

    def __contains__(self, cell: object) -> bool:
        assert isinstance(cell, tuple)
        column, row = cell
        return self.rows[0] <= row <= self.rows[1] and any(
            first <= column <= last for first, last in self.columns
        )


def cell(lon: float, lat: float, level: int) -> tuple[int, int]:
    """The column from the west and the row from the north where the map is cut into 2^level squared."""
    lat = max(-85.0511287798066, min(85.0511287798066, lat))
    across, down = (lon + 180) / 360, (1 - asinh(tan(radians(lat))) / pi) / 2
    most = 2**level - 1
    return min(floor(across * 2**level), most), max(0, min(floor(down * 2**level), most))


def cells_of_box(box: Box, zoom: int) -> Cells:
    """The cells of 64 pixels that a box touches, tiles being 256 wide."""
    (west, north), (east, south) = (
        cell(lon, lat, zoom + 2) for lon, lat in ((box.west, box.north), (box.east, box.south))
    )
    columns = ((west, 2 ** (zoom + 2) - 1), (0, east)) if box.west > box.east else ((west, east),)
    return Cells(zoom + 2, columns, (north, south))


def cells_of_tile(zoom: int, x: int, y: int) -> Cells:
    """The cells of a tile, eight by eight."""
    return Cells(zoom + 3, ((8 * x, 8 * x + 7),), (8 * y, 8 * y + 7))


def view(
    world: list[ListingRow], search: Search, today: date, cells: Cells
) -> tuple[int, dict[tuple[int, int], tuple[Any, ...]], list[dict[str, Any]]]:
    """The sites in these cells: how many; for each cell with several, where more than 150 are seen, their
    mean position, kinds and box; and the others as pins, by id.
    """
    members = defaultdict(list)
    for one in found(world, search, today):
        if (place := cell(one.lon, one.lat, cells.level)) in cells:
            members[place].append(one)
    total = sum(map(len, members.values()))
    crowded = {place: rows for place, rows in members.items() if total > 150 and len(rows) > 1}
    clusters = {place: _cluster(rows) for place, rows in crowded.items()}
    alone = sorted(
        (one for place in members.keys() - crowded for one in members[place]), key=lambda one: one.id
    )
    names = ("id", "kind", "lon", "lat", "title", "precision", "sample")
    return total, clusters, [{name: getattr(one, name) for name in names} for one in alone]


def _cluster(rows: list[ListingRow]) -> tuple[Any, ...]:
    lons, lats = [one.lon for one in rows], [one.lat for one in rows]
    mean = sum(lons) / len(rows), sum(lats) / len(rows)
    return (*mean, Counter(one.kind for one in rows), (min(lons), min(lats), max(lons), max(lats)))


def nearest_anywhere(world: list[ListingRow], search: Search, today: date) -> float | None:
    """Metres to the nearest row that meets all but the place, None when there is none."""
    assert search.near is not None
    wide = replace(search, box=None, near=replace(search.near, radius_km=None, k=None))
    return min((distance_m(wide, one) or 0.0 for one in world if meets(wide, one, today)), default=None)


def _order(search: Search, row: ListingRow) -> tuple[object, ...]:
    distance, name = (distance_m(search, row), row.id), (fold(row.title)[:50], row.id)
    by_place = distance if search.near else None
    if search.sort is Sort.NAME:
        return name
    if search.sort is Sort.RELEVANCE and search.filters.words:
        return (rank(row, search.filters.words), *(by_place or name))
    return by_place or (not row.confirmed, *name)


def _counts(world: list[ListingRow], search: Search, today: date, name: str) -> dict[str, int]:
    sites = defaultdict(set)
    attribute, values = FACETS[name]
    asked = getattr(search.filters, attribute) if name == "field" else ()
    for one in world:
        if meets(search, one, today, but=name):
            for value in values(one):
                sites[value].add(one.site_key)
                if name == "field":
                    for prefix in {value[:2], *(code for code in asked if value.startswith(code))}:
                        sites[prefix].add(one.site_key)
    return {value: len(found) for value, found in sites.items()}


def _is(name: str, value: str, wanted: str) -> bool:
    return value.startswith(wanted) if name == "field" else value == wanted


def _seats(period: list) -> int:
    return 1 if period[2] is None else period[2]
