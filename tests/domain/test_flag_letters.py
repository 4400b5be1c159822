"""Look-alike letters and invisible signs, and where both belong."""

import pytest

from mapsvc.domain.flag_letters import mixed_scripts, zero_width


@pytest.mark.parametrize("word", ["p\u0430yment", "\u0421afé", "c\u03bfurse", "pł\u0430tna", "\u041aurs"])
def test_a_foreign_look_alike_inside_a_word_is_found(word: str) -> None:
    assert mixed_scripts(f"the {word} is") == [(4, 4 + len(word))]


@pytest.mark.parametrize(
    "text",
    [
        "My colleague says \u0434\u044f\u043a\u0443\u044e and \u03ba\u03b1\u03bb\u03b7.",
        "\u0412\u0441\u0435 \u0431\u044b\u043b\u043e \u0445\u043e\u0440\u043e\u0448\u043e.",
        "5 k\u03a9, 20 \u03bcm, \u0394t and an \u03b1-version.",
        "Łódź, Ærø, smörgås.",
    ],
)
def test_words_of_one_alphabet_are_left_alone(text: str) -> None:
    assert mixed_scripts(text) == []


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u2060", "\ufeff", "\u202e", "\u2066", "\u200f", "\u200d", "\u3164"]
)
def test_a_sign_that_nobody_sees_is_found_inside_a_word(sign: str) -> None:
    assert zero_width(f"ca{sign}sino") == [(2, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 and \u2764\ufe0f\u200d\U0001f525",
        "\U0001f469\U0001f3fd\u200d\U0001f373",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "\u05e9\u05dc\u05d5\u05dd\u200f!",
        "Donau\u00addampfschiff",
    ],
    ids=["family", "cook", "Scotland", "Persian", "Hindi", "Hebrew", "soft hyphen"],
)
def test_a_sign_that_the_spelling_asks_for_is_left_alone(text: str) -> None:
    assert zero_width(text) == []


def test_letters_hidden_as_tags_are_found() -> None:
    assert zero_width("a\U000e0061\U000e0062b") == [(1, 3)]
