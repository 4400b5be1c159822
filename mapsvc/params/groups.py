"""From the query string of the group finder to what a group needs, said plainly where it cannot be used."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from mapsvc.domain import vocabulary
from mapsvc.errors import InvalidInput, InvalidSearch
from mapsvc.messages import mark as _
from mapsvc.params.values import day, integer, number, several, text
from mapsvc.planning.groups import Wanted
from mapsvc.planning.widening import GroupSearch

MOST_SEATS, MOST_FIELDS, MOST_KM, MOST_AGE = 200, 10, 200, 120
DEFAULT_KM = 10.0
LONGEST_STAY = timedelta(days=366)
FRIDAY = 5  # of an ISO week
WEEKS = re.compile(r"\s*([0-9]{1,2})\s*(?:[-–/]|to|à|au)?\s*([0-9]{1,2})?\s*", re.IGNORECASE)
COUNTRY = re.compile("[A-Z]{2}")
LANGUAGE = re.compile("[a-z]{2}")
TICKED = "y"
MOST_LETTERS = 40
FIRST_YEAR, LAST_YEAR = 2020, 2100

T = TypeVar("T")

Arguments = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query string as it was read: the search, None where there is none yet or where it has faults.

    faults are (parameter, fault) in the order of the form.
    """

    search: GroupSearch | None = None
    faults: list[tuple[str, InvalidSearch | InvalidInput]] = field(default_factory=list)


def group_search(arguments: Arguments) -> Asked:
    """What a query string asks of the group finder; one without seats and days asks nothing yet."""
    if not any(arguments.get(name) for name in ("seats", "first", "last", "weeks")):
        return Asked()
    reader = _Reader(arguments)
    seats = reader.read("seats", lambda: integer(arguments, "seats", 1, MOST_SEATS))
    fields = reader.read("field", lambda: several(arguments, "field", _is_field)) or ()
    first, last = reader.days()
    km = reader.read("within_km", lambda: number(arguments, "within_km", 0.5, MOST_KM, "km"))
    age = reader.read("age", lambda: integer(arguments, "age", 12, MOST_AGE))
    region = reader.read("region", lambda: text(arguments, "region")) or ""
    reader.need("seats", seats, _("Say how many seats the group needs."))
    if seats and len(fields) > min(seats, MOST_FIELDS):
        reader.fault("field", _("There are more trades than seats. Choose fewer trades or more seats."))
    if reader.faults or seats is None or first is None or last is None:
        return Asked(faults=reader.faults)
    country = arguments.get("country", "")
    language = arguments.get("language", "")
    wanted = Wanted(
        seats=seats,
        fields=fields,
        first=first,
        last=last,
        within_km=float(km or DEFAULT_KM),
        country=country if COUNTRY.fullmatch(country) else None,
        age=age,
        wheelchair=arguments.get("wheelchair") == TICKED,
        accommodation=arguments.get("accommodation") == TICKED,
    )
    return Asked(GroupSearch(wanted, region, language if LANGUAGE.fullmatch(language) else ""))


class _Reader:
    """Reads one value after the other, and notes what is wrong with each."""

    def __init__(self, arguments: Arguments) -> None:
        self.arguments = arguments
        self.faults: list[tuple[str, InvalidSearch | InvalidInput]] = []

    def read(self, name: str, value: Callable[[], T]) -> T | None:
        """What is read, None where it has a fault."""
        try:
            return value()
        except InvalidSearch as fault:
            self.faults.append((name, fault))
            return None

    def need(self, name: str, value: object, message: str) -> None:
        """Notes a fault where nothing was given, and nothing was wrong with it either."""
        if value is None and name not in dict(self.faults):
            self.fault(name, message)

    def fault(self, name: str, message: str, **values: object) -> None:
        """Notes a fault."""
        self.faults.append((name, InvalidInput(message, field=name, **values)))

    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day: those that are given, else those of the weeks of a year."""
        if (self.arguments.get("weeks") or "").strip():
            return self.weeks()
        first = self.read("first", lambda: day(self.arguments, "first"))
        last = self.read("last", lambda: day(self.arguments, "last"))
        self.need("first", first, _("Give the first day, or the weeks."))
        self.need("last", last, _("Give the last day, or the weeks."))
        if first and last and last < first:
            self.fault("last", _("The last day is before the first."))
        if first and last and last - first > LONGEST_STAY:
            self.fault("last", _("A stay of more than a year cannot be looked for."))
        return first, last

    def weeks(self) -> tuple[date | None, date | None]:
        """Monday of the first to Friday of the last of ISO weeks, such as 12-15 of the year that is given."""
        found = WEEKS.fullmatch(self.arguments.get("weeks", "")[:MOST_LETTERS])
        year = self.read("year", lambda: integer(self.arguments, "year", FIRST_YEAR, LAST_YEAR))
        self.need("year", year, _("Give the year of the weeks."))
        if found is None:
            self.fault("weeks", _("Write the weeks as numbers, such as 12-15."))
        if found is None or year is None:
            return None, None
        begin, end = int(found[1]), int(found[2] or found[1])
        try:
            first = date.fromisocalendar(year, begin, 1)
            # Weeks 50-2 end in the next year.
            last = date.fromisocalendar(year + (end < begin), end, FRIDAY)
        except ValueError:
            self.fault("weeks", _("The year %(year)s has no such weeks."), year=year)
            return None, None
        return first, last


def _is_field(code: str) -> bool:
    return vocabulary.is_known("fields", code)


def group_query(search: GroupSearch) -> dict[str, Any]:
    """The query string of a search, by parameter; what is not asked for is left out."""
    wanted = search.wanted
    asked: dict[str, Any] = {
        "seats": str(wanted.seats),
        "field": list(wanted.fields),
        "first": wanted.first.isoformat(),
        "last": wanted.last.isoformat(),
        "within_km": f"{wanted.within_km:g}",
        "country": wanted.country or "",
        "region": search.region,
        "language": search.language,
        "age": str(wanted.age or ""),
        "wheelchair": TICKED if wanted.wheelchair else "",
        "accommodation": TICKED if wanted.accommodation else "",
    }
    return {name: value for name, value in asked.items() if value}
