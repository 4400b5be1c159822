"""Reference systems: what two numbers mean on the ground."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from mapsvc.places.crs import (
    GRIDS,
    OutsideReferenceSystem,
    UnknownReferenceSystem,
    epsg_of,
    guess_grids,
    lies_in_area,
    parse_epsg,
    to_wgs84,
)

FRANCE = (-5.3, 41.2, 9.7, 51.2)


@pytest.mark.parametrize(
    "text", ["2154", "EPSG:2154", "epsg: 2154", "urn:ogc:def:crs:EPSG::2154", " EPSG:2154 "]
)
def test_a_code_is_read_in_its_usual_forms(text: str) -> None:
    assert parse_epsg(text) == 2154


@pytest.mark.parametrize("text", ["", "EPSG:", "999999", "moon:2154", "٢١٥٤", "2154.0", "-4326", "9" * 50])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(UnknownReferenceSystem):
        parse_epsg(text)


def test_definitions_are_told_by_their_code() -> None:
    assert epsg_of("EPSG:3035") == 3035
    assert epsg_of("+proj=laea +lat_0=12 +lon_0=3 +type=crs") is None
    with pytest.raises(UnknownReferenceSystem):
        epsg_of("no system")


@given(st.floats(-5, 8), st.floats(42, 51))
def test_metres_come_back_to_the_degrees_they_came_from(lon: float, lat: float) -> None:
    metres = Transformer.from_crs(4326, 2154, always_xy=True).transform(lon, lat)

    assert to_wgs84(2154, metres) == pytest.approx((lon, lat), abs=1e-8)


def test_degrees_stay_as_they_are() -> None:
    assert to_wgs84(4326, (7.7521, 48.5734)) == (7.7521, 48.5734)


@pytest.mark.parametrize(("crs", "point"), [(4326, (181.0, 0.0)), (4326, (0.0, 91.0)), (3035, (1e300, 5.0))])
def test_a_point_beyond_its_system_is_refused(crs: int, point: tuple[float, float]) -> None:
    with pytest.raises(OutsideReferenceSystem):
        to_wgs84(crs, point)


def test_a_system_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownReferenceSystem):
        to_wgs84(999999, (1.0, 1.0))


@pytest.mark.parametrize("epsg", [code for code in GRIDS if code in {2154, 3857, 25832, 3035, 27572}])
def test_the_right_grid_is_among_the_guesses(epsg: int) -> None:
    metres = Transformer.from_crs(4326, epsg, always_xy=True).transform(7.7521, 48.5734)

    assert epsg in guess_grids([metres], boxes=[FRANCE])


@pytest.mark.parametrize(
    ("epsg", "point"),
    [
        (27700, (-1.5, 53.8)),
        (28992, (5.97, 52.21)),
        (2180, (22.57, 51.25)),
        (3006, (18.0, 59.3)),
        (31370, (4.35, 50.85)),
    ],
)
def test_national_grids_are_guessed(epsg: int, point: tuple[float, float]) -> None:
    metres = Transformer.from_crs(4326, epsg, always_xy=True).transform(*point)
    around = (point[0] - 3, point[1] - 3, point[0] + 3, point[1] + 3)

    assert epsg in guess_grids([metres], boxes=[around])


def test_no_grid_is_guessed_where_none_fits() -> None:
    assert guess_grids([(9e8, 9e8)]) == []
    assert guess_grids([]) == []


def test_every_grid_exists() -> None:
    assert [parse_epsg(str(code)) for code in GRIDS] == list(GRIDS)


def test_a_point_lies_in_the_area_of_its_system_or_not() -> None:
    assert lies_in_area(2154, (7.75, 48.58), margin=0)
    assert not lies_in_area(2154, (25.0, 54.7), margin=0.5)
    # The Pacific's area crosses the antimeridian.
    assert lies_in_area(3832, (-179.5, 10.0), margin=0)
    assert not lies_in_area(3832, (7.75, 48.58), margin=0)
