"""Who may ask anything learns no more of a person's town than the area says."""

from random import Random
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import Engine

from mapsvc.places.gazetteer import Gazetteer
from tests.conftest import FULL
from tests.web.attacker import Attacker, km
from tests.web.pinning import last_pin, pinned, sent
from tests.web.test_noninterference import the_name_of_the_town, the_point_of_the_town
from tests.web.worlds import Choice, choices

PEOPLE = 60 if FULL else 6
SAVES = 100
LEAST_RATIO = 0.95
SEED = 21
LEAST_TOWNS = 3


def errors(app: Flask, engine: Engine, gazetteer: Gazetteer) -> tuple[list[float], list[float]]:
    """How far the guesses are from the towns, in kilometres: of who asks nothing, and of who asks."""
    blind, asking = [], []
    drawn = choices(gazetteer, Random(SEED))
    while len(blind) < PEOPLE:
        choice, number = next(drawn), len(blind)
        town = choice.towns[0]
        attacker = Attacker(app.test_client(), gazetteer, choice.area, "")
        if len(attacker.towns) < LEAST_TOWNS or attacker.guess().id == town.id:
            continue  # nobody can guess worse there
        pinned(
            app,
            engine,
            network=f"192.0.2.{number + 1}",
            town=town.name,
            place=str(town.id),
            display_name=f"Ana {number}",
            email=f"ana{number}@example.org",
        )
        told = Attacker(app.test_client(), gazetteer, choice.area, last_pin(engine).slug)
        blind.append(km(told.guess(), town))
        asking.append(km(told.found(), town))
    return blind, asking


def test_who_asks_anything_learns_nothing_beyond_the_area(
    app: Flask, engine: Engine, gazetteer: Gazetteer
) -> None:
    blind, asking = errors(app, engine, gazetteer)

    assert median(blind) > 0
    assert median(asking) >= LEAST_RATIO * median(blind)


@pytest.mark.parametrize("fault", [the_point_of_the_town, the_name_of_the_town])
def test_the_attack_finds_a_planted_fault(
    app: Flask, engine: Engine, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch, fault: object
) -> None:
    fault(gazetteer, monkeypatch)  # type: ignore[operator]

    blind, asking = errors(app, engine, gazetteer)

    assert median(asking) < 0.1 * median(blind)


def test_a_hundred_saves_show_one_public_value(app: Flask, engine: Engine, gazetteer: Gazetteer) -> None:
    choice: Choice = next(choices(gazetteer, Random(SEED)))
    reader = app.test_client()
    ana = pinned(app, engine, town=choice.towns[0].name, place=str(choice.towns[0].id))
    pin, shown, chosen = last_pin(engine), set(), set()

    for number in range(SAVES):
        town = choice.towns[number % 2]
        saved = sent(ana, f"/alumni/mine/{pin.id}", town=town.name, place=str(town.id))
        assert saved.status_code == 303, saved.text
        chosen.add(last_pin(engine).place_id)
        shown.add((reader.get("/api/search").data, reader.get(f"/alumni/{pin.slug}").data))

    assert chosen == {town.id for town in choice.towns}
    assert len(shown) == 1
