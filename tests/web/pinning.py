"""People who put a stay on the map by the real form, the mailed link and a moderator."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.people import Letter, Role
from mapsvc.storage.engine import reading
from tests.letters import link_in
from tests.web.signed_in import given, post, sign_in

MODERATOR = "mo@example.org"
FILLED: dict[str, Any] = {
    "age": "20",
    "town": "Como",
    "field": "0716",
    "year": "2024",
    "length": "6",
    "length_unit": "weeks",
    "from_country": "FR",
    "languages": ["it"],
    "story": "The bakery opens at four.",
    "display_name": "Ana",
    "email": "ana@example.org",
    "agree": "y",
}


def sent(client: FlaskClient, path: str = "/alumni/new", **said: Any) -> TestResponse:
    """The answer to a filled form, once its area was looked at."""
    return post(client, path, looked_at(client, path, **said))


def looked_at(client: FlaskClient, path: str, **said: Any) -> dict[str, Any]:
    """A filled form whose area was looked at: what is sent next."""
    filled = {**FILLED, **said}
    shown = post(client, path, filled)
    assert shown.status_code == 200, shown.text
    return {**filled, "seen": _hidden(shown, "seen"), "place": place_in(shown)}


def place_in(shown: TestResponse) -> str:
    """The number of the town that a form holds."""
    return _hidden(shown, "place")


def pinned(app: Flask, engine: Engine, *, network: str = "192.0.2.1", **said: Any) -> FlaskClient:
    """Somebody whose stay everybody sees, signed in."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = network
    assert sent(client, **said).status_code == 200
    with reading(engine) as session:
        body = session.scalars(select(Letter.body).order_by(Letter.id.desc())).first() or ""
    assert post(client, "/alumni" + link_in(body).partition("/alumni")[2]).status_code == 303
    _approve_last(app, engine)
    return client


def last_pin(engine: Engine) -> Pin:
    """The stay that was put on the map last."""
    with reading(engine) as session:
        return session.scalars(select(Pin).order_by(Pin.id.desc())).first()  # type: ignore[return-value]


def _approve_last(app: Flask, engine: Engine) -> None:
    given(engine, MODERATOR, Role.MODERATOR)
    moderator = app.test_client()
    sign_in(moderator, engine, MODERATOR)
    with reading(engine) as session:
        number = session.scalar(select(func.max(PinSubmission.id)))
    assert post(moderator, f"/review/stays/{number}/approve").status_code == 303


def _hidden(shown: TestResponse, name: str) -> str:
    return shown.text.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]
