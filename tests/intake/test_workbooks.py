"""Spreadsheets: XLSX and ODS."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import COMMAND_LINE
from mapsvc.intake.readers import read_table
from tests.intake.make import a_file, read

ODS = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="a">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


def workbook(folder: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    path = folder / "hosts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, (date, datetime)):
                        sheet.write_datetime(line, column, value, day)
                    elif isinstance(value, str):
                        sheet.write_string(line, column, value)
                    else:
                        sheet.write(line, column, value)
    return path


def ods(folder: Path, rows: str) -> Path:
    path = folder / "hosts.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(rows=rows))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def ods_row(*cells: str) -> str:
    made = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row>{made}</table:table-row>"


def test_rows_of_a_workbook_are_read_with_their_numbers(tmp_path: Path) -> None:
    rows = [["List of hosts"], [], ["Nom", "Code postal", "lat", "lon", "Date de début", "Accessible PMR"]]
    rows += [["École", 67000, 48.5734, 7.7521, date(2027, 3, 1), True], [], ["Süd", "01000", 46.2051, 5.2255]]

    table = read_table(workbook(tmp_path, a=rows))

    assert table.columns == ("Nom", "Code postal", "lat", "lon", "Date de début", "Accessible PMR")
    assert [(row.line, row.cells) for row in table.rows] == [
        (4, ("École", "67000", "48.5734", "7.7521", "2027-03-01", "true")),
        (6, ("Süd", "01000", "46.2051", "5.2255", "", "")),
    ]


def test_the_sheet_with_the_known_headings_is_read_and_said(tmp_path: Path) -> None:
    got = read(
        workbook(
            tmp_path,
            notes=[["Please", "read"], ["1", "2"]],
            hosts=[["name", "lat", "lon"], ["A", 48.5734, 7.7521]],
        )
    )

    assert got.hosts[0].position == (7.7521, 48.5734)
    assert "The file has 2 sheets with rows; this one was read: “hosts”." in got.messages


def test_texts_of_a_workbook_keep_their_apostrophes_and_formulas_are_text(tmp_path: Path) -> None:
    names = ["'s Heeren Loo", "=1+1", "'=x", "+33 1"]

    got = read(workbook(tmp_path, a=[["name", "lat", "lon"], *([name, 48.5734, 7.7521] for name in names)]))

    assert [host.name for host in got.hosts] == names


def test_an_ods_is_read(tmp_path: Path) -> None:
    got = read(
        ods(tmp_path, ods_row("Naam", "Plaats", "Land") + ods_row("Aventus", "Apeldoorn", "Nederland"))
    )

    assert [(host.line, host.name, host.town, host.country) for host in got.hosts] == [
        (2, "Aventus", "Apeldoorn", "NL")
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"PK\x03\x04" + b"\0" * 200])
def test_a_damaged_workbook_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_table(a_file(tmp_path, content, "hosts.xlsx"))


def test_an_old_spreadsheet_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="Save it as XLSX"):
        read_table(a_file(tmp_path, b"\xd0\xcf\x11\xe0" + b"\0" * 600, "hosts.xlsx"))


def test_another_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "hosts.xlsx", "w") as archive:
        archive.writestr("hosts.csv", "name\nA\n")

    with pytest.raises(UnreadableFile, match="archive"):
        read_table(tmp_path / "hosts.xlsx")


def test_an_empty_workbook_and_one_with_only_a_header_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="empty file"):
        read_table(workbook(tmp_path, a=[]))
    with pytest.raises(UnreadableFile, match="only a header"):
        read_table(workbook(tmp_path, a=[["name", "lat", "lon"]]))


def test_a_sheet_that_spans_everything_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "hosts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "name")
        sheet.write_string(1_048_575, 16_383, "far")

    with pytest.raises(UnreadableFile, match="more than 20000000 cells"):
        read_table(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hosts.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/media/zeros.bin", "w", force_zip64=True) as file:
            for _ in range(410):
                file.write(bytes(1_000_000))

    with pytest.raises(UnreadableFile, match="unpacked size is over 400 MB"):
        read_table(path)


def test_an_ods_that_repeats_without_end_is_refused(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="99999999">'
        "<text:p>x</text:p></table:table-cell>"
    )

    with pytest.raises(UnreadableFile, match="damaged"):
        read_table(ods(tmp_path, f"<table:table-row>{cell}</table:table-row>"))


def test_more_rows_than_the_cap_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, a=[["name"], *([f"Host {n}"] for n in range(60))])

    with pytest.raises(UnreadableFile, match="more than 20 rows"):
        read_table(path, limits=replace(COMMAND_LINE, rows=20))
