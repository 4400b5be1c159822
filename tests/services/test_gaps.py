"""Every number of the page of gaps is what brute force counts on imported real files."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pyproj import Geod
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.access.kit_projections import project_kit
from mapsvc.directory.directory import Directory
from mapsvc.domain import vocabulary
from mapsvc.domain.base import now
from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.kits import MapKit
from mapsvc.domain.listings import Kind, Listing
from mapsvc.params.gaps import narrower
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.region_sets import RegionSet, region_sets
from mapsvc.places.regions import Regions
from mapsvc.services import gaps
from mapsvc.services.gaps import Missing
from mapsvc.services.imports import import_hosts
from mapsvc.services.publishing import bring_rows_up_to_date
from mapsvc.storage.listings import listings_by_id
from tests import make
from tests.conftest import FULL, real_file
from tests.publish import publish

FILES = ("healthcare_LT.geojson", "healthcare_BE.gpkg")
MORE = ("de_berlin_quereinsteiger.csv", "poi_portugal.gpkg")
KITS = {"Como": (9.0852, 45.8081), "Kaunas": (23.9036, 54.8985), "Tromsø": (18.9553, 69.6492)}
GEOD = Geod(ellps="WGS84")
TODAY = now().date()
Sites = dict[str, list[Listing]]


@pytest.fixture
def world(session: Session, gazetteer: Gazetteer, regions: Regions) -> None:
    """Real files as they are imported, and hosts with fields, dates and days of confirmation made up."""
    for name in FILES + MORE if FULL else FILES:
        import_hosts(
            session,
            real_file(f"data/{name}"),
            importer="tests",
            gazetteer=gazetteer,
            regions=regions,
            key="a key",
        )
    publish(session, *made_up(random.Random(7), regions), source="made up")
    rows = [project_kit(kit(name, *point)) for name, point in KITS.items()]
    bring_rows_up_to_date(session, rows, [])
    session.commit()


@pytest.fixture
def directory(world: None, public: Engine) -> Directory:
    return Directory(public)


@pytest.fixture
def sites(directory: Directory, public: Engine) -> Sites:
    """The rows of hosts by site, as their pages show them."""
    found: Sites = defaultdict(list)
    with public.connect() as connection:
        ids = list(connection.scalars(select(Listing.id).where(Listing.kind == Kind.HOST)))
        for _id, row in sorted(listings_by_id(connection, ids).items()):
            found[row.site_key].append(row)
    return found


@pytest.fixture
def shipped(tmp_path_factory: pytest.TempPathFactory) -> RegionSet:
    return region_sets(tmp_path_factory.mktemp("none")).default()


def kit(name: str, lon: float, lat: float) -> MapKit:
    texts = {"en": name}
    return MapKit(name.lower(), name, "IT", "", lon, lat, ("en",), texts, texts, TODAY)


def made_up(chance: random.Random, regions: Regions) -> Iterator[OrganisationDraft]:
    fields = [code for code in vocabulary.keys(vocabulary.FIELDS) if len(code) == 4]
    for number in range(60):
        lon, lat = chance.uniform(-9, 28), chance.uniform(37, 68)
        region = regions.region_at(lon, lat)
        where = {"region": region.id if region and chance.random() < 0.8 else None, "town": f"Town {number}"}
        offers = tuple(
            make.offer(
                fields=tuple(chance.sample(fields, chance.randint(0, 2))),
                periods=tuple(periods(chance)),
                confirmed_on=TODAY - timedelta(days=chance.randint(0, 800))
                if chance.random() < 0.6
                else None,
            )
            for _ in range(chance.randint(0, 3))
        )
        yield make.host(
            f"Host {number}",
            (lon, lat),
            offers=offers,
            site_values=where | {"country": region.country if region else None},
        )


def periods(chance: random.Random) -> Iterator[tuple[date, date, int]]:
    for _ in range(chance.randint(0, 2)):
        first = TODAY + timedelta(days=chance.randint(-500, 600))
        yield first, first + timedelta(days=chance.randint(0, 60)), chance.randint(0, 2)


def codes_of(rows: list[Listing]) -> set[str]:
    return {code for row in rows for code in row.facets.get("field", ())}


def finest(rows: list[Listing], regions: Regions, shipped: RegionSet) -> str | None:
    row = rows[0]
    if row.region:
        return row.region
    found = regions.region_at(row.lon, row.lat, country=row.country or None)
    return found.id if found else row.country if row.country and shipped.unit(row.country) else None


def listed(directory: Directory, public: Engine, what: Missing, **asked: Any) -> list[int]:
    given = {"regions": None, "within": None, "field": "", "km": 50.0, "today": TODAY} | asked
    found = gaps.missing(directory, public, what, **given)
    assert found.total == len(found.sites)
    return [int(found.known.sites.listing[site]) for site in found.sites]


CASES = (("", 0, ""), ("", 2, "07"), ("", 1, "07"), ("LT", 1, ""), ("FR", 2, "0"), ("BE", 2, ""))


def test_every_cell_of_the_matrix_is_what_brute_force_counts(
    directory: Directory, public: Engine, sites: Sites, regions: Regions, shipped: RegionSet
) -> None:
    lies_in = {key: finest(rows, regions, shipped) for key, rows in sites.items()}
    for unit, level, field in CASES:
        codes = narrower(field) if field != "0" else narrower("")
        within = shipped.unit(unit)
        family = "" if field == "0" else field

        found = gaps.table(
            directory, public, regions=shipped, within=within, level=level, codes=codes, field=family
        )

        columns = [one.id for one in found.units]
        counted, hosts, outside = by_hand(sites, lies_in, shipped, columns, codes, unit, family)
        table, case = found.matrix, (unit, level, field)
        assert table.counts.tolist() == [[counted[code, one] for one in columns] for code in (*codes, "")], (
            case
        )
        assert table.by_region.tolist() == [hosts[one] for one in columns], case
        assert table.by_field.tolist() == table.counts.sum(axis=1).tolist(), case
        assert (table.total, found.outside) == (hosts.total(), outside), case
        assert table.holes.tolist() == [sum(not counted[code, one] for code in codes) for one in columns], (
            case
        )
        assert hosts.total() > 0 or unit == "FR", case


def by_hand(
    sites: Sites,
    lies_in: dict[str, str | None],
    shipped: RegionSet,
    columns: list[str],
    codes: tuple[str, ...],
    unit: str,
    family: str,
) -> tuple[Counter[tuple[str, str]], Counter[str], int]:
    """Sites by field ("" for none of them) and column, by column, and in no column."""
    counted: Counter[tuple[str, str]] = Counter()
    hosts: Counter[str] = Counter()
    outside = 0
    for key, rows in sites.items():
        region, own = lies_in[key], codes_of(rows)
        above = shipped.ancestors(region) if region else ()
        if (unit and unit not in above) or (family and not any(one.startswith(family) for one in own)):
            continue
        has = {code for code in codes for one in own if one.startswith(code)}
        inside = [one for one in above if one in columns]
        outside += not inside
        hosts.update(inside)
        counted.update((code, one) for one in inside for code in has or {""})
    return counted, hosts, outside


def test_each_list_holds_the_hosts_that_brute_force_finds(
    directory: Directory, public: Engine, sites: Sites
) -> None:
    days = [(TODAY + timedelta(days=number)).isoformat() for number in range(366)]
    without = {
        rows[0].id
        for rows in sites.values()
        if not any(
            seats and any(first <= day <= last for day in days)
            for row in rows
            for first, last, seats in row.periods
        )
    }
    stale = {
        rows[0].id
        for rows in sites.values()
        if date.fromisoformat(last_known(rows)) < TODAY - timedelta(days=365)
    }
    metres = {
        rows[0].id: min(GEOD.inv(rows[0].lon, rows[0].lat, *point)[2] for point in KITS.values())
        for rows in sites.values()
    }

    assert set(listed(directory, public, Missing.SEATS)) == without
    assert set(listed(directory, public, Missing.STALE)) == stale
    assert 0 < len(without) < len(sites)
    assert 0 < len(stale) < len(sites)
    for km in (5.0, 50.0, 777.7):
        far = sorted((-distance, id_) for id_, distance in metres.items() if distance > km * 1000)
        assert listed(directory, public, Missing.FAR, km=km) == [id_ for _metres, id_ in far], km


def last_known(rows: list[Listing]) -> str:
    """The day that the pages of a site say it was confirmed on, or listed."""
    said = [row.detail["organisation"]["confirmed_on"] for row in rows]
    said += [(row.detail["offer"] or {}).get("confirmed_on") for row in rows]
    days: list[str] = [day for day in said if day] or [row.detail["source"]["date"] for row in rows]
    return max(days)


def test_a_kit_that_is_added_counts_at_once(session: Session, public: Engine) -> None:
    (id_,) = publish(session, make.host(at=make.KAUNAS)).values()
    directory = Directory(public)
    before = listed(directory, public, Missing.FAR)

    bring_rows_up_to_date(session, [project_kit(kit("Kaunas", *make.KAUNAS))], [])
    session.commit()
    directory.refresh(at_once=True)

    assert before == [id_]
    assert listed(directory, public, Missing.FAR) == []


def test_a_directory_without_hosts_and_kits_has_holes_alone(public: Engine, shipped: RegionSet) -> None:
    directory = Directory(public)

    found = gaps.table(directory, public, regions=shipped, within=None, level=0, codes=narrower(""))

    assert found.matrix.total == 0
    assert set(found.matrix.holes.tolist()) == {len(narrower(""))}
    assert [listed(directory, public, what) for what in Missing] == [[], [], []]
