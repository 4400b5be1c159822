"""Kits are on the map as their files say; publishing again changes nothing."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.content.kits import Kit
from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.listings import Change, Listing, ListingPoint, ListingRecord
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions, shipped_regions
from mapsvc.services.publishing import republish
from mapsvc.services.publishing_kits import publish_kits
from tests import make
from tests.publish import publish


@pytest.fixture
def kits() -> Mapping[str, Kit]:
    return usable(Tree.of()).kits


@pytest.fixture(scope="module")
def regions() -> Regions:
    return shipped_regions()


def shown(session: Session) -> list[Listing]:
    return list(session.scalars(select(Listing).where(Listing.kind == "kit").order_by(Listing.slug)))


def counted(session: Session, *tables: type) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_each_kit_is_on_the_map_in_its_town(
    session: Session, kits: Mapping[str, Kit], gazetteer: Gazetteer, regions: Regions
) -> None:
    changed = publish_kits(session, kits, towns=gazetteer, regions=regions)
    session.commit()

    found = shown(session)
    como = next(one for one in found if one.slug == "como")
    assert changed == len(found) == len(kits)
    assert (como.key, como.site_key, como.title, como.country) == ("kit:como", "kit:como", "Como", "IT")
    assert (round(como.lon, 1), round(como.lat, 1), como.precision) == (9.1, 45.8, "town")
    assert como.region == "IT-CO"
    assert como.facets == {"language": ["it"]}
    assert como.detail["kit"]["title"]["fr"] == kits["como"].town.texts["fr"].front.title
    assert counted(session, ListingPoint, ListingRecord) == [len(kits)] * 2


def test_publishing_kits_again_changes_nothing(
    session: Session, kits: Mapping[str, Kit], gazetteer: Gazetteer, regions: Regions
) -> None:
    publish_kits(session, kits, towns=gazetteer, regions=regions)
    session.commit()
    before = counted(session, Change)

    assert publish_kits(session, kits, towns=gazetteer, regions=regions) == 0
    assert counted(session, Change) == before


def test_a_kit_whose_folder_is_gone_is_gone_from_the_map(
    session: Session, kits: Mapping[str, Kit], gazetteer: Gazetteer, regions: Regions
) -> None:
    publish_kits(session, kits, towns=gazetteer, regions=regions)
    session.commit()
    left = {slug: kit for slug, kit in kits.items() if slug != "como"}

    changed = publish_kits(session, left, towns=gazetteer, regions=regions)

    assert changed == 1
    assert [one.slug for one in shown(session)] == sorted(left)
    assert counted(session, ListingPoint, ListingRecord) == [len(left)] * 2


def test_a_kit_that_changed_is_changed_on_the_map_and_keeps_its_number(
    session: Session, kits: Mapping[str, Kit], gazetteer: Gazetteer, regions: Regions
) -> None:
    publish_kits(session, kits, towns=gazetteer, regions=regions)
    session.commit()
    numbers = {one.slug: one.id for one in shown(session)}
    town = kits["como"].town
    renamed = replace(town, data=town.data.model_copy(update={"name": "Còm"}))

    changed = publish_kits(
        session, {**kits, "como": replace(kits["como"], town=renamed)}, towns=gazetteer, regions=regions
    )

    assert changed == 1
    assert {one.slug: one.id for one in shown(session)} == numbers
    assert "Còm" in [one.title for one in shown(session)]


def test_a_kit_of_a_town_that_the_gazetteer_lacks_is_not_on_the_map(
    session: Session, kits: Mapping[str, Kit], gazetteer: Gazetteer, regions: Regions
) -> None:
    town = kits["como"].town
    nowhere = replace(town, data=town.data.model_copy(update={"town": 1}))

    publish_kits(session, {"como": replace(kits["como"], town=nowhere)}, towns=gazetteer, regions=regions)

    assert shown(session) == []


def test_projecting_everything_anew_leaves_kits_and_hosts_as_they_are(
    session: Session, kits: Mapping[str, Kit], gazetteer: Gazetteer, regions: Regions
) -> None:
    publish(session, make.host())
    publish_kits(session, kits, towns=gazetteer, regions=regions)
    session.commit()

    assert republish(session) == 0
    assert len(shown(session)) == len(kits)
    assert publish_kits(session, kits, towns=gazetteer, regions=regions) == 0
    assert counted(session, Listing) == [len(kits) + 1]
