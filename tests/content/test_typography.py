"""Signs and spaces that are not those of a language are found; what is in italics is left alone."""

from pathlib import Path

import pytest

from mapsvc.content.typography import check_typography
from tests.content.pieces_of import faults_in, pieces_of


def said_of(folder: Path, text: str, language: str) -> list[str]:
    faults = faults_in(folder)
    check_typography(pieces_of(folder, text, language), faults)
    return [str(fault) for fault in faults.found]


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "Look out!", "without exclamation marks"),
        ("fr", "Attention\u00a0!", "without exclamation marks"),
        ("en", "Two  spaces.", "two spaces stand here"),
        ("en", "It doesn't work.", "write the apostrophe as ’"),
        ("fr", "L'adresse.", "write the apostrophe as ’"),
        ("en", 'Say "yes".', "straight quotation marks"),
        ("en", "Say «\u00a0yes\u00a0».", "quotation marks of French"),
        ("fr", "Dis “oui”.", "quotation marks of English"),
        ("en", "Where ?", "no space stands before this sign"),
        ("fr", "Ici , là.", "no space stands before this sign"),
        ("fr", "Où ?", "no-break space (U+00A0) before this sign"),
        ("fr", "Où?", "no-break space (U+00A0) before this sign"),
        ("fr", "Ici : là.", "no-break space (U+00A0) before this sign"),
        ("fr", "Ici; là.", "no-break space (U+00A0) before this sign"),
        ("fr", "Dis *ja* : c’est oui.", "no-break space (U+00A0) before this sign"),
        ("fr", "Dis « oui\u00a0».", "or after «"),
        ("fr", "Dis «\u00a0oui ».", "no-break space (U+00A0) before this sign"),
    ],
)
def test_a_sign_that_is_not_the_language_s_is_found(
    tmp_path: Path, language: str, text: str, said: str
) -> None:
    found = said_of(tmp_path, text, language)

    assert found != []
    assert all(said in one for one in found)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "“Where?” she asks: at 10:30, in *Hej!* or *L'Aquila*. Don’t wait; see [this](https://a.eu/?b).",
        ),
        (
            "fr",
            "«\u00a0Où\u00a0?\u00a0» À 10:30\u00a0; va à *Hej!* ou *what?*\u00a0: c’est sûr\u202f; voilà.",
        ),
    ],
)
def test_right_signs_and_words_in_italics_are_left_alone(tmp_path: Path, language: str, text: str) -> None:
    found = said_of(tmp_path, text, language)

    assert found == []


def test_a_sign_is_found_in_its_line_of_a_wrapped_paragraph(tmp_path: Path) -> None:
    found = said_of(tmp_path, "One line,\nanother one,\nand here it's wrong.\n", "en")

    assert [one.partition(": ")[0] for one in found] == ["data/text.en.md:3"]
