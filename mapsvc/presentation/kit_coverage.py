"""Where hosts have no kit near: what a referent looks at before a new kit is written."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Filters, Near, Search
from mapsvc.domain.listings import Kind
from mapsvc.places.folding import fold
from mapsvc.presentation.kit_lists import KITS, NEAR_KM
from mapsvc.presentation.labels import RegionNames, country_label
from mapsvc.storage.listings import count_by_region, count_ids_by_region, rows_with_ids

HOSTS = Filters(kinds=(Kind.HOST,))


@dataclass(frozen=True, slots=True)
class Gap:
    """A region of a country ("" where hosts have none): its hosts, and those far from any kit."""

    country: str
    country_label: str
    region: str
    region_label: str
    hosts: int
    far: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """All hosts, those farther than NEAR_KM from any kit, and the regions of these, the most first."""

    kits: int
    hosts: int
    far: int
    gaps: list[Gap]


def coverage(
    directory: Directory, connection: Connection, *, today: date, language: str, regions: RegionNames
) -> Coverage:
    """How many hosts on a day have no kit near. What is near is asked of the directory, like all searches."""
    kits = rows_with_ids(connection, directory.listing_ids(Search(filters=KITS)))
    near: set[int] = set()
    for kit in kits:
        within = Near(kit.lon, kit.lat, radius_km=NEAR_KM)
        near.update(directory.listing_ids(Search(near=within, filters=HOSTS)))
    hosts = count_by_region(connection, Kind.HOST, today)
    far = hosts - count_ids_by_region(connection, near)
    gaps = [
        Gap(
            country=country,
            country_label=country_label(country, language) if country else "",
            region=region,
            region_label=regions.name(region, language) if region else "",
            hosts=hosts[country, region],
            far=count,
        )
        for (country, region), count in far.items()
    ]
    gaps.sort(key=lambda gap: (-gap.far, fold(gap.country_label), fold(gap.region_label)))
    return Coverage(len(kits), hosts.total(), far.total(), gaps)
