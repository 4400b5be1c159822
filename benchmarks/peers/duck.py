"""DuckDB: columns in Morton order, and the sphere computed in SQL, as no index of its own serves this."""

from dataclasses import dataclass
from typing import Any

from benchmarks.peers import tables
from benchmarks.peers.answers import Answer, Cells, Found, counts_of
from benchmarks.peers.processes import own_s
from benchmarks.peers.questions import NEAREST, Circle, Nearest, Question, Window
from benchmarks.peers.sqlite import EARTH_M, reach
from benchmarks.peers.worlds import World

METRES = (
    f"{2 * EARTH_M} * asin(sqrt(pow(sin(radians(lat - $lat) / 2), 2)"
    " + cos(radians(lat)) * cos(radians($lat)) * pow(sin(radians(lon - $lon) / 2), 2)))"
)
BOX = "lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north"
BITS = "bit_or(sectors) AS site_sectors, bit_or(languages) AS site_languages, bit_or(lodging) AS site_lodging"
MASKS = {
    "sector": "site_sectors",
    "language": "site_languages",
    "accommodation": "site_lodging",
    "kind": "kind",
    "country": "country",
}


@dataclass(eq=False)
class Duck:
    """A database in memory, asked from this process; it computes in threads of its own."""

    connection: Any
    name: str = "DuckDB"
    sphere: bool = True
    again: bool = False

    @classmethod
    def of(cls, world: World) -> "Duck | None":
        """A database that holds the world; None, said aloud, where DuckDB is not installed."""
        try:
            import duckdb
        except ImportError:
            print("  NOT MEASURED ON DUCKDB: the package duckdb is not installed.")
            return None
        connection = duckdb.connect()
        columns = tables.columns(world)
        connection.register("columns", columns)
        connection.execute("CREATE TABLE pins AS SELECT * FROM columns")
        connection.unregister("columns")
        return cls(connection)

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
        """This whole process's: nothing else computes in it meanwhile."""
        return own_s()

    def close(self) -> None:
        """Closes the database."""
        self.connection.close()

    def _circle(self, circle: Circle) -> Found:
        place = reach(circle.lon, circle.lat, circle.radius_km)
        values = {name: place[name] for name in ("lon", "lat", "west", "east", "south", "north")}
        values["metres"] = circle.radius_km * 1000
        wanted = " AND ".join([BOX, *(tables.conditions(circle.filter) or ["leads = 1"])])
        found = f"SELECT *, {METRES} AS metres FROM pins WHERE {wanted}"
        found = f"SELECT * FROM ({found}) WHERE metres <= $metres"
        if circle.filter:
            found = (
                f"SELECT min(metres) AS metres, {BITS}, min(kind) AS kind, min(country) AS country "
                f"FROM ({found}) GROUP BY site"
            )
        counts = " UNION ALL ".join(
            f"SELECT '{facet}', {column}::DOUBLE, count(*) FROM found GROUP BY {column}"
            for facet, column in MASKS.items()
        )
        nearest = f"SELECT '', metres, 0 FROM (SELECT metres FROM found ORDER BY metres LIMIT {NEAREST})"
        statement = f"WITH found AS MATERIALIZED ({found}) {nearest} UNION ALL {counts}"
        metres: list[float] = []
        masks: dict[str, list[tuple[int, int]]] = {facet: [] for facet in MASKS}
        for facet, value, number in self.connection.execute(statement, values).fetchall():
            if facet:
                masks[facet].append((int(value), number))
            else:
                metres.append(value)
        return Found(sorted(metres), sum(number for _code, number in masks["kind"]), counts_of(masks))

    def _nearest(self, question: Nearest) -> Found:
        wanted = " AND ".join(tables.conditions(question.filter)) or "leads = 1"
        statement = (
            f"SELECT min(metres) AS metres FROM (SELECT site, {METRES} AS metres FROM pins WHERE {wanted}) "
            f"GROUP BY site ORDER BY metres LIMIT {question.k}"
        )
        if not question.filter:
            statement = (
                f"SELECT {METRES} AS metres FROM pins WHERE {wanted} ORDER BY metres LIMIT {question.k}"
            )
        rows = self.connection.execute(statement, {"lon": question.lon, "lat": question.lat}).fetchall()
        return Found([row[0] for row in rows])

    def _window(self, window: Window) -> Cells:
        left, right, top, bottom = window.edges
        wanted = [f"cx BETWEEN {left} AND {right} AND cy BETWEEN {top} AND {bottom}"]
        wanted += tables.conditions(window.filter) or ["leads = 1"]
        pins = f"SELECT cx, cy, lon, lat FROM pins WHERE {' AND '.join(wanted)}"
        if window.filter:
            pins = (
                "SELECT min(cx) AS cx, min(cy) AS cy, min(lon) AS lon, min(lat) AS lat "
                f"FROM pins WHERE {' AND '.join(wanted)} GROUP BY site"
            )
        statement = (
            f"SELECT cx >> {window.shift} AS x, cy >> {window.shift} AS y, count(*), avg(lon), avg(lat) "
            f"FROM ({pins}) GROUP BY x, y"
        )
        return Cells(self.connection.execute(statement).fetchall())
