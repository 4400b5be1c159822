"""Directories over rows that no database holds, and changes to rows that one does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Engine, create_engine, delete, update
from sqlalchemy.orm import Session

from mapsvc.directory import directory as directories
from mapsvc.directory import following
from mapsvc.directory.directory import Directory
from mapsvc.directory.following import Base, State
from mapsvc.directory.parts import Plan
from mapsvc.domain.base import now
from mapsvc.domain.listings import Listing, ListingPoint, ListingRecord
from mapsvc.storage.engine import writing
from mapsvc.storage.listings import ListingRow, log_changes
from mapsvc.storage.points import place_listings
from mapsvc.storage.records import site_number, write_records
from mapsvc.storage.words import forget_words, index_words
from tests.directory import brute_force
from tests.directory.worlds import TODAY, columns_of_rows

World = list[ListingRow]


def state_after(before: World, world: World) -> State:
    """The state of a directory that read the rows before, and then followed the log to the world."""
    base = Base(columns_of_rows(before), 0)
    old, new = ({repr(one): one.site_key for one in rows} for rows in (before, world))
    sites = old | new
    differing = {sites[text] for text in old.keys() ^ new.keys()}
    numbers = np.array(sorted(map(site_number, differing)), dtype=np.uint64)
    return replace(
        State.on(base),
        number=int(bool(differing)),
        gone=np.sort(base.columns.sites_with_numbers(numbers)),
        changed=columns_of_rows(one for one in world if one.site_key in differing),
    )


@contextmanager
def opened(world: World, *, before: World | None = None, plan: Plan | None = None) -> Iterator[Directory]:
    """A directory of the rows of a world; with rows `before`, it has followed them to the world."""
    state = state_after(world if before is None else before, world)

    def matching(_connection: object, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        found = sorted((one.id, rank) for one in world if (rank := brute_force.rank(one, words)) is not None)
        ids, classes = zip(*found, strict=True) if found else ((), ())
        return np.array(ids, dtype=np.int64), np.array(classes, dtype=np.int64)

    def follow(_connection: object, given: State) -> State:
        return state if given.base is state.base else given  # that of another world

    engine = create_engine("sqlite://")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "read", lambda _connection: state.base)
        patch.setattr(following, "after_changes", follow)
        patch.setattr(directories, "matching_words", matching)
        yield Directory(engine, today=lambda: TODAY, plan=plan)
    engine.dispose()


def alter(engine: Engine, rows: World) -> None:
    """Writes rows that are there already as they are now, in one transaction."""
    ids = [one.id for one in rows]
    with writing(engine) as session:
        connection = session.connection()
        forget_words(connection, ids)
        for one in rows:
            session.execute(update(Listing).where(Listing.id == one.id).values(**one._asdict()))
        index_words(connection, [(one.id, one.title, one.place, one.search_text) for one in rows])
        place_listings(session, ids)
        write_records(session, ids)
        log_changes(session, ids, at=now())
        session.commit()


def erase(engine: Engine, ids: Sequence[int]) -> None:
    """Deletes listings."""
    with writing(engine) as session:
        remove(session, ids)
        log_changes(session, ids, at=now())
        session.commit()


def remove(session: Session, ids: Sequence[int]) -> None:
    """Takes listings away without a line in the log; the caller commits."""
    forget_words(session.connection(), ids)
    for table, key in ((ListingPoint, "listing_id"), (ListingRecord, "listing_id"), (Listing, "id")):
        session.execute(delete(table).where(getattr(table, key).in_(ids)))
