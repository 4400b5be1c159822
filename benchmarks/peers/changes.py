"""How soon a change shows: written to the database, looked for over HTTP."""

from pathlib import Path
from typing import Any

from benchmarks.figures import percentile
from benchmarks.peers.filling import settings_of
from mapsvc.storage.engine import private_engine
from tests.soak.running import Soak

SECONDS = 20
WRITES_PER_S = 20


def measure_changes(folder: Path, url: str) -> dict[str, Any]:
    """Median and 99th percentile of the seconds from a commit until search, counts and map show it.

    The changes are adds, edits, moves and deletions, while others read. Raises what a reader found wrong.
    """
    engine = private_engine(settings_of(folder))
    soak = Soak(url, engine)
    soak.run(SECONDS, writes_per_s=WRITES_PER_S)
    engine.dispose()
    seen = soak.seen_s
    return {
        "n": len(seen),
        "median_s": round(percentile(seen, 50), 3),
        "p99_s": round(percentile(seen, 99), 3),
    }
