"""The thread of a process that counts what pages left in memory."""

from collections.abc import Callable
from threading import Event, Thread

EVERY_S = 20.0
END_S = 2.0  # that the end of a process may wait for the last of it


class CountingThread(Thread):
    """Calls count every EVERY_S seconds, when it is woken, and at the end; count may not raise."""

    def __init__(self, name: str, wake: Event, count: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._wake, self._count = wake, count
        self._ended = False

    def run(self) -> None:
        """Works until it is ended."""
        while not self._ended:
            self._wake.wait(EVERY_S)
            self._wake.clear()
            self._count()

    def end(self) -> None:
        """Counts what still waits, and ends; at most END_S are waited for."""
        self._ended = True
        self._wake.set()
        self.join(END_S)
