"""Over HTTP: the service and PostGIS behind the same server, loaded in turns, and what they compute."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import mapbox_vector_tile
import psycopg

from benchmarks.asking import Asker
from benchmarks.peers.answers import LEAST_M, SHARE, Disagreement
from benchmarks.peers.loads import Load, Target, bear
from benchmarks.peers.processes import parent_of, proportional_mb, tree
from tests.service import RunningService, free_port

ROOT = Path(__file__).parents[2]
WORKERS = 2
CONSTANT = ["/robots.txt"]  # a few fixed bytes, through all that every answer passes
THEIR_CONSTANT = ["/constant"]
COMPARED = 20  # addresses of each kind
START_WITHIN_S = 60
WARM_UP_S = 1


@dataclass(frozen=True, slots=True)
class Server:
    """Something that listens, and its processes."""

    url: str
    web: Callable[[], Sequence[int]]
    database: Callable[[], Sequence[int]]

    def answers(self, address: str) -> bool:
        """Whether there is something at this address."""
        try:
            with urlopen(self.url + address, timeout=30):
                return True
        except HTTPError as fault:
            if fault.code == 404:
                return False
            raise


@contextmanager
def our_server(folder: Path) -> Iterator[Server]:
    """`mapsvc serve` over an installation; its web workers are those that left their marks."""
    with RunningService.started(folder, MAPSVC_SAMPLES="false", MAPSVC_WORKERS=str(WORKERS)) as service:
        marks = folder / f"workers-{urlsplit(service.url).port}"
        yield Server(service.url, lambda: [int(mark.name) for mark in marks.iterdir()], list)


@contextmanager
def their_server(database_url: str) -> Iterator[Server | None]:
    """The application over PostGIS, served by granian as `mapsvc serve` has it; None without orjson."""
    if find_spec("orjson") is None:
        print("  NOT MEASURED OVER HTTP ON POSTGIS: the package orjson is not installed.")
        yield None
        return
    with psycopg.connect(database_url) as connection:
        postmaster = parent_of(connection.info.backend_pid)
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1"),
            *("--port", str(port), "--workers", str(WORKERS), "--http", "1", "--workers-kill-timeout", "5"),
            *("--no-ws", "--no-access-log", "--log-level", "warning"),
            "benchmarks.peers.postgis_app:gateway",
        ],
        env=os.environ | {"MAPSVC_BENCH_POSTGIS": database_url, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    server = Server(
        f"http://127.0.0.1:{port}",
        lambda: [one for one in tree(process.pid) if one != process.pid],
        lambda: tree(postmaster),
    )
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def measure_served(
    folder: Path,
    ours: Server,
    theirs: Server | None,
    found: dict[str, list[str]],
    *,
    seconds: int,
    turns: int,
) -> dict[str, Any]:
    """Loads all that there is in turns; rows by target, memory of each web worker, and ratios.

    A ratio that was not measured is None. Raises Disagreement when the two servers answer differently.
    """
    kinds = [kind for kind in found if ours.answers(found[kind][0])]
    if theirs is not None:
        for kind in kinds:
            _compare(kind, ours.url, theirs.url, found[kind][:COMPARED])
    targets = [_target("floor", ours, CONSTANT), *(_target(kind, ours, found[kind]) for kind in kinds)]
    if theirs is not None:
        targets.append(_target("PostGIS: floor", theirs, THEIR_CONSTANT))
        targets += [_target(f"PostGIS: {kind}", theirs, found[kind]) for kind in kinds]
    loads = {target.name: Load() for target in targets}
    for target in targets:
        bear(folder, target, Load(), seconds=WARM_UP_S)
    for turn in range(turns):
        for target in targets if turn % 2 == 0 else reversed(targets):
            bear(folder, target, loads[target.name], seconds=seconds)
    rows = [load.row(name) for name, load in loads.items()]
    return {
        "http": rows,
        "memory_mb": [round(proportional_mb(process), 1) for process in ours.web()],
        "ratios": _ratios({str(row["target"]): float(row["computed_ms"]) for row in rows}),
    }


def _target(name: str, server: Server, addresses: Sequence[str]) -> Target:
    return Target(name, server.url, addresses, server.web, server.database)


def _ratios(computed: dict[str, float]) -> dict[str, float | None]:
    def ratio(one: str, other: str) -> float | None:
        return round(computed[one] / computed[other], 2) if one in computed and other in computed else None

    return {
        "http_search_cpu_over_floor": ratio("search", "floor"),
        "http_tile_cpu_over_floor": ratio("tile", "floor"),
        "postgis_over_search_cpu": ratio("PostGIS: search", "search"),
        "postgis_over_tile_cpu": ratio("PostGIS: tile", "tile"),
    }


def _compare(kind: str, ours: str, theirs: str, addresses: Sequence[str]) -> None:
    """Raises Disagreement where the two servers answer differently."""
    with Asker.at(ours) as one, Asker.at(theirs) as other:
        for address in addresses:
            own, their = (_read(kind, asker.get(address)) for asker in (one, other))
            if own[0] != their[0] or not _alike(own[1], their[1]):
                raise Disagreement(f"over HTTP: {own} here, {their} there, for {address}")


def _read(kind: str, body: bytes) -> tuple[int, list[float]]:
    """The sites that an answer of either server counts, and the metres that it gives."""
    if kind == "tile":
        layers = mapbox_vector_tile.decode(body).values()
        features = [feature["properties"] for layer in layers for feature in layer["features"]]
        return sum(feature.get("count", 1) for feature in features), []
    told = json.loads(body)
    if kind == "viewport":
        return (told["total"] if isinstance(told, dict) else sum(cell[0] for cell in told)), []
    metres = told["metres"] if "metres" in told else [item["distance_m"] for item in told["items"]]
    return told["total"], metres


def _alike(metres: Sequence[float], others: Sequence[float]) -> bool:
    return len(metres) == len(others) and all(
        abs(one - other) <= max(LEAST_M, SHARE * other) for one, other in zip(metres, others, strict=True)
    )


def _wait(server: Server, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if server.answers(THEIR_CONSTANT[0]):
                return
        except URLError:
            time.sleep(0.2)
    raise RuntimeError("the server over PostGIS did not start")
