"""How much a file may hold that we read: on the command line, and in the browser."""

from dataclasses import dataclass
from pathlib import Path

from mapsvc.errors import UnreadableFile
from mapsvc.messages import mark as _

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read of one file.

    bytes are those of the file as it comes, unpacked_bytes those of all that it packs together,
    packed_entries how many files it packs. cells are those of the rectangle that a table spans,
    empty ones too.
    """

    bytes: int
    unpacked_bytes: int
    packed_entries: int
    rows: int
    columns: int
    cells: int


COMMAND_LINE = Limits(
    bytes=100 * MEGABYTE,
    unpacked_bytes=400 * MEGABYTE,
    packed_entries=2_000,
    rows=200_000,
    columns=2_000,
    cells=20_000_000,
)
BROWSER = Limits(
    bytes=10 * MEGABYTE,
    unpacked_bytes=50 * MEGABYTE,
    packed_entries=1_000,
    rows=20_000,
    columns=500,
    cells=1_000_000,
)


def stated(limits: Limits) -> dict[str, int]:
    """The limits as a page states them: megabytes, unpacked_megabytes, packed_files, rows, columns."""
    return {
        "megabytes": limits.bytes // MEGABYTE,
        "unpacked_megabytes": limits.unpacked_bytes // MEGABYTE,
        "packed_files": limits.packed_entries,
        "rows": limits.rows,
        "columns": limits.columns,
    }


def refuse_too_many(rows: int, limits: Limits) -> None:
    """Raises UnreadableFile when there are more rows than may be imported at once."""
    if rows > limits.rows:
        raise UnreadableFile(
            _("The file has more than %(limit)s rows. Split it into smaller files."), limit=limits.rows
        )


def refuse_too_wide(columns: int, rows: int, limits: Limits) -> None:
    """Raises UnreadableFile when a table of so many columns and rows would not fit into memory."""
    if columns > limits.columns:
        raise UnreadableFile(
            _("The file has more than %(limit)s columns. Take out those that say nothing of hosts."),
            limit=limits.columns,
        )
    refuse_too_many_cells(columns * rows, limits)


def refuse_too_many_cells(cells: int, limits: Limits) -> None:
    """Raises UnreadableFile when a table spans more cells than may be held."""
    if cells > limits.cells:
        raise UnreadableFile(
            _("The table spans more than %(limit)s cells. Delete what stands far away from the list."),
            limit=limits.cells,
        )


def refuse_too_large(path: Path, limits: Limits) -> None:
    """Raises UnreadableFile when the file is larger than may be read."""
    if path.stat().st_size > limits.bytes:
        raise UnreadableFile(
            _("The file is larger than %(limit)s MB. Split it into smaller files."),
            limit=limits.bytes // MEGABYTE,
        )


def refuse_unpacked(unpacked_bytes: int, limits: Limits) -> None:
    """Raises UnreadableFile when what a file packs is larger than may be unpacked."""
    if unpacked_bytes > limits.unpacked_bytes:
        raise UnreadableFile(
            _("The unpacked size is over %(limit)s MB. Split the file into smaller ones."),
            limit=limits.unpacked_bytes // MEGABYTE,
        )
