"""What every test may ask for: databases of both kinds, places, a running service."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.storage import schema
from mapsvc.storage.engine import private_engine, public_engine, writing
from tests import statements
from tests.databases import LentDatabases
from tests.installations import DATABASE, built_once, copy, lend, prepare
from tests.postgis import PostgisCluster, place_in_memory
from tests.service import RunningService

SHARED = Path(__file__).parents[2] / "shared"
CI = os.environ.get("CI") == "true"
FULL = bool(os.environ.get("MAPSVC_TEST_FULL"))
PUBLIC_ROLE = "mapsvc_public"
GARBAGE_AFTER = 5_000  # new objects
statements.keep_for_all()
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place_in_memory()))
# Files that take long, begun first: so the processes that share the files end together.
LONG = ("tests/browser/", "tests/test_", "tests/storage/test_public_engine", "tests/web/")


def real_file(name: str) -> Path:
    """A file of the shared data; a test that needs it skips where it is absent, and fails in CI."""
    path = SHARED / name
    if not path.exists():
        (pytest.fail if CI else pytest.skip)(f"{name} is not beside the project")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts long files first, and leaves the tests of the full counts to `make test-full`."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if not FULL:
        skip = pytest.mark.skip(reason="runs with the full counts: make test-full")
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(skip)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Lets garbage be looked for among what the tests make, and not among the tests: that took a fifth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 10, 10)


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgisCluster]:
    """A PostGIS cluster of the suite's own, on a free loopback port."""
    with PostgisCluster.running() as running:
        yield running


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def spatialite_template(shared: Path) -> Path:
    """A migrated SpatiaLite file, to be copied."""

    def migrated(folder: Path) -> None:
        engine = private_engine(Settings(instance=folder))
        schema.migrate(engine)
        engine.dispose()

    return built_once(shared, "migrated", migrated) / DATABASE


@pytest.fixture(scope="session")
def prepared(shared: Path, gazetteer: Gazetteer) -> Path:
    """The folder of an installation on SpatiaLite with seed and samples, to be copied."""

    def make(folder: Path) -> None:
        lend(gazetteer, folder)
        prepare(folder)

    return built_once(shared, "prepared", make)


@pytest.fixture(scope="session")
def postgis_template(cluster: PostgisCluster) -> str:
    """The URL of a migrated PostGIS database, to be used as a template."""
    url = cluster.fresh_database()
    settings = Settings(database_url=url, public_database_url=cluster.as_role(url, PUBLIC_ROLE))
    engine = private_engine(settings)
    schema.migrate(engine, public_url=settings.public_database)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def databases(cluster: PostgisCluster, postgis_template: str) -> LentDatabases:
    """Empty, migrated PostGIS databases, one for a test at a time."""
    return LentDatabases(cluster, postgis_template)


@pytest.fixture(params=["spatialite", pytest.param("postgis", marks=pytest.mark.postgis)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty, migrated installation: each test runs on both databases."""
    if request.param == "spatialite":
        shutil.copy(request.getfixturevalue("spatialite_template"), tmp_path / DATABASE)
        yield Settings(instance=tmp_path)
        return
    cluster = request.getfixturevalue("cluster")
    with request.getfixturevalue("databases").lent() as url:
        yield Settings(
            instance=tmp_path, database_url=url, public_database_url=cluster.as_role(url, PUBLIC_ROLE)
        )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The private engine of the installation."""
    engine = private_engine(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def public(settings: Settings) -> Iterator[Engine]:
    """The public engine of the installation."""
    engine = public_engine(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that writes; what a test leaves uncommitted is gone."""
    with writing(engine) as session:
        yield session


@pytest.fixture(scope="session")
def gazetteer(shared: Path) -> Gazetteer:
    """The gazetteer, built once for all tests: of the processes that ask at once, one builds it."""
    return Gazetteer.open(shared / "gazetteer")


@pytest.fixture(scope="session")
def regions() -> Regions:
    """The regions that ship with the program."""
    return Regions.load()


@pytest.fixture(scope="session")
def live_service(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A real `mapsvc serve` over seed and samples, in a folder and on a port of its own."""
    folder = tmp_path_factory.mktemp("instance")
    copy(prepared, folder)
    with RunningService.started(folder, prepare=True) as service:
        yield service


@pytest.fixture(scope="session")
def live_server(live_service: RunningService) -> str:
    """The address of the running service, without a slash at the end."""
    return live_service.url
