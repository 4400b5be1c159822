"""Days in words, as each language spells them."""

import re
from datetime import date

from babel.dates import format_date

_FIRST = re.compile(r"(?<!\S)1(?=\s)")


def spelt(value: date, pattern: str, language: str) -> str:
    """A day in words: 1 March 2027, 1er mars 2027. pattern is one of Unicode's, or "long"."""
    return ordinal(value, str(format_date(value, pattern, locale=language)), language)


def ordinal(value: date, text: str, language: str) -> str:
    """A day that was put into words, with the first of a month as French says it, which CLDR leaves out."""
    return _FIRST.sub("1er", text, count=1) if language == "fr" and value.day == 1 else text
