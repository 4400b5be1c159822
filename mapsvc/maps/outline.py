"""The land of Europe as a small outline, for maps that carry all they need."""

import gzip
import json
from functools import cache
from typing import Any

from mapsvc.resources import resource

DECIMALS = 2  # about a kilometre: finer than the overview was drawn
SMALLEST_RING = 4  # a closed triangle


def rounded_ring(ring: list[list[float]]) -> list[list[float]]:
    """The closed ring with rounded positions, longitude first, none repeated; empty when nothing is left."""
    kept: list[list[float]] = []
    for lon, lat in ring:
        position = [round(lon, DECIMALS), round(lat, DECIMALS)]
        if not kept or kept[-1] != position:
            kept.append(position)
    return kept if len(kept) >= SMALLEST_RING else []


def rounded_polygon(rings: list[list[list[float]]]) -> list[list[list[float]]]:
    """The polygon with its rings rounded; empty when its outer ring has vanished."""
    outer, *holes = [rounded_ring(ring) for ring in rings]
    return [outer, *[hole for hole in holes if hole]] if outer else []


@cache
def land() -> str:
    """The regions of Europe as one GeoJSON MultiPolygon, a JSON text of about 0.6 MB.

    It is drawn from data/regions/overview.geojson.gz; neighbours keep their common borders,
    since equal positions are rounded to equal positions.
    """
    features: list[dict[str, Any]] = json.loads(
        gzip.decompress(resource("data/regions/overview.geojson.gz").read_bytes())
    )["features"]
    polygons = []
    for geometry in (feature["geometry"] for feature in features):
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        polygons += [polygon for part in parts if (polygon := rounded_polygon(part))]
    return json.dumps({"type": "MultiPolygon", "coordinates": polygons}, separators=(",", ":"))
