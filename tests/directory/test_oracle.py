"""Random searches give exactly what brute force gives, on both databases, on made-up and on real points."""

import math
import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from mapsvc.directory.directory import Directory, friendly_km
from mapsvc.directory.searches import Box, Filters, Near, Search, Sort
from mapsvc.domain.listings import Kind
from mapsvc.storage.listings import ListingRow
from tests.conftest import FULL
from tests.directory import brute_force
from tests.directory.worlds import (
    FIELDS,
    LANGUAGES,
    SECTORS,
    TODAY,
    points_of_real_files,
    points_of_the_world,
    random_world,
    store,
)

SEARCHES = 2000 if FULL else 200
SITES = 600
EACH_SEEN = ("radius", "k", "k beyond", "box", "none", "ties", "words", "stay")
WORDS = ("atel", "menuis", "garage", "strasse", "lyon", "lod", "arhus", "rossi", "zzz")


def test_random_searches_find_exactly_what_brute_force_finds(engine: Engine, public: Engine) -> None:
    chance = random.Random(20270310)
    points = points_of_the_world(chance, 300)
    real = points_of_real_files()
    points += chance.sample(real, k=min(len(real), 300))
    world = random_world(chance, SITES, points)
    store(engine, world)
    directory = Directory(public, today=lambda: TODAY)
    seen: Counter[str] = Counter()

    for number in range(SEARCHES):
        search = random_search(chance, world, number, seen)
        hits, facets = brute_force.answer(world, search, TODAY)

        answer = directory.search(search)

        begin = (search.page - 1) * search.limit
        page = [(hit.listing_id, hit.distance_m) for hit in answer.hits]
        assert page == hits[begin : begin + search.limit], search
        assert answer.total == len(hits), search
        assert answer.pages == max(1, math.ceil(len(hits) / search.limit)), search
        assert answer.facets == facets, search
        assert directory.listing_ids(search) == [id_ for id_, _ in hits], search
        check_wider(world, search, answer.wider.radius_km if answer.wider else None, found=bool(hits))
        seen["none"] += not hits
        seen["ties"] += has_ties(hits)

    assert seen["ring"] >= SEARCHES // 5
    assert all(seen[name] >= SEARCHES // 40 for name in EACH_SEEN), seen


def random_search(chance: random.Random, world: list[ListingRow], number: int, seen: Counter[str]) -> Search:
    """A search near a row of the world or in a box, most with some filters."""
    near = box = None
    if number % 10 < 7:
        near = random_near(chance, world, number, seen)
    if number % 10 >= 7 or chance.random() < 0.1:
        box = random_box(chance)
        seen["box"] += 1
    filters = Filters()
    if number % 10 in {5, 8}:
        filters = Filters(words=tuple(chance.sample(WORDS, k=chance.choice((1, 1, 2)))))
        seen["words"] += 1
    elif not number % 3 or chance.random() < 0.3:
        filters = random_filters(chance)
        seen["words"] += bool(filters.words)
        seen["stay"] += filters.first is not None
    sort = Sort.RELEVANCE if filters.words and chance.random() < 0.6 else chance.choice(list(Sort))
    return Search(
        near, box, filters, sort, limit=chance.choice((1, 5, 20, 100)), page=chance.choice((1, 1, 1, 2, 3))
    )


def random_near(chance: random.Random, world: list[ListingRow], number: int, seen: Counter[str]) -> Near:
    centre, other = chance.choice(world), chance.choice(world)
    lon, lat = centre.lon, centre.lat
    if chance.random() < 0.7:
        lon = max(-180.0, min(180.0, lon + chance.gauss(0, 0.5)))
        lat = max(-90.0, min(90.0, lat + chance.gauss(0, 0.5)))
    if number % 10 < 3:  # a point where a sphere could be wrong; one in three exactly on the circle
        distance = float(brute_force.GEOD.inv(lon, lat, other.lon, other.lat)[2])
        seen["ring"] += 1
        factor = 1.0 if chance.random() < 0.33 else 1 + chance.uniform(-0.0059, 0.0059)
        return Near(lon, lat, distance / 1000 * factor)
    if number % 10 == 3:
        k = chance.choice((1, 3, 20, 100, 5000))
        seen["k beyond" if k == 5000 else "k"] += 1
        return Near(lon, lat, chance.choice((None, None, 300.0)), k)
    if number % 10 == 4:
        seen["k beyond"] += 1
        return Near(lon, lat, None, 100_000)
    seen["radius"] += 1
    return Near(lon, lat, chance.choice((0.1, 0.5, 2, 10, 50, 200, 500, 5000, 12_000, 19_900, 25_000)))


def random_box(chance: random.Random) -> Box:
    west, east = chance.uniform(-180, 180), chance.uniform(-180, 180)
    south, north = sorted((chance.uniform(-90, 90), chance.uniform(-90, 90)))
    if chance.random() < 0.4:
        west, east, south, north = 4.0, 15.0, 45.0, 53.0
    if chance.random() < 0.2:
        west, east = chance.choice(((180.0, -175.0), (170.0, 180.0), (-180.0, 180.0), (175.0, -180.0)))
    return Box(west, south, east, north)


def random_filters(chance: random.Random) -> Filters:
    def some(values: tuple[str, ...], likely: float = 0.25) -> tuple[str, ...]:
        return (
            tuple(chance.sample(values, k=min(len(values), chance.choice((1, 1, 2)))))
            if chance.random() < likely
            else ()
        )

    first = date(2027, 2, 1) + timedelta(days=chance.randint(0, 120)) if chance.random() < 0.3 else None
    last = (
        first + timedelta(days=chance.choice((0, 1, 4, 11, 30))) if first and chance.random() < 0.8 else None
    )
    return Filters(
        kinds=tuple(map(Kind, some(("host", "kit")))),
        fields=some((*FIELDS, "09", "1")),
        sectors=some(SECTORS),
        languages=some(LANGUAGES),
        countries=some(("FR", "IT", "DE", "XX"), 0.15),
        regions=some(("FR-1", "IT-2", "DE-3"), 0.1),
        first=first,
        last=last,
        age=chance.choice((None, None, 15, 16, 17, 30)),
        accommodation=some(("provided", "helped"), 0.1),
        access=some(("wheelchair",), 0.1),
        seats=chance.choice((None, None, None, 1, 2)),
        words=tuple(chance.sample(WORDS, k=chance.choice((1, 1, 2)))) if chance.random() < 0.3 else (),
    )


def has_ties(hits: list[tuple[int, float | None]]) -> bool:
    distances = [metres for _, metres in hits if metres is not None]
    return len(distances) > len(set(distances))


def check_wider(world: list[ListingRow], search: Search, radius_km: int | None, *, found: bool) -> None:
    """The wider radius is the friendly one that holds the nearest match, only where nothing was found."""
    if found or search.near is None or search.near.radius_km is None:
        assert radius_km is None
        return
    nearest = brute_force.nearest_anywhere(world, search, TODAY)
    assert radius_km == (None if nearest is None else friendly_km(nearest / 1000))


@pytest.mark.parametrize(
    ("distance_km", "radius_km"), [(0, 1), (1, 1), (1.01, 2), (49.9, 50), (501, 1000), (1000.5, 1500)]
)
def test_a_wider_radius_is_the_next_round_number(distance_km: float, radius_km: int) -> None:
    assert friendly_km(distance_km) == radius_km
