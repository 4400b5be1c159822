"""The listings inside a circle, asked of a database in its own spatial SQL, through its index."""

import math
from dataclasses import dataclass

from sqlalchemy import Engine, text

# Generous: the index only has to leave nothing out, the distance then decides.
KM_PER_DEGREE = 110.0

SPATIALITE = """
SELECT listing_id, ST_Distance(point, MakePoint(:lon, :lat, 4326), 1) AS metres
FROM listing_points
WHERE rowid IN (
    SELECT pkid FROM idx_listing_points_point
    WHERE xmax >= :west AND xmin <= :east AND ymax >= :south AND ymin <= :north
)
AND ST_Distance(point, MakePoint(:lon, :lat, 4326), 1) <= :metres
ORDER BY metres, listing_id
"""

POSTGIS = """
WITH centre AS (
    SELECT CAST(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geography(Point, 4326)) AS place
)
SELECT listing_id, ST_Distance(CAST(point AS geography(Point, 4326)), place) AS metres
FROM listing_points, centre
WHERE ST_DWithin(CAST(point AS geography(Point, 4326)), place, :metres)
ORDER BY metres, listing_id
"""

# As the program's own table and index, without the listings that its rows belong to.
POSTGIS_TABLE = (
    "CREATE TABLE listing_points (listing_id bigint PRIMARY KEY, point geometry(Point, 4326) NOT NULL)",
    "CREATE INDEX ON listing_points USING gist ((point::geography(Point, 4326)))",
)
POSTGIS_ROW = "INSERT INTO listing_points VALUES (:listing_id, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))"


@dataclass(frozen=True, slots=True)
class Circle:
    """A centre in WGS 84 degrees and a radius in km."""

    lon: float
    lat: float
    radius_km: float

    @property
    def values(self) -> dict[str, float]:
        """What the statements need, the box around the circle included."""
        up = self.radius_km / KM_PER_DEGREE
        across = up / math.cos(math.radians(abs(self.lat) + up))
        return {
            "lon": self.lon,
            "lat": self.lat,
            "metres": self.radius_km * 1000,
            "west": self.lon - across,
            "east": self.lon + across,
            "south": self.lat - up,
            "north": self.lat + up,
        }


@dataclass(frozen=True, slots=True)
class SqlCircles:
    """A database that is asked for circles, each time on a connection of its pool."""

    name: str
    statement: str
    engine: Engine

    def inside(self, circle: Circle) -> list[int]:
        """The ids of the listings inside, nearest first."""
        with self.engine.connect() as connection:
            return [row.listing_id for row in connection.execute(text(self.statement), circle.values)]


def on_spatialite(engine: Engine) -> SqlCircles:
    """The installation's own database."""
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return SqlCircles("SpatiaLite", SPATIALITE, engine)


def on_postgis(engine: Engine, points: list[tuple[int, float, float]]) -> SqlCircles:
    """An empty database, given these points: the id of a listing, longitude and latitude."""
    rows = [{"listing_id": listing, "lon": lon, "lat": lat} for listing, lon, lat in points]
    with engine.begin() as connection:
        for statement in POSTGIS_TABLE:
            connection.execute(text(statement))
        connection.execute(text(POSTGIS_ROW), rows)
        connection.execute(text("ANALYZE listing_points"))
    return SqlCircles("PostGIS", POSTGIS, engine)
