"""Papers are filled in, ticked and written in, on a page and in a text processor."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from mapsvc.content.faults import Faults
from mapsvc.content.library import usable
from mapsvc.content.texts import read_document
from mapsvc.content.timelines import NoFront, Resource
from mapsvc.content.trees import Tree
from mapsvc.presentation.paper_files import paper_docx
from mapsvc.presentation.papers import Fields, Paper, paper_html, paper_of, plain_text
from mapsvc.presentation.timelines import notes_on

HOST = usable(Tree.of()).timelines["host"]
EVERY = [(key, language) for key in HOST.resources for language in ("en", "fr")]
HOSTILE = '<script>alert(1)</script> [x](http://evil.example) **b** [[host]] ____ "&'


def paper(key: str, language: str = "en", fields: Fields | None = None) -> Paper:
    found = paper_of(HOST.resources[key], language, fields=fields)
    assert found is not None
    return found


def shown(key: str, language: str = "en", fields: Fields | None = None) -> str:
    return paper_html(paper(key, language, fields), links=str)


def document(found: Paper) -> bytes:
    today = date(2026, 11, 22)
    notes = notes_on(HOST.data.facts, found.numbers, found.language, today=today, of=found.facts)
    return paper_docx(found, notes, sources="Where this comes from", site="The map")


def words_of(body: bytes) -> str:
    """All words of a document: paragraphs and cells of tables."""
    read = Document(io.BytesIO(body))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in read.paragraphs), *cells])


def test_what_is_known_is_put_in_and_the_rest_says_what_belongs_there() -> None:
    page = shown("arrival-checklist", fields={"learner": "Ana", "arrival": "1 March 2027"})

    assert "Ana arrives on 1 March 2027." in page
    assert "[name of the tutor]" in page
    assert "[[" not in page


def test_a_paper_without_a_plan_has_no_names() -> None:
    assert "[name of the learner] arrives on [day of arrival]." in shown("arrival-checklist")


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_every_paper_is_shown_without_signs_of_its_markup(key: str, language: str) -> None:
    page = shown(key, language, fields={})

    assert page
    assert [sign for sign in ("[[", "[ ]", "**", "| ---", "\n## ") if sign in page] == []


def test_items_that_begin_with_a_box_can_be_ticked() -> None:
    page = shown("arrival-checklist")

    assert '<li class="task">Learning agreement signed by all three' in page
    assert page.count('class="task"') == 21


def test_an_item_with_days_is_a_task_too(tmp_path: Path) -> None:
    written, faults = tmp_path / "x.en.md", Faults(Tree((tmp_path,)))
    written.write_text("Do this.\n\n- [ ] +0 Wait for [[learner]].\n- [ ] +2 Show the workplace.\n", "utf-8")
    text = read_document(written, "en", NoFront, faults, sections=())
    assert text is not None

    found = paper_of(Resource("x", written, HOST.resources["team-message"].data, {"en": text}), "en")

    assert found is not None
    page = paper_html(found, links=str)
    assert page.count('<li class="task">') == 2
    assert "Wait for [name of the learner]." in page


def test_a_blank_is_drawn_as_a_line_to_write_on() -> None:
    assert 'deputy: <span class="blank">____</span>' in shown("arrival-checklist")


def test_what_is_put_in_is_never_read_as_markup() -> None:
    page = shown("arrival-checklist", fields={"learner": HOSTILE, "tutor": HOSTILE})

    assert "&lt;script&gt;alert(1)&lt;/script&gt; [x](http://evil.example) **b** [[host]]" in page
    assert "<script" not in page
    assert 'evil.example"' not in page


def test_filling_in_leaves_the_kept_text_as_it_is() -> None:
    before = shown("welcome-mail")
    shown("welcome-mail", fields={"learner": "Ana", "tutor": "Bo"})

    assert shown("welcome-mail") == before


def test_a_paper_in_one_language_alone_says_which() -> None:
    resource = HOST.resources["welcome-mail"]
    french = Resource(resource.key, resource.path, resource.data, {"fr": resource.texts["fr"]})

    found = paper_of(french, "en")

    assert found is not None
    assert (found.language, found.title) == ("fr", resource.data.title["fr"])
    assert paper_of(Resource("x", resource.path, resource.data, {}), "en") is None


def test_the_text_of_a_mail_has_its_names() -> None:
    text = plain_text(paper("welcome-mail", fields={"learner": "Ana"}))

    assert "Ana" in text
    assert "<" not in text


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_every_paper_is_a_document_with_all_its_words(key: str, language: str) -> None:
    found = paper(key, language, {"learner": "Ana", "tutor": "Bo", "host": "Bäckerei"})

    body = document(found)

    read, said = Document(io.BytesIO(body)), words_of(body)
    assert read.core_properties.title == found.title
    assert read.core_properties.language == language
    assert read.paragraphs[0].style is not None
    assert read.paragraphs[0].style.name == "Heading 1"
    missing = [
        word
        for word in plain_text(found).replace("____", " ").replace("[ ]", " ").split()
        if word not in said
    ]
    assert missing == []


def test_a_document_has_boxes_tables_lines_to_write_on_and_sources() -> None:
    found = paper("minor-checklist", fields={"tutor": "Bo"})

    said, read = words_of(document(found)), Document(io.BytesIO(document(found)))

    assert "\N{BALLOT BOX} Every number was tried." in said
    assert [cell.text for cell in read.tables[0].rows[1].cells] == ["Tutor", "Bo", ""]
    assert "Date of birth: ____________________________ Turns 18" in said
    assert "1. EUR-Lex: Directive 94/33/EC on young people at work, article 8, https://eur-lex" in said
    assert "not checked yet" in said


def test_what_is_put_into_a_document_is_words_alone() -> None:
    found = paper("arrival-checklist", fields={"learner": HOSTILE})

    body = document(found)

    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert "evil.example" not in packed.read("word/_rels/document.xml.rels").decode()
    assert HOSTILE.replace("____", "_" * 28) in words_of(body)


def test_the_same_paper_gives_the_same_document() -> None:
    found = paper("evaluation-sheet")

    assert words_of(document(found)) == words_of(document(found))
