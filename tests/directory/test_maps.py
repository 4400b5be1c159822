"""What a map shows adds up: to its total, to its tiles, to the sites that are there."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest

from mapsvc.directory.answers import View
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Box, Filters, Near, Search
from mapsvc.directory.viewport import MAX_ZOOM
from mapsvc.domain.listings import Kind
from tests.directory import brute_force
from tests.directory.laws import WORLD, check_view
from tests.directory.states import World, opened
from tests.directory.worlds import TODAY, points_of_the_world, random_world, row

SEARCHES = (
    Search(),
    Search(filters=Filters(kinds=(Kind.HOST,))),
    Search(Near(4.85, 45.75, 3000)),
    Search(Near(4.85, 45.75, None, 170)),
    Search(filters=Filters(words=("atel",))),
)
EDGES = (-180.0, -179.9999999, -90.0, 0.0, 90.0, 179.9999999, 180.0)


def large_world(chance: random.Random) -> World:
    """Sites everywhere, on the borders of tiles of every zoom, some of them twice."""
    world = random_world(chance, 350, points_of_the_world(chance, 150))
    parallels = (-90.0, -85.0511287, -85.06, 0.0, 40.9798981, 66.5132604, 85.0511287, 85.06, 90.0)
    ids = range(10_001, 20_000)
    return world + [row(at, id=id_) for id_, at in zip(ids, product(EDGES, parallels), strict=False)]


@pytest.fixture(scope="module")
def world() -> World:
    return large_world(random.Random(31))


@pytest.fixture(params=["read at once", "followed"])
def directory(request: pytest.FixtureRequest, world: World) -> Iterator[Directory]:
    before = world if request.param == "read at once" else [*world[::2], row((1.0, 1.0), id=99_999)]
    with opened(world, before=before) as directory:
        yield directory


def numbers(view: View) -> Counter[str]:
    """The sites of a view by kind."""
    seen: Counter[str] = Counter(pin.kind for pin in view.pins)
    for cluster in view.clusters:
        seen.update(cluster.kinds)
    assert view.total == seen.total() == len(view.pins) + sum(one.count for one in view.clusters)
    return seen


@pytest.mark.parametrize("search", SEARCHES)
def test_four_tiles_hold_what_their_parent_holds(directory: Directory, search: Search) -> None:
    parents = [(0, 0, 0)]
    for zoom in range(1, 4):
        children = []
        for level, x, y in parents:
            four = [(zoom, 2 * x + right, 2 * y + down) for right in (0, 1) for down in (0, 1)]
            views = [numbers(directory.tile(search, *one)) for one in four]
            assert sum(views, Counter()) == numbers(directory.tile(search, level, x, y))
            children += [one for one, seen in zip(four, views, strict=True) if seen]
        parents = children

    assert len(parents) > 3
    assert directory.tile(search, 0, 0, 0).total == directory.search(search).total


@pytest.mark.parametrize("zoom", [0, 1, 2, 3, 9, MAX_ZOOM])
def test_each_site_is_in_exactly_one_tile(directory: Directory, world: World, zoom: int) -> None:
    found = brute_force.found(world, Search(), TODAY)
    tiles = {brute_force.cell(one.lon, one.lat, zoom) for one in found}

    views = [directory.tile(Search(), zoom, *tile) for tile in tiles]

    pins = [pin.id for view in views for pin in view.pins]
    assert sum((numbers(view) for view in views), Counter()) == Counter(one.kind for one in found)
    assert len(pins) == len(set(pins))
    assert set(pins) <= {one.id for one in found}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("zoom", [0, 2, 5, MAX_ZOOM])
def test_clusters_are_the_sites_of_their_cells(
    directory: Directory, world: World, search: Search, zoom: int
) -> None:
    boxes = (
        WORLD,
        Box(-10.1, 35.5, 30.2, 70.3),
        Box(170.0, -60.0, -170.0, 60.0),
        Box(180.0, -60.0, -175.0, 89.0),
        Box(10.0, -20.0, 9.0, 80.0),
        Box(4.85, 45.75, 4.85, 45.75),
        Box(-180.0, 86.0, 180.0, 90.0),
    )
    for box in boxes:
        seen = directory.viewport(search, box, zoom)
        check_view(seen, world, search, brute_force.cells_of_box(box, zoom))
    for x, y in {brute_force.cell(lon, lat, zoom) for lon in EDGES for lat in (-89.0, 0.0, 45.75)}:
        tile = directory.tile(search, zoom, x, y)
        check_view(tile, world, search, brute_force.cells_of_tile(zoom, x, y))


def test_a_map_over_the_antimeridian_shows_what_its_two_halves_show(directory: Directory) -> None:
    for zoom in (2, 5, 8, MAX_ZOOM):
        whole = directory.viewport(Search(), Box(175.0, -80.0, -175.0, 80.0), zoom)
        halves = [Box(175.0, -80.0, 180.0, 80.0), Box(-180.0, -80.0, -175.0, 80.0)]

        seen = [numbers(directory.viewport(Search(), half, zoom)) for half in halves]

        assert sum(seen, Counter()) == numbers(whole)
        assert min(one.total() for one in seen) > 0


def test_the_map_of_the_world_shows_the_total_of_the_list(directory: Directory) -> None:
    for search in SEARCHES:
        assert {directory.viewport(search, WORLD, zoom).total for zoom in range(8)} == {
            directory.search(search).total
        }
