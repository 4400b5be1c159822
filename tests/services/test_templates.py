"""The template of a list of hosts is understood without doubt, in each of its languages."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from mapsvc.errors import UnreadableFile
from mapsvc.intake.hosts import HostRow
from mapsvc.intake.limits import BROWSER
from mapsvc.intake.mapping import guess_mapping
from mapsvc.intake.readers import read_table
from mapsvc.services.templates import LANGUAGES, host_template, template_columns
from tests.intake.make import a_file, read

DATES = {"period_from", "period_to"}
NUMBERS = {"min_age", "seats", "min_days", "max_days"}


def sheets(language: str) -> Mapping[str, list[list[str]]]:
    """The rows of each sheet of the template, as somebody sees them who opens it."""
    with CalamineWorkbook.from_filelike(io.BytesIO(host_template(language))) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}  # type: ignore[misc]


def filled(language: str, folder: Path) -> Path:
    """The template with the example of its second sheet written below the headings of its first."""
    (listed, headings), (explained, helped) = sheets(language).items()
    path = folder / "hosts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(listed)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, column in enumerate(template_columns(language)):
            example = helped[place + 1][2]
            sheet.write_string(0, place, headings[0][place])
            if column.field in DATES:
                sheet.write_datetime(1, place, date.fromisoformat(example), day)
            elif column.field in NUMBERS:
                sheet.write_number(1, place, int(example))
            else:
                sheet.write_string(1, place, example)
        other = book.add_worksheet(explained)
        for line, cells in enumerate(helped):
            for place, cell in enumerate(cells):
                other.write_string(line, place, cell)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_column_of_a_filled_template_is_mapped_to_its_field(language: str, tmp_path: Path) -> None:
    mapping = guess_mapping(read_table(filled(language, tmp_path), limits=BROWSER))

    assert (mapping.unsure, mapping.unknown, mapping.personal) == ((), (), ())
    assert mapping.columns == {column.field: (column.heading,) for column in template_columns(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_template_gives_the_host_that_was_meant(language: str, tmp_path: Path) -> None:
    got = read(filled(language, tmp_path))

    assert (got.reasons, [notice for notice in got.notices if notice.line is not None]) == ([], [])
    host: HostRow = got.hosts[0]
    assert len(got.hosts) == 1
    assert (host.name, host.organisation_kind, host.website) == (
        "Holzwerkstatt Lindner",
        "company",
        "https://lindner.example",
    )
    assert (host.address, host.postcode, host.town, host.country) == ("Lindenweg 4", "01067", "Dresden", "DE")
    assert (host.sectors, len(host.missions)) == (("wood", "construction"), 2)
    assert host.languages == (("de", "B1"), ("en", "A2"))
    assert (host.min_age, host.seats, host.min_days, host.max_days) == (16, 2, 14, 60)
    assert host.periods == ((date(2027, 3, 1), date(2027, 6, 30), 2),)
    assert (host.accommodation, host.wheelchair) == ("helped", True)
    assert (host.contact_name, host.contact_email, host.contact_phone) == (
        "Maja Lindner",
        "maja@lindner.example",
        "+49 351 5550100",
    )
    assert host.summary
    assert host.private == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_a_list_offers_is_understood(language: str, tmp_path: Path) -> None:
    columns = {column.field: column for column in template_columns(language)}
    fields = ("country", "accommodation", "wheelchair")
    lines = [[columns["name"].heading, *(columns[field].heading for field in fields)]]
    for place, country in enumerate(columns["country"].choices):
        choices = (columns[field].choices for field in fields[1:])
        lines.append([f"Host {place}", country, *(choice[place % len(choice)] for choice in choices)])

    got = read(a_file(tmp_path, "\n".join(";".join(line) for line in lines)))

    assert [host.country for host in got.hosts] == list(columns["country"].choices)
    assert [host.accommodation for host in got.hosts[:3]] == ["provided", "helped", "none"]
    assert [host.wheelchair for host in got.hosts[:2]] == [True, False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_template_brings_no_example_host(language: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="only a header"):
        read_table(a_file(tmp_path, host_template(language), "hosts.xlsx"))


def test_the_headings_stay_in_sight_and_lists_are_offered() -> None:
    with ZipFile(io.BytesIO(host_template("fr"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert 'state="frozen"' in sheet
    assert sheet.count('type="list"') == 3
    assert "fourni,aide à la recherche,aucun" in sheet


def test_every_language_explains_the_same_columns_in_one_sentence_each() -> None:
    fields = [[column.field for column in template_columns(language)] for language in LANGUAGES]

    assert fields == [fields[0]] * len(LANGUAGES)
    assert all(column.sentence and column.example for one in LANGUAGES for column in template_columns(one))


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="nl"):
        host_template("nl")
