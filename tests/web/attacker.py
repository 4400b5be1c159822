"""Somebody who may ask the public pages anything, knows the rule of the areas, and wants the town."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from flask.testing import FlaskClient

from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Gazetteer, Place, sphere_km

STEPS = 30  # halvings of a box or a radius: to less than a centimetre
SPAN = 3.0  # degrees around the middle of an area in which somebody is looked for
FURTHEST_KM = 400.0
NEAR_M = 100.0  # what rounding may move a point


def km(one: "Place | Point", other: "Place | Point") -> float:
    return sphere_km(one.lon, one.lat, other.lon, other.lat)


@dataclass(frozen=True)
class Point:
    """Where somebody seems to be."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Attacker:
    """Estimates the town of one person, of whom the page and the area are known."""

    client: FlaskClient
    gazetteer: Gazetteer
    area: str
    slug: str

    @cached_property
    def towns(self) -> list[Place]:
        """The towns that it may be, by the rule of the areas."""
        query = "SELECT place FROM area_of_place JOIN shown_area ON area = id WHERE key = ? ORDER BY place"
        with closing(sqlite3.connect(f"file:{self.gazetteer.path}?mode=ro", uri=True)) as connection:
            ids = [row[0] for row in connection.execute(query, (self.area,))]
        return [town for id_ in ids if (town := self.gazetteer.place(id_))]

    def guess(self) -> Place:
        """The best guess of who asks nothing: it is least wrong, weighed by inhabitants."""
        return min(self.towns, key=lambda one: sum(km(one, each) * each.population for each in self.towns))

    def found(self) -> Place:
        """The best guess after all questions; that of `guess` where no answer tells more than the area."""
        area = self.gazetteer.area(self.area)
        assert area is not None
        # The area bears the name of its largest town: that it is found by it tells nothing.
        unnamed = [town for town in self.towns if fold(town.name) not in fold(area.label)]
        if named := [town for town in unnamed if self._is_there(q=town.name)]:
            return min(named, key=lambda town: km(town, self.guess()))
        marker = Point(area.lon, area.lat)
        points = [self._by_boxes(marker), self._by_radius(marker), self._published()]
        told = [point for point in points if km(point, marker) * 1000 > NEAR_M]
        return min(self.towns, key=lambda town: km(town, told[0])) if told else self.guess()

    def _published(self) -> Point:
        """The point that the search itself gives."""
        item = next(one for one in self._items(kind="alumni", limit=100) if self.slug in one["url"])
        return Point(item["lon"], item["lat"])

    def _by_boxes(self, around: Point) -> Point:
        """Box shrinking: which half of the box is the one with the person, again and again."""
        west, south = around.lon - SPAN, around.lat - SPAN
        width = height = 2 * SPAN
        for _step in range(STEPS):
            width, height = width / 2, height / 2
            if not self._is_there(bbox=_box(west, south, west + width, south + 2 * height)):
                west += width
            if not self._is_there(bbox=_box(west, south, west + width, south + height)):
                south += height
        return Point(west + width / 2, south + height / 2)

    def _by_radius(self, around: Point) -> Point:
        """Radius flips: the distance from the middle; none, and the person is in the middle."""
        near, far = 0.0, FURTHEST_KM
        for _step in range(STEPS):
            middle = (near + far) / 2
            there = middle >= 1 and self._is_there(lon=around.lon, lat=around.lat, radius_km=middle)
            near, far = (near, middle) if there else (middle, far)
        return Point(around.lon, around.lat + (far / 111.2 if far > 1.01 else 0.0))

    def _is_there(self, **asked: object) -> bool:
        return any(self.slug in one["url"] for one in self._items(**asked))

    def _items(self, **asked: object) -> list[dict[str, float | str]]:
        answer = self.client.get(f"/api/search?{urlencode({'limit': 100, **asked})}")
        assert answer.status_code == 200, answer.text
        return list(answer.json["items"])


def _box(*sides: float) -> str:
    return ",".join(f"{side:.7f}" for side in sides)
