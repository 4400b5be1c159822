"""Counts by region made the slow way: the raw files of GISCO, one point and one outline after the other."""

import gzip
import json
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import shapely
from pyproj import Transformer

from mapsvc.domain.listings import Kind, Precision
from mapsvc.resources import resource
from mapsvc.storage.listings import ListingRow

ISO = {"EL": "GR", "UK": "GB"}
OFF_COAST_M, ACROSS_BORDER_M = 20_000, 5_000
WINDOW = 1.0  # degrees around a point in which outlines are looked at
COUNTRIES = {
    one["country"]
    for one in json.loads(gzip.decompress(resource("data/regions/regions.json.gz").read_bytes()))
}
STEP = 0.01  # of a degree, by which their edges are cut before they are put on a plane


class NutsOutlines:
    """The finest regions of GISCO files; the larger ones are known by their codes."""

    def __init__(self, paths: Iterable[Path]) -> None:
        features = [one for path in paths for one in json.loads(path.read_bytes())["features"]]
        self.codes = {one["properties"]["NUTS_ID"] for one in features}
        self.codes |= {code[:2] for code in self.codes}
        finest = {
            one["properties"]["NUTS_ID"]: one["geometry"]
            for one in features
            if one["properties"]["LEVL_CODE"] == 3
        }
        self.outlines = {code: shapely.from_geojson(json.dumps(finest[code])) for code in sorted(finest)}
        self.bounds = {code: outline.bounds for code, outline in self.outlines.items()}
        self.known: dict[tuple[float, float, str | None], str | None] = {}

    def finest_at(self, lon: float, lat: float, country: str | None) -> str | None:
        asked = (lon, lat, country)
        if asked not in self.known:
            self.known[asked] = self._finest_at(*asked)
        return self.known[asked]

    def _finest_at(self, lon: float, lat: float, country: str | None) -> str | None:
        if country in COUNTRIES and country not in map(country_of, self.codes):
            return None  # the edition leaves that country out
        point = shapely.Point(lon, lat)
        near = {
            code: self.outlines[code]
            for code, (west, south, east, north) in self.bounds.items()
            if west <= lon + WINDOW
            and east >= lon - WINDOW
            and south <= lat + WINDOW
            and north >= lat - WINDOW
        }
        covering = [code for code, outline in near.items() if outline.intersects(point)]
        own = [code for code in covering if country_of(code) == country]
        if own or (covering and country is None):
            return (own or covering)[0]
        metres = distances(lon, lat, near)
        across = {c: m for c, m in metres.items() if country_of(c) == country and m <= ACROSS_BORDER_M}
        off_coast = {} if covering else {c: m for c, m in metres.items() if m <= OFF_COAST_M}
        nearest = sorted(across or off_coast, key=lambda code: (metres[code], code))
        return (nearest or covering or [None])[0]


def country_of(code: str) -> str:
    return ISO.get(code[:2], code[:2])


def distances(lon: float, lat: float, outlines: dict[str, shapely.Geometry]) -> dict[str, float]:
    """How many metres each outline is away, on a plane on which all distances from the point are true."""
    plane = Transformer.from_crs(
        "EPSG:4326", f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=WGS84", always_xy=True
    )
    found = {}
    for code, outline in outlines.items():
        part = shapely.clip_by_rect(outline, lon - WINDOW, lat - WINDOW, lon + WINDOW, lat + WINDOW)
        if part.is_empty:
            continue
        flat = shapely.transform(shapely.segmentize(part, STEP), plane.transform, interleaved=False)
        found[code] = shapely.distance(flat, shapely.Point(0, 0))
    return found


def places(rows: Iterable[ListingRow], nuts: NutsOutlines) -> dict[str, str | None]:
    """The finest region known of each site, its country where none is."""
    found: dict[str, str | None] = {}
    for row in rows:
        country = {iso: code for code, iso in ISO.items()}.get(row.country, row.country)
        known = country if country in nuts.codes else None
        if row.precision == Precision.AREA and not row.region:
            found[row.site_key] = known
        elif row.site_key not in found:
            found[row.site_key] = nuts.finest_at(row.lon, row.lat, row.country or None) or known
    return found


def amounts(
    rows: Iterable[ListingRow], today: date, *, kind: str = "", field: str = "", month: date | None = None
) -> dict[str, int]:
    """What is counted of each site: 1 for a row of a kind and field, or the seats of a month."""
    found: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        if (row.visible_from or today) > today or (row.visible_until or today) < today:
            continue
        if month:
            found[row.site_key] += sum(
                1 if seats is None else seats
                for first, last, seats in row.periods
                if opens_in(month, date.fromisoformat(str(first)), date.fromisoformat(str(last)), today)
            )
        elif row.kind == kind and any(one.startswith(field) for one in row.facets.get("field", [""])):
            found[row.site_key] = 1
    return found


def opens_in(month: date, first: date, last: date, today: date) -> bool:
    days = [month.replace(day=day) for day in range(1, monthrange(month.year, month.month)[1] + 1)]
    return any(first <= day <= last and day >= today for day in days)


def sums(of: dict[str, int], at: dict[str, str | None]) -> Counter[str]:
    """What is counted by code of every level, and under "" for all."""
    found: Counter[str] = Counter()
    for site, amount in of.items():
        found[""] += amount
        code = at[site] or ""
        for digits in range(2, len(code) + 1):
            found[code[:digits]] += amount
    return found


HOST, ALUMNI, KIT = Kind.HOST, Kind.ALUMNI, Kind.KIT
