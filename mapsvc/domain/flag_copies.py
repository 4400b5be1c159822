"""Texts that say nearly the same, word for word."""

import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

LEAST_LENGTH = 40  # characters after folding; below it, honest people write the same
LEAST_LIKENESS = 90.0  # of 100
# A copy with a greeting added is a copy; a short text whose words all occur in a long one is not.
_LEAST_SHARE = 0.6


def near_duplicates(text: str, others: Sequence[str]) -> list[int]:
    """The places in others of the texts that are nearly this one, in their order.

    Case, accents and punctuation make no difference, nor does the order of words. Texts of fewer
    than LEAST_LENGTH characters are nobody's copy.
    """
    plain = _folded(text)
    if len(plain) < LEAST_LENGTH:
        return []
    return [place for place, other in enumerate(others) if _alike(plain, _folded(other))]


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    letters = (sign for sign in apart if unicodedata.category(sign) not in {"Mn", "Cf"})
    return " ".join(default_process("".join(letters)).split())


def _alike(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < LEAST_LENGTH or shorter < longer * _LEAST_SHARE:
        return False
    return (
        fuzz.ratio(one, other, score_cutoff=LEAST_LIKENESS) > 0
        or fuzz.token_set_ratio(one, other, score_cutoff=LEAST_LIKENESS) > 0
    )
