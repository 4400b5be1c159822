"""Changes that are handed in: one of an author waits, with what deserves a look; nothing is public yet."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.base import now
from mapsvc.domain.flags import Flag
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.listings import Change
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.submissions import SubmissionStatus
from mapsvc.errors import NotFound
from mapsvc.services import submitting
from mapsvc.services.submitting import flags_of, submit, waiting_of, withdraw
from mapsvc.storage.hosts import state_of
from tests.services.keepers import speaker
from tests.services.moderators import boatyard, proposal

LONG = "Learners see how a wooden boat is built from the first plank to the last coat of varnish."


@pytest.fixture
def host(session: Session) -> Organisation:
    return boatyard(session)


@pytest.fixture
def author(session: Session, host: Organisation) -> Viewer:
    return speaker(session, host.id)


def test_a_change_that_is_handed_in_waits_and_publishes_nothing(
    session: Session, host: Organisation, author: Viewer
) -> None:
    before = session.scalar(select(func.count()).select_from(Change))

    made = submit(session, author, host, proposal(host, summary={"en": "New"}))
    session.commit()

    assert (made.status, made.account_id) == (SubmissionStatus.WAITING, author.account_id)
    assert waiting_of(session, author, host) is made
    assert host.sites[0].offers[0].summary == {}
    assert session.scalar(select(func.count()).select_from(Change)) == before


def test_a_second_change_of_the_same_author_replaces_the_first(
    session: Session, host: Organisation, author: Viewer
) -> None:
    first = submit(session, author, host, proposal(host, summary={"en": "One"}))
    second = submit(session, author, host, proposal(host, summary={"en": "Two"}))

    assert first.status == SubmissionStatus.WITHDRAWN
    assert waiting_of(session, author, host) is second


def test_changes_of_two_authors_wait_side_by_side(
    session: Session, host: Organisation, author: Viewer
) -> None:
    other = speaker(session, host.id, "colleague@rossi.example")
    mine = submit(session, author, host, proposal(host))
    theirs = submit(session, other, host, proposal(host))

    assert waiting_of(session, author, host) is mine
    assert waiting_of(session, other, host) is theirs


def test_a_change_that_was_returned_is_replaced_too(
    session: Session, host: Organisation, author: Viewer
) -> None:
    returned = submit(session, author, host, proposal(host))
    returned.status = SubmissionStatus.RETURNED

    again = submit(session, author, host, proposal(host, summary={"en": "Mended"}))

    assert returned.status == SubmissionStatus.WITHDRAWN
    assert waiting_of(session, author, host) is again


def test_what_was_withdrawn_is_forgotten_after_a_day(
    session: Session, host: Organisation, author: Viewer
) -> None:
    for days in (0, 2):
        submit(session, author, host, proposal(host)).created = now() - timedelta(days=days)
    gone = session.scalars(
        select(HostSubmission).where(HostSubmission.status == SubmissionStatus.WITHDRAWN)
    ).one()
    gone.decided = now() - timedelta(days=2)
    session.flush()

    submit(session, author, host, proposal(host))

    left = session.scalars(select(HostSubmission.id).order_by(HostSubmission.id)).all()
    assert gone.id not in left
    assert len(left) == 2


def test_only_who_may_edit_a_host_hands_a_change_in(session: Session, host: Organisation) -> None:
    stranger = speaker(session, boatyard(session, "Somebody else").id, "else@other.example")

    with pytest.raises(NotFound):
        submit(session, stranger, host, proposal(host))
    with pytest.raises(NotFound):
        waiting_of(session, stranger, host)


@pytest.mark.parametrize("language", ["en", "fr", ""])
@pytest.mark.parametrize(
    "column", ["summary", "missions", "profiles", "welcome", "conditions", "effects_host", "effects_visitor"]
)
def test_free_texts_are_looked_at_in_every_language(column: str, language: str) -> None:
    text: Any = "Call 0033 6 12 34 56 78 to come"
    said = {"it": "Nulla", language: [text] if column in {"missions", "profiles"} else text}

    flags = flags_of({"sites": [{"offers": [{column: said}]}]})

    assert [flag for flag, _piece in flags] == [Flag.PHONE]


def test_the_text_about_a_host_is_looked_at(host: Organisation) -> None:
    state = {**state_of(host), "about": {"en": "See www.example.org for more"}}

    assert [flag for flag, _piece in flags_of(state)] == [Flag.LINK]


def test_fields_made_for_addresses_and_contacts_are_not_flagged(host: Organisation) -> None:
    state = proposal(host, contact={"name": "Ada", "email": "ada@rossi.example", "phone": "+39 031 123456"})
    state["website"] = "https://www.rossi.example"
    state["sites"][0]["address"] = "Via Roma 12"

    assert flags_of(state) == []


def test_a_copy_of_what_waits_for_another_host_is_flagged(
    session: Session, host: Organisation, author: Viewer
) -> None:
    other = boatyard(session, "Another yard")
    submit(
        session, speaker(session, other.id, "b@other.example"), other, proposal(other, summary={"en": LONG})
    )

    made = submit(session, author, host, proposal(host, summary={"en": f"{LONG} Really."}))

    assert [flag for flag, _piece in made.flags] == [Flag.NEAR_DUPLICATE]


@pytest.mark.parametrize(("days", "flagged"), [(1, True), (40, False)])
def test_a_copy_of_what_was_approved_is_flagged_for_a_month(
    session: Session, host: Organisation, author: Viewer, days: int, flagged: bool
) -> None:
    other = boatyard(session, "Another yard")
    theirs = submit(
        session, speaker(session, other.id, "b@other.example"), other, proposal(other, summary={"en": LONG})
    )
    theirs.status, theirs.decided = SubmissionStatus.APPROVED, now() - timedelta(days=days)

    made = submit(session, author, host, proposal(host, summary={"en": LONG}))

    assert bool(made.flags) is flagged


def test_an_authors_own_earlier_text_is_no_copy(session: Session, host: Organisation, author: Viewer) -> None:
    submit(session, author, host, proposal(host, summary={"en": LONG}))

    assert submit(session, author, host, proposal(host, summary={"en": LONG})).flags == []


def test_an_author_takes_a_change_back_and_nobody_else_does(
    session: Session, host: Organisation, author: Viewer
) -> None:
    made = submit(session, author, host, proposal(host))
    session.commit()
    other = speaker(session, host.id, "colleague@rossi.example")

    with pytest.raises(NotFound):
        withdraw(session, other, made.id)
    withdraw(session, author, made.id)
    with pytest.raises(NotFound):
        withdraw(session, author, made.id)

    session.refresh(made)
    assert made.status == SubmissionStatus.WITHDRAWN
    assert submitting.waiting_of(session, author, host) is None
