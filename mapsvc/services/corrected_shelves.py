"""The content as pages show it: the files, with what moderators accepted about their facts laid over."""

import logging
import time
from collections.abc import Mapping
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mapsvc.content.corrections import corrected_library
from mapsvc.content.library import Library, Shelf
from mapsvc.domain.corrections import Accepted
from mapsvc.storage.corrections import all_accepted

LOOK_EVERY_S = 0.5


class CorrectedShelf:
    """A shelf with the corrections that the public engine reads; safe to share between threads.

    While the database cannot be read, what was read last counts: kits are there all the same.
    """

    def __init__(self, shelf: Shelf, engine: Engine) -> None:
        self._shelf, self._engine, self._lock = shelf, engine, Lock()
        self._found: Mapping[tuple[str, str], Accepted] = {}
        self._looked: float | None = None
        self._held: tuple[Library, Mapping[tuple[str, str], Accepted], Library] | None = None

    def read(self) -> None:
        """Reads files and corrections now, so that no visitor waits for them."""
        _library = self.library

    @property
    def files(self) -> Library:
        """The content as its files have it."""
        return self._shelf.library

    @property
    def library(self) -> Library:
        """The content as of a moment ago."""
        files, found = self.files, self._accepted()
        held = self._held
        if held is not None and held[0] is files and held[1] is found:
            return held[2]
        shown = corrected_library(files, found)
        self._held = files, found, shown
        return shown

    def _accepted(self) -> Mapping[tuple[str, str], Accepted]:
        """What is accepted; the same object until it changes."""
        with self._lock:
            if self._looked is not None and time.monotonic() - self._looked < LOOK_EVERY_S:
                return self._found
            self._looked = time.monotonic()
        try:
            with self._engine.connect() as connection:
                found = all_accepted(connection)
        except (DBAPIError, PoolTimeout):
            logging.getLogger("mapsvc").warning("corrections of facts could not be read")
            return self._found
        if found != self._found:
            self._found = found
        return self._found
