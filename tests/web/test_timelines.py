"""The timeline of hosts: what its pages show, for which stay, in which language."""

import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from mapsvc.config import Settings
from tests.web.conftest import Serve, close

HEAVIEST_BYTES = 150_000
STEP = re.compile(r'<li class="step" id="([\w-]+)">')


def steps(page: str) -> set[str]:
    return set(STEP.findall(page))


@pytest.fixture
def lone(tmp_path: Path, spatialite_template: Path) -> Settings:
    """An installation of its own, with a folder for content."""
    (tmp_path / "mapsvc.sqlite").write_bytes(spatialite_template.read_bytes())
    return Settings(instance=tmp_path)


def test_the_page_has_three_phases_and_all_steps(client: FlaskClient) -> None:
    page = client.get("/timelines/host").text

    assert [phase for phase in ("before", "during", "after") if f'<h2 id="phase-{phase}">' not in page] == []
    assert len(steps(page)) == 58
    assert "58 steps" in page


def test_a_reader_chooses_the_stay(client: FlaskClient) -> None:
    minor = client.get("/timelines/host?minor=yes&weeks=12&housing=provided").text
    adult = client.get("/timelines/host?minor=no&weeks=2&housing=not-provided").text

    assert {"minor-hours", "goals-long", "room"} <= steps(minor) - steps(adult)
    assert "goals-short" in steps(adult) - steps(minor)
    assert '<option value="12" selected>' in minor
    assert len(steps(minor)) == 52


@pytest.mark.parametrize(
    "query", ["minor=maybe", "weeks=0", "weeks=61", "weeks=x", "weeks=²", "housing=tent"]
)
def test_what_cannot_be_understood_is_left_out(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/timelines/host?{query}")

    assert answer.status_code == 200
    assert len(steps(answer.text)) == 58


def test_texts_open_one_by_one_or_all_at_once(client: FlaskClient) -> None:
    closed, all_open = client.get("/timelines/host").text, client.get("/timelines/host?texts=all").text

    assert closed.count("<details open>") == 0
    assert all_open.count("<details open>") == 58


def test_each_fact_has_a_note_with_its_source_and_whether_somebody_looked(client: FlaskClient) -> None:
    page = client.get("/timelines/host").text

    marks, notes = set(re.findall(r'href="#fact-(\d+)"', page)), re.findall(r'id="fact-(\d+)"', page)
    assert marks == set(notes)
    assert len(notes) == len(set(notes)) > 10
    assert "Written in November 2026, not checked yet." in page


def test_the_page_is_in_the_language_of_its_reader(client: FlaskClient) -> None:
    page = unescape(client.get("/timelines/host?lang=fr").text)

    assert "<h1>Accueillir un jeune de l’étranger</h1>" in page
    assert "Écrire ce que vous pouvez proposer" in page


def test_a_text_in_another_language_says_so(lone: Settings, serve: Serve) -> None:
    shipped = (Path(__file__).parents[2] / "data/timelines/host/timeline.yml").read_text("utf-8")
    head, _key, rest = shipped.partition('    title:\n      en: "Write down what you can offer"\n')
    own = lone.folder / "content/timelines/host/timeline.yml"
    own.parent.mkdir(parents=True)
    one = re.sub(r"(?m)^      en: \|-\n(?:(?:        .*)?\n)+", "", rest, count=2)
    own.write_text(head + "    title:\n" + one, "utf-8")
    app = serve(lone)

    page = unescape(app.test_client().get("/timelines/host").text)

    close(app)
    step = page.partition('id="offer"')[2].partition("</li>")[0]
    assert '<h3 lang="fr">Écrire ce que vous pouvez proposer</h3>' in step
    assert "This part is in French." in step


@pytest.mark.parametrize("path", ["/timelines/host", "/timelines/host?texts=all&lang=fr"])
def test_the_page_is_light(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert len(answer.data) < 45_000
    assert len(client.get(path).data) < HEAVIEST_BYTES * 2


def test_every_paper_that_a_page_links_is_there(client: FlaskClient) -> None:
    page = client.get("/timelines/host").text

    links = set(re.findall(r'href="(/timelines/host/papers/[^"]+)"', page))
    assert len(links) == 2 * 22
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_a_paper_is_a_page_and_a_document(client: FlaskClient) -> None:
    page = client.get("/timelines/host/papers/welcome-sheet").text
    answer = client.get("/timelines/host/papers/welcome-sheet.docx?lang=fr")

    assert '<span class="blank">' in page
    assert "Names and days are filled in when you open this paper from a plan" in page
    assert answer.headers["Content-Disposition"] == 'attachment; filename="welcome-sheet.fr.docx"'
    assert Document(BytesIO(answer.data)).core_properties.language == "fr"


def test_a_message_can_be_begun_as_a_mail(client: FlaskClient) -> None:
    assert 'href="mailto:?subject=' in client.get("/timelines/host/papers/welcome-mail").text
    assert "mailto:?subject" not in client.get("/timelines/host/papers/welcome-sheet").text


@pytest.mark.parametrize(
    "path", ["/timelines/none", "/timelines/host/papers/none", "/timelines/host/papers/none.docx"]
)
def test_what_is_not_there_is_said_so(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_pages_of_the_timeline_are_asked_for_without_a_private_table(sampled_app: Flask) -> None:
    page = sampled_app.test_client().get("/timelines/host")

    assert page.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in page.headers
