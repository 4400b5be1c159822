"""Questions of a course as they are asked: in an order that tells nothing, and what an answer is worth."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mapsvc.content.questions import Question

Sent = Mapping[str, Sequence[str]]  # a form: what was sent under each name
OPEN_KINDS = frozenset({"single", "multiple"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its choices in the order in which they are shown.

    order holds the places of the file: of choices, or of the right halves of pairs. Forms send places in
    this order alone, so that no page tells which answer is right.
    """

    question: Question
    order: tuple[int, ...]

    @property
    def name(self) -> str:
        """The name of its field; those of its parts are this name, a dot, and a number from 0."""
        return self.question.said.key


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with what was answered; chosen is None where the answer is missing or not whole.

    chosen holds places of the file: the ticked choices, the choices in the order that they were given, or
    the right half of each pair.
    """

    asked: Asked
    chosen: tuple[int, ...] | None

    @property
    def is_right(self) -> bool:
        """Whether all of it is right."""
        return self.chosen is not None and list(self.chosen) == self.asked.question.right


def asked(question: Question, *, mix: str, key: str = "") -> Asked:
    """A question, mixed: always the same for one mix and key, and unforeseeable without the key.

    The choices of single and multiple questions stay as they were written without a key: whoever writes
    a course balances them.
    """
    count = len(question.said.pairs or question.said.choices)
    if not key and question.said.kind in OPEN_KINDS:
        return Asked(question, tuple(range(count)))
    order = mixed(range(count), mix=f"{mix}:{question.said.key}", key=key)
    if order == sorted(order) and question.said.kind not in OPEN_KINDS:
        order = [*order[1:], order[0]]  # what is to be put in order must not stand in it
    return Asked(question, tuple(order))


def mixed(things: Iterable[int], *, mix: str, key: str) -> list[int]:
    """Numbers in an order that hangs on mix and key alone."""

    def weight(thing: int) -> bytes:
        return hmac.digest(key.encode(), f"{mix}:{thing}".encode(), hashlib.sha256)

    return sorted(things, key=weight)


def answered(one: Asked, sent: Sent) -> Answered:
    """What a form says to a question; whatever a page of ours cannot send counts as no answer."""
    said = one.question.said
    if said.kind in OPEN_KINDS:
        places = _places(sent.get(one.name, ()), len(one.order))
        if said.kind == "single" and len(places) != 1:
            return Answered(one, None)
        return Answered(one, tuple(sorted({one.order[place] for place in places})) or None)
    parts = [sent.get(f"{one.name}.{number}", ()) for number in range(len(one.order))]
    places = [place for part in parts for place in _places(part[:1], len(one.order))]
    if len(places) < len(one.order):
        return Answered(one, None)
    if said.kind == "match":
        return Answered(one, tuple(one.order[place] for place in places))
    if len(set(places)) < len(places):
        return Answered(one, None)
    # The n-th choice that was shown got the place places[n].
    return Answered(
        one, tuple(one.order[shown] for _place, shown in sorted(zip(places, range(len(places)), strict=True)))
    )


def was_sent(one: Asked, sent: Sent) -> bool:
    """Whether a form says anything to a question."""
    names = (one.name, *(f"{one.name}.{number}" for number in range(len(one.order))))
    return any(any(sent.get(name, ())) for name in names)


def _places(values: Sequence[str], count: int) -> list[int]:
    known = {str(place): place for place in range(count)}
    return [known[value] for value in values if value in known]
