"""Stays from region to region: summed up, as a matrix, and checked against how many there should be."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class FlowKind(StrEnum):
    """What a number of stays is."""

    PLANNED = "planned"
    REALISED = "realised"


@dataclass(frozen=True, slots=True)
class Flow:
    """A number of stays (1 or more) of a year from one place to another.

    origin and destination are ids of regions or codes of countries. activity is the key of what is done
    there, days how long each stay is, both ends counted: None where nobody said.
    """

    kind: FlowKind
    origin: str
    destination: str
    number: int
    year: int
    activity: str | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """The stays from one place to another, of all years: how many are planned, how many were realised."""

    origin: str
    destination: str
    planned: int
    realised: int

    def number(self, kind: FlowKind) -> int:
        """How many of a kind."""
        return self.planned if kind is FlowKind.PLANNED else self.realised


@dataclass(frozen=True, slots=True)
class FlowMatrix:
    """Stays by origin (rows) and destination (columns), each in the order given; 0 where there are none."""

    origins: Sequence[str]
    destinations: Sequence[str]
    cells: Sequence[Sequence[int]]
    by_origin: Sequence[int]
    by_destination: Sequence[int]
    total: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What was stated as the whole, and the parts it should be made of."""

    whole: int
    parts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(self.parts)

    @property
    def missing(self) -> int:
        """How many stays no part has, 0 where there are enough."""
        return max(0, self.whole - self.total)

    @property
    def too_many(self) -> int:
        """How many stays the parts have beyond the whole."""
        return max(0, self.total - self.whole)


def of_kind(flows: Iterable[Flow], kind: FlowKind) -> list[Flow]:
    """The flows of a kind, in their order."""
    return [flow for flow in flows if flow.kind is kind]


def of_years(flows: Iterable[Flow], years: Sequence[int]) -> list[Flow]:
    """The flows of some years, in their order; all where none is given."""
    return [flow for flow in flows if not years or flow.year in years]


def moved(flows: Iterable[Flow], larger: Callable[[str], str]) -> list[Flow]:
    """The same stays between larger places: those that larger gives for each, such as the country."""
    return [replace(flow, origin=larger(flow.origin), destination=larger(flow.destination)) for flow in flows]


def summed(flows: Iterable[Flow]) -> list[Flow]:
    """Flows that differ in nothing but their number made one, in the order in which each came first."""
    found: dict[Flow, int] = {}
    for flow in flows:
        key = replace(flow, number=1)
        found[key] = found.get(key, 0) + flow.number
    return [replace(key, number=number) for key, number in found.items()]


def arrows(flows: Iterable[Flow]) -> list[Arrow]:
    """The stays between each two places that have any, the most first; equal ones by id."""
    planned: Counter[tuple[str, str]] = Counter()
    realised: Counter[tuple[str, str]] = Counter()
    for flow in flows:
        counted = planned if flow.kind is FlowKind.PLANNED else realised
        counted[flow.origin, flow.destination] += flow.number
    found = [Arrow(*ends, planned[ends], realised[ends]) for ends in planned.keys() | realised.keys()]
    return sorted(found, key=lambda one: (-one.planned, -one.realised, one.origin, one.destination))


def matrix(found: Sequence[Arrow], kind: FlowKind, order: Callable[[str], str]) -> FlowMatrix:
    """The arrows of a kind as a table, rows and columns in the order of what order gives for their ids."""
    counts = {(one.origin, one.destination): one.number(kind) for one in found if one.number(kind)}
    origins = sorted({origin for origin, _to in counts}, key=lambda key: (order(key), key))
    destinations = sorted({to for _origin, to in counts}, key=lambda key: (order(key), key))
    cells = [[counts.get((origin, to), 0) for to in destinations] for origin in origins]
    return FlowMatrix(
        origins,
        destinations,
        cells,
        [sum(row) for row in cells],
        [sum(column) for column in zip(*cells, strict=True)],
        sum(counts.values()),
    )


def balance(flows: Iterable[Flow], kind: FlowKind, whole: int | None) -> Balance | None:
    """The whole of a kind beside its parts, one for each two places; None where no whole is stated."""
    if whole is None:
        return None
    parts = [one.number(kind) for one in arrows(of_kind(flows, kind))]
    return Balance(whole, tuple(parts))
