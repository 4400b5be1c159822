"""`python -m benchmarks.report`: tables in Markdown and a plot of cost against rows, from JSON."""

import argparse
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

PLOTTED = ("as many answers", "50 km, filters", "k = 20, very selective", "window z4", "window z12, filters")
ENGINES = ("directory", "PostGIS")
COLOURS = ("#1b6ca8", "#c8553d", "#2a9d5c", "#8a4fbf", "#b8860b")
WIDTH, HEIGHT, EDGE, LEGEND = 720, 420, 60, 230

Run = dict[str, Any]


def main() -> None:
    """Prints the tables of each file, or writes the plot of all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="written by mapsvc bench --json")
    parser.add_argument("--markdown", action="store_true", help="print the tables")
    parser.add_argument("--plot", type=Path, metavar="SVG", help="write the plot of cost against rows")
    asked = parser.parse_args()
    runs = sorted((json.loads(file.read_text("utf-8")) for file in asked.files), key=lambda run: run["rows"])
    if asked.markdown:
        print("\n".join(line for run in runs for line in markdown(run)))
    if asked.plot:
        asked.plot.write_text(plot(runs), "utf-8")


def markdown(run: Run) -> Iterator[str]:
    """The tables of a run, line by line: median milliseconds, and how often the directory's time that is."""
    engines = list(dict.fromkeys(row["engine"] for row in run["questions"]))
    yield f"### {run['rows']:,} listings, {run['sites']:,} sites (load {run['load']} while measured)"
    yield ""
    yield from _table(["question", *engines], _questions(run, engines))
    yield from _pages(run["pages"])
    if run["http"]:
        names = (
            "target",
            "requests_per_s",
            "computed_ms",
            "web_ms",
            "database_ms",
            "p50_ms",
            "p99_ms",
            "bytes",
        )
        heads = ["over HTTP", "a second", "computed ms", "web ms", "database ms", "p50 ms", "p99 ms", "bytes"]
        yield from _table(heads, ([str(row[name]) for name in names] for row in run["http"]))
    told = {name: "not measured" if ratio is None else f"{ratio}" for name, ratio in run["ratios"].items()}
    yield from _table(["ratio", "value"], ([f"`{name}`", ratio] for name, ratio in told.items()))
    if changes := run["changes"]:
        yield f"A change shows after {changes['median_s']} s, at the 99th percentile {changes['p99_s']} s"
        yield f"({changes['n']} changes)."
        yield ""
    seconds = run["prepared_s"].items()
    yield from _table(["set up", "s"], ([name, str(value)] for name, value in seconds))
    if run["memory_mb"]:
        yield f"Memory of each web worker (PSS): {', '.join(map(str, run['memory_mb']))} MB."
        yield ""


def plot(runs: Sequence[Run]) -> str:
    """Processor milliseconds against rows, both in powers of ten, as an SVG; peers are dashed."""
    lines = {
        (name, engine): [
            (run["rows"], row["computed_ms"])
            for run in runs
            for row in run["questions"]
            if (row["class"], row["engine"]) == (name, engine) and row["computed_ms"] > 0
        ]
        for name in PLOTTED
        for engine in ENGINES
    }
    shown = [point for points in lines.values() for point in points]
    spans = [
        (math.floor(math.log10(min(axis))), math.ceil(math.log10(max(axis))))
        for axis in zip(*shown, strict=True)
    ]
    across, down = ((low, max(high, low + 1)) for low, high in spans)

    def place(rows: float, milliseconds: float) -> tuple[float, float]:
        x = EDGE + (math.log10(rows) - across[0]) / (across[1] - across[0]) * (WIDTH - EDGE - LEGEND)
        y = HEIGHT - EDGE - (math.log10(milliseconds) - down[0]) / (down[1] - down[0]) * (HEIGHT - 2 * EDGE)
        return round(x, 1), round(y, 1)

    drawn = [*_grid(across, down, place)]
    for number, ((name, engine), points) in enumerate((key, at) for key, at in lines.items() if at):
        colour = COLOURS[PLOTTED.index(name)]
        style = f'stroke="{colour}" fill="none" stroke-width="2"' + (
            "" if engine == ENGINES[0] else ' stroke-dasharray="6 4"'
        )
        path = " ".join(f"{x},{y}" for x, y in (place(*point) for point in points))
        drawn.append(f'<polyline points="{path}" {style}/>')
        drawn += [
            f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in (place(*at) for at in points)
        ]
        line = EDGE + number * 20
        left = WIDTH - LEGEND + 20
        drawn.append(f'<polyline points="{left},{line} {left + 26},{line}" {style}/>')
        drawn.append(f'<text x="{left + 32}" y="{line + 4}">{name}, {engine}</text>')
    body = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="11">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


def _grid(across: tuple[int, int], down: tuple[int, int], place: Any) -> Iterator[str]:
    """Lines at the powers of ten, with their numbers."""
    for power in range(across[0], across[1] + 1):
        (x, bottom), (_x, top) = place(10**power, 10 ** down[0]), place(10**power, 10 ** down[1])
        yield f'<path d="M{x} {bottom}V{top}" stroke="#ddd"/>'
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{10**power:,}</text>'
    for power in range(down[0], down[1] + 1):
        (left, y), (right, _y) = place(10 ** across[0], 10.0**power), place(10 ** across[1], 10.0**power)
        yield f'<path d="M{left} {y}H{right}" stroke="#ddd"/>'
        yield f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{10.0**power:g} ms</text>'


def _questions(run: Run, engines: Sequence[str]) -> Iterator[list[str]]:
    cells = {(row["class"], row["engine"]): row for row in run["questions"]}
    for name in dict.fromkeys(row["class"] for row in run["questions"]):
        yield [name, *(_cell(cells.get((name, engine))) for engine in engines)]


def _pages(rows: Sequence[Run]) -> Iterator[str]:
    if not rows:
        return
    heads = ["page", "places", "made in s", "on screen after ms", "after a pan ms", "kB", "elements"]
    names = ("page", "places", "made_s", "shown_ms", "pan_ms", "kilobytes", "elements")
    cells = (
        [
            "-" if row[name] is None else f"{row[name]:,}" if name == "places" else str(row[name])
            for name in names
        ]
        for row in rows
    )
    yield from _table(heads, cells)


def _cell(row: Run | None) -> str:
    if row is None:
        return "-"
    p99 = f", p99 {row['p99_ms']:.3g}" if row["p99_ms"] is not None else ""
    return f"{row['median_ms']:.3g} (n={row['n']}{p99}, x{row['ratio']})"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


if __name__ == "__main__":
    main()
