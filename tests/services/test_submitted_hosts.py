"""Changes of hosts: what an approval makes public, and what is back once it is taken back."""

from copy import deepcopy

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.hosts import HostStatus, Organisation, SitePoint, Verification
from mapsvc.domain.listings import Listing
from mapsvc.domain.reviews import AuditEntry, Revision
from mapsvc.domain.submissions import SubmissionStatus
from mapsvc.services import moderating
from mapsvc.services.moderating import CannotUndo, ChangedSince, Decided
from mapsvc.services.publishing import republish
from mapsvc.services.submitted_hosts import host_case
from mapsvc.services.submitting import submit
from mapsvc.storage.hosts import state_of
from tests import make
from tests.publish import publish
from tests.services.keepers import listed, speaker
from tests.services.moderators import boatyard, decide, handed_in, letters, moderator, proposal, undo


@pytest.fixture
def host(session: Session) -> Organisation:
    return boatyard(session)


@pytest.fixture
def mo(session: Session) -> Viewer:
    return moderator(session)


def test_an_approved_change_is_public_and_kept_by_hand(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi", summary={"en": "New"})

    decide(session, mo, waiting)

    row = session.scalars(select(Listing)).one()
    assert (row.title, row.detail["offer"]["summary"]) == ("Cantiere Bianchi", {"en": "New"})
    assert host.kept_by_hand is True
    assert (waiting.status, waiting.decided_by_id) == (SubmissionStatus.APPROVED, mo.account_id)
    assert republish(session) == 0


def test_an_approval_leaves_a_revision_and_a_line_in_the_log(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi")

    decide(session, mo, waiting)

    revisions = session.scalars(select(Revision.what).order_by(Revision.id)).all()
    noted = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)).all()
    assert revisions == ["before", "approved"]
    assert [tuple(one) for one in noted][-2:] == [("approved", "submission"), ("approved", "host")]


def test_an_approval_changes_what_is_no_part_of_the_sheet_in_nothing(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    state = {
        **proposal(host),
        "verification": Verification.VERIFIED,
        "status": HostStatus.LISTED,
        "sample": True,
    }
    waiting = submit(session, speaker(session, host.id), host, state)
    host.status = HostStatus.PAUSED
    session.commit()

    decide(session, mo, waiting)

    assert (host.status, host.verification, host.sample) == (
        HostStatus.PAUSED,
        Verification.POTENTIAL,
        False,
    )


def test_what_is_shown_as_public_is_what_becomes_public(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(
        session, host, name="Cantiere Bianchi", summary={"en": "New"}, contact={"name": "Ada"}
    )

    shown = host_case(session, waiting).public
    decide(session, mo, waiting)

    row = session.scalars(select(Listing)).one()
    expected = {name: value for name, value in shown[0][0].items() if name not in {"updated"}}
    assert {name: getattr(row, name) for name in expected} == expected
    assert "Ada" not in repr(shown)


def test_looking_at_a_case_changes_nothing(session: Session, host: Organisation, mo: Viewer) -> None:
    state = proposal(host, name="Cantiere Bianchi")
    state["sites"].append({**deepcopy(state["sites"][0]), "id": None, "slug": "another", "offers": []})
    waiting = submit(session, speaker(session, host.id), host, state)
    session.commit()
    before = state_of(host)

    shown = host_case(session, waiting)
    session.commit()

    session.expire_all()
    assert len(shown.public) == 2
    assert state_of(host) == before
    assert listed(session) == ["Cantiere Rossi"]


def test_sites_that_are_new_or_gone_follow_the_approval(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    state = proposal(host)
    old = state["sites"].pop()
    state["sites"].append({**old, "id": None, "slug": "another", "lon": 9.1, "offers": []})
    waiting = submit(session, speaker(session, host.id), host, state)
    session.commit()

    decide(session, mo, waiting)

    assert [row.slug for row in session.scalars(select(Listing))] == ["another"]
    assert len(session.scalars(select(SitePoint.site_id)).all()) == 1


def test_a_change_of_a_deleted_account_is_decided_without_a_mail(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host)
    session.delete(waiting.author)
    session.commit()
    session.expire_all()

    decide(session, mo, waiting)

    assert letters(session) == []


def test_what_its_author_replaced_is_not_approved(session: Session, host: Organisation, mo: Viewer) -> None:
    first = handed_in(session, host, name="One")
    second = handed_in(session, host, name="Two")

    with pytest.raises(Decided):
        decide(session, mo, first)
    session.rollback()
    decide(session, mo, second)

    assert listed(session) == ["Two"]


def test_a_change_is_not_approved_beside_another_state_than_was_shown(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi")
    seen = moderating.seen(waiting)
    host.website = "https://elsewhere.example"
    session.commit()

    with pytest.raises(ChangedSince):
        decide(session, mo, waiting, seen=seen)
    session.rollback()
    decide(session, mo, waiting, seen=moderating.seen(waiting))

    assert listed(session) == ["Cantiere Bianchi"]


def test_an_undone_approval_brings_the_state_before_back(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi", summary={"en": "New"})
    before = {name: value for name, value in state_of(host).items() if name != "updated"}
    decide(session, mo, waiting)
    session.expire_all()

    undo(session, mo, waiting)

    after = {name: value for name, value in state_of(host).items() if name != "updated"}
    assert after == before
    assert listed(session) == ["Cantiere Rossi"]
    assert waiting.status == SubmissionStatus.WAITING
    decide(session, mo, waiting)
    assert listed(session) == ["Cantiere Bianchi"]


def test_an_undo_brings_back_a_site_that_the_approval_dropped(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    state = proposal(host)
    state["sites"].clear()
    waiting = submit(session, speaker(session, host.id), host, state)
    session.commit()
    decide(session, mo, waiting)
    gone = listed(session)

    undo(session, mo, waiting)

    assert gone == []
    assert listed(session) == ["Cantiere Rossi"]
    assert republish(session) == 0


def test_an_approval_is_not_undone_once_somebody_changed_the_host(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi")
    decide(session, mo, waiting)
    host.website = "https://elsewhere.example"
    session.commit()

    with pytest.raises(CannotUndo):
        undo(session, mo, waiting)
    session.rollback()

    assert listed(session) == ["Cantiere Bianchi"]


def test_a_later_import_leaves_what_was_approved(session: Session, host: Organisation, mo: Viewer) -> None:
    waiting = handed_in(session, host, summary={"en": "New"})
    decide(session, mo, waiting)

    publish(session, make.host("Cantiere Rossi", offers=(make.offer(summary={"en": "Old"}),)))

    row = session.scalars(select(Listing)).one()
    assert row.detail["offer"]["summary"] == {"en": "New"}
