"""The offers of a placing are those that everybody can see, and nothing else."""

from datetime import UTC, date, datetime

from sqlalchemy import Engine, update

from mapsvc.domain.hosts import Organisation
from mapsvc.domain.listings import Listing
from mapsvc.planning.cohorts import OpenOffer
from mapsvc.services.offers_to_plan import offers_to_plan
from mapsvc.services.publishing import republish
from mapsvc.storage.engine import writing
from tests import make
from tests.cohorts import hosts_for_24
from tests.publish import publish

TODAY = date(2026, 11, 23)
PERIOD = (date(2027, 3, 1), date(2027, 3, 26), 2)


def test_an_offer_has_all_that_placing_needs(engine: Engine) -> None:
    offer = make.offer(
        title={"fr": "Atelier", "en": "Workshop"},
        fields=("0722",),
        languages=(("en", "B1"), ("it", None)),
        min_age=16,
        min_days=14,
        max_days=60,
        accommodation="helped",
        wheelchair=True,
        periods=(PERIOD,),
        confirmed_on=date(2026, 9, 1),
    )
    with writing(engine) as session:
        publish(session, make.host(offers=(offer,)))

    (found,) = offers_to_plan(engine, TODAY)

    assert found == OpenOffer(
        key=found.key,
        site_key=found.site_key,
        slug=found.slug,
        host="Falegnameria Rossi",
        title="Workshop",
        town="Como",
        country="IT",
        lon=make.COMO[0],
        lat=make.COMO[1],
        regions=("IT-CO", "IT-25"),
        fields=("0722",),
        languages=(("en", "B1"), ("it", None)),
        min_age=16,
        min_days=14,
        max_days=60,
        wheelchair=True,
        accommodation=True,
        periods=(PERIOD,),
        confirmed_on=date(2026, 9, 1),
    )
    assert found.key.startswith("offer:")


def test_a_host_without_an_offer_and_one_held_back_are_none(engine: Engine) -> None:
    with writing(engine) as session:
        publish(session, make.host("No offer"))
        publish(session, make.host("Held", offers=(make.offer(),)), source="held", held=True)

    assert offers_to_plan(engine, TODAY) == ()


def test_the_later_confirmation_of_offer_and_organisation_counts(engine: Engine) -> None:
    with writing(engine) as session:
        publish(
            session,
            make.host(
                offers=(make.offer(confirmed_on=date(2026, 1, 5)), make.offer(title={"it": "Bottega"}))
            ),
        )
        session.execute(update(Organisation).values(confirmed=datetime(2026, 2, 3, tzinfo=UTC)))
        republish(session)
        session.commit()

    assert {one.title: one.confirmed_on for one in offers_to_plan(engine, TODAY)} == {
        "Workshop": date(2026, 2, 3),
        "Bottega": date(2026, 2, 3),
    }


def test_what_is_not_visible_today_is_not_planned_with(engine: Engine) -> None:
    with writing(engine) as session:
        publish(session, make.host(offers=(make.offer(),)))
        session.execute(update(Listing).values(visible_from=date(2026, 12, 1)))
        session.commit()

    assert offers_to_plan(engine, TODAY) == ()
    assert len(offers_to_plan(engine, date(2026, 12, 1))) == 1


def test_the_hosts_of_the_list_of_24_have_22_seats(engine: Engine) -> None:
    with writing(engine) as session:
        publish(session, *hosts_for_24())

    with engine.connect() as connection:
        offers = offers_to_plan(connection, TODAY)

    assert sum(seats for one in offers for _first, _last, seats in one.periods) == 22
    assert all(one.regions for one in offers)
