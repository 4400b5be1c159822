"""Keeps the public rows of kits equal to their files."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from sqlalchemy.orm import Session

from mapsvc.access.kit_projections import kit_key, project_kit
from mapsvc.content.kits import Kit
from mapsvc.domain.kits import MapKit
from mapsvc.domain.listings import Kind
from mapsvc.places.gazetteer import Place
from mapsvc.places.regions import Regions
from mapsvc.services.publishing import bring_rows_up_to_date
from mapsvc.storage.listings import site_keys, take_turn


class Towns(Protocol):
    """What knows towns by their number: `mapsvc.places.gazetteer.Gazetteer`."""

    def place(self, place_id: int) -> Place | None:
        """The town with this number, None where there is none."""


def publish_kits(session: Session, kits: Mapping[str, Kit], *, towns: Towns, regions: Regions) -> int:
    """Makes these the only kits on the map; the caller commits.

    Where that is so already, nothing changes, which is the law of publishing. A kit whose town the
    gazetteer does not know is not on the map. Returns the number of rows that changed.
    """
    take_turn(session)
    rows = [project_kit(kit) for kit in map_kits(kits.values(), towns=towns, regions=regions)]
    known = site_keys(session, kinds=(Kind.KIT,))
    return bring_rows_up_to_date(session, rows, [*known, *map(kit_key, kits)])


def map_kits(kits: Iterable[Kit], *, towns: Towns, regions: Regions) -> list[MapKit]:
    """The kits as the map shows them, in their order, without those whose town or texts are not there."""
    shown = (_map_kit(kit, towns, regions) for kit in kits)
    return [one for one in shown if one is not None]


def _map_kit(kit: Kit, towns: Towns, regions: Regions) -> MapKit | None:
    said, texts = kit.town.data, kit.town.texts
    place = towns.place(said.town)
    if place is None or not texts:
        return None
    region = regions.region_at(place.lon, place.lat, country=said.country)
    return MapKit(
        slug=kit.slug,
        name=said.name,
        country=said.country,
        region=region.id if region else "",
        lon=place.lon,
        lat=place.lat,
        languages=tuple(said.languages),
        title={language: text.front.title for language, text in sorted(texts.items())},
        summary={language: text.front.summary for language, text in sorted(texts.items())},
        written_on=max(text.front.written_on for text in texts.values()),
    )
