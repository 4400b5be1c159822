"""Search and viewport among 10,000 listings: in process, over HTTP, and the same circles asked in SQL."""

import random
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine, create_engine, text

from benchmarks.asking import Asker
from benchmarks.circles import Circle, SqlCircles, on_postgis, on_spatialite
from benchmarks.figures import Figure, Stopwatch
from benchmarks.installations import Workshop, postgis, variables_of
from benchmarks.made_up import write_hosts
from mapsvc.config import Settings
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Box, Near, Search
from mapsvc.storage.engine import private_engine, public_engine
from tests.service import RunningService

LISTINGS = 10_000
CIRCLES = 60
RADII_KM = (10.0, 50.0, 200.0)
BOXES = ((0.2, 11), (1.5, 8), (12.0, 5))  # half the width in degrees, and the zoom of the map


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Medians in milliseconds; the ids found are compared with SQL's before any ratio is given."""
    table = workshop.folder / "listings.csv"
    write_hosts(table, LISTINGS)
    command = ["import-hosts", str(table), "--source", "made up"]
    folder = workshop.installation("searches")
    workshop.run(command, variables_of(folder))
    with ExitStack() as stack:
        settings = Settings(instance=folder, database_url="", public_database_url="")
        directory = Directory(_kept(stack, public_engine(settings)))
        databases = [on_spatialite(_kept(stack, private_engine(settings)))]
        if urls := stack.enter_context(postgis()):
            databases.append(on_postgis(_kept(stack, create_engine(urls[0])), _points(databases[0].engine)))
        yield Figure("listings in the directory", len(directory), "")
        for radius_km in RADII_KM:
            yield from _against_sql(directory, databases, radius_km)
    yield from _viewport(directory)
    yield from _over_http(folder)


def _kept(stack: ExitStack, engine: Engine) -> Engine:
    stack.callback(engine.dispose)
    return engine


def _points(engine: Engine) -> list[tuple[int, float, float]]:
    with engine.connect() as connection:
        return [
            (row.id, row.lon, row.lat)
            for row in connection.execute(text("SELECT id, lon, lat FROM listings"))
        ]


def _circles(radius_km: float) -> list[Circle]:
    chance = random.Random(round(radius_km))  # noqa: S311
    return [Circle(chance.uniform(-5, 22), chance.uniform(40, 54), radius_km) for _ in range(CIRCLES)]


def _against_sql(directory: Directory, databases: list[SqlCircles], radius_km: float) -> Iterator[Figure]:
    own, theirs = Stopwatch(), [Stopwatch() for _ in databases]
    found = 0
    for circle in _circles(radius_km):
        search = Search(near=Near(circle.lon, circle.lat, circle.radius_km))
        with own.turn():
            directory.search(search)
        expected = sorted(directory.listing_ids(search))
        found += len(expected)
        for database, watch in zip(databases, theirs, strict=True):
            with watch.turn():
                listings = database.inside(circle)
            if sorted(listings) != expected:
                raise RuntimeError(f"{database.name} finds other listings than the directory: {circle}")
    what = f"search of {radius_km:g} km ({found / CIRCLES:.0f} found)"
    yield from own.figures(f"{what}, in process")
    for database, watch in zip(databases, theirs, strict=True):
        yield from watch.figures(f"{what}, {database.name}")
        ratio = statistics.median(watch.turns) / statistics.median(own.turns)
        yield Figure(f"{what}, {database.name} to in process", ratio, "x")


def _viewport(directory: Directory) -> Iterator[Figure]:
    for half, zoom in BOXES:
        watch = Stopwatch()
        for circle in _circles(half):
            box = Box(circle.lon - half, circle.lat - half / 2, circle.lon + half, circle.lat + half / 2)
            with watch.turn():
                directory.viewport(Search(), box, zoom)
        yield from watch.figures(f"viewport at zoom {zoom}, in process")


def _over_http(folder: Path) -> Iterator[Figure]:
    search, viewport = Stopwatch(), Stopwatch()
    with RunningService.started(folder, MAPSVC_SAMPLES="false") as service, Asker.of(service) as asker:
        for circle in _circles(30):  # warms up
            asker.get("/api/search?" + urlencode({"lon": circle.lon, "lat": circle.lat, "radius_km": 30}))
        for circle in _circles(50):
            place = {"lon": circle.lon, "lat": circle.lat, "radius_km": 50}
            with search.turn():
                asker.get("/api/search?" + urlencode(place))
            box = f"{circle.lon - 1.5},{circle.lat - 0.75},{circle.lon + 1.5},{circle.lat + 0.75}"
            with viewport.turn():
                asker.get("/api/viewport?" + urlencode({"box": box, "zoom": 8}))
    yield from search.figures("search of 50 km, over HTTP")
    yield from viewport.figures("viewport at zoom 8, over HTTP")
