"""What people changed is kept with who and when, compared, and brought back; what is removed can return."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.differences import Difference, difference
from mapsvc.domain.hosts import HostStatus, Organisation, Site, SitePoint
from mapsvc.domain.reviews import AuditEntry, Revision
from mapsvc.domain.sheets import Part
from mapsvc.domain.sources import ImportedRow
from mapsvc.domain.steps import Step, version_of
from mapsvc.errors import NotFound
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services import keeping, removing, revising
from mapsvc.services.publishing import republish
from tests import make
from tests.publish import publish
from tests.services.keepers import COMO_STEP, WHAT, WHERE, Keeper, administrator, host, listed, referent


@pytest.fixture
def keeper(session: Session, gazetteer: Gazetteer, regions: Regions) -> Keeper:
    return Keeper(session, referent(session), gazetteer, regions)


def words(session: Session, keeper: Keeper, number: int) -> list[str]:
    """What was done, the oldest first."""
    return [one.what for one in reversed(revising.revisions(session, keeper.viewer, number))]


def age(session: Session, number: int, by: timedelta) -> None:
    """Makes the revisions of a host older."""
    for one in session.scalars(select(Revision).where(Revision.organisation_id == number)):
        one.at -= by
    session.commit()


def test_how_a_host_was_before_the_first_change_is_the_first_revision(
    session: Session, keeper: Keeper
) -> None:
    publish(session, make.host())
    number = session.scalars(select(Organisation.id)).one()
    own = Keeper(session, administrator(session), keeper.gazetteer, keeper.regions)

    own.change(number, Step(), {"name": "Rossi e figli"})

    last, first = revising.revisions(session, own.viewer, number)
    assert (first.what, first.account_id, first.state["name"]) == ("before", None, "Falegnameria Rossi")
    assert (last.what, last.account_id) == ("edited", own.viewer.account_id)
    assert last.state["name"] == "Rossi e figli"


def test_what_one_person_writes_in_one_sitting_is_one_revision(session: Session, keeper: Keeper) -> None:
    number = keeper.add()
    for name in ("Ro", "Ros", "Rossi"):
        keeper.change(number, Step(), {"name": name})

    assert words(session, keeper, number) == ["added", "edited"]
    age(session, number, revising.ONE_SITTING)
    keeper.change(number, Step(), {"name": "Rossi e figli"})

    assert words(session, keeper, number) == ["added", "edited", "edited"]


def test_what_another_person_writes_is_another_revision(session: Session, keeper: Keeper) -> None:
    number = keeper.add()
    keeper.change(number, Step(), {"name": "Ro"})
    colleague = Keeper(session, referent(session, "bob@school.example"), keeper.gazetteer, keeper.regions)

    colleague.change(number, Step(), {"name": "Rossi"})

    authors = [one.account_id for one in revising.revisions(session, keeper.viewer, number)]
    assert authors == [colleague.viewer.account_id, keeper.viewer.account_id, keeper.viewer.account_id]


def test_every_revision_is_noted_without_names(session: Session, keeper: Keeper) -> None:
    number = keeper.add("Anna Rossi")
    keeper.change(number, Step(), {"name": "Rossi"})

    notes = session.scalars(select(AuditEntry).where(AuditEntry.subject == "host").order_by(AuditEntry.id))

    assert [(one.action, one.subject_id, one.detail) for one in notes] == [
        ("added", number, {}),
        ("edited", number, {}),
    ]


def test_a_difference_names_the_column_and_both_values(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    before = keeper.state(number)
    keeper.change(number, WHAT, {"title": {"en": "Chairs"}, "fields": ["0722"]})
    keeper.change(number, Step(Part.WHAT, 1, 2), {"title": {"en": "Tables"}})

    found = difference(before, keeper.state(number))

    assert found[:2] == [
        Difference("title", {"en": "Workshop"}, {"en": "Chairs"}, site=1, offer=1),
        Difference("fields", [], ["0722"], site=1, offer=1),
    ]
    assert (found[2].added, found[2].offer, len(found)) == (True, 2, 3)
    assert difference(before, before) == []


def test_restoring_brings_the_sheet_back_and_makes_a_new_revision(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    removing.resume(session, keeper.viewer, number)
    good = revising.revisions(session, keeper.viewer, number)[0]
    version = version_of(keeper.state(number), WHERE)
    keeping.remove_part(session, keeper.viewer, number, WHERE, version=version)
    keeper.change(number, Step(), {"name": "Nonsense", "legal_ids": [("OID", "E10000001")]})
    assert listed(session) == []

    keeping.restore(session, keeper.viewer, number, good.id)

    assert listed(session) == ["Falegnameria Rossi"]
    assert difference(good.state, keeper.state(number)) == []
    assert words(session, keeper, number)[-1] == "restored"
    assert len(session.scalars(select(SitePoint)).all()) == 1
    assert republish(session) == 0


def test_restoring_a_legal_id_that_went_and_came_again_keeps_it_once(
    session: Session, keeper: Keeper
) -> None:
    number = keeper.add(legal_ids=[("OID", "E10000001")])
    first = revising.revisions(session, keeper.viewer, number)[0]
    keeper.change(number, Step(), {"legal_ids": []})
    keeper.add("Other", legal_ids=[("OID", "E10000002")])
    keeper.change(number, Step(), {"legal_ids": [("OID", "E10000001")]})

    keeping.restore(session, keeper.viewer, number, first.id)

    assert [one.value for one in host(session, number).legal_ids] == ["E10000001"]


def test_restoring_leaves_status_and_verification_as_they_are(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    first = revising.revisions(session, keeper.viewer, number)[-1]
    removing.resume(session, keeper.viewer, number)
    host(session, number).verification = "verified"
    session.commit()

    keeping.restore(session, keeper.viewer, number, first.id)

    assert (host(session, number).status, host(session, number).verification) == ("listed", "verified")


def test_a_revision_of_another_host_is_none_of_this_one(session: Session, keeper: Keeper) -> None:
    number, other = keeper.add("One"), keeper.add("Two")
    foreign = revising.revisions(session, keeper.viewer, other)[0]

    with pytest.raises(NotFound):
        keeping.restore(session, keeper.viewer, number, foreign.id)


def test_what_a_list_changed_between_two_revisions_is_kept_too(session: Session, keeper: Keeper) -> None:
    number = keeper.add()
    session.execute(update(Organisation).values(name="As the list says"))
    session.commit()
    session.expire_all()

    keeper.change(number, Step(), {"name": "Rossi"})

    assert words(session, keeper, number) == ["added", "before", "edited"]


def test_a_paused_host_is_off_the_map_until_it_is_resumed(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    removing.resume(session, keeper.viewer, number)
    removing.pause(session, keeper.viewer, number)
    removing.pause(session, keeper.viewer, number)
    assert listed(session) == []

    removing.resume(session, keeper.viewer, number)

    assert listed(session) == ["Falegnameria Rossi"]
    assert words(session, keeper, number)[-3:] == ["resumed", "paused", "resumed"]


@pytest.mark.parametrize("status", [HostStatus.LISTED, HostStatus.PAUSED, HostStatus.HELD])
def test_a_removed_host_comes_back_as_it_was(session: Session, keeper: Keeper, status: HostStatus) -> None:
    number = keeper.add_in_como()
    if status != HostStatus.HELD:
        removing.resume(session, keeper.viewer, number)
    if status == HostStatus.PAUSED:
        removing.pause(session, keeper.viewer, number)
    before, shown = keeper.state(number), listed(session)
    removing.remove(session, keeper.viewer, number)
    assert listed(session) == []

    removing.bring_back(session, keeper.viewer, number)

    assert (host(session, number).status, listed(session)) == (status, shown)
    assert difference(before, keeper.state(number)) == []
    assert republish(session) == 0


def test_a_removed_host_is_not_edited(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    removing.remove(session, keeper.viewer, number)

    with pytest.raises(NotFound):
        keeper.change(number, Step(), {"name": "Rossi"})


def test_after_thirty_days_a_removed_host_is_gone_for_good(session: Session, keeper: Keeper) -> None:
    number, other = keeper.add_in_como(), keeper.add_in_como("Other")
    for one in (number, other):
        removing.remove(session, keeper.viewer, one)
    host(session, number).updated = now() - timedelta(days=30, minutes=1)
    session.commit()
    with pytest.raises(NotFound):
        removing.bring_back(session, keeper.viewer, number)

    dropped = removing.drop_removed(session)

    assert dropped == 1
    assert session.scalars(select(Organisation.id)).all() == [other]
    assert session.scalars(select(Revision.id).where(Revision.organisation_id == number)).all() == []
    assert len(session.scalars(select(SitePoint)).all()) == len(session.scalars(select(Site)).all()) == 1


def test_one_whose_list_may_come_again_leaves_what_it_would_be_known_by(
    session: Session, keeper: Keeper
) -> None:
    rossi = make.host(
        offers=(make.offer(contact={"name": "Anna"}),),
        website="https://rossi.example",
        site_values={"address": "Via Milano 1", "private": ({"mobile": "123"},)},
    )
    publish(session, rossi)
    publish(session, replace(rossi, website="https://rossi.example/new"))
    number = session.scalars(select(Organisation.id)).one()
    removing.remove(session, administrator(session), number)
    host(session, number).updated = now() - timedelta(days=31)
    session.commit()

    removing.drop_removed(session)
    session.expire_all()

    left = host(session, number)
    site = left.sites[0]
    assert (left.name, left.status, site.town) == ("Falegnameria Rossi", "removed", "Como")
    assert (left.website, site.address, site.private, site.offers) == (None, None, {}, [])
    remembered = session.scalars(
        select(ImportedRow.before).where(ImportedRow.organisation_id == number)
    ).all()
    assert len(list(filter(None, remembered))) == 1
    assert "Anna" not in str(remembered)
    with pytest.raises(NotFound):
        keeping.sheet(session, administrator(session), number)
    assert removing.drop_removed(session) == 1


def test_a_later_import_of_its_list_does_not_bring_a_removed_host_back(
    session: Session, keeper: Keeper
) -> None:
    publish(session, make.host())
    number = session.scalars(select(Organisation.id)).one()
    removing.remove(session, administrator(session), number)
    publish(session, make.host())
    assert listed(session) == []
    host(session, number).updated = now() - timedelta(days=31)
    session.commit()
    removing.drop_removed(session)

    publish(session, make.host())

    assert listed(session) == []
    assert session.scalars(select(Organisation.id)).all() == [number]


def test_a_later_import_of_its_list_leaves_what_a_person_wrote(session: Session, keeper: Keeper) -> None:
    publish(session, make.host())
    number = session.scalars(select(Organisation.id)).one()
    own = Keeper(session, administrator(session), keeper.gazetteer, keeper.regions)
    own.change(number, Step(), {"name": "Rossi e figli", "website": "https://rossi.example"})

    publish(session, make.host(kind="school"))

    assert listed(session) == ["Rossi e figli"]
    assert host(session, number).website == "https://rossi.example"


def test_a_site_that_moved_is_where_a_later_revision_says(session: Session, keeper: Keeper) -> None:
    number = keeper.add_in_como()
    removing.resume(session, keeper.viewer, number)
    before = revising.revisions(session, keeper.viewer, number)[0]
    como = host(session, number).sites[0].lon
    keeper.change(number, WHERE, COMO_STEP | {"lon": 9.2, "lat": 45.9})
    assert host(session, number).sites[0].lon == 9.2

    keeping.restore(session, keeper.viewer, number, before.id)

    assert host(session, number).sites[0].lon == como
    assert republish(session) == 0
