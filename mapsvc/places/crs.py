"""Reference systems: what a pair of numbers means on the ground."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _

WGS84 = 4326

# National and European grids, the common ones first; tried when metres come without a system.
GRIDS = (
    *(2154, 3857, 25832, 3035, 25833, 25831, 25830, 25829, 32632, 32633, 32631, 32630, 27700, 28992, 31370),
    *(3812, 3763, 2056, 21781, 31287, 31468, 31467, 2180, 5514, 3006, 3067, 3301, 3059, 3346, 3794, 3765),
    *(23700, 3844, 7801, 2100, 3909, 29902, 2157, 3057, 25834, 25835, 32634, 32635, 32629, 27572),
)

Point = tuple[float, float]

_EUROPE = (-32.0, 27.0, 46.0, 72.0)
_MOST_GUESSES = 3


class UnknownReferenceSystem(MapsvcError):
    """A code that no register of reference systems has."""

    message = _("“%(code)s” is not a known reference system; write for example EPSG:4326.")


class OutsideReferenceSystem(MapsvcError):
    """A point that its reference system cannot place on the Earth."""

    message = _("The point %(x)s, %(y)s lies outside of its reference system %(crs)s.")


def parse_epsg(text: str) -> int:
    """The EPSG code that text names: "2154", "EPSG:2154", "urn:ogc:def:crs:EPSG::2154".

    Raises UnknownReferenceSystem when it names none that exists.
    """
    digits = text.strip().rsplit(":", 1)[-1].strip()
    head = text.strip()[: -len(digits)] if digits else text
    if digits.isascii() and digits.isdigit() and len(digits) <= 6 and _is_epsg_prefix(head):  # noqa: PLR2004
        code = int(digits)
        if _transformer(f"EPSG:{code}") is not None:
            return code
    raise UnknownReferenceSystem(code=text[:80])


def epsg_of(definition: str) -> int | None:
    """The EPSG code of a definition ("EPSG:3035", WKT), None when it has none.

    Raises UnknownReferenceSystem when the definition cannot be read.
    """
    try:
        return CRS.from_user_input(definition).to_epsg()
    except CRSError as error:
        raise UnknownReferenceSystem(code=definition[:80]) from error


def to_wgs84(crs: int | str, point: Point) -> Point:
    """The point in degrees of WGS 84, longitude first; point is x (easting), y (northing).

    crs is an EPSG code or a definition. Degrees come back as they are, unless the system has
    another datum.

    Raises UnknownReferenceSystem, and OutsideReferenceSystem when the result is no place on Earth.
    """
    definition = f"EPSG:{crs}" if isinstance(crs, int) else crs
    transformer = _transformer(definition)
    if transformer is None:
        raise UnknownReferenceSystem(code=str(crs)[:80])
    if crs == WGS84:
        lon, lat = point
    else:
        try:
            lon, lat = transformer.transform(*point, errcheck=True)
        except ProjError:
            lon = lat = math.inf
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004
        raise OutsideReferenceSystem(x=f"{point[0]:g}", y=f"{point[1]:g}", crs=definition[:80])
    return lon, lat


def guess_grids(
    points: Sequence[Point], *, boxes: Iterable[tuple[float, float, float, float]] = ()
) -> list[int]:
    """The systems in which all the points, given in metres, fall where they are expected; at most three.

    boxes are west, south, east, north of the country stated, in degrees; Europe where there are
    none. A point counts when it lies in a box and in the area for which the system was made.
    The order is that of GRIDS; the empty list when none fits. A guess, never to be applied.
    """
    expected = tuple(boxes) or (_EUROPE,)
    return [code for code in GRIDS if points and _all_fall(code, points, expected)][:_MOST_GUESSES]


def lies_in_area(code: int, point: Point, *, margin: float) -> bool:
    """Whether a point (longitude, latitude) lies in the area a system was made for, or margin degrees around.

    True where the register does not state that area. Raises UnknownReferenceSystem.
    """
    area = _area(code)
    if area is None:
        return True
    west, south, east, north = area
    lon, lat = point
    if not south - margin <= lat <= north + margin:
        return False
    # An area across the antimeridian has its west east of its east.
    inside = west - margin <= lon <= east + margin
    return inside if west <= east else lon >= west - margin or lon <= east + margin


@lru_cache(maxsize=128)
def _area(code: int) -> tuple[float, float, float, float] | None:
    try:
        area = CRS.from_epsg(code).area_of_use
    except CRSError as error:
        raise UnknownReferenceSystem(code=f"EPSG:{code}") from error
    return None if area is None else (area.west, area.south, area.east, area.north)


def _all_fall(code: int, points: Sequence[Point], boxes: Iterable[tuple[float, float, float, float]]) -> bool:
    for point in points:
        try:
            lon, lat = to_wgs84(code, point)
        except MapsvcError:
            return False
        if not lies_in_area(code, (lon, lat), margin=0):
            return False
        if not any(west <= lon <= east and south <= lat <= north for west, south, east, north in boxes):
            return False
    return True


def _is_epsg_prefix(head: str) -> bool:
    return head.upper().rstrip(": ") in {"", "EPSG", "URN:OGC:DEF:CRS:EPSG"}


@lru_cache(maxsize=128)
def _transformer(definition: str) -> Transformer | None:
    try:
        return Transformer.from_crs(definition, WGS84, always_xy=True)
    except (CRSError, ProjError):
        return None
