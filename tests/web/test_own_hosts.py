"""The page of one's own hosts: what was handed in is taken back there."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.submissions import SubmissionStatus
from mapsvc.storage.engine import reading
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
