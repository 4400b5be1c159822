"""Moderators read what was reported and nothing else, and each reading is written down."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Action, Viewer, may
from mapsvc.domain.alumni import PinStatus
from mapsvc.domain.asking import Conversation, ConversationStatus, Message, Side
from mapsvc.domain.reviews import AuditEntry
from mapsvc.errors import NotFound, NotSignedIn
from mapsvc.services.answering import report
from mapsvc.services.reported_conversations import read_reported, reported_conversations, settle
from tests.services.keepers import administrator, referent
from tests.services.mailing import HERE
from tests.services.moderators import moderator
from tests.services.questions import BEN, count, held, open_pin, sent
from tests.services.stays import person, rows


def readings(session: Session) -> list[tuple[int | None, int | None]]:
    query = select(AuditEntry).where(AuditEntry.action == "read", AuditEntry.subject == "conversation")
    return [(one.account_id, one.subject_id) for one in session.scalars(query)]


def reported(session: Session) -> Conversation:
    conversation = sent(session, open_pin(session))
    report(session, held(conversation, Side.SENDER), installation=HERE)
    return conversation


@pytest.mark.parametrize("status", [one for one in ConversationStatus if one != ConversationStatus.REPORTED])
def test_what_nobody_reported_no_moderator_reads(session: Session, status: ConversationStatus) -> None:
    conversation = sent(session, open_pin(session))
    conversation.status = status
    session.commit()

    for viewer in (moderator(session), administrator(session)):
        with pytest.raises(NotFound):
            read_reported(session, viewer, conversation.id)
    assert (readings(session), reported_conversations(session, moderator(session))) == ([], [])


def test_a_reported_one_is_read_and_each_reading_is_written_down(session: Session) -> None:
    conversation, viewer = reported(session), moderator(session)

    assert reported_conversations(session, viewer) == [(conversation.id, "sender")]
    assert readings(session) == []
    for _time in range(2):
        found = read_reported(session, viewer, conversation.id)
    assert found.messages[0].text == "Is the workshop loud?"
    assert readings(session) == [(viewer.account_id, conversation.id)] * 2


def test_nobody_else_reads_a_reported_one(session: Session) -> None:
    conversation = reported(session)

    for viewer in (referent(session), person(session)):
        with pytest.raises(NotFound):
            read_reported(session, viewer, conversation.id)
        with pytest.raises(NotFound):
            reported_conversations(session, viewer)
    with pytest.raises(NotSignedIn):
        read_reported(session, VISITOR, conversation.id)


def test_the_permission_itself_asks_for_a_report() -> None:
    unreported = Conversation(status=ConversationStatus.OPEN)
    viewer = Viewer(account_id=1, roles=frozenset({"moderator", "administrator"}))  # type: ignore[arg-type]

    assert not may(viewer, Action.READ_REPORTED, unreported)
    unreported.status = ConversationStatus.REPORTED
    assert may(viewer, Action.READ_REPORTED, unreported)


@pytest.mark.parametrize(("show", "status"), [(True, PinStatus.PUBLISHED), (False, PinStatus.HIDDEN)])
def test_a_settled_one_is_erased_and_the_pin_comes_back_if_the_moderator_says_so(
    session: Session, show: bool, status: PinStatus
) -> None:
    pin, viewer = open_pin(session), moderator(session)
    found = [sent(session, pin, email) for email in (BEN, "mia@example.net", "leo@example.net")]
    for conversation in found:
        report(session, held(conversation, Side.SENDER), installation=HERE)
    assert rows(session) == []

    for number in [one.id for one in found]:
        settle(session, viewer, number, show_pin=show, installation=HERE)

    assert (count(session, Conversation), count(session, Message)) == (0, 0)
    assert (pin.status, len(rows(session))) == (status, int(show))
