"""What changed in a host's sheet, in the reader's words: texts word by word, lists item by item."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext

from mapsvc.domain.differences import Difference
from mapsvc.presentation.sheet_words import LABELS, LISTS, TEXTS, by_language, spoken_lines, text_language

SAME, GONE, NEW = "same", "gone", "new"
WRITTEN = frozenset({"name", "website", "address", "town"})  # by hand, on one line
MOST_WORDS = 2_000  # beyond, two texts are shown one after the other
WORDS = re.compile(r"\s+|[^\s]+")

Run = tuple[str, str]  # (SAME, GONE or NEW; text)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One field that changed: its label, and its text in runs, or the items that went and came."""

    label: str
    runs: list[Run] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def change_lines(found: Iterable[Difference], language: str) -> list[ChangeLine]:
    """The differences in the order in which they are given; a text is one line a language."""
    return [line for one in found for line in _lines(one, language)]


def word_runs(before: str, after: str) -> list[Run]:
    """Two texts as runs of words that stayed, went and came; without the new ones they are the old text."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return [(GONE, before), (NEW, after)]
    runs: list[Run] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            runs.append((SAME, "".join(old[a:b])))
            continue
        runs += [(GONE, "".join(old[a:b]))] if b > a else []
        runs += [(NEW, "".join(new[c:d]))] if d > c else []
    return runs


def _lines(one: Difference, language: str) -> list[ChangeLine]:
    place = _place(one)
    if one.added or one.removed:
        said = _name(one.after if one.added else one.before, language)
        label = gettext("Added") if one.added else gettext("Removed")
        shown = [said or str(place)]
        return [
            ChangeLine(_joined(place, label), gone=[] if one.added else shown, new=shown if one.added else [])
        ]
    label = _joined(place, str(LABELS.get(one.column, one.column)))
    if one.column in TEXTS | LISTS:
        return list(_by_language(one, label, language))
    old, new = (spoken_lines(one.column, value, language) for value in (one.before, one.after))
    if one.column in WRITTEN and len(old) == len(new) == 1:
        return [ChangeLine(label, runs=word_runs(old[0], new[0]))]
    return [
        ChangeLine(
            label,
            gone=[item for item in old if item not in new],
            new=[item for item in new if item not in old],
        )
    ]


def _by_language(one: Difference, label: str, language: str) -> Iterable[ChangeLine]:
    before, after = dict(by_language(one.before)), dict(by_language(one.after))
    for code in sorted({*before, *after}):
        if before.get(code) == after.get(code):
            continue
        named = f"{label} ({text_language(code, language)})"
        if one.column in TEXTS:
            yield ChangeLine(named, runs=word_runs(before.get(code, ""), after.get(code, "")))
        else:
            old, new = before.get(code, []), after.get(code, [])
            yield ChangeLine(
                named,
                gone=[item for item in old if item not in new],
                new=[item for item in new if item not in old],
            )


def _place(one: Difference) -> str:
    if one.offer:
        return str(gettext("Place %(site)s, offer %(offer)s", site=one.site, offer=one.offer))
    return str(gettext("Place %(site)s", site=one.site)) if one.site else ""


def _joined(place: str, label: str) -> str:
    return str(gettext("%(label)s: %(text)s", label=place, text=label)) if place else label


def _name(thing: dict[str, Any], language: str) -> str:
    """What a site or an offer is called, "" where nothing names it."""
    texts = thing.get("title") or {}
    title = texts.get(language) or next((text for _code, text in by_language(texts)), "")
    return title or ", ".join(filter(None, (thing.get("address"), thing.get("town"))))
