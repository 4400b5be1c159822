"""What somebody under 18 asks goes through a referent, or goes nowhere."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapsvc.domain.asking import Conversation, ConversationStatus, Side
from mapsvc.domain.people import Account, Grant
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.services import answering
from mapsvc.services.asking import FullWeek, confirm_question
from mapsvc.services.safeguarding import release
from tests.services.keepers import referent
from tests.services.mailing import HERE, letters
from tests.services.questions import ADA, BEN, asked, count, held, mails_to, open_pin, seat_in, sent
from tests.services.stays import ANA


def guarded(session: Session) -> Conversation:
    """A conversation that waits with its referent."""
    referent(session, ADA)
    return sent(session, open_pin(session), age=17, referent=ADA)


def released(session: Session) -> Conversation:
    conversation = guarded(session)
    release(session, held(conversation, Side.REFERENT), installation=HERE)
    return conversation


@pytest.mark.parametrize("named", ["nobody@school.example", ANA, BEN.replace("ben", "len")])
def test_without_a_referent_nothing_ever_leaves(session: Session, named: str) -> None:
    pin = open_pin(session)
    link = asked(session, pin, age=17, referent=named)
    before = len(letters(session))

    assert confirm_question(session, link, installation=HERE) is True

    assert (count(session, Conversation), len(letters(session))) == (0, before)


def test_the_sender_is_told_the_same_whether_there_is_such_a_referent_or_not(session: Session) -> None:
    referent(session, ADA)
    pin = open_pin(session)
    links = [asked(session, pin, age=17, referent=named) for named in (ADA, "no@school.example")]
    mails = mails_to(session, BEN)

    told = [confirm_question(session, link, installation=HERE) for link in links]

    assert told == [True, True]
    assert [mail.id for mail in mails_to(session, BEN)] == [mail.id for mail in mails]


@pytest.mark.parametrize("named", ["", "none", BEN])
def test_somebody_under_18_must_name_somebody_else(session: Session, named: str) -> None:
    pin = open_pin(session)

    with pytest.raises(InvalidInput) as fault:
        asked(session, pin, age=17, referent=named)
    assert fault.value.field == "referent"


def test_a_referent_cannot_watch_over_a_question_to_themself(session: Session) -> None:
    referent(session, ANA)

    confirm_question(session, asked(session, open_pin(session), age=17, referent=ANA), installation=HERE)

    assert count(session, Conversation) == 0


def test_the_referent_reads_first_and_nobody_else_knows(session: Session) -> None:
    before = len(mails_to(session, ANA))
    conversation = guarded(session)
    mail = mails_to(session, ADA)[-1]

    assert "Is the workshop loud?" in mail.body
    assert seat_in(mail) == held(conversation, Side.REFERENT)
    assert [one.to_address for one in letters(session) if "workshop" in one.body] == [ADA]
    assert len(mails_to(session, ANA)) == before + 2  # of putting the stay on the map
    with pytest.raises(NotFound):
        answering.reply(session, held(conversation, Side.ALUMNUS), "Hello", installation=HERE)


def test_before_it_is_passed_on_nobody_writes(session: Session) -> None:
    conversation = guarded(session)

    with pytest.raises(answering.Closed):
        answering.reply(session, held(conversation, Side.SENDER), "Hello", installation=HERE)


def test_once_passed_on_both_sides_know_that_a_referent_reads(session: Session) -> None:
    released(session)

    for email in (ANA, BEN):
        assert "Ben is under 18. A referent reads every message." in mails_to(session, email)[-1].body


def test_the_referent_gets_every_message_of_both_sides(session: Session) -> None:
    conversation = released(session)

    answering.reply(session, held(conversation, Side.ALUMNUS), "Very loud.", installation=HERE)
    answering.reply(session, held(conversation, Side.SENDER), "Thank you.", installation=HERE)

    heard = [mail.body for mail in mails_to(session, ADA)[-2:]]
    assert ["Very loud." in heard[0], "Thank you." in heard[1]] == [True, True]


@pytest.mark.parametrize("side", [Side.SENDER, Side.ALUMNUS])
def test_only_the_referent_passes_it_on(session: Session, side: Side) -> None:
    conversation = guarded(session)

    with pytest.raises(NotFound):
        release(session, held(conversation, side), installation=HERE)
    assert conversation.opened is None


def test_it_is_passed_on_once(session: Session) -> None:
    conversation = released(session)

    with pytest.raises(answering.Closed):
        release(session, held(conversation, Side.REFERENT), installation=HERE)


def test_the_referent_can_end_it_before_and_after(session: Session) -> None:
    for conversation in (guarded(session), released(session)):
        answering.end(session, held(conversation, Side.REFERENT), installation=HERE)

        assert conversation.status == ConversationStatus.ENDED
        with pytest.raises(answering.Closed):
            release(session, held(conversation, Side.REFERENT), installation=HERE)
        with pytest.raises(answering.Closed):
            answering.reply(session, held(conversation, Side.SENDER), "Hello", installation=HERE)


@pytest.mark.parametrize("whole", [False, True])
def test_without_its_referent_a_conversation_stops(session: Session, whole: bool) -> None:
    conversation = released(session)
    link = held(conversation, Side.REFERENT)
    account = session.scalars(select(Account).where(Account.email == ADA)).one()
    if whole:
        session.delete(account)
    else:
        session.execute(delete(Grant).where(Grant.account_id == account.id))
    session.commit()
    session.expire_all()

    for side in (Side.SENDER, Side.ALUMNUS):
        with pytest.raises(answering.Closed):
            answering.reply(session, held(conversation, side), "Hello", installation=HERE)
    with pytest.raises(NotFound):
        answering.end(session, link, installation=HERE)


def test_what_waits_with_a_referent_counts_once_it_is_passed_on(session: Session) -> None:
    conversation, pin = guarded(session), session.scalars(select(Conversation)).one().pin
    assert pin is not None
    for number in range(5):
        sent(session, pin, f"adult{number}@example.net")

    with pytest.raises(FullWeek):
        release(session, held(conversation, Side.REFERENT), installation=HERE)
    assert conversation.status == ConversationStatus.WITH_REFERENT


def test_of_the_age_is_kept_only_that_a_referent_reads(session: Session) -> None:
    conversation = guarded(session)
    kept = {name: value for name, value in vars(conversation).items() if not name.startswith("_")}

    assert kept["guarded"] is True
    assert 17 not in kept.values()
