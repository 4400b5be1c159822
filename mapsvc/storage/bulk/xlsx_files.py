"""Flat tables as workbooks that a person reads: headings in words, days as days, and a sheet on the file."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO

import xlsxwriter

from mapsvc.catalogues import speaker
from mapsvc.domain.flat_tables import About, Cell, ColumnKind, FlatTable
from mapsvc.messages import mark as _

LONGEST_CELL = 32_767  # letters
LONGEST_NAME = 31  # of a sheet
MOST_LINES = 1_048_576  # of a sheet, its head counted in
MOST_ROWS = MOST_LINES - 1
A4 = 9
WIDTHS = {
    ColumnKind.TEXT: 24,
    ColumnKind.WHOLE: 11,
    ColumnKind.DECIMAL: 12,
    ColumnKind.DAY: 12,
    ColumnKind.MOMENT: 18,
}
ABOUT_WIDTHS = (28, 80)


def write_workbook(tables: Sequence[FlatTable], out: BinaryIO | io.BytesIO) -> None:
    """Writes a sheet a table, then one that says what the first of them says of itself.

    The head of a sheet stays in sight and can be filtered by. Every text is a plain string cell, never a
    formula or a link, cut after 32,767 letters; rows that no sheet can hold are left out. Rows are
    written as they come: at most one of them is in memory.
    """
    first = tables[0]
    # Each row goes to a temporary file at once.
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        # A workbook knows no zones.
        book.set_properties({"created": _plain(first.about.made), "title": first.about.title[:200]})
        formats = _Formats(book)
        for table in tables:
            _sheet(book, table, formats)
        _about(book, first.about, first.language, formats)


def as_workbook(tables: Sequence[FlatTable]) -> bytes:
    """The same as bytes."""
    out = io.BytesIO()
    write_workbook(tables, out)
    return out.getvalue()


class _Formats:
    """How cells look."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.cell = book.add_format({"valign": "top"})
        self.words = book.add_format({"valign": "top", "text_wrap": True})
        self.day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.moment = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm", "align": "left"})


def _sheet(book: Any, table: FlatTable, formats: _Formats) -> None:
    sheet = book.add_worksheet((table.sheet or table.name)[:LONGEST_NAME])
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width or WIDTHS[column.kind])
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.label, formats.head)
    line = 0
    for line, row in enumerate(table.rows, start=1):
        if line > MOST_ROWS:
            break
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, (line, place), column.kind, cell, formats)
    sheet.autofilter(0, 0, min(line, MOST_ROWS), len(table.columns) - 1)


def _write(sheet: Any, at: tuple[int, int], kind: ColumnKind, cell: Cell, formats: _Formats) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(*at, cell[:LONGEST_CELL], formats.cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(*at, _plain(cell), formats.moment)
    elif kind is ColumnKind.DAY:
        sheet.write_datetime(*at, cell, formats.day)
    else:
        sheet.write_number(*at, cell, formats.cell)


def _about(book: Any, about: About, language: str, formats: _Formats) -> None:
    say = speaker(language)
    sheet = book.add_worksheet(say(_("About this file"))[:LONGEST_NAME])
    for place, width in enumerate(ABOUT_WIDTHS):
        sheet.set_column(place, place, width)
    said: list[tuple[str, str]] = [
        (say(_("Table")), about.title),
        (say(_("Site")), about.site),
        (say(_("Web address")), about.address),
        (say(_("Source of the data")), about.attribution),
        (say(_("Licence")), about.licence),
        (say(_("Please note")), about.note),
    ]
    sheet.write_string(0, 0, say(_("Made on")), formats.head)
    sheet.write_datetime(0, 1, _plain(about.made), formats.moment)
    for line, (label, text) in enumerate(((label, text) for label, text in said if text), start=1):
        sheet.write_string(line, 0, label, formats.head)
        sheet.write_string(line, 1, text[:LONGEST_CELL], formats.words)


def _plain(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, microsecond=0)
