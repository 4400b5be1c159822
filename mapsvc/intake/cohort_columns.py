"""Says which column of a list of learners holds what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from mapsvc.intake.names import language_code
from mapsvc.intake.synonyms import key_of, loose_words, without_brackets, words
from mapsvc.intake.tables import Table
from mapsvc.intake.word_files import word_file
from mapsvc.places.folding import fold

FIELDS = (
    *("code", "fields", "languages", "age", "first", "last", "stay", "wishes"),
    *("wheelchair", "accommodation", "home", "safety_course", "together_with"),
)
SEVERAL = frozenset({"fields", "languages", "wishes", "together_with"})  # more than one column may hold it

_SHORTEST_TYPO = 7
_LONG_TYPO = 12
_LAST = 1_000  # the rank of a wish whose heading has none
_SHORTEST_TOGETHER = 8
_WISH = "wunsch"
_BESIDE_NUMBERS = frozenset({"no", "nr", "er", "re", "ere", "e", "eme", "nde", "st", "nd", "rd", "th"})


@dataclass(frozen=True, slots=True)
class CohortColumn:
    """A column: its heading and place, and what it holds.

    field is one of FIELDS, None where it is not read. rank orders the columns of wishes. language is
    the ISO 639-1 code where the column gives the level of one language. personal says what kind of
    data about a person it looks like ("name", "birth", "contact"), None for none.
    """

    heading: str
    place: int
    field: str | None
    rank: int = _LAST
    language: str | None = None
    personal: str | None = None


def cohort_field(heading: str) -> str | None:
    """The field that a heading names without doubt, None for any other; what finds the row of headings."""
    return _meaning(heading)[0]


def columns_of(table: Table) -> tuple[CohortColumn, ...]:
    """What each column holds, in their order; of several for one field the first, but where SEVERAL may.

    A spelling mistake in a longer heading is forgiven.
    """
    found: list[CohortColumn] = []
    taken: set[str] = set()
    for place, heading in enumerate(table.columns):
        field, rank, language = _meaning(heading)
        personal = None if field else _personal(heading)
        if field is None and personal is None:
            field = _close(heading)
        if field in taken and field not in SEVERAL:
            field = None
        if field:
            taken.add(field)
        found.append(CohortColumn(heading, place, field, rank, language, personal))
    return tuple(found)


@cache
def folded(part: str, name: str) -> frozenset[str]:
    """The words of data/columns/cohorts.yml under part and name, such as "needs" and "wheelchair", folded."""
    return frozenset(map(fold, _content()[part][name]))


@cache
def folded_list(part: str) -> frozenset[str]:
    """The same of a part that is one list."""
    return frozenset(map(fold, _content()[part]))


@cache
def _content() -> Mapping[str, Any]:
    return MappingProxyType(word_file("cohorts"))


def _meaning(heading: str) -> tuple[str | None, int, str | None]:
    """The field, the rank of a wish, and the language of which a level is told."""
    for text in dict.fromkeys((heading, without_brackets(heading))):
        if field := _synonyms().get(key_of(text)) or _together().get("".join(loose_words(text))):
            return field, _rank(text)[0], None
        rank, rest = _rank(text)
        if rank != _LAST and _synonyms().get(key_of(rest)) == "wishes":
            return "wishes", rank, None
        if (shorter := _without(text, _learner_words())) and (field := _synonyms().get(key_of(shorter))):
            return field, _LAST, None
        if language := _language(text):
            return "languages", _LAST, language
    return None, _LAST, None


def _rank(heading: str) -> tuple[int, str]:
    """The rank that a heading says, _LAST where none, and the heading without it."""
    rank, kept = _LAST, []
    for word in _taken_apart(loose_words(heading)):
        said = int(word) if word.isascii() and word.isdigit() and len(word) < 3 else _ranks().get(word)  # noqa: PLR2004
        if said and rank == _LAST:
            rank = said
        elif word not in _BESIDE_NUMBERS:
            kept.append(word)
    return rank, " ".join(kept)


def _taken_apart(found: list[str]) -> Iterator[str]:
    """The words, compounds such as "erstwunsch" as two."""
    for word in found:
        if word.endswith(_WISH) and word != _WISH:
            yield word.removesuffix(_WISH)
            yield _WISH
        else:
            yield word


def _language(heading: str) -> str | None:
    """The language of a heading such as "English", "Niveau d'anglais" or "German level"."""
    dropped = _levels() | words().articles | _learner_words()
    kept = [word for word in fold(heading).split() if word not in dropped]
    name = " ".join(kept)
    return language_code(name) if len(name) > 3 else None  # noqa: PLR2004


def _without(heading: str, dropped: frozenset[str]) -> str:
    found = loose_words(heading)
    kept = [word for word in found if word not in dropped and word != "s"]
    return " ".join(kept) if len(kept) < len(found) else ""


def _personal(heading: str) -> str | None:
    for text in (heading, without_brackets(heading), _without(heading, _learner_words())):
        if text and (kind := _personal_keys().get(key_of(text))):
            return kind
    found = f" {' '.join(loose_words(heading))} "
    return "name" if any(f" {phrase} " in found for phrase in words().personal) else None


def _close(heading: str) -> str | None:
    """The field of a heading with one spelling mistake, or two in a long one."""
    key = key_of(without_brackets(heading))
    if len(key) < _SHORTEST_TYPO:
        return None
    allowed = 1 if len(key) < _LONG_TYPO else 2
    found = process.extract(key, _synonyms().keys(), scorer=OSA.distance, score_cutoff=allowed, limit=5)
    meant = {_synonyms()[match] for match, _score, _place in found}
    return meant.pop() if len(meant) == 1 else None


@cache
def _synonyms() -> Mapping[str, str]:
    index: dict[str, str] = {}
    for field, by_language in _content()["headings"].items():
        for heading in (field, *(word for listed in by_language.values() for word in listed)):
            index.setdefault(key_of(heading), field)
    return MappingProxyType(index)


@cache
def _together() -> Mapping[str, str]:
    """The field of each longer synonym written without spaces, such as "HomeTown" in small letters."""
    index: dict[str, str] = {}
    for field, by_language in _content()["headings"].items():
        for heading in (word for listed in by_language.values() for word in listed):
            together = "".join(loose_words(heading))
            if len(together) >= _SHORTEST_TOGETHER:
                index.setdefault(together, field)
    return MappingProxyType(index)


@cache
def _personal_keys() -> Mapping[str, str]:
    return MappingProxyType(
        {key_of(word): kind for kind, listed in _content()["personal"].items() for word in listed}
    )


@cache
def _ranks() -> Mapping[str, int]:
    return MappingProxyType(
        {
            " ".join(loose_words(word)): int(rank)
            for rank, listed in _content()["ranks"].items()
            for word in listed
        }
    )


@cache
def _levels() -> frozenset[str]:
    return frozenset(map(fold, _content()["levels"]))


@cache
def _learner_words() -> frozenset[str]:
    return frozenset(word for phrase in _content()["learners"] for word in loose_words(phrase))
