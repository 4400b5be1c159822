"""Somebody who may ask the public pages anything, knows the rule of the areas, and wants the town."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.base import now
from mapsvc.domain.consents import Channel
from mapsvc.domain.listings import Listing
from mapsvc.domain.shown_areas import kept_area
from mapsvc.places.gazetteer import Gazetteer, Place, sphere_km
from mapsvc.services.pinning import agree, area_of
from mapsvc.services.publishing import publish_pins
from mapsvc.storage.engine import writing
from tests.services.stays import draft

NEAR_M = 100.0  # what rounding may move a point
LIMIT = 100


@dataclass(frozen=True)
class Point:
    """Where somebody seems to be."""

    lon: float
    lat: float


Spot = Place | Point


def km(one: Spot, other: Spot) -> float:
    """How far two points are from each other."""
    return sphere_km(one.lon, one.lat, other.lon, other.lat)


@dataclass(frozen=True)
class Person:
    """Somebody on the map, as everybody knows them."""

    slug: str
    name: str
    listing: int


@dataclass(frozen=True)
class Own:
    """A stay of the attacker's own in the area, which can be moved from town to town."""

    engine: Engine
    pin: int
    person: Person

    @classmethod
    def beside(cls, engine: Engine, gazetteer: Gazetteer, town: Place, name: str) -> "Own":
        """One in this town."""
        said = draft(place_id=town.id, display_name=name, languages=["it"])
        pin = Pin(
            slug=f"stay-{town.id:016x}",
            status=PinStatus.PUBLISHED,
            area=kept_area(area_of(said, gazetteer)),
            confirmed_on=now().date(),
            **said.facts(),
            **said.words(),
        )
        agree(pin, said, language="en", channel=Channel.FORM)
        with writing(engine) as session:
            session.add(pin)
            publish_pins(session, [pin])
            session.commit()
            return cls(engine, pin.id, Person(pin.slug, name, listing_of(session, pin)))

    def move(self, town: Place) -> None:
        """Says that it was in another town of the area."""
        with writing(self.engine) as session:
            pin = session.get_one(Pin, self.pin)
            pin.place_id = town.id
            publish_pins(session, [pin])
            session.commit()


@dataclass(frozen=True)
class Attacker:
    """Estimates the town of one person, of whom the page and the area are known."""

    client: FlaskClient
    gazetteer: Gazetteer
    area: str
    person: Person
    own: Own
    files: dict[str, str]  # what was taken along, which is the same for all

    @cached_property
    def towns(self) -> list[Place]:
        """The towns that it may be, by the rule of the areas."""
        return towns_of(self.gazetteer, self.area)

    @cached_property
    def marker(self) -> Point:
        """Where everybody of the area is shown, by the rule of the areas."""
        area = self.gazetteer.area(self.area)
        assert area is not None
        return Point(area.lon, area.lat)

    @cached_property
    def guess(self) -> Place:
        """The best guess of who asks nothing."""
        return best_of(self.towns)

    def at(self, *points: Spot) -> Place:
        """The town at the first point that is not the marker; the guess where all are."""
        told = [point for point in points if km(point, self.marker) * 1000 > NEAR_M]
        return min(self.towns, key=lambda town: km(town, told[0])) if told else self.guess

    def among(self, towns: Iterable[Place]) -> Place:
        """The best guess among some of the towns; among all where there are none."""
        return best_of(list(towns) or self.towns)

    def there(self, **asked: object) -> bool:
        """Whether a search finds the person."""
        return self.person.listing in self.found(**asked)

    def found(self, **asked: object) -> list[int]:
        """The listings that a search finds, in its order."""
        return [one["id"] for one in self.search(**asked)["items"]]

    def search(self, **asked: object) -> dict[str, Any]:
        """The answer to a search."""
        return self.json("/api/search", **{"limit": LIMIT, **asked})

    def json(self, door: str, **asked: object) -> dict[str, Any]:
        """An answer that must not fail."""
        answer = self.client.get(f"{door}?{urlencode(asked)}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json)


Attack = Callable[[Attacker], Place]


def listing_of(session: Session, pin: Pin) -> int:
    """The number under which everybody knows a stay."""
    return session.scalars(select(Listing.id).where(Listing.slug == pin.slug)).one()


def towns_of(gazetteer: Gazetteer, area: str) -> list[Place]:
    """The towns of an area."""
    query = "SELECT place FROM area_of_place JOIN shown_area ON area = id WHERE key = ? ORDER BY place"
    with closing(sqlite3.connect(f"file:{gazetteer.path}?mode=ro", uri=True)) as connection:
        ids = [row[0] for row in connection.execute(query, (area,))]
    return [town for id_ in ids if (town := gazetteer.place(id_))]


def best_of(towns: list[Place]) -> Place:
    """The town that is least wrong, weighed by inhabitants, where nothing else is known."""
    return min(towns, key=lambda one: sum(km(one, each) * each.population for each in towns))
