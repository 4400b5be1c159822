"""What each region has: hosts, seats, former participants and kits, counted once for each change."""

import threading
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import chain

import numpy as np

from mapsvc.directory.censuses import Census, PartialCensus, Stands
from mapsvc.directory.columns import Columns, Integers
from mapsvc.directory.directory import Directory
from mapsvc.domain.listings import Kind
from mapsvc.places.region_sets import RegionSet
from mapsvc.planning.coverage import Tally, tallied

MOST_KEPT = 64  # counts of one state: all measures of some sets

Places = list[str | None]  # the finest known region of each site


class Measure(StrEnum):
    """What can be counted by region."""

    SITES = "sites"
    SEATS = "seats"
    FIELD = "field"
    ALUMNI = "alumni"
    KITS = "kits"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to count: month is the first day of one, for SEATS; field a code of ISCED-F 2013, for FIELD."""

    measure: Measure
    month: date | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, the hosts beside it, and the hosts that tell what is counted.

    Where a region has hosts and none of them tells, the number of the region is not known, rather than 0.
    """

    tally: Tally
    hosts: Tally
    telling: Tally

    def value(self, key: str) -> int | None:
        """The number of a region; None where it has hosts of which none tells."""
        if self.hosts.of(key) and not self.telling.of(key):
            return None
        return self.tally.of(key)


class Coverages:
    """Counts by region over the directory; safe to share between threads.

    Where each site stands is looked up once for the columns that hold nearly all, and again for the
    few sites that changed since. What was counted is kept until the directory changes, or the day.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._places: dict[str, tuple[RegionSet, Columns, Places]] = {}
        self._version = ""
        self._fields: tuple[str, tuple[str, ...]] = ("", ())
        self._kept: dict[tuple[Wanted, str], tuple[RegionSet, Counted]] = {}

    def counted(self, wanted: Wanted, regions: RegionSet, *, today: date) -> Counted:
        """What is wanted, by region of a set. Of this month, periods that are over do not count."""
        census = self._directory.census()
        with self._lock:  # who comes second finds what the first one counted
            if census.version != self._version or len(self._kept) >= MOST_KEPT:
                self._version = census.version
                self._kept.clear()
            kept = self._kept.get((wanted, regions.key))
            if kept is None or kept[0] is not regions:
                kept = regions, self._count(census, wanted, regions, today)
                self._kept[wanted, regions.key] = kept
            return kept[1]

    def fields(self) -> tuple[str, ...]:
        """The codes of the fields of education that rows name, in order."""
        census, kept = self._directory.census(), self._fields
        if kept[0] != census.version:
            codes = {code for part in census.parts for code in part.fields()}
            kept = self._fields = census.version, tuple(sorted(codes))
        return kept[1]

    def ids_in(self, key: str, regions: RegionSet, kind: Kind, *, field: str | None = None) -> list[int]:
        """The id of a listing of each site of a kind in a region, by title; with a field, of sites of it."""
        found: list[tuple[bytes, int]] = []
        for index, part in enumerate(self._directory.census().parts):
            with self._lock:
                places = self._places_of(part, regions, base=not index)
            sites = np.flatnonzero(part.sites_of(kind, field=field))
            inside = [one for one in sites.tolist() if _lies_in(places[one], key, regions)]
            columns = part.columns
            rows = columns.starts[inside].tolist()
            found += [(columns.folded_title(row), int(columns.ids[row])) for row in rows]
        return [id_ for _title, id_ in sorted(found)]

    def _count(self, census: Census, wanted: Wanted, regions: RegionSet, today: date) -> Counted:
        places = [self._places_of(part, regions, base=not index) for index, part in enumerate(census.parts)]

        def tally(amounts: Callable[[PartialCensus], Integers]) -> Tally:
            found = np.concatenate([amounts(part) for part in census.parts])
            return tallied(found, list(chain.from_iterable(places)), regions)

        hosts = tally(lambda part: part.sites_of(Kind.HOST))
        telling = hosts
        if wanted.measure is Measure.SEATS:
            telling = tally(PartialCensus.sites_with_periods)
        return Counted(tally(partial(_amounts, wanted=wanted, today=today)), hosts, telling)

    def _places_of(self, part: PartialCensus, regions: RegionSet, *, base: bool) -> Places:
        """Where the sites of a part stand; kept for the columns that hold nearly all of them."""
        kept = self._places.get(regions.key)
        if base and kept and kept[0] is regions and kept[1] is part.columns:
            return kept[2]
        found = places_at(part.stands, regions)
        if base:
            self._places[regions.key] = regions, part.columns, found
        return found


def _lies_in(place: str | None, key: str, regions: RegionSet) -> bool:
    return place is not None and key in regions.ancestors(place)


def places_at(stands: Stands, regions: RegionSet) -> Places:
    """The finest region of a set in which each site stands; its country where no region is known, else None.

    A row's own region counts where it is one of the set, as it does in searches; in other sets the point
    is looked up, off the coast and beside borders too. People are shown in areas: an area that lies in
    several regions counts in its country alone.
    """
    countries = {unit.country: unit.id for unit in regions.units(regions.levels[0])}
    found = [countries.get(code) if code else None for code in stands.countries]
    asked = []
    for site, region in enumerate(stands.regions):
        if region and regions.unit(region):
            found[site] = region
        elif region or not stands.in_area[site]:
            asked.append(site)
    at = regions.finest_at(stands.lons[asked], stands.lats[asked], [stands.countries[one] for one in asked])
    for site, key in zip(asked, at, strict=True):
        found[site] = key or found[site]
    return found


def _amounts(part: PartialCensus, *, wanted: Wanted, today: date) -> Integers:
    match wanted.measure:
        case Measure.SITES:
            return part.sites_of(Kind.HOST)
        case Measure.FIELD:
            return part.sites_of(Kind.HOST, field=wanted.field)
        case Measure.ALUMNI:
            return part.sites_of(Kind.ALUMNI)
        case Measure.KITS:
            return part.sites_of(Kind.KIT)
        case Measure.SEATS:
            first = wanted.month or today.replace(day=1)
            last = first.replace(day=monthrange(first.year, first.month)[1])
            return part.seats(max(first, today).toordinal(), last.toordinal())
