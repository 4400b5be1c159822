"""A question reaches who is asked once its sender confirmed it, and not more often than is bearable."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import PinStatus
from mapsvc.domain.asking import Conversation
from mapsvc.domain.base import now
from mapsvc.domain.people import Account, Letter, Pass
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.services.asking import (
    AskedEnough,
    FullWeek,
    NotTaken,
    TooMany,
    TooYoungToAsk,
    confirm_question,
    look_at_question,
)
from mapsvc.services.conversations import WARNINGS
from mapsvc.services.passes import PassGone
from tests.services.mailing import HERE, letters
from tests.services.questions import BEN, asked, count, mails_to, open_pin, question, sent
from tests.services.stays import ANA, confirmed, published


def test_nothing_reaches_who_is_asked_before_the_link_is_used(session: Session) -> None:
    pin = open_pin(session)
    before = len(mails_to(session, ANA))

    link = asked(session, pin)

    assert look_at_question(session, link) == question()
    assert (len(mails_to(session, ANA)), count(session, Conversation)) == (before, 0)


def test_the_mail_to_confirm_says_nothing_of_what_was_typed(session: Session) -> None:
    asked(session, open_pin(session), "victim@example.org", first_name="Canary", words="Xylocanary?")
    mail = letters(session)[-1]

    assert "anary" not in mail.subject + mail.body


def test_the_link_brings_trade_dates_questions_words_and_the_warnings(session: Session) -> None:
    sent(session, open_pin(session))
    mail = mails_to(session, ANA)[-1]

    for said in ("Ben", "2027-03-01", "2027-04-30", "How did you find a room?", "Is the workshop loud?"):
        assert said in mail.subject + mail.body
    assert all(warning in mail.body for warning in WARNINGS)
    assert "under 18" not in mail.body


def test_the_link_works_once_and_keeps_nothing(session: Session) -> None:
    link = asked(session, open_pin(session))
    confirm_question(session, link, installation=HERE)

    with pytest.raises(PassGone):
        confirm_question(session, link, installation=HERE)
    assert count(session, Conversation) == 1
    assert [one.data for one in session.scalars(select(Pass).where(Pass.purpose == "question"))] == [{}]


def test_a_sender_needs_and_gets_no_account(session: Session) -> None:
    sent(session, open_pin(session))

    assert BEN not in session.scalars(select(Account.email)).all()


@pytest.mark.parametrize("age", [12, 0])
def test_a_child_is_refused_before_anything_else_and_nothing_is_kept(session: Session, age: int) -> None:
    pin = open_pin(session)
    before = count(session, Letter)

    with pytest.raises(TooYoungToAsk):
        asked(session, pin, "no address at all", age=age)
    assert count(session, Letter) == before


@pytest.mark.parametrize("age", [None, -1, 121])
def test_who_does_not_say_an_age_is_asked_for_it(session: Session, age: int | None) -> None:
    pin = open_pin(session)

    with pytest.raises(InvalidInput) as fault:
        asked(session, pin, age=age)
    assert fault.value.field == "age"


def test_only_who_wants_to_be_asked_and_is_on_the_map_can_be(session: Session) -> None:
    quiet, unseen = published(session), confirmed(session, "eve@example.org", may_be_asked=True)
    old, hidden = open_pin(session, "old@example.org"), open_pin(session, "hid@example.org")
    sample = open_pin(session, "sample@example.org")
    old.confirmed_on -= timedelta(days=366)
    hidden.status, sample.sample = PinStatus.HIDDEN, True
    session.commit()

    for pin in (quiet, unseen, old, hidden, sample):
        with pytest.raises(NotFound):
            asked(session, pin)


def test_who_left_meanwhile_is_not_reached(session: Session) -> None:
    pin = open_pin(session)
    link = asked(session, pin)
    pin.may_be_asked = False
    session.commit()

    with pytest.raises(NotTaken):
        confirm_question(session, link, installation=HERE)


def many(session: Session, number: int) -> list[str]:
    return [f"asker{one}@example.net" for one in range(number)]


def test_five_new_questions_reach_a_person_in_a_week_over_all_pins(session: Session) -> None:
    pins = [open_pin(session), open_pin(session, year=2022)]
    link = asked(session, pins[0], "late@example.net")
    for number, email in enumerate(many(session, 5)):
        sent(session, pins[number % 2], email)

    with pytest.raises(FullWeek) as fault:
        asked(session, pins[1], "six@example.net")
    with pytest.raises(FullWeek):
        confirm_question(session, link, installation=HERE)
    assert fault.value.retry_after > timedelta(days=6, hours=23)
    assert f"{now() + timedelta(days=7):%Y-%m-%d}" in str(fault.value)


def test_after_a_week_a_person_can_be_asked_again(session: Session) -> None:
    pin = open_pin(session)
    for email in many(session, 5):
        sent(session, pin, email).opened = now() - timedelta(days=7, seconds=1)
    session.commit()

    assert sent(session, pin, "six@example.net").opened is not None


def spread(session: Session, by: timedelta) -> None:
    """Puts what was mailed so far back in time, for the limit of a few minutes not to count."""
    for one in session.scalars(select(Pass)):
        one.created -= by
    session.commit()


def test_a_sender_asks_five_times_a_day(session: Session) -> None:
    pins = [open_pin(session, f"alum{number}@example.org") for number in range(6)]
    for pin in pins[:5]:
        sent(session, pin)
    spread(session, timedelta(minutes=20))

    with pytest.raises(AskedEnough) as fault:
        asked(session, pins[5])
    assert timedelta(hours=23) < fault.value.retry_after < timedelta(hours=24)
    assert "UTC" in str(fault.value)


def test_links_saved_from_other_days_open_five_a_day_too(session: Session) -> None:
    pins = [open_pin(session, f"alum{number}@example.org") for number in range(6)]
    links = []
    for pin in pins:
        links.append(asked(session, pin))
        spread(session, timedelta(hours=25) / 2)
    for link in links[:5]:
        confirm_question(session, link, installation=HERE)

    with pytest.raises(AskedEnough):
        confirm_question(session, links[5], installation=HERE)
    assert count(session, Conversation) == 5


def test_a_network_asks_twenty_times_a_day(session: Session) -> None:
    pin = open_pin(session)
    for email in many(session, 20):
        asked(session, pin, email)

    with pytest.raises(TooMany) as fault:
        asked(session, pin, "one.more@example.net")
    assert fault.value.retry_after == timedelta(days=1)
    assert asked(session, pin, "one.more@example.net", network="198.51.100.7")
