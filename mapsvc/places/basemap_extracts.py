"""The part of the base map around a town, as a PMTiles file of its own: what a device keeps of the map."""

import hashlib
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer

from mapsvc.places.basemap import LAST_ZOOM, basemap_digest, basemap_path

AROUND_KM = 250  # to each side: as far as a wide screen sees at the farthest zoom
FIRST_ZOOM = 6  # of the tiles
FARTHEST_ZOOM = 8  # of the map that is drawn from them
EDITION = 1  # of this module: another extract of the same file gets another name
KM_PER_DEGREE = 111.2
E7 = 10_000_000


@dataclass(frozen=True, slots=True)
class Box:
    """The sides of an extract in degrees of WGS 84."""

    west: float
    south: float
    east: float
    north: float


def box_around(lon: float, lat: float) -> Box:
    """The box of AROUND_KM to each side of a point, within what a map in web mercator shows."""
    high = AROUND_KM / KM_PER_DEGREE
    wide = high / max(math.cos(math.radians(lat)), 0.1)
    return Box(
        max(lon - wide, -180.0), max(lat - high, -85.0), min(lon + wide, 179.999), min(lat + high, 85.0)
    )


def extract_name(lon: float, lat: float) -> str:
    """Twelve hexadecimal digits that change whenever the extract around this point can."""
    told = f"{EDITION} {basemap_digest()} {sorted(_tiles(box_around(lon, lat)))}"
    return hashlib.sha256(told.encode()).hexdigest()[:12]


@lru_cache(maxsize=16)
def basemap_around(lon: float, lat: float) -> bytes:
    """A PMTiles file of the tiles of FIRST_ZOOM to LAST_ZOOM around a point, taken over byte by byte."""
    box, made = box_around(lon, lat), io.BytesIO()
    writer = _untyped(Writer)(made)
    with basemap_path().open("rb") as file:
        reader = _untyped(Reader)(_untyped(MmapSource)(file))
        for zoom, x, y in sorted(_tiles(box), key=lambda one: zxy_to_tileid(*one)):
            if (body := reader.get(zoom, x, y)) is not None:
                writer.write_tile(zxy_to_tileid(zoom, x, y), body)
        writer.finalize(reader.header() | _sides(box, lon, lat), reader.metadata())
    return made.getvalue()


def _untyped(made: Any) -> Any:
    """What comes from pmtiles, which tells no types."""
    return made


def _sides(box: Box, lon: float, lat: float) -> dict[str, int]:
    """What the head of the file says of where it is: ten-millionths of a degree."""
    degrees = {
        "min_lon": box.west,
        "min_lat": box.south,
        "max_lon": box.east,
        "max_lat": box.north,
        "center_lon": lon,
        "center_lat": lat,
    }
    return {"center_zoom": LAST_ZOOM, **{f"{name}_e7": round(value * E7) for name, value in degrees.items()}}


def _tiles(box: Box) -> Iterator[tuple[int, int, int]]:
    for zoom in range(FIRST_ZOOM, LAST_ZOOM + 1):
        left, top = _tile(zoom, box.west, box.north)
        right, bottom = _tile(zoom, box.east, box.south)
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                yield zoom, x, y


def _tile(zoom: int, lon: float, lat: float) -> tuple[int, int]:
    """The column and row of the tile that holds a point, counted from the north-west."""
    north = math.asinh(math.tan(math.radians(lat)))
    across, down = (lon / 360 + 0.5) * 2**zoom, (0.5 - north / math.tau) * 2**zoom
    return int(across), int(down)
