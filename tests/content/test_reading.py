"""Sentences that nobody reads to their end are found, and texts that mostly have such."""

from pathlib import Path

import pytest

from mapsvc.content.reading import JUDGED_FROM, MOST_ON_AVERAGE, MOST_WORDS, check_sentences
from mapsvc.content.sentences import clauses_of, sentences_of
from tests.content.pieces_of import faults_in, pieces_of


def said_of(folder: Path, text: str) -> list[str]:
    faults = faults_in(folder)
    check_sentences(pieces_of(folder, text), faults)
    return [str(fault) for fault in faults.found]


def words(count: int) -> str:
    return " ".join(["Word", *["word"] * (count - 1)]) + "."


def test_a_sentence_of_too_many_words_is_found_with_its_line(tmp_path: Path) -> None:
    found = said_of(tmp_path, f"Short ones pass.\n\nThis one does, too.\n{words(MOST_WORDS + 1)}\n")

    assert len(found) == 1
    assert found[0].startswith("data/text.en.md:4: This sentence has 36 words: “Word word word word word …”")


def test_a_sentence_of_just_so_many_words_passes(tmp_path: Path) -> None:
    found = said_of(tmp_path, words(MOST_WORDS))

    assert found == []


def test_a_text_of_sentences_that_are_mostly_long_is_found(tmp_path: Path) -> None:
    found = said_of(tmp_path, " ".join([words(MOST_ON_AVERAGE + 1)] * JUDGED_FROM))

    assert [one.partition(". ")[0] for one in found] == [
        "data/text.en.md: A sentence of this text (“en”) has 18.0 words on average"
    ]


def test_headings_and_cells_are_no_sentences(tmp_path: Path) -> None:
    long = words(MOST_WORDS + 1)

    found = said_of(tmp_path, f"### {long}\n\n| {long} |\n| --- |\n| {long} |\n")

    assert found == []


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One two three. Four five six? Seven eight nine.", 3),
        ("Go to S. Giovanni and St. Pauli with Dr. Müller.", 1),
        ("At 10.30 we meet at the town’s site, como.it or other.", 1),
        ("“Where are you now?” she asks him at last.", 1),
        ("“I am here now.” “We are there, too.”", 2),
        ("Yes. No. Well.", 0),
    ],
)
def test_sentences_end_at_marks_that_end_them(text: str, sentences: int) -> None:
    found = [sentence for _at, sentence in sentences_of(text)]

    assert len(found) == sentences


def test_clauses_end_at_colons_too_and_know_where_they_begin() -> None:
    text = "Before you sleep\u00a0: write three lines. Then go to bed."

    found = list(clauses_of(text))

    assert [clause for _at, clause in found] == [
        "Before you sleep\u00a0:",
        "write three lines.",
        "Then go to bed.",
    ]
    assert all(text[at:].startswith(clause) for at, clause in found)
