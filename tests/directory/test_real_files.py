"""Searches over imported real files give exactly what brute force gives, on both databases."""

import random
from collections import Counter

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Box, Filters, Near, Search
from mapsvc.domain.listings import Listing
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.imports import import_hosts
from mapsvc.storage.listings import ListingRow, rows_with_ids
from tests.conftest import FULL, real_file
from tests.directory import brute_force
from tests.directory.test_oracle import has_ties
from tests.directory.worlds import TODAY

SEARCHES = 1000 if FULL else 100
FILES = ("healthcare_LT.geojson", "healthcare_BE.gpkg", "de_berlin.csv")
MORE = ("de_rheinland-pfalz.csv", "de_berlin_quereinsteiger.csv", "poi_portugal.gpkg")
WORDS = ("schule", "klinik", "ligon", "hopital", "gymnasium", "vilnius", "zzz")
RING = 0.006  # of a radius: where a sphere and the ellipsoid could disagree


@pytest.fixture
def world(session: Session, public: Engine, gazetteer: Gazetteer, regions: Regions) -> list[ListingRow]:
    """The listings of the real files, brought in by the same service as the command's."""
    for name in FILES + MORE if FULL else FILES:
        import_hosts(
            session,
            real_file(f"data/{name}"),
            importer="tests",
            gazetteer=gazetteer,
            regions=regions,
            key="a key",
        )
    session.close()
    with public.connect() as connection:
        return rows_with_ids(connection, connection.scalars(select(Listing.id)))


def test_searches_over_real_files_find_exactly_what_brute_force_finds(
    world: list[ListingRow], public: Engine
) -> None:
    chance = random.Random(19991231)
    directory = Directory(public, today=lambda: TODAY)
    seen: Counter[str] = Counter()

    for number in range(SEARCHES):
        search = random_search(chance, world, number)
        hits, facets = brute_force.answer(world, search, TODAY)

        answer = directory.search(search)

        page = [(hit.listing_id, hit.distance_m) for hit in answer.hits]
        begin = (search.page - 1) * search.limit
        assert page == hits[begin : begin + search.limit], search
        assert answer.total == len(hits), search
        assert answer.facets == facets, search
        seen["ring"] += holds_a_point_in_the_ring(world, search)
        seen["none"] += not hits
        seen["ties"] += has_ties(hits)
        seen["k beyond"] += bool(search.near and search.near.k and search.near.k > len(world))

    assert seen["ring"] >= SEARCHES // 5
    assert min(seen["none"], seen["ties"], seen["k beyond"]) >= SEARCHES // 40, seen


def random_search(chance: random.Random, world: list[ListingRow], number: int) -> Search:
    """Around a listing's own point, or near it, or in a box round it; every third with filters."""
    row, other = chance.choice(world), chance.choice(world)
    lon, lat = row.lon, row.lat
    if chance.random() < 0.6:
        lon, lat = lon + chance.gauss(0, 0.3), lat + chance.gauss(0, 0.3)
    near: Near | None = None
    box: Box | None = None
    if number % 5 < 2:
        metres = float(brute_force.GEOD.inv(lon, lat, other.lon, other.lat)[2])
        near = Near(lon, lat, max(metres / 1000 * (1 + chance.uniform(-RING, RING)), 0.1))
    elif number % 5 == 2:
        near = Near(lon, lat, chance.choice((0.1, 1, 5, 25, 50, 250, 500)))
    elif number % 5 == 3:
        near = Near(lon, lat, None, chance.choice((1, 7, 50, 100_000)))
    else:
        box = Box(lon - 0.4, lat - 0.2, lon + 0.4, lat + 0.2)
    filters = random_filters(chance) if number % 3 == 0 else Filters()
    return Search(near, box, filters, limit=chance.choice((5, 20, 100)), page=chance.choice((1, 1, 2)))


def random_filters(chance: random.Random) -> Filters:
    return chance.choice(
        (
            Filters(sectors=("education",)),
            Filters(sectors=("health", "social")),
            Filters(countries=("LT",)),
            Filters(countries=("BE", "DE"), sectors=("education",)),
            Filters(regions=("DE-BE",)),
            Filters(fields=("07",)),
            Filters(words=(chance.choice(WORDS),)),
        )
    )


def holds_a_point_in_the_ring(world: list[ListingRow], search: Search) -> bool:
    near = search.near
    if near is None or near.radius_km is None:
        return False
    lons, lats = [row.lon for row in world], [row.lat for row in world]
    here = [near.lon] * len(world), [near.lat] * len(world)
    radius_m = near.radius_km * 1000
    metres = brute_force.GEOD.inv(*here, lons, lats)[2]
    return any(abs(each - radius_m) <= RING * radius_m for each in metres)
