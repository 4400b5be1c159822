"""Words by language: as files hold them, and which of them a reader sees."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from mapsvc.messages import LANGUAGES

LanguageCode = Annotated[str, Field(pattern="^[a-z]{2}$")]  # of ISO 639-1
Words = Annotated[
    dict[LanguageCode, Annotated[str, Field(min_length=1, max_length=1_000)]], Field(min_length=1)
]


def shown_in(written: Iterable[str], language: str) -> str | None:
    """The language to show: the reader's, else the first of ours that is written, else any; None for none."""
    known = list(written)
    return next((one for one in (language, *LANGUAGES, *known) if one in known), None)


def said_in(words: Mapping[str, str], language: str) -> str:
    """The words that a reader of a language sees; "" where there are none."""
    return words.get(shown_in(words, language) or "", "")
