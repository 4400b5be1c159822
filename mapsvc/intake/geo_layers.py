"""Turns a layer of a GeoPackage, a shapefile or a FlatGeobuf into a table."""

from concurrent.futures.process import BrokenProcessPool
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mapsvc.errors import UnreadableFile
from mapsvc.intake.archives import Archive
from mapsvc.intake.cells import clean
from mapsvc.intake.limits import Limits, refuse_too_many, refuse_too_wide
from mapsvc.intake.tables import Notice, RawRow, RowFault, Table
from mapsvc.messages import mark as _
from mapsvc.places.crs import WGS84, epsg_of, to_wgs84
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.bulk.geo_files import GeoLayer, read_layer

_PARTS_OF_SHAPEFILE = {".shp": True, ".shx": True, ".dbf": True, ".prj": False, ".cpg": False}


def read_geo_layer(path: Path, *, limits: Limits, others: tuple[str, ...] = ()) -> Table:
    """The features of the first layer of points; the line of a row is the number of its feature.

    The points are in the layer's reference system, or in WGS 84 already where that system has
    no EPSG code. Features with another geometry are faults. others are layers that are known to be
    left out.

    Raises UnreadableFile as read_layer() does, when reading takes too much time or memory, and when
    there is no feature.
    """
    try:
        layer = apart(read_layer, path, max_features=limits.rows)
    except (BrokenProcessPool, MemoryError) as error:
        raise UnreadableFile(_("The file is damaged and cannot be read.")) from error
    refuse_too_many(len(layer.points), limits)
    refuse_too_wide(len(layer.columns), len(layer.points), limits)
    if not layer.points:
        raise UnreadableFile(_("The file has no feature (empty file)."))
    crs = epsg_of(layer.crs) if layer.crs else None
    table = Table(columns=layer.columns, rows=[], crs=WGS84 if layer.crs and crs is None else crs)
    if left_out := (*layer.others, *others):
        message = _("The file has other layers, which were not read: %(others)s.")
        table.notices.append(Notice(None, None, layer.name, message, {"others": ", ".join(left_out)}))
    unnamed = layer.crs if crs is None else None
    for place in range(len(layer.points)):
        _add(table, layer, place, unnamed)
    return table


def has_shapefile(archive: Archive) -> bool:
    """Whether an archive holds a shapefile."""
    return any(name.lower().endswith(".shp") for name in archive.names)


def read_shapefile(archive: Archive, *, limits: Limits) -> Table:
    """The features of the first shapefile in an archive, as read_geo_layer() gives them.

    Only its five parts are unpacked, under names of our own, into a folder that is gone afterwards.
    Raises UnreadableFile when a part is missing.
    """
    entries = {entry.filename.lower(): entry for entry in archive.entries}
    stems = [name.removesuffix(".shp") for name in entries if name.endswith(".shp")]
    with TemporaryDirectory() as folder:
        for suffix, needed in _PARTS_OF_SHAPEFILE.items():
            entry = entries.get(stems[0] + suffix)
            if entry is not None:
                archive.unpack(entry, Path(folder) / f"layer{suffix}")
            elif needed:
                raise UnreadableFile(
                    _("The shapefile is not complete: its part “%(suffix)s” is missing in the archive."),
                    suffix=suffix,
                )
        others = tuple(stem.rpartition("/")[2] for stem in stems[1:])
        return read_geo_layer(Path(folder) / "layer.shp", limits=limits, others=others)


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
