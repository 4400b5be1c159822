"""Whatever way rows are found in, the answers are those of brute force."""

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from mapsvc.directory import directory as directories
from mapsvc.directory import parts
from mapsvc.directory.extents import Extent
from mapsvc.directory.parts import Part, Plan
from mapsvc.directory.searches import Filters, Near, Search
from mapsvc.domain.listings import Kind
from tests.conftest import FULL
from tests.directory.laws import check_answers, check_views, some_search
from tests.directory.states import World, opened
from tests.directory.worlds import TODAY, columns_of_rows, points_of_the_world, random_world

WORLDS = 60 if FULL else 5
SEARCHES = 12


def some_world(chance: random.Random) -> World:
    sites = chance.choice((0, 1, 2, 30, 200, 330))
    return random_world(chance, sites, points_of_the_world(chance, 2 * sites + 20))


def changed(chance: random.Random, world: World) -> World:
    """The world as it may have been before: some rows elsewhere, some absent, some more."""
    before = [one for one in world if chance.random() < 0.9]
    before = [one._replace(title="Before") if chance.random() < 0.1 else one for one in before]
    more = random_world(chance, 9, points_of_the_world(chance, 20))
    return before + [one._replace(id=one.id + 10_000, site_key=f"gone:{one.site_key}") for one in more]


@pytest.mark.parametrize("plan", Plan)
def test_each_plan_finds_what_brute_force_finds(plan: Plan) -> None:
    chance = random.Random(404)  # the same worlds and searches for each plan
    for number in range(WORLDS):
        world = some_world(chance)
        before = changed(chance, world) if number % 2 else world
        with opened(world, before=before, plan=plan) as directory:
            for _ in range(SEARCHES):
                search = some_search(chance, world)
                check_answers(directory, world, search)
                check_views(directory, world, search, chance)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each way was taken."""
    seen: Counter[str] = Counter()

    def noting(name: str) -> Any:
        real = getattr(Part, name)

        def noted(*given: Any, **named: Any) -> Any:
            seen[name] += 1
            return real(*given, **named)

        return noted

    for name in ("_scanned", "_viewed"):
        monkeypatch.setattr(Part, name, noting(name))
    return seen


@pytest.mark.parametrize(("small", "few"), [(20_000, 20_000), (40, 40), (0, 0)])
def test_the_planner_finds_what_brute_force_finds_whatever_it_takes_for_small(
    monkeypatch: pytest.MonkeyPatch, taken: Counter[str], small: int, few: int
) -> None:
    monkeypatch.setattr(parts, "SMALL", small)
    monkeypatch.setattr(directories, "FEW", few)
    chance = random.Random(405)
    for number in range(WORLDS):
        world = some_world(chance)
        with opened(world, before=changed(chance, world) if number % 2 else world) as directory:
            for _ in range(SEARCHES):
                search = some_search(chance, world)
                for _ in range(chance.choice((1, 1, 3))):
                    check_answers(directory, world, search)
                check_views(directory, world, search, chance)

    assert min(taken["_scanned"], taken["_viewed"]) > WORLDS


def test_views_are_made_once_looking_without_them_has_cost_as_much(taken: Counter[str]) -> None:
    chance = random.Random(406)
    world = random_world(chance, 200, points_of_the_world(chance, 100))
    search = Search(Near(4.85, 45.75, 300), filters=Filters(kinds=(Kind.HOST,)))
    part = Part(columns_of_rows(world), TODAY, np.zeros(0, dtype=np.int32))
    near = part.rows_near(Extent.of(search))
    times = -(-len(world) // near)
    with opened(world) as directory:
        for _ in range(times + 3):
            directory.search(search)

    assert 1 < times < len(world)
    assert taken == {"_scanned": times, "_viewed": 3}
