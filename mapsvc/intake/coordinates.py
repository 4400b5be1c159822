"""Reads coordinates as people write them: decimals, decimal commas, degrees minutes seconds, pairs."""

import re
from dataclasses import dataclass
from itertools import pairwise

from mapsvc.domain.numbers import InvalidNumber, parse_number

_SIGNS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " "})
_PRIMES = str.maketrans(
    {"′": "'", "’": "'", "‘": "'", "´": "'", "`": "'", "″": '"', "”": '"', "“": '"', "º": "°"}
)
_COMMA = re.compile(r"[+-]?[0-9]{1,8},[0-9]+")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_DEGREES = re.compile(
    r"(?P<before>[NSEWO])?\s*(?P<sign>[+-])?(?P<deg>[0-9]{1,3}(?:[.,][0-9]+)?)\s*(?:°|d|deg)\s*"
    r"(?:(?P<min>[0-9]{1,2}(?:[.,][0-9]+)?)\s*(?:'|m|min)\s*)?"
    r"(?:(?P<sec>[0-9]{1,2}(?:[.,][0-9]+)?)\s*(?:\"{1,2}|''|s|sec)?\s*)?"
    r"(?P<after>[NSEWO])?",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"(?P<before>[NSEWO])?\s*(?P<deg>[0-9]{1,3}(?:[.,][0-9]+)?)(?:\s+(?P<min>[0-9]{1,2}(?:[.,][0-9]+)?))?"
    r"(?:\s+(?P<sec>[0-9]{1,2}(?:[.,][0-9]+)?))?\s*(?P<after>[NSEWO])?",
    re.IGNORECASE,
)
_WKT = re.compile(r"(?:SRID=[0-9]+;)?POINT\s*Z?\s*\(\s*(\S+)\s+(\S+)(?:\s+\S+)?\s*\)", re.IGNORECASE)
_PAIR_FORMS = (
    # "48,75" is one number with a decimal comma, not two.
    re.compile(r"([^,]+),(?:\s+|(?=.*[.°]))([^,]+)"),
    re.compile(r"(.*?[NS])[,\s]*([0-9].*[EWO])", re.IGNORECASE),
    re.compile(r"(\S+?),?\s+(\S+)"),
)
_SIXTY = 60
_NORTH_SOUTH, _EAST_WEST = frozenset("NS"), frozenset("EW")
_COMMA_PARTS = 4


@dataclass(frozen=True, slots=True)
class Ordinate:
    """One number of a position.

    decimals counts the digits after the point as written, None where it was written in minutes
    or seconds; axis is "lat" or "lon" where a letter (N, S, E, W) says so.
    """

    number: float
    decimals: int | None
    axis: str | None = None
    comma: bool = False


def read_ordinate(text: str, *, comma: bool) -> Ordinate:
    """The number in text: decimal, with spaces between thousands, or in degrees, minutes and seconds.

    comma says that the column writes decimals with a comma; without it a comma is refused. The
    minutes and seconds are exact: 48°34'48"N is 48 + 34/60 + 48/3600.

    Raises InvalidNumber for anything else, among it the letter O, which is east in German and
    west in French.
    """
    plain = text.translate(_SIGNS).strip()
    if _COMMA.fullmatch(plain):
        if not comma:
            raise InvalidNumber(value=text[:80])
        return _decimal(plain.replace(",", "."), comma=True)
    if _SPACED.fullmatch(plain):
        return _decimal(plain.replace(" ", "").replace(",", "."), comma="," in plain)
    try:
        return _decimal(plain.removesuffix("°").rstrip(), comma=False)
    except InvalidNumber:
        found = _sexagesimal(plain.translate(_PRIMES))
        if found is None:
            raise InvalidNumber(value=text[:80]) from None
        return found


def writes_commas(values: list[str]) -> bool:
    """Whether a column writes decimals with a comma throughout: one does, and none uses a point."""
    plain = [value.translate(_SIGNS).strip() for value in values]
    return any(_COMMA.fullmatch(value) for value in plain) and not any(_is_pointed(value) for value in plain)


def split_pair(text: str) -> tuple[str, str, str | None] | None:
    r"""The two halves of a cell that holds a position, and "lon" where the cell says that it comes first.

    Read are "48.58, 7.75", "48,58; 7,75", "(48.58 7.75)", "48°34'48\"N 7°45'E" and the WKT form
    POINT(7.75 48.58), which has the longitude first. None where two numbers cannot be told apart.
    """
    plain = text.translate(_SIGNS).strip()
    if wkt := _WKT.fullmatch(plain):
        return wkt.group(1), wkt.group(2), "lon"
    halves = _halves(plain.strip("()[]{} "))
    return (*halves, None) if halves else None


def _halves(plain: str) -> tuple[str, str] | None:
    for sign in (";", "|", "/"):
        if plain.count(sign) == 1:
            first, second = plain.split(sign)
            return first.strip(), second.strip()
    found = next(filter(None, (form.fullmatch(plain) for form in _PAIR_FORMS)), None)
    if found:
        return found.group(1).strip(), found.group(2).strip()
    # "48,58,7,75" is two numbers only when every part is digits.
    pieces = plain.split(",")
    first, second = ",".join(pieces[:2]).strip(), ",".join(pieces[2:]).strip()
    if len(pieces) == _COMMA_PARTS and _COMMA.fullmatch(first) and _COMMA.fullmatch(second):
        return first, second
    return None


def _decimal(text: str, *, comma: bool) -> Ordinate:
    number = parse_number(text)
    mantissa = text.lower().split("e")[0]
    return Ordinate(number, len(mantissa.partition(".")[2]), comma=comma)


def _is_pointed(value: str) -> bool:
    try:
        parse_number(value)
    except InvalidNumber:
        return False
    return "." in value


def _sexagesimal(text: str) -> Ordinate | None:
    found = _DEGREES.fullmatch(text) or _LETTERED.fullmatch(text)
    if found is None:
        return None
    groups = found.groupdict()
    letter = ((groups["before"] or "") + (groups["after"] or "")).upper()
    if found.re is _LETTERED and not letter:
        return None
    if letter not in _NORTH_SOUTH | _EAST_WEST | {""} or (letter and groups.get("sign")):
        return None
    parts = [groups["deg"], groups["min"], groups["sec"]]
    numbers = [parse_number(part.replace(",", ".")) if part else 0.0 for part in parts]
    broken = any("." in (part or "").replace(",", ".") for part, after in pairwise(parts) if after)
    if broken or numbers[1] >= _SIXTY or numbers[2] >= _SIXTY:
        return None
    # Summed in seconds, so that one division rounds once.
    size = (numbers[0] * 3600 + numbers[1] * 60 + numbers[2]) / 3600
    sign = -1.0 if letter in {"S", "W"} or groups.get("sign") == "-" else 1.0
    axis = None if not letter else "lat" if letter in _NORTH_SOUTH else "lon"
    return Ordinate(sign * size, _decimals_of(parts), axis)


def _decimals_of(parts: list[str | None]) -> int | None:
    """As exact as decimals: whole minutes are about two decimals, seconds about four."""
    if parts[2] is not None:
        return 4
    if parts[1] is not None:
        after = len(parts[1].replace(",", ".").partition(".")[2])
        return 2 + after
    return len((parts[0] or "").replace(",", ".").partition(".")[2])
