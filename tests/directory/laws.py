"""What every answer must be: that of brute force, whatever way it was found."""

import math
import random
from collections import Counter
from datetime import date

import pytest

from mapsvc.directory.answers import View
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Box, Search
from mapsvc.directory.viewport import MAX_ZOOM
from tests.directory import brute_force
from tests.directory.brute_force import Cells
from tests.directory.states import World
from tests.directory.test_oracle import random_box, random_search
from tests.directory.worlds import TODAY

DEEPEST = 6  # of most random views: below, hardly two sites share a cell


def some_search(chance: random.Random, world: World) -> Search:
    """A random search around rows of the world, in boxes or everywhere; there may be no rows."""
    if not world or chance.random() < 0.15:
        return Search()
    return random_search(chance, world, chance.randrange(10), Counter())


def check_answers(directory: Directory, world: World, search: Search, *, today: date = TODAY) -> None:
    """Hits, totals and facets are those of brute force."""
    hits, facets = brute_force.answer(world, search, today)
    answer = directory.search(search)
    first = (search.page - 1) * search.limit
    page = [(hit.listing_id, hit.distance_m) for hit in answer.hits]
    assert page == hits[first : first + search.limit], search
    assert [hit.rows for hit in answer.hits] == brute_force.rows_of_sites(world, page, today), search
    assert (answer.total, answer.pages) == (len(hits), max(1, math.ceil(len(hits) / search.limit))), search
    assert answer.facets == facets, search
    assert directory.listing_ids(search) == [id_ for id_, _ in hits], search


def check_views(directory: Directory, world: World, search: Search, chance: random.Random) -> None:
    """The views of a random box and of a random tile are those of brute force."""
    zoom = chance.choice((0, chance.randint(0, DEEPEST), chance.randint(0, DEEPEST), MAX_ZOOM))
    box = random_box(chance)
    seen = directory.viewport(search, box, zoom)
    check_view(seen, world, search, brute_force.cells_of_box(box, zoom))
    x, y = some_tile(chance, world, zoom)
    check_view(directory.tile(search, zoom, x, y), world, search, brute_force.cells_of_tile(zoom, x, y))


def some_tile(chance: random.Random, world: World, zoom: int) -> tuple[int, int]:
    """A tile that holds a row of the world, if it has any."""
    if not world:
        return 0, 0
    one = chance.choice(world)
    return brute_force.cell(one.lon, one.lat, zoom)


def check_view(view: View, world: World, search: Search, cells: Cells, *, exact: bool = True) -> None:
    """A view is that of brute force; where it is not exact, boxes may be larger than the members'."""
    total, clusters, pins = brute_force.view(world, search, TODAY, cells)
    assert view.total == total == len(view.pins) + sum(one.count for one in view.clusters), (search, cells)
    assert [one._asdict() for one in view.pins] == pins, (search, cells)
    order = [-one.count for one in view.clusters]
    assert order == sorted(order), (search, cells)
    found = {brute_force.cell(one.lon, one.lat, cells.level): one for one in view.clusters}
    assert found.keys() == clusters.keys(), (search, cells)
    for place, (lon, lat, kinds, box) in clusters.items():
        one = found[place]
        assert (one.count, one.kinds) == (sum(kinds.values()), kinds), (search, cells)
        assert (one.lon, one.lat) == (pytest.approx(lon, abs=1e-7), pytest.approx(lat, abs=1e-7))
        assert one.box == box if exact else holds(one.box, box), (search, cells)


def holds(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether the other box is inside the box."""
    return box[0] <= other[0] and box[1] <= other[1] and box[2] >= other[2] and box[3] >= other[3]


WORLD = Box(-180, -90, 180, 90)
