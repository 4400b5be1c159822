"""What the commands work on: settings, a session on the private database, the places."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.errors import Misconfigured
from mapsvc.messages import mark as _
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.storage import schema
from mapsvc.storage.engine import private_engine, reading, writing
from mapsvc.storage.in_use import in_use

QUIET_S = 2.0  # work that is done sooner says nothing


@contextmanager
def session_of(settings: Settings, *, reads: bool = False) -> Iterator[Session]:
    """A session on the private database, which must be migrated; whoever uses it commits.

    One that only reads waits for nobody who writes.

    Raises Misconfigured when the tables are not those of this version.
    """
    with in_use(settings.folder), _engine(settings) as engine:
        if not schema.is_current(engine):
            raise Misconfigured(_("The database is not up to date. Run: mapsvc migrate"))
        with (reading if reads else writing)(engine) as session:
            yield session


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    engine = private_engine(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def gazetteer_of(settings: Settings) -> Gazetteer:
    """The gazetteer in the instance folder, built there the first time, which is then shown."""
    return Gazetteer.open(settings.folder, progress=share_of(_("Building the gazetteer")))


def share_of(what: str) -> Callable[[float], None]:
    """A callback for a share from 0 to 1 that shows progress once QUIET_S seconds have gone by."""
    show = steps_of(what)
    return lambda share: show(round(share * 100), 100)


def steps_of(what: str) -> Callable[[int, int], None]:
    """A callback for (done, of all) that shows progress once QUIET_S seconds have gone by."""
    begun, said = time.monotonic(), ""

    def show(done: int, of_all: int) -> None:
        nonlocal said
        line = f"{what}: {100 * done // max(of_all, 1)} %"
        if time.monotonic() - begun < QUIET_S or line == said:
            return
        said = line
        terminal = sys.stderr.isatty()
        click.echo(f"\r{line}" if terminal else line, err=True, nl=not terminal or done >= of_all)

    return show
