"""GeoParquet says where, what and whose as its specification has it; without pyarrow, that it is missing."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from mapsvc.domain.flat_tables import LINE, About, Cell, Column, ColumnKind, FlatTable
from mapsvc.services.table_files import table_file
from mapsvc.storage.bulk.apart import apart

MADE = datetime(2027, 3, 1, 12, tzinfo=UTC)
ABOUT = About("Essai", MADE, "A site", "https://map.example", "GeoNames", "CC BY 4.0")
COLUMNS = (
    Column("name", "Nom"),
    Column("seats", "Places", ColumnKind.WHOLE),
    Column("km", "Kilomètres", ColumnKind.DECIMAL),
    Column("known", "Connu le", ColumnKind.DAY),
    Column("changed", "Changé", ColumnKind.MOMENT),
    Column("lon", "Longitude", ColumnKind.DECIMAL),
    Column("lat", "Latitude", ColumnKind.DECIMAL),
)
TYPES = ["string", "int64", "double", "date32[day]", "timestamp[ms, tz=UTC]", "binary"]
TEXTS = ("Pärnu", "\u062d\u0631\u0641\u0629", "\U0001f47b", "=1+1", "nan", "NULL", "line\nbreak")
# Without pyarrow as it is where nobody installed it: for this process and for those that it starts.
HIDING = """
import sys
from importlib.machinery import PathFinder


class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] == "pyarrow" else super().find_spec(name, path, target)


sys.meta_path[sys.meta_path.index(PathFinder)] = Without
"""
QUESTION = """
import json
import sys
from pathlib import Path
from mapsvc.domain.flat_tables import About, Column, ColumnKind, FlatTable
from mapsvc.services.table_files import FORMATS, FormatMissing, formats_offered, table_file, write_table
from tests.storage.test_geoparquet import table

if __name__ == "__main__":
    answer = {"offered": formats_offered(places=True)}
    answer["made"] = [name for name in formats_offered(places=True) if table_file(table(), name)]
    try:
        write_table(table(), Path(sys.argv[1], "tries.parquet"), "parquet")
    except FormatMissing as fault:
        answer["said"] = str(fault)
    answer["left"] = [one.name for one in Path(sys.argv[1]).iterdir()]
    print(json.dumps(answer))
"""


class Read(NamedTuple):
    """A file as Arrow and geopandas read it: types by column, what it says of itself, rows."""

    types: dict[str, str]
    geo: dict[str, Any]
    rows: list[dict[str, Any]]
    crs: str
    kinds: list[str | None]
    bounds: list[float]


def read(file: Path) -> Read:
    """Runs in a process of its own, as all that loads GDAL or Arrow."""
    import geopandas
    from pyarrow import parquet

    found = parquet.read_table(file)
    frame = geopandas.read_parquet(file)
    said = found.drop_columns(["geometry"])
    return Read(
        types={field.name: str(field.type) for field in found.schema},
        geo=json.loads(found.schema.metadata[b"geo"]),
        rows=said.to_pylist(),
        crs=frame.crs.to_string(),
        kinds=[None if shape is None else shape.geom_type for shape in frame.geometry],
        bounds=frame.total_bounds.tolist(),
    )


def read_again(made: FlatTable, folder: Path) -> Read:
    file = folder / "tries.parquet"
    file.write_bytes(table_file(made, "parquet"))
    return apart(read, file)


def table(*rows: tuple[Cell, ...]) -> FlatTable:
    """A table of places, of some where nothing else is asked for."""
    some = tuple((text, 2, 0.5, date(2027, 3, 1), MADE, 9.0, 45.5) for text in TEXTS)
    return FlatTable("tries", COLUMNS, list(rows or some), ABOUT, "fr")


def test_a_geoparquet_has_its_geometry_its_reference_system_and_its_texts(tmp_path: Path) -> None:
    found = read_again(table(), tmp_path)

    assert (found.geo["version"], found.geo["primary_column"]) == ("1.1.0", "geometry")
    described = found.geo["columns"]["geometry"]
    assert (described["encoding"], described["geometry_types"]) == ("WKB", ["Point"])
    assert described["crs"]["id"] == {"authority": "EPSG", "code": 4326}
    assert (found.crs, found.bounds) == ("EPSG:4326", [9.0, 45.5, 9.0, 45.5])
    assert list(found.types.values()) == TYPES
    assert tuple(row["name"] for row in found.rows) == TEXTS
    assert (found.rows[0]["known"], found.rows[0]["changed"]) == (date(2027, 3, 1), MADE)


def test_what_is_not_known_is_null_and_a_row_without_a_place_has_no_geometry(tmp_path: Path) -> None:
    nothing = ("", None, None, None, None, None, None)

    found = read_again(table(nothing, ("half a place", 0, 0.0, None, None, 9.0, None)), tmp_path)

    assert found.kinds == [None, None]
    assert set(found.rows[0].values()) == {None}
    assert found.rows[1] == {"name": "half a place", "seats": 0, "km": 0.0, "known": None, "changed": None}
    assert list(found.types.values()) == TYPES


def test_an_empty_geoparquet_still_says_what_its_columns_hold_and_where_its_places_would_be(
    tmp_path: Path,
) -> None:
    found = read_again(replace(table(), rows=()), tmp_path)

    assert (found.rows, found.crs) == ([], "EPSG:4326")
    assert list(found.types.values()) == TYPES


def test_a_table_of_lines_is_one_of_lines_in_geoparquet_too(tmp_path: Path) -> None:
    columns = (Column("code", "Code"), *(Column(key, key, ColumnKind.DECIMAL) for key in LINE))
    rows = [("B-01", 9.0, 45.0, 10.0, 46.0), ("nowhere", None, None, 10.0, 46.0)]

    found = read_again(FlatTable("lines", columns, rows, ABOUT), tmp_path)

    assert (found.kinds, found.bounds) == (["LineString", None], [9.0, 45.0, 10.0, 46.0])
    assert [row["code"] for row in found.rows] == ["B-01", "nowhere"]


def test_without_pyarrow_every_other_format_is_made_and_geoparquet_says_what_is_missing(
    tmp_path: Path,
) -> None:
    hiding, out = tmp_path / "hiding", tmp_path / "out"
    hiding.mkdir()
    out.mkdir()
    (hiding / "sitecustomize.py").write_text(HIDING)
    (hiding / "ask.py").write_text(QUESTION)
    path = os.pathsep.join([str(hiding), str(Path(__file__).parents[2])])

    answer = subprocess.run(
        [sys.executable, hiding / "ask.py", out],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )

    said = json.loads(answer.stdout)
    assert said["offered"] == said["made"] == ["csv", "xlsx", "geojson", "gpkg", "fgb"]
    assert "mapsvc[geoparquet]" in said["said"]
    assert said["left"] == []
