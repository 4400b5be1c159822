"""Installations in a temporary folder, and the program run on them as an operator runs it."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.postgis import PostgisCluster, PostgisUnavailable

PUBLIC_ROLE = "mapsvc_public"
LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """How long a command took, how long it computed itself, and the most memory it held at once."""

    seconds: float
    processor_seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Workshop:
    """The folder of one run of the benchmarks; all that they make is inside.

    rows is how many listings were asked for, 0 leaves it to the subject; with ours_alone no peer is
    measured. Subjects that have more to tell than figures put it into tables.
    """

    folder: Path
    rows: int = 0
    ours_alone: bool = False
    tables: dict[str, Any] = field(default_factory=dict)

    def installation(self, name: str) -> Path:
        """The folder of a new installation without samples: SpatiaLite, gazetteer and seed are ready."""
        base = self.folder / "base"
        if not base.exists():
            for words in (["migrate"], ["load"]):
                self.run(words, variables_of(base))
        return Path(shutil.copytree(base, self.folder / name))

    def run(self, words: list[str], variables: Mapping[str, str]) -> Run:
        """Runs a `mapsvc` command to its end. Raises RuntimeError with its last words when it fails."""
        log = self.folder / "command.log"
        begun, computed = time.perf_counter(), processor_seconds()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "mapsvc", *words],
                env=plain_environment() | dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                peak_kb = 0
                while process.poll() is None:
                    peak_kb = max(peak_kb, peak_of(process.pid))
                    time.sleep(LOOK_EVERY_S)
            finally:
                process.kill()
                process.wait()
        seconds = time.perf_counter() - begun
        if process.returncode:
            raise RuntimeError(f"mapsvc {' '.join(words)}:\n{log.read_text('utf-8')[-2000:]}")
        return Run(seconds, processor_seconds() - computed, peak_kb / 1024)


def plain_environment() -> dict[str, str]:
    """The environment without what it says of any other installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MAPSVC_")}


def variables_of(folder: Path) -> dict[str, str]:
    """The settings of an installation without samples."""
    return {"MAPSVC_INSTANCE": str(folder), "MAPSVC_SAMPLES": "false"}


def processor_seconds() -> float:
    """What all commands that have ended have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_of(pid: int) -> int:
    """The most memory in kB that a process has held so far; 0 once it has ended.

    Linux counts it a program. What wait4 gives would include the parent's memory at the fork.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


@contextmanager
def postgis() -> Iterator[tuple[str, str] | None]:
    """The URLs of an empty PostGIS database, its owner's and its readers'; None, said aloud, without one."""
    try:
        cluster = PostgisCluster().start()
    except PostgisUnavailable as fault:
        print(f"  NOT MEASURED ON POSTGIS: {fault}")
        yield None
        return
    try:
        url = cluster.fresh_database()
        yield url, cluster.as_role(url, PUBLIC_ROLE)
    finally:
        cluster.stop()
