"""Texts compared word by word."""

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.presentation.differences import GONE, MOST_WORDS, NEW, SAME, word_runs

TEXTS = st.lists(st.sampled_from(["saw", "glue", "paint", "\n", "  "])).map(" ".join)


def test_only_the_words_that_changed_are_marked() -> None:
    runs = word_runs("You saw and glue.", "You saw and paint.")

    assert runs == [(SAME, "You saw and "), (GONE, "glue."), (NEW, "paint.")]


@given(TEXTS, TEXTS)
def test_the_runs_hold_both_texts_whole(before: str, after: str) -> None:
    runs = word_runs(before, after)

    assert "".join(text for what, text in runs if what != NEW) == before
    assert "".join(text for what, text in runs if what != GONE) == after


def test_very_long_texts_are_shown_one_after_the_other() -> None:
    before, after = "word " * MOST_WORDS, "other " * MOST_WORDS

    assert word_runs(before, after) == [(GONE, before), (NEW, after)]
