"""What stands in one cell: text without rubbish, or nothing."""

import re
import unicodedata
from functools import cache

from mapsvc.intake.word_files import word_file

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufeff\u200b]")
_LONGEST_NOTHING = 20
_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str) -> str:
    """The text in composed form, trimmed, without control characters; lines are kept, spaces single.

    "" when it says that there is nothing: NA, null, -, k.A., s/o and the like in six languages.
    """
    if not text:
        return ""
    if not text.isascii() or "\r" in text or not text.isprintable():
        text = unicodedata.normalize("NFC", text)
        text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SPACES.sub(" ", text).strip()
    return "" if is_nothing(text) else text


def is_nothing(text: str) -> bool:
    """Whether a trimmed text only says that nothing is known."""
    return not text or (len(text) <= _LONGEST_NOTHING and text.lower() in _nothing())


def one_line(text: str) -> str:
    """The text with its line breaks turned into spaces."""
    return " ".join(text.split())


@cache
def _nothing() -> frozenset[str]:
    return frozenset(word_file("nothing"))
