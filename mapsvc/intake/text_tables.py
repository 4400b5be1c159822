"""Reads CSV, TSV and text tables as people have them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from mapsvc.domain.csv_safety import restore
from mapsvc.errors import UnreadableFile
from mapsvc.intake.cells import clean
from mapsvc.intake.decoding import Encoding, detect_encoding, text_lines
from mapsvc.intake.delimiters import declared_delimiter, guess_delimiter
from mapsvc.intake.headers import SEARCHED_ROWS, Naming, aligned_header, column_names, header_place
from mapsvc.intake.limits import Limits, refuse_too_many, refuse_too_wide
from mapsvc.intake.synonyms import field_named
from mapsvc.intake.tables import Notice, RawRow, RowFault, Table
from mapsvc.messages import mark as _

_SAMPLE_LINES = 200
_FEWEST_ROWS_TO_ALIGN = 3
_SHOWN = 80


@dataclass(slots=True)
class _Split:
    """The rows of a text as they are split, with the lines on which they begin."""

    lines: Iterator[str]
    delimiter: str
    read: int = 0
    last: str = ""
    faulty: list[RowFault] = field(default_factory=list)

    def _counted(self) -> Iterator[str]:
        for line in self.lines:
            self.read += 1
            self.last = line
            yield line

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._counted(), delimiter=self.delimiter, strict=True)
        while True:
            begun = self.read + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._refuse(begun, str(error))
                continue
            if row:
                yield begun, row

    def _refuse(self, begun: int, error: str) -> None:
        # A quote that is not closed swallows what follows, up to the next quote or the end.
        if self.read > begun or "unexpected end" in error or "limit" in error:
            raise UnreadableFile(
                _("Line %(line)s opens a quotation mark that is not closed. Nothing was read."), line=begun
            )
        self.faulty.append(
            RowFault(
                begun,
                None,
                self.last.strip()[:_SHOWN],
                _("A quotation mark stands in the middle of a cell; write it twice or leave it out."),
            )
        )


def read_text_table(path: Path, *, limits: Limits, named: Naming = field_named) -> Table:
    """The table in a text file, its header found by the headings that named knows, and its rows split.

    Raises UnreadableFile when the text cannot be decoded, a quote is never closed, there is no
    row below the header, or there is more than the limits allow.
    """
    encoding = detect_encoding(path)
    lines = text_lines(path, encoding)
    sample = list(islice(lines, _SAMPLE_LINES))
    delimiter = declared_delimiter(sample[0]) if sample else None
    skipped = 1 if delimiter else 0
    delimiter = delimiter or guess_delimiter(sample, named=named)
    split = _Split(chain(sample[skipped:], lines), delimiter, read=skipped)
    rows = iter(split)
    head = list(islice(rows, SEARCHED_ROWS * 2))
    if not head:
        raise UnreadableFile(_("The file is empty (empty file)."))
    refuse_too_wide(max(len(cells) for _line, cells in head), 1, limits)
    place = header_place([cells for _line, cells in head], named=named)
    table = Table(columns=(), rows=[], faulty=split.faulty)
    _say_encoding(table, encoding)
    _say_titles(table, head[:place])
    body = _read_body(chain(head[place + 1 :], rows), limits)
    _fill(table, header=[clean(cell) for cell in head[place][1]], body=body)
    if not table.rows and not table.faulty:
        raise UnreadableFile(_("The file has only a header and no row below it."))
    return table


def _read_body(rows: Iterator[tuple[int, list[str]]], limits: Limits) -> list[tuple[int, list[str]]]:
    body: list[tuple[int, list[str]]] = []
    for line, cells in rows:
        cleaned = [clean(restore(cell)) for cell in cells]
        if any(cleaned):
            body.append((line, cleaned))
            refuse_too_many(len(body), limits)
    return body


def _fill(table: Table, *, header: list[str], body: list[tuple[int, list[str]]]) -> None:
    """Gives the table its columns, and each row as many cells."""
    header = _fitted_header(header, body)
    width = len(header)
    table.columns = column_names(header)
    for line, cells in body:
        if cells[:width] == header:
            table.notices.append(Notice(line, None, "", _("The header stands here again and was skipped.")))
        elif len(cells) < width:
            table.faulty.append(_too_few(line, cells, width))
        elif any(cells[width:]):
            table.faulty.append(_too_many(line, cells, width))
        else:
            table.rows.append(RawRow(line, tuple(cells[:width])))


def _fitted_header(header: list[str], body: list[tuple[int, list[str]]]) -> list[str]:
    """The header without empty cells at its end, moved by one where the rows show that it must be."""
    filled = max((place for _line, row in body for place, cell in enumerate(row, 1) if cell), default=0)
    while len(header) > 1 and not header[-1] and len(header) > filled:
        header.pop()
    same = [row for _line, row in body if abs(len(row) - len(header)) == 1]
    usual = len(body) >= _FEWEST_ROWS_TO_ALIGN and len(same) == len(body)
    if usual and len({len(row) for row in same}) == 1:
        if len(same[0]) > len(header) and not any(row[-1] for row in same):
            return header
        return aligned_header(header, same) or header
    return header


def _too_few(line: int, cells: list[str], width: int) -> RowFault:
    return RowFault(
        line,
        None,
        " | ".join(cells)[:_SHOWN],
        _("The row has too few columns: %(found)s instead of %(expected)s."),
        {"found": len(cells), "expected": width},
    )


def _too_many(line: int, cells: list[str], width: int) -> RowFault:
    return RowFault(
        line,
        None,
        " | ".join(cells)[:_SHOWN],
        _("The row has too many columns: %(found)s instead of %(expected)s."),
        {"found": len(cells), "expected": width},
    )


def _say_encoding(table: Table, encoding: Encoding) -> None:
    if encoding.name == "cp1252":
        message = _("The file is not in UTF-8 and was read as Windows-1252; see whether this line is right.")
        table.notices.append(Notice(encoding.odd_line, None, encoding.odd_text, message))
    elif encoding.name != "utf-8":
        message = _("The file was read as UTF-16.")
        table.notices.append(Notice(None, None, "", message))


def _say_titles(table: Table, titles: list[tuple[int, list[str]]]) -> None:
    for line, cells in titles:
        shown = " | ".join(cell for cell in cells if cell.strip())[:_SHOWN]
        message = _("This line stands above the header and was taken as a title.")
        if shown:
            table.notices.append(Notice(line, None, shown, message))
