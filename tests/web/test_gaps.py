"""The page of gaps: what it counts, its lists, their files, and what it refuses."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from tests import make
from tests.publish import publish
from tests.web.well_formed import faults_of

PATHS = (
    "/coverage/gaps",
    "/coverage/gaps?within=FR&level=2&field=07&order=holes&km=20.5",
    "/coverage/gaps?within=LV&order=hosts&lang=fr",
    "/coverage/gaps/no-seats?within=IT&sort=name",
    "/coverage/gaps/stale?sort=distance",
    "/coverage/gaps/far-from-kits?km=1&page=2",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_view_of_gaps_is_a_page_without_faults(client: FlaskClient, path: str) -> None:
    page = client.get(path)

    assert page.status_code == 200
    assert faults_of(page.text) == []
    assert "Set-Cookie" not in page.headers or "lang" in path


@pytest.mark.parametrize(
    "query",
    [
        *(
            "within=ZZ",
            "level=9",
            "level=x",
            "field=0716",
            "field=99",
            "km=0",
            "km=far",
            "km=5000",
            "set=mine",
        ),
        *("order=size", "sort=x", "page=0", "within=FR&within=DE"),
    ],
)
@pytest.mark.parametrize("path", ["/coverage/gaps", "/coverage/gaps/stale", "/coverage/gaps/stale.csv"])
def test_what_gaps_cannot_be_asked_is_said_plainly(client: FlaskClient, path: str, query: str) -> None:
    page = client.get(f"{path}?{query}")

    assert page.status_code == 400
    assert query.partition("=")[0] in page.text


def test_a_list_that_does_not_exist_is_not_there(client: FlaskClient) -> None:
    assert client.get("/coverage/gaps/none").status_code == 404
    assert client.get("/coverage/gaps/none.csv").status_code == 404
    assert client.get("/coverage/gaps/stale.pdf").status_code == 404
    assert client.get("/coverage/gaps/fields-by-region.gpkg").status_code == 404


def test_holes_are_words_and_hosts_lead_to_the_search_that_finds_them(app: Flask, session: Session) -> None:
    offer = make.offer(fields=("0716",))
    publish(session, make.host("Garage", offers=(offer,)), make.host("Bakery", make.LECCO))

    page = app.test_client().get("/coverage/gaps?within=IT&level=2&field=07").text
    row = page.partition(">Engineering and engineering trades<")[2].partition("</tr>")[0]
    (link,) = re.findall(r'href="([^"]*)"', row)
    found = app.test_client().get(link.replace("&amp;", "&"))

    assert '<td class="number hole">none</td>' in row
    assert "Garage" in found.text
    assert "Bakery" not in found.text


def test_a_list_as_a_file_has_every_host_and_runs_no_formula(app: Flask, session: Session) -> None:
    away = {"country": "LT", "region": "LT-KU"}
    mill = make.host("Mill", make.KAUNAS, site_values=away)
    publish(session, make.host("=1+1"), make.host("Bakery", make.LECCO), mill)

    answer = app.test_client().get("/coverage/gaps/no-seats.csv?within=IT")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert f"no-seats-{now():%Y-%m-%d}.csv" in answer.headers["Content-Disposition"]
    assert sorted(row[0] for row in rows) == ["'=1+1", "Bakery", "host"]


def test_pages_of_a_list_hold_each_host_once(app: Flask, session: Session) -> None:
    publish(session, *(make.host(f"Host {number:03}") for number in range(70)))
    client = app.test_client()

    pages = [client.get(f"/coverage/gaps/no-seats?sort=name&page={page}").text for page in (1, 2)]
    names = [name for page in pages for name in re.findall(r">(Host \d+)<", page)]

    assert names == [f"Host {number:03}" for number in range(70)]


def test_an_empty_directory_has_a_page_that_says_there_is_nothing_to_do(app: Flask) -> None:
    page = app.test_client().get("/coverage/gaps")

    assert page.status_code == 200
    assert page.text.count("None. Nothing to do here.") == 3
