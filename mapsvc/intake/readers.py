"""Reads a file of any kind that we know into a table."""

from collections.abc import Callable
from pathlib import Path

from mapsvc.errors import UnreadableFile
from mapsvc.intake.archives import open_archive
from mapsvc.intake.geo_layers import has_shapefile, read_geo_layer, read_shapefile
from mapsvc.intake.geojson import read_geojson
from mapsvc.intake.gpx import read_gpx
from mapsvc.intake.headers import Naming
from mapsvc.intake.kml import has_kml, read_kml, read_kmz
from mapsvc.intake.limits import COMMAND_LINE, Limits, refuse_too_large
from mapsvc.intake.office_parts import is_workbook
from mapsvc.intake.synonyms import field_named
from mapsvc.intake.tables import Table
from mapsvc.intake.text_tables import read_text_table
from mapsvc.intake.workbooks import read_workbook
from mapsvc.messages import mark as _

SUFFIXES = (
    *(".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".ods", ".geojson", ".json", ".gpkg"),
    *(".kml", ".kmz", ".gpx", ".zip", ".fgb"),
)

_SQLITE = b"SQLite format 3\0"
_FLATGEOBUF = b"fgb\x03fgb"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_BY_SUFFIX: dict[str, Callable[..., Table]] = {
    ".geojson": read_geojson,
    ".json": read_geojson,
    ".kml": read_kml,
    ".gpx": read_gpx,
}


def read_table(path: Path, *, limits: Limits = COMMAND_LINE, named: Naming = field_named) -> Table:
    """The table in a file: CSV, TSV and other text, a spreadsheet, or a geographic file.

    What the file begins with decides how it is read; its suffix must be one of SUFFIXES. A
    shapefile comes as a zip archive of its parts. Nothing beyond the limits is kept in memory. The row
    of headings, where a file may have others, is the one of which named knows the most.

    Raises UnreadableFile, with the line where there is one, when no row can be read.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableFile(
            _("Files of the type “%(suffix)s” are not read (type not allowed). These are: %(known)s."),
            suffix=path.suffix[:20],
            known=", ".join(SUFFIXES),
        )
    if not path.is_file():
        raise UnreadableFile(_("There is no file “%(name)s”."), name=path.name)
    refuse_too_large(path, limits)
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith((_SQLITE, _FLATGEOBUF)):
        return read_geo_layer(path, limits=limits)
    if start.startswith(_ZIP):
        return _read_packed(path, limits=limits, named=named)
    if start.startswith(_OLD_EXCEL):
        raise UnreadableFile(
            _(
                "This spreadsheet is of the old XLS kind, or it has a password. "
                "Save it as XLSX without a password and try again."
            )
        )
    read = read_geojson if _begins_with_brace(start) else _BY_SUFFIX.get(suffix)
    return read(path, limits=limits) if read else read_text_table(path, limits=limits, named=named)


def _begins_with_brace(start: bytes) -> bool:
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _read_packed(path: Path, *, limits: Limits, named: Naming) -> Table:
    with open_archive(path, limits) as archive:
        if has_shapefile(archive):
            return read_shapefile(archive, limits=limits)
        if has_kml(archive):
            return read_kmz(archive, limits=limits)
        if not is_workbook(archive):
            raise UnreadableFile(
                _("This is an archive, not a spreadsheet. Unpack it and import the file inside.")
            )
    return read_workbook(path, limits=limits, named=named)
