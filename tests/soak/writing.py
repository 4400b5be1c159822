"""A sea full of listings that come, change, move and go."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Engine

from mapsvc.directory.searches import Box
from mapsvc.domain.listings import Kind
from mapsvc.storage.listings import ListingRow
from tests.directory.states import alter, erase
from tests.directory.worlds import row, store
from tests.soak.ledger import Ledger

SEA = Box(-160.0, 2.0, -150.0, 12.0)  # open water, where no other listing is
FIRST_ID = 1_000_000_000
LEAST, MOST = 700, 900  # listings, between which the sea is kept
KINDS = (Kind.HOST, Kind.KIT)
SECTORS = ("construction", "wood", "food", "health", "it")


class Write(NamedTuple):
    """One change: how a listing is now, or None where it has gone; where to look for it; when it was done."""

    id: int
    row: ListingRow | None
    lon: float
    lat: float
    done: float


@dataclass
class Writer:
    """Adds, edits, moves and deletes listings of the sea, each a site of its own."""

    engine: Engine
    chance: random.Random
    ledger: Ledger = field(init=False)
    rows: dict[int, ListingRow] = field(default_factory=dict)
    last: int = FIRST_ID
    busy: set[int] = field(default_factory=set)  # those that somebody still looks for

    def begin(self) -> None:
        """Writes the first listings."""
        self.rows = {one.id: one for one in (self._new() for _ in range((LEAST + MOST) // 2))}
        store(self.engine, list(self.rows.values()))
        self.ledger = Ledger(self.rows.values())

    def write(self) -> Write:
        """Makes one change."""
        steps: list[Callable[[], Write]] = [self._add, self._edit, self._edit, self._move, self._delete]
        step = self.chance.choice(steps)
        if not LEAST <= len(self.rows) <= MOST:
            step = self._add if len(self.rows) < LEAST else self._delete
        return step()

    def _add(self) -> Write:
        one = self._new()
        with self.ledger.writing(one.id, one):
            store(self.engine, [one])
        return self._done(one)

    def _edit(self) -> Write:
        before = self._some()
        return self._alter(self._new(before.id)._replace(lon=before.lon, lat=before.lat))

    def _move(self) -> Write:
        before, (lon, lat) = self._some(), self._point()
        return self._alter(before._replace(lon=lon, lat=lat))

    def _alter(self, one: ListingRow) -> Write:
        with self.ledger.writing(one.id, one):
            alter(self.engine, [one])
        return self._done(one)

    def _delete(self) -> Write:
        one = self._some()
        with self.ledger.writing(one.id, None):
            erase(self.engine, [one.id])
        del self.rows[one.id]
        return Write(one.id, None, one.lon, one.lat, time.monotonic())

    def _done(self, one: ListingRow) -> Write:
        self.rows[one.id] = one
        return Write(one.id, one, one.lon, one.lat, time.monotonic())

    def _some(self) -> ListingRow:
        while (one := self.chance.choice(list(self.rows.values()))).id in self.busy:
            pass
        return one

    def _point(self) -> tuple[float, float]:
        lon, lat = self.chance.uniform(SEA.west, SEA.east), self.chance.uniform(SEA.south, SEA.north)
        return round(lon, 6), round(lat, 6)

    def _new(self, id_: int = 0) -> ListingRow:
        self.last += 1
        return row(
            self._point(),
            id=id_ or self.last,
            title=f"Boat {self.last}",
            kind=self.chance.choice(KINDS),
            facets={"sector": sorted(self.chance.sample(SECTORS, k=2))},
            confirmed=self.chance.random() < 0.3,
        )
