"""Every figure by region is what counting row by row gives, on both databases."""

from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.directory.directory import Directory
from mapsvc.domain.listings import Kind, Listing, Precision
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.nuts_imports import import_nuts
from mapsvc.places.region_sets import region_sets, shipped_set
from mapsvc.places.regions import Regions
from mapsvc.services.coverages import Coverages, Measure, Wanted
from mapsvc.services.imports import import_hosts
from mapsvc.storage.listings import ListingRow, rows_with_ids
from tests.conftest import FULL, real_file
from tests.directory.worlds import TODAY, points_of_real_files, row, store
from tests.services import coverage_brute_force as brute_force

FILES = ("healthcare_LT.geojson", "healthcare_BE.gpkg")
MORE = ("de_berlin.csv", "poi_portugal.gpkg")
EDITIONS = {
    "nuts-2021": ("NUTS_RG_60M_2021_4326.geojson",),
    "nuts-2024": tuple(f"NUTS_RG_60M_2024_4326_LEVL_{level}.geojson" for level in (1, 2, 3)),
}
# Off the coasts of Belgium, Brittany, Portugal, Lithuania and Crete, and far out; beside borders.
AT_SEA = (
    (2.75, 51.25),
    (-4.95, 48.5),
    (-9.62, 38.75),
    (20.93, 55.6),
    (25.0, 34.85),
    (-15.0, 45.0),
    (3.0, 52.2),
)
AT_BORDERS = (
    ((6.01, 50.76), "BE"),
    ((6.13, 49.48), "FR"),
    ((7.59, 47.58), "DE"),
    ((13.0, 47.7), "DE"),
    ((-6.34, 54.12), "GB"),
)
MARCH, JULY = date(2027, 3, 1), date(2027, 7, 1)
WANTED = {
    Wanted(Measure.SITES): {"kind": brute_force.HOST},
    Wanted(Measure.FIELD, field="07"): {"kind": brute_force.HOST, "field": "07"},
    Wanted(Measure.FIELD, field="0713"): {"kind": brute_force.HOST, "field": "0713"},
    Wanted(Measure.ALUMNI): {"kind": brute_force.ALUMNI},
    Wanted(Measure.KITS): {"kind": brute_force.KIT},
    Wanted(Measure.SEATS, month=MARCH): {"month": MARCH},
    Wanted(Measure.SEATS, month=JULY): {"month": JULY},
}


@cache
def nuts_outlines(key: str) -> brute_force.NutsOutlines:
    return brute_force.NutsOutlines([real_file(f"data/{name}") for name in EDITIONS[key]])


def planted() -> list[ListingRow]:
    """Rows at points of real files, at sea and beside borders, of all kinds, with seats."""
    points = points_of_real_files()[::400] or [(4.85, 45.75)]
    given: list[tuple[tuple[float, float], dict[str, Any]]] = [(at, {"country": ""}) for at in points]
    given += [(at, {"country": ""}) for at in AT_SEA]
    given += [(at, {"country": country}) for at, country in AT_BORDERS]
    given += [((2.35, 48.85), {"kind": Kind.ALUMNI, "precision": "area", "region": ""})]
    given += [((2.35, 48.85), {"kind": Kind.ALUMNI, "precision": "area", "region": "FR-75C"})] * 2
    given += [((23.9, 54.9), {"kind": Kind.KIT, "country": "LT", "region": "LT-KU"})]
    rows = [row(at, id=1_000_000 + number, **one) for number, (at, one) in enumerate(given)]
    periods = [
        ["2027-03-01", "2027-03-05", 3],
        ["2027-03-20", "2027-07-01", None],
        ["2027-06-30", "2027-08-02", 4],
    ]
    for number, one in enumerate(rows[:]):
        if one.kind == Kind.HOST:
            facets = {"field": [("0713", "0716", "07", "0912")[number % 4]]}
            rows[number] = replaced = one._replace(facets=facets, periods=periods[: number % 4], region="")
            if number % 3 == 0:  # another offer of the same site
                rows.append(replaced._replace(id=2_000_000 + number, periods=periods[number % 3 :]))
    return rows


@pytest.fixture
def world(
    session: Session, engine: Engine, public: Engine, gazetteer: Gazetteer, regions: Regions
) -> list[ListingRow]:
    """The hosts of real files, brought in by the same service as the command's, and what was planted."""
    for name in FILES + MORE if FULL else FILES:
        path = real_file(f"data/{name}")
        import_hosts(session, path, importer="tests", gazetteer=gazetteer, regions=regions, key="a key")
    session.close()
    store(engine, planted())
    with public.connect() as connection:
        return rows_with_ids(connection, connection.scalars(select(Listing.id)))


def test_every_figure_is_what_counting_row_by_row_gives(
    world: list[ListingRow], public: Engine, settings: Settings
) -> None:
    coverages = Coverages(Directory(public, today=lambda: TODAY))

    for key, names in EDITIONS.items():
        paths = [real_file(f"data/{name}") for name in names]
        import_nuts(settings.folder, paths)
        regions = region_sets(settings.folder).get(key)
        nuts = nuts_outlines(key)
        assert regions is not None
        places = brute_force.places(world, nuts)
        for wanted, how in WANTED.items():
            expected = brute_force.sums(brute_force.amounts(world, TODAY, **how), places)

            tally = coverages.counted(wanted, regions, today=TODAY).tally

            found = {code: tally.of(code) for code in nuts.codes}
            assert found == {code: expected[code] for code in nuts.codes}, (key, wanted)
            assert tally.total == expected[""] > 0
        assert {None, "BE", "PT"} & {place and place[:2] for place in places.values()}


def test_in_the_regions_that_ship_a_row_counts_where_it_says_else_at_its_point(
    world: list[ListingRow], public: Engine, regions: Regions
) -> None:
    places: dict[str, str | None] = {}
    for one in world:
        region = regions.get(one.region)
        if region is None and (one.region or one.precision != Precision.AREA):
            region = regions.region_at(one.lon, one.lat, country=one.country or None)
        places[one.site_key] = region.id if region else one.country or None
    hosts = brute_force.amounts(world, TODAY, kind=brute_force.HOST)
    people = brute_force.amounts(world, TODAY, kind=brute_force.ALUMNI)
    coverages = Coverages(Directory(public, today=lambda: TODAY))

    for measure, amounts in ((Measure.SITES, hosts), (Measure.ALUMNI, people)):
        expected = Counter(place for site, place in places.items() if amounts.get(site))

        tally = coverages.counted(Wanted(measure), shipped_set(), today=TODAY).tally

        finest = [one.id for one in regions.all() if not regions.children(one.id)]
        assert {key: tally.of(key) for key in finest} == {key: expected[key] for key in finest}
        assert tally.of("LT") == sum(n for key, n in expected.items() if (key or "").startswith("LT"))
        assert tally.total == sum(amounts.values())


def test_what_changes_is_counted_at_once(public: Engine, engine: Engine) -> None:
    directory = Directory(public, today=lambda: TODAY)
    coverages = Coverages(directory)
    store(engine, [row((4.85, 45.75), id=1, region="FR-69")])
    directory.refresh(at_once=True)
    before = coverages.counted(Wanted(Measure.SITES), shipped_set(), today=TODAY)
    store(
        engine, [row((4.85, 45.75), id=2, region="FR-69"), row((23.9, 54.9), id=3, country="LT", region="")]
    )
    directory.refresh(at_once=True)

    after = coverages.counted(Wanted(Measure.SITES), shipped_set(), today=TODAY)

    assert (before.tally.of("FR-69"), before.tally.of("LT")) == (1, 0)
    assert (after.tally.of("FR"), after.tally.of("LT"), after.tally.of("LT-KU")) == (2, 1, 1)


def test_where_no_host_says_when_it_has_seats_their_number_is_not_known(
    public: Engine, engine: Engine
) -> None:
    over = [["2026-01-01", "2026-02-01", 3]]
    store(
        engine, [row(region="FR-69"), row(region="FR-75C", periods=over), row(region="IT-CO", country="IT")]
    )
    coverages = Coverages(Directory(public, today=lambda: TODAY))

    counted = coverages.counted(Wanted(Measure.SEATS, month=MARCH), shipped_set(), today=TODAY)

    assert (counted.value("FR-69"), counted.value("FR-75C"), counted.value("FR")) == (None, 0, 0)
    assert (counted.value("IT"), counted.value("DE")) == (None, 0)


def test_what_is_counted_in_a_region_is_listed_by_title(public: Engine, engine: Engine) -> None:
    rows = [row(id=5, title="B"), row(id=6, title="a", facets={"field": ["0713"]}), row(id=7, kind="kit")]
    store(engine, [*rows, row(id=8, country="LT", region="LT-KU")])
    coverages = Coverages(Directory(public, today=lambda: TODAY))

    assert coverages.ids_in("FR-69", shipped_set(), Kind.HOST) == [6, 5]
    assert coverages.ids_in("FR", shipped_set(), Kind.HOST, field="07") == [6]
    assert coverages.ids_in("LT", shipped_set(), Kind.KIT) == []
    assert coverages.fields() == ("07", "0713")
