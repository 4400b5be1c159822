"""Says which town, region or country a learner wishes for, and never guesses between two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from rapidfuzz import fuzz, process

from mapsvc.intake.cells import one_line
from mapsvc.intake.cohort_columns import folded_list
from mapsvc.intake.names import country_code
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Gazetteer, Place, Suggestion
from mapsvc.places.regions import Region, Regions
from mapsvc.planning.cohorts import Spot, Wish, WishKind

MOST_CANDIDATES = 5
MOST_PARTS = 10  # of one text that may be wishes

_KEPT_KEY = re.compile(r"(.*?)\s*\[([A-Za-z0-9~_-]{2,40})\]")
_KEPT_POINT = re.compile(
    r"(.*?)\s*\[(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?) (-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)\]"
)
_OR = re.compile(r"/|\s(?:or|ou|oder|o|of|lub|then|puis|dann)\s", re.IGNORECASE)
_COMMA = re.compile(r",")
_PARTS = re.compile(r"[,()\n]")
_OUTSTANDING = 20  # as in the gazetteer: how much larger one of several towns has to be
_LARGE_TOWN = 5_000  # inhabitants from which a town is meant rather than the region of its name
_CLOSE = 86.0  # of 100: how alike a region has to be spelt to be offered
_LONGEST_CODE = 3  # letters of a country's
_WIDEST, _HIGHEST = 180.0, 90.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a text is no wish: several places are meant (candidates, as they can be written), or none is known
    (candidates are those that are spelt alike).
    """

    several: bool
    candidates: tuple[str, ...]


class Wishing:
    """Reads wishes and home towns by the gazetteer and the regions; each text is looked up once."""

    def __init__(self, towns: Gazetteer, regions: Regions) -> None:
        self.towns = towns
        self.regions = regions
        self._by_name: dict[str, list[Region]] = {}
        for region in regions.all():
            for name in {fold(region.name), *map(fold, region.names.values())}:
                self._by_name.setdefault(name, []).append(region)
        self.read = lru_cache(maxsize=4096)(self._read)

    def _read(self, text: str) -> Wish | Doubt:
        """The wish that a text names, or why there is none.

        "Como", "Como (IT)", "Como, Italy" are towns, "Lombardia" and "province of Como" regions, "Italy"
        and "IT" countries. A text such as "Como [3178229]", as exports write it, names its key.
        """
        plain = one_line(text).strip(" .;,")
        if kept := self._kept(plain):
            return kept
        head, *areas = [part.strip() for part in _PARTS.split(plain) if part.strip()] or [""]
        if not fold(head):
            return Doubt(several=False, candidates=())
        kind, name = _kind_said(head)
        country = next((code for area in areas if (code := country_code(area))), None)
        if kind is None and (code := country_code(name)):
            if not areas:
                return Wish(WishKind.COUNTRY, code, _country_name(name, code))
            if country is None:  # "Spain (Andalusia)"
                return self.read(f"{', '.join(areas)}, {code}")
        return self._place_called(kind, name, country, areas)

    def _place_called(
        self, kind: WishKind | None, name: str, country: str | None, areas: list[str]
    ) -> Wish | Doubt:
        """The town or region of a name, kind saying which of them was asked for, None for either."""
        regions = self._regions_called(name, country) if kind is not WishKind.TOWN else []
        if kind is WishKind.REGION:
            return self._one_region(regions) or self._doubt(name, country, regions, [])
        place, several = self._town(name, country, areas)
        if several and self._is_capital(largest := max(several, key=_size).place, regions):
            place = largest
        if regions and (place is None or not self._is_capital(place, regions)):
            return self._one_region(regions) or self._doubt(name, country, regions, several)
        return _town_wish(place) if place else self._doubt(name, country, regions, several)

    def read_several(self, text: str) -> tuple[Wish | Doubt, ...]:
        """The wishes of a text that may name more than one: "Italy / Spain", "Como or Lecco", "Como, Lecco".

        What stands between is only taken for such a sign where each part is a wish by itself, and with a
        comma only where all are of one kind: "Como, Italy" is one town, "Biel/Bienne" too.
        """
        whole = self.read(text)
        if isinstance(whole, Wish) and fold(whole.name) == fold(text):
            return (whole,)
        for sign, alike in ((_OR, False), (_COMMA, True)):
            parts = [part for part in sign.split(text) if part.strip()]
            if not 1 < len(parts) <= MOST_PARTS:
                continue
            read = [self.read(part) for part in parts]
            found = [wish for wish in read if isinstance(wish, Wish)]
            kinds = {wish.kind for wish in found}
            if len(found) == len(parts) and (len(kinds) == 1 or not alike):
                return tuple(dict.fromkeys(found))
        return (whole,)

    def home(self, text: str) -> Spot | Doubt:
        """The town that a text names, as a point; "Lecco [9.3931 45.8566]" says it, longitude first."""
        plain = one_line(text)
        if found := _KEPT_POINT.fullmatch(plain):
            name, lon, lat = found.group(1), float(found.group(2)), float(found.group(3))
            if abs(lon) <= _WIDEST and abs(lat) <= _HIGHEST:
                return Spot(name, lon, lat)
        wish = self.read(f"town {plain}" if "[" not in plain else plain)
        if isinstance(wish, Doubt):
            return wish
        return wish.spot or Doubt(several=False, candidates=())

    def _kept(self, text: str) -> Wish | None:
        """The wish of a text that carries its key in square brackets."""
        found = _KEPT_KEY.fullmatch(text)
        if not found:
            return None
        name, key = found.groups()
        if key.isascii() and key.isdigit():
            place = self.towns.place(int(key))
            return _town_wish(place) if place else None
        if self.regions.get(key):
            return Wish(WishKind.REGION, key, name or key)
        return Wish(WishKind.COUNTRY, key, name or key) if country_code(key) == key else None

    def _regions_called(self, name: str, country: str | None) -> list[Region]:
        found = self._by_name.get(fold(name), [])
        found = [region for region in found if country in (None, region.country)]
        larger = {region.id for region in found}
        # Of a region and a part of it with the same name the whole is meant.
        return [region for region in found if region.parent not in larger]

    def _town(
        self, name: str, country: str | None, areas: list[str]
    ) -> tuple[Place | None, list[Suggestion]]:
        """The town of that name, and those that may be meant where it is not one alone."""
        named = [area for area in areas if not country_code(area)]
        asked = ", ".join((name, *areas))
        if not named and (place := self.towns.locate(name, country=country)):
            return place, []
        same = [
            one
            for one in self.towns.suggest(asked, limit=20, country=country)
            if fold(name) in (fold(one.matched), fold(one.place.name))
        ]
        first, second = [*same, None, None][:2]
        if first and (
            second is None or first.place.population >= _OUTSTANDING * max(second.place.population, 1)
        ):
            return first.place, []
        return None, same

    def _is_capital(self, place: Place, regions: list[Region]) -> bool:
        """Whether a town of some size lies in one of the regions that bear its name."""
        own = self.regions.region_at(place.lon, place.lat, country=place.country)
        if own is None or place.population < _LARGE_TOWN:
            return False
        return any(region.id in (own.id, own.parent) for region in regions)

    def _one_region(self, regions: list[Region]) -> Wish | None:
        if len(regions) != 1:
            return None
        return Wish(WishKind.REGION, regions[0].id, regions[0].name)

    def _doubt(
        self, name: str, country: str | None, regions: list[Region], several: list[Suggestion]
    ) -> Doubt:
        if regions or several:
            return Doubt(several=True, candidates=tuple(self._written(regions, several))[:MOST_CANDIDATES])
        close = self.towns.suggest(name, limit=MOST_CANDIDATES, country=country)
        alike = process.extract(
            fold(name), self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=3
        )
        near = [self._by_name[match][0] for match, _score, _place in alike]
        listed = list(dict.fromkeys(self._written(near, close)))
        return Doubt(several=False, candidates=tuple(listed[:MOST_CANDIDATES]))

    def _written(self, regions: list[Region], several: list[Suggestion]) -> Iterator[str]:
        """The candidates in words that are read as them alone."""
        for region in regions:
            yield f"{region.name}, {region.country} [{region.id}]"
        for one in several:
            where = ", ".join(filter(None, (one.place.name, one.place.region_name, one.place.country)))
            yield f"{where} [{one.place.id}]"


def written_wish(wish: Wish) -> str:
    """A wish as Wishing reads it back."""
    return f"{wish.name} [{wish.key}]"


def written_spot(spot: Spot) -> str:
    """A home town as Wishing.home reads it back."""
    return f"{spot.name} [{spot.lon!r} {spot.lat!r}]"


def is_anywhere(text: str) -> bool:
    """Whether a text says that every place is welcome, which is no wish."""
    return fold(text) in folded_list("anywhere")


def _country_name(written: str, code: str) -> str:
    """The name of a country as it was written, in English where that was a code."""
    return str(Locale("en").territories[code]) if len(written) <= _LONGEST_CODE else written


def _size(one: Suggestion) -> tuple[int, int]:
    return one.place.population, -one.place.id


def _town_wish(place: Place) -> Wish:
    spot = Spot(place.name, place.lon, place.lat)
    return Wish(WishKind.TOWN, str(place.id), place.name, spot)


def _kind_said(text: str) -> tuple[WishKind | None, str]:
    """What a text such as "province of Como" says that it is, and the rest of it."""
    words = text.replace(":", " ").split()
    for count in range(min(3, len(words) - 1), 0, -1):
        before, rest = fold(" ".join(words[:count])), " ".join(words[count:])
        for kind, part in ((WishKind.REGION, "region_words"), (WishKind.TOWN, "town_words")):
            if before in folded_list(part):
                return kind, rest
    return None, text
