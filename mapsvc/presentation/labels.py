"""What keys and codes are called in the reader's language."""

from functools import cache
from typing import Protocol

from babel import Locale

from mapsvc.domain import vocabulary

_VOCABULARIES = {
    "kind": "kinds",
    "field": "fields",
    "sector": "sectors",
    "accommodation": "accommodation",
    "access": "access",
    "programme": "programmes",
}


class RegionNames(Protocol):
    """What knows the names of regions: `mapsvc.places.regions.Regions`."""

    def name(self, key: str, language: str) -> str:
        """The name of a region, its id where it is not known."""


def country_label(code: str, language: str) -> str:
    """The name of a country by its ISO 3166-1 code, the code itself where there is none."""
    return str(_locale(language).territories.get(code, code))


def language_label(code: str, language: str) -> str:
    """The name of a language by its ISO 639-1 code, beginning with a capital; else the code itself."""
    name = str(_locale(language).languages.get(code, code))
    return name[:1].upper() + name[1:]


def value_label(name: str, value: str, language: str, regions: RegionNames) -> str:
    """The words for a value of a facet, the value itself where there are none."""
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
