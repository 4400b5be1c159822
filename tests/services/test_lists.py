"""A list brings the directory up to date: once, wholly, and so that it can be taken back."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import Organisation, Site, SitePoint
from mapsvc.domain.listings import Change, Listing, ListingPoint
from mapsvc.domain.sources import Outcome
from mapsvc.services.lists import bring_up_to_date
from mapsvc.services.publishing import is_outdated, republish
from mapsvc.services.undoing import AlreadyUndone, LaterImport, UnknownImport, undo_import
from mapsvc.storage.words import matching_words
from tests import make
from tests.publish import publish

TWO = (
    make.host("Officina Bianchi", offers=(make.offer(fields=("0716",)), make.offer(fields=("0713",)))),
    make.host("Panificio Verdi", make.LECCO),
)


def apply(session: Session, *drafts: object, source: str = "a list") -> tuple[int, list[Outcome]]:
    of = make.source(session, source)
    record = make.record(session, of)
    verdicts = bring_up_to_date(session, of, drafts, record=record)  # type: ignore[arg-type]
    session.commit()
    return record.id, [verdict.outcome for verdict in verdicts]


def count(session: Session, noun: type) -> int:
    return session.scalar(select(func.count()).select_from(noun)) or 0


def test_a_new_list_adds_a_row_for_each_offer_and_for_each_host_without_offers(session: Session) -> None:
    _number, outcomes = apply(session, *TWO)

    assert outcomes == [Outcome.ADDED, Outcome.ADDED]
    assert count(session, Listing) == 3


def test_the_same_list_again_changes_nothing(session: Session) -> None:
    apply(session, *TWO)
    changes = count(session, Change)

    _number, outcomes = apply(session, *TWO)

    assert outcomes == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert count(session, Change) == changes


def test_a_changed_offer_updates_its_row_and_keeps_the_others_ids(session: Session) -> None:
    apply(session, *TWO)
    before = {row.id: row.facets for row in session.scalars(select(Listing))}
    changed = make.host(
        "Officina Bianchi", offers=(make.offer(fields=("0716",)), make.offer(fields=("0732",)))
    )

    _number, outcomes = apply(session, changed)

    session.expire_all()
    after = {row.id: row.facets for row in session.scalars(select(Listing))}
    assert outcomes == [Outcome.UPDATED]
    assert after.keys() == before.keys()
    assert sorted(row["field"] for row in after.values() if row) == [["0716"], ["0732"]]


def test_a_host_that_moves_by_less_than_25_metres_is_the_same_host(session: Session) -> None:
    lon, lat = make.COMO
    apply(session, make.host("Panificio Verdi"))

    _number, near = apply(session, make.host("Panificio Verdi", (lon, lat + 0.0002)))
    _number, far = apply(session, make.host("Panificio Verdi", (lon, lat + 0.01)))

    assert (near, far) == ([Outcome.UPDATED], [Outcome.ADDED])
    assert count(session, Site) == 2


def test_a_host_that_changed_its_name_is_known_by_its_legal_id(session: Session) -> None:
    legal = (("PIC", "949123456"),)
    apply(session, make.host("Falegnameria Rossi", legal_ids=legal))

    _number, outcomes = apply(session, make.host("Rossi & Figli", legal_ids=legal))

    assert outcomes == [Outcome.UPDATED]
    assert [row.title for row in session.scalars(select(Listing))] == ["Rossi & Figli"]


def test_a_list_without_private_columns_takes_none_away(session: Session) -> None:
    secrets = {"private": ({"notes": "ring twice"},), "external_ids": ("A-7",)}
    contact = {"email": "a@example.org"}
    offer = make.offer(fields=("0716",), contact=contact)
    apply(session, make.host(offers=(offer,), site_values=secrets))

    _number, same = apply(session, make.host(offers=(make.offer(fields=("0716",)),)))
    _number, other = apply(session, make.host(offers=(make.offer(fields=("0732",)),)))

    site = session.scalars(select(Site)).one()
    assert (same, other) == ([Outcome.UNCHANGED], [Outcome.UPDATED])
    assert (site.private, site.external_ids) == ({"rows": [{"notes": "ring twice"}]}, ["A-7"])
    assert (site.offers[0].contact, site.offers[0].fields) == (contact, ["0732"])


def test_a_host_without_a_point_waits_to_be_located_and_is_not_public(session: Session) -> None:
    _number, outcomes = apply(session, make.host("Ar Roc'h", None))

    assert outcomes == [Outcome.TO_LOCATE]
    assert (count(session, Site), count(session, Listing)) == (1, 0)


def test_a_held_list_is_not_public(session: Session) -> None:
    publish(session, make.host(), held=True)

    assert count(session, Listing) == 0


def test_each_source_has_its_own_organisations(session: Session) -> None:
    apply(session, make.host(), source="one")

    _number, outcomes = apply(session, make.host(), source="other")

    assert outcomes == [Outcome.ADDED]
    assert count(session, Organisation) == 2


def test_a_republished_directory_is_unchanged(session: Session) -> None:
    apply(session, *TWO)

    assert republish(session) == 0


def test_republishing_drops_rows_of_sites_that_are_gone_and_mends_rows_that_differ(session: Session) -> None:
    apply(session, *TWO)
    session.execute(update(Listing).where(Listing.title == "Panificio Verdi").values(site_key="site:999"))
    session.execute(update(Listing).where(Listing.title == "Officina Bianchi").values(place="nowhere"))
    session.commit()

    republish(session)
    session.commit()

    keys = set(session.scalars(select(Listing.site_key)))
    assert "site:999" not in keys
    assert set(session.scalars(select(Listing.place))) == {"Como"}


def test_rows_of_an_earlier_projection_are_outdated_until_they_are_published_anew(session: Session) -> None:
    apply(session, *TWO)
    before = is_outdated(session)
    session.execute(update(Listing).values(projection_version=0))
    earlier = is_outdated(session)

    republish(session)

    assert (before, earlier, is_outdated(session)) == (False, True, False)


def test_points_follow_their_rows(session: Session) -> None:
    apply(session, *TWO)

    def points(noun: type[ListingPoint] | type[SitePoint]) -> list[tuple[float, float]]:
        found = session.execute(select(func.ST_X(noun.point), func.ST_Y(noun.point)))
        return sorted((lon, lat) for lon, lat in found)

    listing, site = points(ListingPoint), points(SitePoint)

    assert listing == [make.COMO, make.COMO, make.LECCO]
    assert site == [make.COMO, make.LECCO]


def test_undoing_an_import_removes_what_it_added(session: Session) -> None:
    number, _outcomes = apply(session, *TWO)

    undone = undo_import(session, number)

    assert undone.changed == 2
    assert {count(session, noun) for noun in (Organisation, Site, Listing, ListingPoint, SitePoint)} == {0}
    assert matching_words(session.connection(), ["officina"])[0].tolist() == []


def test_undoing_an_import_brings_back_what_it_changed(session: Session) -> None:
    apply(session, *TWO)
    session.expire_all()
    before = [
        (row.id, row.detail, row.facets) for row in session.scalars(select(Listing).order_by(Listing.key))
    ]
    changed = make.host("Officina Bianchi", kind="company", offers=(make.offer(fields=("1013",)),))
    number, _outcomes = apply(session, changed)

    undo_import(session, number)

    session.expire_all()
    after = [row.facets for row in session.scalars(select(Listing).order_by(Listing.key))]
    details = [row.detail for row in session.scalars(select(Listing).order_by(Listing.key))]
    assert after == [facets for _id, _detail, facets in before]
    assert details == [detail for _id, detail, _facets in before]


def test_an_import_that_a_later_one_built_upon_cannot_be_undone_first(session: Session) -> None:
    first, _outcomes = apply(session, *TWO)
    later, _outcomes = apply(session, make.host("Panificio Verdi", make.LECCO, kind="company"))

    with pytest.raises(LaterImport) as refused:
        undo_import(session, first)

    assert str(later) in str(refused.value)


def test_an_import_is_undone_once(session: Session) -> None:
    number, _outcomes = apply(session, *TWO)
    undo_import(session, number)

    with pytest.raises(AlreadyUndone):
        undo_import(session, number)
    with pytest.raises(UnknownImport):
        undo_import(session, 999)


def test_an_import_that_is_killed_leaves_nothing(session: Session) -> None:
    of = make.source(session)
    record = make.record(session, of)
    session.commit()

    def die(done: int, of_all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(session, of, list(TWO), record=record, progress=die)
    session.rollback()

    assert [count(session, noun) for noun in (Organisation, Site, Listing, Change)] == [0, 0, 0, 0]
