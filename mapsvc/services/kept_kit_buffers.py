"""Kits that were kept, on their way from a request to the private database.

A request adds one in memory and is done. A thread of the same process writes it a little later. Where the
database is away it is lost, and nobody who keeps a kit notices.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from secrets import token_bytes
from threading import Event, Lock

from sqlalchemy import Engine

from mapsvc.domain.base import now
from mapsvc.domain.demand_visitors import visitor_code
from mapsvc.domain.demands import SALT_BYTES
from mapsvc.errors import TooMany
from mapsvc.services.counting_threads import CountingThread
from mapsvc.services.kept_kits import record

SPAN = timedelta(hours=1)
MOST_PER_NETWORK = 100  # kits in a SPAN and process: a class whose phones share one address
MOST_IN_ALL = 10_000  # kits in a SPAN and process, so that memory is bounded too

log = logging.getLogger(__name__)


class KeptKitBuffer:
    """How often kits were kept, until it is written; safe to share between threads.

    So that nobody counts without end, it holds codes of network addresses for a SPAN, which are made with
    a secret of this span that is written nowhere.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._waiting: Counter[str] = Counter()
        self._forget_networks()
        self.wake = Event()

    def add(self, kit: str, *, network: str) -> None:
        """Counts a kit (its slug) that somebody kept. Raises TooMany."""
        with self._lock:
            self._forget_networks_in_time()
            code = visitor_code(self._secret, network, "")
            if self._counted[code] >= MOST_PER_NETWORK or self._counted_in_all >= MOST_IN_ALL:
                raise TooMany(retry_after=SPAN)
            self._counted[code] += 1
            self._counted_in_all += 1
            self._waiting[kit] += 1

    def take(self) -> dict[str, int]:
        """What waits, by kit; it waits no longer. Networks whose time is over are forgotten."""
        with self._lock:
            self._forget_networks_in_time()
            taken, self._waiting = dict(self._waiting), Counter()
            return taken

    def _forget_networks_in_time(self) -> None:
        if self._clock() - self._since >= SPAN.total_seconds():
            self._forget_networks()

    def _forget_networks(self) -> None:
        self._since, self._secret = self._clock(), token_bytes(SALT_BYTES)
        self._counted: Counter[bytes] = Counter()
        self._counted_in_all = 0


class KeptKitCounter(CountingThread):
    """Writes what waits in a buffer."""

    def __init__(self, buffer: KeptKitBuffer, engine: Engine) -> None:
        super().__init__("kept kits", buffer.wake, self.count)
        self._buffer, self._engine = buffer, engine

    def count(self) -> None:
        """Writes what waits; what cannot be written is lost."""
        if not (times := self._buffer.take()):
            return
        try:
            record(self._engine, times, at=now())
        except Exception as fault:  # noqa: BLE001 - nobody may suffer from it, and the thread has to go on
            log.warning("%s kept kits were not counted: %s", sum(times.values()), type(fault).__name__)
