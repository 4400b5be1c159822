"""Learners as the files that they came from: CSV and XLSX with the columns of the template."""

from collections.abc import Iterable
from datetime import date

from babel import Locale

from mapsvc.domain.csv_safety import neutralise
from mapsvc.intake.names import language_code
from mapsvc.intake.wishes import written_spot, written_wish
from mapsvc.planning.cohorts import Learner
from mapsvc.services.cohort_templates import (
    CohortTemplateWords,
    template_words,
    written_csv,
    written_workbook,
)

BETWEEN = "; "

Value = str | int | date | None


def cohort_csv(learners: Iterable[Learner], *, language: str = "en") -> bytes:
    """The learners in their order as UTF-8 CSV, headed in one of LANGUAGES.

    read_cohort gives the same learners again: towns, regions and home towns carry what they are in
    square brackets. A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    words = template_words(language)
    rows = [[column.heading for column in words.columns]]
    for row in _rows(learners, words, language):
        rows.append([neutralise(_as_text(value)) for value in row])
    return written_csv(rows, language)


def cohort_xlsx(learners: Iterable[Learner], *, language: str = "en") -> bytes:
    """The same as a workbook with the second sheet of the template, every text a plain cell."""
    return written_workbook(language, _rows(learners, template_words(language), language))


def _rows(learners: Iterable[Learner], words: CohortTemplateWords, language: str) -> list[list[Value]]:
    """A row a learner, a value a column of the template."""
    rows = []
    for learner in learners:
        told = _told(learner, words, language)
        rows.append([told[column.field] for column in words.columns])
    return rows


def _told(learner: Learner, words: CohortTemplateWords, language: str) -> dict[str, Value]:
    wishes = [written_wish(wish) for wish in learner.wishes]
    return {
        "code": learner.code,
        "fields": BETWEEN.join(learner.fields),
        "languages": BETWEEN.join(
            " ".join(filter(None, (_language_name(code, language), level)))
            for code, level in learner.languages
        ),
        "age": learner.age,
        "first": learner.first,
        "last": learner.last,
        "wish_1": BETWEEN.join(wishes[:1]),
        "wish_2": BETWEEN.join(wishes[1:2]),
        "wish_3": BETWEEN.join(wishes[2:]),
        "wheelchair": words.yes if learner.wheelchair else "",
        "accommodation": words.yes if learner.accommodation else "",
        "home": written_spot(learner.home) if learner.home else "",
        "safety_course": _said(learner.safety_course, words),
        "together_with": BETWEEN.join(learner.together_with),
    }


def _said(value: bool | None, words: CohortTemplateWords) -> str:
    if value is None:
        return ""
    return words.yes if value else words.no


def _language_name(code: str, language: str) -> str:
    """What a language is called, its code where the name would not be read back."""
    name = str(Locale(language).languages.get(code, code))
    return name if language_code(name) == code else code


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
