"""Signs and spaces as each language has them; words in italics are of another language, and left alone."""

import re
from collections.abc import Iterable

from mapsvc.content.faults import Faults
from mapsvc.content.pieces import FOREIGN, Piece
from mapsvc.messages import mark as _

NO_BREAK = "\u00a0\u202f"

SHOUTED = _("“%(near)s”: we write without exclamation marks. A name that has one stands in italics.")
SPACES = _("“%(near)s”: two spaces stand here. Take one away.")
STRAIGHT = _("“%(near)s”: write the apostrophe as ’, not as '.")
STRAIGHT_QUOTE = _("“%(near)s”: straight quotation marks stand here. Write “ ” in English, « » in French.")
FRENCH_QUOTE = _("“%(near)s”: these are quotation marks of French. Write “ ” in English.")
ENGLISH_QUOTE = _("“%(near)s”: these are quotation marks of English. Write « » in French.")
SPACE_BEFORE = _("“%(near)s”: no space stands before this sign. Take it away.")
NOT_BROKEN = _("“%(near)s”: put a no-break space (U+00A0) before this sign, or after «.")

Rule = tuple[re.Pattern[str], str]
ALL: tuple[Rule, ...] = (
    (re.compile("!"), SHOUTED),
    (re.compile(rf"[ {NO_BREAK}]{{2,}}"), SPACES),
    (re.compile("'"), STRAIGHT),
    (re.compile('"'), STRAIGHT_QUOTE),
    (re.compile(rf"(?<=[\w{FOREIGN}”»)])[ {NO_BREAK}]+[,.](?![\w.])"), SPACE_BEFORE),
)
RULES: dict[str, tuple[Rule, ...]] = {
    "en": (
        *ALL,
        (re.compile("[«»]"), FRENCH_QUOTE),
        (re.compile(rf"(?<=\S)[ {NO_BREAK}]+[:;?](?!\w)"), SPACE_BEFORE),
    ),
    "fr": (
        *ALL,
        (re.compile("[“”]"), ENGLISH_QUOTE),
        (re.compile(rf"(?<![{NO_BREAK}?])[;?»]|«(?![{NO_BREAK}])"), NOT_BROKEN),
        # Not in times, ratios and addresses, where letters or digits follow at once.
        (re.compile(rf"(?<![{NO_BREAK}]):(?![\w/])"), NOT_BROKEN),
    ),
}
AROUND = 12  # characters that are shown on each side of a fault


def check_typography(pieces: Iterable[Piece], faults: Faults) -> None:
    """Notes signs and spaces that are not those of the language."""
    for piece in pieces:
        for sign, said in RULES.get(piece.language, ALL):
            for found in sign.finditer(piece.own):
                start, end = max(0, found.start() - AROUND), found.end() + AROUND
                near = " ".join(piece.said[start:end].split("\n")).strip(" ")
                faults.add(piece.path, piece.line_at(found.start()), said, near=near)
