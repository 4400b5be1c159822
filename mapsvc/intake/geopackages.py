"""Turns a layer of a GeoPackage into a table."""

from datetime import date
from pathlib import Path
from typing import Any

from mapsvc.errors import UnreadableFile
from mapsvc.intake.cells import clean
from mapsvc.intake.tables import Notice, RawRow, RowFault, Table
from mapsvc.messages import mark as _
from mapsvc.places.crs import WGS84, epsg_of, to_wgs84
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.bulk.geo_files import GeoLayer, read_layer


def read_geopackage(path: Path, *, max_rows: int) -> Table:
    """The features of the first layer of points; the line of a row is the number of its feature.

    The points are in the layer's reference system, or in WGS 84 already where that system has
    no EPSG code. Features with another geometry are faults.

    Raises UnreadableFile as read_layer() does, and when there is no feature.
    """
    layer = apart(read_layer, path, max_features=max_rows)
    if not layer.points:
        raise UnreadableFile(_("The file has no feature (empty file)."))
    crs = epsg_of(layer.crs) if layer.crs else None
    table = Table(columns=layer.columns, rows=[], crs=WGS84 if layer.crs and crs is None else crs)
    if layer.others:
        message = _("The file has other layers, which were not read: %(others)s.")
        others = ", ".join(layer.others)
        table.notices.append(Notice(None, None, layer.name, message, {"others": others}))
    unnamed = layer.crs if crs is None else None
    for place in range(len(layer.points)):
        _add(table, layer, place, unnamed)
    return table


def _add(table: Table, layer: GeoLayer, place: int, unnamed_crs: str | None) -> None:
    kind, point = layer.kinds[place], layer.points[place]
    if kind is not None and point is None:
        empty = kind == "Point"
        message = (
            _("The point has no coordinates (empty point).")
            if empty
            else _("A point is expected here (Point expected).")
        )
        table.faulty.append(RowFault(place + 1, "geometry", kind, message))
        return
    if point is not None and unnamed_crs is not None:
        point = to_wgs84(unnamed_crs, point)
    cells = tuple(_text(values[place]) for values in layer.values)
    table.rows.append(RawRow(place + 1, cells, point))


def _text(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value))
