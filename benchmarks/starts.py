"""Starting again: from the command `mapsvc serve --prepare` to the first good answer of /healthz."""

import statistics
import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.installations import Workshop
from tests.service import RunningService

TIMES = 3
SECONDS = 8.0


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Median seconds of three later starts of an installation with samples; all workers are up."""
    folder = workshop.installation("starts")
    with RunningService.started(folder):
        pass  # the first start loads the samples
    seconds = []
    for _time in range(TIMES):
        begun = time.perf_counter()
        with RunningService.started(folder):
            seconds.append(time.perf_counter() - begun)
    yield Figure(f"later start, median of {TIMES}", statistics.median(seconds), "s", SECONDS)
