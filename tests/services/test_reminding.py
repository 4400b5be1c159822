"""Moderators are mailed what waits for longer than a day: once a day, with counts and a link."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import PinStatus
from mapsvc.domain.asking import Side
from mapsvc.domain.base import now
from mapsvc.domain.people import Account
from mapsvc.domain.reviews import Complaint, HostSubmission, Report
from mapsvc.services import answering, hiding_pins, reporting
from mapsvc.services.desks import desk_of
from mapsvc.services.reminding import remind
from mapsvc.services.reported_conversations import reported_conversations, settle
from mapsvc.storage.reminders import count_for_moderators
from tests.services.keepers import administrator
from tests.services.mailing import HERE
from tests.services.moderators import boatyard, decide, handed_in, letters, moderator
from tests.services.questions import held, open_pin, sent

DAY = timedelta(hours=25)
REPORTED = {"text": "", "email": "", "installation": HERE, "network": "192.0.2.1", "language": "en"}


@pytest.fixture
def waiting(session: Session) -> HostSubmission:
    """A change and a report that wait for longer than a day."""
    host = boatyard(session)
    made = handed_in(session, host)
    said = reporting.report(session, host.sites[0].slug, Complaint.GONE, **REPORTED)
    made.created = said.created = now() - DAY
    session.commit()
    return made


def test_each_moderator_gets_one_mail_with_counts_and_a_link_in_their_language(
    session: Session, waiting: HostSubmission
) -> None:
    for email in ("mo@site.example", "jo@site.example"):
        moderator(session, email)
    session.scalars(select(Account).where(Account.email == "jo@site.example")).one().language = "fr"

    told = remind(session, installation=HERE)

    mails = {one.to_address: one for one in letters(session)}
    assert told == 2
    assert "Changes of hosts: 1\nReports: 1" in mails["mo@site.example"].body
    assert "https://map.example.org/review" in mails["mo@site.example"].body
    assert mails["jo@site.example"].headers["Content-Language"] == "fr"


def test_nobody_is_mailed_twice_within_a_day(session: Session, waiting: HostSubmission) -> None:
    moderator(session)

    told = [remind(session, installation=HERE) for _hour in range(3)]
    late = boatyard(session, "Late")
    handed_in(session, late).created = now() - DAY
    told.append(remind(session, installation=HERE))
    for one in (*session.scalars(select(HostSubmission)), *session.scalars(select(Report))):
        one.reminded = one.reminded and one.reminded - DAY
    session.commit()
    told.append(remind(session, installation=HERE))

    assert told == [1, 0, 0, 0, 1]


def test_nobody_is_mailed_of_what_waits_for_less_than_a_day(session: Session) -> None:
    moderator(session)
    handed_in(session, boatyard(session)).created = now() - timedelta(hours=23)

    assert remind(session, installation=HERE) == 0


def test_nobody_is_mailed_of_what_was_decided(session: Session, waiting: HostSubmission) -> None:
    mo = moderator(session)
    decide(session, mo, waiting, "rejected", reason="No")
    said = session.scalars(select(Report)).one()
    reporting.close(session, mo, [said.id], settled=True, answer="", installation=HERE)

    assert remind(session, installation=HERE) == 0


def test_reported_conversations_and_hidden_stays_wait_too_and_are_told_once_a_day(session: Session) -> None:
    pin = open_pin(session)
    for number in range(3):
        talk = sent(session, pin, f"{number}@example.net")
        answering.report(session, held(talk, Side.SENDER), installation=HERE)
        talk.reported = now() - DAY
    session.commit()
    mo = moderator(session)

    told = [remind(session, installation=HERE) for _hour in range(2)]
    to_review = [desk_of(session, mo).to_review]
    for number, _side in reported_conversations(session, mo):
        settle(session, mo, number, show_pin=False, installation=HERE)
    to_review.append(desk_of(session, mo).to_review)

    assert told == [1, 0]
    assert "Reported conversations: 3\nHidden stays: 1" in letters(session)[-1].body
    assert to_review == [4, 0]


def test_a_stay_that_a_moderator_hid_waits_until_what_was_reported_is_closed(session: Session) -> None:
    mo, pin = moderator(session), open_pin(session)
    said = reporting.report(session, pin.slug, Complaint.UNSAFE, **REPORTED)
    hiding_pins.turn_reported(session, mo, said.id, PinStatus.HIDDEN, installation=HERE)
    said.created = now() - DAY
    session.commit()

    before = count_for_moderators(session, before=now() - timedelta(hours=24))
    reporting.close(session, mo, [said.id], settled=True, answer="", installation=HERE)
    after = count_for_moderators(session)

    assert (before.reports, before.hidden, sum(before)) == (1, 1, 2)
    assert sum(after) == 0


def test_without_moderators_administrators_are_told(session: Session, waiting: HostSubmission) -> None:
    administrator(session)

    assert remind(session, installation=HERE) == 1
    assert letters(session)[-1].to_address == "root@site.example"


def test_with_nobody_to_tell_it_is_tried_again_later(session: Session, waiting: HostSubmission) -> None:
    assert remind(session, installation=HERE) == 0
    moderator(session)

    assert remind(session, installation=HERE) == 1
