"""Who asks for it is erased with all that is kept of it; nobody else can be removed by a stranger."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer, viewer_of
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.people import Role
from mapsvc.domain.reviews import AuditEntry, Report, Revision
from mapsvc.domain.sources import Import, ImportedRow
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services.accounts import grant
from mapsvc.services.confirming import ask
from mapsvc.services.erasing import remove_for_good
from mapsvc.services.leaving import (
    ask_correction,
    ask_removal,
    confirm_correction,
    confirm_removal,
    look_at_removal,
)
from mapsvc.services.passes import PassGone
from mapsvc.services.reporting import close
from mapsvc.services.signing_in import account_for
from mapsvc.services.undoing import undo_import
from mapsvc.services.vouching import vouch
from mapsvc.storage import tables
from mapsvc.storage.hosts import state_of
from tests import make
from tests.publish import publish
from tests.services.mailing import ASKED, HERE, letters, secret

NAME = "Falegnameria Rossi"
CONTACT = "anna.rossi@gmail.com"


def firm(**values: Any) -> Any:
    given = {"website": "https://falegnameria-rossi.it", "kind": "company"} | values
    return make.host(NAME, offers=(make.offer(contact={"email": "Anna.Rossi@Gmail.com"}),), **given)


@pytest.fixture
def slug(session: Session) -> str:
    publish(session, firm())
    return session.scalars(select(Site.slug)).one()


def admin(session: Session) -> Viewer:
    account = grant(session, "boss@example.org", Role.ADMINISTRATOR)
    session.commit()
    return Viewer(account_id=account.id, roles=frozenset({Role.ADMINISTRATOR}))


def moderator(session: Session) -> Viewer:
    account = grant(session, "moderator@example.org", Role.MODERATOR)
    session.commit()
    return viewer_of(account)


def where_it_stands(session: Session, words: str) -> set[str]:
    """The tables that hold some words in any of their columns."""
    found = set()
    for table in tables.METADATA.sorted_tables:
        for row in session.execute(table.select()):
            if words.lower() in str(tuple(row)).lower():
                found.add(table.name)
    return found


@pytest.mark.parametrize("email", [CONTACT, "info@falegnameria-rossi.it"])
def test_a_contact_or_the_own_domain_erases_at_once(session: Session, slug: str, email: str) -> None:
    ask_removal(session, slug, email, **ASKED)
    _found, at_once = look_at_removal(session, secret(session))

    erased = confirm_removal(session, secret(session), installation=HERE)

    assert at_once
    assert erased
    assert session.scalars(select(Organisation)).all() == []


def test_a_stranger_only_makes_a_request(session: Session, slug: str) -> None:
    ask_removal(session, slug, "rival@example.org", text="They are bad.", **ASKED)

    assert not confirm_removal(session, secret(session), installation=HERE)

    report = session.scalars(select(Report)).one()
    assert (report.reason, report.title, report.slug) == ("removal", NAME, slug)
    assert session.scalars(select(Organisation.name)).all() == [NAME]


def test_an_address_of_a_school_only_makes_a_request(session: Session) -> None:
    publish(session, firm(kind="school"))
    slug = session.scalars(select(Site.slug)).one()

    ask_removal(session, slug, "pupil@falegnameria-rossi.it", **ASKED)

    assert not confirm_removal(session, secret(session), installation=HERE)


def test_nothing_of_an_erased_host_is_left_but_hashes(session: Session, slug: str) -> None:
    organisation = session.scalars(select(Organisation)).one()
    boss = admin(session)
    session.add(Revision(organisation_id=organisation.id, what="edited", state=state_of(organisation)))
    session.add(ImportedRow(import_id=1, organisation_id=organisation.id, before=state_of(organisation)))
    vouch(session, boss, organisation.id, checks=["hours"], installation=HERE)
    ask(session, boss, [organisation.id], installation=HERE)
    ask_correction(session, slug, "x@example.org", parts=["Name"], text="Rossi moved", **ASKED)
    confirm_correction(session, secret(session), installation=HERE)
    for letter in letters(session):
        session.delete(letter)
    session.commit()
    before = where_it_stands(session, "rossi")

    remove_for_good(session, boss, organisation, key="a key")

    assert {"organisations", "revisions", "imported_rows", "reports", "listings"} <= before
    assert where_it_stands(session, "rossi") == set()
    assert where_it_stands(session, CONTACT) == set()
    assert "erased" in session.scalars(select(AuditEntry.action)).all()


def test_the_same_firm_of_another_list_goes_too(session: Session, slug: str) -> None:
    publish(session, firm(), make.host("Officina Bianchi"), source="another list")

    ask_removal(session, slug, CONTACT, **ASKED)
    confirm_removal(session, secret(session), installation=HERE)

    assert session.scalars(select(Organisation.name)).all() == ["Officina Bianchi"]


def test_undoing_an_import_does_not_bring_it_back(session: Session, slug: str) -> None:
    publish(session, firm(website="https://falegnameria-rossi.it/new"))
    ask_removal(session, slug, CONTACT, **ASKED)
    confirm_removal(session, secret(session), installation=HERE)

    undo_import(session, session.scalars(select(Import.id).order_by(Import.id.desc())).first() or 0)

    assert session.scalars(select(Organisation)).all() == []


def test_only_those_who_may_erase(session: Session, slug: str) -> None:
    organisation = session.scalars(select(Organisation)).one()
    referent = Viewer(account_id=5, roles=frozenset({Role.REFERENT}), sending_ids=frozenset({1}))

    with pytest.raises(NotSignedIn):
        remove_for_good(session, VISITOR, organisation, key="a key")
    with pytest.raises(NotFound):
        remove_for_good(session, referent, organisation, key="a key")


def test_a_moderator_erases_who_asked(session: Session, slug: str) -> None:
    moderator = Viewer(
        account_id=account_for(session, "m@example.org", language="en").id, roles=frozenset({Role.MODERATOR})
    )

    remove_for_good(session, moderator, session.scalars(select(Organisation)).one(), key="a key")

    assert session.scalars(select(Organisation)).all() == []


def test_a_correction_needs_words(session: Session, slug: str) -> None:
    with pytest.raises(InvalidInput):
        ask_correction(session, slug, "x@example.org", parts=["Name"], text="  ", **ASKED)


def test_requests_go_to_referents_and_moderators(session: Session, slug: str) -> None:
    grant(session, "moderator@example.org", Role.MODERATOR)
    grant(session, "boss@example.org", Role.ADMINISTRATOR)
    session.commit()

    ask_correction(session, slug, "x@example.org", parts=["Name"], text="It is Bianchi", **ASKED)
    confirm_correction(session, secret(session), installation=HERE)

    report = session.scalars(select(Report)).one()
    assert [one.to_address for one in letters(session)] == ["x@example.org", "moderator@example.org"]
    assert f"{HERE.base_url}/review/reports/{report.id}" in letters(session)[-1].body


@pytest.mark.parametrize("ask", ["removal", "correction"])
def test_who_asks_gets_the_answer_in_the_language_of_the_question(
    session: Session, slug: str, ask: str
) -> None:
    asked, boss = ASKED | {"language": "fr"}, moderator(session)
    if ask == "removal":
        ask_removal(session, slug, "x@example.org", **asked)
        confirm_removal(session, secret(session), installation=HERE)
    else:
        ask_correction(session, slug, "x@example.org", parts=(), text="It is Bianchi", **asked)
        confirm_correction(session, secret(session), installation=HERE)
    report = session.scalars(select(Report)).one()

    close(session, boss, [report.id], settled=True, answer="", installation=HERE)

    answer = letters(session)[-1]
    assert (answer.to_address, answer.headers["Content-Language"]) == ("x@example.org", "fr")


def test_a_correction_of_a_host_without_a_site_is_too_late(session: Session, slug: str) -> None:
    ask_correction(session, slug, "x@example.org", parts=(), text="It is Bianchi", **ASKED)
    session.scalars(select(Organisation)).one().sites = []
    session.commit()

    with pytest.raises(PassGone):
        confirm_correction(session, secret(session), installation=HERE)
