"""Loads a server with wrk and counts what its processes compute meanwhile."""

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.processes import computed_s

CONNECTIONS = 8
# Each request takes the next address; what is told at the end is JSON.
SCRIPT = """
local paths, number = {}, 0
for line in io.lines(os.getenv("ADDRESSES")) do paths[#paths + 1] = line end
request = function()
  number = number % #paths + 1
  return wrk.format("GET", paths[number])
end
done = function(summary, latency, requests)
  local faults = summary.errors
  print(string.format('{"requests": %d, "bytes": %d, "microseconds": %d, "faults": %d, "p50": %d, "p99": %d}',
    summary.requests, summary.bytes, summary.duration,
    faults.connect + faults.read + faults.write + faults.status + faults.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class Unanswered(Exception):
    """Some requests failed: what the others cost says nothing."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is loaded: addresses of a server, and which processes compute for it, in two groups."""

    name: str
    url: str
    addresses: Sequence[str]
    web: Callable[[], Sequence[int]]
    database: Callable[[], Sequence[int]]


@dataclass(slots=True)
class Load:
    """What one target has borne so far; seconds of processor time, milliseconds of waiting."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    web_s: float = 0.0
    database_s: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0

    def row(self, name: str) -> dict[str, float | str]:
        """A row of the table: by request what is by request."""
        computed = (self.web_s + self.database_s) * 1000 / self.requests
        return {
            "target": name,
            "requests": self.requests,
            "requests_per_s": round(self.requests / self.seconds, 1),
            "computed_ms": round(computed, 4),
            "web_ms": round(self.web_s * 1000 / self.requests, 4),
            "database_ms": round(self.database_s * 1000 / self.requests, 4),
            "p50_ms": round(self.p50_ms, 3),
            "p99_ms": round(self.p99_ms, 3),
            "bytes": round(self.bytes / self.requests),
        }


def wrk() -> str | None:
    """The program that makes the load, None where it is not installed."""
    return shutil.which("wrk")


def bear(folder: Path, target: Target, load: Load, *, seconds: int) -> None:
    """Loads a target for some seconds and adds what it cost. Raises Unanswered."""
    script, addresses = folder / "load.lua", folder / "addresses.txt"
    script.write_text(SCRIPT, "utf-8")
    addresses.write_text("\n".join(target.addresses) + "\n", "utf-8")
    web, database = computed_s(target.web()), computed_s(target.database())
    done = subprocess.run(
        [str(wrk()), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), target.url],
        env={"ADDRESSES": str(addresses)},
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 30,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    if said["faults"] or not said["requests"]:
        raise Unanswered(f"{target.name}: {said['faults']} of {said['requests']} requests failed")
    load.requests += said["requests"]
    load.bytes += said["bytes"]
    load.seconds += said["microseconds"] / 1e6
    load.web_s += computed_s(target.web()) - web
    load.database_s += computed_s(target.database()) - database
    load.p50_ms, load.p99_ms = said["p50"] / 1000, said["p99"] / 1000
