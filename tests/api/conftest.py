"""A client of the doors for machines alone, over a small known directory."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from mapsvc import api, http, i18n
from mapsvc.config import Settings
from mapsvc.content.library import Shelf
from mapsvc.directory.directory import Directory
from mapsvc.http import Running
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.presentation.items import Items
from mapsvc.services.corrected_shelves import CorrectedShelf
from mapsvc.services.coverages import Coverages
from tests.directory.worlds import TODAY, row, store

STRASBOURG = (7.75, 48.58)
COMO = (9.0852, 45.8081)
WORLD = (
    row(
        STRASBOURG,
        id=1,
        site_key="site:1",
        title="Menuiserie Muller",
        place="Strasbourg",
        region="FR-67",
        facets={"sector": ["wood"], "language": ["de", "fr"], "field": ["0722"], "accommodation": ["helped"]},
        min_age=16,
        periods=[["2027-03-01", "2027-04-30", 2]],
        confirmed=True,
    ),
    row(
        STRASBOURG,
        id=2,
        site_key="site:1",
        title="Menuiserie Muller",
        place="Strasbourg",
        region="FR-67",
        facets={"sector": ["wood"], "language": ["fr"], "field": ["0732"], "access": ["wheelchair"]},
    ),
    row(
        (9.0852, 45.8081),
        id=3,
        title="{{7*7}} <script>",
        place="Como",
        country="IT",
        region="IT-CO",
        sample=True,
    ),
    row((-179.99, 0.0), id=4, title="Île du Levant", place="", country="", region=""),
    row((24.0, 89.999), id=5, title="Pole Station", place="", country="", region=""),
)


def service(settings: Settings, public: Engine, gazetteer: Gazetteer, regions: Regions) -> Flask:
    """An application that has nothing but the doors for machines."""
    app = Flask("tests")
    app.config.update(SECRET_KEY="tests", TESTING=True)
    directory = Directory(public, today=lambda: TODAY)
    app.extensions["mapsvc"] = Running(
        settings=settings,
        public_engine=public,
        private_engine=public,  # which these doors never ask
        directory=directory,
        gazetteer=gazetteer,
        regions=regions,
        items=Items(directory, public, regions),
        shelf=CorrectedShelf(Shelf(), public),
        coverages=Coverages(directory),
    )
    i18n.init_app(app)
    http.init_app(app)
    for blueprint in api.BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


@pytest.fixture
def client(
    engine: Engine, settings: Settings, public: Engine, gazetteer: Gazetteer, regions: Regions
) -> FlaskClient:
    """A client over the world."""
    store(engine, list(WORLD))
    return service(settings, public, gazetteer, regions).test_client()


def asked(client: FlaskClient, path: str, status: int = 200) -> dict[str, Any]:
    """The JSON that a path answers with that status."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.get_json()
    return found
