"""Vector tiles read back by two programs that know nothing of ours: mapbox-vector-tile and GDAL."""

import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile

EXTENT = 4096
WORLD_M = 40_075_016.685578488  # around the sphere of web mercator
WKB_POINT = "<BIdd"


@dataclass(frozen=True)
class Feature:
    """A feature as a program reads it: column and row inside the tile, its own id, its attributes."""

    at: tuple[int, int]
    id: int | None
    attributes: dict[str, Any]


Layers = dict[str, list[Feature]]


def sites(found: Layers) -> int:
    """How many sites a tile shows."""
    return sum(one.attributes["count"] for one in found["clusters"]) + len(found["pins"])


def by_mapbox(tile: bytes) -> Layers:
    """The layers of a tile, rows counted downwards as they are written."""
    decoded = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    assert all((layer["version"], layer["extent"]) == (2, EXTENT) for layer in decoded.values())
    return {name: [_feature(one) for one in layer["features"]] for name, layer in decoded.items()}


def by_gdal(tile: bytes, zoom: int, x: int, y: int) -> Layers:
    """The same from GDAL, which gives metres; to be run in a process apart."""
    from pyogrio import list_layers, raw

    layers: Layers = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tile.mvt"
        path.write_bytes(tile)
        for name, _kind in list_layers(path):
            meta, _, points, values = raw.read(path, layer=name, Z=zoom, X=x, Y=y)
            assert meta["crs"] == "EPSG:3857"
            columns = dict(zip(meta["fields"], values, strict=True))
            layers[str(name)] = [
                _feature_of_gdal(point, {key: column[place] for key, column in columns.items()}, zoom, x, y)
                for place, point in enumerate(points)
            ]
    return layers


def _feature(one: dict[str, Any]) -> Feature:
    assert one["geometry"]["type"] == "Point"
    column, row = one["geometry"]["coordinates"]
    return Feature((column, row), one["id"] or None, one["properties"])


def _feature_of_gdal(point: bytes, values: dict[str, Any], zoom: int, x: int, y: int) -> Feature:
    _, kind, east, north = struct.unpack(WKB_POINT, point)
    assert kind == 1
    unit = WORLD_M / 2**zoom / EXTENT
    at = (
        round((east + WORLD_M / 2) / unit) - x * EXTENT,
        round((WORLD_M / 2 - north) / unit) - y * EXTENT,
    )
    # An attribute that a feature lacks is nothing to GDAL, or not a number in a column of numbers.
    held = {key: value for key, value in values.items() if value is not None and value == value}  # noqa: PLR0124
    id_ = held.pop("mvt_id", None)
    plain = {key: value if isinstance(value, str) else value.item() for key, value in held.items()}
    return Feature(at, None if id_ is None else int(id_), plain)
