"""Which rows meet the filters of a search: of the rows given, or of all."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from mapsvc.directory.building import padded
from mapsvc.directory.columns import DENSE, Columns, Mask, Rows, are_among, distinct
from mapsvc.directory.searches import Filters
from mapsvc.directory.weeks import has_seats
from mapsvc.storage.records import FIELD

# The facets that can be filtered on, by the names of their values in Filters.
ASKED = {
    "kind": "kinds",
    FIELD: "fields",
    "sector": "sectors",
    "language": "languages",
    "accommodation": "accommodation",
    "access": "access",
    "country": "countries",
    "region": "regions",
}

MOST_WITHOUT = 1024


@lru_cache(MOST_WITHOUT)
def without(filters: Filters, facet: str) -> Filters:
    """The filters with any value of the facet allowed."""
    none: dict[str, Any] = {ASKED[facet]: ()}
    return replace(filters, **none)


@dataclass(frozen=True, eq=False)
class Conditions:
    """The filters of a search, its words aside, on a day, for one set of columns."""

    columns: Columns
    filters: Filters
    today: date

    @cached_property
    def facets(self) -> dict[str, list[int]]:
        """The wanted codes of each facet that is filtered on."""
        known = self.columns.values
        return {
            facet: known.fields(wanted) if facet == FIELD else known.codes(facet, wanted)
            for facet, name in ASKED.items()
            if (wanted := getattr(self.filters, name))
        }

    @cached_property
    def hold_for_all(self) -> bool:
        """Whether there is nothing to test."""
        return not self.facets and self.filters.age is None and not self._seats and self._all_visible

    def meeting(self, *, sparse: bool | None = None) -> Rows:
        """All rows that meet everything.

        Found from the rows of the rarest value if sparse, else from bitmaps; None takes what is quicker.
        """
        facets = dict(self.facets)
        rows = self._beginning(facets, sparse)
        return self._tested(rows, facets)

    def nearly_meeting(self) -> Rows:
        """All rows that carry a wanted value of each facet, or of each but one; nothing else is tested."""
        met, missed = None, None  # bits: those that carry all so far, and those that carry all but one
        for codes in self.facets.values():
            own = self._bits(codes)
            if met is None or missed is None:
                met, missed = own, ~own
            else:
                met, missed = met & own, (missed & own) | (met & ~own)
        if met is None or missed is None:
            return np.arange(len(self.columns), dtype=np.int32)
        rows = _numbers_of(met | missed)
        return rows[: np.searchsorted(rows, len(self.columns))]  # the last word has bits beyond the last row

    def meeting_among(self, rows: Rows) -> Rows:
        """Those of the rows, given in order, that meet everything."""
        return self._tested(rows, self.facets)

    def meeting_but(self, rows: Rows) -> tuple[Rows, dict[str, Rows]]:
        """Those of the rows that meet everything, and for each facet those that meet all but it."""
        rows = rows[self._others(rows)]
        carry = {facet: self._carry(codes, rows) for facet, codes in self.facets.items()}
        missed = sum((~mask).astype(np.uint8) for mask in carry.values()) if carry else None
        if missed is None:
            return rows, {}
        met = missed == 0
        return rows[met], {facet: rows[met | ((missed == 1) & ~mask)] for facet, mask in carry.items()}

    def _tested(self, rows: Rows, facets: dict[str, list[int]]) -> Rows:
        for codes in facets.values():
            rows = rows[self._carry(codes, rows)]
        return rows[self._others(rows)]

    def _beginning(self, facets: dict[str, list[int]], sparse: bool | None) -> Rows:
        """The rows to test; takes away from `facets` what they meet already."""
        columns = self.columns
        if not facets:
            return np.arange(len(columns), dtype=np.int32)
        rarest = min(facets, key=lambda facet: self._estimate(facets[facet]))
        if sparse is None:
            sparse = self._estimate(facets[rarest]) * DENSE <= len(columns)
        if sparse:
            codes = facets.pop(rarest)
            if all(columns.bitmap_of[code] < 0 for code in codes):
                return self._listed(codes)
            return _numbers_of(self._bits(codes))
        bits = None
        for facet in list(facets):
            own = self._bits(facets.pop(facet))
            bits = own if bits is None else bits & own
        return _numbers_of(bits) if bits is not None else np.zeros(0, dtype=np.int32)

    def _estimate(self, codes: list[int]) -> int:
        """The most rows that can carry one of the codes."""
        return int(self.columns.counts[codes].sum())

    def _listed(self, codes: list[int]) -> Rows:
        """The rows that carry one of these codes, none of which has a bitmap."""
        lists = [self._postings(code) for code in codes]
        if len(lists) == 1:
            return lists[0]
        return distinct(np.concatenate(lists)) if lists else np.zeros(0, dtype=np.int32)

    def _postings(self, code: int) -> Rows:
        starts = self.columns.posting_starts
        return self.columns.postings[starts[code] : starts[code + 1]]

    def _bits(self, codes: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
        """One bit a row: whether it carries one of the codes."""
        columns = self.columns
        carried = np.zeros(padded(len(columns)) // 8, dtype=np.uint8)
        if listed := [code for code in codes if columns.bitmap_of[code] < 0]:
            mask = np.zeros(padded(len(columns)), dtype=np.bool_)
            mask[self._listed(listed)] = True
            carried |= np.packbits(mask, bitorder="little")
        for code in codes:
            if columns.bitmap_of[code] >= 0:
                carried |= columns.bitmaps[columns.bitmap_of[code]]
        return carried

    def _carry(self, codes: list[int], rows: Rows) -> Mask:
        """Which of the rows, given in order, carry one of the codes."""
        columns = self.columns
        mask = np.zeros(len(rows), dtype=np.bool_)
        byte, bit = rows >> 3, (rows & 7).astype(np.uint8)
        for code in codes:
            bitmap = columns.bitmap_of[code]
            if bitmap >= 0:
                mask |= ((columns.bitmaps[bitmap][byte] >> bit) & 1).view(np.bool_)
            else:
                mask |= are_among(rows, self._postings(code))
        return mask

    def _others(self, rows: Rows) -> Mask:
        """Which rows are visible and meet every condition that is no facet."""
        columns, filters, day = self.columns, self.filters, self.today.toordinal()
        mask = np.ones(len(rows), dtype=np.bool_)
        if not self._all_visible:
            mask &= (columns.visible_from[rows] <= day) & (columns.visible_until[rows] >= day)
        if filters.age is not None:
            mask &= columns.min_age[rows] <= filters.age
        if self._seats:
            mask &= has_seats(columns, rows, filters, self.today)
        return mask

    @property
    def _seats(self) -> bool:
        return any(one is not None for one in (self.filters.first, self.filters.last, self.filters.seats))

    @property
    def _all_visible(self) -> bool:
        first, last = self.columns.visible_days
        return first <= self.today.toordinal() <= last


def _numbers_of(bits: "np.ndarray[tuple[int], np.dtype[np.uint8]]") -> Rows:
    """The numbers of the bits that are set, in order; only words that hold any are looked at."""
    words = bits.view(np.uint64)
    # As truth values: NumPy looks through those several times as fast as through numbers.
    held = np.flatnonzero(words != 0)
    places = np.flatnonzero(np.unpackbits(words[held].view(np.uint8), bitorder="little").view(np.bool_))
    numbers: Rows = ((held[places >> 6] << 6) | (places & 63)).astype(np.int32)
    return numbers
