"""Decisions of moderators: what becomes public, who is told, what can be taken back, who was first."""

from copy import deepcopy

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer
from mapsvc.domain.hosts import HostStatus, Organisation, SitePoint, Verification
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Account
from mapsvc.domain.reviews import AuditEntry, Revision, Submission, SubmissionStatus
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services import moderating
from mapsvc.services.moderating import CannotUndo, ChangedSince, Decided
from mapsvc.services.publishing import republish
from mapsvc.services.submitting import submit
from mapsvc.storage.engine import writing
from mapsvc.storage.hosts import state_of
from tests import make
from tests.publish import publish
from tests.services.keepers import listed, referent, speaker
from tests.services.moderators import HERE, boatyard, handed_in, letters, moderator, proposal

WHY = "Please take the phone number out of the text."


@pytest.fixture
def host(session: Session) -> Organisation:
    return boatyard(session)


@pytest.fixture
def mo(session: Session) -> Viewer:
    return moderator(session)


def approve(session: Session, viewer: Viewer, id_: int, seen: str | None = None) -> Submission:
    return moderating.approve(session, viewer, id_, installation=HERE, seen=seen)


def undo(session: Session, viewer: Viewer, id_: int) -> Submission:
    return moderating.undo(session, viewer, id_, installation=HERE)


def test_an_approved_change_is_public_and_kept_by_hand(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi", summary={"en": "New"})

    approve(session, mo, waiting.id)

    row = session.scalars(select(Listing)).one()
    assert (row.title, row.detail["offer"]["summary"]) == ("Cantiere Bianchi", {"en": "New"})
    assert host.kept_by_hand is True
    assert (waiting.status, waiting.decided_by_id) == (SubmissionStatus.APPROVED, mo.account_id)
    assert republish(session) == 0


def test_an_approval_leaves_a_revision_and_a_line_in_the_log(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi")

    approve(session, mo, waiting.id)

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

    approve(session, mo, waiting.id)

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

    shown = moderating.case(session, mo, waiting.id).public
    approve(session, mo, waiting.id)

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

    shown = moderating.case(session, mo, waiting.id)
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

    approve(session, mo, waiting.id)

    assert [row.slug for row in session.scalars(select(Listing))] == ["another"]
    assert len(session.scalars(select(SitePoint.site_id)).all()) == 1


@pytest.mark.parametrize(
    ("decide", "status"),
    [
        (moderating.send_back, SubmissionStatus.RETURNED),
        (moderating.reject, SubmissionStatus.REJECTED),
    ],
)
def test_the_author_is_told_the_reason_in_their_language_and_nothing_is_public(
    session: Session, host: Organisation, mo: Viewer, decide, status: SubmissionStatus
) -> None:  # type: ignore[no-untyped-def]
    waiting = handed_in(session, host, name="Cantiere Bianchi")
    session.scalars(select(Account).where(Account.email == "boss@rossi.example")).one().language = "fr"

    decide(session, mo, waiting.id, reason=f"  {WHY} ", installation=HERE)

    letter = letters(session)[-1]
    assert (waiting.status, waiting.reason) == (status, WHY)
    assert (letter.to_address, letter.headers["Content-Language"]) == ("boss@rossi.example", "fr")
    assert WHY in letter.body
    assert f"https://map.example/desk/hosts/{host.id}" in letter.body
    assert listed(session) == ["Cantiere Rossi"]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_change_is_not_sent_back_without_a_reason_that_fits(
    session: Session, host: Organisation, mo: Viewer, reason: str
) -> None:
    waiting = handed_in(session, host)

    with pytest.raises(InvalidInput):
        moderating.send_back(session, mo, waiting.id, reason=reason, installation=HERE)

    assert letters(session) == []


def test_a_change_of_a_deleted_account_is_decided_without_a_mail(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host)
    session.delete(waiting.author)
    session.commit()
    session.expire_all()

    approve(session, mo, waiting.id)

    assert letters(session) == []


def test_the_second_of_two_moderators_is_told_that_it_was_decided(
    session: Session, engine: Engine, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi")
    other = moderator(session, "other@site.example")
    moderating.case(session, other, waiting.id)
    session.commit()
    with writing(engine) as first:
        moderating.reject(first, mo, waiting.id, reason=WHY, installation=HERE)

    with pytest.raises(Decided, match="Cantiere Rossi"):
        approve(session, other, waiting.id)
    session.rollback()

    assert listed(session) == ["Cantiere Rossi"]
    assert len(letters(session)) == 1


def test_what_its_author_replaced_is_not_approved(session: Session, host: Organisation, mo: Viewer) -> None:
    first = handed_in(session, host, name="One")
    second = handed_in(session, host, name="Two")

    with pytest.raises(Decided):
        approve(session, mo, first.id)
    session.rollback()
    approve(session, mo, second.id)

    assert listed(session) == ["Two"]


def test_a_change_is_not_approved_beside_another_state_than_was_shown(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi")
    seen = moderating.case(session, mo, waiting.id).seen
    host.website = "https://elsewhere.example"
    session.commit()

    with pytest.raises(ChangedSince):
        approve(session, mo, waiting.id, seen)
    session.rollback()
    approve(session, mo, waiting.id, moderating.case(session, mo, waiting.id).seen)

    assert listed(session) == ["Cantiere Bianchi"]


def test_an_undone_approval_brings_the_state_before_back(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi", summary={"en": "New"})
    before = {name: value for name, value in state_of(host).items() if name != "updated"}
    approve(session, mo, waiting.id)
    session.expire_all()

    undo(session, mo, waiting.id)

    after = {name: value for name, value in state_of(host).items() if name != "updated"}
    assert after == before
    assert listed(session) == ["Cantiere Rossi"]
    assert waiting.status == SubmissionStatus.WAITING
    approve(session, mo, waiting.id)
    assert listed(session) == ["Cantiere Bianchi"]


def test_an_undo_brings_back_a_site_that_the_approval_dropped(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    state = proposal(host)
    state["sites"].clear()
    waiting = submit(session, speaker(session, host.id), host, state)
    session.commit()
    approve(session, mo, waiting.id)
    gone = listed(session)

    undo(session, mo, waiting.id)

    assert gone == []
    assert listed(session) == ["Cantiere Rossi"]
    assert republish(session) == 0


def test_an_approval_is_not_undone_once_somebody_changed_the_host(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    waiting = handed_in(session, host, name="Cantiere Bianchi")
    approve(session, mo, waiting.id)
    host.website = "https://elsewhere.example"
    session.commit()

    with pytest.raises(CannotUndo):
        undo(session, mo, waiting.id)
    session.rollback()

    assert listed(session) == ["Cantiere Bianchi"]


def test_a_refusal_is_undone_and_its_author_is_told(session: Session, host: Organisation, mo: Viewer) -> None:
    waiting = handed_in(session, host)
    moderating.reject(session, mo, waiting.id, reason=WHY, installation=HERE)

    undo(session, mo, waiting.id)

    assert (waiting.status, waiting.reason) == (SubmissionStatus.WAITING, "")
    assert [one.to_address for one in letters(session)] == ["boss@rossi.example"] * 2
    assert [one.id for one in moderating.queue(session, mo, limit=9)] == [waiting.id]


def test_a_refusal_is_not_undone_once_its_author_handed_in_something_newer(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    first = handed_in(session, host)
    moderating.send_back(session, mo, first.id, reason=WHY, installation=HERE)
    handed_in(session, host, name="Mended")

    with pytest.raises(CannotUndo):
        undo(session, mo, first.id)


def test_of_many_those_that_were_decided_or_changed_meanwhile_are_left_and_named(
    session: Session, engine: Engine, mo: Viewer
) -> None:
    yards = [boatyard(session, name) for name in ("One", "Two", "Three")]
    waiting = [handed_in(session, yard, name=f"New {yard.name}").id for yard in yards]
    seen = {id_: moderating.case(session, mo, id_).seen for id_ in waiting}
    session.merge(yards[1]).website = "https://elsewhere.example"
    session.commit()
    with writing(engine) as other:
        moderating.reject(other, mo, waiting[2], reason=WHY, installation=HERE)

    def decide(id_: int) -> None:
        with writing(engine) as own:
            approve(own, mo, id_, seen[id_])

    done = moderating.decide_many(waiting, decide)

    assert done.count == 1
    assert [type(fault) for fault in done.left] == [ChangedSince, Decided]
    assert ["Two" in str(done.left[0]), "Three" in str(done.left[1])] == [True, True]
    session.expire_all()
    assert sorted(listed(session)) == ["New One", "Three", "Two"]


def test_the_queue_holds_the_oldest_first_and_nothing_of_removed_hosts(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    gone = boatyard(session, "Gone")
    first, second = handed_in(session, host), handed_in(session, host, email="b@rossi.example")
    handed_in(session, gone)
    gone.status = HostStatus.REMOVED
    session.commit()

    assert [one.id for one in moderating.queue(session, mo, limit=9)] == [first.id, second.id]


def test_only_moderators_decide(session: Session, host: Organisation) -> None:
    waiting = handed_in(session, host)
    author = speaker(session, host.id)

    for viewer, fault in ((author, NotFound), (referent(session), NotFound), (VISITOR, NotSignedIn)):
        with pytest.raises(fault):
            moderating.queue(session, viewer, limit=1)
        with pytest.raises(fault):
            moderating.case(session, viewer, waiting.id)
        with pytest.raises(fault):
            approve(session, viewer, waiting.id)
        with pytest.raises(fault):
            moderating.reject(session, viewer, waiting.id, reason=WHY, installation=HERE)
        with pytest.raises(fault):
            undo(session, viewer, waiting.id)


@pytest.mark.parametrize("number", [0, -1, 999_999, 2**31, 2**70])
def test_a_number_of_nothing_is_not_found(session: Session, mo: Viewer, number: int) -> None:
    with pytest.raises(NotFound):
        moderating.case(session, mo, number)


def test_a_later_import_leaves_what_was_approved(session: Session, host: Organisation, mo: Viewer) -> None:
    waiting = handed_in(session, host, summary={"en": "New"})
    approve(session, mo, waiting.id)

    publish(session, make.host("Cantiere Rossi", offers=(make.offer(summary={"en": "Old"}),)))

    row = session.scalars(select(Listing)).one()
    assert row.detail["offer"]["summary"] == {"en": "New"}
