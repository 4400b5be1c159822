"""What each field of a host's sheet may hold, and how it is kept."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from mapsvc.domain import vocabulary
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _

LONGEST_NAME = 300
LONGEST_LINE = 300
LONGEST_TEXT = 5_000
LONGEST_WEBSITE = 500
LONGEST_POSTCODE = 20
LONGEST_TOWN = 120
MOST_LINES = 40
MOST_PERIODS = 60
MOST_SEATS = 9_999
MOST_DAYS = 1_100
OLDEST = 99
FIRST_YEAR, LAST_YEAR = 2000, 2100

# In which texts can be written: those of Europe's countries, by code.
TEXT_LANGUAGES = (
    *("en", "fr", "de", "es", "it", "pt", "nl", "pl", "bg", "ca", "cs", "cy", "da", "el", "et", "eu", "fi"),
    *("ga", "gl", "hr", "hu", "is", "lt", "lv", "mk", "mt", "nb", "ro", "sk", "sl", "sq", "sr", "sv", "tr"),
    "uk",
)

NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF))  # signs that Unicode keeps free for ever


def clean(text: str, *, lines: bool = True) -> str:
    """A text in composed form, trimmed, without what no XML holds; on one line where lines is False."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"})
    text = text.translate(NO_CHARACTERS)
    return text.strip() if lines else " ".join(text.split())


def _line(most: int) -> Callable[[Any], str]:
    def check(said: Any) -> str:
        text = clean(str(said or ""), lines=False)
        if len(text) > most:
            raise InvalidInput(_("At most %(limit)s characters can be kept."), limit=most)
        return text

    return check


def _optional_line(most: int) -> Callable[[Any], str | None]:
    check = _line(most)
    return lambda said: check(said) or None


def _name(said: Any) -> str:
    name = _line(LONGEST_NAME)(said)
    if not any(sign.isalnum() for sign in name):
        raise InvalidInput(_("Give the name of the organisation."))
    return name


def _website(said: Any) -> str | None:
    address = _line(LONGEST_WEBSITE)(said)
    if not address:
        return None
    if "://" not in address and re.fullmatch(r"[^\s:/@]+\.[^\s:/@]{2,}(?:[/?#]\S*)?", address):
        address = f"https://{address}"
    if not re.fullmatch(r"https?://[^\s/@:?#]+\.[^\s/@:?#]{2,}(?::[0-9]{1,5})?(?:[/?#]\S*)?", address, re.I):
        raise InvalidInput(_("This is no address of a website. It looks like this: https://example.org"))
    return address


def _key(name: str) -> Callable[[Any], str | None]:
    def check(said: Any) -> str | None:
        if said and not vocabulary.is_known(name, str(said)):
            raise InvalidInput(_("Choose one of the list."))
        return str(said) if said else None

    return check


def _keys(name: str) -> Callable[[Any], list[str]]:
    def check(said: Any) -> list[str]:
        keys = list(dict.fromkeys(str(key) for key in said or ()))
        if not all(vocabulary.label(name, key, "en") != key for key in keys):
            raise InvalidInput(_("Choose from the list."))
        return keys

    return check


def _texts(most: int, *, lines: bool = True) -> Callable[[Any], dict[str, str]]:
    def check(said: Any) -> dict[str, str]:
        texts = {code: clean(str(text), lines=lines) for code, text in _by_language(said)}
        if any(len(text) > most for text in texts.values()):
            raise InvalidInput(_("At most %(limit)s characters can be kept."), limit=most)
        return {code: text for code, text in texts.items() if text}

    return check


def _lists(said: Any) -> dict[str, list[str]]:
    lists = {
        code: list(dict.fromkeys(filter(None, (clean(str(one), lines=False) for one in items))))
        for code, items in _by_language(said)
    }
    _refuse_long_lists(lists.values())
    return {code: items for code, items in lists.items() if items}


def _names(said: Any) -> list[str]:
    names = list(dict.fromkeys(filter(None, (clean(str(one), lines=False) for one in said or ()))))
    _refuse_long_lists([names])
    return names


def _refuse_long_lists(lists: Iterable[list[str]]) -> None:
    for items in lists:
        if len(items) > MOST_LINES:
            raise InvalidInput(_("At most %(limit)s lines can be kept."), limit=MOST_LINES)
        if any(len(item) > LONGEST_LINE for item in items):
            raise InvalidInput(_("A line can have at most %(limit)s characters."), limit=LONGEST_LINE)


def _by_language(said: Any) -> list[tuple[str, Any]]:
    """The texts by language, "" being that of a list which did not say in which it writes."""
    texts = dict(said or {})
    if not set(texts) <= {*TEXT_LANGUAGES, ""}:
        raise InvalidInput(_("Choose a language of the list."))
    return sorted(texts.items())


def _whole(most: int) -> Callable[[Any], int | None]:
    def check(said: Any) -> int | None:
        if said is None or said == "":
            return None
        if not isinstance(said, int) or isinstance(said, bool) or not 1 <= said <= most:
            raise InvalidInput(_("Give a whole number from 1 to %(limit)s."), limit=most)
        return said

    return check


def _periods(said: Any) -> list[list[Any]]:
    periods = [_period(*one) for one in said or ()]
    if len(periods) > MOST_PERIODS:
        raise InvalidInput(_("At most %(limit)s lines can be kept."), limit=MOST_PERIODS)
    return sorted(one for number, one in enumerate(periods) if one not in periods[:number])


def _period(first: Any, last: Any, seats: Any) -> list[Any]:
    try:
        days = [date.fromisoformat(str(first)), date.fromisoformat(str(last))]
    except ValueError:
        raise InvalidInput(_("Give the first and the last day of each period, with its year.")) from None
    if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        raise InvalidInput(_("Give years from %(first)s to %(last)s."), first=FIRST_YEAR, last=LAST_YEAR)
    if days[1] < days[0]:
        raise InvalidInput(
            _("A period ends before it begins: %(first)s to %(last)s."), first=first, last=last
        )
    return [days[0].isoformat(), days[1].isoformat(), _whole(MOST_SEATS)(seats) or 1]


def _spoken(said: Any) -> list[list[str | None]]:
    levels: dict[str, str | None] = {}
    for code, level in said or ():
        if not re.fullmatch("[a-z]{2}", str(code)) or (level and not vocabulary.is_known("cefr", level)):
            raise InvalidInput(_("Choose a language and a level of the list."))
        levels[str(code)] = level or None
    return [[code, level] for code, level in levels.items()]


def _yes_or_no(said: Any) -> bool | None:
    return said if isinstance(said, bool) else None


def _contact(said: Any) -> dict[str, str]:
    contact = {name: _line(LONGEST_LINE)(dict(said or {}).get(name)) for name in ("name", "email", "phone")}
    if contact["email"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", contact["email"]):
        raise InvalidInput(_("This is no mail address. It looks like this: name@example.org"))
    if contact["phone"] and not re.fullmatch(r"[+0-9 ()./,;\-–a-zA-Z]{5,80}", contact["phone"]):
        raise InvalidInput(_("This is no telephone number. It looks like this: +49 651 123456"))
    return {name: text for name, text in contact.items() if text}


def _country(said: Any) -> str | None:
    if said and not re.fullmatch("[A-Z]{2}", str(said)):
        raise InvalidInput(_("Choose one of the list."))
    return str(said) if said else None


def _degrees(most: float) -> Callable[[Any], float | None]:
    def check(said: Any) -> float | None:
        if said is None or said == "":
            return None
        if not isinstance(said, float | int) or not -most <= said <= most:
            raise InvalidInput(
                _("Give degrees with a decimal point, from %(low)s to %(high)s."), low=-most, high=most
            )
        return round(float(said), 7)

    return check


def _legal_ids(said: Any) -> list[tuple[str, str]]:
    return sorted({(str(scheme), str(value)) for scheme, value in said or ()})


CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "other_names": _names,
    "kind": _key("organisation_kinds"),
    "sectors": _keys("sectors"),
    "website": _website,
    "about": _texts(LONGEST_TEXT),
    "languages": _spoken,
    "legal_ids": _legal_ids,
    "address": _optional_line(LONGEST_LINE),
    "postcode": _optional_line(LONGEST_POSTCODE),
    "town": _optional_line(LONGEST_TOWN),
    "country": _country,
    "lon": _degrees(180.0),
    "lat": _degrees(90.0),
    "title": _texts(LONGEST_LINE, lines=False),
    "summary": _texts(LONGEST_TEXT),
    "fields": _keys(vocabulary.FIELDS),
    "missions": _lists,
    "profiles": _lists,
    "periods": _periods,
    "min_days": _whole(MOST_DAYS),
    "max_days": _whole(MOST_DAYS),
    "welcome": _texts(LONGEST_TEXT),
    "min_age": _whole(OLDEST),
    "wheelchair": _yes_or_no,
    "programmes": _keys("programmes"),
    "accommodation": _key("accommodation"),
    "conditions": _texts(LONGEST_TEXT),
    "documents": _lists,
    "effects_visitor": _texts(LONGEST_TEXT),
    "effects_host": _texts(LONGEST_TEXT),
    "contact": _contact,
}
