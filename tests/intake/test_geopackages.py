"""GeoPackages in any reference system."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import BROWSER, COMMAND_LINE
from mapsvc.intake.readers import read_table
from tests.intake.make import a_file, read

# GDAL is used in a process of its own, as the program does.
WRITE = """
import sys, numpy, shapely
from pyogrio.raw import write
path, crs, kind, layer, append = sys.argv[1:]
P = shapely.Point
points = {
    "Point": [P(1050000.5, 6840000.25), P(1051000.5, 6841000.25), None, P()],
    "Degrees": [P(7.7521, 48.5734), P(7.7654, 48.6123), None, P()],
    "Polygon": [shapely.box(7, 48, 8, 49)] * 4,
}[kind]
data = [numpy.array(["A", "B", "C", "D"], dtype=object), numpy.array([1, 2, 3, 4]),
        numpy.array(["2027-03-01"] * 4, dtype="datetime64[D]")]
write(path, shapely.to_wkb(numpy.array(points, dtype=object)), data, ["name", "seats", "begun"],
      driver="GPKG", layer=layer, geometry_type="Polygon" if kind == "Polygon" else "Point",
      crs=None if crs == "-" else crs, append=append == "append")
"""


def geopackage(folder: Path, *, crs: str = "EPSG:2154", kind: str = "Point", layer: str = "hosts") -> Path:
    path = folder / "hosts.gpkg"
    mode = "append" if path.exists() else "new"
    subprocess.run([sys.executable, "-W", "ignore", "-c", WRITE, path, crs, kind, layer, mode], check=True)
    return path


def test_points_are_read_in_the_system_of_the_file(tmp_path: Path) -> None:
    got = read(geopackage(tmp_path))

    assert got.table.crs == 2154
    assert got.hosts[0].position == (7.7464668, 48.56552)
    assert [(host.line, host.seats) for host in got.hosts] == [(1, 1), (2, 2), (3, 3)]
    assert got.hosts[2].position is None
    assert "empty point" in got.reasons[0]


def test_a_system_without_a_code_is_followed_too(tmp_path: Path) -> None:
    own = "+proj=laea +lat_0=52 +lon_0=10 +x_0=1050000 +y_0=6840000 +type=crs"

    got = read(geopackage(tmp_path, crs=own))

    assert got.table.crs == 4326
    assert got.hosts[0].position == pytest.approx((10.0, 52.0), abs=0.001)


def test_metres_without_a_system_are_refused_unless_declared(tmp_path: Path) -> None:
    path = geopackage(tmp_path, crs="-")

    assert "projected metres" in " ".join(read(path).reasons)
    assert len(read(path, crs=2154).hosts) == 3


def test_the_first_layer_of_points_is_read_and_the_others_said(tmp_path: Path) -> None:
    geopackage(tmp_path, kind="Polygon", layer="areas", crs="EPSG:4326")

    got = read(geopackage(tmp_path, kind="Degrees", layer="hosts", crs="EPSG:4326"))

    assert got.hosts[0].position == (7.7521, 48.5734)
    assert "The file has other layers, which were not read: areas." in got.messages


def test_polygons_are_faults(tmp_path: Path) -> None:
    table = read_table(geopackage(tmp_path, kind="Polygon", crs="EPSG:4326"))

    assert table.rows == []
    assert ["Point expected" in fault.message for fault in table.faulty] == [True] * 4


def test_more_features_than_the_cap_are_refused(tmp_path: Path) -> None:
    path = geopackage(tmp_path)

    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        read_table(path, limits=replace(COMMAND_LINE, rows=2))


def test_another_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hosts.gpkg") as database:
        database.execute("CREATE TABLE secrets (id INTEGER)")

    with pytest.raises(UnreadableFile):
        read_table(tmp_path / "hosts.gpkg")
    with pytest.raises(UnreadableFile):
        read_table(a_file(tmp_path, b"SQLite format 3\0" + b"\1" * 600, "broken.gpkg"))


def computed(folder: Path, select: str) -> Path:
    """A GeoPackage whose layer is computed when it is read."""
    path = geopackage(folder)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "DELETE FROM gpkg_geometry_columns; DELETE FROM gpkg_extensions; DELETE FROM gpkg_ogr_contents;"
            "UPDATE gpkg_contents SET data_type = 'attributes'; DROP TABLE hosts;"
            f"CREATE VIEW hosts AS {select};"
        )
    return path


def test_a_layer_that_is_computed_is_read(tmp_path: Path) -> None:
    table = read_table(computed(tmp_path, "SELECT 1 AS fid, 'a' AS name"))

    assert [row.cells for row in table.rows] == [("a",)]


@pytest.mark.parametrize(
    "select",
    [
        "SELECT 1 AS fid, zeroblob(900000000) AS name UNION SELECT 2, zeroblob(900000000)",
        "SELECT 1 AS fid, hex(zeroblob(400000000)) AS name",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, 'a' AS name FROM c",
    ],
)
def test_a_layer_that_computes_without_measure_is_refused(select: str, tmp_path: Path) -> None:
    path = computed(tmp_path, select)

    with pytest.raises(UnreadableFile):
        read_table(path, limits=BROWSER)


def test_gdal_is_never_loaded_into_this_process(tmp_path: Path) -> None:
    path = geopackage(tmp_path)
    code = "import sys, pathlib; from mapsvc.intake.readers import read_table\n"
    code += "if __name__ == '__main__':\n read_table(pathlib.Path(sys.argv[1]))\n"
    code += " print('pyogrio' in sys.modules, 'pandas' in sys.modules)"
    script = a_file(tmp_path, code, "script.py")

    done = subprocess.run([sys.executable, script, path], check=True, capture_output=True, text=True)

    assert done.stdout.split() == ["False", "False"]
