"""The closed and open lists of words: sectors, fields of education, kinds, and their labels."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from mapsvc.resources import resource

FIELDS = "fields"
BROAD_FIELD_DIGITS = 2

Entry = Mapping[str, Any]


@cache
def entries(vocabulary: str) -> Mapping[str, Entry]:
    """The words of one vocabulary by key, in the order of its file.

    vocabulary is the name of a file of data/vocabulary without its ending: "fields",
    "sectors", "organisation_kinds", "accommodation", "access", "kinds", "precisions",
    "cefr", "programmes", "checks", "ask_topics", "questions", "kit_sections" or "kit_places". The
    answer is read-only and kept for the life of the process.

    Raises FileNotFoundError when there is no such vocabulary.
    """
    text = resource(f"data/vocabulary/{vocabulary}.yml").read_text("utf-8")
    words: dict[str, Entry] = yaml.safe_load(text)
    return MappingProxyType(words)


def keys(vocabulary: str) -> tuple[str, ...]:
    """The keys of a vocabulary, in the order in which they should be shown."""
    return tuple(entries(vocabulary))


def is_known(vocabulary: str, key: str) -> bool:
    """Whether the vocabulary holds exactly this key; a residual field code (0719) is not held."""
    return key in entries(vocabulary)


def label(vocabulary: str, key: str, language: str) -> str:
    """The words for a key in a language, else in English, else the key itself.

    A field code that is not known takes the label of its nearest known parent, so that
    "0719" reads as "071". For kinds the label is the plural of the chip; see singular().
    """
    entry = _entry(vocabulary, key)
    return key if entry is None else _in_language(entry, language, key)


def singular(vocabulary: str, key: str, language: str) -> str:
    """The words for one thing of this key; as label() where the vocabulary has no singular."""
    entry = _entry(vocabulary, key)
    if entry is None or "one" not in entry:
        return label(vocabulary, key, language)
    return _in_language(entry["one"], language, key)


def field_family(code: str) -> str:
    """The broad ISCED-F field (2 digits) that a field code of 2, 3 or 4 digits belongs to."""
    return code[:BROAD_FIELD_DIGITS]


def _entry(vocabulary: str, key: str) -> Entry | None:
    words = entries(vocabulary)
    if vocabulary != FIELDS:
        return words.get(key)
    parents = (key[:digits] for digits in range(len(key), BROAD_FIELD_DIGITS - 1, -1))
    return next((words[parent] for parent in parents if parent in words), None)


def _in_language(entry: Entry, language: str, key: str) -> str:
    return str(entry.get(language) or entry.get("en") or key)
