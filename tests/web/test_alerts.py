"""Saved searches over HTTP: no account, a link by mail, one click to stop, from a mail program too."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from mapsvc.domain.alerts import Alert
from mapsvc.domain.people import Letter
from mapsvc.storage.engine import reading, writing
from tests.letters import link_in
from tests.web.signed_in import post
from tests.web.well_formed import faults_of

ADA = {"email": "ada@example.org"}


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


def begun(reader: FlaskClient, engine: Engine, query: str = "q=wood&lang=fr") -> str:
    """The path of the page of a saved search."""
    assert post(reader, f"/alerts/new?{query}", ADA).status_code == 200
    with reading(engine) as session:
        *_older, letter = session.scalars(select(Letter).order_by(Letter.id))
    path = link_in(letter.body).removeprefix("http://localhost")
    assert reader.get(path).status_code == 200
    return str(post(reader, path, {}).location)


def saved(engine: Engine) -> list[Alert]:
    with reading(engine) as session:
        return list(session.scalars(select(Alert)))


def test_a_search_offers_to_be_followed_by_mail_and_as_a_feed(client: FlaskClient) -> None:
    page = unescape(client.get("/?q=bois&sort=name&page=1&lang=fr").text)

    assert 'href="/alerts/new?q=bois"' in page
    assert page.count('href="/feed.atom?q=bois&lang=fr"') == 2
    assert "/alerts/new" in client.get("/?q=nowhereatall").text


def test_a_search_for_people_alone_is_not_followed(client: FlaskClient) -> None:
    page = client.get("/?kind=alumni").text

    assert "/alerts/new" not in page
    assert "/feed.atom" not in page
    assert client.get("/alerts/new?kind=alumni").status_code == 400


def test_a_saved_search_is_one_query_in_the_language_of_its_reader(
    reader: FlaskClient, engine: Engine
) -> None:
    begun(reader, engine, "sort=name&q=wood&page=2&lang=fr")

    (alert,) = saved(engine)

    assert (alert.email, alert.query, alert.language) == (ADA["email"], "q=wood", "fr")


def test_an_address_that_is_none_comes_back_with_its_fault(reader: FlaskClient) -> None:
    answer = post(reader, "/alerts/new?q=wood&lang=en", {"email": "nobody"})

    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text


@pytest.mark.parametrize("query", ["radius_km=NaN", "from=2020-01-01", "kind=kit", "sector=none"])
def test_a_search_that_cannot_be_saved_is_refused(query: str, client: FlaskClient) -> None:
    assert client.get(f"/alerts/new?{query}").status_code == 400


def test_opening_links_changes_nothing(reader: FlaskClient, engine: Engine) -> None:
    page = begun(reader, engine)

    for path in (page, f"{page}/stop"):
        assert reader.get(path).status_code == 200
        assert reader.head(path).status_code == 200

    assert [one.state for one in saved(engine)] == ["active"]


def test_a_mail_program_stops_the_mails_by_one_post_and_asks_again_in_vain(
    reader: FlaskClient, app: Flask, engine: Engine
) -> None:
    page = begun(reader, engine)
    program = app.test_client()

    answers = [
        program.post(f"{page}/stop", data={"List-Unsubscribe": "One-Click"}, headers=headers).status_code
        for headers in ({}, {"Origin": "https://mail.example"})
    ]

    assert answers == [200, 200]
    assert saved(engine) == []
    assert reader.get(page).status_code == 404
    again = reader.get(f"{page}/stop?lang=en")
    assert (again.status_code, "The mails were stopped before" in again.text) == (404, True)
    assert faults_of(again.text) == []


def test_nothing_else_is_done_from_elsewhere(reader: FlaskClient, app: Flask, engine: Engine) -> None:
    page = begun(reader, engine)

    answers = [app.test_client().post(f"{page}/{verb}").status_code for verb in ("pause", "resume")]
    guessed = app.test_client().post(f"/alerts/1-{'0' * 40}/stop").status_code

    assert (answers, guessed) == ([403, 403], 404)
    assert [one.state for one in saved(engine)] == ["active"]


def test_the_page_of_a_saved_search_pauses_it_and_names_nobody(reader: FlaskClient, engine: Engine) -> None:
    page = begun(reader, engine)

    assert post(reader, f"{page}/pause", {}).location == page
    shown = reader.get(f"{page}?lang=en")

    assert "Paused: nothing is mailed" in shown.text
    assert ADA["email"] not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    post(reader, f"{page}/resume", {})
    assert [one.state for one in saved(engine)] == ["active"]


def test_a_saved_search_that_nothing_reads_any_more_says_so(reader: FlaskClient, engine: Engine) -> None:
    page = begun(reader, engine)
    before = reader.get(f"{page}?lang=en").text

    with writing(engine) as session:
        session.execute(update(Alert).values(query="region=gone"))
        session.commit()
    after = reader.get(f"{page}?lang=en").text

    words = "is not in the directory any more"
    assert words not in before
    assert words in after
    assert "See the results now" not in after
