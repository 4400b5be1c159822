"""Whatever is added, edited, deleted and merged: the directory is that of the rows as they are now."""

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine

from mapsvc.directory import cells, following
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Box, Filters, Search
from mapsvc.domain.listings import Kind
from mapsvc.storage.listings import ListingRow
from tests.conftest import FULL
from tests.directory import brute_force
from tests.directory.laws import WORLD, check_answers, check_view, some_search
from tests.directory.states import World, alter, erase
from tests.directory.worlds import TODAY, points_of_the_world, random_world, store

STEPS = {"sqlite": 2000 if FULL else 50, "postgresql": 500 if FULL else 15}
SITES = 220  # more than the pins of a map
POINTS = 120
LEAST, MOST = 300, 400  # rows, between which the directory is kept


@dataclass
class Town:
    """A world that is written to a database, step by step."""

    engine: Engine
    chance: random.Random
    rows: dict[int, ListingRow] = field(default_factory=dict)
    points: list[tuple[float, float]] = field(default_factory=list)
    last: int = 0

    @property
    def world(self) -> World:
        return list(self.rows.values())

    def some_row(self) -> ListingRow:
        return self.chance.choice(self.world)

    def begin(self) -> None:
        self.points = points_of_the_world(self.chance, POINTS)
        self._put(random_world(self.chance, SITES, self.points))

    def add(self) -> None:
        self._put(random_world(self.chance, self.chance.randint(1, 3), self.points))

    def add_beside(self) -> None:
        """A listing more at a site that is there."""
        one = self.some_row()
        self._put([one._replace(visible_from=None, visible_until=None)], site_key=one.site_key)

    def edit(self) -> None:
        one, other = self.some_row(), random_world(self.chance, 1, self.points)[0]
        kept = ("id", "site_key", "lon", "lat")
        self._write([other._replace(**{name: getattr(one, name) for name in kept})])

    def show(self) -> None:
        self._write([self.some_row()._replace(visible_from=None, visible_until=None)])

    def hide(self) -> None:
        self._write([self.some_row()._replace(visible_from=None, visible_until=TODAY.replace(day=1))])

    def move(self) -> None:
        """A site goes elsewhere with all its listings."""
        lon, lat = self.chance.choice(self.points)
        key = self.some_row().site_key
        self._write([one._replace(lon=lon, lat=lat) for one in self.world if one.site_key == key])

    def join(self) -> None:
        """A listing goes over to another site."""
        to = self.some_row()
        self._write([self.some_row()._replace(site_key=to.site_key, lon=to.lon, lat=to.lat)])

    def part(self) -> None:
        """A listing becomes a site of its own where it is."""
        one = self.some_row()
        self._write([one._replace(site_key=f"own:{one.id}:{self.last}")])

    def delete(self) -> None:
        gone = self.chance.sample(sorted(self.rows), k=self.chance.randint(1, 3))
        for id_ in gone:
            del self.rows[id_]
        erase(self.engine, gone)

    def close(self) -> None:
        """A site goes with all its listings."""
        key = self.some_row().site_key
        gone = [one.id for one in self.world if one.site_key == key]
        for id_ in gone:
            del self.rows[id_]
        erase(self.engine, gone)

    def step(self) -> str:
        steps = ["add", "add_beside", "edit", "show", "hide", "move", "join", "part", "delete", "close"]
        name = self.chance.choice(steps)
        if len(self.rows) < LEAST:
            name = "add"
        elif len(self.rows) > MOST:
            name = "close"
        getattr(self, name)()
        return name

    def _put(self, rows: World, *, site_key: str | None = None) -> None:
        """Adds rows under new ids, at new sites unless one is given."""
        begun = self.last
        self.last += len(rows)
        new = [
            one._replace(id=begun + number, site_key=site_key or f"{one.site_key}:{begun}")
            for number, one in enumerate(rows, 1)
        ]
        self.rows |= {one.id: one for one in new}
        store(self.engine, new)

    def _write(self, rows: World) -> None:
        self.rows |= {one.id: one for one in rows}
        alter(self.engine, rows)


def test_after_any_steps_the_directory_is_that_of_the_rows_as_they_are(
    engine: Engine, public: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "RECOUNTED", 12)
    monkeypatch.setattr(following, "MOST_CHANGES", 150)
    chance = random.Random(20270310)
    town = Town(engine, chance)
    town.begin()
    directories = [Directory(public, today=lambda: TODAY)]
    directories.append(Directory(public, tmp_path / "index", today=lambda: TODAY))
    done: Counter[str] = Counter()
    for _ in range(STEPS[engine.dialect.name]):
        done[town.step()] += 1
        if chance.random() < 0.05:
            following.build(public, tmp_path / "index")
            done["merge"] += 1
        search = some_search(chance, town.world)
        zoom, one = chance.randint(0, 5), town.some_row()
        for directory in directories:
            directory.refresh(at_once=True)
            check(directory, town.world, search, zoom, one)

    assert len(done) >= (10 if engine.dialect.name == "sqlite" else 6), done
    assert directories[1].number == directories[0].number


def check(directory: Directory, world: World, search: Search, zoom: int, one: ListingRow) -> None:
    check_answers(directory, world, search)
    check_answers(directory, world, Search(filters=Filters(kinds=(Kind.HOST,)), limit=30))
    everywhere = brute_force.cells_of_box(WORLD, zoom)
    check_view(directory.viewport(Search(), WORLD, zoom), world, Search(), everywhere, exact=False)
    check_view(directory.viewport(search, WORLD, zoom), world, search, everywhere, exact=False)
    around = Box(one.lon, one.lat, one.lon, one.lat)
    here = brute_force.cells_of_box(around, zoom)
    check_view(directory.viewport(search, around, zoom), world, search, here, exact=False)
    assert len(directory) == len(world)
    shown = brute_force.meets(Search(), one, TODAY)
    beside = [other for other in world if other.site_key == one.site_key]
    ids = [other.id for other in beside if shown and brute_force.meets(Search(), other, TODAY)]
    assert directory.visible(one.id) == shown
    assert sorted(directory.ids_beside(one.id)) == sorted(ids)


def test_sites_gone_from_the_fullest_cells_are_gone_from_every_number_of_the_map(
    engine: Engine, public: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The map of all sites is summed up once, and what goes is taken from the sums."""
    monkeypatch.setattr(cells, "RECOUNTED", 12)
    town = Town(engine, random.Random(7))
    town.begin()
    directory = Directory(public, today=lambda: TODAY)
    directory.viewport(Search(), WORLD, 0)
    for _ in range(15):
        town.close()
        town.hide()
    directory.refresh(at_once=True)

    for zoom in range(6):
        every = brute_force.cells_of_box(WORLD, zoom)
        check_view(directory.viewport(Search(), WORLD, zoom), town.world, Search(), every, exact=False)


def test_the_box_of_a_cluster_is_that_of_its_members_where_a_site_has_gone(
    engine: Engine, public: Engine
) -> None:
    town = Town(engine, random.Random(8))
    town.begin()
    directory = Directory(public, today=lambda: TODAY)
    directory.viewport(Search(), WORLD, 2)
    for _ in range(10):
        town.move()
        town.close()
    directory.refresh(at_once=True)

    every = brute_force.cells_of_box(WORLD, 2)
    check_view(directory.viewport(Search(), WORLD, 2), town.world, Search(), every)
