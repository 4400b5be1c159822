"""The list is the map, and text that people wrote stays text wherever it is shown."""

import csv
import html
import io
import json
import random
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapsvc.config import Settings
from mapsvc.directory.directory import Directory
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.imports import import_hosts
from mapsvc.storage.engine import private_engine, writing
from tests.directory.worlds import FIELDS, LANGUAGES, SECTORS, points_of_the_world, random_world, store
from tests.web.conftest import Serve, fill

URLS = 100
WORLD_BOX = "-180,-90,180,90"
DEEPEST = 22
RADII_KM = (50, 250, 500)
TYPED = ("Lyon", "Como", "Köln", "Barcelona", "menuiserie")
FIRST_ID = 100_000
RTL = "\u202eمرحبا\u202c שלום"
HOSTILE = (
    "{{7*7}}",
    "{% raw %}",
    "{# note",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "%(x)s %s %",
    "</script><b>bold</b>",
    "\"quoted\" & 'apostrophe'",
    RTL,
)


# The same list on the map, in pages of the list, and in pages of the API ------------------------------


@pytest.fixture
def crowded(
    settings: Settings, serve: Serve, gazetteer: Gazetteer, regions: Regions
) -> Iterator[FlaskClient]:
    """A client over the samples and a made-up world with several rows a site."""
    fill(settings, gazetteer, regions)
    chance = random.Random(7)
    world = random_world(chance, 150, points_of_the_world(chance, 120))
    engine = private_engine(settings)
    store(engine, [row._replace(id=FIRST_ID + row.id, site_key=f"world:{row.site_key}") for row in world])
    engine.dispose()
    app = serve(settings)
    yield app.test_client()
    app.extensions["mapsvc"].public_engine.dispose()


def random_query(chance: random.Random) -> dict[str, Any]:
    """The parameters of a search: around a place, in a box, or everywhere, with some filters."""
    query: dict[str, Any] = {}
    where = chance.choice(("near", "near", "where", "box", "k", "all"))
    lon, lat = round(chance.uniform(-10, 30), 4), round(chance.uniform(36, 62), 4)
    if where in {"near", "k"}:
        query |= {"lon": lon, "lat": lat}
        query |= {"k": chance.choice((1, 3, 40))} if where == "k" else {"radius_km": chance.choice(RADII_KM)}
    elif where == "where":
        query |= {"where": chance.choice(TYPED), "radius_km": 500}
    elif where == "box":
        wide = chance.choice((5, 20, 60))
        box = (max(lon - wide, -180), max(lat - wide / 2, -90), min(lon + wide, 180), min(lat + wide / 2, 90))
        query["bbox"] = ",".join(f"{side:.4f}" for side in box)
    for name, values in (
        ("sector", SECTORS),
        ("field", FIELDS),
        ("language", LANGUAGES),
        ("country", ("FR", "IT", "DE", "LT", "ES")),
        ("accommodation", ("provided", "helped")),
        ("q", ("atelier", "garage rossi", "école", "a")),
        ("age", (14, 16, 18)),
        ("seats", (1, 2)),
        ("sort", ("name", "distance", "relevance")),
    ):
        if chance.random() < 0.18:
            query[name] = chance.choice(values)
    return query | {"limit": chance.choice((7, 20, 100))}


def ids_of_pages(client: FlaskClient, query: str) -> list[int]:
    """The ids of all pages of the API, in their order."""
    found: list[int] = []
    page, pages = 1, 1
    while page <= pages:
        answer = client.get(f"/api/search?{query}&page={page}").get_json()
        found += [item["id"] for item in answer["items"]]
        pages, page = answer["pages"], page + 1
    assert len(found) == answer["total"]
    return found


def ids_of_list(client: FlaskClient, query: str) -> list[int]:
    """The ids of all pages of the list that people see, following its links to the next page."""
    found: list[int] = []
    path: str | None = f"/list?{query}"
    while path:
        page = client.get(path).text
        found += map(int, re.findall(r'<(?:article|li)[^>]*data-id="(\d+)"', page))
        following = re.search(r'href="([^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*)"', page)
        link = html.unescape(following.group(1) or following.group(2)) if following else None
        path = link.replace("/?", "/list?") if link else None
    return found


def ids_of_map(client: FlaskClient, query: str) -> set[int]:
    """The ids of all pins of the map; clusters are opened, as by clicking, until they are pins."""
    found: set[int] = set()
    boxes = [WORLD_BOX]
    while boxes:
        view = client.get(f"/api/viewport?{query}&box={boxes.pop()}&zoom={DEEPEST}").get_json()
        found |= {pin["id"] for pin in view["pins"]}
        assert view["total"] == len(view["pins"]) + sum(cluster["count"] for cluster in view["clusters"])
        boxes += [",".join(map(str, cluster["box"])) for cluster in view["clusters"]]
    return found


def test_the_list_is_the_same_query_as_the_map(crowded: FlaskClient) -> None:
    chance = random.Random(2)
    lengths = []
    for _ in range(URLS):
        query = urlencode(random_query(chance))

        listed = ids_of_pages(crowded, query)

        assert len(listed) == len(set(listed)), query
        assert set(listed) == ids_of_map(crowded, query), query
        lengths.append(len(listed))
    assert sum(length > 0 for length in lengths) > URLS / 2
    assert max(lengths) > 200


def test_the_list_that_people_see_holds_what_the_api_says(client: FlaskClient) -> None:
    chance = random.Random(3)
    seen = 0
    for _ in range(10):
        query = urlencode(random_query(chance) | {"limit": 20})

        listed = ids_of_list(client, query)

        assert listed == ids_of_pages(client, query), query
        seen += len(listed)
    assert seen > 20


# Text that people wrote ----------------------------------------------------------------------------------


class Reading(HTMLParser):
    """The text of a page, and the elements in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


@pytest.fixture
def hostile(
    settings: Settings, app: Flask, gazetteer: Gazetteer, regions: Regions, tmp_path: Path
) -> FlaskClient:
    """A client over hosts whose every text is hostile, that came from a file."""
    file = tmp_path / "hostile.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            ["name", "offer title", "summary", "missions", "address", "town", "country", "lat", "lon"]
        )
        for place, text in enumerate(HOSTILE):
            at = (f"45.{80123 + place}", f"9.{8123 + place}1")
            writer.writerow([text, f"T {text}", f"S {text}", f"M {text}", f"A {text}", "Como", "IT", *at])
    engine = private_engine(settings)
    with writing(engine) as session:
        import_hosts(
            session,
            file,
            source_name="{{7*7}}<i>",
            importer="tests",
            gazetteer=gazetteer,
            regions=regions,
            key="a key",
        )
    engine.dispose()
    directory: Directory = app.extensions["mapsvc"].directory
    directory.refresh(at_once=True)
    return app.test_client()


def plain(text: str) -> str:
    return " ".join(text.split())


def is_untouched(page: str, texts: tuple[str, ...]) -> None:
    """The page shows the texts as they stand, and none of them became an element or was computed."""
    reading = Reading(page)
    assert [text for text in texts if plain(text) not in reading.text] == []
    assert not any("onerror" in attributes for _tag, attributes in reading.elements)
    assert ("b", {}) not in reading.elements
    assert ("i", {}) not in reading.elements
    assert "<script>" not in page
    assert "T 49" not in page


def test_hostile_names_are_plain_text_in_search_list_page_and_popup(hostile: FlaskClient) -> None:
    items = hostile.get("/api/search?limit=100").get_json()["items"]

    assert {item["title"] for item in items} == set(HOSTILE)
    is_untouched(hostile.get("/?limit=100").text, HOSTILE)
    is_untouched(hostile.get("/list?limit=100").text, HOSTILE)
    ids = ",".join(str(item["id"]) for item in items)
    is_untouched(hostile.get(f"/shortlist?ids={ids}").text, HOSTILE)
    for item in items:
        title = item["title"]
        is_untouched(
            hostile.get(item["url"]).text, (title, f"T {title}", f"S {title}", f"M {title}", f"A {title}")
        )
        details = hostile.get(f"/api/listing/{item['id']}").get_json()
        assert (details["title"], details["offer_title"]) == (title, f"T {title}")
    view = hostile.get(f"/api/viewport?box={WORLD_BOX}&zoom=3").get_json()
    assert {pin["title"] for pin in view["pins"]} == set(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_in_an_address_are_plain_text(text: str, sampled_app: Flask) -> None:
    client = sampled_app.test_client()

    for name in ("q", "where"):
        answer = client.get(f"/?{name}={quote(text)}")
        assert answer.status_code == 200
        reading = Reading(answer.text)
        assert [
            one
            for tag, one in reading.elements
            if tag == "input" and one.get("name") == name and one.get("value") == text
        ]
        is_untouched(answer.text, ())


def test_hostile_words_in_a_wrong_parameter_are_plain_text(sampled_app: Flask) -> None:
    client = sampled_app.test_client()

    for text in HOSTILE:
        for path in (
            f"/?radius_km={quote(text)}",
            f"/?sector={quote(text)}",
            f"/hosts/{quote(text, safe='')}",
        ):
            answer = client.get(path)
            assert answer.status_code in {400, 404}
            is_untouched(answer.text, ())
            assert text not in answer.text or not set(text) & set("<&\"'")


def test_hostile_names_are_plain_text_in_every_export(hostile: FlaskClient, tmp_path: Path) -> None:
    table = hostile.get("/download/hosts.csv").data.decode("utf-8-sig")
    workbook = hostile.get("/download/hosts.xlsx").data
    features = json.loads(hostile.get("/download/hosts.geojson").data)["features"]
    package = tmp_path / "hosts.gpkg"
    package.write_bytes(hostile.get("/download/hosts.gpkg").data)

    assert {row["name"] for row in csv.DictReader(io.StringIO(table))} == set(HOSTILE)
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert [text for text in HOSTILE if text not in html.unescape(sheet)] == []
        assert not re.search(r"<(f|hyperlink)\b", sheet)
    assert {feature["properties"]["name"] for feature in features} == set(HOSTILE)
    with closing(sqlite3.connect(package)) as database:
        assert {name for (name,) in database.execute("SELECT name FROM hosts")} == set(HOSTILE)


def test_hostile_names_are_data_in_a_downloaded_map(hostile: FlaskClient) -> None:
    page = hostile.get("/download/map.html").text
    codes = re.findall(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page, re.S)

    found = json.dumps([json.loads(code) for code in codes], ensure_ascii=False)

    assert [text for text in HOSTILE if json.dumps(text, ensure_ascii=False)[1:-1] not in found] == []
    reading = Reading(page)
    assert not any("onerror" in attributes for _tag, attributes in reading.elements)
    assert ("b", {}) not in reading.elements
    assert "<script>alert" not in page
    assert "T 49" not in page
