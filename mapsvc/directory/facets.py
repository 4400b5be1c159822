"""Facets: how many sites each value would give."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.columns import Columns, Integers, Rows, are_new, distinct, parts, taken
from mapsvc.directory.searches import Filters
from mapsvc.storage.records import FACETS, FIELD

SORTED = 100  # of how many numbers one is found as fast by sorting as by looking at all

Counts = dict[str, dict[str, int]]


def count_sites(columns: Columns, rows: Rows, *, whole: bool = False) -> Integers:
    """For each code the number of sites with one of these rows that carries it.

    whole says that these are all the rows of their sites, which is faster.
    """
    number = len(columns.values.names)
    if whole or columns.single:
        codes = columns.codes if columns.single else columns.first_codes
        if len(rows) < len(columns):
            (codes,) = taken(columns.code_starts, rows, codes)
        return np.bincount(codes, minlength=number + 1)[:number]
    codes, pairs = columns.codes, columns.pairs
    if len(rows) < len(columns):
        codes, pairs = taken(columns.code_starts, rows, codes, pairs)
    counts = np.bincount(codes, minlength=number)
    # What several rows of a site carry was counted for each of them, and is to count once.
    pairs = pairs[pairs >= 0]
    once = _distinct(pairs, len(columns.pair_codes))
    counts -= np.bincount(columns.pair_codes[pairs], minlength=number)
    counts += np.bincount(columns.pair_codes[once], minlength=number)
    return counts


def count_whole_sites(columns: Columns, rows: Rows, every: Rows, counts: Integers) -> Integers:
    """The same for all rows of some sites, where `every` are those of all sites and `counts` theirs."""
    if 2 * len(rows) <= len(every):
        return count_sites(columns, rows, whole=True)
    outside = np.zeros(len(columns), dtype=np.bool_)
    outside[every] = True
    outside[rows] = False
    return counts - count_sites(columns, np.flatnonzero(outside).astype(np.int32), whole=True)


def _distinct(numbers: Rows, most: int) -> NDArray[Any]:
    """The different ones of some numbers below `most`: sorted if they are few, else marked."""
    if len(numbers) * SORTED < most:
        return distinct(numbers)
    marked = np.zeros(most, dtype=np.bool_)
    marked[numbers] = True
    return np.flatnonzero(marked)


def disjunctive(
    columns: Columns, every: Integers, others: Mapping[str, Integers], prefixes: Mapping[str, int]
) -> Counts:
    """The sites per value of each facet, values with none left out.

    `every` counts what meets all conditions, `others` for a facet that is filtered on what meets all
    but its own. `prefixes` are counted as fields even where no row carries exactly that code.
    """
    found: Counts = {}
    for facet in FACETS:
        first, end = columns.values.bounds[facet]
        numbers = others.get(facet, every)[first:end]
        held = np.flatnonzero(numbers)
        names = columns.values.names
        found[facet] = dict(
            zip([names[first + code] for code in held.tolist()], numbers[held].tolist(), strict=True)
        )
    found[FIELD] |= {prefix: number for prefix, number in prefixes.items() if number}
    return found


def prefix_counts(columns: Columns, filters: Filters, rows: Rows) -> dict[str, int]:
    """The sites of these rows per field prefix that was asked for."""
    counts = {}
    for prefix in filters.fields:
        codes = columns.values.fields([prefix])
        if [columns.values.names[code] for code in codes] == [prefix]:
            continue  # counted as a value
        wanted = np.zeros(max(1, len(columns.values.names)), dtype=np.bool_)
        wanted[codes] = True
        places, lengths = parts(columns.code_starts, rows)
        holders = np.repeat(columns.site_of[rows], lengths)[wanted[columns.codes[places]]]
        counts[prefix] = int(are_new(holders).sum())
    return counts


def added(parts_of_answer: Iterable[Counts]) -> Counts:
    """The sums of counts of sites that are apart."""
    total: Counts = {facet: {} for facet in FACETS}
    for counts in parts_of_answer:
        for facet, numbers in counts.items():
            if not total[facet]:
                total[facet] = numbers
                continue
            for value, number in numbers.items():
                total[facet][value] = total[facet].get(value, 0) + number
    return total
