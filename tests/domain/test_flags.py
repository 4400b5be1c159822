"""The flags of a text, measured on texts that were labelled by hand."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.flags import FLAG_WORDS, LONGEST, Finding, Flag, find_flags

LEAST_RECALL = 0.95  # of the labels
MOST_FALSE_ALARMS = 0.05  # of the texts without fault
LABELLED: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("flags_labelled.yml").read_text("utf-8")
)
HELD = [row for row in LABELLED if row["set"] == "held"]
LANGUAGES = ("en", "fr", "de", "es", "it", "pl")
PLAIN_TEXT = """
    the work was hard but people were kind and lunch came with soup every evening street village
    le travail était dur mais les gens gentils place rue repas équipe soir chemin atelier point de vue
    die Arbeit war schwer aber alle waren freundlich Straße Platz Weg Werkstatt Mittag Feierabend
    el trabajo era duro pero gente amable calle plaza taller comida tarde punto camino
    il lavoro era faticoso ma gente gentile via piazza corso pranzo sera laboratorio strada
    praca była ciężka ale ludzie mili ulica plac warsztat obiad wieczór kropka małpa
    at dot bus call number St. Gallen Rome Kraków
"""
PLAIN_WORDS = PLAIN_TEXT.split()

Finder = Callable[..., Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well the flags were found: by label, and on the texts that have none."""

    recall: dict[Flag, float]
    whole_recall: float
    false_alarms: float


def measured(rows: list[dict[str, Any]], find: Finder = find_flags) -> Figures:
    labels: Counter[Flag] = Counter()
    hits: Counter[Flag] = Counter()
    clean = alarms = 0
    for row in rows:
        found = {finding.flag for finding in find(row["text"], others=row.get("others", ()))}
        wanted = {Flag(name) for name in row["flags"]}
        labels.update(wanted)
        hits.update(wanted & found)
        clean += not wanted
        alarms += not wanted and bool(found)
    recall = {flag: hits[flag] / count for flag, count in labels.items()}
    return Figures(recall, hits.total() / labels.total(), alarms / clean)


def without(flag: Flag) -> Finder:
    """The search for flags as it would be, had one of its rules died."""

    def find(text: str, *, others: Sequence[str] = ()) -> list[Finding]:
        return [finding for finding in find_flags(text, others=others) if finding.flag != flag]

    return find


def flags_of(text: str, *others: str) -> list[Flag]:
    return [finding.flag for finding in find_flags(text, others=others)]


def test_the_labelled_texts_are_500_different_ones_in_six_languages_and_two_halves() -> None:
    languages = Counter(row["language"] for row in LABELLED)
    flagged = sum(bool(row["flags"]) for row in LABELLED)

    assert len({row["text"] for row in LABELLED}) == len({row["id"] for row in LABELLED}) == 500
    assert set(languages) == set(LANGUAGES)
    assert min(languages.values()) >= 80
    assert len(HELD) == 250
    assert 225 <= flagged <= 275


@pytest.mark.parametrize("rows", [LABELLED, HELD], ids=["all", "held"])
def test_each_flag_is_found_and_clean_texts_are_left_alone(rows: list[dict[str, Any]]) -> None:
    figures = measured(rows)

    assert set(figures.recall) == set(Flag)
    assert min(figures.recall.values()) >= LEAST_RECALL, figures
    assert figures.whole_recall >= LEAST_RECALL, figures
    assert figures.false_alarms <= MOST_FALSE_ALARMS, figures


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_read_worse_than_the_others(language: str) -> None:
    figures = measured([row for row in LABELLED if row["language"] == language])

    assert figures.whole_recall >= LEAST_RECALL, figures
    assert figures.false_alarms <= MOST_FALSE_ALARMS, figures


@pytest.mark.parametrize("flag", Flag)
def test_a_rule_that_died_shows_in_the_figures(flag: Flag) -> None:
    figures = measured(LABELLED, without(flag))

    assert figures.recall[flag] < LEAST_RECALL
    assert figures.whole_recall < LEAST_RECALL


def test_a_rule_that_flags_everything_shows_in_the_figures() -> None:
    figures = measured(LABELLED, lambda text, others: [Finding(Flag.LINK, 0, len(text), text)])

    assert figures.false_alarms > MOST_FALSE_ALARMS


def test_findings_come_in_order_of_place_and_hold_their_piece_of_the_text() -> None:
    text = "Call 06 39 98 12 34 or come to 12 rue de la Paix, more on example.org."

    found = [(finding.flag, finding.text) for finding in find_flags(text)]

    assert found == [
        (Flag.PHONE, "06 39 98 12 34"),
        (Flag.STREET_ADDRESS, "12 rue de la Paix"),
        (Flag.LINK, "example.org"),
    ]


def test_a_place_is_given_in_the_text_as_it_was_written() -> None:
    text = "e\u0301\u200b ring 06\u200b39 98 12 34 now"

    number = find_flags(text)[-2]

    assert number.flag == Flag.PHONE
    assert text[number.start : number.end] == number.text == "06\u200b39 98 12 34"


def test_digits_inside_a_link_are_no_phone_number() -> None:
    assert flags_of("See https://example.org/0171/3920012 for more.") == [Flag.LINK]


def test_a_copy_is_found_as_the_whole_text() -> None:
    text = "The hens wake you at five and the goats never let you sleep after that."

    found = find_flags(text, others=["Something else.", text.upper()])

    assert found == [Finding(Flag.NEAR_DUPLICATE, 0, len(text), text)]


def test_a_network_address_is_nothing_that_is_asked_for() -> None:
    assert set(find_flags.__annotations__) == {"text", "others", "return"}


def test_only_the_beginning_of_a_very_long_text_is_looked_at() -> None:
    end = " example.org"

    assert flags_of("word " * (LONGEST // 5 - 10) + end) == [Flag.LINK]
    assert flags_of("word " * (LONGEST // 5) + end) == []


@pytest.mark.parametrize("flag", Flag)
def test_each_flag_has_a_sentence(flag: Flag) -> None:
    assert FLAG_WORDS[flag].endswith(".")


SIGNS = "1+aA.-@\n\0\u200b\u202e\u0301\u0430\u03bf\ufdfa\U0001f3f4\ud800\U000e0061"
PIECES = ("06 ", "www.", " dot ", "rue de la ", "Via ", "ul. ", "straße 5", "(at)", *SIGNS)
TEXTS = st.text(st.characters()) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(TEXTS, st.lists(TEXTS, max_size=2))
def test_any_text_gives_findings_that_lie_inside_it(text: str, others: list[str]) -> None:
    found = find_flags(text, others=others)

    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    assert all(finding.text == text[finding.start : finding.end] for finding in found)
    assert found == sorted(found, key=lambda finding: finding.start)


@given(st.lists(st.sampled_from(PLAIN_WORDS), max_size=40).map(" ".join))
def test_plain_words_in_any_order_are_never_flagged(text: str) -> None:
    assert find_flags(text) == []


NASTY = (
    *("a", "1", "1 ", "0 ", "a.", "a-", "a@", "+", "(", "[at]", "a dot ", "six ", "www.", "http://", "2024-"),
    *(
        "AB12 ",
        "12 A",
        "A ",
        "Via A ",
        "rue de la ",
        "12 Aa ",
        "ul. A",
        "St. A ",
        "Aaaa-Aaaa ",
        "weg",
        "tel 1 ",
    ),
    *("C/ De la A", "\u200b", "\u0301", "e\u0301", "a\u0430", "\ufdfa"),
)


@pytest.mark.parametrize("unit", NASTY)
def test_a_nasty_text_of_100000_signs_is_answered(unit: str) -> None:
    text = (unit * 100_000)[:100_000]

    found = find_flags(text, others=[text[1:]])

    assert found == sorted(found, key=lambda finding: finding.start)
