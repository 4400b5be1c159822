"""What is drawn of an area is right on the ground, and the same whichever of its towns was chosen."""

import csv
import gzip
import random
from itertools import combinations

import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from mapsvc.places.area_outlines import (
    country_of_region,
    cut_square,
    marker_of,
    outline,
    square_outline,
)
from mapsvc.places.area_table import Area
from mapsvc.places.areas import Level
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions, shipped_regions
from mapsvc.resources import resource
from tests.conftest import FULL

GRID = Transformer.from_crs(4326, 3035, always_xy=True)
EARTH = Geod(ellps="GRS80")
STRASBOURG, GENEVE, SAINT_DENIS, MARIGOT = 2973783, 2660646, 935264, 3578851


@pytest.fixture(scope="module")
def regions() -> Regions:
    return shipped_regions()


@pytest.fixture(scope="module")
def areas(gazetteer: Gazetteer) -> list[Area]:
    """All areas that are no small squares, and some of these."""
    with gzip.open(resource("data/areas/areas.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        keys = [row["key"] for row in csv.DictReader(lines)]
    small = [key for key in keys if key.startswith("10km")]
    chosen = [key for key in keys if not key.startswith("10km")]
    chosen += small if FULL else random.Random(11).sample(small, 1_500)
    return [area for key in chosen if (area := gazetteer.area(key))]


def drawn(area: Area, regions: Regions) -> BaseGeometry:
    return shape(outline(area, regions))


def area_of(gazetteer: Gazetteer, place_id: int) -> Area:
    found = gazetteer.area_of(place_id)
    assert found
    return found


def test_every_outline_is_valid_and_holds_its_marker(areas: list[Area], regions: Regions) -> None:
    for area in areas:
        whole = drawn(area, regions)

        assert whole.geom_type in {"Polygon", "MultiPolygon"}
        assert whole.is_valid, area.key
        assert whole.contains(shapely.Point(area.lon, area.lat)), area.key


def test_outer_rings_run_counter_clockwise_and_are_short(areas: list[Area], regions: Regions) -> None:
    for area in random.Random(2).sample(areas, 300):
        for part in shapely.get_parts(drawn(area, regions)):
            assert part.exterior.is_ccw, area.key
            assert not any(hole.is_ccw for hole in part.interiors), area.key
            numbers = shapely.get_coordinates(part)
            assert np.array_equal(numbers, np.round(numbers, 5))


def test_squares_of_one_level_do_not_overlap(areas: list[Area], regions: Regions) -> None:
    for level in (Level.SQUARE_10, Level.SQUARE_50, Level.SQUARE_100):
        its = [area for area in areas if area.level is level]
        shapes = [drawn(area, regions) for area in its]
        tree = shapely.STRtree(shapes)

        for one, other in zip(*tree.query(shapes, predicate="intersects"), strict=True):
            common = shapely.intersection(shapes[one], shapes[other])
            if square_of(its[one]) == square_of(its[other]) and one < other:
                # Two countries share the water of a square, and its land where outlines cannot tell.
                shared = land(common, regions).area if its[one].cut and its[other].cut else 0.0
                # The outlines of two neighbours overlap by a hair: 0.2 hectares of 100 km², at Świnoujście.
                assert shared < 3e-5 * shapes[one].area, (its[one], its[other])
            elif one < other:
                assert common.area < 1e-5 * min(shapes[one].area, shapes[other].area), (its[one], its[other])


def square_of(area: Area) -> str:
    return area.key.partition("-")[0]


def land(within: BaseGeometry, regions: Regions) -> BaseGeometry:
    return shapely.union_all([shapely.intersection(within, it) for _, it in regions.outlines(within)])


def test_a_square_is_as_large_as_its_name_says() -> None:
    for key, km2 in (
        ("10kmE4140N2820-FR", 100),
        ("50kmE4100N2800-DE", 2_500),
        ("100kmE1700N1000-ES", 10_000),
    ):
        lons, lats = shapely.get_coordinates(square_outline(key)).T

        metres2, _around = EARTH.polygon_area_perimeter(lons, lats)

        assert abs(metres2) / 1e6 == pytest.approx(km2, rel=1e-4)


def test_the_sides_of_a_square_are_straight_on_the_grid_and_followed_on_the_map() -> None:
    for key, most_m in (("10kmE1500N1000-ES", 1.0), ("50kmE1500N1000-ES", 2.0), ("100kmE1500N1000-ES", 8.0)):
        corners = shapely.get_coordinates(square_outline(key))
        middles = (corners[1:] + corners[:-1]) / 2

        easts, norths = GRID.transform(middles[:, 0], middles[:, 1])

        side = int(key.split("km")[0]) * 1_000
        off = [
            min(abs(east % side), side - east % side, abs(north % side), side - north % side)
            for east, north in zip(easts, norths, strict=True)
        ]
        assert max(off) < most_m


def test_a_town_lies_in_the_outline_of_its_area(gazetteer: Gazetteer, regions: Regions) -> None:
    for id_ in (STRASBOURG, GENEVE, SAINT_DENIS, MARIGOT):
        place = gazetteer.place(id_)
        assert place

        whole = drawn(area_of(gazetteer, id_), regions)

        assert whole.contains(shapely.Point(place.lon, place.lat)), place.name


def test_a_square_on_a_border_is_drawn_without_the_neighbours_land(
    gazetteer: Gazetteer, regions: Regions
) -> None:
    area = area_of(gazetteer, STRASBOURG)
    germany = shapely.union_all([it for region, it in regions.outlines() if region.country == "DE"])

    whole = drawn(area, regions)

    assert area.cut
    assert whole.area < 0.97 * square_outline(area.key).area
    assert shapely.intersection(whole, germany).area < 1e-5 * whole.area


def test_a_square_by_the_sea_keeps_its_water(regions: Regions) -> None:
    les_sables = "10kmE3410N2660-FR"

    assert cut_square(les_sables, regions).equals(square_outline(les_sables))


def test_a_marker_stands_on_land_of_its_country(areas: list[Area], regions: Regions) -> None:
    on_land = 0
    chosen = random.Random(4).sample(areas, 500)

    for area in chosen:
        land = [
            it for region, it in regions.outlines() if country_of_region(region.id, regions) == area.country
        ]
        on_land += any(it.intersects(shapely.Point(area.lon, area.lat)) for it in land)

    assert on_land > 490


def test_the_marker_follows_from_the_key_alone(areas: list[Area], regions: Regions) -> None:
    for area in random.Random(6).sample(areas, 300):
        expected = marker_of(area.key, regions, cut=area.cut)

        assert expected in {(area.lon, area.lat), None if area.country == "MF" else ()}


def test_markers_of_finer_squares_repeat_only_where_outlines_give_all_land_to_the_other_country(
    areas: list[Area],
) -> None:
    at: dict[tuple[float, float], list[Area]] = {}
    for area in areas:
        if area.level is Level.SQUARE_10:
            at.setdefault((area.lon, area.lat), []).append(area)

    shared = [its for its in at.values() if len(its) > 1]

    assert len(shared) == (3 if FULL else 0)
    assert all(len({square_of(area) for area in its}) == 1 for its in shared)
    assert all(sorted(area.cut for area in its) == [False, True] for its in shared)


def test_a_country_overseas_is_its_own(gazetteer: Gazetteer, regions: Regions) -> None:
    area = area_of(gazetteer, SAINT_DENIS)

    west, south, east, north = drawn(area, regions).bounds

    assert (area.level, area.country, area.region) == (Level.REGION, "RE", "FR-974")
    assert 55 < west < east < 56
    assert -22 < south < north < -20


def test_a_country_is_drawn_without_its_regions_overseas(gazetteer: Gazetteer, regions: Regions) -> None:
    france = gazetteer.area("FR")
    assert france

    west, south, east, north = drawn(france, regions).bounds

    assert -6 < west < east < 10
    assert 41 < south < north < 52


def test_a_country_without_an_outline_is_a_circle_around_its_towns(
    gazetteer: Gazetteer, regions: Regions
) -> None:
    area = area_of(gazetteer, MARIGOT)

    corners = shapely.get_coordinates(drawn(area, regions))

    far = [EARTH.inv(area.lon, area.lat, lon, lat)[2] for lon, lat in corners]
    assert (area.key, area.country) == ("MF", "MF")
    assert (min(far), max(far)) == (pytest.approx(20_000, abs=2), pytest.approx(20_000, abs=2))


@pytest.mark.parametrize("key", ["", "10km", "FR-99", "10kmE4140N2820", "20kmE4140N2820-FR"])
def test_a_key_that_no_area_can_have_is_refused(key: str, regions: Regions) -> None:
    with pytest.raises(ValueError, match="is no square"):
        square_outline(key)


def test_neighbouring_squares_share_their_corners() -> None:
    squares = [square_outline(f"10kmE{east}N{north}-FR") for east in (4140, 4150) for north in (2820, 2830)]

    for one, other in combinations(squares, 2):
        assert shapely.intersection(one, other).area < 1e-9
        assert one.distance(other) < 1e-12
