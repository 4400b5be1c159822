"""Text made comparable: without case, accents or punctuation."""

import re
import unicodedata

_ASCII_SIGNS = re.compile("[^a-z0-9]+")

# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ł": "l",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ə": "e",
    }
)


def fold(text: str) -> str:
    """Text in lower case, without accents, its punctuation turned into single spaces.

    Letters and digits of any alphabet are kept; ß becomes ss, ł l, ø o, æ ae, œ oe, đ and
    ð d, þ th, ı i. Apostrophes, hyphens, control characters and all other signs separate
    words. Folding what was folded changes nothing; a text without letters or digits gives
    the empty string.
    """
    if text.isascii():
        return " ".join(_ASCII_SIGNS.sub(" ", text.lower()).split())
    # Case and decomposition feed each other (İ, ŉ, ligatures), so both are done twice.
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", plain).casefold().translate(_LETTERS)
    kept = (
        character if character.isalnum() else " "
        for character in plain
        if unicodedata.category(character) not in {"Mn", "Me", "Mc", "Cf"}
    )
    return " ".join("".join(kept).split())


def words(text: str) -> list[str]:
    """The folded words of text in their order, repeats kept."""
    return fold(text).split()
