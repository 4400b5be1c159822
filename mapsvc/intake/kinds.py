"""Says how well the values under a heading are of the kind that a field holds."""

import re
from collections.abc import Callable, Sequence

from mapsvc.domain.numbers import InvalidNumber
from mapsvc.intake import values as known
from mapsvc.intake.coordinates import read_ordinate, split_pair
from mapsvc.intake.names import country_code, languages_in
from mapsvc.intake.periods import read_date, read_periods

SAMPLE = 400

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9 ()./\-–]{5,40}")
_WEB = re.compile(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}(?:/\S*)?", re.IGNORECASE)
_POSTCODE = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9 .\-]{1,10}")
_HOUSE_NUMBER = re.compile(
    r"[0-9]{1,4}\s?(?:[a-zA-Z]|bis|ter|quater)?(?:\s?[-/–+]\s?[0-9]{1,4}\s?[a-zA-Z]?)*"
)
_COUNT = re.compile(r"[0-9]{1,4}(?:[.,]0+)?|[0-9]{1,3}\s?[-–]\s?[0-9]{1,3}")
_AMOUNT = re.compile(r"[0-9]{1,4}\s*[^\W\d]{0,12}\.?|[0-9]{1,3}\s?[-–]\s?[0-9]{1,3}\s*[^\W\d]*")
_AGE = re.compile(
    r"[0-9]{1,2}\+?(?:\s*[^\W\d]+)?|(?:ab|from|from age|dès|desde|da|vanaf)\s+[0-9]{1,2}.*", re.IGNORECASE
)
_LETTERS = re.compile(r"[^\W\d_]")
_LEGAL = re.compile(r"(?:[A-Z]{1,3}[ -]?)?[0-9][0-9A-Z .\-/]{5,18}[0-9A-Z]|E[0-9]{8}", re.IGNORECASE)
_LONGEST = 200
_LONGEST_HONORIFIC = 6

Test = Callable[[str], bool]


def fits(field: str, values: Sequence[str]) -> float:
    """The share of the values, 0 to 1, that can be values of the field; 1 where there are none.

    At most SAMPLE values are looked at, spread over all. A share of 0.6 and more speaks for the
    field, below that against it.
    """
    if not values:
        return 1.0
    test = _TESTS.get(field, _has_letters)
    looked = values[:: max(1, len(values) // SAMPLE)]
    return sum(1 for value in looked if test(value)) / len(looked)


def is_email(text: str) -> bool:
    """Whether text is one e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def is_phone(text: str) -> bool:
    """Whether text can be a telephone number."""
    return bool(_PHONE.fullmatch(text)) and sum(1 for sign in text if sign.isdigit()) >= 5  # noqa: PLR2004


def is_website(text: str) -> bool:
    """Whether text can be the address of a web site, with or without http://."""
    return bool(_WEB.fullmatch(text)) and "@" not in text


def is_record_type(text: str) -> bool:
    """Whether text names a kind of listing: host, alumni, kit."""
    return known.record_type(text) is not None


def _has_letters(text: str) -> bool:
    return bool(_LETTERS.search(text))


def _is_title(text: str) -> bool:
    """A name of a host; a telephone number can be one, an e-mail address is not."""
    return not is_email(text)


def _is_name(text: str) -> bool:
    return _has_letters(text) and len(text) <= _LONGEST and not is_email(text)


def _is_town(text: str) -> bool:
    return _is_name(text) and sum(1 for sign in text if sign.isdigit()) <= 2 and not text.startswith("http")  # noqa: PLR2004


def _is_ordinate(text: str) -> bool:
    try:
        read_ordinate(text, comma=True)
    except InvalidNumber:
        return False
    return True


def _is_degrees(text: str) -> bool:
    try:
        return abs(read_ordinate(text, comma=True).number) <= 180  # noqa: PLR2004
    except InvalidNumber:
        return False


def _is_pair(text: str) -> bool:
    pair = split_pair(text)
    return pair is not None and _is_ordinate(pair[0]) and _is_ordinate(pair[1])


def _mostly(text: str, found: Sequence[object], unknown: Sequence[str]) -> bool:
    return bool(text) and bool(found) and len(found) >= len(unknown)


def _is_languages(text: str) -> bool:
    return _mostly(text, *languages_in(text))


def _is_sectors(text: str) -> bool:
    return _mostly(text, *known.sectors_in(text)) or _mostly(text, *known.fields_in(text))


def _is_fields(text: str) -> bool:
    return _mostly(text, *known.fields_in(text)) or _mostly(text, *known.sectors_in(text))


def _is_accommodation(text: str) -> bool:
    return known.accommodation(text) is not None or _has_letters(text)


def _is_yes_or_no(text: str) -> bool:
    return known.yes_or_no(text) is not None or known.yes_or_no(text.split(maxsplit=1)[0]) is not None


def _is_epsg(text: str) -> bool:
    return bool(re.fullmatch(r"(?:\S*:)?\s*[0-9]{4,6}", text)) or "wgs" in text.lower()


def _is_id(text: str) -> bool:
    return len(text) <= 60 and "@" not in text  # noqa: PLR2004


def _matches(pattern: re.Pattern[str]) -> Test:
    return lambda text: bool(pattern.fullmatch(text))


_TESTS: dict[str, Test] = {
    "name": _is_title,
    "other_names": _is_name,
    "organisation_kind": lambda text: known.organisation_kind(text) is not None,
    "record_type": is_record_type,
    "external_id": _is_id,
    "legal_id": _matches(_LEGAL),
    "website": is_website,
    "sectors": _is_sectors,
    "address": _is_name,
    "house_number": _matches(_HOUSE_NUMBER),
    "postcode": _matches(_POSTCODE),
    "town": _is_town,
    "country": lambda text: country_code(text) is not None,
    "lat": _is_ordinate,
    "lon": _is_ordinate,
    "degrees": _is_degrees,
    "latlon": _is_pair,
    "epsg": _is_epsg,
    "contact_name": _is_town,
    "contact_email": is_email,
    "contact_phone": is_phone,
    "fields": _is_fields,
    "languages": _is_languages,
    "min_age": _matches(_AGE),
    "seats": _matches(_COUNT),
    "periods": lambda text: read_periods(text) is not None,
    "period_from": lambda text: read_date(text) is not None,
    "period_to": lambda text: read_date(text) is not None,
    "confirmed_on": lambda text: read_date(text) is not None,
    "min_days": _matches(_AMOUNT),
    "max_days": _matches(_AMOUNT),
    "accommodation": _is_accommodation,
    "wheelchair": _is_yes_or_no,
    "sample": _is_yes_or_no,
    "precision": lambda text: known.precision(text) is not None,
    # "Title" may be that of a person: Mr, Dr, Herr.
    "title": lambda text: _is_name(text) and len(text) > _LONGEST_HONORIFIC,
}
