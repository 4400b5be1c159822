"""What the lists of the desk share: numbers that a form names, pages of a list, a fault of a service."""

from collections.abc import Sequence
from typing import TypeVar

from flask import request

from mapsvc.errors import NotFound

T = TypeVar("T")
PAGE = 20
LONGEST_NUMBER = 9
MOST_NUMBERS = 500


def numbers(name: str) -> list[int]:
    """The numbers that a form names, each once. Raises NotFound for what is no number, or for none."""
    given = list(dict.fromkeys(request.form.getlist(name)))[:MOST_NUMBERS]
    if not given or not all(is_number(text) for text in given):
        raise NotFound
    return [int(text) for text in given]


def number_asked(name: str) -> int | None:
    """A number that an address names, None where it does not."""
    text = request.args.get(name, "")
    return int(text) if is_number(text) else None


def one_page(things: Sequence[T]) -> tuple[Sequence[T], int, int]:
    """The things of the page that an address names, its number, and how many pages there are."""
    pages = max(1, -(-len(things) // PAGE))
    page = min(max(1, number_asked("page") or 1), pages)
    return things[(page - 1) * PAGE : page * PAGE], page, pages


def is_number(text: str) -> bool:
    """Whether a text is a number as our own pages write it."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
