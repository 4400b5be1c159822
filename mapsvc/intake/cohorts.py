"""Reads a list of learners who are to be placed, as people have it, and says what is wrong with each row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mapsvc.errors import UnreadableFile
from mapsvc.intake.cohort_cells import LearnerCells
from mapsvc.intake.cohort_codes import codes_in, folded_code, looks_personal
from mapsvc.intake.cohort_columns import CohortColumn, cohort_field, columns_of
from mapsvc.intake.cohort_days import stay_of
from mapsvc.intake.cohort_faults import CohortFault
from mapsvc.intake.limits import BROWSER, Limits
from mapsvc.intake.readers import read_table
from mapsvc.intake.stay_dates import Days
from mapsvc.intake.tables import Notice, RowFault, Table
from mapsvc.intake.wishes import Wishing
from mapsvc.messages import mark as _
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.planning.cohorts import Learner

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".ods")
MOST_LEARNERS = 2_000
LIMITS = replace(BROWSER, rows=MOST_LEARNERS)

_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class CohortFile:
    """A list read: the learners in the order of their rows, and what is to be said of the file.

    faults come in order of their rows; those with left_out cost a learner. notes are about the whole
    file or are no faults. columns has each heading in order with its field, None where it is not read.
    """

    learners: tuple[Learner, ...]
    faults: tuple[CohortFault, ...]
    notes: tuple[Notice, ...]
    columns: Mapping[str, str | None]

    @property
    def left_out(self) -> int:
        """How many rows gave no learner."""
        return len({fault.line for fault in self.faults if fault.left_out})


def read_cohort(
    given: Path | bytes,
    *,
    name: str = "",
    towns: Gazetteer,
    regions: Regions,
    limits: Limits = LIMITS,
    usual_stay: Days | None = None,
) -> CohortFile:
    """The learners of a CSV or another text table, an XLSX or an ODS; given as a file or its content.

    name is that of the file as people know it; its suffix, one of SUFFIXES, says what it should be.
    usual_stay is the first and last day of the learners of whom the list says none. A row that is not
    wholly right still gives a learner where nothing hard is in doubt: an unknown wish is told and left
    out, an unreadable age leaves the learner out.

    Raises UnreadableFile when no row can be read, there is more than the limits allow, or no column
    holds the code or the days.
    """
    label = name or (given.name if isinstance(given, Path) else "")
    suffix = Path(label).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableFile(
            _(
                "A list of learners is a spreadsheet or a CSV file, not “%(suffix)s”. "
                "These are read: %(known)s."
            ),
            suffix=suffix[:20] or label[-20:],
            known=", ".join(SUFFIXES),
        )
    if isinstance(given, Path) and given.suffix.lower() == suffix:
        table = read_table(given, limits=limits, named=cohort_field)
    else:
        with TemporaryDirectory() as folder:
            copy = Path(folder) / f"cohort{suffix}"
            copy.write_bytes(given if isinstance(given, bytes) else given.read_bytes())
            table = read_table(copy, limits=limits, named=cohort_field)
    return _read(table, Wishing(towns, regions), usual_stay)


def _read(table: Table, wishing: Wishing, usual_stay: Days | None) -> CohortFile:
    columns = _with_code(table, columns_of(table))
    by_field: dict[str, list[CohortColumn]] = defaultdict(list)
    for column in columns:
        if column.field:
            by_field[column.field].append(column)
    _refuse_without(by_field, table, usual_stay)
    rows = [LearnerCells(row, by_field, wishing) for row in table.rows]
    learners = [(cells, learner) for cells in rows if (learner := _learner(cells, usual_stay))]
    learners = _each_once(learners)
    learners = _together(learners)
    faults = [fault for cells in rows for fault in cells.faults]
    faults += map(_of_row, table.faulty)
    return CohortFile(
        tuple(learner for _cells, learner in learners),
        tuple(sorted(faults, key=lambda fault: fault.line)),
        (*table.notices, *_notes(columns)),
        {column.heading: column.field for column in columns},
    )


def _with_code(table: Table, columns: tuple[CohortColumn, ...]) -> tuple[CohortColumn, ...]:
    """The columns; where none is headed as the code, the one of names that holds codes instead."""
    if any(column.field == "code" for column in columns):
        return columns
    for place, column in enumerate(columns):
        if column.personal != "name":
            continue
        values = table.values(column.heading, limit=_SAMPLE)
        if values and len(set(values)) == len(values) and all(map(_is_code, values)):
            meant = replace(column, field="code", personal=None)
            return (*columns[:place], meant, *columns[place + 1 :])
    return columns


def _is_code(value: str) -> bool:
    return any(sign.isdigit() for sign in value) and not looks_personal(value)


def _refuse_without(by_field: Mapping[str, object], table: Table, usual_stay: Days | None) -> None:
    listed = ", ".join(table.columns)[:300] or "–"
    if "code" not in by_field:
        raise UnreadableFile(
            _(
                "No column holds the code of the learner. Add a column “Code” with a code of your own for "
                "each, such as A01. The columns are: %(columns)s."
            ),
            columns=listed,
        )
    if usual_stay is None and "stay" not in by_field and "first" not in by_field:
        raise UnreadableFile(
            _(
                "No column holds the first and the last day of the stay. Add the columns “First day” and "
                "“Last day”. The columns are: %(columns)s."
            ),
            columns=listed,
        )


def _learner(cells: LearnerCells, usual_stay: Days | None) -> Learner | None:
    """The learner of a row, None where it cannot be used, which its faults then tell."""
    code, fields, languages, age = cells.code(), cells.fields(), cells.languages(), cells.age()
    days, wishes, home = stay_of(cells, usual_stay), cells.wishes(), cells.home()
    wheelchair, accommodation = cells.need("wheelchair"), cells.need("accommodation")
    safety_course = cells.need("safety_course", left_out=False)
    if not cells.usable or days is None:
        return None
    return Learner(
        code=code,
        first=days[0],
        last=days[1],
        fields=fields,
        languages=languages,
        age=age,
        wishes=wishes,
        wheelchair=wheelchair is True,
        accommodation=accommodation is True,
        home=home,
        safety_course=safety_course,
    )


def _each_once(learners: Sequence[tuple[LearnerCells, Learner]]) -> list[tuple[LearnerCells, Learner]]:
    """The learners without those whose code an earlier row has."""
    rows: dict[str, int] = {}
    kept: list[tuple[LearnerCells, Learner]] = []
    for cells, learner in learners:
        first = rows.setdefault(folded_code(learner.code), cells.row.line)
        if first == cells.row.line:
            kept.append((cells, learner))
            continue
        cells.refuse(
            cells.cell("code")[0],
            learner.code,
            _("The code “%(value)s” stands in row %(first)s already."),
            {"first": first},
            help=_("Give each learner a code of their own, and each learner one row."),
            left_out=True,
        )
    return kept


def _together(learners: Sequence[tuple[LearnerCells, Learner]]) -> list[tuple[LearnerCells, Learner]]:
    """The learners with the codes of those with whom they wish to be; unknown ones are told."""
    known = {folded_code(learner.code): learner.code for _cells, learner in learners}
    kept: list[tuple[LearnerCells, Learner]] = []
    for cells, learner in learners:
        codes: dict[str, None] = {}
        for heading, text in cells.together_with():
            found, unknown = codes_in(text, known)
            codes.update(dict.fromkeys(code for code in found if code != learner.code))
            for part in unknown:
                named = looks_personal(part)
                cells.refuse(
                    heading,
                    "" if named else part,
                    _("A name stands here, not a code.")
                    if named
                    else _("There is no learner with the code “%(value)s” in this list."),
                    help=_("Write the code of another learner of this list, or leave the cell empty."),
                )
        kept.append((cells, replace(learner, together_with=tuple(codes))))
    return kept


def _of_row(fault: RowFault) -> CohortFault:
    """The fault of a row that could not even be split."""
    return CohortFault(
        fault.line,
        fault.column,
        fault.value,
        fault.message,
        fault.values,
        help=_("Open the file in a spreadsheet program, mend the row and save it again."),
        left_out=True,
    )


def _notes(columns: Sequence[CohortColumn]) -> list[Notice]:
    """What is to be said of columns that are not read."""
    notes = [
        Notice(None, column.heading, "", _PERSONAL[column.personal], {"column": column.heading})
        for column in columns
        if column.personal
    ]
    unread = [column.heading for column in columns if not column.field and not column.personal]
    if unread:
        message = _("These columns are not read: %(columns)s.")
        notes.append(Notice(None, None, "", message, {"columns": ", ".join(unread)[:300]}))
    return notes


_PERSONAL = {
    "name": _("The column “%(column)s” is not read: no names are needed here, a code is enough."),
    "birth": _("The column “%(column)s” is not read: the age on the first day is enough."),
    "contact": _("The column “%(column)s” is not read: no mail, telephone or street is needed here."),
}
