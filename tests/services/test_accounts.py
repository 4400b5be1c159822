"""Accounts: roles and invitations, a new address, the end."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer, viewer_of
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Account, Letter, Role, SignIn
from mapsvc.domain.reviews import AuditEntry
from mapsvc.domain.sources import Source
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services import accounts, invitations, signing_in
from mapsvc.services.installations import Installation
from mapsvc.services.passes import PassGone
from mapsvc.storage import people
from tests import make
from tests.letters import link_in
from tests.publish import publish

HERE = Installation("a test", "https://map.example", "key")


def account(session: Session, email: str, role: Role | None = None, sending: str = "") -> Viewer:
    if role is None:
        made = signing_in.account_for(session, email, language="en")
    else:
        of = accounts.sending_organisation(session, sending) if sending else None
        made = accounts.grant(session, email, role, sending=of)
    session.commit()
    return viewer_of(made)


def invite(session: Session, viewer: Viewer, role: Role, organisation: str = "") -> str:
    mailed = invitations.invite(
        session,
        viewer,
        "new@example.org",
        role,
        organisation=organisation,
        installation=HERE,
        language="en",
    )
    return mailed.link.rpartition("/")[2]


def test_an_administrator_invites_a_referent_who_then_is_one(session: Session) -> None:
    admin = account(session, "admin@example.org", Role.ADMINISTRATOR)

    secret = invite(session, admin, Role.REFERENT, "Chamber  of Trier")
    begun = invitations.accept(session, secret, browser="")

    chamber = people.sending_organisation_named(session, "Chamber of Trier")
    assert chamber is not None
    assert begun.viewer.roles == {Role.LEARNER, Role.REFERENT}
    assert begun.viewer.sending_ids == {chamber.id}
    letter = session.scalars(select(Letter)).one()
    assert link_in(letter.body).endswith(secret)
    assert "referent of Chamber of Trier" in letter.body


def test_nothing_is_given_before_the_invitation_is_accepted(session: Session) -> None:
    admin = account(session, "admin@example.org", Role.ADMINISTRATOR)

    invite(session, admin, Role.MODERATOR)

    assert people.account_with_email(session, "new@example.org") is None


def test_an_invitation_is_good_once(session: Session) -> None:
    admin = account(session, "admin@example.org", Role.ADMINISTRATOR)
    secret = invite(session, admin, Role.MODERATOR)
    invitations.accept(session, secret, browser="")

    with pytest.raises(PassGone):
        invitations.accept(session, secret, browser="")


def test_a_referent_invites_referents_of_the_own_organisation_only(session: Session) -> None:
    account(session, "other@example.org", Role.REFERENT, "School B")
    referent = account(session, "ref@example.org", Role.REFERENT, "School A")

    begun = invitations.accept(session, invite(session, referent, Role.REFERENT, "School A"), browser="")

    assert begun.viewer.sending_ids == referent.sending_ids
    for role, organisation in (
        (Role.REFERENT, "School B"),
        (Role.REFERENT, "A new school"),
        (Role.MODERATOR, ""),
        (Role.ADMINISTRATOR, ""),
    ):
        with pytest.raises(NotFound):
            invite(session, referent, role, organisation)
        session.rollback()


@pytest.mark.parametrize("role", [Role.HOST, Role.LEARNER, Role.VISITOR, Role.ALUMNUS])
def test_roles_that_come_in_other_ways_are_in_no_invitation(session: Session, role: Role) -> None:
    admin = account(session, "admin@example.org", Role.ADMINISTRATOR)

    with pytest.raises(NotFound):
        invite(session, admin, role)


@pytest.mark.parametrize("end", ["deleted", "revoked"])
def test_an_invitation_ends_with_the_right_to_invite(session: Session, end: str) -> None:
    admin = account(session, "admin@example.org", Role.ADMINISTRATOR)
    account(session, "other@example.org", Role.ADMINISTRATOR)
    secret = invite(session, admin, Role.ADMINISTRATOR)

    if end == "deleted":
        accounts.delete_account(session, admin)
    else:
        own = session.get_one(Account, admin.account_id)
        accounts.revoke(session, admin, own.grants[0].id)
        session.expire_all()

    for ask in (invitations.invitation, lambda *args: invitations.accept(*args, browser="")):
        with pytest.raises(PassGone):
            ask(session, secret)
        session.rollback()
    assert people.account_with_email(session, "new@example.org") is None


def test_a_host_is_invited_by_the_referents_of_its_list_alone(session: Session) -> None:
    publish(session, make.host())
    ours = account(session, "ref@example.org", Role.REFERENT, "School A")
    theirs = account(session, "other@example.org", Role.REFERENT, "School B")
    session.scalars(select(Source)).one().owner_id = next(iter(ours.sending_ids))
    session.commit()
    host = session.scalars(select(Organisation)).one()

    with pytest.raises(NotFound):
        invitations.invite_host(session, theirs, "h@example.org", host, installation=HERE, language="en")
    mailed = invitations.invite_host(session, ours, "h@example.org", host, installation=HERE, language="fr")
    begun = invitations.accept(session, mailed.link.rpartition("/")[2], browser="")

    assert begun.viewer.host_ids == {host.id}
    assert begun.viewer.language == "fr"


def test_visitors_are_asked_to_sign_in(session: Session) -> None:
    with pytest.raises(NotSignedIn):
        invite(session, VISITOR, Role.MODERATOR)
    with pytest.raises(NotSignedIn):
        accounts.delete_account(session, VISITOR)


def test_a_role_is_taken_away_by_those_who_could_give_it(session: Session) -> None:
    admin = account(session, "admin@example.org", Role.ADMINISTRATOR)
    ours = account(session, "ref@example.org", Role.REFERENT, "School A")
    theirs = account(session, "other@example.org", Role.REFERENT, "School B")
    grant = session.get_one(Account, ours.account_id).grants[0].id

    with pytest.raises(NotFound):
        accounts.revoke(session, theirs, grant)
    accounts.revoke(session, admin, grant)

    session.expire_all()
    assert session.get_one(Account, ours.account_id).grants == []


def test_the_last_administrator_stays(session: Session) -> None:
    admin = account(session, "admin@example.org", Role.ADMINISTRATOR)
    grant = session.get_one(Account, admin.account_id).grants[0].id

    with pytest.raises(accounts.LastAdministrator):
        accounts.delete_account(session, admin)
    with pytest.raises(accounts.LastAdministrator):
        accounts.revoke(session, admin, grant)

    account(session, "second@example.org", Role.ADMINISTRATOR)
    accounts.delete_account(session, admin)
    assert people.account_with_email(session, "admin@example.org") is None


def test_a_new_address_counts_once_its_link_is_used(session: Session) -> None:
    ada = account(session, "ada@example.org")

    mailed = accounts.ask_new_address(
        session, ada, "Ada@New.example", installation=HERE, language="en", network="192.0.2.1"
    )
    before = session.get_one(Account, ada.account_id).email
    taken = accounts.take_new_address(session, ada, mailed.link.rpartition("/")[2])

    assert (before, taken) == ("ada@example.org", "ada@new.example")
    assert people.account_with_email(session, "ada@new.example") is not None


def test_the_link_for_a_new_address_is_of_no_use_to_others(session: Session) -> None:
    ada, eve = account(session, "ada@example.org"), account(session, "eve@example.org")
    mailed = accounts.ask_new_address(
        session, ada, "ada@new.example", installation=HERE, language="en", network="192.0.2.1"
    )

    with pytest.raises(NotFound):
        accounts.take_new_address(session, eve, mailed.link.rpartition("/")[2])


def test_an_address_with_an_account_is_not_taken_over(session: Session) -> None:
    ada = account(session, "ada@example.org")
    account(session, "bob@example.org")

    mailed = accounts.ask_new_address(
        session, ada, "bob@example.org", installation=HERE, language="en", network="192.0.2.1"
    )

    with pytest.raises(accounts.AddressTaken):
        accounts.take_new_address(session, ada, mailed.link.rpartition("/")[2])


def test_a_deleted_account_leaves_no_address_and_no_sign_in(session: Session) -> None:
    ada = account(session, "ada@example.org")
    signing_in.ask(session, "ada@example.org", installation=HERE, language="en", network="192.0.2.1")
    begun = signing_in.begin(session, session.get_one(Account, ada.account_id), browser="")
    session.commit()

    accounts.delete_account(session, ada)

    assert signing_in.known(session, begun.secret) is None
    assert (
        session.query(SignIn).count() == session.query(Account).count() == session.query(Letter).count() == 0
    )
    assert "ada@example.org" not in str([entry.detail for entry in session.scalars(select(AuditEntry))])


def test_a_referent_needs_an_organisation_with_a_name(session: Session) -> None:
    admin = account(session, "admin@example.org", Role.ADMINISTRATOR)

    for name in ("", " ", "x" * 121):
        with pytest.raises(InvalidInput):
            invite(session, admin, Role.REFERENT, name)
        session.rollback()
