"""Where hosts are missing, of the directory as it is now: counted once for each of its changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

import numpy as np
from sqlalchemy import Engine

from mapsvc.directory.censuses import Stands
from mapsvc.directory.directory import Directory
from mapsvc.directory.host_sites import KitPoints, host_sites, kit_points, site_titles
from mapsvc.places.region_sets import RegionSet, Unit
from mapsvc.planning import gaps
from mapsvc.planning.gaps import NOWHERE, Floats, HostSites, Integers, Mask, Matrix
from mapsvc.services.coverages import places_at
from mapsvc.storage.known_days import known_days

KEPT = 2  # states of a directory: the last one, and the one that somebody still reads
METRES = 1000.0


class Missing(StrEnum):
    """The lists of hosts with which something is missing."""

    SEATS = "no-seats"
    STALE = "stale"
    FAR = "far-from-kits"


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The hosts and kits of a state of the directory, with the nearest kit of each host."""

    sites: HostSites
    kits: KitPoints
    kit: Integers
    kit_m: Floats
    last_seat: Integers


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the hosts of a list: places of sites in their order, and how many sites the list has."""

    known: Known
    sites: Sequence[int]
    total: int


@dataclass(frozen=True, slots=True)
class Table:
    """The matrix of gaps, what its columns are, and how many of the hosts looked at lie in none of them."""

    units: Sequence[Unit]
    matrix: Matrix
    outside: int


def known_hosts(directory: Directory, engine: Engine) -> Known:
    """All that can be counted of the directory as it is now; engine is the public one."""
    return _known(directory, engine, directory.version)


def table(
    directory: Directory,
    engine: Engine,
    *,
    regions: RegionSet,
    within: Unit | None,
    level: int,
    codes: Sequence[str],
    field: str = "",
) -> Table:
    """The hosts by field (one row a code) and by the regions of a level in a unit, None for everywhere."""
    known = known_hosts(directory, engine)
    sites, units = known.sites, gaps.cut(regions, within, level)
    places = gaps.places_among(_finest(known, regions), units, regions)
    counted = gaps.matrix(sites, places, len(units), codes, field)
    inside = gaps.has_field(sites, field) & _lie_in(known, regions, within)
    return Table(units, counted, int(inside.sum()) - counted.total)


def missing(
    directory: Directory,
    engine: Engine,
    what: Missing,
    *,
    regions: RegionSet,
    within: Unit | None,
    field: str,
    km: float,
    today: date,
    sort: str = "",
    offset: int = 0,
    limit: int | None = None,
) -> Found:
    """The hosts inside a unit with which something is missing; with a field where one is given.

    Without sort the most urgent come first: those whose seats ended last, those not confirmed for the
    longest, those farthest from a kit. "name", "days" and "distance" (the nearest to a kit last) are
    other orders; ties come in order of listing.
    """
    known = known_hosts(directory, engine)
    chosen = _which(known, what, km, today) & gaps.has_field(known.sites, field)
    chosen &= _lie_in(known, regions, within)
    sites = np.flatnonzero(chosen)
    ordered = sites[np.lexsort((known.sites.listing[sites], _key(directory, known, what, sites, sort)))]
    end = None if limit is None else offset + limit
    return Found(known, ordered[offset:end].tolist(), len(sites))


def _lie_in(known: Known, regions: RegionSet, within: Unit | None) -> Mask:
    if within is None:
        return np.ones(len(known.sites), dtype=np.bool_)
    found: Mask = gaps.places_among(_finest(known, regions), [within], regions) != NOWHERE
    return found


def _which(known: Known, what: Missing, km: float, today: date) -> Mask:
    if what is Missing.SEATS:
        return ~gaps.has_seats(known.sites, today)
    if what is Missing.STALE:
        return gaps.is_stale(known.sites, today)
    return known.kit_m > km * METRES


def _key(directory: Directory, known: Known, what: Missing, sites: Integers, sort: str) -> Integers | Floats:
    """By what these sites are ordered, the least first."""
    if sort == "name":
        titles = site_titles(directory.census(), known.sites.listing[sites])
        ranks = {title: rank for rank, title in enumerate(sorted(set(titles)))}
        return np.array([ranks[title] for title in titles], dtype=np.int64)
    if sort == "distance" or (what is Missing.FAR and sort != "days"):
        return -known.kit_m[sites]
    if what is Missing.SEATS:
        return -known.last_seat[sites]
    return known.sites.known[sites]


@lru_cache(KEPT)
def _known(directory: Directory, engine: Engine, version: str) -> Known:
    with engine.connect() as connection:
        days = list(known_days(connection))
    census = directory.census()
    sites, kits = host_sites(census, days), kit_points(census)
    kit, kit_m = gaps.nearest(sites.lon, sites.lat, kits.lon, kits.lat)
    return Known(sites, kits, kit, kit_m, gaps.last_seats(sites))


@lru_cache(KEPT)
def _finest(known: Known, regions: RegionSet) -> Sequence[str | None]:
    """The region of each site, as the page on coverage finds it."""
    sites = known.sites
    nobody = np.zeros(len(sites), dtype=np.bool_)
    countries, named = ([code or None for code in told] for told in (sites.countries, sites.regions))
    return places_at(Stands(sites.lon, sites.lat, countries, named, nobody), regions)
