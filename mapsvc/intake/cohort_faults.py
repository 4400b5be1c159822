"""The cells of a learner's row by field, and what is found to be wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mapsvc.intake.cells import one_line
from mapsvc.intake.cohort_codes import looks_personal
from mapsvc.intake.cohort_columns import CohortColumn
from mapsvc.intake.tables import NO_VALUES, RawRow
from mapsvc.intake.wishes import Wishing

SHOWN = 80
LONGEST_CELL = 1_000  # characters that are looked at


@dataclass(frozen=True, slots=True)
class CohortFault:
    """What is wrong in a row: where, what stood there, why it cannot be used, and what would help.

    line is that of the row in the file (the number in a workbook); column its heading, None for the
    whole row. value is "" where it may be a name or a birth date, so that nobody keeps one. message and
    help are marked sentences with %(name)s places that values fill, help is "" where nothing is to be
    said. left_out tells whether the learner could not be taken at all. code is that of the row, "" where it
    has none or one that may be a name.
    """

    line: int
    column: str | None
    value: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    help: str = ""
    left_out: bool = False
    code: str = ""


class RowCells:
    """The cells of one row by field, with the faults found in them so far."""

    def __init__(self, row: RawRow, columns: Mapping[str, Sequence[CohortColumn]], wishing: Wishing) -> None:
        self.row = row
        self.columns = columns
        self.wishing = wishing
        self.faults: list[CohortFault] = []

    @property
    def usable(self) -> bool:
        """Whether nothing found so far leaves the learner out."""
        return not any(fault.left_out for fault in self.faults)

    def cells(self, name: str) -> list[tuple[CohortColumn, str]]:
        """The columns of a field with what stands in them, empty cells left out."""
        listed = self.columns.get(name, ())
        return [(column, cell[:LONGEST_CELL]) for column in listed if (cell := self.row.cells[column.place])]

    def cell(self, name: str) -> tuple[str | None, str]:
        """The heading and the cell of a field that one column holds, "" where it says nothing."""
        return next(((column.heading, cell) for column, cell in self.cells(name)), (None, ""))

    def refuse(
        self,
        column: str | None,
        value: str,
        message: str,
        values: Mapping[str, object] = NO_VALUES,
        *,
        help: str = "",  # noqa: A002 - the word that is meant
        left_out: bool = False,
    ) -> None:
        """Remembers a fault; the value is among the values by itself."""
        shown = one_line(value)[:SHOWN]
        told = {"value": shown, **values}
        code = one_line(self.cell("code")[1])[:SHOWN]
        code = "" if looks_personal(code) else code
        self.faults.append(CohortFault(self.row.line, column, shown, message, told, help, left_out, code))
