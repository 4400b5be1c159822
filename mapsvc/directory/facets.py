"""Facets: which rows carry a value, and how many sites each value would give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.searches import Filters
from mapsvc.domain.vocabulary import field_family

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]

FIELD = "field"
STORED = (FIELD, "sector", "language", "accommodation", "access", "programme")  # keys of Listing.facets
FACETS = ("kind", *STORED, "country", "region")


@dataclass(frozen=True, slots=True, eq=False)
class Facet:
    """The (row, value) pairs of one facet, by value and then row; a row has any number of values.

    `values` are in alphabetical order; the pairs of value i are those from starts[i] to
    starts[i + 1], and `rows` holds their rows in ascending order.
    """

    values: tuple[str, ...]
    starts: NDArray[np.int64]
    rows: Codes
    sites: Codes
    codes: Codes

    def mask(self, wanted: Iterable[str], count: int, *, prefix: bool = False) -> Mask:
        """Which of `count` rows carry one of the wanted values, or, by prefix, one that begins so."""
        mask = np.zeros(count, dtype=np.bool_)
        for code in self._codes(set(wanted), prefix=prefix):
            mask[self.rows[self.starts[code] : self.starts[code + 1]]] = True
        return mask

    def counts(self, mask: Mask) -> dict[str, int]:
        """The number of sites with a row in mask for each value, values with none left out."""
        kept = mask[self.rows]
        sites, codes = self.sites[kept], self.codes[kept]
        # Rows of a site are adjacent, so a site is new where site or value differ from the pair before.
        new = np.ones(len(sites), dtype=np.bool_)
        new[1:] = (sites[1:] != sites[:-1]) | (codes[1:] != codes[:-1])
        numbers = np.bincount(codes[new], minlength=len(self.values))
        return {self.values[code]: int(numbers[code]) for code in np.flatnonzero(numbers)}

    def _codes(self, wanted: set[str], *, prefix: bool) -> list[int]:
        begins = tuple(wanted)
        return [
            code
            for code, value in enumerate(self.values)
            if (value.startswith(begins) if prefix else value in wanted)
        ]


def facet(values_by_row: Iterable[Iterable[str]], sites: Codes) -> Facet:
    """The facet whose values each row names; `sites` holds the site of each row."""
    numbers: dict[str, int] = {}
    found: list[int] = []
    rows: list[int] = []
    for row, values in enumerate(values_by_row):
        for value in set(values):
            found.append(numbers.setdefault(value, len(numbers)))
            rows.append(row)
    alphabetical = sorted(numbers)
    place = np.empty(len(numbers), dtype=np.int32)
    place[[numbers[value] for value in alphabetical]] = np.arange(len(numbers), dtype=np.int32)
    codes = place[np.array(found, dtype=np.int64)]
    pair_rows = np.array(rows, dtype=np.int32)
    order = np.lexsort((pair_rows, codes))
    codes, pair_rows = codes[order], pair_rows[order]
    starts = np.searchsorted(codes, np.arange(len(alphabetical) + 1))
    return Facet(tuple(alphabetical), starts, pair_rows, sites[pair_rows], codes)


def with_families(codes: Iterable[str]) -> list[str]:
    """Field codes together with their broad fields, so that both can be counted."""
    return [value for code in codes for value in (code, field_family(code))]


def facet_masks(facets: Mapping[str, Facet], filters: Filters, count: int) -> dict[str, Mask]:
    """For each facet that is filtered on, the rows that carry one of the values asked for."""
    wanted = {
        "kind": filters.kinds,
        FIELD: filters.fields,
        "sector": filters.sectors,
        "language": filters.languages,
        "accommodation": filters.accommodation,
        "access": filters.access,
        "country": filters.countries,
        "region": filters.regions,
    }
    return {
        name: facets[name].mask(values, count, prefix=name == FIELD)
        for name, values in wanted.items()
        if values
    }


def disjunctive_counts(
    facets: Mapping[str, Facet], masks: Mapping[str, Mask], others: Mask, filters: Filters, sites: Codes
) -> dict[str, dict[str, int]]:
    """The sites per value of each facet, with all conditions applied but the facet's own.

    `masks` are those of facet_masks(), `others` holds the rows that meet everything else, `sites`
    the site of each row. A field prefix that was asked for is counted even if no row carries
    exactly that code.
    """
    every = _all_but("", masks, others)
    counts: dict[str, dict[str, int]] = {}
    for name in FACETS:
        rows = _all_but(name, masks, others) if name in masks else every
        counts[name] = facets[name].counts(rows)
        if name == FIELD:
            counts[FIELD] |= _prefix_counts(facets[FIELD], filters.fields, rows, sites)
    return counts


def _all_but(name: str, masks: Mapping[str, Mask], others: Mask) -> Mask:
    rows = others
    for other, mask in masks.items():
        if other != name:
            rows = rows & mask
    return rows


def _prefix_counts(fields: Facet, wanted: Iterable[str], rows: Mask, sites: Codes) -> dict[str, int]:
    holders = {prefix: sites[fields.mask([prefix], len(rows), prefix=True) & rows] for prefix in wanted}
    return {prefix: len(np.unique(found)) for prefix, found in holders.items() if len(found)}
