"""Every page of kits, courses and timelines is there in each language, and valid."""

import pytest
from flask.testing import FlaskClient

from tests.content_pages import LANGUAGES, every_path
from tests.web.well_formed import faults_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_content_is_valid_in_each_language(language: str, client: FlaskClient) -> None:
    wrong = []
    for path in every_path():
        page = client.get(path, headers={"Accept-Language": language})
        wrong += [f"{path}: {fault}" for fault in faults_of(page.text)]
        if page.status_code != 200 or f'<html lang="{language}"' not in page.text:
            wrong.append(f"{path}: {page.status_code}, not in this language")

    assert len(every_path()) > 70
    assert wrong == []


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<p><ul></ul></p>", "ul in a paragraph"),
        ("<div><b></div>", "div closes something else"),
        ("<p>", "p stays open"),
        ("<p>&lt;h2&gt;Keep&lt;/h2&gt;</p>", "a tag to be read"),
        ("<div><td></td></div>", "td outside of"),
        ('<i id="a"></i><i id="a"></i>', "id a twice"),
        ('<a href="#b"></a>', "b is not there"),
    ],
)
def test_what_is_not_valid_is_noticed(page: str, said: str) -> None:
    assert any(said in fault for fault in faults_of(page))
