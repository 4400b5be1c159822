"""Who reads the mail, is 18 or more and agreed puts a stay on the map; nobody else can do it for them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc import worker
from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.consents import CONSENT_TEXTS, ConsentKind
from mapsvc.domain.people import Account, Letter, Pass
from mapsvc.errors import InvalidInput, TooMany
from mapsvc.services.letters import InvalidAddress
from mapsvc.services.passes import PassGone
from mapsvc.services.pinning import GOOD_FOR, NoArea, TooYoung, ask_pin, confirm_pin, look_at_pin
from tests.services.mailing import ASKED, letters
from tests.services.stays import ANA, SAID, TWO, asked, confirmed, draft, rows, waiting


def everything(session: Session) -> list[int]:
    return [
        session.scalar(select(func.count()).select_from(noun)) or 0 for noun in (Pin, Pass, Letter, Account)
    ]


@pytest.mark.parametrize("age", [17, 13, 0, -1])
def test_nobody_under_18_is_taken_and_nothing_is_kept(session: Session, age: int) -> None:
    with pytest.raises(TooYoung):
        ask_pin(session, draft(), "no address at all", age=age, areas=TWO, **ASKED)

    assert everything(session) == [0, 0, 0, 0]


def test_who_does_not_say_an_age_is_asked_for_it(session: Session) -> None:
    with pytest.raises(InvalidInput) as fault:
        ask_pin(session, draft(), ANA, age=None, areas=TWO, **ASKED)

    assert fault.value.field == "age"


def test_before_the_link_is_used_there_is_neither_pin_nor_account(session: Session) -> None:
    asked(session, "victim@example.org")

    assert everything(session) == [0, 1, 1, 0]
    assert rows(session) == []


def test_the_mail_says_nothing_of_what_was_typed(session: Session) -> None:
    asked(session, "victim@example.org", display_name="Someone Else", story="A canary of words.")
    mail = letters(session)[-1]

    assert not any(word in mail.subject + mail.body for word in ("Someone", "canary"))


def test_the_link_makes_a_pin_that_waits_and_is_not_public(session: Session) -> None:
    pin = confirmed(session)

    assert (pin.status, pin.display_name, pin.story) == ("waiting", "", "")
    assert waiting(session, pin).proposed["story"] == SAID["story"]
    assert rows(session) == []


def test_the_link_works_once(session: Session) -> None:
    secret = asked(session)
    confirm_pin(session, secret, browser="a test")

    with pytest.raises(PassGone):
        confirm_pin(session, secret, browser="a test")
    assert session.scalar(select(func.count()).select_from(Pin)) == 1


def test_a_used_link_holds_nothing_any_more(session: Session) -> None:
    confirmed(session)

    assert [one.data for one in session.scalars(select(Pass))] == [{}]


def test_looking_at_the_link_changes_nothing(session: Session) -> None:
    secret = asked(session)

    assert look_at_pin(session, secret) == draft()
    assert everything(session) == [0, 1, 1, 0]


def test_what_nobody_confirmed_is_gone_after_seven_days() -> None:
    assert timedelta(days=7) == GOOD_FOR + worker.PASSES_KEPT


def test_a_consent_records_text_language_moment_and_channel(session: Session) -> None:
    pin = confirmed(session, surname="Quirke", consents=["pin", "surname"])

    said = [(one.kind, one.text_version, one.language, one.channel, one.withdrawn) for one in pin.consents]
    version = CONSENT_TEXTS[ConsentKind.PIN].version
    assert said == [("pin", version, "en", "mail", None), ("surname", version, "en", "mail", None)]
    assert all(one.given is not None for one in pin.consents)


def test_somebody_can_have_several_stays(session: Session) -> None:
    pins = [confirmed(session), confirmed(session, year=2022)]

    assert len({pin.account_id for pin in pins}) == 1
    assert len({pin.slug for pin in pins}) == 2


def test_an_address_is_mailed_five_times_an_hour_at_most(session: Session) -> None:
    for network in range(5):
        asked(session, network=f"192.0.2.{network}")

    with pytest.raises(TooMany) as fault:
        asked(session, network="192.0.2.99")
    assert fault.value.retry_after > timedelta(0)
    assert len(letters(session)) == 5


def test_a_network_asks_twenty_times_a_day_at_most(session: Session) -> None:
    for number in range(20):
        asked(session, f"person{number}@example.org")

    with pytest.raises(TooMany) as fault:
        asked(session, "one.more@example.org")
    assert fault.value.retry_after == timedelta(days=1)


def test_a_town_without_an_area_is_refused_before_anything_is_mailed(session: Session) -> None:
    with pytest.raises(NoArea):
        ask_pin(session, draft(place_id=1), ANA, age=20, areas=TWO, **ASKED)

    assert everything(session) == [0, 0, 0, 0]


def test_an_address_that_is_none_is_refused(session: Session) -> None:
    with pytest.raises(InvalidAddress):
        ask_pin(session, draft(), "not an address", age=20, areas=TWO, **ASKED)


def test_letters_that_pass_for_others_are_flagged_for_the_moderator(session: Session) -> None:
    pin = confirmed(session, display_name="\u0410\u0430na")

    flagged = session.scalars(select(PinSubmission).where(PinSubmission.pin_id == pin.id)).one().flags
    assert [flag for flag, _piece in flagged] == ["mixed_scripts"]
