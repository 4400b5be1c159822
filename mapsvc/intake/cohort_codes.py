"""Tells codes of learners from names of people, and finds codes in a cell that lists some."""

import re
from collections.abc import Mapping

from mapsvc.intake.cohort_columns import folded_list
from mapsvc.intake.kinds import is_email
from mapsvc.places.folding import fold

LONGEST_CODE = 40

_CODES = re.compile(r"[,|\n+&/]|\s(?:and|et|und|y|e|en|i|ou|or)\s")
_SPACES = re.compile(r"\s+")


def codes_in(text: str, known: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The codes that a cell lists, and the parts that are none; known has each code by its folded form."""
    found: dict[str, None] = {}
    unknown: list[str] = []
    for listed in (part for part in text.split(";") if part.strip()):
        # A code may hold a sign that parts two others.
        for part in [listed] if folded_code(listed) in known else _CODES.split(listed):
            if (code := known.get(folded_code(part))) is not None:
                found[code] = None
            elif part.strip():
                unknown.append(part.strip())
    return list(found), unknown


def folded_code(text: str) -> str:
    """A code as it is compared: without regard to case and spaces."""
    return _SPACES.sub("", text).casefold()


def looks_personal(text: str) -> bool:
    """Whether a code looks like a mail address or like the full name of a person."""
    if is_email(text) or "@" in text:
        return True
    if any(sign.isdigit() for sign in text):
        return False
    found = fold(text).split()
    if len(found) < 2 or not any(len(word) > 2 for word in found):  # noqa: PLR2004
        return False
    return not any(word in folded_list("learners") for word in found)
