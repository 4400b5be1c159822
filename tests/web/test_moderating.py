"""The pages of review: what is shown and how, decisions by forms, reports, the audit log."""

import io
import re
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.alumni import PinStatus
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import Letter, Role
from mapsvc.domain.reviews import HostSubmission, Report
from mapsvc.domain.submissions import SubmissionStatus
from mapsvc.services.auditing import note
from mapsvc.services.own_pins import edit_pin
from mapsvc.services.submitting import submit
from mapsvc.storage.engine import reading, writing
from mapsvc.storage.hosts import state_of
from tests.services.keepers import speaker
from tests.services.moderators import boatyard, handed_in
from tests.services.stays import BY_FORM, confirmed, draft, person, published, waiting
from tests.web.signed_in import given, post, sign_in

SCRIPT = "<script>alert(1)</script> {{7*7}}"
WHY = "Please take the phone number out of the text."


@pytest.fixture
def client(app: Flask, engine: Engine) -> FlaskClient:
    """A moderator."""
    return staff(app, engine, "mo@site.example", Role.MODERATOR)


def staff(app: Flask, engine: Engine, email: str, role: Role) -> FlaskClient:
    made = app.test_client()
    given(engine, email, role)
    sign_in(made, engine, email)
    return made


def hand_in(session: Session, name: str = "Cantiere Rossi", **changes: Any) -> HostSubmission:
    return handed_in(session, boatyard(session, name), **changes)


def chosen(page: str) -> list[str]:
    return re.findall(r'name="chosen" value="([^"]+)"', page)


def status(engine: Engine, number: int) -> str:
    with reading(engine) as session:
        return session.scalars(select(HostSubmission.status).where(HostSubmission.id == number)).one()


def report(client: FlaskClient, slug: str, **said: str) -> int:
    data = {"complaint": "wrong", "text": "It moved.", "email": "", **said}
    return post(client, f"/report?slug={slug}", data).status_code


def test_an_empty_queue_says_so(client: FlaskClient) -> None:
    assert "Nothing waits." in client.get("/review").text


def test_what_was_flagged_is_marked_and_never_executed(client: FlaskClient, session: Session) -> None:
    waiting = hand_in(session, summary={"en": f"{SCRIPT} Call 0033 6 12 34 56 78 now"}, name="Yard")

    page = client.get(f"/review/changes/{waiting.id}").text

    marked = re.findall(r"<mark>(.*?)<", page)
    assert marked == ["0033 6 12 34 56 78"]
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page
    assert "Phone number" in page


def test_signs_that_nobody_sees_are_spelled_out(client: FlaskClient, session: Session) -> None:
    waiting = hand_in(session, summary={"en": "A pass\u200bword"})

    page = client.get(f"/review/changes/{waiting.id}").text

    assert re.findall(r"<mark>(.*?)<", page) == ["[U+200B]"]


def test_every_language_of_a_text_is_shown_and_the_private_contact_is_not(
    client: FlaskClient, session: Session
) -> None:
    waiting = hand_in(
        session,
        summary={"en": "A yard", "it": "Un cantiere", "": "Ein Hof"},
        contact={"name": "Ada Private", "email": "ada@rossi.example"},
    )

    page = client.get(f"/review/changes/{waiting.id}").text

    assert all(text in page for text in ("A yard", "Un cantiere", "Ein Hof"))
    assert "Ada Private" not in page
    assert "The private contact changes too." in page


def test_a_moderator_approves_and_undoes(client: FlaskClient, session: Session, engine: Engine) -> None:
    waiting = hand_in(session, name="Cantiere Bianchi")
    page = client.get(f"/review/changes/{waiting.id}").text
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]

    approved = post(client, f"/review/changes/{waiting.id}/approve", {"seen": seen})
    after = client.get(approved.location).text
    undone = post(client, f"/review/changes/{waiting.id}/undo")

    assert (approved.status_code, undone.status_code) == (303, 303)
    assert f'action="/review/changes/{waiting.id}/undo"' in after
    assert status(engine, waiting.id) == SubmissionStatus.WAITING


def test_a_decision_beside_an_older_state_is_shown_again(
    client: FlaskClient, session: Session, engine: Engine
) -> None:
    waiting = hand_in(session)

    answer = post(client, f"/review/changes/{waiting.id}/approve", {"seen": "0" * 16})

    assert answer.status_code == 409
    assert "was changed meanwhile" in answer.text
    assert status(engine, waiting.id) == SubmissionStatus.WAITING


def test_sending_back_without_a_reason_shows_the_form_again(
    client: FlaskClient, session: Session, engine: Engine
) -> None:
    waiting = hand_in(session)

    answer = post(client, f"/review/changes/{waiting.id}/send_back", {"reason": "  "})

    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert status(engine, waiting.id) == SubmissionStatus.WAITING


def test_without_scripts_ticked_reasons_and_the_written_one_are_mailed(
    client: FlaskClient, session: Session, engine: Engine
) -> None:
    waiting = hand_in(session)
    data = {"preset": [WHY], "reason": "And say which boats."}

    answer = post(client, f"/review/changes/{waiting.id}/send_back", data)

    with reading(engine) as later:
        body = later.scalars(select(Letter.body)).one()
    assert answer.status_code == 303
    assert f"{WHY}\nAnd say which boats." in body


def test_many_are_decided_at_once_and_those_that_changed_are_named(
    client: FlaskClient, session: Session, engine: Engine
) -> None:
    for name in ("One", "Two", "Three"):
        hand_in(session, name, summary={"en": "New"})
    boxes = chosen(client.get("/review").text)
    with writing(engine) as other:
        other.scalars(
            select(Organisation).where(Organisation.name == "Two")
        ).one().website = "https://b.example"
        other.commit()

    answer = post(client, "/review", {"chosen": boxes, "verb": "approve"})

    page = client.get(answer.location).text
    assert len(boxes) == 3
    assert "Decided: 2" in page
    assert "“Two” was changed meanwhile" in page
    assert chosen(page)[0].split(":")[:2] == boxes[1].split(":")[:2]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"chosen": ["changes:1:x"]},
        {"chosen": ["changes:1:x"], "verb": "reject"},
        {"chosen": ["people:1:x", "1", "::", "stays"], "verb": "approve"},
        {"chosen": ["changes:" + "9" * 5000], "verb": "approve"},
        {"chosen": [f"stays:{2**31}:x"], "verb": "approve"},
        {"verb": "approve"},
    ],
)
def test_a_strange_form_decides_nothing(client: FlaskClient, session: Session, data: dict[str, Any]) -> None:
    hand_in(session)

    answer = post(client, "/review", data)

    assert answer.status_code in {303, 422}
    assert len(chosen(client.get("/review").text)) == 1


def test_stays_and_changes_of_hosts_are_decided_together_and_one_decision_is_undone_from_the_queue(
    client: FlaskClient, session: Session, engine: Engine
) -> None:
    hand_in(session, "One", summary={"en": "New"})
    number = waiting(session, confirmed(session)).id
    session.commit()
    both = chosen(client.get("/review").text)
    one_kind = {kind: chosen(client.get(f"/review?kind={kind}").text) for kind in ("changes", "stays")}

    answer = post(client, "/review", {"chosen": both, "verb": "approve"})
    said = client.get(answer.location).text
    undone = post(client, f"/review/stays/{number}/undo")
    again = client.get(f"/review?done=stays:{number}").text

    assert "Decided: 2" in said
    assert [one_kind["changes"], one_kind["stays"]] == [[box] for box in both]
    assert undone.location.endswith(f"/review/stays/{number}")
    assert f'action="/review/stays/{number}/undo"' in again
    assert [box.split(":")[:2] for box in chosen(again)] == [["stays", str(number)]]


def test_words_of_a_stay_that_is_off_the_map_are_marked_and_not_ticked_with_the_others(
    client: FlaskClient, session: Session
) -> None:
    pin = published(session)
    pin.status = PinStatus.HIDDEN
    edit_pin(session, person(session), pin.id, draft(story="New."), **BY_FORM)

    page = client.get("/review").text

    assert re.search(r'value="stays:[^>]* data-flagged', page)
    assert "Off the map" in page
    assert "is off the map" in client.get(f"/review/stays/{waiting(session, pin).id}").text


def test_a_page_of_the_queue_that_is_none_is_the_nearest_and_strange_words_are_left_out(
    client: FlaskClient, session: Session
) -> None:
    hand_in(session)

    for address in ("page=99", "page=-1", "page=x", "kind=people", "done=stays:", f"done=changes:{2**40}"):
        page = client.get(f"/review?{address}")
        assert (page.status_code, len(chosen(page.text))) == (200, 1), address


def test_the_queue_is_filtered_by_kind(client: FlaskClient, session: Session) -> None:
    plain = boatyard(session, "Plain")
    handed_in(session, plain)
    slug = plain.sites[0].slug
    flagged = hand_in(session, "Flagged", summary={"en": "www.example.org"})
    report(client, slug)

    pages = {kind: client.get(f"/review?kind={kind}").text for kind in ("changes", "flagged", "reports")}

    assert len(chosen(pages["changes"])) == 2
    assert [box.split(":")[:2] for box in chosen(pages["flagged"])] == [["changes", str(flagged.id)]]
    assert chosen(pages["reports"]) == []
    assert ["/review/reports/" in page for page in pages.values()] == [False, False, True]


def test_anybody_reports_a_host_and_is_thanked(app: Flask, session: Session, engine: Engine) -> None:
    host = boatyard(session)
    visitor = app.test_client()
    slug = host.sites[0].slug

    link = f'href="/report?slug={slug}"'
    shown = link in visitor.get(f"/hosts/{slug}").text
    sent = report(visitor, slug, email="ada@example.org", text=SCRIPT)

    with reading(engine) as later:
        kept = later.scalars(select(Report)).one()
    assert shown
    assert sent == 303
    assert (kept.email, kept.text, kept.title) == ("ada@example.org", SCRIPT, "Cantiere Rossi")
    assert "Thank you" in visitor.get(f"/report/thanks?slug={slug}").text


def test_a_report_of_nothing_is_not_found_and_a_wrong_one_keeps_what_was_typed(
    app: Flask, session: Session
) -> None:
    slug = boatyard(session).sites[0].slug
    visitor = app.test_client()

    wrong = post(visitor, f"/report?slug={slug}", {"text": "Kept text", "email": "no address"})

    assert visitor.get("/report").status_code == 404
    assert visitor.get("/report?slug=nobody").status_code == 404
    assert visitor.get("/report?slug=%00").status_code == 404
    assert wrong.status_code == 422
    assert "Kept text" in wrong.text
    assert "Choose what is wrong." in wrong.text


def test_the_eleventh_report_of_a_network_within_an_hour_is_refused(app: Flask, session: Session) -> None:
    slug = boatyard(session).sites[0].slug
    visitor = app.test_client()

    said = [report(visitor, slug) for _time in range(11)]

    assert said == [303] * 10 + [429]


def test_a_report_is_shown_beside_the_entry_and_pauses_the_host(
    client: FlaskClient, session: Session, engine: Engine
) -> None:
    host = boatyard(session)
    report(client, host.sites[0].slug, text=SCRIPT, complaint="unsafe")
    page = client.get("/review/reports/1").text

    paused = post(client, "/review/reports/1/pause", {"answer": "We ask them."})
    while_paused = client.get(f"/hosts/{host.sites[0].slug}").status_code
    back = post(client, "/review/reports/1/put-back")

    with reading(engine) as later:
        kept = later.scalars(select(Organisation)).one()
    assert "<script>alert" not in page
    assert "Cantiere Rossi" in page
    assert (paused.status_code, while_paused, back.status_code) == (303, 404, 303)
    assert kept.status == HostStatus.LISTED


def test_a_host_is_removed_for_good_after_a_tick(
    client: FlaskClient, session: Session, engine: Engine
) -> None:
    host = boatyard(session)
    report(client, host.sites[0].slug, email="ada@example.org")

    unsure = post(client, "/review/reports/1/erase")
    sure = post(client, "/review/reports/1/erase", {"sure": "y"})

    with reading(engine) as later:
        left = later.scalars(select(Organisation)).all()
        kept = later.scalars(select(Report)).one()
    assert (unsure.status_code, sure.status_code) == (422, 303)
    assert left == []
    assert (kept.status, kept.email, kept.title) == ("settled", None, "")
    assert client.get("/review/reports/1").status_code == 200


def test_the_log_shows_addresses_of_accounts_that_exist_and_numbers_of_others(
    client: FlaskClient, session: Session
) -> None:
    note(session, Viewer(account_id=12345), "erased", "host", 7, reason="asked")
    session.commit()

    page = client.get("/audit").text

    assert "account 12345 (deleted)" in page
    assert "reason: asked" in page
    assert "nobody signed in" in page  # who granted the first role


def test_the_log_is_filtered_and_a_wrong_day_is_said(client: FlaskClient, session: Session) -> None:
    for number in (7, 8):
        note(session, Viewer(account_id=12345), "erased", "host", number)
    session.commit()

    found = client.get("/audit?action=erased&subject=host+7&person=account+12345").text
    wrong = client.get("/audit?day=14.03.2026")

    assert "host 7" in found
    assert "host 8" not in found
    assert wrong.status_code == 422
    assert "Write the day like this" in wrong.text
    assert client.get("/audit?before=99999999999999999999&person=%25").status_code == 200
    assert client.get(f"/audit?subject=host+{'0' * 11}{'9' * 30}").status_code == 200


def test_the_log_downloads_as_a_table_that_runs_no_formula(client: FlaskClient, session: Session) -> None:
    note(session, Viewer(account_id=12345), "=HYPERLINK(1)", "host", 7)
    session.commit()

    answer = client.get("/audit/log.csv")

    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "number,at,account,address,action,subject,subject_number,detail"
    assert ",'=HYPERLINK(1),host,7," in lines[1]
    assert f'filename="audit-{now():%Y-%m-%d}.csv"' in answer.headers["Content-Disposition"]


def test_the_log_is_a_workbook_too_whose_moments_are_moments_and_that_says_where_it_was_cut(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (7, 8, 9):
        note(session, Viewer(account_id=12345), "erased", "host", number, why="é")
    session.commit()
    monkeypatch.setattr("mapsvc.web.audit.MOST_LINES", {"xlsx": 2})

    answer = client.get("/audit/log.xlsx?action=erased")
    whole = client.get("/audit/log.csv?action=erased").text

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head[:3] == ["No.", "When", "Number of the account"]
    assert [(row[5], row[6], row[7]) for row in rows] == [
        ("host", 9, '{"why": "é"}'),
        ("host", 8, '{"why": "é"}'),
    ]
    assert isinstance(rows[0][1], datetime)
    assert "Only the first 2 of 3 rows are in this file." in str(book.get_sheet_by_index(1).to_python())
    assert whole.count(",erased,host,") == 3
    assert client.get("/audit/log.fgb").status_code == 404
    assert "/audit/log.xlsx?action=erased" in client.get("/audit?action=erased").text


def test_a_new_site_of_a_change_is_shown(client: FlaskClient, session: Session) -> None:
    host = boatyard(session)
    state = deepcopy(state_of(host))
    state["sites"].append(
        {**deepcopy(state["sites"][0]), "id": None, "slug": "new", "town": "Lecco", "offers": []}
    )
    waiting = submit(session, speaker(session, host.id), host, state)
    session.commit()

    page = client.get(f"/review/changes/{waiting.id}").text

    assert page.count("Lecco") >= 2
