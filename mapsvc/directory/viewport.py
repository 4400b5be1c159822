"""What a map shows of a search: pins while they are few, clusters by cells of the screen beyond."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from mapsvc.directory.answers import Cluster, Pin, View
from mapsvc.directory.cells import Cells, joined
from mapsvc.directory.columns import Columns, Rows
from mapsvc.directory.extents import Extent
from mapsvc.directory.morton import BITS, Rectangle, columns_and_rows
from mapsvc.directory.parts import Found
from mapsvc.directory.searches import Box
from mapsvc.storage.records import KINDS, PRECISIONS

MOST_PINS = 150
CELL_PX = 64
TILE_PX = 256
MAX_ZOOM = 22
CELL_LEVELS = (TILE_PX // CELL_PX).bit_length() - 1  # cells are this many levels below tiles


class Window(NamedTuple):
    """The cells that a map shows: their level, and rectangles of cells, two across the antimeridian."""

    level: int
    rectangles: tuple[Rectangle, ...]

    @property
    def extent(self) -> Extent:
        """Where the cells are."""
        shift = BITS - self.level
        return Extent(
            rectangles=tuple(
                (west << shift, north << shift, (east + 1 << shift) - 1, (south + 1 << shift) - 1)
                for west, north, east, south in self.rectangles
            )
        )


def window_of_box(box: Box, zoom: int) -> Window:
    """The cells of CELL_PX that touch the box at this zoom."""
    level = zoom + CELL_LEVELS
    shift = np.uint64(BITS - level)
    columns, rows = columns_and_rows(np.array([box.west, box.east]), np.array([box.north, box.south]))
    (west, east), (north, south) = (columns >> shift).tolist(), (rows >> shift).tolist()
    if not box.crosses_antimeridian:
        return Window(level, ((west, north, east, south),))
    last = (1 << level) - 1
    if west <= east:  # the two halves meet
        return Window(level, ((0, north, last, south),))
    return Window(level, ((west, north, last, south), (0, north, east, south)))


def window_of_tile(zoom: int, x: int, y: int) -> Window:
    """The cells of one tile, twice as many across as on a screen of TILE_PX."""
    level, across = zoom + CELL_LEVELS + 1, 1 << (CELL_LEVELS + 1)
    return Window(level, ((x * across, y * across, (x + 1) * across - 1, (y + 1) * across - 1),))


def shown_in(found: Sequence[Found], window: Window) -> View:
    """The view of what was found inside the window.

    Up to MOST_PINS sites they are all pins. Beyond, each cell that holds several is a cluster, and a
    site alone in its cell a pin. Clusters come largest first, then from west to east and south to
    north; pins by id.
    """
    parts = [(one, one.cells(window.level).inside(window.rectangles)) for one in found]
    total = sum(int(cells.count.sum()) for _, cells in parts)
    if total <= MOST_PINS:
        return View(total, (), _pins((one.columns, one.members(cells)) for one, cells in parts))
    cells, shared = joined([cells for _, cells in parts])
    pins, seen = [], 0
    for one, own in parts:
        alone = ~shared[seen : seen + len(own)]
        pins.append((one.columns, one.members(own.taken(alone))))
        seen += len(own)
    return View(total, _clusters(cells), _pins(pins))


def _clusters(cells: Cells) -> tuple[Cluster, ...]:
    """The clusters of cells, each of which holds several sites."""
    west, south, east, north = cells.box.T
    lon = np.clip(cells.lon / cells.count, west, east)
    lat = np.clip(cells.lat / cells.count, south, north)
    order = np.lexsort((lat, lon, -cells.count))
    numbers = (lon[order], lat[order], cells.count[order])
    kinds = [
        {name: number for name, number in zip(KINDS, row, strict=True) if number}
        for row in cells.kinds[order].tolist()
    ]
    boxes = map(tuple, cells.box[order].tolist())
    return tuple(map(Cluster, *(column.tolist() for column in numbers), kinds, boxes))


def _pins(rows: Iterable[tuple[Columns, Rows]]) -> tuple[Pin, ...]:
    pins = [_pin(columns, row) for columns, own in rows for row in own.tolist()]
    return tuple(sorted(pins, key=lambda pin: pin.id))


def _pin(columns: Columns, row: int) -> Pin:
    site = columns.site_of[row]
    return Pin(
        id=int(columns.ids[row]),
        kind=KINDS[columns.kind[row]],
        lon=float(columns.lon[site]),
        lat=float(columns.lat[site]),
        title=columns.title(row),
        precision=PRECISIONS[columns.precision[row]],
        sample=bool(columns.sample[row]),
    )
