"""Reports of visitors about people's stays, and moderators who hide a stay and show it again."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.asking import Side
from mapsvc.domain.listings import Listing
from mapsvc.domain.reviews import Complaint, Report
from mapsvc.errors import NotFound
from mapsvc.services import answering, hiding_pins, reporting
from mapsvc.services.own_pins import withdraw_pin
from mapsvc.services.reported_conversations import settle
from tests.services.mailing import HERE, letters
from tests.services.moderators import moderator
from tests.services.questions import held, sent
from tests.services.stays import ANA, person, published


@pytest.fixture
def mo(session: Session) -> Viewer:
    return moderator(session)


@pytest.fixture
def pin(session: Session) -> Pin:
    return published(session, ANA)


def report(session: Session, pin: Pin) -> Report:
    said = {"text": "Ana is not her name.", "email": "", "network": "192.0.2.1", "language": "en"}
    return reporting.report(session, pin.slug, Complaint.UNSAFE, installation=HERE, **said)


def turn(session: Session, viewer: Viewer, number: int, to: PinStatus = PinStatus.HIDDEN) -> None:
    hiding_pins.turn_reported(session, viewer, number, to, installation=HERE)


def shown(session: Session) -> int:
    return session.scalar(select(func.count(Listing.id))) or 0


def test_a_moderator_hides_a_reported_stay_and_shows_it_again(session: Session, pin: Pin, mo: Viewer) -> None:
    number, counted = report(session, pin).id, [shown(session)]

    turn(session, mo, number, PinStatus.HIDDEN)
    counted.append(shown(session))
    turn(session, mo, number, PinStatus.PUBLISHED)
    counted.append(shown(session))

    assert counted == [1, 0, 1]


def test_only_moderators_hide_a_stay(session: Session, pin: Pin) -> None:
    number = report(session, pin).id

    with pytest.raises(NotFound):
        turn(session, person(session), number)

    assert shown(session) == 1


def test_a_report_keeps_no_name_of_a_person_and_goes_with_the_stay(
    session: Session, pin: Pin, mo: Viewer
) -> None:
    made = report(session, pin)
    number, title = made.id, made.title

    withdraw_pin(session, person(session), pin.id)

    assert "Ana" not in title
    assert session.scalar(select(func.count(Report.id))) == 0
    with pytest.raises(NotFound):
        turn(session, mo, number)


def test_its_person_is_told_that_a_stay_is_off_the_map_and_that_it_is_back(
    session: Session, pin: Pin, mo: Viewer
) -> None:
    number, before = report(session, pin).id, len(letters(session))

    for to in (PinStatus.HIDDEN, PinStatus.HIDDEN, PinStatus.PUBLISHED, PinStatus.PUBLISHED):
        turn(session, mo, number, to)

    hidden, back = letters(session)[before:]
    assert [hidden.to_address, back.to_address] == [ANA, ANA]
    assert "nobody else sees it now." in hidden.body
    assert "It is on the map again." in back.body
    assert all("https://map.example.org/alumni/mine" in one.body for one in (hidden, back))


def test_its_person_is_told_in_french(session: Session, pin: Pin, mo: Viewer) -> None:
    pin.account.language = "fr"  # type: ignore[union-attr]

    turn(session, mo, report(session, pin).id)

    assert letters(session)[-1].headers["Content-Language"] == "fr"


def test_reports_that_hide_a_stay_tell_its_person_once_and_a_moderator_who_shows_it_again_does(
    session: Session, pin: Pin, mo: Viewer
) -> None:
    pin.may_be_asked = True
    talks = [sent(session, pin, f"{number}@example.net") for number in range(4)]

    for one in talks:
        answering.report(session, held(one, Side.SENDER), installation=HERE)
    told = [one.subject for one in letters(session) if one.to_address == ANA and "map" in one.subject]
    settle(session, mo, talks[0].id, show_pin=True, installation=HERE)

    assert told[-1:] == ["Your stay is off the map for now"]
    assert told.count(told[-1]) == 1
    assert letters(session)[-1].subject == "Your stay is on the map again"


def test_a_mail_goes_only_with_the_change_it_tells_of(session: Session, pin: Pin, mo: Viewer) -> None:
    before = len(letters(session))

    hiding_pins.turn(session, mo, pin, PinStatus.HIDDEN, installation=HERE)
    written = len(letters(session))
    session.rollback()

    assert (written, len(letters(session))) == (before + 1, before)
    assert (pin.status, shown(session)) == (PinStatus.PUBLISHED, 1)
