"""One learner as the cells of a list, to be changed by hand, and back by the reader of lists."""

import csv
import io
from collections.abc import Collection, Mapping

from mapsvc.errors import InvalidInput
from mapsvc.intake.cohort_faults import CohortFault
from mapsvc.intake.cohorts import read_cohort
from mapsvc.messages import mark as _
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.planning.cohorts import Learner
from mapsvc.services.cohort_files import cohort_csv
from mapsvc.services.cohort_templates import BYTE_ORDER_MARK, DELIMITERS, template_words, written_csv

FIRST_ROW = 2  # of a list, below its headings


def cells_of(learner: Learner, language: str) -> dict[str, str]:
    """The cells of a learner by field of the template, in one of LANGUAGES."""
    text = cohort_csv([learner], language=language).decode().removeprefix(BYTE_ORDER_MARK)
    _headings, cells = csv.reader(io.StringIO(text), delimiter=DELIMITERS[language])
    return {column.field: cell for column, cell in zip(template_words(language).columns, cells, strict=True)}


def learner_of_cells(
    cells: Mapping[str, str], others: Collection[str], *, language: str, towns: Gazetteer, regions: Regions
) -> Learner:
    """The learner that cells say; others are the codes of the cohort that may be named in them.

    Raises InvalidInput with the first thing that cannot be used, at the field of its column: nothing
    that a person typed is left out without a word.
    """
    words = template_words(language)
    rows = [[column.heading for column in words.columns]]
    rows.append([cells.get(column.field, "") for column in words.columns])
    known = {"first": cells.get("first", ""), "last": cells.get("last", "")}
    for code in others:
        told = {**known, "code": code}
        rows.append([told.get(column.field, "") for column in words.columns])
    read = read_cohort(written_csv(rows, language), name="learner.csv", towns=towns, regions=regions)
    fields = {column.heading: column.field for column in words.columns}
    for fault in read.faults:
        if fault.line == FIRST_ROW:
            raise _at_field(fault, fields.get(fault.column or "", ""))
    if not read.learners:
        raise InvalidInput(_("This cannot be used. Look at the code and the days."), field="code")
    return read.learners[0]


def _at_field(fault: CohortFault, field: str) -> InvalidInput:
    values = {name: value for name, value in fault.values.items() if name != "field"}
    return InvalidInput(fault.message, field=field, **values)
