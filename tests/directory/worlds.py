"""Makers of listings, and random worlds of them with everything that can go wrong in a world."""

import csv
import random
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

import numpy as np
from sqlalchemy import Engine

from mapsvc.directory.building import columns_of
from mapsvc.directory.columns import Columns
from mapsvc.directory.extents import Extent
from mapsvc.directory.parts import Found, Part, Plan
from mapsvc.directory.searches import Search
from mapsvc.domain.base import now
from mapsvc.domain.listings import Kind, Listing, Precision
from mapsvc.storage.engine import writing
from mapsvc.storage.listings import ListingRow, log_changes
from mapsvc.storage.points import place_listings
from mapsvc.storage.records import Value, packed, records_of, values_of, write_records
from mapsvc.storage.words import index_words
from tests.conftest import SHARED

TODAY = date(2027, 3, 10)
SECTORS = ("construction", "wood", "food", "health", "it")
FIELDS = ("0713", "0715", "0716", "0912", "0913", "1013", "07", "071")
LANGUAGES = ("en", "fr", "de", "it", "lt")
PLACES = ("Lyon", "Como", "Köln", "Kaunas", "Łódź", "Århus", "")
WORDS = ("Atelier", "Menuiserie", "Garage", "École", "Krankenhaus", "Straße", "Officina", "Rossi", "L'Étoile")
COUNTRIES = ("FR", "IT", "DE", "LT", "")

_numbers = count(1)


def row(at: tuple[float, float] = (4.85, 45.75), **values: Any) -> ListingRow:
    """A listing at a point (longitude first), on a site of its own unless site_key is given."""
    id_ = values.pop("id", None) or next(_numbers)
    given: dict[str, Any] = {
        "site_key": f"site:{id_}",
        "kind": "host",
        "title": f"Host {id_:05}",
        "place": "Lyon",
        "country": "FR",
        "region": "FR-69",
        "precision": "town",
        "confirmed": False,
        "sample": False,
        "facets": {},
        "periods": [],
        "min_age": None,
        "search_text": "",
        "visible_from": None,
        "visible_until": None,
    }
    return ListingRow(id=id_, lon=at[0], lat=at[1], **(given | values))


def random_world(chance: random.Random, sites: int, points: list[tuple[float, float]]) -> list[ListingRow]:
    """Rows of so many sites on random ones of these points; ids in no order, some points shared."""
    ids = list(range(1, sites * 3 + 1))
    chance.shuffle(ids)
    shared = chance.sample(points, k=min(len(points), 6))
    world = []
    for site in range(sites):
        at = chance.choice(shared) if chance.random() < 0.15 else chance.choice(points)
        title = " ".join(chance.choices(WORDS, k=2))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            other = " ".join(chance.choices(WORDS, k=2)) if chance.random() < 0.3 else title
            world.append(_random_row(chance, ids.pop(), f"site:{site}", other, at))
    return world


def points_of_the_world(chance: random.Random, number: int) -> list[tuple[float, float]]:
    """Points that crowd in Europe, at the antimeridian and at the poles, some at sea, some equal."""

    def sign() -> int:
        return chance.choice((-1, 1))

    points = [(chance.uniform(-10, 30), chance.uniform(36, 62)) for _ in range(number // 2)]
    points += [(chance.gauss(4.85, 0.3), chance.gauss(45.75, 0.3)) for _ in range(number // 4)]
    points += [(sign() * chance.uniform(179, 180), chance.uniform(-20, 60)) for _ in range(number // 10)]
    points += [(chance.uniform(-180, 180), sign() * chance.uniform(89, 90)) for _ in range(number // 20)]
    points += [(180.0, 10.0), (-180.0, 10.0), (0.0, 90.0), (0.0, -90.0), (0.0, 0.0), (-175.15, -45.75)]
    return [(round(lon, 7), round(lat, 7)) for lon, lat in points]


def points_of_real_files() -> list[tuple[float, float]]:
    """The coordinates of three real files; none where they are not beside the project."""
    points: list[tuple[float, float]] = []
    for name in ("de_berlin.csv", "de_rheinland-pfalz.csv", "hitch_points.csv"):
        path = SHARED / "data" / name
        if path.exists():
            with path.open(encoding="utf-8-sig") as file:
                lines = [line for line in csv.DictReader(file) if line["lon"] and line["lat"]]
            points += [(float(line["lon"]), float(line["lat"])) for line in lines]
    return [(lon, lat) for lon, lat in points if abs(lon) <= 180 and abs(lat) <= 90]


def columns_of_rows(world: Iterable[ListingRow]) -> Columns:
    """The columns of rows as the database would give them."""
    rows = sorted(world, key=lambda one: one.id)
    codes: dict[Value, int] = {}
    for one in rows:
        for value in sorted(values_of(one)):
            codes.setdefault(value, len(codes))
    records = records_of([(one.id, packed(one, codes)) for one in rows])
    return columns_of([records], {code: value for value, code in codes.items()})


def found_in(world: Iterable[ListingRow], search: Search, *, plan: Plan | None = None) -> Found:
    """What a search without words finds among these rows."""
    part = Part(columns_of_rows(world), TODAY, np.zeros(0, dtype=np.int32))
    matches = part.matches(search.filters, Extent.of(search), plan=plan)
    return Found(matches, matches.best)


def store(engine: Engine, world: list[ListingRow]) -> None:
    """Writes rows as the services do: with their words, their points and their line in the log."""
    with writing(engine) as session:
        listings = [
            Listing(
                **one._asdict(),
                key=f"listing:{one.id}",
                slug=f"listing-{one.id}",
                detail={},
                projection_version=1,
                updated=now(),
            )
            for one in world
        ]
        session.add_all(listings)
        session.flush()
        texts = [(one.id, one.title, one.place, one.search_text) for one in listings]
        index_words(session.connection(), texts)
        place_listings(session, [one.id for one in listings])
        write_records(session, [one.id for one in listings])
        log_changes(session, [one.id for one in listings], at=now())
        session.commit()


def _random_row(
    chance: random.Random, id_: int, site_key: str, title: str, at: tuple[float, float]
) -> ListingRow:
    def some(values: tuple[str, ...], most: int) -> list[str]:
        return sorted(chance.sample(values, k=chance.randint(0, most)))

    facets = {
        "field": some(FIELDS, 2),
        "sector": some(SECTORS, 2),
        "language": some(LANGUAGES, 3),
        "accommodation": some(("provided", "helped", "none"), 1),
        "access": some(("wheelchair",), 1),
        "programme": some(("erasmus_pro", "other"), 1),
    }
    country = chance.choice(COUNTRIES)
    return row(
        at,
        id=id_,
        site_key=site_key,
        kind=chance.choice([Kind.HOST, Kind.HOST, Kind.HOST, Kind.KIT]),
        title=title,
        place=chance.choice(PLACES),
        country=country,
        region=f"{country}-{chance.randint(1, 3)}" if country else "",
        precision=chance.choice(list(Precision)),
        confirmed=chance.random() < 0.3,
        facets={name: values for name, values in facets.items() if values or chance.random() < 0.5},
        periods=[_random_period(chance) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))],
        min_age=chance.choice((None, None, 14, 16, 18)),
        search_text=" ".join(chance.choices(WORDS, k=4)),
        visible_from=chance.choice((None, None, None, TODAY, TODAY + timedelta(days=1))),
        visible_until=chance.choice((None, None, None, TODAY, TODAY - timedelta(days=1))),
    )


def _random_period(chance: random.Random) -> list[Any]:
    first = date(2027, 1, 1) + timedelta(days=chance.randint(0, 200))
    last = first + timedelta(days=chance.choice((4, 11, 40, 120)))
    return [first.isoformat(), last.isoformat(), chance.choice((1, 1, 2, 4, None))]
