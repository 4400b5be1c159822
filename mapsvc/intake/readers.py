"""Reads a file of any kind that we know into a table."""

import zipfile
from pathlib import Path

from mapsvc.errors import UnreadableFile
from mapsvc.intake.geojson import read_geojson
from mapsvc.intake.geopackages import read_geopackage
from mapsvc.intake.limits import MAX_ROWS, refuse_too_large
from mapsvc.intake.tables import Table
from mapsvc.intake.text_tables import read_text_table
from mapsvc.intake.workbooks import read_workbook
from mapsvc.messages import mark as _

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".ods", ".geojson", ".json", ".gpkg")

_SQLITE = b"SQLite format 3\0"
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_JSON_SUFFIXES = (".geojson", ".json")


def read_table(path: Path, *, max_rows: int = MAX_ROWS) -> Table:
    """The table in a file: CSV, TSV and other text, XLSX, ODS, GeoJSON or GeoPackage.

    What the file begins with decides how it is read; its suffix must be one of SUFFIXES. At
    most limits.MAX_BYTES are read, and never more than max_rows rows are kept in memory.

    Raises UnreadableFile, with the line where there is one, when no row can be read.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UnreadableFile(
            _("Files of the type “%(suffix)s” are not read (type not allowed). These are: %(known)s."),
            suffix=path.suffix[:20],
            known=", ".join(SUFFIXES),
        )
    if not path.is_file():
        raise UnreadableFile(_("There is no file “%(name)s”."), name=path.name)
    refuse_too_large(path)
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(_SQLITE):
        return read_geopackage(path, max_rows=max_rows)
    if start.startswith(_ZIP):
        return _read_packed(path, max_rows=max_rows)
    if start.startswith(_OLD_EXCEL):
        raise UnreadableFile(_("This is a spreadsheet of the old XLS kind. Save it as XLSX and try again."))
    if path.suffix.lower() in _JSON_SUFFIXES or _begins_with_brace(start):
        return read_geojson(path, max_rows=max_rows)
    return read_text_table(path, max_rows=max_rows)


def _begins_with_brace(start: bytes) -> bool:
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _read_packed(path: Path, *, max_rows: int) -> Table:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        raise UnreadableFile(_("The spreadsheet is damaged and cannot be read.")) from None
    if names.isdisjoint({"xl/workbook.xml", "content.xml"}):
        raise UnreadableFile(
            _("This is an archive, not a spreadsheet. Unpack it and import the file inside.")
        )
    return read_workbook(path, max_rows=max_rows)
