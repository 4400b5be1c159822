"""Takes a typed text apart: the town, and the countries or region it should be in."""

import re
import sqlite3
from dataclasses import dataclass

from mapsvc.places.folding import fold

# Territories with a code of their own whose people may give the country's.
TERRITORIES = {
    "DK": ("FO",),
    "FI": ("AX",),
    "FR": ("GP", "MQ", "GF", "RE", "YT", "MF"),
    "NO": ("SJ",),
}
OLD_CODES = {"EL": "GR", "UK": "GB"}

_SHORTEST_BEGINNING = 3
_SHORTEST_LAST_WORDS = 4
_LONGEST_LAST_WORDS = 4
_POSTCODE_DIGITS = 4

_SAINTS = {"st": ("saint", "sankt", "sint"), "ste": ("sainte",), "sta": ("santa",)}


@dataclass(frozen=True, slots=True)
class Where:
    """Where a town should be: each area is a country and a region in it, None for all of it."""

    areas: frozenset[tuple[str, str | None]]

    def holds(self, country: str, region: str | None) -> bool:
        """Whether a place of country and region is in one of the areas."""
        return (country, None) in self.areas or (country, region) in self.areas

    def within(self, other: "Where | None") -> "Where":
        """What both hold; all of this where other is None."""
        if other is None:
            return self
        both = {area for area in self.areas if other.holds(*area)}
        both |= {area for area in other.areas if self.holds(*area)}
        return Where(frozenset(both))


@dataclass(frozen=True, slots=True)
class Question:
    """A folded town, as typed and perhaps incomplete, and where it should be, None for anywhere."""

    town: str
    where: Where | None


def country_code(country: str) -> str:
    """The code in capitals, EL and UK turned into GR and GB."""
    code = country.strip().upper()
    return OLD_CODES.get(code, code)


def in_country(country: str) -> Where:
    """A country and the territories that are often counted with it."""
    code = country_code(country)
    return Where(frozenset((each, None) for each in (code, *TERRITORIES.get(code, ()))))


def split_question(connection: sqlite3.Connection, text: str) -> tuple[Question, bool]:
    """The question in "Town, Area" or "Town (Area)", and whether the area was understood.

    An area is a country in one of many languages or by its code, a region, or a French or
    Spanish province; its last word may be incomplete. Parts that are none are left out of
    the question.
    """
    head, *parts = [part for part in re.split(r"[,;()\[\]]", text) if fold(part)] or [""]
    where = None
    for part in parts:
        areas = areas_called(connection, without_postcode(fold(part)), beginnings=True, codes=True)
        if areas:
            where = Where(areas).within(where)
    return Question(without_postcode(fold(head)), where), where is not None


def last_words_as_area(connection: sqlite3.Connection, town: str) -> Question | None:
    """The question in "town area" without a comma; None when the last words name no area."""
    parts = town.split()
    for count in range(min(_LONGEST_LAST_WORDS, len(parts) - 1), 0, -1):
        last = " ".join(parts[-count:])
        if len(last) < _SHORTEST_LAST_WORDS:
            continue
        if areas := areas_called(connection, last):
            return Question(" ".join(parts[:-count]), Where(areas))
    return None


def areas_called(
    connection: sqlite3.Connection, key: str, *, beginnings: bool = False, codes: bool = False
) -> frozenset[tuple[str, str | None]]:
    """The areas with that folded name, or, with beginnings, those whose names begin so."""
    query = "SELECT country, region FROM area WHERE key = ? AND by_code <= ?"
    found = connection.execute(query, (key, int(codes))).fetchall()
    if not found and beginnings and len(key) >= _SHORTEST_BEGINNING:
        query = "SELECT country, region FROM area WHERE key >= ? AND key < ? AND NOT by_code"
        found = connection.execute(query, (key, key + "\U0010ffff")).fetchall()
    return frozenset(
        (each, region)
        for country, region in found
        for each in ((country,) if region else (country, *TERRITORIES.get(country, ())))
    )


def without_postcode(key: str) -> str:
    """A folded text without its postcodes ("d 24937 flensburg"), unless nothing else is left."""
    parts = key.split()
    kept = [part for part in parts if not (part.isdigit() and len(part) >= _POSTCODE_DIGITS)]
    if len(kept) == len(parts) or not kept:
        return key
    if len(kept) > 1 and len(kept[0]) == 1 and parts[1].isdigit():
        kept = kept[1:]
    return " ".join(kept)


def other_spellings(key: str) -> list[str]:
    """Forms of a folded text with St written out, and with ae, oe, ue read as umlauts."""
    parts = key.split()
    spellings = [
        " ".join([*parts[:place], full, *parts[place + 1 :]])
        for place, part in enumerate(parts)
        for full in _SAINTS.get(part, ())
    ]
    spellings.append(re.sub("([aou])e", r"\1", key))
    return [spelling for spelling in dict.fromkeys(spellings) if spelling != key]
