"""The state of the directory: columns made once, and what has changed since, brought up by the log."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from sqlalchemy import Connection

from mapsvc.directory import snapshots
from mapsvc.directory.building import columns_of
from mapsvc.directory.columns import Columns, Sites
from mapsvc.directory.parts import Part
from mapsvc.directory.snapshots import Damaged, Snapshot
from mapsvc.directory.views import Views
from mapsvc.storage.listings import change_mark, changed_since, last_change
from mapsvc.storage.records import (
    all_records,
    record_site,
    records_of,
    records_with_ids,
    values,
)

MOST_CHANGES = 5_000
"""Changes that are looked through beside the columns; with more of them, new columns are due."""
NOBODY = np.zeros(0, dtype=np.int32)


class Source(Protocol):
    """Where a directory reads: an engine, or what stands for one."""

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection that is given back at the end of the context."""


@dataclass(frozen=True, eq=False)
class Base:
    """Columns that hold all changes up to a number, and the views of them, by day."""

    columns: Columns
    number: int
    name: str = ""  # of the snapshot, where it is one
    _views: dict[date, Views] = field(default_factory=dict)

    def views(self, today: date) -> Views:
        """The views of the columns on this day; those of other days are given up."""
        views = self._views.get(today)
        if views is None:
            self._views.clear()
            views = self._views[today] = Views()
        return views


@dataclass(frozen=True, eq=False)
class State:
    """The listings after change `number`: those of the base, without some sites, and those that changed.

    `records` holds the record of each listing of a site that has changed since the base.
    """

    base: Base
    number: int
    records: Mapping[int, bytes] = field(default_factory=dict)
    gone: Sites = field(default_factory=lambda: NOBODY)
    changed: Columns = field(default_factory=lambda: columns_of((), {}))
    editions: Mapping[int, int] = field(default_factory=dict)
    _parts: dict[date, tuple[Part, ...]] = field(default_factory=dict)

    @classmethod
    def on(cls, base: Base) -> "State":
        """The state that a base holds, without any change."""
        return cls(base, base.number)

    def parts(self, today: date) -> tuple[Part, ...]:
        """What a search looks through on this day; no site is in two parts."""
        found = self._parts.get(today)
        if found is None:
            found = (Part(self.base.columns, today, self.gone, self.base.views(today)),)
            if len(self.changed):
                found += (Part(self.changed, today, NOBODY),)
            self._parts.clear()
            self._parts[today] = found
        return found

    @cached_property
    def count(self) -> int:
        """The number of listings."""
        return len(self.base.columns) - len(self.base.columns.rows_of_sites(self.gone)) + len(self.changed)

    @property
    def is_full(self) -> bool:
        """Whether so much has changed that new columns are worth their making."""
        return self.number - self.base.number > MOST_CHANGES


def read(connection: Connection) -> Base:
    """The columns of the whole database."""
    number = last_change(connection)
    known = values(connection)
    return Base(columns_of(all_records(connection), known), number)


def after_changes(connection: Connection, state: State) -> State:
    """The state with all that was committed since; itself where nothing was.

    Raises OtherDatabase where the log ends before the state, as it does in a copy put back.
    """
    number, changed = changed_since(connection, state.number)
    if not changed:
        if last_change(connection) < state.number:
            raise OtherDatabase
        return state
    base = state.base.columns
    asked = np.fromiter(changed, dtype=np.int64)
    numbers = {int(one) for one in base.site[base.site_of[base.rows_with_ids(asked)]]}
    numbers |= {record_site(state.records[id_]) for id_ in changed if id_ in state.records}
    fresh = _records(connection, changed)
    numbers |= set(map(record_site, fresh.values()))
    kept = {id_: record for id_, record in state.records.items() if record_site(record) not in numbers}
    sites = base.sites_with_numbers(np.fromiter(sorted(numbers), dtype=np.uint64))
    siblings = {int(one) for one in base.ids[base.rows_of_sites(sites)]} | state.records.keys() - kept.keys()
    records = kept | fresh | _records(connection, siblings - changed)
    return replace(
        state,
        number=number,
        records=records,
        gone=np.union1d(state.gone, sites).astype(np.int32),
        changed=columns_of([records_of(sorted(records.items()))], values(connection)),
        editions={**state.editions, **dict.fromkeys(changed, number)},
        _parts={},
    )


class OtherDatabase(Exception):
    """The database is not the one that was read before."""


def is_due(engine: Source, folder: Path) -> bool:
    """Whether so much has changed since the newest snapshot that another is worth its making."""
    name = snapshots.newest(folder)
    with engine.connect() as connection:
        return name is None or last_change(connection) - snapshots.number_of(name) > MOST_CHANGES


def build(engine: Source, folder: Path) -> str | None:
    """Writes a snapshot of the whole database; its name, None where another process is at it already."""
    with snapshots.sole_builder(folder, wait=False) as alone:
        return _write(engine, folder) if alone else None


def opened(engine: Source, folder: Path) -> Base:
    """The newest snapshot in the folder that is whole and of this database, built where there is none."""
    base = usable(engine, folder)
    if base is not None:
        return base
    with snapshots.sole_builder(folder, wait=True):
        # Another process may have built while this one waited.
        base = usable(engine, folder)
        if base is None:
            snapshot = snapshots.open_snapshot(folder, _write(engine, folder))
            base = Base(snapshot.columns, snapshot.number, snapshot.name)
    return base


def newer(engine: Source, folder: Path, base: Base) -> Base | None:
    """A usable snapshot that has taken the place of the one in use, None where none has."""
    name = snapshots.newest(folder)
    return None if name is None or name == base.name else usable(engine, folder)


def usable(engine: Source, folder: Path) -> Base | None:
    """The newest snapshot, None where there is none; one that must not be used is taken away."""
    before = None
    # One that cannot be taken away stays the newest.
    while (name := snapshots.newest(folder)) is not None and name != before:
        try:
            snapshot = snapshots.open_snapshot(folder, name)
            if _is_of(engine, snapshot):
                return Base(snapshot.columns, snapshot.number, name)
        except (Damaged, ValueError, KeyError, TypeError, OSError):
            pass  # or a newer one has taken its place meanwhile
        snapshots.discard(folder, name)
        before = name
    return None


def _write(engine: Source, folder: Path) -> str:
    with engine.connect() as connection:
        base = read(connection)
        mark = change_mark(connection, base.number)
    return snapshots.write(folder, base.columns, base.number, mark)


def _is_of(engine: Source, snapshot: Snapshot) -> bool:
    with engine.connect() as connection:
        is_later = snapshot.number > last_change(connection)
        return not is_later and change_mark(connection, snapshot.number) == snapshot.mark


def _records(connection: Connection, ids: Iterable[int]) -> dict[int, bytes]:
    found = records_with_ids(connection, ids)
    ends = np.cumsum(found.lengths)
    return {
        int(id_): found.data[end - length : end]
        for id_, length, end in zip(found.ids, found.lengths, ends, strict=True)
    }
