"""Who reads the mail of an organisation's own domain may speak for it; nobody else by mail alone."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, may
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.people import Grant, Purpose, Role
from mapsvc.domain.reviews import AuditEntry
from mapsvc.errors import NotFound, TooMany
from mapsvc.services import passes
from mapsvc.services.accounts import grant
from mapsvc.services.claiming import accept_claim, ask_claim, claimable, look_at_claim
from mapsvc.services.letters import InvalidAddress
from mapsvc.services.own_hosts import NotAlone, erase_own, own_hosts
from mapsvc.services.signing_in import begin
from tests import make
from tests.publish import publish
from tests.services.mailing import ASKED, HERE, letters, secret

OWN = "Chef@Falegnameria-Rossi.it"


@pytest.fixture
def slug(session: Session) -> str:
    publish(session, make.host(website="http://falegnameria-rossi.it", kind="company"))
    return session.scalars(select(Site.slug)).one()


def test_an_address_on_the_own_domain_lets_one_in(session: Session, slug: str) -> None:
    ask_claim(session, slug, OWN, **ASKED)
    organisation, email, at_once = look_at_claim(session, secret(session))

    signed_in = accept_claim(session, secret(session), browser="", installation=HERE)

    assert (email, at_once) == ("chef@falegnameria-rossi.it", True)
    assert signed_in
    assert signed_in.viewer.host_ids == {organisation.id}
    assert may(signed_in.viewer, Action.EDIT_HOST, organisation)
    assert not may(signed_in.viewer, Action.PUBLISH_HOST, organisation)
    assert "claimed" in session.scalars(select(AuditEntry.action)).all()


def test_looking_at_the_link_changes_nothing(session: Session, slug: str) -> None:
    ask_claim(session, slug, OWN, **ASKED)

    for _time in range(3):
        look_at_claim(session, secret(session))

    assert session.scalars(select(Grant)).all() == []


@pytest.mark.parametrize("email", ["a@gmail.com", "a@falegnameria-rossi.it.evil.example", "a@rossi.it"])
def test_no_other_address_lets_one_in(session: Session, slug: str, email: str) -> None:
    grant(session, "boss@example.org", Role.ADMINISTRATOR)
    session.commit()
    ask_claim(session, slug, email, text="I am the boss.", **ASKED)

    assert accept_claim(session, secret(session), browser="", installation=HERE) is None

    assert session.scalars(select(Grant).where(Grant.role == Role.HOST)).all() == []
    assert letters(session)[-1].to_address == "boss@example.org"
    assert "I am the boss." in letters(session)[-1].body


def test_what_counts_is_the_website_when_the_link_is_used(session: Session, slug: str) -> None:
    ask_claim(session, slug, OWN, **ASKED)
    session.scalars(select(Organisation)).one().website = "https://elsewhere.it"
    session.commit()

    assert accept_claim(session, secret(session), browser="", installation=HERE) is None


def test_a_link_opens_one_thing_once(session: Session, slug: str) -> None:
    ask_claim(session, slug, OWN, **ASKED)
    link = secret(session)
    accept_claim(session, link, browser="", installation=HERE)

    with pytest.raises(passes.PassGone):
        accept_claim(session, link, browser="", installation=HERE)
    with pytest.raises(passes.PassGone):
        passes.look(session, Purpose.REMOVAL, link)


def test_mails_to_one_address_are_few(session: Session, slug: str) -> None:
    for _time in range(passes.MOST_PER_ADDRESS):
        ask_claim(session, slug, OWN, **ASKED)

    with pytest.raises(TooMany):
        ask_claim(session, slug, OWN, **ASKED)


def test_nonsense_is_no_address(session: Session, slug: str) -> None:
    with pytest.raises(InvalidAddress):
        ask_claim(session, slug, "not an address", **ASKED)


def test_samples_and_what_is_not_public_cannot_be_claimed(session: Session) -> None:
    publish(session, make.host("Sample", sample=True), source="samples")
    publish(session, make.host("Held"), source="held", held=True)

    for slug in session.scalars(select(Site.slug)):
        with pytest.raises(NotFound):
            claimable(session, slug)


def test_a_page_with_a_provider_is_no_proof(session: Session) -> None:
    publish(session, make.host(website="https://rossi.wordpress.com"))
    slug = session.scalars(select(Site.slug)).one()

    ask_claim(session, slug, "anybody@wordpress.com", **ASKED)

    assert claimable(session, slug)[1] is None
    assert not look_at_claim(session, secret(session))[2]


@pytest.mark.parametrize("kind", ["school", "training_centre", "university"])
def test_an_address_that_pupils_have_too_only_asks_for_an_invitation(session: Session, kind: str) -> None:
    publish(session, make.host("Lycée Moulin", website="https://lycee-moulin.fr", kind=kind))
    slug = session.scalars(select(Site.slug)).one()

    ask_claim(session, slug, "pupil@lycee-moulin.fr", **ASKED)

    assert not look_at_claim(session, secret(session))[2]


def test_a_pupil_who_speaks_for_a_school_cannot_erase_it(session: Session) -> None:
    publish(session, make.host("Lycée Moulin", website="https://lycee-moulin.fr", kind="school"))
    number = session.scalars(select(Organisation.id)).one()
    account = grant(session, "pupil@lycee-moulin.fr", Role.HOST, organisation_id=number)
    pupil = begin(session, account, browser="").viewer
    session.commit()

    with pytest.raises(NotAlone):
        erase_own(session, pupil, number, installation=HERE)

    assert [own.may_erase for own in own_hosts(session, pupil)] == [False]
