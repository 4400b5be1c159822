"""A map for other sites: where allowed it may stand in their frames, nothing else may; it keeps nothing."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapsvc.config import Settings
from mapsvc.headers import CSP
from mapsvc.viewers import OPEN
from tests import make
from tests.publish import publish
from tests.web.conftest import Serve, close
from tests.web.test_http import parts_of, plain_paths, rules
from tests.web.well_formed import faults_of

SCHOOL = "https://www.school.example"
TORINO = "/embed?where=Torino&radius_km=100"
EMBEDS = ("/embed", TORINO, "/embed?country=FR&page=2", "/embed?where=Torino&list=off&lang=fr")
FAULTS = (
    "/embed?radius_km=NaN",
    "/embed?lang=xx",
    "/embed?list=maybe",
    "/embed?sectr=health",
    "/embed?cursor=x",
    f"/embed?q={'a' * 5000}",
)


@pytest.fixture(scope="session")
def embedding_app(sampled: Settings, serve: Serve) -> Flask:
    """The application over the samples, which one school may show in its pages."""
    return serve(sampled.model_copy(update={"embed_ancestors": (SCHOOL,)}))


@pytest.fixture
def reader(embedding_app: Flask) -> FlaskClient:
    return embedding_app.test_client()


def ancestors(answer: Any) -> str:
    return str(answer.headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2])


def lines_of(page: str) -> str:
    """The lines to copy, as a reader sees them in their field."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    return unescape(found.group(1))


def mistakes(page: str) -> list[str]:
    """The faults of a page; that it lets tags be read is what a page of lines to copy is for."""
    return [fault for fault in faults_of(page) if not fault.startswith("a tag to be read")]


@pytest.mark.parametrize("path", ["/embed", "/embed?radius_km=NaN", "/embed/new"])
def test_without_the_setting_there_is_no_such_page(path: str, client: FlaskClient) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert (answer.headers["X-Frame-Options"], ancestors(answer)) == ("DENY", "'none'")


def test_without_the_setting_no_page_speaks_of_it(client: FlaskClient) -> None:
    assert "/embed" not in client.get("/").text + client.get("/help").text


@pytest.mark.parametrize("path", [*EMBEDS, *FAULTS])
def test_the_named_site_may_show_the_map_and_its_faults(path: str, reader: FlaskClient) -> None:
    answer = reader.get(path)

    assert ancestors(answer) == f"'self' {SCHOOL}"
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["Content-Security-Policy"].startswith(CSP.rpartition("; ")[0])


def test_a_star_lets_every_site_show_it(sampled: Settings, serve: Serve) -> None:
    client = serve(sampled.model_copy(update={"embed_ancestors": ("*",)})).test_client()

    assert ancestors(client.get("/embed")) == "'self' *"
    assert "on these sites only" not in client.get("/embed/new").text


def test_nothing_else_may_stand_in_a_frame(embedding_app: Flask) -> None:
    client = embedding_app.test_client()
    others = [
        re.sub(r"<[^>]+>", "1", rule.rule)
        for rule in rules(embedding_app)
        if getattr(embedding_app.view_functions[rule.endpoint], "decision", OPEN) == OPEN
        and "GET" in (rule.methods or ())
    ]
    paths = {*plain_paths(embedding_app), *others, "/embed/", "/embed/x", "/nowhere"} - {"/embed"}

    framed = [path for path in sorted(paths) if client.get(path).headers.get("X-Frame-Options") != "DENY"]

    assert len(paths) > 60
    assert framed == []


@pytest.mark.parametrize("path", FAULTS)
def test_a_fault_is_said_inside_the_frame_without_the_pages_of_the_site(
    path: str, reader: FlaskClient
) -> None:
    answer = reader.get(path)

    assert answer.status_code in {400, 414}
    assert "That did not work" in answer.text
    assert "<nav" not in answer.text
    assert faults_of(answer.text) == []


@pytest.mark.parametrize("path", [*EMBEDS, "/embed?lang=fr", FAULTS[0]])
def test_the_map_sets_no_cookie_and_reads_none(path: str, embedding_app: Flask) -> None:
    client = embedding_app.test_client()
    before = client.get(path)
    client.set_cookie("lang", "fr")
    client.set_cookie("session", "somebody")

    after = client.get(path)

    assert after.data == before.data
    assert "Set-Cookie" not in before.headers
    assert "Set-Cookie" not in after.headers


@pytest.mark.parametrize("path", [*EMBEDS, "/embed/new", "/embed/new?where=Torino&kind=alumni&width=300"])
def test_its_html_holds_and_has_nothing_inline_or_from_elsewhere(path: str, reader: FlaskClient) -> None:
    answer = reader.get(path)

    parts = parts_of(answer)

    assert answer.status_code == 200
    assert (parts.inline, parts.elsewhere, mistakes(answer.text)) == ([], [], [])


@pytest.mark.parametrize("path", EMBEDS)
def test_every_link_leaves_the_frame_but_those_that_turn_the_page(path: str, reader: FlaskClient) -> None:
    links = re.findall(r"<a [^>]*>", reader.get(path).text)

    staying = [link for link in links if not ('target="_blank"' in link and 'rel="noopener"' in link)]

    assert len(links) > 2
    assert [link for link in staying if "data-turn" not in link or 'href="/embed?' not in link] == []


def test_turning_the_page_keeps_the_filters_the_language_and_the_look(reader: FlaskClient) -> None:
    page = reader.get("/embed?country=IT&country=FR&lang=fr&limit=5").text

    (link,) = re.findall(r'href="(/embed\?[^"]*)" rel="next"', page)

    told = parse_qs(urlsplit(unescape(link)).query)
    assert {name: told[name] for name in ("country", "lang", "limit", "page")} == {
        "country": ["FR", "IT"],
        "lang": ["fr"],
        "limit": ["5"],
        "page": ["2"],
    }


def test_the_same_search_in_another_order_is_the_same_page(reader: FlaskClient) -> None:
    one = reader.get("/embed?country=IT&sector=health&sector=education")

    other = reader.get("/embed?sector=education&sector=health&country=it")

    assert one.data == other.data
    assert one.headers["ETag"] == other.headers["ETag"]


def test_what_the_browser_still_has_is_not_sent_again(reader: FlaskClient) -> None:
    first = reader.get(TORINO)

    again = reader.get(TORINO, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert ancestors(again) == f"'self' {SCHOOL}"
    assert "Cookie" not in first.headers["Vary"]


def test_former_participants_are_shown_only_where_they_were_chosen(reader: FlaskClient) -> None:
    whole, chosen = reader.get("/embed?limit=100").text, reader.get("/embed?kind=alumni").text

    assert 'data-kind="host"' in whole
    assert 'data-kind="alumni"' not in whole
    assert 'data-kind="alumni"' in chosen
    assert "kind=host&amp;kind=kit&amp;kind=offer" in whole  # the way to the site shows the same


def test_the_map_shows_what_the_public_search_finds(settings: Settings, serve: Serve, session: Any) -> None:
    publish(session, make.host("Atelier Test", offers=(make.offer(),)))
    app = serve(settings.model_copy(update={"embed_ancestors": (SCHOOL,)}))
    client = app.test_client()

    found = client.get("/embed")

    titles = [item["title"] for item in client.get("/api/search?kind=host").get_json()["items"]]
    close(app)
    assert titles == ["Atelier Test"]
    assert re.findall(r"<bdi>(Atelier[^<]*)</bdi></?", found.text) == titles


def test_the_lines_hold_the_canonical_address_and_what_a_frame_should(reader: FlaskClient) -> None:
    page = reader.get(
        "/embed/new?where=Torino&radius_km=100&kind=host&width=300&height=400&shown_in=fr&list=off"
    )

    lines = lines_of(page.text)

    address = unescape(lines.partition('src="')[2].partition('"')[0])
    assert address.startswith("http://localhost/embed?where=Torino&place=")
    assert reader.get(address.removeprefix("http://localhost")).status_code == 200
    assert {"lang=fr", "list=off", "kind=host", "radius_km=100"} <= set(urlsplit(address).query.split("&"))
    for said in ('width="300"', 'height="400"', 'loading="lazy"', 'referrerpolicy="no-referrer"', 'title="'):
        assert said in lines
    sandbox = lines.partition('sandbox="')[2].partition('"')[0].split()
    assert sandbox == ["allow-scripts", "allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"]


def test_what_a_stranger_typed_stays_text_in_the_lines(reader: FlaskClient) -> None:
    page = reader.get(
        "/embed/new", query_string={"where": '"><script>alert(1)</script></textarea>', "lon": 7, "lat": 45}
    )

    lines = lines_of(page.text)

    assert page.status_code == 200
    assert "<script" not in lines
    assert lines.count("<") == 2
    assert mistakes(page.text) == []


@pytest.mark.parametrize("query", ["width=100", "height=99999", "width=x", "height=-1"])
def test_a_size_that_cannot_be_is_said_and_nothing_typed_is_lost(query: str, reader: FlaskClient) -> None:
    page = reader.get(f"/embed/new?where=Torino&q=bois&{query}")

    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert "The width goes from 240 to 2,000 pixels, the height from 320 to 2,000." in page.text
    assert f'value="{query.partition("=")[2]}"' in page.text
    assert 'value="Torino"' in page.text
    assert 'value="bois"' in page.text


def test_the_page_that_makes_the_lines_may_frame_this_site_alone(reader: FlaskClient) -> None:
    answer = reader.get("/embed/new")

    assert answer.headers["Content-Security-Policy"] == f"{CSP}; frame-src 'self'"
    assert f"on these sites only: {SCHOOL}." in answer.text


def test_a_search_leads_to_the_page_that_makes_its_lines(reader: FlaskClient) -> None:
    results = reader.get("/?where=Torino&radius_km=100&sector=education").text

    (link,) = re.findall(r'href="(/embed/new\?[^"]*)"', results)

    assert {"radius_km=100", "sector=education"} <= set(unescape(link).partition("?")[2].split("&"))
    assert 'href="/embed/new"' in reader.get("/help").text


def test_a_map_in_a_frame_counts_no_unmet_demand(embedding_app: Flask) -> None:
    embedding_app.test_client().get("/embed?lon=-18.6&lat=64.9&radius_km=5")

    assert len(embedding_app.extensions["mapsvc"].demand) == 0
