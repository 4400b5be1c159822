"""Every row of the corpus of bad inputs that concerns what we have, given to the real thing.

A row has a check, or a reason in NOT_APPLICABLE; where the issue wins over a row, ISSUE_WINS says so.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import product
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from mapsvc.app import create_app
from mapsvc.config import Settings
from mapsvc.domain.base import Base
from mapsvc.errors import UnreadableFile
from mapsvc.gateway import LARGEST_BODY
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.imports import import_hosts
from mapsvc.services.row_reports import Report
from mapsvc.services.undoing import undo_import
from mapsvc.storage.engine import private_engine, writing
from tests.api.conftest import WORLD
from tests.api.proximity_cases import CASES, SLOWEST_S, Case
from tests.api.tile_decoders import by_mapbox, sites
from tests.conftest import FULL, PUBLIC_ROLE, real_file
from tests.corpus.bodies import BODIES, doors, posted
from tests.corpus.headers import HEADERS, PAGES
from tests.corpus.imports import IMPORTS, Imported
from tests.corpus.wire import (
    SLOW_BODIES,
    SLOW_CHUNKS,
    SLOW_HEADS,
    SlowConnections,
    Slowness,
    raw_answer,
    readers,
    seconds_of_requests,
    sent_until_answered,
    status_of,
)
from tests.directory.worlds import store
from tests.installations import lend
from tests.intake.test_bad_inputs import file_of
from tests.service import RunningService
from tests.web.conftest import Reader

SURFACES = ("import-csv", "import-geojson", "proximity-query", "tile-query", "header", "api-body")
APART = ("CSV-031", "HDR-016", "TILE-013")  # each has a test of its own below

NO_PEOPLE = "there are no pins of people yet: issue A has hosts alone"
NO_JSON = "no route takes JSON: all take forms of ours, whose rights are in the matrix of routes and roles"
NOT_APPLICABLE = {
    "NEAR-024": NO_PEOPLE,
    "NEAR-026": NO_PEOPLE,
    "NEAR-028": NO_PEOPLE,
    "NEAR-029": NO_PEOPLE,
    "TILE-011": NO_PEOPLE,
    "API-008": NO_JSON,
    "API-009": NO_JSON,
    "API-014": NO_JSON,
    "HDR-003": "there is no rate limit yet; that the header is ignored is shown in tests/web/test_http.py",
}
ISSUE_WINS = {
    "NEAR-004": "the row expects 200; the issue sets 0.1 km as the smallest radius, which probes no better",
    "GEO-007": "the row accepts a bare point; the issue imports hosts, and one without a name is none",
    "GEO-020": "the row accepts a bare point; the issue imports hosts, and one without a name is none",
}
SLOWEST_CRAWL_S = 60
STAY = ("changes", "change_counter", "imports", "imported_rows", "sources")  # remember what was undone


@cache
def corpus() -> dict[str, Any]:
    listed = map(json.loads, real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines())
    return {row["id"]: row for row in listed if row["surface"] in SURFACES}


def test_every_row_has_a_check_or_a_reason_and_none_is_unknown() -> None:
    proximity = {id_ for id_, case in CASES.items() if isinstance(case, Case)}
    checked = [*IMPORTS, *proximity, *HEADERS, *BODIES, *APART]

    assert len(checked) == len(set(checked))
    assert set(checked) == set(corpus()) - set(NOT_APPLICABLE)
    assert set(NOT_APPLICABLE) <= set(corpus())
    assert set(ISSUE_WINS) <= set(checked)
    assert {id_ for id_, case in CASES.items() if isinstance(case, Case) and case.note} <= set(ISSUE_WINS)


@pytest.fixture(scope="module", params=["spatialite", pytest.param("postgis", marks=pytest.mark.postgis)])
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, gazetteer: Gazetteer
) -> Settings:
    """An installation with a few listings, which every row leaves as it found it."""
    folder = tmp_path_factory.mktemp("corpus")
    lend(gazetteer, folder)
    if request.param == "spatialite":
        template: Path = request.getfixturevalue("spatialite_template")
        (folder / "mapsvc.sqlite").write_bytes(template.read_bytes())
        settings = Settings(instance=folder)
    else:
        cluster = request.getfixturevalue("cluster")
        url = cluster.fresh_database(template=request.getfixturevalue("postgis_template"))
        settings = Settings(
            instance=folder, database_url=url, public_database_url=cluster.as_role(url, PUBLIC_ROLE)
        )
    engine = private_engine(settings)
    # Far from the numbers that imports will be given.
    store(engine, [row._replace(id=10_000 + row.id, site_key=f"world:{row.site_key}") for row in WORLD])
    engine.dispose()
    return settings


@pytest.fixture(scope="module")
def app(installation: Settings) -> Iterator[Flask]:
    """The whole application over it."""
    app = create_app(installation)
    app.test_client_class = Reader
    yield app
    app.extensions["mapsvc"].public_engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader of it, who sees what the test before has left."""
    app.extensions["mapsvc"].directory.refresh(at_once=True)
    return app.test_client()


@pytest.fixture(scope="module")
def private(installation: Settings) -> Iterator[Engine]:
    """The owner's engine of the installation."""
    engine = private_engine(installation)
    yield engine
    engine.dispose()


def tables(engine: Engine, *, without: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """All that the database holds, but points as geometries, which follow the numbers."""
    with writing(engine) as session:
        return {
            table.name: sorted(map(str, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if not table.name.endswith("_points") and table.name not in without
        }


def bring(engine: Engine, file: Path, gazetteer: Gazetteer, regions: Regions) -> Report:
    with writing(engine) as session:
        return import_hosts(
            session, file, importer="tests", gazetteer=gazetteer, regions=regions, key="a key"
        )


@pytest.mark.parametrize("id_", IMPORTS)
def test_a_file_does_what_its_row_says_and_nothing_by_halves(
    id_: str,
    app: Flask,
    client: FlaskClient,
    private: Engine,
    gazetteer: Gazetteer,
    regions: Regions,
    tmp_path: Path,
) -> None:
    case, file = IMPORTS[id_], file_of(corpus()[id_], tmp_path)
    before, begun = tables(private), time.monotonic()

    if case.refused:
        with pytest.raises(UnreadableFile) as caught:
            bring(private, file, gazetteer, regions)
        assert case.refused in str(caught.value)
        assert time.monotonic() - begun < 5
        assert tables(private) == before
        return

    report = bring(private, file, gazetteer, regions)
    app.extensions["mapsvc"].directory.refresh(at_once=True)
    _check(case, report, client)
    again = bring(private, file, gazetteer, regions)

    assert again.counts["added"] + again.counts["updated"] == 0
    with writing(private) as session:
        for number in (again.import_id, report.import_id):
            assert number is not None
            undo_import(session, number)
    assert tables(private, without=STAY) == {name: rows for name, rows in before.items() if name not in STAY}


def _check(case: Imported, report: Report, client: FlaskClient) -> None:
    counts = {outcome: count for outcome, count in report.counts.items() if count}
    expected = {"added": len(case.hosts), "quarantined": case.quarantined}
    expected |= {"to_locate": case.to_locate, "unchanged": case.unchanged}
    assert counts == {outcome: count for outcome, count in expected.items() if count}
    assert any(case.said in line.reason for line in report.lines)
    known = {row.title for row in WORLD}
    shown = client.get("/api/search?limit=100").get_json()["items"]
    new = [item for item in shown if item["title"] not in known]
    assert tuple((item["title"], (item["lon"], item["lat"])) for item in new) == case.hosts
    assert all(client.get(item["url"]).status_code == 200 for item in new)


def test_roles_in_a_file_give_nobody_a_role(
    private: Engine, client: FlaskClient, app: Flask, gazetteer: Gazetteer, regions: Regions, tmp_path: Path
) -> None:
    report = bring(private, file_of(corpus()["CSV-030"], tmp_path), gazetteer, regions)
    app.extensions["mapsvc"].directory.refresh(at_once=True)

    (item,) = [one for one in client.get("/api/search?limit=100").get_json()["items"] if one["title"] == "A"]
    held = {name: rows for name, rows in tables(private).items() if any("owner_id" in row for row in rows)}
    page = client.get(item["url"]).text

    assert set(held) <= {"sites", "imports"}
    assert not any(word in page for word in ("owner_id", "is_verified", "a@example.org"))
    with writing(private) as session:
        undo_import(session, int(report.import_id or 0))


@pytest.mark.parametrize("id_", [id_ for id_, case in CASES.items() if isinstance(case, Case)])
def test_a_question_is_answered_or_refused_plainly_and_quickly(
    id_: str, client: FlaskClient, private: Engine
) -> None:
    case = CASES[id_]
    assert isinstance(case, Case)
    client.get("/api/search?q=warm")
    begun = time.thread_time()

    answer = client.get(case.path)

    assert case.holds(answer), (answer.status_code, answer.text)
    assert time.thread_time() - begun < SLOWEST_S


def test_a_crawl_over_all_tiles_finds_each_public_site_once_a_zoom(client: FlaskClient) -> None:
    deepest = 6 if FULL else 4
    total = client.get("/api/search").get_json()["total"]
    begun = time.thread_time()

    found = [
        sum(
            sites(by_mapbox(client.get(f"/tiles/{zoom}/{x}/{y}.mvt").data))
            for x, y in product(range(2**zoom), repeat=2)
        )
        for zoom in range(deepest + 1)
    ]

    assert found == [total] * (deepest + 1)
    assert total >= len({row.site_key for row in WORLD})
    assert time.thread_time() - begun < SLOWEST_CRAWL_S


@pytest.mark.parametrize("id_", HEADERS)
def test_a_header_changes_nothing_that_it_should_not(id_: str, client: FlaskClient) -> None:
    otherwise = HEADERS[id_](client, corpus()[id_]["input"])

    assert otherwise == []


@pytest.mark.parametrize("id_", BODIES)
def test_a_body_that_is_no_form_of_ours_changes_nothing(
    id_: str, client: FlaskClient, private: Engine
) -> None:
    before = tables(private)

    taken = BODIES[id_](client, corpus()[id_])

    assert taken == []
    assert tables(private) == before


def test_the_checks_of_bodies_see_a_door_that_opens(client: FlaskClient) -> None:
    first = client.application.before_request_funcs[None]
    first.insert(0, lambda: ("", 200))

    try:
        taken = posted(client, b"{}", "application/json")
    finally:
        del first[0]

    assert len(doors(client.application)) > 5
    assert "/sign-in" in taken


def test_the_checks_of_headers_see_a_fault(client: FlaskClient) -> None:
    plain: dict[str, str] = {}
    french = {"Accept-Language": "fr"}

    assert HEADERS["HDR-001"](client, plain) == list(PAGES)
    assert "/" in HEADERS["HDR-002"](client, french)
    assert HEADERS["HDR-009"](client, french) == ["/"]


@pytest.mark.parametrize("id_", ["HDR-001", "HDR-002", "HDR-009", "HDR-010", "HDR-011"])
def test_a_header_on_the_wire_is_answered_too(id_: str, live_service: RunningService) -> None:
    given = {"Host": "localhost", "Connection": "close"} | corpus()[id_]["input"]
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())

    answer = raw_answer(live_service.url, f"GET / HTTP/1.1\r\n{head}\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 400" if id_ == "HDR-001" else b"HTTP/1.1 200")
    assert b"evil.example" not in answer


def kinds_of_slowness(service: RunningService) -> dict[str, Slowness]:
    with urlopen(f"{service.url}/", timeout=10) as page:
        basemap = re.search(r"/basemap/\w+\.pmtiles", page.read().decode())
    assert basemap
    return {
        "heads": SLOW_HEADS,
        "bodies": SLOW_BODIES,
        "chunks": SLOW_CHUNKS,
        "readers": readers(basemap.group()),
        "downloads": readers("/download/hosts.csv"),
    }


def quick_while(slow: Iterable[SlowConnections], service: RunningService, *, seconds: float) -> bool:
    """Whether normal requests are answered while these go on; one without an answer is raised."""
    end = time.monotonic() + seconds
    taken: list[float] = []
    while time.monotonic() < end:
        taken += seconds_of_requests(service.url, until=min(end, time.monotonic() + 1))
        for connections in slow:
            connections.go_on_with_all()
    return len(taken) > 2 * seconds and quantiles(taken, n=20)[-1] < 1


def test_sixty_slow_connections_of_each_kind_keep_nobody_waiting(live_service: RunningService) -> None:
    with ExitStack() as stack:
        slow = [
            stack.enter_context(SlowConnections(live_service.url, 60, slowness))
            for slowness in kinds_of_slowness(live_service).values()
        ]
        quick = quick_while(slow, live_service, seconds=10)
        held = [len(connections.open) for connections in slow]

    assert quick
    assert held == [60] * len(slow)


@pytest.mark.full
@pytest.mark.parametrize("kind", ["heads", "bodies", "chunks", "readers", "downloads"])
def test_two_hundred_slow_connections_keep_nobody_waiting_for_a_minute(
    kind: str, live_service: RunningService
) -> None:
    with SlowConnections(live_service.url, 200, kinds_of_slowness(live_service)[kind]) as slow:
        quick = quick_while([slow], live_service, seconds=60)
        held = len(slow.open)

    assert quick
    assert held == 200


@pytest.mark.full
@pytest.mark.parametrize(
    "slowness", [SLOW_HEADS, SLOW_BODIES, SLOW_CHUNKS], ids=["heads", "bodies", "chunks"]
)
def test_slow_requests_are_closed_within_half_a_minute(
    slowness: Slowness, live_service: RunningService
) -> None:
    begun = time.monotonic()
    with SlowConnections(live_service.url, 200, slowness) as slow:
        for step in (10, 20):
            seconds_of_requests(live_service.url, until=begun + step)
            slow.go_on()
        left = slow.wait_closed(until=begun + 30)

    assert left == 0
    assert status_of(f"{live_service.url}/healthz") == 200


def test_a_body_of_a_gigabyte_is_refused_before_it_is_sent(live_service: RunningService) -> None:
    head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\nConnection: close\r\n\r\n"

    answer = raw_answer(live_service.url, head.encode() + b"a" * 16_384)

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"At most 1 MB" in answer


def test_a_body_without_an_end_is_refused(live_service: RunningService) -> None:
    sent = sent_until_answered(live_service.url, most=50_000_000)

    assert sent < LARGEST_BODY + 8_000_000  # what lies in between: the buffers of two sockets


def test_two_million_rows_are_refused_while_others_are_served(
    live_service: RunningService, tmp_path: Path
) -> None:
    row = corpus()["CSV-031"]["input"]
    header, line = row["repeat"].splitlines()
    file = tmp_path / "large.csv"
    file.write_text(f"{header}\n" + f"{line}\n" * row["rows"])
    before = live_service.command("imports")
    command = [sys.executable, "-m", "mapsvc", "import-hosts", str(file)]

    with subprocess.Popen(
        command, env=live_service.environment, stderr=subprocess.PIPE, text=True
    ) as importing:
        taken = []
        while importing.poll() is None:
            taken += seconds_of_requests(live_service.url, until=time.monotonic() + 0.2)
        assert importing.stderr is not None
        said = importing.stderr.read()

    assert (importing.returncode, "more than 200000 rows" in said) == (1, True)
    assert quantiles(taken, n=20)[-1] < 1
    assert live_service.command("imports") == before
