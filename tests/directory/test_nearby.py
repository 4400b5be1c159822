import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from mapsvc.directory.ellipsoid import nearest
from mapsvc.directory.extents import Extent
from mapsvc.directory.orders import k_nearest, page
from mapsvc.directory.searches import Near, Search
from tests.directory.worlds import columns_of_rows, found_in, row

GEOD = Geod(ellps="WGS84")
LONGITUDES = st.floats(-180, 180) | st.sampled_from((-180.0, -179.999, 0.0, 179.999, 180.0))
LATITUDES = st.floats(-90, 90) | st.sampled_from((-90.0, -89.999, 0.0, 89.999, 90.0))
POINTS = st.tuples(LONGITUDES, LATITUDES)


def metres(near: Near, at: tuple[float, float]) -> float:
    return float(GEOD.inv(near.lon, near.lat, *at)[2])


def sites_within(points: list[tuple[float, float]], near: Near) -> list[int]:
    found = [found_in((row(at, id=1 + place) for place, at in enumerate(points)), Search(near))]
    if near.k is not None:
        found = k_nearest(found, near, near.k)
    return [place.listing_id for place in page(found, Search(near), 0, len(points))]


@settings(deadline=None)
@given(centre=POINTS, point=POINTS, factor=st.floats(0.99, 1.01) | st.just(1.0))
def test_a_point_is_inside_exactly_where_its_geodesic_is_no_longer_than_the_radius(
    centre: tuple[float, float], point: tuple[float, float], factor: float
) -> None:
    radius_km = metres(Near(*centre), point) / 1000 * factor
    near = Near(*centre, radius_km)

    inside = Extent(near).sites(columns_of_rows([row(point)]))

    assert [len(inside) == 1] == [metres(near, point) <= radius_km * 1000]


@settings(deadline=None)
@given(centre=POINTS, points=st.lists(POINTS, min_size=1, max_size=30), count=st.integers(0, 35))
def test_the_nearest_are_those_with_the_shortest_geodesics_and_the_lowest_ids(
    centre: tuple[float, float], points: list[tuple[float, float]], count: int
) -> None:
    near = Near(*centre)
    columns = columns_of_rows(row(at, id=place) for place, at in enumerate(points, start=1))

    rows, distances = nearest(near, columns, np.arange(len(points), dtype=np.int32), count)

    expected = sorted((metres(near, at), place) for place, at in enumerate(points, start=1))[:count]
    assert list(zip(distances.tolist(), columns.ids[rows].tolist(), strict=True)) == expected


def test_a_circle_reaches_over_the_antimeridian() -> None:
    assert sites_within([(-179.99, 0.0), (179.0, 0.0)], Near(179.99, 0.0, 10)) == [1]


def test_a_circle_at_a_pole_holds_all_longitudes() -> None:
    around = [(float(lon), 89.9) for lon in range(-180, 180, 30)]

    assert len(sites_within(around, Near(0.0, 90.0, 12))) == len(around)
    assert sites_within(around, Near(0.0, 90.0, 11)) == []


@pytest.mark.parametrize("radius_km", [20_010, 25_000, 1_000_000])
def test_a_circle_larger_than_the_world_holds_the_antipode(radius_km: float) -> None:
    assert sites_within([(-175.15, -45.75)], Near(4.85, 45.75, radius_km)) == [1]


def test_a_circle_larger_than_a_hemisphere_leaves_out_what_is_beyond_it() -> None:
    assert sites_within([(-175.15, -45.75), (-175.15, -10.0)], Near(4.85, 45.75, 18_000)) == [2]


def test_more_nearest_than_there_are_gives_all() -> None:
    assert sites_within([(4.0, 45.0), (5.0, 45.0)], Near(4.1, 45.0, None, 50)) == [1, 2]


def test_the_k_nearest_of_equal_distance_are_those_with_the_lowest_ids() -> None:
    assert sites_within([(5.0, 45.0)] * 6, Near(4.0, 45.0, None, 3)) == [1, 2, 3]


def test_the_metre_decides_on_the_ellipsoid_where_a_sphere_would_err() -> None:
    """100 km along a meridian near the equator are 0.56 % more in degrees than on the sphere."""
    north = GEOD.fwd(10.0, 0.0, 0.0, 100_000.0)[:2]

    assert sites_within([north], Near(10.0, 0.0, 100.000001)) == [1]
    assert sites_within([north], Near(10.0, 0.0, 99.999999)) == []
