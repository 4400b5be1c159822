"""The template of a list of learners: its columns, and the file to fill in, as CSV and as a workbook."""

import csv
import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import xlsxwriter

from mapsvc.domain.base import now
from mapsvc.intake.cohort_cells import OLDEST, YOUNGEST
from mapsvc.intake.cohorts import MOST_LEARNERS
from mapsvc.intake.word_files import word_file
from mapsvc.messages import LANGUAGES

FORMATS = ("csv", "xlsx")
FILE_NAME = "learners-{language}.{format}"
BYTE_ORDER_MARK = "\ufeff"
DELIMITERS = {"en": ",", "fr": ";"}  # as the spreadsheet programs of each language expect it
DATES, NUMBERS = frozenset({"first", "last"}), frozenset({"age"})
CHOICES = frozenset({"wheelchair", "accommodation", "safety_course"})
WISHES = ("wish_1", "wish_2", "wish_3")

_WIDTHS = {"code": 12, "fields": 24, "languages": 28, "home": 26}
_WIDTH = 20
_HELP_WIDTHS = (26, 80, 30)


@dataclass(frozen=True, slots=True)
class CohortTemplateColumn:
    """A column of the template: what it is headed, one sentence on it, and an example."""

    field: str
    heading: str
    sentence: str
    example: str


@dataclass(frozen=True, slots=True)
class CohortTemplateWords:
    """The words of the template in one language: columns in their order, the names of both sheets, the
    headings of the second, and yes and no.
    """

    columns: tuple[CohortTemplateColumn, ...]
    sheets: tuple[str, str]
    titles: tuple[str, ...]
    yes: str
    no: str


@cache
def template_words(language: str) -> CohortTemplateWords:
    """The words of the template in one of LANGUAGES. Raises ValueError for another language."""
    if language not in LANGUAGES:
        raise ValueError(language)
    content = word_file("cohort_template")
    words = content[language]
    shared = {"wheelchair": words["no"], "accommodation": words["yes"], "safety_course": words["yes"]}
    examples = {**shared, **content["examples"]}
    columns = tuple(
        CohortTemplateColumn(name, said[0], said[1], said[2] if said[2:] else examples[name])
        for name, said in words["columns"].items()
    )
    list_name, help_name = words["sheets"]
    return CohortTemplateWords(
        columns, (list_name, help_name), tuple(words["titles"]), words["yes"], words["no"]
    )


def cohort_template(file_format: str, language: str) -> bytes:
    """The template as one of FORMATS in one of LANGUAGES: headings, and nothing below them.

    In the workbook the cells offer what may stand in them, and a second sheet explains each column and
    gives an example there, so that nobody imports the example.

    Raises ValueError for another format or language.
    """
    words = template_words(language)
    if file_format == "csv":
        return written_csv([[column.heading for column in words.columns]], language)
    if file_format != "xlsx":
        raise ValueError(file_format)
    return written_workbook(language, ())


def written_csv(rows: list[list[str]], language: str) -> bytes:
    """Rows as UTF-8 CSV with a byte order mark, which spreadsheets need, and CRLF."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=DELIMITERS[language]).writerows(rows)
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def written_workbook(language: str, rows: Any) -> bytes:
    """The workbook of the template, with rows below its headings.

    A row has a value a column: a text, which is never a formula or a link, a number, a day, or None.
    """
    words = template_words(language)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": now()})
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(words.sheets[0])
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(words.columns):
            form = day if column.field in DATES else None if column.field in NUMBERS else text
            sheet.set_column(place, place, _WIDTHS.get(column.field, _WIDTH), form)
            sheet.write_string(0, place, column.heading, heading)
            if rule := _rule(column.field, words):
                sheet.data_validation(1, place, MOST_LEARNERS, place, rule)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write(sheet, line, place, value, day)
        _explain(book, words, heading)
    return out.getvalue()


def _write(sheet: Any, line: int, place: int, value: Any, day: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(line, place, value)
    elif isinstance(value, int):
        sheet.write_number(line, place, value)
    elif value is not None:
        sheet.write_datetime(line, place, value, day)


def _rule(name: str, words: CohortTemplateWords) -> dict[str, Any] | None:
    """What the cells of a column take; a warning alone, since the reader understands more."""
    if name in CHOICES:
        return {"validate": "list", "source": [words.yes, words.no], "error_type": "warning"}
    if name in NUMBERS:
        bounds = {"criteria": "between", "minimum": YOUNGEST, "maximum": OLDEST}
        return {"validate": "integer", "error_type": "warning", **bounds}
    return None


def _explain(book: Any, words: CohortTemplateWords, heading: Any) -> None:
    """Writes the second sheet: each column, a sentence on it, and an example."""
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(words.sheets[1])
    sheet.freeze_panes(1, 0)
    for place, width in enumerate(_HELP_WIDTHS):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, words.titles[place], heading)
    for line, column in enumerate(words.columns, start=1):
        for place, text in enumerate((column.heading, column.sentence, column.example)):
            sheet.write_string(line, place, text, wrapped)
