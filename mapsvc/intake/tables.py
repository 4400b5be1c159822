"""What a file holds before anybody knows what its columns mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NO_VALUES: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the report says and that is no fault.

    line and column are None where it concerns the whole file or the whole row; message is a
    marked sentence with %(name)s places, values fill them.
    """

    line: int | None
    column: str | None
    value: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is quarantined: where, which value, and the reason as a marked sentence."""

    line: int
    column: str | None
    value: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as written, as many cells as the table has columns; "" stands for nothing.

    line is the physical line (the first is 1) in a text file, the row number in a workbook, the
    number of the feature in a geographic file. point is the geometry, x before y, in the
    table's reference system; None where the row has none.
    """

    line: int
    cells: tuple[str, ...]
    point: tuple[float, float] | None = None


@dataclass(slots=True)
class Table:
    """A file read: its columns by name, each name once, and its rows in their order.

    crs is the EPSG code of the geometries, None where the file does not say. faulty holds the
    rows that could not even be split.
    """

    columns: tuple[str, ...]
    rows: list[RawRow]
    crs: int | None = None
    notices: list[Notice] = field(default_factory=list)
    faulty: list[RowFault] = field(default_factory=list)

    def values(self, column: str, *, limit: int | None = None) -> list[str]:
        """The values of a column that are not nothing, in order; at most limit of them.

        Raises ValueError when there is no such column.
        """
        place = self.columns.index(column)
        found: list[str] = []
        for row in self.rows:
            if row.cells[place]:
                found.append(row.cells[place])
                if limit is not None and len(found) >= limit:
                    break
        return found
