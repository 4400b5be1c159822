"""What each field of a first question may hold, and what no text that is passed on may hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from mapsvc.domain import vocabulary
from mapsvc.domain.flags import Flag, find_flags
from mapsvc.domain.pin_values import TURNING
from mapsvc.domain.sheet_values import clean
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _

QUESTIONS = "questions"
MOST_QUESTIONS = 3
LONGEST_NAME = 40
LONGEST_WORDS = 1_000
LONGEST_PIECE = 80  # of a text, named in a refusal
KEPT_BACK = frozenset({Flag.LINK, Flag.PHONE, Flag.STREET_ADDRESS})


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A first question as its sender writes it: the trade, dates or none, ready questions, own words."""

    first_name: str
    trade: str
    starts_on: date | None = None
    ends_on: date | None = None
    questions: tuple[str, ...] = ()
    words: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """A draft from what a form or a kept draft says, each value checked.

        Raises InvalidInput, with the field, also for an address or a number in a text.
        """
        name = _passed_on(said, "first_name", LONGEST_NAME, lines=False)
        if not name:
            raise InvalidInput(_("Give your first name, or one that you make up."), field="first_name")
        trade = str(said.get("trade") or "")
        if not vocabulary.is_known(vocabulary.FIELDS, trade):
            raise InvalidInput(_("Choose one of the list."), field="trade")
        starts, ends = _day(said, "starts_on"), _day(said, "ends_on")
        if starts and ends and ends < starts:
            raise InvalidInput(_("The last day is before the first day."), field="ends_on")
        questions, words = _questions(said), checked_words(said, "words", needed=False)
        if not questions and not words:
            raise InvalidInput(_("Choose a question, or write one."), field="questions")
        return cls(name, trade, starts, ends, questions, words)

    def kept(self) -> dict[str, Any]:
        """The draft as JSON keeps it."""
        days = {name: day.isoformat() for name in ("starts_on", "ends_on") if (day := getattr(self, name))}
        return {**asdict(self), "starts_on": None, "ends_on": None, "questions": list(self.questions), **days}


def checked_words(said: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    """A text that the other side may read. Raises InvalidInput, also for an address or a number in it."""
    words = _passed_on(said, name, LONGEST_WORDS, lines=True)
    if needed and not words:
        raise InvalidInput(_("The message is empty."), field=name)
    return words


def _passed_on(said: Mapping[str, Any], name: str, most: int, *, lines: bool) -> str:
    typed = str(said.get(name) or "")
    if TURNING.search(typed):
        raise InvalidInput(
            _("This holds hidden signs that turn the order of letters. Type it again without them."),
            field=name,
        )
    text = clean(typed, lines=lines)
    if len(text) > most:
        raise InvalidInput(_("At most %(limit)s characters can be kept."), field=name, limit=most)
    for found in find_flags(text):
        if found.flag in KEPT_BACK:
            raise InvalidInput(
                _("No address, link or phone number is passed on. Please take this out: %(piece)s"),
                field=name,
                piece=found.text[:LONGEST_PIECE],
            )
    return text


def _day(said: Mapping[str, Any], name: str) -> date | None:
    typed = str(said.get(name) or "")
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise InvalidInput(_("Give a day like this: 2027-05-31"), field=name) from None


def _questions(said: Mapping[str, Any]) -> tuple[str, ...]:
    chosen, known = {str(one) for one in said.get("questions") or ()}, vocabulary.keys(QUESTIONS)
    if not chosen <= set(known):
        raise InvalidInput(_("Choose from the list."), field="questions")
    if len(chosen) > MOST_QUESTIONS:
        raise InvalidInput(_("Choose at most %(limit)s questions."), field="questions", limit=MOST_QUESTIONS)
    return tuple(one for one in known if one in chosen)
