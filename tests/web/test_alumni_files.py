"""The file of one's own stays fills in the form, which then goes its usual way."""

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from mapsvc.domain.people import Letter, Pass
from mapsvc.storage.engine import reading
from tests.web.pinning import FILLED, pinned, place_in
from tests.web.referents import post_parts
from tests.web.signed_in import post, token_of

HOST = {"host_name": "Forno Bianchi", "agree_host": "y"}


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


def bring(client: FlaskClient, body: bytes, age: str = "20") -> TestResponse:
    """The answer to a file that is brought after the age was asked."""
    return post(client, "/alumni/new", {"age": age, "file": (io.BytesIO(body), "stays.json")})


def taken(client: FlaskClient) -> dict[str, Any]:
    """What somebody takes along."""
    kept: dict[str, Any] = client.get("/alumni/mine/stays.json").json
    return kept


def ticked(page: TestResponse) -> list[str]:
    """The consents that are ticked in a form."""
    boxes = re.findall(r"<input[^>]*checkbox[^>]*>", page.text)
    return [box for box in boxes if "checked" in box and "agree" in box]


def test_what_is_brought_fills_in_the_form_without_a_consent(
    app: Flask, engine: Engine, reader: FlaskClient
) -> None:
    kept = taken(pinned(app, engine, **HOST))

    page = bring(reader, json.dumps(kept).encode())

    assert page.status_code == 200
    for words in ("The bakery opens at four.", 'value="Como"', 'value="Forno Bianchi"', 'value="2024"'):
        assert words in page.text
    assert place_in(page) == str(kept["pins"][0]["draft"]["place_id"])
    assert ticked(page) == []
    assert "fault" not in page.text


def test_a_stay_that_is_brought_back_goes_the_usual_way_and_is_the_same(
    app: Flask, engine: Engine, reader: FlaskClient
) -> None:
    ana = pinned(app, engine, **HOST)
    before = taken(ana)
    number = before["pins"][0]["pin"]["id"]
    assert post(ana, f"/alumni/mine/{number}/withdraw").status_code == 303

    page = bring(reader, json.dumps(before).encode())
    said = {name: values(page, name) for name in ("town", "display_name", "host_name", "year", "length")}
    again = pinned(app, engine, **said, **{"agree_host": "y"})

    assert [one["draft"] for one in taken(again)["pins"]] == [one["draft"] for one in before["pins"]]


def values(page: TestResponse, name: str) -> str:
    """What a field of a form holds."""
    field = next(one for one in re.findall(r"<input[^>]*>", page.text) if f'name="{name}"' in one)
    return field.partition('value="')[2].partition('"')[0]


def test_of_several_stays_one_is_chosen(app: Flask, engine: Engine, reader: FlaskClient) -> None:
    kept = taken(pinned(app, engine))
    kept["pins"] += [{"draft": {**kept["pins"][0]["draft"], "year": 2022, "display_name": "<b>Bea"}}]

    choice = bring(reader, json.dumps(kept).encode())
    held = re.findall(r'name="stay" value="([^"]*)"', choice.text)
    page = post(
        reader, "/alumni/new", {"age": "20", "stay": held[1].replace("&#34;", '"').replace("&lt;", "<")}
    )

    assert "&lt;b&gt;Bea" in choice.text
    assert len(held) == 2
    assert (page.status_code, values(page, "year")) == (200, "2022")


def test_the_age_comes_before_the_file(reader: FlaskClient) -> None:
    assert bring(reader, b"{}", age="17").status_code == 403
    assert bring(reader, b"{}", age="").status_code == 422
    assert 'name="file"' not in reader.get("/alumni/new").text
    assert 'name="file"' in post(reader, "/alumni/new", {"age": "20"}).text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "This is not a file of your stays."),
        (b"name;town\nAna;Como", "This is not a file of your stays."),
        (b'{"pins": [{"draft": {"year": NaN}}]}', "This is not a file of your stays."),
        (b'{"pins": []}', "There is no stay in this file."),
        (json.dumps({"pins": [{}] * 10_000}).encode(), "There are 10000 stays in this file."),
        (b'{"pins": [{"draft": {"lat": 45.8}}]}', "There is a point of the map in this file."),
        (b'{"pins": [{"draft": {"role": "admin"}}]}', "holds “role”, which does not belong there."),
        (b'{"pins": [{"draft": {"languages": {}}}]}', "is not right at “languages”."),
    ],
)
def test_a_file_that_cannot_be_taken_is_explained_above_the_form_and_nothing_is_kept(
    reader: FlaskClient, engine: Engine, body: bytes, words: str
) -> None:
    page = bring(reader, body)

    assert page.status_code == 422
    assert words in page.text
    assert 'name="town"' in page.text
    with reading(engine) as session:
        assert [session.scalar(select(func.count()).select_from(noun)) for noun in (Pass, Letter)] == [0, 0]


def test_a_file_that_is_too_large_is_refused_with_the_bound(reader: FlaskClient) -> None:
    large = FileStorage(io.BytesIO(b"x" * 1_100_000), "stays.json")

    page = post_parts(reader, "/alumni/new", {"csrf_token": token_of(reader), "age": "20", "file": large})

    assert page.status_code == 413
    assert "At most 1 MB can be sent here at a time." in page.text


def test_a_town_that_is_not_known_here_is_asked_for_and_the_rest_is_kept(
    app: Flask, engine: Engine, reader: FlaskClient
) -> None:
    draft = {**taken(pinned(app, engine))["pins"][0]["draft"], "place_id": 2_000_000_001}

    page = bring(reader, json.dumps({"pins": [{"draft": draft}]}).encode())

    assert page.status_code == 422
    assert "We do not know the town of this stay." in page.text
    assert "The bakery opens at four." in page.text
    assert post(reader, "/alumni/new", {**FILLED, "town": "Como"}).status_code == 200
