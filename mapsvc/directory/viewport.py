"""What a map shows of a search: pins while they are few, clusters by cells of the screen beyond."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.answers import Cluster, Pin, View
from mapsvc.directory.columns import Columns, Floats, Points, Rows
from mapsvc.directory.searches import Box

MOST_PINS = 150
CELL_PX = 64
TILE_PX = 256
MAX_ZOOM = 22
MAX_LATITUDE = 85.0511287798066  # where the square world of web mercator ends
HALF_ROUND = 180.0


def points_in_box(box: Box, points: Points) -> NDArray[np.bool_]:
    """Which points are in the box; 180° and -180° are one meridian."""
    inside = _in_longitudes(box, points.lon)
    edge = np.abs(points.lon) == HALF_ROUND
    if edge.any():
        inside |= edge & _in_longitudes(box, -points.lon)
    kept: NDArray[np.bool_] = inside & (points.lat >= box.south) & (points.lat <= box.north)
    return kept


def view(columns: Columns, rows: Rows, zoom: int) -> View:
    """The view of these rows, one per site, in the order of rows where they stay pins.

    Up to MOST_PINS they are all pins. Beyond, each cell of CELL_PX of the web mercator world at
    this zoom (0 to MAX_ZOOM) that holds several sites is a cluster, and a site alone in its cell
    a pin. Clusters come largest first, then from west to east and south to north.
    """
    if len(rows) <= MOST_PINS:
        return View(len(rows), (), tuple(_pin(columns, row) for row in rows))
    places = columns.points[rows]
    cells = _cells(columns.at.lon[places], columns.at.lat[places], zoom)
    _, first, cell, count = np.unique(cells, return_index=True, return_inverse=True, return_counts=True)
    alone = np.sort(first[count == 1])
    shared = count > 1
    clusters = _clusters(columns, rows, cell, np.flatnonzero(shared))
    return View(len(rows), clusters, tuple(_pin(columns, row) for row in rows[alone]))


@dataclass(frozen=True, slots=True)
class _Members:
    """The sites of the cells, sorted by cell, and where each cell starts."""

    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]


def _clusters(
    columns: Columns, rows: Rows, cell: NDArray[np.int64], shared: NDArray[np.int64]
) -> tuple[Cluster, ...]:
    order = np.argsort(cell, kind="stable")
    bounds = np.searchsorted(cell[order], np.arange(len(np.bincount(cell)) + 1))
    members = _Members(order, bounds[:-1], np.diff(bounds))
    places = columns.points[rows[order]]
    lon, lat = columns.at.lon[places], columns.at.lat[places]
    west, east = _reduce(np.minimum, lon, members), _reduce(np.maximum, lon, members)
    south, north = _reduce(np.minimum, lat, members), _reduce(np.maximum, lat, members)
    mean_lon = np.clip(_reduce(np.add, lon, members) / members.counts, west, east)
    mean_lat = np.clip(_reduce(np.add, lat, members) / members.counts, south, north)
    kinds = _kinds(columns, rows[order], members)
    clusters = [
        Cluster(
            lon=float(mean_lon[place]),
            lat=float(mean_lat[place]),
            count=int(members.counts[place]),
            kinds=kinds[place],
            box=(float(west[place]), float(south[place]), float(east[place]), float(north[place])),
        )
        for place in shared
    ]
    return tuple(sorted(clusters, key=lambda one: (-one.count, one.lon, one.lat)))


def _reduce(function: np.ufunc, values: Floats, members: _Members) -> Floats:
    reduced: Floats = function.reduceat(values, members.starts)
    return reduced


def _kinds(columns: Columns, rows: Rows, members: _Members) -> list[dict[str, int]]:
    """For each cell the number of its sites of each kind, kinds in alphabetical order."""
    names = columns.facets["kind"].values
    codes = np.zeros(len(columns), dtype=np.int64)
    codes[columns.facets["kind"].rows] = columns.facets["kind"].codes
    cells = np.repeat(np.arange(len(members.starts)), members.counts)
    table = np.bincount(cells * len(names) + codes[rows], minlength=len(members.starts) * len(names))
    return [
        {name: int(number) for name, number in zip(names, numbers, strict=True) if number}
        for numbers in table.reshape(-1, len(names))
    ]


def _pin(columns: Columns, row: int) -> Pin:
    listing = columns.listings[row]
    return Pin(
        id=listing.id,
        kind=listing.kind,
        lon=listing.lon,
        lat=listing.lat,
        title=listing.title,
        precision=listing.precision,
        sample=listing.sample,
    )


def _cells(lon: Floats, lat: Floats, zoom: int) -> NDArray[np.int64]:
    """The number of the cell of each point, by columns from the west and rows from the north."""
    across = (TILE_PX << zoom) // CELL_PX
    north = np.radians(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE))
    x = lon / (2 * HALF_ROUND) + 0.5
    y = 0.5 - np.arcsinh(np.tan(north)) / (2 * np.pi)
    column = np.clip((x * across).astype(np.int64), 0, across - 1)
    row = np.clip((y * across).astype(np.int64), 0, across - 1)
    cells: NDArray[np.int64] = row * across + column
    return cells


def _in_longitudes(box: Box, lon: Floats) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_]
    if box.crosses_antimeridian:
        inside = (lon >= box.west) | (lon <= box.east)
    else:
        inside = (lon >= box.west) & (lon <= box.east)
    return inside
