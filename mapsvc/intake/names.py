"""Recognises countries and languages by their codes and by their names in the languages of Europe."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from babel import Locale
from babel.core import get_global

from mapsvc.places.folding import fold

# The languages in which names are known.
_LOCALES = (
    *("en", "fr", "de", "es", "it", "nl", "pt", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "bg", "el"),
    *(
        "lt",
        "lv",
        "et",
        "fi",
        "sv",
        "da",
        "nb",
        "is",
        "ga",
        "mt",
        "ca",
        "eu",
        "gl",
        "sq",
        "mk",
        "sr",
        "uk",
        "tr",
    ),
)
_MORE_COUNTRIES = {
    "GB": "uk, u k, england, scotland, wales, northern ireland, great britain, grande bretagne, "
    "großbritannien, gran bretaña, gran bretagna, groot brittannië, angleterre, écosse, inghilterra, "
    "inglaterra, engeland, schottland",
    "GR": "el, hellas, ellada",
    "NL": "holland, hollande, holanda, olanda, the netherlands, nederlanden",
    "CZ": "czech republic, république tchèque, tschechische republik, república checa, repubblica ceca, "
    "tsjechische republiek",
    "IE": "republic of ireland, eire, république d'irlande, irische republik",
    "SK": "slovak republic, république slovaque, slowakische republik",
    "MK": "macedonia, macédoine, mazedonien, fyrom",
    "DE": "brd, bundesrepublik deutschland, federal republic of germany",
    "TR": "turkey, turquie",
    "MD": "moldavie, moldavia, moldau",
    "BY": "weißrussland, biélorussie, bielorrusia, bielorussia",
}
_MORE_LANGUAGES = {
    "es": "castellano, castillan, castilian",
    "nl": "flemish, flamand, vlaams, flämisch, fiammingo, flamenco",
    "nb": "bokmal, norvégien bokmål",
    "no": "norwegian, norvégien, norwegisch, noruego, norvegese, noors, norsk",
    "ro": "moldovan, moldave",
}
_CODE = re.compile(r"[A-Za-z]{2}")
_LONG_CODE = re.compile(r"[A-Z]{3}")
_LEVEL = re.compile(r"\b([ABC][12])\b\+?", re.IGNORECASE)
# "en" between two names is "and" in Dutch; after a sign that parts them it is English: "it B1; en B1".
_LIST = re.compile(r"[;,/|\n+]|(?<=[\w)])\s+(?:und|and|et|y|e|en|ou|or|oder|o)\s", re.IGNORECASE)

Spoken = tuple[str, str | None]


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of the country that text names, or None.

    Codes of two or three letters and names in some thirty languages are known; UK is GB, EL is
    GR, England is GB.
    """
    if _CODE.fullmatch(text):
        code = text.upper()
        return {"UK": "GB", "EL": "GR"}.get(code) or (code if code in _codes() else None)
    if _LONG_CODE.fullmatch(text):
        alias = get_global("territory_aliases").get(text, [])
        return alias[0] if len(alias) == 1 and alias[0] in _codes() else None
    return _countries().get(fold(text))


def languages_in(text: str) -> tuple[list[Spoken], list[str]]:
    """The languages that text lists, each with its CEFR level or None, and the words that are none.

    "français (B2), anglais" gives ("fr", "B2") and ("en", None), in this order, none twice.
    """
    found: dict[str, str | None] = {}
    unknown: list[str] = []
    for part in _LIST.split(text):
        level = _LEVEL.search(part)
        name = fold(_LEVEL.sub(" ", part))
        if not name:
            continue
        code = language_code(name)
        if code is None:
            unknown.append(part.strip())
        else:
            found[code] = level.group(1).upper() if level else found.get(code)
    return list(found.items()), unknown


def language_code(text: str) -> str | None:
    """The ISO 639-1 code of the language that text names in one of the languages of Europe, or None."""
    name = fold(text)
    if _CODE.fullmatch(name):
        return name if name in _language_codes() else None
    return _languages().get(name)


@cache
def _codes() -> frozenset[str]:
    codes = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in codes if _CODE.fullmatch(code) and code not in _NO_COUNTRY)


_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})


@cache
def _countries() -> Mapping[str, str]:
    index: dict[str, str] = {}
    for code, listed in _MORE_COUNTRIES.items():
        index.update(dict.fromkeys(map(fold, listed.split(",")), code))
    for locale in _LOCALES:
        for code, name in Locale(locale).territories.items():
            if code in _codes():
                index.setdefault(fold(name), code)
    return MappingProxyType(index)


@cache
def _language_codes() -> frozenset[str]:
    codes = {str(code) for code in Locale("en").languages}
    return frozenset(code for code in codes if _CODE.fullmatch(code))


@cache
def _languages() -> Mapping[str, str]:
    index: dict[str, str] = {}
    for code, listed in _MORE_LANGUAGES.items():
        index.update(dict.fromkeys(map(fold, listed.split(",")), code))
    for locale in _LOCALES:
        for code, name in Locale(locale).languages.items():
            if code in _language_codes():
                index.setdefault(fold(name), code)
    return MappingProxyType(index)
