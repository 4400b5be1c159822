"""Takes those rows out of a file that are about somebody who asked not to be listed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.intake.mapping import ColumnMapping
from mapsvc.intake.tables import Notice, RawRow, RowFault, Table
from mapsvc.services.suppressing import is_suppressed, split_suppressed


@dataclass(frozen=True, slots=True)
class Sorted:
    """What may be used of a file; `left_out` are the lines of which nothing may be kept."""

    drafts: list[OrganisationDraft]
    faults: list[RowFault]
    notices: list[Notice]
    left_out: list[int]


def leave_out(
    session: Session,
    table: Table,
    mapping: ColumnMapping,
    *,
    drafts: Sequence[OrganisationDraft],
    faults: Sequence[RowFault],
    notices: Sequence[Notice],
    source: str,
    key: str,
) -> Sorted:
    """The drafts, faults and notices of a file without those on who asked not to be listed.

    A row that cannot be used is looked at as well, since it would be kept to be mended. source is the
    name of the list, key the installation's.
    """
    kept, out = split_suppressed(session, drafts, key, source=source)
    lines = {line for draft in out for site in draft.sites for line in site.lines}
    rows = {row.line: row for row in table.rows}
    for fault in faults:
        row = rows.get(fault.line)
        if row is not None and _is_about_one(session, table, mapping, row, key):
            lines.add(fault.line)
    return Sorted(
        kept,
        [fault for fault in faults if fault.line not in lines],
        [notice for notice in notices if notice.line not in lines],
        sorted(lines),
    )


def _is_about_one(session: Session, table: Table, mapping: ColumnMapping, row: RawRow, key: str) -> bool:
    cells = dict(zip(table.columns, row.cells, strict=True))

    def said(field: str) -> str:
        return " ".join(filter(None, (cells[column].strip() for column in mapping.columns.get(field, ()))))

    name = said("name")
    return bool(name) and is_suppressed(
        session, name=name, town=said("town"), website=said("website") or None, key=key
    )
