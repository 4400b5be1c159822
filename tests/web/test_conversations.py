"""The pages on which a learner asks, a former participant answers, and a referent and a moderator look."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from mapsvc.domain.people import Letter, Role
from mapsvc.domain.reviews import AuditEntry
from mapsvc.storage.engine import reading, writing
from tests.services.questions import ADA, BEN, open_pin
from tests.services.stays import ANA
from tests.web.signed_in import given, post, sign_in

ASKED = {
    "age": "20",
    "first_name": "Ben",
    "trade": "0716",
    "starts_on": "2027-03-01",
    "questions": ["room"],
    "words": "Is the workshop loud?",
    "email": BEN,
}


@pytest.fixture
def slug(app: Flask, engine: Engine) -> str:
    """The page of somebody who may be asked."""
    with writing(engine) as session:
        return open_pin(session).slug


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


def mailed(engine: Engine, to: str) -> str:
    """The path of the link in the last mail to an address."""
    with reading(engine) as session:
        query = select(Letter.body).where(Letter.to_address == to).order_by(Letter.id.desc())
        body = session.scalars(query).first() or ""
    line = next(line for line in body.splitlines() if "/conversations/" in line or "/confirm/" in line)
    return "/" + line.partition("://")[2].partition("/")[2]


def confirmed(reader: FlaskClient, engine: Engine, slug: str, **changed: str) -> str:
    """What the page says once a question was sent and confirmed."""
    assert post(reader, f"/alumni/{slug}/ask", {**ASKED, **changed}).status_code == 200
    link = mailed(engine, BEN)
    assert "Is the workshop loud?" in reader.get(link).text
    answer = post(reader, link)
    assert answer.status_code == 200
    return answer.text


def test_a_question_is_asked_and_answered_without_an_address(
    reader: FlaskClient, engine: Engine, slug: str
) -> None:
    assert "Never meet alone" in reader.get(f"/alumni/{slug}/ask").text
    confirmed(reader, engine, slug)
    hers = mailed(engine, ANA)
    shown = reader.get(hers).text
    answered = post(reader, hers, {"text": "Bring ear plugs."})
    his = reader.get(mailed(engine, BEN)).text

    assert answered.status_code == 303
    assert "Is the workshop loud?" in shown
    assert "Bring ear plugs." in his
    assert (BEN in shown, ANA in his) == (False, False)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"age": ""}, 422),
        ({"age": "9"}, 400),
        ({"age": "17"}, 422),
        ({"words": "Call +39 333 123 4567"}, 422),
        ({"questions": "", "words": ""}, 422),
        ({"email": "none"}, 422),
    ],
)
def test_a_question_that_cannot_be_taken_mails_nobody(
    reader: FlaskClient, engine: Engine, slug: str, changed: dict[str, str], status: int
) -> None:
    answer = post(reader, f"/alumni/{slug}/ask", {**ASKED, **changed})

    assert answer.status_code == status
    with reading(engine) as session:
        assert session.scalars(select(Letter.id).where(Letter.to_address == BEN)).all() == []


def test_nobody_is_asked_who_does_not_want_to_be(reader: FlaskClient, slug: str) -> None:
    assert reader.get("/alumni/stay-0000/ask").status_code == 404


def test_the_referent_passes_on_what_a_17_year_old_asks(
    reader: FlaskClient, engine: Engine, slug: str
) -> None:
    given(engine, ADA, Role.REFERENT)
    confirmed(reader, engine, slug, age="17", referent=ADA)
    link = mailed(engine, ADA)

    assert "Pass it on" in reader.get(link).text
    assert post(reader, f"{link}/release").status_code == 303
    assert "is under 18" in reader.get(mailed(engine, ANA)).text


def test_an_unknown_referent_gets_the_same_page_as_a_known_one(
    reader: FlaskClient, engine: Engine, slug: str
) -> None:
    given(engine, ADA, Role.REFERENT)

    pages = [
        confirmed(reader, engine, slug, age="17", referent=named) for named in (ADA, "no@school.example")
    ]

    # The address of the page, which is in its links to other languages, is another each time.
    same = {re.sub(r"/questions/confirm/[\w-]+", "", page) for page in pages}
    assert len(same) == 1


def test_who_is_under_18_is_asked_for_a_referent_in_plain_words(
    reader: FlaskClient, engine: Engine, slug: str
) -> None:
    answer = post(reader, f"/alumni/{slug}/ask", {**ASKED, "age": "17"})

    assert answer.status_code == 422
    assert "Give the address of your referent." in answer.text
    assert "is not a mail address" not in answer.text


@pytest.mark.parametrize("verb", ["decline", "block", "report"])
def test_one_click_closes_it(reader: FlaskClient, engine: Engine, slug: str, verb: str) -> None:
    confirmed(reader, engine, slug)
    link = mailed(engine, ANA)

    assert post(reader, f"{link}/{verb}").status_code == 303
    page = reader.get(link).text
    assert "This conversation is closed." in page
    assert ("Block this person" in page) == (verb != "block")
    assert post(reader, link, {"text": "Hello"}).status_code == 400


def test_a_moderator_reads_and_settles_what_was_reported(
    app: Flask, reader: FlaskClient, engine: Engine, slug: str
) -> None:
    given(engine, "mo@example.org", Role.MODERATOR)
    moderator = app.test_client()
    sign_in(moderator, engine, "mo@example.org")
    confirmed(reader, engine, slug)
    assert post(moderator, "/review/conversations/1").status_code == 404

    post(reader, f"{mailed(engine, ANA)}/report")

    assert "Reported conversations: 1" in moderator.get("/review").text
    assert "Read it" in moderator.get("/review/conversations").text
    assert "Is the workshop loud?" in post(moderator, "/review/conversations/1").text
    with reading(engine) as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "read")).all()) == 1
    assert post(moderator, "/review/conversations/1/settle").status_code == 303
    assert "Read it" not in moderator.get("/review/conversations").text
