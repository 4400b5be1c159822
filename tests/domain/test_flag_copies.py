"""Texts that are nearly the same."""

from mapsvc.domain.flag_copies import near_duplicates

STORY = "We milk the goats at six, make cheese until noon and sell it in the market on Saturdays."


def test_case_accents_and_punctuation_make_no_difference() -> None:
    other = "we milk the GOATS at six make chéese until noon, and sell it in the market on saturdays"

    assert near_duplicates(STORY, ["Quite another story of a bakery in a small town.", other]) == [1]


def test_a_copy_with_a_greeting_added_is_a_copy() -> None:
    assert near_duplicates(STORY, [STORY + " Best wishes from Anna"]) == [0]


def test_the_same_words_in_another_order_are_a_copy() -> None:
    other = "Make cheese until noon and sell it in the market on Saturdays. We milk the goats at six."

    assert near_duplicates(STORY, [other]) == [0]


def test_short_texts_are_nobodys_copy() -> None:
    assert near_duplicates("Friendly team, good food.", ["Friendly team, good food."]) == []


def test_a_short_text_whose_words_occur_in_a_long_one_is_no_copy() -> None:
    long = STORY + " " + "In winter we repair the fences, and we read a lot by the stove in the evening." * 2

    assert near_duplicates(STORY, [long]) == []


def test_texts_of_one_subject_are_no_copies() -> None:
    other = "We milk the cows at five, make butter until ten and bring it to the shop every Friday."

    assert near_duplicates(STORY, [other]) == []
