"""A text as an eye takes it in: without invisible signs, and with plain letters and digits."""

import unicodedata
from dataclasses import dataclass

Span = tuple[int, int]

# Signs that take no room and yet are no format character (category Cf) in Unicode.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Reading:
    """The text that an eye sees, and for each of its characters the place in what was written."""

    text: str
    places: tuple[int, ...]

    def written(self, span: Span) -> Span:
        """Where a span of the reading stands in what was written."""
        start, end = span
        return self.places[start], self.places[end - 1] + 1


def listed(words: str) -> frozenset[str]:
    """The words of a list that is written with spaces between them."""
    return frozenset(words.split())


def invisible(sign: str) -> bool:
    """Whether a character leaves nothing on the page: format characters and blank fillers."""
    return unicodedata.category(sign) == "Cf" or sign in _FILLERS


def read(text: str) -> Reading:
    """The reading of a text.

    Wide, circled and mathematical letters become plain ones (NFKC), digits of any script 0 to 9, a
    letter and its accent one letter; what is invisible or encloses another sign is left out.
    """
    seen: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if sign.isascii():
            seen.append(sign)
            places.append(place)
        elif not (invisible(sign) or _joined(seen, sign)):
            plain = _plain(sign)
            seen.extend(plain)
            places.extend([place] * len(plain))
    return Reading("".join(seen), tuple(places))


def merged(spans: list[Span]) -> list[Span]:
    """Spans in order of place, those that overlap made one."""
    kept: list[Span] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def blotted(text: str, spans: list[Span]) -> str:
    """The text with an x for each character of the spans, which are in order and do not overlap."""
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += [text[last:start], "x" * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])


def _joined(seen: list[str], sign: str) -> bool:
    """Whether a sign belongs to the one before it; an accent is put on its letter."""
    if unicodedata.category(sign) not in {"Mn", "Me"}:
        return False
    together = unicodedata.normalize("NFC", seen[-1] + sign) if seen else ""
    if len(together) == 1:
        seen[-1] = together
    return True


def _plain(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    return unicodedata.normalize("NFKC", sign) if digit is None else str(digit)
