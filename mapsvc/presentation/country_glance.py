"""What holds in a whole country, from libraries and dated data: money, clock, languages, plugs, holidays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_name
from babel.languages import get_official_languages
from babel.numbers import get_currency_name, get_currency_symbol, get_territory_currencies
from flask_babel import gettext, ngettext

from mapsvc import i18n
from mapsvc.content.shared_facts import PlugsFile
from mapsvc.messages import mark as _
from mapsvc.places.time_zones import zone_near

AHEAD = timedelta(days=365)
HOUR_S = 3600
PLUGS = {
    "C": _("two round pins"),
    "E": _("two round pins, and a hole for the earth pin of the socket"),
    "F": _("two round pins, and earth clips at the sides"),
    "G": _("three flat pins"),
    "J": _("three round pins, as in Switzerland"),
    "K": _("two round pins and a half-round earth pin"),
    "L": _("three round pins in a row"),
}
# What the library calls in English the days that many countries have.
COMMON_DAYS = (
    _("New Year's Day"),
    _("Epiphany"),
    _("Good Friday"),
    _("Easter Sunday"),
    _("Easter Monday"),
    _("Labor Day"),
    _("International Workers' Day"),
    _("Ascension Day"),
    _("Whit Sunday"),
    _("Whit Monday"),
    _("Pentecost Monday"),
    _("Corpus Christi"),
    _("Assumption Day"),
    _("Assumption Of Mary Day"),
    _("All Saints' Day"),
    _("All Souls' Day"),
    _("Immaculate Conception"),
    _("Christmas Eve"),
    _("Christmas Day"),
    _("Second Day of Christmas"),
    _("Saint Stephen's Day"),
    _("Republic Day"),
    _("Liberation Day"),
    _("Mother's Day"),
    _("Father's Day"),
    _("Reformation Day"),
    _("German Unity Day"),
    _("National Unity Day"),
    _("Saint Francis of Assisi, Patron Saint of Italy"),
    _("Day of Restoration of the State of Lithuania"),
    _("Day of Restoration of Independence of Lithuania"),
    _("Day of Dew and Saint John"),
    _("Statehood Day"),
    _("Armistice Day"),
    _("Pentecost"),
    _("National Day"),
    _("Jan Hus Day"),
    _("Struggle for Freedom and Democracy Day and International Students' Day"),
    _("Independent Czechoslovak State Day"),
    _("Victory Day"),
    _("Saints Cyril and Methodius Day"),
    _("Independent Czech State Restoration Day"),
    _("Constitution Day"),
    _("King's Day"),
    _("National Independence Day"),
    _("National Day of the Third of May"),
)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday: its name there, and the reader's words for it, "" where there are none."""

    day: date
    name: str
    language: str
    means: str


@dataclass(frozen=True, slots=True)
class Glance:
    """A country in the reader's words; plugs are (letter, how it looks)."""

    currency: str
    clock: str
    languages: str
    plugs: list[tuple[str, str]]
    holidays: list[Holiday]


def glance(
    country: str, *, region: str, lon: float, lat: float, plugs: PlugsFile | None, today: date
) -> Glance:
    """What holds in a country. region is that of the town, whose own holidays count too."""
    types = plugs.types.get(country, []) if plugs else []
    return Glance(
        currency=_currency(country, today),
        clock=_clock(country, lon, lat, today),
        languages=_languages(country),
        plugs=[(letter, i18n.said(PLUGS[letter]) if letter in PLUGS else "") for letter in types],
        holidays=list(_holidays(country, region, today)),
    )


def _currency(country: str, today: date) -> str:
    language = i18n.language()
    codes = get_territory_currencies(country, today)
    names = (get_currency_name(code, locale=language) for code in codes)
    signs = (get_currency_symbol(code, locale=language) for code in codes)
    return ", ".join(f"{name} ({sign})" for name, sign in zip(names, signs, strict=True))


def _clock(country: str, lon: float, lat: float, today: date) -> str:
    """The name of the town's time, and how it differs from that of Brussels on a day of today's season."""
    zone = zone_near(country, lon, lat)
    if zone is None:
        return ""
    name = get_timezone_name(zone, locale=i18n.language())
    noon = datetime(today.year, today.month, today.day, 12)  # noqa: DTZ001 - of a wall clock there
    ours, theirs = (noon.replace(tzinfo=ZoneInfo(key)).utcoffset() for key in (i18n.TIMEZONE, zone))
    hours = ((theirs or timedelta()) - (ours or timedelta())).total_seconds() / HOUR_S
    if hours == 0:
        return str(gettext("%(zone)s, the same as in Brussels", zone=name))
    n = int(abs(hours))
    if hours > 0:
        words = ngettext("%(num)s hour ahead of Brussels", "%(num)s hours ahead of Brussels", n)
    else:
        words = ngettext("%(num)s hour behind Brussels", "%(num)s hours behind Brussels", n)
    return f"{name}, {words}"


def _languages(country: str) -> str:
    names = Locale.parse(i18n.language()).languages
    found = [names.get(code, code) for code in get_official_languages(country)]
    return ", ".join(found)


def _holidays(country: str, region: str, today: date) -> Iterator[Holiday]:
    reader = i18n.language()
    for day, name, english, language in _calendar(country, region, today.year):
        if today <= day <= today + AHEAD:
            means = english if reader == "en" else _in_words_of_ours(english)
            yield Holiday(day, name, language, "" if means == name else means)


def _in_words_of_ours(english: str) -> str:
    """The name of a day in the reader's language, "" where we have no word for it; two may share a day."""
    names = english.split("; ")
    return "; ".join(i18n.said(name) for name in names) if set(names) <= set(COMMON_DAYS) else ""


@lru_cache(256)
def _calendar(country: str, region: str, year: int) -> list[tuple[date, str, str, str]]:
    """The public holidays of a year and the next: (day, name there, name in English, language)."""
    import holidays  # noqa: PLC0415 - some 30 ms that only pages of kits pay

    if country not in holidays.list_supported_countries():
        return []
    years = (year, year + 1)
    part = region.partition("-")[2]
    subdivision = part if part in holidays.list_supported_countries()[country] else None
    known = holidays.country_holidays(country)
    own, english = known.default_language, "en_US"
    there, abroad = (
        holidays.country_holidays(country, subdiv=subdivision, years=years, language=language)
        for language in (own, english if english in known.supported_languages else own)
    )
    code = (own or "en").partition("_")[0]
    return [(day, there[day], abroad.get(day, ""), code) for day in sorted(there)]
