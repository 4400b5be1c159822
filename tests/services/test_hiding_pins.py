"""Reports of visitors about people's stays, and moderators who hide a stay and show it again."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.listings import Listing
from mapsvc.domain.reviews import Complaint, Report
from mapsvc.errors import NotFound
from mapsvc.services import hiding_pins, reporting
from mapsvc.services.own_pins import withdraw_pin
from tests.services.mailing import HERE
from tests.services.moderators import moderator
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
    hiding_pins.turn_reported(session, viewer, number, to)


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
