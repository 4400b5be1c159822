"""Which country or region a text means that people type, and where on a map it stands."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.gazetteer_questions import TERRITORIES, country_code
from mapsvc.places.regions import Regions

LONGEST = 120  # characters of a text that is looked at
Spot = tuple[float, float]


@dataclass(frozen=True)
class AreaWords:
    """Reads words as countries (ISO codes) and shipped regions (their ids)."""

    gazetteer: Gazetteer
    regions: Regions

    def read(self, text: str) -> str | None:
        """The id of the country or region that a text names; None where it names none, or several.

        It may be a code ("FR", "EL", "FR-IDF"), a name in one of many languages with or without its
        country ("Lombardia", "Limburg (NL)"), or a town, which stands for its region.
        """
        plain = " ".join(text.split())
        if not plain or len(plain) > LONGEST:
            return None
        if region := self.regions.get(plain) or self.regions.get(plain.upper()):
            return region.id
        head, *rest = [part.strip(" )") for part in plain.replace("(", ",").split(",")]
        within = {code for part in rest if (code := self._country(part))}
        return self._area(plain, set()) or self._area(head, within) or self._of_town(plain)

    def country_of(self, key: str) -> str:
        """The country of a region, the id itself where it is a country or not known."""
        region = self.regions.get(key)
        return region.country if region else key

    def spot(self, key: str) -> Spot | None:
        """Where a country (its largest town) or a region (a point inside) stands; None where not known.

        Longitude and latitude in degrees.
        """
        return _spot(self.regions, key) or _capitals(self.gazetteer).get(key)

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        """The regions by each of their folded names; of one name the larger level alone."""
        found: dict[str, set[str]] = {}
        for region in self.regions.all():
            for name in {fold(one) for one in (region.name, *region.names.values())}:
                found.setdefault(name, set()).add(region.id)
        return {
            name: {key for key in keys if not self._is_part_of_one(key, keys)} for name, keys in found.items()
        }

    def _is_part_of_one(self, key: str, keys: set[str]) -> bool:
        region = self.regions.get(key)
        return region is not None and region.parent in keys

    def _country(self, text: str) -> str | None:
        found = {country for country, region in self.gazetteer.areas(text) if region is None}
        whole = {code for code in found if not any(code in TERRITORIES.get(one, ()) for one in found)}
        return country_code(whole.pop()) if len(whole) == 1 else None

    def _area(self, text: str, within: set[str]) -> str | None:
        if not within and (country := self._country(text)):
            return country
        names = {fold(text)} | {fold(name) for _country, name in self.gazetteer.areas(text) if name}
        found = {key for name in names for key in self._named.get(name, ())}
        kept = {key for key in found if not within or self.country_of(key) in within}
        return kept.pop() if len(kept) == 1 else None

    def _of_town(self, text: str) -> str | None:
        head, *rest = [part.strip(" )") for part in text.replace("(", ",").split(",")]
        countries = [code for part in rest if (code := self._country(part))]
        place = self.gazetteer.locate(head, country=countries[0] if countries else None)
        if place is None:
            return None
        region = self.regions.region_at(place.lon, place.lat, country=place.country)
        return region.id if region else place.country


@lru_cache(2)
def area_words(gazetteer: Gazetteer, regions: Regions) -> AreaWords:
    """The reader of a gazetteer and regions, made once for them."""
    return AreaWords(gazetteer, regions)


@lru_cache(2)
def _capitals(gazetteer: Gazetteer) -> dict[str, Spot]:
    return {country: (lon, lat) for country, lon, lat in gazetteer.largest_towns()}


@lru_cache(2048)
def _spot(regions: Regions, key: str) -> Spot | None:
    outline = regions.outline(key) if regions.get(key) else None
    if outline is None:
        return None
    point = outline.representative_point()
    return point.x, point.y
