"""Looks into a file that somebody sent, in a process of its own that may fail, grow or hang alone."""

import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapsvc.domain.numbers import InvalidNumber, parse_number
from mapsvc.intake.limits import Limits
from mapsvc.intake.mapping import ColumnMapping, dump_mapping, guess_mapping
from mapsvc.intake.readers import read_table
from mapsvc.intake.tables import Table
from mapsvc.places.crs import guess_grids

SAMPLES = 5
LONGEST_SAMPLE = 80
NOT_DEGREES = 1_000.0
MOST_BYTES = 2_000_000_000
MOST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What a person is asked about: columns as [name, samples, fields it may hold], and the best guess.

    grids are EPSG codes in which coordinates that are no degrees could be meant, the likeliest first.
    """

    columns: list[list[Any]]
    mapping: str
    rows: int
    grids: list[int]


def first_look(file: Path, limits: Limits) -> FirstLook:
    """The columns of a file with a few values of each, and which fields they look like.

    Made to be run by `apart`: it binds the memory and the time of its process.

    Raises UnreadableFile.
    """
    bind_this_process()
    table = read_table(file, limits=limits)
    mapping = guess_mapping(table)
    guesses = {column: [field for field, _score in found] for column, found in mapping.unsure}
    columns = [[column, _samples(table, column), guesses.get(column, [])] for column in table.columns]
    return FirstLook(columns, dump_mapping(mapping), len(table.rows), _grids(table, mapping))


def _samples(table: Table, column: str) -> list[str]:
    """The first different values of a column, shortened."""
    values = table.values(column, limit=1_000)
    shown = dict.fromkeys(" ".join(value.split()) for value in values)
    return [_shortened(one) for one in list(shown)[:SAMPLES]]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SAMPLE else text[: LONGEST_SAMPLE - 1] + "…"


def _grids(table: Table, mapping: ColumnMapping) -> list[int]:
    """The systems that coordinates in metres may be in; none where they look like degrees."""
    if table.crs is not None or not {"lat", "lon"} <= set(mapping.columns):
        return []
    ordinates = []
    for field in ("lon", "lat"):
        values = table.values(mapping.columns[field][0], limit=50)
        try:
            ordinates.append([parse_number(value.strip().replace(",", ".")) for value in values])
        except InvalidNumber:
            return []
    points = list(zip(*ordinates, strict=False))
    metres = [point for point in points if max(map(abs, point)) >= NOT_DEGREES]
    return guess_grids(metres) if metres else []


def bind_this_process() -> None:
    """Sets how much memory and time this process may take; beyond them it fails or is ended."""
    for what, most in ((resource.RLIMIT_AS, MOST_BYTES), (resource.RLIMIT_CPU, MOST_SECONDS)):
        _soft, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most, hard))
