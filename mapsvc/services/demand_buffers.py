"""Searches that found too little, on their way from a page that only reads to the private database.

A page puts them into memory and is done. A thread of the same process counts them a little later. Where
the database is away they are lost, and no page notices.
"""

import logging
from collections import deque
from collections.abc import Callable
from threading import Event

from sqlalchemy import Engine

from mapsvc.domain.base import now
from mapsvc.domain.demand_visitors import Sought
from mapsvc.services.counting_threads import CountingThread
from mapsvc.services.demands import Finders, record

MOST_WAITING = 1_000  # searches; beyond them the oldest are lost
COUNTED_AT = 200  # searches that wait: then they are counted at once

log = logging.getLogger(__name__)


class DemandBuffer:
    """What waits in memory to be counted, bounded; safe to share between threads."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._waiting: deque[Sought] = deque(maxlen=most)
        self.wake = Event()

    def __len__(self) -> int:
        """How many searches wait."""
        return len(self._waiting)

    def add(self, sought: Sought) -> None:
        """Keeps a search until it is taken; where too many wait the oldest is lost."""
        self._waiting.append(sought)
        if len(self._waiting) >= COUNTED_AT:
            self.wake.set()

    def take(self) -> list[Sought]:
        """What waits, oldest first; it waits no longer."""
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken


class DemandCounter(CountingThread):
    """Counts what waits in a buffer, from time to time, when much waits, and at the end.

    finders are asked for each time: regions may be imported meanwhile.
    """

    def __init__(self, buffer: DemandBuffer, engine: Engine, finders: Callable[[], Finders]) -> None:
        super().__init__("demand", buffer.wake, self.count)
        self._buffer, self._engine, self._finders = buffer, engine, finders

    def count(self) -> None:
        """Counts what waits; what cannot be counted is lost, and nothing of it goes into the log."""
        if not (sought := self._buffer.take()):
            return
        try:
            record(self._engine, sought, finders=self._finders(), at=now())
        except Exception as fault:  # noqa: BLE001 - no page may suffer from it, and the thread has to go on
            log.warning("%s searches were not counted: %s", len(sought), type(fault).__name__)
