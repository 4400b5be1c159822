"""What the attacker tries with places: boxes, distances, orders, tiles. Each finds a town, or falls back on
the guess, and is proved by the leak of `tests.web.leaks` that bears its name.
"""

import math
from collections.abc import Callable
from urllib.parse import urlencode

from pyproj import Geod

from mapsvc.directory.searches import Near
from mapsvc.places.gazetteer import Place
from tests.api.tile_decoders import EXTENT, by_mapbox
from tests.web.attacker import NEAR_M, Attack, Attacker, Point, Spot, km
from tests.web.worlds import column_and_row

STEPS = 15  # halvings of a box or a radius: to some metres
SPAN = 3.0  # degrees around the middle of an area in which somebody is looked for
FURTHEST_KM = 400.0
ASIDE = ((0.4, 0.1), (-0.3, 0.3), (0.1, -0.4))  # degrees from the marker
ZOOMS = range(15)
ELLIPSOID = Geod(ellps="WGS84")


def point(attacker: Attacker) -> Place:
    """The point that the search itself gives."""
    items = attacker.search(q=attacker.person.name)["items"]
    return attacker.at(*(Point(one["lon"], one["lat"]) for one in items))


def boxes(attacker: Attacker) -> Place:
    """Box shrinking: in which half of the box the person is, again and again."""
    return attacker.at(_halved(attacker.marker, lambda box: attacker.there(bbox=box)))


def counts(attacker: Attacker) -> Place:
    """The same by totals and counts alone."""

    def counted(box: str) -> bool:
        answer = attacker.search(bbox=box, q=attacker.person.name, limit=1)
        return bool(answer["total"] or any(one["count"] for one in answer["facets"]["kind"]))

    return attacker.at(_halved(attacker.marker, counted))


def radii(attacker: Attacker) -> Place:
    """Radius flips: how far from the middle, and from places aside, the person is."""
    return attacker.among(_at_distances(attacker, _flipped))


def distances(attacker: Attacker) -> Place:
    """The distances that the search itself gives."""

    def told(attacker: Attacker, centre: Spot) -> float:
        found = attacker.search(**_near(centre), q=attacker.person.name)["items"]
        return min(one["distance_m"] for one in found) / 1000

    return attacker.among(_at_distances(attacker, told))


def order(attacker: Attacker) -> Place:
    """Who comes first around moving centres: the person, or the attacker's own stay in a town."""
    return attacker.among(
        _nearer_than_own(attacker, lambda centre: attacker.found(**_near(centre), sort="distance"))
    )


def nearest(attacker: Attacker) -> Place:
    """Which of the two is among the k nearest first."""
    return attacker.among(
        _nearer_than_own(attacker, lambda centre: attacker.found(**_near(centre), kind="alumni", k=1))
    )


def tiles(attacker: Attacker) -> Place:
    """In which tile of each zoom the person is, and where in it."""
    seen: list[Point] = []
    column = row = 0
    for zoom in ZOOMS:
        held = column_and_row(attacker.marker, zoom)
        inside = _in_tile(attacker, zoom, *held)
        if inside is None:
            around = [(2 * column + east, 2 * row + south) for east in (0, 1) for south in (0, 1)]
            parts = [(tile, spot) for tile in around if (spot := _in_tile(attacker, zoom, *tile))]
            if not parts:
                break
            held, inside = parts[0]
        (column, row), seen = held, [inside, *seen]
    return attacker.at(*seen[:1])


def clusters(attacker: Attacker) -> Place:
    """Where the map draws the person, alone and together with the attacker's own stay."""
    told: list[Point] = []
    marker, own = attacker.marker, attacker.guess
    box = _box(marker.lon - SPAN, marker.lat - SPAN, marker.lon + SPAN, marker.lat + SPAN)
    for zoom in (4, 9, 14):
        for asked in ({"q": attacker.person.name}, {}):
            view = attacker.json("/api/viewport", box=box, zoom=zoom, **asked)
            pins = (one for one in view["pins"] if one["id"] == attacker.person.listing)
            told += [Point(one["lon"], one["lat"]) for one in pins]
            # The mean of the two who are shown at the marker, one of whom is known.
            twos = [one for one in view["clusters"] if one["count"] == 2 and _holds(one["box"], marker)]
            told += [
                Point(2 * one["lon"] - own.lon, 2 * one["lat"] - own.lat)
                for one in twos
                if _moved(one, marker)
            ]
    return attacker.at(*told)


SPATIAL: tuple[Attack, ...] = (point, boxes, counts, radii, distances, order, nearest, tiles, clusters)


def _near(centre: Spot) -> dict[str, float]:
    return {"lon": centre.lon, "lat": centre.lat}


def _box(*sides: float) -> str:
    return ",".join(f"{side:.7f}" for side in sides)


def _holds(box: list[float], spot: Spot) -> bool:
    west, south, east, north = box
    aside = 1e-6
    return west - aside <= spot.lon <= east + aside and south - aside <= spot.lat <= north + aside


def _moved(drawn: dict[str, float], marker: Point) -> bool:
    return km(Point(drawn["lon"], drawn["lat"]), marker) * 1000 > NEAR_M


def _halved(around: Point, holds: Callable[[str], bool]) -> Point:
    """The point in the box that is held by one half, and again."""
    west, south = around.lon - SPAN, around.lat - SPAN
    width = height = 2 * SPAN
    for _step in range(STEPS):
        width, height = width / 2, height / 2
        if not holds(_box(west, south, west + width, south + 2 * height)):
            west += width
        if not holds(_box(west, south, west + width, south + height)):
            south += height
    return Point(west + width / 2, south + height / 2)


def _flipped(attacker: Attacker, centre: Spot) -> float:
    """The least radius around a centre that finds the person, in kilometres."""
    near, far = 1.0, FURTHEST_KM
    for _step in range(STEPS):
        middle = (near + far) / 2
        there = attacker.there(**_near(centre), radius_km=middle)
        near, far = (near, middle) if there else (middle, far)
    return far


def _at_distances(attacker: Attacker, measured: Callable[[Attacker, Spot], float]) -> list[Place]:
    """The town at the distances from some centres; all where the distances are those of the marker."""
    marker = attacker.marker
    centres = [Point(marker.lon + east, marker.lat + north) for east, north in ASIDE]
    told = [measured(attacker, centre) for centre in centres]

    def off(spot: Spot) -> float:
        return max(abs(geodesic(centre, spot) - one) for centre, one in zip(centres, told, strict=True))

    return [min(attacker.towns, key=off)] if off(marker) * 1000 > NEAR_M else []


def geodesic(one: Spot | Near, other: Spot) -> float:
    """How far two points are from each other on the ellipsoid, in kilometres."""
    return float(ELLIPSOID.inv(one.lon, one.lat, other.lon, other.lat)[2]) / 1000


def _nearer_than_own(attacker: Attacker, asked: Callable[[Spot], list[int]]) -> list[Place]:
    """The towns that agree best with who comes first around each town; none where ids alone decide."""
    person, own = attacker.person.listing, attacker.own.person.listing
    first: dict[Place, bool] = {}
    for centre in attacker.towns:
        found = [one for one in asked(centre) if one in {person, own}]
        if found:
            first[centre] = found[0] == person
    if not any(one != (person < own) for one in first.values()):
        return []

    def agrees(town: Place) -> int:
        return sum(
            (km(centre, town) < km(centre, attacker.guess)) == before for centre, before in first.items()
        )

    most = max(map(agrees, attacker.towns))
    return [town for town in attacker.towns if agrees(town) == most]


def _in_tile(attacker: Attacker, zoom: int, column: int, row: int) -> Point | None:
    """Where a tile shows the person; None where it does not."""
    asked = urlencode({"q": attacker.person.name})
    answer = attacker.client.get(f"/tiles/{zoom}/{column}/{row}.mvt?{asked}")
    pins = [one for one in by_mapbox(answer.data)["pins"] if one.id == attacker.person.listing]
    if not pins:
        return None
    x, y = ((held + at / EXTENT) / 2**zoom for held, at in zip((column, row), pins[0].at, strict=True))
    return Point(x * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))))
