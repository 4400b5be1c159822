"""Everybody reads while somebody writes: no answer is wrong, none fails, and memory does not grow."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine
from werkzeug.serving import make_server

from benchmarks.peers.processes import proportional_mb
from mapsvc.app import create_app
from mapsvc.config import Settings
from mapsvc.directory import directory
from mapsvc.directory.answers import View
from mapsvc.directory.directory import Directory
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.storage.engine import private_engine
from tests.conftest import PUBLIC_ROLE
from tests.installations import copy, lend
from tests.postgis import PostgisCluster
from tests.service import RunningService
from tests.soak import ledger
from tests.soak.reading import Wrong
from tests.soak.running import Soak
from tests.web.conftest import close

WRITES_PER_S = 20
SHORT_S, LONG_S = 4, 600
GROWTH_MB = 12.0
"""By how much a worker may hold more in the last third than in the second: a view or two more are kept."""
KINDS = ("_search", "_nearest", "_window", "_tile", "_page", "not modified")


@contextmanager
def served(settings: Settings, gazetteer: Gazetteer) -> Iterator[str]:
    """The address of the application over an installation, answering in threads of this process."""
    lend(gazetteer, settings.folder)
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        close(app)


def test_every_answer_is_right_while_the_directory_is_written(
    settings: Settings, engine: Engine, gazetteer: Gazetteer
) -> None:
    with served(settings, gazetteer) as url:
        soak = Soak(url, engine)
        soak.run(SHORT_S, writes_per_s=WRITES_PER_S)

    assert len(soak.seen_s) == soak.done["write"] > SHORT_S
    assert all(soak.done[kind] for kind in KINDS[:-1]), soak.done


def test_a_service_that_does_not_follow_is_found_out(
    settings: Settings, engine: Engine, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "LATE_S", 1.0)
    with served(settings, gazetteer) as url:
        soak = Soak(url, engine, at_work=lambda: monkeypatch.setattr(directory, "REFRESH_S", 3600))

        with pytest.raises(Wrong, match="not seen after"):
            soak.run(30, writes_per_s=WRITES_PER_S)


def test_a_map_that_loses_a_site_is_found_out(
    settings: Settings, engine: Engine, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Directory.viewport

    def losing(self: Directory, *asked: Any) -> View:
        view = whole(self, *asked)
        return replace(view, total=view.total - 1, pins=view.pins[1:]) if len(view.pins) > 1 else view

    with served(settings, gazetteer) as url:
        soak = Soak(url, engine, at_work=lambda: monkeypatch.setattr(Directory, "viewport", losing))

        with pytest.raises(Wrong, match="viewport"):
            soak.run(30, writes_per_s=1)


@dataclass
class Memory:
    """What the web workers of a service hold, looked at again and again."""

    service: RunningService
    held_mb: list[float] = field(default_factory=list)

    def look(self) -> None:
        marks = self.service.folder / f"workers-{urlsplit(self.service.url).port}"
        self.held_mb.append(max(proportional_mb(int(mark.name)) for mark in marks.iterdir()))

    def grown_mb(self) -> float:
        """How much more the largest worker held in the last third than in the second."""
        third = len(self.held_mb) // 3
        middle, last = self.held_mb[third : 2 * third], self.held_mb[2 * third :]
        return max(last) - max(middle)


@pytest.fixture
def on_spatialite(prepared: Path, tmp_path: Path) -> dict[str, str]:
    copy(prepared, tmp_path)
    return {}


@pytest.fixture
def on_postgis(
    cluster: PostgisCluster, postgis_template: str, gazetteer: Gazetteer, tmp_path: Path
) -> dict[str, str]:
    url = cluster.fresh_database(template=postgis_template)
    lend(gazetteer, tmp_path)
    return {"database_url": url, "public_database_url": cluster.as_role(url, PUBLIC_ROLE)}


@pytest.mark.full
@pytest.mark.parametrize("given", ["on_spatialite", pytest.param("on_postgis", marks=pytest.mark.postgis)])
def test_a_service_answers_rightly_for_ten_minutes_and_does_not_grow(
    given: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    urls: dict[str, str] = request.getfixturevalue(given)
    engine = private_engine(Settings(instance=tmp_path, **urls))
    variables = {f"MAPSVC_{name.upper()}": url for name, url in urls.items()}
    with RunningService.started(tmp_path, prepare=True, **variables) as service:
        memory = Memory(service)
        soak = Soak(service.url, engine, meanwhile=memory.look)
        soak.run(LONG_S, writes_per_s=WRITES_PER_S)
    engine.dispose()

    # Said, not judged: how soon a change shows depends on what else the machine does.
    cuts = quantiles(soak.seen_s, n=100)
    print(f"{given}: seen after {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s; {dict(soak.done)}")  # noqa: T201
    print(f"largest worker, MB: {[round(one) for one in memory.held_mb[::30]]}")  # noqa: T201
    assert len(soak.seen_s) == soak.done["write"] >= LONG_S * WRITES_PER_S / 10
    assert all(soak.done[kind] for kind in KINDS), soak.done
    assert memory.grown_mb() < GROWTH_MB, memory.held_mb
