"""SpatiaLite: points as geometries under its spatial index, distances by its own function."""

from pathlib import Path
from typing import Any

from benchmarks.peers import tables
from benchmarks.peers.filling import points_of
from benchmarks.peers.sqlite import TABLE, SqliteTree, tune
from benchmarks.peers.worlds import World
from mapsvc.storage.dialects import spatialite

# On the great circle: on the ellipsoid, its distance takes several times as long.
METRES = "ST_Distance(point, MakePoint(:lon, :lat, 4326), 0)"
INDEXED = (
    "(SELECT pins.*, xmin AS west, xmax AS east, ymin AS south, ymax AS north "
    "FROM idx_pins_point CROSS JOIN pins ON pins.number = idx_pins_point.pkid)"
)


def make_points(file: Path, world: World) -> None:
    """Writes the world into a new file in Morton order, so that neighbours share pages, and indexes it."""
    connection = _connected(f"file:{file}")
    order = world.along_curve
    points = points_of(world.lon[order], world.lat[order])
    rows = ((*row, point) for row, point in zip(tables.tuples(world), points, strict=True))
    marks = ", ".join("?" * (len(tables.COLUMNS) + 1))
    with connection:
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("SELECT InitSpatialMetaData(1, 'WGS84')")
        connection.execute(TABLE)
        connection.execute("SELECT AddGeometryColumn('pins', 'point', 4326, 'POINT', 'XY', 1)")
        connection.executemany(
            f"INSERT INTO pins ({', '.join(tables.COLUMNS)}, point) VALUES ({marks})",
            rows,
        )
        connection.execute("SELECT CreateSpatialIndex('pins', 'point')")
    connection.execute("ANALYZE")
    connection.close()


def spatialite_points(file: Path) -> SqliteTree:
    """A file of `make_points`, asked as the plain tree is, with other distances and another index."""
    connection = _connected(f"file:{file}?mode=ro")
    tune(connection)
    return SqliteTree(connection, name="SpatiaLite", indexed=INDEXED, metres=METRES)


def _connected(uri: str) -> Any:
    connection = spatialite.driver().connect(uri, uri=True, cached_statements=1000)
    connection.enable_load_extension(True)
    connection.load_extension(spatialite.EXTENSION)
    connection.enable_load_extension(False)
    return connection
