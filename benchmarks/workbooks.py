"""The made-up hosts as spreadsheets: XLSX and ODS."""

import csv
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/></manifest:manifest>'
)
BEGIN = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="hosts">'
)
END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def write_workbook(table: Path, workbook: Path) -> None:
    """Writes a CSV file as XLSX or ODS, whichever the suffix says; numbers are numbers there."""
    if workbook.suffix == ".ods":
        _write_ods(table, workbook)
        return
    with xlsxwriter.Workbook(workbook, {"constant_memory": False}) as book:
        sheet = book.add_worksheet("hosts")
        for line, row in enumerate(_rows(table)):
            for place, cell in enumerate(row):
                if _is_number(cell):
                    sheet.write_number(line, place, float(cell))
                elif cell:
                    sheet.write_string(line, place, cell)


def _write_ods(table: Path, workbook: Path) -> None:
    with ZipFile(workbook, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIMETYPE)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        with archive.open("content.xml", "w") as content:
            content.write(BEGIN.encode())
            for row in _rows(table):
                cells = "".join(map(_ods_cell, row))
                content.write(f"<table:table-row>{cells}</table:table-row>".encode())
            content.write(END.encode())


def _ods_cell(cell: str) -> str:
    if not cell:
        return "<table:table-cell/>"
    kind = (
        f'office:value-type="float" office:value={quoteattr(cell)}'
        if _is_number(cell)
        else 'office:value-type="string"'
    )
    return f"<table:table-cell {kind}><text:p>{escape(cell)}</text:p></table:table-cell>"


def _rows(table: Path) -> Iterator[list[str]]:
    with table.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).removeprefix("-").isdecimal()
