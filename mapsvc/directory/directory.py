"""The directory: answers every public search from memory, and follows the database by its log."""

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from mapsvc.directory import following
from mapsvc.directory.answers import Answer, Hit, View, Wider
from mapsvc.directory.censuses import Census, PartialCensus
from mapsvc.directory.columns import Rows
from mapsvc.directory.extents import Extent
from mapsvc.directory.facets import added
from mapsvc.directory.following import OtherDatabase, Source, State
from mapsvc.directory.orders import Place, cursor_at, k_nearest, page
from mapsvc.directory.parts import Found, Matches, Part, Plan, Words
from mapsvc.directory.searches import Box, Near, Search, Sort
from mapsvc.directory.viewport import Window, shown_in, window_of_box, window_of_tile
from mapsvc.storage.words import matching_words

REFRESH_S = 0.25
STALE_S = 1.0  # how old what is answered may be while another thread takes over what changed
LARGEST_ID = 2**63 - 1  # what both databases can hold
FRIENDLY_KM = (1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500)
WORLD_STEP_KM = 500  # beyond the last friendly distance
FEW = 20_000  # rows of a part of the map that are looked through, rather than summed up for all
MOST_SUMMED = (
    11  # the finest level that is summed up for all: there are 40,000 cells of it with towns in Europe
)


def utc_today() -> date:
    """The day that decides what is visible."""
    return datetime.now(UTC).date()


class Directory:
    """The public listings, in memory; safe to share between threads.

    With a folder its columns are mapped from the newest snapshot there, which all processes share and
    one builds; without, they are read through the engine, which sees public tables alone. Each
    search first looks, at most every REFRESH_S seconds, whether the change log has grown, and takes
    over what changed. Searches already begun keep the state that they began with. `plan` forces how
    rows are found, which changes no answer.
    """

    def __init__(
        self,
        engine: Source,
        folder: Path | None = None,
        *,
        today: Callable[[], date] = utc_today,
        plan: Plan | None = None,
    ) -> None:
        self._engine, self._folder = engine, folder
        self._today, self._plan = today, plan
        self._lock = threading.Lock()
        self._looked = self._tried = -math.inf
        self._state = self._begun()
        self.refresh(at_once=True)

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
        return self._state.count

    def edition(self, listing_id: int) -> int:
        """The number of the last change of a listing that is known; it grows when the listing changes."""
        state = self._state
        return state.editions.get(listing_id, state.base.number)

    def refresh(self, *, at_once: bool = False) -> None:
        """Takes over what changed in the database.

        Looks at most every REFRESH_S seconds, and leaves the work to a thread that is already at
        it, unless nobody has looked for STALE_S: then it waits for that thread. With at_once, for a reader
        that must see its own write, it looks in any case.
        """
        asked = time.monotonic()
        if not at_once and asked - self._looked < REFRESH_S:
            return
        if not self._lock.acquire(blocking=at_once or asked - self._looked > STALE_S):
            return
        try:
            if not at_once and self._tried > asked:
                return  # by the thread that was waited for
            self._follow()
            self._looked = time.monotonic()
        finally:
            self._tried = time.monotonic()
            self._lock.release()

    def search(self, search: Search) -> Answer:
        """One page of the sites that meet the search, with the counts for narrowing it down."""
        parts = self._parts()
        matches = self._matches(parts, search)
        found = _bounded(matches, search)
        total = sum(len(one.rows) for one in found)
        first = (search.page - 1) * search.limit
        more = page(found, search, first, first + search.limit + 1)
        places = more[: search.limit]
        return Answer(
            total=total,
            hits=tuple(self._hits(places)),
            page=search.page,
            pages=max(1, math.ceil(total / search.limit)),
            facets=added([one.facets() for one in matches]),
            wider=None if total else self._wider(parts, search),
            next=cursor_at(places[-1], search) if len(more) > len(places) else None,
        )

    def viewport(self, search: Search, box: Box, zoom: int) -> View:
        """The search's own sites in the cells that the box touches; page and limit do not matter.

        zoom is that of web maps, from 0 to 22. Cells are CELL_PX wide on a screen of this zoom. The
        numbers add up to the view's total.
        """
        return self._shown(search, window_of_box(box, zoom))

    def tile(self, search: Search, zoom: int, x: int, y: int) -> View:
        """The search's own sites in one tile of web maps: columns x from the west, rows y from the north."""
        return self._shown(search, window_of_tile(zoom, x, y))

    def listing_ids(self, search: Search) -> list[int]:
        """The id of every hit of the search in its order, whatever its page and limit."""
        found = _bounded(self._matches(self._parts(), search), search)
        places = page(found, search, 0, sum(len(one.rows) for one in found))
        return [place.listing_id for place in places]

    def ids_at_sites(self, search: Search) -> list[int]:
        """The ids of all visible listings of each site that meets the search, site by site in its order."""
        found = _bounded(self._matches(self._parts(), search), search)
        places = page(found, search, 0, sum(len(one.rows) for one in found))
        return [int(id_) for place in places for id_ in place.columns.ids[self._siblings(place)]]

    def census(self) -> Census:
        """Every site that is visible today, with what is counted of it."""
        self.refresh()
        state, today = self._state, self._today()
        parts = tuple(map(PartialCensus.of, state.parts(today)))
        return Census(f"{state.number:x}-{today.toordinal():x}", parts)

    def visible(self, listing_id: int) -> bool:
        """Whether there is a listing with this id, and it is visible today."""
        self.refresh()
        return self._row(listing_id) is not None

    def ids_beside(self, listing_id: int) -> list[int]:
        """The ids of the visible listings of a listing's site; none where it is not visible itself."""
        self.refresh()
        place = self._row(listing_id)
        return [] if place is None else [int(id_) for id_ in place.columns.ids[self._siblings(place)]]

    def _begun(self) -> State:
        if self._folder is None:
            with self._engine.connect() as connection:
                return State.on(following.read(connection))
        return State.on(following.opened(self._engine, self._folder))

    def _follow(self) -> None:
        state = self._renewed(self._state)
        try:
            with self._engine.connect() as connection:
                self._state = following.after_changes(connection, state)
        except OtherDatabase:
            self._state = self._begun()
            return
        if self._folder is None and self._state.is_full:
            self._state = self._begun()

    def _renewed(self, state: State) -> State:
        """The state, or one on a newer snapshot, where there is one."""
        if self._folder is None:
            return state
        base = following.newer(self._engine, self._folder, state.base)
        return state if base is None else State.on(base)

    def _parts(self) -> tuple[Part, ...]:
        self.refresh()
        return self._state.parts(self._today())

    def _matches(
        self, parts: Sequence[Part], search: Search, extent: Extent | None = None, *, facets: bool = True
    ) -> list[Matches]:
        extent = Extent.of(search) if extent is None else extent
        words = self._words(parts, search)
        return [
            part.matches(search.filters, extent, held, plan=self._plan, facets=facets)
            for part, held in zip(parts, words, strict=True)
        ]

    def _words(self, parts: Sequence[Part], search: Search) -> list[Words | None]:
        if not search.filters.words:
            return [None] * len(parts)
        with self._engine.connect() as connection:
            ids, classes = matching_words(connection, search.filters.words)
        return [_held(part, ids, classes) for part in parts]

    def _shown(self, search: Search, window: Window) -> View:
        parts = self._parts()
        extent = Extent.of(search)
        bounded = search.near is not None and search.near.k is not None
        if extent.everywhere and not bounded and self._is_looked_through(parts[0], window):
            extent = window.extent
        return shown_in(_bounded(self._matches(parts, search, extent, facets=False), search), window)

    def _is_looked_through(self, part: Part, window: Window) -> bool:
        """Whether the rows of a window are looked through, and not the sums kept for all windows."""
        if self._plan is not None:
            return self._plan is Plan.SCAN
        return window.level > MOST_SUMMED or part.rows_near(window.extent) <= FEW

    def _wider(self, parts: Sequence[Part], search: Search) -> Wider | None:
        """The radius that would hold the nearest of what matches anywhere."""
        near = search.near
        if near is None or near.radius_km is None:
            return None
        anywhere = Search(Near(near.lon, near.lat), filters=search.filters, sort=Sort.DISTANCE, limit=1)
        nearest = page(_bounded(self._matches(parts, anywhere, facets=False), anywhere), anywhere, 0, 1)
        if not nearest:
            return None
        radius_km = friendly_km((nearest[0].metres or 0.0) / 1000)
        wide = Extent(Near(near.lon, near.lat, radius_km))
        matches = self._matches(parts, anywhere, wide, facets=False)
        return Wider(radius_km, sum(len(one.best) for one in matches))

    def _hits(self, places: Sequence[Place]) -> Iterator[Hit]:
        day = self._today().toordinal()
        for place in places:
            metres = None if place.metres is None else round(place.metres, 1)
            first, last = place.columns.visible_days
            alike = first <= day <= last  # all rows are visible, which need not be looked at then
            rows = place.columns.count_beside(place.row) if alike else len(self._siblings(place))
            yield Hit(place.listing_id, metres, rows)

    def _row(self, listing_id: int) -> Place | None:
        """Where a listing is, None where it is not visible today."""
        if not 0 < listing_id <= LARGEST_ID:
            return None
        for part in reversed(self._state.parts(self._today())):
            for row in part.visible(part.columns.rows_with_ids(np.array([listing_id]))).tolist():
                return Place((), part.columns, row, None)
        return None

    def _siblings(self, place: Place) -> Rows:
        """The visible rows of the site of a row."""
        columns, site = place.columns, int(place.columns.site_of[place.row])
        rows = np.arange(columns.starts[site], columns.starts[site + 1])
        day = self._today().toordinal()
        return rows[(columns.visible_from[rows] <= day) & (columns.visible_until[rows] >= day)]


def _bounded(matches: Sequence[Matches], search: Search) -> list[Found]:
    """What stands for the sites found; with `k`, for the k nearest alone."""
    found = [Found(one, one.best) for one in matches]
    if search.near is None or search.near.k is None:
        return found
    return k_nearest(found, search.near, search.near.k)


def _held(part: Part, ids: "np.ndarray", classes: "np.ndarray") -> Words:
    rows = np.sort(part.columns.rows_with_ids(ids))
    return Words(rows, classes[np.searchsorted(ids, part.columns.ids[rows])])


def friendly_km(distance_km: float) -> int:
    """The smallest round number of kilometres that is at least this distance."""
    for radius_km in FRIENDLY_KM:
        if distance_km <= radius_km:
            return radius_km
    return math.ceil(distance_km / WORLD_STEP_KM) * WORLD_STEP_KM
