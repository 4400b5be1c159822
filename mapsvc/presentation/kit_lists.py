"""Kits as lists show them: all by country, those near a place, and the nearest to a point."""

from dataclasses import dataclass, replace
from itertools import groupby

from mapsvc import i18n
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Filters, Near, Search, Sort
from mapsvc.domain.listings import Kind
from mapsvc.places.folding import fold
from mapsvc.presentation.cards import Item
from mapsvc.presentation.items import Items

NEAR_KM = 50  # so far from its town a kit still helps with buses, shops and doctors
MOST = 1000
KITS = Filters(kinds=(Kind.KIT,))


@dataclass(frozen=True, slots=True)
class NearestKit:
    """The kit that helps most at a point; one that is not near helps by what it says of the country."""

    name: str
    url: str
    distance_m: float

    @property
    def is_near(self) -> bool:
        """Whether its town is near enough for its buses, shops and doctors."""
        return self.distance_m <= NEAR_KM * 1000


def kits_near(directory: Directory, items: Items, *, lon: float, lat: float) -> list[Item]:
    """All kits, the nearest to a point first, with their distances."""
    answer = directory.search(Search(near=Near(lon, lat), filters=KITS, sort=Sort.DISTANCE, limit=MOST))
    return items.of(answer.hits, language=i18n.language())


def kits_by_country(directory: Directory, items: Items) -> list[tuple[str, list[Item]]]:
    """All kits by the name of their country, in the reader's order."""
    answer = directory.search(Search(filters=KITS, sort=Sort.NAME, limit=MOST))
    found = items.of(answer.hits, language=i18n.language())
    found.sort(key=lambda item: (fold(item["country_label"]), fold(item["place"])))
    return [(country, list(kits)) for country, kits in groupby(found, key=lambda item: item["country_label"])]


def nearest_kit(
    directory: Directory, items: Items, *, lon: float, lat: float, country: str = ""
) -> NearestKit | None:
    """The nearest kit within NEAR_KM of a point, else the nearest of its country; None where there is none.

    Without a country only a near one counts.
    """
    within = replace(KITS, countries=(country,)) if country else None
    asked = [Search(near=Near(lon, lat, radius_km=NEAR_KM), filters=KITS, sort=Sort.DISTANCE, limit=1)]
    if within:
        asked.append(Search(near=Near(lon, lat), filters=within, sort=Sort.DISTANCE, limit=1))
    for search in asked:
        if found := items.of(directory.search(search).hits, language=i18n.language()):
            return NearestKit(found[0]["place"], found[0]["url"], found[0]["distance_m"])
    return None
