"""The laws notice faults: each is planted, and a check of theirs must fail."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from mapsvc.directory import building, cells, ellipsoid, orders, parts, viewport, views
from mapsvc.directory.columns import Columns
from mapsvc.directory.directory import Directory
from mapsvc.directory.parts import Part
from mapsvc.directory.searches import Near, Search, Sort
from tests.directory import brute_force
from tests.directory.laws import WORLD, check_answers, check_view, check_views, some_search
from tests.directory.states import opened
from tests.directory.worlds import points_of_the_world, random_world, row

Patch = pytest.MonkeyPatch
SEARCHES = 25


def nothing_goes(patch: Patch) -> None:
    patch.setattr(Part, "_alive", lambda _part, rows: rows)


def nothing_goes_from_what_is_kept(patch: Patch) -> None:
    patch.setattr(views, "are_among", lambda rows, _others: np.zeros(len(rows), dtype=np.bool_))


def nothing_goes_from_sums(patch: Patch) -> None:
    patch.setattr(views, "less", lambda _columns, kept, *_given: kept)


def boxes_stay_as_they_were(patch: Patch) -> None:
    patch.setattr(cells, "RECOUNTED", -1)


def no_doubt_about_rounded_positions(patch: Patch) -> None:
    real = ellipsoid.positions
    patch.setattr(ellipsoid, "_doubt", lambda _metres: 0.0)
    patch.setattr(building, "positions", lambda lon, lat: np.round(real(lon, lat), -3))


def no_code_is_shared(patch: Patch) -> None:
    def alone(codes: np.ndarray, *_given: object) -> dict[str, np.ndarray]:
        return {
            "pairs": np.full(len(codes), -1, dtype=np.int32),
            "pair_codes": codes[:0],
            "first_codes": codes,
        }

    patch.setattr(building, "_pairs", alone)


def the_last_row_stands_for_its_site(patch: Patch) -> None:
    def lasts(columns: Columns, rows: np.ndarray) -> np.ndarray:
        sites = columns.site_of[rows]
        return rows[np.append(sites[1:] != sites[:-1], np.ones(len(rows[:1]), dtype=np.bool_))]

    patch.setattr(parts, "firsts", lasts)
    patch.setattr(views, "firsts", lasts)


def a_cell_too_few(patch: Patch) -> None:
    real = viewport.window_of_box

    def narrower(*given: object) -> viewport.Window:
        window = real(*given)
        return window._replace(rectangles=tuple((w, n, max(w, e - 1), s) for w, n, e, s in window.rectangles))

    patch.setattr("mapsvc.directory.directory.window_of_box", narrower)


def equal_keys_in_any_order(patch: Patch) -> None:
    patch.setattr(orders, "_later", lambda keys, key, _then: keys > key)


def circles_are_sought_too_narrowly(patch: Patch) -> None:
    patch.setattr("mapsvc.directory.extents.LEAST_M_PER_DEGREE", 150_000.0)


FAULTS = (
    nothing_goes,
    nothing_goes_from_what_is_kept,
    nothing_goes_from_sums,
    boxes_stay_as_they_were,
    no_doubt_about_rounded_positions,
    no_code_is_shared,
    the_last_row_stands_for_its_site,
    a_cell_too_few,
    equal_keys_in_any_order,
    circles_are_sought_too_narrowly,
)


def check_laws() -> None:
    """Searches and maps over a world that changed, in short."""
    chance = random.Random(8)
    world = random_world(chance, 330, points_of_the_world(chance, 200))
    with opened(
        world, before=world[:-60] + [row(at, id=9000 + id_) for id_, at in enumerate(EDGES)]
    ) as directory:
        for zoom in (0, 3):
            every = brute_force.cells_of_box(WORLD, zoom)
            check_view(directory.viewport(Search(), WORLD, zoom), world, Search(), every)
        for _ in range(SEARCHES):
            search = some_search(chance, world)
            for _ in range(2):
                check_answers(directory, world, search)
            check_views(directory, world, search, chance)
        for radius_km in (100.0, 111.0, 120.0, 2000.0):
            check_answers(directory, world, Search(Near(50.0, 89.5, radius_km)))
        check_walk(directory)


EDGES = [(-179.0, 60.0), (4.0, 60.0), (179.0, -60.0), (4.0, -89.0), (4.85, 45.75)]


def check_walk(directory: Directory) -> None:
    search, ids = Search(Near(4.85, 45.75), sort=Sort.DISTANCE, limit=3), []
    expected = directory.listing_ids(search)
    for _ in range(len(expected)):
        answer = directory.search(search)
        ids += [hit.listing_id for hit in answer.hits]
        if answer.next is None:
            break
        search = Search(search.near, sort=search.sort, limit=3, after=answer.next)
    assert ids == expected


def test_without_a_fault_the_laws_hold() -> None:
    check_laws()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_laws_notice(fault: Callable[[Patch], None], monkeypatch: Patch) -> None:
    fault(monkeypatch)

    with pytest.raises((AssertionError, IndexError, ValueError)):
        check_laws()
