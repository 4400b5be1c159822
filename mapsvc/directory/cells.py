"""Sites summed up by the cells of a map, which are runs of Morton codes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.columns import Columns, Floats, Integers, Mask, Rows, are_among, runs
from mapsvc.directory.morton import Codes, Rectangle, apart, cells_of, ranges
from mapsvc.storage.records import KINDS

MOST_EXACT = 32  # cells across a rectangle that ranges follow closely
RECOUNTED = 4096  # sites of a cell: the box of a larger one is left as it was when sites go


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells of one level that hold sites, in order of code; each site counts in one.

    Of each of n cells: `codes`, `count` of sites, `lon` and `lat` (sums in degrees), `kinds` (n, number
    of KINDS), `box` (n, 4: west, south, east, north of the members), and `starts` and `ends`, where
    its members are among the rows that were summed up.
    """

    codes: Codes
    starts: Integers
    ends: Integers
    count: Integers
    lon: Floats
    lat: Floats
    kinds: Integers
    box: Floats

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def nbytes(self) -> int:
        """The memory that this takes, in bytes."""
        held: tuple[NDArray[Any], ...] = (self.codes, self.starts, self.ends, self.count, self.lon, self.lat)
        return sum(one.nbytes for one in (*held, self.kinds, self.box))

    def taken(self, places: NDArray[Any]) -> "Cells":
        """Those of the cells."""
        return Cells(
            self.codes[places],
            self.starts[places],
            self.ends[places],
            self.count[places],
            self.lon[places],
            self.lat[places],
            self.kinds[places],
            self.box[places],
        )

    def inside(self, rectangles: Sequence[Rectangle]) -> "Cells":
        """The cells in any of these rectangles of cells, which do not overlap."""
        first, last = ranges(rectangles, cells=MOST_EXACT)
        begins, ends = np.searchsorted(self.codes, first), np.searchsorted(self.codes, last, side="right")
        places = runs(begins, ends - begins)
        column, row = apart(self.codes[places])
        kept = np.zeros(len(places), dtype=np.bool_)
        for west, north, east, south in rectangles:
            kept |= (column >= west) & (column <= east) & (row >= north) & (row <= south)
        return self.taken(places[kept])


def joined(parts: Sequence[Cells]) -> tuple[Cells, Mask]:
    """The cells with several sites when parts are taken together, and which cells of the parts those are.

    `starts` and `ends` mean nothing in what is joined.
    """
    filled = [one for one in parts if len(one)] or parts[:1]
    if len(filled) == 1:
        several = filled[0].count > 1
        return filled[0].taken(several), several
    codes = np.concatenate([one.codes for one in parts])
    found, cell = np.unique(codes, return_inverse=True)
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(len(found)))

    def total(function: Any, values: Sequence[NDArray[Any]]) -> NDArray[Any]:
        return function.reduceat(np.concatenate(values)[order], starts) if len(found) else values[0]

    count = total(np.add, [one.count for one in parts])
    together = Cells(
        codes=found,
        starts=starts,
        ends=starts,
        count=count,
        lon=total(np.add, [one.lon for one in parts]),
        lat=total(np.add, [one.lat for one in parts]),
        kinds=total(np.add, [one.kinds for one in parts]),
        box=np.hstack(
            (
                total(np.minimum, [one.box[:, :2] for one in parts]),
                total(np.maximum, [one.box[:, 2:] for one in parts]),
            )
        ),
    )
    shared = count > 1
    return together.taken(shared), shared[cell]


def summed(columns: Columns, rows: Rows, level: int) -> Cells:
    """The cells of these rows, one a site and in order; level as in morton.cells_of()."""
    sites = columns.site_of[rows]
    codes = cells_of(columns.morton[sites], level)
    new = np.ones(len(codes), dtype=np.bool_)
    new[1:] = codes[1:] != codes[:-1]
    starts = np.flatnonzero(new)
    lon, lat = columns.lon[sites], columns.lat[sites]
    ends = np.append(starts[1:], len(rows))[: len(starts)]
    count = ends - starts
    if not len(starts):
        none = np.zeros((0, len(KINDS)), np.int64)
        return Cells(codes, starts, ends, count, lon, lat, none, np.zeros((0, 4)))
    kind = columns.kind[rows]
    return Cells(
        codes=codes[starts],
        starts=starts,
        ends=ends,
        count=count,
        lon=np.add.reduceat(lon, starts),
        lat=np.add.reduceat(lat, starts),
        kinds=np.column_stack([_numbers(kind == place, starts, count) for place in range(len(KINDS))]),
        box=np.column_stack(
            (
                np.minimum.reduceat(lon, starts),
                np.minimum.reduceat(lat, starts),
                np.maximum.reduceat(lon, starts),
                np.maximum.reduceat(lat, starts),
            )
        ),
    )


def less(columns: Columns, cells: Cells, rows: Rows, gone: Rows, level: int) -> Cells:
    """The cells of rows without those that are gone; both in order.

    Boxes are those of what is left, but for cells of more than RECOUNTED sites, which keep theirs.
    """
    away = summed(columns, gone, level)
    places = np.searchsorted(cells.codes, away.codes)
    count, kinds = cells.count.copy(), cells.kinds.copy()
    lon, lat, box = cells.lon.copy(), cells.lat.copy(), cells.box.copy()
    count[places] -= away.count
    lon[places] -= away.lon
    lat[places] -= away.lat
    kinds[places] -= away.kinds
    small = places[cells.count[places] <= RECOUNTED]
    if len(small):
        members = rows[runs(cells.starts[small], cells.ends[small] - cells.starts[small])]
        again = summed(columns, members[~are_among(members, gone)], level)
        filled = np.searchsorted(cells.codes, again.codes)
        lon[filled], lat[filled], box[filled] = again.lon, again.lat, again.box
    kept = count > 0
    return replace(cells, count=count, lon=lon, lat=lat, kinds=kinds, box=box).taken(kept)


def _numbers(mask: Mask, starts: Integers, count: Integers) -> Integers:
    """How many of each run are marked."""
    if not mask.any():
        return np.zeros(len(starts), dtype=np.int64)
    if mask.all():
        return count
    return np.add.reduceat(mask.astype(np.int64), starts)
