"""The rows that an import could not use, kept as they stood in the file until a person settles them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from mapsvc.domain.sources import Import
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.errors import MapsvcError
from mapsvc.intake.tables import RawRow, RowFault, Table
from mapsvc.places.crs import WGS84, to_wgs84
from mapsvc.storage.listings import chunks

POINT_COLUMNS = ("lat", "lon")  # the cells that stand for the point of a row of a geographic file


def quarantine(session: Session, record: Import, table: Table, faults: Sequence[RowFault]) -> None:
    """Keeps a row for each fault, with its cells as they stood in the file; the caller commits.

    A row that could not even be split has no cells. The point of a row of a geographic file comes as
    two more cells, in degrees, where its reference system is known.
    """
    rows = {row.line: row for row in table.rows}
    kept = [
        {
            "import_id": record.id,
            "line": fault.line,
            "cells": _cells(table, rows.get(fault.line)),
            "column": fault.column,
            "value": fault.value,
            "message": fault.message,
            "values": _plain(fault.values),
        }
        for fault in faults
    ]
    for chunk in chunks(kept):
        session.execute(insert(QuarantinedRow), chunk)


def forget_quarantined(session: Session, source_id: int, *, but: int) -> None:
    """Drops the rows of a list that wait to be mended, save those of the import `but`; the caller commits."""
    others = select(Import.id).where(Import.source_id == source_id, Import.id != but)
    session.execute(
        delete(QuarantinedRow).where(QuarantinedRow.import_id.in_(others), QuarantinedRow.settled.is_(None))
    )


def forget_quarantined_of(session: Session, import_id: int) -> None:
    """Drops all rows that an import could not use; the caller commits."""
    session.execute(delete(QuarantinedRow).where(QuarantinedRow.import_id == import_id))


def _cells(table: Table, row: RawRow | None) -> list[list[str]]:
    if row is None:
        return []
    cells = [[column, cell] for column, cell in zip(table.columns, row.cells, strict=True)]
    if row.point is not None and table.crs is not None and not set(POINT_COLUMNS) & set(table.columns):
        try:
            lon, lat = to_wgs84(table.crs, row.point) if table.crs != WGS84 else row.point
        except MapsvcError:
            return cells
        cells += [[POINT_COLUMNS[0], f"{lat:.7f}"], [POINT_COLUMNS[1], f"{lon:.7f}"]]
    return cells


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, (int, float)) else str(value) for name, value in values.items()}
