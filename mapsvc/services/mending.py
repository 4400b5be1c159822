"""Rows that an import could not use: corrected by a person and imported, or left out."""

import hashlib
import json
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.sources import Import, Source
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.errors import InvalidInput, NotFound, UnreadableFile
from mapsvc.intake.hosts import read_hosts
from mapsvc.intake.mapping import ColumnMapping, load_mapping
from mapsvc.intake.tables import RawRow, RowFault, Table
from mapsvc.messages import mark as _
from mapsvc.places.crs import WGS84
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.auditing import note
from mapsvc.services.imports import Origin, import_table
from mapsvc.services.locating import owners
from mapsvc.services.quarantine import POINT_COLUMNS
from mapsvc.services.row_reports import Report
from mapsvc.storage import desk as stored

MENDED = "mended"  # in what an import keeps beside its mapping: the rows that it settled
LEFT_OUT = "left_out"  # in the audit log
LONGEST_CELL = 10_000
MOST_AT_ONCE = 200
TOO_LONG = _("A cell has %(count)s characters; at most %(limit)s can be kept.")
MAPPING_GONE = _("The columns of this row are not those of its list any more. Import the file again.")

Corrections = Mapping[int, Mapping[str, str]]  # by row: the cells that a person changed, by column


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows of one import that have the same fault, in order of their lines."""

    source: Source
    record: Import
    rows: tuple[QuarantinedRow, ...]

    @property
    def column(self) -> str | None:
        """The column of the fault, None where it is not in one cell."""
        return self.rows[0].column

    @property
    def can_be_mended(self) -> bool:
        """Whether the rows came apart into cells at all."""
        return all(row.cells for row in self.rows)


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of corrected rows: the import of those that work, and those that do not yet."""

    report: Report | None
    settled: int
    faulty: tuple[QuarantinedRow, ...]


def faults(session: Session, viewer: Viewer) -> list[Fault]:
    """The rows of the viewer's lists that wait, by import and fault, the newest import first."""
    found: dict[tuple[int, str | None, str], list[tuple[QuarantinedRow, Import, Source]]] = defaultdict(list)
    for row, record, source in stored.rows_to_mend(session, owners(viewer)):
        found[record.id, row.column, row.message].append((row, record, source))
    return [
        Fault(members[0][2], members[0][1], tuple(row for row, _record, _source in members))
        for members in found.values()
    ]


def fault_of(session: Session, viewer: Viewer, ids: Sequence[int]) -> Fault:
    """Rows that wait, of one import of a list of the viewer's.

    Raises NotFound where one of them is not theirs, is settled, or is of another import.
    """
    found = stored.rows_to_mend(session, owners(viewer), ids=ids)
    if not found or {row.id for row, _record, _source in found} != set(ids):
        raise NotFound
    _row, record, source = found[0]
    require(viewer, Action.IMPORT_HOSTS, source)
    if {one.id for _row, one, _source in found} != {record.id}:
        raise NotFound
    return Fault(source, record, tuple(row for row, _record, _source in found))


def try_again(
    session: Session,
    viewer: Viewer,
    corrections: Corrections,
    *,
    gazetteer: Gazetteer,
    regions: Regions,
    key: str,
) -> Mended:
    """Imports corrected rows into their list as one import; those that still cannot be used keep waiting.

    What was typed is kept with the rows either way. key is the installation's. Commits.

    Raises NotFound, InvalidInput for a cell that is too long, or another MapsvcError.
    """
    fault = fault_of(session, viewer, sorted(corrections)[:MOST_AT_ONCE])
    mendable = [row for row in fault.rows if row.cells]
    for row in mendable:
        row.cells = _corrected(row, corrections[row.id])
    session.flush()
    if not mendable:
        return Mended(None, 0, fault.rows)
    table, crs = _table(mendable), _crs(fault.record, mendable)
    mapping = _mapping(fault.record, table)
    _hosts, faulty, _notices = read_hosts(table, mapping, crs=crs, gazetteer=gazetteer)
    _say_anew(mendable, faulty)
    lines = {one.line for one in faulty}
    done = [row for row in mendable if row.line not in lines]
    report = None
    if done:
        works = Table(table.columns, [row for row in table.rows if row.line not in lines])
        ids = [row.id for row in done]
        report = import_table(
            session,
            works,
            mapping,
            Origin(
                source_name=fault.source.name,
                file_name=fault.record.file_name,
                file_sha256=_digest(works),
                importer=f"account {viewer.account_id}",
                owner_id=fault.source.owner_id,
                crs=crs,
                held=fault.record.held,
                partial=True,
            ),
            gazetteer=gazetteer,
            regions=regions,
            key=key,
            finish=lambda opened, record, _report: _settle(opened, viewer, record, ids),
        )
    else:
        session.commit()
    return Mended(report, len(done), tuple(row for row in mendable if row.line in lines))


def leave_out(session: Session, viewer: Viewer, ids: Sequence[int]) -> int:
    """Settles rows without importing them. Commits. Returns the number to take that back by.

    Raises NotFound.
    """
    fault = fault_of(session, viewer, ids)
    for row in fault.rows:
        row.settled = now()
    note(session, viewer, LEFT_OUT, "import", fault.record.id, rows=sorted(ids))
    session.flush()
    number = stored.last_entry(session, LEFT_OUT, viewer.account_id)
    session.commit()
    return number


def wait_again(session: Session, viewer: Viewer, number: int) -> None:
    """Has rows wait again that the viewer left out with one press. Commits. Raises NotFound."""
    entry = stored.audit_entry(session, number)
    if entry is None or entry.action != LEFT_OUT or entry.account_id != viewer.account_id:
        require(viewer, Action.USE_DESK)
        raise NotFound
    stored.set_settled(session, list(entry.detail["rows"]), None)
    fault_of(session, viewer, list(entry.detail["rows"]))  # still of a list of theirs
    session.commit()


def _settle(session: Session, viewer: Viewer, record: Import, ids: list[int]) -> None:
    record.mapping = {**record.mapping, MENDED: ids}
    stored.set_settled(session, ids, now())
    note(session, viewer, "mended", "import", record.id, rows=ids)


def _digest(table: Table) -> str:
    written = json.dumps([row.cells for row in table.rows], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _corrected(row: QuarantinedRow, typed: Mapping[str, str]) -> list[list[str]]:
    longest = max((len(cell) for cell in typed.values()), default=0)
    if longest > LONGEST_CELL:
        raise InvalidInput(TOO_LONG, count=longest, limit=LONGEST_CELL)
    return [
        [column, typed.get(column, cell).replace("\r\n", "\n").replace("\x00", "")]
        for column, cell in row.cells
    ]


def _table(rows: Sequence[QuarantinedRow]) -> Table:
    """The rows as a table of their own, with the lines that they had in the file."""
    columns = tuple(dict.fromkeys(column for row in rows for column, _cell in row.cells))
    raw = []
    for row in rows:
        cells = {pair[0]: pair[1] for pair in row.cells}
        raw.append(RawRow(row.line, tuple(cells.get(column, "") for column in columns)))
    return Table(columns, raw)


def _crs(record: Import, rows: Sequence[QuarantinedRow]) -> int | None:
    """The reference system of the cells: the points of a geographic file were kept in degrees."""
    crs = record.mapping.get("crs")
    return WGS84 if _has_points(rows) else int(crs) if crs else None


def _has_points(rows: Sequence[QuarantinedRow]) -> bool:
    return any([column for column, _cell in row.cells[-2:]] == list(POINT_COLUMNS) for row in rows)


def _mapping(record: Import, table: Table) -> ColumnMapping:
    """The mapping of an import, for rows that it left; with the columns in which points were kept."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "mapping.yml")
        file.write_text(str(record.mapping.get("yaml") or ""), "utf-8")
        try:
            mapping = load_mapping(file, table)
        except UnreadableFile as fault:
            raise UnreadableFile(MAPPING_GONE) from fault
    added = [name for name in POINT_COLUMNS if name in table.columns and name not in mapping.mapped()]
    if len(added) == len(POINT_COLUMNS) and not set(POINT_COLUMNS) & mapping.columns.keys():
        columns = {**mapping.columns, **{name: (name,) for name in added}}
        mapping = replace(
            mapping, columns=columns, unknown=tuple(one for one in mapping.unknown if one not in added)
        )
    return mapping


def _say_anew(rows: Sequence[QuarantinedRow], faulty: Sequence[RowFault]) -> None:
    by_line = {one.line: one for one in faulty}
    for row in rows:
        if fault := by_line.get(row.line):
            row.column, row.value, row.message = fault.column, fault.value, fault.message
            row.values = {
                name: value if isinstance(value, (int, float)) else str(value)
                for name, value in fault.values.items()
            }
