"""Nothing a person wrote is public before a moderator approved it, and every decision can be taken back."""

import pytest
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services.desks import desk_of
from mapsvc.services.moderating import CannotUndo, Decided
from mapsvc.services.moderating_pins import (
    approve_pin,
    decided_lately,
    pin_case,
    pin_queue,
    reject_pin,
    send_pin_back,
    undo_pin,
)
from mapsvc.services.own_pins import edit_pin, withdraw_pin
from tests.services.mailing import HERE, letters
from tests.services.moderators import moderator
from tests.services.stays import ANA, BY_FORM, confirmed, draft, person, published, rows, waiting


def test_an_approved_pin_is_public_and_its_person_is_told(session: Session) -> None:
    published(session)

    assert [(row.title, row.kind, row.precision) for row in rows(session)] == [("Ana", "alumni", "area")]
    assert letters(session)[-1].to_address == ANA
    assert "public now" in letters(session)[-1].body


def test_a_moderator_sees_the_public_row_and_not_the_town(session: Session) -> None:
    pin = confirmed(session)

    case = pin_case(session, moderator(session), waiting(session, pin).id)

    assert case.now is None
    assert case.public is not None
    assert case.public["detail"]["pin"]["story"] == "The bakery opens at four."
    assert str(pin.place_id) not in str(case.public)


def test_the_queue_has_the_oldest_first(session: Session) -> None:
    pins = [confirmed(session), confirmed(session, "b@example.org")]
    asks = moderator(session)

    assert [one.pin_id for one in pin_queue(session, asks, limit=9)] == [pin.id for pin in pins]
    assert desk_of(session, asks).to_review == 2


@pytest.mark.parametrize("verb", [pin_case, approve_pin])
def test_only_moderators_decide(session: Session, verb: object) -> None:
    pin = confirmed(session)
    more = {} if verb is pin_case else {"installation": HERE}

    with pytest.raises(NotFound):
        verb(session, person(session), waiting(session, pin).id, **more)  # type: ignore[operator]
    with pytest.raises(NotSignedIn):
        verb(session, VISITOR, waiting(session, pin).id, **more)  # type: ignore[operator]


@pytest.mark.parametrize(("verb", "status"), [(send_pin_back, "returned"), (reject_pin, "rejected")])
def test_what_is_refused_stays_hidden_and_its_person_reads_why(
    session: Session, verb: object, status: str
) -> None:
    pin = confirmed(session)

    verb(session, moderator(session), waiting(session, pin).id, reason="A phone number.", installation=HERE)  # type: ignore[operator]

    assert (pin.status, rows(session)) == (status, [])
    assert "A phone number." in letters(session)[-1].body


def test_a_refusal_without_a_reason_is_refused(session: Session) -> None:
    pin = confirmed(session)

    with pytest.raises(InvalidInput):
        reject_pin(session, moderator(session), waiting(session, pin).id, reason=" ", installation=HERE)


def test_new_words_that_are_refused_leave_what_is_public(session: Session) -> None:
    pin = published(session)
    edit_pin(session, person(session), pin.id, draft(story="Worse."), **BY_FORM)

    reject_pin(session, moderator(session), waiting(session, pin).id, reason="No.", installation=HERE)

    assert pin.status == "published"
    assert rows(session)[0].detail["pin"]["story"] == "The bakery opens at four."


def test_a_decision_counts_once(session: Session) -> None:
    pin = published(session)

    with pytest.raises(Decided):
        approve_pin(session, moderator(session), waiting(session, pin).id, installation=HERE)


def test_an_approval_that_is_taken_back_hides_the_pin_again(session: Session) -> None:
    pin = published(session)

    undo_pin(session, moderator(session), waiting(session, pin).id, installation=HERE)

    assert (pin.status, pin.story, waiting(session, pin).status, rows(session)) == (
        "waiting",
        "",
        "waiting",
        [],
    )


def test_an_approval_of_new_words_that_is_taken_back_shows_the_old_ones(session: Session) -> None:
    pin = published(session)
    edit_pin(session, person(session), pin.id, draft(story="New."), **BY_FORM)
    approve_pin(session, moderator(session), waiting(session, pin).id, installation=HERE)

    undo_pin(session, moderator(session), waiting(session, pin).id, installation=HERE)

    assert rows(session)[0].detail["pin"]["story"] == "The bakery opens at four."


def test_a_rejection_that_is_taken_back_waits_again(session: Session) -> None:
    pin = confirmed(session)
    reject_pin(session, moderator(session), waiting(session, pin).id, reason="No.", installation=HERE)

    undo_pin(session, moderator(session), waiting(session, pin).id, installation=HERE)

    assert (pin.status, waiting(session, pin).status) == ("waiting", "waiting")


def test_a_decision_is_not_taken_back_once_its_person_wrote_anew(session: Session) -> None:
    pin = published(session)
    first = waiting(session, pin).id
    edit_pin(session, person(session), pin.id, draft(story="New."), **BY_FORM)

    with pytest.raises(CannotUndo):
        undo_pin(session, moderator(session), first, installation=HERE)


def test_the_words_of_a_withdrawn_pin_cannot_be_approved(session: Session) -> None:
    pin = confirmed(session)
    number = waiting(session, pin).id
    withdraw_pin(session, person(session), pin.id)

    with pytest.raises(NotFound):
        approve_pin(session, moderator(session), number, installation=HERE)


def test_what_was_decided_can_be_looked_up(session: Session) -> None:
    pin = published(session)

    assert [one.pin_id for one in decided_lately(session, moderator(session), limit=9)] == [pin.id]
