"""Words of stays: nothing that a person wrote is public before a moderator approved it."""

import pytest
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import PinStatus
from mapsvc.domain.submissions import SubmissionKind
from mapsvc.errors import NotFound
from mapsvc.services import moderating
from mapsvc.services.erasing_pins import forget_word
from mapsvc.services.moderating import ChangedSince
from mapsvc.services.own_pins import edit_pin, withdraw_pin
from mapsvc.services.publishing import publish_pins
from mapsvc.services.submitted_pins import pin_case
from tests.services.mailing import letters
from tests.services.moderators import decide, moderator, undo
from tests.services.stays import ANA, BY_FORM, confirmed, draft, person, published, rows, waiting


def test_an_approved_pin_is_public_and_its_person_is_told(session: Session) -> None:
    published(session)

    assert [(row.title, row.kind, row.precision) for row in rows(session)] == [("Ana", "alumni", "area")]
    assert letters(session)[-1].to_address == ANA
    assert "public now" in letters(session)[-1].body


def test_a_moderator_sees_the_public_row_and_not_the_town(session: Session) -> None:
    pin = confirmed(session)

    case = pin_case(waiting(session, pin))

    assert case.now is None
    assert case.public is not None
    assert case.public["detail"]["pin"]["story"] == "The bakery opens at four."
    assert str(pin.place_id) not in str(case.public)


def test_new_words_that_are_refused_leave_what_is_public(session: Session) -> None:
    pin = published(session)
    edit_pin(session, person(session), pin.id, draft(story="Worse."), **BY_FORM)

    decide(session, moderator(session), waiting(session, pin), "rejected", reason="No.")

    assert pin.status == "published"
    assert rows(session)[0].detail["pin"]["story"] == "The bakery opens at four."


def test_an_approval_that_is_taken_back_hides_the_pin_again(session: Session) -> None:
    pin = published(session)

    undo(session, moderator(session), waiting(session, pin))

    assert (pin.status, pin.story, waiting(session, pin).status, rows(session)) == (
        "waiting",
        "",
        "waiting",
        [],
    )


def test_an_approval_of_new_words_that_is_taken_back_shows_the_old_ones(session: Session) -> None:
    pin = published(session)
    edit_pin(session, person(session), pin.id, draft(story="New."), **BY_FORM)
    decide(session, moderator(session), waiting(session, pin))

    undo(session, moderator(session), waiting(session, pin))

    assert rows(session)[0].detail["pin"]["story"] == "The bakery opens at four."


def test_an_approval_that_is_taken_back_shows_nothing_that_was_hidden_since(session: Session) -> None:
    pin = published(session)
    edit_pin(session, person(session), pin.id, draft(story="New."), **BY_FORM)
    decide(session, moderator(session), waiting(session, pin))
    pin.status = PinStatus.HIDDEN
    publish_pins(session, [pin])

    undo(session, moderator(session), waiting(session, pin))

    assert (pin.status, pin.story, rows(session)) == (PinStatus.HIDDEN, "The bakery opens at four.", [])


def test_the_words_of_a_withdrawn_pin_cannot_be_approved(session: Session) -> None:
    pin = confirmed(session)
    key = (SubmissionKind.STAYS, waiting(session, pin).id)
    withdraw_pin(session, person(session), pin.id)

    with pytest.raises(NotFound):
        moderating.submission(session, moderator(session), key)


@pytest.mark.parametrize("status", ["returned", "rejected"])
def test_a_pin_that_was_never_public_follows_each_decision(session: Session, status: str) -> None:
    pin = confirmed(session)

    decide(session, moderator(session), waiting(session, pin), status, reason="A phone number.")
    refused = pin.status
    undo(session, moderator(session), waiting(session, pin))

    assert (refused, pin.status, rows(session)) == (status, "waiting", [])


def test_a_word_that_its_person_took_away_meanwhile_is_not_approved(session: Session) -> None:
    pin = published(session)
    edit_pin(session, person(session), pin.id, draft(story="New."), **BY_FORM)
    seen = moderating.seen(waiting(session, pin))
    forget_word(session, pin, "story")
    session.commit()

    with pytest.raises(ChangedSince):
        decide(session, moderator(session), waiting(session, pin), seen=seen)
