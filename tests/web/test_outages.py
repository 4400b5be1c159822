"""What people see while the database is away, locked, full or read-only, and that it passes by itself."""

import errno
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event
from werkzeug.test import TestResponse

from mapsvc.config import Settings
from mapsvc.gateway import IN_MEMORY, Gateway
from mapsvc.http import Running
from mapsvc.storage import schema
from mapsvc.storage.engine import private_engine
from tests.conftest import PUBLIC_ROLE
from tests.gateway_client import Asked, ask
from tests.postgis import PostgisCluster
from tests.web.conftest import Serve, close

READING = ("/", "/hosts/none", "/download/hosts.csv", "/list?q=x")
SAME_SITE = {"Origin": "http://localhost"}


def asks_to_sign_in(client: FlaskClient, who: str = "anna") -> TestResponse:
    """A form that has something written to the private tables, with the token that the page gave."""
    token = client.get("/sign-in").text.partition('name="csrf_token"')[2].partition('value="')[2]
    form = {"email": f"{who}@example.org", "csrf_token": token.partition('"')[0]}
    return client.post("/sign-in", data=form, headers=SAME_SITE)


def is_said(answer: TestResponse) -> bool:
    """Whether an answer asks to try again later, in words and for programs."""
    return (answer.status_code, answer.headers.get("Retry-After")) == (503, "30") and "again" in answer.text


@contextmanager
def with_engine(app: Flask, **engines: Engine) -> Iterator[None]:
    """Has the application use other engines for a while."""
    held: Running = app.extensions["mapsvc"]
    app.extensions["mapsvc"] = replace(held, **engines)
    yield
    app.extensions["mapsvc"] = held


def test_a_form_is_taken_while_all_is_well(app: Flask) -> None:
    answer = asks_to_sign_in(app.test_client())

    assert answer.status_code in {200, 302, 303}


@pytest.fixture
def spatialite(spatialite_template: Path, tmp_path: Path, serve: Serve) -> Iterator[tuple[Flask, Path]]:
    """The application over a SpatiaLite file, and the file."""
    file = tmp_path / "mapsvc.sqlite"
    file.write_bytes(spatialite_template.read_bytes())
    app = serve(Settings(instance=tmp_path))
    yield app, file
    close(app)


def test_a_file_that_somebody_else_writes_for_long_is_said(spatialite: tuple[Flask, Path]) -> None:
    app, file = spatialite
    client = app.test_client()
    hasty = app.extensions["mapsvc"].private_engine.execution_options(patience_ms=50)

    with (
        closing(sqlite3.connect(file, isolation_level=None)) as other,
        with_engine(app, private_engine=hasty),
    ):
        other.execute("BEGIN IMMEDIATE")
        written = asks_to_sign_in(client)
        read = [client.get(path).status_code for path in READING]
        other.execute("ROLLBACK")
        afterwards = asks_to_sign_in(client)

    assert is_said(written)
    assert read == [200, 404, 200, 200]
    assert afterwards.status_code in {200, 302, 303}


@pytest.mark.parametrize("pragma", ["query_only=ON", "max_page_count=1"], ids=["read-only", "full"])
def test_a_file_that_takes_nothing_more_is_said(spatialite: tuple[Flask, Path], pragma: str) -> None:
    app, file = spatialite
    client = app.test_client()
    with closing(sqlite3.connect(file)) as packed:
        packed.execute("VACUUM")
    engine = private_engine(app.extensions["mapsvc"].settings)
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))

    with with_engine(app, private_engine=engine):
        # Some rows more fit into the pages that are there.
        answers = (asks_to_sign_in(client, str(number)) for number in range(100))
        written = next(answer for answer in answers if answer.status_code >= 400)
        read = [client.get(path).status_code for path in READING]
    engine.dispose()

    assert is_said(written)
    assert read == [200, 404, 200, 200]


def test_connections_that_are_all_in_use_are_said(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    small = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.05}
    public = create_engine(app.extensions["mapsvc"].public_engine.url, **small)
    private = create_engine(settings.database, **small)

    with (
        with_engine(app, public_engine=public, private_engine=private),
        public.connect(),
        private.connect(),
    ):
        answers = [client.get("/hosts/none"), asks_to_sign_in(client)]
    public.dispose()
    private.dispose()

    assert [is_said(answer) for answer in answers] == [True, True]
    assert client.get("/hosts/none").status_code == 404


@pytest.fixture
def own_cluster() -> Iterator[PostgisCluster]:
    """A server that a test may stop."""
    with PostgisCluster.running() as cluster:
        yield cluster


@pytest.mark.postgis
def test_a_server_that_is_stopped_is_said_and_waited_for(
    own_cluster: PostgisCluster, serve: Serve, tmp_path: Path
) -> None:
    url = own_cluster.fresh_database()
    role = own_cluster.as_role(url, PUBLIC_ROLE)
    app = serve_migrated(Settings(instance=tmp_path, database_url=url, public_database_url=role), serve)
    client = app.test_client()
    before = asks_to_sign_in(client)

    own_cluster.halt()
    app.extensions["mapsvc"].directory._looked = 0
    away = [client.get("/hosts/none"), client.get("/download/hosts.csv"), asks_to_sign_in(client)]
    own_cluster.resume()
    app.extensions["mapsvc"].directory._looked = 0
    back = [client.get(path).status_code for path in READING]
    afterwards = asks_to_sign_in(client)
    close(app)

    assert all(is_said(answer) for answer in away if answer.status_code != 200)
    assert is_said(away[0])
    assert is_said(away[2])
    assert back == [200, 404, 200, 200]
    assert before.status_code == afterwards.status_code


@pytest.mark.postgis
def test_a_server_that_only_reads_is_said(
    cluster: PostgisCluster, postgis_template: str, serve: Serve, tmp_path: Path
) -> None:
    url = cluster.fresh_database(template=postgis_template)
    with psycopg.connect(cluster.admin_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on")
    role = cluster.as_role(url, PUBLIC_ROLE)
    app = serve(Settings(instance=tmp_path, database_url=url, public_database_url=role))
    client = app.test_client()

    written = asks_to_sign_in(client)
    read = [client.get(path).status_code for path in READING]
    close(app)

    assert is_said(written)
    assert read == [200, 404, 200, 200]


def serve_migrated(settings: Settings, serve: Serve) -> Flask:
    engine = private_engine(settings)
    schema.migrate(engine, public_url=settings.public_database)
    engine.dispose()
    return serve(settings)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EMFILE])
def test_a_disk_that_takes_nothing_more_is_said(
    number: int, sampled_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampled_app.extensions["mapsvc"].directory, "search", failing(number))

    answer = sampled_app.test_client().get("/")

    assert is_said(answer)


def test_any_other_fault_of_a_file_is_ours(sampled_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampled_app.extensions["mapsvc"].directory, "search", failing(errno.ENOENT))
    monkeypatch.setitem(sampled_app.config, "PROPAGATE_EXCEPTIONS", False)

    assert sampled_app.test_client().get("/").status_code == 500


def failing(number: int) -> Callable[..., Any]:
    def fails(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fails


def test_a_body_for_which_there_is_no_room_is_said(
    sampled_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null")
    body = b"a" * (IN_MEMORY + 1)
    asked = Asked("/sign-in", "POST", [("content-length", str(len(body)))], [body])

    (answer,) = ask(Gateway(sampled_app), asked)

    assert answer.status == 503
    assert dict(answer.headers)[b"retry-after"] == b"30"
