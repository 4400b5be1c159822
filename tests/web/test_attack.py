"""Who may ask anything learns no more of a person's town than the area says."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from mapsvc.directory import directory, viewport
from mapsvc.domain.base import now
from mapsvc.domain.listings import Listing
from mapsvc.places.gazetteer import Gazetteer, Place
from mapsvc.services.publishing import republish
from mapsvc.storage.engine import reading, writing
from mapsvc.storage.listings import log_changes
from tests.conftest import FULL
from tests.web.attacker import Attack, Attacker, Own, Person, best_of, km, listing_of, towns_of
from tests.web.conftest import Serve, close
from tests.web.leaks import LEAKS, Plant, Truth
from tests.web.pinning import last_pin, looked_at, pinned
from tests.web.signed_in import ORIGIN, token_of
from tests.web.spatial_attacks import SPATIAL
from tests.web.textual_attacks import TEXTUAL
from tests.web.worlds import Choice, choices, empty, public_tables

ATTACKS = SPATIAL + TEXTUAL
PEOPLE = 60 if FULL else 6
FEW = 3  # people by whom a leak is found
SAVES = 100
LEAST_RATIO = 0.95
SEED = 21
LEAST_TOWNS = 3

Crowd = list[tuple[Attacker, Place]]


@dataclass(frozen=True)
class Stage:
    """An installation with people, each with the attacker who is after them and the town in truth."""

    engine: Engine
    truth: Truth
    crowd: Crowd
    files: dict[str, str]


@pytest.fixture(scope="module", params=["spatialite", pytest.param("postgis", marks=pytest.mark.postgis)])
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, serve: Serve
) -> Iterator[Flask]:
    """The service over an empty directory; it sees at once what is written, and few people are many."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(directory, "REFRESH_S", 0)
        patch.setattr(viewport, "MOST_PINS", 1)  # who is not alone is drawn as a cluster
        app = serve(empty(request, tmp_path_factory.mktemp("attacked") / "own", stack))
        stack.callback(close, app)
        yield app


@pytest.fixture(scope="module")
def stage(installed: Flask, gazetteer: Gazetteer) -> Stage:
    """People in towns that nobody would guess."""
    engine = installed.extensions["mapsvc"].private_engine
    drawn = choices(gazetteer, Random(SEED))
    crowd: Crowd = []
    files: dict[str, str] = {}
    while len(crowd) < PEOPLE:
        choice = next(drawn)
        town, towns = choice.towns[0], towns_of(gazetteer, choice.area)
        taken = {attacker.area for attacker, _town in crowd}
        # Where the guess is right, nobody can guess worse.
        if choice.area not in taken and len(towns) >= LEAST_TOWNS and best_of(towns) != town:
            person = put(installed, engine, town, len(crowd))
            own = Own.beside(engine, gazetteer, best_of(towns), f"Own{len(crowd):04}")
            crowd.append(
                (Attacker(installed.test_client(), gazetteer, choice.area, person, own, files), town)
            )
    return Stage(engine, Truth(engine, gazetteer), crowd, files)


def put(app: Flask, engine: Engine, town: Place, number: int) -> Person:
    """Somebody puts a stay on the map."""
    named = {"display_name": f"Ana{number:04}", "email": f"ana{number}@example.org"}
    pinned(app, engine, network=f"192.0.2.{number + 1}", town=town.name, place=str(town.id), **named)
    pin = last_pin(engine)
    with reading(engine) as session:
        return Person(pin.slug, pin.display_name, listing_of(session, pin))


def named(one: object) -> str:
    return getattr(one, "__name__", "")


def ratio(crowd: Crowd, attack: Attack) -> float:
    """How far the guesses of who asks are from the towns, as part of those of who asks nothing."""
    blind = median(km(attacker.guess, town) for attacker, town in crowd)
    return median(km(attack(attacker), town) for attacker, town in crowd) / blind


@contextmanager
def planted(stage: Stage, leak: Plant) -> Iterator[None]:
    """The service with a leak, as if all had been published with it; afterwards, without it again."""
    with pytest.MonkeyPatch.context() as patch:
        leak(stage.truth, patch)
        publish_again(stage)
        yield
    publish_again(stage)


def publish_again(stage: Stage) -> None:
    """Projects all anew, and has everything that is kept in memory made again."""
    stage.files.clear()
    with writing(stage.engine) as session:
        republish(session)
        log_changes(session, session.scalars(select(Listing.id)).all(), at=now())
        session.commit()


@pytest.mark.parametrize("attack", ATTACKS, ids=named)
def test_who_asks_anything_learns_nothing_beyond_the_area(stage: Stage, attack: Attack) -> None:
    assert ratio(stage.crowd, attack) >= LEAST_RATIO


@pytest.mark.parametrize(("attack", "leak"), [*zip(ATTACKS, LEAKS, strict=True)], ids=named)
def test_each_attack_finds_its_planted_leak(stage: Stage, attack: Attack, leak: Plant) -> None:
    with planted(stage, leak):
        found = ratio(stage.crowd[:FEW], attack)

    assert found < LEAST_RATIO
    assert attack.__name__ == leak.__name__


def test_a_hundred_saves_show_one_public_value(installed: Flask, gazetteer: Gazetteer) -> None:
    choice: Choice = next(choices(gazetteer, Random(SEED)))
    engine, reader = installed.extensions["mapsvc"].private_engine, installed.test_client()
    ana = pinned(installed, engine, town=choice.towns[0].name, place=str(choice.towns[0].id))
    pin = last_pin(engine)
    chosen, values, shown = set(), set(), set()
    path = f"/alumni/mine/{pin.id}"
    token = {"csrf_token": token_of(ana)}
    forms = [looked_at(ana, path, town=town.name, place=str(town.id)) | token for town in choice.towns]

    for number in range(SAVES):
        saved = ana.post(path, data=forms[number % 2], headers={"Origin": ORIGIN})
        assert saved.status_code == 303, saved.text
        chosen.add(last_pin(engine).place_id)
        values.add(str(public_tables(installed)))
        if number % 10 in {0, 1}:  # pages read nothing else, and show it for both towns
            answers = [reader.get(page) for page in ("/api/search", f"/alumni/{pin.slug}")]
            shown.add(tuple(answer.data for answer in answers))

    assert chosen == {town.id for town in choice.towns}
    assert (len(values), len(shown)) == (1, 1)
