"""The application as servers load it: `mapsvc.wsgi:gateway` by ours, `mapsvc.wsgi:app` by one for WSGI."""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

from mapsvc.app import create_app
from mapsvc.config import Settings
from mapsvc.gateway import Gateway
from mapsvc.http import Running, running
from mapsvc.serve import WORKERS_FOLDER, mark_worker, workers_up
from mapsvc.services.counting_threads import CountingThread
from mapsvc.services.demand_buffers import DemandCounter
from mapsvc.services.demands import finders
from mapsvc.services.kept_kit_buffers import KeptKitCounter
from mapsvc.storage.in_use import in_use
from mapsvc.supervisor import end_with_parent

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class HealthyWhenAllAreUp:
    """Answers 503 at /healthz until every worker of the service has loaded the application.

    The worker that happens to answer is not the only one that will be asked next.
    """

    def __init__(self, app: "WSGIApplication", *, marks: Path, workers: int) -> None:
        self.app = app
        self.marks = marks
        self.workers = workers

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The application's own answer, but for /healthz before all are up."""
        if environ.get("PATH_INFO") == "/healthz" and workers_up(self.marks) < self.workers:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "1")])
            return [b"starting\n"]
        return self.app(environ, start_response)


def _load() -> "WSGIApplication":
    """The application, in a worker of `mapsvc serve` or under another WSGI server alike."""
    held.enter_context(in_use(Settings().folder))
    app = create_app()
    with app.app_context():
        running().shelf.read()
        begin_counting(running())
    if WORKERS_FOLDER not in os.environ:
        return app
    end_with_parent()
    marks = Path(os.environ[WORKERS_FOLDER])
    mark_worker(marks)
    return HealthyWhenAllAreUp(app, marks=marks, workers=Settings().workers)


def begin_counting(here: Running) -> None:
    """Begins to count what pages leave in memory, where that is not switched off."""
    counters: list[CountingThread] = []
    if here.demand is not None:
        regions = partial(finders, here.settings.folder)
        counters.append(DemandCounter(here.demand, here.private_engine, regions))
    if here.kept_kits is not None:
        counters.append(KeptKitCounter(here.kept_kits, here.private_engine))
    for counter in counters:
        counter.start()
        # Of the workers' processes atexit knows nothing: they are multiprocessing's, which ends without it.
        Finalize(None, counter.end, exitpriority=0)


held = ExitStack()  # for as long as the process lives, no restore begins
app = _load()
gateway = Gateway(app)
