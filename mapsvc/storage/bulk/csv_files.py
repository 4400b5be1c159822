"""Flat tables as CSV, piece by piece."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from mapsvc.domain.csv_safety import neutralise
from mapsvc.domain.flat_tables import Cell, FlatTable

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheet programs take accents for something else
ROWS_A_PIECE = 500


def csv_pieces(table: FlatTable) -> Iterator[bytes]:
    """The table as UTF-8 CSV with a byte order mark and CRLF, headed by the keys of its columns.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it. What is not known is
    an empty cell; days and moments are as ISO 8601 writes them.
    """
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(table.keys)
    for line, row in enumerate(table.rows, start=1):
        writer.writerow([written(cell) for cell in row])
        if line % ROWS_A_PIECE == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def written(cell: Cell) -> str:
    """A cell as CSV has it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return neutralise(cell)
    return cell.isoformat() if isinstance(cell, date) else repr(cell)
