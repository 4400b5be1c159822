"""How well a typed text stands for a place, as one number.

A score is the decimal logarithm of the population plus what the kind of match is worth: a
match one better is worth as much as ten times the inhabitants.
"""

import math

from mapsvc.places.quarters import STANDING_OF_A_QUARTER

# Kinds of names: the place's own, another one, and their ends from an inner word on.
OWN, OTHER, OWN_TAIL, OTHER_TAIL = range(4)

_BEGINS = {OWN: -1.0, OTHER: -1.8, OWN_TAIL: -2.0, OTHER_TAIL: -2.5}
_BEGINS_WITH_THE_WORD = {OWN: -0.2, OTHER: -0.9, OWN_TAIL: -0.5, OTHER_TAIL: -1.0}
_EQUALS = {OWN: 2.0, OTHER: 0.0, OWN_TAIL: -0.5, OTHER_TAIL: -1.0}
_ONE_TYPO = {OWN: -2.5, OTHER: -3.0}
_ONE_TYPO_BEGINNING = -3.5

# A whole name of a few letters is as likely the beginning of a longer one being typed, and
# one typo in a few letters makes another word.
_SHORT = 4
_SHORT_EQUALS = {OWN: 1.5, OTHER: -0.25}
_SHORTER_EQUALS = {OWN: 1.0, OTHER: -0.5}
_SHORT_TYPO = -1.0


def prefix_score(kind: int, population: int) -> float:
    """The score of a name that begins with the typed text."""
    return math.log10(max(population, 1)) + _BEGINS[kind]


def as_whole_words(score: float, kind: int) -> float:
    """The score of a longer name whose first words are typed in full, from its prefix score."""
    return score - _BEGINS[kind] + _BEGINS_WITH_THE_WORD[kind]


def as_exact(score: float, kind: int, length: int, *, quarter: bool) -> float:
    """The score of a name that is the typed text of length letters, from its prefix score.

    A quarter of a larger town ranks as though it had fewer inhabitants: who means one of
    Madrid's says Madrid, and who says Salamanca means the town.
    """
    worth = _EQUALS
    if length <= _SHORT:
        worth = _EQUALS | (_SHORT_EQUALS if length == _SHORT else _SHORTER_EQUALS)
    standing = math.log10(STANDING_OF_A_QUARTER) if quarter else 0
    return score - _BEGINS[kind] + worth[kind] + standing


def as_typo(score: float, kind: int, length: int) -> float:
    """The score of a name one typo away from the typed text, from its prefix score."""
    return score - _BEGINS[kind] + _ONE_TYPO[kind] + (_SHORT_TYPO if length <= _SHORT else 0)


def as_typo_at_the_beginning(score: float, kind: int) -> float:
    """The score of a longer name whose beginning is one typo away, from its prefix score."""
    return score - _BEGINS[kind] + _ONE_TYPO_BEGINNING
