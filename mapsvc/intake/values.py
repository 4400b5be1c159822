"""Recognises what the words in a cell stand for: kinds, sectors, fields, yes and no."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from mapsvc.domain import vocabulary
from mapsvc.intake.word_files import word_file
from mapsvc.places.folding import fold

_LIST = re.compile(r"[;|\n/]|,\s|\s[-–]\s")
_CODE = re.compile(r"\b(\d{2,4})\b")
_NARROW = 3
_REMEMBERED = 4096  # columns repeat few words
_SHORTEST_INSIDE = 5


def record_type(text: str) -> str | None:
    """The kind of listing that text names: "host", "alumni", "kit", or None."""
    return _words("record_types").get(fold(text))


def yes_or_no(text: str) -> bool | None:
    """True for yes, oui, ja, sí, x and the like; False for no, nein and the like; None for anything else."""
    word = fold(text) or text.strip()
    if word in _flat("yes"):
        return True
    return False if word in _flat("no") else None


def accommodation(text: str) -> str | None:
    """What text says of a place to sleep: "provided", "helped", "none"; None where it says nothing known."""
    return _words("accommodation").get(fold(text))


def precision(text: str) -> str | None:
    """How exact a point is said to be: "address" or "town", None where the word is not known."""
    return _words("precisions").get(fold(text))


@lru_cache(maxsize=_REMEMBERED)
def organisation_kind(text: str) -> str | None:
    """The key of data/vocabulary/organisation_kinds.yml that text names, or None.

    The whole text is looked up first, then the longest phrase inside it, then the ending of its
    last word, so that "Hôpital général et spécialisé" is a hospital and "Musikhauptschule" a school.
    """
    folded = fold(text)
    if not folded:
        return None
    known = _words("kinds")
    return known.get(folded) or _phrase_inside(folded, known) or _by_ending(folded)


def is_plain_kind(text: str) -> bool:
    """Whether text is the key of a kind of organisation or its label in a language of the interface."""
    return fold(text) in _labels("organisation_kinds")


def sectors_of_kind(kind: str) -> tuple[str, ...]:
    """The sectors that organisations of a kind work in as a rule; empty where the kind does not say."""
    return tuple(_content()["sectors_of_kinds"].get(kind, ()))


def sectors_in(text: str) -> tuple[list[str], list[str]]:
    """The sectors that text lists, in order, none twice; and the parts that name none."""
    return _recognised(text, _words("sectors"))


def programmes_in(text: str) -> tuple[list[str], list[str]]:
    """The programmes that text lists, by key or label, in order; and the parts that name none."""
    return _recognised(text, _labels("programmes"))


def fields_in(text: str) -> tuple[list[str], list[str]]:
    """The ISCED-F 2013 codes that text lists as codes or as trades, in order; and the parts that are none.

    A residual code such as 0719 counts where its parent is known.
    """
    known = _words("fields")
    found: dict[str, None] = {}
    unknown: list[str] = []
    for part in _parts(text, known):
        codes = [code for code in _CODE.findall(part) if _is_field(code)]
        if code := known.get(fold(part)):
            found[code] = None
        elif codes:
            found.update(dict.fromkeys(codes))
        else:
            unknown.append(part)
    return list(found), unknown


def _is_field(code: str) -> bool:
    return vocabulary.is_known("fields", code) or (
        len(code) > _NARROW and vocabulary.is_known("fields", code[:_NARROW])
    )


def _recognised(text: str, known: Mapping[str, str]) -> tuple[list[str], list[str]]:
    found: dict[str, None] = {}
    unknown: list[str] = []
    for part in _parts(text, known):
        key = known.get(fold(part)) or known.get(part.strip().lower())
        if key:
            found[key] = None
        else:
            unknown.append(part)
    return list(found), unknown


def _parts(text: str, known: Mapping[str, str]) -> list[str]:
    """The items of a list, an item whole where it is known although it holds a separator."""
    if fold(text) in known:
        return [text]
    parts: list[str] = []
    for part in _LIST.split(text):
        pieces = [part] if fold(part) in known else part.split(",")
        parts.extend(piece.strip() for piece in pieces if piece.strip())
    return parts


def _phrase_inside(folded: str, known: Mapping[str, str]) -> str | None:
    padded = f" {folded} "
    inside = [phrase for phrase in known if len(phrase) >= _SHORTEST_INSIDE and f" {phrase} " in padded]
    return known[max(inside, key=len)] if inside else None


def _by_ending(folded: str) -> str | None:
    ends = [
        (fold(ending), kind)
        for kind, endings in _content()["kind_endings"].items()
        for ending in endings
        if any(word.endswith(fold(ending)) for word in folded.split())
    ]
    return max(ends, key=lambda pair: len(pair[0]))[1] if ends else None


@cache
def _content() -> Mapping[str, Any]:
    return MappingProxyType(word_file("values"))


@cache
def _words(part: str) -> Mapping[str, str]:
    """Folded word to key, for one part of values.yml, with the labels of the vocabulary of that name."""
    shown = {
        "kinds": "organisation_kinds",
        "sectors": "sectors",
        "fields": "fields",
        "accommodation": "accommodation",
    }
    index = dict(_labels(shown[part])) if part in shown else {}
    for key, listed in _content()[part].items():
        index.update(dict.fromkeys(map(fold, (key, *listed)), key))
    return MappingProxyType(index)


@cache
def _labels(name: str) -> Mapping[str, str]:
    """Folded label, and key, to key. Where two fields share a label, the broadest is meant."""
    index: dict[str, str] = {}
    for key in vocabulary.keys(name):
        labels: Iterable[str] = (vocabulary.label(name, key, language) for language in ("en", "fr"))
        for word in (key, *labels):
            index.setdefault(fold(word), key)
    return MappingProxyType(index)


@cache
def _flat(part: str) -> frozenset[str]:
    listed: list[str] = _content()[part]
    return frozenset(fold(word) or word for word in listed)
