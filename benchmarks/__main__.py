"""`python -m benchmarks`: runs the subjects one after the other and prints what they measure."""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from benchmarks import imports, places, searches, starts, tiles
from benchmarks.figures import Figure
from benchmarks.installations import Workshop

SUBJECTS = {"places": places, "starts": starts, "searches": searches, "tiles": tiles, "imports": imports}
WITHIN_S = 230


def main() -> None:
    """Measures the chosen subjects, all of them by default, in a folder that is gone afterwards."""
    asked = _parser().parse_args()
    if asked.list:
        for name, subject in SUBJECTS.items():
            print(f"{name}: {subject.__doc__}")
        return
    # An alarm and a request to stop end as errors do, so that servers and files are cleared away.
    signal.signal(signal.SIGALRM, _stop)
    signal.signal(signal.SIGTERM, _stop)
    signal.alarm(WITHIN_S)
    with tempfile.TemporaryDirectory(prefix="mapsvc-bench-") as folder:
        workshop = Workshop(Path(folder))
        results = {name: _measured(name, workshop) for name in asked.only or SUBJECTS}
    signal.alarm(0)
    if asked.json:
        _write(asked.json, results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=SUBJECTS, help="this alone; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    parser.add_argument("--list", action="store_true", help="name the subjects and measure nothing")
    return parser


def _measured(name: str, workshop: Workshop) -> list[Figure]:
    print(f"{name}: {SUBJECTS[name].__doc__}", flush=True)
    begun = time.perf_counter()
    figures = []
    for figure in SUBJECTS[name].measure(workshop):
        print(figure, flush=True)
        figures.append(figure)
    print(f"  ({time.perf_counter() - begun:.0f} s)\n", flush=True)
    return figures


def _write(path: Path, results: dict[str, list[Figure]]) -> None:
    told = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "figures": [
            {
                "subject": name,
                "what": figure.what,
                "value": round(figure.value, 3),
                "unit": figure.unit,
                "target": figure.target,
            }
            for name, figures in results.items()
            for figure in figures
        ],
    }
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _stop(number: int, _frame: FrameType | None) -> None:
    sys.exit(
        f"Stopped: not done within {WITHIN_S} s." if number == signal.SIGALRM else "Stopped before the end."
    )


if __name__ == "__main__":
    main()
