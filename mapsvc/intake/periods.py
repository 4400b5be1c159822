"""Reads dates and periods as people write them, day before month."""

import re
from datetime import date
from functools import cache

from babel import Locale

from mapsvc.places.folding import fold

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_WORDS = re.compile(r"([0-9]{1,2})(?:\.|er|º|st|nd|rd|th)?\s+(?:de\s+)?([^\W\d]+)\.?\s+(?:de\s+)?([0-9]{4})")
_DATE = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}"
    r"|[0-9]{1,2}(?:\.|er)?\s+[^\W\d]+\.?\s+[0-9]{4}"
)
_PERIOD = re.compile(
    rf"(?:from|du|vom|von|del|dal|van)?\s*({_DATE})\s*(?:-|–|—|/|to|until|au|bis|al|a|hasta|tot|t/m|\.\.)+\s*({_DATE})"
    r"(?:\s*[(x×:]\s*([0-9]{1,3})[^0-9;,]*)?",
    re.IGNORECASE,
)
_LANGUAGES = ("en", "fr", "de", "es", "it", "nl")

Period = tuple[date, date, int]


def read_date(text: str) -> date | None:
    """The day that text names: 2027-03-26, 26.3.2027, 26/03/2027 or 26 mars 2027; None for anything else.

    Slashes are day/month/year, as everywhere in Europe.
    """
    plain = text.strip()
    if found := _ISO.fullmatch(plain):
        return _day(*found.groups())
    if found := _DAY_FIRST.fullmatch(plain):
        day, month, year = found.groups()
        return _day(year, month, day)
    if found := _WORDS.fullmatch(plain):
        day, name, year = found.groups()
        number = _months().get(fold(name))
        return _day(year, str(number), day) if number else None
    return None


def read_periods(text: str, *, seats: int = 1) -> list[Period] | None:
    """The periods that text lists, each with its first day, last day and seats; None when any is unclear.

    They stand between ; , or line breaks; "2027-03-01 – 2027-03-26 (2)" has two seats, else seats.
    """
    periods: list[Period] = []
    for part in re.split(r"[;\n]|,\s", text):
        if not part.strip():
            continue
        found = _PERIOD.fullmatch(part.strip())
        first, last = (read_date(found.group(1)), read_date(found.group(2))) if found else (None, None)
        if found is None or first is None or last is None or first > last:
            return None
        periods.append((first, last, int(found.group(3) or seats)))
    return periods or None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    index: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale(language).months["format"][width].items():
                index.setdefault(fold(name), number)
    return index
