"""What a device is told to keep is there for everybody, is all that its pages need, and holds no people."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapsvc.config import Settings
from mapsvc.places.basemap_extracts import FIRST_ZOOM
from mapsvc.resources import resource
from tests.installations import copy
from tests.web.conftest import Serve, close

WORKER = (resource("static") / "js" / "offline" / "worker.js").read_text("utf-8")
ALLOWED = re.compile(re.search(r"^const FILE = /(.+)/;$", WORKER, re.MULTILINE)[1].replace("\\/", "/"))  # type: ignore[index]
THINGS = ("offline", "kits/kaunas", "kits/como", "kits/flensburg")


@pytest.fixture
def switched_off(prepared: Path, tmp_path: Path, serve: Serve) -> Iterator[FlaskClient]:
    """A reader of an installation whose operator lets nobody keep pages."""
    copy(prepared, tmp_path)
    app: Flask = serve(Settings(instance=tmp_path, offline=False))
    yield app.test_client()
    close(app)


@pytest.mark.parametrize("name", THINGS)
def test_what_is_to_be_kept_is_there_for_anybody_and_small(client: FlaskClient, name: str) -> None:
    said = client.get(f"/{name}/keep.json?lang=en").get_json()

    answers = {path: client.get(path) for path, _size in said["pages"] + said["files"]}
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    assert [path for path, answer in answers.items() if "Set-Cookie" in answer.headers] == []
    policies = {answer.headers["Cache-Control"] for answer in answers.values()}
    assert policies == {"no-cache", "public, max-age=31536000, immutable"}
    assert [path for path, _size in said["files"] if not ALLOWED.fullmatch(path)] == []
    assert sum(size for _path, size in said["pages"] + said["files"]) < 500_000


@pytest.mark.parametrize("name", THINGS)
def test_the_version_is_the_same_until_a_page_changes(client: FlaskClient, name: str) -> None:
    english, again, french = (
        client.get(f"/{name}/keep.json", headers={"Accept-Language": code}).get_json()
        for code in ("en", "en", "fr")
    )

    assert english == again
    assert english["version"] != french["version"]
    assert (english["language"], french["language"]) == ("en", "fr")


def test_the_page_of_a_kit_says_how_much_it_loads_before_anything_is_loaded(client: FlaskClient) -> None:
    page = client.get("/kits/kaunas?lang=en").text
    basics, own = (client.get(f"/{name}/keep.json?lang=en").get_json() for name in THINGS[:2])

    files = {path: size for said in (basics, own) for path, size in said["pages"] + said["files"]}
    told = re.search(r"Loads about (\d+) kB\.", page)
    assert told
    assert abs(int(told[1]) - sum(files.values()) / 1000) < 15
    assert "hidden>" in page.partition('id="kit-map-frame"')[2][:200]


def test_the_worker_is_looked_at_anew_each_time_and_may_ask_this_site_alone(client: FlaskClient) -> None:
    answer = client.get("/sw.js")

    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache, max-age=0"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert answer.text == WORKER
    assert "worker-src 'self'" in client.get("/kept").headers["Content-Security-Policy"]


def test_the_manifest_names_icons_of_the_sizes_that_it_tells(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest?lang=fr")

    said = answer.get_json()
    assert answer.mimetype == "application/manifest+json"
    assert (said["lang"], said["start_url"], said["scope"]) == ("fr", "/", "/")
    assert [one["url"] for one in said["shortcuts"]] == ["/kits", "/emergency", "/shortlist"]
    assert {(one["sizes"], one["purpose"]) for one in said["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in said["icons"]:
        picture = client.get(icon["src"]).data
        wide, high = struct.unpack(">II", picture[16:24])
        assert (picture[:8], f"{wide}x{high}") == (b"\x89PNG\r\n\x1a\n", icon["sizes"])
    assert '<link rel="manifest" href="/manifest.webmanifest?lang=fr">' in client.get("/help?lang=fr").text


def test_a_shortlist_without_a_network_holds_names_and_towns_and_no_people(client: FlaskClient) -> None:
    found = {
        kind: client.get(f"/api/search?kind={kind}&limit=1").get_json()["items"][0]
        for kind in ("host", "alumni", "kit")
    }
    ids = ",".join(str(one["id"]) for one in found.values())

    items = client.get(f"/shortlist.json?ids={ids},x,-1").get_json()["items"]

    assert [one["kind"] for one in items] == ["host", "kit"]
    assert set(items[0]) == {"id", "kind", "kind_label", "title", "place", "country_label", "url", "sample"}


def test_a_part_of_the_map_of_a_town_can_be_asked_for(client: FlaskClient) -> None:
    (path,) = (
        one for one, _size in client.get("/kits/como/keep.json").get_json()["files"] if "pmtiles" in one
    )

    head = client.get(path, headers={"Range": "bytes=0-126"})
    other = client.get(path.replace("como", "kaunas"))

    assert (head.status_code, head.data[:7], len(head.data)) == (206, b"PMTiles", 127)
    assert head.data[100] == FIRST_ZOOM
    assert other.status_code == 404
    assert client.get("/kits/atlantis/keep.json").status_code == 404


def test_where_the_operator_lets_nobody_keep_pages_the_worker_goes(switched_off: FlaskClient) -> None:
    worker = switched_off.get("/sw.js")

    assert worker.status_code == 200
    assert "registration.unregister()" in worker.text
    assert "fetch" not in worker.text
    assert [switched_off.get(f"/{name}/keep.json").status_code for name in THINGS] == [404] * 4
    assert "data-keep" not in switched_off.get("/kits/como").text
