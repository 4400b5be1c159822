"""Redis GEOSEARCH, for what it can be asked: circles and nearest without filters, total and metres."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.answers import Answer, Found
from benchmarks.peers.engines import own_thread_s
from benchmarks.peers.processes import computed_s
from benchmarks.peers.questions import NEAREST, Circle, Nearest, Question, Window
from benchmarks.peers.worlds import World

KEY = "sites"
REACHES_KM = (5.0, 25.0, 125.0, 625.0, 20_100.0)
AT_ONCE = 10_000
START_WITHIN_S = 10.0


@dataclass(eq=False)
class Redis:
    """A server that holds every site of a world once."""

    client: Any
    process: int
    name: str = "Redis GEOSEARCH"
    sphere: bool = True
    again: bool = False

    @classmethod
    @contextmanager
    def started(cls, folder: Path, world: World) -> Iterator["Redis | None"]:
        """A server on a socket in folder, stopped at the end; None, said aloud, where there is none."""
        program = shutil.which("redis-server")
        try:
            import redis
        except ImportError:
            program = None
        if program is None:
            print("  NOT MEASURED ON REDIS: redis-server or the package redis is not installed.")
            yield None
            return
        socket = folder / "redis.sock"
        server = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            client = redis.Redis(unix_socket_path=str(socket))
            deadline = time.monotonic() + START_WITHIN_S
            while time.monotonic() < deadline:
                with suppress(redis.ConnectionError):
                    client.ping()
                    break
                time.sleep(0.05)
            _fill(client, world)
            yield cls(client, server.pid)
        finally:
            server.terminate()
            server.wait(10)

    def answers(self, question: Question) -> bool:
        """Only what has neither filters nor cells."""
        return not isinstance(question, Window) and not question.filter

    def ask(self, question: Question) -> Answer:
        """The answer; without facets."""
        if isinstance(question, Circle):
            found = self._within(question, question.radius_km)
            return Found(found[:NEAREST], len(found))
        assert isinstance(question, Nearest)
        for reach_km in REACHES_KM:
            found = self._within(question, reach_km, question.k)
            if len(found) == question.k:
                break
        return Found(found)

    def read(self, _question: Question, answer: Any) -> Answer:
        """The answer as it is."""
        assert isinstance(answer, Found)
        return answer

    def computed_s(self) -> float:
        """The server's, and the asking thread's that reads what comes."""
        return computed_s([self.process]) + own_thread_s()

    def close(self) -> None:
        """Closes the connection."""
        self.client.close()

    def _within(self, place: Circle | Nearest, radius_km: float, count: int | None = None) -> list[float]:
        found = self.client.geosearch(
            KEY,
            longitude=place.lon,
            latitude=place.lat,
            radius=radius_km * 1000,
            unit="m",
            sort="ASC",
            count=count,
            withdist=True,
        )
        return [metres for _site, metres in found]


def _fill(client: Any, world: World) -> None:
    sites, rows = np.unique(world.site, return_index=True)
    lists = (world.lon[rows].tolist(), world.lat[rows].tolist(), sites.tolist())
    for start in range(0, len(sites), AT_ONCE):
        parts = zip(*(column[start : start + AT_ONCE] for column in lists), strict=True)
        client.geoadd(KEY, [value for member in parts for value in member])
