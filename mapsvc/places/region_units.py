"""One region of a set, and what its country is called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from babel import Locale

from mapsvc.messages import LANGUAGES

COUNTRIES = 0  # the level of countries
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Unit:
    """A region of a set: its id there, what it is called there, its country (ISO 3166-1 alpha-2),
    its level (0 is a country), the id of the unit that it is part of (None for a country) and its
    names by language, where they are known.
    """

    id: str
    name: str
    country: str
    level: int
    parent: str | None
    names: Mapping[str, str] = field(default_factory=lambda: NO_NAMES, compare=False)


def drawn(units: Iterable[Unit], level: int) -> list[Unit]:
    """The units that a map of a level shows, in the given order.

    A unit of a coarser level that has no parts stands for itself, so they share out the whole.
    """
    every = list(units)
    parents = {unit.parent for unit in every}
    return [unit for unit in every if unit.level == level or (unit.level < level and unit.id not in parents)]


@cache
def names_of_country(code: str) -> Mapping[str, str]:
    """The names of a country by language, as all pages call it; an unknown code stands for itself."""
    names = {language: str(Locale(language).territories.get(code, code)) for language in LANGUAGES}
    return MappingProxyType(names)
