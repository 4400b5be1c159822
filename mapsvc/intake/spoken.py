"""Reads languages with their levels as learners and schools write them."""

import re
from functools import cache

from mapsvc.intake.cohort_columns import folded_list
from mapsvc.intake.names import Spoken, languages_in
from mapsvc.places.folding import fold

NATIVE = "C2"  # the level of who grew up with a language, the highest there is

_APART = re.compile(r"\b([ABC])\s([12])\b", re.IGNORECASE)
_NEXT = re.compile(r"(?<=\w\s)([ABC][12]\+?)\s+(?=[^\W\d_]{2})", re.IGNORECASE)


def spoken_in(text: str) -> tuple[list[Spoken], list[str]]:
    """The languages that text lists, each with its CEFR level or None, and the parts that are none.

    "English B1 Spanish A2" are two; "langue maternelle" and the like are NATIVE. No language comes twice. A
    level without a language is a part that is none.
    """
    found: dict[str, str | None] = {}
    left: list[str] = []
    first, unknown = languages_in(_APART.sub(r"\1\2", text))
    found.update(first)
    for part in unknown:
        again, still_unknown = languages_in(_plainer(part))
        found.update(again)
        left += [part] if still_unknown or not again else []
    return list(found.items()), left or ([] if found else [text])


def _plainer(part: str) -> str:
    """A part without words for a level, those for a native speaker as a level, each language apart."""
    words = f" {fold(part)} "
    for phrase in _longest_first("native_words"):
        words = words.replace(f" {phrase} ", f" {NATIVE} ")
    for phrase in _longest_first("level_words"):
        words = words.replace(f" {phrase} ", " ")
    return _NEXT.sub(r"\1; ", words.strip())


@cache
def _longest_first(name: str) -> tuple[str, ...]:
    return tuple(sorted(folded_list(name), key=len, reverse=True))
