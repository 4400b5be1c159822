"""A table as it leaves in a file: columns with a name for programs and one for people, and rows of values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

Cell = str | int | float | date | datetime | None
Row = Sequence[Cell]

POINT = ("lon", "lat")
LINE = ("from_lon", "from_lat", "to_lon", "to_lat")


class ColumnKind(StrEnum):
    """What the cells of a column are, where they are not None."""

    TEXT = "text"
    WHOLE = "whole"  # whole numbers
    DECIMAL = "decimal"
    DAY = "day"
    MOMENT = "moment"  # in UTC


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the name by which programs know it in every language, its heading, and what it holds.

    width is in letters, for a workbook; 0 takes what suits the kind.
    """

    key: str
    label: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself: of what, whose, from when, and how it may be used; "" says nothing.

    note is a sentence on what is not in it, as when it was cut.
    """

    title: str
    made: datetime
    site: str = ""
    address: str = ""
    attribution: str = ""
    licence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FlatTable:
    """A table to be written as a file of any format.

    name begins the name of the file, and is that of its layer: ASCII letters and hyphens; sheet is that of
    its sheet, the same where it is "". Each row has a value a column, in their order. Columns called "lon"
    and "lat", degrees of WGS 84, make it a table of places; those of LINE one of straight lines. language
    is that of its headings.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    about: About
    language: str = "en"
    sheet: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.key for column in self.columns)

    @property
    def places(self) -> tuple[int, ...]:
        """Where the columns of its geometry stand: two for points, four for lines, none for neither."""
        keys = self.keys
        found = next((names for names in (POINT, LINE) if set(names) <= set(keys)), ())
        return tuple(keys.index(name) for name in found)

    @property
    def said(self) -> tuple[int, ...]:
        """Where the columns stand that are not of its geometry."""
        return tuple(place for place in range(len(self.columns)) if place not in self.places)

    def with_all_rows(self) -> "FlatTable":
        """The same table with its rows at hand, so that they can be read twice and sent to a process."""
        return replace(self, rows=[tuple(row) for row in self.rows])
