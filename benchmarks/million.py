"""The directory beside PostGIS, SpatiaLite, SQLite, DuckDB and Redis, in process and over HTTP."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.installations import Workshop
from benchmarks.peers import duck, filling, loads, own, postgis, redis_server, spatialite, sqlite
from benchmarks.peers.addresses import addresses
from benchmarks.peers.changes import measure_changes
from benchmarks.peers.copies import copied
from benchmarks.peers.engines import Engine
from benchmarks.peers.pages import measure_pages
from benchmarks.peers.rounds import rounds
from benchmarks.peers.served import Server, measure_served, our_server, their_server
from benchmarks.peers.worlds import World, make_world
from mapsvc.directory.following import build
from mapsvc.storage.engine import public_engine

DEFAULT_ROWS = 100_000
WORKER_MB = 220.0
SHOWN_MS, PAN_MS, KILOBYTES = 2000.0, 300.0, 250.0
SEEN_S = 1.0
NOT_SERVED: dict[str, Any] = {
    "http": [],
    "memory_mb": [],
    "ratios": {
        "http_search_cpu_over_floor": None,
        "http_tile_cpu_over_floor": None,
        "postgis_over_search_cpu": None,
        "postgis_over_tile_cpu": None,
    },
}


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rows, questions of a class, the seconds an engine may take for them, and
    how often and how long each address is loaded. With ours_alone no peer is asked, and nothing over HTTP.
    """

    rows: int = DEFAULT_ROWS
    questions: int = 100
    budget_s: float = 0.25
    turns: int = 2
    load_s: int = 2
    ours_alone: bool = False

    @classmethod
    def for_rows(cls, rows: int, *, ours_alone: bool = False) -> "Effort":
        """The effort that suits so many rows: slow engines get more time where there is more to read."""
        large = rows > DEFAULT_ROWS
        return cls(rows, budget_s=3.0 if large else 0.25, turns=3 if large else 2, ours_alone=ours_alone)

    @property
    def within_s(self) -> int:
        """After how long something must be wrong: about three times what it takes on two processors."""
        return 400 + self.rows // 250


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Milliseconds and processor time of each answer, all compared before any ratio is told."""
    effort = Effort.for_rows(workshop.rows or DEFAULT_ROWS, ours_alone=workshop.ours_alone)
    yield from figures(measured(workshop, effort))


def measured(workshop: Workshop, effort: Effort) -> dict[str, Any]:
    """Everything as plain values: `ratios`, the tables `prepared_s`, `questions`, `pages`, `http` and
    `memory_mb`, and `changes`. Each is put among the tables of the workshop as soon as it is known.

    Raises Disagreement, with the case, where an engine answers otherwise than brute force.
    """
    world = make_world(effort.rows)
    stage = Stage(workshop, world)
    folder = workshop.installation("million")
    with ExitStack() as stack:
        with stage.timed("installation"):
            (filling.fill_records if effort.ours_alone else filling.fill)(folder, world)
        database = None if effort.ours_alone else stage.postgis(folder, stack)
        with ExitStack() as engines_kept:
            engines = stage.engines(folder, database, engines_kept, ours_alone=effort.ours_alone)
            questions = list(rounds(world, engines, questions=effort.questions, budget_s=effort.budget_s))
        told = {"rows": effort.rows, "sites": int(world.site[-1]) + 1, "prepared_s": stage.prepared_s}
        workshop.tables.update(told | {"questions": questions, "pages": [], "changes": None} | NOT_SERVED)
        if not effort.ours_alone:
            stage.serve(folder, database, effort)
        return workshop.tables


@dataclass(frozen=True, slots=True)
class Stage:
    """A world, and what is set up around it; all that is started ends with the stack it is given."""

    workshop: Workshop
    world: World
    prepared_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Keeps the seconds of setting something up."""
        begun = time.perf_counter()
        yield
        self.prepared_s[name] = round(time.perf_counter() - begun, 3)

    def postgis(self, folder: Path, stack: ExitStack) -> str | None:
        """The URL of a database that holds the world; None, said aloud, without PostGIS.

        On the way the directory is made from PostGIS too, from a copy of the records in folder.
        """
        cluster = stack.enter_context(postgis.tuned_cluster())
        if cluster is None:
            return None
        url = postgis.plain(cluster.fresh_database())
        with self.timed("PostGIS"):
            postgis.make_table(url, self.world)
        settings = copied(cluster, folder, self.workshop.folder / "on-postgis")
        engine = public_engine(settings)
        with self.timed("directory from PostGIS"):
            build(engine, settings.index_folder)
        engine.dispose()
        return url

    def engines(
        self, folder: Path, database: str | None, stack: ExitStack, *, ours_alone: bool
    ) -> list[Engine]:
        """The directory twice, then every peer that is installed."""
        with self.timed("directory"):
            directory = own.Own.of(folder)
        found: list[Engine | None] = [directory, directory.repeated()]
        if not ours_alone:
            found.append(postgis.Postgis.at(database) if database else None)
            files = self.workshop.folder / "points.sqlite", self.workshop.folder / "tree.sqlite"
            with self.timed("SpatiaLite"):
                spatialite.make_points(files[0], self.world)
            with self.timed("SQLite R*Tree"):
                sqlite.make_tree(files[1], self.world)
            found += [spatialite.spatialite_points(files[0]), sqlite.SqliteTree(sqlite.opened(files[1]))]
            with self.timed("DuckDB"):
                found.append(duck.Duck.of(self.world))
            with self.timed("Redis GEOSEARCH"):
                server = redis_server.Redis.started(self.workshop.folder, self.world)
                found.append(stack.enter_context(server))
        engines = [engine for engine in found if engine is not None]
        for engine in engines:
            stack.callback(engine.close)
        return engines

    def serve(self, folder: Path, database: str | None, effort: Effort) -> None:
        """Measures the running service: its answers over HTTP, its pages, and how soon it follows.

        Without wrk, which is said aloud, there are no answers over HTTP.
        """
        tables = self.workshop.tables
        with ExitStack() as stack:
            with self.timed("service"):
                ours = stack.enter_context(our_server(folder))
            tables.update(self._loaded(ours, database, effort))
            tables["pages"] = measure_pages(self.workshop.folder, ours.url, self.world)
            tables["changes"] = measure_changes(folder, ours.url)

    def _loaded(self, ours: Server, database: str | None, effort: Effort) -> dict[str, Any]:
        if loads.wrk() is None:
            print("  NOT MEASURED OVER HTTP: wrk is not installed. Run: sudo apt-get install wrk")
            return NOT_SERVED
        with ExitStack() as stack:
            theirs = stack.enter_context(their_server(database)) if database else None
            asked = addresses(self.world)
            effort_of_load = {"seconds": effort.load_s, "turns": effort.turns}
            return measure_served(self.workshop.folder, ours, theirs, asked, **effort_of_load)


def figures(tables: dict[str, Any]) -> Iterator[Figure]:
    """The tables as the lines that are printed."""
    for name, seconds in tables["prepared_s"].items():
        yield Figure(f"{name} set up", seconds, "s")
    for row in tables["questions"]:
        yield Figure(f"{row['class']}, {row['engine']}, median of {row['n']}", row["median_ms"], "ms")
    for row in tables["pages"]:
        yield from _figures_of_page(row)
    for row in tables["http"]:
        what = f"{row['target']} over HTTP, computed by request, {row['requests_per_s']:.0f} a second"
        yield Figure(what, row["computed_ms"], "ms")
    if changes := tables["changes"]:
        yield Figure(f"a change shows, median of {changes['n']}", changes["median_s"], "s")
        yield Figure("a change shows, 99th percentile", changes["p99_s"], "s", SEEN_S)
    for number, megabytes in enumerate(tables["memory_mb"], 1):
        yield Figure(f"memory of web worker {number}, shares in proportion", megabytes, "MB", WORKER_MB)
    for name, ratio in tables["ratios"].items():
        if ratio is not None:
            yield Figure(name, ratio, "x")


def _figures_of_page(row: dict[str, Any]) -> Iterator[Figure]:
    """The lines of one page; what is promised is promised of ours."""
    what = f"page, {row['page']} of {row['places']:,} places"
    promised = row["page"].startswith("ours")
    for name, unit, target in (
        ("shown_ms", "ms", SHOWN_MS),
        ("pan_ms", "ms", PAN_MS),
        ("kilobytes", "kB", KILOBYTES),
    ):
        if row[name] is not None:
            yield Figure(f"{what}, {name.partition('_')[0]}", row[name], unit, target if promised else None)
