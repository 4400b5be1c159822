"""One set of columns with the sites that are gone from it: how its matches for a search are found."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.cells import Cells, summed
from mapsvc.directory.columns import (
    Columns,
    Integers,
    Mask,
    Rows,
    Sites,
    are_among,
    distinct,
    distinct_in_order,
    runs,
)
from mapsvc.directory.conditions import Conditions, without
from mapsvc.directory.extents import Extent
from mapsvc.directory.facets import Counts, count_sites, count_whole_sites, disjunctive, prefix_counts
from mapsvc.directory.searches import Filters
from mapsvc.directory.views import MOST_LIVE, LiveView, View, Views, firsts

SMALL = 20_000  # rows: a place with fewer is scanned, whatever the filters
SMALL_SHARE = 16  # so is one with fewer than one row in so many
FEW_FACETS = 2  # filtered on: with fewer, nearly all rows meet all but one
CLASSES = 3  # of words: in the title, in the town, anywhere


class Plan(Enum):
    """Where to begin to find rows. Each finds the same; the planner takes what costs least."""

    SCAN = "scan"  # with the rows of the place, each tested
    NEARLY = "nearly"  # with the rows that the bitmaps say meet all filters or all but one, each tested
    VIEW = "view"  # with the rows that meet the filters, which are kept; maps take their sums
    SPARSE = "sparse"  # likewise, the rows made from the shortest list of one filter, each tested
    BITMAPS = "bitmaps"  # likewise, made from the bitmaps of all filters


class Words(NamedTuple):
    """The rows that hold the words of a search, in order, and the class of each."""

    rows: Rows
    classes: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Part:
    """Columns, and the sites that are gone from them, in order.

    `views` are those of the columns on this day, `live` the same without what is gone.
    """

    columns: Columns
    today: date
    gone: Sites
    views: Views = field(default_factory=Views)
    live: Views = field(default_factory=lambda: Views(MOST_LIVE))

    def matches(
        self,
        filters: Filters,
        extent: Extent,
        words: Words | None = None,
        *,
        plan: Plan | None = None,
        facets: bool = True,
    ) -> "Matches":
        """What meets the filters inside the extent; words hold those of the filters, None without any.

        Without facets, what meets all but one of them is not looked for.
        """
        conditions = self._conditions(replace(filters, words=()) if filters.words else filters)
        if words is not None:
            return self._scanned(
                conditions, self._inside(self._alive(words.rows), extent), words, facets=facets
            )
        plan = plan or self._plan(conditions, extent, facets=facets)
        if plan is Plan.SCAN:
            return self._scanned(conditions, self._alive_in(extent), None, facets=facets)
        if plan is Plan.NEARLY:
            nearly = self._inside(self._alive(conditions.nearly_meeting()), extent)
            return self._scanned(conditions, nearly, None, facets=facets)
        return self._viewed(conditions, extent, plan, facets=facets)

    def view(self, filters: Filters, plan: Plan = Plan.VIEW) -> View:
        """The rows that meet the filters anywhere; words do not count."""
        conditions = self._conditions(filters)
        sparse = None if plan is Plan.VIEW else plan is Plan.SPARSE
        made = self.views.keep(filters, lambda: View(self.columns, conditions.meeting(sparse=sparse)))
        if not len(self.gone):
            return made
        return self.live.keep(filters, lambda: LiveView(made, self.columns.rows_of_sites(self.gone)))

    def is_known(self, filters: Filters) -> bool:
        """Whether the view of these filters is kept."""
        return self.views.known(filters) is not None

    def visible(self, rows: Rows) -> Rows:
        """Those of the rows that are visible on this day, and not gone."""
        day = self.today.toordinal()
        rows = self._alive(rows)
        columns = self.columns
        return rows[(columns.visible_from[rows] <= day) & (columns.visible_until[rows] >= day)]

    def rows_near(self, extent: Extent) -> int:
        """At most how many rows lie inside."""
        begins, ends = extent.spans(self.columns)
        return int((self.columns.starts[ends] - self.columns.starts[begins]).sum())

    def _plan(self, conditions: Conditions, extent: Extent, *, facets: bool) -> Plan:
        once = Plan.SCAN  # what costs least where nobody asks again
        if extent.everywhere:
            if not facets or len(conditions.facets) < FEW_FACETS:
                return Plan.VIEW
            once = Plan.NEARLY
        elif conditions.hold_for_all:
            return Plan.SCAN
        elif not self._is_small(extent):
            return Plan.VIEW
        filters = conditions.filters
        wanted = [filters]
        if facets:
            wanted += [without(filters, facet) for facet in conditions.facets]
        if all(map(self.is_known, wanted)):
            return Plan.VIEW
        # Views are made by looking through all rows, and so once that much was done without them.
        looked = len(self.columns) if extent.everywhere else self.rows_near(extent)
        return Plan.VIEW if self.views.note(filters, looked) >= len(self.columns) else once

    def _is_small(self, extent: Extent) -> bool:
        return self.rows_near(extent) <= max(SMALL, len(self.columns) // SMALL_SHARE)

    def _conditions(self, filters: Filters) -> Conditions:
        return Conditions(self.columns, filters, self.today)

    def _scanned(self, conditions: Conditions, rows: Rows, words: Words | None, *, facets: bool) -> "Matches":
        if conditions.hold_for_all:
            return Matches(self, conditions, rows, {}, words)
        met, others = conditions.meeting_but(rows) if facets else (conditions.meeting_among(rows), {})
        return Matches(self, conditions, met, others, words)

    def _viewed(self, conditions: Conditions, extent: Extent, plan: Plan, *, facets: bool) -> "Matches":
        filters = conditions.filters
        named = conditions.facets if facets else ()
        views = {facet: self.view(without(filters, facet), plan) for facet in named}
        own = self.view(filters, plan)
        if extent.everywhere:
            rows = {facet: view.rows for facet, view in views.items()}
            return Matches(self, conditions, own.rows, rows, None, own, views)
        begins, ends = extent.spans(self.columns)
        starts = self.columns.starts
        spans = starts[begins], starts[ends]
        if self._is_small(extent):
            within = self._within(list(views.values()) or [own], spans, extent)
            inside = {facet: within[view.holds(within)] for facet, view in views.items()}
            return Matches(self, conditions, within[own.holds(within)], inside, None)
        inside = {
            facet: self._inside(within_spans(view.rows, *spans), extent) for facet, view in views.items()
        }
        return Matches(self, conditions, self._inside(within_spans(own.rows, *spans), extent), inside, None)

    def _within(self, views: list[View], spans: tuple[Rows, Rows], extent: Extent) -> Rows:
        """The rows inside that are in one of the views, or all of them where those are not many more."""
        begins, ends = spans
        found = [within_spans(view.rows, begins, ends) for view in views]
        if sum(map(len, found)) > int((ends - begins).sum()):
            return self._alive_in(extent)
        rows: Rows = found[0] if len(found) == 1 else distinct(np.concatenate(found))
        return self._inside(rows, extent)

    def _alive_in(self, extent: Extent) -> Rows:
        """The rows inside that are not gone."""
        return self._alive(self.columns.rows_of_sites(extent.sites(self.columns)))

    def _alive(self, rows: Rows) -> Rows:
        if not len(self.gone):
            return rows
        return rows[~self._is_gone[self.columns.site_of[rows]]]

    @cached_property
    def _is_gone(self) -> Mask:
        mask = np.zeros(len(self.columns.morton), dtype=np.bool_)
        mask[self.gone] = True
        return mask

    def _inside(self, rows: Rows, extent: Extent) -> Rows:
        """Those of the rows, given in order, whose sites are inside."""
        if extent.everywhere or not len(rows):
            return rows
        if self.columns.single:
            return extent.inside(self.columns, rows)
        sites, of_row = distinct_in_order(self.columns.site_of[rows])
        found: Rows = rows[are_among(sites, extent.inside(self.columns, sites))[of_row]]
        return found


@dataclass(frozen=True, eq=False)
class Matches:
    """The rows of a part that meet a search, and for each facet filtered on those that meet all but it."""

    part: Part
    conditions: Conditions
    rows: Rows
    others: dict[str, Rows]
    words: Words | None
    view: View | None = None
    other_views: dict[str, View] = field(default_factory=dict)

    @cached_property
    def best(self) -> Rows:
        """The row that stands for each site found: of the best class of words, then the lowest id."""
        columns = self.part.columns
        if self.words is None:
            return self.view.best if self.view else firsts(columns, self.rows)
        if not len(self.rows):
            return self.rows
        first = firsts(columns, self.rows)
        starts = np.searchsorted(self.rows, first)
        found = np.minimum.reduceat(self.classes(self.rows) * len(columns) + self.rows, starts)
        return (found % len(columns)).astype(np.int32)

    def classes(self, rows: Rows) -> Integers:
        """The class of words of each of the rows; all alike without words."""
        if self.words is None:
            return np.zeros(len(rows), dtype=np.int64)
        return self.words.classes[np.searchsorted(self.words.rows, rows)].astype(np.int64)

    def _counts(self) -> Integers:
        part, everything = self.part, Filters()
        whole = self.words is None and self.conditions.hold_for_all
        if whole and part.is_known(everything):
            every = part.view(everything)
            return count_whole_sites(part.columns, self.rows, every.rows, every.counts)
        return count_sites(part.columns, self.rows, whole=whole)

    def facets(self) -> Counts:
        """The sites per facet and value; see Answer."""
        columns = self.part.columns
        if self.view is None:
            every = self._counts()
            others = {facet: count_sites(columns, rows) for facet, rows in self.others.items()}
        else:
            every = self.view.counts
            others = {facet: view.counts for facet, view in self.other_views.items()}
        fields = self.others.get("field", self.rows)
        return disjunctive(columns, every, others, prefix_counts(columns, self.conditions.filters, fields))


@dataclass(frozen=True, eq=False)
class Found:
    """The rows that stand for the sites of a part, in order: all that its matches found, or some of them."""

    matches: Matches
    rows: Rows

    @property
    def columns(self) -> Columns:
        """What the rows are numbers in."""
        return self.matches.part.columns

    def cells(self, level: int) -> Cells:
        """The sites by cells of a level."""
        return self._view.cells(level) if self._view else summed(self.columns, self.rows, level)

    def members(self, cells: Cells) -> Rows:
        """The rows of some of the cells()."""
        if self._view:
            return self._view.members(cells)
        return self.rows[runs(cells.starts, cells.ends - cells.starts)]

    @property
    def _view(self) -> View | None:
        view = self.matches.view
        return view if view is not None and view.best is self.rows else None


def within_spans(rows: Rows, begins: Rows, ends: Rows) -> Rows:
    """Those of the rows, given in order, that lie in one of the spans, from each begin to before its end."""
    first, end = np.searchsorted(rows, begins), np.searchsorted(rows, ends)
    return rows[runs(first, end - first)]
