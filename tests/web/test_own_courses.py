"""Courses in an account: lessons by tick and by script, who may see, the download, the end."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from mapsvc.domain.people import Role
from tests.web.signed_in import ORIGIN, given, post, sign_in
from tests.web.well_formed import faults_of

MINE = "/account/courses"


def signed_in(
    app: Flask, engine: Engine, email: str, role: Role | None = None, sending: str = ""
) -> FlaskClient:
    given(engine, email, role, sending=sending or None)
    client = app.test_client()
    sign_in(client, engine, email)
    return client


@pytest.fixture
def lina(app: Flask, engine: Engine) -> FlaskClient:
    return signed_in(app, engine, "lina@example.org")


@pytest.fixture
def referent(app: Flask, engine: Engine) -> FlaskClient:
    return signed_in(app, engine, "referent@example.org", Role.REFERENT, "School A")


def link(referent: FlaskClient) -> str:
    """The path of the link that a referent sends."""
    return re.findall(
        r'value="http://localhost(/account/courses/agree/[^"]+)"', referent.get("/desk/courses").text
    )[0]


def test_ticked_lessons_are_kept_and_unticked_ones_are_not(lina: FlaskClient) -> None:
    post(lina, f"{MINE}/safety", {"lesson": ["papers/copies", "papers/lost", "no/such"]})
    assert "2 of 36 lessons read" in lina.get(MINE).text
    assert faults_of(lina.get(MINE).text) == []

    post(lina, f"{MINE}/safety", {"lesson": ["papers/lost"]})

    page = lina.get(MINE).text
    assert "1 of 36 lessons read" in page
    assert re.findall(r'value="([^"]+)" id="[^"]+" checked', page) == ["papers/lost"]


def test_a_script_reads_the_progress_and_adds_to_it(lina: FlaskClient) -> None:
    post(lina, f"{MINE}/safety", {"lesson": ["papers/lost"]})
    said = lina.get(f"{MINE}/progress.json").get_json()

    answer = lina.post(
        f"{MINE}/safety",
        data={"csrf_token": said["token"], "add": "yes", "lesson": ["papers/copies"]},
        headers={"Origin": ORIGIN},
    )

    assert answer.status_code == 303
    assert said["lessons"] == {"safety": ["papers/lost"]}
    assert lina.get(f"{MINE}/progress.json").get_json()["lessons"] == {
        "safety": ["papers/copies", "papers/lost"]
    }
    assert f'data-who="{said["who"]}"' in lina.get(MINE).text


def test_each_account_has_another_word_and_a_visitor_has_none(
    app: Flask, engine: Engine, lina: FlaskClient
) -> None:
    other = signed_in(app, engine, "other@example.org")

    words = [one.get(f"{MINE}/progress.json").get_json()["who"] for one in (lina, other)]

    assert len(set(words)) == 2
    assert app.test_client().get(f"{MINE}/progress.json").status_code == 303


def test_a_course_that_is_not_there_keeps_nothing(lina: FlaskClient) -> None:
    assert post(lina, f"{MINE}/nothing", {"lesson": ["a/b"]}).status_code == 404


def test_a_referent_sees_a_learner_from_when_they_agree_until_they_take_it_back(
    lina: FlaskClient, referent: FlaskClient
) -> None:
    path = link(referent)
    assert "Nobody has agreed yet." in referent.get("/desk/courses").text
    asked = lina.get(path).text
    assert "School A" in asked
    assert faults_of(asked) == []
    assert "They do not see: your answers" in asked
    assert "Nobody has agreed yet." in referent.get("/desk/courses").text

    assert post(lina, path).status_code == 303

    seen = referent.get("/desk/courses").text
    assert "lina@example.org" in seen
    assert "not yet" in seen
    assert faults_of(seen) == []
    number = re.findall(rf"{MINE}/shown/(\d+)/end", lina.get(MINE).text)[0]
    assert post(lina, f"{MINE}/shown/{number}/end").status_code == 303
    assert "lina@example.org" not in referent.get("/desk/courses").text


def test_another_school_sees_nothing(
    app: Flask, engine: Engine, lina: FlaskClient, referent: FlaskClient
) -> None:
    post(lina, link(referent))
    other = signed_in(app, engine, "other@example.org", Role.REFERENT, "School B")

    page = other.get("/desk/courses").text

    assert "lina@example.org" not in page
    assert "School A" not in page
    assert link(other) != link(referent)


def test_who_is_not_signed_in_comes_back_to_the_link_after_signing_in(
    app: Flask, referent: FlaskClient
) -> None:
    answer = app.test_client().get(link(referent))

    assert answer.status_code == 303
    assert "/sign-in?next=" in answer.location


def test_all_that_is_kept_can_be_downloaded_and_erased(lina: FlaskClient) -> None:
    post(lina, f"{MINE}/safety", {"lesson": ["papers/lost"]})
    file = lina.get(f"{MINE}/courses.json")
    assert file.get_json()["courses"][0]["lessons"] == ["papers/lost"]
    assert "attachment" in file.headers["Content-Disposition"]

    assert post(lina, f"{MINE}/erase").status_code == 303

    assert lina.get(f"{MINE}/courses.json").get_json() == {"courses": [], "shown_to": []}
    assert "0 of 36 lessons read" in lina.get(MINE).text
