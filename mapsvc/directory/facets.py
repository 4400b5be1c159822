"""Facets: how many sites each value would give."""

from collections.abc import Iterable, Mapping

import numpy as np

from mapsvc.directory.building import MOST_VALUES
from mapsvc.directory.columns import Columns, Integers, Rows, parts
from mapsvc.directory.searches import Filters
from mapsvc.storage.records import FACETS, FIELD

Counts = dict[str, dict[str, int]]


def count_sites(columns: Columns, rows: Rows) -> Integers:
    """For each code the number of sites with one of these rows that carries it."""
    number = len(columns.values.names)
    if len(rows) == len(columns):
        places: slice | Rows = slice(None)
        lengths = np.diff(columns.code_starts)
    else:
        places, lengths = parts(columns.code_starts, rows)
    codes = columns.codes[places]
    if columns.single:
        return np.bincount(codes, minlength=number)
    shared = columns.shared[places]
    sites = np.repeat(columns.site_of[rows].astype(np.int64), lengths)[shared]
    pairs = np.unique(sites * MOST_VALUES + codes[shared])
    return np.bincount(codes[~shared], minlength=number) + np.bincount(pairs % MOST_VALUES, minlength=number)


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
        counts[prefix] = len(np.unique(holders))
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
