"""The base map around a town is the same map, only smaller."""

import math
from itertools import product

import pytest
from pmtiles.reader import MemorySource, MmapSource, Reader, all_tiles

from mapsvc.places.basemap import LAST_ZOOM, basemap_path
from mapsvc.places.basemap_extracts import FIRST_ZOOM, basemap_around, box_around, extract_name

KAUNAS = (23.9, 54.9)
COMO = (9.08, 45.81)
SMALL = 400_000  # bytes; what a learner with little data can spare for a map


def tile_at(zoom: int, lon: float, lat: float) -> tuple[int, int]:
    """The column and the row of the tile of a point."""
    north = math.asinh(math.tan(math.radians(lat)))
    return int((lon / 360 + 0.5) * 2**zoom), int((0.5 - north / math.tau) * 2**zoom)


@pytest.mark.parametrize(("lon", "lat"), [KAUNAS, COMO, (-9.14, 38.72), (25.7, 66.5)])
def test_the_map_around_a_town_holds_the_tiles_of_the_whole_map_in_its_box(lon: float, lat: float) -> None:
    body, box = basemap_around(lon, lat), box_around(lon, lat)

    with basemap_path().open("rb") as file:
        whole = Reader(MmapSource(file))
        held = dict(all_tiles(MemorySource(body)))
        assert {zxy: whole.get(*zxy) for zxy in held} == held
        for zoom in (FIRST_ZOOM, LAST_ZOOM):
            for corner in product((box.west, lon, box.east), (box.south, lat, box.north)):
                zxy = (zoom, *tile_at(zoom, *corner))
                assert held.get(zxy) == whole.get(*zxy)
    assert Reader(MemorySource(body)).header()["min_lon_e7"] == round(box.west * 10_000_000)
    assert len(body) < SMALL


def test_the_same_town_has_the_same_file_and_another_town_another_name() -> None:
    first = basemap_around(*KAUNAS)
    basemap_around.cache_clear()

    assert basemap_around(*KAUNAS) == first
    assert extract_name(*KAUNAS) == extract_name(*KAUNAS) != extract_name(*COMO)
