"""A year as files: a sheet to print, a workbook, a table."""

import csv
import io
from datetime import datetime
from typing import Any

import xlsxwriter

from mapsvc.catalogues import speaker
from mapsvc.domain.csv_safety import neutralise
from mapsvc.domain.days import spelt
from mapsvc.messages import mark as _
from mapsvc.presentation.placement_words import number_words, printable
from mapsvc.presentation.printing import typeset
from mapsvc.presentation.years import Counter, YearPage

LONGEST = 160  # letters of a name on paper
MOST_SHEET_NAME = 31  # letters, in a workbook
NARROW, WIDE, WIDEST = 12, 34, 80  # widths of columns, in letters


def year_pdf(page: YearPage, language: str, *, site: str, made: datetime) -> bytes:
    """The year on A4, as a PDF that a screen reader can read. made is in UTC."""
    say = speaker(language)
    words = {
        "language": language,
        "title": page.title,
        "years": page.years,
        "sender": _short(page.sender),
        "number": say(_("Number")),
        "total": say(_("Total")),
        "counters": [_printed(one, language) for one in page.counters],
        "rules": {"title": say(_("How this is counted")), "lines": list(page.rules)},
        "foot": " · ".join((_short(site), spelt(made.date(), "d MMMM y", language))),
    }
    return typeset("years/report.typ", words, made=made)


def year_xlsx(page: YearPage, language: str, *, made: datetime) -> bytes:
    """A workbook: a sheet of all counters and what they count, and one for the parts of each.

    Numbers are numbers, and every text is a plain string cell, never a formula or a link. made is in UTC.
    """
    say, out = speaker(language), io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        # A workbook knows no zones.
        book.set_properties({"created": made.replace(tzinfo=None), "title": f"{page.title} {page.years}"})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_sheet_name(page.title))
        sheet.set_column(0, 0, WIDE)
        sheet.set_column(1, 1, NARROW)
        sheet.set_column(2, 3, WIDEST)
        heads = [say(_("Counter")), say(_("Number")), say(_("What it counts")), say(_("Remarks"))]
        top = [[printable(page.sender)], [page.years], [], heads]
        counters = [[one.title, one.number, one.about, one.said] for one in page.counters]
        _fill(sheet, [*top, *counters, [], *([rule] for rule in page.rules)], bold=bold, heads=(0, 3))
        for one in page.counters:
            if one.rows:
                part = book.add_worksheet(_sheet_name(one.title))
                part.set_column(0, 0, WIDE)
                rows = [[row.label, row.number] for row in one.rows]
                total = sum(row.number for row in one.rows)
                rows = [[one.head, say(_("Number"))], *rows, [say(_("Total")), total]]
                _fill(part, rows, bold=bold, heads=(0, len(rows) - 1))
                part.freeze_panes(1, 0)
    return out.getvalue()


def year_csv(page: YearPage) -> bytes:
    """All counters and their parts as UTF-8 CSV with a byte order mark: counter, part ("" for all), number.

    A number that is not told is empty.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("counter", "part", "number"))
    for one in page.counters:
        writer.writerow((neutralise(one.title), "", "" if one.number is None else one.number))
        writer.writerows((neutralise(one.title), neutralise(row.label), row.number) for row in one.rows)
    return "\ufeff".encode() + out.getvalue().encode()


def _fill(sheet: Any, rows: list[Any], *, bold: Any, heads: tuple[int, ...]) -> None:
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            style = bold if line in heads else None
            if isinstance(cell, str):
                sheet.write_string(line, column, cell, style)
            elif cell is not None:
                sheet.write_number(line, column, cell, style)


def _printed(counter: Counter, language: str) -> dict[str, Any]:
    return {
        "title": counter.title,
        "about": counter.about,
        "number": "" if counter.number is None else number_words(counter.number, language),
        "said": counter.said,
        "head": counter.head,
        "rows": [[_short(row.label), number_words(row.number, language)] for row in counter.rows],
        "total": number_words(sum(row.number for row in counter.rows), language),
    }


def _sheet_name(words: str) -> str:
    """A name that every program takes for a sheet."""
    return "".join(sign for sign in words if sign not in "[]:*?/\\'")[:MOST_SHEET_NAME]


def _short(text: str) -> str:
    plain = " ".join(printable(text).split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
