"""No request that would change something works from another site: every unsafe route, every way of asking."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from mapsvc.config import Settings
from mapsvc.domain.base import Base
from mapsvc.domain.people import Role
from mapsvc.storage.engine import reading
from tests.web.conftest import Serve, close
from tests.web.decisions import World, kinds, make_world
from tests.web.signed_in import ORIGIN, given, sign_in, token_of

FOREIGN = "https://evil.example"
# Mail programs post to these without origin, cookie or token: their addresses alone open them (RFC 8058).
FROM_ANYWHERE = {"alerts.stop"}
# A page that a device kept has no token; our origin is asked for all the same.
WITHOUT_TOKEN = {"offline.count_kept"}


@pytest.fixture
def world(settings: Settings, engine: Engine) -> World:
    return make_world(settings, engine)


@pytest.fixture
def app(settings: Settings, serve: Serve, world: World) -> Iterator[Flask]:
    app = serve(settings)
    yield app
    close(app)


@pytest.fixture
def client(app: Flask, engine: Engine) -> FlaskClient:
    """Somebody who may do everything, so that nothing but the origin and the token stands in the way."""
    client = app.test_client()
    given(engine, "admin@example.org", Role.ADMINISTRATOR)
    sign_in(client, engine, "admin@example.org")
    return client


def state(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table that is no geometry."""
    with reading(engine) as session:
        return {
            table.name: sorted(map(str, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if not table.name.endswith("_points")
        }


def unsafe(app: Flask, world: World) -> Iterator[tuple[str, str, bool]]:
    """What would change something, for each kind that a path names: method, path, if it needs a token."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in FROM_ANYWHERE:
            continue
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            for kind in kinds(rule):
                yield method, world.path(app, rule, None, kind=kind), rule.endpoint not in WITHOUT_TOKEN


def test_nothing_is_changed_without_our_origin_and_token(
    app: Flask, client: FlaskClient, engine: Engine, world: World
) -> None:
    token = token_of(client)
    before = state(engine)

    answers = {}
    for method, path, needs_token in unsafe(app, world):
        for name, headers, data in (
            ("no origin", {}, {"csrf_token": token}),
            ("a null origin", {"Origin": "null"}, {"csrf_token": token}),
            ("a foreign origin", {"Origin": FOREIGN}, {"csrf_token": token}),
            ("a foreign origin, our referrer", {"Origin": FOREIGN, "Referer": ORIGIN}, {"csrf_token": token}),
            ("no token", {"Origin": ORIGIN}, {}),
            ("a wrong token", {"Origin": ORIGIN}, {"csrf_token": "x" + token}),
            ("plain text", {"Origin": FOREIGN, "Content-Type": "text/plain"}, None),
        ):
            if headers.get("Origin") == ORIGIN and not needs_token:
                continue
            answer = client.open(path, method=method, headers=headers, data=data)
            answers[method, path, name] = answer.status_code

    assert answers
    assert {key: status for key, status in answers.items() if status not in {400, 403}} == {}
    assert state(engine) == before


def test_nothing_but_the_end_of_mails_may_be_asked_from_anywhere_and_nothing_but_a_count_without_token(
    app: Flask,
) -> None:
    found = {
        mark: {name for name, view in app.view_functions.items() if getattr(view, mark, False)}
        for mark in ("from_anywhere", "without_token")
    }

    assert found == {"from_anywhere": FROM_ANYWHERE, "without_token": WITHOUT_TOKEN}


def test_no_form_is_taken_with_a_character_that_one_database_refuses(
    app: Flask, client: FlaskClient, engine: Engine, world: World
) -> None:
    before, data = state(engine), {"csrf_token": token_of(client), "text": "a\x00b"}

    answers = {
        path: client.open(path, method=method, headers={"Origin": ORIGIN}, data=data).status_code
        for method, path, _token in unsafe(app, world)
    }

    assert set(answers.values()) == {400}
    assert state(engine) == before


@pytest.mark.parametrize(
    "path",
    [
        *(f"/hosts/%00/{way}" for way in ("claim", "correct", "remove")),
        "/people?words=%00",
        *(f"/audit?{name}=%00" for name in ("action", "subject", "person", "day")),
        "/desk/hosts?words=%00",
    ],
)
def test_no_page_fails_on_a_character_that_one_database_refuses(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code < 500


def test_the_same_requests_with_origin_and_token_do_change_something(
    app: Flask, client: FlaskClient, engine: Engine
) -> None:
    before = state(engine)

    answer = client.post(
        "/account/",
        data={"csrf_token": token_of(client), "name": "Ada", "language": "fr"},
        headers={"Origin": ORIGIN},
    )

    assert answer.status_code == 303
    assert state(engine) != before
