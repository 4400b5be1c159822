"""Reads the first and the last day of a learner's stay, from two columns or from one."""

from collections.abc import Callable
from datetime import date, timedelta

from mapsvc.intake.cohort_faults import RowCells
from mapsvc.intake.stay_dates import Days, read_first, read_last, read_stay
from mapsvc.messages import mark as _

LONGEST_STAY = timedelta(days=1_100)

_WRITE_DAY = _("Write the day as 2027-03-01 or 1.3.2027, or the week as 2027-W09.")


def stay_of(cells: RowCells, usual: Days | None) -> Days | None:
    """The first and the last day of the stay; usual is that of learners of whom nothing is said."""
    first_column, first_text = cells.cell("first")
    last_column, last_text = cells.cell("last")
    stay_column, stay_text = cells.cell("stay")
    both = stay_text and not (first_text or last_text)
    if both and (stay := read_stay(stay_text)):
        return _in_order(cells, stay_column, stay_text, stay)
    # A week alone, in the column of first days, says nothing of the last.
    alone = first_text and not last_text and read_first(first_text) is None
    if alone and (stay := read_stay(first_text)):
        return _in_order(cells, first_column, first_text, stay)
    if not (first_text or last_text or stay_text) and usual:
        return usual
    if stay_text and not (first_text and last_text):
        cells.refuse(
            stay_column,
            stay_text,
            _("“%(value)s” is no first and last day."),
            help=_("Write both days, such as 2027-03-01 – 2027-03-26."),
            left_out=True,
        )
        return None
    first = _day(cells, "first", first_column, first_text, read_first)
    last = _day(cells, "last", last_column, last_text, read_last)
    return (
        _in_order(cells, last_column, f"{first_text} – {last_text}", (first, last))
        if first and last
        else None
    )


def _day(
    cells: RowCells, name: str, column: str | None, text: str, read: Callable[[str], date | None]
) -> date | None:
    if text and (day := read(text)):
        return day
    if text:
        cells.refuse(column, text, _("“%(value)s” is no day."), help=_WRITE_DAY, left_out=True)
        return None
    message = _("The first day is missing.") if name == "first" else _("The last day is missing.")
    column = next((one.heading for one in cells.columns.get(name, ())), None)
    cells.refuse(column, "", message, help=_WRITE_DAY, left_out=True)
    return None


def _in_order(cells: RowCells, column: str | None, text: str, days: Days) -> Days | None:
    first, last = days
    if first > last:
        cells.refuse(
            column,
            text,
            _("The last day lies before the first day: “%(value)s”."),
            help=_("See whether the two days changed places, or the year is wrong."),
            left_out=True,
        )
        return None
    if last - first > LONGEST_STAY:
        cells.refuse(
            column,
            text,
            _("The stay is longer than %(limit)s days: “%(value)s”."),
            {"limit": LONGEST_STAY.days},
            help=_("See whether the years are right."),
            left_out=True,
        )
        return None
    return days
