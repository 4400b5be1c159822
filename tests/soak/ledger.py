"""What a part of the map may show at a moment, while it is written to all the time."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from math import inf
from typing import NamedTuple

from mapsvc.storage.listings import ListingRow

LATE_S = 5.0
"""After how long an answer may no longer leave a change out; twenty times as long as it mostly takes."""
REMEMBERED_S = 60.0

Test = Callable[[ListingRow], bool]


class Entry(NamedTuple):
    """How a listing is (None: not there) from when its writing began, and when that was done."""

    row: ListingRow | None
    begun: float
    done: float


NOBODY = Entry(None, -inf, -inf)


class Bounds(NamedTuple):
    """The listings that an answer must hold, and those that it may hold, each with its states that do.

    `titles` has all titles that each of the latter may have had: what is shown of a listing may be newer
    than what it was found by.
    """

    must: set[int]
    may: dict[int, list[ListingRow]]
    titles: dict[int, set[str]]

    def allows(self, total: int) -> bool:
        """Whether so many may be counted."""
        return len(self.must) <= total <= len(self.may)


class Ledger:
    """Every state of every listing, with its times, from rows just written on; safe between threads."""

    def __init__(self, rows: Iterable[ListingRow]) -> None:
        self._lock = threading.Lock()
        now = time.monotonic()
        self._entries = {one.id: [NOBODY, Entry(one, now, now)] for one in rows}

    def now(self, id_: int) -> ListingRow | None:
        """How a listing was last written."""
        with self._lock:
            return self._entries[id_][-1].row

    @contextmanager
    def writing(self, id_: int, row: ListingRow | None) -> Iterator[None]:
        """Notes that a listing is being written, and when it was."""
        begun = time.monotonic()
        with self._lock:
            self._entries.setdefault(id_, [NOBODY]).append(Entry(row, begun, inf))
        yield
        done = time.monotonic()
        with self._lock:
            entries = self._entries[id_]
            entries[-1] = Entry(row, begun, done)
            while len(entries) > 1 and entries[1].done < done - REMEMBERED_S:
                del entries[0]

    def bounds(self, test: Test, asked: float, answered: float) -> Bounds:
        """What meets a test, for an answer that was asked for and given at these moments."""
        with self._lock:
            held = {id_: _possible(entries, asked, answered) for id_, entries in self._entries.items()}
        must, may, titles = set(), {}, {}
        for id_, rows in held.items():
            meeting = [row for row in rows if row is not None and test(row)]
            if meeting:
                may[id_] = meeting
                titles[id_] = {row.title for row in rows if row is not None}
                if len(meeting) == len(rows):
                    must.add(id_)
        return Bounds(must, may, titles)


def _possible(entries: list[Entry], asked: float, answered: float) -> list[ListingRow | None]:
    """The states that may have been seen between two moments."""
    ends = [entry.done + LATE_S for entry in entries[1:]] + [inf]
    return [
        entry.row
        for entry, end in zip(entries, ends, strict=True)
        if entry.begun <= answered and end >= asked
    ]
