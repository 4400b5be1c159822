"""What people think of the service: a form without an account, read by moderators alone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from mapsvc.domain.base import now
from mapsvc.domain.feedback import Feedback
from mapsvc.domain.people import Role
from mapsvc.services.feedback import MOST_PER_NETWORK
from mapsvc.storage.engine import reading
from tests.web.signed_in import given, post, sign_in
from tests.web.well_formed import faults_of

ANSWER = {"speaker": "host", "found": "5", "easy": "4", "text": "Ring Rossi: +39 031 123456"}


def kept(engine: Engine) -> list[Feedback]:
    with reading(engine) as session:
        return list(session.scalars(select(Feedback).order_by(Feedback.id)))


@pytest.fixture
def moderator(app: Flask, engine: Engine) -> FlaskClient:
    given(engine, "moderator@example.org", Role.MODERATOR)
    client = app.test_client()
    sign_in(client, engine, "moderator@example.org")
    return client


def test_anybody_says_what_they_think_and_nobody_is_named(app: Flask, engine: Engine) -> None:
    visitor = app.test_client()

    form = visitor.get("/feedback")
    sent = post(visitor, "/feedback", ANSWER)
    thanks = visitor.get(sent.location)

    assert sent.status_code == 303
    assert 'type="email"' not in form.text
    (one,) = kept(engine)
    assert (one.speaker, one.found, one.easy, one.true_entries, one.again) == ("host", 5, 4, None, None)
    assert faults_of(form.text) == faults_of(thanks.text) == []
    assert 'href="/feedback"' in visitor.get("/help").text


def test_what_cannot_be_kept_is_named_and_nothing_is_lost(app: Flask, engine: Engine) -> None:
    for changed in (
        {"speaker": ""},
        {"speaker": "moderator"},
        {"found": "6"},
        {"easy": "x"},
        {"text": "x" * 1001},
        {"found": "", "easy": "", "text": " "},
    ):
        answer = post(app.test_client(), "/feedback", ANSWER | changed)

        assert answer.status_code == 422, changed
        assert 'role="alert"' in answer.text
        assert "text" in changed or "Ring Rossi" in answer.text
        assert faults_of(answer.text) == []
    assert kept(engine) == []


def test_a_network_that_answers_too_often_is_asked_to_wait(app: Flask, engine: Engine) -> None:
    visitor = app.test_client()

    codes = [post(visitor, "/feedback", ANSWER).status_code for _each in range(MOST_PER_NETWORK + 1)]

    assert codes == [303] * MOST_PER_NETWORK + [429]
    assert len(kept(engine)) == MOST_PER_NETWORK


def test_moderators_read_words_with_what_to_look_at_twice_and_delete_them(
    app: Flask, engine: Engine, moderator: FlaskClient
) -> None:
    post(app.test_client(), "/feedback", ANSWER)
    (one,) = kept(engine)

    page = moderator.get("/desk/success").text
    deleted = post(moderator, f"/desk/success/feedback/{one.id}/delete")
    after = moderator.get("/desk/success").text

    assert "Ring Rossi" in page
    assert "Phone number" in page
    assert deleted.status_code == 303
    assert "Ring Rossi" not in after
    assert faults_of(page) == faults_of(after) == []
    assert kept(engine)[0].found == 5


def test_averages_are_shown_from_five_answers_on(app: Flask, moderator: FlaskClient) -> None:
    for number in range(4):
        post(app.test_client(), "/feedback", ANSWER | {"easy": str(number % 2 + 3)})
    few = moderator.get("/desk/success").text
    post(app.test_client(), "/feedback", ANSWER | {"easy": "5"})

    many = moderator.get("/desk/success").text

    assert "3.8" not in few
    assert 'data-label="Average">3.8</td><td class="number" data-label="Answers">5</td>' in many


def test_the_files_of_what_was_reached_say_what_the_page_says_and_no_average_of_few(
    app: Flask, moderator: FlaskClient
) -> None:
    for _each in range(4):
        post(app.test_client(), "/feedback", ANSWER)
    few = moderator.get("/desk/success/feedback.csv").get_data(as_text=True)
    post(app.test_client(), "/feedback", ANSWER)

    many = moderator.get("/desk/success/feedback.csv").get_data(as_text=True)
    months = moderator.get("/desk/success/months.csv").get_data(as_text=True).splitlines()

    assert {line[-1] for line in few.splitlines()[1:]} == {","}
    assert "\r\nIs the site easy to use?,Hosts,4.0,5\r\n" in many
    assert months[0] == "\ufeffmonth,learners,hosts,alumni"
    assert (len(months), months[1][:7]) == (13, f"{now():%Y-%m}")


def test_targets_are_set_by_administrators_and_shown_to_moderators(
    app: Flask, engine: Engine, moderator: FlaskClient
) -> None:
    given(engine, "boss@example.org", Role.ADMINISTRATOR)
    boss = app.test_client()
    sign_in(boss, engine, "boss@example.org")

    bad = post(boss, "/desk/success/targets", {"hosts": "0", "kits": "40"})
    good = post(boss, "/desk/success/targets", {"hosts": "500", "kits": "40"})
    page = moderator.get("/desk/success").text

    assert bad.status_code == 422
    assert 'value="40"' in bad.text
    assert good.status_code == 303
    assert '<meter min="0" max="500" value="0"' in page
    assert 'name="hosts"' not in page
    assert faults_of(bad.text) == faults_of(page) == []
