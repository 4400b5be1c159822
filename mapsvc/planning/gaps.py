"""Where hosts are missing: fields by region, hosts without seats, hosts of old, hosts far from any kit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from mapsvc.places.region_sets import RegionSet, Unit

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

WGS84 = Geod(ellps="WGS84")
MONTHS_AHEAD = 12
STALE_AFTER = timedelta(days=365)  # as services.staleness counts for referents
NOWHERE = -1
IN_DOUBT, FAR_M = 1.01, 8_000_000.0
"""A point whose straight line is longer than IN_DOUBT times the shortest is not the nearest on the ellipsoid,
while the shortest is below FAR_M: up to 10,000 km a geodesic and the arc over its chord differ by at most
0.12 % (300,000 random pairs). Beyond, all are measured."""


@dataclass(frozen=True, slots=True)
class HostSites:
    """The hosts on the map, one place a site: arrays of n places.

    `listing` is the id of the site's first row, `lon` and `lat` are degrees of WGS 84, `countries` and
    `regions` the codes that the site names itself ("" for none), `known` the day on which somebody last
    said that it is true, as a number (`date.toordinal`). Of each field that a site has: `field_site` (which
    site) and `field` (its place in `fields`, codes of ISCED-F of 2 to 4 digits, in order); no pair comes
    twice. Of each period: `period_site`, `first` and `last` (days as numbers, both included), `seats`.
    """

    listing: Integers
    lon: Floats
    lat: Floats
    countries: Sequence[str]
    regions: Sequence[str]
    known: Integers
    fields: Sequence[str]
    field_site: Integers
    field: Integers
    period_site: Integers
    first: Integers
    last: Integers
    seats: Integers

    def __len__(self) -> int:
        return len(self.listing)


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many sites there are by field and by region.

    `counts` has a row for each of the field codes asked for and one more, for what is none of them, and a
    column for each region. Of the same sites, each counted once: `by_field` (rows), `by_region` (columns)
    and `total`. A site with two fields is in two rows, so rows may add up to more than by_region.
    """

    counts: Integers
    by_field: Integers
    by_region: Integers
    total: int

    @property
    def holes(self) -> Integers:
        """For each region the number of field codes (without the last row) that no site there has."""
        found: Integers = (self.counts[:-1] == 0).sum(axis=0)
        return found


def cut(regions: RegionSet, within: Unit | None, level: int) -> list[Unit]:
    """The regions of a level inside a unit, None for everywhere, by id; coarser ones where there is no finer.

    A level that is not finer than the unit's gives the unit's own children, or the unit where it has none.
    """
    found: list[Unit] = []
    waiting = [within] if within else regions.units(regions.levels[0])
    least = within.level + 1 if within else regions.levels[0]
    while waiting:
        unit = waiting.pop()
        finer = regions.children(unit.id) if unit.level < max(level, least) else []
        waiting.extend(finer)
        if not finer:
            found.append(unit)
    return sorted(found, key=lambda unit: unit.id)


def places_among(found: Sequence[str | None], units: Sequence[Unit], regions: RegionSet) -> Integers:
    """For each site, whose finest region is given, its place among units; NOWHERE for a site in none."""
    wanted = {unit.id: place for place, unit in enumerate(units)}
    known: Mapping[str | None, int] = {
        key: next((wanted[one] for one in regions.ancestors(key) if one in wanted), NOWHERE)
        for key in set(found)
        if key is not None
    }
    return np.fromiter((known.get(key, NOWHERE) for key in found), dtype=np.int64, count=len(found))


def matrix(
    sites: HostSites, region: Integers, regions: int, codes: Sequence[str], within: str = ""
) -> Matrix:
    """The sites by field and region.

    region is the place of each site's region, from 0 to regions - 1, or NOWHERE: that site is left out. A
    site has a code when one of its fields begins with it. Where within is given, a code itself, only sites
    that have it count.
    """
    rows = _rows_of(sites.fields, codes)
    holders = _holders(sites, within)
    counted = (region != NOWHERE) & holders
    has_row = (rows[sites.field] != NOWHERE) & counted[sites.field_site]
    pairs = np.unique(sites.field_site[has_row] * len(codes) + rows[sites.field[has_row]])
    site, row = np.divmod(pairs, max(len(codes), 1))
    counts = np.zeros((len(codes) + 1, regions), dtype=np.int64)
    np.add.at(counts, (row, region[site]), 1)
    other = counted.copy()
    other[site] = False
    counts[-1] = np.bincount(region[other], minlength=regions)
    by_region = np.bincount(region[counted], minlength=regions)
    return Matrix(counts, counts.sum(axis=1), by_region, int(counted.sum()))


def has_field(sites: HostSites, within: str) -> Mask:
    """Which of the sites have a field that begins with a code; all for ""."""
    return _holders(sites, within)


def has_seats(sites: HostSites, today: date) -> Mask:
    """Which of the sites have a seat on a day of the coming MONTHS_AHEAD months, today included."""
    end = months_later(today, MONTHS_AHEAD)
    open_ones = (sites.seats > 0) & (sites.last >= today.toordinal()) & (sites.first <= end.toordinal())
    found = np.zeros(len(sites), dtype=np.bool_)
    found[sites.period_site[open_ones]] = True
    return found


def last_seats(sites: HostSites) -> Integers:
    """For each site the last day on which it has a seat, as a number; 0 where it names no day with seats."""
    found = np.zeros(len(sites), dtype=np.int64)
    given = sites.seats > 0
    np.maximum.at(found, sites.period_site[given], sites.last[given])
    return found


def is_stale(sites: HostSites, today: date) -> Mask:
    """Which of the sites nobody has said to be true for STALE_AFTER."""
    found: Mask = sites.known < (today - STALE_AFTER).toordinal()
    return found


def nearest(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> tuple[Integers, Floats]:
    """For each point the nearest of the others, and how many metres it is to there on the ellipsoid.

    Points are in degrees of WGS 84. Of others equally near it is the first. Where there are no others it
    is NOWHERE, infinitely far away.

    Source: Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), doi:10.1007/s00190-012-0578-z.
    """
    place = np.full(len(lon), NOWHERE, dtype=np.int64)
    metres = np.full(len(lon), np.inf)
    here, others = _positions(lon, lat), _positions(other_lon, other_lat)
    chords = np.full(len(lon), np.inf)
    for other in others:
        np.minimum(chords, _chords(here, other), out=chords)
    most = np.where(chords < FAR_M, chords * IN_DOUBT + 1.0, np.inf)
    for number, other in enumerate(others):
        possible = np.flatnonzero(_chords(here, other) <= most)
        far = WGS84.inv(
            lon[possible],
            lat[possible],
            np.full(len(possible), other_lon[number]),
            np.full(len(possible), other_lat[number]),
        )[2]
        nearer = np.asarray(far) < metres[possible]
        metres[possible[nearer]], place[possible[nearer]] = np.asarray(far)[nearer], number
    return place, metres


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)


def _rows_of(fields: Sequence[str], codes: Collection[str]) -> Integers:
    """For each field the place of the code that it begins with; NOWHERE for none."""
    places = {code: place for place, code in enumerate(codes)}
    found = [
        next((places[field[:end]] for end in range(len(field), 0, -1) if field[:end] in places), NOWHERE)
        for field in fields
    ]
    return np.array(found, dtype=np.int64)


def _holders(sites: HostSites, code: str) -> Mask:
    if not code:
        return np.ones(len(sites), dtype=np.bool_)
    begins = np.array([field.startswith(code) for field in sites.fields], dtype=np.bool_)
    found = np.zeros(len(sites), dtype=np.bool_)
    found[sites.field_site[begins[sites.field]]] = True
    return found


def _positions(lon: Floats, lat: Floats) -> Floats:
    """Points of the ellipsoid in metres from the centre of the earth, shape (n, 3)."""
    east, north = np.radians(lon), np.radians(lat)
    across = WGS84.a / np.sqrt(1 - WGS84.es * np.sin(north) ** 2)
    level = across * np.cos(north)
    return np.column_stack(
        (level * np.cos(east), level * np.sin(east), across * (1 - WGS84.es) * np.sin(north))
    )


def _chords(here: Floats, other: Any) -> Floats:
    """The straight lines from points to one other, in metres."""
    found: Floats = np.linalg.norm(here - other, axis=1)
    return found
