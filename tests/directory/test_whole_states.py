"""Each answer is that of one state of the database, whoever writes or reads at the same time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from mapsvc.config import Settings
from mapsvc.directory import following
from mapsvc.directory.answers import Answer, View
from mapsvc.directory.directory import Directory
from mapsvc.directory.parts import Part
from mapsvc.directory.searches import Filters, Near, Search, Sort
from mapsvc.directory.views import Views
from mapsvc.domain.base import now
from mapsvc.domain.listings import Kind
from mapsvc.storage.engine import private_engine, writing
from mapsvc.storage.listings import log_changes
from tests.directory.laws import WORLD
from tests.directory.states import World, alter, erase, remove
from tests.directory.worlds import TODAY, columns_of_rows, row, store

READERS = 4
CHANGES = 8
SEARCHES = (
    Search(limit=300),
    Search(filters=Filters(kinds=(Kind.HOST,)), limit=300, sort=Sort.NAME),
    Search(Near(4.85, 45.75, 5000), filters=Filters(kinds=(Kind.KIT,)), limit=300),
    Search(Near(4.85, 45.75, None, 40)),
    Search(filters=Filters(countries=("FR",)), limit=300),
)


def once(name: str, then: Callable[[], None], patch: pytest.MonkeyPatch) -> None:
    """Has something happen right after the next call of a function of `following`."""
    real, left = getattr(following, name), [then]

    def called(*given: Any) -> Any:
        found = real(*given)
        if left:
            left.pop()()
        return found

    patch.setattr(following, name, called)


@pytest.mark.parametrize("name", ["last_change", "values"])
def test_what_is_published_while_the_columns_are_read_shows_with_the_next_look(
    engine: Engine, public: Engine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    store(engine, [row(id=1)])
    other = row(id=2, facets={"sector": ["a sector that was not there"]})
    once(name, lambda: store(engine, [other]), monkeypatch)

    directory = Directory(public, today=lambda: TODAY)
    directory.refresh(at_once=True)

    assert sorted(directory.listing_ids(Search())) == [1, 2]
    assert directory.search(Search()).facets["sector"] == {"a sector that was not there": 1}


def test_a_site_is_never_in_two_places_while_it_changes(
    engine: Engine, public: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its listing goes over to another site between two questions of one look at the database."""
    first, second, third = (row(id=id_, site_key=key) for id_, key in ((1, "a"), (2, "a"), (3, "b")))
    store(engine, [first, second, third])
    directory = Directory(public, today=lambda: TODAY)
    alter(engine, [first._replace(title="Other")])
    once("changed_since", lambda: alter(engine, [second._replace(site_key="b")]), monkeypatch)

    directory.refresh(at_once=True)
    between, sites = directory.ids_at_sites(Search()), directory.search(Search()).total
    directory.refresh(at_once=True)

    assert sorted(between) == sorted(directory.ids_at_sites(Search())) == [1, 2, 3]
    assert sites == directory.search(Search()).total == 2
    assert [directory.ids_beside(id_) for id_ in (1, 2)] == [[1], [2, 3]]


def test_a_commit_that_comes_late_shows_in_the_directory(
    settings: Settings, engine: Engine, public: Engine
) -> None:
    """Who took the earlier numbers commits last: whatever the directory saw before, it sees this too."""
    store(engine, [row(id=1), row(id=2)])
    directory = Directory(public, today=lambda: TODAY)
    late = private_engine(settings)
    session = writing(late)
    log_changes(session, [1], at=now())
    thread = threading.Thread(target=lambda: store(engine, [row(id=3)]))
    thread.start()
    thread.join(0.3)
    directory.refresh(at_once=True)
    early = sorted(directory.listing_ids(Search()))
    remove(session, [1])
    session.commit()
    session.close()
    late.dispose()
    thread.join(timeout=20)

    directory.refresh(at_once=True)

    assert early == [1, 2]
    assert sorted(directory.listing_ids(Search())) == [2, 3]


def states_of(world: World) -> list[tuple[World, World]]:
    """Changes that are made one after the other: the rows that come, and the rows that go."""
    changes = []
    for number in range(CHANGES):
        moved = world[number % 7]._replace(lon=float(number), kind="kit", site_key=f"moved:{number}")
        changes.append(([moved], []) if number % 3 else ([row(id=9000 + number)], [world[20 + number]]))
    return changes


def rounded(view: View) -> View:
    """Sums of the same numbers in another order differ in their last digit."""
    clusters = (one._replace(lon=round(one.lon, 9), lat=round(one.lat, 9)) for one in view.clusters)
    return replace(view, clusters=tuple(clusters))


def seen(directory: Directory, number: int) -> tuple[int, Answer | View]:
    which = number % (len(SEARCHES) + 1)
    if which == len(SEARCHES):
        return which, rounded(directory.viewport(SEARCHES[0], WORLD, 3))
    return which, directory.search(SEARCHES[which])


@pytest.mark.parametrize("in_files", [True, False])
def test_answers_in_many_threads_are_each_that_of_some_state(
    engine: Engine, public: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_files: bool
) -> None:
    monkeypatch.setattr(Views.__init__, "__defaults__", (2000,))
    world = [
        row((id_ / 7, 45.0), id=id_, site_key=f"site:{id_ // 2}", kind="kit" if id_ % 5 == 0 else "host")
        for id_ in range(1, 300)
    ]
    store(engine, world)
    folder = tmp_path / "index" if in_files else None
    directory = Directory(public, folder, today=lambda: TODAY)
    whole = [[seen(directory, number)[1]] for number in range(len(SEARCHES) + 1)]
    done = threading.Event()
    answers: list[tuple[int, Answer | View]] = []

    def read(first: int) -> None:
        number = first
        while not done.is_set():
            answers.append(seen(directory, number))
            number += 1

    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read, first) for first in range(READERS)]
        try:
            for number, (come, go) in enumerate(states_of(world)):
                if come[0].id < 9000:
                    alter(engine, come)
                else:
                    store(engine, come)
                    one_by_one(directory, whole)
                    erase(engine, [one.id for one in go])
                one_by_one(directory, whole)
                if in_files and number % 3 == 1:
                    following.build(public, tmp_path / "index")
        finally:
            done.set()
        for one in reading:
            one.result()

    assert len(answers) > CHANGES
    assert [which for which, answer in answers if answer not in whole[which]] == []
    assert len({directory.search(SEARCHES[0]).total, whole[0][0].total}) == 2


def one_by_one(directory: Directory, whole: list[list[Answer | View]]) -> None:
    """Has the directory take over one change, and notes what is right from now on."""
    directory.refresh(at_once=True)
    for number, states in enumerate(whole):
        states.append(seen(directory, number)[1])


def test_the_views_of_a_process_take_no_more_memory_than_they_may() -> None:
    columns = columns_of_rows(row((id_ / 9, 40.0), id=id_) for id_ in range(1, 1000))
    kept = Views(20_000)
    part = Part(columns, TODAY, following.NOBODY, kept)
    for age in range(60):
        view = part.view(Filters(age=age, kinds=(Kind.HOST,)))
        view.cells(5)
        part.view(Filters(age=age))

    last = max(part.view(Filters(age=age)).nbytes for age in (58, 59))
    assert kept.nbytes <= max(20_000, last)
