"""Reads the cells of one row into the values of a host, and notes what could not be read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from mapsvc.domain.numbers import InvalidInteger, parse_integer
from mapsvc.intake import values as known
from mapsvc.intake.cells import one_line
from mapsvc.intake.kinds import is_email, is_website
from mapsvc.intake.legal_ids import LegalNumber, legal_number
from mapsvc.intake.mapping import ColumnMapping
from mapsvc.intake.names import Spoken, country_code, languages_in
from mapsvc.intake.periods import Period, read_date, read_periods
from mapsvc.intake.synonyms import loose_words, words
from mapsvc.intake.tables import Notice, RawRow
from mapsvc.messages import mark as _

LONGEST_NAME = 300
LONGEST_TEXT = 5_000

_LONGEST_WEBSITE = 500
_LONGEST_POSTCODE = 20
_MOST_SEATS = 9_999
_MOST_DAYS = 1_100
_OLDEST = 99
_ITEMS = re.compile(r"\s*[\n;•▪●]\s*")
_FIRST_COUNT = re.compile(r"([0-9]+)(?:[.,]0+)?(?:\s*[-–]\s*([0-9]+))?\s*([^\W\d]*)\.?(?:\s.*)?")
_LEADING_WORD = re.compile(
    r"^(?:ab|from|from age|dès|desde|da|dai|vanaf|min\.?|mind\.?|mindestens|>=?|≥)\s*", re.IGNORECASE
)

_NOT_KNOWN = _("“%(value)s” is not known here; it is kept privately.")
_NOT_READ = _("“%(value)s” could not be read; it is kept privately.")
_COUNTED = {
    _NOT_KNOWN: _("“%(value)s” is not known here; it is kept privately (%(count)s rows)."),
    _NOT_READ: _("“%(value)s” could not be read; it is kept privately (%(count)s rows)."),
}


class RowCells:
    """The cells of one row by field. What is mapped but cannot be read goes to private, with a notice."""

    def __init__(self, row: RawRow, columns: Mapping[str, int], mapping: ColumnMapping) -> None:
        self.row = row
        self.columns = columns
        self.mapping = mapping
        self.private: dict[str, str] = {}
        self.notices: list[Notice] = []

    def all_of(self, field: str) -> list[tuple[str, str]]:
        """The columns of a field in their order with their values, nothing left out but empty cells."""
        listed = self.mapping.columns.get(field, ())
        return [(column, cell) for column in listed if (cell := self.row.cells[self.columns[column]])]

    def text(self, field: str, *, between: str = " ") -> str | None:
        """The values of a field joined, None where there are none; at most LONGEST_TEXT characters."""
        joined = between.join(dict.fromkeys(cell for _column, cell in self.all_of(field)))
        return joined[:LONGEST_TEXT] or None

    def line_of_text(self, field: str, *, between: str = " ") -> str | None:
        """The same on one line."""
        text = self.text(field, between=between)
        return one_line(text) if text else None

    def items(self, field: str) -> tuple[str, ...]:
        """The items of lists, which stand on lines of their own or between semicolons or bullets."""
        found = [item for _c, cell in self.all_of(field) for item in _ITEMS.split(cell) if item]
        return tuple(dict.fromkeys(found))

    def one(
        self, field: str, read: Callable[[str], object | None], *, unknown: str = _NOT_READ
    ) -> object | None:
        """The first value of a field that can be read; the others are kept privately and said."""
        found: object | None = None
        for column, cell in self.all_of(field):
            value = read(cell)
            if value is None:
                self.keep(column, cell, unknown)
            elif found is None:
                found = value
        return found

    def keep(self, column: str, cell: str, message: str = _NOT_READ) -> None:
        """Keeps a value privately and says why."""
        self.private[column] = cell
        self.notices.append(Notice(self.row.line, column, cell[:80], message, {"value": cell[:80]}))

    def country(self) -> str | None:
        """The code of the first country that is named."""
        found = self.one("country", country_code, unknown=_NOT_KNOWN)
        return str(found) if found else None

    def website(self) -> str | None:
        """The address of the web site with its scheme; only http and https are taken."""
        found = self.one("website", _web_address)
        return str(found) if found else None

    def postcode(self) -> str | None:
        """The postcode on one line."""
        found = self.one("postcode", lambda cell: one_line(cell) if len(cell) <= _LONGEST_POSTCODE else None)
        return str(found) if found else None

    def count(self, field: str, *, most: int) -> int | None:
        """A whole number from 1 to most, also where a word goes before or after it."""
        found = self.one(field, lambda cell: _count(cell, most=most))
        return found if isinstance(found, int) else None

    def seats(self) -> int | None:
        """How many people can come at a time."""
        return self.count("seats", most=_MOST_SEATS)

    def min_age(self) -> int | None:
        """The lowest age in years."""
        return self.count("min_age", most=_OLDEST)

    def days(self) -> tuple[int | None, int | None]:
        """The shortest and the longest stay in days; weeks and months are counted as 7 and 30 days.

        A range under the heading of either gives both.
        """
        shortest, longest = self._range("min_days"), self._range("max_days")
        low = shortest[0] if shortest else None
        high = longest[1] or longest[0] if longest else shortest[1] if shortest else None
        if low is None and longest and longest[1]:
            low = longest[0]
        return (low, high) if low is None or high is None or low <= high else (high, low)

    def _range(self, field: str) -> tuple[int, int | None] | None:
        for column, cell in self.all_of(field):
            found = _days(cell, heading=column)
            if found is not None:
                return found
            self.keep(column, cell)
        return None

    def legal_ids(self, country: str | None) -> tuple[LegalNumber, ...]:
        """The numbers of authorities that can be told; the others are kept privately."""
        found: dict[LegalNumber, None] = {}
        for column, cell in self.all_of("legal_id"):
            for part in re.split(r"[;|\n]|,\s", cell):
                number = legal_number(part, heading=column, country=country)
                if number is None:
                    self.keep(
                        column,
                        cell,
                        _("“%(value)s” is no OID, PIC, SIRET or VAT number; it is kept privately."),
                    )
                else:
                    found[number] = None
        return tuple(found)

    def kind(self) -> str | None:
        """The kind of organisation, from its column, else from what the heading of the name says."""
        found = self.one("organisation_kind", known.organisation_kind, unknown=_NOT_KNOWN)
        if found is not None:
            return str(found)
        headings = [word for column in self.mapping.columns.get("name", ()) for word in loose_words(column)]
        kinds = words().kinds_by_name.items()
        return next((kind for kind, listed in kinds if not listed.isdisjoint(headings)), None)

    def kind_text(self) -> str | None:
        """The list's own words for the kind of organisation, None where they say no more than its label."""
        text = self.line_of_text("organisation_kind")
        return None if text is None or known.is_plain_kind(text) else text

    def trades(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The fields of education and the sectors; a word under the other heading counts too."""
        fields: dict[str, None] = {}
        sectors: dict[str, None] = {}
        for heading in ("fields", "sectors"):
            for column, cell in self.all_of(heading):
                first, second = (known.fields_in, known.sectors_in)[:: 1 if heading == "fields" else -1]
                found, unknown = first(cell)
                (fields if heading == "fields" else sectors).update(dict.fromkeys(found))
                for part in unknown:
                    other, still_unknown = second(part)
                    (sectors if heading == "fields" else fields).update(dict.fromkeys(other))
                    if still_unknown:
                        self.keep(column, cell, _NOT_KNOWN)
        return tuple(fields), tuple(sectors)

    def languages(self) -> tuple[Spoken, ...]:
        """The languages with their levels."""
        found: dict[str, str | None] = {}
        for column, cell in self.all_of("languages"):
            spoken, unknown = languages_in(cell)
            found.update(dict(spoken))
            if unknown:
                self.keep(column, cell, _NOT_KNOWN)
        return tuple(found.items())

    def periods(self, seats: int) -> tuple[Period, ...]:
        """When somebody can come: from one column, or from one column each for the beginning and the end."""
        found = [p for column, cell in self.all_of("periods") for p in self._listed(column, cell, seats)]
        first, last = self.one("period_from", read_date), self.one("period_to", read_date)
        if isinstance(first, date) and isinstance(last, date):
            if first <= last:
                found.append((first, last, seats))
            else:
                column, cell = self.all_of("period_to")[0]
                self.keep(
                    column, cell, _("The end “%(value)s” lies before the beginning; it is kept privately.")
                )
        return tuple(dict.fromkeys(found))

    def _listed(self, column: str, cell: str, seats: int) -> list[Period]:
        found = read_periods(cell, seats=seats)
        if found is None:
            self.keep(column, cell)
        return found or []

    def confirmed_on(self) -> date | None:
        """The day on which the host last confirmed the offer."""
        found = self.one("confirmed_on", read_date)
        return found if isinstance(found, date) else None

    def sample(self) -> bool:
        """Whether the row says that its host is made up."""
        return self.one("sample", known.yes_or_no) is True

    def accommodation(self) -> str | None:
        """provided, helped or none."""
        found = self.one("accommodation", known.accommodation, unknown=_NOT_KNOWN)
        return str(found) if found else None

    def wheelchair(self) -> bool | None:
        """Whether one can come in a wheelchair; None where nothing is said."""
        found = self.one("wheelchair", known.yes_or_no, unknown=_NOT_KNOWN)
        return found if isinstance(found, bool) else None

    def precision(self) -> str | None:
        """How exact the row says that its point is: "address" or "town"."""
        found = self.one("precision", known.precision, unknown=_NOT_KNOWN)
        return str(found) if found else None

    def programmes(self) -> tuple[str, ...]:
        """The programmes that are known."""
        found: dict[str, None] = {}
        for column, cell in self.all_of("programmes"):
            keys, unknown = known.programmes_in(cell)
            found.update(dict.fromkeys(keys))
            if unknown:
                self.keep(column, cell, _NOT_KNOWN)
        return tuple(found)

    def email(self) -> str | None:
        """The address of the contact."""
        found = self.one("contact_email", lambda cell: cell if is_email(cell) else None)
        return str(found) if found else None


def said_once(notices: list[Notice]) -> list[Notice]:
    """The notices in their order; what is said of the same value in many rows is said once and counted."""
    rows: dict[tuple[str | None, str, str], int] = {}
    for notice in notices:
        key = (notice.column, notice.value, notice.message)
        rows[key] = rows.get(key, 0) + 1
    once: list[Notice] = []
    for notice in notices:
        count = rows.pop((notice.column, notice.value, notice.message), 0)
        if notice.message not in _COUNTED or count == 1:
            once.append(notice)
        elif count > 1:
            values = {**notice.values, "count": count}
            once.append(replace(notice, message=_COUNTED[notice.message], values=values))
    return once


def _web_address(cell: str) -> str | None:
    address = cell.split(maxsplit=1)[0]
    if not is_website(address) or len(address) > _LONGEST_WEBSITE:
        return None
    return address if address.lower().startswith(("http://", "https://")) else f"https://{address}"


def _count(cell: str, *, most: int) -> int | None:
    found = _FIRST_COUNT.fullmatch(_LEADING_WORD.sub("", cell).rstrip("+ "))
    if found is None or found.group(2):
        return None
    try:
        number = parse_integer(found.group(1))
    except InvalidInteger:
        return None
    return number if 1 <= number <= most else None


def _days(cell: str, *, heading: str) -> tuple[int, int | None] | None:
    found = _FIRST_COUNT.fullmatch(_LEADING_WORD.sub("", cell))
    if found is None or not found.group(1).isascii():
        return None
    unit = [*loose_words(found.group(3) or ""), *loose_words(heading)]
    factor = next((7 if w in words().weeks else 30 for w in unit if w in words().weeks | words().months), 1)
    low = int(found.group(1)) * factor
    high = int(found.group(2)) * factor if found.group(2) else None
    if not 1 <= low <= _MOST_DAYS or (high is not None and not low <= high <= _MOST_DAYS):
        return None
    return low, high
