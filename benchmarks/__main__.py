"""`python -m benchmarks`: runs the subjects one after the other and prints what they measure."""

import argparse
import contextlib
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
from typing import Any

from benchmarks import imports, million, papers, places, placing, regions, searches, starts, tiles
from benchmarks.figures import Figure
from benchmarks.installations import Workshop

SUBJECTS = {
    "places": places,
    "starts": starts,
    "searches": searches,
    "tiles": tiles,
    "papers": papers,
    "placing": placing,
    "regions": regions,
    "imports": imports,
    "million": million,
}
STANDARD_OUTPUT = "-"
LEAST_ROWS, MOST_ROWS = 1_000, 20_000_000
WITHIN_S = 230  # all but million, whose time depends on its rows


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
    subjects = asked.only or list(SUBJECTS)
    signal.alarm(_within_s(subjects, asked.rows))
    # What is said meanwhile would spoil the figures that are written to the same place.
    said = (
        contextlib.redirect_stdout(sys.stderr) if asked.json == STANDARD_OUTPUT else contextlib.nullcontext()
    )
    with said, tempfile.TemporaryDirectory(prefix="mapsvc-bench-") as folder:
        workshop = Workshop(Path(folder), asked.rows, asked.ours_alone)
        results: dict[str, list[Figure]] = {}
        try:
            for name in subjects:
                results[name] = _measured(name, workshop)
        finally:
            # What was measured before something failed is told as well.
            signal.alarm(0)
            told = json.dumps(_told(results) | workshop.tables, indent=2, ensure_ascii=False) + "\n"
            if asked.json and asked.json != STANDARD_OUTPUT:
                Path(asked.json).write_text(told, "utf-8")
    if asked.json == STANDARD_OUTPUT:
        print(told, end="")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=SUBJECTS, help="this alone; may be repeated")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file; - for standard output")
    parser.add_argument("--rows", type=_rows, default=0, metavar="N", help="listings of the subject million")
    parser.add_argument("--ours-alone", action="store_true", help="measure no peer in the subject million")
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


def _told(results: dict[str, list[Figure]]) -> dict[str, Any]:
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[1], 1),
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


def _rows(text: str) -> int:
    if not LEAST_ROWS <= int(text) <= MOST_ROWS:
        raise argparse.ArgumentTypeError(f"{text} is not between {LEAST_ROWS} and {MOST_ROWS}")
    return int(text)


def _within_s(subjects: list[str], rows: int) -> int:
    """After how many seconds something must be wrong."""
    own_s = million.Effort.for_rows(rows or million.DEFAULT_ROWS).within_s if "million" in subjects else 0
    return own_s + (WITHIN_S if set(subjects) - {"million"} else 0)


def _stop(number: int, _frame: FrameType | None) -> None:
    sys.exit("Stopped: it takes too long." if number == signal.SIGALRM else "Stopped before the end.")


if __name__ == "__main__":
    main()
