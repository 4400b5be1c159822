"""The headings that people use, in six languages, and the words inside them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from mapsvc.intake.word_files import word_file
from mapsvc.places.folding import fold

FIELD_FILES = ("organisations", "places", "contacts", "offers")
LANGUAGES = ("fr", "en", "de", "es", "it", "nl")

_CAMEL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SEPARATORS = re.compile(r"[/&+,;|]|\s-\s")
_NUMBER_SIGN = re.compile(r"\b[nN][°ºo]\.?(?=\s|[A-Z]|$)")
_SHORTEST_TOGETHER = 8
_LAST_RANK = 1_000
_COPY = re.compile(r"\s\(\d+\)$")


@dataclass(frozen=True, slots=True)
class Words:
    """Sets of loose words from data/columns/words.yml, by their names there."""

    articles: frozenset[str]
    joiners: frozenset[str]
    hosts: frozenset[str]
    others: frozenset[str]
    learners: frozenset[str]
    personal: frozenset[str]
    given: frozenset[str]
    family: frozenset[str]
    bare_names: frozenset[str]
    bare_types: frozenset[str]
    bare_ordinates: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]
    continued: frozenset[str]
    weeks: frozenset[str]
    months: frozenset[str]
    kinds_by_name: Mapping[str, frozenset[str]]


def loose_words(heading: str) -> list[str]:
    """The words of a heading, folded, camelCase taken apart, umlauts written as they may be.

    "schoolName" gives school and name; "Straße", "Strasse" and "STRASSE" are equal, so are
    "Träger" and "Traeger". N° and Nº are kept as "no".
    """
    text = _NUMBER_SIGN.sub("no ", _COPY.sub("", heading))
    spaced = _CAMEL.sub(" ", text) if not text.isupper() else text
    return [_loose(word) for word in fold(spaced).split()]


def key_of(heading: str) -> str:
    """What headings of one meaning have in common: their words without articles, in alphabetical order."""
    found = loose_words(heading)
    kept = [word for word in found if word not in words().articles]
    return " ".join(sorted(kept or found))


def without_brackets(heading: str) -> str:
    """The heading without what stands in brackets, itself where nothing else stands."""
    return _BRACKETS.sub(" ", heading).strip() or heading


def parts_of(heading: str) -> list[str]:
    """The parts of a heading that names several things: "PLZ / Ort" has two; one part where it does not."""
    parts = [part.strip() for part in _SEPARATORS.split(heading) if part.strip()]
    if len(parts) > 1:
        return parts
    joined: list[list[str]] = [[]]
    for word in heading.split():
        if _loose(fold(word)) in words().joiners:
            joined.append([])
        else:
            joined[-1].append(word)
    return [" ".join(part) for part in joined if part]


def field_named(heading: str) -> str | None:
    """The field whose synonyms hold this heading, with or without what it has in brackets; else None.

    A bare "type" gives record_type, although its values may say otherwise.
    """
    index = synonyms()
    if (bare := key_of(heading)) in words().bare_types:
        return "record_type"
    outside = without_brackets(heading)
    if outside != heading and all(word in words().articles for word in loose_words(outside)):
        # "LA (name)" is the name of something called LA.
        return None
    found = index.get(bare) or index.get(key_of(outside))
    return found or _run_together().get("".join(loose_words(heading)))


def rank_of(heading: str, field: str) -> int:
    """How far down the list of its field a heading stands: 0 is the most usual, unlisted ones come last."""
    keys = {key_of(heading), key_of(without_brackets(heading))}
    ranks = [
        place
        for listed in words_of(field).values()
        for place, synonym in enumerate([field, *listed])
        if key_of(synonym) in keys
    ]
    return min(ranks, default=_LAST_RANK)


def fields() -> tuple[str, ...]:
    """The fields that a column can be mapped to, in the order of the files."""
    return tuple(_lists())


def words_of(field: str) -> Mapping[str, list[str]]:
    """The synonyms of a field by language, as written."""
    return _lists()[field]


@cache
def synonyms() -> Mapping[str, str]:
    """The field of each synonym, by key_of(); the names of the fields are synonyms too."""
    index: dict[str, str] = {}
    for field, by_language in _lists().items():
        for heading in (field, *(word for listed in by_language.values() for word in listed)):
            # The first file wins; a test sees to it that no other field claims the same heading.
            index.setdefault(key_of(heading), field)
    return MappingProxyType(index)


def trait(name: str) -> frozenset[str]:
    """The fields of which data/columns/traits.yml says so: "single", "of_hosts" or "checked"."""
    return _traits()[name]


@cache
def _traits() -> Mapping[str, frozenset[str]]:
    return MappingProxyType({name: frozenset(listed) for name, listed in word_file("traits").items()})


@cache
def _run_together() -> Mapping[str, str]:
    """The field of each longer synonym written without spaces: "DENOMINAZIONESCUOLA"."""
    index: dict[str, str] = {}
    for field, by_language in _lists().items():
        for listed in by_language.values():
            for heading in listed:
                together = "".join(loose_words(heading))
                if len(together) >= _SHORTEST_TOGETHER:
                    index.setdefault(together, field)
    return MappingProxyType(index)


@cache
def words() -> Words:
    """The words of data/columns/words.yml."""
    content = word_file("words")
    kinds = content.pop("kinds_by_name")
    kinds_by_name = {kind: _loose_set(listed) for kind, listed in kinds.items()}
    return Words(
        **{name: _loose_set(listed) for name, listed in content.items()}, kinds_by_name=kinds_by_name
    )


def contains(words_found: Iterable[str], phrases: frozenset[str]) -> bool:
    """Whether the words, in their order, hold one of the phrases as whole words."""
    text = f" {' '.join(words_found)} "
    return any(f" {phrase} " in text for phrase in phrases)


@cache
def _lists() -> Mapping[str, Mapping[str, list[str]]]:
    found: dict[str, Mapping[str, list[str]]] = {}
    for name in FIELD_FILES:
        found.update(word_file(name))
    return MappingProxyType(found)


def _loose_set(listed: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(_loose(word) for word in fold(phrase).split()) for phrase in listed)


def _loose(word: str) -> str:
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
