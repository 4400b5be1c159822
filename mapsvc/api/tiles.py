"""The map of a search as vector tiles, for programs that draw it themselves."""

import math

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from mapsvc.api import mvt
from mapsvc.api.doors import LANGUAGE_PARAMETER, fault
from mapsvc.api.tags import tagged_bytes
from mapsvc.directory.answers import View
from mapsvc.directory.searches import Box, Search
from mapsvc.directory.viewport import MAX_ZOOM
from mapsvc.errors import MapsvcError
from mapsvc.http import running
from mapsvc.params.searches import SEARCH_PARAMETERS, query_string, refuse_unknown, search_state
from mapsvc.params.values import NotAWholeNumber, integer, shown
from mapsvc.viewers import open_to_all

bp = Blueprint("tiles", __name__, url_prefix="/tiles")
bp.register_error_handler(MapsvcError, fault)


@bp.get("/<z>/<x>/<y>.mvt")
@open_to_all
def tile(z: str, x: str, y: str) -> Response:
    """The sites of a search in one tile, as clusters and pins; a site is in one tile of each zoom.

    All of a search can be asked that says which sites are meant. Its order, page and limit mean
    nothing here. A parameter that is misspelt is refused, as addresses of tiles are made by programs.
    """
    refuse_unknown(request.args, (*SEARCH_PARAMETERS, LANGUAGE_PARAMETER))
    zoom = _number("z", z, MAX_ZOOM)
    column, row = (_number(name, written, 2**zoom - 1) for name, written in (("x", x), ("y", y)))
    state = search_state(request.args, running().gazetteer)
    key = query_string(state.parameters() | {"sort": None, "page": None, "limit": None})
    return tagged_bytes(
        key,
        mvt.MIMETYPE,
        lambda: mvt.tile(_view(state.search, zoom, column, row), zoom, column, row),
    )


def _number(name: str, written: str, most: int) -> int:
    """A number of the path, from 0 to most, in its one way of writing: a tile has one address."""
    found = integer(MultiDict({name: written}), name, 0, most)
    if found is None or str(found) != written:
        raise NotAWholeNumber(parameter=name, value=shown(written))
    return found


def _view(search: Search, zoom: int, x: int, y: int) -> View:
    """What a tile shows: the sites from its west and north edges to before the others.

    Programs draw a tile with 512 pixels a side, which is what the next zoom shows on its tiles of 256.
    """
    tiles = 1 << zoom
    west, east = (360 * edge / tiles - 180 for edge in (x, x + 1))
    north = 90.0 if y == 0 else _latitude(y / tiles)
    south = -90.0 if y == tiles - 1 else math.nextafter(_latitude((y + 1) / tiles), 90)
    box = Box(west, south, math.nextafter(east, -180), north)
    return running().directory.viewport(search, box, min(zoom + 1, MAX_ZOOM))


def _latitude(down: float) -> float:
    """The latitude at a share of the height of the web mercator world, from its north."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))
