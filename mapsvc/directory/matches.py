"""From all rows to the sites that a search finds, each by its best row, in the order asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.columns import Columns, Floats, Rows
from mapsvc.directory.facets import Mask, disjunctive_counts, facet_masks
from mapsvc.directory.nearby import geodesics, nearest, points_inside, squared_chords
from mapsvc.directory.searches import Near, Search, Sort
from mapsvc.directory.viewport import points_in_box

NOTHING_SAID = 3  # a rank after all classes of words


@dataclass(frozen=True, eq=False)
class Matches:
    """What one search finds in one state of the directory; each part is computed when asked for.

    `words` gives the rank class of every listing that holds the words, None when the search has
    none; `today` decides what is visible.
    """

    columns: Columns
    search: Search
    words: Mapping[int, int] | None
    today: date

    @cached_property
    def rows(self) -> Rows:
        """The best row of each site found, by site; with `k`, of the k nearest sites alone."""
        best = self._best(self._rows_meeting)
        near = self.search.near
        if near is None or near.k is None or near.k >= len(best):
            return best
        return np.sort(nearest(near, self.columns, best, self._chords, near.k)[0])

    def page(self, first: int, end: int) -> tuple[Rows, Floats | None]:
        """The rows from the first to before the end in the order asked for, and their metres.

        Metres are None without a centre.
        """
        near = self.search.near
        if near is not None and self._sort is Sort.DISTANCE:
            rows, metres = nearest(near, self.columns, self.rows, self._chords, min(end, len(self.rows)))
            return rows[first:], metres[first:]
        rows = self._sorted()[first:end]
        return rows, None if near is None else geodesics(near, self.columns.at, self.columns.points[rows])

    def facets(self) -> dict[str, dict[str, int]]:
        """The sites per value of each facet; see Answer."""
        return disjunctive_counts(
            self.columns.facets,
            self._facet_masks,
            self._others & self._placed,
            self.search.filters,
            self.columns.sites,
        )

    def within(self, radius_km: float | None) -> "Matches":
        """The same search with another radius, nearest first, without box and k; around a place only."""
        near = self.search.near
        if near is None:
            return self
        other = replace(self.search, box=None, near=Near(near.lon, near.lat, radius_km), sort=Sort.DISTANCE)
        return replace(self, search=other)

    @property
    def _sort(self) -> Sort:
        sort, search = self.search.sort, self.search
        if (sort is Sort.DISTANCE and search.near is None) or (sort is Sort.RELEVANCE and self.words is None):
            sort = Sort.DEFAULT
        return Sort.DISTANCE if sort is Sort.DEFAULT and search.near is not None else sort

    def _sorted(self) -> Rows:
        """All rows in order of relevance, of name, or confirmed first."""
        columns, rows = self.columns, self.rows
        keys: tuple[NDArray[np.generic], ...] = (columns.ids[rows], columns.names[rows])
        if self._sort is Sort.RELEVANCE:
            near = self.search.near
            if near is not None:
                keys = (columns.ids[rows], geodesics(near, columns.at, columns.points[rows]))
            keys = (*keys, self._ranks[rows])
        elif self._sort is Sort.DEFAULT:
            keys = (*keys, ~columns.confirmed[rows])
        return rows[np.lexsort(keys)]

    def _best(self, mask: Mask) -> Rows:
        """The row of each site with the lowest rank, then the lowest id."""
        rows = np.flatnonzero(mask)
        if not len(rows):
            return rows
        sites = self.columns.sites[rows]
        starts = np.flatnonzero(np.concatenate(([True], sites[1:] != sites[:-1])))
        if self.words is None:
            return rows[starts]  # within a site rows are in order of id
        count = len(self.columns)
        return np.minimum.reduceat(self._ranks[rows] * count + rows, starts) % count

    @cached_property
    def _rows_meeting(self) -> Mask:
        mask = self._others & self._placed
        for meeting in self._facet_masks.values():
            mask &= meeting
        return mask

    @cached_property
    def _facet_masks(self) -> dict[str, Mask]:
        return facet_masks(self.columns.facets, self.search.filters, len(self.columns))

    @cached_property
    def _others(self) -> Mask:
        """The rows that are visible and meet every condition that is neither a facet nor a place."""
        columns, filters = self.columns, self.search.filters
        day = self.today.toordinal()
        mask: Mask = (columns.visible_from <= day) & (columns.visible_until >= day)
        if filters.age is not None:
            mask &= columns.min_age <= filters.age
        seats = columns.periods.mask(filters, self.today, len(columns))
        if seats is not None:
            mask &= seats
        if self.words is not None:
            mask &= self._ranks < NOTHING_SAID
        return mask

    @cached_property
    def _placed(self) -> Mask:
        """The rows inside the circle and the box."""
        search, at = self.search, self.columns.at
        inside = np.ones(len(at), dtype=np.bool_)
        if search.near is not None:
            inside &= points_inside(search.near, at, self._chords)
        if search.box is not None:
            inside &= points_in_box(search.box, at)
        return inside[self.columns.points]

    @cached_property
    def _chords(self) -> Floats:
        near = self.search.near
        return np.zeros(len(self.columns.at)) if near is None else squared_chords(near, self.columns.at)

    @cached_property
    def _ranks(self) -> NDArray[np.int64]:
        ranks = np.full(len(self.columns), NOTHING_SAID, dtype=np.int64)
        for rank in range(NOTHING_SAID):
            ids = [id_ for id_, found in (self.words or {}).items() if found == rank]
            ranks[self.columns.rows_with_ids(ids)] = rank
        return ranks
