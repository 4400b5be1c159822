"""Reads spreadsheets: XLSX and ODS."""

import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from mapsvc.errors import UnreadableFile
from mapsvc.intake.cells import clean
from mapsvc.intake.headers import SEARCHED_ROWS, column_names, header_place
from mapsvc.intake.limits import MAX_CELLS, MAX_PACKED_FILES, MAX_UNPACKED_BYTES, refuse_too_many
from mapsvc.intake.synonyms import field_named
from mapsvc.intake.tables import Notice, RawRow, Table
from mapsvc.messages import mark as _

_CHUNK = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_REPEATED = re.compile(rb'number-(columns|rows)-repeated="([0-9]{1,9})"')
_MOST_EXACT = 1e15

Value = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(path: Path, *, max_rows: int) -> Table:
    """The table of the sheet that has the most headings we know; the line of a row is its number there.

    Numbers become the shortest text that spells them, dates YYYY-MM-DD, formulas their last
    result. Raises UnreadableFile when the file is damaged, unpacks to an unreasonable size, has
    no row below its header, or more than max_rows.
    """
    _refuse_bombs(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            sheets = [workbook.get_sheet_by_index(place) for place in range(len(workbook.sheet_names))]
            filled = [sheet for sheet in sheets if sheet.height]
            if not filled:
                raise UnreadableFile(_("The file is empty (empty file)."))
            chosen = max(filled, key=_known_headings)
            refuse_too_many(chosen.height - SEARCHED_ROWS - 1, max_rows)
            rows = [[_text(cell) for cell in row] for row in chosen.to_python(skip_empty_area=False)]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(_("The spreadsheet is damaged and cannot be read.")) from error
    table = _table(rows, max_rows=max_rows)
    if len(filled) > 1:
        message = _("The file has %(count)s sheets with rows; this one was read: “%(sheet)s”.")
        table.notices.append(Notice(None, None, "", message, {"count": len(filled), "sheet": chosen.name}))
    return table


def _table(rows: list[list[str]], *, max_rows: int) -> Table:
    place = header_place(rows[: SEARCHED_ROWS * 2])
    header = rows[place] if rows else []
    width = len(header)
    while width and not header[width - 1] and not any(row[width - 1] for row in rows):
        width -= 1
    table = Table(columns=column_names(header[:width]), rows=[])
    for number, cells in enumerate(rows[place + 1 :], start=place + 2):
        if any(cells):
            table.rows.append(RawRow(number, tuple(cells[:width])))
    refuse_too_many(len(table.rows), max_rows)
    if not table.rows:
        raise UnreadableFile(_("The file has only a header and no row below it."))
    return table


def _known_headings(sheet: CalamineSheet) -> int:
    rows: Sequence[Sequence[Value]] = sheet.to_python(nrows=SEARCHED_ROWS)
    return max((sum(1 for cell in row if field_named(_text(cell))) for row in rows), default=0)


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


def _refuse_bombs(path: Path) -> None:
    """Looks into the archive before anything unpacks it."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_PACKED_FILES or unpacked > MAX_UNPACKED_BYTES:
                raise UnreadableFile(_("The spreadsheet unpacks to more than a spreadsheet may hold."))
            for entry in entries:
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    with archive.open(entry) as sheet:
                        _refuse_wide_sheet(sheet)
                elif entry.filename == "content.xml":
                    with archive.open(entry) as sheet:
                        _refuse_repeats(sheet)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(_("The spreadsheet is damaged and cannot be read.")) from error


def _refuse_wide_sheet(sheet: IO[bytes]) -> None:
    """Raises UnreadableFile when the cells span a rectangle that would not fit into memory."""
    columns = rows = 1
    rest = b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        for found in _CELL.finditer(text):
            columns = max(columns, _column_number(found.group(1)))
            rows = max(rows, int(found.group(2)))
        rest = text[-200:]
    if columns * rows > MAX_CELLS:
        raise UnreadableFile(_("The spreadsheet unpacks to more than a spreadsheet may hold."))


def _refuse_repeats(sheet: IO[bytes]) -> None:
    """ODS repeats rows and cells by a number; the empty end of a sheet may repeat, full cells may not."""
    largest = {b"columns": 1, b"rows": 1}
    rest = b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        for found in _REPEATED.finditer(text):
            largest[found.group(1)] = max(largest[found.group(1)], int(found.group(2)))
        rest = text[-60:]
    # Programs pad each sheet to its full size: 16,384 columns or 1,048,576 rows, never both.
    if largest[b"columns"] > 16_384 or largest[b"rows"] > 1_048_576:  # noqa: PLR2004
        raise UnreadableFile(_("The spreadsheet unpacks to more than a spreadsheet may hold."))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
