"""A reader says that a fact changed; once a moderator accepts it, page, paper and date follow."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select

from mapsvc.domain.base import now
from mapsvc.domain.corrections import FactSubmission
from mapsvc.domain.people import Role
from mapsvc.services import corrected_shelves
from mapsvc.storage.engine import reading
from tests.web.signed_in import given, post, sign_in

PATH = "/corrections/como/kits/como/swiss-network"
SCRIPT = "<script>alert(1)</script> {{7*7}} #pagebreak() **bold**"
SAID = {"looked_on": now().date().isoformat(), "note": "Ana was there"}
CHANGED = {**SAID, "found": "changed", "words": SCRIPT, "source_url": "https://roaming.example.org/ch"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrected_shelves, "LOOK_EVERY_S", 0)


def person(app: Flask, engine: Engine, email: str, role: Role | None = None) -> FlaskClient:
    made = app.test_client()
    given(engine, email, role)
    sign_in(made, engine, email)
    return made


def handed_in(engine: Engine) -> list[FactSubmission]:
    with reading(engine) as session:
        return list(session.scalars(select(FactSubmission).order_by(FactSubmission.id)))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_what_a_reader_found_is_on_the_page_and_on_paper_once_a_moderator_accepts_it(
    app: Flask, engine: Engine
) -> None:
    ana, mo = person(app, engine, "ana@example.org"), person(app, engine, "mo@a.example", Role.MODERATOR)
    anybody = app.test_client()
    before = anybody.get("/kits/como?lang=en").text

    sent = post(ana, PATH, CHANGED)
    number = handed_in(engine)[0].id
    queue, looked = mo.get("/review").text, mo.get(f"/review/facts/{number}").text
    waiting = anybody.get("/kits/como?lang=en").text
    seen = re.findall(r'name="seen" value="(\w+)"', looked)[0]
    approved = post(mo, f"/review/facts/{number}/approve", {"seen": seen})
    after, french = (anybody.get(f"/kits/como?lang={one}").text for one in ("en", "fr"))
    paper = text_of(anybody.get("/kits/como/kit.pdf?lang=en").data)
    mine = ana.get("/account/corrections").text
    post(mo, f"/review/facts/{number}/undo")
    undone = anybody.get("/kits/como?lang=en").text

    assert f'href="{PATH}"' in before
    assert (sent.status_code, sent.location, approved.status_code) == (303, "/account/corrections", 303)
    assert f'value="facts:{number}:' in queue
    assert "Ana was there" in looked
    assert waiting == before == undone
    assert "may charge its own prices for calls" in before
    assert "may charge its own prices for calls" not in after
    assert 'href="https://roaming.example.org/ch"' in after
    assert "Checked on" in after
    for page in (after, french, looked, mine):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page
    assert "<script>alert(1)</script> {{7*7}} #pagebreak() **bold**" in paper
    assert "Ana was there" not in after + french + paper


def test_who_is_not_signed_in_is_led_there_and_back(app: Flask) -> None:
    answer = app.test_client().get(f"{PATH}?lang=fr")

    assert answer.status_code == 303
    assert answer.location == f"/sign-in?next={PATH}?lang%3Dfr"


def test_many_are_decided_at_once_beside_other_kinds(app: Flask, engine: Engine) -> None:
    mo = person(app, engine, "mo@a.example", Role.MODERATOR)
    for name in ("ana", "ben"):
        post(person(app, engine, f"{name}@example.org"), PATH, {**SAID, "found": "right"})
    queue = mo.get("/review?kind=facts").text
    ticks = re.findall(r'name="chosen" value="([^"]+)"', queue)

    answer = post(mo, "/review", {"chosen": ticks[:1], "verb": "approve"})

    assert answer.status_code == 303
    assert queue.count("It is still right.") == 2
    assert [one.status for one in handed_in(engine)] == ["approved", "waiting"]


def test_a_form_that_cannot_be_taken_is_shown_again_with_what_was_typed(app: Flask, engine: Engine) -> None:
    ana = person(app, engine, "ana@example.org")

    empty = post(ana, PATH, {})
    wrong = post(ana, PATH, {**CHANGED, "source_url": "http://roaming.example.org"})

    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "Choose what you found." in empty.text
    assert "An address must begin with https://" in wrong.text
    assert "&lt;script&gt;alert(1)" in wrong.text
    assert handed_in(engine) == []


def test_ones_own_are_taken_back_and_taken_along(app: Flask, engine: Engine) -> None:
    ana, ben = person(app, engine, "ana@example.org"), person(app, engine, "ben@example.org")
    post(ana, PATH, CHANGED)
    number = handed_in(engine)[0].id

    foreign = post(ben, f"/account/corrections/{number}/withdraw")
    own = post(ana, f"/account/corrections/{number}/withdraw")
    kept, others = (one.get("/account/corrections.json").json for one in (ana, ben))

    assert (foreign.status_code, own.status_code) == (404, 303)
    assert [one.status for one in handed_in(engine)] == ["withdrawn"]
    assert [one["note"] for one in kept["corrections"]] == ["Ana was there"]
    assert others == {"corrections": []}
