"""What the pages of moderators list, as flat tables: the audit log, what was reached, what people think."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext

from mapsvc.domain.feedback import LEAST_SHOWN
from mapsvc.domain.flat_tables import Cell, Column, ColumnKind, FlatTable
from mapsvc.domain.targets import Measured
from mapsvc.presentation.feedback import QUESTIONS, SPEAKERS_MANY
from mapsvc.presentation.public_tables import LONG, TENTHS, WIDE, flat
from mapsvc.services.audit_logs import Line
from mapsvc.services.feedback import Average
from mapsvc.services.successes import Success


def audit_table(lines: Iterable[Line], **about: Any) -> FlatTable:
    """A row a line of the audit log, in their order, read as they are written; detail is JSON."""
    columns = (
        Column("number", gettext("No."), ColumnKind.WHOLE),
        Column("at", gettext("When"), ColumnKind.MOMENT),
        Column("account", gettext("Number of the account"), ColumnKind.WHOLE),
        Column("address", gettext("Mail address"), width=WIDE),
        Column("action", gettext("What was done")),
        Column("subject", gettext("To what")),
        Column("subject_number", gettext("Its number"), ColumnKind.WHOLE),
        Column("detail", gettext("Details"), width=LONG),
    )
    rows = (
        (
            *(line.entry.id, line.entry.at, line.entry.account_id, line.address),
            *(line.entry.action, line.entry.subject, line.entry.subject_id),
            json.dumps(line.entry.detail, ensure_ascii=False, sort_keys=True) if line.entry.detail else "",
        )
        for line in lines
    )
    return flat("audit", gettext("Audit log"), columns, rows, **about)


def new_by_month_table(found: Success, words: Mapping[Measured, object], **about: Any) -> FlatTable:
    """A row a month, the newest first, with how many of each came in it that are there today."""
    counted = [one for one in found.reached if one.new is not None]
    columns = (
        Column("month", gettext("Month")),
        *(Column(one.measured.value, str(words[one.measured]), ColumnKind.WHOLE) for one in counted),
    )
    rows: list[Sequence[Cell]] = [
        (f"{month:%Y-%m}", *(one.new[place] for one in counted if one.new is not None))
        for place, month in enumerate(found.months)
    ]
    return flat("new-by-month", gettext("New in each month"), columns, rows[::-1], **about)


def averages_table(averages: Iterable[Average], **about: Any) -> FlatTable:
    """A row a question and kind of speaker; average and answers are None below LEAST_SHOWN answers."""
    columns = (
        Column("question", gettext("Question"), width=LONG),
        Column("who", gettext("Who")),
        Column("average", gettext("Average"), ColumnKind.DECIMAL),
        Column("answers", gettext("Answers"), ColumnKind.WHOLE),
    )
    rows = [
        (
            *(str(QUESTIONS[one.question]), str(SPEAKERS_MANY[one.speaker])),
            *((None, None) if one.mean is None else (round(one.mean, TENTHS), one.count)),
        )
        for one in averages
    ]
    note = gettext("A number is left empty where fewer than %(least)s answered.", least=LEAST_SHOWN)
    title = gettext("What learners and hosts think")
    return flat("feedback", title, columns, rows, note=note, **about)
