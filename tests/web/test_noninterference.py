"""Which town of an area somebody chose changes no byte of what anybody else can ask for."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from mapsvc.access import pin_projections
from mapsvc.directory import directory
from mapsvc.domain.alumni import Pin
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.services import pinning
from mapsvc.storage.engine import private_engine
from tests.conftest import FULL
from tests.web.conftest import Serve, close
from tests.web.pinning import FILLED
from tests.web.signed_in import post
from tests.web.worlds import (
    Choice,
    World,
    asked_of,
    choices,
    empty,
    fix_clock,
    public_tables,
    routes_of,
    seen,
)

WORLDS = 50 if FULL else 5
PEOPLE = 2  # of a world
SEED = 20

Worlds = tuple[World, World]
Log = pytest.LogCaptureFixture


@pytest.fixture(params=["spatialite", pytest.param("postgis", marks=pytest.mark.postgis)])
def worlds(
    request: pytest.FixtureRequest, tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Worlds]:
    """Two installations in which nothing has happened yet, at one moment."""
    monkeypatch.setattr(directory, "REFRESH_S", 0)
    with ExitStack() as stack:
        made = []
        for side in (0, 1):
            settings = empty(request, tmp_path / str(side), stack)
            engine: Engine = private_engine(settings)
            stack.callback(engine.dispose)
            app = serve(settings)
            stack.callback(close, app)
            made.append(World(app, engine, side))
        fix_clock(monkeypatch)
        yield made[0], made[1]


def logged(log: Log) -> list[str]:
    """What was logged since this was asked last."""
    said = [f"{record.name} {record.levelname} {record.getMessage()}" for record in log.records]
    log.clear()
    return said


@pytest.fixture
def log(caplog: Log) -> Log:
    caplog.set_level(logging.DEBUG, logger="mapsvc")
    caplog.set_level(logging.DEBUG, logger="werkzeug")
    return caplog


def people(
    worlds: Worlds, chosen: list[Choice], first: int, monkeypatch: pytest.MonkeyPatch, log: Log
) -> list[tuple[Choice, str, int]]:
    """The choices with the slug and the number of who made them, the same in both worlds."""
    made = []
    for number, choice in enumerate(chosen, first):
        slug = f"{number:016x}"
        one, other = ((world.put(choice, number, slug, monkeypatch), logged(log)) for world in worlds)
        assert one == other
        made.append((choice, f"stay-{slug}", one[0]))
    return made


def differing(worlds: Worlds, paths: list[str], log: Log) -> list[str]:
    """The addresses whose answers, or what is logged of them, differ in anything."""
    readers = [world.app.test_client() for world in worlds]
    answers = {path: [(seen(reader, path), logged(log)) for reader in readers] for path in paths}
    return [path for path, (one, other) in answers.items() if one != other]


def test_no_answer_tells_two_towns_of_an_area_apart(
    worlds: Worlds, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    drawn = choices(gazetteer, Random(SEED))
    found: list[str] = []
    asked = 0
    for world in range(WORLDS):
        made = people(worlds, [next(drawn) for _one in range(PEOPLE)], world * PEOPLE, monkeypatch, log)
        paths = [path for choice, slug, _id in made for path in asked_of(gazetteer, choice, slug)]
        if world in {0, WORLDS - 1}:
            choice, slug, number = made[-1]
            paths += routes_of(worlds[0].app, slug, number, choice.area)
            paths += ["/download/hosts.geojson", "/download/hosts.xlsx", "/api/search?limit=100&sort=name"]
        asked += len(paths)
        found += differing(worlds, paths, log)

    assert asked > WORLDS * PEOPLE * 50
    assert found == []
    assert public_tables(worlds[0].app) == public_tables(worlds[1].app)


def test_a_point_that_is_smuggled_into_the_form_is_refused_alike(
    worlds: Worlds, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    choice = next(choices(gazetteer, Random(SEED)))
    answers = []
    for world in worlds:
        town = choice.towns[world.side]
        sent: dict[str, Any] = {**FILLED, "lat": f"{town.lat}", "lon": f"{town.lon}"}
        answers.append(post(world.app.test_client(), "/alumni/new", sent))

    made = people(worlds, [choice], 0, monkeypatch, log)

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].data == answers[1].data
    assert differing(worlds, asked_of(gazetteer, choice, made[0][1]), log) == []


def the_point_of_the_town(gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch) -> None:
    def area_of(draft: Any, areas: Any) -> Any:
        town = gazetteer.place(draft.place_id)
        assert town is not None
        return replace(areas.area_of(draft.place_id), lon=town.lon, lat=town.lat)

    monkeypatch.setattr(pinning, "area_of", area_of)


def the_name_of_the_town(gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch) -> None:
    text_of = pin_projections._search_text

    def search_text(pin: Pin, host: str | None) -> str:
        town = gazetteer.place(pin.place_id)
        assert town is not None
        return f"{text_of(pin, host)}\n{town.name}"

    monkeypatch.setattr(pin_projections, "_search_text", search_text)


@pytest.mark.parametrize("fault", [the_point_of_the_town, the_name_of_the_town])
def test_a_planted_fault_would_be_seen(
    worlds: Worlds, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch, log: Log, fault: Any
) -> None:
    fault(gazetteer, monkeypatch)
    choice = next(choices(gazetteer, Random(SEED)))

    made = people(worlds, [choice], 0, monkeypatch, log)

    assert differing(worlds, asked_of(gazetteer, choice, made[0][1]), log) != []
