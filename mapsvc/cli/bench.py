"""The command that measures this program beside what one would take instead."""

import subprocess
import sys
from pathlib import Path

import click

from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _

CHECKOUT = Path(__file__).parents[2]
LEAST_ROWS, MOST_ROWS = 1_000, 20_000_000


class NoBenchmarks(MapsvcError):
    """The benchmarks are not in the wheel: they need the tests' servers."""

    message = _("The benchmarks come with the source of mapsvc alone: run this in a checkout of it.")


@click.command()
@click.option(
    "--rows", type=click.IntRange(LEAST_ROWS, MOST_ROWS), default=100_000, show_default=True, help="Listings."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Write the figures as JSON, and what is said to stderr."
)
@click.option("--ours-alone", is_flag=True, help="Measure no other program.")
def bench(rows: int, as_json: bool, ours_alone: bool) -> None:
    """Measure search and map among made-up listings, beside PostGIS and others where they are installed."""
    if not (CHECKOUT / "benchmarks" / "__main__.py").exists():
        raise NoBenchmarks
    options = [*(["--json", "-"] if as_json else []), *(["--ours-alone"] if ours_alone else [])]
    command = [sys.executable, "-m", "benchmarks", "--only", "million", "--rows", str(rows), *options]
    sys.exit(subprocess.run(command, cwd=CHECKOUT, check=False).returncode)  # noqa: S603 - our own words


COMMANDS = (bench,)
