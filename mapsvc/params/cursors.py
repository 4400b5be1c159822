"""Cursors as addresses carry them: text that only the program that wrote it needs to understand."""

import base64
import binascii
import json
import math

from mapsvc.directory.searches import Cursor
from mapsvc.domain.strict_json import load_json
from mapsvc.errors import InvalidSearch, MapsvcError
from mapsvc.messages import mark as _
from mapsvc.params.values import Arguments, one

MOST_CURSOR = 400  # characters
LARGEST_ID = 2**63 - 1  # what both databases can hold
MOST_WORDS = 3  # classes of words


class NotACursor(InvalidSearch):
    """A cursor that no answer has given."""

    message = _("“%(parameter)s” must be copied from “next_cursor” of an answer, or left out.")


def cursor(arguments: Arguments, name: str) -> Cursor | None:
    """The cursor of this parameter, None where it is not given. Raises NotACursor."""
    given = one(arguments, name)
    if given is None:
        return None
    found = _read(given) if len(given) <= MOST_CURSOR else None
    if found is None or written(found) != given:
        raise NotACursor(parameter=name)
    return found


def written(given: Cursor) -> str:
    """A cursor as text for an address."""
    parts = (given.listing_id, given.metres, given.words, int(given.confirmed), given.title)
    told = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def _read(given: str) -> Cursor | None:
    try:
        told = load_json(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (ValueError, binascii.Error, MapsvcError):
        return None
    match told:
        case [int(listing_id), float(metres), int(words), 0 | 1 as confirmed, str(title)]:
            held = 0 < listing_id <= LARGEST_ID and 0 <= words < MOST_WORDS and 0 <= metres < math.inf
            return Cursor(listing_id, metres, words, bool(confirmed), title) if held else None
    return None
