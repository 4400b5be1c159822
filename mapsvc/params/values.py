"""Reads the values of a query string, one by one, and says plainly which cannot be used."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date

from werkzeug.datastructures import MultiDict

from mapsvc.domain.numbers import InvalidNumber, parse_integer, parse_number
from mapsvc.errors import InvalidSearch
from mapsvc.messages import mark as _

Arguments = MultiDict[str, str]

MOST_CHARACTERS = 200  # of a text
DECIMALS = 9  # of a number: a tenth of a millimetre, in degrees
MOST_VALUES = 40  # of one parameter
SHOWN_CHARACTERS = 60  # of a value that is named in a message
LONGITUDES, LATITUDES = (-180, 180), (-90, 90)  # degrees
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


class NotANumber(InvalidSearch):
    """A parameter that should be a number."""

    message = _("“%(value)s” cannot be used for “%(parameter)s”: it needs a number, such as 12.5.")


class NotAWholeNumber(InvalidSearch):
    """A parameter that should be a whole number."""

    message = _("“%(value)s” cannot be used for “%(parameter)s”: it needs a whole number.")


class OutOfBounds(InvalidSearch):
    """A number that is too small or too large."""

    message = _("“%(value)s” cannot be used for “%(parameter)s”: minimum %(least)s, maximum %(most)s.")


class NotADay(InvalidSearch):
    """A date that is not in the calendar, or too far away."""

    message = _(
        "“%(value)s” cannot be used for “%(parameter)s”: it needs a date between %(least)s and %(most)s."
    )


class GivenTwice(InvalidSearch):
    """A parameter that is given more often than it may be."""

    message = _("“%(parameter)s” is given %(count)s times; at most %(most)s can be used.")


class TooLong(InvalidSearch):
    """A text that is too long."""

    message = _("“%(parameter)s” has %(count)s characters; at most %(most)s can be used.")


class NotKnown(InvalidSearch):
    """A value that is not one of those that exist."""

    message = _("“%(value)s” is not known for “%(parameter)s”.")


class Missing(InvalidSearch):
    """A parameter that another one needs."""

    message = _("“%(other)s” needs “%(parameter)s” as well.")


class NotABox(InvalidSearch):
    """A box that is not four numbers, or upside down."""

    message = _(
        "“%(value)s” cannot be used for “%(parameter)s”: it needs west, south, east and north in degrees, "
        "separated by commas, south not above north. West may be above east: the box then crosses 180°."
    )


def given(arguments: Arguments, name: str) -> list[str]:
    """The values of a parameter in their order, empty ones left out: a form sends those."""
    if name not in arguments:  # as most are not
        return []
    return [value for value in arguments.getlist(name) if value]


def one(arguments: Arguments, name: str) -> str | None:
    """The one value of a parameter, None when there is none.

    Raises GivenTwice when there are several: which of them counts would depend on who reads.
    """
    values = given(arguments, name)
    if len(values) > 1:
        raise GivenTwice(parameter=name, count=len(values), most=1)
    return values[0] if values else None


def several(
    arguments: Arguments, name: str, known: Callable[[str], bool], read: Callable[[str], str] = str
) -> tuple[str, ...]:
    """The values of a parameter without repeats, in alphabetical order, each turned by `read`.

    Raises NotKnown for a value that is not known as it is written (some letters become ASCII in
    other cases), and GivenTwice beyond MOST_VALUES.
    """
    values = given(arguments, name)
    if len(values) > MOST_VALUES:
        raise GivenTwice(parameter=name, count=len(values), most=MOST_VALUES)
    for value in values:
        if not known(value):
            raise NotKnown(parameter=name, value=shown(value))
    return tuple(sorted({read(value) for value in values}))


def number(arguments: Arguments, name: str, least: float, most: float, unit: str) -> float | None:
    """The number of a parameter, whole where it has no decimals; None when it is not given.

    Raises NotANumber or OutOfBounds.
    """
    value = one(arguments, name)
    return None if value is None else read_number(name, value, least, most, unit)


def read_number(name: str, value: str, least: float, most: float, unit: str) -> float:
    """The number that value spells, between least and most, to DECIMALS.

    Raises NotANumber or OutOfBounds.
    """
    try:
        found = parse_number(value)
    except InvalidNumber:
        raise NotANumber(parameter=name, value=shown(value)) from None
    if not least <= found <= most:
        bounds = {"least": f"{plain(least)} {unit}", "most": f"{plain(most)} {unit}"}
        raise OutOfBounds(parameter=name, value=shown(value), **bounds)
    rounded = round(found, DECIMALS)
    return int(rounded) if rounded == int(rounded) else rounded


def integer(arguments: Arguments, name: str, least: int, most: int) -> int | None:
    """The whole number of a parameter, None when it is not given.

    Raises NotAWholeNumber or OutOfBounds.
    """
    value = one(arguments, name)
    if value is None:
        return None
    try:
        found = parse_integer(value)
    except InvalidNumber:
        raise NotAWholeNumber(parameter=name, value=shown(value)) from None
    if not least <= found <= most:
        raise OutOfBounds(parameter=name, value=shown(value), least=least, most=most)
    return found


def day(arguments: Arguments, name: str) -> date | None:
    """The day of a parameter, written 2027-03-12; None when it is not given.

    Raises NotADay for anything else, and outside FIRST_DAY to LAST_DAY.
    """
    value = one(arguments, name)
    if value is None:
        return None
    try:
        found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise NotADay(parameter=name, value=shown(value), least=FIRST_DAY, most=LAST_DAY)
    return found


def text(arguments: Arguments, name: str) -> str:
    """The text of a parameter, without space around it and control characters in it; "" when not given.

    Raises TooLong beyond MOST_CHARACTERS.
    """
    value = one(arguments, name) or ""
    if len(value) > MOST_CHARACTERS:
        raise TooLong(parameter=name, count=len(value), most=MOST_CHARACTERS)
    return _UNSEEN.sub(" ", value).strip()


def choice(arguments: Arguments, name: str, known: Collection[str]) -> str | None:
    """The one value of a parameter that must be among the known, None when it is not given.

    Raises NotKnown.
    """
    value = one(arguments, name)
    if value is not None and value not in known:
        raise NotKnown(parameter=name, value=shown(value))
    return value


def box(arguments: Arguments, name: str) -> tuple[float, float, float, float] | None:
    """The west, south, east and north of a parameter, None when it is not given.

    Raises NotABox, NotANumber or OutOfBounds.
    """
    value = one(arguments, name)
    if value is None:
        return None
    parts: Sequence[str] = value.split(",")
    if len(parts) != 4:  # noqa: PLR2004, the sides of a box
        raise NotABox(parameter=name, value=shown(value))
    west, east = (read_number(name, part, *LONGITUDES, "°") for part in parts[::2])
    south, north = (read_number(name, part, *LATITUDES, "°") for part in parts[1::2])
    if south > north:
        raise NotABox(parameter=name, value=shown(value))
    return west, south, east, north


def plain(value: float) -> str:
    """A number as it is written in a query: all its decimals, never an exponent."""
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def shown(value: str) -> str:
    """The beginning of a value, for a message that names it."""
    return value if len(value) <= SHOWN_CHARACTERS else value[:SHOWN_CHARACTERS] + "…"
