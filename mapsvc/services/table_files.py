"""Flat tables as files of every format, by one writer a format."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from mapsvc.domain.flat_tables import FlatTable
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.bulk.csv_files import csv_pieces
from mapsvc.storage.bulk.geo_exports import as_flatgeobuf, as_geopackage, as_geoparquet
from mapsvc.storage.bulk.geojson_files import geojson_pieces
from mapsvc.storage.bulk.xlsx_files import as_workbook

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/flatgeobuf",
    "parquet": "application/vnd.apache.parquet",
}
FORMATS = tuple(MEDIA_TYPES)
PLAIN_FORMATS = ("csv", "xlsx")  # of tables that are not of places
MOST_ROWS = 20_000  # of a file that a page offers
EXTRA = "parquet"


class FormatMissing(MapsvcError):
    """A format whose writer is not installed here."""

    message = _(
        "GeoParquet files cannot be made here, as the Python package pyarrow is not installed. "
        "Take GeoPackage, or ask who runs this site to install mapsvc[geoparquet]."
    )


def has_geoparquet() -> bool:
    """Whether what GeoParquet needs is installed."""
    return find_spec("pyarrow") is not None


def formats_offered(*, places: bool) -> tuple[str, ...]:
    """The formats of a table that can be made here: all of them for places, else CSV and XLSX."""
    if not places:
        return PLAIN_FORMATS
    return tuple(name for name in FORMATS if name != EXTRA or has_geoparquet())


def check_format(file_format: str, *, places: bool) -> None:
    """Raises NotFound for a format that a table does not have, FormatMissing for one not installed."""
    if file_format not in (FORMATS if places else PLAIN_FORMATS):
        raise NotFound
    if file_format == EXTRA and not has_geoparquet():
        raise FormatMissing


def file_pieces(table: FlatTable, file_format: str) -> Iterator[bytes]:
    """A table as a file of a format, piece by piece: CSV and GeoJSON as the rows come, the others whole.

    GDAL and Arrow run in a process apart. Raises NotFound or FormatMissing before anything is read.
    """
    check_format(file_format, places=bool(table.places))
    return WRITERS[file_format](table)


def table_file(table: FlatTable, file_format: str) -> bytes:
    """The same as one piece."""
    return b"".join(file_pieces(table, file_format))


def write_table(table: FlatTable, file: Path, file_format: str) -> None:
    """Writes a table to a file, whole or not at all. Raises as file_pieces."""
    pieces = file_pieces(table, file_format)
    part = file.with_name(file.name + ".part")
    with part.open("wb") as out:
        out.writelines(pieces)
    part.replace(file)


def _workbook(table: FlatTable) -> Iterator[bytes]:
    yield as_workbook([table])


def _geopackage(table: FlatTable) -> Iterator[bytes]:
    yield apart(as_geopackage, [table.with_all_rows()])


def _flatgeobuf(table: FlatTable) -> Iterator[bytes]:
    yield apart(as_flatgeobuf, table.with_all_rows())


def _geoparquet(table: FlatTable) -> Iterator[bytes]:
    yield apart(as_geoparquet, table.with_all_rows())


WRITERS: dict[str, Callable[[FlatTable], Iterator[bytes]]] = {
    "csv": csv_pieces,
    "xlsx": _workbook,
    "geojson": geojson_pieces,
    "gpkg": _geopackage,
    "fgb": _flatgeobuf,
    "parquet": _geoparquet,
}
