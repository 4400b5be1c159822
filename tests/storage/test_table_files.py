"""A table says the same in every format, whatever stands in its cells, and another library reads it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from mapsvc.domain.csv_safety import restore
from mapsvc.domain.flat_tables import About, Column, ColumnKind, FlatTable
from mapsvc.errors import NotFound
from mapsvc.services import table_files
from mapsvc.services.table_files import (
    FORMATS,
    FormatMissing,
    check_format,
    formats_offered,
    table_file,
    write_table,
)
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.bulk.geo_files import read_layer

HOSTILE = ("=1+1", "'=1+1", "@x", "{{7*7}}", "<script>", "\u202eabc", 'a"b;c,\nd', "\U0001f47b", "_x000D_")
MADE = datetime(2027, 3, 1, 12, tzinfo=UTC)
COLUMNS = (
    Column("name", "Nom"),
    Column("seats", "Places", ColumnKind.WHOLE),
    Column("km", "Kilomètres", ColumnKind.DECIMAL),
    Column("known", "Connu le", ColumnKind.DAY),
    Column("lon", "Longitude", ColumnKind.DECIMAL),
    Column("lat", "Latitude", ColumnKind.DECIMAL),
)
ROWS: list[tuple[Any, ...]] = [
    *((text, place, place / 4, date(2027, 3, 1), 9.0 + place, 45.5) for place, text in enumerate(HOSTILE)),
    ("nothing said", None, None, None, None, None),
]
Read = Callable[[bytes, Path], list[tuple[Any, ...]]]


def table(rows: list[tuple[Any, ...]] | None = None) -> FlatTable:
    about = About("Essai", MADE, "A site", "https://map.example", "GeoNames", "CC BY 4.0")
    return FlatTable("tries", COLUMNS, ROWS if rows is None else rows, about, "fr")


def from_csv(content: bytes, _folder: Path) -> list[tuple[Any, ...]]:
    found = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [
        (
            restore(row["name"]),
            int(row["seats"]) if row["seats"] else None,
            float(row["km"]) if row["km"] else None,
            date.fromisoformat(row["known"]) if row["known"] else None,
            float(row["lon"]) if row["lon"] else None,
            float(row["lat"]) if row["lat"] else None,
        )
        for row in found
    ]


def from_xlsx(content: bytes, _folder: Path) -> list[tuple[Any, ...]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head == [column.label for column in COLUMNS]
    return [tuple(None if cell == "" else cell for cell in row) for row in rows]


def from_geojson(content: bytes, _folder: Path) -> list[tuple[Any, ...]]:
    found = []
    for feature in json.loads(content)["features"]:
        said, point = feature["properties"], feature["geometry"]
        known = date.fromisoformat(said["known"]) if said["known"] else None
        lon, lat = point["coordinates"] if point else (None, None)
        found.append((said["name"], said["seats"], said["km"], known, lon, lat))
    return found


def from_layer(suffix: str) -> Read:
    def read(content: bytes, folder: Path) -> list[tuple[Any, ...]]:
        file = folder / f"tries.{suffix}"
        file.write_bytes(content)
        layer = apart(read_layer, file, max_features=100)
        assert layer.crs == "EPSG:4326"
        columns = dict(zip(layer.columns, layer.values, strict=True))
        return [
            (
                *(_known(columns[name][place]) for name in ("name", "seats", "km", "known")),
                *(layer.points[place] or (None, None)),
            )
            for place in range(len(layer.points))
        ]

    return read


def _known(value: Any) -> Any:
    if value is None or value != value:  # noqa: PLR0124 - NaN is what is not equal to itself
        return None
    return value.date() if isinstance(value, datetime) else value


def from_parquet(content: bytes, folder: Path) -> list[tuple[Any, ...]]:
    file = folder / "tries.parquet"
    file.write_bytes(content)
    return apart(read_parquet, file)


def read_parquet(file: Path) -> list[tuple[Any, ...]]:
    import geopandas

    frame = geopandas.read_parquet(file)
    names = ("name", "seats", "km", "known")
    columns = {name: frame[name].astype(object).where(frame[name].notna(), None) for name in names}
    return [
        (*(columns[name][place] for name in names), *((point.x, point.y) if point else (None, None)))
        for place, point in enumerate(frame.geometry)
    ]


READERS: dict[str, Read] = {
    "csv": from_csv,
    "xlsx": from_xlsx,
    "geojson": from_geojson,
    "gpkg": from_layer("gpkg"),
    "fgb": from_layer("fgb"),
    "parquet": from_parquet,
}


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_has_the_same_rows_and_values(file_format: str, tmp_path: Path) -> None:
    content = table_file(table(), file_format)

    assert READERS[file_format](content, tmp_path) == ROWS


def test_a_flatgeobuf_with_places_alone_has_an_index_and_all_its_rows(tmp_path: Path) -> None:
    whole = ROWS[:-1]

    found = from_layer("fgb")(table_file(table(whole), "fgb"), tmp_path)

    assert sorted(found) == sorted(whole)


def test_a_file_says_whose_it_is_and_from_when() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(table_file(table(), "xlsx")))
    about = dict(book.get_sheet_by_index(1).to_python())
    said = json.loads(table_file(table(), "geojson"))

    assert {"CC BY 4.0", "GeoNames", "https://map.example", MADE.replace(tzinfo=None)} <= set(about.values())
    assert (said["licence"], said["attribution"], said["made"]) == (
        "CC BY 4.0",
        "GeoNames",
        "2027-03-01T12:00:00Z",
    )


def test_a_format_that_is_not_installed_is_not_offered_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "find_spec", lambda _name: None)

    assert "parquet" not in formats_offered(places=True)
    with pytest.raises(FormatMissing, match="pyarrow"):
        check_format("parquet", places=True)
    with pytest.raises(NotFound):
        check_format("gpkg", places=False)


def test_a_file_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "tries.csv"
    file.write_text("old")

    with pytest.raises(NotFound):
        write_table(table(), file, "pdf")

    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]
