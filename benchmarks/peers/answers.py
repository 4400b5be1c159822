"""What an engine answers, and what the answer must be: counted by brute force, apart from every engine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pyproj import Geod

from benchmarks.peers.questions import NEAREST, Circle, Nearest, Question, Window
from benchmarks.peers.worlds import COUNTRIES, KINDS, LANGUAGES, LODGING, SECTORS, Array, World

WGS84 = Geod(ellps="WGS84")
EARTH_M = 6_371_008.8
DEFINITION = 0.006  # sphere and ellipsoid differ by less than this share of a distance
LEAST_M, SHARE = 1.0, 0.005  # by which two engines may differ about a distance
LEAST_DEG = 1e-5  # and about a mean position
FACETS = {"sector": SECTORS, "language": LANGUAGES, "accommodation": LODGING}  # kept as bits
VALUES = {**FACETS, "kind": KINDS, "country": COUNTRIES}

Counts = Mapping[str, Mapping[str, int]]
Facts = tuple[int, Mapping[str, Mapping[str, int]]]  # the number of sites, and their counts
Cell = tuple[int, int, int, float, float]  # column, row, sites, mean longitude and latitude


class Disagreement(Exception):
    """An engine answers otherwise than brute force: no ratio may be told."""


@dataclass(frozen=True, slots=True)
class Found:
    """The sites of a circle, or the k nearest: metres in order; total and counts only of a circle."""

    metres: Sequence[float]
    total: int | None = None
    counts: Counts | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a window that hold sites, in any order; pins of the same cell may come apart."""

    cells: Iterable[Cell]


Answer = Found | Cells


def counts_of(masks: Mapping[str, Iterable[tuple[int, int]]]) -> dict[str, dict[str, int]]:
    """Sites by facet and value, from how many sites have which bits, or which code of kind and country."""
    counts: dict[str, dict[str, int]] = {}
    for facet, pairs in masks.items():
        values = VALUES[facet]
        found = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        if facet in FACETS:
            bits = (found[:, :1] >> np.arange(len(values))) & 1
            numbers = found[:, 1] @ bits
        else:
            numbers = np.bincount(found[:, 0], weights=found[:, 1], minlength=len(values)).astype(np.int64)
        counts[facet] = {
            value: number for value, number in zip(values, numbers.tolist(), strict=True) if number
        }
    return counts


@dataclass(frozen=True, eq=False)
class Truth:
    """What a question's answer must be, counted once however many engines are asked."""

    world: World
    question: Question

    def check(self, answer: Answer, *, sphere: bool) -> None:
        """Raises Disagreement unless the answer is right.

        With sphere the engine measures on a sphere: its circle may hold what lies between a circle
        that is smaller and one that is larger by DEFINITION.
        """
        if isinstance(answer, Cells):
            _compare_cells(self._cells, answer)
            return
        if isinstance(self.question, Circle):
            exact = self._facts(0)
            _compare_facts(answer, *((self._facts(-1), self._facts(1)) if sphere else (exact, exact)))
        count = NEAREST if isinstance(self.question, Circle) else self.question.k  # type: ignore[union-attr]
        count = min(count, len(self._metres) if answer.total is None else answer.total)
        _compare_metres(self._metres[:count], answer.metres)

    @cached_property
    def _rows(self) -> Array:
        """The rows that meet the filter; of a circle, only those about as near as they have to be."""
        rows = np.flatnonzero(self.question.filter.rows(self.world))
        if isinstance(self.question, Circle):
            return _inside(self.world, self.question, rows, self._radius_m(1))
        return rows

    @cached_property
    def _metres(self) -> list[float]:
        assert isinstance(self.question, Circle | Nearest)
        return _nearest_metres(self.world, self.question, self._rows, NEAREST)

    @cached_property
    def _cells(self) -> dict[tuple[int, int], tuple[int, float, float]]:
        assert isinstance(self.question, Window)
        return _cells(self.world, self.question, self._rows)

    @cached_property
    def _known(self) -> dict[int, Facts]:
        return {}

    def _facts(self, sign: int) -> Facts:
        """Of the circle as it is (0), of a smaller (-1) or a larger one (1)."""
        assert isinstance(self.question, Circle)
        if sign not in self._known:
            rows = _inside(self.world, self.question, self._rows, self._radius_m(sign))
            self._known[sign] = _facts(self.world, rows)
        return self._known[sign]

    def _radius_m(self, sign: int) -> float:
        assert isinstance(self.question, Circle)
        return self.question.radius_km * 1000 * (1 + sign * DEFINITION)


def _compare_facts(answer: Found, least: Facts, most: Facts) -> None:
    if answer.total is None or not least[0] <= answer.total <= most[0]:
        raise Disagreement(f"{answer.total} sites instead of {least[0]} to {most[0]}")
    for facet, numbers in (answer.counts or {}).items():
        for value in VALUES[facet]:
            low, high = (facts[1][facet].get(value, 0) for facts in (least, most))
            if not low <= numbers.get(value, 0) <= high:
                raise Disagreement(f"{facet} {value}: {numbers.get(value, 0)} instead of {low} to {high}")


def _compare_metres(expected: Sequence[float], found: Sequence[float]) -> None:
    if len(found) != len(expected):
        raise Disagreement(f"{len(found)} nearest instead of {len(expected)}")
    for rank, (metres, right) in enumerate(zip(found, expected, strict=True)):
        if abs(metres - right) > max(LEAST_M, SHARE * right):
            raise Disagreement(f"number {rank + 1} is {metres:.1f} m away, not {right:.1f} m")


def _compare_cells(expected: Mapping[tuple[int, int], tuple[int, float, float]], answer: Cells) -> None:
    found: dict[tuple[int, int], tuple[int, float, float]] = {}
    for column, row, count, lon, lat in answer.cells:
        sites, east, north = found.get((column, row), (0, 0.0, 0.0))
        found[column, row] = (sites + count, east + lon * count, north + lat * count)
    if found.keys() != expected.keys():
        raise Disagreement(f"other cells: {sorted(found.keys() ^ expected.keys())[:3]}")
    for cell, (count, lon, lat) in expected.items():
        sites, east, north = found[cell]
        if sites != count:
            raise Disagreement(f"cell {cell} holds {sites} sites instead of {count}")
        if max(abs(east / sites - lon), abs(north / sites - lat)) > LEAST_DEG:
            raise Disagreement(
                f"the middle of cell {cell} is {east / sites}, {north / sites}, not {lon}, {lat}"
            )


def _facts(world: World, rows: Array) -> Facts:
    """The number of sites of some rows in order, and their counts."""
    if not len(rows):
        return 0, {facet: {} for facet in VALUES}
    site = world.site[rows]
    starts = np.flatnonzero(np.concatenate(([True], site[1:] != site[:-1])))
    masks: dict[str, Any] = {}
    for facet, bits in (
        ("sector", world.sectors),
        ("language", world.languages),
        ("accommodation", world.lodging),
    ):
        masks[facet] = zip(
            *np.unique(np.bitwise_or.reduceat(bits[rows], starts), return_counts=True), strict=True
        )
    for facet, codes in (("kind", world.kind), ("country", world.country)):
        masks[facet] = zip(*np.unique(codes[rows[starts]], return_counts=True), strict=True)
    return len(starts), counts_of(masks)


def _sphere_m(world: World, place: Circle | Nearest, rows: Array) -> Array:
    lat, lon = np.radians(world.lat[rows]), np.radians(world.lon[rows] - place.lon)
    here = np.radians(place.lat)
    half = np.sin((lat - here) / 2) ** 2 + np.cos(lat) * np.cos(here) * np.sin(lon / 2) ** 2
    return 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1)))


def _geodesics(world: World, place: Circle | Nearest, rows: Array) -> Array:
    centre = np.full(len(rows), place.lon), np.full(len(rows), place.lat)
    return np.asarray(WGS84.inv(*centre, world.lon[rows], world.lat[rows])[2])


def _inside(world: World, place: Circle | Nearest, rows: Array, radius_m: float) -> Array:
    """The rows at most so far away on the ellipsoid; measured there only where the sphere leaves doubt."""
    up = radius_m / 110_000
    rows = rows[np.abs(world.lat[rows] - place.lat) <= up]
    metres = _sphere_m(world, place, rows)
    doubt = np.flatnonzero(np.abs(metres - radius_m) <= DEFINITION * radius_m + 2)
    inside = metres <= radius_m
    inside[doubt] = _geodesics(world, place, rows[doubt]) <= radius_m
    return rows[inside]


def _nearest_metres(world: World, place: Circle | Nearest, rows: Array, count: int) -> list[float]:
    """The metres of the nearest sites of some rows, nearest first."""
    firsts = rows[np.unique(world.site[rows], return_index=True)[1]]
    count = min(count, len(firsts))
    if not count:
        return []
    metres = _sphere_m(world, place, firsts)
    reach = np.partition(metres, count - 1)[count - 1] * (1 + 2.1 * DEFINITION) + 2
    found: list[float] = np.sort(_geodesics(world, place, firsts[metres <= reach]))[:count].tolist()
    return found


def _cells(world: World, window: Window, rows: Array) -> dict[tuple[int, int], tuple[int, float, float]]:
    west, east, top, bottom = window.edges
    columns, lines = world.cells
    column, line = columns[rows], lines[rows]
    rows = rows[(column >= west) & (column <= east) & (line >= top) & (line <= bottom)]
    rows = rows[np.unique(world.site[rows], return_index=True)[1]]
    key = (lines[rows] >> window.shift << 32) | (columns[rows] >> window.shift)
    cells, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    lon, lat = (
        np.bincount(place, weights=axis[rows], minlength=len(cells)) for axis in (world.lon, world.lat)
    )
    return {
        (int(cell & 0xFFFFFFFF), int(cell >> 32)): (int(count), float(x / count), float(y / count))
        for cell, count, x, y in zip(cells, counts, lon, lat, strict=True)
    }
