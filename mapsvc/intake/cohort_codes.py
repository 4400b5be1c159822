"""Tells codes of learners from names of people, and finds codes in a cell that lists some."""

import re
from collections.abc import Mapping

from mapsvc.intake.cohort_columns import folded_list
from mapsvc.places.folding import fold

LONGEST_CODE = 40

_SIGNS = (
    re.compile(r"[;|\n]"),
    re.compile(r","),
    re.compile(r"\s(?:and|et|und|y|e|en|i|ou|or)\s"),
    re.compile(r"[+&]"),
    re.compile(r"/"),
)
_MAIL = re.compile(r"\w@\w")
_SPACES = re.compile(r"\s+")


def codes_in(text: str, known: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The codes that a cell lists, and the parts that are none; known has each code by its folded form.

    A code may hold a sign that parts two others: what is known is not taken apart further.
    """
    parts = [text]
    for sign in _SIGNS:
        parts = [
            piece
            for part in parts
            for piece in ([part] if folded_code(part) in known else sign.split(part))
            if piece.strip()
        ]
    found = [known[folded_code(part)] for part in parts if folded_code(part) in known]
    return list(dict.fromkeys(found)), [part.strip() for part in parts if folded_code(part) not in known]


def folded_code(text: str) -> str:
    """A code as it is compared: without regard to case and spaces."""
    return _SPACES.sub("", text).casefold()


def looks_personal(text: str) -> bool:
    """Whether a code looks like a mail address or like the full name of a person."""
    if _MAIL.search(text):
        return True
    if any(sign.isdigit() for sign in text):
        return False
    found = fold(text).split()
    if len(found) < 2 or not any(len(word) > 2 for word in found):  # noqa: PLR2004
        return False
    return not any(word in folded_list("learners") for word in found)
