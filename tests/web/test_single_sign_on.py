"""Signing in through a real OpenID Connect provider that runs beside the test."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import requests
from flask import Flask
from sqlalchemy import Engine

from mapsvc.config import Settings
from tests.service import free_port
from tests.web.conftest import Serve, close

WAIT_S = 60


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    users = ["--user-claims", '{"sub": "ada", "email": "ada@example.org", "email_verified": true}']
    users += ["--user-claims", '{"sub": "eve", "email": "ada@example.org", "email_verified": false}']
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *users],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            try:
                urlopen(f"{issuer}/.well-known/openid-configuration", timeout=2).close()
                break
            except (URLError, OSError):
                time.sleep(0.2)
        yield issuer
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def app(settings: Settings, serve: Serve, provider: str) -> Iterator[Flask]:
    app = serve(
        settings.model_copy(
            update={
                "oidc_issuer": provider,
                "oidc_client_id": "mapsvc",
                "oidc_client_secret": "a secret",
                "oidc_name": "School login",
            }
        )
    )
    yield app
    close(app)


def through(app: Flask, who: str) -> tuple[int, str, int]:
    """Signs in at the provider: status and place of the answer on coming back, then that of the account."""
    client = app.test_client()
    leaving = client.get("/sign-in/with?next=/people")
    there = requests.post(leaving.location, data={"sub": who}, allow_redirects=False, timeout=20)
    back = urlsplit(there.headers["Location"])
    answer = client.get(f"{back.path}?{back.query}")
    return answer.status_code, answer.location or "", client.get("/account/").status_code


def test_a_checked_address_of_the_provider_signs_in(app: Flask, engine: Engine) -> None:
    assert through(app, "ada") == (303, "/people", 200)


def test_an_address_that_the_provider_has_not_checked_does_not(app: Flask) -> None:
    assert through(app, "eve") == (400, "", 303)


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(app: Flask) -> None:
    client = app.test_client()
    leaving = client.get("/sign-in/with")
    there = requests.post(leaving.location, data={"sub": "ada"}, allow_redirects=False, timeout=20)
    back = urlsplit(there.headers["Location"])

    answer = app.test_client().get(f"{back.path}?{back.query}")

    assert answer.status_code == 400
    assert "Sign in by mail instead" in answer.text


def test_a_token_that_was_made_for_another_sign_in_is_refused(app: Flask) -> None:
    client = app.test_client()
    leaving = client.get("/sign-in/with")
    there = requests.post(leaving.location, data={"sub": "ada"}, allow_redirects=False, timeout=20)
    back = urlsplit(there.headers["Location"])
    with client.session_transaction() as cookie:
        (asked,) = (value for name, value in cookie.items() if name.startswith("_state_oidc_"))
        asked["data"]["nonce"] = "of another"
        cookie.modified = True

    answer = client.get(f"{back.path}?{back.query}")

    assert answer.status_code == 400
    assert "Sign in by mail instead" in answer.text
    assert client.get("/account/").status_code == 303


def test_the_sign_in_page_names_the_provider_where_there_is_one(app: Flask, sampled_app: Flask) -> None:
    link = re.compile(r'href="/sign-in/with[^"]*">Sign in with School login')

    assert link.search(app.test_client().get("/sign-in").text)
    assert "/sign-in/with" not in sampled_app.test_client().get("/sign-in").text
    assert sampled_app.test_client().get("/sign-in/with").status_code == 404


def test_a_provider_that_is_away_is_said_kindly(settings: Settings, serve: Serve) -> None:
    away = settings.model_copy(
        update={
            "oidc_issuer": f"http://127.0.0.1:{free_port()}",
            "oidc_client_id": "x",
            "oidc_client_secret": "y",
        }
    )
    app = serve(away)

    answer = app.test_client().get("/sign-in/with")
    close(app)

    assert answer.status_code == 400
    assert "Sign in by mail instead" in answer.text
