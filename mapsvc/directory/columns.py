"""The listings as columns: arrays with one place per row, made once and never changed."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.facets import FIELD, STORED, Facet, facet, with_families
from mapsvc.directory.weeks import Periods, periods
from mapsvc.places.folding import fold
from mapsvc.storage.listings import ListingRow

NO_AGE = np.iinfo(np.int16).max  # no asked age reaches it

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Rows = NDArray[np.int64]  # numbers of rows


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The different points that rows stand on; lon and lat in degrees, unit as (n, 3) unit vectors."""

    lon: Floats
    lat: Floats
    unit: Floats

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """All listings, ordered by site and then id, so that the rows of a site are adjacent.

    `sites` numbers the sites of the rows from 0 upwards; `points` is the place in `at` of each
    row's point; `names` orders rows by folded title, equal titles having equal numbers; `by_id`
    lists the rows in order of id; visibility is in days since 1 January of year 1, both included.
    """

    ids: Integers
    by_id: Rows
    sites: NDArray[np.int32]
    site_keys: tuple[str, ...]
    points: NDArray[np.int32]
    at: Points
    names: NDArray[np.int32]
    confirmed: NDArray[np.bool_]
    min_age: NDArray[np.int16]
    visible_from: NDArray[np.int32]
    visible_until: NDArray[np.int32]
    facets: Mapping[str, Facet]
    periods: Periods
    listings: tuple[ListingRow, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def rows_with_ids(self, ids: Iterable[int]) -> Rows:
        """The rows of these listing ids, ids that are not here left out; in the order of ids given."""
        asked = np.fromiter(ids, dtype=np.int64)
        if not len(self.ids):
            return np.zeros(0, dtype=np.int64)
        rows: Rows = self.by_id[np.minimum(np.searchsorted(self.ids[self.by_id], asked), len(self.ids) - 1)]
        found: Rows = rows[self.ids[rows] == asked]
        return found

    def rows_of_site(self, site_key: str) -> Rows:
        """The rows of a site in order of id; none when there is no such site."""
        site = bisect_left(self.site_keys, site_key)
        if site == len(self.site_keys) or self.site_keys[site] != site_key:
            return np.zeros(0, dtype=np.int64)
        start, end = np.searchsorted(self.sites, [site, site + 1])
        return np.arange(start, end)


def columns_of(listings: Iterable[ListingRow]) -> Columns:
    """The columns of these listings, whatever order they come in; ids must be unique."""
    rows = tuple(sorted(listings, key=lambda row: (row.site_key, row.id)))
    site_keys = tuple(sorted({row.site_key for row in rows}))
    number = {key: code for code, key in enumerate(site_keys)}
    sites = np.array([number[row.site_key] for row in rows], dtype=np.int32)
    ids = np.array([row.id for row in rows], dtype=np.int64)
    points, at = _points(rows)
    return Columns(
        ids=ids,
        by_id=np.argsort(ids),
        sites=sites,
        site_keys=site_keys,
        points=points,
        at=at,
        names=_ranks([fold(row.title) for row in rows]),
        confirmed=np.array([row.confirmed for row in rows], dtype=np.bool_),
        min_age=np.array([NO_AGE if row.min_age is None else row.min_age for row in rows], dtype=np.int16),
        visible_from=_days((row.visible_from for row in rows), absent=date.min),
        visible_until=_days((row.visible_until for row in rows), absent=date.max),
        facets=_facets(rows, sites),
        periods=periods(row.periods for row in rows),
        listings=rows,
    )


def unit_vectors(lon: Floats, lat: Floats) -> Floats:
    """Points in degrees as vectors of length 1, shape (n, 3)."""
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))


def _points(rows: tuple[ListingRow, ...]) -> tuple[NDArray[np.int32], Points]:
    number: dict[tuple[float, float], int] = {}
    points = np.array([number.setdefault((row.lon, row.lat), len(number)) for row in rows], dtype=np.int32)
    coordinates = np.array(list(number), dtype=np.float64).reshape(-1, 2)
    lon, lat = np.ascontiguousarray(coordinates[:, 0]), np.ascontiguousarray(coordinates[:, 1])
    return points, Points(lon, lat, unit_vectors(lon, lat))


def _ranks(titles: list[str]) -> NDArray[np.int32]:
    place = {title: rank for rank, title in enumerate(sorted(set(titles)))}
    return np.array([place[title] for title in titles], dtype=np.int32)


def _days(days: Iterable[date | None], *, absent: date) -> NDArray[np.int32]:
    return np.array([(absent if day is None else day).toordinal() for day in days], dtype=np.int32)


def _facets(rows: tuple[ListingRow, ...], sites: NDArray[np.int32]) -> dict[str, Facet]:
    found = {name: facet((row.facets.get(name, ()) for row in rows), sites) for name in STORED}
    found[FIELD] = facet((with_families(row.facets.get(FIELD, ())) for row in rows), sites)
    for name in ("kind", "country", "region"):
        found[name] = facet(((value,) if (value := getattr(row, name)) else () for row in rows), sites)
    return found
