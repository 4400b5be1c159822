"""A badge says who checked a host, when, and until when; it goes by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.presentation.cards import vouched
from mapsvc.services.accounts import sending_organisation
from mapsvc.services.installations import Installation
from mapsvc.services.publishing import republish
from mapsvc.services.signing_in import account_for
from mapsvc.services.vouching import end_vouchings, vouch, vouched_host, withdraw
from tests import make
from tests.publish import publish

HERE = Installation("the map", "https://map.example.org", "a key", "The operator")
ADMIN = Viewer(account_id=1, roles=frozenset({Role.ADMINISTRATOR}))
DAY = date(2026, 3, 1)


@pytest.fixture
def number(session: Session) -> int:
    publish(session, make.host())
    for email in ("one@example.org", "two@example.org", "three@example.org"):
        account_for(session, email, language="en")
    session.commit()
    return session.scalars(select(Organisation)).one().id


def listing(session: Session) -> Listing:
    session.expire_all()
    return session.scalars(select(Listing)).one()


def test_vouching_makes_a_verified_host_with_a_badge(session: Session, number: int) -> None:
    vouch(session, ADMIN, number, checks=["mentor", "workplace"], installation=HERE, on=DAY)

    row = listing(session)
    assert row.confirmed
    assert vouched(row, on=DAY) == {
        "issuer": "The operator",
        "issued": "2026-03-01",
        "valid_until": "2027-03-01",
        "checks": ["workplace", "mentor"],
    }
    assert republish(session) == 0


def test_the_badge_goes_on_the_day_after_the_last(session: Session, number: int) -> None:
    vouch(session, ADMIN, number, checks=["hours"], valid_until=date(2026, 6, 30), installation=HERE, on=DAY)

    row = listing(session)

    assert vouched(row, on=date(2026, 6, 30)) is not None
    assert vouched(row, on=date(2026, 7, 1)) is None


def test_the_worker_makes_a_potential_host_again(session: Session, number: int) -> None:
    vouch(session, ADMIN, number, checks=["hours"], valid_until=date(2026, 6, 30), installation=HERE, on=DAY)

    assert end_vouchings(session, on=date(2026, 6, 30)) == 0
    assert end_vouchings(session, on=date(2026, 7, 1)) == 1
    assert end_vouchings(session, on=date(2026, 7, 1)) == 0

    row = listing(session)
    assert not row.confirmed
    assert row.detail["vouching"] is None
    assert row.detail["organisation"]["verification"] == "potential"


def test_withdrawing_takes_the_badge_at_once(session: Session, number: int) -> None:
    vouch(session, ADMIN, number, checks=["hours"], installation=HERE)

    withdraw(session, ADMIN, number)

    assert not listing(session).confirmed
    assert vouched_host(session, ADMIN, number)[1] is None
    assert len(vouched_host(session, ADMIN, number)[2]) == 1


def test_a_referent_vouches_in_the_name_of_the_school(session: Session, number: int) -> None:
    school = sending_organisation(session, "School A")
    organisation = session.scalars(select(Organisation)).one()
    organisation.source.owner_id = school.id
    session.commit()
    referent = Viewer(account_id=2, roles=frozenset({Role.REFERENT}), sending_ids=frozenset({school.id}))

    vouch(session, referent, number, checks=["safety"], installation=HERE)

    found = vouched(listing(session))
    assert found
    assert found["issuer"] == "School A"


def test_a_new_vouching_of_the_same_issuer_replaces_the_old(session: Session, number: int) -> None:
    vouch(
        session, ADMIN, number, checks=["hours"], valid_until=DAY + timedelta(700), installation=HERE, on=DAY
    )
    vouch(session, ADMIN, number, checks=["safety"], installation=HERE, on=DAY)

    found = vouched(listing(session), on=DAY)
    assert found
    assert (found["checks"], found["valid_until"]) == (["safety"], "2027-03-01")


def test_nobody_vouches_for_what_they_do_not_keep(session: Session, number: int) -> None:
    stranger = Viewer(account_id=2, roles=frozenset({Role.REFERENT}), sending_ids=frozenset({77}))
    own = Viewer(account_id=3, roles=frozenset({Role.HOST}), host_ids=frozenset({number}))

    for viewer in (stranger, own):
        with pytest.raises(NotFound):
            vouch(session, viewer, number, checks=["hours"], installation=HERE)


@pytest.mark.parametrize(
    ("checks", "days"), [([], 100), (["nothing"], 100), (["hours"], 0), (["hours"], 800)]
)
def test_vouching_needs_checks_and_an_end_within_two_years(
    session: Session, number: int, checks: list[str], days: int
) -> None:
    with pytest.raises(InvalidInput):
        vouch(
            session,
            ADMIN,
            number,
            checks=checks,
            valid_until=DAY + timedelta(days),
            installation=HERE,
            on=DAY,
        )


def test_no_name_of_who_vouches_becomes_public(session: Session, number: int, public: Engine) -> None:
    someone = Viewer(1, "vera@example.org", "Vera", roles=frozenset({Role.ADMINISTRATOR}))
    vouch(session, someone, number, checks=["hours"], installation=HERE)

    assert "vera" not in str(listing(session).detail).lower()
