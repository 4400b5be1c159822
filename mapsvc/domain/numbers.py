"""The one reader of numbers that come from outside."""

import math
import re

from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _

MAX_CHARACTERS = 100

# Python's float() also takes nan, inf, 1e400, 4_8.5 and the digits of other scripts; [0-9] is meant.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")


class InvalidNumber(MapsvcError):
    """A text that is not a finite number written in plain digits."""

    message = _("“%(value)s” is not a finite number.")


class InvalidInteger(InvalidNumber):
    """A text that is not a whole number written in plain digits."""

    message = _("“%(value)s” is not a whole number.")


def parse_number(text: str) -> float:
    """The finite number that text spells: ASCII digits, one decimal point, sign and exponent at will.

    Nothing may stand around it, not even a space, and it has at most MAX_CHARACTERS
    characters. What is too small to tell from 0 is 0.

    Raises InvalidNumber for anything else: no digits, nan, infinity, 1e400, a decimal comma,
    an underscore, digits of another script.
    """
    if len(text) <= MAX_CHARACTERS and _NUMBER.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
    raise InvalidNumber(value=text[:MAX_CHARACTERS])


def parse_integer(text: str) -> int:
    """The whole number that text spells in ASCII digits, with a sign at will.

    Nothing may stand around it; it has at most MAX_CHARACTERS characters. "12.0" and "1e3"
    are not whole numbers here.

    Raises InvalidInteger for anything else.
    """
    if len(text) <= MAX_CHARACTERS and _INTEGER.fullmatch(text):
        return int(text)
    raise InvalidInteger(value=text[:MAX_CHARACTERS])
