"""A referent finds towns where a whole group has its seats, and hears what to widen where there is none."""

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from mapsvc.config import Settings
from mapsvc.domain.drafts import OfferDraft, OrganisationDraft
from mapsvc.domain.people import Role
from mapsvc.storage.engine import writing
from tests import make
from tests.publish import publish
from tests.web.conftest import Serve, close
from tests.web.signed_in import given, sign_in

COMO, LECCO, KAUNAS = (9.0852, 45.8081), (9.3970, 45.8559), (23.8868, 54.8985)
ALL_SEATS = {"seats": "6", "field": ["0721", "0722", "0713"], "weeks": "12-15", "year": "2027"}


def seats(field: str, count: int, **values: object) -> OfferDraft:
    period = (date(2027, 3, 1), date(2027, 5, 1), count)
    return make.offer(**{"fields": (field,), "periods": (period,), **values})


def hosts() -> list[OrganisationDraft]:
    """Como has two seats of each of three trades, Lecco two of two, Kaunas six of one in German."""
    return [
        make.host("Forno {{7*7}}", at=COMO, offers=(seats("0721", 2),)),
        make.host("Falegnameria", at=(9.09, 45.81), offers=(seats("0722", 2),)),
        make.host("Elettricista <b>", at=(9.10, 45.80), offers=(seats("0713", 2),)),
        make.host("Lecco wood", at=LECCO, offers=(seats("0722", 2),), site_values={"town": "Lecco"}),
        make.host(
            "Kaunas wood",
            at=KAUNAS,
            offers=(seats("0722", 6, languages=(("de", None),)),),
            site_values={"town": "Kaunas", "country": "LT"},
        ),
    ]


class Finder:
    """A referent's browser."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        given(engine, "anna@example.org", Role.REFERENT, sending="School A")
        self.client: FlaskClient = app.test_client()
        sign_in(self.client, engine, "anna@example.org")

    def page(self, asked: object = None, *, status: int = 200) -> str:
        answer = self.client.get("/desk/groups", query_string=asked)
        assert answer.status_code == status, answer.text
        return " ".join(answer.text.split())


@pytest.fixture
def finder(settings: Settings, engine: Engine, serve: Serve) -> Iterator[Finder]:
    with writing(engine) as session:
        publish(session, *hosts(), source="a list")
        session.commit()
    app = serve(settings)
    yield Finder(app, engine)
    close(app)


def names(page: str) -> list[str]:
    return re.findall(r"<h3>\d+\. <bdi>(.*?)</bdi>", page)


def test_without_a_question_there_is_a_form_and_no_answer(finder: Finder) -> None:
    page = finder.page()

    assert 'name="seats"' in page
    assert 'id="found"' not in page
    assert "map-config" not in page


def test_six_seats_in_three_trades_are_found_in_one_town_with_the_seats_of_each_host(finder: Finder) -> None:
    page = finder.page(ALL_SEATS)

    assert "1 town has all seats" in page
    assert names(page) == ["Como"]
    assert "22 March 2027 – 16 April 2027" in page
    assert page.count("2 seats · ") == 3
    assert "Forno {{7*7}}" in page
    assert "Elettricista &lt;b&gt;" in page
    assert "former participants within 50 km" in page


def test_the_map_shows_the_same_towns_as_the_list(finder: Finder) -> None:
    page = finder.page({"seats": "2", "field": "0722", "weeks": "12-15", "year": "2027"})
    config = json.loads(found[1]) if (found := re.search(r'id="map-config">(.*?)</script>', page)) else {}

    titles = [one["title"].partition(". ")[2] for one in config["places"]]

    assert sorted(titles) == sorted(names(page)) == ["Como", "Kaunas", "Lecco"]


def test_where_no_town_has_all_seats_the_page_says_what_is_missing_and_what_to_widen(finder: Finder) -> None:
    page = finder.page(ALL_SEATS | {"country": "LT"})
    ways = re.findall(r'<a class="quiet-link" href="([^"]+)">([^<]+)</a>', page)

    assert "No town has all seats" in page
    assert "Missing:" in page
    assert [words for _url, words in ways if "country" in words] == [
        "Not only in this country: Lithuania: 1 town"
    ]
    url = next(url for url, words in ways if "country" in words).replace("&amp;", "&")
    assert "1 town has all seats" in " ".join(finder.client.get(url.replace("&amp;", "&")).text.split())


def test_a_distance_that_is_too_small_is_widened_to_the_least_that_helps(finder: Finder) -> None:
    page = finder.page({"seats": "4", "field": "0722", "weeks": "12-15", "year": "2027", "country": "IT"})

    assert "No town has all seats" in page
    assert "Look within 30 km: " in page


def test_weeks_and_the_days_from_monday_to_friday_ask_the_same(finder: Finder) -> None:
    by_days = {name: value for name, value in ALL_SEATS.items() if name not in {"weeks", "year"}}

    page = finder.page(by_days | {"first": "2027-03-22", "last": "2027-04-16"})

    assert names(page) == ["Como"]


def test_the_language_of_the_host_narrows(finder: Finder) -> None:
    asked = {"seats": "2", "field": "0722", "weeks": "12-15", "year": "2027", "language": "de"}

    assert names(finder.page(asked)) == ["Kaunas"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"seats": "x", "weeks": "12"}, "whole number"),
        ({"seats": "0", "weeks": "12", "year": "2027"}, "minimum 1"),
        ({"weeks": "12", "year": "2027"}, "how many seats"),
        ({"seats": "2"}, "first day, or the weeks"),
        ({"seats": "2", "first": "2027-03-30", "last": "2027-03-01"}, "before the first"),
        ({"seats": "2", "first": "2027-02-30", "last": "2027-03-01"}, "needs a date"),
        ({"seats": "2", "first": "2027-01-01", "last": "2029-03-01"}, "more than a year"),
        ({"seats": "2", "weeks": "spring", "year": "2027"}, "such as 12-15"),
        ({"seats": "2", "weeks": "54", "year": "2027"}, "no such weeks"),
        ({"seats": "1", "field": ["0721", "0722"], "weeks": "12", "year": "2027"}, "more trades than seats"),
        ({"seats": "2", "field": "nothing", "weeks": "12", "year": "2027"}, "is not known"),
        ({"seats": "2", "weeks": "12", "year": "2027", "within_km": "-1"}, "minimum 0.5"),
        ({"seats": "2", "weeks": "12", "year": "2027", "age": "5"}, "minimum 12"),
        ({"seats": "2", "weeks": "12", "year": "2027", "region": "x" * 300}, "at most 200"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_lost(
    finder: Finder, asked: dict[str, str], said: str
) -> None:
    page = finder.page(asked, status=400)

    assert said in page
    assert 'role="alert"' in page
    assert f'value="{asked.get("seats", "")}"' in page


def test_what_is_no_country_or_language_narrows_nothing(finder: Finder) -> None:
    assert names(finder.page(ALL_SEATS | {"country": "'; --", "language": "{{7*7}}"})) == ["Como"]
