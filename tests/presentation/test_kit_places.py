"""The places of a kit are files that other programs read, with the same points in each."""

import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
from defusedxml import ElementTree

from mapsvc.content.kits import Kit
from mapsvc.presentation.kit_places import GPX, places_geojson, places_gpx
from mapsvc.storage.bulk.apart import apart
from tests.content_files import SOURCE, write_kit

LINK = "https://map.example.org/kits/here"
# The order of the elements of a wpt in the schema of GPX 1.1.
ORDER = ["ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type"]


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    places = [
        {"key": "main", "name": 'Main <&> "S. Giovanni"', "kind": "station", "lon": 9.07271, "lat": 45.80897},
        {"key": "quay", "name": "Líp’s quay", "kind": "harbour", "lon": -0.0000001, "lat": 45.0},
    ]
    found = [{**place, "source": SOURCE} for place in places]
    return write_kit(tmp_path, {"en": "## food\nEat.\n"}, places=found)


def test_geojson_holds_points_with_their_names_and_sources(kit: Kit) -> None:
    said = json.loads(places_geojson(kit, language="fr"))

    first, second = said["features"]
    assert first == {
        "type": "Feature",
        "id": "main",
        "geometry": {"type": "Point", "coordinates": [9.07271, 45.80897]},
        "properties": {
            "name": 'Main <&> "S. Giovanni"',
            "kind": "station",
            "label": "Gare",
            "source": "The town",
            "source_url": "https://town.example.org/",
        },
    }
    assert second["properties"]["label"] == "Port"


def test_gpx_holds_waypoints_in_the_order_of_the_schema(kit: Kit) -> None:
    root = ElementTree.fromstring(places_gpx(kit, language="en", link=LINK))

    assert root.tag == f"{{{GPX}}}gpx"
    assert root.attrib["version"] == "1.1"
    assert [child.tag.partition("}")[2] for child in root] == ["metadata", "wpt", "wpt"]
    for point in root[1:]:
        places = [ORDER.index(child.tag.partition("}")[2]) for child in point]
        assert places == sorted(places)
    assert float(root[2].attrib["lon"]) == -0.0000001
    assert "e" not in root[2].attrib["lon"]


def test_gdal_reads_the_same_points_from_both(kit: Kit, tmp_path: Path) -> None:
    files = [tmp_path / "places.geojson", tmp_path / "places.gpx"]
    files[0].write_bytes(places_geojson(kit, language="en"))
    files[1].write_bytes(places_gpx(kit, language="en", link=LINK))

    found = apart(read_points, files)

    assert found == [[('Main <&> "S. Giovanni"', 9.07271, 45.80897), ("Líp’s quay", 0, 45)]] * 2


def read_points(files: list[Path]) -> list[list[tuple[Any, ...]]]:
    layers = {".gpx": {"layer": "waypoints"}}
    frames = [geopandas.read_file(file, **layers.get(file.suffix, {})) for file in files]
    return [
        [(one.name, round(one.geometry.x, 6), round(one.geometry.y, 6)) for one in frame.itertuples()]
        for frame in frames
    ]
