"""Suggesting places over HTTP: every labelled query of the tests, asked once of a running service."""

import csv
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.asking import Asker
from benchmarks.figures import Figure, Stopwatch
from benchmarks.installations import Workshop
from tests.service import RunningService

QUERIES = Path(__file__).parents[1] / "tests" / "places" / "queries.csv"
MEDIAN_MS = 15.0
WARM_UP = [f"warm up {number}" for number in range(10)]


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Median and 95th percentile, in milliseconds, on one kept connection as a browser has it."""
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        queries = [row["query"] for row in csv.DictReader(lines)]
    watch = Stopwatch()
    with (
        RunningService.started(workshop.installation("places"), MAPSVC_SAMPLES="false") as service,
        Asker.of(service) as asker,
    ):
        for query in WARM_UP:
            asker.get(_address(query))
        for query in queries:
            with watch.turn():
                asker.get(_address(query))
    yield from watch.figures("places over HTTP", target=MEDIAN_MS)


def _address(query: str) -> str:
    return "/api/places?" + urlencode({"q": query})
