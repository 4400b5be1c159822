"""Flat tables as files that GDAL and Arrow write; to be run by `apart`, never on the live database."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mapsvc.domain.flat_tables import LINE, About, Cell, Column, ColumnKind, FlatTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

WGS84 = "EPSG:4326"
DTYPES: dict[ColumnKind, Any] = {
    ColumnKind.TEXT: object,
    ColumnKind.WHOLE: np.int64,
    ColumnKind.DECIMAL: np.float64,
    ColumnKind.DAY: "datetime64[D]",
    ColumnKind.MOMENT: "datetime64[ms]",
}
# What stands in an array where there is nothing; a mask beside it says so.
NOTHING: dict[ColumnKind, Any] = {
    ColumnKind.TEXT: None,
    ColumnKind.WHOLE: 0,
    ColumnKind.DECIMAL: 0.0,
    ColumnKind.DAY: np.datetime64("1970-01-01"),
    ColumnKind.MOMENT: np.datetime64("1970-01-01"),
}


def as_geopackage(tables: Sequence[FlatTable]) -> bytes:
    """A GeoPackage in WGS 84 with a layer a table, each under the name of its table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tables.gpkg"
        for table in tables:
            said = {"IDENTIFIER": table.name, "DESCRIPTION": description(table.about)}
            _write(table, file, driver="GPKG", append=file.exists(), layer_options=said)
        return file.read_bytes()


def as_flatgeobuf(table: FlatTable) -> bytes:
    """A FlatGeobuf in WGS 84, its features in the order of its index.

    Where a row has no place it has no index, since an index holds places alone; the order is then that
    of the table.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{table.name}.fgb"
        rows = list(table.rows)
        is_whole = bool(rows) and all(row[place] is not None for row in rows for place in table.places)
        options = {
            "TITLE": table.about.title,
            "DESCRIPTION": description(table.about),
            "SPATIAL_INDEX": "YES" if is_whole else "NO",
        }
        _write(table, file, driver="FlatGeobuf", layer_options=options)
        return file.read_bytes()


def as_geoparquet(table: FlatTable) -> bytes:
    """A GeoParquet 1.1 file in WGS 84, its geometry as WKB. Needs pyarrow."""
    # Seconds and 150 MB, and an extra: only in the process that is made for it.
    import geopandas  # noqa: PLC0415
    import pandas  # noqa: PLC0415
    import pyarrow  # noqa: PLC0415

    types = {
        ColumnKind.TEXT: pyarrow.string(),
        ColumnKind.WHOLE: pyarrow.int64(),
        ColumnKind.DECIMAL: pyarrow.float64(),
        ColumnKind.DAY: pyarrow.date32(),
        ColumnKind.MOMENT: pyarrow.timestamp("ms", tz="UTC"),
    }
    rows = list(table.rows)
    columns = {
        table.keys[place]: pandas.Series(
            pandas.arrays.ArrowExtensionArray(
                pyarrow.array(
                    [None if row[place] == "" else row[place] for row in rows],
                    type=types[table.columns[place].kind],
                )
            )
        )
        for place in table.said
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{table.name}.parquet"
        frame = geopandas.GeoDataFrame(columns, geometry=_shapes(table, rows), crs=WGS84)
        frame.attrs = {"title": table.about.title, "description": description(table.about)}
        frame.to_parquet(file, index=False, schema_version="1.1.0", compression="zstd")
        return file.read_bytes()


def description(about: About) -> str:
    """What a file says of itself, in one line."""
    said = (about.site, about.address, about.attribution, about.licence, about.note)
    return " · ".join(filter(None, (about.title, about.made.date().isoformat(), *said)))


def _write(table: FlatTable, file: Path, **how: Any) -> None:
    # A second SQLite and 40 MB of GDAL: only in the process that is made for it.
    from pyogrio import raw  # noqa: PLC0415

    rows = list(table.rows)
    arrays = [_array(table.columns[place], [row[place] for row in rows]) for place in table.said]
    raw.write(
        str(file),
        geometry=shapely.to_wkb(_shapes(table, rows)),
        field_data=[values for values, _missing in arrays],
        field_mask=[missing for _values, missing in arrays],
        fields=[table.keys[place] for place in table.said],
        layer=table.name,
        crs=WGS84,
        geometry_type="LineString" if len(table.places) == len(LINE) else "Point",
        **how,
    )


def _shapes(table: FlatTable, rows: Sequence[Sequence[Cell]]) -> "NDArray[Any]":
    """The geometry of each row, None where it has no place."""
    numbers = np.array([[row[place] for place in table.places] for row in rows], dtype=np.float64)
    numbers = numbers.reshape(len(rows), len(table.places))
    shapes = np.full(len(rows), None, dtype=object)
    there = ~np.isnan(numbers).any(axis=1)
    pairs = numbers[there].reshape(-1, len(table.places) // 2, 2)
    shapes[there] = shapely.linestrings(pairs) if pairs.shape[1] > 1 else shapely.points(pairs[:, 0])
    return shapes


def _array(column: Column, cells: Sequence[Cell]) -> tuple["NDArray[Any]", "NDArray[np.bool_]"]:
    """The cells of a column as GDAL takes them, and which of them are empty."""
    missing = np.array([cell is None or cell == "" for cell in cells], dtype=np.bool_)
    filled = [NOTHING[column.kind] if none else _utc(cell) for cell, none in zip(cells, missing, strict=True)]
    return np.array(filled, dtype=DTYPES[column.kind]), missing


def _utc(cell: Cell) -> Cell | date:
    return cell.astimezone(UTC).replace(tzinfo=None) if isinstance(cell, datetime) else cell
