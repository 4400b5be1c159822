"""Reads geographic files by pyogrio, without data frames; to be run by `apart`."""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any

from mapsvc.errors import UnreadableFile
from mapsvc.messages import mark as _

Point = tuple[float, float]

# What reading may take: of memory so much, and so many times the size of the file; of computing so long.
MORE_BYTES = 400_000_000
MORE_TIMES = 10
MORE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class GeoLayer:
    """One layer of a geographic file.

    values holds, per column, one value a feature; points one x, y or None a feature, and kinds
    the geometry type in words, None where the feature has no geometry. crs is what the file
    says ("EPSG:3035", or WKT), None where it says nothing. others are the layers not read.
    """

    name: str
    others: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[Sequence[Any], ...]
    points: tuple[Point | None, ...]
    kinds: tuple[str | None, ...]
    crs: str | None


def read_layer(path: Path, *, max_features: int) -> GeoLayer:
    """The first layer of points of a file, else its first layer; never a database that is in use.

    GeoPackage, FlatGeobuf and shapefile are read. The process that it runs in may not take much more
    memory and time than that needs, since a file can hold rules that compute without end.

    Raises UnreadableFile when the file is damaged, has no layer, or has more than max_features.
    """
    # A second SQLite and 40 MB of GDAL: only in the process that is made for it.
    from pyogrio import list_layers, raw  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415

    _bind_this_process(sum(part.stat().st_size for part in path.parent.glob(f"{escape(path.stem)}.*")))
    try:
        layers = [(str(name), str(kind)) for name, kind in list_layers(path)]
        if not layers:
            raise UnreadableFile(_("The file has no layer."))
        name = next((layer for layer, kind in layers if "Point" in kind), layers[0][0])
        # One more than may be read is enough to know that there are too many.
        meta, _fids, geometries, values = raw.read(path, layer=name, max_features=max_features + 1)
        count = len(geometries) if geometries is not None else len(values[0]) if len(values) else 0
        if count > max_features:
            raise UnreadableFile(
                _("The file has more than %(limit)s rows. Split it into smaller files."), limit=max_features
            )
    except (DataSourceError, DataLayerError, MemoryError, ValueError, OverflowError) as error:
        raise UnreadableFile(_("The file is damaged and cannot be read.")) from error
    points, kinds = _points(geometries, count)
    return GeoLayer(
        name=name,
        others=tuple(layer for layer, _kind in layers if layer != name),
        columns=tuple(str(column) for column in meta["fields"]),
        values=tuple(column.tolist() for column in values),
        points=points,
        kinds=kinds,
        crs=meta["crs"],
    )


def _bind_this_process(file_bytes: int) -> None:
    """Sets how much memory and time this process may still take; beyond them it fails or is ended."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    memory = pages * resource.getpagesize() + MORE_BYTES + MORE_TIMES * file_bytes
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = int(time.process_time()) + MORE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _points(geometries: Any, count: int) -> tuple[tuple[Point | None, ...], tuple[str | None, ...]]:
    """The points of WKB geometries, and their types; a layer without geometry has none."""
    import shapely  # noqa: PLC0415

    if geometries is None:
        return (None,) * count, (None,) * count
    shapes = shapely.from_wkb(geometries, on_invalid="ignore")
    points: list[Point | None] = []
    kinds: list[str | None] = []
    for shape in shapes:
        kinds.append(None if shape is None else shape.geom_type)
        exact = isinstance(shape, shapely.Point) and not shape.is_empty
        points.append((shape.x, shape.y) if exact else None)
    return tuple(points), tuple(kinds)
