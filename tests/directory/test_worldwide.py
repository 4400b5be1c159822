"""Points all over the world: what is inside, and what is nearest, is what the geodesic says."""

import csv
import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from mapsvc.directory import nearby
from mapsvc.directory.directory import Directory
from mapsvc.directory.parts import Plan
from mapsvc.directory.searches import Box, Near, Search, Sort
from mapsvc.directory.viewport import MAX_ZOOM
from tests.conftest import FULL, real_file
from tests.directory.brute_force import GEOD
from tests.directory.laws import WORLD, check_answers, check_views
from tests.directory.states import World, opened
from tests.directory.worlds import row

SEARCHES = 2000 if FULL else 45
POINTS = (
    (0.0, 90.0),
    (0.0, -90.0),
    (180.0, 0.0),
    (-180.0, 0.0),
    (179.9999, -16.5),
    (4.85, 45.75),
    (0.0, 0.0),
)
RADII_KM = (
    0.0,
    0.001,
    1.0,
    50.0,
    500.0,
    5000.0,
    9999.0,
    10_001.0,
    10_020.0,
    15_000.0,
    19_900.0,
    20_003.0,
    25_000.0,
)


@pytest.fixture(scope="module")
def hitch_points() -> World:
    with real_file("data/hitch_points.csv").open(encoding="utf-8-sig") as file:
        points = [(float(line["lon"]), float(line["lat"])) for line in csv.DictReader(file)]
    return [row(at, id=id_) for id_, at in enumerate(points, 1) if abs(at[0]) <= 180 and abs(at[1]) <= 90]


@pytest.fixture(params=["no plan", Plan.VIEW])
def directory(request: pytest.FixtureRequest, hitch_points: World) -> Iterator[Directory]:
    plan = request.param if isinstance(request.param, Plan) else None
    before = hitch_points if plan is None else hitch_points[::3] + hitch_points[1::3]
    with opened(hitch_points, before=before, plan=plan) as directory:
        yield directory


def metres_to(near: Near, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
    here = np.full(len(lons), near.lon), np.full(len(lons), near.lat)
    return GEOD.inv(*here, lons, lats)[2]


def test_searches_among_points_of_the_whole_world_find_what_every_geodesic_says(
    directory: Directory, hitch_points: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearby, "MANY", 1000)  # so that most are not even looked at
    ids = np.array([one.id for one in hitch_points])
    lons, lats = (np.array([getattr(one, name) for one in hitch_points]) for name in ("lon", "lat"))
    chance = random.Random(16680)
    found = 0
    for number in range(SEARCHES):
        one, other = chance.choice(hitch_points), chance.choice(hitch_points)
        at = chance.choice(
            (*POINTS, (one.lon, one.lat), (chance.uniform(-180, 180), chance.uniform(-90, 90)))
        )
        near = Near(*at)
        metres = metres_to(near, lons, lats)
        order = np.lexsort((ids, metres))
        if number % 3 == 0:  # the k nearest
            near = replace(near, k=chance.choice((1, 2, 20, 300, 20_000)))
            expected = ids[order][: near.k]
            search = Search(near)
        elif number % 3 == 1:  # a circle, half of them through a point
            through = float(metres[other.id % len(ids)]) / 1000
            near = replace(near, radius_km=chance.choice((through, chance.choice(RADII_KM))))
            expected = ids[order][metres[order] <= (near.radius_km or 0) * 1000]
            search = Search(near)
        else:
            box = some_box(chance, one.lon, one.lat)
            expected = ids[in_box(box, lons, lats)]
            search = Search(box=box, sort=Sort.NAME)  # titles have the order of ids
        answer = directory.search(search)
        assert directory.listing_ids(search) == expected.tolist(), search
        assert answer.total == len(expected), search
        assert [hit.listing_id for hit in answer.hits] == expected[:20].tolist(), search
        assert answer.facets["kind"] == (
            {"host": count} if (count := counted(search, answer.total, ids)) else {}
        )
        found += len(expected)

    assert found > 100 * SEARCHES


def counted(search: Search, total: int, ids: NDArray[np.int64]) -> int:
    """Counts are those of all sites in the place: `k` does not bound them."""
    return len(ids) if search.near and search.near.k else total


def some_box(chance: random.Random, lon: float, lat: float) -> Box:
    width, height = chance.choice((0.0, 0.01, 1.0, 40.0, 300.0)), chance.choice((0.0, 0.01, 1.0, 30.0))
    west, east = lon - width * chance.random(), lon + width * chance.random()
    return Box(wrapped(west), max(lat - height, -90), wrapped(east), min(lat + height, 90))


def wrapped(lon: float) -> float:
    return lon if abs(lon) <= 180 else (lon + 180) % 360 - 180


def in_box(box: Box, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, east = lons >= box.west, lons <= box.east
    inside: NDArray[np.bool_] = (west | east) if box.west > box.east else (west & east)
    return inside & (lats >= box.south) & (lats <= box.north)


def test_maps_of_points_of_the_whole_world_are_those_of_brute_force(
    directory: Directory, hitch_points: World
) -> None:
    chance = random.Random(2)
    for _ in range(60 if FULL else 2):
        check_views(directory, hitch_points, Search(), chance)


WORLDS = {
    "nothing": [],
    "one listing": [row((4.85, 45.75), id=1)],
    "the poles": [row((lon, lat), id=id_) for id_, (lon, lat) in enumerate(POINTS, 1)]
    + [
        row((lon, lat), id=100 + int(lon) + int(lat)) for lon in range(-180, 181, 45) for lat in (89.5, -89.5)
    ],
    "the antimeridian": [
        row((sign * lon, lat), id=id_)
        for id_, (sign, lon, lat) in enumerate(
            ((s, x, y) for s in (-1, 1) for x in (179.0, 179.9, 180.0) for y in (-60.0, 0.0, 60.0)), 1
        )
    ],
}
WORLDS["the poles"] = [one._replace(id=id_) for id_, one in enumerate(WORLDS["the poles"], 1)]
BOXES = (
    Box(-180, 80, 180, 90),
    Box(-180, -90, 180, -89.5),
    Box(179.9, -90, -179.9, 90),
    Box(180, -90, -180, 90),
    Box(180, -1, 180, 1),
    Box(-180, -1, -180, 1),
    Box(10, -90, 9, 90),
    WORLD,
)


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("plan", [None, Plan.SCAN, Plan.VIEW])
def test_places_where_a_map_ends_are_places_like_others(name: str, plan: Plan | None) -> None:
    world, chance = WORLDS[name], random.Random(3)
    with opened(world, plan=plan) as directory:
        for at in POINTS:
            for radius_km in RADII_KM:
                check_answers(directory, world, Search(Near(*at, radius_km)))
            for k in (1, 3, 100):
                check_answers(directory, world, Search(Near(*at, None, k)))
        for box in BOXES:
            check_answers(directory, world, Search(box=box))
            check_views(directory, world, Search(box=box), chance)


def test_ten_thousand_sites_on_one_point_are_one_cluster_and_all_are_found() -> None:
    world = [row((4.0, 45.0), id=id_) for id_ in range(1, 10_001)]
    last = list(range(9_991, 10_001))
    with opened(world, before=world[:-10]) as directory:
        for zoom in (0, 11, MAX_ZOOM):
            (cluster,) = directory.viewport(Search(), Box(4, 45, 4, 45), zoom).clusters
            assert (cluster.count, cluster.kinds) == (10_000, {"host": 10_000})
            assert (cluster.lon, cluster.lat, cluster.box) == (4.0, 45.0, (4.0, 45.0, 4.0, 45.0))
        for near in (Near(4.0, 45.0, 0.0), Near(4.1, 45.0, 10), Near(4.0, 45.0, None, 10_000)):
            assert directory.listing_ids(Search(near)) == [one.id for one in world]
            page = directory.search(Search(near, limit=10, page=1000))
            assert ([hit.listing_id for hit in page.hits], page.next) == (last, None)
        assert directory.listing_ids(Search(Near(5.0, 45.0, None, 7))) == [1, 2, 3, 4, 5, 6, 7]
