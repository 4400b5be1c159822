"""What a person did to a host outlasts the lists that come later, and the undoing of those before."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.hosts import HostStatus, Organisation, Site
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.domain.placements import put_by_hand, take_back
from mapsvc.domain.sources import Outcome
from mapsvc.places.folding import fold
from mapsvc.services import accounts
from mapsvc.services.lists import KEPT, REMOVED, Verdict, bring_up_to_date
from mapsvc.services.publishing import publish_sites, republish
from mapsvc.services.undoing import Undone, undo_import
from tests import make

NORTH = (make.COMO[0], make.COMO[1] + 0.01)


def apply(session: Session, *drafts: OrganisationDraft) -> tuple[int, list[Verdict]]:
    source = make.source(session)
    record = make.record(session, source)
    verdicts = bring_up_to_date(session, source, drafts, record=record)
    session.commit()
    return record.id, verdicts


def outcomes(session: Session, *drafts: OrganisationDraft) -> list[Outcome]:
    return [verdict.outcome for verdict in apply(session, *drafts)[1]]


def only(session: Session) -> Organisation:
    session.expire_all()
    return session.scalars(select(Organisation)).one()


def rename(session: Session, name: str) -> None:
    organisation = only(session)
    organisation.name, organisation.folded_name, organisation.kept_by_hand = name, fold(name), True
    publish_sites(session, organisation.sites)
    session.commit()


def put(session: Session, lon: float, lat: float, **values: object) -> None:
    site = only(session).sites[0]
    put_by_hand(site, {"lon": lon, "lat": lat, "precision": "address", **values})
    session.flush()
    publish_sites(session, [site])
    session.commit()


def where(session: Session) -> list[tuple[float | None, float | None]]:
    session.expire_all()
    return [(site.lon, site.lat) for site in session.scalars(select(Site).order_by(Site.id))]


def test_a_host_that_was_changed_by_hand_is_left_alone_with_a_reason(session: Session) -> None:
    apply(session, make.host())
    rename(session, "Rossi & Figli")
    again = replace(make.host(), kind="company", sites=(make.site(), make.site(make.LECCO, town="Lecco")))

    _number, verdicts = apply(session, again)

    assert [(one.outcome, one.reason) for one in verdicts] == [(Outcome.UNCHANGED, KEPT)] * 2
    assert (only(session).name, only(session).kind, len(only(session).sites)) == ("Rossi & Figli", None, 1)
    assert republish(session) == 0


def test_a_host_that_was_moved_by_hand_within_its_town_is_not_added_again(session: Session) -> None:
    own = {"external_ids": ("7",)}
    apply(session, make.host(site_values=own))
    apply(session, make.host(at=NORTH, site_values=own))
    organisation = only(session)
    organisation.kept_by_hand, organisation.sites[0].lat = True, 45.9
    session.commit()

    assert outcomes(session, make.host(at=NORTH)) == [Outcome.UNCHANGED]
    assert len(where(session)) == 1


@pytest.mark.parametrize("status", [HostStatus.REMOVED, HostStatus.PAUSED])
def test_a_host_that_was_taken_off_the_map_stays_off(session: Session, status: HostStatus) -> None:
    apply(session, make.host())
    organisation = only(session)
    organisation.status = status
    publish_sites(session, organisation.sites)
    session.commit()

    _number, verdicts = apply(session, make.host(kind="company"))

    assert only(session).status == status
    assert session.scalars(select(Listing)).all() == []
    assert verdicts[0].reason == (REMOVED if status == HostStatus.REMOVED else "")


UNPLACED = [
    pytest.param({"town": None, "country": None}, id="without a town"),
    pytest.param({"town": "Qomo"}, id="with a town that nobody knows"),
    pytest.param({"town": None, "address": "Via Roma 1"}, id="with an address alone"),
]


@pytest.mark.parametrize("said", UNPLACED)
def test_a_site_that_was_placed_by_hand_keeps_its_point_when_the_list_has_none(
    session: Session, said: dict[str, object]
) -> None:
    draft = make.host(at=None, site_values={**said, "region": None})
    apply(session, draft)
    put(session, *make.COMO, town=said["town"] or "Como", country="IT", region="IT-CO")

    same = outcomes(session, draft)
    changed = outcomes(session, replace(draft, kind="company"))

    assert (same, changed) == ([Outcome.UNCHANGED], [Outcome.UPDATED])
    assert where(session) == [make.COMO]
    assert session.scalars(select(Listing.place)).all() == [said["town"] or "Como"]


def test_a_site_that_was_placed_by_hand_is_known_by_its_address_when_its_town_is_corrected(
    session: Session,
) -> None:
    address = {"address": "Via Roma 1", "region": None}
    apply(session, make.host(at=None, site_values={**address, "town": "Qomo"}))
    put(session, *make.COMO)

    again = outcomes(session, make.host(at=None, site_values={**address, "town": "Commo"}))

    assert again == [Outcome.UPDATED]
    assert where(session) == [make.COMO]


def test_a_site_that_was_moved_by_hand_stays_while_its_list_has_the_old_point(session: Session) -> None:
    apply(session, make.host(at=make.LECCO))
    put(session, *make.COMO)

    same = outcomes(session, make.host(at=make.LECCO))
    kept = where(session)
    moved = outcomes(session, make.host(at=NORTH))

    assert (same, kept) == ([Outcome.UNCHANGED], [make.COMO])
    assert (moved, where(session)) == ([Outcome.ADDED], [make.COMO, NORTH])


def test_a_list_that_says_a_new_point_for_the_same_door_moves_a_site(session: Session) -> None:
    door = {"address": "Via Roma 1"}
    apply(session, make.host(at=None, site_values=door))
    put(session, *make.COMO)

    moved = outcomes(session, make.host(at=NORTH, site_values=door))

    site = only(session).sites[0]
    assert (moved, where(session)) == ([Outcome.UPDATED], [NORTH])
    assert (site.placed_by_hand, site.private) == (False, {"rows": []})


def test_a_placement_can_be_taken_back_to_what_the_list_says(session: Session) -> None:
    apply(session, make.host(at=None, site_values={"town": "Qomo", "region": None}))
    put(session, *make.COMO)
    put(session, *NORTH)

    take_back(only(session).sites[0])
    session.commit()

    assert where(session) == [(None, None)]
    assert outcomes(session, make.host(at=None, site_values={"town": "Qomo", "region": None})) == [
        Outcome.UNCHANGED
    ]


def test_a_renamed_host_is_known_by_its_lists_own_id_and_its_place(session: Session) -> None:
    own = {"external_ids": ("A-7",)}
    apply(session, make.host(site_values=own))

    _number, verdicts = apply(session, make.host("Rossi & Figli", site_values=own))

    assert [one.outcome for one in verdicts] == [Outcome.UPDATED]
    assert only(session).name == "Rossi & Figli"


OTHERS = [
    pytest.param([make.host("Bar Roma", make.LECCO, site_values={"external_ids": ("7",)})], id="elsewhere"),
    pytest.param(
        [make.host("Bar Roma", site_values={"external_ids": ("7",)}), make.host()], id="beside the old name"
    ),
    pytest.param(
        [make.host(name, site_values={"external_ids": ("7",)}) for name in ("Bar Roma", "Bar Milano")],
        id="with an id that two share",
    ),
]


@pytest.mark.parametrize("drafts", OTHERS)
def test_an_id_alone_makes_no_other_host_of_one(session: Session, drafts: list[OrganisationDraft]) -> None:
    apply(session, make.host(site_values={"external_ids": ("7",)}))

    assert Outcome.ADDED in outcomes(session, *drafts)
    assert "Falegnameria Rossi" in session.scalars(select(Organisation.name)).all()


def test_undoing_takes_away_what_an_import_added_but_for_what_people_made_theirs(session: Session) -> None:
    number, _verdicts = apply(session, make.host(), make.host("Bar Roma"), make.host("Bar Milano"))
    changed, claimed, _left = session.scalars(select(Organisation).order_by(Organisation.id)).all()
    changed.kept_by_hand = True
    accounts.grant(session, "bar@example.org", Role.HOST, organisation_id=claimed.id)
    session.commit()

    undone = undo_import(session, number)

    assert undone == Undone(changed=1, kept=2)
    assert sorted(session.scalars(select(Organisation.name))) == ["Bar Roma", "Falegnameria Rossi"]
    assert republish(session) == 0


def test_undoing_a_change_keeps_what_a_person_did_since(session: Session) -> None:
    apply(session, make.host(at=None, site_values={"region": None}))
    number, _verdicts = apply(session, make.host(at=None, kind="company", site_values={"region": None}))
    put(session, *make.COMO)
    only(session).status = HostStatus.PAUSED
    session.commit()

    undone = undo_import(session, number)

    organisation = only(session)
    assert undone == Undone(changed=1, kept=0)
    assert (organisation.kind, organisation.status) == (None, HostStatus.PAUSED)
    assert where(session) == [make.COMO]


def test_undoing_a_change_leaves_a_host_that_was_changed_by_hand_since(session: Session) -> None:
    apply(session, make.host())
    number, _verdicts = apply(session, make.host(kind="company"))
    rename(session, "Rossi & Figli")

    undone = undo_import(session, number)

    assert undone == Undone(changed=0, kept=1)
    assert (only(session).name, only(session).kind) == ("Rossi & Figli", "company")
