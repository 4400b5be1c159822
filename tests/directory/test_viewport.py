import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.directory.answers import View
from mapsvc.directory.extents import in_box as which_in_box
from mapsvc.directory.searches import Box, Search
from mapsvc.directory.viewport import MAX_ZOOM, MOST_PINS, shown_in, window_of_box
from mapsvc.storage.listings import ListingRow
from tests.directory.worlds import found_in, points_of_the_world, random_world, row

MANY = MOST_PINS + 1
WORLD = Box(-180, -90, 180, 90)


def seen(world: list[ListingRow], zoom: int) -> View:
    return shown_in([found_in(world, Search())], window_of_box(WORLD, zoom))


def in_box(box: Box, *points: tuple[float, float]) -> list[bool]:
    lon, lat = (np.array(axis) for axis in zip(*points, strict=True))
    return [bool(one) for one in which_in_box(box, lon, lat)]


def test_few_sites_are_all_pins() -> None:
    shown = seen([row((4.0, 45.0)) for _ in range(MOST_PINS)], 5)

    assert (shown.total, len(shown.pins), shown.clusters) == (MOST_PINS, MOST_PINS, ())


@settings(deadline=None)  # a busy machine is not slower code
@given(seed=st.integers(0, 10_000), zoom=st.integers(0, MAX_ZOOM))
def test_each_site_is_in_one_cluster_or_is_a_pin(seed: int, zoom: int) -> None:
    chance = random.Random(seed)
    world = random_world(chance, 300, points_of_the_world(chance, 100))

    shown = seen(world, zoom)

    assert shown.total == len(shown.pins) + sum(cluster.count for cluster in shown.clusters)
    assert all(cluster.count == sum(cluster.kinds.values()) > 1 for cluster in shown.clusters)
    for cluster in shown.clusters:
        west, south, east, north = cluster.box
        assert west <= cluster.lon <= east
        assert south <= cluster.lat <= north


def test_a_site_alone_in_its_cell_is_a_pin_among_clusters() -> None:
    shown = seen([row((4.0, 45.0)) for _ in range(MANY)] + [row((20.0, 60.0), title="alone")], 6)

    assert [pin.title for pin in shown.pins] == ["alone"]
    assert [cluster.count for cluster in shown.clusters] == [MANY]


def test_sites_on_one_point_stay_one_cluster_at_the_deepest_zoom() -> None:
    shown = seen([row((4.0, 45.0)) for _ in range(10_000)], MAX_ZOOM)

    assert [(cluster.count, cluster.box) for cluster in shown.clusters] == [(10_000, (4.0, 45.0, 4.0, 45.0))]


def test_a_cluster_tells_its_kinds_apart() -> None:
    shown = seen([row(kind="host") for _ in range(MANY)] + [row(kind="kit") for _ in range(7)], 3)

    assert [cluster.kinds for cluster in shown.clusters] == [{"host": MANY, "kit": 7}]


def test_rows_of_one_site_are_one_pin() -> None:
    shown = seen([row(site_key="site:a"), row(site_key="site:a"), row(site_key="site:b")], 9)

    assert shown.total == 2


def test_an_empty_directory_shows_nothing() -> None:
    assert seen([], 4) == View(0, (), ())


@pytest.mark.parametrize("latitude", [90.0, -90.0, 86.0])
def test_points_beyond_the_edge_of_web_maps_are_counted_at_the_edge(latitude: float) -> None:
    shown = seen([row((0.0, latitude)) for _ in range(MANY)], 10)

    assert shown.clusters[0].count == MANY


def test_a_box_with_west_above_east_goes_over_the_antimeridian() -> None:
    assert in_box(Box(170, -10, -170, 10), (175.0, 0.0), (-175.0, 0.0), (0.0, 0.0)) == [True, True, False]


def test_both_names_of_the_antimeridian_are_the_same_place() -> None:
    assert in_box(Box(170, -10, 180, 10), (180.0, 0.0), (-180.0, 0.0)) == [True, True]
    assert in_box(Box(-180, -10, -170, 10), (180.0, 0.0), (-180.0, 0.0)) == [True, True]


def test_the_edges_of_a_box_belong_to_it() -> None:
    assert in_box(Box(4, 45, 5, 46), (4.0, 45.0), (5.0, 46.0), (5.0000001, 46.0)) == [True, True, False]
