"""A census of the directory: every site with what is counted of it, all at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.columns import Columns, Integers, Mask, Rows, parts
from mapsvc.directory.parts import Part
from mapsvc.domain.listings import Kind, Precision
from mapsvc.storage.records import FIELD, KINDS, PRECISIONS


class Stands(NamedTuple):
    """Where sites stand, in their order: degrees of WGS 84, and the codes that their rows name.

    countries are ISO 3166-1 codes and regions the ids of the rows, None where a row names none. in_area
    says which stand for people, who are shown in an area around the point.
    """

    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    countries: Sequence[str | None]
    regions: Sequence[str | None]
    in_area: Mask


@dataclass(frozen=True, eq=False)
class PartialCensus:
    """The visible rows of one part of the directory; no site is in two parts.

    What is counted comes as one number a site of the columns, in their order; sites that are gone or not
    visible have 0.
    """

    columns: Columns
    rows: Rows

    @classmethod
    def of(cls, part: Part) -> "PartialCensus":
        """The census of a part on its day."""
        return cls(part.columns, part.visible(np.arange(len(part.columns), dtype=np.int32)))

    @cached_property
    def stands(self) -> Stands:
        """Where the sites stand, those included that are gone or not visible."""
        columns, first = self.columns, self.columns.starts[:-1]
        return Stands(
            columns.lon,
            columns.lat,
            self._codes_of(first, "country"),
            self._codes_of(first, "region"),
            columns.precision[first] == PRECISIONS.index(Precision.AREA),
        )

    def rows_of(self, kind: Kind) -> Rows:
        """The visible rows of a kind, in order."""
        found: Rows = self.rows[self.columns.kind[self.rows] == KINDS.index(kind)]
        return found

    def sites_of(self, kind: Kind, *, field: str | None = None) -> Integers:
        """1 for each site with a row of a kind, and of a field where one is given (or begins so)."""
        rows = self.rows_of(kind)
        if field is not None:
            rows = rows[self._carry(self.columns.values.fields((field,)))[rows]]
        found = np.zeros(len(self.columns.lon), dtype=np.int64)
        found[self.columns.site_of[rows]] = 1
        return found

    def sites_with_periods(self) -> Integers:
        """1 for each site with a row that names a period, be it over."""
        held = self.columns.period_starts[:-1] < self.columns.period_starts[1:]
        found = np.zeros(len(self.columns.lon), dtype=np.int64)
        found[self.columns.site_of[self.rows[held[self.rows]]]] = 1
        return found

    def seats(self, first: int, last: int) -> Integers:
        """The seats of all periods with a day from first to last, both included; days count from year 1."""
        columns = self.columns
        places, lengths = parts(columns.period_starts, self.rows)
        holders = np.repeat(columns.site_of[self.rows], lengths)
        is_open = (columns.first[places] <= last) & (columns.last[places] >= first)
        found = np.zeros(len(columns.lon), dtype=np.int64)
        np.add.at(found, holders[is_open], columns.seats[places[is_open]])
        return found

    def fields(self) -> Iterator[str]:
        """The codes of fields of education that visible rows carry, with their broad fields."""
        begin, end = self.columns.values.bounds[FIELD]
        places, _ = parts(self.columns.code_starts, self.rows)
        for code in np.unique(self.columns.codes[places]).tolist():
            if begin <= code < end:
                yield self.columns.values.names[code]

    def _carry(self, codes: Sequence[int]) -> Mask:
        """Which rows carry one of some codes."""
        columns = self.columns
        mask = np.zeros(len(columns), dtype=np.bool_)
        met = np.isin(columns.codes, codes)
        mask[np.repeat(np.arange(len(columns)), np.diff(columns.code_starts))[met]] = True
        return mask

    def _codes_of(self, rows: NDArray[Any], facet: str) -> list[str | None]:
        """The value of a facet that has one value at most, of each of some rows."""
        columns = self.columns
        begin, end = columns.values.bounds[facet]
        places, lengths = parts(columns.code_starts, rows)
        codes = columns.codes[places]
        met = (codes >= begin) & (codes < end)
        found: list[str | None] = [None] * len(rows)
        holders = np.repeat(np.arange(len(rows)), lengths)[met]
        for holder, code in zip(holders.tolist(), codes[met].tolist(), strict=True):
            found[holder] = columns.values.names[code]
        return found


@dataclass(frozen=True, eq=False)
class Census:
    """All visible rows of the directory in one state, by part; version is that state's."""

    version: str
    parts: tuple[PartialCensus, ...]
