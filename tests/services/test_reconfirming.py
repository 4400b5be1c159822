"""A pin is shown for a year; its person is asked before that ends, and 90 days later it is erased."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin
from mapsvc.domain.base import now
from mapsvc.services.passes import PassGone
from mapsvc.services.reconfirming import (
    ask_about_pins,
    asked_pin,
    erase_lapsed,
    pin_still_true,
    withdraw_asked_pin,
)
from tests.services.mailing import HERE, letters, secret
from tests.services.stays import confirmed, published, rows


def on_day(number: int) -> datetime:
    """The moment so many days after a pin was confirmed today."""
    return now() + timedelta(days=number)


def asked_on(session: Session, first: int, last: int) -> list[int]:
    """The days on which mails go out, looking once a day."""
    return [day for day in range(first, last) if ask_about_pins(session, installation=HERE, at=on_day(day))]


def test_a_person_is_asked_thirty_and_seven_days_before(session: Session) -> None:
    published(session)

    assert asked_on(session, 330, 372) == [335, 358]


def test_who_never_was_public_is_not_asked(session: Session) -> None:
    confirmed(session)

    assert asked_on(session, 334, 337) == []


def test_a_sample_is_neither_asked_nor_erased(session: Session) -> None:
    pin = published(session)
    pin.sample = True
    session.commit()

    assert asked_on(session, 334, 337) == []
    assert erase_lapsed(session, at=on_day(999)) == 0


def test_one_click_shows_it_for_another_year(session: Session) -> None:
    pin = published(session)
    pin.confirmed_on = date.today() - timedelta(days=340)  # noqa: DTZ011
    ask_about_pins(session, installation=HERE)

    pin_still_true(session, secret(session))

    assert rows(session)[0].visible_until == now().date() + timedelta(days=365)
    assert asked_on(session, 330, 372) == [335, 358]


def test_looking_at_the_link_confirms_nothing(session: Session) -> None:
    pin = published(session)
    pin.confirmed_on -= timedelta(days=340)
    ask_about_pins(session, installation=HERE)
    before = pin.confirmed_on

    assert asked_pin(session, secret(session)).confirmed_on == before


def test_one_click_erases_it(session: Session) -> None:
    pin = published(session)
    pin.confirmed_on -= timedelta(days=340)
    ask_about_pins(session, installation=HERE)
    link = secret(session)

    withdraw_asked_pin(session, link)

    assert (rows(session), session.scalars(select(Pin)).all()) == ([], [])
    with pytest.raises(PassGone):
        pin_still_true(session, link)


@pytest.mark.parametrize(("day", "erased"), [(455, 0), (456, 1)])
def test_what_nobody_confirms_is_erased_ninety_days_after_it_was_hidden(
    session: Session, day: int, erased: int
) -> None:
    published(session)

    assert erase_lapsed(session, at=on_day(day)) == erased
    assert len(rows(session)) == 1 - erased


def test_the_mail_says_nothing_of_the_stay(session: Session) -> None:
    pin = published(session, display_name="Xylocanary")
    pin.confirmed_on -= timedelta(days=340)

    ask_about_pins(session, installation=HERE)

    assert "Xylocanary" not in letters(session)[-1].subject + letters(session)[-1].body
