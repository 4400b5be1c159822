"""The directory: answers every public search from memory, and follows the database by its log."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine

from mapsvc.directory.answers import Answer, Hit, View, Wider
from mapsvc.directory.columns import Columns, Rows, columns_of
from mapsvc.directory.matches import Matches
from mapsvc.directory.searches import Box, Search
from mapsvc.directory.viewport import points_in_box, view
from mapsvc.storage.listings import ListingRow, changed_since, last_change, rows, rows_with_ids
from mapsvc.storage.words import matching_words

REFRESH_S = 0.25
LARGEST_ID = 2**63 - 1  # what both databases can hold
FRIENDLY_KM = (1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500)
WORLD_STEP_KM = 500  # beyond the last friendly distance


def utc_today() -> date:
    """The day that decides what is visible."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The listings after a change of the database; `number` is that change's."""

    number: int
    columns: Columns


class Directory:
    """The public listings, in memory; safe to share between threads.

    It opens with one read of the whole table, through the engine that sees public tables alone.
    Each search first looks, at most every REFRESH_S seconds, whether the change log has grown, and
    takes over what changed. Searches already begun keep the state that they began with.
    """

    def __init__(self, engine: Engine, *, today: Callable[[], date] = utc_today) -> None:
        self._engine = engine
        self._today = today
        self._lock = threading.Lock()
        with engine.connect() as connection:
            self._state = _read(connection)
        self._looked = time.monotonic()

    @property
    def number(self) -> int:
        """The number of the last change that answers hold."""
        return self._state.number

    @property
    def version(self) -> str:
        """A short text that changes whenever an answer may: with each change, and each day."""
        self.refresh()
        return f"{self.number:x}-{self._today().toordinal():x}"

    def __len__(self) -> int:
        """The number of listings, visible today or not."""
        return len(self._state.columns)

    def refresh(self, *, at_once: bool = False) -> None:
        """Takes over what changed in the database.

        Looks at most every REFRESH_S seconds, and leaves the work to a thread that is already at
        it; with at_once, for a reader that must see its own write, it looks in any case.
        """
        if not at_once and time.monotonic() - self._looked < REFRESH_S:
            return
        if not self._lock.acquire(blocking=at_once):
            return
        try:
            with self._engine.connect() as connection:
                self._state = _after_changes(connection, self._state)
            self._looked = time.monotonic()
        finally:
            self._lock.release()

    def search(self, search: Search) -> Answer:
        """One page of the sites that meet the search, with the counts for narrowing it down."""
        matches = self._matches(search)
        total = len(matches.rows)
        first = (search.page - 1) * search.limit
        found, metres = matches.page(first, first + search.limit)
        columns = matches.columns
        distances = [None] * len(found) if metres is None else [round(float(metre), 1) for metre in metres]
        return Answer(
            total=total,
            hits=tuple(
                Hit(int(columns.ids[row]), columns.listings[row].site_key, distance)
                for row, distance in zip(found, distances, strict=True)
            ),
            page=search.page,
            pages=max(1, math.ceil(total / search.limit)),
            facets=matches.facets(),
            wider=None if total else _wider(matches),
        )

    def viewport(self, search: Search, box: Box, zoom: int) -> View:
        """The search's own sites inside the box, as pins and clusters; page and limit do not matter.

        zoom is that of web maps, from 0 to 22. The numbers add up to the view's total.
        """
        matches = self._matches(search)
        found = matches.rows
        inside = points_in_box(box, matches.columns.at)[matches.columns.points[found]]
        return view(matches.columns, found[inside], zoom)

    def listing_ids(self, search: Search) -> list[int]:
        """The id of every hit of the search in its order, whatever its page and limit."""
        matches = self._matches(search)
        return [int(matches.columns.ids[row]) for row in _all(matches)]

    def sites(self, search: Search) -> list[str]:
        """The key of every site that meets the search in its order, whatever its page and limit."""
        matches = self._matches(search)
        return [matches.columns.listings[row].site_key for row in _all(matches)]

    def ids_of_site(self, site_key: str) -> list[int]:
        """The ids of a site's listings that are visible today, in order; none when there is no such site."""
        self.refresh()
        columns, day = self._state.columns, self._today().toordinal()
        return [
            int(columns.ids[row])
            for row in columns.rows_of_site(site_key)
            if columns.visible_from[row] <= day <= columns.visible_until[row]
        ]

    def visible(self, listing_id: int) -> bool:
        """Whether there is a listing with this id, and it is visible today."""
        self.refresh()
        if not 0 < listing_id <= LARGEST_ID:
            return False
        columns, day = self._state.columns, self._today().toordinal()
        found = columns.rows_with_ids([listing_id])
        return any(columns.visible_from[row] <= day <= columns.visible_until[row] for row in found)

    def _matches(self, search: Search) -> Matches:
        self.refresh()
        state = self._state
        return Matches(state.columns, search, self._words(search), self._today())

    def _words(self, search: Search) -> dict[int, int] | None:
        if not search.filters.words:
            return None
        with self._engine.connect() as connection:
            return matching_words(connection, search.filters.words)


def _read(connection: Connection) -> State:
    number = last_change(connection)
    return State(number, columns_of(rows(connection)))


def _after_changes(connection: Connection, state: State) -> State:
    number, changed = changed_since(connection, state.number)
    if not changed:
        # A log that ends earlier is that of another database, put back from a copy: begin anew.
        return state if last_change(connection) >= state.number else _read(connection)
    kept: dict[int, ListingRow] = {row.id: row for row in state.columns.listings if row.id not in changed}
    kept.update((row.id, row) for row in rows_with_ids(connection, changed))
    return State(number, columns_of(kept.values()))


def _all(matches: Matches) -> Rows:
    return matches.page(0, len(matches.rows))[0]


def _wider(matches: Matches) -> Wider | None:
    """The radius that would hold the nearest of what matches anywhere."""
    near = matches.search.near
    if near is None or near.radius_km is None:
        return None
    metres = matches.within(None).page(0, 1)[1]
    if metres is None or not len(metres):
        return None
    radius_km = friendly_km(float(metres[0]) / 1000)
    return Wider(radius_km, len(matches.within(radius_km).rows))


def friendly_km(distance_km: float) -> int:
    """The smallest round number of kilometres that is at least this distance."""
    for radius_km in FRIENDLY_KM:
        if distance_km <= radius_km:
            return radius_km
    return math.ceil(distance_km / WORLD_STEP_KM) * WORLD_STEP_KM
