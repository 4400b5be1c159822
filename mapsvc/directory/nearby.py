"""The nearest of many rows, without looking at most of them."""

import numpy as np

from mapsvc.directory.columns import Floats, Rows
from mapsvc.directory.ellipsoid import nearest, reach_m, squared_chords
from mapsvc.directory.extents import Extent
from mapsvc.directory.morton import codes_of
from mapsvc.directory.parts import Part, within_spans
from mapsvc.directory.searches import Near

MANY = 20_000  # rows; fewer are all looked at
LEAST_NEIGHBOURS = 256


def nearest_rows(part: Part, near: Near, rows: Rows, count: int) -> tuple[Rows, Floats]:
    """The `count` nearest of the rows, given in order, and their metres, nearest first, then by id."""
    columns = part.columns
    if len(rows) > MANY and 0 < count < len(rows) // 8:
        # The rows beside the centre in order of code are near it for the most part: the farthest of
        # `count` of them bounds a circle that holds as many.
        begins = columns.starts[np.searchsorted(columns.morton, codes_of(near.lon, near.lat))]
        middle, width = int(np.searchsorted(rows, begins)), max(LEAST_NEIGHBOURS, 2 * count)
        beside = rows[max(0, middle - width) : middle + width]
        reach = reach_m(squared_chords(near, columns, columns.site_of[beside]), count)
        begins, ends = Extent(Near(near.lon, near.lat, reach / 1000.0)).spans(columns)
        rows = within_spans(rows, columns.starts[begins], columns.starts[ends])
    return nearest(near, columns, rows, count)
