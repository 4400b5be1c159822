"""The page of one's own hosts: what was handed in is taken back there."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.base import now
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.submissions import SubmissionStatus
from mapsvc.services import following_courses
from mapsvc.services.certifying import certify
from mapsvc.services.course_tests import Proof
from mapsvc.storage.engine import reading
from tests.services.keepers import speaker
from tests.services.moderators import boatyard, decide, handed_in, moderator
from tests.web.signed_in import given, post, sign_in

BOSS = "boss@rossi.example"


@pytest.mark.parametrize("status", ["waiting", "returned"])
def test_an_author_takes_a_change_back_where_it_waits_or_came_back(
    app: Flask, session: Session, engine: Engine, status: str
) -> None:
    one = handed_in(session, boatyard(session), email=BOSS, name="Cantiere Bianchi")
    if status == "returned":
        decide(session, moderator(session), one, status, reason="Say more.")
    button = f'action="/my-hosts/changes/{one.id}/take-back"'
    path, pages = f"/my-hosts/changes/{one.id}/take-back", ("/my-hosts", f"/desk/hosts/{one.organisation_id}")
    session.commit()
    boss, stranger = app.test_client(), app.test_client()
    given(engine, "ada@example.org")
    sign_in(boss, engine, BOSS)
    sign_in(stranger, engine, "ada@example.org")

    offered = [button in boss.get(page).text for page in pages]
    refused = post(stranger, path)
    taken = post(boss, path)
    later = [button in boss.get(page).text for page in pages]
    twice = post(boss, path)

    with reading(engine) as after:
        assert after.scalars(select(HostSubmission.status)).one() == SubmissionStatus.WITHDRAWN
    assert (offered, later) == ([True, True], [False, False])
    assert [each.status_code for each in (refused, taken, twice)] == [404, 303, 404]


def test_a_host_that_passed_the_course_says_so_on_its_page(
    app: Flask, session: Session, engine: Engine
) -> None:
    host = boatyard(session)
    viewer = speaker(session, host.id, BOSS)
    course = usable(Tree.of()).courses["hosting"]
    following_courses.keep_passed(session, viewer, course)
    made = certify(session, viewer, course, Proof("hosting", "seed", now().date()), key="a key")
    slug, code, number = host.sites[0].slug, made.shown_code, made.id
    session.commit()
    boss, reader = app.test_client(), app.test_client()
    sign_in(boss, engine, BOSS)
    path = f"/my-hosts/{host.id}/prepared"

    offered = path in boss.get("/my-hosts").text
    wrong = [post(boss, path, {"certificate": one}).status_code for one in ("", "x", "٣", "9" * 30, "-1")]
    shown = post(boss, path, {"certificate": str(number)})
    page = reader.get(f"/hosts/{slug}").text
    hidden = post(boss, f"{path}/end")

    assert offered
    assert wrong == [404] * 5
    assert (shown.status_code, hidden.status_code) == (303, 303)
    assert "Prepared to receive" in page
    assert f"/certificates/{code}" in page
    assert "Prepared to receive" not in reader.get(f"/hosts/{slug}").text
