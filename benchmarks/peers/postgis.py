"""PostGIS as who knows it sets it up: GiST on geography, <->, whole-number cells, prepared statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg

from benchmarks.peers import tables
from benchmarks.peers.answers import Answer, Cells, Found, counts_of
from benchmarks.peers.engines import own_thread_s
from benchmarks.peers.processes import computed_s
from benchmarks.peers.questions import NEAREST, Circle, Filter, Nearest, Question, Window
from benchmarks.peers.worlds import COUNTRIES, LANGUAGES, LODGING, SECTORS, World
from tests.postgis import PostgisCluster, PostgisUnavailable

MOST_ROWS_A_SITE = 3
FIRST_SHARE = 1.5  # so many rows as sites are wanted mostly hold them
SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "128MB",
    "maintenance_work_mem": "512MB",
    "random_page_cost": "1.1",
    "jit": "off",  # it takes longer than the questions
    "max_parallel_workers_per_gather": "0",  # the processors are few, and kept busy by other questions
}
OTHER_TYPES = {"lon": "float8", "lat": "float8", "leads": "boolean"} | dict.fromkeys(
    ("sectors", "languages", "site_sectors", "site_languages"), "bigint"
)
SMALL = frozenset({"kind", "country", "lodging", "site_lodging", "seats", "field_1", "field_2"})
COVERED = ("leads", "site", "lon", "lat", "seats", "sectors", "languages", "lodging")
POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("lon", "<f8"), ("lat", "<f8")])
POINT_WITH_SRID = 0x20000001

CENTRE = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography(Point, 4326)"
INSIDE = f"ST_DWithin(place, {CENTRE}, %(metres)s)"
# A covering index answers this by itself: two to seven times as quick as GiST on a geometry and the rows.
IN_WINDOW = "cx BETWEEN %(left)s AND %(right)s AND cy BETWEEN %(top)s AND %(bottom)s"
COUNTED = """
    SELECT NULL::float8, sectors, languages, lodging, kind, country, count(*)
    FROM found GROUP BY GROUPING SETS ((sectors), (languages), (lodging), (kind), (country))
"""
# Without filters the few nearest come from the index, and only the rest is counted.
CIRCLE = f"""
    WITH found AS MATERIALIZED (
        SELECT site_sectors AS sectors, site_languages AS languages, site_lodging AS lodging, kind, country
        FROM pins WHERE leads AND {INSIDE}
    ), nearest AS (
        SELECT ST_Distance(place, {CENTRE}) AS metres FROM pins WHERE leads AND {INSIDE}
        ORDER BY place <-> {CENTRE} LIMIT {NEAREST}
    )
    SELECT metres, NULL::bigint, NULL::bigint, NULL::smallint, NULL::smallint, NULL::smallint, 0 FROM nearest
    UNION ALL {COUNTED}
"""
FILTERED_CIRCLE = f"""
    WITH found AS MATERIALIZED (
        SELECT min(ST_Distance(place, {CENTRE})) AS metres, bit_or(sectors) AS sectors,
            bit_or(languages) AS languages, bit_or(lodging) AS lodging,
            min(kind) AS kind, min(country) AS country
        FROM pins WHERE {INSIDE} AND {{wanted}} GROUP BY site
    )
    (SELECT metres, NULL::bigint, NULL::bigint, NULL::smallint, NULL::smallint, NULL::smallint, 0
    FROM found ORDER BY metres LIMIT {NEAREST})
    UNION ALL {COUNTED}
"""
KNN = f"""
    SELECT min(metres) AS metres, sum(count(*)) OVER () FROM (
        SELECT site, ST_Distance(place, {CENTRE}) AS metres FROM pins WHERE {{wanted}}
        ORDER BY place <-> {CENTRE} LIMIT %(rows)s
    ) AS nearest GROUP BY site ORDER BY metres LIMIT %(k)s
"""
CELLS = """
    SELECT cx >> %(shift)s AS x, cy >> %(shift)s AS y, count(*)::int, avg(lon), avg(lat)
    FROM {pins} GROUP BY x, y
"""
LEADS = f"(SELECT cx, cy, lon, lat FROM pins WHERE leads AND {IN_WINDOW}) AS found"
SITES = f"""(
    SELECT min(cx) AS cx, min(cy) AS cy, min(lon) AS lon, min(lat) AS lat
    FROM pins WHERE {IN_WINDOW} AND {{wanted}} GROUP BY site
) AS found"""


@contextmanager
def tuned_cluster() -> Iterator[PostgisCluster | None]:
    """A server with SETTINGS, stopped at the end; None, said aloud, where there is no PostGIS."""
    try:
        cluster = PostgisCluster().start()
    except PostgisUnavailable as fault:
        print(f"  NOT MEASURED ON POSTGIS: {fault}")
        yield None
        return
    try:
        with psycopg.connect(plain(cluster.admin_url), autocommit=True) as connection:
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        cluster.halt()
        cluster.resume()
        yield cluster
    finally:
        cluster.stop()


def plain(url: str) -> str:
    """A URL of SQLAlchemy's as psycopg itself reads it."""
    return url.replace("+psycopg", "")


def make_table(url: str, world: World) -> None:
    """Loads the world in Morton order, as CLUSTER on a geohash would leave it, with its indexes.

    `codes` holds all that a row says as one array under a GIN index, for what is rare; the bits
    beside it are what a scan looks at.
    """
    columns = ", ".join(f"{name} {_type(name)} NOT NULL" for name in tables.COLUMNS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            f"CREATE TABLE pins ({columns}, codes smallint[] NOT NULL, place geography(Point, 4326) NOT NULL)"
        )
        with connection.cursor() as cursor, cursor.copy("COPY pins FROM STDIN") as copy:
            for lines in _lines(world):
                copy.write(lines)
        for statement in (
            "CREATE INDEX ON pins USING gist (place)",
            "CREATE INDEX ON pins USING gist (place) WHERE leads",
            f"CREATE INDEX ON pins (cx, cy) INCLUDE ({', '.join(COVERED)})",
            "CREATE INDEX ON pins USING gin (codes) WITH (fastupdate = off)",
            "ALTER TABLE pins ALTER codes SET STATISTICS 1000",
            "VACUUM (ANALYZE, FREEZE) pins",
        ):
            connection.execute(statement)


def wanted(filter_: Filter) -> tuple[str, dict[str, Any]]:
    """A filter as a condition with its parameters.

    With a field or a country it may be rare, and asks for codes, under their index; else for bits.
    """
    found, values = [], {}
    if filter_.fields or filter_.countries:
        for name, codes in _codes(filter_).items():
            found.append(f"codes && %({name})s::smallint[]")
            values[name] = codes
    else:
        for name, bits in (
            ("sectors", filter_.sector_bits),
            ("languages", filter_.language_bits),
            ("lodging", filter_.lodging_bits),
        ):
            if bits:
                found.append(f"({name} & %({name})s::{_type(name)}) <> 0")
                values[name] = bits
    if filter_.seats:
        found.append("seats >= %(seats)s::smallint")
        values["seats"] = filter_.seats
    return " AND ".join(found) or "leads", values


@dataclass(eq=False)
class Postgis:
    """A database of `make_table`, asked over one connection."""

    connection: psycopg.Connection[Any]
    name: str = "PostGIS"
    sphere: bool = False
    again: bool = False

    @classmethod
    def at(cls, url: str) -> "Postgis":
        """A connection whose statements are all prepared at their first use."""
        connection = psycopg.connect(url, autocommit=True)
        connection.prepare_threshold = 0
        return cls(connection)

    def answers(self, question: Question) -> bool:
        """All of them."""
        return bool(question)

    def ask(self, question: Question) -> Answer:
        """The answer."""
        if isinstance(question, Circle):
            return self.circle(question)
        return self._nearest(question) if isinstance(question, Nearest) else self.window(question)

    def read(self, _question: Question, answer: Any) -> Answer:
        """The answer as it is."""
        assert isinstance(answer, Found | Cells)
        return answer

    def computed_s(self) -> float:
        """The server's process of this connection, and the asking thread that reads what comes."""
        return computed_s([self.connection.info.backend_pid]) + own_thread_s()

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()

    def circle(self, circle: Circle) -> Found:
        """The sites of a circle."""
        condition, values = wanted(circle.filter)
        statement = FILTERED_CIRCLE.format(wanted=condition) if circle.filter else CIRCLE
        values |= {"lon": circle.lon, "lat": circle.lat, "metres": circle.radius_km * 1000.0}
        metres: list[float] = []
        masks: dict[str, list[tuple[int, int]]] = {facet: [] for facet in tables.MASKS}
        for far, *codes, number in self.rows(statement, values):
            if far is not None:
                metres.append(far)
                continue
            for facet, code in zip(tables.MASKS, codes, strict=True):
                if code is not None:
                    masks[facet].append((code, number))
        return Found(sorted(metres), sum(number for _code, number in masks["kind"]), counts_of(masks))

    def _nearest(self, question: Nearest) -> Found:
        condition, values = wanted(question.filter)
        values |= {"lon": question.lon, "lat": question.lat, "k": question.k}
        for share in (FIRST_SHARE, MOST_ROWS_A_SITE):
            rows = int(question.k * share)
            found = self.rows(KNN.format(wanted=condition), values | {"rows": rows})
            if len(found) == question.k or not found or found[0][1] < rows:
                break
        return Found([row[0] for row in found])

    def window(self, window: Window) -> Cells:
        """The cells of a window."""
        condition, values = wanted(window.filter)
        pins = SITES.format(wanted=condition) if window.filter else LEADS
        return Cells(self.rows(CELLS.format(pins=pins), values | window_values(window)))

    def rows(self, statement: str, values: dict[str, Any]) -> list[Any]:
        """The rows of a statement."""
        with self.connection.cursor(binary=True) as cursor:
            return cursor.execute(statement, values).fetchall()  # type: ignore[arg-type]


def window_values(window: Window) -> dict[str, Any]:
    """The parameters of a window."""
    left, right, top, bottom = window.edges
    return {"left": left, "right": right, "top": top, "bottom": bottom, "shift": window.shift}


def _type(name: str) -> str:
    return "smallint" if name in SMALL else OTHER_TYPES.get(name, "integer")


def _codes(filter_: Filter) -> dict[str, list[int]]:
    """What a filter asks for, by facet, as codes of the array."""
    starts = np.cumsum([0, len(SECTORS), len(LANGUAGES), len(LODGING), len(COUNTRIES)]).tolist()
    lists = (filter_.sectors, filter_.languages, filter_.lodging, filter_.countries, filter_.fields)
    names = ("sectors", "languages", "lodging", "countries", "fields")
    return {
        name: [start + place for place in places]
        for name, start, places in zip(names, starts, lists, strict=True)
        if places
    }


def _lines(world: World) -> Iterator[bytes]:
    """The rows as COPY reads them."""
    found = tables.columns(world)
    for start in range(0, len(world), tables.AT_ONCE):
        part = {name: column[start : start + tables.AT_ONCE] for name, column in found.items()}
        points = np.zeros(len(part["lon"]), dtype=POINT)
        points["order"], points["type"], points["srid"] = 1, POINT_WITH_SRID, 4326
        points["lon"], points["lat"] = part["lon"], part["lat"]
        hexes = points.tobytes().hex()
        wide = POINT.itemsize * 2
        places = [hexes[first : first + wide] for first in range(0, len(hexes), wide)]
        columns = [map(str, column.tolist()) for column in part.values()]
        rows = zip(*columns, _arrays(part), places, strict=True)
        yield ("\n".join(map("\t".join, rows)) + "\n").encode()


def _arrays(part: dict[str, Any]) -> Iterator[str]:
    """The codes of each row, as an array's text."""
    names = ("sectors", "languages", "lodging", "country", "field_1", "field_2")
    for sectors, languages, lodging, country, field_1, field_2 in zip(
        *(part[name].tolist() for name in names), strict=True
    ):
        said = Filter(
            sectors=_places(sectors),
            languages=_places(languages),
            lodging=_places(lodging),
            countries=(country,),
            fields=tuple(field for field in (field_1, field_2) if field >= 0),
        )
        yield "{" + ",".join(str(code) for codes in _codes(said).values() for code in codes) + "}"


def _places(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)
