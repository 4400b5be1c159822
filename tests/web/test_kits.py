"""The pages of kits say what their files say, in the reader's language, with sources, and hide nothing."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapsvc.config import Settings
from mapsvc.content.kits import SECTIONS
from mapsvc.content.library import Shelf, usable
from mapsvc.content.trees import Tree
from mapsvc.domain.base import now
from mapsvc.resources import resource
from tests.installations import copy
from tests.web.conftest import Serve, close

COMO = "content/kits/como"
KITS = [
    *("bruxelles", "ostrava", "angers", "montpellier", "nancy", "nantes", "rennes", "strasbourg", "berlin"),
    *("flensburg", "hamburg", "como", "milano", "torino", "kaunas", "apeldoorn", "arnhem", "lublin"),
    *("malaga", "valencia"),
]  # by the English names of their countries


@pytest.fixture
def altered(prepared: Path, tmp_path: Path, serve: Serve) -> Any:
    """Makes an installation with files of its own over the shipped ones, and gives a reader of it."""
    apps: list[Flask] = []

    def made(**files: str) -> FlaskClient:
        copy(prepared, tmp_path)
        for name, text in files.items():
            path = tmp_path / COMO / name.replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        apps.append(serve(Settings(instance=tmp_path)))
        return apps[-1].test_client()

    yield made
    for app in apps:
        close(app)


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("slug", sorted(usable(Tree.of()).kits))
def test_the_page_of_a_kit_has_every_section_once_and_every_note_that_it_points_to(
    client: FlaskClient, slug: str, language: str
) -> None:
    shown = page(client, f"/kits/{slug}?lang={language}")

    ids = re.findall(r'\bid="([^"]+)"', shown)
    notes = {one for one in ids if one.startswith("fact-")}
    pointed = set(re.findall(r'href="#(fact-\d+)"', shown))
    links = re.findall(r'href="#([a-z-]+)"', shown)
    assert len(ids) == len(set(ids))
    assert set(SECTIONS) <= set(ids)
    assert set(links) <= set(ids)
    assert pointed <= notes
    assert len(notes) > 20
    assert "[^" not in shown


def test_the_parts_of_town_country_and_language_stand_together(client: FlaskClient) -> None:
    shown = page(client, "/kits/como")

    assert shown.index("Como lies at the end of a lake") < shown.index("EU citizens travel with a valid")
    assert "Everywhere in this country: Italy" in shown
    assert "Buongiorno" in shown
    assert "bwon-JOR-no" in shown


def test_what_holds_in_a_country_comes_from_libraries_and_dated_data(client: FlaskClient) -> None:
    shown = page(client, "/kits/kaunas")

    assert 'href="tel:112"' in shown
    assert "Euro (€)" in shown
    assert "Eastern European Time, 1 hour ahead of Brussels" in shown
    assert "<strong>F</strong>" in shown
    assert "IEC, World plugs" in shown
    assert 'lang="lt">Naujųjų metų diena' in shown


def test_a_fact_that_nobody_checked_is_said_to_be_so(client: FlaskClient) -> None:
    shown = page(client, "/kits/como")

    assert "Written in November 2026, not checked yet." in shown
    assert 'href="https://www.trenord.it/en/"' in shown


@pytest.mark.parametrize(
    ("checked", "said"),
    [
        (now().date(), "Checked on"),
        (date(2020, 1, 1), "Checked on January 1, 2020: to be checked again."),
    ],
)
def test_the_day_on_which_a_fact_was_checked_is_shown(
    altered: Callable[..., FlaskClient], checked: date, said: str
) -> None:
    shipped = resource("data/kits/como/kit.yml").read_text("utf-8")
    client = altered(kit_yml=shipped.replace("checked_on: null", f"checked_on: {checked}", 1))

    shown = page(client, "/kits/como")

    assert said in shown
    assert ("to be checked again" in shown) == (checked.year == 2020)


def test_the_checklist_is_in_order_of_days_and_keeps_its_keys_in_every_language(client: FlaskClient) -> None:
    english, french = (page(client, f"/kits/como?lang={one}") for one in ("en", "fr"))

    def keys(shown: str) -> list[str]:
        return re.findall(r'<input type="checkbox" id="([^"]+)"', shown)

    assert keys(english) == keys(french)
    assert keys(english)
    assert english.index("On the day you arrive") < english.index("The next day")
    assert english.index("The next day") < english.index("After 2 days")


def test_where_two_languages_are_spoken_each_list_of_phrases_names_its_own(
    altered: Callable[..., FlaskClient],
) -> None:
    shipped = resource("data/kits/como/kit.yml").read_text("utf-8")
    client = altered(kit_yml=shipped.replace("languages: [it]", "languages: [it, de]", 1))

    titles = re.findall(r"<caption>(.*?)</caption>", page(client, "/kits/como"))

    assert titles == [
        "Italian · In the street",
        "Italian · At work",
        "German · In the street",
        "German · At work",
    ]


def test_a_part_that_is_not_in_the_readers_language_is_shown_and_said_so(
    altered: Callable[..., FlaskClient],
) -> None:
    only_english = "---\ntitle: Côme\nsummary: Un lac.\nwritten_on: 2026-11-01\n---\n\n## food\nMange.\n"
    client = altered(fr_md=only_english)

    shown = page(client, "/kits/como?lang=fr")

    assert "Mange." in shown
    assert 'class="other"' in shown
    assert '<div class="prose" lang="en"><p>Como lies at the end' in shown


def test_nothing_that_a_file_holds_becomes_markup_of_the_page(altered: Callable[..., FlaskClient]) -> None:
    bad = (
        '---\ntitle: "<b>{{ 7*7 }}</b>"\nsummary: "<script>alert(1)</script>"\n'
        "written_on: 2026-11-01\n---\n\n"
        '## food\n<img src=x onerror="alert(1)"> [a](javascript:alert(1)) {{ 7*7 }} <style>*{}</style>\n'
    )
    client = altered(en_md=bad)

    shown = page(client, "/kits/como")

    assert "<b>{{" not in shown
    assert "&lt;script&gt;" in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert "<style" not in shown
    assert "49" not in re.findall(r"<h1[^>]*>(.*)</h1>", shown)[0]


def test_a_file_that_cannot_be_read_leaves_the_shipped_page(altered: Callable[..., FlaskClient]) -> None:
    client = altered(kit_yml="town: [", en_md="no front matter")

    assert "Settling in Como" in page(client, "/kits/como")


def test_a_fault_is_told_to_the_operator_where_there_is_one(
    prepared: Path, tmp_path: Path, serve: Serve, client: FlaskClient
) -> None:
    copy(prepared, tmp_path)
    app = serve(Settings(instance=tmp_path, operator_email="map@example.org"))

    told = page(app.test_client(), "/kits/como")
    close(app)

    assert 'href="mailto:map@example.org?subject=Something%20is%20wrong' in told
    assert "Something is wrong" not in page(client, "/kits/como")


def test_there_is_no_page_of_a_kit_that_is_not_there(client: FlaskClient) -> None:
    for slug in ("atlantis", "Como", ".."):
        assert client.get(f"/kits/{slug}").status_code == 404


def test_kits_are_listed_by_country_and_around_a_place_by_distance(client: FlaskClient) -> None:
    by_country, near = page(client, "/kits"), page(client, "/kits?near=Klaip%C4%97da")

    def order(shown: str) -> list[str]:
        return re.findall(r'class="card-title"><a href="/kits/([a-z]+)"', shown)

    assert order(by_country) == KITS
    assert order(near)[0] == "kaunas"
    assert re.search(r"19\d km", near)


def test_a_place_that_nobody_knows_still_lists_all_kits(client: FlaskClient) -> None:
    shown = page(client, "/kits?near=Xyzzyburg")

    assert "We know no town of this name" in shown
    assert "Settling in Como" in shown


def test_the_emergency_page_has_numbers_to_press_and_words_of_each_country(client: FlaskClient) -> None:
    shown = page(client, "/emergency")

    assert {'href="tel:112"', 'href="tel:116111"'} <= set(re.findall(r'href="tel:\d+"', shown))
    assert all(f'id="{code}"' in shown for code in ("DE", "IT", "LT"))
    assert "Aiuto" in shown
    assert set(re.findall(r'href="#(fact-\d+)"', shown)) <= set(re.findall(r'id="(fact-\d+)"', shown))


def test_a_search_around_a_place_names_the_nearest_kit_and_one_far_away_none(client: FlaskClient) -> None:
    near = page(client, "/list?lon=8.83&lat=45.82&radius_km=30")
    far = page(client, "/list?lon=2.35&lat=48.85&radius_km=30")

    assert "Nearest kit: Como, 20 km" in near
    assert 'class="nearest-kit"' not in far


def test_a_kit_is_found_like_a_host_and_leads_to_its_page(client: FlaskClient) -> None:
    (found,) = client.get("/api/search?kind=kit&q=Kaunas").get_json()["items"]
    details = client.get(f"/api/listing/{found['id']}").get_json()

    assert (found["kind"], found["url"], found["title"]) == ("kit", "/kits/kaunas", "Settling in Kaunas")
    assert found["tags"] == ["Lithuanian"]
    assert details["summary"] == found["summary"] != ""


def test_a_search_for_kits_finds_all_of_them(client: FlaskClient) -> None:
    found = client.get("/api/search?kind=kit&limit=50").get_json()

    assert found["total"] == len(KITS)
    assert sorted(one["url"] for one in found["items"]) == sorted(f"/kits/{slug}" for slug in KITS)


def test_the_page_of_a_host_names_the_kit_near_it_or_that_of_its_country(client: FlaskClient) -> None:
    hosts = [
        one
        for country in ("IT", "AT")
        for one in client.get(f"/api/search?kind=host&country={country}&limit=100").get_json()["items"]
    ]
    strip = re.compile(r'<p class="nearest-kit">.*?</p>', re.DOTALL)
    said = {one["id"]: strip.findall(page(client, one["url"])) for one in hosts[::4]}

    italian = {one["id"] for one in hosts if one["country"] == "IT"}
    assert all(len(found) == (id_ in italian) for id_, found in said.items())
    assert any(re.search("the kit of (Como|Milano|Torino)", "".join(found)) for found in said.values())


def test_tables_of_hosts_hold_no_kits(client: FlaskClient) -> None:
    for file_format in ("csv", "geojson"):
        assert "kits" not in page(client, f"/download/hosts.{file_format}?where=Como")


def test_a_shelf_is_read_once_for_many_pages(sampled: Settings) -> None:
    shelf = Shelf(sampled.folder)

    assert shelf.library is shelf.library
