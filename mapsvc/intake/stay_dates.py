"""Reads the days of a stay as people write them: days, weeks, and both ends in one cell."""

import re
from datetime import date, timedelta

from mapsvc.intake.periods import read_date, read_periods
from mapsvc.places.folding import fold

Days = tuple[date, date]

_WEEK_WORDS = (
    r"(?:weeks?|semaines?|sem\.?|kalenderwochen?|wochen?|kw|semanas?|settiman[ae]|weken"
    r"|tydzien|tygodnie|w|s|t)"
)
_ISO_WEEK = re.compile(r"([0-9]{4})[-/ ]?w([0-9]{1,2})", re.IGNORECASE)
_NAMED_WEEK = re.compile(
    rf"{_WEEK_WORDS}\s*([0-9]{{1,2}})[\s,/.-]*(?:of|de|en|von)?\s*([0-9]{{4}})", re.IGNORECASE
)
_WEEKS = re.compile(
    rf"{_WEEK_WORDS}\s*([0-9]{{1,2}})\s*(?:-|–|—|to|until|a|à|au|bis|al|tot|do)\s*{_WEEK_WORDS}?\s*([0-9]{{1,2}})"
    r"[\s,/.-]*(?:of|de|en|von)?\s*([0-9]{4})",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{2})")
_SPREADSHEET_DAY = re.compile(r"[34][0-9]{4}(?:\.0+)?")
_SPREADSHEET_ZERO = date(1899, 12, 30)  # from which spreadsheets count days
_MORE_THAN_A_DAY = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}\s+(?![0-9]{1,2}:)")
_WEEKDAY = re.compile(r"^[^\W\d]{2,10}\.?,?\s+(?=[0-9])")
_BETWEEN = re.compile(
    r"\s+(?:-|–|—|to|until|till|au|jusqu'au|bis|al|hasta|tot|do|>|→)\s+|\s*(?:–|—|→|\.\.\.?)\s*"
)
_SLASH = re.compile(r"/(?=[0-9]{4}-)")
_WITHOUT_YEAR = re.compile(r"([0-9]{1,2})[./]\s?([0-9]{1,2})\.?")
_DAY_ALONE = re.compile(r"([0-9]{1,2})\.?")
_OPENING = re.compile(r"^(?:from|du|vom|von|del|dal|van|od)\s+", re.IGNORECASE)


def read_first(text: str) -> date | None:
    """The first day that text names: a day, or the Monday of a week such as 2027-W09; None for others."""
    week = _week(text)
    return week[0] if week else _day(text)


def read_last(text: str) -> date | None:
    """The last day that text names: a day, or the Sunday of a week; None for anything else."""
    week = _week(text)
    return week[1] if week else _day(text)


def read_stay(text: str) -> Days | None:
    """The first and the last day in one text, such as "2027-03-01 – 2027-03-28" or "weeks 9-12 2027".

    The year may stand at the end alone. The days come as written, the first after the last too. None
    where text names no two days.
    """
    plain = _OPENING.sub("", text.strip())
    if week := _week(plain) or _weeks(plain):
        return week
    if (periods := read_periods(plain)) and len(periods) == 1:
        return periods[0][:2]
    parts = [
        part for part in (_SLASH.split(plain) if _SLASH.search(plain) else _BETWEEN.split(plain)) if part
    ]
    if len(parts) == 1 and plain.count("-") == 1:
        parts = plain.split("-")
    if len(parts) != 2:  # noqa: PLR2004
        return None
    last = read_last(parts[1])
    first = read_first(parts[0]) or (_completed(parts[0].strip(), last) if last else None)
    return (first, last) if first and last else None


def _day(text: str) -> date | None:
    plain = _WEEKDAY.sub("", text.strip())
    if found := _SHORT_YEAR.fullmatch(plain):
        day, _sign, month, year = found.groups()
        return read_date(f"{day}.{month}.20{year}")
    if _SPREADSHEET_DAY.fullmatch(plain):
        return _SPREADSHEET_ZERO + timedelta(days=int(float(plain)))
    return None if _MORE_THAN_A_DAY.match(plain) else read_date(plain)


def _week(text: str) -> Days | None:
    plain = text.strip()
    if found := _ISO_WEEK.fullmatch(plain):
        return _days_of(int(found.group(1)), int(found.group(2)), int(found.group(2)))
    if found := _NAMED_WEEK.fullmatch(fold(plain)):
        return _days_of(int(found.group(2)), int(found.group(1)), int(found.group(1)))
    return None


def _weeks(text: str) -> Days | None:
    found = _WEEKS.fullmatch(text)
    if not found:
        return None
    first, last, year = map(int, found.groups())
    return _days_of(year, first, last)


def _days_of(year: int, first: int, last: int) -> Days | None:
    """The Monday of one week and the Sunday of another, which is in the next year where it is smaller."""
    try:
        sunday = date.fromisocalendar(year if last >= first else year + 1, last, 7)
        return date.fromisocalendar(year, first, 1), sunday
    except ValueError:
        return None


def _completed(text: str, last: date) -> date | None:
    """The day of a text that leaves out the year, or the month too, which are then those of the last day."""
    try:
        if found := _WITHOUT_YEAR.fullmatch(text):
            first = date(last.year, int(found.group(2)), int(found.group(1)))
            return first if first <= last else first.replace(year=last.year - 1)
        if found := _DAY_ALONE.fullmatch(text):
            return date(last.year, last.month, int(found.group(1)))
    except ValueError:
        return None
    words = text.split()
    if len(words) == 2:  # noqa: PLR2004
        return read_date(f"{text} {last.year}")
    return None
