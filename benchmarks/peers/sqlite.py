"""Plain SQLite: an R*Tree beside a table in Morton order, and the sphere computed in SQL."""

import math
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import tables
from benchmarks.peers.answers import Answer, Cells, Found, counts_of
from benchmarks.peers.engines import own_thread_s
from benchmarks.peers.questions import NEAREST, Circle, Nearest, Question, Window
from benchmarks.peers.worlds import World

TABLE = f"CREATE TABLE pins (number INTEGER PRIMARY KEY, {', '.join(tables.COLUMNS)})"
# Auxiliary columns of the tree itself take two to ten times as long: SQLite fetches each row apart for them.
TREE = "CREATE VIRTUAL TABLE boxes USING rtree(number, west, east, south, north)"
INDEXED = "(SELECT pins.*, west, east, south, north FROM boxes CROSS JOIN pins ON pins.number = boxes.number)"
LOW_ZOOM = 6  # up to it a window holds so much that the table is read in one go
EARTH_M = 6_371_008.8
REACHES_KM = (2.0, 10.0, 50.0, 250.0)
METRES = (
    f"{2 * EARTH_M} * asin(sqrt(pow(sin(radians(lat - :lat) / 2), 2)"
    " + cos(radians(lat)) * cos(radians(:lat)) * pow(sin(radians(lon - :lon) / 2), 2)))"
)
BOX = "west <= :east AND east >= :west AND south <= :north AND north >= :south"


def make_tree(file: Path, world: World) -> None:
    """Writes the world into a new file; rows come in Morton order, so that neighbours share pages."""
    connection = sqlite3.connect(file)
    marks = ", ".join("?" * len(tables.COLUMNS))
    with connection:
        connection.execute("PRAGMA page_size = 8192")
        connection.execute(TABLE)
        connection.execute(TREE)
        connection.executemany(
            f"INSERT INTO pins ({', '.join(tables.COLUMNS)}) VALUES ({marks})",
            tables.tuples(world),
        )
        connection.execute("INSERT INTO boxes SELECT number, lon, lon, lat, lat FROM pins")
    connection.execute("ANALYZE")
    connection.close()


def opened(file: Path) -> sqlite3.Connection:
    """The file for reading, its statements kept prepared."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, cached_statements=1000)
    tune(connection)
    return connection


def tune(connection: sqlite3.Connection) -> None:
    """Gives a connection memory enough to keep all of a file."""
    connection.execute("PRAGMA cache_size = -500000")
    connection.execute("PRAGMA mmap_size = 4000000000")
    connection.execute("PRAGMA temp_store = MEMORY")


@dataclass(eq=False)
class SqliteTree:
    """A file of `make_tree`, asked in SQL."""

    connection: sqlite3.Connection
    name: str = "SQLite R*Tree"
    sphere: bool = True
    again: bool = False
    indexed: str = INDEXED  # the table with the sides of each box
    metres: str = METRES

    def answers(self, question: Question) -> bool:
        """All of them."""
        return bool(question)

    def ask(self, question: Question) -> Answer:
        """The answer."""
        if isinstance(question, Circle):
            return self._circle(question)
        return self._nearest(question) if isinstance(question, Nearest) else self._window(question)

    def read(self, _question: Question, answer: Any) -> Answer:
        """The answer as it is."""
        assert isinstance(answer, Found | Cells)
        return answer

    def computed_s(self) -> float:
        """The asking thread's."""
        return own_thread_s()

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()

    def _circle(self, circle: Circle) -> Answer:
        values = reach(circle.lon, circle.lat, circle.radius_km) | {"metres": circle.radius_km * 1000}
        if circle.filter:
            where = " AND ".join([BOX, *tables.conditions(circle.filter)])
            rows = self.connection.execute(
                "SELECT metres, site, sectors, languages, lodging, kind, country "
                f"FROM (SELECT *, {self.metres} AS metres FROM {self.indexed} WHERE {where}) "
                "WHERE metres <= :metres",
                values,
            ).fetchall()
            metres: dict[int, float] = {}
            for far, site, *_rest in rows:
                metres[site] = far
            masks = tables.site_counts([row[1:] for row in rows])
            return Found(sorted(metres.values())[:NEAREST], len(metres), counts_of(masks))
        # One walk of the tree; its answer is kept for the counts.
        statement = f"""
            WITH found AS MATERIALIZED (
                SELECT metres, site_sectors, site_languages, site_lodging, kind, country
                FROM (SELECT *, {self.metres} AS metres FROM {self.indexed} WHERE {BOX} AND leads = 1)
                WHERE metres <= :metres
            )
            SELECT * FROM (SELECT '' AS facet, metres, 0 FROM found ORDER BY metres LIMIT {NEAREST})
            UNION ALL SELECT 'sector', site_sectors, count(*) FROM found GROUP BY site_sectors
            UNION ALL SELECT 'language', site_languages, count(*) FROM found GROUP BY site_languages
            UNION ALL SELECT 'accommodation', site_lodging, count(*) FROM found GROUP BY site_lodging
            UNION ALL SELECT 'kind', kind, count(*) FROM found GROUP BY kind
            UNION ALL SELECT 'country', country, count(*) FROM found GROUP BY country
        """
        metres_found: list[float] = []
        masks = {facet: [] for facet in tables.MASKS}
        for facet, value, number in self.connection.execute(statement, values):
            if facet:
                masks[facet].append((value, number))
            else:
                metres_found.append(value)
        total = sum(number for _code, number in masks["kind"])
        return Found(metres_found, total, counts_of(masks))

    def _nearest(self, question: Nearest) -> Answer:
        """In circles that grow until one holds enough, then anywhere: an R*Tree of SQLite cannot sort."""
        wanted = tables.conditions(question.filter)
        for reach_km in REACHES_KM:
            values = reach(question.lon, question.lat, reach_km) | {"metres": reach_km * 1000}
            found = self._sorted(self.indexed, [BOX, *wanted], "metres <= :metres", values, question.k)
            if len(found) == question.k:
                return Found(found)
        values = {"lon": question.lon, "lat": question.lat}
        return Found(self._sorted("pins", wanted or ["1"], "1", values, question.k))

    def _sorted(
        self, source: str, wanted: list[str], near: str, values: dict[str, float], count: int
    ) -> list[float]:
        statement = (
            f"SELECT min(metres) AS metres FROM (SELECT site, {self.metres} AS metres FROM {source} "
            f"WHERE {' AND '.join(wanted)}) WHERE {near} GROUP BY site ORDER BY metres LIMIT {count}"
        )
        return [row[0] for row in self.connection.execute(statement, values)]

    def _window(self, window: Window) -> Answer:
        box, (left, right, top, bottom) = window.box, window.edges
        values = {"west": box.west, "east": box.east, "south": box.south, "north": box.north}
        values |= {"left": left, "right": right, "top": top, "bottom": bottom}
        inside = "cx BETWEEN :left AND :right AND cy BETWEEN :top AND :bottom"
        source = "pins"
        if window.zoom > LOW_ZOOM:
            source, inside = self.indexed, f"{BOX} AND {inside}"
        pins = f"SELECT cx, cy, lon, lat FROM {source} WHERE {inside} AND leads = 1"
        if window.filter:
            wanted = " AND ".join([inside, *tables.conditions(window.filter)])
            pins = f"SELECT cx, cy, lon, lat FROM {source} WHERE {wanted} GROUP BY site"
        statement = (
            f"SELECT cx >> {window.shift} AS x, cy >> {window.shift} AS y, count(*), avg(lon), avg(lat) "
            f"FROM ({pins}) GROUP BY x, y"
        )
        return Cells(self.connection.execute(statement, values).fetchall())


def reach(lon: float, lat: float, radius_km: float) -> dict[str, float]:
    """Centre and a box that holds the circle around it; all longitudes where a pole is near."""
    up = math.degrees(radius_km / (EARTH_M / 1000)) * 1.001
    most = abs(lat) + up
    across = 360.0
    if most < 89:
        across = math.degrees(math.asin(math.sin(math.radians(up)) / math.cos(math.radians(lat))))
    sides = {"west": lon - across, "east": lon + across, "south": lat - up, "north": lat + up}
    return {"lon": lon, "lat": lat, **sides}
