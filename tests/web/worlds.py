"""Two installations that differ only in the towns people chose, and all that a stranger may ask of them."""

import math
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from mapsvc.config import Settings
from mapsvc.domain import base
from mapsvc.domain.listings import PUBLIC_SCHEMA, PUBLIC_TABLES
from mapsvc.domain.submissions import SubmissionKind
from mapsvc.places.gazetteer import Gazetteer, Place
from mapsvc.places.region_sets import SHIPPED, shipped_set
from mapsvc.places.towns_to_choose import towns_to_choose
from tests.conftest import PUBLIC_ROLE
from tests.installations import DATABASE
from tests.web.attacker import Spot
from tests.web.pinning import last_pin, pinned

SECRETS = re.compile(rb'(name="csrf_token" value=")([^"]+)')
COOKIE = re.compile("=[^;]*")
RADII_KM = (1, 3, 10, 30, 100)
HALF_SIDES = (0.5, 0.05, 0.005)
TILE_ZOOMS = (3, 8, 12, 16)
KEY = "a key of the tests"
Seen = tuple[int, tuple[tuple[str, str], ...], bytes]


@dataclass(frozen=True)
class Choice:
    """Two towns of one area, of which somebody chose the one in one world and the other in the other."""

    towns: tuple[Place, Place]
    area: str


@dataclass(frozen=True)
class World:
    """An installation, and which of two towns its people chose."""

    app: Flask
    engine: Engine
    side: int

    def put(self, choice: Choice, number: int, slug: str, monkeypatch: pytest.MonkeyPatch) -> int:
        """Somebody puts a stay on the map; the number of its listing's pin. Its random slug is given."""
        monkeypatch.setattr("mapsvc.services.pinning.token_hex", lambda _bytes: slug)
        town = choice.towns[self.side]
        pinned(
            self.app,
            self.engine,
            network=f"192.0.{number // 200}.{number % 200 + 1}",
            town=town.name,
            place=str(town.id),
            display_name=f"Ana {number}",
            email=f"ana{number}@example.org",
        )
        pin = last_pin(self.engine)
        assert pin.place_id == town.id
        return pin.id


def empty(request: pytest.FixtureRequest, folder: Path, stack: ExitStack) -> Settings:
    """Settings of an empty, migrated installation on the database that a fixture's parameter names."""
    folder.mkdir()
    if request.param == "spatialite":
        file = folder / DATABASE
        file.write_bytes(request.getfixturevalue("spatialite_template").read_bytes())
        return Settings(instance=folder, secret_key=KEY)
    url = stack.enter_context(request.getfixturevalue("databases").lent())
    public = request.getfixturevalue("cluster").as_role(url, PUBLIC_ROLE)
    return Settings(instance=folder, secret_key=KEY, database_url=url, public_database_url=public)


def public_tables(app: Flask) -> dict[str, list[str]]:
    """All that public pages could read, in whichever way: the rows of every table that they may see."""
    with app.extensions["mapsvc"].public_engine.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        # FTS5 keeps no texts, but where each word is.
        names = {f"{name}_data" if lite and name == "listing_words" else name for name in PUBLIC_TABLES}
        schema = "" if lite else f"{PUBLIC_SCHEMA}."
        return {
            name: sorted(map(str, connection.execute(text(f"SELECT * FROM {schema}{name}"))))
            for name in names
        }


def fix_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every module of the program has one moment for now, whenever it asks."""
    real = base.now
    fixed = real()
    for name, module in list(sys.modules.items()):
        if name.startswith("mapsvc") and getattr(module, "now", None) is real:
            monkeypatch.setattr(module, "now", lambda: fixed)


def choices(gazetteer: Gazetteer, chance: Random) -> Iterator[Choice]:
    """Pairs of towns of one area each, any area of the gazetteer with several towns, without an end."""
    query = (
        "SELECT key, place FROM shown_area JOIN area_of_place ON area = id WHERE places > 1 ORDER BY place"
    )
    towns: dict[str, list[int]] = {}
    with closing(sqlite3.connect(f"file:{gazetteer.path}?mode=ro", uri=True)) as connection:
        for key, place in connection.execute(query):
            towns.setdefault(key, []).append(place)
    keys = sorted(towns)
    while True:
        key = chance.choice(keys)
        first, second = (gazetteer.place(id_) for id_ in chance.sample(towns[key], 2))
        if first is not None and second is not None:
            yield Choice((first, second), key)


def asked_of(gazetteer: Gazetteer, choice: Choice, slug: str) -> list[str]:
    """What somebody asks who suspects both towns, knows the area and wants to tell them apart."""
    area = gazetteer.area(choice.area)
    assert area is not None
    asked = [f"/alumni/{slug}", f"/alumni/{slug}/ask", f"/api/areas/{choice.area}", f"/hosts/{slug}"]
    for point in (area, *choice.towns):
        near = {"lon": f"{point.lon:.6f}", "lat": f"{point.lat:.6f}"}
        for radius in RADII_KM:
            asked.append("/api/search?" + urlencode({**near, "radius_km": radius, "sort": "distance"}))
        asked += [f"{door}?{urlencode({**near, 'k': 3})}" for door in ("/api/search", "/list", "/")]
        for half in HALF_SIDES:
            box = ",".join(
                f"{side:.6f}"
                for side in (point.lon - half, point.lat - half, point.lon + half, point.lat + half)
            )
            asked += [f"/api/viewport?{urlencode({'bbox': box, 'zoom': zoom})}" for zoom in (5, 11, 16)] + [
                f"/api/search?{urlencode({'bbox': box})}"
            ]
        asked += [tile_of(point, zoom) for zoom in TILE_ZOOMS]
    for town in choice.towns:
        words = [{"q": town.name}, {"where": town.name}, {"place": town.id}, {"q": town.id}]
        asked += [f"/api/search?{urlencode(word)}" for word in words]
        asked += [f"/list?{urlencode({'place': town.id})}", f"/api/places?{urlencode({'q': town.name})}"]
    return asked


def tile_of(spot: Spot, zoom: int) -> str:
    """The address of the tile that a point is in."""
    return "/tiles/{}/{}/{}.mvt".format(zoom, *column_and_row(spot, zoom))


def column_and_row(spot: Spot, zoom: int) -> tuple[int, int]:
    """The column and the row of that tile."""
    count = 2**zoom
    north = math.asinh(math.tan(math.radians(spot.lat)))
    return int((spot.lon + 180) / 360 * count), int((1 - north / math.pi) / 2 * count)


def routes_of(app: Flask, slug: str, listing: int, area: str) -> list[str]:
    """One address of every route that may be read, of whomever it is."""
    given = {"slug": slug, "listing_id": listing, "area_key": area, "token": "x" * 43, "number": listing}
    given |= {"z": 5, "x": 16, "y": 11, "file_format": "csv", "language": "en", "kept_as": "json"}
    given |= {
        "site": 1,
        "offer": 1,
        "part": "what",
        "name": "none.js",
        "module": "papers",
        "key": "copies",
        "word": "x" * 43,
        "code": "K7QM-2F9X-4TBD",
        "resource": "first-answer",
        "digest": "none",
        "edition": towns_to_choose(app.extensions["mapsvc"].gazetteer).digest,
        "set_key": SHIPPED,
        "outlines": shipped_set().outlines_name(0),
        "kind": SubmissionKind.STAYS,
        "filename": "css/none",
        "kit": "como",
        "folder": "kits",
        "owner": "como",
        "fact": "swiss-network",
    }
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return [
            adapter.build(
                rule.endpoint, {**given, **(rule.defaults or {})}, method="GET", append_unknown=False
            )
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
        ]


def seen(client: FlaskClient, path: str) -> Seen:
    """The status, the headers and the bytes of an answer, without the secrets of who asked."""
    answer: TestResponse = client.get(path)
    headers = [
        (name, COOKIE.sub("=", value, count=1) if name == "Set-Cookie" else value)
        for name, value in answer.headers.items()
    ]
    return answer.status_code, tuple(sorted(headers)), SECRETS.sub(rb"\1", answer.data)
