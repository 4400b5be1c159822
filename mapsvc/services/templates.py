"""The workbook to fill in: a list of hosts with headings that import knows, in six languages."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import xlsxwriter

from mapsvc.intake.limits import BROWSER
from mapsvc.intake.word_files import word_file

LANGUAGES = ("en", "fr", "de", "es", "it", "pl")
FILE_NAME = "hosts-{language}.xlsx"

_DATES = frozenset({"period_from", "period_to"})
_TEXTS = frozenset({"postcode", "contact_phone"})
_NUMBERS = {"min_age": 99, "seats": 9_999, "min_days": 1_100, "max_days": 1_100}
_WIDTHS = {"name": 34, "summary": 50, "missions": 40, "address": 28, "website": 28, "contact_email": 28}
_WIDTH = 18
_HELP_WIDTHS = (30, 80, 50)


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of the template: what it is headed, one sentence on it, and what may stand in it."""

    field: str
    heading: str
    sentence: str
    example: str
    choices: tuple[str, ...] = ()


def host_template(language: str) -> bytes:
    """The template in one of LANGUAGES, as XLSX.

    The first sheet has the headings and nothing below them; where only some words are allowed,
    the cells offer these. The second sheet explains each column and gives an example there, so that
    nobody imports the example.

    Raises ValueError for another language.
    """
    columns = template_columns(language)
    words = word_file("template")[language]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        list_name, help_name = words["sheets"]
        sheet = book.add_worksheet(list_name)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            _add_column(book, sheet, place, column, heading)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        explained = book.add_worksheet(help_name)
        explained.freeze_panes(1, 0)
        for place, width in enumerate(_HELP_WIDTHS):
            explained.set_column(place, place, width)
            explained.write_string(0, place, words["titles"][place], heading)
        for line, column in enumerate(columns, start=1):
            for place, text in enumerate((column.heading, column.sentence, column.example)):
                explained.write_string(line, place, text, wrapped)
    return out.getvalue()


@cache
def template_columns(language: str) -> tuple[TemplateColumn, ...]:
    """The columns of the template in their order, in one of LANGUAGES.

    Raises ValueError for another language.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    content = word_file("template")
    words, examples = content[language], content["examples"]
    choices: Mapping[str, tuple[str, ...]] = {
        "country": tuple(content["countries"]),
        "accommodation": tuple(words["accommodation"].values()),
        "wheelchair": (words["yes"], words["no"]),
    }
    examples = {
        "accommodation": words["accommodation"]["helped"],
        "wheelchair": words["yes"],
        **examples,
    }
    return tuple(
        TemplateColumn(field, said[0], said[1], [*said, examples.get(field)][2], choices.get(field, ()))
        for field, said in words["columns"].items()
    )


def _add_column(book: Any, sheet: Any, place: int, column: TemplateColumn, heading: Any) -> None:
    """Writes the heading, and says of the cells below what may stand in them."""
    form = None
    if column.field in _DATES:
        form = book.add_format({"num_format": "yyyy-mm-dd"})
    elif column.field in _TEXTS:
        form = book.add_format({"num_format": "@"})
    sheet.set_column(place, place, _WIDTHS.get(column.field, _WIDTH), form)
    sheet.write_string(0, place, column.heading, heading)
    rule: dict[str, Any] = {}
    if column.choices:
        rule = {"validate": "list", "source": list(column.choices)}
    elif most := _NUMBERS.get(column.field):
        rule = {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": most}
    if rule:
        sheet.data_validation(1, place, BROWSER.rows, place, rule)
