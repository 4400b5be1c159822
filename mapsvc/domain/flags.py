"""What a moderator should look at twice in a text that somebody wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from mapsvc.domain.flag_copies import near_duplicates
from mapsvc.domain.flag_letters import mixed_scripts, zero_width
from mapsvc.domain.flag_links import links
from mapsvc.domain.flag_phones import phones
from mapsvc.domain.flag_readings import Span, blotted, read
from mapsvc.domain.flag_streets import street_addresses
from mapsvc.messages import mark as _

LONGEST = 10_000  # characters that are looked at


class Flag(StrEnum):
    """Why a text waits for a person."""

    LINK = "link"  # an address of the web or of mail, spelled out or not
    PHONE = "phone"
    STREET_ADDRESS = "street_address"
    MIXED_SCRIPTS = "mixed_scripts"  # a foreign letter that passes for a Latin one, inside a word
    ZERO_WIDTH = "zero_width"  # signs that nobody sees
    NEAR_DUPLICATE = "near_duplicate"  # nearly a text that is already there


FLAG_WORDS: Mapping[Flag, str] = MappingProxyType(
    {
        Flag.LINK: _("The text holds a web or e-mail address."),
        Flag.PHONE: _("The text holds what looks like a phone number."),
        Flag.STREET_ADDRESS: _("The text holds a street with a house number."),
        Flag.MIXED_SCRIPTS: _("A word mixes letters of two alphabets that look alike."),
        Flag.ZERO_WIDTH: _("The text holds signs that cannot be seen."),
        Flag.NEAR_DUPLICATE: _("The text is nearly the same as one that is already there."),
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, and the piece of the text it is about: text is what stands from start to end."""

    flag: Flag
    start: int
    end: int
    text: str


def find_flags(text: str, *, others: Sequence[str] = ()) -> list[Finding]:
    """What in a text asks for a second look, in order of place, then of the flags in Flag.

    For free texts: a summary, a message, what somebody tells of a stay. A field that is made for a web
    or postal address is not to be asked about. others are texts that were there before; a copy is
    found as the whole text, and `near_duplicates` tells of which. Only the first LONGEST characters
    are looked at, of others too. No text raises an error, and the time grows with the length.

    Where a text came from is not asked: the network address of its author can never flag it.
    """
    cut = text[:LONGEST]
    spans = {Flag.MIXED_SCRIPTS: mixed_scripts(cut), Flag.ZERO_WIDTH: zero_width(cut), **_read_signs(cut)}
    if near_duplicates(cut, [other[:LONGEST] for other in others]):
        spans[Flag.NEAR_DUPLICATE] = [(0, len(cut))]
    found = [Finding(flag, start, end, cut[start:end]) for flag in Flag for start, end in spans.get(flag, ())]
    return sorted(found, key=lambda finding: finding.start)


def _read_signs(text: str) -> dict[Flag, list[Span]]:
    """The signs that are looked for in the text as an eye reads it."""
    reading = read(text)
    sites = links(reading.text)
    signs = {
        Flag.LINK: sites,
        Flag.PHONE: phones(blotted(reading.text, sites)),
        Flag.STREET_ADDRESS: street_addresses(blotted(reading.text, sites)),
    }
    return {flag: [reading.written(span) for span in spans] for flag, spans in signs.items()}
