"""The part of the earth that a search asks for: first the sites that may lie in it, then those that do."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mapsvc.directory.columns import Columns, Floats, Mask, Sites, runs
from mapsvc.directory.ellipsoid import sites_inside
from mapsvc.directory.morton import Codes, Rectangle, columns_and_rows, ranges
from mapsvc.directory.searches import Box, Near, Search

HALF_ROUND = 180.0
POLE = 90.0
LEAST_M_PER_DEGREE = 110_570.0  # of latitude, at the equator; and of a sphere no larger than the earth:
LEAST_RADIUS_M = LEAST_M_PER_DEGREE * 180 / math.pi

Spans = tuple[Sites, Sites]  # from the first of each span to before its end


@dataclass(frozen=True)
class Extent:
    """Inside a circle, inside a box, inside both, or anywhere; or about in rectangles of the map."""

    near: Near | None = None
    box: Box | None = None
    rectangles: tuple[Rectangle, ...] = ()

    @classmethod
    def of(cls, search: Search) -> "Extent":
        """The extent of a search; a centre without a radius bounds nothing."""
        bounded = search.near if search.near and search.near.radius_km is not None else None
        return cls(bounded, search.box)

    @property
    def everywhere(self) -> bool:
        """Whether nothing is left out."""
        return self.near is None and self.box is None and not self.rectangles

    def spans(self, columns: Columns) -> Spans:
        """Few spans of sites that hold all sites inside, and some others."""
        kept, spans = self._spans.get(id(columns), (None, None))
        if spans is None or kept is not columns:
            first, last = self._ranges
            begins = columns.morton.searchsorted(first)
            ends = columns.morton.searchsorted(last, side="right")
            full = ends > begins
            spans = begins[full].astype(np.int32), ends[full].astype(np.int32)
            self._spans[id(columns)] = columns, spans
        return spans

    def inside(self, columns: Columns, sites: Sites) -> Sites:
        """Those of the sites that are inside, in their order; with rectangles, all of the spans."""
        if self.box is not None:
            sites = sites[in_box(self.box, columns.lon[sites], columns.lat[sites])]
        if self.near is not None:
            sites = sites_inside(self.near, columns, sites)
        return sites

    def sites(self, columns: Columns) -> Sites:
        """All sites inside, in order."""
        if self.everywhere:
            return np.arange(len(columns.morton), dtype=np.int32)
        begins, ends = self.spans(columns)
        return self.inside(columns, runs(begins, ends - begins))

    @cached_property
    def _spans(self) -> dict[int, tuple[Columns, Spans]]:
        """The spans in each of the columns that were asked for."""
        return {}

    @cached_property
    def _ranges(self) -> tuple[Codes, Codes]:
        return ranges(self._rectangles())

    def _rectangles(self) -> Iterable[Rectangle]:
        if self.near is not None:
            return _rectangles_of_circle(self.near)
        return _rectangles_of_box(self.box) if self.box is not None else self.rectangles


def in_box(box: Box, lon: Floats, lat: Floats) -> Mask:
    """Which points are in the box; 180° and -180° are one meridian."""
    inside = _in_longitudes(box, lon)
    edge = np.abs(lon) == HALF_ROUND
    if edge.any():
        inside |= edge & _in_longitudes(box, -lon)
    kept: Mask = inside & (lat >= box.south) & (lat <= box.north)
    return kept


def _in_longitudes(box: Box, lon: Floats) -> Mask:
    west, east = lon >= box.west, lon <= box.east
    inside: Mask = west | east if box.crosses_antimeridian else west & east
    return inside


def _rectangles_of_box(box: Box) -> Iterator[Rectangle]:
    sides = [(box.west, box.east)]
    if box.crosses_antimeridian:
        sides = [(box.west, HALF_ROUND), (-HALF_ROUND, box.east)]
    if any(west <= -HALF_ROUND for west, _ in sides):
        sides.append((HALF_ROUND, HALF_ROUND))
    if any(east >= HALF_ROUND for _, east in sides):
        sides.append((-HALF_ROUND, -HALF_ROUND))
    for west, east in sides:
        yield _rectangle(west, box.south, east, box.north)


def _rectangles_of_circle(near: Near) -> Iterator[Rectangle]:
    """The box around a circle, in two over the antimeridian; a circle with a pole inside needs the cap."""
    radius_m = (near.radius_km or 0.0) * 1000.0 + 1.0
    height = radius_m / LEAST_M_PER_DEGREE
    south, north = max(near.lat - height, -POLE), min(near.lat + height, POLE)
    angle = radius_m / LEAST_RADIUS_M
    width = HALF_ROUND
    if abs(near.lat) + height < POLE and angle < math.pi / 2:
        # One percent more: the meridians of the ellipsoid are up to 0.7 % nearer than those of a sphere.
        share = 1.01 * math.sin(angle) / math.cos(math.radians(near.lat))
        width = math.degrees(math.asin(share)) if share < 1 else HALF_ROUND
    if width >= HALF_ROUND:
        yield _rectangle(-HALF_ROUND, south, HALF_ROUND, north)
        return
    west, east = near.lon - width, near.lon + width
    yield _rectangle(max(west, -HALF_ROUND), south, min(east, HALF_ROUND), north)
    if west <= -HALF_ROUND:
        yield _rectangle(west + 2 * HALF_ROUND, south, HALF_ROUND, north)
    if east >= HALF_ROUND:
        yield _rectangle(-HALF_ROUND, south, east - 2 * HALF_ROUND, north)


def _rectangle(west: float, south: float, east: float, north: float) -> Rectangle:
    (first, last), (top, bottom) = columns_and_rows(np.array([west, east]), np.array([north, south]))
    return int(first), int(top), int(last), int(bottom)
