"""The one reader of JSON that comes from outside."""

import json
import re
from typing import Any, NoReturn

from mapsvc.domain.numbers import InvalidNumber, parse_number
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _

MAX_DEPTH = 64

# A whole string (to the end of the text where it is not closed), or one bracket.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_LONGEST_INTEGER = 100


class InvalidJson(MapsvcError):
    """A text that is not strict JSON."""

    message = _("This is not valid JSON (line %(line)s).")


class JsonTooDeep(InvalidJson):
    """Brackets in brackets beyond the bound."""

    message = _("This is not valid JSON: it is nested deeper than %(limit)s levels.")


class JsonDuplicateKey(InvalidJson):
    """An object that names a key twice, so that readers would disagree about its value."""

    message = _("This is not valid JSON: the duplicate key “%(key)s” appears twice in one object.")


class JsonNotANumber(InvalidJson):
    """NaN, Infinity or a number beyond what a computer holds."""

    message = _("This is not valid JSON: “%(value)s” is not a finite number.")


class JsonNotText(InvalidJson):
    """Bytes that are not UTF-8, or half of a character."""

    message = _("This is not valid JSON: it is not UTF-8 text.")


def load_json(text: str | bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """The value that text holds, read as RFC 8259 says and no wider.

    Bytes are UTF-8, with or without a byte order mark. Objects keep the order of their keys;
    a number with a point or an exponent is a float, any other an int.

    Raises InvalidJson, or the sub-class that says which rule was broken: nested deeper than
    max_depth, a key twice in an object, NaN or a number that is not finite, not text.
    """
    text = _decoded(text)
    _check_depth(text, max_depth)
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_number,
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise InvalidJson(line=error.lineno) from None
    if _SURROGATE.search(text):
        _check_characters(value)
    return value


def _decoded(text: str | bytes) -> str:
    try:
        if isinstance(text, bytes):
            return text.decode("utf-8-sig")
        text.encode("utf-8")
    except UnicodeError:
        raise JsonNotText from None
    return text.removeprefix("\ufeff")


def _check_depth(text: str, max_depth: int) -> None:
    """Counts brackets before the parser recurses into them."""
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > max_depth:
                raise JsonTooDeep(limit=max_depth)
        elif first in "]}":
            depth -= 1


def _check_characters(value: object) -> None:
    """Refuses escapes of half a character, which no database takes."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise JsonNotText from None


def _refuse_constant(name: str) -> NoReturn:
    raise JsonNotANumber(value=name)


def _number(text: str) -> float:
    try:
        return parse_number(text)
    except InvalidNumber:
        raise JsonNotANumber(value=text[:_LONGEST_INTEGER]) from None


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise JsonNotANumber(value=text[:_LONGEST_INTEGER])
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise JsonDuplicateKey(key=key[:_LONGEST_INTEGER])
        found[key] = value
    return found
