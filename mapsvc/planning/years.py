"""What a year of stays comes to: counted from what was recorded, and told without small numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import add
from typing import Any

from mapsvc.planning.flows import Flow, FlowKind

LEAST_SHOWN = 5  # people: a smaller number stands together with others, or is not told
SCHOOL_MONTH = 9  # a school year begins on the first day of September
UNKNOWN = ""  # the field or the country that nobody recorded


class YearKind(StrEnum):
    """When a year begins."""

    CALENDAR = "calendar"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Year:
    """A year by the one in which it begins: the school year 2026 ends in August 2027."""

    kind: YearKind
    begins: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.begins, SCHOOL_MONTH if self.kind is YearKind.SCHOOL else 1, 1)

    def has(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day < self.first.replace(year=self.begins + 1)


def year_of(day: date, kind: YearKind) -> Year:
    """The year of a kind in which a day lies."""
    same = Year(kind, day.year)
    return same if same.has(day) else Year(kind, day.year - 1)


@dataclass(frozen=True, slots=True)
class KeptStay:
    """A stay of a scenario that was carried out: at which site, in which country, from which, in which field.

    Countries are ISO 3166-1 alpha-2, the field an ISCED-F 2013 code; UNKNOWN where nobody recorded it.
    """

    site: str
    country: str
    origin: str
    field: str
    first: date


@dataclass(frozen=True, slots=True)
class Passed:
    """A certificate of a course that a learner passed on a day; learner is a number and no more."""

    learner: int
    course: str
    on: date


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a kit (its slug) was kept on some device in a month, named by its first day."""

    kit: str
    month: date
    times: int


@dataclass(frozen=True, slots=True)
class Records:
    """What one sending organisation recorded: its flows between countries, stays, and numbers that it typed.

    green is how many of the year travelled green, fewer how many had fewer opportunities; None where
    nobody said.
    """

    flows: Sequence[Flow] = ()
    stays: Sequence[KeptStay] = ()
    green: int | None = None
    fewer: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Stays by what was typed of them: those of whom it is true, those of whom it is not, and the rest."""

    true: int = 0
    false: int = 0
    unsaid: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.true + other.true, self.false + other.false, self.unsaid + other.unsaid)


@dataclass(frozen=True, slots=True)
class Figures:
    """The plain counts of a year; to be told only as `shielded` gives them.

    flows are by (from, to), hosts by country, fields by code, kits by slug: each of flows, fields, green and
    fewer has all stays. typed_too_many tells that a typed number is larger than the stays.
    """

    flows: Counter[tuple[str, str]]
    fields: Counter[str]
    hosts: Counter[str]
    courses: Counter[str]
    kits: Counter[str]
    green: Share
    fewer: Share
    typed_too_many: bool

    @property
    def stays(self) -> int:
        """All stays of the year."""
        return self.flows.total()


@dataclass(frozen=True, slots=True)
class Told:
    """Counts that may be told: some by key, the others together, and all; None for what is not told.

    together is the sum of all that is not named, 0 where all is. Everything that is told adds up to total.
    """

    named: Mapping[Any, int]
    together: int
    total: int | None

    def share(self, key: object) -> float | None:
        """The part of one key in the total, 0 to 1; None where either is not told."""
        return self.named[key] / self.total if self.total and key in self.named else None


def figures(
    year: Year, senders: Iterable[Records], passed: Iterable[Passed], kept: Iterable[Kept] = ()
) -> Figures:
    """The counts of a year over some sending organisations, of courses passed and of kits kept in it.

    Each organisation's stays come from its plans or from its scenarios, whichever recorded more, so that
    no stay counts twice. A learner counts once for each course.
    """
    of_all = [_recorded(year, records) for records in senders]
    sites = {stay.site: stay.country for one in of_all for stay in one.stays}
    finished = {(one.learner, one.course) for one in passed if year.has(one.on)}
    return Figures(
        flows=sum((one.flows for one in of_all), Counter()),
        fields=sum((one.fields for one in of_all), Counter()),
        hosts=Counter(sites.values()),
        courses=Counter(course for _learner, course in finished),
        kits=kits_of(year, kept),
        green=reduce(add, (_share(one.typed.green, one.count) for one in of_all), Share()),
        fewer=reduce(add, (_share(one.typed.fewer, one.count) for one in of_all), Share()),
        typed_too_many=any(
            (number or 0) > one.count for one in of_all for number in (one.typed.green, one.typed.fewer)
        ),
    )


def kits_of(year: Year, kept: Iterable[Kept]) -> Counter[str]:
    """How often each kit was kept in a year, by slug."""
    found: Counter[str] = Counter()
    for one in kept:
        if year.has(one.month):
            found[one.kit] += one.times
    return found


def shielded(counts: Mapping[Any, int]) -> Told:
    """Counts without those under LEAST_SHOWN: these stand together, with the next larger one where needed.

    What stands together is never under LEAST_SHOWN and never one count alone, so that nothing can be
    subtracted. Where that cannot be done, all of it is under LEAST_SHOWN, and not even the total is told.
    Counts of 0 are left out. The order is that of counts.
    """
    left = {key: count for key, count in counts.items() if count > 0}
    rising = sorted(left, key=lambda key: left[key])
    hidden = [key for key in rising if left[key] < LEAST_SHOWN]
    for key in rising[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(left[one] for one in hidden) >= LEAST_SHOWN):
            break
        hidden.append(key)
    total, together = sum(left.values()), sum(left[key] for key in hidden)
    if 0 < total < LEAST_SHOWN:
        return Told({}, 0, None)
    return Told({key: count for key, count in left.items() if key not in hidden}, together, total)


def _recorded(year: Year, records: Records) -> "_Recorded":
    flows = _flows(year, records.flows)
    stays = [stay for stay in records.stays if year.has(stay.first)]
    if len(stays) > flows.total():
        flows = Counter((stay.origin, stay.country) for stay in stays)
    fields = Counter(stay.field for stay in stays)
    fields[UNKNOWN] += flows.total() - len(stays)
    return _Recorded(flows, +fields, stays, records)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What one sending organisation recorded of a year: as many stays in its flows as in its fields."""

    flows: Counter[tuple[str, str]]
    fields: Counter[str]
    stays: Sequence[KeptStay]
    typed: Records

    @property
    def count(self) -> int:
        return self.flows.total()


def _flows(year: Year, flows: Iterable[Flow]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for flow in flows:
        if flow.kind is FlowKind.REALISED and flow.year == year.begins:
            found[flow.origin, flow.destination] += flow.number
    return found


def _share(typed: int | None, count: int) -> Share:
    """A typed number as a part of the stays; one that is larger than all of them says nothing."""
    return Share(unsaid=count) if typed is None or typed > count else Share(typed, count - typed)
