"""Both sides write and never learn an address; one click ends it; reports are counted by people."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.asking import Conversation, ConversationStatus, Side
from mapsvc.domain.base import now
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.services import answering
from mapsvc.services.asking import NotTaken, confirm_question
from mapsvc.services.conversations import seat
from tests.services.mailing import HERE, letters
from tests.services.questions import BEN, asked, held, mails_to, open_pin, seat_in, sent
from tests.services.stays import ANA, rows


def test_each_side_gets_what_the_other_wrote_and_a_link_of_its_own(session: Session) -> None:
    conversation = sent(session, open_pin(session))

    answering.reply(session, held(conversation, Side.ALUMNUS), "Bring ear plugs.", installation=HERE)
    answering.reply(session, seat_in(mails_to(session, BEN)[-1]), "I will.", installation=HERE)

    assert [(one.side, one.text) for one in conversation.messages] == [
        ("sender", "Is the workshop loud?"),
        ("alumnus", "Bring ear plugs."),
        ("sender", "I will."),
    ]
    assert "Bring ear plugs." in mails_to(session, BEN)[-1].body
    assert "I will." in mails_to(session, ANA)[-1].body
    assert seat_in(mails_to(session, ANA)[-1]) == held(conversation, Side.ALUMNUS)


def test_no_mail_names_the_address_of_the_other_side(session: Session) -> None:
    conversation = sent(session, open_pin(session))
    answering.reply(session, held(conversation, Side.ALUMNUS), "Bring ear plugs.", installation=HERE)
    answering.reply(session, held(conversation, Side.SENDER), "I will.", installation=HERE)
    answering.decline(session, held(conversation, Side.ALUMNUS), installation=HERE)

    for to, other in ((ANA, BEN), (BEN, ANA)):
        whole = [f"{one.subject}{one.body}{one.headers}" for one in mails_to(session, to)]
        assert len(whole) >= 2
        assert not [text for text in whole if other in text or other.partition("@")[0] in text]


@pytest.mark.parametrize("change", ["side", "number", "hash", "nothing"])
def test_a_link_that_somebody_made_up_opens_nothing(session: Session, change: str) -> None:
    conversation = sent(session, open_pin(session))
    other = sent(session, open_pin(session, "eve@example.org"), "mia@example.net")
    right = held(conversation, Side.SENDER)
    made_up = {
        "side": right.replace("sender", "alumnus"),
        "number": f"{other.id}{right.removeprefix(str(conversation.id))}",
        "hash": right[:-1] + ("0" if right[-1] != "0" else "1"),
        "nothing": "",
    }[change]

    with pytest.raises(NotFound):
        seat(session, made_up, installation=HERE)
    assert seat(session, right, installation=HERE).conversation is conversation


def test_a_reply_with_an_address_is_refused(session: Session) -> None:
    conversation = sent(session, open_pin(session))

    with pytest.raises(InvalidInput):
        answering.reply(session, held(conversation, Side.ALUMNUS), f"Mail {ANA}", installation=HERE)
    assert len(conversation.messages) == 1


def test_one_side_writes_twenty_times_a_day(session: Session) -> None:
    conversation = sent(session, open_pin(session))
    for number in range(20):
        answering.reply(session, held(conversation, Side.ALUMNUS), f"Line {number}", installation=HERE)

    with pytest.raises(answering.WrittenEnough) as fault:
        answering.reply(session, held(conversation, Side.ALUMNUS), "One more", installation=HERE)
    assert fault.value.retry_after > timedelta(hours=23)


@pytest.mark.parametrize(
    ("verb", "side", "status"),
    [
        (answering.decline, Side.ALUMNUS, ConversationStatus.DECLINED),
        (answering.block, Side.ALUMNUS, ConversationStatus.BLOCKED),
        (answering.end, Side.SENDER, ConversationStatus.ENDED),
        (answering.report, Side.ALUMNUS, ConversationStatus.REPORTED),
        (answering.report, Side.SENDER, ConversationStatus.REPORTED),
    ],
)
def test_one_click_closes_a_conversation_for_both(
    session: Session, verb: object, side: Side, status: ConversationStatus
) -> None:
    conversation = sent(session, open_pin(session))

    verb(session, held(conversation, side), installation=HERE)  # type: ignore[operator]

    assert conversation.status == status
    for each in (Side.SENDER, Side.ALUMNUS):
        with pytest.raises(answering.Closed):
            answering.reply(session, held(conversation, each), "Hello", installation=HERE)


@pytest.mark.parametrize(
    ("verb", "side"),
    [(answering.decline, Side.SENDER), (answering.block, Side.SENDER), (answering.end, Side.ALUMNUS)],
)
def test_a_button_of_the_other_side_does_nothing(session: Session, verb: object, side: Side) -> None:
    conversation = sent(session, open_pin(session))

    with pytest.raises(NotFound):
        verb(session, held(conversation, side), installation=HERE)  # type: ignore[operator]
    assert conversation.status == ConversationStatus.OPEN


def test_a_blocked_sender_reaches_no_pin_of_that_person_again(session: Session) -> None:
    first, second = open_pin(session), open_pin(session, year=2022)
    conversations = [sent(session, first), sent(session, second)]
    link = asked(session, second)

    answering.block(session, held(conversations[0], Side.ALUMNUS), installation=HERE)

    assert {one.status for one in conversations} == {ConversationStatus.BLOCKED}
    with pytest.raises(NotTaken):
        confirm_question(session, link, installation=HERE)
    assert sent(session, first, "mia@example.net").opened is not None


def test_a_sender_is_told_the_same_of_a_block_as_of_a_no(session: Session) -> None:
    pin = open_pin(session)
    answering.decline(session, held(sent(session, pin), Side.ALUMNUS), installation=HERE)
    answering.block(session, held(sent(session, pin, "mia@example.net"), Side.ALUMNUS), installation=HERE)

    told = [mails_to(session, email)[-1] for email in (BEN, "mia@example.net")]
    assert told[0].subject == told[1].subject
    assert told[0].body.partition("http")[0] == told[1].body.partition("http")[0]


def test_a_report_tells_the_other_side_nothing(session: Session) -> None:
    conversation = sent(session, open_pin(session))
    before = len(letters(session))

    answering.report(session, held(conversation, Side.SENDER), installation=HERE)

    assert len(letters(session)) == before


def reported(session: Session, pin: Pin, email: str, side: Side = Side.SENDER) -> Conversation:
    conversation = sent(session, pin, email)
    answering.report(session, held(conversation, side), installation=HERE)
    return conversation


def test_three_reports_by_two_people_do_not_hide_a_pin(session: Session) -> None:
    pin = open_pin(session)
    for email in (BEN, BEN, "mia@example.net"):
        reported(session, pin, email)

    assert (pin.status, len(rows(session))) == (PinStatus.PUBLISHED, 1)


def test_three_reports_by_three_people_hide_a_pin_and_stop_its_other_conversations(
    session: Session,
) -> None:
    pin = open_pin(session)
    other = sent(session, pin, "zoe@example.net")
    for email in (BEN, "mia@example.net", "leo@example.net"):
        reported(session, pin, email)

    assert (pin.status, rows(session)) == (PinStatus.HIDDEN, [])
    with pytest.raises(answering.Closed):
        answering.reply(session, held(other, Side.ALUMNUS), "Hello", installation=HERE)


def test_one_person_who_clicks_three_times_is_one(session: Session) -> None:
    pin = open_pin(session)
    conversation = reported(session, pin, BEN)
    moment = conversation.reported
    for _again in range(2):
        answering.report(session, held(conversation, Side.SENDER), installation=HERE)

    assert (pin.status, conversation.reported) == (PinStatus.PUBLISHED, moment)


def test_what_a_person_reports_of_those_who_ask_does_not_hide_the_own_pin(session: Session) -> None:
    pin = open_pin(session)
    for email in (BEN, "mia@example.net", "leo@example.net"):
        reported(session, pin, email, Side.ALUMNUS)

    assert pin.status == PinStatus.PUBLISHED


def test_a_message_makes_a_conversation_last_longer(session: Session) -> None:
    conversation = sent(session, open_pin(session))
    conversation.last = now() - timedelta(days=80)
    session.commit()

    answering.reply(session, held(conversation, Side.ALUMNUS), "Hello", installation=HERE)

    assert now() - conversation.last < timedelta(minutes=5)
