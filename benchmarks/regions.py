"""Regions: where 100,000 points lie, and the page of 1,345 regions on a first visit in Chromium."""

import random
import statistics
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Stopwatch
from benchmarks.installations import Workshop, variables_of
from benchmarks.made_up import write_hosts
from benchmarks.peers.pages import DESKTOP, PHONE, browser
from mapsvc.places.region_sets import region_sets
from tests.conftest import SHARED
from tests.service import RunningService

FILES = [SHARED / f"data/NUTS_RG_60M_2024_4326_LEVL_{level}.geojson" for level in (1, 2, 3)]
POINTS = 100_000
HOSTS = 10_000
VISITS = 7
MOST_MS = 3_000
MOST_KB = 600
DRAWN = "path[data-unit]"


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Milliseconds of finding, of answering and until the regions are drawn; kilobytes on the wire."""
    if not all(file.exists() for file in FILES):
        print("  NOT MEASURED: the files of NUTS 2024 are not beside the project.")
        return
    folder = workshop.installation("regions")
    table = workshop.folder / "hosts-of-regions.csv"
    write_hosts(table, HOSTS)
    workshop.run(["import-hosts", str(table), "--source", "made up"], variables_of(folder))
    workshop.run(["import-regions", *map(str, FILES)], variables_of(folder))
    yield from _finding(folder)
    with RunningService.started(folder, **variables_of(folder)) as service, browser() as chromium:
        if chromium is None:
            print("  NOT MEASURED IN THE BROWSER: Chromium is not installed.")
            return
        for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
            visits = [_visit(chromium, f"{service.url}/coverage?level=3", size) for _ in range(VISITS)]
            shown, weights = ([visit[at] for visit in visits] for at in (0, 1))
            yield Figure(
                f"1,345 regions drawn, {name}, median of {VISITS}", statistics.median(shown), "ms", MOST_MS
            )
            yield Figure(f"1,345 regions drawn, {name}, slowest", max(shown), "ms")
            yield Figure(f"1,345 regions, {name}, on the wire", max(weights), "kB", MOST_KB)


def _finding(folder: Path) -> Iterator[Figure]:
    chance = random.Random(1345)  # noqa: S311
    lons = [chance.uniform(-10, 30) for _ in range(POINTS)]
    lats = [chance.uniform(36, 70) for _ in range(POINTS)]
    for regions in region_sets(folder).all():
        regions.finest_at(lons[:10], lats[:10], [None] * 10)  # reads the outlines
        watch = Stopwatch()
        for _turn in range(3):
            with watch.turn():
                regions.finest_at(lons, lats, [None] * POINTS)
        yield from watch.figures(f"{POINTS:,} points in {regions.key}")


def _visit(chromium: Any, address: str, size: dict[str, int]) -> tuple[float, float]:
    """Milliseconds until the regions are drawn, with an empty cache, and kilobytes of all that was loaded."""
    with closing(chromium.new_context(viewport=size, locale="en-GB")) as context:
        page = context.new_page()
        wire: list[float] = []
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
        page.goto(address, wait_until="commit")
        page.locator(DRAWN).first.wait_for(state="attached")
        shown = float(page.evaluate("performance.now()"))
        page.wait_for_load_state("networkidle")
        return shown, sum(wire) / 1024
