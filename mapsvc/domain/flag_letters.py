"""Letters that are not what they seem: foreign look-alikes inside a word, signs that nobody sees."""

import re

from mapsvc.domain.flag_readings import Span, invisible

# Cyrillic and Greek letters that look like a Latin one (after Unicode Technical Standard 39, confusables).
_LOOK_ALIKES = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d\u04bb\u04cf\u043a\u0433\u0432\u043d\u043c\u0442\u0438\u043f"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u0417\u0411\u04ae\u04c0\u051a\u051c"
    "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b3\u03b7\u03f2\u03f3\u03af\u03cc\u03ac\u03ad\u03ae\u03cd"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03f9"
    "\u0450\u0451\u0457\u0400\u0401\u0407"
)
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")

_MARKS = frozenset("\u061c\u200e\u200f")  # tell the direction of the sign beside them
_JOINERS = frozenset("\u200c\u200d")
_SOFT_HYPHEN = "\u00ad"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Scripts in which joiners are part of spelling: Arabic, Syriac, Mongolian, and those of India.
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
_EMOJI = re.compile("[\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff\U000e007f]")
_FLAG_OF_A_REGION = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
_NEAR = 3


def mixed_scripts(text: str) -> list[Span]:
    """Words of Latin letters among which is a Cyrillic or Greek letter that looks like one.

    A word wholly in another script is none, nor is a sign that looks like no Latin letter (5 kΩ).
    text is what was written: a reading would turn some letters into others.
    """
    return [
        found.span()
        for found in _WORD.finditer(text)
        if not (found[0].isascii() or _LOOK_ALIKES.isdisjoint(found[0])) and _LATIN.search(found[0])
    ]


def zero_width(text: str) -> list[Span]:
    """Invisible signs that no spelling asks for, each run as one span.

    Joiners inside emoji and in scripts that are spelled with them are left alone, as are marks of
    direction beside right-to-left letters, soft hyphens, and the tags in the flag of a region.
    """
    hidden = re.sub(_FLAG_OF_A_REGION, lambda flag: "." * len(flag[0]), text)
    spans: list[Span] = []
    for place, sign in enumerate(hidden):
        if sign.isascii() or not invisible(sign) or _wanted(hidden, place):
            continue
        if spans and spans[-1][1] == place:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return spans


def _wanted(text: str, place: int) -> bool:
    sign, before, after = text[place], text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    if sign in _JOINERS:
        in_emoji = sign == "\u200d" and _EMOJI.match(before) and _EMOJI.match(after)
        return bool(in_emoji or _JOINING.match(before))
    if sign in _MARKS:
        return _RIGHT_TO_LEFT.search(text, max(place - _NEAR, 0), place + _NEAR + 1) is not None
    return sign == _SOFT_HYPHEN
