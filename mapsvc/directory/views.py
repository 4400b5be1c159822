"""The rows that meet some filters, kept for the next who asks, with what was made of them."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.cells import Cells, less, summed
from mapsvc.directory.columns import Columns, Integers, Mask, Rows, are_among, are_new, runs
from mapsvc.directory.facets import count_sites
from mapsvc.directory.searches import Filters

MOST_KEPT = 24 * 1024 * 1024  # bytes of the views of the columns, as far as they are known when one is made
MOST_LIVE = 8 * 1024 * 1024  # bytes of those without what is gone, which hold until the next change
MOST_NOTED = 4096  # filters that are noted as asked for


class View:
    """Rows in order, and lazily what pages and maps need of them.

    Safe between threads: two at once may make the same thing twice, and the same comes out.
    """

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self.columns, self.rows = columns, rows
        self._cells: dict[int, Cells] = {}
        self.nbytes = rows.nbytes * (1 if columns.single else 2) + len(columns) // 8
        """The memory that this takes, in bytes, as far as it is known."""

    @cached_property
    def best(self) -> Rows:
        """The first row of each site."""
        return firsts(self.columns, self.rows)

    @cached_property
    def counts(self) -> Integers:
        """The sites per code."""
        return count_sites(self.columns, self.rows)

    def holds(self, rows: Rows) -> Mask:
        """Which of these rows are among those of the view."""
        held: Mask = ((self._bits[rows >> 3] >> (rows & 7).astype(np.uint8)) & 1).view(np.bool_)
        return held

    @cached_property
    def _bits(self) -> NDArray[np.uint8]:
        held = np.zeros(len(self.columns), dtype=np.bool_)
        held[self.rows] = True
        return np.packbits(held, bitorder="little")

    def cells(self, level: int) -> Cells:
        """All sites by cells of a level."""
        found = self._cells.get(level)
        if found is None:
            found = self._cells[level] = self._summed(level)
            self.nbytes += found.nbytes
        return found

    def members(self, cells: Cells) -> Rows:
        """The rows that stand for the sites of some of these cells."""
        return self.best[runs(cells.starts, cells.ends - cells.starts)]

    def _summed(self, level: int) -> Cells:
        return summed(self.columns, self.best, level)


class LiveView(View):
    """A view without the sites that are gone since its columns were made."""

    def __init__(self, view: View, gone: Rows) -> None:
        super().__init__(view.columns, view.rows[~are_among(view.rows, gone)])
        self._view, self._gone = view, gone[are_among(gone, view.rows)]

    @cached_property
    def counts(self) -> Integers:
        """The sites per code."""
        return self._view.counts - count_sites(self.columns, self._gone)

    def members(self, cells: Cells) -> Rows:
        """The rows that stand for the sites of some of these cells."""
        rows = self._view.members(cells)
        return rows[~are_among(rows, self._gone)]

    def _summed(self, level: int) -> Cells:
        gone = firsts(self.columns, self._gone)
        return less(self.columns, self._view.cells(level), self._view.best, gone, level)


class Views:
    """The views of one set of columns on one day, the longest unused given up first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Filters, View] = OrderedDict()
        self._noted: OrderedDict[Filters, int] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, filters: Filters) -> View | None:
        """The view where it is kept."""
        with self._lock:
            view = self._kept.get(filters)
            if view is not None:
                self._kept.move_to_end(filters)
            return view

    def keep(self, filters: Filters, make: Callable[[], View]) -> View:
        """The kept view, or the one that make() gives, which is kept from now on."""
        view = self.known(filters)
        if view is None:
            view = make()
            with self._lock:
                view = self._kept.setdefault(filters, view)
            self._give_up()
        return view

    def note(self, filters: Filters, rows: int) -> int:
        """Notes that so many rows will be looked through for want of a view; how many were before."""
        with self._lock:
            before = self._noted.pop(filters, 0)
            self._noted[filters] = before + rows
            if len(self._noted) > MOST_NOTED:
                self._noted.popitem(last=False)
            return before

    @property
    def nbytes(self) -> int:
        """The memory that all views take, in bytes."""
        with self._lock:
            return sum(view.nbytes for view in self._kept.values())

    def _give_up(self) -> None:
        """Leaves out what was not used for longest; the last one used stays, whatever its size."""
        with self._lock:
            held = sum(view.nbytes for view in self._kept.values())
            while held > self._most and len(self._kept) > 1:
                held -= self._kept.popitem(last=False)[1].nbytes


def firsts(columns: Columns, rows: Rows) -> Rows:
    """The first of the rows of each site."""
    if columns.single or not len(rows):
        return rows
    return rows[are_new(columns.site_of[rows])]
