"""What each field of a pin may hold, and how it is kept."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from mapsvc.domain import vocabulary
from mapsvc.domain.alumni import WORDS, LengthUnit
from mapsvc.domain.base import now
from mapsvc.domain.consents import ConsentKind
from mapsvc.domain.flags import find_flags
from mapsvc.domain.sheet_values import clean
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _

LONGEST_NAME = 80
LONGEST_HOST_NAME = 200
LONGEST_STORY = 1_000
LONGEST_FLAGGED = 200  # characters of a piece that is kept with its flag
FIRST_YEAR = 1980
MOST: Mapping[str, int] = {LengthUnit.WEEKS: 104, LengthUnit.MONTHS: 24}
MOST_LANGUAGES = 20
LARGEST_PLACE = 2**31 - 1
# Signs that turn the order of what is read: with them a name can pass for another.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class PinDraft:
    """A pin as its person writes it; the names are the columns of `mapsvc.domain.alumni.Pin`."""

    place_id: int
    field: str
    year: int
    length: int
    length_unit: str
    from_country: str
    display_name: str
    languages: tuple[str, ...] = ()
    may_be_asked: bool = False
    ask_about: tuple[str, ...] = ()
    surname: str = ""
    host_name: str = ""
    story: str = ""
    consents: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """A draft from what a form or a kept draft says, each value checked.

        A surname or a host's name without its consent is not taken. Raises InvalidInput, with the field.
        """
        consents = _chosen(said, "consents", tuple(ConsentKind))
        if ConsentKind.PIN not in consents:
            raise InvalidInput(_("Without this tick nothing can be put on the map."), field="consents")
        unit = str(said.get("length_unit") or "")
        if unit not in MOST:
            raise InvalidInput(_("Choose one of the list."), field="length_unit")
        asked = bool(said.get("may_be_asked"))
        return cls(
            place_id=whole_of(said, "place_id", 1, LARGEST_PLACE),
            field=field_of(said),
            year=whole_of(said, "year", FIRST_YEAR, now().year),
            length=whole_of(said, "length", 1, MOST[unit]),
            length_unit=unit,
            from_country=country_of(said),
            languages=_languages(said),
            may_be_asked=asked,
            ask_about=_chosen(said, "ask_about", vocabulary.keys("ask_topics")) if asked else (),
            display_name=_needed(said, "display_name", LONGEST_NAME),
            surname=_agreed(said, "surname", ConsentKind.SURNAME, consents, LONGEST_NAME),
            host_name=_agreed(said, "host_name", ConsentKind.HOST_NAME, consents, LONGEST_HOST_NAME),
            story=text_of(said, "story", LONGEST_STORY, lines=True),
            consents=consents,
        )

    def kept(self) -> dict[str, Any]:
        """The draft as JSON keeps it."""
        return {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(self).items()}

    def words(self) -> dict[str, str]:
        """What a moderator reads before it is public."""
        return {name: str(getattr(self, name)) for name in WORDS}

    def facts(self) -> dict[str, Any]:
        """What is chosen from lists, and needs no moderator: the other columns of a pin."""
        return {name: one for name, one in self.kept().items() if name not in {*WORDS, "consents"}}


def flags_of(words: Mapping[str, str]) -> list[list[str]]:
    """Why the words of a pin deserve a look: each [flag, piece of text] once, in order of place."""
    found = [(one.flag, one.text[:LONGEST_FLAGGED]) for name in WORDS for one in find_flags(words[name])]
    return [[flag, piece] for flag, piece in dict.fromkeys(found)]


def text_of(said: Mapping[str, Any], name: str, most: int, *, lines: bool = False) -> str:
    """A text, without spaces around it; "" where there is none. Raises InvalidInput."""
    typed = str(said.get(name) or "")
    if TURNING.search(typed):
        raise InvalidInput(
            _("This holds hidden signs that turn the order of letters. Type it again without them."),
            field=name,
        )
    text = clean(typed, lines=lines)
    if len(text) > most:
        raise InvalidInput(_("At most %(limit)s characters can be kept."), field=name, limit=most)
    return text


def _needed(said: Mapping[str, Any], name: str, most: int) -> str:
    text = text_of(said, name, most)
    if not text:
        raise InvalidInput(_("The name is empty. Give a first name, or one that you make up."), field=name)
    return text


def _agreed(said: Mapping[str, Any], name: str, kind: ConsentKind, consents: Iterable[str], most: int) -> str:
    text = text_of(said, name, most)
    if kind in consents and not text:
        raise InvalidInput(_("You ticked that this is shown, but it is empty."), field=name)
    return text if kind in consents else ""


def whole_of(said: Mapping[str, Any], name: str, least: int, most: int) -> int:
    """A whole number within bounds. Raises InvalidInput."""
    value = said.get(name)
    if isinstance(value, str) and re.fullmatch("[0-9]{1,10}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidInput(
            _("Give a whole number from %(low)s to %(limit)s."), field=name, low=least, limit=most
        )
    return value


def field_of(said: Mapping[str, Any]) -> str:
    """A field of training, by its code. Raises InvalidInput."""
    code = str(said.get("field") or "")
    if not vocabulary.is_known(vocabulary.FIELDS, code):
        raise InvalidInput(_("Choose one of the list."), field="field")
    return code


def country_of(said: Mapping[str, Any]) -> str:
    """The country that somebody comes from, by its code. Raises InvalidInput."""
    code = str(said.get("from_country") or "")
    if not re.fullmatch("[A-Z]{2}", code):
        raise InvalidInput(_("Choose one of the list."), field="from_country")
    return code


def _languages(said: Mapping[str, Any]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(str(code) for code in said.get("languages") or ()))
    if len(codes) > MOST_LANGUAGES or not all(re.fullmatch("[a-z]{2}", code) for code in codes):
        raise InvalidInput(_("Choose from the list."), field="languages")
    return codes


def _chosen(said: Mapping[str, Any], name: str, known: Iterable[str]) -> tuple[str, ...]:
    chosen, order = {str(one) for one in said.get(name) or ()}, [str(one) for one in known]
    if not chosen <= set(order):
        raise InvalidInput(_("Choose from the list."), field=name)
    return tuple(one for one in order if one in chosen)
