"""What the pages of imports list, as flat tables: imports, and the rows of one."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext

from mapsvc import i18n
from mapsvc.domain.flat_tables import Cell, Column, ColumnKind, FlatTable
from mapsvc.domain.sources import Import, Source
from mapsvc.presentation.public_tables import LONG, WIDE, flat
from mapsvc.presentation.uploads import OUTCOMES


def imports_table(found: Iterable[tuple[Import, Source]], **about: Any) -> FlatTable:
    """A row an import, in their order, with how many rows of its file had which outcome."""
    columns = (
        Column("number", gettext("No."), ColumnKind.WHOLE),
        Column("list", gettext("List"), width=WIDE),
        Column("file", gettext("File"), width=WIDE),
        Column("imported", gettext("Imported"), ColumnKind.MOMENT),
        *(Column(str(key), i18n.said(words), ColumnKind.WHOLE) for key, words in OUTCOMES.items()),
        Column("held_back", gettext("Held back: not on the map")),
        Column("undone", gettext("Undone"), ColumnKind.MOMENT),
    )
    rows = [
        (
            *(record.id, source.name, record.file_name, record.at),
            *(record.counts.get(key, 0) for key in OUTCOMES),
            gettext("yes") if record.held and record.undone is None else "",
            record.undone,
        )
        for record, source in found
    ]
    return flat("imports", gettext("Imported before"), columns, rows, **about)


def report_table(number: int, rows: Iterable[Sequence[Cell]], **about: Any) -> FlatTable:
    """What became of each row of a file; outcome and reason are in the words they were written down in."""
    columns = (
        Column("line", gettext("Line"), ColumnKind.WHOLE),
        Column("outcome", gettext("What became of it")),
        Column("name", gettext("Name"), width=WIDE),
        Column("column", gettext("Column")),
        Column("value", gettext("Value"), width=WIDE),
        Column("reason", gettext("Why"), width=LONG),
    )
    return flat(f"import-{number}", gettext("What became of each row"), columns, list(rows), **about)
