"""Importing 20,000 made-up rows on SpatiaLite and PostGIS, and reading them as spreadsheets."""

import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.installations import Workshop, postgis, variables_of
from benchmarks.made_up import write_hosts
from benchmarks.workbooks import write_workbook
from mapsvc.intake.limits import BROWSER
from mapsvc.intake.readers import read_table

ROWS = 20_000
SECONDS = 30.0
PEAK_MB = 300.0


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Seconds of reading a file; seconds and the largest resident memory in MB of importing it."""
    table = workshop.folder / "hosts.csv"
    write_hosts(table, ROWS)
    for suffix in (".csv", ".xlsx", ".ods"):
        file = table.with_suffix(suffix)
        if file != table:
            write_workbook(table, file)
        begun = time.perf_counter()
        read_table(file, limits=BROWSER)
        yield Figure(f"reading {ROWS:,} rows of {suffix[1:].upper()}", time.perf_counter() - begun, "s")
    command = ["import-hosts", str(table), "--source", "made up"]
    variables = variables_of(workshop.installation("imports"))
    yield from _figures(workshop, command, variables, "SpatiaLite")
    with postgis() as urls:
        if urls is not None:
            variables |= dict(zip(("MAPSVC_DATABASE_URL", "MAPSVC_PUBLIC_DATABASE_URL"), urls, strict=True))
            workshop.run(["migrate"], variables)
            yield from _figures(workshop, command, variables, "PostGIS")


def _figures(
    workshop: Workshop, command: list[str], variables: dict[str, str], database: str
) -> Iterator[Figure]:
    run = workshop.run(command, variables)
    yield Figure(f"import of {ROWS:,} rows, {database}", run.seconds, "s", SECONDS)
    yield Figure(f"import of {ROWS:,} rows, {database}, processor time", run.processor_seconds, "s")
    yield Figure(f"import of {ROWS:,} rows, {database}, largest memory", run.peak_mb, "MB", PEAK_MB)
