"""The same questions answered straight from PostGIS, behind the same gateway and server as ours."""

import os
import threading
from typing import Any

import orjson
from flask import Flask, Response, request

from benchmarks.peers.addresses import filter_of
from benchmarks.peers.postgis import LEADS, SITES, Postgis, wanted
from benchmarks.peers.questions import Circle, window_in
from benchmarks.peers.worlds import CELL_BITS
from mapsvc.gateway import Gateway

URL = "MAPSVC_BENCH_POSTGIS"
CONSTANT = orjson.dumps({"status": "ok"})
# Clusters by the cells of 64 pixels of the next zoom, as programs draw a tile with 512 pixels a side.
TILE = """
    SELECT ST_AsMVT(drawn, 'sites', 4096, 'shape') FROM (
        SELECT ST_AsMVTGeom(
            ST_Transform(ST_SetSRID(ST_MakePoint(avg(lon), avg(lat)), 4326), 3857),
            ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true
        ) AS shape, count(*)::int AS count
        FROM {pins} GROUP BY cx >> %(shift)s, cy >> %(shift)s
    ) AS drawn
"""

app = Flask(__name__)
_own = threading.local()


def database() -> Postgis:
    """This thread's own connection, with its prepared statements."""
    if not hasattr(_own, "database"):
        _own.database = Postgis.at(os.environ[URL])
    found: Postgis = _own.database
    return found


@app.get("/constant")
def constant() -> Response:
    """The same few bytes to everybody."""
    return Response(CONSTANT, mimetype="application/json")


@app.get("/api/search")
def search() -> Response:
    """Total, the metres of the nearest sites and plain counts; ours gives whole items beside."""
    place = (float(request.args[name]) for name in ("lon", "lat", "radius_km"))
    found = database().circle(Circle(*place, filter_of(request.args.to_dict(flat=False))))
    return _json({"total": found.total, "metres": found.metres, "facets": found.counts})


@app.get("/api/viewport")
def viewport() -> Response:
    """Number and mean position of the sites in each cell."""
    west, _south, _east, north = map(float, request.args["box"].split(","))
    zoom, filter_ = int(request.args["zoom"]), filter_of(request.args.to_dict(flat=False))
    cells = database().window(window_in(west, north, zoom, filter_))
    return _json([[count, lon, lat] for _column, _row, count, lon, lat in cells.cells])


@app.get("/tiles/<int:z>/<int:x>/<int:y>.mvt")
def tile(z: int, x: int, y: int) -> Response:
    """The clusters of a tile."""
    filter_ = filter_of(request.args.to_dict(flat=False))
    condition, values = wanted(filter_)
    side = 1 << (CELL_BITS - z)  # of a tile, in cells of the highest zoom
    values |= {"z": z, "x": x, "y": y, "shift": CELL_BITS - 3 - z}
    values |= {"left": x * side, "right": (x + 1) * side - 1, "top": y * side, "bottom": (y + 1) * side - 1}
    pins = SITES.format(wanted=condition) if filter_ else LEADS
    return Response(database().rows(TILE.format(pins=pins), values)[0][0], mimetype="application/x-protobuf")


def _json(answer: Any) -> Response:
    return Response(orjson.dumps(answer), mimetype="application/json")


gateway = Gateway(app)
