"""In which region of a set a point lies, compared with looking at each region."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from mapsvc.places import region_files
from mapsvc.places.region_finding import ACROSS_BORDER_M, OFF_COAST_M
from mapsvc.places.region_sets import RegionSet
from tests.conftest import FULL, real_file
from tests.places.editions import set_of

POINTS = 4_000 if FULL else 300
DOUBT_M = 60.0  # in which a straight line on the map and one on the ellipsoid may differ
AROUND = 0.7  # degrees that hold 20 km as far north as points are taken
WGS84 = Geod(ellps="WGS84")
LACKING = ("UA",)  # of the countries that are told, those of which NUTS has no region
NEWRY = (-6.337, 54.176)  # in the United Kingdom, 8 km from Ireland
OFF_OSTEND = (2.75, 51.3)
IN_IONIAN_SEA = (18.0, 36.5)


def by_looking_at_each(
    regions: RegionSet,
    outlines: Mapping[str, BaseGeometry],
    lon: float,
    lat: float,
    country: str | None,
) -> set[str | None]:
    """The units that may be the right one for a point; several only where metres decide.

    Distances are measured on a plane around the point that keeps them (azimuthal equidistant).
    """
    point = shapely.Point(lon, lat)
    shapes = np.array(list(outlines.values()), dtype=object)
    near = shapely.distance(shapes, point) < AROUND
    parts = shapely.intersection(shapes[near], shapely.box(*point.buffer(AROUND).bounds))
    fine = shapely.segmentize(parts, 0.02)

    def on_plane(lonlat: NDArray[np.floating]) -> NDArray[np.floating]:
        middle = np.broadcast_to([[lon], [lat]], (2, len(lonlat)))
        azimuths, _, distances = WGS84.inv(*middle, *lonlat.T)
        turned = np.radians(azimuths)
        return np.column_stack([distances * np.sin(turned), distances * np.cos(turned)])

    flat = shapely.distance(shapely.transform(fine, on_plane), shapely.Point(0, 0))
    away = np.where(shapely.covers(shapes[near], point), 0.0, flat).tolist()
    metres = dict(zip(np.array(list(outlines))[near].tolist(), away, strict=True))
    return allowed(metres, {key: regions.unit(key).country for key in metres}, country)  # type: ignore[union-attr]


def allowed(metres: dict[str, float], country_of: dict[str, str], country: str | None) -> set[str | None]:
    """The rule in plain words: nothing for a country without regions here; else covered by one of its
    country; else its country within 5 km; else what covers it; else the nearest within 20 km; else nothing.
    """
    if country in LACKING:
        return {None}
    own = {key: m for key, m in metres.items() if country_of[key] == country}
    covering = {key for key, m in metres.items() if m == 0.0}
    if (country is None and covering) or covering & own.keys():
        return set(covering if country is None else covering & own.keys())
    answers: set[str | None] = set()
    closest = min(own.values(), default=np.inf)
    if closest <= ACROSS_BORDER_M + DOUBT_M:
        answers |= {key for key, m in own.items() if m <= closest + DOUBT_M}
        if closest <= ACROSS_BORDER_M - DOUBT_M:
            return answers
    if covering:
        return answers | covering
    closest = min(metres.values(), default=np.inf)
    if closest <= OFF_COAST_M + DOUBT_M:
        answers |= {key for key, m in metres.items() if m <= closest + DOUBT_M}
    return answers if closest <= OFF_COAST_M - DOUBT_M else answers | {None}


@pytest.mark.parametrize("key", ["nuts-2021", "nuts-2024"])
@pytest.mark.parametrize("told", [False, True])
def test_every_point_lies_where_looking_at_each_region_puts_it(editions: Path, key: str, told: bool) -> None:
    regions = set_of(editions, key)
    random = np.random.default_rng(11)
    lons, lats = random.uniform(-11, 32, POINTS), random.uniform(35, 66, POINTS)
    countries = (
        random.choice(["FR", "DE", "GR", "UA", "IT", "SE", "PL", "RE"], POINTS).tolist() if told else None
    )

    found = regions.finest_at(lons, lats, countries)

    given = countries or [None] * POINTS
    held = region_files.read(region_files.path_of(editions, regions.year or 0))
    assert held is not None
    outlines = held.level(3)
    expected = [
        by_looking_at_each(regions, outlines, *point, country)
        for *point, country in zip(lons.tolist(), lats.tolist(), given, strict=True)
    ]
    assert [one for one, right in zip(found, expected, strict=True) if one not in right] == []
    assert sum(len(right) > 1 for right in expected) < POINTS / 50  # hardly ever do metres decide
    assert POINTS / 4 < sum(one is not None for one in found) < POINTS


def test_towns_beside_the_sea_lie_in_their_region_though_the_outline_leaves_them_out(editions: Path) -> None:
    regions = set_of(editions, "nuts-2024")

    found = regions.finest_at([OFF_OSTEND[0], IN_IONIAN_SEA[0]], [OFF_OSTEND[1], IN_IONIAN_SEA[1]])

    assert found == ["BE255", None]


def test_who_lives_in_a_country_that_a_set_lacks_is_not_counted_beyond_its_border(editions: Path) -> None:
    lons, lats = zip(NEWRY, NEWRY, strict=True)

    with_united_kingdom = set_of(editions, "nuts-2021").finest_at(lons, lats, ["GB", None])
    without = set_of(editions, "nuts-2024").finest_at(lons, lats, ["GB", None])

    assert with_united_kingdom == ["UKN08", "UKN08"]
    assert without == [None, "IE062"]  # of whom no country is known, the nearest is as good as any


def test_real_hospitals_of_lithuania_lie_in_lithuania(editions: Path) -> None:
    told = shapely.from_geojson(real_file("data/healthcare_LT.geojson").read_bytes())
    points = shapely.get_coordinates(shapely.centroid(shapely.get_parts(told)))
    regions = set_of(editions, "nuts-2024")

    found = Counter(
        regions.within(key, 0) for key in regions.finest_at(*points.T, ["LT"] * len(points)) if key
    )

    assert found == {"LT": 142}


def test_many_points_are_found_by_what_is_near_them_alone(
    editions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regions = set_of(editions, "nuts-2024")
    random = np.random.default_rng(5)
    lons, lats = random.uniform(4, 20, 20_000), random.uniform(45, 54, 20_000)
    asked = Counter[str]()
    measure = type(regions._finder)._metres
    monkeypatch.setattr(
        type(regions._finder), "_metres", lambda *given: asked.update(["measured"]) or measure(*given)
    )

    found = regions.finest_at(lons, lats)

    assert sum(key is not None for key in found) > 15_000
    assert asked["measured"] < 2_000
