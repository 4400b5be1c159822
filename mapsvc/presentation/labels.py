"""What keys and codes are called in the reader's language."""

from collections.abc import Hashable
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from babel import Locale

from mapsvc.domain import vocabulary
from mapsvc.places.folding import fold

MOST_LABELS = 16_384  # kept: all of the facets, in each language

_VOCABULARIES = {
    "kind": "kinds",
    "field": "fields",
    "sector": "sectors",
    "accommodation": "accommodation",
    "access": "access",
    "programme": "programmes",
}


class RegionNames(Hashable, Protocol):
    """What knows the names of regions: `mapsvc.places.regions.Regions`."""

    def name(self, key: str, language: str) -> str:
        """The name of a region, its id where it is not known."""


class Label(NamedTuple):
    """The words for a value, and the same folded, by which values are ordered."""

    text: str
    folded: str


def country_label(code: str, language: str) -> str:
    """The name of a country by its ISO 3166-1 code, the code itself where there is none."""
    return str(_locale(language).territories.get(code, code))


def language_label(code: str, language: str) -> str:
    """The name of a language by its ISO 639-1 code, beginning with a capital; else the code itself."""
    name = str(_locale(language).languages.get(code, code))
    return name[:1].upper() + name[1:]


def value_label(name: str, value: str, language: str, regions: RegionNames) -> str:
    """The words for a value of a facet, the value itself where there are none."""
    return label_of(name, value, language, regions).text


@lru_cache(MOST_LABELS)
def label_of(name: str, value: str, language: str, regions: RegionNames) -> Label:
    """The words for a value of a facet with their place in an order."""
    text = _text(name, value, language, regions)
    return Label(text, fold(text))


def _text(name: str, value: str, language: str, regions: RegionNames) -> str:
    if name == "country":
        return country_label(value, language)
    if name == "language":
        return language_label(value, language)
    if name == "region":
        return regions.name(value, language)
    known = _VOCABULARIES.get(name)
    return vocabulary.label(known, value, language) if known else value


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-" if "-" in language else "_")
