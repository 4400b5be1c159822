"""What an area looks like on a map: its outline, and the point where its marker stands."""

import re
from functools import cache, lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from mapsvc.places.area_table import Area
from mapsvc.places.areas import GRID_EPSG, SQUARE_KM
from mapsvc.places.crs import WGS84 as DEGREES
from mapsvc.places.region_finding import WGS84
from mapsvc.places.regions import Regions

DECIMALS = 5  # of a degree: about a metre
CORNERS = {"10km": 10, "50km": 25, "100km": 25}  # on each side, so that its bend on the map is kept
COARSE = 0.05  # of a degree: how far a country's outline may be off
LEAST_PART = 0.01  # of a square, to be drawn or to draw a marker to it
REACH_KM = 20.0  # around the towns of a country whose outline nobody drew

# Regions that are countries by the gazetteer, and parts of other countries by their ids.
APART = {"FI-01": "AX", "NO-21": "SJ"}
APART |= {"FR-971": "GP", "FR-972": "MQ", "FR-973": "GF", "FR-974": "RE", "FR-976": "YT"}

_SQUARE = re.compile(r"^(10km|50km|100km)E(\d{4})N(\d{4})-([A-Z]{2})$")


def country_of_region(key: str, regions: Regions) -> str | None:
    """The gazetteer's country of a region: Åland and the regions overseas have codes of their own.

    None for an id that no region has.
    """
    found = regions.get(key)
    return APART.get(key, found.country) if found else None


def outline(area: Area, regions: Regions) -> dict[str, Any]:
    """The outline of an area as a GeoJSON Polygon or MultiPolygon: degrees of WGS 84, five decimals.

    Outer rings run counter-clockwise (RFC 7946). The sides of squares have a corner for every
    kilometre, those of the larger squares for every two or four. A square whose `cut` is set is drawn
    without the land of other countries; the sea stays, as outlines leave out many an island. A
    country that has no outline is the circle of 20 km around its marker.

    ValueError for an area whose key no area can have.
    """
    # Snapping keeps the shape valid; its numbers are then off by the last bits of a float.
    snapped = _polygons(shapely.set_precision(_shape(area, regions), 10**-DECIMALS))
    rounded = shapely.transform(snapped, lambda lonlat: np.round(lonlat, DECIMALS))
    return dict(shapely.orient_polygons(rounded).__geo_interface__)


def square_outline(key: str) -> BaseGeometry:
    """The whole square that a key names, in degrees of WGS 84. ValueError when it names none."""
    level, east, north, _country = _parts(key)
    side, steps = SQUARE_KM[level], CORNERS[level]
    along = np.linspace(0, side, steps, endpoint=False)
    start, end = np.zeros(steps), np.full(steps, side)
    xs = east + np.concatenate([along, end, side - along, start])
    ys = north + np.concatenate([start, along, end, side - along])
    return shapely.Polygon(np.column_stack(_from_grid().transform(xs * 1_000, ys * 1_000)))


def cut_square(key: str, regions: Regions) -> BaseGeometry:
    """A square without the land of other countries; empty where that is all but a hundredth of it.

    Splinters of less than a hundredth are left out.
    """
    square, country = square_outline(key), _parts(key)[3]
    foreign = _land(square, regions, country=country, own=False)
    if foreign.is_empty:
        return square
    left = shapely.get_parts(_polygons(shapely.difference(square, foreign)))
    return _polygons(shapely.MultiPolygon([part for part in left if part.area >= LEAST_PART * square.area]))


def marker_of(key: str, regions: Regions, *, cut: bool) -> tuple[float, float] | None:
    """Where the marker of an area stands: longitude and latitude, inside its outline.

    On land of its country where the outline has some. None for a country without an outline.
    """
    if _SQUARE.match(key):
        shape = cut_square(key, regions) if cut else square_outline(key)
        own = _land(shape, regions, country=_parts(key)[3], own=True)
        shape = own if own.area >= LEAST_PART * shape.area else shape
    elif (found := _region_or_country(key, regions)) is not None:
        shape = found
    else:
        return None
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    point = shapely.point_on_surface(largest)
    return round(point.x, DECIMALS), round(point.y, DECIMALS)


@cache
def _from_grid() -> Transformer:
    return Transformer.from_crs(GRID_EPSG, DEGREES, always_xy=True)


def _shape(area: Area, regions: Regions) -> BaseGeometry:
    if _SQUARE.match(area.key):
        return cut_square(area.key, regions) if area.cut else square_outline(area.key)
    if (found := _region_or_country(area.key, regions)) is not None:
        return found
    angles = np.arange(0.0, -360.0, -10.0)
    lons, lats = np.full(len(angles), area.lon), np.full(len(angles), area.lat)
    lons, lats, _back = WGS84.fwd(lons, lats, angles, np.full(len(angles), REACH_KM * 1_000))
    return shapely.Polygon(np.column_stack([lons, lats]))


def _parts(key: str) -> tuple[str, int, int, str]:
    """Level, kilometres east and north, and country of a square's key."""
    if (found := _SQUARE.match(key)) is None:
        raise ValueError(f"{key[:40]} is no square")
    level, east, north, country = found.groups()
    return level, int(east), int(north), country


def _region_or_country(key: str, regions: Regions) -> BaseGeometry | None:
    """The outline of a region, or all land of a country; None for a country of which none is known."""
    if "-" in key:
        found = regions.outline(key)
        if found is None:
            raise ValueError(f"{key[:40]} is no area")
        return found
    return _country(key, regions)


@lru_cache(64)
def _country(key: str, regions: Regions) -> BaseGeometry | None:
    """All land of a country, coarsely: putting it together takes a tenth of a second."""
    own = [shape for region, shape in regions.outlines() if country_of_region(region.id, regions) == key]
    return _polygons(shapely.simplify(shapely.union_all(own), COARSE)) if own else None


def _land(shape: BaseGeometry, regions: Regions, *, country: str, own: bool) -> BaseGeometry:
    """The land in a shape that is the country's own, or that of others."""
    there = [
        shapely.intersection(shape, land)
        for region, land in regions.outlines(within=shape)
        if (country_of_region(region.id, regions) == country) is own
    ]
    return _polygons(shapely.union_all(there))


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape, without the lines and points where two only touch."""
    faces = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    return faces[0] if len(faces) == 1 else shapely.MultiPolygon(faces)
