"""A conversation goes 90 days after its last message, and with the pin; a reported one waits."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.asking import Conversation, ConversationLetter, Message, Side
from mapsvc.domain.base import now
from mapsvc.domain.people import Letter
from mapsvc.services.accounts import delete_account
from mapsvc.services.answering import reply, report
from mapsvc.services.forgetting_conversations import forget_old_conversations
from mapsvc.services.own_pins import withdraw_pin
from mapsvc.services.reported_conversations import read_reported
from mapsvc.services.signing_in import account_for
from tests.services.mailing import HERE
from tests.services.moderators import moderator
from tests.services.questions import BEN, count, held, open_pin, sent
from tests.services.stays import person


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_ninety_days_after_the_last_message_a_conversation_is_gone(
    session: Session, days: int, left: int
) -> None:
    conversation = sent(session, open_pin(session))
    conversation.created -= timedelta(days=365)
    session.commit()

    forgotten = forget_old_conversations(session, at=now() + timedelta(days=days))

    assert (forgotten, count(session, Conversation), count(session, Message)) == (1 - left, left, left)


@pytest.mark.parametrize(("days", "left"), [(91, 1), (179, 1), (181, 0)])
def test_a_reported_one_is_kept_for_180_days_at_most(session: Session, days: int, left: int) -> None:
    conversation = sent(session, open_pin(session))
    report(session, held(conversation, Side.SENDER), installation=HERE)

    forget_old_conversations(session, at=now() + timedelta(days=days))

    assert count(session, Conversation) == left


def mails_that_tell(session: Session, words: str) -> list[int]:
    return [one.id for one in session.scalars(select(Letter)) if words in one.body]


def test_with_a_pin_go_its_conversations_and_the_mails_that_wait(session: Session) -> None:
    pin, other = open_pin(session), open_pin(session, "eve@example.org")
    conversation = sent(session, pin, words="A canary?")
    reply(session, held(conversation, Side.ALUMNUS), "No canary.", installation=HERE)
    kept = sent(session, other, "mia@example.net")
    assert len(mails_that_tell(session, "canary")) == 2

    withdraw_pin(session, person(session), pin.id)

    assert mails_that_tell(session, "canary") == []
    assert session.scalars(select(Conversation.id)).all() == [kept.id]
    assert session.scalars(select(Message.conversation_id)).all() == [kept.id]
    assert set(session.scalars(select(ConversationLetter.conversation_id))) == {kept.id}


def test_who_goes_erases_nothing_that_was_reported(session: Session) -> None:
    pin = open_pin(session)
    conversation = sent(session, pin)
    report(session, held(conversation, Side.SENDER), installation=HERE)

    delete_account(session, person(session))
    session.expire_all()

    assert read_reported(session, moderator(session), conversation.id).pin is None


def test_with_an_account_goes_what_it_asked(session: Session) -> None:
    pin = open_pin(session)
    account_for(session, BEN, language="en")
    sent(session, pin)
    kept = sent(session, pin, "mia@example.net")

    delete_account(session, person(session, BEN))

    assert session.scalars(select(Conversation.id)).all() == [kept.id]
