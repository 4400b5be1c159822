"""Facts: sentences that can become wrong, with their source and the day somebody last looked."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from mapsvc.content.yaml_files import Content
from mapsvc.messages import mark as _

GOOD_FOR = timedelta(days=365)


def https(url: str) -> str:
    """The address itself. Raises ValueError where it is not one of https, with a host's name."""
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        good = False
    if not good or not url.isprintable() or " " in url:
        raise ValueError(_("An address must begin with https:// and name a site. Correct it."))
    return url


class FactState(StrEnum):
    """How sure we are of a fact today."""

    UNCHECKED = "unchecked"  # nobody has looked at its source since it was written
    GOOD = "good"
    OLD = "old"  # somebody looked, more than a year ago


class Source(Content):
    """Where a fact can be read: who says it, and the address."""

    name: Annotated[str, Field(min_length=2, max_length=120)]
    url: Annotated[str, AfterValidator(https)]


class Fact(Content):
    """What is known of a fact besides its words: they end in [^key] in each language."""

    written_on: date
    checked_on: date | None
    source: Source

    def state(self, today: date) -> FactState:
        """Whether it was checked, and not longer than 12 months ago."""
        if self.checked_on is None:
            return FactState.UNCHECKED
        return FactState.GOOD if today - self.checked_on <= GOOD_FOR else FactState.OLD


Facts = dict[str, Fact]
