"""Empty installations for tests that go through sequences, a new one for each sequence."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mapsvc.config import Settings
from tests.installations import DATABASE
from tests.services.pin_steps import Installed


@pytest.fixture
def on_spatialite(spatialite_template: Path) -> Installed:
    """Empty installations on SpatiaLite, one for each sequence."""

    @contextmanager
    def installed() -> Iterator[Settings]:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(spatialite_template, Path(folder) / DATABASE)
            yield Settings(instance=Path(folder))

    return installed


@pytest.fixture
def on_postgis(request: pytest.FixtureRequest) -> Installed:
    """The same on PostGIS."""
    cluster, databases = request.getfixturevalue("cluster"), request.getfixturevalue("databases")

    @contextmanager
    def installed() -> Iterator[Settings]:
        with tempfile.TemporaryDirectory() as folder, databases.lent() as url:
            public = cluster.as_role(url, "mapsvc_public")
            yield Settings(instance=Path(folder), database_url=url, public_database_url=public)

    return installed
