"""Sample alumni are shown as samples, come and go with the sample hosts, and leave nothing behind."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.consents import Consent
from mapsvc.domain.listings import Change, Kind, Listing, ListingPoint, ListingRecord
from mapsvc.domain.people import Account, Letter
from mapsvc.errors import InvalidInput
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.loading import clear_samples, load_samples
from mapsvc.services.pinning import NoArea
from mapsvc.services.publishing import republish
from mapsvc.services.reconfirming import erase_lapsed
from mapsvc.services.sample_alumni import bring_sample_alumni
from tests.services.stays import CERNOBBIO, COMO, TWO, published

ENTRY: dict[str, Any] = {
    "id": "mia",
    "display_name": "Mia",
    "town": "Como",
    "place_id": COMO,
    "field": "0716",
    "year": 2019,
    "length": 4,
    "length_unit": "weeks",
    "from_country": "DE",
    "languages": ["de"],
    "last_confirmed": date(2020, 1, 1),
    "written_in": "de",
    "story": "Es regnete.",
}


def people(session: Session) -> list[Listing]:
    return list(session.scalars(select(Listing).where(Listing.kind == Kind.ALUMNI).order_by(Listing.id)))


def counted(session: Session, *tables: Any) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_eighty_sample_alumni_are_loaded_with_the_sample_hosts_and_cleared_with_them(
    session: Session, gazetteer: Gazetteer, regions: Regions
) -> None:
    tables = (Pin, Consent, Listing, ListingPoint, ListingRecord, PinSubmission, Account, Letter)

    loaded = load_samples(session, areas=gazetteer, regions=regions)
    found, waiting_or_mailed = people(session), counted(session, *tables[5:])
    again = load_samples(session, areas=gazetteer, regions=regions)
    cleared = clear_samples(session)
    after = load_samples(session, areas=gazetteer, regions=regions)

    assert (loaded, again, after, cleared) == (True, False, False, (200, 80))
    assert len(found) == 80
    assert all(one.sample for one in found)
    assert len({one.place for one in found}) >= 15
    assert waiting_or_mailed == [0, 0, 0]
    assert counted(session, *tables) == [0] * len(tables)


def test_a_sample_is_shown_however_old_it_is(session: Session) -> None:
    bring_sample_alumni(session, [ENTRY], areas=TWO)
    session.commit()

    assert [(one.slug, one.sample, one.visible_until) for one in people(session)] == [
        ("sample-mia", True, None)
    ]
    assert erase_lapsed(session) == 0


def test_a_sample_is_shown_in_the_area_of_its_town(session: Session) -> None:
    bring_sample_alumni(session, [ENTRY, {**ENTRY, "id": "tim", "place_id": CERNOBBIO}], areas=TWO)

    assert {(one.place, one.lon, one.lat, one.precision) for one in people(session)} == {
        ("Como", 9.1, 45.8, "area")
    }


def test_a_sample_in_a_town_without_an_area_is_refused(session: Session) -> None:
    with pytest.raises(NoArea):
        bring_sample_alumni(session, [{**ENTRY, "place_id": 1}], areas=TWO)


def test_a_sample_with_a_value_that_nobody_could_hand_in_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput):
        bring_sample_alumni(session, [{**ENTRY, "length": 500}], areas=TWO)


def test_a_surname_and_a_host_of_a_sample_are_shown_with_its_consent(session: Session) -> None:
    bring_sample_alumni(session, [{**ENTRY, "surname": "Quirke", "host_name": "Forno"}], areas=TWO)

    (shown,) = people(session)
    kinds = {(one.kind, one.channel) for one in session.scalars(select(Consent))}
    assert (shown.title, shown.detail["pin"]["host_name"]) == ("Mia Quirke", "Forno")
    assert kinds == {("pin", "sample"), ("surname", "sample"), ("host_name", "sample")}


def test_other_samples_take_the_place_of_those_that_were_there(session: Session) -> None:
    bring_sample_alumni(session, [ENTRY], areas=TWO)

    bring_sample_alumni(session, [{**ENTRY, "display_name": "Pia"}], areas=TWO)

    assert [(one.title, one.slug) for one in people(session)] == [("Pia", "sample-mia")]


def test_publishing_samples_again_changes_nothing(session: Session) -> None:
    bring_sample_alumni(session, [ENTRY], areas=TWO)
    session.commit()
    before = session.scalars(select(Change.number)).all()

    assert republish(session) == 0
    assert session.scalars(select(Change.number)).all() == before


def test_clearing_samples_leaves_the_stays_of_people(session: Session) -> None:
    real = published(session)
    bring_sample_alumni(session, [ENTRY], areas=TWO)
    session.commit()

    assert clear_samples(session) == (0, 1)
    assert [one.key for one in people(session)] == [f"pin:{real.id}"]
