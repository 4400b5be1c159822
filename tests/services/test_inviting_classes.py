"""A referent invites a class: its link fills in a form, counts confirmed stays, and tells of nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer
from mapsvc.domain.alumni import Pin
from mapsvc.domain.base import now
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.people import Letter
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services.inviting_classes import (
    ClassLinkEnded,
    ClassLinkFull,
    chosen_sender,
    class_invitation,
    class_invitations,
    end_class_invitation,
    invite_class,
    open_class,
    senders,
)
from mapsvc.services.pinning import ask_pin, confirm_pin
from mapsvc.storage.engine import reading, writing
from tests.letters import link_in
from tests.services.desks import administrator, referent
from tests.services.mailing import ASKED
from tests.services.moderators import moderator
from tests.services.stays import TWO, draft

TODAY = now().date()
BAKERS: dict[str, Any] = {
    "name": "Bakers",
    "from_country": "FR",
    "field": "0716",
    "year": "2024",
    "language": "fr",
    "ends_on": TODAY + timedelta(days=30),
    "most": 20,
}


def invited(session: Session, viewer: Viewer, **said: Any) -> ClassInvitation:
    return invite_class(session, viewer, BAKERS | said, sending_id=min(viewer.sending_ids))


def asked_by(session: Session, invitation: ClassInvitation, number: int = 1) -> str:
    """The secret of the link that was mailed to somebody who came by the link of a class."""
    email = f"person{number}@example.org"
    ask_pin(session, draft(), email, age=20, areas=TWO, **ASKED, class_id=invitation.id)
    body = session.scalars(select(Letter.body).where(Letter.to_address == email)).one()
    return link_in(body).rpartition("/")[2]


def used(session: Session, invitation: ClassInvitation) -> int:
    session.refresh(invitation)
    return invitation.used


def test_a_link_can_be_used_and_holds_what_the_form_is_filled_in_with(session: Session) -> None:
    made = invited(session, referent(session))

    found = open_class(session, made.token)

    assert (found.from_country, found.field, found.year, found.used) == ("FR", "0716", 2024, 0)
    assert len(found.token) == 16


def test_two_links_never_share_a_token(session: Session) -> None:
    school = referent(session)

    assert invited(session, school).token != invited(session, school).token


def test_a_referent_sees_the_classes_of_their_own_organisation_alone(session: Session) -> None:
    ours, theirs = referent(session), referent(session, "School B")
    made = invited(session, ours)

    assert class_invitations(session, ours) == [made]
    assert class_invitations(session, theirs) == []
    with pytest.raises(NotFound):
        class_invitation(session, theirs, made.id)
    with pytest.raises(NotFound):
        end_class_invitation(session, theirs, made.id)
    with pytest.raises(NotFound):
        invite_class(session, theirs, BAKERS, sending_id=min(ours.sending_ids))


def test_moderators_and_administrators_look_after_all_classes(session: Session) -> None:
    made = invited(session, referent(session))

    for viewer in (moderator(session), administrator(session)):
        assert class_invitations(session, viewer) == [made]
        assert class_invitation(session, viewer, made.id) is made
        assert [one.name for one in senders(session, viewer)] == ["Lycée Voltaire"]


def test_a_visitor_is_asked_to_sign_in(session: Session) -> None:
    made = invited(session, referent(session))

    with pytest.raises(NotSignedIn):
        class_invitation(session, VISITOR, made.id)


def dated(value: Any) -> Any:
    """A value, or the day so far from today: a run may begin before midnight."""
    return now().date() + value if isinstance(value, timedelta) else value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends_on", timedelta(days=-1)),
        ("ends_on", timedelta(days=366)),
        ("ends_on", None),
        ("most", 0),
        ("most", 501),
        ("most", None),
        ("field", "9999"),
        ("field", ""),
        ("from_country", "France"),
        ("year", "1979"),
        ("year", str(TODAY.year + 1)),
        ("language", "xx"),
        ("name", "  "),
        ("name", "x" * 81),
        ("name", "Bakers \u202e2025"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session: Session, field: str, value: object) -> None:
    school = referent(session)

    with pytest.raises(InvalidInput) as fault:
        invited(session, school, **{field: dated(value)})
    assert fault.value.field == field
    assert class_invitations(session, school) == []


@pytest.mark.parametrize("said", [{"ends_on": timedelta()}, {"ends_on": timedelta(days=365)}, {"most": 500}])
def test_the_bounds_themselves_are_taken(session: Session, said: dict[str, Any]) -> None:
    made = invited(session, referent(session), **{name: dated(value) for name, value in said.items()})

    assert open_class(session, made.token) is made


def test_after_its_last_day_a_link_has_ended(session: Session) -> None:
    made = invited(session, referent(session))
    made.ends_on = TODAY - timedelta(days=1)
    session.commit()

    with pytest.raises(ClassLinkEnded):
        open_class(session, made.token)


def test_a_link_that_its_referent_ended_has_ended(session: Session) -> None:
    school = referent(session)
    made = invited(session, school)

    end_class_invitation(session, school, made.id)

    with pytest.raises(ClassLinkEnded):
        open_class(session, made.token)


@pytest.mark.parametrize("token", ["", "nothing", "x" * 10_000, "\x7f", "é"])
def test_a_link_that_is_none_of_ours_leads_nowhere(session: Session, token: str) -> None:
    invited(session, referent(session))

    with pytest.raises(NotFound):
        open_class(session, token)


def test_a_stay_counts_once_it_is_confirmed_and_not_before(session: Session) -> None:
    made = invited(session, referent(session))
    secret = asked_by(session, made)
    before = used(session, made)

    confirm_pin(session, secret, browser="a test")

    assert (before, used(session, made)) == (0, 1)


def test_a_full_link_says_so_and_takes_no_further_count(session: Session) -> None:
    made = invited(session, referent(session), most=1)
    secrets = [asked_by(session, made, number) for number in (1, 2)]

    for secret in secrets:
        confirm_pin(session, secret, browser="a test")

    assert used(session, made) == 1
    assert session.scalar(select(func.count()).select_from(Pin)) == 2
    with pytest.raises(ClassLinkFull):
        open_class(session, made.token)


def test_a_link_that_was_ended_counts_no_more_and_the_stay_is_taken_all_the_same(session: Session) -> None:
    school = referent(session)
    made = invited(session, school)
    secret = asked_by(session, made)
    end_class_invitation(session, school, made.id)

    pin, _signed_in = confirm_pin(session, secret, browser="a test")

    assert (pin.status, used(session, made)) == ("waiting", 0)


def test_who_came_on_the_last_day_counts_when_they_confirm_later(session: Session) -> None:
    made = invited(session, referent(session), ends_on=dated(timedelta()))
    secret = asked_by(session, made)
    made.ends_on = TODAY - timedelta(days=1)
    session.commit()

    confirm_pin(session, secret, browser="a test")

    assert used(session, made) == 1


def test_two_who_confirm_at_once_never_count_beyond_the_limit(engine: Engine) -> None:
    with writing(engine) as session:
        made = invited(session, referent(session), most=1)
        secrets = [asked_by(session, made, number) for number in range(4)]
        number = made.id
    together = Barrier(len(secrets))

    def confirm(secret: str) -> None:
        together.wait(timeout=30)
        with writing(engine) as session:
            confirm_pin(session, secret, browser="a test")

    with ThreadPoolExecutor(len(secrets)) as pool:
        list(pool.map(confirm, secrets))

    with reading(engine) as session:
        assert session.scalar(select(ClassInvitation.used).where(ClassInvitation.id == number)) == 1
        assert session.scalar(select(func.count()).select_from(Pin)) == len(secrets)


def test_nothing_that_is_kept_ties_a_stay_to_a_class() -> None:
    pointing = {
        key.target_fullname
        for table in (Pin.__table__, ClassInvitation.__table__)
        for key in table.foreign_keys
    }

    assert pointing == {"accounts.id", "sending_organisations.id"}


def test_an_only_organisation_needs_no_choice_and_another_one_is_refused(session: Session) -> None:
    school = referent(session)
    known = senders(session, school)

    assert chosen_sender(known, "") == min(school.sending_ids)
    with pytest.raises(InvalidInput):
        chosen_sender(known, "999999")
    with pytest.raises(InvalidInput):
        chosen_sender([], "")


def test_a_day_that_is_text_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput):
        invited(session, referent(session), ends_on=str(date(2027, 1, 1)))
