"""GeoJSON, read strictly."""

import json
from pathlib import Path
from typing import Any

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.readers import read_table
from tests.intake.make import a_file, read


def feature(coordinates: Any = (7.7521, 48.5734), **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": coordinates} if coordinates is not None else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def test_properties_are_columns_in_the_order_in_which_they_appear(tmp_path: Path) -> None:
    text = collection(feature(name="A", beds=12), feature(town="Metz", name="B", tags=["x", "y"], open=True))

    table = read_table(a_file(tmp_path, text, "a.geojson"))

    assert table.columns == ("name", "beds", "town", "tags", "open")
    assert table.rows[1].cells == ("B", "", "Metz", "x; y", "true")
    assert [row.line for row in table.rows] == [1, 2]


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.txt"])
def test_content_decides_whatever_the_name(name: str, tmp_path: Path) -> None:
    assert read_table(a_file(tmp_path, collection(feature(name="A")), name)).crs == 4326


def test_a_feature_without_geometry_is_to_be_located(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, collection(feature(None, name="A")), "a.geojson"))

    assert got.hosts[0].position is None


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Polygon", "coordinates": []}, "Point expected"),
        ({"type": "MultiPoint", "coordinates": [[7, 48]]}, "Point expected"),
        ({"type": "Point", "coordinates": [7.5]}, "only one number"),
        ({"type": "Point", "coordinates": [True, False]}, "numbers expected"),
        ({"type": "Point", "coordinates": None}, "empty point"),
        ({"type": "Point"}, "empty point"),
        ("Point", "Point expected"),
    ],
)
def test_other_geometries_are_faults_of_their_feature(geometry: Any, reason: str, tmp_path: Path) -> None:
    bad = {"type": "Feature", "properties": {"name": "B"}, "geometry": geometry}

    got = read(a_file(tmp_path, collection(feature(name="A"), bad), "a.geojson"))

    assert [host.name for host in got.hosts] == ["A"]
    assert got.table.faulty[0].line == 2
    assert reason in got.reasons[0]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::2154", "EPSG:2154"])
def test_the_old_crs_member_is_followed(name: str, tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    text = collection(feature((1050000.0, 6840000.0), name="A"), crs=crs)

    got = read(a_file(tmp_path, text, "a.geojson"))

    assert got.hosts[0].position == pytest.approx((7.7125, 48.5625), abs=0.1)


def test_an_unknown_crs_member_is_refused(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "moon"}}

    with pytest.raises(UnreadableFile, match="moon"):
        read_table(a_file(tmp_path, collection(feature(name="A"), crs=crs), "a.geojson"))


def test_metres_in_geojson_are_refused_unless_declared(tmp_path: Path) -> None:
    path = a_file(tmp_path, collection(feature((1050000.0, 6840000.0), name="A")), "a.geojson")

    assert "projected metres" in read(path).reasons[0]
    assert read(path, crs=2154).hosts[0].position is not None


@pytest.mark.parametrize("text", ["[]", "{}", '{"type": "Topology"}', collection(), '{"a": 1e999}', "{"])
def test_what_is_not_geojson_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_table(a_file(tmp_path, text, "a.geojson"))


@pytest.mark.parametrize("odd", [None, 1, "x", [], {"type": "Feature"}])
def test_odd_features_are_faults_or_have_no_point(odd: Any, tmp_path: Path) -> None:
    got = read(a_file(tmp_path, collection(feature(name="A"), odd), "a.geojson"))

    assert [host.name for host in got.hosts] == ["A"]
    assert len(got.reasons) == 1


def test_names_that_look_like_templates_stay_text(tmp_path: Path) -> None:
    names = ["{{7*7}}", "{% raw %}", "<script>alert(1)</script>", "${alert(1)}", "שלום עולם"]

    got = read(a_file(tmp_path, collection(*(feature(name=name) for name in names)), "a.geojson"))

    assert [host.name for host in got.hosts] == names
