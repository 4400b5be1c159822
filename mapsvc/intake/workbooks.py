"""Reads spreadsheets: XLSX and ODS."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from mapsvc.errors import UnreadableFile
from mapsvc.intake.cells import clean
from mapsvc.intake.headers import SEARCHED_ROWS, Naming, column_names, header_place
from mapsvc.intake.limits import Limits, refuse_too_many, refuse_too_wide
from mapsvc.intake.office_parts import copy_safe_parts
from mapsvc.intake.synonyms import field_named
from mapsvc.intake.tables import Notice, RawRow, Table
from mapsvc.messages import mark as _

_MOST_EXACT = 1e15
_MOST_HEADINGS = 200  # looked at to choose a sheet

Value = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(path: Path, *, limits: Limits, named: Naming = field_named) -> Table:
    """The table of the sheet with the most headings that named knows; the line of a row is its number there.

    Numbers become the shortest text that spells them, dates YYYY-MM-DD, formulas their last
    result. Raises UnreadableFile when the file is damaged, unpacks to more than the limits, or has
    no row below its header.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "safe"
        copy_safe_parts(path, copy, limits)
        chosen, rows, filled = _rows(copy, limits, named)
    table = _table(rows, limits, named)
    if filled > 1:
        message = _("The file has %(count)s sheets with rows; this one was read: “%(sheet)s”.")
        table.notices.append(Notice(None, None, "", message, {"count": filled, "sheet": chosen}))
    return table


def _rows(path: Path, limits: Limits, named: Naming) -> tuple[str, list[list[str]], int]:
    """The name of the sheet to read, its rows as text, and how many sheets have rows."""
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            sheets = [workbook.get_sheet_by_index(place) for place in range(len(workbook.sheet_names))]
            filled = [sheet for sheet in sheets if sheet.height]
            if not filled:
                raise UnreadableFile(_("The file is empty (empty file)."))
            chosen = max(filled, key=lambda sheet: _known_headings(sheet, named))
            refuse_too_many(chosen.height - SEARCHED_ROWS - 1, limits)
            refuse_too_wide(chosen.width, 1, limits)
            rows = [[_text(cell) for cell in row] for row in chosen.to_python(skip_empty_area=False)]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(_("The spreadsheet is damaged and cannot be read.")) from error
    return chosen.name, rows, len(filled)


def _table(rows: list[list[str]], limits: Limits, named: Naming) -> Table:
    place = header_place(rows[: SEARCHED_ROWS * 2], named=named)
    header = rows[place] if rows else []
    width = len(header)
    while width and not header[width - 1] and not any(row[width - 1] for row in rows):
        width -= 1
    table = Table(columns=column_names(header[:width]), rows=[])
    for number, cells in enumerate(rows[place + 1 :], start=place + 2):
        if any(cells):
            table.rows.append(RawRow(number, tuple(cells[:width])))
    refuse_too_many(len(table.rows), limits)
    if not table.rows:
        raise UnreadableFile(_("The file has only a header and no row below it."))
    return table


def _known_headings(sheet: CalamineSheet, named: Naming) -> int:
    rows: Sequence[Sequence[Value]] = sheet.to_python(nrows=SEARCHED_ROWS)
    return max((sum(1 for cell in row[:_MOST_HEADINGS] if named(_text(cell))) for row in rows), default=0)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _MOST_EXACT else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return clean(str(value))
