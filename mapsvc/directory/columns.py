"""The listings as columns: arrays with one place per site or per row, made once and never changed."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.vocabulary import BROAD_FIELD_DIGITS, field_family
from mapsvc.storage.records import FACETS, FIELD, name_of

Rows = NDArray[np.int32]  # numbers of rows
Sites = NDArray[np.int32]  # numbers of sites
Starts = NDArray[np.int32]  # where the part of each row begins, and at last where the last one ends
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

LEAST_RUN = 6  # rows on average, from which on it is quicker to copy runs of rows than single ones
DENSE = 32
"""A value that more than one row in so many carries has a bitmap, any other a list of its rows."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of all facets, numbered through: by facet in the order of FACETS, then alphabetically."""

    names: tuple[str, ...]
    bounds: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, facets: Mapping[str, Iterable[str]]) -> "Values":
        """The values, given by facet in any order."""
        names: list[str] = []
        bounds = {}
        for facet in FACETS:
            found = sorted(facets.get(facet, ()))
            bounds[facet] = (len(names), len(names) + len(found))
            names += found
        return cls(tuple(names), bounds)

    def codes(self, facet: str, wanted: Iterable[str]) -> list[int]:
        """The codes of the wanted values; what no row carries has none."""
        first, end = self.bounds[facet]
        places = ((bisect_left(self.names, value, first, end), value) for value in set(wanted))
        return sorted(code for code, value in places if code < end and self.names[code] == value)

    def fields(self, prefixes: Collection[str]) -> list[int]:
        """Codes such that a row carries one of them where it has a field that begins with a prefix."""
        # A row carries the broad field of each of its fields: that alone says as much.
        broad = {prefix for prefix in prefixes if len(prefix) == BROAD_FIELD_DIGITS}
        fine = {prefix for prefix in prefixes if field_family(prefix) not in broad}
        codes = set(self.codes(FIELD, broad))
        for prefix in fine:
            codes.update(self._beginning(prefix))
        return sorted(codes)

    def _beginning(self, prefix: str) -> range:
        """The codes of the fields that begin with a prefix."""
        first, end = self.bounds[FIELD]
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return range(bisect_left(self.names, prefix, first, end), bisect_left(self.names, after, first, end))


@dataclass(frozen=True)
class Columns:
    """All listings. Sites are ordered by the Morton code of their point, then by number; the rows of a
    site are adjacent, in order of id.

    Of each of S sites: `morton`, `lon`, `lat` (degrees), `xyz` (S, 3; metres from the centre of the
    earth), `site` (its number of 64 bits), `starts` (S + 1; its first row). `by_site` lists the sites
    in order of number.

    Of each of N rows: `site_of`, `ids`, `names` (rank of the folded title, equal titles having equal
    ranks), `rank` (place in the default order: confirmed first, then by name, then by id; `order` is
    its inverse), `kind` and `precision` (places in the tables of `storage.records`), `confirmed`,
    `sample`, `min_age`, `visible_from` and `visible_until` (days since 1 January of year 1, both
    included). `by_id` lists the rows in order of id. Of the arrays below, row i has the part from
    its start to that of row i + 1: `codes` (of `values`) from `code_starts`; `first`, `last` and
    `seats` of its periods from `period_starts`; `titles` (bytes) from `title_starts`. `pairs`
    numbers the codes that several rows of a site carry, the same code of the same site alike, and
    is -1 for others; `pair_codes` are the codes of those numbers. `first_codes` are the codes with C
    in place of each that an earlier row of its site carries; empty where each site has one row.

    Of each of C codes: `counts` (rows that carry it), `bitmap_of` (its row in `bitmaps`, one bit a
    row, or -1), and `postings` (rows in order) from `posting_starts`, where it has no bitmap.
    """

    values: Values
    morton: NDArray[np.uint64]
    lon: Floats
    lat: Floats
    xyz: NDArray[np.float32]
    site: NDArray[np.uint64]
    by_site: Sites
    starts: NDArray[np.int32]
    site_of: Sites
    ids: Integers
    by_id: Rows
    names: NDArray[np.int32]
    rank: NDArray[np.int32]
    order: Rows
    kind: NDArray[np.uint8]
    precision: NDArray[np.uint8]
    confirmed: NDArray[np.uint8]
    sample: NDArray[np.uint8]
    min_age: NDArray[np.int16]
    visible_from: NDArray[np.int32]
    visible_until: NDArray[np.int32]
    code_starts: Starts
    codes: NDArray[np.uint16]
    pairs: NDArray[np.int32]
    pair_codes: NDArray[np.uint16]
    first_codes: NDArray[np.uint16]
    period_starts: Starts
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    seats: NDArray[np.int32]
    title_starts: Starts
    titles: NDArray[np.uint8]
    counts: Integers
    bitmap_of: NDArray[np.int32]
    bitmaps: NDArray[np.uint8]
    posting_starts: Integers
    postings: Rows

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def single(self) -> bool:
        """Whether each site has one row, so that rows and sites are numbered alike."""
        return len(self.morton) == len(self.ids)

    @cached_property
    def visible_days(self) -> tuple[int, int]:
        """The first and the last day on which every row is visible; none where the first is later."""
        if not len(self):
            return 0, np.iinfo(np.int32).max
        return int(self.visible_from.max()), int(self.visible_until.min())

    @cached_property
    def kept_of_day(self) -> dict[date, NDArray[np.uint16]]:
        """What `weeks.open_seats` made of the periods, for the day that was last asked for."""
        return {}

    def rows_with_ids(self, ids: Integers) -> Rows:
        """The rows of these listing ids in the order given, ids that are not here left out."""
        rows: Rows = self.by_id[_places(self.ids, self.by_id, ids)]
        return rows

    def sites_with_numbers(self, numbers: NDArray[np.uint64]) -> Sites:
        """The sites that have these numbers of 64 bits, in the order given; others are left out."""
        sites: Sites = self.by_site[_places(self.site, self.by_site, numbers)]
        return sites

    def rows_of_sites(self, sites: Sites) -> Rows:
        """The rows of these sites, site by site."""
        if self.single:
            return sites
        starts = self.starts[sites]
        return runs(starts, self.starts[sites + 1] - starts)

    def count_beside(self, row: int) -> int:
        """How many rows the site of a row has."""
        site = self.site_of[row]
        return int(self.starts[site + 1] - self.starts[site])

    def title(self, row: int) -> str:
        """The title of a row."""
        start, end = self.title_starts[row], self.title_starts[row + 1]
        return self.titles[start:end].tobytes().decode("utf-8", "replace")

    def folded_title(self, row: int) -> bytes:
        """The folded title of a row, as far as it orders, in UTF-8: bytes have the order of characters."""
        return name_of(self.title(row)).encode()


def runs(starts: NDArray[Any], lengths: NDArray[Any]) -> Rows:
    """The numbers start, start + 1, ... of each run, one run after the other."""
    ends = np.cumsum(lengths, dtype=np.int64)
    numbers: Rows = np.arange(ends[-1] if len(ends) else 0, dtype=np.int32)
    numbers += np.repeat((starts - (ends - lengths)).astype(np.int32), lengths)
    return numbers


def parts(starts: Starts | Integers, rows: NDArray[Any]) -> tuple[Rows, NDArray[Any]]:
    """Where the parts of these rows lie, one after the other, and how long each is."""
    first = starts[rows]
    lengths = starts[rows + 1] - first
    return runs(first, lengths), lengths


def taken(starts: Starts, rows: Rows, *arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """The parts of these rows in each of the arrays, end to end; rows are in order."""
    breaks = np.flatnonzero(rows[1:] - rows[:-1] != 1) + 1
    if (len(breaks) + 1) * LEAST_RUN > len(rows):
        places = parts(starts, rows)[0]
        return [array[places] for array in arrays]
    # Rows that follow one another have their parts in one piece, which is copied as it is.
    begins = starts[rows[np.append(0, breaks)]].tolist()
    ends = starts[rows[np.append(breaks - 1, len(rows) - 1)] + 1].tolist()
    pieces = list(map(slice, begins, ends))
    return [np.concatenate([array[piece] for piece in pieces]) for array in arrays]


def distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """The different ones of some numbers, in order."""
    found = np.sort(numbers)
    return found[are_new(found)]


def distinct_in_order(numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The different ones of numbers that come in order, and where among them each is."""
    new = are_new(numbers)
    return numbers[new], np.cumsum(new) - 1


def are_new(numbers: NDArray[Any]) -> Mask:
    """Which of the numbers differ from the one before."""
    new = np.ones(len(numbers), dtype=np.bool_)
    new[1:] = numbers[1:] != numbers[:-1]
    return new


def are_among(rows: Rows, others: Rows) -> Mask:
    """Which of the rows are among the others; both in order, and without repetition."""
    mask = np.zeros(len(rows), dtype=np.bool_)
    if not len(rows) or not len(others):
        return mask
    if len(others) < len(rows):
        places = np.minimum(np.searchsorted(rows, others), len(rows) - 1)
        mask[places[rows[places] == others]] = True
        return mask
    places = np.minimum(np.searchsorted(others, rows), len(others) - 1)
    found: Mask = others[places] == rows
    return found


def _places(keys: NDArray[Any], order: NDArray[np.int32], wanted: NDArray[Any]) -> NDArray[Any]:
    """Where the wanted keys are in the order; those that are not in keys are left out."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    found = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
    kept: NDArray[Any] = found[keys[order[found]] == wanted]
    return kept
