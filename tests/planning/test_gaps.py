"""The pure part of gaps: the nearest point on the ellipsoid, months ahead, regions shared out."""

from datetime import date

import numpy as np
import pytest
from pyproj import Geod

from mapsvc.places.region_sets import RegionSet, region_sets
from mapsvc.planning.gaps import NOWHERE, cut, months_later, nearest, places_among

GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> RegionSet:
    return region_sets(tmp_path_factory.mktemp("none")).default()


@pytest.mark.parametrize("spread", [0.01, 1.0, 60.0])
def test_the_nearest_point_is_the_one_with_the_shortest_geodesic(spread: float) -> None:
    chance = np.random.default_rng(int(spread * 100))
    lon, lat = chance.normal(9, spread, 300), np.clip(chance.normal(46, spread, 300), -90, 90)
    others_lon, others_lat = chance.normal(9, spread, 40), np.clip(chance.normal(46, spread, 40), -90, 90)
    each = np.array(
        [
            GEOD.inv(np.full(40, x), np.full(40, y), others_lon, others_lat)[2]
            for x, y in zip(lon, lat, strict=True)
        ]
    )

    place, metres = nearest(lon, lat, others_lon, others_lat)

    assert place.tolist() == each.argmin(axis=1).tolist()
    assert np.allclose(metres, each.min(axis=1), rtol=0, atol=1e-6)


def test_without_others_nothing_is_near() -> None:
    none = np.zeros(0)

    place, metres = nearest(np.array([9.0]), np.array([46.0]), none, none)

    assert (place.tolist(), metres.tolist()) == ([NOWHERE], [np.inf])


def test_a_year_from_the_29th_of_february_ends_on_the_28th() -> None:
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_later(date(2026, 11, 23), 12) == date(2027, 11, 23)


@pytest.mark.parametrize("key", ["", "FR", "LV", "FR-IDF"])
def test_the_regions_of_a_level_share_out_all_finest_regions_inside(shipped: RegionSet, key: str) -> None:
    within = shipped.unit(key)
    parents = {unit.parent for level in shipped.levels for unit in shipped.units(level)}
    every = {unit.id for level in shipped.levels for unit in shipped.units(level)}
    finest = [one for one in sorted(every - parents) if not key or key in shipped.ancestors(one)]

    for level in shipped.levels:
        units = cut(shipped, within, level)

        assert finest
        assert NOWHERE not in places_among(finest, units, shipped)
        assert len(set(places_among(finest, units, shipped).tolist())) == len(units)


def test_a_site_without_a_region_is_nowhere(shipped: RegionSet) -> None:
    assert places_among([None, "XX"], cut(shipped, None, 0), shipped).tolist() == [NOWHERE, NOWHERE]
