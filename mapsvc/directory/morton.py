"""Numbers for points such that near points have near numbers: Morton codes of the web mercator square.

The square has 2^32 columns from the west and 2^32 rows from the north; a code takes the bits of the
two in turn. So all points of a map tile, and of each cell of the screen, have codes that follow one
another: their first 2 * level bits are equal.

Source: Morton, "A computer oriented geodetic data base and a new technique in file sequencing", 1966.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

BITS = 32  # of a column or a row
MAX_LATITUDE = 85.0511287798066  # where the square world of web mercator ends
ACROSS = 2.0**BITS
CELLS_ACROSS = 8  # of a rectangle, when it is cut into ranges

Codes = NDArray[np.uint64]
Rectangle = tuple[int, int, int, int]  # first column, first row, last column, last row

_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_GATHER = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)


def columns_and_rows(lon: Any, lat: Any) -> tuple[Codes, Codes]:
    """The column and row of each point in degrees; beyond MAX_LATITUDE the outermost row."""
    north = np.radians(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE))
    across = np.asarray(lon) / 360.0 + 0.5
    down = 0.5 - np.arcsinh(np.tan(north)) / (2 * np.pi)
    return _whole(across), _whole(down)


def _whole(share: Any) -> Codes:
    numbers: Codes = np.clip(share * ACROSS, 0.0, ACROSS - 1).astype(np.uint64)
    return numbers


def interleaved(column: Codes, row: Codes) -> Codes:
    """The codes of columns and rows."""
    return _spread(column) | _spread(row) << np.uint64(1)


def codes_of(lon: Any, lat: Any) -> Codes:
    """The codes of points in degrees."""
    return interleaved(*columns_and_rows(lon, lat))


def apart(codes: Codes) -> tuple[Codes, Codes]:
    """The column and row of each code; those of a cell, for the codes of cells."""
    return _gathered(codes), _gathered(codes >> np.uint64(1))


def cells_of(codes: Codes, level: int) -> Codes:
    """The cell that each code lies in where the square is cut into 2^level by 2^level, 1 <= level <= 32."""
    return codes >> np.uint64(2 * (BITS - level))


def ranges(rectangles: Iterable[Rectangle], *, cells: int = CELLS_ACROSS) -> tuple[Codes, Codes]:
    """First and last codes of few ranges that hold these rectangles, and a rim around them, in order."""
    firsts, sizes = [], []
    for west, north, east, south in rectangles:
        extent = max(east - west, south - north) + 1
        shift = min(max(0, (extent - 1).bit_length() - cells.bit_length() + 1), BITS - 1)
        columns = np.arange(west >> shift, (east >> shift) + 1, dtype=np.uint64)
        rows = np.arange(north >> shift, (south >> shift) + 1, dtype=np.uint64)
        found = interleaved(columns[None, :], rows[:, None]).ravel()
        firsts.append(found << np.uint64(2 * shift))
        sizes.append(np.full(len(found), (1 << (2 * shift)) - 1, dtype=np.uint64))
    if not firsts:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    return _joined(np.concatenate(firsts), np.concatenate(sizes))


def _joined(first: Codes, size: Codes) -> tuple[Codes, Codes]:
    """Ranges in order, those that touch or overlap made one; size is the last code less the first."""
    order = np.argsort(first)
    first, last = first[order], np.maximum.accumulate((first + size)[order])
    begins = np.ones(len(first), dtype=np.bool_)
    # Never past the end: where the code before is the very last one, there is no range after it.
    begins[1:] = first[1:] > last[:-1]
    begins[1:] &= first[1:] - last[:-1] != 1
    ends = np.append(np.flatnonzero(begins)[1:], len(first)) - 1
    return first[begins], last[ends]


def _spread(numbers: Codes) -> Codes:
    """The lower 32 bits with a gap between each."""
    for shift, mask in _SPREAD:
        numbers = (numbers | numbers << np.uint64(shift)) & np.uint64(mask)
    return numbers


def _gathered(codes: Codes) -> Codes:
    """Every second bit, the lowest first, without the gaps."""
    numbers = codes & np.uint64(_SPREAD[-1][1])
    for shift, mask in _GATHER:
        numbers = (numbers | numbers >> np.uint64(shift)) & np.uint64(mask)
    return numbers
