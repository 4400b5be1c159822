"""A certificate is one page that other programs read, with a code that leads to its verification."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.presentation.certificates import certificate_file
from mapsvc.presentation.course_pages import course_view
from tests.presentation.test_class_sheets import alternatives, fonts, words

LINK = "https://map.example.org/certificates/K7QM-2F9X-4TBD"
MOST_BYTES = 200_000


def certificate(name: str = "Zoë Müller", language: str = "en", **changed: Any) -> PdfReader:
    course = usable(Tree.of()).courses["safety"]
    said: dict[str, Any] = {
        "code": "K7QM-2F9X-4TBD",
        "passed_on": date(2026, 11, 22),
        "link": LINK,
        "site": "The map",
    }
    made = certificate_file(course_view(course, language), name=name, language=language, **said | changed)
    assert len(made) < MOST_BYTES
    return PdfReader(io.BytesIO(made))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["W" * 80, "WWWWWWW " * 10])
def test_a_certificate_is_one_page_however_long_the_name(name: str, language: str) -> None:
    reader = certificate(name.strip(), language)

    assert len(reader.pages) == 1
    assert words(reader).count("W") >= 70


def test_a_certificate_says_who_what_when_and_how_to_verify_it() -> None:
    said = words(certificate())

    for text in (
        "Zoë Müller",
        "Safety before mobility",
        "22 November 2026",
        "K7QM-2F9X-4TBD",
        LINK,
        "nobody checked",
    ):
        assert text in said


def test_a_certificate_says_its_language_and_title_and_that_screen_readers_can_read_it() -> None:
    reader = certificate(language="fr")
    catalog = reader.trailer["/Root"]

    assert catalog["/Lang"] == "fr"
    assert catalog["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    assert reader.metadata
    assert "La sécurité avant la mobilité" in str(reader.metadata.title)
    assert any(LINK in text for text in alternatives(catalog["/StructTreeRoot"]))


def test_the_letters_of_a_certificate_are_within_it() -> None:
    assert fonts(certificate().pages[0]) == {"Figtree"}
    assert "Γιώργος" in words(certificate("Γιώργος"))


@pytest.mark.parametrize("name", ["علي حسن", "李小龍", '"#panic()" \\', "*Ana* $1$ @x #set"])
def test_any_name_makes_a_certificate_and_none_is_read_as_markup(name: str) -> None:
    reader = certificate(name)

    assert len(reader.pages) == 1
    if name.isascii():
        assert name in words(reader)


def test_the_name_is_in_the_text_and_not_in_what_describes_the_file() -> None:
    reader = certificate("Zoë Müller")

    assert "Zoë" not in str(dict(reader.metadata or {}))
