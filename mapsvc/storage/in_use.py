"""Who works on an instance folder: everybody together, or a restore alone.

The system gives a lock back however its process ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path

from mapsvc.errors import Misconfigured
from mapsvc.messages import mark as _

LOCK = "in-use.lock"
UNFINISHED = "restore-unfinished"


class InUse(Misconfigured):
    """The service, or a command, works on what is to be replaced."""

    message = _("The service is running on this folder, or a command is. Stop it first. Nothing was changed.")


class BeingRestored(Misconfigured):
    """A restore is under way."""

    message = _("A backup is being restored here. Wait until that is done.")


class HalfRestored(Misconfigured):
    """A restore ended in the middle: what is there may hold what was erased."""

    message = _("A restore did not come to its end. Run it again before anything else: mapsvc restore FILE")


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Keeps a restore from beginning. Raises BeingRestored or HalfRestored."""
    with (folder / LOCK).open("ab") as file:
        try:
            flock(file, LOCK_SH | LOCK_NB)
        except OSError:
            raise BeingRestored from None
        if (folder / UNFINISHED).exists():
            raise HalfRestored
        yield


@contextmanager
def to_oneself(folder: Path) -> Iterator[None]:
    """Keeps everybody else from beginning. Raises InUse."""
    with (folder / LOCK).open("ab") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except OSError:
            raise InUse from None
        yield


@contextmanager
def unfinished(folder: Path) -> Iterator[None]:
    """Keeps the service from starting until this has come to its good end, after a crash too."""
    mark = folder / UNFINISHED
    mark.touch()
    yield
    mark.unlink()
