"""Once a year hosts are asked by mail whether their entry is still true."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.domain.reviews import Report
from mapsvc.errors import NotFound
from mapsvc.services import passes
from mapsvc.services.accounts import grant
from mapsvc.services.confirming import MOST_A_DAY, Asked, ask, ask_yearly, confirm, remove_asked, still_true
from mapsvc.services.loading import SEED
from mapsvc.services.publishing import republish
from tests import make
from tests.publish import publish
from tests.services.mailing import HERE, letters, secret

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=366)


def host(
    session: Session, name: str, email: str | None = "a@example.org", *, source: str = "a list", **site: str
) -> Organisation:
    contact = {"email": email} if email else {}
    publish(
        session,
        make.host(name, offers=(make.offer(contact=contact),), site_values=site or None),
        source=source,
    )
    found = session.scalars(select(Organisation).where(Organisation.name == name)).one()
    found.created = NOW - YEAR
    session.commit()
    return found


def asked(session: Session, at: datetime = NOW) -> int:
    return ask_yearly(session, installation=HERE, at=at).asked


def readers(session: Session) -> list[str]:
    return [one.to_address for one in letters(session)]


def test_a_host_that_nobody_confirmed_for_a_year_is_asked(session: Session) -> None:
    host(session, "Rossi")

    assert asked(session) == 1

    letter = letters(session)[0]
    assert letter.to_address == "a@example.org"
    assert "Rossi, Como" in letter.body
    assert "/still-true/" in letter.body


def test_nobody_is_asked_twice_in_eleven_months(session: Session) -> None:
    host(session, "Rossi")

    counts = [asked(session, NOW + timedelta(days)) for days in (0, 1, 300, 335)]

    assert counts == [1, 0, 0, 1]


@pytest.mark.parametrize("days", [0, 100, 364])
def test_who_confirmed_within_a_year_is_left_alone(session: Session, days: int) -> None:
    host(session, "Rossi").confirmed = NOW - timedelta(days)
    host(session, "Bianchi").sites[0].offers[0].confirmed_on = (NOW - timedelta(days)).date()
    session.commit()

    assert asked(session) == 0


def test_seed_samples_and_what_is_off_the_map_are_never_asked(session: Session) -> None:
    host(session, "Seed", source=SEED)
    host(session, "Sample").sample = True
    host(session, "Paused").status = "paused"
    host(session, "Mute", None)
    session.commit()

    assert asked(session) == 0


def test_who_speaks_for_a_host_is_asked_before_its_contact(session: Session) -> None:
    found = host(session, "Rossi")
    account = grant(session, "chef@rossi.it", Role.HOST, organisation_id=found.id)
    account.language = "fr"
    session.commit()

    asked(session)

    assert readers(session) == ["chef@rossi.it"]
    assert letters(session)[0].headers["Content-Language"] == "fr"


def test_a_contact_in_france_is_asked_in_french(session: Session) -> None:
    host(session, "Menuiserie", country="FR", town="Lille")

    asked(session)

    assert letters(session)[0].headers["Content-Language"] == "fr"


def test_one_who_is_the_contact_of_many_gets_one_mail(session: Session) -> None:
    for name in ("Rossi", "Bianchi", "Verdi"):
        host(session, name)

    assert asked(session) == 3

    assert readers(session) == ["a@example.org"]
    assert letters(session)[0].body.count("/still-true/") == 3


def test_at_most_so_many_are_asked_a_day(session: Session) -> None:
    drafts = [
        make.host(f"Firm {n}", (9 + n / 100, 45), offers=(make.offer(contact={"email": f"{n}@example.org"}),))
        for n in range(MOST_A_DAY + 5)
    ]
    publish(session, *drafts)
    for one in session.scalars(select(Organisation)):
        one.created = NOW - YEAR
    session.commit()

    assert [asked(session), asked(session), asked(session, NOW + timedelta(days=2))] == [MOST_A_DAY, 0, 5]


def test_one_click_confirms_all_of_the_entry_and_publishes_it(session: Session) -> None:
    found = host(session, "Rossi")
    asked(session)

    still_true(session, secret(session))

    row = session.scalars(select(Listing)).one()
    assert found.confirmed
    today = found.confirmed.date().isoformat()
    assert row.detail["offer"]["confirmed_on"] == today
    assert row.detail["organisation"]["confirmed_on"] == today
    assert republish(session) == 0
    with pytest.raises(passes.PassGone):
        still_true(session, secret(session))


def test_the_reader_of_the_mail_may_remove_the_entry(session: Session) -> None:
    host(session, "Rossi")
    asked(session)

    remove_asked(session, secret(session), installation=HERE)

    assert session.scalars(select(Organisation)).all() == []


def test_a_pupil_who_speaks_for_a_school_only_asks_that_it_is_removed(session: Session) -> None:
    school = host(session, "Lycée Moulin", None)
    school.kind, school.website = "school", "https://lycee-moulin.fr"
    grant(session, "pupil@lycee-moulin.fr", Role.HOST, organisation_id=school.id).language = "fr"
    session.commit()
    asked(session)

    assert not remove_asked(session, secret(session), installation=HERE)

    report = session.scalars(select(Report)).one()
    assert (report.reason, report.language) == ("removal", "fr")
    assert session.scalars(select(Organisation.name)).all() == ["Lycée Moulin"]


def test_a_referent_asks_hosts_of_their_own_lists_by_hand(session: Session) -> None:
    mine, mute = host(session, "Rossi"), host(session, "Mute", None)
    boss = Viewer(
        account_id=grant(session, "boss@example.org", Role.ADMINISTRATOR).id,
        roles=frozenset({Role.ADMINISTRATOR}),
    )
    stranger = Viewer(account_id=9, roles=frozenset({Role.REFERENT}), sending_ids=frozenset({7}))
    session.commit()

    first = ask(session, boss, [mine.id, mute.id], installation=HERE)
    again = ask(session, boss, [mine.id], installation=HERE)

    assert (first, again) == (Asked(1, without_address=1), Asked(0, too_soon=1))
    with pytest.raises(NotFound):
        ask(session, stranger, [mine.id], installation=HERE)


def test_a_host_confirms_its_own_entry(session: Session) -> None:
    found = host(session, "Rossi")
    chef = Viewer(
        account_id=grant(session, "chef@rossi.it", Role.HOST, organisation_id=found.id).id,
        roles=frozenset({Role.HOST}),
        host_ids=frozenset({found.id}),
    )
    session.commit()

    confirm(session, chef, found.id)

    assert found.confirmed
    shown = session.scalars(select(Listing)).one().detail["offer"]["confirmed_on"]
    assert shown == found.confirmed.date().isoformat()
