"""What the attacker tries with words, bytes and headers, as `tests.web.spatial_attacks` does with places."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlencode

from flask.testing import FlaskClient

from mapsvc.places.area_outlines import outline
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Place
from mapsvc.places.regions import Regions
from tests.web.attacker import Attack, Attacker, Person

BESIDE = 400  # characters after a name
DECIMALS = re.compile(r"-?\d{1,3}\.\d{3,}")
Seen = tuple[list[int], set[str]]
EXPORTS = tuple(f"/download/{name}" for name in ("hosts.csv", "hosts.xlsx", "hosts.geojson", "map.html"))


def words(attacker: Attacker) -> Place:
    """By the name or the number of which town the person is found."""
    # The area bears the name of its largest town: that it is found by it tells nothing.
    own = attacker.own.person.listing
    named = []
    for town in attacker.towns:
        for asked in (town.name, town.id):
            found = attacker.found(q=asked)
            named += [town] if attacker.person.listing in found and own not in found else []
    return attacker.among(named)


def pages(attacker: Attacker) -> Place:
    """Of which town a page says something that the page of the attacker's own stay does not say."""
    told = [
        town
        for mine, other in zip(*map(_pages, (attacker.own.person, attacker.person)), strict=True)
        for town in _named(attacker, _text(attacker.client, other))
        - _named(attacker, _text(attacker.client, mine))
    ]
    return attacker.among(told)


def exports(attacker: Attacker) -> Place:
    """Of which town a file to take along says something beside the person's name."""
    for path in EXPORTS:
        if path not in attacker.files:
            attacker.files[path] = _text(attacker.client, path)
    person, own = attacker.person.name, attacker.own.person.name
    told: set[Place] = set()
    for text in attacker.files.values():
        mine = _named(attacker, _after(own, text, until=person))
        told |= _named(attacker, _after(person, text, until=own)) - mine
    return attacker.among(told)


def tags(attacker: Attacker) -> Place:
    """In which town the attacker's own stay has a tag of the person's answers."""
    _sizes, sought = _seen_of(attacker.client, attacker.person)
    return attacker.among(town for town, (_own, tags) in _own_in_each(attacker).items() if tags & sought)


def sizes(attacker: Attacker) -> Place:
    """In which town the answers about the attacker's own stay are as long as the person's, also packed."""
    sought, _tags = _seen_of(attacker.client, attacker.person)
    own = {town: sizes for town, (sizes, _own) in _own_in_each(attacker).items()}
    off = {
        town: sum(abs(one - other) for one, other in zip(sizes, sought, strict=True))
        for town, sizes in own.items()
    }
    least = min(off.values())
    return attacker.among(town for town in attacker.towns if off[town] == least)


def outlines(attacker: Attacker) -> Place:
    """Which towns are inside the outline of the person's area, if it is not that of the rule."""
    area = attacker.gazetteer.area(attacker.area)
    assert area is not None
    told = attacker.json(f"/api/areas/{attacker.area}")["geometry"]
    if told == json.loads(json.dumps(outline(area, _regions()))):
        return attacker.guess
    numbers = [float(one) for one in DECIMALS.findall(str(told))]
    lons, lats = numbers[::2], numbers[1::2]
    inside = [
        town
        for town in attacker.towns
        if min(lons) <= town.lon <= max(lons) and min(lats) <= town.lat <= max(lats)
    ]
    return attacker.among(inside)


TEXTUAL: tuple[Attack, ...] = (words, pages, exports, tags, sizes, outlines)


@cache
def _regions() -> Regions:
    return Regions.load()


def _pages(person: Person) -> Iterator[str]:
    yield f"/alumni/{person.slug}"
    yield f"/alumni/{person.slug}/ask"
    yield f"/api/listing/{person.listing}"
    yield f"/list?{urlencode({'q': person.name})}"


def _after(name: str, text: str, *, until: str) -> str:
    """What stands behind each mention of a name, up to that of another one."""
    places = (found.end() for found in re.finditer(re.escape(name), text))
    return "\n".join(text[place : place + BESIDE].partition(until)[0] for place in places)


def _text(client: FlaskClient, path: str) -> str:
    """What an answer says, also inside a workbook."""
    body = client.get(path).data
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return body.decode()


def _named(attacker: Attacker, text: str) -> set[Place]:
    """The towns that a text names, or the point of which it holds."""
    folded = f" {fold(text)} "
    numbers = [float(one) for one in DECIMALS.findall(text)]

    def holds(wanted: float) -> bool:
        return any(abs(one - wanted) < 0.0005 for one in numbers)

    return {
        town
        for town in attacker.towns
        if f" {fold(town.name)} " in folded
        or f" {town.id} " in folded
        or (holds(town.lon) and holds(town.lat))
    }


def _seen_of(client: FlaskClient, person: Person) -> Seen:
    """The sizes and the tags of the answers about somebody."""
    told = urlencode({"q": person.name})
    asked = [
        *((f"/api/listing/{person.listing}", packed) for packed in ("identity", "gzip", "br")),
        *((f"/api/search?{told}", packed) for packed in ("identity", "br")),
        (f"/api/viewport?{told}&box=-180,-85,180,85&zoom=9", "gzip"),
        # A page bears a secret of its own each time, which packs as it likes.
        (f"/alumni/{person.slug}", "identity"),
    ]
    answers = [client.get(path, headers={"Accept-Encoding": packed}) for path, packed in asked]
    tags = {one.headers["ETag"] for one in answers if "ETag" in one.headers}
    return [len(one.data) for one in answers], tags


def _own_in_each(attacker: Attacker) -> dict[Place, Seen]:
    """What is seen of the attacker's own stay in each town."""
    seen = {}
    for town in attacker.towns:
        attacker.own.move(town)
        seen[town] = _seen_of(attacker.client, attacker.own.person)
    attacker.own.move(attacker.guess)
    return seen
