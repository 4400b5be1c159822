"""The whole service over a filled directory, and what its pages are made of."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from mapsvc.app import Service, create_app
from mapsvc.config import Settings
from mapsvc.directory import directory
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services import loading
from mapsvc.storage.engine import private_engine, writing
from tests.addresses import KnownAddresses
from tests.installations import copy, lend

Serve = Callable[[Settings], Flask]


class Reader(FlaskClient):
    """A client that reads every answer to its end, and so leaves no file open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **({"buffered": True} | kwargs))


@pytest.fixture(scope="session")
def serve(gazetteer: Gazetteer, shared: Path) -> Serve:
    """Makes the application of an installation, with the gazetteer and templates that all tests share."""
    (shared / "templates").mkdir(exist_ok=True)
    compiled = FileSystemBytecodeCache(str(shared / "templates"))
    Service.url_map_class = KnownAddresses

    def made(settings: Settings) -> Flask:
        lend(gazetteer, settings.folder)
        app = create_app(settings)
        app.jinja_env.bytecode_cache = compiled
        app.test_client_class = Reader
        return app

    return made


@pytest.fixture(scope="session")
def sampled(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation on SpatiaLite with the seed directory and the samples; tests only read it."""
    folder = tmp_path_factory.mktemp("sampled")
    copy(prepared, folder)
    return Settings(instance=folder)


@pytest.fixture(scope="session")
def sampled_app(sampled: Settings, serve: Serve) -> Flask:
    """The application over the samples."""
    return serve(sampled)


@pytest.fixture
def client(sampled_app: Flask) -> FlaskClient:
    """A reader without cookies, over the samples."""
    return sampled_app.test_client()


@pytest.fixture
def app(settings: Settings, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application over an empty directory, on both databases; it sees at once what a test writes."""
    monkeypatch.setattr(directory, "REFRESH_S", 0)
    app = serve(settings)
    yield app
    close(app)


def close(app: Flask) -> None:
    """Closes the connections of an application."""
    app.extensions["mapsvc"].public_engine.dispose()
    app.extensions["mapsvc"].private_engine.dispose()


def fill(settings: Settings, gazetteer: Gazetteer, regions: Regions) -> None:
    """Loads the seed directory and the samples."""
    engine = private_engine(settings)
    with writing(engine) as session:
        loading.load_seed(session, gazetteer=gazetteer, regions=regions)
        loading.load_samples(session, areas=gazetteer, regions=regions)
    engine.dispose()
