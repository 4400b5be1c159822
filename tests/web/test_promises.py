"""The pages on which the site says who runs it and what it promises."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mapsvc.config import Settings
from tests.web.conftest import Serve

ROOT = Path(__file__).parents[2]
PAGES = ("/legal", "/accessibility", "/terms")
TOLD = {
    "operator_name": "Chambre des métiers & Söhne",
    "operator_email": "map@example.org",
    "operator_address": "1 rue du Pont\n67000 Strasbourg",
    "operator_phone": "+33 3 00 00 00 00",
    "hosting_provider": "Example Hosting <Lyon>",
    "data_protection_contact": "dpo@example.org",
}


@pytest.fixture
def told(sampled: Settings, serve: Serve) -> FlaskClient:
    """A reader of a site whose operator has set everything."""
    return serve(sampled.model_copy(update=TOLD | {"base_url": "https://map.example.org/"})).test_client()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", PAGES)
def test_each_promise_is_a_page_that_every_page_leads_to(
    path: str, language: str, client: FlaskClient
) -> None:
    page = client.get(f"{path}?lang={language}")

    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    for other in ("/", "/about", "/nowhere", *PAGES):
        assert f'href="{path}"' in client.get(other).text


def test_the_legal_notice_says_all_that_the_operator_set(told: FlaskClient) -> None:
    page = told.get("/legal").text

    shown = page.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    assert [value for value in TOLD.values() if value not in shown] == []
    assert "Hosting <Lyon>" not in page


def test_the_legal_notice_says_so_where_nobody_is_named(client: FlaskClient) -> None:
    page = client.get("/legal").text

    assert "has not given a name yet" in page
    assert "mailto:" not in page


@pytest.mark.parametrize("path", PAGES)
def test_a_contact_of_the_operator_is_on_each_promise(path: str, told: FlaskClient) -> None:
    assert 'href="mailto:map@example.org"' in told.get(path).text.partition("<footer")[0]


def fields(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_security_txt_holds_what_its_standard_asks_for(told: FlaskClient) -> None:
    answer = told.get("/.well-known/security.txt")

    said = fields(answer.text)
    now = datetime.now(UTC)
    assert answer.content_type == "text/plain; charset=utf-8"
    assert said["Contact"] == "mailto:map@example.org"
    assert now + timedelta(days=178) < datetime.fromisoformat(said["Expires"]) < now + timedelta(days=364)
    assert said["Preferred-Languages"] == "en, fr"
    assert said["Canonical"] == "https://map.example.org/.well-known/security.txt"
    assert said["Policy"] == "https://map.example.org/legal#security"
    assert 'id="security"' in told.get("/legal").text


def test_security_txt_leads_to_the_asked_host_where_no_address_is_set(
    sampled: Settings, serve: Serve
) -> None:
    reader = serve(sampled.model_copy(update={"operator_email": "map@example.org"})).test_client()

    said = fields(reader.get("/.well-known/security.txt").text)

    assert "Canonical" not in said
    assert said["Policy"] == "http://localhost/legal#security"


def test_there_is_no_security_txt_without_somebody_to_write_to(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({}, ["MAPSVC_OPERATOR_NAME", "MAPSVC_OPERATOR_EMAIL"]),
        ({"operator_name": "A"}, ["MAPSVC_OPERATOR_EMAIL"]),
        ({"operator_name": " ", "operator_email": "a@b.example"}, ["MAPSVC_OPERATOR_NAME"]),
        ({"operator_name": "A", "operator_email": "a@b.example"}, []),
    ],
)
def test_the_missing_contacts_are_named_by_their_variables(
    settings: dict[str, str], missing: list[str]
) -> None:
    assert Settings(**settings).missing_contacts == missing


def test_the_way_to_report_a_fault_is_in_the_repository_too() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")

    named = set(re.findall(r"MAPSVC_(\w+)", text))
    assert "/.well-known/security.txt" in text
    assert {name.lower() for name in named} <= set(Settings.model_fields)
