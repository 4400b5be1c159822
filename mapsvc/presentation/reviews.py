"""What a moderator looks at, in the reader's language: what will be public, with what was flagged in it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _l

from mapsvc.access.projections import PublicRow
from mapsvc.domain.flags import Finding, Flag, find_flags
from mapsvc.domain.reviews import Complaint
from mapsvc.domain.sheets import COLUMNS, OFFER_PARTS, Part
from mapsvc.domain.submissions import SubmissionKind, SubmissionStatus
from mapsvc.presentation.cards import in_language
from mapsvc.presentation.sheet_words import (
    LABELS,
    LISTS,
    TEXTS,
    as_lines,
    by_language,
    spoken_lines,
    text_language,
)

FLAGS = {
    Flag.LINK: _l("Link"),
    Flag.PHONE: _l("Phone number"),
    Flag.STREET_ADDRESS: _l("Street address"),
    Flag.MIXED_SCRIPTS: _l("Mixed letters"),
    Flag.ZERO_WIDTH: _l("Hidden characters"),
    Flag.NEAR_DUPLICATE: _l("Nearly a copy"),
}
NAMES = {
    SubmissionKind.CHANGES: _l("Host"),
    SubmissionKind.STAYS: _l("Stay of a person"),
    SubmissionKind.FACTS: _l("Fact"),
}
DECISIONS = {
    SubmissionStatus.WAITING: _l("Waits"),
    SubmissionStatus.APPROVED: _l("Approved"),
    SubmissionStatus.RETURNED: _l("Sent back"),
    SubmissionStatus.REJECTED: _l("Rejected"),
    SubmissionStatus.WITHDRAWN: _l("Taken back or replaced by its author"),
}
COMPLAINTS = {
    Complaint.GONE: _l("It is not there any more"),
    Complaint.WRONG: _l("Something in the entry is wrong"),
    Complaint.UNSAFE: _l("It is not suitable or not safe for learners"),
    Complaint.ADVERTISING: _l("It is advertising"),
    Complaint.OTHER: _l("Something else"),
    # These two come with a mail address that was confirmed.
    "removal": _l("Somebody asks that it is removed"),
    "correction": _l("Somebody sends a correction"),
}
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
WHOLE = frozenset({Flag.NEAR_DUPLICATE})  # is about a whole text: a mark over all of it would say nothing

ORGANISATION_COLUMNS = COLUMNS[Part.ORGANISATION]
SITE_COLUMNS = ("address", "postcode", "town", "country")
OFFER_COLUMNS = tuple(column for part in OFFER_PARTS for column in COLUMNS[part] if part != Part.CONTACT)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text, and why it was flagged; plain text, to be escaped."""

    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One field as the public will see it: its label, and its texts with the name of their language."""

    label: str
    texts: list[tuple[str, list[Piece]]]


@dataclass(frozen=True, slots=True)
class PublicPart:
    """The organisation, a site or an offer, as the public will see it."""

    title: str
    lines: list[PublicLine]


def pieces(text: str) -> list[Piece]:
    """A text in runs, with those that were flagged; what nobody sees is spelled out in them."""
    findings = [one for one in find_flags(text) if one.flag not in WHOLE]
    edges = sorted({0, len(text), *(edge for one in findings for edge in (one.start, one.end))})
    return [
        Piece(_spelled(text[start:end]) if (why := _why(findings, start, end)) else text[start:end], why)
        for start, end in pairwise(edges)
    ]


def flagged(flags: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """What a submission was flagged for, with the piece of text of each."""
    return [(str(FLAGS[Flag(flag)]), piece) for flag, piece in flags]


def flag_words(flags: Iterable[Sequence[str]]) -> list[str]:
    """What a submission was flagged for, each once, as it is shown in lists."""
    return [str(FLAGS[Flag(flag)]) for flag in dict.fromkeys(flag for flag, _piece in flags)]


def public_parts(sites: Iterable[Sequence[PublicRow]], language: str) -> list[PublicPart]:
    """All that the public rows of a host say, in every language in which it is written."""
    parts: list[PublicPart] = []
    for rows in sites:
        detail = rows[0]["detail"]
        if not parts:
            said = detail["organisation"]
            parts.append(PublicPart(said["name"], _lines(ORGANISATION_COLUMNS, said, language)))
        where = {**detail["site"], "country": rows[0]["country"]}
        place = ", ".join(filter(None, (where["address"], where["town"])))
        parts.append(PublicPart(place or rows[0]["slug"], _lines(SITE_COLUMNS, where, language)))
        for row in rows:
            if offer := row["detail"]["offer"]:
                title = in_language(offer["title"], language) or ""
                parts.append(PublicPart(title, _lines(OFFER_COLUMNS, offer, language)))
    return parts


def _lines(columns: Iterable[str], said: dict[str, Any], language: str) -> list[PublicLine]:
    found = ((column, _texts(column, said.get(column), language)) for column in columns)
    return [PublicLine(str(LABELS[column]), texts) for column, texts in found if texts]


def _texts(column: str, value: Any, language: str) -> list[tuple[str, list[Piece]]]:
    if column in TEXTS | LISTS:
        return [
            (text_language(code, language), pieces(line))
            for code, texts in by_language(value)
            for line in as_lines(texts)
        ]
    return [("", [Piece(line)]) for line in spoken_lines(column, value, language)]


def _why(findings: Iterable[Finding], start: int, end: int) -> str:
    reasons = [FLAGS[one.flag] for one in findings if one.start < end and start < one.end]
    return ", ".join(map(str, dict.fromkeys(reasons)))


def _spelled(text: str) -> str:
    return INVISIBLE.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)
