"""Zipped shapefiles and FlatGeobuf."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import BROWSER
from mapsvc.intake.readers import read_table
from tests.intake.make import a_file, read

# GDAL is used in a process of its own, as the program does.
WRITE = """
import sys, numpy, shapely
from pyogrio.raw import write
path, driver, kind = sys.argv[1:]
geometries = {
    "Point": [shapely.Point(1050000.5, 6840000.25), None, shapely.Point(1051000.5, 6841000.25)],
    "Polygon": [shapely.box(1050000, 6840000, 1050010, 6840010)] * 3,
}[kind]
data = [numpy.array(["École", "B", "C"], dtype=object), numpy.array([1, 2, 3])]
write(path, shapely.to_wkb(numpy.array(geometries, dtype=object)), data, ["name", "seats"],
      driver=driver, geometry_type=kind, crs="EPSG:2154", encoding="UTF-8",
      **({"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}))
"""
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def written(folder: Path, name: str, *, kind: str = "Point") -> Path:
    driver = "FlatGeobuf" if name.endswith(".fgb") else "ESRI Shapefile"
    path = folder / name
    subprocess.run([sys.executable, "-W", "ignore", "-c", WRITE, path, driver, kind], check=True)
    return path


def zipped(folder: Path, shape: Path, *, parts: Iterable[str] = PARTS, inside: str = "data/Hosts") -> Path:
    path = folder / "hosts.zip"
    with ZipFile(path, "a") as archive:
        for suffix in parts:
            archive.write(shape.with_suffix(suffix), f"{inside}{suffix.upper()}")
    return path


def test_a_zipped_shapefile_is_read_in_its_system(tmp_path: Path) -> None:
    got = read(zipped(tmp_path, written(tmp_path, "a.shp")))

    assert got.table.crs == 2154
    assert [(host.line, host.name, host.seats) for host in got.hosts] == [
        (1, "École", 1),
        (2, "B", 2),
        (3, "C", 3),
    ]
    assert [host.position for host in got.hosts] == [(7.7464668, 48.56552), None, (7.760812, 48.5739579)]


def test_a_flatgeobuf_is_read_in_its_system(tmp_path: Path) -> None:
    got = read(written(tmp_path, "hosts.fgb"))

    assert got.table.crs == 2154
    assert {host.name: host.position for host in got.hosts}["École"] == (7.7464668, 48.56552)


def test_polygons_of_a_shapefile_are_faults(tmp_path: Path) -> None:
    table = read_table(zipped(tmp_path, written(tmp_path, "a.shp", kind="Polygon")))

    assert table.rows == []
    assert ["Point expected" in fault.message for fault in table.faulty] == [True] * 3


def test_the_first_shapefile_is_read_and_the_others_said(tmp_path: Path) -> None:
    shape = written(tmp_path, "a.shp")
    zipped(tmp_path, shape)

    got = read(zipped(tmp_path, shape, inside="data/areas"))

    assert len(got.hosts) == 3
    assert "The file has other layers, which were not read: areas." in got.messages


@pytest.mark.parametrize("missing", [".shx", ".dbf"])
def test_a_shapefile_without_one_of_its_parts_is_refused(missing: str, tmp_path: Path) -> None:
    path = zipped(tmp_path, written(tmp_path, "a.shp"), parts=[part for part in PARTS if part != missing])

    with pytest.raises(UnreadableFile, match=f"its part “{missing}” is missing"):
        read_table(path)


def test_more_features_than_the_limit_are_refused(tmp_path: Path) -> None:
    for path in (zipped(tmp_path, written(tmp_path, "a.shp")), written(tmp_path, "hosts.fgb")):
        with pytest.raises(UnreadableFile, match="more than 2 rows"):
            read_table(path, limits=replace(BROWSER, rows=2))


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    whole = written(tmp_path, "hosts.fgb").read_bytes()
    broken = [whole[:100], whole[: len(whole) // 2], whole[:8] + b"\xff" * 400, whole[:12]]

    for content in broken:
        with pytest.raises(UnreadableFile):
            read_table(a_file(tmp_path, content, "broken.fgb"))


def test_nothing_unpacked_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    path = zipped(tmp_path, written(tmp_path, "a.shp"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))

    read_table(path)

    assert list((tmp_path / "tmp").iterdir()) == []
