"""Finds the one town that a spreadsheet's cell names, or none: it never guesses."""

import re
import sqlite3
from collections.abc import Iterator

from mapsvc.places.folding import fold
from mapsvc.places.gazetteer_questions import TERRITORIES, country_code, other_spellings, without_postcode
from mapsvc.places.gazetteer_ranking import OWN, OWN_TAIL
from mapsvc.places.quarters import STANDING_OF_A_QUARTER

# Without a country, the largest of several towns is meant only if it is so much larger.
OUTSTANDING = 20

# "Paris Cedex 12", "Praha 8", "Lyon 3e": the town is what comes before.
_DISTRICT = re.compile(r"( cedex( \d+)?| \d{1,2}(er|e|eme|nd|rd|st|th)?( arrondissement)?)$")

_OVERSEAS = {
    ("FR", digits): code
    for digits, code in {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT"}.items()
}
_POSTCODE_LENGTH = 5

# "Saint" alone is no town, though GeoNames has such nicknames ("Sainté" for Saint-Étienne).
_TITLES = frozenset({"saint", "sainte", "st", "ste", "san", "santa", "sankt", "sant", "sao", "sint"})

_Found = tuple[int, int, str, str | None, float]  # id, kind, country, region, standing


def located(
    connection: sqlite3.Connection, town: str, country: str | None, postcode: str | None
) -> int | None:
    """The id of the town meant, or None where no town or no single one is.

    The spellings are tried in order, and the first that is a name decides.
    """
    if country is None:
        spellings = _spellings(town)
        return next((_outstanding(found) for key in spellings if (found := _exactly(connection, key))), None)
    home = country_code(country)
    overseas = _OVERSEAS.get((home, _digits(postcode)[:3]))
    for codes in ((overseas,),) if overseas else ((home,), TERRITORIES.get(home, ())):
        for key in _spellings(town):
            found = [place for place in _exactly(connection, key) if place[2] in codes]
            if found:
                return _first(_in_province(connection, found, postcode))
    return None


def _spellings(town: str) -> Iterator[str]:
    """The folded town; then with St written out, without district; then each half of "A / B"."""
    names = [town, *([part for part in town.split("/") if fold(part)] if "/" in town else [])]
    for name in names:
        key = without_postcode(fold(name))
        yield key
        yield from other_spellings(key)
        if (shorter := _DISTRICT.sub("", key)) != key:
            yield shorter


def _exactly(connection: sqlite3.Connection, key: str) -> list[_Found]:
    """The places with that name, own or other, each once; the one with the highest standing first.

    The standing is the number of inhabitants, for quarters of larger towns only a part of it.
    """
    query = (
        "SELECT place.id, min(name.kind), place.country, place.region, "
        "place.population * iif(place.part_of IS NULL, 1, ?) AS standing "
        "FROM name JOIN place ON place.id = name.place WHERE name.key = ? AND name.kind < ? "
        "GROUP BY place.id ORDER BY standing DESC, place.id"
    )
    if not key or key in _TITLES:
        return []
    return connection.execute(query, (STANDING_OF_A_QUARTER, key, OWN_TAIL)).fetchall()


def _outstanding(found: list[_Found]) -> int | None:
    """The largest of places in all countries, if alone, or much larger and as well named as any."""
    first, *rest = found
    best_named = first[1] == OWN or all(kind != OWN for _id, kind, *_others in rest)
    if not rest or (best_named and first[4] >= OUTSTANDING * rest[0][4]):
        return first[0]
    return None


def _in_province(connection: sqlite3.Connection, found: list[_Found], postcode: str | None) -> list[_Found]:
    """The places in the region of a French or Spanish postcode; all where it says nothing."""
    digits = _digits(postcode)
    if len(digits) != _POSTCODE_LENGTH:
        return found
    query = "SELECT region FROM province WHERE country = ? AND digits = ?"
    row = connection.execute(query, (found[0][2], digits[:2])).fetchone()
    return [place for place in found if place[3] == row[0]] if row else found


def _digits(postcode: str | None) -> str:
    """The digits of a postcode, with the first zero that spreadsheets drop."""
    digits = "".join(sign for sign in postcode or "" if sign in "0123456789")
    return "0" + digits if len(digits) == _POSTCODE_LENGTH - 1 else digits


def _first(found: list[_Found]) -> int | None:
    return found[0][0] if found else None
