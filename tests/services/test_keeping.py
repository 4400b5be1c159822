"""Adding and changing one host by hand: what is kept, what is refused, who may."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR
from mapsvc.domain.base import Base
from mapsvc.domain.hosts import HostStatus, Offer, Organisation, Site, SitePoint, Verification
from mapsvc.domain.listings import Listing
from mapsvc.domain.reviews import AuditEntry
from mapsvc.domain.sheets import COLUMNS, InvalidSheet, Part
from mapsvc.domain.steps import Step, new_version, version_of
from mapsvc.errors import NotFound, NotSignedIn
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services import keeping, kept_lists, removing
from mapsvc.services.publishing import republish
from tests import make
from tests.make import COMO, LECCO
from tests.publish import publish
from tests.services.keepers import (
    COMO_STEP,
    WHAT,
    WHERE,
    Keeper,
    administrator,
    host,
    listed,
    referent,
    speaker,
)


@pytest.fixture
def keeper(session: Session, gazetteer: Gazetteer, regions: Regions) -> Keeper:
    return Keeper(session, referent(session), gazetteer, regions)


def test_a_host_added_by_hand_belongs_to_the_list_of_its_keeper(session: Session, keeper: Keeper) -> None:
    number = keeper.add("Falegnameria Rossi")

    added = host(session, number)
    assert (added.source.name, added.source.owner_id) == ("A school", min(keeper.viewer.sending_ids))
    assert added.kept_by_hand is True
    assert added.folded_name == "falegnameria rossi"


def test_hosts_of_one_keeper_share_one_list(session: Session, keeper: Keeper) -> None:
    first, second = keeper.add("One"), keeper.add("Two")

    assert host(session, first).source_id == host(session, second).source_id


def test_a_list_of_the_same_name_that_is_not_ones_own_is_left_alone(session: Session, keeper: Keeper) -> None:
    other = make.source(session, "A school")

    number = keeper.add()

    assert host(session, number).source_id != other.id
    assert host(session, number).source.name == "A school (added by hand)"


def test_an_administrator_adds_to_the_operators_list(session: Session) -> None:
    number = keeping.add_host(session, administrator(session), {"name": "Rossi"})

    assert (host(session, number).source.name, host(session, number).source.owner_id) == (
        "Added by hand",
        None,
    )


def test_a_new_host_is_off_the_map_until_it_is_let_out(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    assert listed(session) == []

    removing.resume(session, keeper.viewer, number)

    assert listed(session) == ["Falegnameria Rossi"]


def test_a_site_without_coordinates_stands_in_its_town(session: Session, keeper: Keeper) -> None:
    number = keeper.add()

    keeper.change(
        number, WHERE, {"address": "Via Milano 1", "postcode": "22100", "town": "Como", "country": "IT"}
    )

    site = host(session, number).sites[0]
    assert site.lon == pytest.approx(COMO[0], abs=0.05)
    assert (site.precision, site.region, site.place_id is not None) == ("town", "IT-CO", True)
    assert session.get(SitePoint, site.id) is not None


def test_the_country_of_a_town_is_found(session: Session, keeper: Keeper) -> None:
    number = keeper.add()

    keeper.change(number, WHERE, {"town": "Lecco"})

    assert host(session, number).sites[0].country == "IT"


def test_a_pin_that_is_set_stands_for_the_door(session: Session, keeper: Keeper) -> None:
    number = keeper.add()

    keeper.change(number, WHERE, COMO_STEP | {"lon": 9.09, "lat": 45.81})

    site = host(session, number).sites[0]
    assert (site.lon, site.lat, site.precision, site.placed_by_hand) == (9.09, 45.81, "address", True)


def test_a_pin_without_a_town_is_named_after_the_nearest(session: Session, keeper: Keeper) -> None:
    number = keeper.add()

    keeper.change(number, WHERE, {"lon": LECCO[0], "lat": LECCO[1]})

    assert (host(session, number).sites[0].town, host(session, number).sites[0].country) == ("Lecco", "IT")


def test_a_pin_that_stays_while_the_town_changes_goes_to_the_new_town(
    session: Session, keeper: Keeper
) -> None:
    number = keeper.add()
    keeper.change(number, WHERE, COMO_STEP | {"lon": 9.09, "lat": 45.81})

    keeper.change(number, WHERE, {"town": "Lecco", "country": "IT", "lon": 9.09, "lat": 45.81})

    site = host(session, number).sites[0]
    assert site.lon == pytest.approx(LECCO[0], abs=0.05)
    assert site.precision == "town"


def test_an_unknown_town_without_a_pin_is_refused_and_nothing_changes(
    session: Session, keeper: Keeper
) -> None:
    number = keeper.add()

    with pytest.raises(InvalidSheet) as refused:
        keeper.change(number, WHERE, {"town": "Atlantis", "country": "IT"})

    assert list(refused.value.faults) == ["town"]
    session.rollback()
    assert host(session, number).sites == []


def test_a_town_of_several_countries_needs_its_country(session: Session, keeper: Keeper) -> None:
    number = keeper.add()

    with pytest.raises(InvalidSheet) as refused:
        keeper.change(number, WHERE, {"town": "Lille"})

    assert list(refused.value.faults) == ["country"]


def test_a_town_that_is_not_known_is_compared_with_those_that_are(session: Session, keeper: Keeper) -> None:
    number = keeper.add()

    with pytest.raises(InvalidSheet) as refused:
        keeper.change(number, WHERE, {"town": "Stutgart", "country": "DE"})

    assert "Do you mean Stuttgart" in str(refused.value.faults["town"])


def test_a_site_of_a_list_that_is_not_moved_keeps_its_point(session: Session, keeper: Keeper) -> None:
    publish(session, make.host(site_values={"precision": "town"}))
    number = session.scalars(select(Organisation.id)).one()
    own = Keeper(session, administrator(session), keeper.gazetteer, keeper.regions)

    own.change(number, WHERE, {"address": "Via Milano 1", "town": "Como", "country": "IT"})

    site = host(session, number).sites[0]
    assert (site.lon, site.lat, site.placed_by_hand, site.address) == (*COMO, False, "Via Milano 1")


def test_a_site_of_a_list_that_a_person_moves_remembers_where_the_list_has_it(
    session: Session, keeper: Keeper
) -> None:
    publish(session, make.host())
    number = session.scalars(select(Organisation.id)).one()
    own = Keeper(session, administrator(session), keeper.gazetteer, keeper.regions)

    own.change(number, WHERE, COMO_STEP | {"lon": 9.1, "lat": 45.8})

    site = host(session, number).sites[0]
    assert site.placed_by_hand is True
    assert site.private["as_listed"]["lon"] == COMO[0]


ORGANISATION = {
    "name": "Rossi e figli",
    "other_names": ["Rossi snc"],
    "kind": "company",
    "sectors": ["wood"],
    "website": "https://rossi.example",
    "about": {"it": "Falegnami dal 1950."},
    "languages": [["it", "C2"], ["en", None]],
    "legal_ids": [("OID", "E10000001")],
}
OFFER = {
    Part.WHAT: {
        "title": {"en": "Cabinets", "fr": "Meubles"},
        "fields": ["0722"],
        "sectors": ["wood"],
        "summary": {"en": "You build\ncabinets."},
        "missions": {"en": ["Saw", "Glue"]},
        "profiles": {"en": ["Two joiners"]},
    },
    Part.WHEN: {"periods": [["2027-03-01", "2027-03-26", 2]], "min_days": 10, "max_days": 89},
    Part.WHOM: {
        "min_age": 16,
        "languages": [["it", "A2"]],
        "welcome": {"en": "All."},
        "wheelchair": False,
        "programmes": ["erasmus_vet_short"],
    },
    Part.CONDITIONS: {
        "accommodation": "helped",
        "conditions": {"en": "Bring shoes."},
        "documents": {"en": ["Contract"]},
        "effects_visitor": {"en": "Skill"},
        "effects_host": {"en": "Joy"},
    },
    Part.CONTACT: {"contact": {"name": "Anna", "email": "anna@rossi.example", "phone": "+39 031 12345"}},
}


def test_every_column_of_an_organisation_is_kept(session: Session, keeper: Keeper) -> None:
    number = keeper.add()

    keeper.change(number, Step(), ORGANISATION)

    session.expire_all()
    state = keeper.state(number)
    state["legal_ids"] = [(one["scheme"], one["value"]) for one in state["legal_ids"]]
    assert {column: state[column] for column in COLUMNS[Part.ORGANISATION]} == ORGANISATION


@pytest.mark.parametrize("part", OFFER)
def test_every_column_of_a_step_of_an_offer_is_kept(session: Session, keeper: Keeper, part: Part) -> None:
    number = keeper.add_in_como()

    saved = keeper.change(number, Step(part, 1, 1), OFFER[part])

    session.expire_all()
    offer = keeper.state(number)["sites"][0]["offers"][0]
    assert saved.changed is True
    assert {column: offer[column] for column in COLUMNS[part]} == OFFER[part]


def test_the_contact_is_never_public(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    removing.resume(session, keeper.viewer, number)

    keeper.change(number, Step(Part.CONTACT, 1, 1), {"contact": {"email": "anna@rossi.example"}})

    assert "anna" not in str(session.scalars(select(Listing)).one().__dict__)


def test_a_new_offer_that_says_nothing_is_not_added(session: Session, keeper: Keeper) -> None:
    number = keeper.add()
    keeper.change(number, WHERE, COMO_STEP)

    saved = keeper.change(number, WHAT, {"title": {"en": " "}, "fields": []})

    assert saved.changed is False
    assert host(session, number).sites[0].offers == []


def test_saving_what_is_there_already_changes_nothing(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    notes = len(session.scalars(select(AuditEntry)).all())

    saved = keeper.change(number, WHAT, {"title": {"en": "Workshop"}})

    assert saved.changed is False
    assert len(session.scalars(select(AuditEntry)).all()) == notes


def test_republishing_after_changes_changes_nothing(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    removing.resume(session, keeper.viewer, number)
    keeper.change(number, WHAT, {"title": {"en": "Cabinets"}, "summary": {"fr": "Des meubles."}})
    keeper.change(number, Step(Part.WHERE, 2), {"town": "Lecco", "country": "IT"})
    assert len(listed(session)) == 2

    changed = republish(session)

    assert changed == 0


def test_a_body_with_every_column_of_the_models_changes_only_those_of_its_step(
    session: Session, keeper: Keeper
) -> None:
    number = keeper.add_in_como()
    rivals = publish(session, make.host("Rival"))
    assert rivals
    everything: dict[str, Any] = {}
    for noun in (Organisation, Site, Offer):
        everything |= dict.fromkeys(_columns(noun), 1)
    everything |= {
        "verification": "verified",
        "status": "listed",
        "sites": [],
        "private": {"a": "b"},
        "sample": True,
    }
    said = everything | dict.fromkeys(COLUMNS[Part.WHEN]) | {"min_days": 5}
    before = keeper.state(number)

    keeper.change(number, Step(Part.WHEN, 1, 1), said)

    after = keeper.state(number)
    offer_before, offer_after = before["sites"][0].pop("offers")[0], after["sites"][0].pop("offers")[0]
    assert {name for name in offer_after if offer_after[name] != offer_before[name]} == {"min_days"}
    assert before["sites"] == after["sites"]
    assert {name for name in after if after[name] != before[name]} <= {"updated"}


def test_a_change_of_the_same_step_by_somebody_else_is_noticed(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    opened = version_of(keeper.state(number), WHAT)
    keeper.change(number, WHAT, {"title": {"en": "Cabinets"}})

    with pytest.raises(keeping.ChangedMeanwhile) as noticed:
        keeper.change(number, WHAT, {"title": {"en": "Chairs"}}, version=opened)

    session.rollback()
    assert noticed.value.now["title"] == {"en": "Cabinets"}
    saved = keeper.change(number, WHAT, {"title": {"en": "Chairs"}}, version=noticed.value.version)
    assert saved.changed is True


def test_a_change_of_another_step_by_somebody_else_is_no_hindrance(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    opened = version_of(keeper.state(number), WHAT)
    keeper.change(number, Step(Part.WHEN, 1, 1), {"min_days": 5})

    keeper.change(number, WHAT, {"title": {"en": "Chairs"}}, version=opened)

    offer = host(session, number).sites[0].offers[0]
    assert (offer.title, offer.min_days) == ({"en": "Chairs"}, 5)


def test_two_offers_that_are_added_at_once_are_both_kept(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    new = Step(Part.WHAT, 1, 2)
    keeper.change(number, new, {"title": {"en": "Chairs"}}, version=new_version(new))

    saved = keeper.change(number, new, {"title": {"en": "Tables"}}, version=new_version(new))

    assert saved.step.offer == 3
    titles = [offer.title["en"] for offer in host(session, number).sites[0].offers]
    assert titles == ["Workshop", "Chairs", "Tables"]


def test_a_removed_offer_leaves_the_map(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    removing.resume(session, keeper.viewer, number)
    keeper.change(number, Step(Part.WHAT, 1, 2), {"title": {"en": "Chairs"}})
    assert len(listed(session)) == 2

    keeping.remove_part(session, keeper.viewer, number, WHAT, version=version_of(keeper.state(number), WHAT))

    assert [offer.title["en"] for offer in host(session, number).sites[0].offers] == ["Chairs"]
    assert len(listed(session)) == 1


def test_a_removed_site_leaves_the_map_with_its_point(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    removing.resume(session, keeper.viewer, number)

    keeping.remove_part(
        session, keeper.viewer, number, WHERE, version=version_of(keeper.state(number), WHERE)
    )

    assert listed(session) == []
    assert session.scalars(select(SitePoint)).all() == []
    assert republish(session) == 0


@pytest.mark.parametrize(
    ("step", "said", "field"),
    [
        (Step(), {"name": " "}, "name"),
        (Step(), {"name": "x" * 301}, "name"),
        (Step(), {"name": "A", "website": "javascript:alert(1)"}, "website"),
        (Step(), {"name": "A", "website": "https://user:pass@evil.example"}, "website"),
        (Step(), {"name": "A", "kind": "no such kind"}, "kind"),
        (Step(), {"name": "A", "languages": [["it", "Z9"]]}, "languages"),
        (WHAT, {"title": {"xx": "?"}}, "title"),
        (WHAT, {"summary": {"en": "x" * 5001}}, "summary"),
        (WHAT, {"fields": ["no"]}, "fields"),
        (WHAT, {"missions": {"en": [str(number) for number in range(41)]}}, "missions"),
        (Step(Part.WHEN, 1, 1), {"periods": [["2027-03-26", "2027-03-01", 1]]}, "periods"),
        (Step(Part.WHEN, 1, 1), {"periods": [["2027-02-30", "2027-03-01", 1]]}, "periods"),
        (Step(Part.WHEN, 1, 1), {"min_days": 9, "max_days": 2}, "max_days"),
        (Step(Part.WHOM, 1, 1), {"min_age": 100}, "min_age"),
        (Step(Part.CONTACT, 1, 1), {"contact": {"email": "nobody"}}, "contact"),
        (WHERE, {"town": "Como", "lon": 9.0}, "lon"),
        (WHERE, {"town": "Como", "lon": 9.0, "lat": 91.0}, "lat"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    session: Session, keeper: Keeper, step: Step, said: dict[str, Any], field: str
) -> None:
    number = keeper.add_in_como()
    before = keeper.state(number)

    with pytest.raises(InvalidSheet) as refused:
        keeper.change(number, step, said)

    session.rollback()
    assert list(refused.value.faults) == [field]
    assert keeper.state(number) == before


def test_a_website_without_its_scheme_is_taken_for_https(session: Session, keeper: Keeper) -> None:
    number = keeper.add(website="rossi.example/it")

    assert host(session, number).website == "https://rossi.example/it"


def test_control_characters_are_left_out(session: Session, keeper: Keeper) -> None:
    number = keeper.add("Ro\x00ssi\x07", about={"en": "a\x00\r\nb"})

    assert (host(session, number).name, host(session, number).about) == ("Rossi", {"en": "a\nb"})


def test_somebody_elses_host_is_as_one_that_does_not_exist(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    rival = Keeper(session, referent(session, "eve@other.example", "Other"), keeper.gazetteer, keeper.regions)
    missing = number + 1000

    def answer(to: int) -> list[str]:
        said = []
        for verb in (
            lambda: keeping.sheet(session, rival.viewer, to),
            lambda: rival.change(to, Step(), {"name": "Mine"}, version="x"),
            lambda: keeping.remove_part(session, rival.viewer, to, WHAT, version="x"),
            lambda: keeping.restore(session, rival.viewer, to, 1),
            lambda: removing.pause(session, rival.viewer, to),
            lambda: removing.resume(session, rival.viewer, to),
            lambda: removing.remove(session, rival.viewer, to),
            lambda: removing.bring_back(session, rival.viewer, to),
        ):
            with pytest.raises(NotFound) as refused:
                verb()
            said.append(str(refused.value))
        return said

    assert answer(number) == answer(missing)
    assert host(session, number).status == HostStatus.HELD


def test_a_visitor_is_asked_to_sign_in(session: Session, keeper: Keeper) -> None:
    number = keeper.add()

    with pytest.raises(NotSignedIn):
        keeping.sheet(session, VISITOR, number)
    with pytest.raises(NotSignedIn):
        keeping.add_host(session, VISITOR, {"name": "A"})
    with pytest.raises(NotSignedIn):
        kept_lists.hosts_of(session, VISITOR)


def test_a_referent_adds_to_no_list_of_others(session: Session, keeper: Keeper) -> None:
    other = referent(session, "eve@other.example", "Other")

    with pytest.raises(NotFound):
        keeping.add_host(session, keeper.viewer, {"name": "A"}, sending_id=min(other.sending_ids))


def test_those_who_speak_for_a_verified_host_publish(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    host(session, number).verification = Verification.VERIFIED
    session.commit()
    own = Keeper(session, speaker(session, number), keeper.gazetteer, keeper.regions)

    saved = own.change(number, WHAT, {"title": {"en": "Chairs"}})

    assert saved.waits is False
    assert host(session, number).sites[0].offers[0].title == {"en": "Chairs"}


def test_hosts_are_found_by_name_by_town_and_by_status(session: Session, keeper: Keeper) -> None:
    como, plain = keeper.add_in_como("Àrbol"), keeper.add("Birch")
    other = referent(session, "eve@other.example", "Other")

    def found(**asked: Any) -> list[int]:
        return [one.id for one in kept_lists.hosts_of(session, keeper.viewer, **asked).hosts]

    assert found() == [como, plain]
    assert found(words="arb") == [como]
    assert found(words="como") == [como]
    assert found(words="arb com") == [como]
    assert found(words="elm") == []
    assert found(show="unplaced") == [plain]
    assert found(show="listed") == []
    assert found(show="held", words="birch") == [plain]
    assert kept_lists.hosts_of(session, other).total == 0
    assert kept_lists.hosts_of(session, administrator(session)).total == 2


def _columns(noun: type[Base]) -> list[str]:
    return [column.key for column in noun.__mapper__.column_attrs]


def test_a_host_puts_back_what_it_paused_itself_and_nothing_else(session: Session, keeper: Keeper) -> None:
    publish(session, make.host())
    number = session.scalars(select(Organisation.id)).one()
    anna, bert = speaker(session, number), speaker(session, number, email="bert@example.org")

    removing.pause(session, anna, number)
    removing.resume(session, bert, number)
    removing.pause(session, administrator(session), number)
    with pytest.raises(removing.TakenOffByOthers):
        removing.resume(session, anna, number)
    kept_off = host(session, number).status
    removing.resume(session, administrator(session), number)

    assert kept_off == HostStatus.PAUSED
    assert host(session, number).status == HostStatus.LISTED


def test_a_host_brings_back_what_it_removed_itself_and_nothing_else(session: Session) -> None:
    publish(session, make.host())
    number = session.scalars(select(Organisation.id)).one()
    anna, bert = speaker(session, number), speaker(session, number, email="bert@example.org")

    removing.remove(session, anna, number)
    removing.bring_back(session, bert, number)
    removing.remove(session, administrator(session), number)
    with pytest.raises(removing.TakenOffByOthers):
        removing.bring_back(session, anna, number)
    kept_off = host(session, number).status
    removing.bring_back(session, administrator(session), number)

    assert kept_off == HostStatus.REMOVED
    assert host(session, number).status == HostStatus.LISTED
