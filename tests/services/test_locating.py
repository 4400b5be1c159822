"""Sites without a point are put on the map by those who keep their list, one or many at once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import Site
from mapsvc.domain.listings import Listing
from mapsvc.domain.reviews import AuditEntry, Revision
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services import locating
from mapsvc.services.publishing import republish
from tests import make
from tests.publish import publish
from tests.services.desks import administrator, hosts_of, referent

NOWHERE = {"region": None, "town": "Qomo"}
TRIER = 2821164


def unplaced(name: str = "Falegnameria Rossi", **values: object) -> object:
    return make.host(name, None, site_values={**NOWHERE, **values})


def first_site(session: Session) -> Site:
    session.expire_all()
    return session.scalars(select(Site).order_by(Site.id)).first()  # type: ignore[return-value]


def test_sites_of_one_town_stand_together_and_those_without_a_town_alone(session: Session) -> None:
    viewer = referent(session)
    nameless = {"town": None, "address": "Via Roma 1"}
    hosts_of(
        session,
        viewer,
        unplaced("Bar Roma"),
        unplaced("Bar Milano", town="qomo"),
        unplaced("Bar Torino", **nameless),
        unplaced("Bar Genova", **nameless),
        make.host("Bar Como"),
    )

    towns = locating.sites_to_locate(session, viewer)

    assert sorted(sorted(site.name for site in town.sites) for town in towns) == [
        ["Bar Genova"],
        ["Bar Milano", "Bar Roma"],
        ["Bar Torino"],
    ]


def test_the_guesses_are_towns_like_the_one_that_is_named(session: Session, gazetteer: Gazetteer) -> None:
    viewer = referent(session)
    hosts_of(session, viewer, unplaced(town="Comoo"))
    (town,) = locating.sites_to_locate(session, viewer)

    found = locating.guesses(gazetteer, town)

    assert found[0].place.name == "Como"


def test_a_point_puts_a_site_on_the_map_with_its_region(
    session: Session, gazetteer: Gazetteer, regions: Regions
) -> None:
    viewer = referent(session)
    hosts_of(session, viewer, unplaced(town=None, country=None))
    lon, lat = make.COMO

    locating.place(
        session, viewer, first_site(session).id, lon=lon, lat=lat, gazetteer=gazetteer, regions=regions
    )

    site = first_site(session)
    assert (site.lon, site.lat, site.precision, site.country, site.town) == (
        lon,
        lat,
        "address",
        "IT",
        "Como",
    )
    assert site.placed_by_hand
    assert [(row.region, row.place) for row in session.scalars(select(Listing))] == [(site.region, "Como")]
    assert site.region
    assert session.scalars(select(Revision.what)).all() == ["before", "placed"]
    assert republish(session) == 0


def test_all_of_one_town_are_placed_with_one_press_and_taken_off_with_another(
    session: Session, gazetteer: Gazetteer, regions: Regions
) -> None:
    viewer = referent(session)
    hosts_of(session, viewer, unplaced("Bar Roma"), unplaced("Bar Milano"))
    (town,) = locating.sites_to_locate(session, viewer)
    como = gazetteer.locate("Como", country="IT")
    assert como

    number = locating.place_in_town(
        session, viewer, [site.id for site in town.sites], como.id, gazetteer=gazetteer, regions=regions
    )
    shown = sorted((row.title, row.place, row.precision) for row in session.scalars(select(Listing)))
    left = locating.sites_to_locate(session, viewer)
    taken_off = locating.take_off(session, viewer, number)

    assert shown == [("Bar Milano", "Como", "town"), ("Bar Roma", "Como", "town")]
    assert (left, taken_off) == ([], 2)
    assert session.scalars(select(Listing)).all() == []
    assert (first_site(session).town, first_site(session).placed_by_hand) == ("Qomo", False)


def test_a_placed_site_stays_placed_when_its_list_comes_again(
    session: Session, gazetteer: Gazetteer, regions: Regions
) -> None:
    viewer = referent(session)
    hosts_of(session, viewer, unplaced())
    como = gazetteer.locate("Como", country="IT")
    assert como
    locating.place_in_town(
        session, viewer, [first_site(session).id], como.id, gazetteer=gazetteer, regions=regions
    )

    publish(session, unplaced())  # type: ignore[arg-type]

    assert [(row.place, row.precision) for row in session.scalars(select(Listing))] == [("Como", "town")]
    assert len(session.scalars(select(Site)).all()) == 1


@pytest.mark.parametrize("point", [(None, 45.0), (181.0, 45.0), (9.0, -91.0), (float("nan"), 45.0)])
def test_what_is_no_point_is_refused(
    session: Session, gazetteer: Gazetteer, regions: Regions, point: tuple[float | None, float]
) -> None:
    viewer = referent(session)
    hosts_of(session, viewer, unplaced())

    with pytest.raises(InvalidInput):
        locating.place(
            session,
            viewer,
            first_site(session).id,
            lon=point[0],
            lat=point[1],
            gazetteer=gazetteer,
            regions=regions,
        )


def test_a_name_that_no_town_bears_is_said(gazetteer: Gazetteer) -> None:
    with pytest.raises(InvalidInput):
        locating.town_named(gazetteer, "Xqzzwv", country="IT")


def test_another_referent_sees_and_places_nothing(
    session: Session, gazetteer: Gazetteer, regions: Regions
) -> None:
    viewer, other = referent(session), referent(session, "Berufsschule Trier")
    hosts_of(session, viewer, unplaced())
    site = first_site(session)
    number = locating.place(session, viewer, site.id, lon=9.0, lat=45.0, gazetteer=gazetteer, regions=regions)
    locating.take_off(session, viewer, number)

    said = []
    for attempt in (
        lambda id_: locating.place_in_town(
            session, other, [id_], TRIER, gazetteer=gazetteer, regions=regions
        ),
        lambda id_: locating.place(
            session, other, id_, lon=9.0, lat=45.0, gazetteer=gazetteer, regions=regions
        ),
        lambda id_: locating.take_off(session, other, number if id_ == site.id else id_),
    ):
        for id_ in (site.id, 999_999):
            with pytest.raises(NotFound) as caught:
                attempt(id_)
            said.append(str(caught.value))

    assert locating.sites_to_locate(session, other) == []
    assert len(set(said)) == 1
    assert first_site(session).lon is None
    assert len(locating.sites_to_locate(session, administrator(session))) == 1


def test_the_audit_log_tells_who_placed_what(
    session: Session, gazetteer: Gazetteer, regions: Regions
) -> None:
    viewer = referent(session)
    hosts_of(session, viewer, unplaced())
    site = first_site(session)

    locating.place(session, viewer, site.id, lon=9.0, lat=45.0, gazetteer=gazetteer, regions=regions)

    entries = session.scalars(select(AuditEntry).where(AuditEntry.account_id == viewer.account_id)).all()
    assert [(entry.action, entry.subject) for entry in entries] == [
        ("placed", "host"),
        ("put_on_the_map", "site"),
    ]
