"""Finds the row of a table that names its columns, and makes these names usable."""

from collections.abc import Callable, Sequence

from mapsvc.intake.cells import clean, one_line
from mapsvc.intake.kinds import fits
from mapsvc.intake.synonyms import field_named

Naming = Callable[[str], str | None]  # the field that a heading means without doubt, None for none

SEARCHED_ROWS = 20

_LONGEST_NAME = 120


def header_place(rows: Sequence[Sequence[str]], *, named: Naming = field_named) -> int:
    """The place of the header among the first rows of a table, counted from 0.

    It is the row with the most headings that we know, the first of equals; where no row has
    any, the first that fills at least half of the usual width, since titles fill one cell. named says
    which headings are known; those of lists of hosts by default.
    """
    known = [sum(1 for cell in row if cell and named(cell)) for row in rows[:SEARCHED_ROWS]]
    if known and max(known) > 0:
        return known.index(max(known))
    widths = sorted(sum(1 for cell in row if cell.strip()) for row in rows)
    usual = widths[len(widths) // 2] if widths else 0
    for place, row in enumerate(rows[:SEARCHED_ROWS]):
        if sum(1 for cell in row if cell.strip()) * 2 >= usual:
            return place
    return 0


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """A name for each column: the cell on one line, "#3" where it is empty, "(2)" added to a repeat."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        plain = one_line(clean(cell))[:_LONGEST_NAME] or f"#{number}"
        name, again = plain, 2
        while name in taken:
            name, again = f"{plain} ({again})", again + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def aligned_header(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str] | None:
    """The header with as many cells as the rows, where the two differ by one; None if it cannot be told.

    The odd cell is the first (row numbers without a heading, or a heading for them without a
    column) or the last (a heading at the end of which nothing follows). Which of the two it is
    is decided by what stands under the headings that we know.
    """
    width = len(rows[0])
    if len(header) + 1 == width:
        first, last = ["", *header], [*header, ""]
    elif len(header) == width + 1:
        first, last = list(header[1:]), list(header[:-1])
    else:
        return None
    first_fit, last_fit = _fit(first, rows), _fit(last, rows)
    if first_fit == last_fit:
        return None
    return first if first_fit > last_fit else last


def _fit(header: Sequence[str], rows: Sequence[Sequence[str]]) -> float:
    """How well what stands under the known headings is of their kind."""
    score = 0.0
    for place, heading in enumerate(header):
        field = field_named(heading) if heading else None
        if field is None:
            continue
        values = [cell for row in rows if (cell := clean(row[place]))]
        score += fits(field, values) if values else 0.0
    return round(score, 6)
