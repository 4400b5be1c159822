"""The privacy notice says all that stands in the data register, in the reader's language."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mapsvc.config import Settings
from mapsvc.domain.register import OWN, SHIPPED, InvalidRegister, read_register
from mapsvc.resources import resource
from tests.web.conftest import Serve

LANGUAGES = ("en", "fr")
TOLD = {
    "operator_name": "Chambre des métiers & Söhne",
    "operator_email": "map@example.org",
    "operator_address": "1 rue du Pont\n67000 Strasbourg",
    "data_protection_contact": "dpo@example.org",
}


def text_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def lone(tmp_path: Path, spatialite_template: Path) -> Settings:
    """An installation of its own, that may have a register of its own."""
    (tmp_path / "mapsvc.sqlite").write_bytes(spatialite_template.read_bytes())
    return Settings(instance=tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_says_every_text_of_the_register(language: str, client: FlaskClient) -> None:
    shown = text_of(client.get(f"/privacy?lang={language}").text)

    for entry in read_register(resource(SHIPPED)).entries:
        said = (entry.name, entry.what, entry.purpose, entry.basis, entry.kept, entry.seen_by)
        missing = [words[language] for words in said if words[language] not in shown]
        assert missing == [], entry.key
        assert entry.place is None or entry.place[language] in shown
        assert [column for column in entry.columns if column not in shown] == []


def test_each_part_of_the_notice_can_be_linked_to(client: FlaskClient) -> None:
    page = client.get("/privacy").text

    ids = re.findall(r'\bid="([\w-]+)"', page.partition("<main")[2].partition("</main")[0])
    wanted = re.findall(r'href="#([\w-]+)"', page.partition("<main")[2])
    assert len(ids) == len(set(ids))
    assert {"rights", "how", "part-account", "part-hosts", "data-suppressions"} <= set(ids)
    assert set(wanted) <= set(ids)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/legal", "/nowhere"])
def test_every_page_leads_to_the_notice(path: str, client: FlaskClient) -> None:
    assert 'href="/privacy"' in client.get(path).text


def test_where_one_signs_in_it_is_said_what_an_account_holds(client: FlaskClient) -> None:
    assert 'href="/privacy#part-account"' in client.get("/sign-in").text


def test_the_notice_says_who_is_responsible(sampled: Settings, serve: Serve) -> None:
    reader = serve(sampled.model_copy(update=TOLD)).test_client()

    page = unescape(reader.get("/privacy").text)

    assert [value for value in TOLD.values() if value not in page] == []
    assert 'href="mailto:dpo@example.org"' in page


def test_the_notice_says_so_where_nobody_is_responsible_yet(client: FlaskClient) -> None:
    page = client.get("/privacy").text

    assert "has not given a name yet" in page
    assert "mailto:" not in page


def test_an_installation_says_it_in_its_own_words_and_as_text(lone: Settings, serve: Serve) -> None:
    shipped = resource(SHIPPED).read_text("utf-8")
    own = shipped.replace("As long as the operator keeps the log.", "<b>Four weeks</b> {{ 7 * 7 }}.")
    (lone.folder / OWN).write_text(own, "utf-8")

    page = serve(lone).test_client().get("/privacy").text

    assert "&lt;b&gt;Four weeks&lt;/b&gt; {{ 7 * 7 }}." in page


def test_a_register_that_leaves_a_column_out_keeps_the_service_from_starting(
    lone: Settings, serve: Serve
) -> None:
    shipped = resource(SHIPPED).read_text("utf-8")
    (lone.folder / OWN).write_text(shipped.replace("accounts.name, ", ""), "utf-8")

    with pytest.raises(InvalidRegister, match=r"accounts\.name has no entry"):
        serve(lone)
