"""A host plans a stay without an account: the pages of a plan, its files, its reminders."""

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from pypdf import PdfReader
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from mapsvc.domain.base import now
from mapsvc.domain.people import Letter
from mapsvc.domain.plans import HostPlan
from mapsvc.storage.engine import reading
from tests.letters import link_in
from tests.web.signed_in import post

TODAY = now().date()
ARRIVAL = TODAY + timedelta(days=40)
FORM: dict[str, Any] = {
    "arrival": ARRIVAL.isoformat(),
    "departure": (ARRIVAL + timedelta(days=83)).isoformat(),
    "minor": "yes",
    "housing": "yes",
    "learner": "Ana <b>",
    "tutor": "Bo",
}
PLAN = re.compile(r"/plans/[1-9][0-9]*-[0-9a-f]{40}")


@pytest.fixture
def host(app: Flask) -> FlaskClient:
    return app.test_client()


def made(client: FlaskClient, **changed: Any) -> str:
    """The path of a new plan."""
    answer = post(client, "/timelines/host/plan", FORM | changed)
    assert answer.status_code == 303, answer.text
    assert PLAN.fullmatch(answer.location)
    return str(answer.location)


def shown(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.text)


def feed_of(page: str) -> str:
    """The path of the calendar that a page of a plan names."""
    found = re.search(r'value="http://localhost(/calendars/[^"]+\.ics)"', page)
    assert found
    return found[1]


def tick(client: FlaskClient, path: str, step: str, done: str = "yes") -> TestResponse:
    return post(client, f"{path}/tick?done={done}", {"step": step})


def pressed(page: str, step: str) -> str:
    return page.partition(f'value="{step}"')[2].partition('aria-pressed="')[2].partition('"')[0]


def test_the_form_takes_over_what_was_chosen(host: FlaskClient) -> None:
    page = host.get("/timelines/host/plan?minor=yes&housing=not-provided").text

    chosen = [page.partition(f'id="{name}"')[2].partition("</select>")[0] for name in ("minor", "housing")]
    assert ['<option selected value="yes">' in one for one in chosen] == [True, False]
    assert '<option selected value="no">' in chosen[1]


def test_a_form_that_makes_no_sense_comes_back_with_what_was_typed(host: FlaskClient) -> None:
    answer = post(host, "/timelines/host/plan", FORM | {"departure": FORM["arrival"]})

    assert answer.status_code == 422
    assert "The departure must be after the arrival." in answer.text
    assert 'value="Ana &lt;b&gt;"' in answer.text


def test_a_plan_gives_each_step_its_day_and_says_to_keep_the_address(host: FlaskClient) -> None:
    path = made(host)

    page = shown(host, path)

    assert "Keep this address" in page
    assert f'value="http://localhost{path}"' in page
    assert "0 of 52 steps are done" in page
    assert "<bdi>Ana <b></bdi>" in page  # unescaped by this test
    assert "<bdi>Ana &lt;b&gt;</bdi>" in host.get(path).text


def test_ticking_marks_a_step_and_leads_back_to_it(host: FlaskClient) -> None:
    path = made(host)

    answer = tick(host, path, "offer")

    assert answer.location == f"{path}#offer"
    page = shown(host, path)
    assert (pressed(page, "offer"), pressed(page, "choose-tutor")) == ("true", "false")
    assert "1 of 52 steps are done" in page
    tick(host, path, "offer", "no")
    assert "0 of 52 steps are done" in shown(host, path)


def test_a_step_that_the_plan_does_not_have_is_not_ticked(host: FlaskClient, engine: Engine) -> None:
    path = made(host)

    for step in ("goals-short", "none", "x" * 500):
        tick(host, path, step)

    with reading(engine) as session:
        assert session.scalars(select(HostPlan)).one().done == []


def test_other_days_move_the_steps_and_keep_what_is_done(host: FlaskClient) -> None:
    path = made(host)
    tick(host, path, "offer")
    form = host.get(f"{path}/change").text
    assert f'value="{FORM["arrival"]}"' in form

    answer = post(host, f"{path}/change", FORM | {"departure": (ARRIVAL + timedelta(days=14)).isoformat()})

    assert answer.location == path
    page = shown(host, path)
    assert pressed(page, "offer") == "true"
    assert 'id="goals-short"' in page
    assert post(host, f"{path}/change", FORM | {"departure": "x"}).status_code == 422


def test_papers_of_a_plan_are_filled_in(host: FlaskClient) -> None:
    path = made(host)

    page = host.get(f"{path}/papers/arrival-checklist").text
    body = host.get(f"{path}/papers/arrival-checklist.docx").data

    assert "Ana &lt;b&gt; arrives on" in page
    assert f"{ARRIVAL.day} " in page
    assert Document(BytesIO(body)).paragraphs[1].text.startswith("Ana <b> arrives on")
    assert host.get(f"{path}/papers/none").status_code == 404


def test_the_calendar_opens_without_the_address_of_the_plan(host: FlaskClient, app: Flask) -> None:
    path = made(host)
    feed = feed_of(shown(host, path))

    answer = app.test_client().get(feed)

    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert len(events) == 52 + 2
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert path.rpartition("/")[2] not in answer.text
    assert "Ana" not in answer.text
    assert app.test_client().get(path.replace(path[7:], feed[11:-4])).status_code == 404


def test_a_calendar_keeps_the_names_of_its_events(host: FlaskClient) -> None:
    path = made(host)
    feed = feed_of(shown(host, path))

    def days() -> dict[str, date]:
        events = Calendar.from_ical(host.get(feed).data).walk("VEVENT")
        return {str(event["uid"]): event.decoded("dtstart") for event in events}

    before = days()
    later = {
        day: (date.fromisoformat(FORM[day]) + timedelta(days=7)).isoformat()
        for day in ("arrival", "departure")
    }
    post(host, f"{path}/change", FORM | later)

    assert days() == {name: day + timedelta(days=7) for name, day in before.items()}


def test_the_sheet_is_a_pdf_in_the_language_of_the_page(host: FlaskClient) -> None:
    answer = host.get(f"{made(host)}/plan.pdf?lang=fr")

    reader = PdfReader(BytesIO(answer.data))
    assert answer.mimetype == "application/pdf"
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert "Ana <b>" in reader.pages[0].extract_text()


def test_a_plan_is_erased_at_once_after_a_question(host: FlaskClient) -> None:
    path = made(host)
    feed = feed_of(shown(host, path))
    assert "Erase the plan?" in shown(host, f"{path}/erase")

    answer = post(host, f"{path}/erase")

    assert "The plan is erased." in answer.text
    assert [host.get(one).status_code for one in (path, feed, f"{path}/plan.pdf")] == [404, 404, 404]


@pytest.mark.parametrize(
    "rest", ["", "/change", "/erase", "/plan.pdf", "/papers/welcome-mail", "/papers/welcome-mail.docx"]
)
def test_what_opens_by_an_address_alone_is_kept_by_nobody(host: FlaskClient, rest: str) -> None:
    answer = host.get(made(host) + rest)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_an_address_that_was_cut_short_or_guessed_says_nothing(host: FlaskClient) -> None:
    path = made(host)
    other = path[:-1] + ("0" if path[-1] != "0" else "1")

    pages = [host.get(one) for one in (path[:-1], other, "/plans/1", "/calendars/1.ics", "/nowhere")]

    assert {page.status_code for page in pages} == {404}
    assert len({page.data for page in pages}) == 1


def letters(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(Letter.body).order_by(Letter.id)))


def test_an_address_is_asked_before_it_is_reminded(host: FlaskClient, engine: Engine) -> None:
    path = made(host)

    sent = post(host, f"{path}/mails", {"email": "ada@example.org"})
    link = link_in(letters(engine)[-1]).removeprefix("http://localhost")

    assert "ada@example.org" in sent.text
    assert "a…@example.org" not in shown(host, path)
    assert "ada@example.org" in shown(host, link)
    begun = post(host, link)
    assert begun.location == path
    page = shown(host, path)
    assert "a…@example.org" in page
    assert "ada@example.org" not in page
    assert post(host, link).status_code == 410


def test_an_address_that_is_none_comes_back_to_the_plan(host: FlaskClient) -> None:
    answer = post(host, f"{made(host)}/mails", {"email": "ada"})

    assert answer.status_code == 422
    assert "is not a mail address" in answer.text
    assert "Keep this address" in answer.text


def test_the_page_of_a_plan_ends_reminders(host: FlaskClient, engine: Engine) -> None:
    path = made(host)
    post(host, f"{path}/mails", {"email": "ada@example.org"})
    post(host, link_in(letters(engine)[-1]).removeprefix("http://localhost"))
    found = re.search(rf'action="({path}/mails/\d+/stop)"', host.get(path).text)
    assert found

    answer = post(host, found[1])

    assert answer.status_code == 303
    assert "a…@example.org" not in shown(host, path)
    assert post(host, found[1]).status_code == 404
