"""The official files of both editions of NUTS, and the sets that they make."""

from pathlib import Path

from mapsvc.places.region_sets import RegionSet, region_sets

FILE_2021 = "data/NUTS_RG_60M_2021_4326.geojson"
FILES_2024 = tuple(f"data/NUTS_RG_60M_2024_4326_LEVL_{number}.geojson" for number in (1, 2, 3))


def set_of(folder: Path, key: str) -> RegionSet:
    found = region_sets(folder).get(key)
    assert found is not None
    return found
