"""A first question is structured, and no text that is passed on holds an address or a number."""

from typing import Any

import pytest

from mapsvc.domain.question_values import QuestionDraft, checked_words
from mapsvc.errors import InvalidInput
from tests.services.questions import ASKS, question


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"first_name": "x" * 41}, "first_name"),
        ({"first_name": "ben@example.org"}, "first_name"),
        ({"trade": "nothing"}, "trade"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"ends_on": "2027-02-28"}, "ends_on"),
        ({"questions": ["room", "pack", "day", "money"]}, "questions"),
        ({"questions": ["made_up"]}, "questions"),
        ({"questions": [], "words": " "}, "questions"),
        ({"words": "x" * 1_001}, "words"),
        ({"words": "left \u202eright"}, "words"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        question(**said)

    assert fault.value.field == field


@pytest.mark.parametrize(
    "words",
    [
        "Write to ben@example.org please.",
        "Write to ben (at) example (dot) org please.",
        "Call me: +39 333 123 4567",
        "Look at https://example.org/me",
        "I live at Via Roma 12, come by.",
    ],
)
def test_an_address_or_a_number_is_refused_and_named(words: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        checked_words({"text": words}, "text")

    assert str(fault.value.values["piece"]) in words


def test_a_question_without_own_words_or_without_dates_is_one() -> None:
    draft = question(words="", starts_on="", ends_on="")

    assert (draft.words, draft.starts_on, draft.questions) == ("", None, ("room", "pack"))


def test_a_kept_draft_comes_back_as_it_was() -> None:
    draft = QuestionDraft.of(ASKS)

    assert QuestionDraft.of(draft.kept()) == draft
