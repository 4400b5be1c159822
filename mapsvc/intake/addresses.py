"""Takes addresses apart that stand in one string, in the forms of many countries."""

import re
from dataclasses import dataclass

from mapsvc.intake.names import country_code

# Postcodes that stand before the town, the longer forms first.
_BEFORE = (
    r"(?:(?:[A-Z]{1,3})-\s?)?"
    r"(?:[0-9]{4}\s?[A-Z]{2}(?=\s|$)|[0-9]{4}-[0-9]{3}|[0-9]{2}-[0-9]{3}|[0-9]{3}\s[0-9]{2}|[0-9]{5}|[0-9]{4})"
)
# Postcodes that stand after it: British, Irish, and those of the Baltic states.
_AFTER = (
    r"(?:[A-Z]{1,2}[0-9][A-Z0-9]?\s?[0-9][A-Z]{2}|[A-Z][0-9][0-9W]\s?[A-Z0-9]{4}"
    r"|L[TV]-[0-9]{4,5}|[0-9]{5}|[0-9]{4}\s?[A-Z]{2})"
)
_TOWN = r"[^\W\d_][^0-9,;]*(?:\s[0-9]{1,2}(?:e|er|ème)?)?"
_CODE_TOWN = re.compile(rf"({_BEFORE})\s+({_TOWN})")
_TOWN_CODE = re.compile(rf"({_TOWN}?)[\s,]+({_AFTER})")
_CODE = re.compile(rf"{_BEFORE}|{_AFTER}")
# A code of four digits must follow a house number: "Avenue du 8 mai 1945" has none.
_STREET_CODE_TOWN = re.compile(
    rf"(.*\S(?=\s+(?:[A-Z]{{1,3}}-)?[0-9]{{5}}\s)|.*[0-9][A-Za-z]?)\s+({_BEFORE})\s+({_TOWN})"
)
# What a broken export writes for a postcode that it does not have.
_NO_CODE_TOWN = re.compile(rf"(?:undefined|null|nan|none)\s+({_TOWN})", re.IGNORECASE)
# "1200 avenue de l'Europe" begins with a house number.
_STREET_WORD = re.compile(
    r"(?:rue|avenue|av|boulevard|bd|chemin|route|allée|place|quai|impasse|cours|street|road|lane|via|viale|corso"
    r"|piazza|calle|avenida|plaza|laan|straat|straße|strasse)\b",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"([A-Z]{1,3})[- ]\s?(?=[0-9])")
_SAME = (
    *(
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
    ),
    *("LU", "LV", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
_PREFIXES = {
    **{code: code for code in _SAME},
    **{"A": "AT", "B": "BE", "D": "DE", "E": "ES", "F": "FR", "H": "HU", "I": "IT", "L": "LU", "N": "NO"},
    **{"P": "PT", "S": "SE", "FIN": "FI", "SLO": "SI", "IRL": "IE", "EL": "GR"},
}
# Their prefix belongs to the postcode.
_KEPT_PREFIXES = frozenset({"LT", "LV"})
_PROVINCE = re.compile(r"\s*\([A-Z]{2}\)$")
_CEDEX = re.compile(r"\s+cedex(?:\s+[0-9]{1,2})?$", re.IGNORECASE)
_SHORTEST_COUNTRY = 3


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts; what cannot be told apart stays in street."""

    street: str | None
    postcode: str | None = None
    town: str | None = None
    country: str | None = None


def split_address(text: str) -> Address:
    """The parts of an address in one string.

    Known are "street, postcode town" with or without commas, "postcode town, street" (Hungary),
    "street, town postcode" (Great Britain, Ireland, Latvia), a country at the end, prefixes such
    as D- or LT-. Without a postcode nothing is taken off but the country.
    """
    parts = [part.strip() for part in re.split(r"[,;\n]|\s[·•|–]\s", text) if part.strip()]
    country = None
    if len(parts) > 1 and len(parts[-1]) > _SHORTEST_COUNTRY and (country := country_code(parts[-1])):
        parts.pop()
    found = _ends_with_town(parts) or _begins_with_town(parts) or _without_commas(parts)
    if found is None:
        return Address(", ".join(parts) or None, country=country)
    street, postcode, town = found
    postcode, prefix_country = split_prefix(postcode)
    return Address(street or None, postcode or None, clean_town(town), country or prefix_country)


def split_prefix(postcode: str) -> tuple[str, str | None]:
    """The postcode without the letters of its country, and that country: "D-10713" is "10713" in DE.

    Lithuania and Latvia write theirs as part of the code: it is kept.
    """
    found = _PREFIX.match(postcode)
    country = _PREFIXES.get(found.group(1)) if found else None
    if found is None or country is None:
        return postcode, None
    return (postcode if country in _KEPT_PREFIXES else postcode[found.end() :]), country


def clean_town(town: str) -> str:
    """The town without "Cedex 2" and without the letters of an Italian province."""
    return _PROVINCE.sub("", _CEDEX.sub("", town)).strip(" -")


def _ends_with_town(parts: list[str]) -> tuple[str, str, str] | None:
    if not parts:
        return None
    *before, last = parts
    street = ", ".join(before)
    if found := _NO_CODE_TOWN.fullmatch(last):
        return street, "", found.group(1)
    if (found := _CODE_TOWN.fullmatch(last)) and not _STREET_WORD.match(found.group(2)):
        return street, found.group(1), found.group(2)
    if found := _TOWN_CODE.fullmatch(last):
        return street, found.group(2), found.group(1)
    return _apart(before, last)


def _apart(before: list[str], last: str) -> tuple[str, str, str] | None:
    """Postcode and town as parts of their own, in either order."""
    if before and _CODE.fullmatch(last) and not before[-1][0].isdigit():
        return ", ".join(before[:-1]), last, before[-1]
    if before and _CODE.fullmatch(before[-1]) and not any(sign.isdigit() for sign in last):
        return ", ".join(before[:-1]), before[-1], last
    return None


def _begins_with_town(parts: list[str]) -> tuple[str, str, str] | None:
    found = _CODE_TOWN.fullmatch(parts[0]) if len(parts) > 1 else None
    return (", ".join(parts[1:]), found.group(1), found.group(2)) if found else None


def _without_commas(parts: list[str]) -> tuple[str, str, str] | None:
    found = _STREET_CODE_TOWN.fullmatch(parts[-1]) if parts else None
    if found is None:
        return None
    return ", ".join([*parts[:-1], found.group(1)]), found.group(2), found.group(3)
